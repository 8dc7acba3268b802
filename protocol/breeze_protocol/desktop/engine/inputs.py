"""What is pressed, and what waits to be injected."""

from collections import deque
from collections.abc import Mapping

import attrs

from breeze_protocol.desktop import messages as m
from breeze_protocol.desktop.table import KEY_ALIASES


def key_name(key: str) -> str:
    """The one name of a key: `esc` and `escape` are the same key (DESK-023)."""
    lower = key.lower() if len(key) > 1 else key
    return KEY_ALIASES.get(lower, lower)


def facts(event: m.InputEvent) -> dict[str, float]:
    """What the checks ask of an input event."""
    key = event.key if isinstance(event, m.KeyPress | m.KeyDown | m.KeyUp) else ""
    scrolls = event.delta != 0 if isinstance(event, m.MouseScroll) else True
    return {"key_bytes": len(key.encode("utf-8", "replace")), "scrolls": scrolls}


@attrs.define
class Pressed:
    """The keys and buttons that one viewer holds down."""

    _keys: dict[str, str] = attrs.field(factory=dict, init=False)
    _buttons: dict[m.Button, tuple[int, int]] = attrs.field(factory=dict, init=False)
    _at: tuple[int, int] = attrs.field(default=(0, 0), init=False)

    def note(self, event: m.InputEvent) -> None:
        """Remember what an event presses or releases."""
        match event:
            case m.KeyDown(key=key):
                self._keys[key_name(key)] = key
            case m.KeyUp(key=key):
                self._keys.pop(key_name(key), None)
            case m.MouseDown(x=x, y=y, button=button):
                self._buttons[button or "left"] = self._at = (x, y)
            case m.MouseUp(x=x, y=y, button=button):
                self._buttons.pop(button or "left", None)
                self._at = (x, y)
            case m.MouseMove(x=x, y=y):
                self._at = (x, y)

    def release(self) -> list[m.InputEvent]:
        """The events that release everything, the last pressed first; afterwards nothing is pressed (DESK-026)."""
        ups: list[m.InputEvent] = [m.MouseUp(*self._at, button=button) for button in reversed(self._buttons)]
        ups += [m.KeyUp(key) for key in reversed(self._keys.values())]
        self._keys.clear()
        self._buttons.clear()
        return ups

    @property
    def anything(self) -> bool:
        """Whether a key or a button is down."""
        return bool(self._keys or self._buttons)


@attrs.define
class InputQueue:
    """Events that wait for the device's turn: moves are joined, everything else is kept, in order (DESK-093)."""

    limits: Mapping[str, float]
    _events: deque[m.InputEvent] = attrs.field(factory=deque, init=False)

    def __len__(self) -> int:
        return len(self._events)

    @property
    def full(self) -> bool:
        """Whether the viewer's socket should not be read now."""
        return len(self._events) >= self.limits["desktop_input_held"]

    def put(self, event: m.InputEvent) -> None:
        """Add an event; a move right after a move takes its place."""
        if isinstance(event, m.MouseMove) and self._events and isinstance(self._events[-1], m.MouseMove):
            self._events[-1] = event
        else:
            self._events.append(event)

    def take(self) -> m.InputEvent | None:
        """The oldest event, or None."""
        return self._events.popleft() if self._events else None

    def clear(self) -> None:
        """Forget everything: the device releases what is pressed when it stops."""
        self._events.clear()
