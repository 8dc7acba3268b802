"""Both sides of the agent socket as engines, and the records beside it."""

import pytest

from breeze_protocol.errors import CODES
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.link import messages as m
from breeze_protocol.link.engine import LinkAgent, LinkServer
from breeze_protocol.link.table import AGENT_GATE, COMMAND, ENROLLMENT
from breeze_protocol.machine import Effect
from breeze_protocol.wire import encode

ID = "ab" * 32


def names(effects: list[Effect]) -> list[str]:
    return [effect.name for effect in effects]


def open_server() -> LinkServer:
    server = LinkServer(ID)
    server.opened(0.0, 0)
    return server


def online_agent() -> LinkAgent:
    agent = LinkAgent(lambda low, high: high)
    agent.begin(0.0)
    agent.tick(0.0)
    agent.dialed(0.1)
    agent.receive(encode(m.LinkConnected(ID, 1, ["agent_hello", "terminal_exit"])), 0.2)
    return agent


@pytest.mark.clause("LINK-023", "LINK-025")
def test_open_socket_replaces_the_other_and_greets() -> None:
    effects = LinkServer(ID).opened(0.0, 1234)

    assert names(effects) == ["supersede_other", "mark_online", "send_connected"]
    assert isinstance(effects[2].body, m.LinkConnected)
    assert "terminal_output_base64" in effects[2].body.capabilities


@pytest.mark.clause("LINK-033", "LINK-034")
def test_silent_agent_is_pinged_and_then_closed() -> None:
    server = open_server()

    assert names(server.tick(30.0, 30_000)) == ["send_ping"]
    effects = server.tick(60.0, 60_000)
    assert names(effects) == ["send_close", "mark_offline"]
    assert effects[0].body == (4008, "Pong timeout")


@pytest.mark.clause("LINK-033")
def test_pong_keeps_the_socket() -> None:
    server = open_server()
    server.tick(30.0, 0)

    server.receive('{"type":"pong","timestamp":1}', 31.0, 0)

    assert names(server.tick(60.0, 0)) == ["send_ping"]


@pytest.mark.clause("LINK-030", "LINK-031")
@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("not json", "PROCESSING_ERROR"),
        ('{"type":"nope"}', "INVALID_MESSAGE"),
        ('{"type":"command_result","commandId":"1","status":"weird"}', "INVALID_MESSAGE"),
        ('{"type":"command_result","status":"completed"}', "INVALID_MESSAGE"),
        ("[]", "PROCESSING_ERROR"),
    ],
)
def test_wrong_message_is_answered_and_the_socket_stays(raw: str, code: str) -> None:
    server = open_server()

    effects = server.receive(raw, 1.0, 0)

    assert names(effects) == ["send_error"]
    assert isinstance(effects[0].body, m.LinkError)
    assert effects[0].body.code == code
    assert server.running.state == "online"


@pytest.mark.clause("LINK-051")
def test_every_result_is_acknowledged() -> None:
    effects = open_server().receive('{"type":"command_result","commandId":"zzz","status":"completed"}', 1.0, 0)

    assert effects[1] == Effect("send_ack", m.Ack("zzz"))


@pytest.mark.clause("LINK-024")
def test_hello_goes_only_to_a_server_that_offered_it() -> None:
    silent = LinkAgent(lambda low, high: high)
    silent.begin(0.0)
    silent.tick(0.0)
    silent.dialed(0.1)

    assert names(silent.receive(encode(m.LinkConnected(ID, 1)), 0.2)) == ["note_capabilities"]
    assert online_agent().capabilities == {"agent_hello", "terminal_exit"}


@pytest.mark.clause("LINK-050", "LINK-054", "LINK-055")
def test_command_runs_once_and_an_unknown_one_is_answered() -> None:
    agent = online_agent()
    command = '{"id":"c1","type":"terminal_stop","payload":{}}'

    assert names(agent.receive(command, 1.0)) == ["run_command"]
    assert agent.receive(command, 1.1) == []
    refused = agent.receive('{"id":"c2","type":"brew_tea","payload":{}}', 1.2)
    assert refused == [Effect("send_result", m.CommandResult("c2", "failed", error="unknown command type: brew_tea"))]


@pytest.mark.clause("LINK-039")
@pytest.mark.parametrize("raw", ["not json", "[]", "{}", '{"type":"news"}', '{"id":"","type":"x"}', '{"type":"ack"}'])
def test_frame_that_means_nothing_is_dropped(raw: str) -> None:
    agent = online_agent()

    assert agent.receive(raw, 1.0) == []
    assert agent.running.state == "online"


@pytest.mark.clause("LINK-041")
def test_backoff_doubles_to_its_most_and_ends_when_a_link_has_lasted() -> None:
    agent = LinkAgent(lambda low, high: high)
    agent.begin(0.0)
    waits, now = [], 0.0
    for _ in range(8):
        agent.tick(now)
        agent.dial_failed(now)
        assert agent.wake_at is not None
        waits.append(agent.wake_at - now)
        now = agent.wake_at

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    agent.tick(now)
    agent.dialed(now)
    agent.receive(encode(m.LinkConnected(ID, 1)), now)
    agent.tick(now + 30)
    agent.lost(now + 30)
    assert agent.wake_at == now + 31


@pytest.mark.clause("LINK-043", "TERM-047")
def test_lost_link_ends_the_terminals() -> None:
    assert names(online_agent().lost(5.0)) == ["end_terminals"]


GOOD_KEY = {"failures": 0, "key_known": 1, "key_current": 1, "key_has_uses": 1, "key_has_site": 1, "secret_given": 1}


@pytest.mark.clause("LINK-003", "LINK-004", "LINK-005", "LINK-006")
@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"secret_matches": 1}, "enrollment_accepted"),
        ({}, "ENROLLMENT_SECRET_WRONG"),
        ({"secret_given": 0}, "ENROLLMENT_SECRET_MISSING"),
        ({"key_has_site": 0}, "ENROLLMENT_KEY_NO_SITE"),
        ({"key_has_uses": 0}, "ENROLLMENT_KEY_EXHAUSTED"),
        ({"key_current": 0}, "ENROLLMENT_KEY_EXPIRED"),
        ({"key_known": 0}, "ENROLLMENT_KEY_UNKNOWN"),
        ({"failures": 10}, "ENROLLMENT_RATE_LIMITED"),
    ],
)
def test_enrolment_is_decided_in_order(changed: dict[str, float], outcome: str) -> None:
    assert ENROLLMENT.classify("enroll", {**GOOD_KEY, **changed}, DEFAULTS) == outcome


@pytest.mark.clause("LINK-021", "LINK-022")
def test_refusals_of_the_agent_socket_have_a_status_below_the_upgrade() -> None:
    codes = {o for check in AGENT_GATE.checks_index["dial"] for o in (check.then, check.otherwise) if o in CODES}

    assert {CODES[name].http for name in codes} == {401, 429}


@pytest.mark.clause("LINK-057")
def test_second_result_of_a_command_changes_nothing() -> None:
    assert COMMAND.row("completed", "result_failed").target == "completed"
