"""The helper's window of one approval: what the person sees, and what they have said yes to."""

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from breeze_protocol.chat import messages as m
from breeze_protocol.chat.engine.approval import arguments_hash
from breeze_protocol.chat.table import CARD
from breeze_protocol.errors import APPROVAL_ARGUMENTS, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running


@attrs.frozen
class Answer:
    """What `send_confirm_result` tells the agent."""

    execution_id: str
    arguments_hash: str
    decision: Literal["allow", "deny"]


@attrs.define
class Card:
    """One approval. The hash is computed from what is shown; an event that names another is a RemoteProtocolError."""

    device_id: str
    asked: m.ApprovalRequired
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = CARD
    hash: str = attrs.field(init=False)
    running: Running = attrs.field(init=False)
    approved: bool | None = attrs.field(default=None, init=False)
    """What the person has said."""
    _decision: m.Decision | None = attrs.field(default=None, init=False)
    _confirming: str | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Compute the hash and begin hidden."""
        asked = self.asked
        self.hash = arguments_hash(self.device_id, asked.execution_id, asked.tool_name, asked.input)
        if asked.arguments_hash not in (None, self.hash):
            raise RemoteProtocolError("the hash is not that of the arguments shown", code=APPROVAL_ARGUMENTS)
        self.running = Running(self.table, self.limits)

    def show(self, now: float) -> list[Effect]:
        """The event arrived."""
        return self._feed("shown", now)

    def approve(self, now: float, scope: Literal["once", "turn"] = "once") -> list[Effect]:
        """The person says yes."""
        return self._decide("user_approved", m.Decision(True, self.hash, scope), now)

    def deny(self, now: float) -> list[Effect]:
        """The person says no."""
        return self._decide("user_denied", m.Decision(False, self.hash), now)

    def taken(self, now: float) -> list[Effect]:
        """The server has taken the decision."""
        return self._feed("decision_taken_received", now)

    def refused(self, words: str, now: float) -> list[Effect]:
        """The server has refused the decision."""
        return self._feed("decision_refused_received", now, words)

    def unanswered(self, now: float) -> list[Effect]:
        """The request broke before its answer: say it again (CHAT-096)."""
        return self._feed("decision_unanswered", now)

    def resolved(self, now: float) -> list[Effect]:
        """The call has its result, or the turn is over."""
        return self._feed("resolved", now)

    def confirm_request(self, arguments: str, now: float) -> list[Effect]:
        """The agent asks whether this hash was approved here (CHAT-095). Another hash than the one shown is denied."""
        if arguments != self.hash:
            return [Effect("send_confirm_result", Answer(self.asked.execution_id, arguments, "deny"))]
        return self._feed("confirm_request_received", now)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        overdue = self.running.overdue(now)
        return [] if overdue is None else self._feed(overdue, now)

    def _decide(self, event: str, decision: m.Decision, now: float) -> list[Effect]:
        if self.table.allows(self.running.state, event):
            self.approved, self._decision = decision.approved, decision
        return self._feed(event, now)

    def _feed(self, event: str, now: float, words: Any = None) -> list[Effect]:
        allow = self.approved is True and self.running.state != "gone"
        answer = Answer(self.asked.execution_id, self.hash, "allow" if allow else "deny")
        bodies = {"send_decision": self._decision, "send_confirm_result": answer, "show_card": self.asked}
        return [Effect(name, bodies.get(name, words)) for name in self.running.feed(event, now)]
