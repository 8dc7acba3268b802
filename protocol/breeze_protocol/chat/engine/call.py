"""One call of a tool: judged by the tables, approved where it has to be, carried out once."""

from collections.abc import Mapping
from typing import Any

import attrs

from breeze_protocol.chat import dispatch
from breeze_protocol.chat import messages as m
from breeze_protocol.chat.declare import describe
from breeze_protocol.chat.engine.approval import arguments_hash
from breeze_protocol.chat.engine.stream import shortened
from breeze_protocol.chat.inputs import INPUTS, blocked, paths
from breeze_protocol.chat.table import EXECUTION
from breeze_protocol.chat.tools import GRANTABLE, NEVER, TOOLS, action, action_of, offered, within
from breeze_protocol.errors import (
    CODES,
    TOOL_FAILED,
    TOOL_INPUT_INVALID,
    TOOL_REJECTED,
    TOOL_STOPPED,
    TOOL_TIMEOUT,
    Code,
    RemoteProtocolError,
)
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.link.actions import ApprovedCall
from breeze_protocol.machine import Effect, Machine, Running
from breeze_protocol.wire import decode, encode


@attrs.frozen
class Conduct:
    """What holds for the calls of a session at this moment."""

    device_id: str
    level: str
    """The lower of the session's and the configured one (CHAT-007)."""
    capture: bool = True
    policy: m.Policy = "helper"
    picture: tuple[int, int] | None = None
    """Width and height of the picture that the model was shown last (CHAT-076)."""


@attrs.frozen
class Asking:
    """What the shell has to know to open an approval."""

    execution_id: str
    tool: str
    hash: str


@attrs.frozen
class Outcome:
    """How a call ended."""

    output: Any
    is_error: bool


@attrs.define
class Call:
    """One call of the model."""

    execution_id: str
    tool_use_id: str
    tool: str
    asked: Mapping[str, Any]
    """The input as the model gave it."""
    conduct: Conduct
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = EXECUTION
    running: Running = attrs.field(init=False)
    input: dict[str, Any] = attrs.field(factory=dict, init=False)
    """The input with what the server has added: what is shown, hashed, audited and run."""
    hash: str = attrs.field(default="", init=False)
    outcome: Outcome | None = attrs.field(default=None, init=False)
    ran: bool = attrs.field(default=False, init=False)
    """Whether it came to be carried out: from then on its output, and its fault's words, are others' (CHAT-092)."""
    _results: list[Any] = attrs.field(factory=list, init=False)
    _approved: bool = attrs.field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin as proposed, with the time that the tool has (CHAT-071)."""
        timeout = TOOLS[self.tool].timeout if self.tool in TOOLS else self.limits["chat_tool_timeout"]
        self.running = Running(self.table, {**self.limits, "chat_tool_timeout": timeout})
        self.running.feed("call_proposed", 0)

    @property
    def open(self) -> bool:
        """Whether the call has no result yet."""
        return not self.running.final

    @property
    def taints(self) -> bool:
        """Whether the output of this action carries what others wrote (CHAT-092)."""
        return action(self.tool, self.asked).taints

    def judge(self, now: float, *, tainted: bool, granted: bool, within_rate: bool) -> list[Effect]:
        """Decide what becomes of the call (CHAT-060 to CHAT-070)."""
        facts, fault = self._facts()
        facts |= {"tainted": tainted, "granted": granted and self.tool == GRANTABLE, "within_rate": within_rate}
        event = self.table.classify("call", facts, self.limits)
        if event in CODES:
            return self._feed("call_refused", now, CODES[event], fault)
        return self._feed(event, now)

    def granted(self, now: float) -> list[Effect]:
        """Somebody has approved; the approval has to be claimed now."""
        return self._feed("grant_received", now)

    def denied(self, now: float) -> list[Effect]:
        """Somebody has denied, or nobody decided in time (CHAT-087)."""
        return self._feed("denial_received", now, TOOL_REJECTED)

    def claimed(self, success: bool, now: float) -> list[Effect]:
        """The approval was claimed, or refuses to be (CHAT-084)."""
        self._approved = self._approved or success
        return self._feed("claimed_received" if success else "claim_refused_received", now, TOOL_REJECTED)

    def result(self, output: Any, now: float) -> list[Effect]:
        """The next of the call's commands was carried out, or the server has answered from its records."""
        self._results.append(output)
        if self.open and len(self._results) < len(dispatch.commands(self.tool, self.input)):
            return []
        return self._feed("result_received", now)

    def fault(self, words: str, now: float, code: Code = TOOL_FAILED) -> list[Effect]:
        """A command has failed, or the agent refuses it."""
        return self._feed("fault_received", now, code, words)

    def withdraw(self, now: float) -> list[Effect]:
        """The turn ends without this call (CHAT-055)."""
        return self._feed("withdrawn", now, TOOL_STOPPED)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        overdue = self.running.overdue(now)
        return [] if overdue is None else self._feed(overdue, now, TOOL_TIMEOUT)

    def requires(self, expires_at: str) -> m.ApprovalRequired:
        """What the helper is asked (CHAT-080)."""
        scopes = ["turn"] if self.tool == GRANTABLE else []
        words = describe(self.tool, self.input)
        names = (self.execution_id, self.tool_use_id, self.tool)
        return m.ApprovalRequired(*names, self.input, words, expires_at, self.hash, scopes)

    def told(self) -> m.ToolResult:
        """What the helper and the model are told at the end (CHAT-046)."""
        found = self.outcome or Outcome(None, True)
        return m.ToolResult(self.tool_use_id, self.tool, found.output, found.is_error)

    def _facts(self) -> tuple[dict[str, float], str | None]:
        row, tool = action(self.tool, self.asked), TOOLS.get(self.tool)
        given, fault = self._decoded()
        self.input = self._completed(given)
        ids = [self.asked.get("deviceId"), *(self.asked.get("deviceIds") or ())] if given is not None else []
        return {
            "tool_known": tool is not None,
            "tool_offered": tool is not None and self.tool in offered(self.conduct.level),
            "action_offered": row.tier < NEVER and within(row.level, self.conduct.level),
            "capture_allowed": tool is not None and (self.conduct.capture or not tool.captures),
            "input_valid": given is not None,
            "own_device": all(each in (None, self.conduct.device_id) for each in ids),
            "paths_open": not any(map(blocked, paths(given))),
            "tier_1": row.tier == 1,
            "tier_2": row.tier == 2,
        }, fault

    def _decoded(self) -> tuple[Any, str | None]:
        if self.tool not in INPUTS:
            return None, None
        try:
            raw = encode(dict(self.asked))
            given = decode(INPUTS[self.tool], raw, limit=int(self.limits["chat_input"]), code=TOOL_INPUT_INVALID)
            self.hash = arguments_hash(self.conduct.device_id, self.execution_id, self.tool, self._completed(given))
        except (RemoteProtocolError, TypeError, ValueError) as error:
            return None, str(error)
        return given, None

    def _completed(self, given: Any) -> dict[str, Any]:
        if given is None:
            return dict(self.asked)
        added: dict[str, Any] = {"deviceId": self.conduct.device_id}  # CHAT-064
        if self.tool == GRANTABLE and self.conduct.picture is not None and self.asked.get("x") is not None:
            width, height = self.conduct.picture  # CHAT-076
            added |= {"coordinateSpaceWidth": width, "coordinateSpaceHeight": height}
        return {**self.asked, **added}

    def _feed(self, event: str, now: float, code: Code | None = None, words: str | None = None) -> list[Effect]:
        effects = self.running.feed(event, now)
        self.ran = self.ran or "send_command" in effects
        if "report_result" in effects:
            self.outcome = self._ended(code, words)
        return [Effect(name, self._body(name, event)) for name in effects]

    def _ended(self, code: Code | None, words: str | None) -> Outcome:
        if code is not None:  # CHAT-047
            said = f"{code.says}: {words}" if words else code.says
            return Outcome({"error": said[:10_000], "code": code.name}, True)
        output = self._results[0] if len(self._results) == 1 else self._results
        return Outcome(shortened(output, self.limits), False)

    def _body(self, name: str, event: str) -> Any:
        match name:
            case "send_command":
                return self._commands()
            case "open_approval":
                return Asking(self.execution_id, self.tool, self.hash)
            case "send_claim":
                return arguments_hash(self.conduct.device_id, self.execution_id, self.tool, self.input)  # CHAT-085
            case "audit":
                return {"event": event, "tool": self.tool, "action": action_of(self.tool, self.asked)}
        return self.execution_id

    def _commands(self) -> list[dispatch.Sent]:
        sent = dispatch.commands(self.tool, self.input)
        if not self._approved:
            return sent
        confirm, names = self.conduct.policy == "helper-confirmed", (self.execution_id, self.tool)
        return [
            (kind, {**payload, "approval": ApprovedCall(*names, self.input, self.hash, item, confirm)})
            for item, (kind, payload) in enumerate(sent)
        ]
