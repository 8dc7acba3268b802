"""The fallback of a desktop, the viewer that switches to it and back, and the sides coupled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from breeze_protocol.check import explore
from breeze_protocol.desktop import messages as m
from breeze_protocol.desktop import table
from breeze_protocol.desktop.engine import Closing, DesktopRelay, SessionNews
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect
from breeze_protocol.product import Product
from breeze_protocol.registry import PLANTED
from breeze_protocol.wire import encode, encode_text

SESSION = "0f0e0d0c-0000-4000-8000-000000000001"
DEVICE = m.DesktopDevice("h1", "linux")
JPEG = b"\xff\xd8picture\xff\xd9"


def names(effects: list[Effect]) -> list[str]:
    return [effect.name for effect in effects]


def started(**options: object) -> DesktopRelay:
    relay = DesktopRelay(SESSION, DEVICE, **options)  # type: ignore[arg-type]
    relay.attach(session_active=False, now=0.0)
    relay.started(1920, 1080, 1.0)
    return relay


def streaming(**options: object) -> DesktopRelay:
    relay = started(**options)
    relay.frame(JPEG, 1.1)
    relay.taken(1.2)
    return relay


def thinned(product: Product, **free: str) -> Product:
    """The product with fewer things that happen by themselves, so that a test can visit every state."""
    return replace(product, spontaneous={side: frozenset(events.split()) for side, events in free.items()})


# -- the sides coupled ------------------------------------------------------------------------------------------------
@pytest.mark.clause("DESK-080", "DESK-089", "DESK-096", "DESK-097")
def test_fallback_never_deadlocks_nor_meets_what_it_cannot_take() -> None:
    thin = thinned(
        table.FALLBACK_PRODUCT,
        viewer="peer_failed video_received user_input server_lost user_left fallback_timed_out",
        relay="viewer_lost grace_expired session_ended start_timed_out",
        stream="capture_opened capture_failed picture_captured",
    )

    explored = explore(thin)

    assert explored.findings == ()
    assert explored.states > 2000


@pytest.mark.clause("DESK-012", "DESK-027", "DESK-032")
def test_desktop_over_webrtc_never_deadlocks_and_closes_its_peer_once() -> None:
    thin = thinned(
        table.DIRECT_PRODUCT,
        viewer="peer_connected peer_failed user_input user_control focus_lost user_left fallback_timed_out",
        helper="capture_ready capture_failed peer_connected peer_disconnected peer_returned frame_sent picture_lost "
        "grace_expired stop_requested replaced peer_timed_out",
    )

    assert explore(thin).findings == ()


@pytest.mark.clause("DESK-081", "DESK-083")
def test_capture_that_hangs_is_ended_by_deadlines_alone() -> None:
    assert explore(table.HUNG_PRODUCT).findings == ()
    assert "deadlock" in {finding.kind for finding in explore(PLANTED["desktop without deadlines"]).findings}


@pytest.mark.clause("DESK-033")
def test_peer_that_is_closed_twice_is_found() -> None:
    thin = thinned(PLANTED["desktop peer closed twice"], viewer="user_left", helper="capture_ready stop_requested")

    assert "done twice" in {finding.kind for finding in explore(thin).findings}


@pytest.mark.clause("DESK-029")
def test_input_before_connected_is_found_where_no_row_takes_it() -> None:
    thin = thinned(PLANTED["desktop input before connected"], viewer="webrtc_timed_out user_input", relay="", stream="")

    assert "relay in starting has no row for viewer_input_received" in {f.words for f in explore(thin).findings}


# -- the relay's frame policy -----------------------------------------------------------------------------------------
@pytest.mark.clause("DESK-087", "DESK-088")
def test_frame_goes_at_once_and_only_the_newest_waits_behind_it() -> None:
    relay = started()

    assert relay.frame(JPEG + b"1", 1.1)[-1] == Effect("send_jpeg", JPEG + b"1")
    assert relay.frame(JPEG + b"2", 1.2) == []
    assert relay.frame(JPEG + b"3", 1.3) == []
    assert relay.taken(1.4) == [Effect("send_jpeg", JPEG + b"3")]
    assert relay.taken(1.5) == []
    assert relay.dropped == 1


@pytest.mark.clause("DESK-088")
@given(st.lists(st.sampled_from(["frame", "taken"]), max_size=60))
def test_viewer_never_has_two_frames_on_the_way_and_ends_with_the_newest(happened: list[str]) -> None:
    relay, on_the_way, shown, number = streaming(), 0, JPEG, 0
    for each in [*happened, "taken", "taken"]:
        number += each == "frame"
        if each == "taken":
            on_the_way = 0
        newest = JPEG + bytes((number,))
        for effect in relay.frame(newest, 2.0) if each == "frame" else relay.taken(2.0):
            on_the_way += 1
            shown = effect.body
        assert on_the_way <= 1

    assert shown == (JPEG + bytes((number,)) if number else JPEG)


@pytest.mark.clause("DESK-086")
@pytest.mark.parametrize("picture", [b"", b"GIF89a", b"\xff\xd8" + bytes(int(DEFAULTS["desktop_frame"]) - 38)])
def test_what_is_no_picture_or_too_large_is_dropped(picture: bytes) -> None:
    relay = started()

    assert relay.frame(picture, 1.1) == []
    assert (relay.running.state, relay.dropped) == ("dark", 1)


@pytest.mark.clause("DESK-086")
def test_largest_frame_passes() -> None:
    largest = b"\xff\xd8" + bytes(int(DEFAULTS["desktop_frame"]) - 39)

    assert names(started().frame(largest, 1.1)) == ["activate_session", "send_jpeg"]
    assert m.unframe(m.frame(SESSION, largest)) == (SESSION, largest)


# -- the relay's life -------------------------------------------------------------------------------------------------
@pytest.mark.clause("DESK-081", "DESK-082", "DESK-071")
def test_connected_follows_the_devices_answer_and_names_what_is_missing_with_the_reason() -> None:
    relay = DesktopRelay(SESSION, DEVICE)

    assert relay.attach(False, 0.0) == [Effect("send_stream_start", m.StreamStart(SESSION, 60, 1.0, 15))]
    effects = relay.started(1920, 1080, 1.0)

    assert effects[0] == Effect("acknowledge_session", SessionNews("agent_acknowledged"))
    connected = effects[1].body
    assert isinstance(connected, m.DesktopConnected)
    lacks = {each.control: each.reason for each in connected.unavailable}
    assert {"audio", "clipboard", "monitors", "cursor"} <= set(lacks)
    assert all(len(reason) > 20 for reason in lacks.values())
    assert (connected.screen_width, connected.screen_height) == (1920, 1080)


@pytest.mark.clause("DESK-087", "SESS-011")
def test_session_is_active_with_the_first_frame_and_not_before() -> None:
    relay = started()

    assert relay.running.state == "dark"
    assert names(relay.frame(JPEG, 1.1)) == ["activate_session", "send_jpeg"]
    assert names(relay.frame(JPEG, 1.2)) == []


@pytest.mark.clause("DESK-088")
def test_frame_that_comes_before_the_devices_answer_is_shown_after_it() -> None:
    relay = DesktopRelay(SESSION, DEVICE)
    relay.attach(False, 0.0)
    assert relay.frame(JPEG, 0.5) == []

    assert names(relay.started(10, 10, 1.0))[-2:] == ["activate_session", "send_jpeg"]


@pytest.mark.clause("DESK-029")
@pytest.mark.parametrize("early", ['{"type":"input","event":{"type":"mouse_move"}}', '{"type":"config","quality":5}'])
def test_input_before_connected_is_refused(early: str) -> None:
    relay = DesktopRelay(SESSION, DEVICE)
    relay.attach(False, 0.0)

    effects = relay.receive(early, 0.1)

    assert [effect.body.code for effect in effects] == ["DESKTOP_NOT_READY"]


@pytest.mark.clause("DESK-083", "DESK-010", "DESK-015")
@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("desktop_stream_start unavailable in headless/service mode; use WebRTC instead", "no_helper"),
        ("cannot open: no display", "no_display"),
        ("it broke", "capture_error"),
        (None, "agent_silent"),
    ],
)
def test_start_that_fails_says_why_there_is_no_picture_and_closes(words: str | None, cause: str) -> None:
    relay = DesktopRelay(SESSION, DEVICE)
    relay.attach(False, 0.0)

    effects = relay.tick(30.0) if words is None else relay.start_failed(words, 1.0)

    told = {effect.name: effect.body for effect in effects}
    assert (told["send_no_picture"].cause, told["send_no_picture"].final) == (cause, True)
    assert told["send_no_picture"].advice
    assert told["send_error"].code == "DESKTOP_START_FAILED"
    assert told["send_close"] == Closing(4003, "Desktop start failed")
    assert told["fail_session"].event == "start_failed"
    assert ("send_stream_stop" in told) == (words is None)


@pytest.mark.clause("DESK-012", "DESK-014")
def test_viewer_without_a_picture_is_told_again_and_again_and_why_once_that_is_known() -> None:
    relay = started()

    assert relay.wake_at == 6.0
    assert [effect.body.cause for effect in relay.tick(6.0)] == ["not_known"]
    assert [effect.body.cause for effect in relay.tick(11.0)] == ["not_known"]
    assert [effect.body.cause for effect in relay.no_picture("locked", "", 12.0)] == ["locked"]
    assert [effect.body.cause for effect in relay.no_picture("rain", "", 12.0)] == ["not_known"]
    assert relay.frame(JPEG, 13.0)[-1].name == "send_jpeg"


@pytest.mark.clause("DESK-097", "DESK-026", "SESS-018")
def test_lost_viewer_stops_the_stream_at_once_and_returns_to_a_new_one() -> None:
    relay = streaming()
    assert names(relay.lost(10.0)) == ["send_stream_stop", "suspend_session"]
    assert relay.frame(JPEG, 11.0) == []

    assert names(relay.attach(True, 24.9)) == ["resume_session", "send_stream_start"]
    connected = relay.started(1, 1, 25.0)[0].body
    assert isinstance(connected, m.DesktopConnected)
    assert connected.resumed is True


@pytest.mark.clause("DESK-097")
def test_viewer_that_does_not_return_fails_the_session() -> None:
    relay = streaming()
    relay.lost(10.0)

    assert relay.wake_at == 25.0
    assert relay.tick(25.0) == [Effect("fail_session", SessionNews("grace_expired"))]


@pytest.mark.clause("DESK-098")
def test_second_socket_takes_over_and_sees_the_present_picture() -> None:
    relay = streaming()

    effects = relay.attach(True, 3.0)

    assert names(effects) == ["supersede_viewer", "send_connected", "send_jpeg"]
    assert effects[0].body == Closing(4009, "Superseded by a newer connection")
    assert effects[2].body == JPEG


@pytest.mark.clause("DESK-084", "DESK-010")
def test_lost_agent_is_told() -> None:
    effects = streaming().agent_lost(5.0)

    assert names(effects) == ["lose_session", "send_no_picture", "send_error", "send_close"]
    assert effects[1].body.cause == "agent_silent"
    assert effects[3].body == Closing(4002, "Agent offline")


@pytest.mark.clause("DESK-095")
def test_end_of_the_session_stops_the_stream_and_takes_nobody_back() -> None:
    relay = streaming()

    assert names(relay.end("ended by ada@example.org", 5.0)) == ["send_stream_stop", "send_error", "send_close"]
    assert relay.attach(True, 6.0) == [Effect("refuse_viewer", Closing(4010, "Session ended"))]
    assert names(relay.started(1, 1, 7.0)) == ["send_stream_stop"]


@pytest.mark.clause("DESK-105")
@pytest.mark.parametrize("way", ["end", "lost", "left", "agent_lost"])
def test_no_picture_outlives_its_viewer(way: str) -> None:
    relay = streaming()
    relay.frame(JPEG + b"xyzzy", 2.0)
    relay.frame(JPEG + b"xyzzy", 2.0)
    assert repr(relay).count("xyzzy") == 2

    relay.end("over", 3.0) if way == "end" else getattr(relay, way)(3.0)

    assert "xyzzy" not in repr(relay)


@pytest.mark.clause("DESK-096")
def test_switch_to_webrtc_closes_the_socket_and_leaves_the_session() -> None:
    effects = streaming().receive('{"type":"switched"}', 5.0)

    assert names(effects) == ["send_stream_stop", "send_close"]


@pytest.mark.clause("DESK-094")
def test_silent_viewer_is_pinged_and_then_given_up() -> None:
    relay = streaming()
    assert names(relay.receive('{"type":"ping"}', 2.0)) == ["send_pong"]

    assert names(relay.tick(30.0)) == ["send_ping"]
    assert names(relay.tick(60.0)) == ["send_close", "send_stream_stop", "suspend_session"]


# -- input over the fallback ------------------------------------------------------------------------------------------
def event(given_: m.InputEvent) -> str:
    return encode_text(m.ViewerInput(given_))


@pytest.mark.clause("DESK-093")
def test_device_gets_one_event_at_a_time_and_moves_are_joined() -> None:
    relay = streaming()

    first = relay.receive(event(m.MouseMove(1, 1)), 2.0)
    for later in (m.MouseMove(2, 2), m.MouseMove(3, 3), m.KeyDown("a"), m.KeyUp("a")):
        assert relay.receive(event(later), 2.1) == []

    sent = [first[0].body.event]
    for _ in range(4):
        sent += [effect.body.event for effect in relay.input_done(2.2)]
    assert sent == [m.MouseMove(1, 1), m.MouseMove(3, 3), m.KeyDown("a"), m.KeyUp("a")]


@pytest.mark.clause("DESK-093")
def test_device_that_never_answers_holds_up_the_next_event_for_a_while_only() -> None:
    relay = streaming()
    relay.receive(event(m.KeyDown("a")), 2.0)
    relay.receive(event(m.KeyUp("a")), 2.0)

    assert [effect.body.event for effect in relay.tick(3.0)] == [m.KeyUp("a")]


@pytest.mark.clause("DESK-093")
def test_viewer_is_not_read_while_too_much_input_waits_and_no_release_is_lost_before() -> None:
    relay = streaming(limits={**DEFAULTS, "desktop_input_held": 3})
    relay.receive(event(m.KeyDown("a")), 2.0)
    for key in "bcd":
        assert relay.may_read
        relay.receive(event(m.KeyDown(key)), 2.0)

    assert not relay.may_read
    assert names(relay.receive(event(m.KeyDown("e")), 2.0)) == ["send_error"]


@pytest.mark.clause("DESK-093")
def test_device_that_keeps_the_order_gets_every_event_at_once() -> None:
    relay = streaming(ordered=True)

    assert names(relay.receive(event(m.KeyDown("a")), 2.0)) == ["send_desktop_input"]
    assert names(relay.receive(event(m.KeyUp("a")), 2.0)) == ["send_desktop_input"]


@pytest.mark.clause("DESK-091")
def test_settings_are_brought_within_what_devices_can_and_kept_for_the_next_start() -> None:
    relay = streaming()

    effects = relay.receive('{"type":"config","scaleFactor":2,"maxFps":60}', 2.0)
    assert effects[0].body == m.DesktopConfig(SESSION, None, 1.0, 30)
    relay.lost(3.0)

    assert relay.attach(True, 4.0)[1].body == m.StreamStart(SESSION, 60, 1.0, 30)


@pytest.mark.clause("DESK-092", "DESK-022", "DESK-023")
@pytest.mark.parametrize(
    "raw",
    [
        "not json",
        b"\xff\xd8",
        '{"type":"zzz"}',
        '{"type":"config"}',
        '{"type":"input","event":{"type":"mousemove","x":1,"y":1}}',
        '{"type":"input","event":{"type":"mouse_move","x":100001}}',
        '{"type":"input","event":{"type":"mouse_move","x":1.5}}',
        '{"type":"input","event":{"type":"mouse_scroll","delta":0}}',
        '{"type":"input","event":{"type":"mouse_scroll","delta":121}}',
        '{"type":"input","event":{"type":"key_down","key":" "}}',
        encode(m.ViewerInput(m.KeyDown("ü" * 33))).decode(),
    ],
)
def test_message_that_cannot_be_taken_is_answered_and_reaches_no_device(raw: str | bytes) -> None:
    effects = streaming().receive(raw, 2.0)

    assert [(e.name, e.body.code) for e in effects] == [("send_error", "MESSAGE_ERROR")]
