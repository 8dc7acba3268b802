"""Signaling: viewer and agent, the three sides together, and the credentials of TURN."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breeze_protocol.check import explore
from breeze_protocol.machine import Effect
from breeze_protocol.registry import PLANTED
from breeze_protocol.signaling import messages as m
from breeze_protocol.signaling.engine import (
    AgentSignaling,
    TurnServer,
    ViewerSignaling,
    ice_servers,
    issue_credential,
    sign,
    valid,
)
from breeze_protocol.wire import decode, encode

from .strategies import messages_of

SESSION_ID = "7f1c2b34-5d6e-4f70-8a9b-0c1d2e3f4a5b"
USER_ID = "1d0c5b7a-93e2-4f0d-8f2e-7a6b5c4d3e2f"
HOST = m.Candidate("candidate:1 1 udp 2113937151 192.0.2.7 51472 typ host", "0", 0)
LATE = m.Candidate("candidate:2 1 udp 1677729535 198.51.100.9 40112 typ srflx", "0", 0)


def names(effects: list[Effect]) -> list[str]:
    return [effect.name for effect in effects]


def taken(number: int = 1) -> m.OfferTaken:
    return m.OfferTaken(SESSION_ID, "connecting", "v=0", number)


def offering() -> ViewerSignaling:
    viewer = ViewerSignaling()
    viewer.happened("user_connects", 0.0)
    viewer.happened("servers_known", 0.1)
    viewer.happened("gathered", 1.0)
    return viewer


# -- the viewer
@pytest.mark.clause("SIGN-026", "SIGN-040")
def test_viewer_offers_when_candidates_are_complete_or_after_three_seconds() -> None:
    viewer = ViewerSignaling()
    assert names(viewer.happened("user_connects", 0.0)) == ["ask_ice_servers"]
    viewer.happened("servers_known", 1.0)
    assert names(viewer.found(HOST, 2.0)) == ["keep_candidate"]

    assert names(viewer.tick(3.9)) == []
    assert names(viewer.tick(4.0)) == ["send_offer"]


@pytest.mark.clause("SIGN-026", "SIGN-020")
def test_candidate_found_while_the_offer_is_under_way_follows_it() -> None:
    viewer = offering()
    assert names(viewer.found(HOST, 1.1)) == []

    assert viewer.offer_taken(taken(), 1.2) == [Effect("send_candidate", HOST)]
    assert names(viewer.found(LATE, 1.3)) == ["send_candidate"]


@pytest.mark.clause("SIGN-014", "SIGN-012")
def test_answer_that_overtakes_the_offers_own_answer_is_kept_and_an_older_one_is_not() -> None:
    viewer = offering()
    viewer.pushed(m.AnswerPushed("v=0 early", 1), 1.1)
    viewer.pushed(m.CandidatePushed(HOST, 1), 1.1)

    effects = viewer.offer_taken(taken(), 1.2)
    assert names(effects) == ["apply_answer", "add_candidate"]

    again = offering()
    again.pushed(m.AnswerPushed("v=0 of an older offer", 1), 1.1)
    assert names(again.offer_taken(taken(2), 1.2)) == []
    assert again.running.state == "waiting"
    assert names(again.pushed(m.AnswerPushed("v=0", 2), 1.3)) == ["apply_answer"]


@pytest.mark.clause("SIGN-013", "SIGN-014", "SIGN-036")
@pytest.mark.parametrize("way", ["early failure", "failure", "refusal", "no answer", "no connection"])
def test_viewer_turns_to_the_fallback(way: str) -> None:
    viewer = offering()
    failure = m.PeerFailed("PEER_FAILED", "no screen", 1)
    match way:
        case "early failure":
            viewer.pushed(failure, 1.1)
            effects = viewer.offer_taken(taken(), 1.2)
        case "failure":
            viewer.offer_taken(taken(), 1.1)
            effects = viewer.pushed(failure, 1.2)
        case "refusal":
            effects = viewer.offer_refused("AGENT_OFFLINE", 1.2)
        case "no answer":
            viewer.offer_taken(taken(), 1.0)
            effects = viewer.tick(41.0)
        case _:
            viewer.offer_taken(taken(), 1.0)
            viewer.pushed(m.AnswerPushed("v=0", 1), 2.0)
            effects = viewer.tick(22.0)

    assert names(effects) == ["close_peer", "send_relay"]


@pytest.mark.clause("SIGN-034")
def test_viewer_that_loses_its_connection_offers_again() -> None:
    viewer = offering()
    viewer.offer_taken(taken(), 1.0)
    viewer.pushed(m.AnswerPushed("v=0", 1), 2.0)
    assert names(viewer.happened("ice_connected", 3.0)) == ["show_picture"]

    assert names(viewer.happened("ice_lost", 9.0)) == ["close_peer", "create_peer"]
    assert names(viewer.happened("gathered", 9.5)) == ["send_offer"]
    assert names(viewer.pushed(m.AnswerPushed("v=0 old", 1), 9.6)) == []


@pytest.mark.clause("SIGN-038", "SIGN-039")
def test_viewer_closes_its_connection_however_it_ends() -> None:
    left, ended = offering(), offering()

    assert names(left.happened("user_left", 2.0)) == ["close_peer", "send_leave"]
    assert names(ended.session_ended("over", 2.0)) == ["close_peer", "report_end"]


# -- the agent
@pytest.mark.clause("SIGN-010", "SIGN-022", "SIGN-030")
def test_agent_answers_first_and_then_sends_what_it_has_found() -> None:
    agent = AgentSignaling(SESSION_ID)
    assert names(agent.start(m.DesktopOffer(SESSION_ID, "v=0"), 0.0)) == ["create_peer"]
    assert agent.found(HOST, 0.1) == []

    effects = agent.answer_ready("v=0 answer", 0.2)

    assert effects == [
        Effect("send_answer", m.AgentAnswer(SESSION_ID, "v=0 answer")),
        Effect("send_agent_candidate", m.AgentCandidate(SESSION_ID, HOST)),
    ]
    assert names(agent.found(LATE, 0.3)) == ["send_agent_candidate"]
    assert agent.ice("ice_connected", 0.4) == [Effect("send_peer_connected", m.PeerConnected(SESSION_ID))]


@pytest.mark.clause("SIGN-022", "SIGN-035")
def test_agent_reports_to_a_deployed_server_only_what_that_one_knows() -> None:
    agent = AgentSignaling(SESSION_ID, trickles=False)
    agent.start(m.DesktopOffer(SESSION_ID, "v=0"), 0.0)
    agent.found(HOST, 0.1)

    assert names(agent.answer_ready("v=0", 0.2)) == ["send_answer"]
    assert agent.ice("ice_connected", 0.4) == []
    assert names(agent.ice("peer_closed", 9.0)) == ["close_peer", "send_peer_closed"]


@pytest.mark.clause("SIGN-004")
def test_newer_offer_closes_the_connection_of_the_older_one() -> None:
    agent = AgentSignaling(SESSION_ID)
    agent.start(m.DesktopOffer(SESSION_ID, "v=0"), 0.0)
    agent.found(HOST, 0.1)

    assert names(agent.start(m.DesktopOffer(SESSION_ID, "v=0 new"), 1.0)) == ["close_peer", "create_peer"]
    assert names(agent.answer_ready("v=0", 2.0)) == ["send_answer"]


@pytest.mark.clause("SIGN-011", "SIGN-031", "SIGN-032")
def test_agent_says_how_a_connection_went_wrong() -> None:
    mute, never, lost = (AgentSignaling(SESSION_ID) for _ in range(3))
    for agent in (mute, never, lost):
        agent.start(m.DesktopOffer(SESSION_ID, "v=0"), 0.0)
    for agent in (never, lost):
        agent.answer_ready("v=0", 1.0)
    lost.ice("ice_connected", 2.0)

    assert mute.tick(30.0)[-1] == Effect("send_start_failed", "no answer in time")
    assert never.tick(21.0)[-1].name == "send_peer_broken"
    assert lost.ice("ice_lost", 9.0)[-1].body == m.PeerDisconnected(SESSION_ID, "lost")


@pytest.mark.clause("SIGN-037", "SIGN-039")
@pytest.mark.parametrize("way", ["stop", "link_lost"])
def test_peer_connection_outlives_neither_session_nor_link(way: str) -> None:
    agent = AgentSignaling(SESSION_ID)
    agent.start(m.DesktopOffer(SESSION_ID, "v=0"), 0.0)

    assert names(getattr(agent, way)(1.0)) == ["close_peer"]


@pytest.mark.clause("SIGN-021")
def test_candidate_without_a_connection_is_dropped() -> None:
    agent = AgentSignaling(SESSION_ID)
    command = m.CandidateCommand(SESSION_ID, HOST)
    assert agent.candidate(command, 0.0) == []
    agent.start(m.TerminalOffer(SESSION_ID, "v=0"), 0.0)

    assert agent.candidate(command, 1.0) == [Effect("add_candidate", HOST)]


# -- the tables together
@pytest.mark.clause("SIGN-014", "SIGN-051")
@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        ("answer before the call is answered", "unspecified reception"),
        ("connect code spent twice", "done twice"),
    ],
)
def test_planted_violation_is_found(planted: str, kind: str) -> None:
    assert kind in {finding.kind for finding in explore(PLANTED[planted]).findings}


# -- TURN
@pytest.mark.clause("SIGN-043")
def test_password_is_what_a_turn_server_with_the_same_secret_computes() -> None:
    # echo -n '1433065916:ninefingers' | openssl dgst -sha1 -hmac north -binary | base64
    assert sign("north", "1433065916:ninefingers") == "SDuA3OErhfGFaxmFHH7fTICexdg="


@pytest.mark.clause("SIGN-042", "SIGN-043")
def test_credential_names_its_party_and_ends_after_ten_minutes() -> None:
    given_ = issue_credential("north", user_id=USER_ID, session_id=SESSION_ID, party="viewer", now=1_795_298_400.7)

    assert given_.username == f"1795299000:{USER_ID}.{SESSION_ID}.viewer"
    assert given_.credential == "CyEFFDLVotmtm7wXi+9itGiGEMo="
    assert valid("north", given_.username, given_.credential, 1_795_298_999.9)
    assert not valid("north", given_.username, given_.credential, 1_795_299_000)


@pytest.mark.clause("SIGN-041", "SIGN-043")
def test_credentials_of_two_parties_or_sessions_are_never_the_same() -> None:
    made = {
        issue_credential("north", user_id=user, session_id=session, party=party, now=0).credential
        for user in (USER_ID, SESSION_ID)
        for session in (SESSION_ID, None)
        for party in ("viewer", "agent")
    }

    assert len(made) == 8


@pytest.mark.clause("SIGN-043")
@pytest.mark.parametrize(
    ("username", "credential"),
    [
        ("9999999999:x", "wrong"),
        ("x", sign("north", "x")),
        ("9999999999:", sign("north", "9999999999:")),
        ("-1:x", sign("north", "-1:x")),
        ("٣:x", sign("north", "٣:x")),
        ("9" * 40 + ":x", sign("north", "9" * 40 + ":x")),
    ],
)
def test_malformed_credential_is_not_valid(username: str, credential: str) -> None:
    assert not valid("north", username, credential, 0)


@pytest.mark.clause("SIGN-043")
@pytest.mark.parametrize("wrong", [{"user_id": "a:b"}, {"session_id": "a:b"}, {"party": "server"}])
def test_credential_for_nobody_is_refused(wrong: dict[str, str]) -> None:
    whom = {"user_id": USER_ID, "session_id": SESSION_ID, "party": "viewer", **wrong}
    with pytest.raises(ValueError, match="no credential"):
        issue_credential("north", now=0, **whom)  # type: ignore[arg-type]


@pytest.mark.clause("SIGN-040", "SIGN-044")
def test_only_configured_servers_are_listed() -> None:
    turn = TurnServer("203.0.113.5", "north")
    given_ = issue_credential("north", user_id=USER_ID, session_id=None, party="agent", now=0)

    assert ice_servers(None, None) == []
    assert ice_servers(None, None, ["stun:s.example"]) == [m.IceServer(["stun:s.example"])]
    listed = ice_servers(turn, given_)
    assert [server.urls for server in listed] == [
        ["stun:203.0.113.5:3478"],
        ["turn:203.0.113.5:3478?transport=udp", "turn:203.0.113.5:3478?transport=tcp"],
    ]
    assert (listed[0].username, listed[1].username) == (None, given_.username)
    assert decode(m.IceServers, encode(m.IceServers(listed)), limit=4096).ice_servers == listed


@pytest.mark.clause("SIGN-040")
def test_address_of_six_groups_goes_into_brackets() -> None:
    assert TurnServer("2001:db8::5", "s", 443).authority == "[2001:db8::5]:443"


def test_secrets_do_not_show() -> None:
    given_ = issue_credential("north", user_id=USER_ID, session_id=None, party="agent", now=0)

    assert "north" not in repr(TurnServer("h", "north"))
    assert given_.credential not in repr(given_)


# -- messages
SAID = [
    m.Offer, m.OfferTaken, m.Answer, m.AnswerTaken, m.CandidateGiven, m.CandidateTaken, m.ConnectExchange,
    m.ViewerSession, m.DesktopOffer, m.TerminalOffer, m.AgentAnswer, m.CandidateCommand, m.FromAgent, m.ToViewer,
]  # fmt: skip


@pytest.mark.parametrize("kind", SAID, ids=str)
@settings(max_examples=12)
@given(st.data())
def test_message_reads_back(kind: type, data: st.DataObject) -> None:
    message = data.draw(messages_of(kind))

    assert decode(kind, encode(message), limit=1 << 20) == message
