"""What the transport's tests share: virtual time, TLS contexts for a certificate made for them."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
from breeze_transport.head import read_request_head
from breeze_transport.memory import MemoryNetwork
from breeze_transport.sockets import listening_port
from breeze_transport.websocket import PeerClosed, WebSocket
from breeze_transport.ws_client import connect_websocket
from breeze_transport.ws_core import accept_websocket
from trio.testing import MockClock

LIMIT = 1000

_PEM = Path(__file__).with_name("localhost.pem")


@pytest.fixture
def run() -> Callable[..., Any]:
    """Run a test's main function on virtual time, which may not stand still for more than an hour of it."""

    def runner(main: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
        async def bounded() -> Any:
            with trio.fail_after(3600):
                return await main(*args, **options)

        return trio.run(bounded, clock=MockClock(autojump_threshold=0))

    return runner


@pytest.fixture
def run_live() -> Callable[..., Any]:
    """Run a test's main function on real time, for real sockets."""

    def runner(main: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
        async def bounded() -> Any:
            with trio.fail_after(20):
                return await main(*args, **options)

        return trio.run(bounded)

    return runner


@pytest.fixture
def server_tls() -> ssl.SSLContext:
    """A server's context, for the names "localhost" and "server"."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(_PEM)
    return context


@pytest.fixture
def client_tls() -> ssl.SSLContext:
    """A client's context that trusts `server_tls`."""
    return ssl.create_default_context(cafile=str(_PEM))


class _Server:
    """Accepts one WebSocket and hands it over."""

    def __init__(self, network: Any) -> None:
        self.network = network
        self.accepted = trio.Event()
        self.ws: WebSocket
        self.stream: Any

    async def run(self, task_status: trio.TaskStatus[str]) -> None:
        (listener,) = await self.network.listen("127.0.0.1", 0)
        task_status.started(f"ws://127.0.0.1:{listening_port(listener)}/path?query=1")
        self.stream = await listener.accept()
        self.head = await read_request_head(self.stream)
        self.ws = await accept_websocket(self.stream, self.head, max_message=LIMIT, headers=[("X-Server", "yes")])
        self.accepted.set()
        await listener.aclose()


@asynccontextmanager
async def _connected(client: Any, network: Any = None) -> AsyncGenerator[tuple[WebSocket, WebSocket, _Server]]:
    """A client's and a server's end, and the server."""
    network = network or MemoryNetwork()
    server = _Server(network)
    async with trio.open_nursery() as nursery:
        url = await nursery.start(server.run)
        async with connect_websocket(
            url, network=network, max_message=LIMIT, implementation=client, headers=[("X-Client", "yes")]
        ) as ws:
            await server.accepted.wait()
            try:
                yield ws, server.ws, server
            finally:
                server.ws.abort()
        nursery.cancel_scope.cancel()


async def _drain(ws: WebSocket) -> PeerClosed:
    """Receive until the end, and return it."""
    while True:
        try:
            await ws.receive()
        except PeerClosed as end:
            return end


@asynccontextmanager
async def _raw_server(network: MemoryNetwork, script: Any) -> AsyncGenerator[str]:
    """A server that runs `script(stream, head)` on its one connection."""
    (listener,) = await network.listen("127.0.0.1", 0)

    async def serve() -> None:
        stream = await listener.accept()
        await script(stream, await read_request_head(stream))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve)
        yield f"ws://127.0.0.1:{listening_port(listener)}/"
        nursery.cancel_scope.cancel()


@pytest.fixture
def serve_one() -> type[_Server]:
    """A server that accepts one WebSocket and hands it over."""
    return _Server


@pytest.fixture
def connected() -> Callable[..., Any]:
    """An async context manager: a client's end, a server's end, the server."""
    return _connected


@pytest.fixture
def raw_server() -> Callable[..., Any]:
    """An async context manager: the URL of a server that runs a script on its one connection."""
    return _raw_server


@pytest.fixture
def drain() -> Callable[..., Any]:
    """Receive from a WebSocket until its end, and return the end."""
    return _drain
