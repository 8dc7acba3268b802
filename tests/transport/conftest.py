"""What the transport's tests share: virtual time, TLS contexts for a certificate made for them."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs
import h2.config
import h2.connection
import h2.events
import h11
import pytest
import trio
from trio.testing import MockClock

from breeze_transport.head import read_request_head
from breeze_transport.http import HttpClient
from breeze_transport.memory import MemoryNetwork
from breeze_transport.sockets import listening_port
from breeze_transport.websocket import PeerClosed, WebSocket
from breeze_transport.ws_client import connect_websocket
from breeze_transport.ws_core import accept_websocket

LIMIT = 1000
_Answer = tuple[int, list[tuple[str, str]], bytes]

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


@attrs.define
class _Seen:
    """A request as a server saw it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@attrs.define
class _Origin:
    """A server of HTTP/1.1 or HTTP/2 that answers from `answer` and remembers what it saw."""

    network: MemoryNetwork
    version: int = 1
    tls: ssl.SSLContext | None = None
    answer: Callable[[_Seen], _Answer] = lambda seen: (200, [], b"hello")
    seen: list[_Seen] = attrs.field(factory=list)
    streams: list[Any] = attrs.field(factory=list)
    per_connection: int | None = None
    on_request: Callable[[Any], Any] | None = None

    async def run(self, task_status: trio.TaskStatus[None]) -> None:
        listeners = await self.network.listen("server", 443 if self.tls else 80)
        task_status.started()
        await trio.serve_listeners(self._serve, listeners)

    async def _serve(self, stream: Any) -> None:
        self.streams.append(stream)
        if self.tls:
            stream = trio.SSLStream(stream, self.tls, server_side=True, https_compatible=True)
        try:
            await (self._serve_h1(stream) if self.version == 1 else self._serve_h2(stream))
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return

    async def _serve_h1(self, stream: Any) -> None:
        wire = h11.Connection(h11.SERVER)
        served = 0
        while served != self.per_connection:
            request: Any = None
            body = b""
            while not isinstance(event := wire.next_event(), h11.EndOfMessage):
                if event is h11.NEED_DATA:
                    wire.receive_data(await stream.receive_some(65536))
                elif isinstance(event, h11.Request):
                    request = event
                elif isinstance(event, h11.Data):
                    body += event.data
                else:
                    return
            headers = {name.decode(): value.decode() for name, value in request.headers}
            self.seen.append(_Seen(request.method.decode(), request.target.decode(), headers, body))
            if self.on_request is not None and await self.on_request(stream):
                return
            status, extra, answer = self.answer(self.seen[-1])
            await stream.send_all(wire.send(h11.Response(status_code=status, headers=extra)))
            await stream.send_all((wire.send(h11.Data(data=answer)) or b"") + (wire.send(h11.EndOfMessage()) or b""))
            served += 1
            if wire.our_state is h11.MUST_CLOSE:
                return
            wire.start_next_cycle()

    async def _serve_h2(self, stream: Any) -> None:
        wire = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        wire.initiate_connection()
        requests: dict[int, _Seen] = {}
        left: dict[int, bytes] = {}
        await stream.send_all(wire.data_to_send())
        while data := await stream.receive_some(65536):
            for event in wire.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    headers = dict(event.headers)
                    requests[event.stream_id] = _Seen(headers[":method"], headers[":path"], headers, b"")
                elif isinstance(event, h2.events.DataReceived):
                    requests[event.stream_id].body += event.data
                    wire.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    self.seen.append(requests[event.stream_id])
                    if self.on_request is not None and await self.on_request(stream):
                        return
                    status, extra, left[event.stream_id] = self.answer(self.seen[-1])
                    wire.send_headers(event.stream_id, [(":status", str(status)), *extra])
                elif isinstance(event, h2.events.StreamReset):
                    left.pop(event.stream_id, None)
            for stream_id in list(left):
                while stream_id in left and wire.local_flow_control_window(stream_id) > 0:
                    room = min(wire.local_flow_control_window(stream_id), wire.max_outbound_frame_size)
                    body, left[stream_id] = left[stream_id][:room], left[stream_id][room:]
                    wire.send_data(stream_id, body, end_stream=not left[stream_id])
                    if not left[stream_id]:
                        del left[stream_id]
            await stream.send_all(wire.data_to_send())


@pytest.fixture
def origin_type() -> type[_Origin]:
    """A server of HTTP/1.1 or HTTP/2."""
    return _Origin


@pytest.fixture
def serve(run: Callable[..., Any]) -> Callable[..., None]:
    """Run a test function with an HTTP client and the server it talks to."""

    def serve(test: Callable[[HttpClient, _Origin], Awaitable[None]], version: int = 1, **options: Any) -> None:
        client_options = {name: options.pop(name) for name in ("max_body", "deadline") if name in options}
        client_tls = options.pop("client_tls", None)

        async def main() -> None:
            network = MemoryNetwork()
            origin = _Origin(network, version, **options)
            url = "https://server" if client_tls else "http://server"
            http2 = None if client_tls else version == 2
            async with trio.open_nursery() as nursery:
                await nursery.start(origin.run)
                async with HttpClient(network, url, tls=client_tls, http2=http2, **client_options) as client:
                    await test(client, origin)
                nursery.cancel_scope.cancel()

        run(main)

    return serve
