"""What one side has asked and waits for."""

from collections.abc import Mapping
from typing import Any

import attrs
import msgspec

from breeze_protocol.errors import CODES, RemoteProtocolError
from breeze_protocol.ipc.envelope import Envelope
from breeze_protocol.ipc.messages import CATALOGUE, Command, MessageType
from breeze_protocol.ipc.messages.work import COMMANDS
from breeze_protocol.ipc.table import REQUEST
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Machine, Running
from breeze_protocol.wire import decode


@attrs.frozen
class Outcome:
    """How a request ended: with a reply, or with a code and words."""

    id: str
    type: str
    reply: Any = None
    code: str | None = None
    words: str = ""


@attrs.define
class _Waiting:
    asked: MessageType
    subject: Any
    running: Running


@attrs.define
class Requests:
    """Requests by id. Each is settled once: by its reply, its time-out, or the end of the session."""

    limits: Mapping[str, float] = DEFAULTS
    table: Machine = REQUEST
    _waiting: dict[str, _Waiting] = attrs.field(factory=dict, init=False)

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def __contains__(self, identity: object) -> bool:
        """Whether a request with this id waits."""
        return identity in self._waiting

    @property
    def wake_at(self) -> float | None:
        """When `overdue` has something to say."""
        return min((w.running.wake_at for w in self._waiting.values() if w.running.wake_at is not None), default=None)

    def begin(self, identity: str, asked: MessageType, body: Any, now: float) -> None:
        """A request goes out."""
        limits = {**self.limits, "ipc_request_timeout": self._patience(asked, body)}
        running = Running(self.table, limits)
        running.feed("request_wanted", now)
        self._waiting[identity] = _Waiting(asked, _subject(asked, body), running)

    def reply(self, envelope: Envelope, now: float) -> Outcome | None:
        """A frame with the id of a request arrived; None: it is not the reply, and the request waits on (IPC-081)."""
        waiting = self._waiting.get(envelope.id)
        if waiting is None:
            return None
        body, facts = _facts(envelope, waiting)
        event = self.table.classify("reply", facts, self.limits)
        if "settle" not in waiting.running.feed(event, now):
            return None
        del self._waiting[envelope.id]
        if event == "reply_failed":
            return Outcome(envelope.id, waiting.asked.name, None, "IPC_REPLY_FAILED", str(envelope.error))
        return Outcome(envelope.id, waiting.asked.name, body)

    def overdue(self, now: float) -> list[Outcome]:
        """Give up what has waited too long (IPC-082)."""
        late = [i for i, w in self._waiting.items() if w.running.overdue(now)]
        return [self._fail(identity, "request_timed_out", "IPC_TIMED_OUT", now) for identity in late]

    def close(self, now: float) -> list[Outcome]:
        """The session has ended: give up everything (IPC-084)."""
        return [self._fail(identity, "session_closed", "IPC_SESSION_CLOSED", now) for identity in list(self._waiting)]

    def _fail(self, identity: str, event: str, code: str, now: float) -> Outcome:
        waiting = self._waiting.pop(identity)
        waiting.running.feed(event, now)
        return Outcome(identity, waiting.asked.name, None, code, CODES[code].says)

    def _patience(self, asked: MessageType, body: Any) -> float:
        if isinstance(body, Command) and (kind := COMMANDS.get(body.type)) is not None and kind.timed:
            given = (body.payload or {}).get("timeoutSeconds", self.limits["ipc_script_time"])
            return float(given) + self.limits["ipc_script_margin"]
        return self.limits[asked.timeout]


def _subject(asked: MessageType, body: Any) -> Any:
    return None if asked.subject is None else getattr(body, asked.subject)


def _facts(envelope: Envelope, waiting: _Waiting) -> tuple[Any, dict[str, float]]:
    asked = waiting.asked
    replier = CATALOGUE["broker" if asked.sender == "helper" else "helper", asked.reply or ""]
    said = isinstance(envelope.error, str) and bool(envelope.error)
    facts: dict[str, float] = {"waits": True, "type_fits": envelope.type == replier.name, "error_said": said}
    if not facts["type_fits"] or said:
        return None, facts
    try:
        body = decode(replier.payload, bytes(envelope.payload), limit=len(bytes(envelope.payload)))
    except RemoteProtocolError:
        return None, facts
    agrees = asked.subject is None or getattr(body, asked.subject) == waiting.subject
    return body, {**facts, "decodes": isinstance(body, msgspec.Struct), "subject_agrees": agrees}
