"""The fallback: what viewer and server say on the desktop's socket, and the frames from the agent."""

from typing import Annotated, Final

from msgspec import Meta

from breeze_protocol.desktop.messages.input import InputEvent
from breeze_protocol.desktop.messages.picture import NoPicture, Unavailable, Words
from breeze_protocol.errors import INVALID_MESSAGE, RemoteProtocolError
from breeze_protocol.ids import Uuid, is_uuid
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.wire import Open, decode

Timestamp = Annotated[float, Meta(ge=0, le=1e16, description="Milliseconds since the epoch.")]
Quality = Annotated[int, Meta(ge=1, le=100)]
Pixels = Annotated[int, Meta(ge=0, le=65535)]


# -- viewer to server -------------------------------------------------------------------------------------------------
class ViewerInput(Open, tag="input"):
    """DESK-090: an input event."""

    event: InputEvent


class ViewerConfig(Open, tag="config"):
    """DESK-091: how the pictures shall be; what the device cannot do is brought to the nearest that it can."""

    quality: Quality | None = None
    scale_factor: Annotated[float, Meta(ge=0.1, le=2)] | None = None
    max_fps: Annotated[int, Meta(ge=1, le=60)] | None = None


class ViewerSwitched(Open, tag="switched"):
    """DESK-096: a picture has come over WebRTC: this socket is not needed any more, the session goes on."""


class ViewerPing(Open, tag="ping"):
    """DESK-094: is the server there?"""

    timestamp: Timestamp | None = None


class ViewerPong(Open, tag="pong"):
    """DESK-094: the viewer is there."""

    timestamp: Timestamp | None = None


FromViewer = ViewerInput | ViewerConfig | ViewerSwitched | ViewerPing | ViewerPong


# -- server to viewer -------------------------------------------------------------------------------------------------
class DesktopDevice(Open):
    """The device, as a viewer shows it."""

    hostname: str
    os_type: str


class DesktopConnected(Open, tag="connected"):
    """DESK-082: the device is capturing; frames follow."""

    session_id: Uuid
    device: DesktopDevice
    screen_width: Pixels = 0
    screen_height: Pixels = 0
    unavailable: Annotated[list[Unavailable], Meta(max_length=64)] = []
    """DESK-071: what this transport cannot serve, each with the reason."""
    resumed: bool = False


class DesktopPing(Open, tag="ping"):
    """DESK-094: is the viewer there?"""

    timestamp: Timestamp


class DesktopPong(Open, tag="pong"):
    """DESK-094: answer to a viewer's ping."""

    timestamp: Timestamp


class DesktopError(Open, tag="error"):
    """DESK-092: something was refused or went wrong; `code` is from the registry."""

    code: str
    message: str


ToViewer = DesktopConnected | NoPicture | DesktopPing | DesktopPong | DesktopError


# -- from the agent ---------------------------------------------------------------------------------------------------
class AgentNoPicture(Open, tag="desktop_no_picture"):
    """DESK-014: the agent has no picture to send, and why; only to servers that offered the capability."""

    session_id: Uuid
    cause: Annotated[str, Meta(max_length=64)]
    message: Words = ""


FRAME_JPEG: Final = 0x02
"""Agent to server: one JPEG picture."""
FRAME_HEAD: Final = 37
"""One byte of kind and 36 of session id."""
_SOI: Final = b"\xff\xd8"


def frame(session_id: str, picture: bytes) -> bytes:
    """Put a picture into a binary frame (DESK-086)."""
    return b"".join((bytes((FRAME_JPEG,)), session_id.encode("ascii"), picture))


def unframe(raw: bytes) -> tuple[str, memoryview]:
    """Take a binary frame apart into session id and picture; anything else is a RemoteProtocolError (DESK-086)."""
    if not FRAME_HEAD < len(raw) <= int(DEFAULTS["desktop_frame"]) or raw[0] != FRAME_JPEG:
        raise RemoteProtocolError("a frame has 37 bytes of head, a picture, and a bound", code=INVALID_MESSAGE)
    session_id = raw[1:FRAME_HEAD].decode("ascii", "replace")
    if not is_uuid(session_id):
        raise RemoteProtocolError("a frame names no session", code=INVALID_MESSAGE)
    return session_id, jpeg(memoryview(raw)[FRAME_HEAD:])


def jpeg(picture: memoryview) -> memoryview:
    """Give back what begins as a JPEG does; anything else is a RemoteProtocolError (DESK-086)."""
    if bytes(picture[:2]) != _SOI:
        raise RemoteProtocolError("not a JPEG picture", code=INVALID_MESSAGE)
    return picture


def from_viewer(raw: str | bytes) -> FromViewer:
    """Decode what a viewer sent as text; anything wrong is a RemoteProtocolError (DESK-092)."""
    message: FromViewer = decode(FromViewer, raw, limit=int(DEFAULTS["desktop_input_message"]))
    return message


def to_viewer(raw: str | bytes) -> ToViewer:
    """Decode what a server sent to a viewer as text; anything wrong is a RemoteProtocolError."""
    message: ToViewer = decode(ToViewer, raw, limit=int(DEFAULTS["desktop_control_message"]))
    return message
