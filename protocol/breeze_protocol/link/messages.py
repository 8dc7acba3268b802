"""What an agent and the server say to each other: enrolment, heartbeat, and the frames of the agent socket."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from breeze_protocol.ids import AgentId, AgentToken, Uuid
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.terminal.messages import TerminalCredit, TerminalExit, TerminalOutput, Timestamp
from breeze_protocol.wire import Open

OsType = Literal["windows", "macos", "linux"]
Short = Annotated[str, Meta(max_length=255)]
Label = Annotated[str, Meta(min_length=1, max_length=255)]
CommandStatus = Literal["completed", "failed", "timeout"]
CommandId = Annotated[str, Meta(min_length=1, max_length=256)]
Capabilities = Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=64)]


# -- enrolment --------------------------------------------------------------------------------------------------------
class EnrollRequest(Open):
    """LINK-001: a computer asks to become a device. What agents of other versions say beside this is dropped."""

    enrollment_key: Annotated[str, Meta(min_length=1, max_length=512)]
    hostname: Label
    os_type: OsType
    os_version: Short
    architecture: Annotated[str, Meta(max_length=64)]
    agent_version: Annotated[str, Meta(max_length=64)]
    enrollment_secret: Annotated[str, Meta(max_length=512)] | None = None
    device_role: Annotated[str, Meta(max_length=64)] | None = None
    hardware_info: dict[str, Any] | None = None
    network_info: Annotated[list[dict[str, Any]], Meta(max_length=100)] | None = None


class AgentConfig(Open, omit_defaults=False):
    """How often an agent reports."""

    heartbeat_interval_seconds: int = 60
    metrics_collection_interval_seconds: int = 30


class EnrollResponse(Open, omit_defaults=False):
    """LINK-002: who the agent is from now on. The token is told once and stored hashed."""

    agent_id: AgentId
    device_id: Uuid
    auth_token: AgentToken
    org_id: Uuid
    site_id: Uuid
    config: AgentConfig
    mtls: None = None


# -- heartbeat --------------------------------------------------------------------------------------------------------
Percent = Annotated[float, Meta(ge=0, le=100_000)]
Count = Annotated[float, Meta(ge=0, le=1e18)]


class Metrics(Open):
    """LINK-013: how the device fares; the five core figures go together."""

    cpu_percent: Percent
    ram_percent: Percent
    ram_used_mb: Count
    disk_percent: Percent
    disk_used_gb: Count
    network_in_bytes: Count | None = None
    network_out_bytes: Count | None = None
    process_count: Count | None = None


class Heartbeat(Open):
    """LINK-013: what an agent reports every minute. Only the first two are required; a fault in any other is dropped."""

    status: Annotated[str, Meta(max_length=32)]
    agent_version: Annotated[str, Meta(max_length=64)]
    metrics: Any = None
    is_headless: Any = None
    hostname: Any = None
    os_version: Any = None
    last_user: Any = None
    uptime: Any = None
    pending_reboot: Any = None
    device_role: Any = None


class Command(Open, omit_defaults=False):
    """LINK-050: something for the agent to do. The id is unique for ever: agents drop an id that they have seen."""

    id: CommandId
    type: Annotated[str, Meta(min_length=1, max_length=64)]
    payload: dict[str, Any]


class HeartbeatResponse(Open, omit_defaults=False):
    """LINK-013: what the server tells at each heartbeat."""

    commands: list[Command]
    config_update: dict[str, Any] | None = None
    upgrade_to: str | None = None
    helper_enabled: bool = False


class CommandOutcome(Open):
    """LINK-051: how a command ended, over HTTP."""

    status: CommandStatus
    exit_code: int | None = None
    stdout: Annotated[str, Meta(max_length=5_000_000)] | None = None
    stderr: Annotated[str, Meta(max_length=5_000_000)] | None = None
    error: Annotated[str, Meta(max_length=10_000)] | None = None
    duration_ms: Annotated[float, Meta(ge=0, le=1e12)] | None = None
    result: Any = None


class RotateResponse(Open):
    """LINK-016: the new token; the one that asked stays good for five minutes."""

    auth_token: AgentToken
    rotated_at: str


# -- devices, as people see them --------------------------------------------------------------------------------------
class DeviceRow(Open, omit_defaults=False):
    """LINK-060: one device of the caller's organisation. The token's hash is never shown."""

    id: Uuid
    org_id: Uuid
    site_id: Uuid
    agent_id: str
    hostname: str
    os_type: str
    os_version: str
    architecture: str
    agent_version: str
    status: str
    last_seen_at: str | None
    created_at: str


class DevicePage(Open, omit_defaults=False):
    """Where in the whole a page of devices lies."""

    page: int
    limit: int
    total: int


class DeviceList(Open, omit_defaults=False):
    """LINK-060: one page of devices, by host name."""

    data: list[DeviceRow]
    pagination: DevicePage


class DeviceListQuery(Open, forbid_unknown_fields=True):
    """LINK-060: filters of the list."""

    page: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    limit: Annotated[int, Meta(ge=1, le=int(DEFAULTS["page_rows"]))] = 50
    status: Annotated[str, Meta(max_length=32)] | None = None
    search: Annotated[str, Meta(max_length=255)] | None = None


# -- agent socket, agent to server ------------------------------------------------------------------------------------
class AgentPong(Open, tag="pong"):
    """LINK-033: answer to the server's ping."""

    timestamp: Timestamp | None = None


class CommandResult(Open, tag="command_result"):
    """LINK-051: how a command ended, over the socket."""

    command_id: CommandId
    status: Literal["completed", "failed", "timeout", "cancelled", "duplicate"]
    result: Any = None
    error: Annotated[str, Meta(max_length=10_000)] | None = None
    exit_code: int | None = None
    stdout: Annotated[str, Meta(max_length=5_000_000)] | None = None
    stderr: Annotated[str, Meta(max_length=5_000_000)] | None = None
    duration_ms: float | None = None


class LinkHeartbeat(Open, tag="heartbeat"):
    """LINK-036: a heartbeat over the socket; answered, though no deployed agent sends it."""

    timestamp: Timestamp | None = None


class UpdateStatus(Open, tag="update_status"):
    """LINK-037: the agent is about to replace itself."""

    target_version: Short


class Hello(Open, tag="hello"):
    """LINK-024: what the agent can do beyond the deployed wire; sent only to a server that offered `agent_hello`."""

    capabilities: Capabilities
    agent_version: Annotated[str, Meta(max_length=64)] = ""


class Progress(Open, tag="backup_progress"):
    """LINK-038: progress of a long command; taken and not used."""

    command_id: CommandId
    progress: Any = None


FromAgent = (
    AgentPong
    | CommandResult
    | LinkHeartbeat
    | UpdateStatus
    | Hello
    | Progress
    | TerminalOutput
    | TerminalExit
    | TerminalCredit
)


# -- agent socket, server to agent ------------------------------------------------------------------------------------
class LinkConnected(Open, tag="connected", omit_defaults=False):
    """LINK-023: the socket is open; what this server can take."""

    agent_id: str
    timestamp: Timestamp
    capabilities: Capabilities = []
    pending_commands: list[Command] = []


class LinkPing(Open, tag="ping"):
    """LINK-033: is the agent there?"""

    timestamp: Timestamp


class Ack(Open, tag="ack"):
    """LINK-051: the result arrived."""

    command_id: str


class HeartbeatAck(Open, tag="heartbeat_ack", omit_defaults=False):
    """LINK-036: answer to a heartbeat over the socket."""

    timestamp: Timestamp
    commands: list[Command] = []


class LinkError(Open, tag="error"):
    """LINK-030: a frame of the agent was refused; the socket stays open."""

    code: str
    message: str
    details: Any = None
    message_type: str | None = None
    command_id: str | None = None


ToAgent = LinkConnected | LinkPing | Ack | HeartbeatAck | LinkError | TerminalCredit
"""Frames with a tag. A frame with a non-empty `id` is a `Command` whatever its type (LINK-050)."""
