"""Chat: sessions, turns and their streams, and the helper that reads them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.protocol.chat_sides import DEVICE, ids, names
from tests.protocol.strategies import messages_of

from breeze_protocol import errors as e
from breeze_protocol import sse
from breeze_protocol.chat import messages as m
from breeze_protocol.chat.engine import Conduct, EventLog, HelperChat, Reader, Turn, session
from breeze_protocol.chat.engine.stream import resume, shortened
from breeze_protocol.chat.profile import DEPLOYED_2026_04
from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Refused
from breeze_protocol.wire import decode, encode

ADMISSIBLE = {
    "characters": 5,
    "same_device": True,
    "age": 0,
    "turns": 0,
    "recent_messages": 0,
    "budget_known": True,
    "model_configured": True,
    "idle": True,
}
REFUSALS = [
    ({"characters": 0}, "VALIDATION_FAILED"),
    ({"same_device": False}, "CHAT_SESSION_NOT_FOUND"),
    ({"age": 86400}, "CHAT_SESSION_EXPIRED"),
    ({"state": "closed"}, "CHAT_SESSION_CLOSED"),
    ({"turns": 50}, "CHAT_TURN_LIMIT"),
    ({"recent_messages": 30}, "CHAT_RATE_LIMITED"),
    ({"budget_exhausted": True}, "CHAT_BUDGET_EXHAUSTED"),
    ({"budget_known": False}, "CHAT_BUDGET_UNKNOWN"),
    ({"model_configured": False}, "CHAT_MODEL_MISSING"),
    ({"idle": False}, "CHAT_BUSY"),
]


def thinking(level: str = "standard", **rest: Any) -> Turn:
    turn = Turn(1, Conduct(DEVICE, level), **rest)
    turn.begin(0.0)
    return turn


def told(turn: Turn) -> list[str]:
    return [said.__struct_config__.tag for _, said in turn.log.since(0) if hasattr(said, "__struct_config__")]  # type: ignore[misc]


def ask(facts: dict[str, Any]) -> Any:
    return session.message(facts.pop("state", "active"), facts)


# -- sessions
@pytest.mark.clause("CHAT-020", "CHAT-029")
@pytest.mark.parametrize("number", range(len(REFUSALS)), ids=[code for _, code in REFUSALS])
def test_message_is_refused_in_the_stated_order_and_changes_nothing(number: int) -> None:
    facts = dict(ADMISSIBLE)
    for wrong, _ in REFUSALS[number:]:
        facts |= wrong

    decision = ask(facts)

    assert decision.refusal is e.CODES[REFUSALS[number][1]]
    assert decision.effects == ()


@pytest.mark.clause("CHAT-021", "CHAT-022", "CHAT-024", "CHAT-025")
@pytest.mark.parametrize(
    ("fact", "most"), [("characters", 10_000), ("age", 86399.9), ("turns", 49), ("recent_messages", 29)]
)
def test_message_at_a_limit_is_taken_and_one_beyond_is_not(fact: str, most: float) -> None:
    assert ask({**ADMISSIBLE, fact: most}).effects == ("store_message", "count_turn", "begin_turn")
    assert ask({**ADMISSIBLE, fact: most + 1}).refusal is not None


@pytest.mark.clause("CHAT-022", "CHAT-024")
def test_organisation_can_lower_the_age_and_never_raise_it() -> None:
    assert session.limits_for(1)["chat_session_life"] == 3600
    assert session.limits_for(48)["chat_session_life"] == 86400
    assert session.limits_for(turns=3)["chat_turns"] == 3
    assert session.message("active", {**ADMISSIBLE, "age": 3600}, session.limits_for(1)).refusal is not None


@pytest.mark.clause("CHAT-025", "CHAT-026", "CHAT-001")
def test_quoted_words_are_quoted() -> None:
    assert e.CHAT_RATE_LIMITED.says.startswith("Rate limit exceeded.")
    assert e.CHAT_BUDGET_EXHAUSTED.says.startswith("Unable to verify budget.")
    assert e.CHAT_BUDGET_UNKNOWN.says.startswith("Unable to verify budget.")
    assert e.AGENT_CREDENTIALS.says == "Invalid agent credentials"
    assert e.EXECUTION_DECIDED.says == "Execution already processed"


@pytest.mark.clause("CHAT-006", "CHAT-007")
@pytest.mark.parametrize(
    ("asked", "configured", "given"),
    [
        (None, "basic", "basic"),
        (None, "standard", "standard"),
        (None, "extended", "standard"),
        ("basic", "standard", "basic"),
        ("extended", "extended", "extended"),
        ("extended", "standard", e.CHAT_LEVEL_DENIED),
        ("standard", "basic", e.CHAT_LEVEL_DENIED),
    ],
)
def test_level_is_what_is_configured_at_most(asked: str | None, configured: str, given: object) -> None:
    assert session.level(asked, configured) == given
    assert session.effective("extended", configured) == configured


@pytest.mark.clause("CHAT-001", "CHAT-004", "CHAT-063", "CHAT-100", "CHAT-101", "CHAT-110")
def test_gate_asks_for_the_token_first_and_for_what_each_call_needs_after_it() -> None:
    token = dict.fromkeys(
        ("header_given", "token_well_formed", "token_matches", "commissioned", "not_quarantined"), True
    )
    facts: dict[str, float] = {}
    for fact, code in zip(
        token, ("HEADER_MISSING", "TOKEN_FORMAT", "CREDENTIALS", "DECOMMISSIONED", "QUARANTINED"), strict=True
    ):
        for kind in ("call", "ask", "upload"):
            refusal = session.admit(kind, facts)
            assert refusal is not None and refusal.name.endswith(code)
        facts[fact] = True
    assert session.admit("call", facts) is e.CHAT_DISABLED
    assert session.admit("call", {**facts, "chat_enabled": True}) is None
    assert session.admit("ask", facts) is None
    assert session.admit("upload", facts) is e.TOOL_CAPTURE_DISABLED
    upload = {**facts, "capture_allowed": True, "is_image": True, "session_found": True}
    assert session.admit("upload", {**upload, "characters": 2_000_000}) is None
    assert session.admit("upload", {**upload, "characters": 2_000_001}) is e.SCREENSHOT_TOO_LARGE
    assert session.admit("upload", {**upload, "is_image": False}) is e.SCREENSHOT_INVALID


@pytest.mark.clause("CHAT-031")
@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("  My\n printer\tis off ", "My printer is off"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 80 + "…"),
        ("word " * 17, "word " * 15 + "word…"),
        ("a " + "b" * 90, "a " + "b" * 78 + "…"),
        ("😀" * 81, "😀" * 80 + "…"),
    ],
)
def test_first_message_is_the_title(content: str, title: str) -> None:
    assert session.title(content) == title


# -- turns
@pytest.mark.clause("CHAT-031", "CHAT-040", "CHAT-041", "CHAT-045", "CHAT-046")
def test_turn_is_written_with_ids_and_ends_in_done() -> None:
    turn = Turn(3, Conduct(DEVICE, "basic"))
    turn.begin(0.0, "Hello")
    turn.text("Hi", 1.0)
    turn.finished(m.Usage(1, 2), 2.0)

    written = Reader(turn.log, 0.0).take(2.0)

    assert written == (
        b'id: 3-1\nevent: title_updated\ndata: {"type":"title_updated","title":"Hello"}\n\n'
        b'id: 3-2\nevent: text_delta\ndata: {"type":"text_delta","delta":"Hi"}\n\n'
        b'id: 3-3\nevent: done\ndata: {"type":"done","usage":{"inputTokens":1,"outputTokens":2,"costCents":0}}\n\n'
    )


@pytest.mark.clause("CHAT-050", "CHAT-051", "CHAT-052", "CHAT-011")
@pytest.mark.parametrize(
    ("way", "code"),
    [
        ("failed", "CHAT_MODEL_FAILED"),
        ("silent", "CHAT_MODEL_TIMEOUT"),
        ("budget_reached", "CHAT_TURN_BUDGET"),
        ("close", "CHAT_SESSION_CLOSED"),
    ],
)
def test_turn_that_fails_says_why_and_then_done(way: str, code: str) -> None:
    turn = thinking()
    turn.text("Well", 10.0)
    assert turn.wake_at == 130.0
    turn.tick(129.9)

    turn.tick(130.0) if way == "silent" else getattr(turn, way)(130.0)

    assert told(turn) == ["text_delta", "error", "done"]
    assert [s.code for _, s in turn.log.since(0) if isinstance(s, m.ChatError)] == [code]
    assert turn.text("late", 131.0) == []
    assert told(turn)[-1] == "done"


@pytest.mark.clause("CHAT-053")
def test_fifty_first_round_of_tools_ends_the_turn() -> None:
    turn, new_id = thinking(), ids()
    for number in range(51):
        turn.call(f"t{number}", "get_device_details", {}, 1.0)
        turn.calls_ready(1.0, new_id, "")
        for execution in list(turn.calls):
            turn.result(execution, {}, 1.0)
    assert turn.ended
    assert [s.code for _, s in turn.log.since(0) if isinstance(s, m.ChatError)] == ["CHAT_TURN_ROUNDS"]
    assert told(turn).count("tool_use") == told(turn).count("tool_result") == 51


@pytest.mark.clause("CHAT-046", "CHAT-049")
@pytest.mark.parametrize("wrong", ["repeated", "long id", "no name", "too much", "half a character"])
def test_call_that_no_event_can_carry_is_the_models_fault(wrong: str) -> None:
    turn = thinking()
    turn.call("t1", "get_device_details", {}, 1.0)
    asked: dict[str, tuple[str, str, dict[str, Any]]] = {
        "repeated": ("t1", "get_device_details", {}),
        "long id": ("t" * 201, "get_device_details", {}),
        "no name": ("t2", "", {}),
        "half a character": ("t2", "manage_services", {"serviceName": "\ud800"}),
        "too much": ("t2", "file_operations", {"content": "x" * int(DEFAULTS["chat_input"])}),
    }

    turn.call(*asked[wrong], 2.0)

    assert told(turn) == ["tool_use", "tool_result", "error", "done"]


@pytest.mark.clause("CHAT-055")
def test_stopped_turn_resolves_every_call_before_done_and_runs_nothing_more() -> None:
    turn, new_id = thinking(), ids()
    turn.call("t1", "manage_services", {"action": "restart", "serviceName": "a"}, 1.0)
    turn.call("t2", "get_device_details", {}, 1.0)
    turn.calls_ready(1.0, new_id, "2026-11-21T12:05:00Z")
    waiting, running = turn.calls

    effects = turn.stop(2.0)

    assert {"withdraw_approval", "cancel_command"} <= set(names(effects))
    assert told(turn) == ["tool_use", "tool_use", "approval_required", "tool_result", "tool_result", "done"]
    codes = [s.output["code"] for _, s in turn.log.since(0) if isinstance(s, m.ToolResult)]
    assert codes == ["TOOL_STOPPED", "TOOL_STOPPED"]
    assert turn.granted(waiting, "once", 3.0) == turn.result(running, {}, 3.0) == turn.stop(3.0) == []


# -- streams
@pytest.mark.clause("CHAT-042")
def test_silent_stream_gets_a_comment_every_15_seconds() -> None:
    turn = thinking()
    reader = Reader(turn.log, 0.0)
    assert reader.wake_at == 15.0
    assert reader.take(14.9) == b""
    assert reader.take(15.0) == b": \n\n"
    turn.text("x", 20.0)
    reader.take(20.0)
    assert reader.wake_at == 35.0


@pytest.mark.clause("CHAT-043", "CHAT-044")
@given(st.lists(st.text(max_size=3), min_size=1, max_size=20), st.integers(0, 20))
def test_resumed_stream_continues_after_the_last_id(deltas: list[str], seen: int) -> None:
    turn = thinking()
    for delta in deltas:
        turn.text(delta, 1.0)
    turn.finished(None, 2.0)
    whole = list(sse.Parser().feed(Reader(turn.log, 0.0).take(2.0)))
    seen = min(seen, len(whole) - 1)

    reader = resume(turn.log, f"1-{seen}" if seen else None, 3.0)

    assert isinstance(reader, Reader)
    assert list(sse.Parser().feed(reader.take(3.0))) == whole[seen:]


@pytest.mark.clause("CHAT-003", "CHAT-043", "CHAT-044")
def test_what_cannot_be_resumed_is_refused_or_over() -> None:
    limits = {**DEFAULTS, "chat_events_kept": 5}
    turn = thinking(limits=limits)
    for _ in range(8):
        turn.text("x", 1.0)
    assert resume(turn.log, "1-2", 1.0) is e.CHAT_EVENTS_GONE
    assert isinstance(resume(turn.log, "1-4", 1.0), Reader)
    assert resume(turn.log, "1-9", 1.0) is e.CHAT_EVENTS_GONE
    assert resume(turn.log, "2-1", 1.0) is e.CHAT_EVENTS_GONE
    for wrong in ("", "1", "0-1", "1-2\n", "-1", "1-9999999999", "x"):
        assert resume(turn.log, wrong, 1.0) is e.VALIDATION_FAILED
    assert resume(turn.log, "1-4", 1.0, same_device=False) is e.CHAT_SESSION_NOT_FOUND
    assert resume(None, None, 1.0) is None
    assert resume(None, "1-1", 1.0) is e.CHAT_EVENTS_GONE
    turn.finished(None, 2.0)
    assert resume(turn.log, "1-9", 2.0) is None
    assert isinstance(resume(turn.log, "1-8", 301.9), Reader)
    assert resume(turn.log, "1-8", 302.0) is e.CHAT_EVENTS_GONE


def test_reader_that_was_overtaken_knows_it() -> None:
    log = EventLog(1, {**DEFAULTS, "chat_events_kept": 2})
    reader = Reader(log, 0.0)
    for number in range(4):
        assert reader.behind == (number > 2)
        log.append(m.TextDelta("x"), 0.0)


@pytest.mark.clause("CHAT-056")
def test_deployed_profile_has_its_own_names_and_brackets() -> None:
    turn, new_id = thinking(), ids()
    turn.text("Let me look.", 1.0)
    turn.call("t1", "take_screenshot", {}, 1.0)
    turn.calls_ready(1.0, new_id, "")
    turn.result(next(iter(turn.calls)), {"width": 1}, 1.0)
    turn.text("Done.", 2.0)
    turn.finished(m.Usage(0, 57), 2.0)

    written = Reader(turn.log, 0.0, profile=DEPLOYED_2026_04).take(2.0)
    read = [item for item in sse.Parser().feed(written) if isinstance(item, sse.Event)]

    assert b"id:" not in written
    assert [item.name for item in read] == [
        *("message_start", "content_delta", "tool_use_start", "message_end", "tool_result"),
        *("message_start", "content_delta", "message_end", "done"),
    ]
    said = [decode(dict[str, Any], item.data, limit=10_000) for item in read]
    assert [each["type"] for each in said] == [item.name for item in read]
    assert said[1] == {"type": "content_delta", "delta": "Let me look."}
    assert said[2] == {"type": "tool_use_start", "toolName": "take_screenshot", "toolUseId": "t1", "input": {}}
    assert said[4] == {"type": "tool_result", "toolUseId": "t1", "output": {"width": 1}, "isError": False}
    assert said[-1] == {"type": "done"}


@pytest.mark.clause("CHAT-048")
def test_long_output_is_shortened_and_says_so() -> None:
    most = int(DEFAULTS["chat_output"])
    assert shortened("x" * (most - 2)) == "x" * (most - 2)
    cut = shortened("é" * most)
    assert isinstance(cut, dict) and cut["truncated"] is True
    assert len(encode(cut)) <= most


# -- the helper
@given(messages_of(m.Said))
def test_every_event_survives_the_wire(said: m.Said) -> None:
    assert m.said(encode(said)) == said


def reading() -> HelperChat:
    helper = HelperChat()
    assert names(helper.write("Why?", 0.0)) == ["send_message"]
    helper.opened(0.5)
    return helper


@pytest.mark.clause("CHAT-046", "CHAT-057")
def test_helper_shows_events_whatever_the_pieces_and_ignores_what_it_does_not_know() -> None:
    raw = sse.write("message_start", "{}", None) + sse.write("text_delta", encode(m.TextDelta("é")), "1-1")
    raw += sse.write_comment() + sse.write("done", encode(m.Done()), "1-2")
    helper, seen = reading(), []
    for at in range(len(raw)):
        seen += helper.receive(raw[at : at + 1], 1.0)

    assert names(seen) == ["show_text", "resolve_card", "show_done"]
    assert seen[0].body == m.TextDelta("é")
    assert helper.running.state == "idle"
    assert names(helper.write("And?", 2.0)) == ["send_message"]


@pytest.mark.clause("CHAT-054", "CHAT-042")
def test_helper_asks_for_the_rest_of_a_stream_that_fell_silent() -> None:
    helper = reading()
    helper.receive(sse.write("text_delta", encode(m.TextDelta("a")), "1-1"), 10.0)
    helper.receive(sse.write_comment(), 25.0)
    assert helper.wake_at == 70.0
    assert names(helper.tick(70.0)) == ["keep_place"]
    assert helper.tick(75.0) == [Effect("send_resume", "1-1")]
    assert helper.tick(80.0) == [Effect("send_resume", "1-1")]
    helper.resumed(80.5)
    assert helper.last_id == "1-1"
    assert names(helper.receive(sse.write("text_delta", encode(m.TextDelta("b")), "1-2"), 81.0)) == ["show_text"]
    helper.lost(82.0)
    assert names(helper.gone(83.0)) == ["load_history"]


def test_helper_refuses_a_second_message_while_it_reads_and_an_event_of_two_names() -> None:
    helper = reading()
    with pytest.raises(Refused):
        helper.write("Again?", 1.0)
    with pytest.raises(RemoteProtocolError, match="not its name"):
        helper.receive(sse.write("done", encode(m.TextDelta("x")), "1-1"), 1.0)
