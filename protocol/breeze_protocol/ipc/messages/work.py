"""`command`: what a helper runs as its user, and what comes of it."""

from typing import Annotated, Any, Final, Literal

import attrs
from msgspec import Meta

from breeze_protocol.clause import clauses
from breeze_protocol.desktop.messages import ComputerAction, TakeScreenshot
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.wire import Open

CommandId = Annotated[str, Meta(min_length=1, max_length=256)]
Seconds = Annotated[float, Meta(gt=0, le=DEFAULTS["ipc_script_time_most"])]
Captured = Annotated[str, Meta(max_length=int(DEFAULTS["ipc_script_output"]))]


class Command(Open, omit_defaults=False):
    """IPC-100: run this."""

    command_id: CommandId
    type: Annotated[str, Meta(min_length=1, max_length=64)]
    payload: dict[str, Any] | None = None


class CommandResult(Open):
    """IPC-100: how it ended. A failure is said in here, never in the envelope (IPC-086)."""

    command_id: CommandId
    status: Literal["completed", "failed", "timeout"]
    result: Any = None
    error: Annotated[str, Meta(max_length=10_000)] | None = None


class Script(Open):
    """IPC-101: run this text by an interpreter, as the helper's user."""

    content: Annotated[str, Meta(min_length=1, max_length=1 << 20)]
    language: Annotated[str, Meta(min_length=1, max_length=64)] = "bash"
    timeout_seconds: Seconds = DEFAULTS["ipc_script_time"]


class ScriptCancel(Open):
    """IPC-102: end the script that came with this command id."""

    execution_id: CommandId


class ScriptListRunning(Open):
    """IPC-103: which scripts run."""


class Exec(Open):
    """IPC-104: run a program with these arguments, without a shell."""

    command: Annotated[str, Meta(min_length=1, max_length=4096)]
    args: Annotated[list[Annotated[str, Meta(max_length=32_768)]], Meta(max_length=256)] = []
    timeout_seconds: Seconds = DEFAULTS["ipc_script_time"]


class Ran(Open, omit_defaults=False):
    """IPC-101, IPC-104: the result of a script or program."""

    exit_code: int
    stdout: Captured = ""
    stderr: Captured = ""


class Cancelled(Open, omit_defaults=False):
    """IPC-102: the result of a cancellation."""

    execution_id: CommandId
    cancelled: bool = True


class Listed(Open, omit_defaults=False):
    """IPC-103: the ids of the scripts that run."""

    running: Annotated[list[CommandId], Meta(max_length=1024)]
    count: int


class ToolResult(Open):
    """IPC-105, IPC-106: the result of a screenshot or an action; `stdout` is the JSON text of the data."""

    status: Literal["completed", "failed", "timeout"]
    exit_code: int | None = None
    stdout: Annotated[str, Meta(max_length=2 << 20)] = ""
    stderr: Captured = ""
    error: Annotated[str, Meta(max_length=10_000)] = ""
    duration_ms: float | None = None


@attrs.frozen
class CommandType:
    """One type of command to a helper."""

    name: str
    scope: str
    payload: Any
    result: Any
    because: tuple[str, ...]
    capability: str | None = None
    timed: bool = False
    """The payload's `timeoutSeconds` and a margin are the time-out of the request (IPC-082)."""


COMMANDS: Final = {
    each.name: each
    for each in (
        CommandType("script", "run_as_user", Script, Ran, clauses("IPC-101"), timed=True),
        CommandType("run_script", "run_as_user", Script, Ran, clauses("IPC-101"), timed=True),
        CommandType("script_cancel", "run_as_user", ScriptCancel, Cancelled, clauses("IPC-102")),
        CommandType("script_list_running", "run_as_user", ScriptListRunning, Listed, clauses("IPC-103")),
        CommandType("exec", "run_as_user", Exec, Ran, clauses("IPC-104"), timed=True),
        CommandType("take_screenshot", "desktop", TakeScreenshot, ToolResult, clauses("IPC-105"), "can_capture"),
        CommandType("computer_action", "desktop", ComputerAction, ToolResult, clauses("IPC-106"), "can_capture"),
    )
}
"""Every type of `command` that this version states, by name."""
