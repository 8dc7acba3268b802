"""Transfer: the arithmetic of ranges, and the headers that carry them."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.transfer.engine import (
    Ranges,
    asked_range,
    digest_field,
    disposition,
    given_range,
    percent,
    read_digest,
    said_range,
    unsatisfied_range,
)

SIZE = 12
SPANS = st.tuples(st.integers(0, SIZE), st.integers(0, SIZE)).map(sorted)


@pytest.mark.clause("XFER-054")
@given(st.lists(SPANS, max_size=12))
def test_ranges_hold_what_a_set_of_bytes_holds(spans: list[list[int]]) -> None:
    ranges, model = Ranges(), set[int]()
    for start, stop in spans:
        assert ranges.covers(start, stop) == (set(range(start, stop)) <= model)
        assert {b for first, last in ranges.held(start, stop) for b in range(first, last)} == model & set(
            range(start, stop)
        )
        ranges = ranges.added(start, stop)
        model |= set(range(start, stop))

    assert {b for first, last in ranges.spans for b in range(first, last)} == model
    assert ranges.received == len(model)
    assert ranges.next_offset == next(b for b in range(SIZE + 1) if b not in model)
    assert {b for first, last in ranges.gaps(SIZE, 99) for b in range(first, last)} == set(range(SIZE)) - model
    assert ranges.complete(SIZE) == (len(model) == SIZE)
    edges = [edge for span in ranges.spans for edge in span]
    assert edges == sorted(set(edges))


@pytest.mark.clause("XFER-054")
def test_ranges_that_touch_on_either_side_become_one() -> None:
    ranges = Ranges().added(0, 5).added(8, 10).added(5, 8)

    assert ranges.spans == [(0, 10)]
    assert ranges.covers(4, 9)


@pytest.mark.clause("XFER-054")
def test_gaps_are_listed_from_the_lowest() -> None:
    ranges = Ranges().added(2, 4).added(6, 8)

    assert ranges.gaps(10, 2) == [(0, 2), (4, 6)]
    assert Ranges().complete(0)


@pytest.mark.clause("XFER-017")
@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, None),
        ("bytes=0-0", (0, 1)),
        ("bytes=2-4", (2, 5)),
        ("bytes=2-", (2, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        ("bytes=9-99", (9, 10)),
        (" bytes=1-2 ", (1, 3)),
        ("bytes=4-2", None),
        ("bytes=0-1,3-4", None),
        ("bytes=-", None),
        ("lines=1-2", None),
        ("bytes=1", None),
        ("bytes=٣-٤", None),
    ],
)
def test_range_is_read_as_http_has_it(header: str | None, found: tuple[int, int] | None) -> None:
    assert asked_range(header, 10) == found


@pytest.mark.clause("XFER-017")
@pytest.mark.parametrize(
    ("header", "size"), [("bytes=10-", 10), ("bytes=10-11", 10), ("bytes=-0", 10), ("bytes=0-", 0)]
)
def test_range_outside_the_file_cannot_be_satisfied(header: str, size: int) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        asked_range(header, size)

    assert caught.value.code.http == 416
    assert unsatisfied_range(size) == f"bytes */{size}"


@pytest.mark.clause("XFER-054")
@given(st.integers(0, 1 << 40), st.integers(1, 1 << 22), st.integers(0, 1 << 30))
def test_range_of_a_piece_reads_back(start: int, length: int, more: int) -> None:
    size = start + length + more

    assert given_range(said_range(start, start + length, size), length) == (start, start + length, size)


@pytest.mark.clause("XFER-054")
@pytest.mark.parametrize(
    "header",
    [None, "", "bytes 0-4", "bytes 0-4/*", "bytes 0-4/4", "bytes 4-0/9", "bytes 0-5/9", "bytes 0-3/9", "bytes */9"],
)
def test_piece_whose_range_does_not_fit_is_refused(header: str | None) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        given_range(header, 5)

    assert caught.value.code.name == "VALIDATION_FAILED"


@pytest.mark.clause("XFER-019")
def test_digest_field_is_that_of_rfc_9530() -> None:
    sha256 = hashlib.sha256(b"hello").hexdigest()

    assert digest_field(sha256) == "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:"
    assert read_digest("sha-512=:AAAA:, " + digest_field(sha256)) == sha256


@pytest.mark.clause("XFER-019")
@pytest.mark.parametrize("header", [None, "", "sha-256=", "sha-256=:short:", "sha-256=:" + "*" * 44 + ":", "md5=:x:"])
def test_field_without_a_digest_names_none(header: str | None) -> None:
    assert read_digest(header) is None


@pytest.mark.clause("XFER-016")
@given(st.text(min_size=1, max_size=40))
def test_no_file_name_ends_its_header_or_begins_another(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    header = disposition(name)
    quoted = header.partition('filename="')[2].partition('"; filename*=')[0]

    assert header.isascii() and header.isprintable()
    assert '"' not in quoted and "\\" not in quoted


@pytest.mark.clause("XFER-016")
def test_file_name_keeps_its_letters_in_the_encoded_form() -> None:
    assert disposition('é"x.log') == "attachment; filename=\"__x.log\"; filename*=UTF-8''%C3%A9%22x.log"


@pytest.mark.clause("XFER-023")
@given(st.integers(0, 1000), st.integers(0, 1000), st.sampled_from(["upload", "download"]))
def test_progress_is_whole_and_below_a_hundred_until_completed(size: int, moved: int, direction: str) -> None:
    part = percent(direction, size, min(moved, size), min(moved, size) // 2, "transferring")

    assert 0 <= part <= 99
    assert percent(direction, size, 0, 0, "completed") == 100
