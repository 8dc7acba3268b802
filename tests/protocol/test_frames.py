"""Frames on a byte stream."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.frames import HEAD, FrameReader, pack


def any_size(size: int) -> bool:
    return True


@pytest.mark.clause("IPC-002")
@given(st.lists(st.binary(max_size=300), max_size=8), st.integers(1, 50))
def test_frames_come_out_as_they_went_in_however_the_stream_is_cut(bodies: list[bytes], step: int) -> None:
    reader, stream, found = FrameReader(any_size), b"".join(map(pack, bodies)), []
    for start in range(0, len(stream), step):
        reader.feed(stream[start : start + step])
        found += list(reader.frames())

    assert found == bodies
    assert reader.held == 0


@pytest.mark.clause("IPC-003")
def test_unwanted_length_is_refused_before_its_bytes_come_and_nothing_is_kept_afterwards() -> None:
    reader = FrameReader(lambda size: size <= 10)
    reader.feed(pack(b"x" * 10) + (11).to_bytes(4, "big"))
    frames = reader.frames()
    assert next(frames) == b"x" * 10

    with pytest.raises(RemoteProtocolError, match="11 bytes"):
        next(frames)

    reader.feed(b"y" * 1000)
    assert reader.held == 0
    with pytest.raises(RemoteProtocolError, match="before"):
        next(reader.frames())


def test_incomplete_frame_is_held_and_its_length_is_asked_about_once() -> None:
    asked: list[int] = []
    reader = FrameReader(lambda size: asked.append(size) is None)
    for byte in pack(b"abc")[:-1]:
        reader.feed(bytes((byte,)))
        assert list(reader.frames()) == []

    assert (asked, reader.held) == ([3], HEAD + 2)


def test_what_is_wanted_is_asked_when_the_frame_comes_to_its_turn() -> None:
    most = 3
    reader = FrameReader(lambda size: size <= most)
    reader.feed(pack(b"abc") + pack(b"abcdef"))
    frames = reader.frames()
    assert next(frames) == b"abc"

    most = 6

    assert next(frames) == b"abcdef"
