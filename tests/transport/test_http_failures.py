"""What the HTTP client does where servers close, stall, refuse, exceed limits or talk nonsense."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import pytest
import trio

from breeze_protocol.errors import TransportError
from breeze_transport.http import BodyTooBig, HttpClient
from breeze_transport.memory import MemoryNetwork

Run = Callable[..., Any]
Serve = Callable[..., None]
BOTH = pytest.mark.parametrize("version", [1, 2])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_connection_the_server_closed_meanwhile_is_replaced(serve: Serve, method: str) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        for _ in range(3):
            assert (await client.request(method, "/", body=b"x")).status == 200
            await trio.sleep(1)
        assert len(origin.streams) == 3

    serve(test, per_connection=1)


def closing_on(*numbers: int) -> Callable[[Any], Any]:
    """Close the connection instead of answering these requests, counted from 1."""
    count = 0

    async def on_request(stream: Any) -> bool:
        nonlocal count
        count += 1
        return count in numbers

    return on_request


@BOTH
def test_kept_connection_that_ends_before_an_answer_is_replaced_once(serve: Serve, version: int) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        await client.request("GET", "/first")
        assert (await client.request("GET", "/second")).status == 200
        assert [seen.target for seen in origin.seen] == ["/first", "/second", "/second"]

    serve(test, version, on_request=closing_on(2))


@BOTH
def test_second_failure_is_not_tried_again(serve: Serve, version: int) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        await client.request("GET", "/")
        with pytest.raises(TransportError, match="closed the connection"):
            await client.request("GET", "/")
        assert len(origin.seen) == 3

    serve(test, version, on_request=closing_on(2, 3))


@BOTH
def test_fresh_connection_that_ends_before_an_answer_is_not_replaced(serve: Serve, version: int) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        with pytest.raises(TransportError, match="closed the connection"):
            await client.request("GET", "/")
        assert len(origin.seen) == 1

    serve(test, version, on_request=closing_on(1))


@BOTH
def test_post_that_may_have_been_carried_out_is_not_sent_twice(serve: Serve, version: int) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        await client.request("GET", "/")
        with pytest.raises(TransportError):
            await client.request("POST", "/", body=b"once")
        assert len(origin.seen) == 2

    serve(test, version, on_request=closing_on(2))


@BOTH
@pytest.mark.parametrize("declared", [True, False])
def test_body_over_the_limit_is_refused(serve: Serve, version: int, declared: bool) -> None:
    def answer(seen: Any) -> Any:
        size = int(seen.target[1:])
        return 200, [("content-length", str(size))] if declared else [], b"x" * size

    async def test(client: HttpClient, origin: Any) -> None:
        assert len((await client.request("GET", "/100000")).body) == 100_000
        with pytest.raises(BodyTooBig):
            await client.request("GET", "/100001")
        assert len((await client.request("GET", "/100000")).body) == 100_000

    serve(test, version, max_body=100_000, answer=answer)


@BOTH
def test_deadline_bounds_the_whole_request(serve: Serve, version: int) -> None:
    async def never(stream: Any) -> None:
        await trio.sleep(1000)

    async def test(client: HttpClient, origin: Any) -> None:
        for deadline, expected in ((None, 7.0), (3.0, 10.0)):
            with pytest.raises(TransportError, match="did not answer"):
                await client.request("GET", "/", deadline=deadline)
            assert trio.current_time() == pytest.approx(expected)

    serve(test, version, deadline=7.0, on_request=never)


@BOTH
def test_cancelled_request_leaves_the_client_usable(serve: Serve, version: int) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        with trio.move_on_after(0.5):
            async with client.stream("GET", "/") as response:
                await response.read()
                await trio.sleep(10)
        assert len((await client.request("GET", "/")).body) == 5_000_000

    serve(test, version, answer=lambda seen: (200, [], b"x" * 5_000_000))


@BOTH
def test_error_while_making_the_body_comes_out_as_itself(serve: Serve, version: int) -> None:
    class Broken:
        async def __anext__(self) -> bytes:
            await trio.lowlevel.checkpoint()
            raise KeyError("mine")

        def __aiter__(self) -> Any:
            return self

    async def test(client: HttpClient, origin: Any) -> None:
        with pytest.raises(KeyError, match="mine"):
            async with client.stream("PUT", "/", body=Broken()):
                raise AssertionError("answered")
        assert (await client.request("GET", "/")).status == 200

    serve(test, version)


def test_server_that_refuses_a_long_body_early_is_heard(run: Run) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        (listener,) = await network.listen("server", 80)

        async def refuse() -> None:
            stream = await listener.accept()
            await stream.receive_some(100)
            await stream.send_all(b"HTTP/1.1 413 Too Big\r\nContent-Length: 2\r\n\r\nno")
            await trio.sleep(1000)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(refuse)
            async with HttpClient(network, "http://server") as client:
                response = await client.request("POST", "/", body=b"x" * 10_000_000)
            nursery.cancel_scope.cancel()

        assert (response.status, response.body) == (413, b"no")

    run(main)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not valid HTTP/1.1"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "not valid HTTP/1.1|in the middle"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000, "not valid HTTP/1.1"),
    ],
)
def test_answer_that_is_not_http_says_so(run: Run, answer: bytes, words: str) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        (listener,) = await network.listen("server", 80)

        async def serve_garbage() -> None:
            stream = await listener.accept()
            await stream.receive_some()
            try:
                await stream.send_all(answer)
            except trio.BrokenResourceError:
                return
            await stream.aclose()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(serve_garbage)
            async with HttpClient(network, "http://server") as client:
                with pytest.raises(TransportError, match=words):
                    await client.request("GET", "/")

    run(main)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak HTTP/2"),
        (b"\x00\x00\x00\x09\x00\x00\x00\x00\x01", "not valid HTTP/2"),
        (b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x05", "not valid HTTP/2"),
    ],
)
def test_answer_that_is_not_http2_says_so(run: Run, answer: bytes, words: str) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        (listener,) = await network.listen("server", 80)

        async def serve_garbage() -> None:
            stream = await listener.accept()
            await stream.send_all(answer)
            await trio.sleep_forever()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(serve_garbage)
            async with HttpClient(network, "http://server", http2=True) as client:
                with pytest.raises(TransportError, match=words):
                    await client.request("GET", "/")
            nursery.cancel_scope.cancel()

    run(main)


def test_refused_connection_says_so(run: Run) -> None:
    async def main() -> None:
        async with HttpClient(MemoryNetwork(), "http://server:81") as client:
            with pytest.raises(TransportError, match="server:81: connection refused"):
                await client.request("GET", "/")

    run(main)


def test_server_without_http2_is_refused_where_that_was_asked_for(
    run: Run, origin_type: Any, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        origin = origin_type(network, 1, server_tls)
        async with trio.open_nursery() as nursery:
            await nursery.start(origin.run)
            async with HttpClient(network, "https://server", tls=client_tls, http2=True) as client:
                with pytest.raises(TransportError, match="does not speak HTTP/2"):
                    await client.request("GET", "/")
            nursery.cancel_scope.cancel()

    run(main)


@BOTH
@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "no-slash", []),
        ("GET", "/with space", []),
        ("GET", "/", [("x", "a\r\nInjected: yes")]),
        ("GET", "/\r\nInjected: yes", []),
    ],
)
def test_invalid_request_is_a_value_error(
    serve: Serve, version: int, method: str, path: str, headers: list[tuple[str, str]]
) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        with pytest.raises(ValueError, match=r"."):
            await client.request(method, path, headers=headers)
        assert (await client.request("GET", "/")).status == 200
        assert len(origin.seen) == 1

    serve(test, version)


@pytest.mark.parametrize("url", ["ftp://a", "http://", "nonsense"])
def test_base_url_that_is_no_http_is_a_value_error(url: str) -> None:
    with pytest.raises(ValueError, match="not an HTTP URL"):
        HttpClient(MemoryNetwork(), url)


@BOTH
def test_leaving_the_client_breaks_what_is_open_and_refuses_more(serve: Serve, version: int) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        async with trio.open_nursery() as nursery:

            async def open_for_long() -> None:
                with pytest.raises(TransportError):
                    await client.request("GET", "/")

            nursery.start_soon(open_for_long)
            await trio.sleep(1)
            await client.__aexit__(None, None, None)
        with pytest.raises(TransportError, match="closed"):
            await client.request("GET", "/")

    async def never(stream: Any) -> None:
        await trio.sleep(1000)

    serve(test, version, on_request=never, deadline=100.0)


@BOTH
def test_deadline_covers_the_body_too(serve: Serve, version: int) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        origin.network.set_latency("localhost", "server", 2.0)
        with pytest.raises(TransportError, match="in full within 30 s"):
            await client.request("GET", "/")
        assert trio.current_time() == pytest.approx(30.0)

    # At two seconds a way, so much takes minutes through a pipe of 64 KiB.
    serve(test, version, answer=lambda seen: (200, [], b"x" * 5_000_000))


def test_body_announced_as_too_big_is_not_waited_for(run: Run) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        (listener,) = await network.listen("server", 80)
        broken = trio.Event()

        async def announce() -> None:
            stream = await listener.accept()
            await stream.receive_some()
            await stream.send_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            with pytest.raises(trio.BrokenResourceError):
                await stream.receive_some()
            broken.set()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(announce)
            async with HttpClient(network, "http://server", max_body=1000) as client:
                with pytest.raises(BodyTooBig, match="1000000 bytes is announced"):
                    await client.request("GET", "/")
                await broken.wait()
        assert trio.current_time() == 0

    run(main)


def test_server_that_is_going_away_is_asked_on_another_connection(serve: Serve) -> None:
    goaway = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + b"\x00\x00\x00\x01" + b"\x00\x00\x00\x00"

    async def test(client: HttpClient, origin: Any) -> None:
        await client.request("GET", "/first")
        origin.on_request = leave
        assert (await client.request("GET", "/second")).status == 200
        assert len(origin.streams) == 2

    async def leave(stream: Any) -> bool:
        if stream is not leave.first[0]:  # type: ignore[attr-defined]
            return False
        await stream.send_all(goaway)
        await trio.sleep(1000)
        return True

    async def remember(stream: Any) -> bool:
        leave.first = [stream]  # type: ignore[attr-defined]
        return False

    serve(test, 2, on_request=remember)


def test_post_finds_out_that_an_idle_http2_connection_has_ended(serve: Serve) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        await client.request("POST", "/", body=b"x")
        origin.streams[0].abort()
        await trio.sleep(1)
        assert (await client.request("POST", "/", body=b"x")).status == 200
        assert len(origin.streams) == 2

    serve(test, 2)
