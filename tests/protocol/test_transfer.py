"""Transfer: the record at the server, from its creation to its last byte."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breeze_protocol.limits import DEFAULTS
from breeze_protocol.transfer.engine import Change, Transfer
from breeze_protocol.transfer.table import SERVER

ID = "c0ffee00-1111-4222-8333-444455556666"
DEVICE = "2b9a7c1e-0d34-4a7e-9c55-6f1f0f6f7a10"
HELLO = hashlib.sha256(b"hello").hexdigest()
OTHER = hashlib.sha256(b"jello").hexdigest()
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


# -- creation
FITS = {
    "device_visible": 1,
    "device_online": 1,
    "size_mb": 1,
    "session_visible": 1,
    "session_fits": 1,
    "org_live": 0,
    "user_live": 0,
}


@pytest.mark.clause("XFER-002", "XFER-003", "XFER-004", "XFER-008", "XFER-020")
@pytest.mark.parametrize(
    ("fact", "value", "outcome"),
    [
        ("device_visible", 0, "DEVICE_NOT_FOUND"),
        ("device_online", 0, "DEVICE_OFFLINE"),
        ("size_mb", 500, "create_accepted"),
        ("size_mb", 500 + 1 / MIB, "TRANSFER_TOO_LARGE"),
        ("session_visible", 0, "SESSION_NOT_FOUND"),
        ("session_fits", 0, "TRANSFER_SESSION"),
        ("org_live", 19, "create_accepted"),
        ("org_live", 20, "TRANSFER_LIMIT_ORG"),
        ("user_live", 9, "create_accepted"),
        ("user_live", 10, "TRANSFER_LIMIT_USER"),
    ],
)
def test_creation_is_decided_at_its_limits(fact: str, value: float, outcome: str) -> None:
    assert SERVER.classify("create", {**FITS, fact: value}, DEFAULTS) == outcome


@pytest.mark.clause("XFER-002")
def test_first_of_two_faults_is_told() -> None:
    order = ["DEVICE_NOT_FOUND", "DEVICE_OFFLINE", "TRANSFER_TOO_LARGE", "SESSION_NOT_FOUND", "TRANSFER_SESSION"]
    facts: dict[str, float] = {"size_mb": 501, "org_live": 99, "user_live": 99}
    told = []
    for fact in ("device_visible", "device_online", "size_mb", "session_visible", "session_fits"):
        told.append(SERVER.classify("create", facts, DEFAULTS))
        facts[fact] = 1
    assert told == order
    assert SERVER.classify("create", facts, DEFAULTS) == "TRANSFER_LIMIT_ORG"


@pytest.mark.clause("XFER-005")
@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"same_org": 1, "owner": 1}, "transfer_seen"),
        ({"same_org": 1, "manager": 1}, "transfer_seen"),
        ({"same_org": 1}, "TRANSFER_NOT_FOUND"),
        ({"owner": 1, "manager": 1}, "TRANSFER_NOT_FOUND"),
    ],
)
def test_transfer_is_seen_by_its_owner_and_by_managers_of_the_organisation(
    facts: dict[str, float], outcome: str
) -> None:
    assert SERVER.classify("see", facts, DEFAULTS) == outcome


# -- chunks
@pytest.mark.clause("XFER-010", "XFER-011", "XFER-013")
@given(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=12).flatmap(
    lambda parts: st.tuples(st.just(parts), st.permutations(range(len(parts))), st.integers(0, 3))
))  # fmt: skip
def test_chunks_in_any_order_and_again_complete_a_download_exactly_once(
    given_: tuple[list[bytes], list[int], int],
) -> None:
    parts, order, repeats = given_
    transfer = download(sum(map(len, parts)))
    stored = last = 0
    for index in [*order, *order[:repeats]]:
        effects = give(transfer, index, parts[index]).effects
        stored += "store_chunk" in effects
        last += "compute_hash" in effects

    assert (stored, last) == (len(parts), 1)
    assert transfer.state == "sealing"
    assert (transfer.received, transfer.next_offset) == (transfer.size, transfer.size)
    assert transfer.chunks.missing(100) == []


@pytest.mark.clause("XFER-007", "XFER-013")
def test_gap_is_named_and_holds_completion_up() -> None:
    transfer = download(9)
    give(transfer, 0, b"abc")
    give(transfer, 2, b"ghi")

    assert (transfer.chunks.next_chunk, transfer.next_offset, transfer.received) == (1, 3, 6)
    assert transfer.chunks.missing(100) == [1]
    assert give(transfer, 1, b"def").after == "sealing"


@pytest.mark.clause("XFER-013")
def test_right_number_of_bytes_with_an_index_missing_is_not_complete() -> None:
    transfer = download(6)
    give(transfer, 0, b"abc")

    change = give(transfer, 2, b"ghi")

    assert (change.event, transfer.state) == ("chunk_stored", "gathering")


@pytest.mark.clause("XFER-012")
def test_chunk_that_comes_twice_counts_once_and_another_one_is_refused() -> None:
    transfer = download(9)
    give(transfer, 0, b"abc")
    again = give(transfer, 0, b"abc")
    other = give(transfer, 0, b"xyz")

    assert (again.effects, code(again)) == (("send_chunk_taken",), None)
    assert (code(other), other.moved) == ("TRANSFER_CHUNK_DIFFERS", False)
    assert transfer.received == 3


@pytest.mark.clause("XFER-012", "XFER-033")
def test_repeated_chunk_does_not_hold_off_the_deadline() -> None:
    transfer = download(9)
    give(transfer, 0, b"abc", now=10.0)
    give(transfer, 0, b"abc", now=200.0)

    assert transfer.wake_at == 310.0


@pytest.mark.clause("XFER-021", "XFER-022")
def test_bytes_beyond_the_size_are_refused_and_beyond_the_limit_end_the_transfer() -> None:
    limits = {**DEFAULTS, "transfer_size_mb": 1}
    transfer = download(MIB, limits=limits)
    transfer.chunk(0, MIB - 1, b"0", 1.0)
    assert code(transfer.chunk(1, 2, b"1", 2.0)) == "TRANSFER_TOO_LARGE"
    assert (transfer.state, transfer.error_code) == ("failed", "too_large")

    small = download(10, limits=limits)
    refused = give(small, 0, b"eleven byte")
    assert (code(refused), small.state, small.received) == ("TRANSFER_BEYOND_SIZE", "awaiting", 0)


@pytest.mark.clause("XFER-021")
def test_exactly_the_limit_is_taken() -> None:
    transfer = download(MIB, limits={**DEFAULTS, "transfer_size_mb": 1})

    assert transfer.chunk(0, MIB, b"0", 1.0).event == "chunk_last"


@pytest.mark.clause("XFER-014")
def test_empty_file_needs_no_chunk() -> None:
    transfer = download(0)
    empty = hashlib.sha256(b"").hexdigest()

    assert transfer.file_empty(0.0).effects == ("compute_hash",)
    assert transfer.sealed(empty, 0.0).effects == ("send_start_download",)
    transfer.begin(None, 1.0)
    assert transfer.finish(0, empty, empty, 2.0).after == "completed"
    assert transfer.progress == 100


@pytest.mark.clause("XFER-015")
def test_chunk_for_an_upload_is_refused() -> None:
    change = give(upload(), 0, b"x")

    assert (code(change), change.moved) == ("TRANSFER_DIRECTION", False)


@pytest.mark.clause("XFER-040")
def test_bytes_that_are_not_what_the_person_named_fail_before_the_device_hears_of_them() -> None:
    transfer = download(5, declared=OTHER)
    give(transfer, 0, b"hello")

    change = transfer.sealed(HELLO, 2.0)

    assert (change.after, transfer.error_code) == ("failed", "hash_mismatch")
    assert not any(effect.startswith("send") for effect in change.effects)


# -- through an agent that named `transfer`
@pytest.mark.clause("XFER-050", "XFER-053", "XFER-054", "XFER-041", "XFER-042")
def test_upload_goes_from_begin_to_an_agreed_end() -> None:
    transfer = upload(1_000_000)
    begun = transfer.begin(5, 1.0)
    assert (transfer.size, transfer.status) == (5, "transferring")
    assert begun.effects[1:3] == ("acknowledge_session", "activate_session")

    transfer.piece(2, 5, 5, 2.0)
    assert (transfer.received, transfer.next_offset) == (3, 0)
    assert code(transfer.finish(5, HELLO, None, 2.5)) == "TRANSFER_GAPS"
    transfer.piece(0, 4, 5, 3.0)
    assert transfer.next_offset == 5
    assert transfer.progress == 99

    end = transfer.finish(5, HELLO, HELLO, 4.0)
    assert (end.after, transfer.sha256, transfer.verification) == ("completed", HELLO, "agreed")
    assert transfer.get(5.0).effects == ("send_content",)


@pytest.mark.clause("XFER-055")
def test_repeated_finish_is_answered_like_the_first_and_another_hash_is_not() -> None:
    transfer = upload()
    transfer.begin(5, 1.0)
    transfer.piece(0, 5, 5, 2.0)
    transfer.finish(5, HELLO, HELLO, 3.0)

    assert transfer.finish(5, HELLO, None, 4.0).effects == ("send_agreed",)
    assert code(transfer.finish(5, OTHER, HELLO, 5.0)) == "TRANSFER_ENDED"


@pytest.mark.clause("XFER-041")
@pytest.mark.parametrize("direction", ["upload", "download"])
def test_ends_that_disagree_fail(direction: str) -> None:
    if direction == "upload":
        transfer = upload()
        transfer.begin(5, 1.0)
        transfer.piece(0, 5, 5, 2.0)
    else:
        transfer = download(5)
        give(transfer, 0, b"hello")
        transfer.sealed(HELLO, 2.0)
        transfer.begin(None, 2.5)

    change = transfer.finish(5, OTHER, HELLO, 3.0)

    assert (code(change), transfer.state, transfer.error_code) == ("TRANSFER_HASH", "failed", "hash_mismatch")


@pytest.mark.clause("XFER-053", "XFER-036")
def test_piece_before_begin_and_after_the_end_is_told_apart() -> None:
    transfer = upload()
    assert code(transfer.piece(0, 5, 5, 1.0)) == "TRANSFER_NOT_BEGUN"
    transfer.cancel(2.0)
    assert code(transfer.piece(0, 5, 5, 3.0)) == "TRANSFER_ENDED"


@pytest.mark.clause("XFER-058")
@pytest.mark.parametrize("way", ["size", "bytes", "longer", "whole"])
def test_file_that_changes_under_the_reader_fails(way: str) -> None:
    transfer = upload()
    transfer.begin(5, 1.0)
    transfer.piece(0, 3, 5, 2.0)
    match way:
        case "size":
            transfer.begin(6, 3.0)
        case "bytes":
            transfer.piece(0, 3, 5, 3.0, differs=True)
        case "longer":
            transfer.piece(3, 6, 6, 3.0)
        case "whole":
            transfer.piece(3, 5, 9, 3.0)

    assert (transfer.state, transfer.error_code) == ("failed", "source_changed")


@pytest.mark.clause("XFER-021")
def test_device_whose_file_is_too_large_is_told_so() -> None:
    transfer = upload()

    assert code(transfer.begin(500 * MIB + 1, 1.0)) == "TRANSFER_TOO_LARGE"
    assert transfer.error_code == "too_large"
    assert upload().begin(500 * MIB, 1.0).after == "receiving"


@pytest.mark.clause("XFER-054")
def test_scattered_pieces_are_bounded() -> None:
    transfer = upload(limits={**DEFAULTS, "transfer_ranges": 2})
    transfer.begin(100, 1.0)
    transfer.piece(10, 20, 100, 2.0)
    transfer.piece(30, 40, 100, 2.0)

    assert code(transfer.piece(50, 60, 100, 3.0)) == "TRANSFER_GAPS"
    assert transfer.piece(20, 30, 100, 4.0).event == "piece_stored"
    assert transfer.ranges.spans == [(10, 40)]


@pytest.mark.clause("XFER-059", "XFER-023")
def test_download_counts_both_halves_of_its_way() -> None:
    transfer = download(10)
    give(transfer, 0, b"0123456789")
    assert transfer.progress == 50
    transfer.sealed(HELLO, 2.0)
    transfer.fetch(4, 3.0)
    assert (transfer.state, transfer.delivered, transfer.progress) == ("delivering", 4, 70)
    assert code(transfer.fetch(99, 4.0, range_fits=False)) == "RANGE_NOT_SATISFIABLE"


@pytest.mark.clause("XFER-057")
def test_agent_that_returns_is_sent_the_start_again_and_goes_on() -> None:
    transfer = upload()
    transfer.begin(5, 1.0)
    transfer.piece(0, 3, 5, 2.0)
    assert transfer.link_down(3.0).effects == ()
    assert transfer.link_up(4.0).effects == ("send_start_upload",)
    assert transfer.begin(5, 5.0).effects == ("restart_deadline", "send_go_on")
    assert transfer.next_offset == 3
