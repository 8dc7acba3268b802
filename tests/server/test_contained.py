"""One peer cannot freeze, fill or stop the server; with its containment switched off, each defect is seen again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest
import trio
from hypercorn.config import Config
from hypercorn.protocol import ProtocolWrapper
from hypercorn.trio.task_group import TaskGroup
from hypercorn.trio.tcp_server import TCPServer
from hypercorn.trio.worker_context import WorkerContext
from hypercorn.utils import wrap_app
from quart import Response, request
from quart_trio import QuartTrio
from quart_trio.asgi import TrioASGIHTTPConnection
from quart_trio.wrappers.request import TrioRequest
from trio.testing import MockClock, lockstep_stream_pair, memory_stream_pair

from breeze_server import bounded_body
from breeze_server.bounded_body import BODY_BUFFER, BODY_TIMEOUT, Application, BoundedConnection
from breeze_server.contained import LINGER, WRITE_TIMEOUT, ContainedServer, ForgivingProtocol, ReleasingTaskGroup

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
                peer = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
                peer.initiate_connection()
                peer.send_headers(1, request_headers("GET", "/"), end_stream=True)
                await client.send_all(peer.data_to_send())
                await client.receive_some()
                peer.reset_stream(1)
                await client.send_all(peer.data_to_send())
            else:
                await client.send_all(head("GET", "/"))
                await client.receive_some()
                drop(client)
            await trio.sleep(1)
            drop(client)
            await ended.wait()

    run(main)

    assert (sent == limit) is freezes


def request_headers(method: str, path: str) -> list[tuple[str, str]]:
    return [(":method", method), (":path", path), (":scheme", "http"), (":authority", "test")]


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


# --- request bodies ---------------------------------------------------------------------------------------------------


def upload_app(base: type[QuartTrio], limit: int | None = None) -> tuple[QuartTrio, dict[str, int]]:
    app = base(__name__)
    app.config["MAX_CONTENT_LENGTH"] = limit
    app.config["BODY_TIMEOUT"] = None
    seen = {"bytes": 0}

    @app.post("/each/<float:pause>")
    async def _each(pause: float) -> str:
        async for data in request.body:
            seen["bytes"] += len(data)
            await trio.sleep(pause)
        return str(seen["bytes"])

    @app.post("/whole")
    async def _whole() -> str:
        assert await request.get_data() == await request.get_data()
        return str(len(await request.get_data()))

    @app.post("/ignored")
    async def _ignored() -> str:
        await trio.sleep(1)
        return "no, thank you"

    return app, seen


@pytest.mark.parametrize(("base", "bounded"), [(Application, True), (QuartTrio, False)])
def test_upload_waits_for_a_slow_handler(base: type[QuartTrio], bounded: bool) -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            app, seen = upload_app(base)
            client, _ = serve(nursery, app)
            await client.send_all(head("POST", "/each/10.0", "Transfer-Encoding: chunked"))
            sent = 0
            with trio.move_on_after(35):
                while sent < 64 * MIB:
                    await client.send_all(chunk(bytes(65536)))
                    sent += 65536
            # What is on its way: the body's buffer, Hypercorn's queue of ten reads, and the read that waits to join it.
            assert (sent - seen["bytes"] <= BODY_BUFFER + 13 * 65536) is bounded
            nursery.cancel_scope.cancel()

    run(main)


async def post(base: type[QuartTrio], path: str, pieces: Iterator[bytes], limit: int | None, *fields: str) -> bytes:
    async with trio.open_nursery() as nursery:
        app, _ = upload_app(base, limit)
        client, ended = serve(nursery, app)
        answer = b""

        async def send() -> None:
            await client.send_all(head("POST", path, *(fields or ("Transfer-Encoding: chunked", "Connection: close"))))
            try:
                for piece in pieces:
                    await client.send_all(piece)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                pass

        nursery.start_soon(send)
        answer = await receive_all(client)
        await client.aclose()
        await ended.wait()
        return answer


def chunks(total: int, size: int = 1000) -> Iterator[bytes]:
    for start in range(0, total, size):
        yield chunk(bytes(min(size, total - start)))
    yield b"0\r\n\r\n"


@pytest.mark.parametrize("path", ["/each/0.0", "/each/0.01", "/whole"])
@pytest.mark.parametrize(("surplus", "status"), [(0, b"200"), (1, b"413")])
def test_limit_on_a_chunked_body_is_exact(path: str, surplus: int, status: bytes) -> None:
    async def main() -> None:
        answer = await post(Application, path, chunks(100_000 + surplus), 100_000)
        assert answer.split()[1] == status

    run(main)


def test_quart_alone_lets_a_fast_handler_exceed_the_limit() -> None:
    async def main() -> None:
        answer = await post(QuartTrio, "/each/0.0", chunks(1_000_000), 100_000)
        assert answer.split()[1] == b"200"

    run(main)


def test_whole_body_is_limited_even_where_the_application_sets_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_body, "BODY_LIMIT", 5000)

    async def main() -> None:
        answer = await post(Application, "/whole", chunks(6000), None)
        assert answer.split()[1] == b"413"

    run(main)


def test_too_long_content_length_is_refused_and_the_refusal_arrives() -> None:
    async def main() -> None:
        endless = iter(lambda: bytes(65536), None)
        started = trio.current_time()
        answer = await post(Application, "/whole", endless, 1000, "Content-Length: 10000000000")
        assert answer.split()[1] == b"413"
        assert trio.current_time() - started <= LINGER

    run(main)


class DeafTaskGroup(TaskGroup):
    """Hypercorn's own, which waits for applications that no longer listen."""


@pytest.mark.parametrize(("group", "held"), [(ReleasingTaskGroup, False), (DeafTaskGroup, True)])
def test_upload_that_nobody_reads_ends_with_its_answer(
    group: type[TaskGroup], held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breeze_server.contained.ReleasingTaskGroup", group)

    async def main() -> None:
        with trio.move_on_after(1000) as scope:
            endless = iter(lambda: bytes(65536), None)
            answer = await post(Application, "/ignored", endless, None, "Content-Length: 10000000000")
            assert answer.endswith(b"no, thank you")
        assert scope.cancelled_caught is held

    run(main)


class ForeverPatient(Application):
    request_class = TrioRequest
    asgi_http_class = TrioASGIHTTPConnection


@pytest.mark.parametrize("path", ["/each/0.0", "/whole"])
@pytest.mark.parametrize(("base", "answered"), [(Application, True), (ForeverPatient, False)])
def test_body_that_never_comes_is_given_up(path: str, base: type[QuartTrio], answered: bool) -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            client, _ = serve(nursery, upload_app(base)[0])
            await client.send_all(head("POST", path, "Content-Length: 100", "Connection: close"))
            await client.send_all(b"some")
            answer = b""
            with trio.move_on_after(BODY_TIMEOUT + 1):
                answer = await client.receive_some(65536)
            assert (answer[9:12] == b"408") is answered
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

    async def exchange(client: Any) -> str:
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

    async def main() -> str:
        async with trio.open_nursery() as nursery:
            client, _ = serve(nursery, app, memory_stream_pair, server, alpn="h2")
            result = await exchange(client)
            await client.aclose()
        return result

    try:
        result = trio.run(main, clock=MockClock(autojump_threshold=0))
    except* KeyError:
        result = "crashed"

    assert result == outcome
