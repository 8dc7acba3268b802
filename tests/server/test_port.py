"""One port: who is sent where, who is refused, and what a shutdown waits for."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest
import trio
from quart import request
from trio.testing import MockClock

from breeze_protocol.errors import TransportError
from breeze_server.bounded_body import Application
from breeze_server.port import HEAD_TIMEOUT, KEEP_ALIVE, serve_port
from breeze_transport.head import RequestHead
from breeze_transport.seams import World, live_world, simulated_world
from breeze_transport.sockets import listening_port

GRACE = 10.0


class Site:
    """A running port and what happened in it."""

    def __init__(self, world: World, port: int, shutdown: trio.Event) -> None:
        self.world, self.port, self.shutdown = world, port, shutdown
        self.ended = trio.Event()
        self.upgrades: list[RequestHead] = []
        self.lifespan: list[str] = []

    async def connect(
        self, host: str = "server", tls: ssl.SSLContext | None = None, alpn: list[str] | None = None
    ) -> Any:
        return await self.world.network.connect(
            host, self.port, tls=tls, server_hostname="localhost" if tls else None, alpn=alpn or []
        )

    async def ask(self, data: bytes, **options: Any) -> bytes:
        stream = await self.connect(**options)
        await stream.send_all(data)
        return await receive_all(stream)


async def receive_hello(stream: Any) -> None:
    answer = b""
    while not answer.endswith(b"}\n"):
        answer += await stream.receive_some(65536)


async def receive_all(stream: Any) -> bytes:
    answer = b""
    try:
        while data := await stream.receive_some(65536):
            answer += data
    except trio.BrokenResourceError:
        pass
    await stream.aclose()
    return answer


def head(method: str, path: str, *fields: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: test", *fields, "", ""]).encode()


UPGRADE = ("Upgrade: websocket", "Connection: keep-alive, Upgrade", "Sec-WebSocket-Version: 13")


def application(site: Site) -> Application:
    app = Application(__name__)

    @app.get("/hello")
    async def _hello() -> dict[str, Any]:
        return {"scheme": request.scheme, "http": request.http_version, "from": request.remote_addr}

    @app.post("/echo")
    async def _echo() -> bytes:
        return bytes(await request.get_data())

    @app.get("/slow/<int:seconds>")
    async def _slow(seconds: int) -> str:
        await trio.sleep(seconds)
        return "done"

    @app.while_serving
    async def _life() -> AsyncIterator[None]:
        site.lifespan.append("started")
        yield
        site.lifespan.append("ended")

    return app


@asynccontextmanager
async def running(world: World, host: str = "server", **options: Any) -> AsyncIterator[Site]:
    listeners = await world.network.listen(host, 0)
    site = Site(world, listening_port(listeners[0]), trio.Event())

    async def upgrade(stream: trio.abc.Stream, head: RequestHead) -> None:
        site.upgrades.append(head)
        if head.path == "/broken":
            raise RuntimeError("a bug")
        await stream.send_all(b"101 " + head.rest)
        if head.path == "/for-ever":
            await trio.sleep_forever()
        await stream.aclose()

    async def serve(task_status: trio.TaskStatus[None]) -> None:
        options.setdefault("grace", GRACE)
        await serve_port(
            application(site), upgrade, listeners=listeners, wall=world.wall, shutdown=site.shutdown,
            task_status=task_status, **options,
        )  # fmt: skip
        site.ended.set()

    async with trio.open_nursery() as nursery:
        await nursery.start(serve)
        yield site
        nursery.cancel_scope.cancel()


def run(body: Callable[[Site], Awaitable[None]], **options: Any) -> None:
    async def main() -> None:
        async with running(simulated_world(1), **options) as site:
            await body(site)

    trio.run(main, clock=MockClock(autojump_threshold=0))


def test_requests_reach_the_application_with_addresses_and_the_injected_date() -> None:
    async def body(site: Site) -> None:
        answer = await site.ask(head("GET", "/hello", "Connection: close"))
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"date: Thu, 01 Jan 2026 00:00:00 GMT" in answer
        assert b'"scheme":"http"' in answer
        assert b"hypercorn" not in answer
        assert site.lifespan == ["started"]

    run(body)


def test_request_is_replayed_byte_for_byte() -> None:
    async def body(site: Site) -> None:
        payload = bytes(range(256)) * 300
        raw = head("POST", "/echo", f"Content-Length: {len(payload)}", "Connection: close") + payload
        assert (await site.ask(raw)).endswith(b"\r\n\r\n" + payload)

    run(body)


def test_upgrade_reaches_its_handler_with_the_bytes_after_its_head() -> None:
    async def body(site: Site) -> None:
        raw = head("GET", "/ws?x=1", *UPGRADE)
        assert await site.ask(raw + b"early frames") == b"101 early frames"
        assert [(seen.path, seen.query, seen.raw) for seen in site.upgrades] == [("/ws", "x=1", raw)]

    run(body)


def test_later_request_of_a_connection_cannot_upgrade() -> None:
    async def body(site: Site) -> None:
        stream = await site.connect()
        await stream.send_all(head("GET", "/hello"))
        await receive_hello(stream)
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        await stream.send_all(head("GET", "/hello", *UPGRADE, key))
        assert (await receive_all(stream)).split()[1] in {b"400", b"403", b"404", b"405"}
        assert site.upgrades == []

    run(body)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GARBAGE\r\n\r\n", b"400"),
        (head("GET", "/hello", "Host: other"), b"400"),
        (head("POST", "/echo", "Content-Length: 1", "Transfer-Encoding: chunked"), b"400"),
        (head("GET", "/hello", "X: " + "x" * 20000), b"431"),
        (head("GET", "/ws", "Host: other", *UPGRADE), b"400"),
    ],
)
def test_bad_head_is_refused(raw: bytes, status: bytes) -> None:
    async def body(site: Site) -> None:
        assert (await site.ask(raw)).split()[1] == status
        assert site.upgrades == []

    run(body)


@pytest.mark.parametrize(
    "second",
    [
        head("GET", "/hello", "Host: other"),
        head("POST", "/echo", "Content-Length: 1", "Transfer-Encoding: chunked") + b"1\r\nx\r\n0\r\n\r\n",
    ],
)
def test_ambiguous_later_request_is_refused(second: bytes) -> None:
    async def body(site: Site) -> None:
        stream = await site.connect()
        await stream.send_all(head("GET", "/hello"))
        await receive_hello(stream)
        await stream.send_all(second)
        assert (await receive_all(stream)).split()[1] == b"400"

    run(body)


def test_head_that_takes_too_long_is_refused() -> None:
    async def body(site: Site) -> None:
        started = trio.current_time()
        assert (await site.ask(b"GET /hello HT")).split()[1] == b"408"
        assert trio.current_time() - started == HEAD_TIMEOUT

    run(body)


def test_idle_connection_is_closed() -> None:
    async def body(site: Site) -> None:
        started = trio.current_time()
        await site.ask(head("GET", "/hello"))
        assert trio.current_time() - started == KEEP_ALIVE

    run(body)


@pytest.mark.parametrize("caps", [{"max_connections": 2}, {"max_per_address": 2}])
def test_connection_over_the_cap_is_refused_until_one_ends(caps: dict[str, int]) -> None:
    async def body(site: Site) -> None:
        held = [await site.connect() for _ in range(2)]
        for stream in held:
            await stream.send_all(head("GET", "/ws/", "X: y"))  # a 404, and the connection is kept
            await stream.receive_some(65536)
        refused = await site.ask(head("GET", "/hello"))
        assert refused.split()[1] == b"503"
        assert b"Retry-After" in refused
        await held[0].aclose()
        await trio.sleep(1)
        assert (await site.ask(head("GET", "/hello", "Connection: close"))).split()[1] == b"200"

    run(body, **caps)


def test_failing_websocket_handler_ends_only_its_connection() -> None:
    async def body(site: Site) -> None:
        assert await site.ask(head("GET", "/broken", *UPGRADE)) == b""
        assert (await site.ask(head("GET", "/hello", "Connection: close"))).split()[1] == b"200"

    run(body)


def test_shutdown_lets_requests_finish_and_accepts_no_more() -> None:
    async def body(site: Site) -> None:
        stream, idle, silent = [await site.connect() for _ in range(3)]
        await stream.send_all(head("GET", "/slow/5"))
        await idle.send_all(head("GET", "/hello"))
        await receive_hello(idle)
        await trio.sleep(1)
        site.shutdown.set()
        await trio.sleep(0.1)
        with pytest.raises(TransportError):
            await site.connect()
        assert await receive_all(idle) == b""
        assert await receive_all(silent) == b""
        assert trio.current_time() < 2
        assert (await receive_all(stream)).endswith(b"done")
        await site.ended.wait()
        assert trio.current_time() == 5
        assert site.lifespan == ["started", "ended"]

    run(body)


@pytest.mark.parametrize("raw", [head("GET", "/slow/1000"), head("GET", "/for-ever", *UPGRADE)])
def test_shutdown_cancels_what_outlasts_its_grace(raw: bytes) -> None:
    async def body(site: Site) -> None:
        stream = await site.connect()
        await stream.send_all(raw)
        await trio.sleep(1)
        site.shutdown.set()
        await site.ended.wait()
        assert trio.current_time() == 1 + GRACE
        await stream.aclose()

    run(body)


def test_cancelled_port_ends_at_once_and_ends_the_application() -> None:
    sites = []

    async def body(site: Site) -> None:
        sites.append(site)
        stream = await site.connect()
        await stream.send_all(head("GET", "/slow/1000"))
        await trio.sleep(1)

    run(body)

    assert sites[0].lifespan == ["started", "ended"]


# --- HTTP/2 and TLS, over real sockets -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder / "cert.pem", folder / "key.pem"


async def ask_http2(stream: Any) -> bytes:
    peer = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    peer.initiate_connection()
    fields = [(":method", "GET"), (":path", "/hello"), (":scheme", "https"), (":authority", "localhost")]
    peer.send_headers(1, fields, end_stream=True)
    await stream.send_all(peer.data_to_send())
    body = b""
    while True:
        for event in peer.receive_data(await stream.receive_some(65536)):
            if isinstance(event, h2.events.DataReceived):
                body += event.data
            if isinstance(event, h2.events.StreamEnded):
                await stream.aclose()
                return body


def test_http2_with_prior_knowledge_is_served() -> None:
    async def body(site: Site) -> None:
        assert b'"http":"2"' in await ask_http2(await site.connect())

    run(body)


def test_tls_carries_both_http_versions_and_websockets(certificate: tuple[Path, Path]) -> None:
    server_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_tls.load_cert_chain(*certificate)
    connect_tls = partial(ssl.create_default_context, cafile=str(certificate[0]))

    async def main() -> None:
        with trio.fail_after(20):
            async with running(live_world(), "127.0.0.1", tls=server_tls) as site:
                local = partial(site.connect, "127.0.0.1")
                answer = await ask_http2(await local(connect_tls(), ["h2", "http/1.1"]))
                assert b'"http":"2"' in answer and b'"scheme":"https"' in answer
                raw = head("GET", "/hello", "Connection: close")
                answer = await site.ask(raw, host="127.0.0.1", tls=connect_tls(), alpn=["http/1.1"])
                assert b'"http":"1.1"' in answer and b'"scheme":"https"' in answer and b'"127.0.0.1"' in answer
                answer = await site.ask(head("GET", "/ws", *UPGRADE), host="127.0.0.1", tls=connect_tls())
                assert answer == b"101 "
                plain = await local()
                await plain.send_all(head("GET", "/hello"))
                assert b"HTTP" not in await receive_all(plain)

    trio.run(main)
