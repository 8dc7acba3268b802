"""One port: WebSockets to their handler, everything else to the HTTP application.

Theory of operation. Every connection is counted, then (TLS and) its first request head is read: bounded, under a
deadline, strictly. A WebSocket upgrade goes to the handler with its head; any other request is given, byte for byte as
it came, to Hypercorn, which keeps the connection from then on; HTTP/2 goes there at once, and carries no WebSocket. A
connection that fails in any way concerns nobody else.
"""

from __future__ import annotations

import ipaddress
import logging
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any
from wsgiref.handlers import format_date_time

import attrs
import trio
from hypercorn.config import Config
from hypercorn.trio.lifespan import Lifespan
from hypercorn.trio.worker_context import WorkerContext
from hypercorn.utils import wrap_app

from breeze_protocol.errors import HEAD_TOO_LARGE, HEAD_TOO_SLOW, UNAVAILABLE, VALIDATION_FAILED
from breeze_transport.head import HEAD_LIMIT, BadRequestHead, ReplayedStream, RequestHead, read_request_head, refuse

from .contained import ContainedServer
from .refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from breeze_transport.seams import Wall

WebSocketHandler = Callable[[trio.abc.Stream, RequestHead], Awaitable[None]]

_JSON = ("Content-Type", "application/json")
_HEAD_CODES = {code.http: code for code in (HEAD_TOO_SLOW, HEAD_TOO_LARGE)}

HEAD_TIMEOUT = 10.0  # seconds for TLS and again for the first request head
KEEP_ALIVE = 75  # seconds that an idle HTTP connection is kept, as nginx does
LIFESPAN_TIMEOUT = 30  # seconds for the application's own start, and for its end
MAX_REFUSALS = 64  # connections that are told why they are refused at one time; more are closed without a word

log = logging.getLogger(__name__)


async def serve_port(
    app: Any,
    websocket_handler: WebSocketHandler,
    *,
    listeners: Sequence[trio.abc.Listener[Any]],
    wall: Wall,
    tls: ssl.SSLContext | None = None,
    shutdown: trio.Event | None = None,
    grace: float = 10.0,
    max_connections: int = 10_000,
    max_per_address: int = 2_000,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve an ASGI application and WebSockets on listeners until ``shutdown`` is set, or for ever.

    ``task_status`` reports once the application has started and connections are accepted. Once ``shutdown`` is set
    none is accepted, idle ones are closed, and the others have ``grace`` seconds until they are cancelled; WebSocket
    handlers are expected to watch the same event. Cancelling this call cancels them at once. No client can make it last
    longer.

    Beyond ``max_connections``, or ``max_per_address`` from one IPv4 address or IPv6 /64, a connection is refused with
    503. Raises `hypercorn.utils.LifespanFailureError`, in a group, when the application does not start; closes the
    listeners in any case.
    """
    config = _Config(wall)
    asgi = wrap_app(_Unambiguous(app), config.wsgi_max_body_size, "asgi")
    if tls is not None:
        tls.set_alpn_protocols(["h2", "http/1.1"])
    port = _Port(asgi, websocket_handler, config, tls, max_connections, max_per_address)
    try:
        async with _lifespan(asgi, config), trio.open_nursery() as connections:
            await _accept(port, listeners, shutdown, connections, task_status)
            await port.context.terminated.set()
            connections.cancel_scope.deadline = trio.current_time() + grace
    finally:
        for listener in listeners:
            await trio.aclose_forcefully(listener)


async def _accept(
    port: _Port,
    listeners: Sequence[trio.abc.Listener[Any]],
    shutdown: trio.Event | None,
    connections: trio.Nursery,
    task_status: trio.TaskStatus[None],
) -> None:
    async with trio.open_nursery() as accepting:
        for listener in listeners:
            accepting.start_soon(_accept_from, listener, port, connections)
        task_status.started()
        if shutdown is not None:
            await shutdown.wait()
            accepting.cancel_scope.cancel()
    port.stop_waiting()


async def _accept_from(listener: trio.abc.Listener[Any], port: _Port, connections: trio.Nursery) -> None:
    await trio.serve_listeners(port.handle, [listener], handler_nursery=connections)


@asynccontextmanager
async def _lifespan(asgi: Any, config: Config) -> AsyncIterator[None]:
    """Start the application, and end it even when cancelled."""
    lifespan = Lifespan(asgi, config, {})
    alive = trio.CancelScope(shield=True)  # what is cancelled is told of its end by a message, not by a cancellation

    async def live(task_status: trio.TaskStatus[None]) -> None:
        with alive:
            await lifespan.handle_lifespan(task_status=task_status)

    async with trio.open_nursery() as nursery:
        try:
            await nursery.start(live)
            await lifespan.wait_for_startup()
            try:
                yield
            finally:
                with trio.CancelScope(shield=True):
                    await lifespan.wait_for_shutdown()
        finally:
            alive.cancel()


@attrs.define(eq=False)
class _Port:
    """What the connections of one port share."""

    asgi: Any
    websocket_handler: WebSocketHandler
    config: Config
    tls: ssl.SSLContext | None
    max_connections: int
    max_per_address: int
    context: WorkerContext = attrs.field(factory=lambda: WorkerContext(None))
    _per_address: Counter[str] = attrs.field(factory=Counter)
    _total: int = 0
    _refusals: int = 0
    _stopping: bool = False
    _waiting: set[trio.CancelScope] = attrs.field(factory=set)

    def stop_waiting(self) -> None:
        """Drop the connections that have not asked for anything yet."""
        self._stopping = True
        for scope in self._waiting:
            scope.cancel()

    async def handle(self, stream: Any) -> None:
        """Serve one accepted connection to its end; never raises but for cancellation."""
        try:
            address = _group(_names(stream)[0])
            with self._admission(address) as admitted:
                if admitted:
                    await self._serve(stream)
                    return
            await self._turn_away(stream)
        except* Exception as errors:
            log.error("a connection failed", exc_info=errors)

    @contextmanager
    def _admission(self, address: str) -> Iterator[bool]:
        if self._total >= self.max_connections or self._per_address[address] >= self.max_per_address:
            yield False
            return
        self._total += 1
        self._per_address[address] += 1
        try:
            yield True
        finally:
            self._total -= 1
            self._per_address[address] -= 1
            if not self._per_address[address]:
                del self._per_address[address]

    async def _turn_away(self, stream: Any) -> None:
        if self._refusals >= MAX_REFUSALS:
            await trio.aclose_forcefully(stream)
            return
        self._refusals += 1
        try:
            secured, alpn = await self._secure(stream)
            if secured is not None and alpn != "h2":
                await refuse(
                    secured,
                    503,
                    Refusal(UNAVAILABLE, details="too many connections").body(),
                    [_JSON, ("Retry-After", "10")],
                )
        finally:
            self._refusals -= 1

    async def _serve(self, stream: Any) -> None:
        client, server = _names(stream)
        secured, alpn = await self._secure(stream)
        if secured is None:
            return
        if alpn != "h2":
            head = await self._read_head(secured)
            if head is None:
                return
            if head.is_websocket_upgrade:
                await self.websocket_handler(secured, head)
                return
            secured = ReplayedStream(secured, head.raw + head.rest)
        connection = ContainedServer(self.asgi, self.config, self.context, secured, client=client, server=server)
        await connection.run(alpn, tls=self.tls is not None)

    async def _secure(self, stream: Any) -> tuple[Any, str]:
        """Shake hands where there is TLS; None for a peer that cannot."""
        if self.tls is None:
            return stream, "http/1.1"
        secured = trio.SSLStream(stream, self.tls, server_side=True, https_compatible=True)
        try:
            with self._until_shutdown(), trio.fail_after(HEAD_TIMEOUT):
                await secured.do_handshake()
                return secured, secured.selected_alpn_protocol() or "http/1.1"
        except (trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError):
            pass
        return None, ""

    async def _read_head(self, stream: Any) -> RequestHead | None:
        try:
            with self._until_shutdown():
                return await read_request_head(stream, deadline=HEAD_TIMEOUT)
        except BadRequestHead as error:
            code = _HEAD_CODES.get(error.status, VALIDATION_FAILED)
            await refuse(stream, error.status, Refusal(code, details=error.reason).body(), [_JSON])
        return None

    @contextmanager
    def _until_shutdown(self) -> Iterator[None]:
        with trio.CancelScope() as scope:
            if self._stopping:
                scope.cancel()
            self._waiting.add(scope)
            try:
                yield
            finally:
                self._waiting.discard(scope)


class _Config(Config):
    """Hypercorn's settings, with an injected date and without its name."""

    keep_alive_timeout = KEEP_ALIVE
    startup_timeout = LIFESPAN_TIMEOUT
    shutdown_timeout = LIFESPAN_TIMEOUT
    errorlog = logging.getLogger(f"{__name__}.http")
    accesslog = None

    def __init__(self, wall: Wall) -> None:
        super().__init__()
        self._wall = wall

    def response_headers(self, protocol: str) -> list[tuple[bytes, bytes]]:
        return [(b"date", format_date_time(self._wall.now()).encode())]


class _Unambiguous:
    """Refuses what two servers in a row could read differently, or a head too large, also in a connection's later
    requests."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        status = _head_problem(scope) if scope["type"] == "http" else None
        if status is not None:
            fields = [(b"content-length", b"0"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": status, "headers": fields})
            await send({"type": "http.response.body"})
        else:
            await self._app(scope, receive, send)


def _head_problem(scope: Any) -> int | None:
    """The status that a later request's head deserves; Hypercorn bounds only heads that come in pieces."""
    if {b"content-length", b"transfer-encoding"} <= {key for key, _ in scope["headers"]}:
        return 400
    line = len(scope["method"]) + len(scope["raw_path"]) + len(scope["query_string"]) + len("  ? HTTP/1.1\r\n")
    size = line + sum(len(key) + len(value) + len(": \r\n") for key, value in scope["headers"]) + len("\r\n")
    return 431 if size > HEAD_LIMIT else None


def _names(stream: Any) -> tuple[tuple[str, int] | None, tuple[str, int] | None]:
    """The addresses of both ends, where the stream knows them: a peer may be gone before it is asked for."""
    try:
        return tuple(stream.socket.getpeername()[:2]), tuple(stream.socket.getsockname()[:2])
    except (AttributeError, OSError):
        return None, None


def _group(client: tuple[str, int] | None) -> str:
    """Whom a connection is counted against: one IPv4 address, or the IPv6 /64 that one subscriber commonly has."""
    if client is None:
        return ""
    try:
        address = ipaddress.ip_address(client[0].partition("%")[0])
    except ValueError:
        return client[0]
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.IPv6Network((address, 64), strict=False))
