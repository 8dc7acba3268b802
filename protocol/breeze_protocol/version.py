"""The version of the wire, and the profiles under which older peers are served."""

from typing import Final

import msgspec

WIRE_VERSION: Final = "0.1"
"""Version of the specification that this package states. History: 0.1, the first four conversations."""


class Profile(msgspec.Struct, frozen=True):
    """A named way of speaking: what a peer of that kind can take. Data, chosen per peer, never a branch by name."""

    name: str
    ordered_commands: bool
    """The agent handles the commands of one terminal in the order of their arrival."""
    description: str


DOCUMENTED: Final = Profile("documented", True, "The specification as written; the default.")
DEPLOYED_2026_04: Final = Profile("deployed-2026-04", False, "Agents and servers of April 2026 (S).")
DEPLOYED_2026_08: Final = Profile("deployed-2026-08", True, "Agents and servers of August 2026 (N).")

PROFILES: Final = {p.name: p for p in (DOCUMENTED, DEPLOYED_2026_04, DEPLOYED_2026_08)}

CAPABILITY_BASE64: Final = "terminal_output_base64"
"""Offered by a server in `connected`: terminal output may be sent as base64 text."""
CAPABILITY_EXIT: Final = "terminal_exit"
"""Both sides: the end of a shell is reported with its status."""
CAPABILITY_BINARY: Final = "terminal_binary"
"""Both sides: terminal bytes travel in binary frames."""
CAPABILITY_INPUT_CREDIT: Final = "terminal_input_credit"
"""Both sides: the agent grants how far input may run ahead, so that a program that does not read loses none."""
CAPABILITY_HELLO: Final = "agent_hello"
"""Offered by a server: it takes a `hello` frame in which the agent names its capabilities."""
CAPABILITY_CREDIT: Final = "terminal_credit"
"""Both sides: the server grants the agent how far its output may run ahead, so that a slow viewer stops the PTY."""
CAPABILITY_TRANSFER: Final = "transfer"
"""Both sides: `transfer_start` and the agent's own transfer endpoints; without it only `file_read` and `file_write`."""
CAPABILITY_TRICKLE: Final = "ice_trickle"
"""Both sides: candidates travel by themselves, and the agent reports how its peer connections fare."""
CAPABILITY_TERMINAL_CHANNEL: Final = "terminal_channel"
"""Agent: it answers an offer for a terminal with a data channel."""
CAPABILITY_NO_PICTURE: Final = "desktop_no_picture"
"""Both sides: the agent says why it has no picture to send."""
CAPABILITY_INPUT_ORDERED: Final = "desktop_input_ordered"
"""Named by an agent: it injects the events of a desktop in the order of their arrival."""
