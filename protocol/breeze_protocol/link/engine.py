"""Link: the two sides of the agent socket as engines.

Theory of operation. Each engine takes what arrived on the socket, classifies it by the table's checks and returns
effects. The server's side lives as long as one socket. The agent's side lives as long as the agent: it says when to
dial, how long to wait after a failure, and which commands are new. Terminal output passes through both without being
read: binary frames are routed by their head alone.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import msgspec

from breeze_protocol.errors import CODES, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.link import messages as m
from breeze_protocol.link.commands import COMMANDS
from breeze_protocol.link.table import AGENT, SERVER
from breeze_protocol.machine import Effect, Machine, Running
from breeze_protocol.terminal.messages import TerminalCredit, TerminalExit, TerminalOutput
from breeze_protocol.version import (
    CAPABILITY_BASE64,
    CAPABILITY_BINARY,
    CAPABILITY_CREDIT,
    CAPABILITY_EXIT,
    CAPABILITY_HELLO,
    CAPABILITY_INPUT_CREDIT,
)
from breeze_protocol.wire import decode

SERVER_OFFERS: Final = (
    CAPABILITY_BASE64,
    CAPABILITY_EXIT,
    CAPABILITY_BINARY,
    CAPABILITY_CREDIT,
    CAPABILITY_INPUT_CREDIT,
    CAPABILITY_HELLO,
)
"""What our server offers in `connected`."""

AGENT_HAS: Final = (CAPABILITY_EXIT, CAPABILITY_BINARY, CAPABILITY_CREDIT, CAPABILITY_INPUT_CREDIT)
"""What our agent names in `hello`."""

CLOSES: Final = {
    "agent_silent": (4008, "Pong timeout"),
    "superseded": (4002, "Superseded by newer connection"),
    "access_revoked": (4001, "Device no longer authorized"),
    "server_stopping": (1001, "Server is going away"),
}
"""The close code and reason that `send_close` uses, by the server's event."""

_SEEN_MOST: Final = 4096

_EVENTS: Final[Mapping[type, str]] = {
    m.AgentPong: "pong_received",
    m.CommandResult: "result_received",
    m.LinkHeartbeat: "heartbeat_received",
    m.UpdateStatus: "update_status_received",
    m.Hello: "hello_received",
    m.Progress: "progress_received",
    TerminalOutput: "terminal_output_received",
    TerminalExit: "terminal_exit_received",
    TerminalCredit: "input_credit_received",
}


class _Head(msgspec.Struct):
    type: Any = None
    id: Any = None
    commandId: Any = None


@attrs.define
class LinkServer:
    """The server's side of one agent socket."""

    agent_id: str
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = SERVER
    offers: tuple[str, ...] = SERVER_OFFERS
    running: Running = attrs.field(init=False)
    capabilities: frozenset[str] = attrs.field(default=frozenset(), init=False)
    """What the agent named in `hello`; empty for deployed agents."""
    _heard: float = attrs.field(default=0.0, init=False)
    _ping_at: float | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        return self._ping_at

    def opened(self, now: float, wall_ms: int) -> list[Effect]:
        """The socket is open; `wall_ms` is the date in milliseconds, for the greeting."""
        self._heard, self._ping_at = now, now + self.limits["link_ping_interval"]
        return self._feed("socket_opened", m.LinkConnected(self.agent_id, wall_ms, list(self.offers)))

    def receive(self, raw: str | bytes, now: float, wall_ms: int) -> list[Effect]:
        """A text message, or a binary one that is not a frame of terminal bytes."""
        limit = int(self.limits["link_frame"])
        try:
            head: _Head = decode(_Head, raw, limit=limit)
        except RemoteProtocolError as error:
            return self._complain("readable", error, None)
        try:
            message: m.FromAgent = decode(m.FromAgent, raw, limit=limit)
        except RemoteProtocolError as error:
            return self._complain("decodes", error, head)
        if isinstance(message, m.AgentPong | m.LinkHeartbeat | TerminalOutput):
            self._heard = now
        if isinstance(message, m.Hello):
            self.capabilities = frozenset(message.capabilities)
        if isinstance(message, m.LinkHeartbeat):
            return self._feed("heartbeat_received", m.HeartbeatAck(wall_ms))
        return self._feed(_EVENTS[type(message)], message)

    def output_arrived(self, now: float) -> list[Effect]:
        """A binary frame of terminal bytes arrived: it proves as much life as a pong."""
        self._heard = now
        return self._feed("terminal_output_received", None)

    def tick(self, now: float, wall_ms: int) -> list[Effect]:
        """Do what time demands: ping, or give up on a silent agent (LINK-033, LINK-034)."""
        if self._ping_at is None or now < self._ping_at:
            return []
        self._ping_at = now + self.limits["link_ping_interval"]
        event = self.table.classify("tick", {"silent_for": now - self._heard}, self.limits)
        return self._feed(event, m.LinkPing(wall_ms))

    def command(self, command: m.Command) -> list[Effect]:
        """Pass a command to the agent."""
        return self._feed("command_queued", command)

    def happened(self, event: str) -> list[Effect]:
        """`superseded`, `access_revoked`, `server_stopping` or `agent_gone`."""
        return self._feed(event, None)

    def _complain(self, fact: str, error: RemoteProtocolError, head: _Head | None) -> list[Effect]:
        event = self.table.classify("message", {"readable": fact == "decodes", "decodes": False}, self.limits)
        code = CODES["PROCESSING_ERROR" if event == "message_unreadable" else "INVALID_MESSAGE"]
        kind = head.type if head is not None and isinstance(head.type, str) else None
        command = head.commandId if head is not None and isinstance(head.commandId, str) else None
        return self._feed(event, m.LinkError(code.name, code.says, error.details or error.words, kind, command))

    def _feed(self, event: str, body: Any) -> list[Effect]:
        effects = []
        for name in self.running.feed(event, 0.0):
            if name == "send_close":
                effects.append(Effect(name, CLOSES[event]))
            elif name == "send_ack":
                effects.append(Effect(name, m.Ack(body.command_id)))
            else:
                effects.append(Effect(name, body))
        if self.running.final:
            self._ping_at = None
        return effects


@attrs.define
class LinkAgent:
    """The agent's side of its link, over all its sockets."""

    uniform: Callable[[float, float], float]
    """Randomness for the jitter of the backoff."""
    agent_version: str = ""
    known: frozenset[str] = frozenset(COMMANDS)
    """Types of command that the agent can run."""
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = AGENT
    has: tuple[str, ...] = AGENT_HAS
    running: Running = attrs.field(init=False)
    capabilities: frozenset[str] = attrs.field(default=frozenset(), init=False)
    """What the server offered in `connected`; empty for servers of April 2026."""
    _retry_at: float | None = attrs.field(default=None, init=False)
    _backoff: float = attrs.field(default=0.0, init=False)
    _since: float | None = attrs.field(default=None, init=False)
    _seen: OrderedDict[str, None] = attrs.field(factory=OrderedDict, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin offline."""
        self.running = Running(self.table, self.limits)

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        times = [t for t in (self.running.wake_at, self._retry_at) if t is not None]
        if self._backoff and self._since is not None:
            times.append(self._since + self.limits["link_ping_interval"])
        return min(times, default=None)

    def begin(self, now: float) -> None:
        """Dial as soon as `tick` is called."""
        self._retry_at = now

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        effects = []
        overdue = self.running.overdue(now)
        if overdue is not None:
            effects += self._feed(overdue, now)
        if self._retry_at is not None and now >= self._retry_at:
            self._retry_at = None
            effects += self._feed("retry_due", now)
        if self._backoff and self._since is not None and now >= self._since + self.limits["link_ping_interval"]:
            effects += self._feed("lasted", now)
        return effects

    def dialed(self, now: float) -> list[Effect]:
        """The socket is open."""
        return self._feed("dial_succeeded", now)

    def dial_failed(self, now: float, *, refused: bool = False, words: str = "") -> list[Effect]:
        """The socket did not open; `refused` where the server answered 401 or 403."""
        return self._feed("credentials_refused" if refused else "dial_failed", now, words)

    def receive(self, raw: str | bytes, now: float) -> list[Effect]:
        """A text message of the server. What cannot be read is dropped (LINK-039)."""
        try:
            head: _Head = decode(_Head, raw, limit=int(self.limits["link_frame"]))
        except RemoteProtocolError:
            return self._feed("message_ignored", now)
        kind = head.type if isinstance(head.type, str) else ""
        identity = head.id if isinstance(head.id, str) else ""
        event = self._classify(kind, identity)
        if event == "tagged":
            return self._tagged(raw, now)
        if event in ("command_received", "command_unknown"):
            return self._command(raw, event, now)
        return self._feed(event, now)

    def lost(self, now: float, *, closed: bool = False) -> list[Effect]:
        """The socket is gone; `closed` where the server closed it."""
        return self._feed("close_received" if closed else "link_lost", now)

    def result(self, result: m.CommandResult, now: float) -> list[Effect]:
        """A command is done."""
        return self._feed("result_ready", now, result)

    def stop(self, now: float) -> list[Effect]:
        """The agent shall stop."""
        return self._feed("stop_requested", now)

    def _classify(self, kind: str, identity: str) -> str:
        facts = {
            "is_ping": kind == "ping",
            "is_tagged": not identity and kind in ("connected", "ack", "heartbeat_ack", "error", "terminal_credit"),
            "has_id": bool(identity),
            "id_seen": identity in self._seen,
            "type_known": kind in self.known,
        }
        return self.table.classify("frame", facts, self.limits)

    def _tagged(self, raw: str | bytes, now: float) -> list[Effect]:
        try:
            message: m.ToAgent = decode(m.ToAgent, raw, limit=int(self.limits["link_frame"]))
        except RemoteProtocolError:
            return self._feed("message_ignored", now)
        if isinstance(message, m.LinkConnected):
            self.capabilities = frozenset(message.capabilities)
            greeted = self._feed("connected_received", now, message)
            return greeted + self._enclosed(message.pending_commands, now)
        if isinstance(message, m.HeartbeatAck):
            return self._feed("heartbeat_ack_received", now, message) + self._enclosed(message.commands, now)
        if isinstance(message, TerminalCredit):
            return self._feed("credit_received", now, message)
        kind = {m.Ack: "ack", m.LinkError: "error"}.get(type(message))
        return self._feed(f"{kind}_received" if kind else "message_ignored", now, message)

    def _command(self, raw: str | bytes, event: str, now: float) -> list[Effect]:
        try:
            command: m.Command = decode(m.Command, raw, limit=int(self.limits["link_frame"]))
        except RemoteProtocolError:
            return self._feed("message_ignored", now)
        return self._new_command(command, event, now)

    def _enclosed(self, commands: list[m.Command], now: float) -> list[Effect]:
        """Commands inside a greeting or an acknowledgement, as servers of April 2026 send them (LINK-050)."""
        effects = []
        for command in commands:
            event = self._classify(command.type, command.id)
            if event in ("command_received", "command_unknown"):
                effects += self._new_command(command, event, now)
        return effects

    def _new_command(self, command: m.Command, event: str, now: float) -> list[Effect]:
        self._seen[command.id] = None
        if len(self._seen) > _SEEN_MOST:
            self._seen.popitem(last=False)
        if event == "command_unknown":
            refusal = m.CommandResult(command.id, "failed", error=f"unknown command type: {command.type}")
            return self._feed(event, now, refusal)
        return self._feed(event, now, command)

    def _feed(self, event: str, now: float, body: Any = None) -> list[Effect]:
        effects = []
        if event == "dial_succeeded":
            self._since = now
        for name in self.running.feed(event, now):
            match name:
                case "send_hello":
                    if CAPABILITY_HELLO in self.capabilities:
                        effects.append(Effect(name, m.Hello(list(self.has), self.agent_version)))
                case "send_pong":
                    effects.append(Effect(name))
                case "lengthen_backoff":
                    least, most = self.limits["backoff_first"], self.limits["backoff_most"]
                    self._backoff = min(most, max(least, 2 * self._backoff))
                case "reset_backoff":
                    self._backoff = 0.0
                case "schedule_retry":
                    self._since = None
                    # Full jitter: a herd that lost the same server does not come back as one. LINK-041
                    self._retry_at = now + self.uniform(0.0, max(self._backoff, self.limits["backoff_first"]))
                case _:
                    effects.append(Effect(name, body))
        return effects
