"""The device's sides of a desktop: the helper over WebRTC, the stream of the fallback, files that are dropped."""

import base64
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breeze_protocol.desktop import messages as m
from breeze_protocol.desktop.engine import DesktopHelper, DesktopStream, Drops, Pressed, plain
from breeze_protocol.desktop.table import AUDIO_DEFAULT
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect
from breeze_protocol.wire import encode, encode_text

SESSION = "0f0e0d0c-0000-4000-8000-000000000001"
JPEG = b"\xff\xd8picture\xff\xd9"


def names(effects: list[Effect]) -> list[str]:
    return [effect.name for effect in effects]


def showing(**options: Any) -> DesktopHelper:
    helper = DesktopHelper(**options)
    helper.begin(0.0)
    helper.happened("capture_ready", 1.0)
    helper.happened("peer_connected", 2.0)
    helper.happened("frame_sent", 2.1)
    return helper


def running() -> DesktopStream:
    stream = DesktopStream(SESSION)
    stream.start(m.StreamStart(SESSION), 0.0)
    stream.opened(1920, 1080, 1.0)
    return stream


# -- the helper -------------------------------------------------------------------------------------------------------
@pytest.mark.clause("DESK-070", "DESK-044", "DESK-051")
def test_helper_says_first_what_it_serves_and_why_it_lacks_the_rest() -> None:
    helper = DesktopHelper("windows", lacks={"sas": "the service is not there"}, to_viewer=False)
    helper.begin(0.0)
    helper.happened("capture_ready", 1.0)

    told = helper.happened("peer_connected", 2.0)[-1].body

    assert isinstance(told, m.Capabilities)
    assert "sas" not in told.controls
    assert told.unavailable == [m.Unavailable("sas", "the service is not there")]
    assert (told.audio, told.clipboard_to_viewer, told.clipboard_to_device) == (True, False, True)


@pytest.mark.clause("DESK-044")
def test_sound_is_on_by_default_on_windows_and_nowhere_else() -> None:
    assert {name for name, on in AUDIO_DEFAULT.items() if on} == {"windows"}
    assert not DesktopHelper("linux").audio
    assert not DesktopHelper("windows", lacks={"audio": "no device"}).audio


@pytest.mark.clause("DESK-010", "DESK-030")
@pytest.mark.parametrize("way", ["failed", "deadline"])
def test_desktop_that_cannot_be_shown_is_refused_with_its_cause(way: str) -> None:
    helper = DesktopHelper()
    helper.begin(0.0)

    effects = helper.failed("locked", "", 1.0) if way == "failed" else helper.tick(30.0)

    assert effects[-1].name == "refuse_offer"
    assert (effects[-1].body.cause, effects[-1].body.final) == ({"failed": "locked"}.get(way, "capture_error"), True)


@pytest.mark.clause("DESK-012", "DESK-010")
def test_first_frame_that_does_not_come_is_told_to_the_viewer() -> None:
    helper = DesktopHelper()
    helper.begin(0.0)
    helper.happened("capture_ready", 1.0)
    helper.happened("peer_connected", 2.0)

    assert [effect.body.cause for effect in helper.tick(7.0)] == ["not_known"]
    assert [effect.body.cause for effect in helper.lost_picture("encoder_stall", "", 8.0)] == ["encoder_stall"]


def press(helper: DesktopHelper) -> None:
    for event in (m.MouseMove(5, 6), m.KeyDown("Shift"), m.MouseDown(5, 6), m.KeyDown("a"), m.KeyUp("a")):
        helper.input(encode(event), 3.0)


RELEASED = [Effect("inject_input", m.MouseUp(5, 6)), Effect("inject_input", m.KeyUp("Shift"))]


@pytest.mark.clause("DESK-026", "DESK-028", "DESK-030", "DESK-031", "DESK-032")
@pytest.mark.parametrize(
    "way", ["peer_disconnected", "peer_failed", "stop_requested", "replaced", "bye", "release_all"]
)
def test_everything_is_released_however_the_viewer_goes(way: str) -> None:
    helper = showing()
    press(helper)

    on_channel = way in ("bye", "release_all")
    effects = helper.control(f'{{"type":"{way}"}}', 4.0) if on_channel else helper.happened(way, 4.0)

    assert [effect for effect in effects if effect.name == "inject_input"] == RELEASED
    assert not helper.pressed.anything


@pytest.mark.clause("DESK-027", "DESK-026")
def test_viewer_that_has_pinged_and_falls_silent_loses_what_it_holds_and_can_return() -> None:
    helper = showing()
    assert names(helper.control('{"type":"ping"}', 3.0)) == ["send_reply"]
    press(helper)

    assert helper.tick(8.9) == []
    assert helper.tick(9.0) == RELEASED
    assert names(helper.control('{"type":"ping"}', 10.0)) == ["send_capabilities", "force_keyframe", "send_reply"]


@pytest.mark.clause("DESK-027")
def test_viewer_that_never_pings_is_not_missed() -> None:
    helper = showing()
    helper.control('{"type":"viewer_stats"}', 3.0)

    assert helper.tick(1000.0) == []
    assert helper.running.state == "streaming"


@pytest.mark.clause("DESK-032")
def test_viewer_that_does_not_return_is_given_up_after_the_grace() -> None:
    helper = showing()
    helper.happened("peer_disconnected", 5.0)

    assert helper.input(encode(m.KeyDown("a")), 6.0) == []
    assert names(helper.tick(20.0)) == ["close_peer", "report_lost"]


@pytest.mark.clause("DESK-028", "SESS-016")
def test_farewell_is_a_clean_end() -> None:
    assert names(showing().control('{"type":"bye"}', 3.0)) == ["close_peer", "report_disconnected"]


@pytest.mark.clause("DESK-024", "DESK-040")
@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("not json", "INVALID_MESSAGE"),
        ('{"type":"zzz"}', "INVALID_MESSAGE"),
        ('{"type":"set_fps","value":true}', "INVALID_MESSAGE"),
        ('{"type":"set_fps","value":61}', "INVALID_MESSAGE"),
        ('{"type":"toggle_audio","value":2}', "INVALID_MESSAGE"),
        ('{"type":"set_bitrate","value":1e6}', "INVALID_MESSAGE"),
        ('{"type":"switch_monitor","value":1}', "MONITOR_UNKNOWN"),
        ('{"type":"lock_workstation"}', "CONTROL_UNAVAILABLE"),
        (" " * 32769, "INVALID_MESSAGE"),
    ],
)
def test_control_that_is_refused_is_answered(raw: str, code: str) -> None:
    effects = showing(lacks={"lock": "no screen lock"}).control(raw, 3.0)

    assert [(effect.name, effect.body.code) for effect in effects] == [("send_reply", code)]


@pytest.mark.clause("DESK-043", "DESK-040")
def test_control_that_is_served_is_performed() -> None:
    assert showing(monitors=2).control('{"type":"switch_monitor","value":1}', 3.0) == [
        Effect("perform_control", m.SwitchMonitor(1))
    ]


@pytest.mark.clause("DESK-025", "DESK-022", "DESK-023")
@pytest.mark.parametrize("raw", [encode(m.MouseScroll(0)), encode(m.KeyDown("ü" * 33))])
def test_input_out_of_bounds_is_refused_and_nothing_is_pressed(raw: bytes) -> None:
    helper = showing()

    assert [effect.body.code for effect in helper.input(raw, 3.0)] == ["INPUT_REFUSED"]
    assert not helper.pressed.anything
    assert names(showing(lacks={"input": "no XTest"}).input(encode(m.KeyDown("a")), 3.0)) == ["send_reply"]


@pytest.mark.clause("DESK-023", "DESK-026")
def test_one_key_under_two_names_is_one_key() -> None:
    pressed = Pressed()
    for down, up in (("Control", "ctrl"), ("escape", "Esc"), ("A", "A")):
        pressed.note(m.KeyDown(down))
        pressed.note(m.KeyUp(up))

    assert pressed.release() == []


@pytest.mark.clause("DESK-026")
@given(
    st.lists(
        st.builds(m.KeyDown, st.sampled_from(["a", "ctrl", "control", "esc", "escape"]))
        | st.builds(m.KeyUp, st.sampled_from(["a", "ctrl", "control", "esc", "escape"]))
        | st.builds(m.MouseDown, button=st.sampled_from(["", "left", "right"]))
        | st.builds(m.MouseUp, button=st.sampled_from(["", "left", "right"]))
    )
)
def test_release_leaves_nothing_pressed(events: list[m.InputEvent]) -> None:
    pressed = Pressed()
    for event in events:
        pressed.note(event)

    for up in pressed.release():
        pressed.note(up)

    assert not pressed.anything
    assert pressed.release() == []


# -- the clipboard ----------------------------------------------------------------------------------------------------
@pytest.mark.clause("DESK-050", "DESK-053", "DESK-054")
def test_copied_text_is_set_acknowledged_and_not_sent_back() -> None:
    helper, text = showing(), m.ClipboardText("grüße")

    effects = helper.clipboard(encode(text), 3.0)

    digest = hashlib.sha256(b"text" + "grüße".encode()).hexdigest()
    assert effects == [Effect("set_clipboard", text), Effect("send_clipboard_ack", m.ClipboardAck(digest))]
    assert helper.copied(text, 3.5) == []
    assert names(helper.copied(m.ClipboardText("other"), 4.0)) == ["send_clipboard"]


@pytest.mark.clause("DESK-051")
def test_each_direction_of_the_clipboard_can_be_closed() -> None:
    helper = showing(to_viewer=False, to_device=False)

    refused = helper.clipboard(encode(m.ClipboardText("in")), 3.0)
    assert [effect.body.code for effect in refused] == ["CLIPBOARD_REFUSED"]
    assert helper.copied(m.ClipboardText("out"), 3.0) == []


@pytest.mark.clause("DESK-052")
@pytest.mark.parametrize(
    ("message", "limit", "size"),
    [
        (m.ClipboardText("ä" * 10), "desktop_clipboard_text", 20),
        (m.ClipboardRtf(base64.b64encode(bytes(20)).decode()), "desktop_clipboard_rtf", 20),
        (m.ClipboardImage(base64.b64encode(bytes(20)).decode()), "desktop_clipboard_image", 20),
    ],
)
def test_copied_content_at_its_limit_passes_and_beyond_it_does_not(message: Any, limit: str, size: int) -> None:
    assert names(showing(limits={**DEFAULTS, limit: size}).copied(message, 3.0)) == ["send_clipboard"]
    assert showing(limits={**DEFAULTS, limit: size - 1}).copied(message, 3.0) == []
    refused = showing(limits={**DEFAULTS, limit: size - 1}).clipboard(encode(message), 3.0)
    assert [effect.body.code for effect in refused] == ["CLIPBOARD_TOO_LARGE"]


@pytest.mark.clause("DESK-052")
def test_content_that_is_no_base64_or_a_message_too_long_is_refused() -> None:
    for raw in ('{"type":"image","image":"===="}', '{"type":"rtf","rtf":"abc"}', " " * ((2 << 20) + 1)):
        assert [effect.body.code for effect in showing().clipboard(raw, 3.0)] == ["INVALID_MESSAGE"]


# -- the stream -------------------------------------------------------------------------------------------------------
@pytest.mark.clause("DESK-087", "DESK-088")
def test_picture_is_sent_where_it_changed_and_none_is_on_the_way() -> None:
    stream = running()

    assert names(stream.captured(JPEG, 1.1)) == ["send_frame"]
    assert stream.captured(JPEG + b"2", 1.2) == []
    stream.sent()
    assert stream.captured(JPEG, 1.3) == []
    assert names(stream.captured(JPEG + b"3", 1.4)) == ["send_frame"]


@pytest.mark.clause("DESK-089", "DESK-026", "DESK-087")
def test_second_start_replaces_the_stream_and_shows_the_screen_again() -> None:
    stream = running()
    stream.captured(JPEG, 1.1)
    stream.input(m.KeyDown("a"), 1.2)

    assert stream.start(m.StreamStart(SESSION), 2.0)[0] == Effect("inject_input", m.KeyUp("a"))
    assert names(stream.opened(1, 1, 2.1)) == ["send_started"]
    assert names(stream.captured(JPEG, 2.2)) == ["send_frame"]


@pytest.mark.clause("DESK-085", "DESK-026")
@pytest.mark.parametrize("way", ["stop", "link_lost"])
def test_stream_that_ends_releases_and_captures_no_more(way: str) -> None:
    stream = running()
    stream.input(m.MouseDown(1, 2), 1.2)

    effects = stream.stop(m.StreamStop(SESSION), 2.0) if way == "stop" else stream.link_lost(2.0)

    assert effects[:2] == [Effect("inject_input", m.MouseUp(1, 2)), Effect("close_capture")]
    assert stream.captured(JPEG, 3.0) == []


@pytest.mark.clause("DESK-085")
def test_stop_says_whether_there_was_a_stream_where_it_is_asked() -> None:
    asked = m.StreamStop(SESSION, "c1")

    outcomes = [each.stop(asked, 2.0)[-1].body["outcome"] for each in (running(), DesktopStream(SESSION))]

    assert outcomes == ["stopped", "already_absent"]
    assert running().stop(m.StreamStop(SESSION), 2.0)[-1].body == {"stopped": True}


@pytest.mark.clause("DESK-083")
def test_capture_that_hangs_is_given_up_before_the_server_does() -> None:
    stream = DesktopStream(SESSION)
    stream.start(m.StreamStart(SESSION), 0.0)

    effects = stream.tick(20.0)

    assert DEFAULTS["desktop_open_deadline"] < DEFAULTS["desktop_start_deadline"]
    assert (effects[-1].name, effects[-1].body.cause) == ("send_start_failed", "capture_error")
    assert names(stream.opened(1, 1, 21.0)) == ["close_capture"]


@pytest.mark.clause("DESK-099", "DESK-091", "DESK-025")
def test_input_and_settings_without_a_stream_or_a_meaning_are_refused() -> None:
    assert DesktopStream(SESSION).input(m.KeyUp("a"), 0.0) == [Effect("send_refusal", f"session {SESSION} not found")]
    assert names(running().configure(m.DesktopConfig(SESSION), 2.0)) == ["send_refusal"]
    assert names(running().input(m.MouseScroll(0), 2.0)) == ["send_refusal"]
    applied = running().configure(m.DesktopConfig(SESSION, quality=30), 2.0)
    assert applied[0] == Effect("apply_config", m.StreamStart(SESSION, 30))


# -- files ------------------------------------------------------------------------------------------------------------
def dropped(drops: Drops, message: m.FileDrop) -> list[Any]:
    effects = drops.receive(encode_text(message), 1.0)
    return [effect.body.code if effect.name == "send_reply" else effect.name for effect in effects]


def piece(offset: int, data: bytes) -> m.DropChunk:
    return m.DropChunk("t1", offset, base64.b64encode(data).decode())


@pytest.mark.clause("DESK-060", "DESK-061", "DESK-062")
def test_file_arrives_piece_by_piece() -> None:
    drops = Drops()

    assert dropped(drops, m.DropStart("t1", "a.txt", 6)) == ["open_file"]
    assert dropped(drops, piece(0, b"abc")) == ["append_piece"]
    assert dropped(drops, piece(3, b"def")) == ["append_piece"]
    assert dropped(drops, m.DropComplete("t1")) == ["keep_file"]


@pytest.mark.clause("DESK-061", "DESK-062", "DESK-063")
@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (piece(1, b"abc"), ["discard_file", "DROP_REFUSED"]),
        (piece(0, b"abcdefg"), ["discard_file", "DROP_TOO_LARGE"]),
        (m.DropComplete("t1"), ["discard_file", "DROP_REFUSED"]),
        (m.DropComplete("t2"), ["DROP_REFUSED"]),
        (m.DropStart("t1", "b.txt", 1), ["DROP_REFUSED"]),
    ],
)
def test_file_with_a_gap_an_excess_or_an_early_end_is_discarded(then: m.FileDrop, expected: list[str]) -> None:
    drops = Drops()
    dropped(drops, m.DropStart("t1", "a.txt", 6))

    assert dropped(drops, then) == expected


@pytest.mark.clause("DESK-060", "DESK-065", "DESK-064")
def test_number_and_direction_of_files_are_bounded_and_a_stalled_one_is_discarded() -> None:
    drops = Drops()
    for number in range(8):
        assert dropped(drops, m.DropStart(f"t{number}", "a", 1)) == ["open_file"]

    assert dropped(drops, m.DropStart("t9", "a", 1)) == ["DROP_REFUSED"]
    assert names(drops.tick(61.0)) == ["discard_file"] * 8
    assert drops.wake_at is None
    assert dropped(Drops(to_device=False), m.DropStart("t1", "a", 1)) == ["CLIPBOARD_REFUSED"]
    assert dropped(Drops(limits={**DEFAULTS, "desktop_drop_file": 5}), m.DropStart("t", "a", 6)) == ["DROP_TOO_LARGE"]
    one = Drops()
    dropped(one, m.DropStart("t1", "a", 1))
    assert names(one.lost(2.0)) == ["discard_file"]


@pytest.mark.clause("DESK-060")
def test_names_that_are_paths_hidden_or_special_are_refused() -> None:
    assert all(plain(name) for name in ("a.txt", "Jahresbericht 2026.pdf", "консоль", "a..b"))
    odd = ("", ".", "..", ".ssh", "a/b", "a\\b", "C:", "a\x00", "a\n", "con", "NUL.txt", "a.", "a ", "x\u202egpj")
    assert [name for name in odd if plain(name)] == []
