"""The helper's side of one connection."""

from collections.abc import Mapping
from typing import Any

import attrs
import msgspec

from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.ipc import messages as m
from breeze_protocol.ipc.engine.line import Line
from breeze_protocol.ipc.engine.requests import Requests
from breeze_protocol.ipc.envelope import Envelope
from breeze_protocol.ipc.profile import IPC_2026_04, IPC_DOCUMENTED, IpcProfile
from breeze_protocol.ipc.table import HELPER, WORK
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running
from breeze_protocol.wire import decode


@attrs.frozen
class Work:
    """One request to perform: `run_request` has it as its body."""

    id: str
    type: str
    body: Any
    """The payload, decoded."""
    command: Any = None
    """The payload of a `command`, decoded as its own type says."""


@attrs.define
class IpcHelper:
    """One connection to a broker. Bodies of `send_…` are bytes to write; `send_close` has none."""

    said: m.AuthRequest
    """What the helper says of itself."""
    capabilities: m.Capabilities
    deployed: IpcProfile = IPC_2026_04
    """How brokers without features are served (IPC-066)."""
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = HELPER
    running: Running = attrs.field(init=False)
    line: Line = attrs.field(init=False)
    questions: Requests = attrs.field(init=False)
    scopes: tuple[str, ...] = attrs.field(default=(), init=False)
    features: frozenset[str] = attrs.field(default=frozenset(), init=False)
    work: dict[str, tuple[m.MessageType, str, Running]] = attrs.field(factory=dict, init=False)
    """Requests that are worked on: type, subject and state, by id."""
    _ping_at: float | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)
        self.line = Line(self.table, self.limits)
        self.questions = Requests(self.limits)

    @property
    def closed(self) -> bool:
        """Whether the connection is over."""
        return self.running.final

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        times = (self.running.wake_at, self.questions.wake_at, self._ping_at)
        return None if self.closed else min((t for t in times if t is not None), default=None)

    def opened(self, now: float) -> list[Effect]:
        """The connection stands."""
        self.line.heard = now
        return self._feed("line_opened", now)

    def receive(self, data: bytes, now: float) -> list[Effect]:
        """Bytes arrived."""
        effects: list[Effect] = []
        if self.closed:
            return effects
        for envelope in self.line.take(data, now):
            if envelope is None:
                return effects + self._feed("frame_refused", now)
            if self.running.state == "ready":
                effects += self._message(envelope, now)
            else:
                effects += self._answered(envelope, now)
            if self.closed:
                break
        return effects

    def reply(self, identity: str, body: Any, now: float) -> list[Effect]:
        """The work of a request is done."""
        return self._done(identity, body, None, now)

    def fail(self, identity: str, words: str, now: float) -> list[Effect]:
        """The work of a request has failed: said where its type has the place for it (IPC-086, IPC-089)."""
        return self._done(identity, None, words, now)

    def report(self, name: str, body: Any, now: float) -> list[Effect]:
        """Tell the broker something; nothing goes out where the scope or the feature is missing."""
        kind = m.CATALOGUE["helper", name]
        if self.running.state != "ready" or not self._granted(kind, kind.scope):
            return []
        return self._feed("report_wanted", now, (name, body))

    def question(self, identity: str, body: m.SasRequest, now: float) -> list[Effect]:
        """Ask the broker; the outcome comes as an effect `deliver_answer`."""
        effects = self._feed("question_wanted", now, (identity, body))
        self.questions.begin(identity, m.CATALOGUE["helper", "sas_request"], body, now)
        return effects

    def change(self, capabilities: m.Capabilities, now: float) -> list[Effect]:
        """What the helper can do has changed."""
        self.capabilities = capabilities
        return self._feed("capabilities_changed", now)

    def happened(self, event: str, now: float) -> list[Effect]:
        """`stop_requested`, `line_lost`, `write_stalled` or `close_received`."""
        return self._feed(event, now)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        if self.closed:
            return []
        overdue = self.running.overdue(now)
        if overdue is not None:
            return self._feed(overdue, now)
        effects: list[Effect] = []
        for outcome in self.questions.overdue(now):
            effects += self._feed("question_timed_out", now, outcome)
        if self._ping_at is not None and now >= self._ping_at:
            self._ping_at = now + self.limits["ipc_ping_interval"]
            event = self.table.classify("tick", {"silent_for": now - self.line.heard}, self.limits)
            effects += self._feed(event, now)
        return effects

    # -- within
    def _answered(self, envelope: Envelope, now: float) -> list[Effect]:
        reject = _payload(m.PreAuthReject, envelope) if envelope.type == "pre_auth_reject" else None
        answer = _payload(m.AuthResponse, envelope) if envelope.type == "auth_response" else None
        facts: dict[str, float] = {
            "is_reject": reject is not None,
            "is_response": envelope.type == "auth_response",
            "id_agrees": envelope.id == "auth",
            "decodes": answer is not None,
            "accepted": answer is not None and answer.accepted,
            "key_given": answer is not None and answer.session_key is not None,
        }
        event = self.table.classify("auth", facts, self.limits)
        if event == "auth_accepted_received" and answer is not None:
            self._accepted(answer, now)
        return self._feed(event, now, reject or answer)

    def _accepted(self, answer: m.AuthResponse, now: float) -> None:
        profile = IPC_DOCUMENTED if answer.features else self.deployed
        self.limits = profile.apply(self.limits)
        self.scopes = tuple(answer.allowed_scopes)
        self.features = frozenset(answer.features) & frozenset(self.said.features)
        self.line.switch(answer.session_key or "")
        self._ping_at = now + self.limits["ipc_ping_interval"]

    def _message(self, envelope: Envelope, now: float) -> list[Effect]:
        known = m.CATALOGUE.get(("broker", envelope.type))
        body = None if known is None or known.payload is None else _payload(known.payload, envelope)
        facts: dict[str, float] = {
            "type_known": known is not None and known.kind not in ("auth_response", "pre_auth_reject"),
            "is_request": known is not None and known.kind == "request",
            "is_answer": known is not None and known.kind == "answer",
            "scope_granted": known is not None and self._granted(known, known.scope),
            "decodes": known is not None and (known.payload is None or body is not None),
        }
        event = self.table.classify("message", facts, self.limits)
        if known is None or event in ("message_ignored", "notice_refused"):
            return self._feed(event, now, envelope.type)
        if event == "request":
            return self._request(envelope, known, body, now)
        if event == "answer":
            outcome = self.questions.reply(envelope, now)
            pending = {"id_pending": outcome is not None, "decodes": outcome is not None}
            return self._feed(self.table.classify("answer", pending, self.limits), now, outcome)
        return self._feed(f"{known.kind}_received", now, (envelope.id, known.name, body))

    def _request(self, envelope: Envelope, kind: m.MessageType, body: Any, now: float) -> list[Effect]:
        command = m.COMMANDS.get(body.type) if isinstance(body, m.Command) else None
        scope = command.scope if command is not None else kind.scope
        inner = None if command is None else _inner(command.payload, body.payload)
        facts: dict[str, float] = {
            "id_new": envelope.id not in self.work,
            "decodes": kind.payload is None or body is not None,
            "scope_granted": self._granted(kind, scope),
            "command_known": command is not None or not isinstance(body, m.Command),
            "payload_decodes": command is None or inner is not None,
        }
        event = self.table.classify("request", facts, self.limits)
        subject = body.command_id if isinstance(body, m.Command) else envelope.id
        if event == "request_received":
            running = Running(WORK, self.limits)
            running.feed("request_sound", now)
            self.work[envelope.id] = (kind, subject, running)
            return self._feed(event, now, Work(envelope.id, kind.name, body, inner))
        if event == "request_repeated":
            return self._feed(event, now, envelope.id)
        words = _refusal(facts, kind, body, scope)
        return self._feed(event, now, (envelope.id, kind, *_failure(kind, subject, words)))

    def _granted(self, kind: m.MessageType, scope: str | None) -> bool:
        feature = kind.feature is None or kind.feature in self.features
        return feature and (scope is None or scope in self.scopes)

    def _done(self, identity: str, body: Any, words: str | None, now: float) -> list[Effect]:
        found = self.work.pop(identity, None)
        if found is None:
            return []
        kind, subject, running = found
        running.feed("work_done", now)
        said, error = (body, None) if words is None else _failure(kind, subject, words)
        return self._feed("reply_ready", now, (identity, kind, said, error))

    def _feed(self, event: str, now: float, about: Any = None) -> list[Effect]:
        effects = []
        for name in self.running.feed(event, now):
            if name == "end_work":
                for _, _, running in self.work.values():
                    running.feed("session_closed", now)
                effects.append(Effect(name, tuple(self.work)))
                self.work.clear()
                effects += [Effect("deliver_answer", outcome) for outcome in self.questions.close(now)]
            elif name == "send_reply" and about[0] == "":
                continue  # nobody waits for a reply without an id (IPC-087)
            elif name != "switch_key":
                effects.append(Effect(name, self._frame(name, about)))
        return effects

    def _frame(self, name: str, about: Any) -> Any:
        match name:
            case "send_auth_request":
                return self.line.make("auth_request", "auth", self.said)
            case "send_capabilities":
                return self.line.make("capabilities", "caps", self.capabilities)
            case "send_pong":
                return self.line.make("pong", about[0])
            case "send_ping":
                return self.line.make("ping", "ping")
            case "send_disconnect":
                return self.line.make("disconnect", "disconnect")
            case "send_reply":
                return self.line.make(about[1].reply, about[0], about[2], about[3])
            case "send_report":
                return self.line.make(about[0], "", about[1])
            case "send_question":
                return self.line.make("sas_request", about[0], about[1])
        return about


def _payload(kind: Any, envelope: Envelope) -> Any:
    raw = bytes(envelope.payload)
    try:
        return decode(kind, raw, limit=len(raw))
    except RemoteProtocolError:
        return None


def _inner(kind: Any, payload: Any) -> Any:
    try:
        return msgspec.convert(payload or {}, kind)
    except msgspec.ValidationError:
        return None


def _refusal(facts: Mapping[str, float], kind: m.MessageType, body: Any, scope: str | None) -> str:
    if not facts["decodes"]:
        return f"invalid {kind.name} payload"
    named = f"command {body.type}" if isinstance(body, m.Command) else kind.name
    if not facts["scope_granted"]:
        return f"{named} requires {scope} scope"
    if not facts["command_known"]:
        return f"unsupported command type: {body.type}"
    return f"invalid payload of {named}"


def _failure(kind: m.MessageType, subject: str, words: str) -> tuple[Any, str | None]:
    """The payload and the envelope's error that say a failure (IPC-086, IPC-089)."""
    if kind.name == "command":
        return m.CommandResult(subject or "unknown", "failed", error=words), None
    if kind.name == "launch_process":
        return m.LaunchResult(False, error=words), None
    return None, words
