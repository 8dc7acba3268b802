"""Hypercorn, contained: a peer can hold up or hurt nothing but its own connection.

What is here fails without it (``tests/server/test_contained.py``): Hypercorn writes inside an unbounded shield, so that
a client that stops reading outlives shutdown and cancellation; it waits for an application that no longer listens; and
an error inside a connection, such as HTTP/2 data for a stream that was already answered, ends the whole server.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import h11
import trio
from hypercorn.events import Closed, Event, RawData
from hypercorn.protocol import ProtocolWrapper
from hypercorn.protocol.h2 import H2Protocol
from hypercorn.trio.task_group import TaskGroup, _handle
from hypercorn.trio.tcp_server import MAX_RECV, TCPServer
from hypercorn.typing import ConnectionState

WRITE_TIMEOUT = 20.0  # seconds in which a peer must take the next WRITE_SLICE bytes
WRITE_SLICE = 65536
LINGER = 2.0  # seconds an unfinished upload is read and dropped, so that a reset does not overtake our answer

Address = tuple[str, int] | None

log = logging.getLogger(__name__)


class ReleasingTaskGroup(TaskGroup):
    """Never lets the connection wait for an application that has ended, nor with news that its peer has gone."""

    async def spawn_app(self, app: Any, config: Any, scope: Any, send: Any) -> Callable[[Any], Awaitable[None]]:
        handle: Any = _handle
        to_app, from_peer = trio.open_memory_channel[Any](config.max_app_queue_size)

        async def run_app(*args: Any) -> None:
            with from_peer:
                await app(*args)

        async def receive() -> Any:
            try:
                return await from_peer.receive()
            except trio.EndOfChannel:
                await trio.lowlevel.checkpoint()
                return {"type": f"{scope['type']}.disconnect"}

        async def put(message: Any) -> None:
            if message["type"].endswith(".disconnect"):
                to_app.close()
                return
            try:
                await to_app.send(message)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                await trio.lowlevel.checkpoint()

        async def send_or_end(message: Any) -> None:
            # An application that was cancelled while its head was being written cannot be answered for with a 500.
            with suppress(*((h11.LocalProtocolError,) if message is None else ())):
                await send(message)

        assert self._nursery is not None
        threads = trio.to_thread.run_sync, trio.from_thread.run
        self._nursery.start_soon(handle, run_app, config, scope, receive, send_or_end, *threads)
        return put


class _AnsweredStream:
    """Stands for an HTTP/2 stream that was answered before its request had ended."""

    idle = True

    async def handle(self, event: object) -> None:
        await trio.lowlevel.checkpoint()


class _Streams(dict[int, Any]):
    def __missing__(self, stream_id: int) -> _AnsweredStream:
        return _AnsweredStream()


class ForgivingProtocol(ProtocolWrapper):
    """Drops HTTP/2 data that arrives for a stream which is already answered."""

    async def handle(self, event: Event) -> None:
        if isinstance(self.protocol, H2Protocol) and not isinstance(self.protocol.streams, _Streams):
            self.protocol.streams = _Streams(self.protocol.streams)
        await super().handle(event)


class ContainedServer(TCPServer):
    """One HTTP connection, over any stream, whose TLS, if any, is already established."""

    def __init__(self, app: Any, config: Any, context: Any, stream: Any, *, client: Address, server: Address) -> None:
        super().__init__(app, config, context, {}, stream)
        self.client, self.server = client, server
        self._reading = trio.CancelScope()
        self._finished = False

    async def run(self, alpn: str = "http/1.1", *, tls: bool = False) -> None:
        """Serve the connection until it ends; failures are logged, never raised."""
        try:
            async with ReleasingTaskGroup() as tasks:
                self._task_group = tasks
                state = ConnectionState(self.state)
                self.protocol = ForgivingProtocol(
                    self.app, self.config, self.context, tasks, state, tls, self.client, self.server,
                    self.protocol_send, alpn,
                )  # fmt: skip
                await self.protocol.initiate()
                await self.idle_task.restart(tasks, self._idle_timeout)
                with self._reading:
                    await self._read_data()
                await self.protocol.handle(Closed())
                self._cancel()
        except* Exception as errors:
            log.error("an HTTP connection failed", exc_info=errors)
        finally:
            with trio.CancelScope(shield=True):
                await trio.aclose_forcefully(self.stream)

    async def _read_data(self) -> None:
        while True:
            try:
                data = await self.stream.receive_some(MAX_RECV)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                return
            if not self._finished:
                await self.protocol.handle(RawData(bytes(data)))
            if not data:
                return

    async def protocol_send(self, event: Event) -> None:
        if isinstance(event, RawData):
            await self._write(event.data)
        elif isinstance(event, Closed):
            await self._finish()
        else:
            await super().protocol_send(event)

    async def _write(self, data: bytes) -> None:
        async with self.send_lock:
            try:
                for start in range(0, len(data), WRITE_SLICE):
                    with trio.fail_after(WRITE_TIMEOUT):
                        await self.stream.send_all(data[start : start + WRITE_SLICE])
            except (trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError):
                self._cancel()
        await trio.lowlevel.checkpoint()

    def _cancel(self) -> None:
        """End every task of the connection: nobody is there to be served."""
        assert self._task_group._nursery is not None
        self._task_group._nursery.cancel_scope.cancel()

    async def _finish(self) -> None:
        """End our half; where a body is still coming, read on for a while so that our answer is not lost to a reset."""
        connection = getattr(self.protocol.protocol, "connection", None)
        unread = isinstance(connection, h11.Connection) and connection.their_state in (h11.SEND_BODY, h11.ERROR)
        self._finished = True
        with trio.move_on_after(WRITE_TIMEOUT):
            # TLS has no half-close, and perhaps nobody is left to tell.
            with suppress(AttributeError, trio.BrokenResourceError, trio.ClosedResourceError, trio.BusyResourceError):
                await self.stream.send_eof()
        self._reading.deadline = trio.current_time() + (LINGER if unread else 0.0)
        await self.protocol.handle(Closed())
