"""A request's head is read once, strictly, within bounds of size and time; refusals reach the peer whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trio

from breeze_protocol.errors import TransportError
from breeze_transport.head import BadRequestHead, ReplayedStream, read_request_head, read_response_head, refuse
from breeze_transport.memory import MemoryNetwork

Run = Callable[..., Any]
GOOD = b"GET /a/b?c=d&e HTTP/1.1\r\nHost: breeze\r\nX-Two:  spaced \r\nx-two: again\r\n\r\n"


async def pair() -> tuple[Any, Any]:
    network = MemoryNetwork()
    (listener,) = await network.listen("server", 80)
    near = await network.at("client").connect("server", 80)
    return near, await listener.accept()


async def read(*pieces: bytes, end: bool = False, **options: Any) -> Any:
    client, server = await pair()

    async def write() -> None:
        for piece in pieces:
            await client.send_all(piece)
            await trio.sleep(0.01)
        if end:
            await client.send_eof()

    failure: BadRequestHead | None = None
    async with trio.open_nursery() as nursery:
        nursery.start_soon(write)
        try:
            return await read_request_head(server, **options)
        except BadRequestHead as error:
            # Carried past the nursery, which would wrap it in a group.
            failure = error
        finally:
            nursery.cancel_scope.cancel()
    raise failure


def test_head_is_parsed_and_kept_verbatim(run: Run) -> None:
    head = run(read, GOOD + b"and more")

    assert (head.method, head.target, head.path, head.query) == ("GET", "/a/b?c=d&e", "/a/b", "c=d&e")
    assert head.headers == [("host", "breeze"), ("x-two", "spaced"), ("x-two", "again")]
    assert head.header("X-Two") == "spaced"
    assert head.raw == GOOD
    assert head.rest == b"and more"


def test_head_may_come_byte_by_byte(run: Run) -> None:
    head = run(read, *(GOOD[i : i + 1] for i in range(len(GOOD))))

    assert head.raw == GOOD
    assert head.rest == b""


def test_one_empty_line_before_the_request_is_forgiven(run: Run) -> None:
    head = run(read, b"\r\n" + GOOD)

    assert head.method == "GET"
    assert head.raw == b"\r\n" + GOOD


def test_absolute_target_has_a_path(run: Run) -> None:
    head = run(read, b"GET http://breeze/a?b HTTP/1.1\r\nHost: breeze\r\n\r\n")

    assert (head.path, head.query) == ("/a", "b")


def test_preface_of_http2_is_recognised(run: Run) -> None:
    head = run(read, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

    assert head.is_http2_preface
    assert head.rest == b"SM\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (b"Upgrade: websocket\r\nConnection: Upgrade", True),
        (b"upgrade:WebSocket\r\nconnection: keep-alive, upgrade", True),
        (b"Upgrade: h2c\r\nConnection: Upgrade", False),
        (b"Upgrade: websocket", False),
        (b"X-Upgrade: websocket\r\nConnection: Upgrade", False),
    ],
)
def test_websocket_upgrade_is_recognised(run: Run, headers: bytes, expected: bool) -> None:
    head = run(read, b"GET / HTTP/1.1\r\nHost: a\r\n" + headers + b"\r\n\r\n")

    assert head.is_websocket_upgrade is expected


@pytest.mark.parametrize(
    "head",
    [
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/3.0\r\nHost: a\r\n\r\n",
        b"G\x00T / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: a\nY: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n",
        b"GET http://[bad/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_malformed_or_ambiguous_head_deserves_400(run: Run, head: bytes) -> None:
    with pytest.raises(BadRequestHead) as caught:
        run(read, head)

    assert caught.value.status == 400


def test_slow_head_deserves_408(run: Run) -> None:
    with pytest.raises(BadRequestHead) as caught:
        run(read, GOOD[:-1], deadline=5)

    assert caught.value.status == 408


@pytest.mark.parametrize("pieces", [[], [GOOD[:20]]])
def test_connection_that_ends_before_its_head_deserves_400(run: Run, pieces: list[bytes]) -> None:
    async def main() -> None:
        with pytest.raises(BadRequestHead) as caught:
            await read(*pieces, end=True)
        assert caught.value.status == 400

    run(main)


def test_head_may_be_as_big_as_the_limit_and_not_bigger(run: Run) -> None:
    start = b"GET / HTTP/1.1\r\nHost: a\r\nX: "
    fits = start + b"y" * (1000 - len(start) - 4) + b"\r\n\r\n"

    assert run(read, fits, limit=1000).raw == fits
    for too_big in (start + b"y" * 2000, start + b"y" * (1001 - len(start) - 4) + b"\r\n\r\n"):
        for pieces in ([too_big], [too_big[:500], too_big[500:]]):
            with pytest.raises(BadRequestHead) as caught:
                run(read, *pieces, limit=1000)
            assert caught.value.status == 431


def test_too_many_headers_deserve_431(run: Run) -> None:
    with pytest.raises(BadRequestHead) as caught:
        run(read, b"GET / HTTP/1.1\r\nHost: a\r\n" + b"x:\r\n" * 100 + b"\r\n")

    assert caught.value.status == 431


def test_refusal_reaches_a_peer_that_was_still_sending(run: Run) -> None:
    async def main() -> None:
        client, server = await pair()
        answer = bytearray()

        async def peer() -> None:
            await client.send_all(b"x" * 200_000)
            await client.send_eof()
            while data := await client.receive_some():
                answer.extend(data)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(peer)
            await refuse(server, 431, b"too big\n", [("Retry-After", "1")])

        head, _, body = bytes(answer).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
        assert b"\r\nConnection: close" in head
        assert b"\r\nRetry-After: 1" in head
        assert b"\r\nContent-Length: 8" in head
        assert body == b"too big\n"
        with pytest.raises(trio.ClosedResourceError):
            await server.receive_some()

    run(main)


def test_refusing_a_peer_that_never_reads_or_ends_is_bounded(run: Run) -> None:
    async def main() -> None:
        _client, server = await pair()
        await refuse(server, 400, b"x" * 1_000_000)

        assert trio.current_time() <= 2.0
        with pytest.raises(trio.ClosedResourceError):
            await server.receive_some()

    run(main)


def test_refusing_a_peer_that_is_gone_is_no_error(run: Run) -> None:
    async def main() -> None:
        client, server = await pair()
        client.abort()
        await refuse(server, 400, b"")

    run(main)


def test_replayed_stream_gives_back_what_was_read_before_the_rest(run: Run) -> None:
    async def main() -> None:
        client, server = await pair()
        stream = ReplayedStream(server, b"already read")
        await client.send_all(b"new")

        assert await stream.receive_some(7) == b"already"
        assert await stream.receive_some() == b" read"
        assert await stream.receive_some() == b"new"
        await stream.send_all(b"answer")
        await stream.send_eof()
        assert await client.receive_some() == b"answer"
        assert await client.receive_some() == b""

    run(main)


def test_replayed_stream_tells_when_it_is_closed(run: Run) -> None:
    async def main() -> None:
        for way in ("aclose", "abort"):
            _, server = await pair()
            stream = ReplayedStream(server, b"")
            assert not stream.done.is_set()
            result = getattr(stream, way)()
            if result is not None:
                await result
            assert stream.done.is_set()
            with pytest.raises(trio.ClosedResourceError):
                await stream.receive_some()

    run(main)


def test_replayed_stream_shows_what_the_inner_one_has(run: Run) -> None:
    async def main() -> None:
        _, server = await pair()
        stream = ReplayedStream(server, b"")

        assert stream.socket is server.socket
        assert not hasattr(stream, "do_handshake")

    run(main)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "closed the connection instead"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "not HTTP/1.1"),
        (b"HTTP/1.1 200 OK\r\nbroken\r\n\r\n", "malformed"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20000, "exceeds"),
    ],
)
def test_answer_that_is_no_response_head_says_so(run: Run, answer: bytes, words: str) -> None:
    async def main() -> None:
        client, server = await pair()
        await server.send_all(answer)
        await server.send_eof()
        with pytest.raises(TransportError, match=words):
            await read_response_head(client.receive_some)

    run(main)
