"""The three sides of a terminal as engines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect
from breeze_protocol.terminal import messages as m
from breeze_protocol.terminal.engine import AgentTerminal, Relay, SessionNews, ViewerTerminal
from breeze_protocol.version import DEPLOYED_2026_04
from breeze_protocol.wire import encode

SESSION = "0f0e0d0c-0000-4000-8000-000000000001"
DEVICE = m.DeviceLabel("h1", "linux")


def names(effects: list[Effect]) -> list[str]:
    return [effect.name for effect in effects]


def running_relay(**options: object) -> Relay:
    relay = Relay(SESSION, DEVICE, **options)  # type: ignore[arg-type]
    relay.attach((120, 40), binary=False, now=0.0)
    relay.started(1.0)
    return relay


@pytest.mark.clause("TERM-010", "TERM-012")
def test_first_size_of_the_viewer_is_the_first_size_of_the_pty() -> None:
    relay = Relay(SESSION, DEVICE)

    effects = relay.attach((132, 43), binary=False, now=0.0)

    assert effects == [Effect("send_terminal_start", m.TerminalStart(SESSION, 132, 43))]


@pytest.mark.clause("TERM-011")
def test_connected_follows_the_agents_confirmation_and_output_that_came_before_it() -> None:
    relay = Relay(SESSION, DEVICE)
    relay.attach((80, 24), binary=False, now=0.0)
    assert relay.output(b"early", 0.5) == []

    effects = relay.started(1.0)

    assert names(effects) == ["acknowledge_session", "activate_session", "send_connected", "send_output"]
    assert effects[0].body == SessionNews("agent_acknowledged")
    assert effects[1].body == SessionNews("peer_connected")
    assert effects[3].body == b"early"


@pytest.mark.clause("TERM-020")
@pytest.mark.parametrize("early", [m.Data("ls\r"), m.Resize(100, 30)])
def test_input_before_connected_is_refused_and_reaches_no_agent(early: m.FromViewer) -> None:
    relay = Relay(SESSION, DEVICE)
    relay.attach((80, 24), binary=False, now=0.0)

    effects = relay.receive(encode(early), 0.1)

    assert names(effects) == ["send_error"]
    assert effects[0].body == m.Error("NOT_CONNECTED", "Wait for connected before sending data or a resize")
    assert relay.size == (80, 24)


@pytest.mark.clause("TERM-005", "TERM-021", "TERM-022")
@pytest.mark.parametrize(
    "raw",
    [
        "not json",
        '{"type":"zzz"}',
        '{"type":"resize","cols":501,"rows":1}',
        encode(m.Data("x" * 16384)).decode().replace("x", "xx", 1),
        b"\x00binary that was not agreed",
    ],
)
def test_message_that_cannot_be_taken_is_answered_and_changes_nothing(raw: str | bytes) -> None:
    relay = running_relay()

    effects = relay.receive(raw, 2.0)

    assert names(effects) == ["send_error"]
    assert isinstance(effects[0].body, m.Error)
    assert effects[0].body.code == "MESSAGE_ERROR"


@pytest.mark.clause("TERM-013")
@pytest.mark.parametrize("way", ["failed", "deadline"])
def test_start_that_fails_tells_the_viewer_closes_and_fails_the_session(way: str) -> None:
    relay = Relay(SESSION, DEVICE)
    relay.attach((80, 24), binary=False, now=0.0)

    effects = relay.start_failed("no shell", 1.0) if way == "failed" else relay.tick(30.0)

    told = {effect.name: effect.body for effect in effects}
    assert told["fail_session"].event == "start_failed"
    assert told["send_error"].code == "TERMINAL_START_FAILED"
    assert (told["send_close"].code, told["send_close"].reason) == (4003, "Terminal start failed")
    assert ("send_terminal_stop" in told) == (way == "deadline")


@pytest.mark.clause("TERM-015")
def test_start_that_is_confirmed_after_the_end_is_stopped_again() -> None:
    relay = Relay(SESSION, DEVICE)
    relay.attach((80, 24), binary=False, now=0.0)
    relay.left(0.5)

    assert names(relay.started(1.0)) == ["send_terminal_stop"]


@pytest.mark.clause("TERM-030", "SESS-021")
def test_end_of_the_session_stops_the_agent_tells_the_viewer_and_closes() -> None:
    effects = running_relay().end("ended by ada@example.org", 5.0)

    assert names(effects) == ["send_terminal_stop", "send_error", "send_close"]
    assert effects[1].body == m.Error("SESSION_ENDED_NOTICE", "The session has ended: ended by ada@example.org")


@pytest.mark.clause("TERM-037", "TERM-038", "TERM-035")
def test_viewer_that_returns_within_the_grace_gets_what_it_missed() -> None:
    relay = running_relay()
    assert names(relay.lost(10.0)) == ["suspend_session"]
    relay.output(b"missed", 11.0)

    effects = relay.attach((80, 24), binary=False, now=24.9)

    assert names(effects) == ["resume_session", "send_connected", "send_output"]
    assert isinstance(effects[1].body, m.Connected)
    assert effects[1].body.resumed is True
    assert effects[2].body == b"missed"


@pytest.mark.clause("TERM-037")
def test_viewer_that_does_not_return_loses_the_terminal() -> None:
    relay = running_relay()
    relay.lost(10.0)

    assert relay.wake_at == 25.0
    assert names(relay.tick(25.0)) == ["send_terminal_stop", "fail_session"]


@pytest.mark.clause("TERM-039")
def test_second_socket_takes_over_and_the_first_is_told_why() -> None:
    effects = running_relay().attach((80, 24), binary=False, now=3.0)

    assert names(effects) == ["supersede_viewer", "send_connected"]


@pytest.mark.clause("TERM-025", "TERM-026")
def test_silent_viewer_is_pinged_and_then_given_up() -> None:
    relay = running_relay()

    assert names(relay.tick(30.0)) == ["send_ping"]
    assert names(relay.tick(60.0)) == ["send_close", "suspend_session"]


@pytest.mark.clause("TERM-025")
def test_ping_of_a_viewer_is_answered_and_proves_life() -> None:
    relay = running_relay()

    assert names(relay.receive('{"type":"ping"}', 59.0)) == ["send_pong"]
    assert names(relay.tick(60.0)) == ["send_ping"]


@pytest.mark.clause("TERM-027")
def test_agent_that_may_reorder_gets_one_input_at_a_time_and_the_rest_joined() -> None:
    relay = running_relay(profile=DEPLOYED_2026_04)

    first = relay.receive('{"type":"data","data":"l"}', 2.0)
    held = relay.receive('{"type":"data","data":"s"}', 2.1) + relay.receive('{"type":"data","data":"\\r"}', 2.2)

    assert [effect.body for effect in first] == [b"l"]
    assert held == []
    assert [effect.body for effect in relay.input_done(2.3)] == [b"s\r"]
    assert relay.input_done(2.4) == []


@pytest.mark.clause("TERM-027")
def test_agent_that_never_answers_an_input_holds_up_the_next_one_for_a_while_only() -> None:
    relay = running_relay(profile=DEPLOYED_2026_04)
    relay.receive('{"type":"data","data":"l"}', 2.0)
    relay.receive('{"type":"data","data":"s"}', 2.1)

    assert [effect.body for effect in relay.tick(7.0) if effect.name == "send_terminal_data"] == [b"s"]


@pytest.mark.clause("TERM-035")
def test_output_that_nobody_takes_is_bounded_and_the_newest_is_kept() -> None:
    relay = running_relay(limits={**DEFAULTS, "terminal_held": 10})
    relay.lost(2.0)

    relay.output(b"0123456789", 3.0)
    relay.output(b"abc", 3.0)

    assert bytes(relay.held) == b"3456789abc"


@pytest.mark.clause("TERM-036")
def test_agent_stops_reading_when_the_window_is_used_up_and_goes_on_with_credit() -> None:
    agent = AgentTerminal(SESSION, {**DEFAULTS, "terminal_window": 100})
    agent.start(m.TerminalStart(SESSION), 0, 0.0)
    agent.opened(0.0)
    agent.output(b"x" * 99, 1.0)
    assert agent.may_read
    agent.output(b"x", 1.0)
    assert not agent.may_read

    agent.credit(150, 2.0)

    assert agent.may_read


@pytest.mark.clause("TERM-036")
@given(st.lists(st.integers(1, 70_000), max_size=60))
def test_window_never_starves_a_viewer_that_takes_everything(pieces: list[int]) -> None:
    relay, agent = running_relay(), AgentTerminal(SESSION)
    agent.start(m.TerminalStart(SESSION), 0, 0.0)
    agent.opened(0.0)
    for size in pieces:
        assert agent.may_read
        agent.output(b"x" * size, 1.0)
        for effect in relay.taken(size):
            assert isinstance(effect.body, m.TerminalCredit)
            agent.credit(effect.body.offset, 1.0)


@pytest.mark.clause("TERM-044", "TERM-048")
def test_agent_refuses_a_second_start_and_one_terminal_too_many() -> None:
    agent = AgentTerminal(SESSION)
    agent.start(m.TerminalStart(SESSION), 0, 0.0)
    agent.opened(0.0)

    again = agent.start(m.TerminalStart(SESSION), 1, 1.0)
    crowded = AgentTerminal(SESSION).start(m.TerminalStart(SESSION), int(DEFAULTS["terminals_per_agent"]), 1.0)

    assert again == [Effect("send_start_failed", f"session {SESSION} already exists")]
    assert names(crowded) == ["send_start_failed"]


@pytest.mark.clause("TERM-046")
def test_agent_without_such_a_terminal_says_so() -> None:
    assert AgentTerminal(SESSION).data(b"x", 0.0) == [Effect("send_refusal", f"session {SESSION} not found")]


@pytest.mark.clause("TERM-047")
def test_pty_does_not_outlive_the_link() -> None:
    agent = AgentTerminal(SESSION)
    agent.start(m.TerminalStart(SESSION), 0, 0.0)
    agent.opened(0.0)

    assert names(agent.link_lost(1.0)) == ["kill_pty"]


@pytest.mark.clause("TERM-005")
def test_agent_clamps_a_size_out_of_bounds() -> None:
    agent = AgentTerminal(SESSION)

    effects = agent.start(m.TerminalStart(SESSION, 10_000, 0), 0, 0.0)

    assert effects == [Effect("open_pty", ((500, 1), None))]


@pytest.mark.clause("TERM-020", "TERM-023")
def test_viewer_sends_its_size_only_once_connected() -> None:
    viewer = ViewerTerminal()
    assert names(viewer.resized(100, 30, 0.0)) == ["remember_size"]

    effects = viewer.receive(encode(m.Connected(SESSION, DEVICE)).decode(), 1.0)

    assert effects[-1] == Effect("send_resize", m.Resize(100, 30))


@pytest.mark.clause("TERM-031")
def test_viewer_keeps_the_status_of_the_shell() -> None:
    viewer = ViewerTerminal()
    viewer.receive(encode(m.Connected(SESSION, DEVICE)).decode(), 1.0)

    viewer.receive(encode(m.Exit(code=3)).decode(), 2.0)

    assert viewer.status == m.Exit(3)
    assert names(viewer.closed(1000, "Shell exited", 2.1)) == ["report_end"]


@pytest.mark.clause("TERM-034")
@given(st.binary(max_size=100))
def test_binary_frame_reads_back(payload: bytes) -> None:
    kind, session, data = m.unframe(m.frame(m.FRAME_OUTPUT, SESSION, payload))

    assert (kind, session, bytes(data)) == (m.FRAME_OUTPUT, SESSION, payload)


@pytest.mark.clause("TERM-034")
@pytest.mark.parametrize("raw", [b"", b"\x04", b"\x04" + b"x" * 36, b"\x04" + b"\xff" * 36])
def test_binary_frame_without_a_session_is_refused(raw: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        m.unframe(raw)


@pytest.mark.clause("TERM-010")
@pytest.mark.parametrize(
    ("cols", "rows", "size"),
    [
        ("120", "40", (120, 40)),
        (None, None, (80, 24)),
        ("0", "99999", (1, 500)),
        ("x", "-1", (80, 24)),
        ("٣", "", (80, 24)),
    ],
)
def test_first_size_is_read_with_care(cols: str | None, rows: str | None, size: tuple[int, int]) -> None:
    assert m.first_size(cols, rows) == size


@pytest.mark.clause("TERM-067")
def test_input_waits_at_the_relay_until_the_agent_has_room_and_none_is_lost() -> None:
    limits = {**DEFAULTS, "terminal_input_window": 100}
    relay = running_relay(limits=limits, input_windowed=True)
    agent = AgentTerminal(SESSION, limits)
    paste = bytes(range(97, 117)) * 50
    sent = b"".join(
        effect.body
        for start in range(0, len(paste), 200)
        for effect in relay.receive(encode(m.Data(paste[start : start + 200].decode())), 2.0)
    )
    assert sent == paste[:100]

    while len(sent) < len(paste):
        credits = agent.written(len(sent) - agent._written)
        assert credits, "the agent has taken everything and grants nothing"
        for credit in credits:
            for effect in relay.input_credit(credit.body.offset, 3.0):
                sent += effect.body

    assert sent == paste
    assert relay.bytes_in == len(paste)
