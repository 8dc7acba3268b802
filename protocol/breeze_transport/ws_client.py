"""WebSocket clients: `connect_websocket` over an injected network, by either implementation."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Literal, cast
from urllib.parse import urlsplit

import trio
import trio_websocket

from breeze_protocol.errors import TransportError
from breeze_transport.seams import Network
from breeze_transport.sockets import remote_name
from breeze_transport.websocket import (
    CLOSE_ABNORMAL,
    CLOSE_INTERNAL,
    CLOSE_NORMAL,
    CLOSE_TIMEOUT,
    CLOSE_TOO_BIG,
    MAX_MESSAGE,
    MessageTooBig,
    PeerClosed,
    WebSocket,
    check_close,
)
from breeze_transport.ws_core import connect_core
from breeze_transport.ws_guard import GuardedStream

Implementation = Literal["trio-websocket", "websockets"]

_READ = 64 * 1024
_READ_AHEAD = 4 << 20
_MAX_READ_AHEAD = 32
_MAX_PINGS = 8


@asynccontextmanager
async def connect_websocket(
    url: str,
    *,
    network: Network,
    headers: Sequence[tuple[str, str]] = (),
    max_message: int = MAX_MESSAGE,
    implementation: Implementation = "trio-websocket",
    tls: ssl.SSLContext | None = None,
    deadline: float = 10.0,
) -> AsyncGenerator[WebSocket]:
    """A WebSocket for the length of the block; closed with 1000 at its end, with 1011 where the block raises,
    aborted where it is cancelled.

    `url` is ws: or wss:; `tls` replaces the default context of the latter. Connecting and both handshakes take
    `deadline` seconds at most. Raises UpgradeRefused with status and body, TransportError in human words otherwise,
    ValueError for a URL that is none.
    """
    host, port, secure = _endpoint(url)
    context = (tls or ssl.create_default_context()) if secure else None
    failure: Exception | None = None
    async with trio.open_nursery() as nursery:
        try:
            ws: WebSocket | None = None
            with trio.move_on_after(deadline):
                stream = await network.connect(host, port, tls=context, alpn=("http/1.1",))
                if implementation == "websockets":
                    ws = await connect_core(stream, url, headers=headers, max_message=max_message)
                else:
                    ws = await _connect_default(nursery, stream, url, headers, max_message)
            if ws is None:
                raise TransportError(f"connecting to {host}:{port} timed out after {deadline:g} s")
            async with _closing(ws):
                yield ws
        except Exception as error:
            # Carried past the nursery, which would wrap it in a group.
            failure = error
        nursery.cancel_scope.cancel()
    if failure is not None:
        raise failure


class TrioWebSocketClient(WebSocket):
    """trio-websocket's connection behind the seam. Made by `connect_websocket`; `receive_many` gives one at a time."""

    def __init__(self, stream: trio.abc.Stream, max_message: int) -> None:
        self._failed: TransportError | None = None
        self._connecting = trio.CancelScope()
        self._stream = GuardedStream(
            stream, max_message=max_message, on_failure=self._fail, on_violation=self._close_too_big
        )
        self._max_message = max_message
        self._remote = remote_name(stream)
        self._closed: PeerClosed | None = None
        self._closing = False
        self._ended = trio.Event()
        self._receiving = False
        self._pings = 0
        self._connection: trio_websocket.WebSocketConnection
        self._nursery: trio.Nursery

    @property
    def closed(self) -> PeerClosed | None:
        return self._closed

    @property
    def pongs(self) -> int:
        return self._stream.pongs

    @property
    def last_pong(self) -> float | None:
        return self._stream.last_pong

    @property
    def remote(self) -> str:
        return self._remote

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Keep the library's tasks: where its reader crashes, the connection is lost and nothing else."""
        try:
            async with trio.open_nursery() as self._nursery:
                task_status.started()
                await trio.sleep_forever()
        except* Exception:
            self.abort()

    async def shake_hands(self, host: str, resource: str, headers: Sequence[tuple[str, str]]) -> None:
        """Open the connection, while `run` runs. Raises UpgradeRefused and TransportError."""
        done = False
        try:
            with self._connecting:
                self._connection = await trio_websocket.wrap_client_stream(
                    self._nursery,
                    # Any stream does; the annotation there names two of them.
                    cast("trio.SocketStream", self._stream),
                    host,
                    resource,
                    extra_headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
                    message_queue_size=max(1, min(_MAX_READ_AHEAD, _READ_AHEAD // max(1, self._max_message))),
                    max_message_size=self._max_message,
                    receive_buffer_size=_READ,
                )
                done = True
        finally:
            if not done:
                self.abort()
        if not done:
            raise self._failed or TransportError("the connection broke during the WebSocket handshake")

    async def send(self, message: str | bytes) -> None:
        self._check_open()
        complete = False
        try:
            await self._connection.send_message(message)
            complete = True
        except trio_websocket.ConnectionClosed:
            complete = True
            raise self._verdict().again() from None
        finally:
            if not complete:
                self.abort()

    async def send_many(self, messages: Sequence[str | bytes]) -> None:
        for message in messages:
            await self.send(message)
        if not messages:
            await trio.lowlevel.checkpoint()

    async def receive(self) -> str | bytes:
        if self._receiving and not self._closing:
            raise trio.BusyResourceError("another task is receiving")
        if not self._closing:
            self._receiving = True
            try:
                return await self._connection.get_message()
            except trio_websocket.ConnectionClosed:
                pass
            finally:
                self._receiving = False
        await self.close()
        raise self._verdict().again()

    async def receive_many(self) -> list[str | bytes]:
        return [await self.receive()]

    async def ping(self) -> None:
        self._check_open()
        # The library waits for the pong, so a task does; with that many unanswered, one more would prove nothing.
        if self._pings < _MAX_PINGS:
            self._pings += 1
            self._nursery.start_soon(self._ping)
        await trio.lowlevel.checkpoint()

    async def close(self, code: int = CLOSE_NORMAL, reason: str = "") -> None:
        reason = check_close(code, reason)
        if self._closing:
            await self._ended.wait()
            return
        self._closing = True
        try:
            with trio.move_on_after(CLOSE_TIMEOUT):
                await self._connection.aclose(code, reason or None)
                self._closed = self._verdict()
                with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                    await self._stream.aclose()
        finally:
            self._end(PeerClosed(CLOSE_ABNORMAL, "the peer did not answer our close"))

    def abort(self) -> None:
        self._closing = True
        self._end(PeerClosed(CLOSE_ABNORMAL, "aborted here"))

    def _check_open(self) -> None:
        if self._closed is not None or self._closing:
            raise self._verdict().again()

    def _verdict(self) -> PeerClosed:
        if self._closed is not None:
            return self._closed
        said = self._connection.closed
        if said is None or said.code == CLOSE_ABNORMAL:
            return PeerClosed(CLOSE_ABNORMAL, "connection lost")
        return PeerClosed(said.code, said.reason or "", clean=self._stream.close_seen)

    def _end(self, why: PeerClosed) -> None:
        if self._closed is None:
            self._closed = why
        if not self._ended.is_set():
            self._ended.set()
            self._stream.abort()

    def _fail(self, error: TransportError) -> None:
        self._failed = self._failed or error
        self._connecting.cancel()

    def _close_too_big(self) -> None:
        # Called from the library's own reader, which must go on for the closing to finish.
        self._closed = self._closed or MessageTooBig()
        self._nursery.start_soon(self.close, CLOSE_TOO_BIG, "message too big")

    async def _ping(self) -> None:
        try:
            await self._connection.ping()
        except trio_websocket.ConnectionClosed:
            return
        finally:
            self._pings -= 1


async def _connect_default(
    nursery: trio.Nursery,
    stream: trio.abc.Stream,
    url: str,
    headers: Sequence[tuple[str, str]],
    max_message: int,
) -> WebSocket:
    parts = urlsplit(url)
    client = TrioWebSocketClient(stream, max_message)
    await nursery.start(client.run)
    resource = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    await client.shake_hands(parts.netloc.rpartition("@")[2], resource, headers)
    return client


@asynccontextmanager
async def _closing(ws: WebSocket) -> AsyncGenerator[None]:
    """Close at the end of a block: 1000, 1011 where it raised, a plain abort where it was cancelled."""
    done = False
    try:
        try:
            yield
        except Exception:
            await ws.close(CLOSE_INTERNAL)
            done = True
            raise
        await ws.close()
        done = True
    finally:
        if not done:
            ws.abort()


def _endpoint(url: str) -> tuple[str, int, bool]:
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise ValueError(f"not a WebSocket URL: {url!r}")
    secure = parts.scheme == "wss"
    return parts.hostname, parts.port or (443 if secure else 80), secure
