"""Terminals: performs the protocol's `Relay` between an agent's socket and a viewer's.

What the relay says is performed in order. Only news for the session's record has to wait for the database, and what
follows it waits with it: a viewer is told `connected` after the record is durable. Stopping the agent's side never
waits. Output waits for the viewer in one queue that outlasts the viewer's socket, and is bounded.
"""

from __future__ import annotations

import logging
import math
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs
import trio

from breeze_protocol.errors import BreezeError
from breeze_protocol.link.messages import CommandResult
from breeze_protocol.machine import Effect
from breeze_protocol.terminal.engine import Relay, SessionNews
from breeze_protocol.terminal.messages import FRAME_INPUT, DeviceLabel, Ping, Pong, TerminalData, ViewerPong, frame
from breeze_protocol.wire import encode_text

from . import lifecycle
from .audit import SERVER, Actor
from .lifecycle import News

if TYPE_CHECKING:
    from .link import AgentLink
    from .services import Services
    from .viewer import Viewer

log = logging.getLogger(__name__)

_BY_VIEWER = ("viewer_closed", "viewer_lost", "viewer_returned")
_BY_AGENT = ("agent_acknowledged", "peer_connected", "start_failed", "shell_exited", "agent_lost")
_INPUT_PIECE = 65536
_BYTES = frozenset({"send_output", "send_terminal_data", "send_terminal_credit"})
_PONG = encode_text(ViewerPong())


class Terminal:
    """One terminal that runs, or is about to."""

    def __init__(self, services: Services, session: dict[str, Any], link: AgentLink) -> None:
        self.session_id: str = session["id"]
        self.user_id: str = session["user_id"]
        self.login_id: str = session["login_id"]
        self.services = services
        self.link = link
        label = DeviceLabel(session["hostname"], session["os_type"])
        shell = "powershell" if session["os_type"] == "windows" else None
        self.relay = Relay(self.session_id, label, shell, link.profile, services.limits)
        self.relay.input_windowed = link.input_credit
        self.queue: deque[bytes] = deque()
        """Output on its way to the viewer."""
        self.viewer: Viewer | None = None
        self.input_taken = trio.Event()
        """Replaced whenever the agent has taken input that waited for its turn."""
        self._queued = 0
        self._lane: deque[Effect] = deque()
        self._wake = trio.Event()
        self._input = getincrementaldecoder("utf-8")("replace")
        self._user = Actor("user", session["user_id"], session["email"])
        self._agent = Actor("agent", session["agent_id"], session["hostname"])

    @property
    def measured(self) -> int:
        """Bytes that went through, both ways."""
        return self.relay.bytes_in + self.relay.bytes_out

    # -- what happens to it
    def attach(self, viewer: Viewer, size: tuple[int, int]) -> None:
        """A viewer's socket is open. Raises Refused where the terminal is over."""
        effects = self.relay.attach(size, viewer.binary, trio.current_time())
        before, self.viewer = self.viewer, viewer
        for effect in effects:
            if effect.name == "supersede_viewer" and before is not None:
                before.close(effect.body.code, effect.body.reason)
        self.perform(effect for effect in effects if effect.name != "supersede_viewer")

    def receive(self, raw: str | bytes) -> None:
        """The viewer has sent a message."""
        self.perform(self.relay.receive(raw, trio.current_time()))

    def viewer_held(self) -> None:
        """The viewer is not being read, because the agent takes no more input: its silence says nothing."""
        if self.viewer is not None:
            self.receive(_PONG)

    def detach(self, viewer: Viewer, *, clean: bool) -> None:
        """The viewer's socket is over; nothing where another has taken its place."""
        if self.viewer is viewer:
            self.viewer = None
            now = trio.current_time()
            self.perform(self.relay.left(now) if clean else self.relay.lost(now))

    def output(self, data: bytes | memoryview) -> None:
        """The PTY has written."""
        self.perform(self.relay.output(data, trio.current_time()))

    def exited(self, code: int | None, signal: int | None) -> None:
        """The shell has ended by itself."""
        now = trio.current_time()
        if self.relay.running.state == "starting":
            self.perform(self.relay.start_failed("the shell ended at once", now))
        else:
            self.perform(self.relay.exited(code, signal, now))

    def result(self, kind: str, result: CommandResult) -> None:
        """A command of this terminal is done; which keys its result has does not matter."""
        now = trio.current_time()
        if kind == "terminal_start":
            good = result.status == "completed"
            words = result.error or f"the agent answered {result.status}"
            self.perform(self.relay.started(now) if good else self.relay.start_failed(words, now))
        elif kind == "terminal_data" and not self.relay.ended and self.relay.running.state != "waiting":
            self.perform(self.relay.input_done(now))
        self._took_input()

    def input_credit(self, offset: int) -> None:
        """The agent has room for more input."""
        self.perform(self.relay.input_credit(offset, trio.current_time()))
        self._took_input()

    def _took_input(self) -> None:
        taken, self.input_taken = self.input_taken, trio.Event()
        taken.set()

    def agent_lost(self) -> None:
        """The agent's socket is gone; should the agent come back with the PTY, it is told to stop it."""
        if not self.relay.ended:
            self.services.agents.stop_later(self.link.agent_id, self.session_id)
        self.perform(self.relay.agent_lost(trio.current_time()))
        self._wake.set()

    def end(self, words: str) -> None:
        """The session has ended for a reason outside this terminal."""
        self.perform(self.relay.end(words, trio.current_time()))
        self._wake.set()

    # -- effects
    def perform(self, effects: Iterable[Effect]) -> None:
        """Do what the relay says, in order; what has to wait for the database is left to `run`."""
        for effect in effects:
            if effect.name == "send_terminal_stop":
                self._stop()
            elif self._lane or isinstance(effect.body, SessionNews):
                self._lane.append(effect)
            else:
                self._do(effect.name, effect.body)
            # Bytes on their way move no deadline, but where an agent takes input in turns.
            if effect.name not in _BYTES or not self.relay.profile.ordered_commands:
                self._wake.set()

    def _do(self, name: str, body: Any) -> None:
        match name:
            case "send_output":
                self._enqueue(body)
            case "send_terminal_data":
                self._give(body)
            case "send_terminal_credit":
                self._grant(body)
            case "send_terminal_start":
                self._command("terminal_start", body, f"term-start-{self.session_id}")
            case "send_terminal_resize":
                self._command("terminal_resize", body, "term-resize")
            case "send_ping":
                self._say(encode_text(Ping(self.services.wall_ms)))
            case "send_pong":
                self._say(encode_text(Pong(self.services.wall_ms)))
            case "send_connected" | "send_error" | "send_exit":
                self._say(encode_text(body), last=self.relay.ended)
            case "send_close":
                if self.viewer is not None:
                    self.viewer.close(body.code, body.reason)

    def _say(self, text: str, *, last: bool = False) -> None:
        if self.viewer is not None:
            self.viewer.say(text, last=last)

    def _enqueue(self, data: bytes) -> None:
        self.queue.append(data)
        self._queued += len(data)
        dropped = 0
        # Only an agent without credit can run this far ahead of its viewer. TERM-035
        while self._queued > self.services.limits["terminal_held"] and len(self.queue) > 1:
            dropped += len(self.queue[0])
            self._queued -= len(self.queue.popleft())
        if dropped:
            self.taken(dropped)
        if self.viewer is not None:
            self.viewer.hurry(self)

    def take_output(self, most: int) -> bytes:
        """Take up to `most` bytes, at least one piece, off the queue."""
        pieces, size = [], 0
        while self.queue and (not pieces or size + len(self.queue[0]) <= most):
            pieces.append(self.queue.popleft())
            size += len(pieces[-1])
        self._queued -= size
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def taken(self, count: int) -> None:
        """The viewer's socket has taken output: the agent may go on."""
        for effect in self.relay.taken(count):
            self._grant(effect.body)

    def _grant(self, credit: Any) -> None:
        if self.link.credit and self.link.open:
            self.link.post(encode_text(credit))

    def _give(self, data: bytes) -> None:
        if self.link.binary:
            self.link.post(frame(FRAME_INPUT, self.session_id, data))
            return
        for start in range(0, len(data), _INPUT_PIECE):
            text = self._input.decode(data[start : start + _INPUT_PIECE])
            if text:
                self._command("terminal_data", TerminalData(self.session_id, text), "term-data")

    def _command(self, kind: str, payload: Any, prefix: str) -> None:
        unique = self.services.world.entropy.token_hex(4 if kind == "terminal_start" else 8)
        self.link.command(kind, payload, f"{prefix}-{unique}", self.session_id)

    def _stop(self) -> None:
        if self.link.open:
            self.link.stop_terminal(self.session_id)
        else:
            self.services.agents.stop_later(self.link.agent_id, self.session_id)

    # -- its task
    async def run(self) -> None:
        """Keep time and write news until the terminal is over and its end is recorded."""
        try:
            while self._lane or not self.relay.ended:
                due = self.relay.wake_at
                with trio.move_on_at(math.inf if due is None else due):
                    await self._wake.wait()
                self._wake = trio.Event()
                await self._work()
                if not self.relay.ended:
                    self.perform(self.relay.tick(trio.current_time()))
        finally:
            self.services.terminals.forget(self)

    async def _work(self) -> None:
        while self._lane:
            news = []
            while self._lane and isinstance(self._lane[0].body, SessionNews):
                news.append(self._news(self._lane.popleft().body))
            if news:
                await self._record(news)
            else:
                effect = self._lane.popleft()
                self._do(effect.name, effect.body)

    def _news(self, body: SessionNews) -> News:
        by = self._user if body.event in _BY_VIEWER else self._agent if body.event in _BY_AGENT else SERVER
        return News(body.event, by, body.words)

    async def _record(self, news: list[News]) -> None:
        try:
            await lifecycle.move(self.services, self.session_id, *news)
        except BreezeError as error:
            # Nothing runs that the audit log does not know of.
            log.error("a session's news could not be recorded: %s", error, extra={"session": self.session_id})
            self._lane.clear()
            self.end("its record could not be written")


@attrs.define(eq=False)
class Terminals:
    """The terminals of this server, by session."""

    _by_session: dict[str, Terminal] = attrs.field(factory=dict)

    def find(self, session_id: str) -> Terminal | None:
        """The session's terminal, where it has one."""
        return self._by_session.get(session_id)

    def all(self) -> list[Terminal]:
        """Every terminal."""
        return list(self._by_session.values())

    def open(self, services: Services, session: dict[str, Any], link: AgentLink) -> Terminal:
        """Make the session's terminal, and start its task."""
        terminal = Terminal(services, session, link)
        self._by_session[terminal.session_id] = link.terminals[terminal.session_id] = terminal
        services.tasks.start_soon(terminal.run)
        return terminal

    def forget(self, terminal: Terminal) -> None:
        """The terminal is over."""
        self._by_session.pop(terminal.session_id, None)
        terminal.link.terminals.pop(terminal.session_id, None)

    def end(self, session_id: str, words: str) -> None:
        """The session is over: stop what runs for it."""
        terminal = self._by_session.get(session_id)
        if terminal is not None:
            terminal.end(words)

    def measured(self, session_id: str) -> int | None:
        """Bytes that a session's terminal has carried; None where it had none."""
        terminal = self._by_session.get(session_id)
        return None if terminal is None else terminal.measured

    def all_measured(self) -> dict[str, int]:
        """As `measured`, of all."""
        return {session_id: terminal.measured for session_id, terminal in self._by_session.items()}
