"""IPC: the handshake, profiles and capabilities."""

from typing import Any

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breeze_protocol.errors import CODES
from breeze_protocol.frames import pack
from breeze_protocol.ipc import messages as m
from breeze_protocol.ipc.engine import Admission, Dialer, IpcBroker, IpcHelper, Outcome, Trust
from breeze_protocol.ipc.envelope import ZERO_KEY, read, seal
from breeze_protocol.ipc.profile import IPC_2026_04, IPC_2026_08
from breeze_protocol.ipc.rejections import PRE_AUTH, REJECTED
from breeze_protocol.ipc.table import BROKER
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect

from .ipc_sides import (
    ALL_CAPABLE,
    DEVICE,
    ON_WINDOWS,
    PATH,
    PEER,
    SAID,
    WINDOWS,
    altered,
    answer,
    broker,
    frames,
    names,
    pair,
    written,
)

# -- handshake
REFUSALS = {
    "IPC_VERSION_UNSUPPORTED": (altered(protocol_version=2), PEER),
    "IPC_ROLE_UNKNOWN": (altered(helper_role="zzz"), PEER),
    "IPC_SID_MISSING": (altered(sid=""), WINDOWS),
    "IPC_SID_MISMATCH": (altered(sid="S-1-5-18"), WINDOWS),
    "IPC_UID_MISMATCH": (altered(uid=1001), PEER),
    "IPC_PID_MISMATCH": (altered(pid=4712), PEER),
    "IPC_USERNAME_MISMATCH": (altered(username="eve"), PEER),
    "IPC_SESSION_ID_MISMATCH": (altered(session_id="helper-ada-4712"), PEER),
    "IPC_PATH_UNRESOLVED": (SAID, attrs.evolve(PEER, executable=None)),
    "IPC_PATH_MISMATCH": (SAID, attrs.evolve(PEER, executable="/tmp/x")),
    "IPC_HASH_UNAVAILABLE": (SAID, attrs.evolve(PEER, digest=None)),
    "IPC_HASH_MISMATCH": (SAID, attrs.evolve(PEER, digest="cd" * 32)),
    "IPC_ROLE_IDENTITY": (altered(helper_role="system"), PEER),
    "IPC_WIN_SESSION": (msgspec.structs.replace(ON_WINDOWS, win_session_id=3), WINDOWS),
}


@pytest.mark.clause("IPC-042", "IPC-043", "IPC-044", "IPC-045", "IPC-046", "IPC-047", "IPC-048", "IPC-050", "IPC-051")
@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_what_does_not_agree_with_the_kernel_is_rejected_for_good(code: str) -> None:
    said, peer = REFUSALS[code]

    assert answer(said, peer) == {
        "accepted": False,
        "reason": CODES[code].says,
        "code": code.removeprefix("IPC_").lower(),
        "permanent": True,
        "closed": True,
    }


@pytest.mark.clause("IPC-051")
def test_hash_that_is_claimed_has_to_be_the_one_that_was_measured() -> None:
    assert answer(altered(binary_hash="cd" * 32))["code"] == "hash_mismatch"
    assert answer(altered(binary_hash=""))["code"] == "hash_mismatch"


@pytest.mark.clause("IPC-049", "IPC-051", "IPC-056")
def test_what_can_pass_is_not_for_good() -> None:
    admission = Admission()
    admission.register("helper-ada-4711", "1000", broker())
    service = IpcBroker(PEER, Trust(frozenset({PATH}), frozenset()), Admission(), bytes, DEVICE)
    service.connected(0.0)
    empty = frames(service.receive(written(IpcHelper(SAID, ALL_CAPABLE).opened(0.0)), 0.0))[0]["payload"]

    assert answer(SAID, admission=admission) | {"reason": ""} == {
        "accepted": False,
        "reason": "",
        "code": "session_id_in_use",
        "closed": True,
    }
    assert (empty["code"], "permanent" in empty) == ("hashes_unavailable", False)


@pytest.mark.clause("IPC-045", "IPC-052", "IPC-053")
def test_windows_helper_is_known_by_sid_and_session() -> None:
    system = attrs.evolve(WINDOWS, privileged=True)

    assert answer(ON_WINDOWS, WINDOWS)["accepted"]
    assert answer(ON_WINDOWS, system)["code"] == "role_identity"
    assert answer(msgspec.structs.replace(ON_WINDOWS, helper_role="system"), system)["accepted"]


def test_every_rejection_is_the_outcome_of_a_check() -> None:
    outcomes = [check.otherwise for check in BROKER.checks_index["auth_request"] if check.otherwise in CODES]

    assert set(outcomes) == {*REJECTED, "IPC_MAX_CONNS_EXCEEDED"}
    assert {c.otherwise for c in BROKER.checks_index["connect"]} - {None} == set(PRE_AUTH) - {"IPC_MAX_CONNS_EXCEEDED"}


@pytest.mark.clause("IPC-043", "IPC-048")
@given(st.permutations(range(len(BROKER.checks_index["auth_request"]) - 1)), st.integers(1, 6))
def test_first_check_that_fails_decides(order: list[int], count: int) -> None:
    checks = BROKER.checks_index["auth_request"]
    failing = order[:count]
    facts: dict[str, float] = {check.fact: True for check in checks} | {"live_sessions": 0}
    facts |= {checks[number].fact: False for number in failing}
    first = checks[min(number for number, check in enumerate(checks) if not facts[check.fact] and number != len(order))]

    assert BROKER.classify("auth_request", facts, DEFAULTS) == first.otherwise


@pytest.mark.clause("IPC-041")
@pytest.mark.parametrize(
    ("kind", "payload"), [("ping", b"null"), ("auth_request", b"null"), ("auth_request", b'{"protocolVersion":"1"}')]
)
def test_first_frame_that_is_no_auth_request_gets_no_answer(kind: str, payload: bytes) -> None:
    service = broker()
    service.connected(0.0)

    assert names(service.receive(pack(seal(ZERO_KEY, "auth", 1, kind, payload)), 0.1)) == ["send_close"]


@pytest.mark.clause("IPC-014", "IPC-015", "IPC-040", "IPC-054", "IPC-058", "IPC-060")
def test_acceptance_brings_key_scopes_and_a_line_in_the_log() -> None:
    service, helper = broker(), IpcHelper(SAID, ALL_CAPABLE)
    service.connected(0.0)
    opened = helper.opened(0.0)
    assert (frames(opened)[0]["id"], frames(opened)[0]["seq"]) == ("auth", 1)

    effects = service.receive(written(opened), 0.0)

    assert names(effects) == ["send_auth_accepted", "log_connected"]
    assert effects[1].body == f"user helper connected and authenticated agentId={DEVICE}"
    assert frames(effects)[0]["payload"] == {
        "accepted": True,
        "sessionKey": "5a" * 32,
        "agentId": DEVICE,
        "allowedScopes": ["notify", "tray", "clipboard", "desktop", "run_as_user"],
        "features": list(m.FEATURES),
    }
    told = helper.receive(written(effects), 0.1)
    assert frames(told)[0] | {"hmac": "", "payload": ""} == {
        "id": "caps",
        "seq": 2,
        "type": "capabilities",
        "payload": "",
        "hmac": "",
    }
    assert read(written(told)[4:]).hmac == frames(told)[0]["hmac"]
    assert service.line.key == helper.line.key == b"\x5a" * 32


@pytest.mark.clause("IPC-059")
def test_second_auth_request_is_ignored_and_yields_no_key() -> None:
    service, helper = pair()

    assert service.receive(helper.line.make("auth_request", "auth", SAID), 1.0) == []
    assert service.line.key == helper.line.key


@pytest.mark.clause("IPC-056")
@pytest.mark.parametrize("permanent", [True, False])
def test_rejection_ends_the_helper_or_lets_it_come_again(permanent: bool) -> None:
    helper, dialer = IpcHelper(SAID, ALL_CAPABLE), Dialer(lambda low, high: low)
    dialer.begin(0.0)
    dialer.tick(0.0)
    dialer.dialed(0.0)
    helper.opened(0.0)
    rejection = m.AuthResponse(False, reason="no", code="x", permanent=permanent)

    effects = helper.receive(broker().line.make("auth_response", "auth", rejection), 0.1)

    assert names(effects) == ["report_rejection", "send_close"]
    assert effects[0].body == rejection
    dialer.ended(0.1, permanent=effects[0].body.permanent)
    assert dialer.stopped == permanent


@pytest.mark.clause("IPC-035")
def test_helper_takes_a_rejection_that_comes_before_its_request_was_read() -> None:
    helper = IpcHelper(SAID, ALL_CAPABLE)
    helper.opened(0.0)

    effects = helper.receive(written(broker(attrs.evolve(PEER, identity=None)).connected(0.0)), 0.1)

    assert effects[0] == Effect(
        "report_rejection", m.PreAuthReject("cred_check_failed", "peer credentials unavailable")
    )


@pytest.mark.clause("IPC-057")
def test_helper_does_not_wait_for_ever() -> None:
    helper = IpcHelper(SAID, ALL_CAPABLE)
    helper.opened(0.0)

    assert helper.wake_at == 10.0
    assert names(helper.tick(10.0)) == ["report_end", "send_close"]


@pytest.mark.clause("IPC-057", "IPC-042")
@pytest.mark.parametrize(
    ("kind", "identity", "payload"),
    [
        ("ping", "auth", None),
        ("auth_response", "other", m.AuthResponse(True, "5a" * 32)),
        ("auth_response", "auth", m.AuthResponse(True)),
        ("auth_response", "auth", {"accepted": True, "sessionKey": "5A" * 32}),
        ("auth_response", "auth", None),
    ],
)
def test_answer_that_cannot_be_read_ends_the_connection(kind: str, identity: str, payload: Any) -> None:
    helper = IpcHelper(SAID, ALL_CAPABLE)
    helper.opened(0.0)

    assert names(helper.receive(broker().line.make(kind, identity, payload), 0.1)) == ["report_end", "send_close"]


# -- profiles and capabilities
@pytest.mark.clause("IPC-054", "IPC-066", "IPC-044")
@pytest.mark.parametrize(
    ("profile", "role", "scopes"),
    [
        (IPC_2026_04, "user", ["notify", "clipboard", "run_as_user"]),
        (IPC_2026_04, "system", ["notify", "tray", "clipboard", "desktop"]),
        (IPC_2026_04, "", ["notify", "tray", "clipboard", "desktop"]),
        (IPC_2026_08, "user", ["notify", "clipboard", "run_as_user"]),
        (IPC_2026_08, "system", None),
    ],
)
def test_deployed_helper_gets_what_its_profile_states(profile: Any, role: str, scopes: list[str] | None) -> None:
    said = answer(altered(helper_role=role, features=[]), deployed=profile)

    assert said.get("allowedScopes") == scopes
    assert "features" not in said


@pytest.mark.clause("IPC-093", "IPC-096")
def test_deployed_helper_may_be_silent_for_longer_and_is_not_told_to_disconnect() -> None:
    service, _ = pair(said=altered(features=[]))

    assert names(service.tick(44.9)) == ["send_ping"]
    assert names(service.happened("broker_stopping", 45.0)) == ["send_close"]


@pytest.mark.clause("IPC-061", "IPC-064")
def test_capability_counts_only_with_its_scope() -> None:
    service, helper = pair(said=altered(features=[]))
    told = m.Capabilities(True, True, True, True, " " + "é" * 40)

    effects = service.receive(written(helper.change(told, 1.0)), 1.0)

    assert service.capabilities == m.Capabilities(True, False, False, True, "é" * 32)
    assert effects == [
        Effect(
            "log_capabilities",
            "user helper capabilities CanNotify=true CanTray=false CanCapture=false CanClipboard=true "
            f"DisplayServer={'é' * 32}",
        )
    ]


@pytest.mark.clause("IPC-062", "IPC-065", "IPC-070")
@pytest.mark.parametrize(
    ("said", "capabilities", "name", "body", "code"),
    [
        (altered(features=[]), ALL_CAPABLE, "desktop_start", m.DesktopStart("d1", "v=0"), "IPC_SCOPE_MISSING"),
        (altered(features=[]), ALL_CAPABLE, "command", m.Command("c", "take_screenshot"), "IPC_SCOPE_MISSING"),
        (SAID, m.Capabilities(), "notify", m.Notify("t", "b"), "IPC_NOT_CAPABLE"),
        (SAID, m.Capabilities(), "command", m.Command("c", "take_screenshot"), "IPC_NOT_CAPABLE"),
        (altered(features=["desktop_stream"]), ALL_CAPABLE, "confirm_request", None, "IPC_FEATURE_MISSING"),
    ],
)
def test_broker_does_not_send_what_the_helper_may_not_or_cannot_take(
    said: Any, capabilities: m.Capabilities, name: str, body: Any, code: str
) -> None:
    service, helper = pair(said=said)
    service.receive(written(helper.change(capabilities, 0.0)), 0.0)

    assert service.request("r", name, body, 1.0) == [Effect("settle", Outcome("r", name, None, code, CODES[code].says))]


@pytest.mark.clause("IPC-065")
def test_feature_counts_where_both_have_named_it() -> None:
    service, helper = pair(said=altered(features=["chat", "telepathy"]))

    assert service.features == helper.features == {"chat"}
    assert helper.report("desktop_frame", m.DesktopFrame("d", 1, 1, 1, ""), 1.0) == []
    frame = helper.line.make("desktop_frame", "", m.DesktopFrame("d", 1, 1, 1, ""))
    assert names(service.receive(frame, 1.0)) == ["note_refusal"]
