"""The `control` and `cursor` channels between viewer and helper."""

from typing import Annotated, Literal

from msgspec import Meta

from breeze_protocol.desktop.messages.picture import NoPicture, Unavailable, Words
from breeze_protocol.ids import Uuid
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.wire import Open, decode

Switch = Literal[0, 1]
Count = Annotated[int, Meta(ge=0, le=1 << 53)]
Index = Annotated[int, Meta(ge=0, le=int(DEFAULTS["desktop_monitor"]))]
Pixels = Annotated[int, Meta(ge=0, le=65535)]
Place = Annotated[int, Meta(ge=-int(DEFAULTS["desktop_coordinate"]), le=int(DEFAULTS["desktop_coordinate"]))]
Name = Annotated[str, Meta(max_length=256)]
Timestamp = Annotated[float, Meta(ge=0, le=1e16, description="Milliseconds since the epoch.")]


# -- viewer to helper -------------------------------------------------------------------------------------------------
class SetBitrate(Open, tag="set_bitrate"):
    """DESK-040: the bitrate may not rise above this many bits a second."""

    value: Annotated[int, Meta(ge=1, le=int(DEFAULTS["desktop_bitrate_asked"]))]


class SetFps(Open, tag="set_fps"):
    """DESK-040: at most so many pictures a second."""

    value: Annotated[int, Meta(ge=1, le=int(DEFAULTS["desktop_fps"]))]


class RequestKeyframe(Open, tag="request_keyframe"):
    """DESK-041: send a picture that needs no other."""


class SessionsRequest(Open, tag="list_sessions"):
    """DESK-042: who is logged in on the computer?"""


class ListMonitors(Open, tag="list_monitors"):
    """DESK-043: which monitors are there?"""


class SwitchMonitor(Open, tag="switch_monitor"):
    """DESK-043: show this monitor."""

    value: Index


class ToggleAudio(Open, tag="toggle_audio"):
    """DESK-044: 1: send sound, 0: do not."""

    value: Switch


class SetCursorStream(Open, tag="set_cursor_stream"):
    """DESK-045: 1: tell where the pointer is, 0: do not. Off at first."""

    value: Switch


class SendSas(Open, tag="send_sas"):
    """DESK-046: Ctrl+Alt+Del, where the system has it."""


class LockWorkstation(Open, tag="lock_workstation"):
    """DESK-046: lock the screen."""


class BlockInput(Open, tag="block_local_input"):
    """DESK-047: 1: take no input from the person at the computer, 0: take it again."""

    value: Switch


class ReleaseAll(Open, tag="release_all"):
    """DESK-026: release every key and button that this viewer holds down."""


class ViewerStats(Open, tag="viewer_stats"):
    """DESK-048: how the viewer fares, every second. Differences count from the message before."""

    rtt_ms: Count = 0
    jitter_ms: Count = 0
    packets_lost: int = 0
    packets_lost_delta: int = 0
    packets_received: Count = 0
    packets_received_delta: Count = 0
    frames_received: Count = 0
    frames_decoded: Count = 0
    frames_dropped: Count = 0
    frames_dropped_delta: Count = 0
    kbps: Count = 0
    ice_local: Annotated[str, Meta(max_length=64)] = ""
    ice_remote: Annotated[str, Meta(max_length=64)] = ""


class ControlPing(Open, tag="ping"):
    """DESK-027: the viewer is there; a helper that was pinged once counts on it."""

    timestamp: Timestamp | None = None


class Bye(Open, tag="bye"):
    """DESK-028: the sender ends the desktop, in good order."""


ToHelper = (
    SetBitrate
    | SetFps
    | RequestKeyframe
    | SessionsRequest
    | ListMonitors
    | SwitchMonitor
    | ToggleAudio
    | SetCursorStream
    | SendSas
    | LockWorkstation
    | BlockInput
    | ReleaseAll
    | ViewerStats
    | ControlPing
    | Bye
)


# -- helper to viewer -------------------------------------------------------------------------------------------------
class Capabilities(Open, tag="capabilities", omit_defaults=False):
    """DESK-070: what this desktop serves, first of all messages; whatever is named as unavailable has a reason."""

    controls: Annotated[list[Name], Meta(max_length=64)] = []
    unavailable: Annotated[list[Unavailable], Meta(max_length=64)] = []
    audio: bool = False
    """Sound is being sent from the start (DESK-044)."""
    clipboard_to_viewer: bool = True
    clipboard_to_device: bool = True


class SessionEntry(Open, omit_defaults=False):
    """One login session of the computer."""

    session_id: Annotated[int, Meta(ge=0, le=(1 << 32) - 1)] | Uuid
    username: Name
    state: Name
    type: Name
    helper_connected: bool = False


class Sessions(Open, tag="sessions", omit_defaults=False):
    """DESK-042: who is logged in; service sessions and sessions of nobody are left out."""

    sessions: Annotated[list[SessionEntry], Meta(max_length=256)] = []


class Monitor(Open, omit_defaults=False):
    """One monitor: its place in the whole desktop, in pixels."""

    index: Index
    name: Name
    width: Pixels
    height: Pixels
    x: Place
    y: Place
    is_primary: bool = False


class Monitors(Open, tag="monitors", omit_defaults=False):
    """DESK-043: the monitors, in the order of their index."""

    monitors: Annotated[list[Monitor], Meta(max_length=17)] = []


class MonitorSwitched(Open, tag="monitor_switched", omit_defaults=False):
    """DESK-043: this monitor is shown from now on."""

    index: Index
    width: Pixels
    height: Pixels


class SasResult(Open, tag="sas_result"):
    """DESK-046: what became of Ctrl+Alt+Del."""

    ok: bool
    verification_supported: bool = False
    verified: bool = False
    error: Words | None = None
    warning: Words | None = None


class LockResult(Open, tag="lock_result"):
    """DESK-046: what became of the lock."""

    ok: bool
    error: Words | None = None


class LocalInputBlocked(Open, tag="block_local_input_result"):
    """DESK-047: what became of it."""

    supported: bool
    blocked: bool
    ok: bool
    error: Words | None = None


class DesktopState(Open, tag="desktop_state"):
    """DESK-011: whose screen this is: nobody's yet, or a person's."""

    state: Literal["loginwindow", "user_session"]
    username: Name | None = None


class InputStatus(Open, tag="input_status"):
    """DESK-025: the computer takes no input, and why."""

    available: bool
    reason: Words = ""


class ControlPong(Open, tag="pong"):
    """DESK-027: answer to a ping."""

    timestamp: Timestamp | None = None


class ControlError(Open, tag="error"):
    """DESK-024: something on a channel was refused; `about` names it."""

    code: Annotated[str, Meta(max_length=64)]
    message: Words
    about: Annotated[str, Meta(max_length=64)] = ""


FromHelper = (
    Capabilities
    | Sessions
    | Monitors
    | MonitorSwitched
    | SasResult
    | LockResult
    | LocalInputBlocked
    | DesktopState
    | InputStatus
    | NoPicture
    | ControlPong
    | ControlError
    | Bye
)


class Cursor(Open):
    """DESK-045: where the pointer is on the monitor, whether it shows, and its shape where that changed."""

    v: Switch
    x: Place = 0
    y: Place = 0
    s: (
        Literal[
            "default",
            "pointer",
            "text",
            "crosshair",
            "move",
            "grab",
            "grabbing",
            "ew-resize",
            "ns-resize",
            "nwse-resize",
            "nesw-resize",
            "not-allowed",
            "wait",
            "progress",
            "help",
            "context-menu",
            "cell",
            "none",
        ]
        | None
    ) = None


def to_helper(raw: str | bytes) -> ToHelper:
    """Decode what a viewer sent on `control`, at most 32 KiB; anything wrong is a RemoteProtocolError (DESK-024)."""
    message: ToHelper = decode(ToHelper, raw, limit=int(DEFAULTS["desktop_control_message"]))
    return message


def from_helper(raw: str | bytes) -> FromHelper:
    """Decode what a helper sent on `control`; anything wrong is a RemoteProtocolError."""
    message: FromHelper = decode(FromHelper, raw, limit=int(DEFAULTS["desktop_control_message"]))
    return message


def cursor(raw: str | bytes) -> Cursor:
    """Decode a message of the `cursor` channel; anything wrong is a RemoteProtocolError."""
    message: Cursor = decode(Cursor, raw, limit=int(DEFAULTS["desktop_input_message"]))
    return message
