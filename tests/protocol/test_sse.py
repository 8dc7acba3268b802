"""Event streams and canonical JSON: the same bytes in any pieces, the same value in one text."""

import hashlib
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breeze_protocol import sse
from breeze_protocol.canonical import canonical, digest
from breeze_protocol.errors import LocalProtocolError, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS

VECTORS = Path(__file__).resolve().parents[2] / "spec/vectors/chat"


def vectors(message: str) -> list[Any]:
    return [pytest.param(json.loads(p.read_text()), id=p.stem) for p in sorted((VECTORS / message).glob("*.json"))]


def parse(raw: bytes, cuts: list[int], limit: int = 1 << 20) -> tuple[list[sse.Event | sse.Comment], bool]:
    """What the pieces of a stream yield, and whether it ended in a fault."""
    parser, items = sse.Parser(limit), []
    edges = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    try:
        for begin, end in pairwise(edges):
            items += list_of(parser, raw[begin:end], items)
    except RemoteProtocolError:
        with pytest.raises(RemoteProtocolError):
            list(parser.feed(b"data: more\n\n"))
        return items, True
    return items, False


def list_of(parser: sse.Parser, chunk: bytes, into: list[Any]) -> list[Any]:
    for item in parser.feed(chunk):
        into.append(item)
    return []


@pytest.mark.parametrize("vector", vectors("stream"))
def test_golden_streams_yield_their_events_in_any_two_pieces(vector: dict[str, Any]) -> None:
    raw, limit = vector["text"].encode(), vector.get("limit", 1 << 20)
    wanted = [sse.Event(*event) for event in vector["events"]]

    for cut in range(len(raw) + 1):
        items, fault = parse(raw, [cut], limit)
        assert [item for item in items if isinstance(item, sse.Event)] == wanted, cut
        assert fault == (vector["verdict"] == "refuse")


PIECES = st.lists(
    st.sampled_from(
        [b"data", b"id", b"event", b":", b" ", b"\n", b"\r", b"\r\n", b"\n\n", b"x" * 9, "é😀".encode(), b"\0"]
    ),
    max_size=40,
).map(b"".join)


@given(PIECES | st.binary(max_size=120), st.lists(st.integers(0, 300), max_size=12))
def test_any_split_of_the_bytes_yields_the_same(raw: bytes, cuts: list[int]) -> None:
    whole = parse(raw, [], 24)

    assert parse(raw, cuts, 24) == whole
    assert parse(raw, list(range(len(raw))), 24) == whole


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=20)


@given(st.lists(st.tuples(TEXT.filter(bool), st.text(st.characters(codec="utf-8", exclude_characters="\r")), TEXT)))
def test_what_is_written_is_read(events: list[tuple[str, str, str]]) -> None:
    raw = b"".join(sse.write(*event) + sse.write_comment("still here") for event in events)

    read = list(sse.Parser().feed(raw))

    assert [item for item in read if isinstance(item, sse.Event)] == [sse.Event(*event) for event in events]
    assert read.count(sse.Comment("still here")) == len(events)


@pytest.mark.clause("CHAT-049")
def test_line_and_event_are_bounded_and_memory_with_them() -> None:
    most = int(DEFAULTS["sse_event"])
    fits = sse.write("e", b"y" * (most - 6), "1-1")
    assert len(list(sse.Parser().feed(fits))) == 1
    parser = sse.Parser()
    with pytest.raises(RemoteProtocolError, match=str(most)):
        for _ in range(20):
            list(parser.feed(b"y" * (1 << 17)))
    assert len(parser._rest) <= most + (1 << 17)


def test_reader_that_stops_in_the_middle_loses_nothing() -> None:
    parser = sse.Parser()
    first = next(iter(parser.feed(b"data: 1\n\ndata: 2\n\ndata: 3")))

    rest = list(parser.feed(b"\n\n"))

    assert [first.data, *(item.data for item in rest)] == ["1", "2", "3"]  # type: ignore[union-attr]


def test_last_id_outlives_the_event_and_a_new_stream_can_begin_with_one() -> None:
    parser = sse.Parser(last_id="1-4")
    assert [i.id for i in parser.feed(b"data: x\n\n") if isinstance(i, sse.Event)] == ["1-4"]
    list(parser.feed(b"id: 1-5\n"))
    assert parser.last_id == "1-4"
    list(parser.feed(b"\n"))
    assert parser.last_id == "1-5"


@pytest.mark.parametrize("wrong", ["a\nb", "a\rb", "a\0b"])
def test_name_or_id_that_would_break_the_framing_is_our_own_fault(wrong: str) -> None:
    for write in (lambda: sse.write(wrong, b"", "1"), lambda: sse.write("e", b"", wrong)):
        with pytest.raises(LocalProtocolError):
            write()
    with pytest.raises(LocalProtocolError):
        sse.write_comment(wrong)


@pytest.mark.clause("CHAT-081")
@pytest.mark.parametrize("vector", vectors("canonical"))
def test_golden_texts_are_canonical(vector: dict[str, Any]) -> None:
    value = json.loads(vector["text"])

    if vector["verdict"] == "refuse":
        with pytest.raises(RemoteProtocolError):
            canonical(value)
        return
    assert canonical(value) == vector["canonical"].encode()
    assert canonical(json.loads(vector["canonical"])) == canonical(value)
    if "sha256" in vector:
        whole = b"breeze.approval.v1\n" + vector["canonical"].encode()
        assert digest("breeze.approval.v1", value) == hashlib.sha256(whole).hexdigest() == vector["sha256"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 53) + 1, (1 << 53) - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES, st.randoms(use_true_random=False))
def test_one_value_has_one_text_whatever_the_order_of_its_members(value: Any, random: Any) -> None:
    def shuffled(each: Any) -> Any:
        if isinstance(each, dict):
            names = list(each)
            random.shuffle(names)
            return {name: shuffled(each[name]) for name in names}
        return [shuffled(e) for e in each] if isinstance(each, list) else each

    assert canonical(shuffled(value)) == canonical(value)
    assert json.loads(canonical(value)) == value


def test_names_that_are_no_strings_and_numbers_that_are_no_numbers_have_no_text() -> None:
    for wrong in ({1: 2}, float("nan"), float("inf"), b"x", {"x": {"y": object()}}):
        with pytest.raises(RemoteProtocolError):
            canonical(wrong)
