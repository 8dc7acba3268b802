"""The viewer's side of a desktop: what is told, released, withheld, and how it comes back from the fallback."""

import pytest

from breeze_protocol.desktop import messages as m
from breeze_protocol.desktop.engine import DesktopViewer
from breeze_protocol.machine import Effect
from breeze_protocol.wire import encode_text

SESSION = "0f0e0d0c-0000-4000-8000-000000000001"
DEVICE = m.DesktopDevice("h1", "linux")
JPEG = b"\xff\xd8picture\xff\xd9"


def names(effects: list[Effect]) -> list[str]:
    return [effect.name for effect in effects]


def watching() -> DesktopViewer:
    viewer = DesktopViewer()
    viewer.begin(0.0)
    viewer.connected("host", "srflx", 1.0)
    viewer.video("first", 1.1)
    return viewer


def on_fallback(viewer: DesktopViewer | None = None) -> DesktopViewer:
    viewer = viewer or DesktopViewer()
    if viewer.running.state == "negotiating":
        viewer.begin(0.0)
        viewer.tick(15.0)
    else:
        viewer.peer_failed(15.0)
    lacks = [m.Unavailable("audio", "no sound here"), m.Unavailable("clipboard", "none here")]
    viewer.socket(encode_text(m.DesktopConnected(SESSION, DEVICE, 9, 9, lacks)), 16.0)
    viewer.socket(JPEG, 16.1)
    return viewer


@pytest.mark.clause("DESK-012")
@pytest.mark.parametrize("transport", ["direct", "fallback"])
def test_missing_first_frame_is_never_silent(transport: str) -> None:
    viewer = DesktopViewer()
    viewer.begin(0.0)
    if transport == "direct":
        viewer.connected("host", "host", 1.0)
    else:
        viewer.peer_failed(0.5)
        viewer.socket(encode_text(m.DesktopConnected(SESSION, DEVICE)), 1.0)

    told = []
    for now in (6.0, 11.0):
        told += [effect.body for effect in viewer.tick(now) if effect.name == "show_cause"]
        viewer.control('{"type":"pong"}', now)

    assert [each.cause for each in told] == ["not_known", "not_known"]
    assert all(each.message and each.advice for each in told)


@pytest.mark.clause("DESK-010", "DESK-013")
def test_picture_that_is_lost_leaves_its_cause_on_the_screen() -> None:
    viewer = watching()

    assert viewer.control('{"type":"no_picture","cause":"locked"}', 2.0)[0].body.cause == "locked"
    assert viewer.running.state == "dark"
    viewer.video("again", 3.0)
    assert [e.body for e in viewer.decode_stalled(4.0)][1] == m.RequestKeyframe()


@pytest.mark.clause("DESK-071")
def test_control_that_the_fallback_lacks_gives_its_reason_and_returns_with_webrtc() -> None:
    viewer = watching()
    viewer.control(encode_text(m.Capabilities(unavailable=[m.Unavailable("sas", "no Windows")])), 1.2)
    assert viewer.use("audio", m.ToggleAudio(1), 2.0) == [Effect("send_control", m.ToggleAudio(1))]
    on_fallback(viewer)

    assert viewer.use("audio", m.ToggleAudio(1), 17.0) == [
        Effect("show_reason", m.Unavailable("audio", "no sound here"))
    ]
    assert viewer.transport == "server"
    effects = viewer.video("direct again", 20.0)

    assert names(effects) == ["send_switched", "show_transport", "draw_picture"]
    assert effects[1].body == "direct"
    assert viewer.use("audio", m.ToggleAudio(1), 21.0) == [Effect("send_control", m.ToggleAudio(1))]
    assert names(viewer.use("sas", m.SendSas(), 21.0)) == ["show_reason"]


@pytest.mark.clause("DESK-096")
def test_capabilities_that_arrive_before_the_switch_hold_after_it() -> None:
    viewer = on_fallback()
    viewer.connected("relay", "host", 18.0)
    viewer.control(encode_text(m.Capabilities(unavailable=[m.Unavailable("lock", "not here")])), 18.1)
    assert "lock" not in viewer.lacks
    effects = viewer.video("direct", 18.2)

    assert effects[1] == Effect("show_transport", "turn")
    assert viewer.lacks == {"lock": "not here"}
    assert viewer.socket(JPEG, 18.3) == []
    assert viewer.closed(1000, "Switched to WebRTC", 18.4) == []


@pytest.mark.clause("DESK-026")
def test_window_that_loses_the_keyboard_releases_everything() -> None:
    viewer = watching()
    viewer.input(m.KeyDown("shift"), 2.0)
    assert viewer.blurred(2.1) == [Effect("send_release", m.ReleaseAll())]

    viewer = on_fallback()
    for event in (m.KeyDown("ctrl"), m.KeyDown("a"), m.MouseDown(3, 4, "right"), m.KeyUp("a")):
        viewer.input(event, 17.0)
    ups = [effect.body.event for effect in viewer.blurred(17.1)]

    assert ups == [m.MouseUp(3, 4, "right"), m.KeyUp("ctrl")]
    assert viewer.blurred(17.2) == []


@pytest.mark.clause("DESK-029")
def test_input_before_there_is_a_transport_goes_nowhere() -> None:
    viewer = DesktopViewer()

    assert viewer.input(m.KeyDown("a"), 0.1) == []
    assert not viewer.pressed.anything


@pytest.mark.clause("DESK-027")
def test_helper_is_told_that_the_viewer_lives_and_given_up_when_silent() -> None:
    viewer = watching()

    assert viewer.tick(3.0) == [Effect("send_ping", m.ControlPing())]
    viewer.control('{"type":"pong"}', 3.1)
    assert names(viewer.tick(5.0)) == ["send_ping"]
    assert names(viewer.tick(9.2)) == ["show_cause", "open_fallback"]


@pytest.mark.clause("DESK-094", "DESK-097")
def test_silent_server_is_given_up_and_the_fallback_opened_anew() -> None:
    viewer = on_fallback()

    assert viewer.tick(46.0) == [Effect("send_ping", m.ViewerPing())]
    assert names(viewer.tick(76.0)) == ["show_cause", "open_fallback"]
    assert names(viewer.lost(77.0)) == ["report_loss"]


@pytest.mark.clause("DESK-050", "DESK-051", "DESK-052", "DESK-053")
def test_paste_waits_for_the_acknowledgement_and_is_withheld_where_it_may_not_go() -> None:
    viewer = watching()
    text = m.ClipboardText("secret")
    assert viewer.copied(text, 2.0) == [Effect("send_clipboard", text)]
    assert names(viewer.clipboard(encode_text(m.ClipboardAck(m.digest(text))), 2.1)) == ["paste"]
    assert names(viewer.copied(m.ClipboardText("x" * (1 << 20)), 2.2)) == ["send_clipboard"]
    assert names(viewer.copied(m.ClipboardText("x" * ((1 << 20) + 1)), 2.2)) == ["show_reason"]

    viewer.control(encode_text(m.Capabilities(clipboard_to_device=False)), 3.0)
    assert names(viewer.copied(text, 3.1)) == ["show_reason"]
    assert names(on_fallback().copied(text, 17.0)) == ["show_reason"]


@pytest.mark.clause("DESK-028", "DESK-095")
def test_viewer_says_farewell_on_either_way() -> None:
    assert watching().leave(2.0) == [Effect("send_bye", m.Bye())]
    assert names(on_fallback().leave(17.0)) == ["send_leave"]


@pytest.mark.clause("DESK-080")
def test_fallback_that_never_connects_is_left() -> None:
    viewer = DesktopViewer()
    viewer.peer_failed(1.0)

    assert names(viewer.tick(36.0)) == ["report_loss", "send_leave"]


@pytest.mark.clause("DESK-010")
def test_device_that_has_no_desktop_is_no_reason_to_fall_back() -> None:
    refusal = m.NoPicture("no_display", "nothing there", "attach a monitor", True)

    assert DesktopViewer().refused(refusal, 1.0) == [Effect("show_cause", refusal)]


@pytest.mark.clause("DESK-082", "DESK-094")
def test_server_is_answered_and_its_words_are_shown() -> None:
    viewer = on_fallback()

    assert names(viewer.socket('{"type":"ping","timestamp":1}', 17.0)) == ["send_pong"]
    assert names(viewer.socket('{"type":"error","code":"X","message":"y"}', 17.0)) == ["show_error"]
    assert names(viewer.socket('{"type":"no_picture","cause":"black_frames"}', 17.0)) == ["show_cause"]
    assert names(viewer.closed(4010, "Session ended", 18.0)) == ["report_end"]


@pytest.mark.clause("DESK-080", "DESK-010")
@pytest.mark.parametrize("way", ["deadline", "failed"])
def test_viewer_falls_back_and_says_why(way: str) -> None:
    viewer = DesktopViewer()
    viewer.begin(0.0)

    effects = viewer.tick(15.0) if way == "deadline" else viewer.peer_failed(3.0)

    assert names(effects) == ["show_cause", "open_fallback"]
    assert effects[0].body.cause == "ice_failed"


@pytest.mark.clause("DESK-072")
@pytest.mark.parametrize(
    ("pair", "badge"), [(("host", "prflx"), "direct"), (("relay", "host"), "turn"), (("host/udp", "relay"), "turn")]
)
def test_viewer_shows_which_way_the_picture_comes(pair: tuple[str, str], badge: str) -> None:
    viewer = DesktopViewer()

    assert viewer.connected(*pair, 1.0) == [Effect("show_transport", badge)]
