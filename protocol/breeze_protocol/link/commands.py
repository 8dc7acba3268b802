"""The catalogue of commands: type, payload, result."""

from typing import Any, Final

import attrs

from breeze_protocol.clause import clauses
from breeze_protocol.terminal.messages import TerminalData, TerminalResize, TerminalStart, TerminalStop


@attrs.frozen
class CommandType:
    """One type of command."""

    name: str
    payload: Any
    because: tuple[str, ...]
    ephemeral: bool = False
    """Never stored: over the socket only, and its result concerns a live session."""
    ordered: bool = False
    """Handled in the order of arrival among the commands of the same session."""


COMMANDS: Final = {
    each.name: each
    for each in (
        CommandType("terminal_start", TerminalStart, clauses("TERM-040"), ephemeral=True, ordered=True),
        CommandType("terminal_data", TerminalData, clauses("TERM-041"), ephemeral=True, ordered=True),
        CommandType("terminal_resize", TerminalResize, clauses("TERM-042"), ephemeral=True, ordered=True),
        CommandType("terminal_stop", TerminalStop, clauses("TERM-043"), ephemeral=True, ordered=True),
    )
}
"""The command types that our agent performs, by name."""

FURTHER_COMMANDS: Final[dict[str, CommandType]] = {}
"""Command types that are stated and that our agent does not perform yet; they move to `COMMANDS` with their code."""
