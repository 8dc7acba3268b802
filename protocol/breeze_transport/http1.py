"""HTTP/1.1 as a client, over h11."""

from __future__ import annotations

from collections.abc import Callable

import h11
import trio

from breeze_protocol.errors import TransportError
from breeze_transport.exchange import HEAD_LIMIT, READ, Headers, Request, StaleConnection
from breeze_transport.sockets import abort_stream, looks_readable

_LOST = (trio.BrokenResourceError, trio.ClosedResourceError)
_AT_ONCE = 64 * 1024


class Http1Connection:
    """A connection that carries one exchange after the other. `on_idle` takes it back when it can carry another."""

    def __init__(self, stream: trio.abc.Stream, on_idle: Callable[[Http1Connection], None]) -> None:
        self.idle_since = trio.current_time()
        self._stream = stream
        self._on_idle = on_idle
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT)
        self._answered = False

    @property
    def usable(self) -> bool:
        """Whether an idle connection still stands: the server sends nothing unasked but its end."""
        return not looks_readable(self._stream)

    async def start(self, request: Request) -> tuple[int, Headers]:
        self._answered = False
        try:
            head = self._h11.send(_head(request))
        except h11.LocalProtocolError as error:
            raise ValueError(f"not a valid request: {error}") from error
        if isinstance(request.body, bytes) and len(request.body) <= _AT_ONCE:
            await self._send((head or b"") + self._body(request.body) + self._end())
            response = await self._read_head()
        else:
            response = await self._upload(request, head or b"")
        headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers]
        return response.status_code, headers

    async def read(self) -> bytes:
        while True:
            event = await self._next_event()
            if isinstance(event, h11.Data):
                if event.data:
                    return bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return b""

    async def finish(self) -> None:
        if self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE:
            self._h11.start_next_cycle()
            self.idle_since = trio.current_time()
            self._on_idle(self)
        else:
            self.abort()

    def abort(self) -> None:
        """Break the connection at once."""
        abort_stream(self._stream)

    async def _upload(self, request: Request, head: bytes) -> h11.Response:
        """Send a long body while waiting for the head: a server that refuses early may not read the rest."""
        found: list[h11.Response] = []
        failure: list[Exception] = []

        async def send() -> None:
            try:
                await self._send(head)
                if isinstance(request.body, bytes):
                    await self._send(self._body(request.body) + self._end())
                else:
                    async for chunk in request.body:
                        await self._send(self._body(chunk))
                    await self._send(self._end())
            except Exception as error:
                failure.append(error)
                nursery.cancel_scope.cancel()

        async def read() -> None:
            try:
                found.append(await self._read_head())
            except Exception as error:
                failure.append(error)
            nursery.cancel_scope.cancel()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(send)
            nursery.start_soon(read)
        if found:
            return found[0]
        # Reached only by way of a failure; a cancellation from outside has left through the nursery.
        raise failure[0]

    def _body(self, data: bytes) -> bytes:
        try:
            return self._h11.send(h11.Data(data=data)) or b"" if data else b""
        except h11.LocalProtocolError as error:
            raise ValueError(f"the body is not what its Content-Length says: {error}") from error

    def _end(self) -> bytes:
        try:
            return self._h11.send(h11.EndOfMessage()) or b""
        except h11.LocalProtocolError as error:
            raise ValueError(f"the body is not what its Content-Length says: {error}") from error

    async def _send(self, data: bytes) -> None:
        try:
            await self._stream.send_all(data)
        except _LOST:
            # The server may have answered before it closed: reading tells.
            return

    async def _read_head(self) -> h11.Response:
        while True:
            event = await self._next_event()
            if isinstance(event, h11.Response):
                return event
            if event is h11.PAUSED or isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                raise TransportError("the server's answer has no head")

    async def _next_event(self) -> h11.Event | type[h11.PAUSED] | type[h11.NEED_DATA]:
        try:
            while True:
                event = self._h11.next_event()
                if event is not h11.NEED_DATA:
                    return event
                await self._receive()
        except h11.RemoteProtocolError as error:
            raise TransportError(f"the server's answer is not valid HTTP/1.1: {error}") from error

    async def _receive(self) -> None:
        try:
            data = await self._stream.receive_some(READ)
        except _LOST as error:
            if not self._answered:
                raise StaleConnection("the server closed the connection before it answered") from error
            raise TransportError("the connection broke in the middle of the answer") from error
        if not data and not self._answered:
            raise StaleConnection("the server closed the connection before it answered")
        self._answered = True
        self._h11.receive_data(bytes(data))


def _head(request: Request) -> h11.Request:
    headers = [("host", request.authority), *request.headers]
    if request.states_length:
        headers.append(("content-length", str(request.length())))
    elif request.length() is None and not any(name == "content-length" for name, _ in headers):
        headers.append(("transfer-encoding", "chunked"))
    return h11.Request(method=request.method, target=request.target, headers=headers)
