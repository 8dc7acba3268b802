"""IPC: scopes, requests and replies, settings and notifications."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breeze_protocol.check import explore
from breeze_protocol.ipc import messages as m
from breeze_protocol.ipc.engine import Outcome, Work
from breeze_protocol.ipc.table import BROKER, HELPER, product, request_product
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect
from breeze_protocol.product import Product
from breeze_protocol.registry import PLANTED
from breeze_protocol.wire import decode, encode

from .ipc_sides import DEVICE, DIGEST, altered, asked, broker, frames, names, pair, written
from .strategies import messages_of


# -- scopes at the helper, and what the broker drops
@pytest.mark.clause("IPC-071", "IPC-086", "IPC-089")
@pytest.mark.parametrize(
    ("name", "body", "payload", "error"),
    [
        (
            "command",
            m.Command("c", "exec", {"command": "id"}),
            {"commandId": "c", "status": "failed", "error": "command exec requires run_as_user scope"},
            None,
        ),
        ("clipboard_get", None, None, "clipboard_get requires clipboard scope"),
        ("desktop_start", m.DesktopStart("d", "v=0"), None, "desktop_start requires desktop scope"),
        (
            "launch_process",
            m.LaunchProcess("/x"),
            {"ok": False, "error": "launch_process requires run_as_user scope"},
            None,
        ),
    ],
)
def test_helper_refuses_what_its_scopes_do_not_cover(name: str, body: Any, payload: Any, error: str | None) -> None:
    service, helper = pair()
    request = service.request("r1", name, body, 1.0)
    helper.scopes = ("notify",)

    effects = helper.receive(written(request), 1.0)

    said = frames(effects)[0]
    assert (said["id"], said["payload"], said.get("error")) == ("r1", payload, error)
    assert helper.work == {}
    assert service.receive(written(effects), 1.1)[0].body.id == "r1"


@pytest.mark.clause("IPC-071")
def test_notice_outside_the_scopes_is_dropped() -> None:
    service, helper = pair()
    helper.scopes = ()

    told = service.notice("tray_update", m.TrayUpdate("ok", "x"), 1.0)

    assert names(helper.receive(written(told), 1.0)) == ["note_refusal"]


@pytest.mark.clause("IPC-072", "IPC-073", "IPC-074")
@pytest.mark.parametrize(
    ("kind", "payload", "effects"),
    [
        ("tray_action", {"menuItemId": "quit"}, ["note_refusal"]),
        ("sas_request", {"winSessionId": -1}, ["note_refusal"]),
        ("watchdog_ping", {}, []),
        ("notify_result", {"delivered": True}, []),
    ],
)
def test_broker_drops_what_it_cannot_take_and_keeps_the_session(kind: str, payload: Any, effects: list[str]) -> None:
    service, helper = pair(said=altered(helper_role="user", features=[]))
    service.scopes = ("desktop",)

    assert names(service.receive(helper.line.make(kind, "z", payload), 1.0)) == effects
    assert names(service.receive(helper.line.make("ping", "z"), 1.0)) == ["send_pong"]


@pytest.mark.clause("IPC-074", "IPC-100")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (m.Command("c", "nonsense"), "unsupported command type: nonsense"),
        (m.Command("c", "script", {"content": 1}), "invalid payload of command script"),
        (m.Command("c", "script"), "invalid payload of command script"),
    ],
)
def test_command_that_cannot_be_run_is_answered_in_its_payload(body: m.Command, words: str) -> None:
    said = frames(asked("command", body))[0]

    assert said["payload"] == {"commandId": "c", "status": "failed", "error": words}
    assert "error" not in said


# -- requests and replies
@pytest.mark.clause("IPC-080", "IPC-101")
def test_script_goes_to_the_helper_and_its_result_comes_back() -> None:
    service, helper = pair()
    request = service.request("c1", "command", m.Command("c1", "script", {"content": "id", "timeoutSeconds": 9}), 1.0)

    (run,) = helper.receive(written(request), 1.0)
    assert run.body == Work(
        "c1", "command", m.Command("c1", "script", {"content": "id", "timeoutSeconds": 9}), run.body.command
    )
    assert (run.body.command.language, run.body.command.timeout_seconds) == ("bash", 9)

    result = m.CommandResult("c1", "completed", {"exitCode": 0, "stdout": "<uid>", "stderr": ""})
    outcome = service.receive(written(helper.reply("c1", result, 2.0)), 2.0)

    assert outcome == [Effect("settle", Outcome("c1", "command", result))]
    assert helper.reply("c1", result, 3.0) == []
    assert service.receive(helper.line.make("command_result", "c1", result), 3.0) == []
    assert len(service.requests) == 0


@pytest.mark.clause("IPC-082", "IPC-083")
@pytest.mark.parametrize(
    ("name", "body", "patience"),
    [
        ("notify", m.Notify("t", "b"), 10),
        ("clipboard_get", None, 5),
        ("desktop_start", m.DesktopStart("d", "v=0"), 30),
        ("desktop_stop", m.DesktopStop("d"), 10),
        ("launch_process", m.LaunchProcess("/x"), 15),
        ("command", m.Command("r", "take_screenshot"), 15),
        ("command", m.Command("r", "script", {"content": "x"}), 305),
        ("command", m.Command("r", "exec", {"command": "x", "timeoutSeconds": 2}), 7),
    ],
)
def test_request_is_given_up_in_time_and_a_late_reply_is_dropped(name: str, body: Any, patience: float) -> None:
    service, helper = pair()
    helper.receive(written(service.request("r", name, body, 0.0)), 0.0)
    service.line.heard = patience

    assert [e for e in service.tick(patience - 0.1) if e.name == "settle"] == []
    late = [e.body.code for e in service.tick(float(patience)) if e.name == "settle"]

    assert late == ["IPC_TIMED_OUT"]
    assert service.receive(written(helper.fail("r", "late", patience)), patience + 0.1) == []


@pytest.mark.clause("IPC-081")
@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("notify_result", {"delivered": True}),
        ("desktop_start", {"sessionId": "other", "answer": "v=0"}),
        ("desktop_start", {"answer": "v=0"}),
        ("desktop_start", None),
    ],
)
def test_reply_that_does_not_fit_is_dropped_and_the_request_waits_on(kind: str, payload: Any) -> None:
    service, helper = pair()
    service.request("r", "desktop_start", m.DesktopStart("d", "v=0"), 0.0)

    assert service.receive(helper.line.make(kind, "r", payload), 1.0) == []
    assert "r" in service.requests
    right = service.receive(helper.line.make("desktop_start", "r", m.DesktopStarted("d", "v=0")), 2.0)
    assert right == [Effect("settle", Outcome("r", "desktop_start", m.DesktopStarted("d", "v=0")))]


@pytest.mark.clause("IPC-016")
def test_error_of_the_envelope_is_a_failure_whatever_the_payload_says() -> None:
    service, helper = pair()
    service.request("r", "desktop_start", m.DesktopStart("d", "v=0"), 0.0)

    raw = helper.line.make("desktop_start", "r", m.DesktopStarted("d", "v=0"), "no display")

    assert service.receive(raw, 1.0)[0].body == Outcome("r", "desktop_start", None, "IPC_REPLY_FAILED", "no display")


@pytest.mark.clause("IPC-084")
def test_end_of_the_session_settles_every_request_and_ends_the_work() -> None:
    service, helper = pair()
    helper.receive(written(service.request("r", "clipboard_get", None, 0.0)), 0.0)

    settled = service.happened("line_lost", 1.0)
    left = helper.happened("line_lost", 1.0)

    assert settled == [
        Effect("settle", Outcome("r", "clipboard_get", None, "IPC_SESSION_CLOSED", "the helper's session has ended"))
    ]
    assert left == [Effect("report_end", None), Effect("end_work", ("r",))]
    assert service.request("s", "clipboard_get", None, 2.0)[0].body.code == "IPC_SESSION_CLOSED"
    assert helper.work == {}
    assert helper.reply("r", m.Clipboard("text", "x"), 2.0) == []


@pytest.mark.clause("IPC-085")
def test_ids_and_the_number_of_requests_are_limited() -> None:
    service, _ = pair()
    for number in range(63):
        service.request(f"r{number}", "desktop_stop", m.DesktopStop("d"), 0.0)
    again = service.request("r1", "desktop_stop", m.DesktopStop("d"), 0.0)
    assert again[0].body.code == "IPC_ID_IN_USE"
    assert names(service.request("last", "desktop_stop", m.DesktopStop("d"), 0.0)) == ["send_request"]

    assert service.request("more", "desktop_stop", m.DesktopStop("d"), 0.0)[0].body.code == "IPC_TOO_MANY_PENDING"


@pytest.mark.clause("IPC-003")
def test_message_that_is_larger_than_a_frame_is_not_sent() -> None:
    service, _ = pair(limits={**DEFAULTS, "ipc_frame": 1000})

    effects = service.request("r", "notify", m.Notify("t", "b" * 1000), 0.0)

    assert effects[0].body.code == "IPC_FRAME_TOO_LARGE"
    assert service.line.sent == 1


@pytest.mark.clause("IPC-087", "IPC-088")
def test_request_without_an_id_gets_no_reply_and_a_repeated_one_is_ignored() -> None:
    service, helper = pair()
    broadcast = service.line.make("notify", "", m.Notify("t", "b"))
    assert names(helper.receive(broadcast, 1.0)) == ["run_request"]
    assert helper.reply("", m.NotifyResult(True), 1.0) == []
    first = service.line.make("notify", "n", m.Notify("t", "b"))
    assert names(helper.receive(first, 1.0)) == ["run_request"]

    assert helper.receive(service.line.make("notify", "n", m.Notify("t", "b")), 1.0) == []


@pytest.mark.clause("IPC-132")
def test_question_of_the_helper_is_answered_or_given_up() -> None:
    service, helper = pair()
    (passed,) = service.receive(written(helper.question("sas-1", m.SasRequest(), 0.0)), 0.0)
    assert passed == Effect("pass_question", ("sas-1", "sas_request", m.SasRequest()))
    said = m.SasResponse(False, "not supported on this platform")

    effects = helper.receive(written(service.answer("sas-1", said, 1.0)), 1.0)

    assert effects == [Effect("deliver_answer", Outcome("sas-1", "sas_request", said))]
    helper.question("sas-2", m.SasRequest(), 1.0)
    helper.line.heard = 8.9
    assert [e.body.code for e in helper.tick(9.0) if e.name == "deliver_answer"] == ["IPC_TIMED_OUT"]


# -- settings, token, notifications
@pytest.mark.clause("IPC-114", "IPC-116")
def test_settings_and_token_follow_the_first_capabilities_and_every_change() -> None:
    off = m.HelperSettings(False, m.Branding("Acme IT"))
    service, helper = pair(settings=m.HelperSettings(True), token=m.HelperTokenUpdate("brz_x"))
    assert service.line.sent == 3

    told = helper.receive(written(service.update(off, 1.0)), 1.0)

    assert told == [Effect("perform_notice", ("", "helper_settings", off))]
    assert service.update(off, 2.0) == []
    assert names(service.renew(m.HelperTokenUpdate("brz_y"), 3.0)) == ["send_notice"]


@pytest.mark.clause("IPC-114", "IPC-116", "IPC-065")
def test_deployed_helper_is_told_neither_settings_nor_token() -> None:
    service, _ = pair(said=altered(features=[]), settings=m.HelperSettings(True), token=m.HelperTokenUpdate("brz_x"))

    assert service.line.sent == 1
    assert service.update(m.HelperSettings(False), 1.0) == []


@pytest.mark.clause("IPC-117")
def test_confirmation_counts_only_for_the_call_that_was_asked_about() -> None:
    service, helper = pair()
    call = m.ConfirmRequest(DEVICE, "execute_command", DIGEST, "Restart the printer service", "2026-11-21T00:00:00Z")
    helper.receive(written(service.request("a1", "confirm_request", call, 0.0)), 0.0)
    other = m.ConfirmResult(DEVICE.replace("1", "2"), DIGEST, "allow")

    assert service.receive(helper.line.make("confirm_result", "a1", other), 1.0) == []
    allowed = service.receive(written(helper.reply("a1", m.ConfirmResult(DEVICE, DIGEST, "allow"), 2.0)), 2.0)
    assert allowed[0].body.reply.decision == "allow"


@pytest.mark.clause("IPC-110")
@given(st.text(max_size=3000), st.text(max_size=20), st.lists(st.text(max_size=300), max_size=6))
def test_notification_is_cut_to_what_is_shown(text: str, urgency: str, actions: list[str]) -> None:
    told = m.shown(m.Notify(text, text, text, urgency, actions))

    sizes = [len(part.encode("utf-8", "replace")) for part in (told.title, told.body, told.icon)]
    assert all(size <= most for size, most in zip(sizes, (256, 2048, 512), strict=True))
    assert told.urgency in ("", "low", "normal", "critical")
    assert len(told.actions) <= 4
    assert text.strip().encode("utf-8", "replace").startswith(told.title.encode())


def test_catalogue_is_consistent() -> None:
    for each in m.TYPES:
        assert each.scope in (None, *m.SCOPES)
        assert each.timeout in DEFAULTS
        assert (each.kind in ("request", "question", "auth_request")) == (each.reply is not None)
        if each.reply is not None:
            other = m.CATALOGUE["broker" if each.sender == "helper" else "helper", each.reply]
            assert each.subject is None or {each.subject} <= set(other.payload.__struct_fields__)
    known = {"ping", "pong", "disconnect", "capabilities", "report", "question", "reply", "auth_request"}
    assert {each.kind for each in m.TYPES if each.sender == "helper"} == known
    assert all(f"{kind}_received" in BROKER.events for kind in known - {"auth_request"})
    assert all(f"{kind}_received" in HELPER.events for kind in ("request", "notice", "answer", "ping", "pong"))


@given(st.binary(max_size=400))
def test_no_bytes_make_a_broker_do_anything_but_close(data: bytes) -> None:
    service = broker()
    service.connected(0.0)

    assert names(service.receive(data, 0.1)) in ([], ["send_close"])


@pytest.mark.clause("WIRE-060", "IPC-002")
@pytest.mark.parametrize(
    "kind", [each for each in m.TYPES if each.payload is not None], ids=lambda k: f"{k.sender}-{k.name}"
)
@settings(max_examples=8)
@given(st.data())
def test_every_payload_reads_back(kind: m.MessageType, data: st.DataObject) -> None:
    payload = data.draw(messages_of(kind.payload))

    assert decode(kind.payload, encode(payload), limit=1 << 24) == payload


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("ping before the session key", {"unspecified reception"}),
        ("second session key", {"done twice"}),
        ("frames that nobody gives up", {"deadlock", "endless"}),
        ("reply after the time-out", {"done twice"}),
    ],
)
def test_planted_violation_is_found(name: str, kinds: set[str]) -> None:
    assert {finding.kind for finding in explore(PLANTED[name]).findings} == kinds


@pytest.mark.clause("IPC-009", "IPC-013", "IPC-083")
@pytest.mark.parametrize("coupled", [product(capacity=1), request_product()])
def test_broker_and_helper_never_meet_what_they_cannot_take(coupled: Product) -> None:
    assert explore(coupled).findings == ()
