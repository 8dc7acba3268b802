"""Chat: approvals, the window that asks, and what an agent makes of an approved command."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.protocol.chat_sides import CLICK, DEVICE, OTHER, RESTART, body, ids, names, turn_with

from breeze_protocol import errors as e
from breeze_protocol.chat import messages as m
from breeze_protocol.chat.engine import Approval, Card, Confirmations, arguments_hash
from breeze_protocol.chat.engine.card import Answer
from breeze_protocol.chat.engine.confirm import Fault, ToRun
from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.machine import Effect
from breeze_protocol.wire import encode

ROOT = Path(__file__).resolve().parents[2]


def asked(policy: m.Policy = "helper", tool: str = "manage_services") -> Approval:
    return Approval.ask("x", tool, "h", 0.0, policy)


@pytest.mark.clause("CHAT-083", "CHAT-084")
def test_approval_is_decided_once_and_used_once() -> None:
    approval = asked()
    effects = approval.decide(m.Decision(True), 10.0)
    assert names(effects) == ["audit", "send_decision_taken", "send_grant"]
    assert body(effects, "send_decision_taken") == m.Decided(True, True)
    for again in (True, False):
        assert approval.decide(m.Decision(again), 11.0) == [Effect("send_decision_refused", e.EXECUTION_DECIDED)]
    assert names(approval.claim("other", 12.0)) == ["send_claim_refused"]
    assert names(approval.claim("h", 12.0)) == ["mark_used", "send_claimed"]
    assert names(approval.claim("h", 12.0)) == ["send_claim_refused"]
    assert approval.state == "used"


@pytest.mark.clause("CHAT-082", "CHAT-084")
def test_approval_ends_by_itself() -> None:
    approval = asked()
    assert names(approval.decide(m.Decision(True), 299.9)) == ["audit", "send_decision_taken", "send_grant"]
    assert names(approval.claim("h", 329.9)) == ["audit", "send_claim_refused"]
    late = asked()
    refusal = late.decide(m.Decision(True), 300.0)
    assert names(refusal) == ["audit", "send_denial", "send_decision_refused"]
    assert refusal[-1].body is e.EXECUTION_EXPIRED
    silent = asked()
    assert silent.wake_at == 300.0
    assert names(silent.tick(300.0)) == ["audit", "send_denial"]
    assert body(silent.decide(m.Decision(False), 301.0), "send_decision_refused") is e.EXECUTION_EXPIRED


@pytest.mark.clause("CHAT-085", "CHAT-088", "CHAT-090", "CHAT-091", "CHAT-097")
@pytest.mark.parametrize(
    ("policy", "decision", "by", "refusal"),
    [
        ("helper", m.Decision(True), "device", None),
        ("helper", m.Decision(True, "0" * 64), "device", e.APPROVAL_ARGUMENTS),
        ("helper", m.Decision(True, "h"), "device", None),
        ("helper", m.Decision(True, scope="turn"), "device", e.APPROVAL_SCOPE),
        ("helper-confirmed", m.Decision(True), "device", e.APPROVAL_ARGUMENTS),
        ("helper-confirmed", m.Decision(True, "h"), "device", None),
        ("technician", m.Decision(True, "h"), "device", e.APPROVAL_NEEDS_TECHNICIAN),
        ("technician", m.Decision(False), "device", None),
        ("technician", m.Decision(True), "technician", None),
    ],
)
def test_policy_says_who_can_approve(policy: Any, decision: m.Decision, by: Any, refusal: Any) -> None:
    effects = asked(policy).decide(decision, 1.0, by)

    assert [ef.body for ef in effects if ef.name == "send_decision_refused"] == ([refusal] if refusal else [])


@pytest.mark.clause("CHAT-080", "CHAT-086")
def test_batch_is_asked_about_call_by_call() -> None:
    turn, effects = turn_with(("manage_services", RESTART), ("manage_services", {**RESTART, "serviceName": "cups"}))
    first, second = turn.calls
    requests = [ef.body for ef in effects if ef.name == "send_approval_required"]
    assert [r.execution_id for r in requests] == [first, second]
    assert len({r.arguments_hash for r in requests}) == 2

    denied = turn.denied(first, 1.0)
    assert body(denied, "send_tool_result").output["code"] == "TOOL_REJECTED"
    turn.granted(second, "once", 2.0)
    sent = body(turn.claimed(second, True, 3.0), "send_command")
    assert [(kind, payload["name"]) for kind, payload in sent] == [("restart_service", "cups")]
    assert "ask_model" in names(turn.result(second, {"success": True}, 4.0))


@pytest.mark.clause("CHAT-064", "CHAT-076", "CHAT-075", "CHAT-081")
def test_what_is_shown_is_what_is_hashed_and_sent() -> None:
    turn, effects = turn_with(("computer_control", CLICK), picture=(1920, 1080))
    request: m.ApprovalRequired = body(effects, "send_approval_required")
    whole = {**CLICK, "deviceId": DEVICE, "coordinateSpaceWidth": 1920, "coordinateSpaceHeight": 1080}
    assert request.input == whole
    assert request.scopes == ["turn"]
    assert request.arguments_hash == arguments_hash(DEVICE, request.execution_id, "computer_control", whole)

    claim = body(turn.granted(request.execution_id, "once", 1.0), "send_claim")
    assert claim == request.arguments_hash
    (sent,) = body(turn.claimed(request.execution_id, True, 1.0), "send_command")
    assert sent[0] == "computer_action"
    assert (sent[1]["action"], sent[1]["x"], sent[1]["coordinateSpaceWidth"]) == ("left_click", 450, 1920)


@pytest.mark.clause("CHAT-091", "CHAT-092")
def test_grant_covers_mouse_and_keyboard_until_time_or_another_taint_ends_it() -> None:
    turn, _ = turn_with(("computer_control", CLICK))
    new_id, number = ids(), count(10)

    def then(tool: str, asked: dict[str, Any], now: float) -> str:
        turn.call(f"t{next(number)}", tool, asked, now)
        effects = turn.calls_ready(now, lambda: new_id()[:-4] + f"{next(number):04x}", "")
        asks = "open_approval" in names(effects)
        (execution,) = turn.calls
        turn.denied(execution, now) if asks else turn.result(execution, {}, now)
        return "asks" if asks else "runs"

    (first,) = turn.calls
    turn.granted(first, "turn", 10.0)
    turn.claimed(first, True, 10.0)
    turn.result(first, {}, 10.0)
    assert turn.tainted
    assert then("computer_control", CLICK, 129.9) == "runs"
    assert then("manage_services", RESTART, 129.9) == "asks"
    assert then("computer_control", CLICK, 130.0) == "asks"
    turn.grant_until = 200.0
    assert then("file_operations", {"action": "read", "path": "/tmp/x"}, 140.0) == "runs"
    assert then("computer_control", CLICK, 141.0) == "asks"


@pytest.mark.clause("CHAT-071")
@pytest.mark.parametrize(("tool", "seconds"), [("take_screenshot", 30), ("get_device_details", 60)])
def test_call_has_the_time_of_its_tool(tool: str, seconds: float) -> None:
    turn, _ = turn_with((tool, {}))
    assert turn.wake_at == seconds
    assert body(turn.tick(seconds), "send_tool_result").output["code"] == "TOOL_TIMEOUT"


# -- the agent and the window
def approved_command(policy: m.Policy = "helper") -> tuple[str, str, dict[str, Any], m.ApprovalRequired]:
    turn, effects = turn_with(("manage_services", RESTART), policy=policy)
    request: m.ApprovalRequired = body(effects, "send_approval_required")
    turn.granted(request.execution_id, "once", 1.0)
    ((kind, payload),) = body(turn.claimed(request.execution_id, True, 1.0), "send_command")
    return request.execution_id, kind, json.loads(encode(payload)), request


@pytest.mark.clause("CHAT-085", "CHAT-084")
def test_agent_runs_an_approved_command_once() -> None:
    _, kind, payload, _ = approved_command()
    agent = Confirmations(DEVICE)
    assert agent.command("c1", kind, payload, 0.0) == [Effect("run_command", ToRun("c1", kind, {"name": "Spooler"}))]
    assert agent.command("c2", kind, payload, 0.0) == [Effect("send_fault", Fault("c2", e.EXECUTION_DECIDED))]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for name, each in value.items() for leaf in leaves(each, (*path, name))]
    return [path]


def changed(value: Any) -> Any:
    return (not value) if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}x"


@pytest.mark.clause("CHAT-085")
@pytest.mark.parametrize("where", [p for p in leaves(approved_command()[2]) if p != ("approval", "confirm")], ids=str)
def test_agent_runs_nothing_where_anything_was_changed_after_the_approval(where: tuple[str, ...]) -> None:
    _, kind, payload, _ = approved_command()
    holder = payload
    for name in where[:-1]:
        holder = holder[name]
    holder[where[-1]] = changed(holder[where[-1]])

    assert names(Confirmations(DEVICE).command("c", kind, payload, 0.0)) == ["send_fault"]


def test_agent_runs_no_other_command_and_none_for_another_device() -> None:
    _, _, payload, _ = approved_command()
    assert names(Confirmations(DEVICE).command("c", "stop_service", payload, 0.0)) == ["send_fault"]
    assert names(Confirmations(OTHER).command("c", "restart_service", payload, 0.0)) == ["send_fault"]
    for wrong in (None, {}, {"executionId": DEVICE}, "x"):
        assert names(Confirmations(DEVICE).command("c", "restart_service", {"approval": wrong}, 0.0)) == ["send_fault"]


@pytest.mark.clause("CHAT-089", "CHAT-095")
@pytest.mark.parametrize("way", ["approved here", "approved elsewhere, and denied here", "silent", "other hash"])
def test_confirmed_command_runs_only_with_the_windows_word(way: str) -> None:
    execution, kind, payload, request = approved_command("helper-confirmed")
    agent, card = Confirmations(DEVICE), Card(DEVICE, request)
    card.show(0.0)
    if way != "approved elsewhere, and denied here":
        assert body(card.approve(1.0), "send_decision") == m.Decision(True, request.arguments_hash)
        card.taken(1.5)
    demand = agent.command("c1", kind, payload, 2.0)
    assert names(demand) == ["send_confirm_request"]
    answers = card.confirm_request(demand[0].body.arguments_hash, 2.0)
    if way == "approved elsewhere, and denied here":
        assert answers == []
        answers = card.deny(3.0)
    answer: Answer = body(answers, "send_confirm_result")
    assert answer.decision == ("deny" if "denied" in way else "allow")
    if way == "silent":
        assert agent.wake_at == 22.0
        effects = agent.tick(22.0)
    else:
        said = "0" * 64 if way == "other hash" else answer.arguments_hash
        effects = agent.confirm_result(execution, said, answer.decision == "allow", 4.0)
    assert names(effects) == (["run_command"] if way == "approved here" else ["send_fault"])


@pytest.mark.clause("CHAT-095", "CHAT-096", "CHAT-097")
def test_card_shows_what_it_hashes_and_repeats_what_was_not_answered() -> None:
    _, _, _, request = approved_command()
    with pytest.raises(RemoteProtocolError, match="not that of the arguments shown"):
        Card(DEVICE, msgspec.structs.replace(request, input={**request.input, "serviceName": "x"}))
    card = Card(DEVICE, request)
    card.show(0.0)
    sent = card.approve(1.0)
    assert card.unanswered(2.0) == sent
    assert names(card.refused("Execution already processed", 3.0)) == ["hide_card", "show_refusal"]
    assert body(card.confirm_request("f" * 64, 4.0), "send_confirm_result").decision == "deny"
    card.resolved(5.0)
    assert body(card.confirm_request(card.hash, 6.0), "send_confirm_result").decision == "deny"
