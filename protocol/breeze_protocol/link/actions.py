"""Payloads of the commands that carry out a tool on a device (CHAT-079)."""

from typing import Annotated, Any

from msgspec import Meta

from breeze_protocol.ids import Uuid
from breeze_protocol.wire import Closed, Open

Pixels = Annotated[int, Meta(ge=0, le=10000)]
Path = Annotated[str, Meta(min_length=1, max_length=4096)]
Label = Annotated[str, Meta(min_length=1, max_length=255)]


class ApprovedCall(Closed):
    """CHAT-085: the field `approval` of a payload: what was approved, so that the agent can check it before it acts."""

    execution_id: Uuid
    tool_name: Annotated[str, Meta(min_length=1, max_length=100)]
    input: dict[str, Any]
    arguments_hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
    item: Annotated[int, Meta(ge=0, le=199)] = 0
    """Which of the commands that the call stands for, from 0."""
    confirm: bool = False
    """The agent has to have the confirmation of the helper's window (CHAT-089)."""


class Action(Open, kw_only=True):
    """What every such payload may carry."""

    approval: ApprovedCall | None = None


class TakeScreenshot(Action):
    """CHAT-079: a picture of one screen."""

    monitor: Annotated[int, Meta(ge=0, le=10)] = 0


class ComputerAction(Action, omit_defaults=False):
    """CHAT-079: one input of mouse or keyboard, and a picture after it. `action` is a deployed name."""

    action: Annotated[str, Meta(min_length=1, max_length=32)]
    x: Pixels | None = None
    y: Pixels | None = None
    text: Annotated[str, Meta(max_length=1000)] | None = None
    key: Annotated[str, Meta(max_length=50)] | None = None
    modifiers: list[str] = []  # noqa: RUF012 - msgspec copies mutable defaults
    scroll_delta: Annotated[int, Meta(ge=-100, le=100)] | None = None
    monitor: Annotated[int, Meta(ge=0, le=10)] = 0
    capture_after: bool = True
    capture_delay_ms: Annotated[int, Meta(ge=0, le=3000)] = 500
    coordinate_space_width: Pixels | None = None
    coordinate_space_height: Pixels | None = None


class NothingMore(Action):
    """CHAT-079: the command's type says it all."""


class ServiceAction(Action):
    """CHAT-079: which service."""

    name: Label


class ProcessAction(Action):
    """CHAT-079: which process."""

    pid: Annotated[int, Meta(ge=1, le=1 << 32)]


class FileAction(Action):
    """CHAT-079: which file or folder, and what becomes of it."""

    path: Path
    content: Annotated[str, Meta(max_length=1_000_000)] | None = None
    new_path: Path | None = None
    recursive: bool = False


class FilesystemAnalysis(Action):
    """CHAT-079: look for what takes up space."""

    trigger: str
    path: Path | None = None
    max_depth: int | None = None
    top_files: int | None = None
    top_dirs: int | None = None
    max_entries: int | None = None
    workers: int | None = None
    timeout_seconds: int | None = None


class ThreatAction(Action):
    """CHAT-079: which threat."""

    threat_id: Label


class EventLogQuery(Action):
    """CHAT-079: which lines of the system's log."""

    log_name: Label | None = None
    level: str | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] | None = None


class NetworkDiscovery(Action):
    """CHAT-079: which network."""

    subnet: Annotated[str, Meta(max_length=50)] | None = None
    scan_type: str = "ping"
