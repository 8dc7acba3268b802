"""What is said about one terminal: on the viewer's socket, and inside the commands to the agent."""

from typing import Annotated, Final

from msgspec import UNSET, Meta, UnsetType

from breeze_protocol.errors import INVALID_MESSAGE, RemoteProtocolError
from breeze_protocol.ids import Uuid, is_uuid
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.wire import Open, decode

Columns = Annotated[int, Meta(ge=int(DEFAULTS["terminal_cols_least"]), le=int(DEFAULTS["terminal_cols_most"]))]
Rows = Annotated[int, Meta(ge=int(DEFAULTS["terminal_rows_least"]), le=int(DEFAULTS["terminal_rows_most"]))]
Timestamp = Annotated[float, Meta(ge=0, le=1e16, description="Milliseconds since the epoch.")]
Offset = Annotated[int, Meta(ge=0, le=1 << 62, description="Bytes since the start of the terminal.")]


# -- viewer to server -------------------------------------------------------------------------------------------------
class Data(Open, tag="data"):
    """TERM-021: keystrokes or pasted text."""

    data: Annotated[str, Meta(max_length=int(DEFAULTS["terminal_data"]))]


class Resize(Open, tag="resize"):
    """TERM-023: the viewer's window has this size now."""

    cols: Columns
    rows: Rows


class ViewerPing(Open, tag="ping"):
    """TERM-025: is the server there?"""

    timestamp: Timestamp | None = None


class ViewerPong(Open, tag="pong"):
    """TERM-026: the viewer is there."""

    timestamp: Timestamp | None = None


FromViewer = Data | Resize | ViewerPing | ViewerPong


# -- server to viewer -------------------------------------------------------------------------------------------------
class DeviceLabel(Open):
    """The device, as a viewer shows it."""

    hostname: str
    os_type: str


class Connected(Open, tag="connected"):
    """TERM-011: the PTY is open; from now on the viewer may send data and resizes."""

    session_id: Uuid
    device: DeviceLabel
    encoding: str | None = None
    """`binary` where the viewer asked for raw bytes in binary frames (TERM-028)."""
    resumed: bool = False
    """This socket continues a terminal that was already running (TERM-038)."""


class Output(Open, tag="output"):
    """TERM-033: terminal output as text."""

    data: str


class Exit(Open, tag="exit"):
    """TERM-031: the shell ended. `code` is its exit status, `signal` the number of the signal that ended it."""

    code: int | None = None
    signal: int | None = None


class Ping(Open, tag="ping"):
    """TERM-025: is the viewer there?"""

    timestamp: Timestamp


class Pong(Open, tag="pong"):
    """TERM-025: answer to a viewer's ping."""

    timestamp: Timestamp


class Error(Open, tag="error"):
    """TERM-022: something was refused or went wrong; `code` is from the registry."""

    code: str
    message: str


ToViewer = Connected | Output | Exit | Ping | Pong | Error


# -- payloads of the commands to the agent ----------------------------------------------------------------------------
class TerminalStart(Open, omit_defaults=False):
    """TERM-040: open a PTY with a login shell; sizes out of bounds are clamped by the agent (TERM-005)."""

    session_id: Uuid
    cols: int = 80
    rows: int = 24
    shell: Annotated[str, Meta(max_length=4096)] | UnsetType | None = UNSET
    """The program; left out: the login shell of the agent's account."""


class TerminalData(Open):
    """TERM-041: write these characters to the PTY."""

    session_id: Uuid
    data: Annotated[str, Meta(min_length=1, max_length=262144)]


class TerminalResize(Open):
    """TERM-042: the PTY has this size now."""

    session_id: Uuid
    cols: int
    rows: int


class TerminalStop(Open):
    """TERM-043: end the PTY and everything that runs in it."""

    session_id: Uuid


# -- from the agent, beside command results ---------------------------------------------------------------------------
class TerminalOutput(Open, tag="terminal_output"):
    """TERM-033: output of the PTY, as text or, where the server offered it, as base64."""

    session_id: Uuid
    data: Annotated[str, Meta(max_length=8 << 20)]
    encoding: Annotated[str, Meta(pattern="^base64$")] | None = None


class TerminalExit(Open, tag="terminal_exit"):
    """TERM-045: the shell ended by itself; only to servers that offered the capability."""

    session_id: Uuid
    code: int | None = None
    signal: int | None = None


class TerminalCredit(Open, tag="terminal_credit"):
    """TERM-036: the agent may have sent this many bytes of output in all; only to agents that named the capability."""

    session_id: Uuid
    offset: Offset


# -- binary frames ----------------------------------------------------------------------------------------------------
FRAME_OUTPUT: Final = 0x04
"""Agent to server: PTY output."""
FRAME_INPUT: Final = 0x05
"""Server to agent: PTY input."""
FRAME_HEAD: Final = 37
"""One byte of kind and 36 of session id."""


def frame(kind: int, session_id: str, payload: bytes | memoryview) -> bytes:
    """Put terminal bytes into a binary frame (TERM-034)."""
    return b"".join((bytes((kind,)), session_id.encode("ascii"), payload))


def unframe(raw: bytes) -> tuple[int, str, memoryview]:
    """Take a binary frame apart into kind, session id and payload; anything else is a RemoteProtocolError."""
    if len(raw) < FRAME_HEAD:
        raise RemoteProtocolError("a binary frame has 37 bytes of head", code=INVALID_MESSAGE)
    try:
        session_id = raw[1:FRAME_HEAD].decode("ascii")
    except UnicodeDecodeError:
        session_id = ""
    if not is_uuid(session_id):
        raise RemoteProtocolError("a binary frame names no session", code=INVALID_MESSAGE)
    return raw[0], session_id, memoryview(raw)[FRAME_HEAD:]


def from_viewer(raw: str | bytes) -> FromViewer:
    """Decode what a viewer sent as text; anything wrong is a RemoteProtocolError (TERM-022)."""
    message: FromViewer = decode(FromViewer, raw, limit=8 * int(DEFAULTS["terminal_data"]))
    return message


def to_viewer(raw: str | bytes) -> ToViewer:
    """Decode what a server sent to a viewer as text; anything wrong is a RemoteProtocolError."""
    message: ToViewer = decode(ToViewer, raw, limit=8 * int(DEFAULTS["terminal_output"]))
    return message


def first_size(cols: str | None, rows: str | None) -> tuple[int, int]:
    """Read the first size from the socket's query, clamped to the bounds; 80 x 24 where it says none (TERM-010)."""
    return clamp(_number(cols, 80), _number(rows, 24))


def clamp(cols: int, rows: int) -> tuple[int, int]:
    """Bring a size within the bounds (TERM-005)."""
    return (
        int(min(max(cols, DEFAULTS["terminal_cols_least"]), DEFAULTS["terminal_cols_most"])),
        int(min(max(rows, DEFAULTS["terminal_rows_least"]), DEFAULTS["terminal_rows_most"])),
    )


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and len(text) <= 6 and text.isascii() and text.isdigit() else otherwise
