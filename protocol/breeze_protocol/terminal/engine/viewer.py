"""The viewer's side of a terminal."""

from collections.abc import Mapping
from typing import Any

import attrs

from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Closing, Effect, Machine, Running
from breeze_protocol.terminal import messages as m
from breeze_protocol.terminal.table import VIEWER


@attrs.define
class ViewerTerminal:
    """The viewer's side."""

    size: tuple[int, int] = (80, 24)
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = VIEWER
    running: Running = attrs.field(init=False)
    status: m.Exit | None = attrs.field(default=None, init=False)
    """How the shell ended, once it is known."""
    wake_at: float | None = attrs.field(default=None, init=False)
    """When `tick` has to be called next; None before `opened` and after the end."""
    _heard: float = attrs.field(default=0.0, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)

    def opened(self, now: float) -> None:
        """The socket stands: from now on the server's silence counts."""
        self._heard = now
        self.wake_at = now + self.limits["terminal_ping_interval"]

    def tick(self, now: float, reading: bool = True) -> list[Effect]:
        """Do what time demands. Who is not reading, because the screen takes nothing, cannot call the server silent."""
        if self.wake_at is None or now < self.wake_at:
            return []
        self.wake_at = now + self.limits["terminal_ping_interval"]
        if not reading:
            self._heard = now
        event = self.table.classify("tick", {"silent_for": now - self._heard}, self.limits)
        return self._feed(event, now)

    def receive(self, raw: str | bytes, now: float) -> list[Effect]:
        """A message of the server: JSON text, or raw output in a binary message."""
        self._heard = now
        if isinstance(raw, bytes):
            return self._feed("output_received", now, raw)
        message = m.to_viewer(raw)
        if isinstance(message, m.Output):
            return self._feed("output_received", now, message.data.encode("utf-8", "replace"))
        if isinstance(message, m.Exit):
            self.status = message
        kind = {m.Connected: "connected", m.Exit: "exit", m.Error: "error", m.Ping: "ping", m.Pong: "pong"}[
            type(message)
        ]
        return self._feed(f"{kind}_received", now, message)

    def typed(self, data: bytes, now: float) -> list[Effect]:
        """The user has typed or pasted; at most `terminal_data` characters a call (TERM-021)."""
        event = self.table.classify("data", {"characters": len(data)}, self.limits)
        return self._feed(event, now, data)

    def resized(self, cols: int, rows: int, now: float) -> list[Effect]:
        """The user's window has this size now; sent only once connected (TERM-020)."""
        self.size = m.clamp(cols, rows)
        event = self.table.classify("resize", {"cols": self.size[0], "rows": self.size[1]}, self.limits)
        return self._feed(event, now)

    def closed(self, code: int, reason: str, now: float) -> list[Effect]:
        """The server has closed the socket."""
        return self._feed("close_received", now, Closing(code, reason))

    def lost(self, now: float) -> list[Effect]:
        """The socket broke."""
        return self._feed("server_lost", now)

    def leave(self, now: float) -> list[Effect]:
        """The user wants out."""
        return self._feed("user_left", now)

    def _feed(self, event: str, now: float, body: Any = None) -> list[Effect]:
        effects = []
        for name in self.running.feed(event, now):
            match name:
                case "send_resize":
                    effects.append(Effect(name, m.Resize(*self.size)))
                case "send_ping":
                    effects.append(Effect(name, m.ViewerPing()))
                case "send_pong":
                    effects.append(Effect(name, m.ViewerPong(getattr(body, "timestamp", None))))
                case _:
                    effects.append(Effect(name, body))
        if self.running.final:
            self.wake_at = None
        return effects
