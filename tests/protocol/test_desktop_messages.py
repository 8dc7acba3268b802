"""What is said about a desktop: every message reads back, words stand for every cause, bounds hold."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breeze_protocol.desktop import messages as m
from breeze_protocol.desktop.table import CAUSES, CONTROLS, FALLBACK_LACKS
from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.registry import FAMILIES
from breeze_protocol.wire import decode, encode

from .strategies import messages_of

SESSION = "0f0e0d0c-0000-4000-8000-000000000001"
JPEG = b"\xff\xd8picture\xff\xd9"


@pytest.mark.clause("DESK-024", "DESK-052", "DESK-063", "DESK-092")
@pytest.mark.parametrize("family", sorted(FAMILIES["desktop"]))
@given(data=st.data())
def test_every_message_reads_back(family: str, data: st.DataObject) -> None:
    kind = FAMILIES["desktop"][family]
    message = data.draw(messages_of(kind))

    assert decode(kind, encode(message), limit=1 << 20) == message


@pytest.mark.clause("DESK-010", "DESK-070", "DESK-071")
def test_every_cause_and_every_lack_has_words() -> None:
    assert set(m.Cause.__args__) == set(CAUSES)  # type: ignore[attr-defined]
    assert all(each.says and each.advice for each in CAUSES.values())
    assert set(FALLBACK_LACKS) < set(CONTROLS)
    assert {"input", "quality"} == set(CONTROLS) - set(FALLBACK_LACKS)


@pytest.mark.clause("DESK-086")
@pytest.mark.parametrize("raw", [b"", b"\x02" * 37, b"\x04" + SESSION.encode() + JPEG, b"\x02" + b"\xff" * 36 + JPEG])
def test_frame_without_a_kind_a_session_or_a_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        m.unframe(raw)


@pytest.mark.clause("DESK-101", "DESK-102", "DESK-103")
def test_commands_have_their_defaults_and_bounds() -> None:
    action = msgspec.convert({"action": "left_click"}, m.ComputerAction)

    assert (action.capture_after, action.capture_delay_ms, action.monitor) == (True, 500, 0)
    for wrong in (
        {"action": "dance"},
        {"action": "type", "text": "x" * 8193},
        {"action": "key", "captureDelayMs": 3001},
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, m.ComputerAction)
    nothing = dict.fromkeys(("x", "y", "text", "key", "scrollDelta", "coordinateSpaceWidth"))
    assert msgspec.convert({"action": "scroll", **nothing}, m.ComputerAction) == m.ComputerAction("scroll")
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"monitor": 17}, m.TakeScreenshot)
