"""IPC: frames, keys and numbers, who may connect, keepalive."""

import json
from pathlib import Path

import attrs
import pytest

from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.frames import pack
from breeze_protocol.ipc import messages as m
from breeze_protocol.ipc.engine import Admission, Dialer, IpcHelper
from breeze_protocol.ipc.envelope import ZERO_KEY, genuine, mac, read, seal
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect

from .ipc_sides import ALL_CAPABLE, PEER, SAID, broker, frames, names, pair, written


# -- integrity and sequence
@pytest.mark.clause("IPC-010", "IPC-013")
@pytest.mark.parametrize(
    ("identity", "seq", "kind", "payload", "digest"),
    [
        ("auth", 1, "auth_request", b'{"a":1}', "ebf42fe8f25b2043ef5d97ed2c83cc4474b8b7ae3597ee937d41fcbc05adc301"),
        ("x", 2, "ping", b"null", "db78743491edd182de5fa88fdc5278b5722f28d2bf03db73d44c0bb61a47ee06"),
    ],
)
def test_hmac_is_what_deployed_peers_compute(identity: str, seq: int, kind: str, payload: bytes, digest: str) -> None:
    assert mac(ZERO_KEY, identity, seq, kind, payload) == digest


@pytest.mark.clause("IPC-011")
def test_payload_is_hashed_as_it_came_with_its_spaces_and_escapes() -> None:
    service, _ = pair()
    payload = b'{ "menuItemId" : "\\u003ca\\u003e" }'
    digest = mac(service.line.key, "t", 3, "tray_action", payload)
    raw = b'{"extra":1,"hmac":"%s","payload": %s ,"type":"tray_action","seq":3,"id":"t"}'

    effects = service.receive(pack(raw % (digest.encode(), payload)), 1.0)

    assert effects == [Effect("pass_report", ("t", "tray_action", m.TrayAction("<a>")))]


@pytest.mark.clause("IPC-007")
def test_missing_payload_is_null() -> None:
    service, _ = pair()
    digest = mac(service.line.key, "p", 3, "ping", b"null")

    effects = service.receive(pack(b'{"id":"p","seq":3,"type":"ping","hmac":"%s"}' % digest.encode()), 1.0)

    assert frames(effects)[0]["type"] == "pong"


def damaged(key: bytes) -> dict[str, bytes]:
    good = seal(key, "p", 3, "ping", b"null")
    return {
        "wrong hmac": good.replace(b'"hmac":"', b'"hmac":"0')[:-3] + b'"}',
        "upper case": good[: good.index(b'"hmac"')] + good[good.index(b'"hmac"') :].upper().replace(b"HMAC", b"hmac"),
        "no ascii": good.replace(b'"hmac":"', '"hmac":"é'.encode()),
        "other key": seal(ZERO_KEY, "p", 3, "ping", b"null"),
        "old number": seal(key, "p", 2, "ping", b"null"),
        "number zero": seal(key, "p", 0, "ping", b"null"),
        "number too large": seal(key, "p", 1 << 64, "ping", b"null"),
        "no envelope": b"[]",
        "no json": b"\xff",
        "surrogate": seal(key, "p", 3, "ping", b"null").replace(b'"id":"p"', b'"id":"\\ud800"'),
        "empty": b"",
    }


@pytest.mark.clause("IPC-005", "IPC-006", "IPC-012", "IPC-020")
@pytest.mark.parametrize("how", sorted(damaged(ZERO_KEY)))
def test_damaged_frame_closes_the_connection_without_a_word(how: str) -> None:
    service, _ = pair()

    effects = service.receive(pack(damaged(service.line.key)[how]), 1.0)

    assert names(effects) == ["send_close"]
    assert service.receive(pack(seal(service.line.key, "p", 9, "ping", b"null")), 1.0) == []
    assert service.admission.sessions == {}


@pytest.mark.clause("IPC-020")
@pytest.mark.parametrize("seq", [3, 7, (1 << 64) - 1])
def test_greater_number_is_taken_and_gaps_are_allowed(seq: int) -> None:
    service, _ = pair()

    assert names(service.receive(pack(seal(service.line.key, "p", seq, "ping", b"null")), 1.0)) == ["send_pong"]


@pytest.mark.clause("IPC-021", "IPC-022", "IPC-004")
def test_numbers_go_on_across_the_change_of_the_key() -> None:
    service, helper = pair()
    first = frames(service.tick(5.0))[0]
    second = frames(service.notice("tray_update", m.TrayUpdate("ok", "Breeze"), 5.0))[0]

    assert (first["seq"], second["seq"], helper.line.sent) == (2, 3, 2)


@pytest.mark.clause("IPC-003")
@pytest.mark.parametrize(("size", "closed"), [(65_536, False), (65_537, True), (0, True)])
def test_first_frame_is_small(size: int, closed: bool) -> None:
    service = broker()
    service.connected(0.0)

    effects = service.receive(size.to_bytes(4, "big"), 0.1)

    assert (names(effects) == ["send_close"]) == closed


@pytest.mark.clause("IPC-003")
@pytest.mark.parametrize(("size", "closed"), [(16 << 20, False), ((16 << 20) + 1, True)])
def test_later_frame_has_at_most_16_mib(size: int, closed: bool) -> None:
    service, helper = pair()

    assert (names(service.receive(size.to_bytes(4, "big"), 1.0)) == ["send_close"]) == closed
    assert ("send_close" in names(helper.receive(size.to_bytes(4, "big"), 1.0))) == closed


# -- admission
@pytest.mark.clause("IPC-031", "IPC-035")
def test_peer_that_the_kernel_does_not_tell_is_rejected() -> None:
    effects = broker(attrs.evolve(PEER, identity=None)).connected(0.0)

    assert names(effects) == ["send_pre_auth_reject", "send_close"]
    assert frames(effects)[0] | {"hmac": ""} == {
        "id": "pre-auth-reject",
        "seq": 1,
        "type": "pre_auth_reject",
        "payload": {"code": "cred_check_failed", "reason": "peer credentials unavailable"},
        "hmac": "",
    }


@pytest.mark.clause("IPC-032", "IPC-036")
def test_sixth_connection_within_a_minute_is_rejected_and_does_not_count() -> None:
    admission = Admission()
    for number in range(5):
        assert broker(admission=admission).connected(float(number)) == []

    rejected = broker(admission=admission).connected(59.9)

    assert frames(rejected)[0]["payload"]["code"] == "rate_limited"
    assert broker(attrs.evolve(PEER, identity="1001"), admission).connected(59.9) == []
    assert broker(attrs.evolve(PEER, spawned=True), admission).connected(59.9) == []
    assert broker(admission=admission).connected(60.1) == []


def crowd(count: int, heard: float) -> Admission:
    admission = Admission()
    for number in range(count):
        each = broker(admission=admission)
        each.line.heard = heard - number
        admission.register(f"s{number}", "1000", each)
    return admission


@pytest.mark.clause("IPC-033")
@pytest.mark.parametrize(
    ("count", "silent", "outcome"),
    [
        (4, 1000.0, []),
        (5, 55.9, ["send_pre_auth_reject", "send_close"]),
        (5, 56.1, ["evict_idlest"]),
    ],
)
def test_user_has_five_sessions_and_a_dead_one_makes_room(count: int, silent: float, outcome: list[str]) -> None:
    effects = broker(admission=crowd(count, 0.0)).connected(silent)

    assert names(effects) == outcome
    if outcome == ["evict_idlest"]:
        assert effects[0].body == "s4"


@pytest.mark.clause("IPC-055")
def test_room_that_is_gone_before_the_acceptance_is_a_rejection() -> None:
    admission = crowd(4, 0.0)
    service = broker(admission=admission)
    service.connected(0.0)
    admission.register("s9", "1000", service)

    effects = service.receive(written(IpcHelper(SAID, ALL_CAPABLE).opened(0.0)), 0.0)

    assert names(effects) == ["send_pre_auth_reject", "send_close"]


@pytest.mark.clause("IPC-034")
def test_handshake_has_five_seconds() -> None:
    service = broker()
    service.connected(0.0)

    assert service.wake_at == 5.0
    assert service.tick(4.9) == []
    assert names(service.tick(5.0)) == ["send_close"]


# -- staying alive, leaving, returning
@pytest.mark.clause("IPC-090", "IPC-091", "IPC-092")
def test_both_sides_ping_every_five_seconds_answer_and_so_live_on() -> None:
    service, helper = pair()
    for now in map(float, range(5, 100, 5)):
        pinged, pings = service.tick(now), helper.tick(now)
        answers = helper.receive(written(pinged), now), service.receive(written(pings), now)
        assert [frames(each)[0]["id"] for each in answers] == ["keepalive", "ping"]
        assert helper.receive(written(answers[1]), now) == service.receive(written(answers[0]), now) == []

    assert (service.closed, helper.closed) == (False, False)


@pytest.mark.clause("IPC-092")
@pytest.mark.parametrize(("silence", "lives"), [(14.9, True), (15.0, False)])
def test_silent_side_is_given_up(silence: float, lives: bool) -> None:
    service, helper = pair()

    assert ("send_ping" in names(service.tick(silence))) == lives
    assert ("send_ping" in names(helper.tick(silence))) == lives
    assert (service.closed, helper.closed) == (not lives, not lives)


@pytest.mark.clause("IPC-094")
@pytest.mark.parametrize(("silence", "closed"), [(1800.0, False), (1801.0, True)])
def test_idle_session_is_reaped_whatever_the_keepalive_allows(silence: float, closed: bool) -> None:
    service, _ = pair(limits={**DEFAULTS, "ipc_pong_timeout": 1e9})

    service.tick(silence)

    assert service.closed == closed


@pytest.mark.clause("IPC-095")
def test_either_side_can_leave_in_good_order() -> None:
    service, helper = pair()
    left = helper.happened("stop_requested", 1.0)
    assert names(left) == ["send_disconnect", "end_work", "send_close"]
    assert names(service.receive(written(left), 1.0)) == ["send_close"]

    service, helper = pair()
    stopped = service.happened("broker_stopping", 1.0)
    assert names(stopped) == ["send_disconnect", "send_close"]
    assert names(helper.receive(written(stopped), 1.0)) == ["report_end", "end_work", "send_close"]
    assert helper.receive(written(stopped), 1.0) == []


@pytest.mark.clause("IPC-098")
def test_helper_dials_again_more_and_more_slowly_and_begins_anew_after_a_long_session() -> None:
    dialer, waits, now = Dialer(lambda low, high: high), [], 0.0
    dialer.begin(now)
    for _ in range(8):
        dialer.tick(now)
        dialer.dialed(now)
        dialer.ended(now)
        waits.append((dialer.wake_at or 0) - now)
        now = dialer.wake_at or 0
    assert waits == [7.5, 15, 30, 60, 120, 240, 450, 450]

    dialer.tick(now)
    dialer.dialed(now)
    dialer.accepted(now)
    dialer.tick(now + 60)
    dialer.ended(now + 61)

    assert (dialer.wake_at or 0) - now - 61 == 7.5


VECTORS = sorted((Path(__file__).resolve().parents[2] / "spec/vectors/ipc").glob("*/*.json"))
SEALED = [path for path in VECTORS if "key" in json.loads(path.read_text())]


@pytest.mark.clause("IPC-005", "IPC-010", "IPC-011", "IPC-012")
@pytest.mark.parametrize("path", SEALED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_hmac_of_every_vector_is_judged_as_the_vector_says(path: Path) -> None:
    vector = json.loads(path.read_text())
    try:
        fits = genuine(bytes.fromhex(vector["key"]), read(vector["text"].encode()))
    except RemoteProtocolError:
        fits = False

    assert fits == (vector["verdict"] == "accept" or path.parent.name != "sealed")


@pytest.mark.clause("IPC-010", "IPC-013", "IPC-021")
def test_worked_exchange_of_the_specification_is_genuine() -> None:
    text = (VECTORS[0].parents[3] / "ipc.md").read_text(encoding="utf-8")
    seen = {"H→B ": 0, "B→H ": 0}
    for line in text.splitlines():
        if line[:4] in seen:
            envelope = read(line[4:].encode())
            seen[line[:4]] += 1
            key = ZERO_KEY if envelope.type.startswith("auth_") else bytes(range(32))
            assert genuine(key, envelope), line
            assert envelope.seq == seen[line[:4]]

    assert min(seen.values()) >= 4
