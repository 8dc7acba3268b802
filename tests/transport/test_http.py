"""The HTTP client against small servers on h11 and h2, over the network in memory and virtual time."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import trio

from breeze_transport.http import HttpClient
from breeze_transport.memory import MemoryNetwork

Run = Callable[..., Any]
Serve = Callable[..., None]
BOTH = pytest.mark.parametrize("version", [1, 2])


@BOTH
def test_request_and_response_arrive_whole(serve: Serve, version: int) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        response = await client.request("POST", "/a?b=c", headers=[("X-Mine", "1")], body=b"x" * 300_000)
        seen = origin.seen[0]

        assert (seen.method, seen.target, len(seen.body)) == ("POST", "/a?b=c", 300_000)
        assert seen.headers["x-mine"] == "1"
        assert seen.headers["user-agent"].startswith("breeze/")
        assert seen.headers["content-length"] == "300000"
        assert seen.headers.get("host", seen.headers.get(":authority")) == "server"
        assert (response.status, response.body) == (201, b"y" * 300_000)
        assert response.header("X-Theirs") == "2"
        assert response.header("absent", "default") == "default"

    serve(test, version, answer=lambda seen: (201, [("x-theirs", "2")], b"y" * 300_000))


@BOTH
@pytest.mark.parametrize(("method", "length"), [("POST", "0"), ("GET", None), ("DELETE", None)])
def test_empty_body_is_stated_where_methods_have_one(
    serve: Serve, version: int, method: str, length: str | None
) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        await client.request(method, "/")
        assert origin.seen[0].headers.get("content-length") == length

    serve(test, version)


@BOTH
def test_one_connection_serves_requests_one_after_the_other(serve: Serve, version: int) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        for i in range(5):
            assert (await client.request("GET", f"/{i}")).body == f"/{i}".encode()
        assert len(origin.streams) == 1

    serve(test, version, answer=lambda seen: (200, [], seen.target.encode()))


@BOTH
def test_requests_at_the_same_time_get_their_own_answers(serve: Serve, version: int) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        async def one(i: int) -> None:
            body = (await client.request("PUT", f"/{i}", body=bytes([i]) * 50_000)).body
            assert body == bytes([i]) * 50_000

        async with trio.open_nursery() as nursery:
            for i in range(30):
                nursery.start_soon(one, i)
        assert len(origin.streams) == (30 if version == 1 else 1)

    serve(test, version, answer=lambda seen: (200, [], seen.body))


def test_idle_connections_kept_are_bounded(serve: Serve) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        for _ in range(2):
            async with trio.open_nursery() as nursery:
                for _ in range(20):
                    nursery.start_soon(client.request, "GET", "/")
        assert len(origin.streams) == 20 + (20 - 8)

    serve(test)


def test_connection_idle_for_long_is_not_used_again(serve: Serve) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        await client.request("GET", "/")
        await trio.sleep(61)
        await client.request("GET", "/")
        assert len(origin.streams) == 2

    serve(test)


@BOTH
def test_body_sent_and_received_in_pieces(serve: Serve, version: int) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for i in range(100):
            yield bytes([i]) * 3_000
            yield b""

    class Pieces:
        def __aiter__(self) -> Any:
            return pieces()

    async def test(client: HttpClient, origin: Any) -> None:
        received = bytearray()
        async with client.stream("PUT", "/", body=Pieces()) as response:
            assert response.status == 200
            async for piece in response.aiter_bytes():
                received += piece
            assert await response.read() == b""
        assert bytes(received) == origin.seen[0].body == b"".join(bytes([i]) * 3_000 for i in range(100))

    serve(test, version, answer=lambda seen: (200, [], seen.body))


@pytest.mark.parametrize(("version", "offered"), [(1, ["http/1.1"]), (2, ["h2", "http/1.1"])])
def test_tls_chooses_the_version(
    serve: Serve, version: int, offered: list[str], server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        async with trio.open_nursery() as nursery:
            for _ in range(5):
                nursery.start_soon(client.request, "GET", "/")
        assert (await client.request("GET", "/")).body == b"hello"
        assert (":method" in origin.seen[0].headers) is (version == 2)
        if version == 2:
            assert len(origin.streams) == 1

    server_tls.set_alpn_protocols(offered)
    serve(test, version, tls=server_tls, client_tls=client_tls)


def test_stalled_reader_of_one_exchange_does_not_stop_the_others(serve: Serve) -> None:
    async def test(client: HttpClient, origin: Any) -> None:
        async with client.stream("GET", "/") as stalled:
            assert stalled.status == 200
            for _ in range(3):
                assert len((await client.request("GET", "/")).body) == 5_000_000
            received = 0
            async for piece in stalled.aiter_bytes():
                received += len(piece)
        assert received == 5_000_000
        assert len(origin.streams) == 1

    serve(test, 2, answer=lambda seen: (200, [], b"x" * 5_000_000))


@BOTH
def test_path_of_the_base_url_comes_first(run: Run, origin_type: Any, version: int) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        origin = origin_type(network, version)
        async with trio.open_nursery() as nursery:
            await nursery.start(origin.run)
            async with HttpClient(network, "http://server/api/v1/", http2=version == 2) as client:
                await client.request("GET", "/sessions")
            nursery.cancel_scope.cancel()

        assert origin.seen[0].target == "/api/v1/sessions"

    run(main)
