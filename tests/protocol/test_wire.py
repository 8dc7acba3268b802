"""Strict decoding: what is taken, what is refused, and that the bounds hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breeze_protocol.account.messages import LoginRequest
from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.terminal.messages import Data, FromViewer, Resize
from breeze_protocol.wire import decode, encode


def test_message_reads_back_equal() -> None:
    assert decode(FromViewer, encode(Resize(120, 40)), limit=1000) == Resize(120, 40)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"not json",
        b'{"type":"data"}',
        b'{"type":"data","data":7}',
        b'{"type":"nothing","data":"x"}',
        b'{"data":"x"}',
        b'{"type":"resize","cols":0,"rows":1}',
        b'{"type":"resize","cols":501,"rows":1}',
        b'{"type":"resize","cols":1.5,"rows":1}',
        b'{"type":"resize","cols":"80","rows":1}',
        b'{"type":"data","data":"\xff"}',
        b'{"type":"data","data":"x"} trailing',
        b'{"type":"data","type":"resize","cols":1,"rows":1}',
        b"[" * 100_000,
        b'{"type":"data","data":' + b"[" * 200 + b"]" * 200 + b"}",
    ],
)
def test_anything_wrong_is_one_kind_of_error(text: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        decode(FromViewer, text, limit=1 << 20)


def test_text_over_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(RemoteProtocolError, match="11 bytes are more than the 10 allowed"):
        decode(FromViewer, b"x" * 11, limit=10)


def test_depth_is_counted_outside_strings_only() -> None:
    message = decode(FromViewer, encode(Data("[" * 500 + '\\"' + "{" * 500)), limit=10_000)

    assert message == Data("[" * 500 + '\\"' + "{" * 500)


def test_last_of_duplicated_keys_counts() -> None:
    assert decode(FromViewer, b'{"type":"data","data":"a","data":"b"}', limit=100) == Data("b")


def test_unknown_field_is_dropped_where_versions_may_differ() -> None:
    assert decode(FromViewer, b'{"type":"data","data":"a","new":1}', limit=100) == Data("a")


def test_unknown_field_is_refused_where_it_could_be_a_demand_and_the_fault_has_a_path() -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        decode(LoginRequest, b'{"email":"a@b.c","password":"x","admin":true}', limit=100)

    assert caught.value.details == [{"path": "$", "message": "Object contains unknown field `admin`"}]


@given(st.binary(max_size=200))
def test_no_bytes_escape_as_another_error(raw: bytes) -> None:
    try:
        decode(FromViewer, raw, limit=150)
    except RemoteProtocolError:
        return
