"""One connection in memory, served as the port serves it, and what a client writes into it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import trio
from hypercorn.config import Config
from hypercorn.trio.worker_context import WorkerContext
from hypercorn.utils import wrap_app
from quart_trio import QuartTrio
from trio.testing import MockClock, lockstep_stream_pair

from breeze_server.contained import ContainedServer

MIB = 1 << 20


def run(body: Callable[[], Awaitable[None]]) -> None:
    trio.run(body, clock=MockClock(autojump_threshold=0))


def serve(
    nursery: trio.Nursery,
    app: QuartTrio,
    pair: Any = lockstep_stream_pair,
    server: type[ContainedServer] = ContainedServer,
    alpn: str = "http/1.1",
) -> tuple[Any, trio.Event]:
    """Serve one in-memory connection; return the client's end and an event that the end of the server's task sets."""
    client, stream = pair()
    config = Config()
    config.errorlog = None
    ended = trio.Event()

    async def connection() -> None:
        wrapped = wrap_app(app, 0, "asgi")
        try:
            await server(
                wrapped, config, WorkerContext(None), stream, client=("192.0.2.1", 1), server=("192.0.2.2", 2)
            ).run(alpn)
        finally:
            ended.set()

    nursery.start_soon(connection)
    return client, ended


def drop(client: Any) -> None:
    client.send_stream.close()
    client.receive_stream.close()


async def receive_all(stream: Any) -> bytes:
    answer = b""
    while data := await stream.receive_some(65536):
        answer += data
    return answer


def head(method: str, path: str, *fields: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: test", *fields, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def request_headers(method: str, path: str) -> list[tuple[str, str]]:
    return [(":method", method), (":path", path), (":scheme", "http"), (":authority", "test")]
