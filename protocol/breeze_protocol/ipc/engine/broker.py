"""The broker's side of one connection."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs
import msgspec

from breeze_protocol.errors import CODES, RemoteProtocolError
from breeze_protocol.ipc import messages as m
from breeze_protocol.ipc.engine.admission import Admission, Peer, Trust, compare
from breeze_protocol.ipc.engine.line import Line
from breeze_protocol.ipc.engine.requests import Outcome, Requests
from breeze_protocol.ipc.envelope import Envelope
from breeze_protocol.ipc.profile import IPC_2026_04, IPC_DOCUMENTED, IpcProfile
from breeze_protocol.ipc.rejections import PASSING, wire_code
from breeze_protocol.ipc.table import BROKER
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running
from breeze_protocol.wire import decode


@attrs.define
class IpcBroker:
    """One helper's connection. Bodies of `send_…` are bytes to write; `send_close` has none."""

    peer: Peer
    trust: Trust
    admission: Admission
    entropy: Callable[[int], bytes]
    """Gives so many random bytes; used once, for the session key."""
    device_id: str
    deployed: IpcProfile = IPC_2026_04
    """How helpers without features are served (IPC-066)."""
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = BROKER
    settings: m.HelperSettings | None = None
    token: m.HelperTokenUpdate | None = None
    running: Running = attrs.field(init=False)
    profile: IpcProfile = attrs.field(default=IPC_DOCUMENTED, init=False)
    session_id: str = attrs.field(default="", init=False)
    scopes: tuple[str, ...] = attrs.field(default=(), init=False)
    features: frozenset[str] = attrs.field(default=frozenset(), init=False)
    capabilities: m.Capabilities = attrs.field(factory=m.Capabilities, init=False)
    """What the helper can do, as far as its scopes reach; nothing before it has told."""
    line: Line = attrs.field(init=False)
    requests: Requests = attrs.field(init=False)
    _ping_at: float | None = attrs.field(default=None, init=False)
    _scan_at: float | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)
        self.line = Line(self.table, self.limits)
        self.requests = Requests(self.limits)

    @property
    def heard(self) -> float:
        """When the last good frame arrived."""
        return self.line.heard

    @property
    def closed(self) -> bool:
        """Whether the connection is over."""
        return self.running.final

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        times = (self.running.wake_at, self.requests.wake_at, self._ping_at, self._scan_at)
        return None if self.closed else min((t for t in times if t is not None), default=None)

    def connected(self, now: float) -> list[Effect]:
        """The connection is accepted: count it, and begin to wait for the `auth_request`."""
        self.line.heard = now
        self.running.begin(now)
        identity = self.peer.identity
        facts: dict[str, float] = {"credentials_known": identity is not None, "spawned": self.peer.spawned}
        if identity is not None:
            facts["recent_connects"] = self.admission.recent(identity, now)
        event = self.table.classify("connect", facts, self.limits)
        if event != "count_sessions" or identity is None:
            return self._feed(event, now)
        if not self.peer.spawned:
            self.admission.note(identity, now)
        idlest, idle = self.admission.idlest(identity, now)
        room = {"live_sessions": len(self.admission.live(identity)), "idlest_for": idle}
        return self._feed(self.table.classify("room", room, self.limits), now, idlest)

    def receive(self, data: bytes, now: float) -> list[Effect]:
        """Bytes arrived."""
        effects: list[Effect] = []
        if self.closed:
            return effects
        for envelope in self.line.take(data, now):
            if envelope is None:
                return effects + self._feed("frame_refused", now)
            if self.running.state == "connected":
                effects += self._authenticate(envelope, now)
            else:
                effects += self._message(envelope, now)
            if self.closed:
                break
        return effects

    def request(self, identity: str, name: str, body: Any, now: float) -> list[Effect]:
        """Ask the helper; the `Outcome` comes as the body of `settle`, at once where the helper cannot be asked."""
        asked = m.CATALOGUE["broker", name]
        code = self._sendable(asked, body, identity)
        if code is not None:
            return [Effect("settle", Outcome(identity, name, None, code, CODES[code].says))]
        effects = self._feed("request_wanted", now, (identity, name, body))
        self.requests.begin(identity, asked, body, now)
        return effects

    def notice(self, name: str, body: Any, now: float) -> list[Effect]:
        """Tell the helper something that it does not reply to; nothing goes out where it may not be told."""
        told = m.CATALOGUE["broker", name]
        if self.closed or self._sendable(told, body, None) is not None:
            return []
        return self._feed("notice_wanted", now, (told.name, body))

    def update(self, settings: m.HelperSettings, now: float) -> list[Effect]:
        """A heartbeat brought these settings; the helper is told where they differ (IPC-114)."""
        changed, self.settings = settings != self.settings, settings
        return self.notice("helper_settings", settings, now) if changed and self.running.state == "ready" else []

    def renew(self, token: m.HelperTokenUpdate, now: float) -> list[Effect]:
        """The helper's token has changed (IPC-116)."""
        self.token = token
        return self.notice("helper_token_update", token, now) if self.running.state == "ready" else []

    def answer(self, identity: str, body: m.SasResponse, now: float) -> list[Effect]:
        """Answer a question of the helper."""
        return self._feed("answer_ready", now, (identity, body))

    def happened(self, event: str, now: float) -> list[Effect]:
        """`broker_stopping`, `evicted`, `line_lost`, `write_stalled` or `close_received`."""
        return self._feed(event, now)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        if self.closed:
            return []
        effects: list[Effect] = []
        overdue = self.running.overdue(now)
        if overdue is not None:
            return self._feed(overdue, now)
        effects += [Effect("settle", outcome) for outcome in self.requests.overdue(now)]
        if self._ping_at is not None and now >= self._ping_at:
            self._ping_at = now + self.limits["ipc_ping_interval"]
            event = self.table.classify("tick", {"silent_for": now - self.heard}, self.limits)
            effects += self._feed(event, now)
        if not self.closed and self._scan_at is not None and now >= self._scan_at:
            self._scan_at = now + self.limits["ipc_idle_scan"]
            effects += self._feed(self.table.classify("scan", {"idle_for": now - self.heard}, self.limits), now)
        return effects

    # -- within
    def _authenticate(self, envelope: Envelope, now: float) -> list[Effect]:
        facts: dict[str, float] = {"line_open": True, "is_auth_request": envelope.type == "auth_request"}
        said = _payload(m.AuthRequest, envelope) if facts["is_auth_request"] else None
        if said is not None:
            self.profile = IPC_DOCUMENTED if said.features else self.deployed
            facts |= {"decodes": True, **compare(self.peer, said, self.trust, self.profile)}
            facts["session_id_free"] = said.session_id not in self.admission.sessions
            facts["live_sessions"] = len(self.admission.live(self.peer.identity))
        return self._feed(self.table.classify("auth_request", facts, self.limits), now, (envelope, said))

    def _message(self, envelope: Envelope, now: float) -> list[Effect]:
        known = m.CATALOGUE.get(("helper", envelope.type))
        body = _payload(known.payload, envelope) if known is not None and known.payload is not None else None
        facts: dict[str, float] = {
            "answers_pending": envelope.id in self.requests,
            "type_known": known is not None and known.kind != "auth_request",
            "is_reply": known is not None and known.kind == "reply",
            "scope_granted": known is not None and self._granted(known),
            "decodes": known is not None and (known.payload is None or body is not None),
        }
        event = self.table.classify("message", facts, self.limits)
        if event == "reply":
            outcome = self.requests.reply(envelope, now)
            return self._feed("reply_dropped" if outcome is None else "reply_received", now, outcome)
        if event != "taken" or known is None:
            return self._feed(event, now, envelope.type)
        return self._feed(f"{known.kind}_received", now, (envelope.id, known.name, body))

    def _granted(self, kind: m.MessageType) -> bool:
        feature = kind.feature is None or kind.feature in self.features
        return feature and (kind.scope is None or kind.scope in self.scopes)

    def _sendable(self, kind: m.MessageType, body: Any, identity: str | None) -> str | None:
        if self.running.state not in ("authenticated", "ready"):
            return "IPC_SESSION_CLOSED"
        command = m.COMMANDS.get(body.type) if isinstance(body, m.Command) else None
        scope = command.scope if command is not None else kind.scope
        capability = command.capability if command is not None else kind.capability
        facts = {
            "scope_granted": scope is None or scope in self.scopes,
            "feature_named": kind.feature is None or kind.feature in self.features,
            "capable": capability is None or getattr(self.capabilities, capability),
            "id_free": identity not in self.requests,
            "pending": len(self.requests) if identity is not None else 0,
            "bytes": self.line.size(kind.name, identity or "", body),
        }
        event = self.table.classify("send", facts, self.limits)
        return event if event in CODES else None

    def _feed(self, event: str, now: float, about: Any = None) -> list[Effect]:
        effects: list[Effect] = []
        for name in self.running.feed(event, now):
            effects += self._effect(name, event, about, now)
        return effects

    def _effect(self, name: str, event: str, about: Any, now: float) -> list[Effect]:
        match name:
            case "switch_key" | "register":
                return []  # done with `send_auth_accepted`: the frame is made under the old key
            case "store_capabilities":
                self.capabilities = _clamped(about[2], self.scopes, int(self.limits["ipc_display_server"]))
                return []
            case "send_settings":
                told = [("helper_settings", self.settings), ("helper_token_update", self.token)]
                return [each for kind, body in told if body is not None for each in self.notice(kind, body, now)]
            case "fail_requests":
                return [Effect("settle", outcome) for outcome in self.requests.close(now)]
            case "unregister":
                self.admission.unregister(self.session_id)
                return []
            case "deliver_reply":
                return [Effect("settle", about)]
            case "send_disconnect" if not self.profile.told_to_disconnect:
                return []
            case "send_auth_accepted":
                return [Effect(name, self._accept(about[0].id, about[1], now))]
        return [Effect(name, self._body(name, event, about))]

    def _body(self, name: str, event: str, about: Any) -> Any:
        match name:
            case "log_connected":
                return f"user helper connected and authenticated agentId={self.device_id}"
            case "log_capabilities":
                return _told(self.capabilities)
            case "send_pre_auth_reject":
                said = m.PreAuthReject(wire_code(event), CODES[event].says, event not in PASSING)
                return self.line.make("pre_auth_reject", "pre-auth-reject", said)
            case "send_auth_rejected":
                return self.line.make("auth_response", about[0].id, _rejection(event))
            case "send_disconnect":
                return self.line.make("disconnect", "disconnect")
        return self._frame(name, about)

    def _frame(self, name: str, about: Any) -> Any:
        match name:
            case "send_pong":
                return self.line.make("pong", about[0])
            case "send_ping":
                return self.line.make("ping", "keepalive")
            case "send_request":
                return self.line.make(about[1], about[0], about[2])
            case "send_notice":
                return self.line.make(about[0], "", about[1])
            case "send_answer":
                return self.line.make("sas_response", about[0], about[1])
        return about

    def _accept(self, identity: str, said: m.AuthRequest, now: float) -> bytes:
        role = said.helper_role or self.profile.missing_role
        self.scopes = self.profile.scopes[role]
        self.features = frozenset(said.features) & frozenset(m.FEATURES)
        key = self.entropy(32).hex()
        features = list(m.FEATURES) if said.features else []
        answer = m.AuthResponse(True, key, self.device_id, list(self.scopes), features=features)
        raw = self.line.make("auth_response", identity, answer)
        self.line.switch(key)
        self.limits = self.profile.apply(self.limits)
        self.session_id = said.session_id
        self.admission.register(said.session_id, self.peer.identity or "", self)
        self._ping_at = now + self.limits["ipc_ping_interval"]
        self._scan_at = now + self.limits["ipc_idle_scan"]
        return raw


def _rejection(code: str) -> m.AuthResponse:
    return m.AuthResponse(False, reason=CODES[code].says, code=wire_code(code), permanent=code not in PASSING)


def _payload(kind: Any, envelope: Envelope) -> Any:
    raw = bytes(envelope.payload)
    try:
        return decode(kind, raw, limit=len(raw))
    except RemoteProtocolError:
        return None


def _clamped(told: m.Capabilities, scopes: tuple[str, ...], most: int) -> m.Capabilities:
    kept = {flag: getattr(told, flag) and scope in scopes for flag, scope in m.CAPABILITY_SCOPES.items()}
    return msgspec.structs.replace(told, **kept, display_server=m.cut(told.display_server.strip(), most))


def _told(capabilities: m.Capabilities) -> str:
    flags = {
        "CanNotify": "can_notify",
        "CanTray": "can_tray",
        "CanCapture": "can_capture",
        "CanClipboard": "can_clipboard",
    }
    said = " ".join(f"{name}={str(getattr(capabilities, field)).lower()}" for name, field in flags.items())
    return f"user helper capabilities {said} DisplayServer={capabilities.display_server}"
