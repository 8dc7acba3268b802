"""The Breeze protocol, sans-IO: what can be said, what may happen, and engines that turn bytes into events."""

from breeze_protocol.version import WIRE_VERSION

__all__ = ["WIRE_VERSION"]
