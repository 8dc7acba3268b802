"""The catalogue of commands: type, payload, result."""

from typing import Any, Final

import attrs

from breeze_protocol.clause import clauses
from breeze_protocol.desktop import messages as d
from breeze_protocol.link import actions as a
from breeze_protocol.signaling.messages import CandidateCommand, DesktopOffer, TerminalOffer
from breeze_protocol.terminal.messages import TerminalData, TerminalResize, TerminalStart, TerminalStop
from breeze_protocol.transfer.messages import FileRead, FileWrite, TransferCancel, TransferStart


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

FURTHER_COMMANDS: Final = {
    each.name: each
    for each in (
        CommandType("start_desktop", DesktopOffer, clauses("SIGN-003"), ephemeral=True, ordered=True),
        CommandType("start_terminal_channel", TerminalOffer, clauses("SIGN-060"), ephemeral=True, ordered=True),
        CommandType("ice_candidate", CandidateCommand, clauses("SIGN-021"), ephemeral=True, ordered=True),
        CommandType("stop_desktop", d.DesktopStop, clauses("DESK-030"), ordered=True),
        CommandType("desktop_stream_start", d.StreamStart, clauses("DESK-081"), ephemeral=True, ordered=True),
        CommandType("desktop_stream_stop", d.StreamStop, clauses("DESK-085"), ephemeral=True, ordered=True),
        CommandType("desktop_input", d.DesktopInput, clauses("DESK-090"), ephemeral=True, ordered=True),
        CommandType("desktop_config", d.DesktopConfig, clauses("DESK-091"), ephemeral=True, ordered=True),
        CommandType("list_sessions", d.ListSessions, clauses("DESK-100")),
        CommandType("transfer_start", TransferStart, clauses("XFER-050"), ephemeral=True, ordered=True),
        CommandType("transfer_cancel", TransferCancel, clauses("XFER-052"), ephemeral=True, ordered=True),
        CommandType("file_read", FileRead, clauses("XFER-060")),
        CommandType("file_write", FileWrite, clauses("XFER-061")),
        *(
            CommandType(name, payload, clauses("CHAT-079 CHAT-085"))
            for names, payload in (
                ("take_screenshot", a.TakeScreenshot),
                ("computer_action", a.ComputerAction),
                ("list_processes list_services event_logs_list", a.NothingMore),
                ("security_scan security_collect_status", a.NothingMore),
                ("start_service stop_service restart_service", a.ServiceAction),
                ("kill_process", a.ProcessAction),
                ("file_list file_delete file_mkdir file_rename", a.FileAction),
                ("filesystem_analysis", a.FilesystemAnalysis),
                ("security_threat_quarantine security_threat_remove security_threat_restore", a.ThreatAction),
                ("event_logs_query", a.EventLogQuery),
                ("network_discovery", a.NetworkDiscovery),
            )
            for name in names.split()
        ),
    )
}
"""Command types that are stated and that our agent does not perform yet; they move to `COMMANDS` with their code."""
