"""The agent: one computer's side of the link, and the terminals that run on it."""

from typing import Final

AGENT_VERSION: Final = "0.1.0"
"""What the agent calls its version on the wire."""
