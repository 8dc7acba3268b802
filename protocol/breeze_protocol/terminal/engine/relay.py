"""The server's side of a terminal."""

from collections.abc import Mapping
from typing import Any, Final

import attrs
from msgspec import UNSET

from breeze_protocol.errors import CODES, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Closing, Effect, Machine, Running, SessionNews
from breeze_protocol.terminal import messages as m
from breeze_protocol.terminal.table import ANSWERS, CLOSES, RELAY, SESSION_EVENTS
from breeze_protocol.version import DOCUMENTED, Profile

DATA_CHARACTERS: Final = int(DEFAULTS["terminal_data"])


@attrs.define
class Relay:
    """The server's side: one terminal between a viewer's socket and an agent."""

    session_id: str
    device: m.DeviceLabel
    shell: str | None = None
    profile: Profile = DOCUMENTED
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = RELAY
    size: tuple[int, int] = (80, 24)
    input_windowed: bool = False
    """The agent grants credit for input (TERM-067)."""
    binary: bool = False
    """The attached viewer takes raw bytes."""
    running: Running = attrs.field(init=False)
    held: bytearray = attrs.field(factory=bytearray, init=False)
    """Output that no viewer has taken yet."""
    bytes_out: int = attrs.field(default=0, init=False)
    """Bytes of output received from the agent."""
    bytes_in: int = attrs.field(default=0, init=False)
    """Bytes of input passed to the agent."""
    _taken: int = attrs.field(default=0, init=False)
    _granted: int = attrs.field(default=0, init=False)
    _input_granted: int = attrs.field(default=0, init=False)
    _input: list[bytes] = attrs.field(factory=list, init=False)
    _turn_ends: float | None = attrs.field(default=None, init=False)
    _heard: float = attrs.field(default=0.0, init=False)
    _ping_at: float | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)
        self._granted = int(self.limits["terminal_window"])
        self._input_granted = int(self.limits["terminal_input_window"])

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        return min((t for t in (self.running.wake_at, self._ping_at, self._turn_ends) if t is not None), default=None)

    @property
    def ended(self) -> bool:
        """Whether nothing more can happen but stragglers."""
        return self.running.final

    @property
    def input_waiting(self) -> int:
        """Bytes of input that wait for the agent's turn; a shell stops taking more from the viewer (TERM-027)."""
        return sum(map(len, self._input))

    # -- from the viewer
    def attach(self, size: tuple[int, int], binary: bool, now: float) -> list[Effect]:
        """A viewer's socket has opened; `size` is (columns, rows)."""
        self.size, self.binary, self._heard = m.clamp(*size), binary, now
        self._ping_at = now + self.limits["terminal_ping_interval"]
        return self._feed("viewer_attached", now)

    def receive(self, raw: str | bytes, now: float) -> list[Effect]:
        """The viewer has sent a message: JSON text, or raw input in a binary message (TERM-028)."""
        if isinstance(raw, bytes) and self.binary:
            return self._input_given(raw, len(raw), now)
        try:
            message = m.from_viewer(raw)
        except RemoteProtocolError as error:
            event = self.table.classify("message", {"decodes": False}, self.limits)
            return self._feed(event, now, words=error.words)
        if isinstance(message, m.Data):
            return self._input_given(message.data.encode("utf-8", "replace"), len(message.data), now)
        if isinstance(message, m.Resize):
            event = self.table.classify("resize", {"cols": message.cols, "rows": message.rows}, self.limits)
            if event == "resize_received" and self.table.allows(self.running.state, event):
                self.size = (message.cols, message.rows) if self.running.state != "starting" else self.size
            return self._feed(event, now)
        return self._feed("ping_received" if isinstance(message, m.ViewerPing) else "pong_received", now)

    def left(self, now: float) -> list[Effect]:
        """The viewer has closed its socket cleanly."""
        return self._feed("leave_received", now)

    def lost(self, now: float) -> list[Effect]:
        """The viewer's socket broke."""
        return self._feed("viewer_lost", now)

    def taken(self, count: int) -> list[Effect]:
        """The viewer's socket has taken `count` bytes of output; the agent may go on (TERM-036)."""
        self._taken += count
        window = int(self.limits["terminal_window"])
        if self._taken + window - self._granted < window // 4:
            return []
        self._granted = self._taken + window
        return [Effect("send_terminal_credit", m.TerminalCredit(self.session_id, self._granted))]

    # -- from the agent
    def started(self, now: float) -> list[Effect]:
        """The agent has confirmed that the PTY is open."""
        return self._feed("started_received", now)

    def start_failed(self, words: str, now: float) -> list[Effect]:
        """The agent could not open a PTY."""
        return self._feed("start_failed_received", now, words=words)

    def output(self, data: bytes | memoryview, now: float) -> list[Effect]:
        """The PTY has written."""
        self.bytes_out += len(data)
        return self._feed("terminal_output_received", now, data=bytes(data))

    def exited(self, code: int | None, signal: int | None, now: float) -> list[Effect]:
        """The shell has ended by itself."""
        return self._feed("terminal_exit_received", now, data=m.Exit(code, signal))

    def input_done(self, now: float) -> list[Effect]:
        """The agent has dealt with the input that was on its way (TERM-027)."""
        return self._feed("input_result_received", now)

    def input_credit(self, offset: int, now: float) -> list[Effect]:
        """The agent has room for input up to `offset` bytes in all; a lower one than before changes nothing."""
        self._input_granted = max(self._input_granted, offset)
        return self._feed("input_credit_received", now)

    def agent_lost(self, now: float) -> list[Effect]:
        """The agent's socket is gone, or could not take a command."""
        return self._feed("agent_lost", now)

    # -- from the server
    def end(self, words: str, now: float) -> list[Effect]:
        """The session ended for a reason outside this terminal: `words` tells the viewer which."""
        return self._feed("session_ended", now, words=words)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        effects = []
        overdue = self.running.overdue(now)
        if overdue is not None:
            effects += self._feed(overdue, now, words="the agent did not answer in time")
        if self._turn_ends is not None and now >= self._turn_ends:
            effects += self._feed("input_result_received", now)
        if self._ping_at is not None and now >= self._ping_at:
            self._ping_at = now + self.limits["terminal_ping_interval"]
            event = self.table.classify("tick", {"silent_for": now - self._heard}, self.limits)
            effects += self._feed(event, now)
        return effects

    # -- within
    def _input_given(self, data: bytes, characters: int, now: float) -> list[Effect]:
        event = self.table.classify("data", {"characters": characters}, self.limits)
        words = f"{characters} characters are more than {DATA_CHARACTERS}" if event == "message_refused" else None
        return self._feed(event, now, data=data, words=words)

    def _feed(self, event: str, now: float, *, data: Any = None, words: str | None = None) -> list[Effect]:
        if event in ("viewer_lost", "leave_received", "viewer_silent"):
            self._ping_at = None
        effects = []
        for name in self.running.feed(event, now):
            effects += self._effect(name, event, data, words, now)
        if self.running.final:
            self._ping_at = self._turn_ends = None
            self.held.clear()
        return effects

    def _effect(self, name: str, event: str, data: Any, words: str | None, now: float) -> list[Effect]:
        match name:
            case "send_terminal_data":
                return self._pass_input(data, now)
            case "release_input":
                return self._release_input(now)
            case "hold_output":
                return self._hold(data)
            case "release_output":
                return self._release_output()
            case "note_liveness":
                self._heard = now
                return []
            case "send_pong":
                self._heard = now
                return [Effect(name, now)]
            case "send_exit" | "send_output":
                return [Effect(name, data)]
        if (name, event) in SESSION_EVENTS:
            return [Effect(name, SessionNews(SESSION_EVENTS[name, event], words))]
        return [Effect(name, self._message(name, event, words, now))]

    def _message(self, name: str, event: str, words: str | None, now: float) -> object:
        match name:
            case "send_terminal_start":
                return m.TerminalStart(self.session_id, *self.size, UNSET if self.shell is None else self.shell)
            case "send_terminal_stop":
                return m.TerminalStop(self.session_id)
            case "send_terminal_resize":
                return m.TerminalResize(self.session_id, *self.size)
            case "send_connected":
                encoding = "binary" if self.binary else None
                return m.Connected(self.session_id, self.device, encoding, event == "viewer_attached")
            case "send_error":
                code = CODES[ANSWERS[event]]
                return m.Error(code.name, f"{code.says}: {words}" if words else code.says)
            case "send_close" | "supersede_viewer":
                return Closing(*CLOSES[event])
        return now

    def _pass_input(self, data: bytes, now: float) -> list[Effect]:
        if not data:
            return []
        if self.profile.ordered_commands and not self.input_windowed:
            self.bytes_in += len(data)
            return [Effect("send_terminal_data", data)]
        # An agent that may reorder commands gets one at a time; what comes meanwhile is joined. TERM-027
        self._input.append(data)
        return self._release_input(now) if self._turn_ends is None else []

    def _release_input(self, now: float) -> list[Effect]:
        joined = b"".join(self._input)
        room = max(0, self._input_granted - self.bytes_in) if self.input_windowed else len(joined)
        self._input = [joined[room:]] if len(joined) > room else []  # TERM-067
        joined = joined[:room]
        self._turn_ends = None
        if not joined:
            return []
        if not self.profile.ordered_commands:
            self._turn_ends = now + self.limits["terminal_input_turn"]
        self.bytes_in += len(joined)
        return [Effect("send_terminal_data", joined)]

    def _hold(self, data: bytes) -> list[Effect]:
        self.held += data
        over = len(self.held) - int(self.limits["terminal_held"])
        if over > 0:  # TERM-035
            del self.held[:over]
            return self.taken(over)
        return []

    def _release_output(self) -> list[Effect]:
        if not self.held:
            return []
        data = bytes(self.held)
        self.held.clear()
        return [Effect("send_output", data)]
