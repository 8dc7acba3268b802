"""Input events: the same object on the `input` channel, on the fallback's socket and in `desktop_input`."""

from typing import Annotated, Literal

from msgspec import Meta

from breeze_protocol.limits import DEFAULTS
from breeze_protocol.wire import Open, decode

_FAR = int(DEFAULTS["desktop_coordinate"])
_STEPS = int(DEFAULTS["desktop_scroll"])

Coordinate = Annotated[int, Meta(ge=-_FAR, le=_FAR, description="Pixels of the picture; the helper adds the monitor.")]
Button = Literal["", "left", "right", "middle"]
"""Empty means left."""
Modifier = Literal["alt", "ctrl", "control", "meta", "cmd", "super", "win", "shift"]
"""`control` is ctrl; `cmd`, `super` and `win` are meta."""
Modifiers = Annotated[list[Modifier], Meta(max_length=int(DEFAULTS["desktop_modifiers"]))]
Key = Annotated[
    str,
    Meta(
        pattern=r"^\S+$(?!\n)",
        min_length=1,
        max_length=int(DEFAULTS["desktop_key"]),
        description="A key's name, or the one character that it types; the space bar is `space`.",
    ),
]


class MouseMove(Open, tag="mouse_move"):
    """DESK-020: the pointer is here."""

    x: Coordinate = 0
    y: Coordinate = 0


class MouseClick(Open, tag="mouse_click"):
    """DESK-021: press and release at this place."""

    x: Coordinate = 0
    y: Coordinate = 0
    button: Button = "left"
    modifiers: Modifiers = []


class MouseDown(Open, tag="mouse_down"):
    """DESK-021: press at this place and hold."""

    x: Coordinate = 0
    y: Coordinate = 0
    button: Button = "left"
    modifiers: Modifiers = []


class MouseUp(Open, tag="mouse_up"):
    """DESK-021: release at this place."""

    x: Coordinate = 0
    y: Coordinate = 0
    button: Button = "left"
    modifiers: Modifiers = []


class MouseScroll(Open, tag="mouse_scroll"):
    """DESK-022: turn the wheel by so many steps; down is positive, and no step at all is refused."""

    delta: Annotated[int, Meta(ge=-_STEPS, le=_STEPS)]
    x: Coordinate = 0
    y: Coordinate = 0
    modifiers: Modifiers = []


class KeyPress(Open, tag="key_press"):
    """DESK-023: press and release a key, with modifiers held."""

    key: Key
    modifiers: Modifiers = []


class KeyDown(Open, tag="key_down"):
    """DESK-023: press a key and hold it."""

    key: Key
    modifiers: Modifiers = []


class KeyUp(Open, tag="key_up"):
    """DESK-023: release a key."""

    key: Key
    modifiers: Modifiers = []


InputEvent = MouseMove | MouseClick | MouseDown | MouseUp | MouseScroll | KeyPress | KeyDown | KeyUp


def input_event(raw: str | bytes) -> InputEvent:
    """Decode a message of the `input` channel, at most 8 KiB; anything wrong is a RemoteProtocolError (DESK-024)."""
    event: InputEvent = decode(InputEvent, raw, limit=int(DEFAULTS["desktop_input_message"]))
    return event
