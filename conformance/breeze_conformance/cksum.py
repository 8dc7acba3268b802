"""The checksum of the POSIX utility `cksum`: how a case proves that input arrived whole and in order."""

from typing import Final

_POLYNOMIAL: Final = 0x04C11DB7


def _table() -> list[int]:
    made = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = ((value << 1) ^ _POLYNOMIAL if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        made.append(value)
    return made


_TABLE: Final = _table()


def cksum(data: bytes) -> int:
    """The checksum of the bytes, followed by their count as the utility does."""
    length = len(data)
    tail = length.to_bytes((length.bit_length() + 7) // 8, "little")
    value = 0
    for byte in data + tail:
        value = ((value << 8) & 0xFFFFFFFF) ^ _TABLE[(value >> 24) ^ byte]
    return value ^ 0xFFFFFFFF
