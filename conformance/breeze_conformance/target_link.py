"""One socket of the agent under test, as the kit's server sees it: everything it said, and what broke a rule."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final, TypeVar

import attrs
import trio

from breeze_conformance.case import NothingCame, shown
from breeze_conformance.runner import Timing
from breeze_protocol.errors import INVALID_MESSAGE, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.link import messages as m
from breeze_protocol.terminal.messages import FRAME_OUTPUT, TerminalCredit, TerminalExit, TerminalOutput, unframe
from breeze_protocol.version import (
    CAPABILITY_BASE64,
    CAPABILITY_BINARY,
    CAPABILITY_CREDIT,
    CAPABILITY_EXIT,
    CAPABILITY_HELLO,
)
from breeze_protocol.wire import decode, encode_text
from breeze_transport.seams import World
from breeze_transport.websocket import PeerClosed, WebSocket

T = TypeVar("T")

_FRAME_MOST: Final = int(DEFAULTS["link_frame"])
_PLAIN: Final = ("pong", "command_result", "heartbeat", "update_status", "hello", "backup_progress")
_KNOWN: Final = frozenset((*_PLAIN, "terminal_output", "terminal_exit"))


class Bell:
    """Wakes everybody who waits for something to have changed."""

    def __init__(self) -> None:
        self._event = trio.Event()

    def ring(self) -> None:
        """Something has changed."""
        self._event.set()
        self._event = trio.Event()

    @property
    def next(self) -> trio.Event:
        """Is set at the next ring. Take it before looking, so that nothing is missed in between."""
        return self._event

    async def until(self, found: Callable[[], T | None], seconds: float) -> T | None:
        """What `found` gives once that is not None; None when the time is over."""
        with trio.move_on_after(seconds):
            while (result := found()) is None:
                await self._event.wait()
            return result
        return found()


@attrs.frozen
class Frame:
    """One message of the agent."""

    at: float
    kind: str
    """Its `type`; `binary` for terminal bytes, `unreadable`, `invalid` or `unknown` for the rest."""
    message: Any
    """Decoded, where it could be."""
    words: str
    """As a report shows it."""


@attrs.frozen
class Breach:
    """A rule that the agent broke in passing, whatever the case was about."""

    clause: str
    what: str
    observed: str


@attrs.define
class Shell:
    """What came out of one terminal on one connection."""

    session_id: str
    output: bytearray = attrs.field(factory=bytearray)
    exit: TerminalExit | None = None
    exit_at: int | None = None
    """Bytes of output that had come before the exit was reported."""
    forms: set[str] = attrs.field(factory=set)
    """How output came: `binary`, `base64`, `text`."""
    started: bool = False
    stopped: bool = False
    """The agent has confirmed that it was stopped."""
    granted: int = int(DEFAULTS["terminal_window"])
    """Up to which offset output has been granted."""
    auto_credit: bool = True
    """Grant more as output comes."""


@attrs.define(eq=False)
class Connection:
    """One open socket. A task reads it; cases look at what has come, and wait for more."""

    ws: WebSocket
    agent_id: str
    offers: tuple[str, ...]
    world: World
    timing: Timing
    trace: Callable[[str, object], None]
    bell: Bell = attrs.field(factory=Bell)
    frames: list[Frame] = attrs.field(factory=list)
    results: dict[str, list[m.CommandResult]] = attrs.field(factory=dict)
    commands: dict[str, m.Command] = attrs.field(factory=dict)
    shells: dict[str, Shell] = attrs.field(factory=dict)
    hellos: list[m.Hello] = attrs.field(factory=list)
    breaches: list[Breach] = attrs.field(factory=list)
    pings: list[float] = attrs.field(factory=list)
    """When the agent sent protocol PINGs."""
    earlier: frozenset[str] = frozenset()
    """Ids of the commands that were sent on connections before this one."""
    acknowledge: bool = True
    pinging: bool = True
    """Send JSON pings every 30 s."""
    closed: PeerClosed | None = None
    reading: bool = True
    """False once it has fallen silent."""
    _receiving: trio.CancelScope = attrs.field(factory=trio.CancelScope)

    # -- what the server does
    async def serve(self) -> None:
        """Read until the socket ends."""
        try:
            with self._receiving:
                while True:
                    for raw in await self.ws.receive_many():
                        await self._take(raw)
                    self.bell.ring()
            await trio.sleep_forever()
        except PeerClosed as reason:
            self.closed = reason
            self.trace("-", f"socket closed: {reason.code} {reason.reason}")
        finally:
            self.bell.ring()

    async def greet(self) -> None:
        """Send `connected` with the offers."""
        now = int(self.world.wall.now() * 1000)
        await self.say(m.LinkConnected(self.agent_id, now, list(self.offers)))

    def fall_silent(self) -> None:
        """Neither read nor send any more, as a server does that hangs; protocol PINGs stay without an answer."""
        self.reading = self.pinging = False
        self._receiving.cancel()

    async def say(self, message: Any) -> None:
        """Send a message, as JSON text unless it is text or bytes already. Raises PeerClosed."""
        raw = message if isinstance(message, str | bytes) else encode_text(message)
        self.trace(">", raw)
        await self.ws.send(raw)

    async def command(self, kind: str, payload: dict[str, Any], identity: str | None = None) -> str:
        """Send a command and give its id; ids are new each time unless one is given."""
        command = m.Command(identity or f"kit-{self.world.entropy.token_hex(8)}", kind, payload)
        self.commands[command.id] = command
        await self.say(command)
        return command.id

    async def result(self, identity: str, seconds: float = 10.0) -> m.CommandResult:
        """The first result of a command. Raises NothingCame."""
        await self.until(lambda: self.results.get(identity), f"the result of command {identity}", seconds)
        return self.results[identity][0]

    async def ping(self, seconds: float = 5.0) -> m.AgentPong:
        """Send a JSON ping and give the pong that follows. Raises NothingCame."""
        since = len(self.frames)
        await self.say(m.LinkPing(int(self.world.wall.now() * 1000)))
        frame = await self.frame("pong", since, seconds)
        return frame.message  # type: ignore[no-any-return]

    async def transport_ping(self, seconds: float = 5.0) -> None:
        """Send a protocol PING and wait for its PONG. Raises NothingCame."""
        before, deadline = self.ws.pongs, trio.current_time() + self.timing.seconds(seconds)
        await self.ws.ping()
        while self.ws.pongs == before:
            if trio.current_time() > deadline or self.closed is not None:
                raise NothingCame("a PONG", self._observed(len(self.frames)))
            await trio.sleep(0.02)

    async def frame(self, kind: str, since: int = 0, seconds: float = 5.0) -> Frame:
        """The first frame of a kind after the first `since` frames. Raises NothingCame."""
        return await self.until(
            lambda: next((each for each in self.frames[since:] if each.kind == kind), None), f"a {kind} frame", seconds
        )

    async def until(self, found: Callable[[], T | None], what: str, seconds: float, clause: str | None = None) -> T:
        """Wait for something among what the agent says; an end of the socket ends the wait. Raises NothingCame."""
        since = len(self.frames)

        def changed() -> tuple[T | None] | None:
            result = found()
            return (result,) if result or self.closed else None

        outcome = await self.bell.until(changed, self.timing.seconds(seconds))
        result = outcome[0] if outcome else None
        if not result:
            raise NothingCame(what, self._observed(since), clause)
        return result

    def shell(self, session_id: str) -> Shell:
        """The record of a terminal."""
        return self.shells.setdefault(session_id, Shell(session_id))

    @property
    def capabilities(self) -> frozenset[str]:
        """What the agent named in `hello`."""
        return frozenset(self.hellos[-1].capabilities) if self.hellos else frozenset()

    def both(self, capability: str) -> bool:
        """Whether both sides have the capability."""
        return capability in self.offers and capability in self.capabilities

    # -- what the agent does
    async def _take(self, raw: str | bytes) -> None:
        frame = self._binary(raw) if isinstance(raw, bytes) else self._text(raw)
        self.frames.append(frame)
        self.trace("<", frame.words)
        if isinstance(frame.message, m.CommandResult):
            # Only what was asked for: an agent that answers acknowledgements would never come to an end.
            if self._noted_result(frame.message) and self.acknowledge:
                await self.say(m.Ack(frame.message.command_id))
        elif isinstance(frame.message, m.Hello):
            self._demand(CAPABILITY_HELLO in self.offers, "LINK-024", "hello only where it was offered", frame.words)
            self.hellos.append(frame.message)
        elif isinstance(frame.message, TerminalExit):
            self._noted_exit(frame.message, frame.words)

    def _text(self, raw: str) -> Frame:
        now = trio.current_time()
        try:
            head: Any = decode(Any, raw, limit=_FRAME_MOST)
        except RemoteProtocolError as error:
            self.breaches.append(Breach("WIRE-001", "every text message is JSON", f"{error}: {shown(raw)}"))
            return Frame(now, "unreadable", None, raw)
        kind = head.get("type") if isinstance(head, dict) else None
        if kind not in _KNOWN:
            return Frame(now, "unknown", head, raw)
        try:
            message: Any = decode(m.FromAgent, raw, limit=_FRAME_MOST)
        except RemoteProtocolError as error:
            self.breaches.append(Breach("WIRE-060", f"a {kind} message has its form", f"{error}: {shown(raw)}"))
            return Frame(now, "invalid", head, raw)
        if isinstance(message, TerminalOutput):
            self._noted_output(message.session_id, *self._unpacked(message), len(raw))
        return Frame(now, kind, message, raw)

    def _binary(self, raw: bytes) -> Frame:
        now = trio.current_time()
        words = f"binary {len(raw)} bytes: {shown(raw[:60])}"
        try:
            kind, session_id, data = unframe(raw)
            if kind != FRAME_OUTPUT:
                raise RemoteProtocolError(f"frame of kind {kind:#04x}", code=INVALID_MESSAGE)
        except RemoteProtocolError as error:
            if raw[:1] == b"{":
                self.breaches.append(Breach("WIRE-035", "JSON travels in text messages", words))
            self.breaches.append(Breach("TERM-034", "a binary message is a frame of terminal output", f"{error}"))
            return Frame(now, "invalid", None, words)
        self._demand(
            self.both(CAPABILITY_BINARY), "WIRE-050", "binary frames only where both sides named terminal_binary", words
        )
        self._noted_output(session_id, bytes(data), "binary", len(raw))
        return Frame(now, "binary", None, words)

    def _unpacked(self, message: TerminalOutput) -> tuple[bytes, str]:
        if message.encoding is None:
            return message.data.encode("utf-8", "surrogatepass"), "text"
        self._demand(
            CAPABILITY_BASE64 in self.offers, "WIRE-050", "base64 only where it was offered", shown(message.data)
        )
        try:
            return base64.b64decode(message.data, validate=True), "base64"
        except binascii.Error as error:
            self.breaches.append(Breach("TERM-033", "base64 output is base64", f"{error}: {shown(message.data)}"))
            return b"", "base64"

    def _noted_output(self, session_id: str, data: bytes, form: str, size: int) -> None:
        shell = self.shell(session_id)
        self._demand(shell.started, "TERM-033", "output only of terminals that were started here", session_id)
        self._demand(not shell.stopped, "TERM-043", "no output after the terminal was stopped", shown(data))
        self._demand(shell.exit is None, "TERM-045", "no output after the exit was reported", shown(data))
        self._demand(size <= int(DEFAULTS["terminal_output"]), "TERM-033", "output messages of at most 5 MiB", size)
        shell.output += data
        shell.forms.add(form)

    def _noted_exit(self, message: TerminalExit, words: str) -> None:
        shell = self.shell(message.session_id)
        self._demand(CAPABILITY_EXIT in self.offers, "WIRE-050", "exits are reported only where it was offered", words)
        self._demand(shell.exit is None, "TERM-045", "an exit is reported once", words)
        self._demand(not shell.stopped, "TERM-045", "no exit of a terminal that was stopped", words)
        self._demand(shell.started, "TERM-045", "exits only of terminals that were started here", words)
        shell.exit, shell.exit_at = message, len(shell.output)

    def _noted_result(self, result: m.CommandResult) -> bool:
        """Note a result; returns whether it is the first one of a command that was sent here."""
        command = self.commands.get(result.command_id)
        clause = "LINK-056" if result.command_id in self.earlier else "LINK-051"
        self._demand(command is not None, clause, "results carry the id of a command sent here", result.command_id)
        earlier = self.results.setdefault(result.command_id, [])
        self._demand(
            not earlier or result.status == "duplicate", "LINK-051", "one result for a command", result.command_id
        )
        earlier.append(result)
        if command is not None and command.type == "terminal_stop" and result.status == "completed":
            self.shell(command.payload.get("sessionId", "")).stopped = True
        return command is not None and len(earlier) == 1

    def _demand(self, holds: bool, clause: str, what: str, observed: object) -> None:
        if not holds:
            self.breaches.append(Breach(clause, what, shown(observed)))

    def _observed(self, since: int) -> str:
        came = [frame.words for frame in self.frames[since:]]
        if self.closed is not None:
            came.append(f"the socket's end ({self.closed.code} {self.closed.reason})".rstrip())
        return shown("; ".join(shown(each)[:120] for each in came[-4:])) if came else "nothing"


async def grant(connection: Connection) -> None:
    """Grant output as a viewer that takes everything would: again when a quarter of the window is used up."""
    try:
        while connection.closed is None:
            ring = connection.bell.next
            for shell in list(connection.shells.values()):
                await _extend(connection, shell)
            await ring.wait()
    except PeerClosed:
        return


async def _extend(connection: Connection, shell: Shell) -> None:
    window = int(DEFAULTS["terminal_window"])
    wanted = len(shell.output) + window
    if shell.auto_credit and connection.both(CAPABILITY_CREDIT) and wanted - shell.granted >= window // 4:
        shell.granted = wanted
        await connection.say(TerminalCredit(shell.session_id, wanted))
