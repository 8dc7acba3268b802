"""Inputs of mouse and keyboard, action by action."""

from typing import Annotated, Literal

from msgspec import Meta

from breeze_protocol.chat.inputs.fields import Acting, Monitor, Pixel

Modifiers = Annotated[list[Literal["ctrl", "alt", "shift", "meta"]], Meta(max_length=4)]


class _Control(Acting, kw_only=True):
    monitor: Monitor = 0
    capture_after: bool = True
    capture_delay_ms: Annotated[int, Meta(ge=0, le=3000)] = 500
    modifiers: Modifiers = []  # noqa: RUF012 - msgspec copies mutable defaults


class _At(_Control, kw_only=True):
    x: Pixel
    y: Pixel


class Click(_At, tag="click", kw_only=True):
    """CHAT-075: press and release a button at a place; the documented name."""

    button: Literal["left", "right", "middle"] = "left"


class LeftClick(_At, tag="left_click", kw_only=True):
    """`click` with the left button."""


class RightClick(_At, tag="right_click", kw_only=True):
    """`click` with the right button."""


class MiddleClick(_At, tag="middle_click", kw_only=True):
    """`click` with the middle button."""


class DoubleClick(_At, tag="double_click", kw_only=True):
    """Two clicks of the left button."""


class MouseMove(_At, tag="mouse_move", kw_only=True):
    """Bring the pointer to a place."""


class Scroll(_Control, tag="scroll", kw_only=True):
    """CHAT-078: turn the wheel, negative is up; without x and y where the pointer is."""

    scroll_delta: Annotated[int, Meta(ge=-100, le=100)]
    x: Pixel | None = None
    y: Pixel | None = None

    def __post_init__(self) -> None:
        if (self.x is None) != (self.y is None):
            raise ValueError("x and y go together")


class PressKey(_Control, tag="key", kw_only=True):
    """Press a key, or a combination with modifiers."""

    key: Annotated[str, Meta(max_length=50, pattern=r"^[a-zA-Z0-9_]+$(?!\n)")]


class TypeText(_Control, tag="type", kw_only=True):
    """Type a text."""

    text: Annotated[str, Meta(min_length=1, max_length=1000)]


class Look(Acting, tag="screenshot", kw_only=True):
    """A picture, and no input."""

    monitor: Monitor = 0
