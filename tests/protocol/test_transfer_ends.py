"""Transfer: how it ends, and files through agents that know whole files only."""

import hashlib

import pytest

from breeze_protocol.errors import CODES
from breeze_protocol.machine import Refused
from breeze_protocol.transfer import table
from breeze_protocol.transfer.engine import Change, Transfer
from breeze_protocol.transfer.table import FAILURES, SERVER

HELLO = hashlib.sha256(b"hello").hexdigest()
MIB = 1 << 20


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def download(size: int, **options: object) -> Transfer:
    transfer = Transfer("download", size, **options)  # type: ignore[arg-type]
    transfer.create(0.0)
    return transfer


def upload(size: int = 5, **options: object) -> Transfer:
    transfer = Transfer("upload", size, **options)  # type: ignore[arg-type]
    transfer.create(0.0)
    return transfer


def give(transfer: Transfer, index: int, data: bytes, now: float = 1.0) -> Change:
    return transfer.chunk(index, len(data), digest(data), now)


def code(change: Change) -> str | None:
    return None if change.refusal is None else change.refusal.name


# -- ends
@pytest.mark.clause("XFER-030", "XFER-031", "XFER-035")
def test_cancelled_is_told_from_broken_by_its_code() -> None:
    cancelled, broken = upload(), upload()
    cancelled.cancel(1.0)
    broken.begin(5, 1.0)
    broken.broke("io_error", "read: Input/output error", 2.0)

    assert (cancelled.status, cancelled.error_code, cancelled.error_message) == (
        "failed", "cancelled", "Cancelled by user",
    )  # fmt: skip
    assert (broken.error_code, broken.error_message) == (
        "io_error", "The device could not go on: read: Input/output error",
    )  # fmt: skip
    assert code(cancelled.cancel(2.0)) == "TRANSFER_STATE"


@pytest.mark.clause("XFER-032", "XFER-033")
@pytest.mark.parametrize(
    ("step", "at", "event", "says"),
    [("created", 600.0, "never_begun", "never_begun"), ("begun", 301.0, "stalled", "stalled")],
)
def test_transfer_that_stands_still_ends(step: str, at: float, event: str, says: str) -> None:
    transfer = upload()
    if step == "begun":
        transfer.begin(5, 1.0)

    assert transfer.overdue(at - 0.001) is None
    assert transfer.overdue(at) == event
    assert "send_transfer_cancel" in transfer.happened(event, at).effects
    assert transfer.error_code == says


@pytest.mark.clause("XFER-034", "XFER-037", "XFER-038")
@pytest.mark.parametrize("event", ["session_ended", "access_revoked", "storage_failed"])
@pytest.mark.parametrize("state", table.LIVE)
def test_every_live_state_ends_for_every_outside_reason(state: str, event: str) -> None:
    transfer = Transfer("upload" if state in ("pending", "receiving") else "download", 5, state=state)

    change = transfer.happened(event, 1.0)

    assert (change.after, transfer.error_code) == ("failed", event)
    assert ("send_transfer_cancel" in change.effects) == (state in table.WITH_AGENT)
    assert "record_end" in change.effects


@pytest.mark.clause("XFER-035")
def test_every_event_that_fails_a_transfer_has_a_code_for_it() -> None:
    failing = {row.event for row in SERVER.rows if row.target == "failed" and row.source != "failed"}

    assert failing == set(FAILURES)
    assert all(name.isupper() is (name in CODES) for name in ("TRANSFER_TOO_LARGE", "stalled"))


@pytest.mark.clause("XFER-036")
def test_ended_transfer_never_moves_again() -> None:
    transfer = upload()
    transfer.cancel(1.0)
    for event in ("agent_returned", "session_ended", "storage_failed"):
        assert transfer.happened(event, 2.0).effects == ()
    assert transfer.broke("io_error", "", 3.0).effects == ("send_noted",)
    assert (transfer.error_code, transfer.state) == ("cancelled", "failed")
    with pytest.raises(Refused):
        transfer.happened("upload_begun", 4.0)


@pytest.mark.clause("XFER-016", "XFER-017", "XFER-018")
def test_file_is_given_when_it_is_complete_kept_and_of_the_right_direction() -> None:
    transfer = upload()
    assert code(transfer.get(1.0)) == "TRANSFER_INCOMPLETE"
    transfer.begin(5, 1.0)
    transfer.piece(0, 5, 5, 2.0)
    transfer.finish(5, HELLO, HELLO, 3.0)
    assert code(transfer.get(4.0, range_fits=False)) == "RANGE_NOT_SATISFIABLE"
    assert code(transfer.get(4.0, kept=False)) == "TRANSFER_FILE_GONE"
    assert code(download(5).get(1.0)) == "TRANSFER_DIRECTION"


# -- through agents that read and write whole files
@pytest.mark.clause("XFER-060", "XFER-061", "XFER-062")
@pytest.mark.parametrize(
    ("direction", "size", "state"),
    [
        ("upload", 768_000, "pending"),
        ("upload", 768_001, "failed"),
        ("download", 4 * MIB, "awaiting"),
        ("download", 4 * MIB + 1, "failed"),
    ],
)
def test_deployed_agent_moves_what_fits_its_commands(direction: str, size: int, state: str) -> None:
    transfer = Transfer(direction, size, agent_transfers=False)

    change = transfer.create(0.0)

    assert change.after == state
    assert transfer.error_code == ("agent_unsupported" if state == "failed" else None)
    assert not any(effect.startswith("send_start") for effect in change.effects)


@pytest.mark.clause("XFER-060", "XFER-042", "XFER-075")
def test_file_of_a_deployed_agent_is_complete_and_unverified() -> None:
    transfer = upload(agent_transfers=False)

    transfer.content(7, HELLO, 1.0)

    assert (transfer.state, transfer.size, transfer.verification) == ("completed", 7, "unverified")


@pytest.mark.clause("XFER-061")
@pytest.mark.parametrize(("size", "state"), [(5, "completed"), (4, "failed")])
def test_file_for_a_deployed_agent_is_complete_when_it_says_the_size(size: int, state: str) -> None:
    transfer = download(5, agent_transfers=False)
    give(transfer, 0, b"hello")
    assert transfer.sealed(HELLO, 1.0).effects == ("send_file_write",)

    assert transfer.written(size, 2.0).after == state


@pytest.mark.clause("XFER-060", "XFER-075")
@pytest.mark.parametrize("way", ["link_down", "link_up"])
def test_deployed_agent_that_is_lost_fails_what_it_moved_and_is_sent_no_start(way: str) -> None:
    transfer = upload(agent_transfers=False)
    change = getattr(transfer, way)(1.0)

    assert transfer.error_code == "agent_lost"
    assert not any(effect.startswith("send_start") for effect in change.effects)
