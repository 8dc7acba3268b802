"""Payloads and results of the commands to the agent that concern a desktop."""

from typing import Annotated, Literal

from msgspec import Meta

from breeze_protocol.desktop.messages.control import SessionEntry
from breeze_protocol.desktop.messages.input import InputEvent
from breeze_protocol.ids import Uuid
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.wire import Open

Index = Annotated[int, Meta(ge=0, le=int(DEFAULTS["desktop_monitor"]))]
Quality = Annotated[int, Meta(ge=1, le=100)]
Scale = Annotated[float, Meta(gt=0, le=1)]
StreamFps = Annotated[int, Meta(ge=1, le=int(DEFAULTS["desktop_stream_fps"]))]
Coordinate = Annotated[int, Meta(ge=-int(DEFAULTS["desktop_coordinate"]), le=int(DEFAULTS["desktop_coordinate"]))]
Pixels = Annotated[int, Meta(ge=0, le=65535)]


# -- the fallback's stream --------------------------------------------------------------------------------------------
class StreamStart(Open, omit_defaults=False):
    """DESK-081: capture the screen and send pictures."""

    session_id: Uuid
    quality: Quality = 60
    scale_factor: Scale = 1.0
    max_fps: StreamFps = 15
    display_index: Index = 0


class StreamStarted(Open, omit_defaults=False):
    """DESK-081: capturing; the size of the screen."""

    session_id: Uuid
    screen_width: Pixels
    screen_height: Pixels


class StreamStop(Open):
    """DESK-085: capture no more."""

    session_id: Uuid
    finalization_id: Annotated[str, Meta(min_length=1, max_length=256)] | None = None
    """The command's own id, where the agent shall say whether there was a stream."""


class DesktopInput(Open):
    """DESK-090: inject an input event."""

    session_id: Uuid
    event: InputEvent


class DesktopConfig(Open):
    """DESK-091: send pictures like this from now on."""

    session_id: Uuid
    quality: Quality | None = None
    scale_factor: Scale | None = None
    max_fps: StreamFps | None = None


class DesktopStop(Open):
    """DESK-030: end the WebRTC desktop of this session."""

    session_id: Uuid


# -- without a session ------------------------------------------------------------------------------------------------
class ListSessions(Open):
    """DESK-100: which people are logged in?"""


class DesktopSession(SessionEntry, omit_defaults=False):
    """One login session, and whether a desktop of it is being shown."""

    desktop_active: bool = False
    idle_minutes: Annotated[int, Meta(ge=0, le=10080)] | None = None


class DesktopSessions(Open, omit_defaults=False):
    """DESK-100: who is logged in."""

    sessions: Annotated[list[DesktopSession], Meta(max_length=256)] = []


class TakeScreenshot(Open):
    """DESK-101: one picture of a monitor."""

    monitor: Index = 0


class Screenshot(Open, omit_defaults=False):
    """DESK-101: the picture, its size, and the size of what it shows."""

    image_base64: Annotated[str, Meta(max_length=int(DEFAULTS["desktop_screenshot"]))]
    width: Pixels
    height: Pixels
    screen_width: Pixels
    screen_height: Pixels
    size_bytes: Annotated[int, Meta(ge=1)]
    monitor: Index
    captured_at: Annotated[str, Meta(max_length=64)]
    format: Literal["jpeg"] = "jpeg"


class ComputerAction(Open):
    """DESK-102: do one thing at the screen, as a person would, and show what came of it."""

    action: Literal[
        "screenshot",
        "left_click",
        "right_click",
        "middle_click",
        "double_click",
        "mouse_move",
        "scroll",
        "key",
        "type",
    ]
    x: Coordinate | None = None
    y: Coordinate | None = None
    """Left out of a scroll: where the pointer is."""
    text: Annotated[str, Meta(max_length=int(DEFAULTS["desktop_typed"]))] | None = None
    key: Annotated[str, Meta(max_length=int(DEFAULTS["desktop_action_key"]))] | None = None
    modifiers: Annotated[
        list[Annotated[str, Meta(max_length=int(DEFAULTS["desktop_action_key"]))]],
        Meta(max_length=int(DEFAULTS["desktop_modifiers"])),
    ] = []
    scroll_delta: (
        Annotated[int, Meta(ge=-int(DEFAULTS["desktop_scroll"]), le=int(DEFAULTS["desktop_scroll"]))] | None
    ) = None
    monitor: Index = 0
    capture_after: bool = True
    capture_delay_ms: Annotated[int, Meta(ge=0, le=int(DEFAULTS["desktop_capture_delay"]))] = 500
    coordinate_space_width: Pixels | None = None
    coordinate_space_height: Pixels | None = None
    """DESK-103: the size of the picture that x and y are taken from; 0 or none: they are pixels of the screen."""


class ComputerActionDone(Open):
    """DESK-102: what was done, and what the screen shows now."""

    action_executed: Annotated[str, Meta(max_length=64)]
    screenshot: Screenshot | None = None
    screenshot_error: Annotated[str, Meta(max_length=1024)] | None = None
