"""Transfer: the agent, the person's program, and the three sides together."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breeze_protocol.check import explore
from breeze_protocol.machine import Effect
from breeze_protocol.registry import PLANTED
from breeze_protocol.transfer import messages as m
from breeze_protocol.transfer import table
from breeze_protocol.transfer.engine import AgentTransfer, Chunk, Chunks, ClientTransfer
from breeze_protocol.wire import decode, encode

from .strategies import messages_of

ID = "c0ffee00-1111-4222-8333-444455556666"
DEVICE = "2b9a7c1e-0d34-4a7e-9c55-6f1f0f6f7a10"
HELLO = hashlib.sha256(b"hello").hexdigest()
OTHER = hashlib.sha256(b"jello").hexdigest()
MIB = 1 << 20


# -- the agent
def start(direction: str, size: int = 0, sha256: str | None = None) -> m.TransferStart:
    return m.TransferStart(ID, direction, "/tmp/f", size, sha256)  # type: ignore[arg-type]


def go_on(direction: str, size: int, offset: int, piece: int = 4) -> m.TransferGoOn:
    return m.TransferGoOn(ID, direction, size, offset, piece, None)  # type: ignore[arg-type]


@pytest.mark.clause("XFER-053", "XFER-054", "XFER-055")
def test_agent_sends_from_where_the_server_says_to_the_end() -> None:
    agent = AgentTransfer(ID)
    agent.start(start("upload"), 0, 0.0)
    assert agent.opened(0.0, size=10) == [Effect("send_begin_upload", m.TransferBegin(10))]
    agent.go_on(go_on("upload", 10, 3), 0.0)
    sent = []
    while (effect := agent.next(1.0)[0]).name == "send_piece":
        sent.append(effect.body.content_range)  # type: ignore[attr-defined]
        agent.taken(m.PieceTaken(0, effect.body.stop), 1.0)  # type: ignore[attr-defined]

    assert sent == ["bytes 3-6/10", "bytes 7-9/10"]
    assert effect.name == "send_finish_upload"
    agent.gaps(5, 2.0)
    assert agent.next(2.0)[0].name == "send_piece"


@pytest.mark.clause("XFER-059", "XFER-071")
@pytest.mark.parametrize(
    ("sha256", "effects"),
    [(HELLO, ["place_target", "send_finish_download"]), (OTHER, ["remove_target", "send_broken"])],
)
def test_agent_places_a_file_only_where_it_is_the_announced_one(sha256: str, effects: list[str]) -> None:
    agent = AgentTransfer(ID)
    agent.start(start("download", 5, HELLO), 0, 0.0)
    agent.opened(0.0, written=2)
    agent.go_on(go_on("download", 5, 0), 0.0)
    assert agent.next(1.0)[0].body.start == 2  # type: ignore[attr-defined]
    agent.part(3, 1.0)
    assert agent.all_written

    assert [effect.name for effect in agent.written(sha256, 2.0)] == effects


@pytest.mark.clause("XFER-051")
def test_agent_refuses_one_transfer_too_many() -> None:
    full = AgentTransfer(ID).start(start("upload"), 16, 0.0)

    assert full == [Effect("send_start_refused", m.TransferRefused(ID, "busy"))]
    assert AgentTransfer(ID).start(start("upload"), 15, 0.0)[0].name == "open_source"


@pytest.mark.clause("XFER-057")
def test_agent_that_has_the_transfer_open_ignores_a_second_start() -> None:
    agent = AgentTransfer(ID)
    agent.start(start("upload"), 0, 0.0)

    assert agent.start(start("upload"), 16, 1.0) == []


@pytest.mark.clause("XFER-036", "XFER-052", "XFER-072")
@pytest.mark.parametrize("way", ["cancelled", "turned away"])
def test_agent_removes_what_is_unfinished(way: str) -> None:
    agent = AgentTransfer(ID)
    agent.start(start("download", 5, HELLO), 0, 0.0)
    agent.opened(0.0)
    effects = agent.cancel(1.0) if way == "cancelled" else agent.answered("turned_away_received", 1.0)

    assert [effect.name for effect in effects] == ["remove_target"]
    assert agent.ended


# -- the person's program
def details(direction: str, status: str, **more: object) -> m.TransferDetails:
    device = m.TransferDevice(DEVICE, "h1", "linux")
    row = (ID, None, DEVICE, ID, direction, "/tmp/f", "f", 10, status, 0, None, None, "2026-11-21T21:00:00Z", None)
    return m.TransferDetails(*row, device, None, **more)  # type: ignore[arg-type]


@pytest.mark.clause("XFER-007", "XFER-010")
def test_program_continues_at_the_chunk_and_the_byte_that_the_server_names() -> None:
    client = ClientTransfer(chunk_bytes=4)
    client.create(m.TransferCreate(DEVICE, "download", "/tmp/f", "f", 10), 0.0)
    client.created(details("download", "transferring", next_chunk=3, next_offset=5), 0.0)

    assert client.next_chunk(0.0)[0].body == (3, 5, 9)
    client.taken(m.ChunkTaken(3, 9, 40, "transferring"), 1.0)
    assert client.next_chunk(1.0)[0].body == (4, 9, 10)
    client.taken(m.ChunkTaken(4, 10, 50, "transferring"), 1.0)
    assert client.running.state == "watching"


@pytest.mark.clause("XFER-019")
@pytest.mark.parametrize(("sha256", "same"), [(HELLO, True), (OTHER, False)])
def test_program_compares_the_file_with_the_hash_that_the_server_named(sha256: str, same: bool) -> None:
    client = ClientTransfer()
    client.create(m.TransferCreate(DEVICE, "upload", "/tmp/f", "f", 10), 0.0)
    client.created(details("upload", "pending"), 0.0)
    client.poll(1.0)
    effects = client.seen(details("upload", "completed", sha256=HELLO), 2.0)
    assert effects[-1].name == "send_get"

    assert client.content(sha256, 3.0) == [Effect("verify_hash", same)]


# -- the tables together
@pytest.mark.clause("XFER-036", "XFER-052", "XFER-057")
def test_no_run_of_the_three_sides_gets_stuck_or_surprises_one_of_them() -> None:
    assert explore(table.product()).findings == ()


@pytest.mark.clause("XFER-031", "XFER-032", "XFER-036")
@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        ("call after a cancellation", "unspecified reception"),
        ("transfer that ends twice", "done twice"),
        ("transfer that waits for ever", "deadlock"),
    ],
)
def test_planted_violation_is_found(planted: str, kind: str) -> None:
    assert kind in {finding.kind for finding in explore(PLANTED[planted]).findings}


SAID = [
    m.TransferCreate, m.TransferDetails, m.ChunkTaken, m.TransferStart, m.TransferRefused, m.TransferCancel,
    m.TransferBegin, m.TransferGoOn, m.PieceTaken, m.TransferFinish, m.TransferBroken, m.FileRead, m.FileWritten,
]  # fmt: skip


@pytest.mark.parametrize("kind", SAID, ids=lambda kind: kind.__name__)
@settings(max_examples=12)
@given(st.data())
def test_message_reads_back(kind: type, data: st.DataObject) -> None:
    message = data.draw(messages_of(kind))

    assert decode(kind, encode(message), limit=MIB) == message


def test_record_of_chunks_is_restored_as_it_was() -> None:
    one = Chunks()
    for index, length in ((0, 3), (1, 4), (5, 6)):
        one.take(index, Chunk(length, b""))

    one.take(0, Chunk(9, b"again"))

    assert one.received == 13
    assert Chunks(dict(one.held)) == one
    assert list(one.in_order) == [0, 1, 5]
