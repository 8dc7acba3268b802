"""One turn: what the model says and asks for, in one order, until `done`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

from breeze_protocol.chat import messages as m
from breeze_protocol.chat.engine.call import Call, Conduct
from breeze_protocol.chat.engine.stream import Bracket, EventLog
from breeze_protocol.chat.table import TURN
from breeze_protocol.chat.tools import GRANTABLE, TOOLS
from breeze_protocol.errors import CODES, TOOL_FAILED, Code
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running
from breeze_protocol.wire import encode

FAULTS: Final = {
    "model_failed": "CHAT_MODEL_FAILED",
    "call_unusable": "CHAT_MODEL_FAILED",
    "model_silent": "CHAT_MODEL_TIMEOUT",
    "budget_reached": "CHAT_TURN_BUDGET",
    "rounds_exhausted": "CHAT_TURN_ROUNDS",
    "session_closed": "CHAT_SESSION_CLOSED",
}
"""The code that `send_error` tells, by the turn's event."""

ID_MOST: Final = 200
NAME_MOST: Final = 100


@attrs.define
class Turn:
    """The server's side of one turn. Effects of calls carry the call's execution id or what the shell needs to act."""

    number: int
    conduct: Conduct
    tainted: bool = False
    """Whether the session was tainted before; to be stored afterwards (CHAT-092)."""
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = TURN
    running: Running = attrs.field(init=False)
    log: EventLog = attrs.field(init=False)
    usage: m.Usage = attrs.field(factory=m.Usage, init=False)
    calls: dict[str, Call] = attrs.field(factory=dict, init=False)
    """The calls of the present round by execution id."""
    rounds: int = attrs.field(default=0, init=False)
    grant_until: float | None = attrs.field(default=None, init=False)
    """Until when mouse and keyboard are allowed (CHAT-091)."""
    _said: list[m.ToolUse] = attrs.field(factory=list, init=False)
    _used: set[str] = attrs.field(factory=set, init=False)
    _open_message: bool = attrs.field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)
        self.log = EventLog(self.number, self.limits)

    @property
    def ended(self) -> bool:
        """Whether `done` was said."""
        return self.running.final

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        times = [self.running.wake_at, *(call.running.wake_at for call in self.calls.values())]
        return min((t for t in times if t is not None), default=None)

    # -- from the shell: the message, and its end
    def begin(self, now: float, title: str | None = None) -> list[Effect]:
        """The message was accepted; `title` is the session's new one (CHAT-031)."""
        effects = self._feed("message_accepted", now)
        return effects if title is None else effects + self._feed("title_made", now, m.TitleUpdated(title))

    def stop(self, now: float) -> list[Effect]:
        """The person wants the turn to end (CHAT-055)."""
        return self._feed("stop_received", now)

    def close(self, now: float) -> list[Effect]:
        """The session was closed (CHAT-011)."""
        return self._feed("session_closed", now)

    # -- from the model
    def text(self, delta: str, now: float) -> list[Effect]:
        """More text; half a character becomes U+FFFD."""
        whole = delta.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return self._feed("text_arrived", now, m.TextDelta(whole))

    def call(self, tool_use_id: str, tool: str, given: Mapping[str, Any], now: float) -> list[Effect]:
        """A call, complete. One that no event can carry, or with an id that came before in this turn, is a fault of the
        model and ends the turn."""
        said = m.ToolUse(tool_use_id, tool, dict(given))
        if self.ended or tool_use_id in self._used or not self._carried(said):
            return self._feed("call_unusable", now)
        self._used.add(tool_use_id)
        self._said.append(said)
        return self._feed("call_arrived", now, said)

    def calls_ready(
        self, now: float, new_id: Callable[[], str], expires_at: str, recent: Mapping[str, int] | None = None
    ) -> list[Effect]:
        """The model has said all its calls of this round; `recent` counts each tool's calls within its window."""
        if self.ended:
            return self._feed("calls_ready", now)
        self.rounds += 1
        if self.rounds > self.limits["chat_rounds"]:
            return self._feed("rounds_exhausted", now)
        effects, counts = self._feed("calls_ready", now), dict(recent or {})
        made = [Call(new_id(), s.tool_use_id, s.tool_name, s.input, self.conduct, self.limits) for s in self._said]
        self._said, self.calls = [], {call.execution_id: call for call in made}
        for call in made:  # CHAT-086
            rate = TOOLS[call.tool].rate if call.tool in TOOLS else None
            count = counts[call.tool] = counts.get(call.tool, 0) + 1
            said = call.judge(
                now, tainted=self.tainted, granted=self._granted(now), within_rate=rate is None or count <= rate[0]
            )
            effects += self._report(call, said, now, expires_at)
        return effects

    def finished(self, usage: m.Usage | None, now: float) -> list[Effect]:
        """The model has ended its answer without a call."""
        self.usage = usage or self.usage
        return self._feed("message_finished", now)

    def failed(self, now: float) -> list[Effect]:
        """The model has failed (CHAT-050)."""
        return self._feed("model_failed", now)

    def budget_reached(self, now: float) -> list[Effect]:
        """Nothing is left of the budget (CHAT-052)."""
        return self._feed("budget_reached", now)

    # -- from approvals and the agent; what concerns no call of this round is dropped
    def granted(self, execution_id: str, scope: str, now: float) -> list[Effect]:
        """An approval was granted."""
        call = self.calls.get(execution_id)
        if call is None:
            return []
        if scope == "turn" and call.open:
            self.grant_until = now + self.limits["chat_grant_life"]
        return self._report(call, call.granted(now), now)

    def denied(self, execution_id: str, now: float) -> list[Effect]:
        """An approval was denied, or its time is over."""
        return self._each(execution_id, lambda call: call.denied(now), now)

    def claimed(self, execution_id: str, success: bool, now: float) -> list[Effect]:
        """The approval answers the claim."""
        return self._each(execution_id, lambda call: call.claimed(success, now), now)

    def result(self, execution_id: str, output: Any, now: float) -> list[Effect]:
        """A command of the call was carried out."""
        return self._each(execution_id, lambda call: call.result(output, now), now)

    def fault(self, execution_id: str, words: str, now: float, code: Code = TOOL_FAILED) -> list[Effect]:
        """A command of the call has failed."""
        return self._each(execution_id, lambda call: call.fault(words, now, code), now)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        overdue = self.running.overdue(now)
        effects = [] if overdue is None else self._feed(overdue, now)
        for call in list(self.calls.values()):
            effects += self._report(call, call.tick(now), now)
        return effects

    # -- within
    def _carried(self, said: m.ToolUse) -> bool:
        try:
            size = len(encode(said))
        except UnicodeEncodeError:
            return False
        named = 1 <= len(said.tool_use_id) <= ID_MOST and 1 <= len(said.tool_name) <= NAME_MOST
        return named and size <= self.limits["chat_input"]

    def _granted(self, now: float) -> bool:
        return self.grant_until is not None and now < self.grant_until

    def _each(self, execution_id: str, act: Callable[[Call], list[Effect]], now: float) -> list[Effect]:
        call = self.calls.get(execution_id)
        return [] if call is None else self._report(call, act(call), now)

    def _report(self, call: Call, said: Iterable[Effect], now: float, expires_at: str = "") -> list[Effect]:
        effects = []
        for effect in said:
            if effect.name == "report_waiting":
                effects += self._feed("call_waits", now, call.requires(expires_at))
            elif effect.name == "report_result":
                self._taint(call)
                effects += self._feed("call_resolved", now, call.told())
            else:
                effects.append(effect)
        return effects

    def _taint(self, call: Call) -> None:
        if call.taints and call.ran:
            self.tainted = True
            if call.tool != GRANTABLE:  # CHAT-091
                self.grant_until = None

    def _feed(self, event: str, now: float, body: Any = None) -> list[Effect]:
        effects = []
        for name in self.running.feed(event, now):
            effects += self._effect(name, event, body, now)
        if self.ended:
            self.grant_until = None
        return effects

    def _effect(self, name: str, event: str, body: Any, now: float) -> list[Effect]:
        match name:
            case "withdraw_calls":
                return self._withdraw(now)
            case "count_result":
                settled = not any(call.open for call in self.calls.values())
                return self._feed("calls_settled", now) if settled else []
            case "send_error":
                code = CODES[FAULTS[event]]
                return self._send(name, m.ChatError(code.says, code.name), now)
            case "send_done":
                return self._send(name, m.Done(self.usage), now)
            case "propose_calls":
                self._close_bracket(now)
                return []
        if name.startswith("send_") and body is not None:
            return self._send(name, body, now)
        return [Effect(name, self.number)]

    def _withdraw(self, now: float) -> list[Effect]:
        effects = []
        for said in self._said:  # said, and never judged
            call = Call(said.tool_use_id, said.tool_use_id, said.tool_name, said.input, self.conduct, self.limits)
            effects += self._report(call, call.withdraw(now), now)
        self._said = []
        for call in self.calls.values():
            if call.open:
                effects += self._report(call, call.withdraw(now), now)
        return effects

    def _send(self, name: str, said: m.Said, now: float) -> list[Effect]:
        if isinstance(said, m.TextDelta | m.ToolUse) and not self._open_message:
            self._open_message = True
            self.log.append(Bracket(message_id=f"{self.number}-{self.rounds}"), now)
        elif isinstance(said, m.ChatError | m.Done):
            self._close_bracket(now)
        self.log.append(said, now)
        return [Effect(name, said)]

    def _close_bracket(self, now: float) -> None:
        if self._open_message:
            self._open_message = False
            self.log.append(Bracket(usage=self.usage), now)
