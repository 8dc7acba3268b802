"""One peer cannot freeze, fill or stop the server; with its containment switched off, each defect is seen again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest
import trio
from hypercorn.config import Config
from hypercorn.protocol import ProtocolWrapper
from hypercorn.trio.tcp_server import TCPServer
from quart import Response
from quart_trio.asgi import TrioASGIHTTPConnection
from trio.testing import MockClock, memory_stream_pair

from breeze_server.bounded_body import Application, BoundedConnection
from breeze_server.contained import WRITE_TIMEOUT, ContainedServer, ForgivingProtocol

from .one_connection import MIB, drop, head, request_headers, run, serve

# --- writing ----------------------------------------------------------------------------------------------------------


class ShieldedWrites(ContainedServer):
    """Writes as Hypercorn does."""

    async def _write(self, data: bytes) -> None:
        with trio.CancelScope(shield=True):
            await self.stream.send_all(data)


def large_answer() -> Application:
    app = Application(__name__)

    @app.get("/")
    async def _large() -> bytes:
        return bytes(4 * MIB)

    return app


@pytest.mark.parametrize(("server", "held"), [(ContainedServer, False), (ShieldedWrites, True)])
def test_client_that_stops_reading_cannot_hold_a_cancellation(server: type[ContainedServer], held: bool) -> None:
    async def main() -> None:
        with trio.CancelScope() as outlived:
            async with trio.open_nursery() as connections:
                client, ended = serve(connections, large_answer(), server=server)
                await client.send_all(head("GET", "/"))
                await client.receive_some(100)  # the answer has begun, and from here on nothing is read
                connections.cancel_scope.cancel()
                with trio.CancelScope(shield=True), trio.move_on_after(1000):
                    await ended.wait()
                assert ended.is_set() is not held
                drop(client)  # lets a held server go
        assert not outlived.cancelled_caught

    run(main)


@pytest.mark.parametrize(("server", "held"), [(ContainedServer, False), (ShieldedWrites, True)])
def test_client_that_stops_reading_is_dropped(server: type[ContainedServer], held: bool) -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            client, ended = serve(nursery, large_answer(), server=server)
            await client.send_all(head("GET", "/"))
            await client.receive_some(100)
            with trio.move_on_after(WRITE_TIMEOUT + 1):
                await ended.wait()
            assert ended.is_set() is not held
            drop(client)

    run(main)


def test_slow_reader_is_served_to_the_end() -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            client, _ = serve(nursery, large_answer())
            await client.send_all(head("GET", "/", "Connection: close"))
            received = 0
            while data := await client.receive_some(16384):
                received += len(data)
                await trio.sleep(WRITE_TIMEOUT / 6)  # four reads a slice: far longer in all than one write may take
            assert received > 4 * MIB

    run(main)


class WithoutCheckpoint(BoundedConnection):
    async def __call__(self, receive: Any, send: Any) -> None:
        await TrioASGIHTTPConnection.__call__(self, receive, send)


async def ask_and_reset(client: Any) -> None:
    peer = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    peer.initiate_connection()
    peer.send_headers(1, request_headers("GET", "/"), end_stream=True)
    await client.send_all(peer.data_to_send())
    await client.receive_some()
    peer.reset_stream(1)
    await client.send_all(peer.data_to_send())


@pytest.mark.parametrize(
    ("alpn", "connection", "freezes"),
    [
        ("http/1.1", BoundedConnection, False),
        ("h2", BoundedConnection, False),
        ("h2", WithoutCheckpoint, True),
    ],
)
def test_handler_that_writes_to_a_gone_peer_freezes_nobody(alpn: str, connection: Any, freezes: bool) -> None:
    limit = 5000
    sent = 0

    class App(Application):
        asgi_http_class = connection

    app = App(__name__)

    @app.get("/")
    async def _stream() -> Response:
        async def chunks() -> AsyncIterator[bytes]:
            nonlocal sent
            while sent < limit:
                sent += 1
                yield b"x"

        return Response(chunks())

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            client, ended = serve(nursery, app, memory_stream_pair, alpn=alpn)
            if alpn == "h2":
                await ask_and_reset(client)
            else:
                await client.send_all(head("GET", "/"))
                await client.receive_some()
                drop(client)
            await trio.sleep(1)
            drop(client)
            await ended.wait()

    run(main)

    assert (sent == limit) is freezes


class HastyConnection(BoundedConnection):
    """Cancels a handler inside its last send, as Quart does."""

    @property
    def _finishing(self) -> bool:
        return False

    @_finishing.setter
    def _finishing(self, value: bool) -> None:
        pass


@pytest.mark.parametrize(("connection", "all_end"), [(BoundedConnection, True), (HastyConnection, False)])
def test_kept_connection_never_loses_its_idle_timer(connection: Any, all_end: bool) -> None:
    class App(Application):
        asgi_http_class = connection

    app = App(__name__)

    @app.get("/")
    async def _hello() -> str:
        return "hello"

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            ends = []
            for _ in range(50):  # which task runs first is up to the scheduler
                client, ended = serve(nursery, app, memory_stream_pair)
                await client.send_all(head("GET", "/"))
                ends.append(ended)
            await trio.sleep(Config.keep_alive_timeout + 1)
            assert all(ended.is_set() for ended in ends) is all_end
            nursery.cancel_scope.cancel()

    run(main)


# --- errors -----------------------------------------------------------------------------------------------------------


class CarelessServer(ContainedServer):
    """Lets what goes wrong inside a connection out, as Hypercorn does."""

    async def run(self, alpn: str = "http/1.1", *, tls: bool = False) -> None:
        self.stream.do_handshake = trio.lowlevel.checkpoint
        self.stream.selected_alpn_protocol = lambda: alpn
        self.stream.transport_stream = self
        self.socket = self
        self.family, self.getpeername, self.getsockname = None, lambda: None, lambda: None
        await TCPServer.run(self)


async def upload_too_late(client: Any) -> str:
    """Go on with an upload that is answered, then ask for something else; what becomes of that."""
    peer = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    peer.initiate_connection()
    peer.send_headers(1, request_headers("POST", "/early"))
    await client.send_all(peer.data_to_send())
    await trio.sleep(1)
    peer.send_data(1, b"more", end_stream=True)
    await client.send_all(peer.data_to_send())
    await trio.sleep(1)
    peer.send_headers(3, request_headers("GET", "/after"), end_stream=True)
    try:
        await client.send_all(peer.data_to_send())
    except trio.BrokenResourceError:
        return "closed"
    body = b""
    while data := await client.receive_some():
        for event in peer.receive_data(data):
            if isinstance(event, h2.events.DataReceived) and event.stream_id == 3:
                body += event.data
            if isinstance(event, h2.events.StreamEnded) and event.stream_id == 3:
                return "served" if body == b"yes" else "wrong"
    return "closed"


@pytest.mark.parametrize(
    ("server", "protocol", "outcome"),
    [
        (ContainedServer, ForgivingProtocol, "served"),
        (ContainedServer, ProtocolWrapper, "closed"),
        (CarelessServer, ProtocolWrapper, "crashed"),
    ],
)
def test_http2_upload_that_was_already_answered_disturbs_nobody(
    server: Any, protocol: Any, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breeze_server.contained.ForgivingProtocol", protocol)
    app = Application(__name__)

    @app.post("/early")
    async def _early() -> str:
        return "no"

    @app.get("/after")
    async def _after() -> str:
        return "yes"

    async def main() -> str:
        async with trio.open_nursery() as nursery:
            client, _ = serve(nursery, app, memory_stream_pair, server, alpn="h2")
            result = await upload_too_late(client)
            await client.aclose()
        return result

    try:
        result = trio.run(main, clock=MockClock(autojump_threshold=0))
    except* KeyError:
        result = "crashed"

    assert result == outcome
