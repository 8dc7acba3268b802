"""What helper and server say to each other about a chat: bodies of the HTTP API, and the events of the stream."""

from typing import Annotated, Any, Final, Literal

from msgspec import Meta

from breeze_protocol.ids import Uuid
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.wire import Closed, Open, decode

Level = Literal["basic", "standard", "extended"]
Policy = Literal["helper", "helper-confirmed", "technician"]
EventProfile = Literal["documented", "deployed-2026-04"]
Person = Annotated[str, Meta(max_length=100, description="A name in the operating system of the device.")]
ToolUseId = Annotated[str, Meta(min_length=1, max_length=200)]
ToolName = Annotated[str, Meta(min_length=1, max_length=100)]
ArgumentsHash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64, description="CHAT-081.")]
EventId = Annotated[str, Meta(pattern="^[1-9][0-9]{0,8}-[0-9]{1,9}$", max_length=19, description="CHAT-041.")]
Count = Annotated[int, Meta(ge=0, le=1 << 53)]


# -- sessions ---------------------------------------------------------------------------------------------------------
class ChatSessionCreate(Closed):
    """CHAT-005: open a session; the whole body can be left out."""

    permission_level: Level | None = None
    helper_user: Person | None = None


class ChatSessionCreated(Open):
    """CHAT-005: answer 201."""

    id: Uuid
    org_id: Uuid


class ChatSessionsQuery(Open, forbid_unknown_fields=True):
    """CHAT-008: whose sessions to list; left out: everybody's on the device."""

    helper_user: Person | None = None


class ChatSessionRow(Open, omit_defaults=False):
    """CHAT-009: one session in the list, which is a bare array."""

    id: Uuid
    title: str | None
    status: Literal["active", "closed", "expired"]
    helper_user: str | None
    turn_count: Count
    created_at: str
    updated_at: str


class ChatMessageRow(Open, omit_defaults=False):
    """CHAT-010: one message in the history, which is a bare array."""

    id: Uuid
    role: Literal["user", "assistant", "system", "tool_use", "tool_result"]
    content: str | None
    tool_name: str | None
    created_at: str
    tool_use_id: str | None = None
    tool_input: Any = None
    tool_output: Any = None
    is_error: bool = False


class ChatMessage(Closed):
    """CHAT-021: what the person says."""

    content: Annotated[
        str, Meta(min_length=int(DEFAULTS["chat_message_least"]), max_length=int(DEFAULTS["chat_message"]))
    ]


class StreamQuery(Open, forbid_unknown_fields=True):
    """CHAT-056: under which names the events of this answer travel; left out: what the organisation has set."""

    profile: EventProfile | None = None


class ChatStopped(Open, omit_defaults=False):
    """CHAT-055: whether there was a turn to stop."""

    stopped: bool


# -- approvals --------------------------------------------------------------------------------------------------------
class Decision(Closed):
    """CHAT-083: what the person decides about one execution. Only `approved` is needed."""

    approved: bool
    arguments_hash: ArgumentsHash | None = None
    """CHAT-085: what the person was shown; the server compares it where it is given."""
    scope: Literal["once", "turn"] = "once"
    """CHAT-091: `turn` allows mouse and keyboard for the running turn."""


class Decided(Open, omit_defaults=False):
    """CHAT-083: the decision was taken."""

    success: bool
    approved: bool


class PendingApproval(Open, omit_defaults=False):
    """CHAT-090: one execution that waits for a technician."""

    execution_id: Uuid
    session_id: Uuid
    device_id: Uuid
    tool_name: ToolName
    input: dict[str, Any]
    description: str
    arguments_hash: ArgumentsHash
    expires_at: str


# -- settings and screenshots -----------------------------------------------------------------------------------------
class HelperConfig(Open, omit_defaults=False):
    """CHAT-110: what holds for this device. The first four are documented."""

    enabled: bool
    permission_level: Level
    allow_screen_capture: bool
    session_retention_hours: Annotated[int, Meta(ge=1, le=24)]
    approvals: Policy = "helper"


class ScreenshotUpload(Closed):
    """CHAT-100: a picture of the screen. The length of the text is judged by a check, since its fault is a 413."""

    image_base64: str
    width: Annotated[int, Meta(ge=1, le=10000)]
    height: Annotated[int, Meta(ge=1, le=10000)]
    session_id: Uuid | None = None
    reason: Annotated[str, Meta(max_length=200)] | None = None


class ScreenshotStored(Open, omit_defaults=False):
    """CHAT-102: what the server has kept, and until when."""

    id: Uuid
    storage_key: str
    size_bytes: Count
    expires_at: str
    device_id: Uuid
    org_id: Uuid
    session_id: Uuid | None
    captured_by: Literal["helper"] = "helper"


# -- results that have a form -----------------------------------------------------------------------------------------
Found = Annotated[list[Annotated[str, Meta(max_length=2000)]], Meta(max_length=200)]


class Analysis(Open, omit_defaults=False):
    """CHAT-074: what `analyze_screen` says about a screen."""

    dialogs: Found
    banners: Found
    toasts: Found
    texts: Found
    application_state: Literal["ready", "loading", "login", "crashed", "unknown"]
    suggestions: Found


class ToolFault(Open):
    """CHAT-047: the output of a tool that was refused or failed."""

    error: str
    code: str


# -- events, server to helper -----------------------------------------------------------------------------------------
class TextDelta(Open, tag="text_delta"):
    """CHAT-045: more of the answer's text."""

    delta: str


class ToolUse(Open, tag="tool_use"):
    """CHAT-046: the model asks for a tool, with the whole input."""

    tool_use_id: ToolUseId
    tool_name: ToolName
    input: dict[str, Any]


class ToolResult(Open, tag="tool_result", omit_defaults=False):
    """CHAT-046: how a call ended; one for every `tool_use`."""

    tool_use_id: ToolUseId
    tool_name: str
    output: Any
    is_error: bool


class ApprovalRequired(Open, tag="approval_required"):
    """CHAT-080: one call waits for the person's decision."""

    execution_id: Uuid
    tool_use_id: ToolUseId
    tool_name: ToolName
    input: dict[str, Any]
    description: str
    expires_at: str
    arguments_hash: ArgumentsHash | None = None
    scopes: list[str] = []
    """The scopes that may be chosen beside `once`."""


class TitleUpdated(Open, tag="title_updated"):
    """CHAT-031: the session has this title now."""

    title: str


class Usage(Open, omit_defaults=False):
    """What the turn has used."""

    input_tokens: Count = 0
    output_tokens: Count = 0
    cost_cents: float = 0


class Done(Open, tag="done", omit_defaults=False):
    """CHAT-046: the last event of a turn."""

    usage: Usage | None = None


class ChatError(Open, tag="error"):
    """CHAT-050: the turn failed; `done` follows."""

    message: str
    code: str | None = None


Said = TextDelta | ToolUse | ToolResult | ApprovalRequired | TitleUpdated | Done | ChatError
"""The events of the `documented` profile. `type` repeats the event's name (CHAT-040)."""

FAMILIES: Final[dict[str, Any]] = {
    "said": Said,
    "session_create": ChatSessionCreate,
    "session_created": ChatSessionCreated,
    "session_row": ChatSessionRow,
    "message": ChatMessage,
    "message_row": ChatMessageRow,
    "decision": Decision,
    "decided": Decided,
    "pending_approval": PendingApproval,
    "config": HelperConfig,
    "screenshot": ScreenshotUpload,
    "screenshot_stored": ScreenshotStored,
    "analysis": Analysis,
}
"""What is said, by the name of its family: the events by their tags, bodies one type each."""


def said(data: str | bytes) -> Said:
    """Decode the data of one event; anything wrong is a RemoteProtocolError."""
    event: Said = decode(Said, data, limit=int(DEFAULTS["sse_event"]))
    return event
