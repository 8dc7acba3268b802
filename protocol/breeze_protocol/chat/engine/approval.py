"""One approval: what was asked, who decided, and that it is used once."""

from collections.abc import Mapping
from math import inf
from typing import Any, Literal

import attrs

from breeze_protocol.canonical import digest
from breeze_protocol.chat import messages as m
from breeze_protocol.chat.table import APPROVAL
from breeze_protocol.chat.tools import GRANTABLE
from breeze_protocol.errors import CODES, TOOL_INPUT_INVALID
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running

DOMAIN = "breeze.approval.v1"
"""What the hash of arguments begins with, so that it is good for nothing else (CHAT-081)."""


def arguments_hash(device_id: str, execution_id: str, tool: str, given: Mapping[str, Any]) -> str:
    """The hash to which an approval is bound (CHAT-081); an input without a canonical form is a RemoteProtocolError."""
    said = {"deviceId": device_id, "executionId": execution_id, "input": given, "toolName": tool}
    return digest(DOMAIN, said, TOOL_INPUT_INVALID)


@attrs.define
class Approval:
    """The record of one approval. The server restores it, feeds it one event in a transaction, and stores it."""

    execution_id: str
    tool: str
    hash: str
    asked_at: float
    policy: m.Policy = "helper"
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = APPROVAL
    state: str = "pending"
    wake_at: float | None = None
    scope: str = "once"
    """What the decision covers, once it is taken."""

    @classmethod
    def ask(
        cls, execution_id: str, tool: str, arguments: str, now: float, policy: m.Policy = "helper", **rest: Any
    ) -> "Approval":
        """Begin to wait for a decision about these arguments (CHAT-080)."""
        made = cls(execution_id, tool, arguments, now, policy, **rest, state="absent")
        made._feed("approval_opened", now)
        return made

    def decide(self, decision: m.Decision, now: float, by: Literal["device", "technician"] = "device") -> list[Effect]:
        """Take a decision, or refuse it: the body of `send_decision_refused` is the code (CHAT-083)."""
        facts = {
            "execution_found": True,
            "undecided": self.state in ("pending", "expired"),
            "age": inf if self.state == "expired" else now - self.asked_at,
            "approves": decision.approved,
            "decider_allowed": self.policy != "technician" or by == "technician",
            "arguments_match": self._matches(decision.arguments_hash, by),
            "scope_allowed": decision.scope == "once" or self.tool == GRANTABLE,
        }
        event = self.table.classify("decision", facts, self.limits)
        if event == "EXECUTION_EXPIRED" and self.state == "pending":
            return [*self._feed("approval_timed_out", now), *self._feed(event, now)]
        if event == "approval_granted":
            self.scope = decision.scope
        return self._feed(event, now, m.Decided(True, decision.approved))

    def claim(self, arguments: str, now: float) -> list[Effect]:
        """The call wants to run with arguments of this hash: `send_claimed` once, `send_claim_refused` otherwise."""
        if arguments != self.hash:  # CHAT-085
            return [Effect("send_claim_refused")]
        return [*self.tick(now), *self._feed("claim_received", now)]

    def withdraw(self, now: float) -> list[Effect]:
        """The turn was stopped, or the session closed (CHAT-055)."""
        return self._feed("approval_withdrawn", now)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        overdue = Running(self.table, self.limits, self.state, self.wake_at).overdue(now)
        return [] if overdue is None else self._feed(overdue, now)

    def _matches(self, given: str | None, by: str) -> bool:
        if given is None:
            return self.policy != "helper-confirmed" or by == "technician"
        return given == self.hash

    def _feed(self, event: str, now: float, answer: Any = None) -> list[Effect]:
        running = Running(self.table, self.limits, self.state, self.wake_at)
        effects = running.feed(event, now)
        self.state, self.wake_at = running.state, running.wake_at
        return [Effect(name, self._body(name, event, answer)) for name in effects]

    def _body(self, name: str, event: str, answer: Any) -> Any:
        match name:
            case "send_decision_refused":
                return CODES[event]
            case "send_decision_taken":
                return answer
            case "send_grant":
                return self.scope
        return event
