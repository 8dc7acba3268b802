"""The agent's side of approved calls: it trusts neither the server's hash nor its payload, and runs nothing twice."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

import attrs
import msgspec

from breeze_protocol.chat import dispatch
from breeze_protocol.chat.engine.approval import arguments_hash
from breeze_protocol.chat.table import CONFIRMATION
from breeze_protocol.errors import (
    APPROVAL_ARGUMENTS,
    APPROVAL_UNCONFIRMED,
    EXECUTION_DECIDED,
    Code,
    RemoteProtocolError,
)
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.link.actions import ApprovedCall
from breeze_protocol.machine import Effect, Machine, Running
from breeze_protocol.wire import decode, encode

REMEMBERED: Final = 4096
"""How many commands of approved calls are remembered, so that none runs twice."""

_FAULTS: Final[Mapping[str, Code]] = {
    "command_altered": APPROVAL_ARGUMENTS,
    "declined_received": APPROVAL_UNCONFIRMED,
    "confirmation_lapsed": APPROVAL_UNCONFIRMED,
}


@attrs.frozen
class ToRun:
    """A command that may be carried out: its id on the link, its type and its payload without the approval."""

    command_id: str
    type: str
    payload: Mapping[str, Any]


@attrs.frozen
class Fault:
    """Why a command was not carried out."""

    command_id: str
    code: Code


@attrs.define
class _Held:
    running: Running
    command: ToRun
    approval: ApprovedCall


@attrs.define
class Confirmations:
    """Every approved command of one agent."""

    device_id: str
    always: bool = False
    """The agent's own configuration demands the window's confirmation, whatever the server says."""
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = CONFIRMATION
    _held: OrderedDict[tuple[str, int], _Held] = attrs.field(factory=OrderedDict, init=False)

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        times = (held.running.wake_at for held in self._held.values())
        return min((t for t in times if t is not None), default=None)

    def command(self, command_id: str, kind: str, payload: Mapping[str, Any], now: float) -> list[Effect]:
        """A command arrived that has the field `approval` (CHAT-085, CHAT-089)."""
        given = {name: value for name, value in payload.items() if name != "approval"}
        try:
            raw = encode(payload.get("approval"))
            approval: ApprovedCall = decode(ApprovedCall, raw, limit=int(self.limits["link_frame"]))
        except RemoteProtocolError:
            return [Effect("send_fault", Fault(command_id, APPROVAL_ARGUMENTS))]
        key = (approval.execution_id, approval.item)
        held = self._held.get(key)
        arrived = ToRun(command_id, kind, given)
        if held is None:
            held = self._held[key] = _Held(Running(self.table, self.limits), arrived, approval)
            self._forget()
        event = self.table.classify("command", self._facts(arrived, approval), self.limits)
        return self._feed(held, event, now, arrived)

    def confirm_result(self, execution_id: str, arguments: str, allowed: bool, now: float) -> list[Effect]:
        """The helper's window has answered about an execution and a hash."""
        effects: list[Effect] = []
        for (execution, _), held in list(self._held.items()):
            if execution == execution_id:
                facts = {"allowed": allowed, "same_hash": arguments == held.approval.arguments_hash}
                event = self.table.classify("confirm_result", facts, self.limits)
                effects += self._feed(held, event, now)
        return effects

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        effects: list[Effect] = []
        for held in list(self._held.values()):
            overdue = held.running.overdue(now)
            effects += [] if overdue is None else self._feed(held, overdue, now)
        return effects

    def _facts(self, arrived: ToRun, approval: ApprovedCall) -> dict[str, float]:
        try:
            names = (self.device_id, approval.execution_id, approval.tool_name)
            matches = arguments_hash(*names, approval.input) == approval.arguments_hash
            sent = dispatch.commands(approval.tool_name, approval.input)
        except (RemoteProtocolError, KeyError, TypeError, ValueError, AttributeError):
            return {}
        wanted = sent[approval.item] if approval.item < len(sent) else None
        same = wanted == (arrived.type, msgspec.to_builtins(arrived.payload))
        confirm = approval.confirm or self.always
        return {"hash_matches": matches, "payload_matches": same, "confirm": confirm}

    def _feed(self, held: _Held, event: str, now: float, arrived: ToRun | None = None) -> list[Effect]:
        effects = []
        for name in held.running.feed(event, now):
            match name:
                case "run_command":
                    effects.append(Effect(name, held.command))
                case "send_confirm_request":
                    effects.append(Effect(name, held.approval))
                case _:
                    code = _FAULTS.get(event, EXECUTION_DECIDED)
                    effects.append(Effect(name, Fault((arrived or held.command).command_id, code)))
        return effects

    def _forget(self) -> None:
        while len(self._held) > REMEMBERED:
            self._held.popitem(last=False)
