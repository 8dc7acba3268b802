"""Signaling: the server between viewer and device, and what it tells the session."""

import pytest

from breeze_protocol.limits import DEFAULTS
from breeze_protocol.session.table import SESSION
from breeze_protocol.signaling import messages as m
from breeze_protocol.signaling import table
from breeze_protocol.signaling.engine import Peer, Result, Signaling
from breeze_protocol.signaling.table import CONNECT_CODE, SERVER, SESSION_ENDS, SESSION_EVENTS, VIEWER_GATE

SESSION_ID = "7f1c2b34-5d6e-4f70-8a9b-0c1d2e3f4a5b"
OURS = Peer()
DEPLOYED = Peer(trickles=False, terminal_channel=False)
HOST = m.Candidate("candidate:1 1 udp 2113937151 192.0.2.7 51472 typ host", "0", 0)


def names(result: Result) -> list[str]:
    return [effect.name for effect in result.effects]


def code(result: Result) -> str | None:
    return None if result.refusal is None else result.refusal.name


def offered(session_type: str = "desktop", peer: Peer = OURS, **options: object) -> Signaling:
    signaling = Signaling(SESSION_ID, session_type, **options)  # type: ignore[arg-type]
    signaling.offered(m.Offer("v=0 offer"), peer, 0.0)
    return signaling


def connected() -> Signaling:
    signaling = offered()
    signaling.answered("v=0 answer", 1, OURS, 1.0)
    signaling.reported(m.PeerConnected(SESSION_ID), 1, 2.0)
    return signaling


# -- offers
@pytest.mark.clause("SIGN-001", "SIGN-003", "SIGN-005")
def test_offer_is_stored_numbered_and_sent_to_the_agent() -> None:
    signaling = Signaling(SESSION_ID)

    result = signaling.offered(m.Offer("v=0", display_index=1, target_session_id=2), OURS, 0.0)

    assert names(result) == [
        "extend_session", "store_offer", "forget_answer", "audit", "send_start", "send_offer_taken",
    ]  # fmt: skip
    assert result.effects[4].body == m.DesktopOffer(SESSION_ID, "v=0", [], 1, 2)
    assert (signaling.offer_number, signaling.wake_at) == (1, 30.0)


@pytest.mark.clause("SIGN-060", "SIGN-061")
def test_offer_of_a_terminal_never_starts_a_desktop() -> None:
    able = Signaling(SESSION_ID, "terminal").offered(m.Offer("v=0", cols=120, rows=40), OURS, 0.0)
    unable = Signaling(SESSION_ID, "terminal").offered(m.Offer("v=0"), DEPLOYED, 0.0)

    assert [effect.body for effect in able.effects if effect.name == "send_start"] == [
        m.TerminalOffer(SESSION_ID, "v=0", [], 120, 40)
    ]
    assert (names(unable), code(unable)) == (["send_offer_refused"], "SIGNALING_UNSUPPORTED")


@pytest.mark.clause("SIGN-002", "SIGN-006", "SIGN-007", "SESS-038")
@pytest.mark.parametrize(
    ("session_type", "ended", "online", "refusal"),
    [
        ("file_transfer", True, False, "SIGNALING_TYPE"),
        ("desktop", True, False, "SIGNALING_STATE"),
        ("desktop", False, False, "AGENT_OFFLINE"),
        ("desktop", False, True, None),
    ],
)
def test_first_fault_of_an_offer_is_told_and_nothing_changes(
    session_type: str, ended: bool, online: bool, refusal: str | None
) -> None:
    facts = {"type_fits": session_type != "file_transfer", "live": not ended, "agent_online": online, "agent_can": 1}
    outcome = SERVER.classify("offer", {**facts, "reports_peer": 1}, DEFAULTS)
    assert outcome == (refusal or "offer_accepted")

    signaling = Signaling(SESSION_ID, session_type)
    if refusal == "AGENT_OFFLINE":
        result = signaling.offered(m.Offer("v=0"), Peer(online=False), 0.0)
        assert (code(result), signaling.offer_number, signaling.running.state) == (refusal, 0, "quiet")


@pytest.mark.clause("SIGN-004", "SIGN-014")
def test_newer_offer_forgets_what_belonged_to_the_older_one() -> None:
    signaling = offered()
    signaling.answered("v=0 first", 1, OURS, 1.0)
    signaling.viewer_candidate(HOST, OURS, 1.0)
    signaling.offered(m.Offer("v=0 second"), OURS, 2.0)
    assert (signaling.answer, signaling.from_viewer, signaling.offer_number) == (None, [], 2)

    assert names(signaling.answered("v=0 late", 1, OURS, 3.0)) == []
    assert names(signaling.reported(m.AgentCandidate(SESSION_ID, HOST), 1, 3.0)) == []
    assert names(signaling.start_failed("late", 1, 3.0)) == []
    assert (signaling.answer, signaling.from_device) == (None, [])
    assert "store_answer" in names(signaling.answered("v=0 now", 2, OURS, 4.0))


# -- answers
@pytest.mark.clause("SIGN-010", "SIGN-012", "SIGN-016", "SIGN-030")
def test_answer_acknowledges_the_session_and_the_report_makes_it_active() -> None:
    signaling = offered()

    answered = signaling.answered("v=0 answer", 1, OURS, 1.0)
    up = signaling.reported(m.PeerConnected(SESSION_ID), 1, 2.0)

    assert names(answered) == ["acknowledge_session", "store_answer", "send_answer", "audit"]
    assert answered.effects[0].body == "agent_acknowledged"
    assert answered.effects[2].body == m.AnswerPushed("v=0 answer", 1)
    assert [(effect.name, effect.body) for effect in up.effects] == [("activate_session", "peer_connected")]


@pytest.mark.clause("SIGN-035", "SESS-035")
def test_offer_and_answer_of_a_deployed_agent_count_for_what_it_does_not_report() -> None:
    signaling = Signaling(SESSION_ID)

    taken = signaling.offered(m.Offer("v=0"), DEPLOYED, 0.0)
    answered = signaling.answered("v=0 answer", None, DEPLOYED, 1.0)

    assert "acknowledge_session" in names(taken)
    assert "activate_session" in names(answered)
    assert signaling.running.state == "connected"


@pytest.mark.clause("SIGN-015")
def test_second_answer_is_dropped_and_one_after_the_end_is_stopped() -> None:
    signaling = offered()
    signaling.answered("v=0 answer", 1, OURS, 1.0)
    assert names(signaling.answered("v=0 again", 1, OURS, 2.0)) == []
    assert signaling.answer == "v=0 answer"

    ended = offered()
    ended.session_ended("ended by its owner", 1.0)
    assert names(ended.answered("v=0 answer", 1, OURS, 2.0)) == ["send_stop"]


@pytest.mark.clause("SIGN-011", "SIGN-013", "SESS-039")
@pytest.mark.parametrize("way", ["failed", "silent"])
def test_offer_that_fails_leaves_the_session_to_the_fallback_for_a_while(way: str) -> None:
    signaling = offered()
    failed = signaling.start_failed("no encoder", 1, 1.0) if way == "failed" else signaling.tick(30.0)

    assert "fail_session" not in names(failed)
    assert ("send_stop" in names(failed)) == (way == "silent")
    assert isinstance(failed.effects[-1].body, m.PeerFailed)
    assert signaling.wake_at == (16.0 if way == "failed" else 45.0)
    assert signaling.failure == ("no encoder" if way == "failed" else "answer timed out")

    end = signaling.tick(45.0)
    assert (end.effects[0].name, end.effects[0].body) == ("fail_session", "start_failed")


@pytest.mark.clause("SIGN-013", "SIGN-036")
def test_viewer_that_turns_to_the_fallback_in_time_keeps_the_session() -> None:
    signaling = offered()
    signaling.start_failed("no encoder", 1, 1.0)

    assert names(signaling.relay_opened(15.9)) == ["extend_session"]
    assert signaling.wake_at is None


@pytest.mark.clause("SIGN-033")
def test_refusal_at_the_device_ends_the_session() -> None:
    end = offered().reported(m.ConsentDenied(SESSION_ID), 1, 1.0)

    assert (end.effects[0].name, end.effects[0].body) == ("fail_session", "start_failed")


# -- candidates
@pytest.mark.clause("SIGN-020", "SIGN-021", "SIGN-023", "SIGN-025")
def test_candidate_is_relayed_to_an_agent_that_can_take_it() -> None:
    early = Signaling(SESSION_ID).viewer_candidate(HOST, OURS, 0.0)
    relayed = offered().viewer_candidate(HOST, OURS, 1.0)
    kept = offered().viewer_candidate(HOST, DEPLOYED, 1.0)

    assert code(early) == "SIGNALING_NO_OFFER"
    assert names(relayed) == ["store_candidate", "send_candidate", "send_candidate_taken"]
    assert relayed.effects[1].body == m.CandidateCommand(SESSION_ID, HOST)
    assert names(kept) == ["store_candidate", "send_candidate_taken"]


@pytest.mark.clause("SIGN-024")
def test_candidates_are_bounded_on_both_sides() -> None:
    signaling = offered()
    for _ in range(64):
        assert code(signaling.viewer_candidate(HOST, OURS, 1.0)) is None
        signaling.reported(m.AgentCandidate(SESSION_ID, HOST), 1, 1.0)

    assert code(signaling.viewer_candidate(HOST, OURS, 1.0)) == "CANDIDATES_FULL"
    assert names(signaling.reported(m.AgentCandidate(SESSION_ID, HOST), 1, 1.0)) == []
    assert (len(signaling.from_viewer), len(signaling.from_device)) == (64, 64)


@pytest.mark.clause("SIGN-012", "SIGN-022")
def test_candidate_of_the_device_is_pushed_with_its_offers_number() -> None:
    result = offered().reported(m.AgentCandidate(SESSION_ID, HOST), 1, 1.0)

    assert result.effects[1].body == m.CandidatePushed(HOST, 1)


# -- losing and ending
@pytest.mark.clause("SIGN-031", "SIGN-034")
def test_lost_connection_waits_for_a_new_offer_and_closed_one_ends() -> None:
    lost, closed = connected(), connected()

    suspended = lost.reported(m.PeerDisconnected(SESSION_ID, "lost"), 1, 10.0)
    ended = closed.reported(m.PeerDisconnected(SESSION_ID), 1, 10.0)

    assert [effect.body for effect in suspended.effects] == ["viewer_lost"]
    assert ended.effects[0].body == "agent_disconnected"
    assert lost.wake_at == 25.0
    resumed = lost.offered(m.Offer("v=0 again"), OURS, 24.9)
    assert resumed.effects[0].body == "viewer_returned"
    assert "extend_session" not in names(resumed)


@pytest.mark.clause("SIGN-034")
def test_connection_that_nobody_makes_anew_fails_the_session() -> None:
    signaling = connected()
    signaling.reported(m.PeerDisconnected(SESSION_ID, "lost"), 1, 10.0)

    assert signaling.tick(25.0).effects[0].body == "grace_expired"


@pytest.mark.clause("SIGN-032")
def test_answered_offer_that_never_connects_has_failed() -> None:
    signaling = offered()
    signaling.answered("v=0", 1, OURS, 1.0)

    assert names(signaling.tick(20.9)) == []
    assert names(signaling.tick(21.0)) == ["send_stop", "note_failure", "send_failed"]


@pytest.mark.clause("SIGN-036")
def test_fallback_goes_on_until_a_new_connection_is_up() -> None:
    signaling = Signaling(SESSION_ID)
    signaling.relay_opened(0.0)
    signaling.offered(m.Offer("v=0"), OURS, 1.0)
    signaling.answered("v=0", 1, OURS, 2.0)
    assert signaling.running.state == "upgrading"

    assert names(signaling.reported(m.PeerConnected(SESSION_ID), 1, 3.0)) == ["close_relay"]


@pytest.mark.clause("SIGN-037")
def test_loss_of_the_agent_spares_what_it_has_not_answered() -> None:
    waiting, talking = offered(), connected()

    assert "fail_session" not in names(waiting.agent_lost(1.0))
    assert talking.agent_lost(9.0).effects[0].body == "agent_lost"


@pytest.mark.clause("SIGN-038", "SIGN-039")
@pytest.mark.parametrize("way", ["left", "ended"])
def test_end_tells_the_agent_to_stop(way: str) -> None:
    signaling = connected()
    result = signaling.left(9.0) if way == "left" else signaling.session_ended("ended by its owner", 9.0)

    assert names(result)[0] == "send_stop"
    assert signaling.ended
    assert code(signaling.offered(m.Offer("v=0"), OURS, 10.0)) == "SIGNALING_STATE"
    assert code(signaling.viewer_candidate(HOST, OURS, 10.0)) == "SIGNALING_OVER"


@pytest.mark.clause("SIGN-005", "SIGN-034")
def test_session_has_a_row_for_whatever_signaling_tells_it() -> None:
    told = {*SESSION_EVENTS.values(), *SESSION_ENDS.values()}

    assert told <= set(SESSION.events)
    assert {effect for row in SERVER.rows for effect in row.effects if effect.endswith("_session")} == {
        *SESSION_EVENTS, *(effect for effect, _ in SESSION_ENDS),
    }  # fmt: skip
    assert {(e, r.event) for r in SERVER.rows for e in r.effects if e in ("fail_session", "end_session")} == set(
        SESSION_ENDS
    )


# -- codes and tokens of deployed viewers
CODE_GOOD = dict.fromkeys(("code_known", "code_unspent", "session_matches", "person_allowed", "live"), 1)


@pytest.mark.clause("SIGN-050", "SIGN-051", "SIGN-056")
@pytest.mark.parametrize(
    ("fact", "value", "outcome"),
    [
        ("failures", 9, "code_accepted"),
        ("failures", 10, "RATE_LIMITED"),
        ("code_known", 0, "CONNECT_CODE_INVALID"),
        ("code_unspent", 0, "CONNECT_CODE_INVALID"),
        ("code_age", 119.9, "code_accepted"),
        ("code_age", 120, "CONNECT_CODE_INVALID"),
        ("session_matches", 0, "CONNECT_CODE_INVALID"),
        ("person_allowed", 0, "CONNECT_CODE_INVALID"),
        ("live", 0, "VIEWER_SESSION_OVER"),
    ],
)
def test_connect_code_is_good_once_for_its_session_and_two_minutes(fact: str, value: float, outcome: str) -> None:
    assert CONNECT_CODE.classify("exchange", {**CODE_GOOD, fact: value}, DEFAULTS) == outcome


@pytest.mark.clause("SIGN-050")
@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"is_desktop": 1, "live": 1}, "code_issued"),
        ({"live": 1}, "CONNECT_CODE_TYPE"),
        ({"is_desktop": 1}, "CONNECT_CODE_STATE"),
    ],
)
def test_connect_code_is_issued_for_a_live_desktop(facts: dict[str, float], outcome: str) -> None:
    assert CONNECT_CODE.classify("issue", facts, DEFAULTS) == outcome


@pytest.mark.clause("SIGN-052")
def test_viewers_call_is_refused_by_its_first_fault() -> None:
    facts: dict[str, float] = {}
    told = []
    for check in VIEWER_GATE.checks:
        told.append(VIEWER_GATE.classify("call", facts, DEFAULTS))
        facts[check.fact] = 1

    assert told == [check.otherwise for check in VIEWER_GATE.checks]
    assert VIEWER_GATE.classify("call", facts, DEFAULTS) == "viewer_admitted"


@pytest.mark.clause("SIGN-014")
@pytest.mark.parametrize("state", table.LIVE)
def test_stale_news_changes_nothing_in_any_state(state: str) -> None:
    for event in ("answer_stale", "candidate_stale", "candidate_dropped"):
        row = SERVER.row(state, event)
        assert (row.target, row.effects) == (state, ())
