"""The agent's side of a terminal."""

from collections.abc import Mapping
from typing import Any

import attrs

from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running
from breeze_protocol.terminal import messages as m
from breeze_protocol.terminal.table import AGENT


@attrs.define
class AgentTerminal:
    """The agent's side: one PTY. The shell of this engine opens it, reads it while `may_read`, and ends it."""

    session_id: str
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = AGENT
    windowed: bool = True
    """The server grants credit; without that the agent reads as fast as its socket takes it."""
    size: tuple[int, int] = (80, 24)
    running: Running = attrs.field(init=False)
    sent: int = attrs.field(default=0, init=False)
    """Bytes of output sent so far."""
    _granted: int = attrs.field(default=0, init=False)
    _written: int = attrs.field(default=0, init=False)
    _input_granted: int = attrs.field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)
        self._granted = int(self.limits["terminal_window"])
        self._input_granted = int(self.limits["terminal_input_window"])

    @property
    def may_read(self) -> bool:
        """Whether the PTY may be read now (TERM-036)."""
        if not self.windowed:
            return True
        window = self.limits["terminal_window"]
        outstanding = self.sent - self._granted + window
        return self.table.classify("read", {"outstanding": outstanding}, self.limits) == "pty_output"

    def room(self, most: int) -> int:
        """How many of `most` bytes may be read and sent now, so that the window is never overrun (TERM-036)."""
        return max(0, min(most, self._granted - self.sent)) if self.windowed else most

    @property
    def ended(self) -> bool:
        """Whether the terminal is over."""
        return self.running.final

    def start(self, request: m.TerminalStart, terminals: int, now: float) -> list[Effect]:
        """`terminal_start` arrived while `terminals` others are open."""
        if self.running.state == "absent":
            self.size = m.clamp(request.cols, request.rows)
        event = self.table.classify("start", {"terminals": terminals}, self.limits)
        words = f"session {self.session_id} already exists"
        if event == "START_REFUSED":
            words = f"{terminals} terminals are open, more are not allowed"
        return self._feed(event, now, body=words, opening=(self.size, request.shell or None))

    def opened(self, now: float) -> list[Effect]:
        """The PTY is open."""
        cols, rows = self.size
        return self._feed(
            "pty_opened", now, {"sessionId": self.session_id, "cols": cols, "rows": rows, "started": True}
        )

    def failed(self, words: str, now: float) -> list[Effect]:
        """The PTY could not be opened."""
        return self._feed("pty_failed", now, words)

    def data(self, data: bytes, now: float) -> list[Effect]:
        """Input arrived."""
        return self._feed("terminal_data_received", now, data)

    def resize(self, cols: int, rows: int, now: float) -> list[Effect]:
        """A new size arrived; it is clamped (TERM-005)."""
        self.size = m.clamp(cols, rows)
        return self._feed("terminal_resize_received", now, self.size)

    def credit(self, offset: int, now: float) -> list[Effect]:
        """The server has granted output up to `offset`; a lower one than before changes nothing."""
        self._granted = max(self._granted, offset)
        return self._feed("terminal_credit_received", now, offset)

    def written(self, count: int) -> list[Effect]:
        """The PTY has taken `count` bytes of input; the server may send as many more (TERM-068)."""
        self._written += count
        window = int(self.limits["terminal_input_window"])
        if self._written + window - self._input_granted < window // 4:
            return []
        self._input_granted = self._written + window
        return [Effect("send_input_credit", m.TerminalCredit(self.session_id, self._input_granted))]

    def output(self, data: bytes, now: float) -> list[Effect]:
        """The PTY has written."""
        self.sent += len(data)
        return self._feed("pty_output", now, data)

    def exited(self, code: int | None, signal: int | None, now: float) -> list[Effect]:
        """The shell has ended by itself, with this status or this signal."""
        return self._feed("shell_exited", now, m.TerminalExit(self.session_id, code, signal))

    def stop(self, now: float) -> list[Effect]:
        """`terminal_stop` arrived."""
        return self._feed("terminal_stop_received", now, {"sessionId": self.session_id, "stopped": True})

    def link_lost(self, now: float) -> list[Effect]:
        """The link to the server is gone: the PTY must not outlive it (TERM-047)."""
        return self._feed("link_lost", now)

    def _feed(self, event: str, now: float, body: Any = None, opening: Any = None) -> list[Effect]:
        effects = []
        for name in self.running.feed(event, now):
            if name == "send_refusal":
                effects.append(Effect(name, f"session {self.session_id} not found"))
            elif name == "send_input_result":
                effects.append(Effect(name, {"sessionId": self.session_id, "written": len(body)}))
            else:
                effects.append(Effect(name, opening if name == "open_pty" else body))
        return effects
