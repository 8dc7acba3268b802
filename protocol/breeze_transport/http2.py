"""HTTP/2 as a client, over h2: many exchanges on one connection, without a task of its own.

Whoever waits for something reads for everybody: the read lock passes from waiter to waiter, and each looks first
whether what it waits for has come meanwhile. Writes are shielded, because half a frame would end every other exchange
on the connection; they are short (64 KiB at most, after waiting for room) and bounded in time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings
import trio

from breeze_protocol.errors import TransportError
from breeze_transport.exchange import HEAD_LIMIT, READ, Headers, Request, StaleConnection
from breeze_transport.sockets import abort_stream, looks_readable

_LOST = (trio.BrokenResourceError, trio.ClosedResourceError)
_STREAM_WINDOW = 1 << 20
_CONNECTION_WINDOW = 64 << 20
_WRITE_TIMEOUT = 5.0
_RESET_TIMEOUT = 1.0
_REFRESH_TIMEOUT = 1.0


class Http2Connection:
    """A connection shared by exchanges. Made by `open`."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream
        config = h2.config.H2Configuration(client_side=True, header_encoding=None)
        self.h2 = h2.connection.H2Connection(config=config)
        self._exchanges: dict[int, Http2Exchange] = {}
        self._reading = trio.Lock()
        self._writing = trio.Lock()
        self._last_stream: int | None = None
        self._broken: str | None = None
        self._unwritable = False
        self._heard = False

    @classmethod
    async def open(cls, stream: trio.abc.Stream) -> Http2Connection:
        """Say the preface. Raises TransportError."""
        self = cls(stream)
        self.h2.local_settings = h2.settings.Settings(
            client=True,
            initial_values={
                h2.settings.SettingCodes.ENABLE_PUSH: 0,
                h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: _STREAM_WINDOW,
                h2.settings.SettingCodes.MAX_HEADER_LIST_SIZE: HEAD_LIMIT,
            },
        )
        self.h2.initiate_connection()
        # A stream that nobody reads stops at its own window and never at the others' common one.
        self.h2.increment_flow_control_window(_CONNECTION_WINDOW)
        await self.flush()
        return self

    @property
    def usable(self) -> bool:
        """Whether a new exchange may be opened: not broken, not going away."""
        return self._broken is None and self._last_stream is None and not self._unwritable

    @property
    def busy(self) -> bool:
        """Whether exchanges are open on it."""
        return bool(self._exchanges)

    @property
    def has_room(self) -> bool:
        """Whether the server takes one more exchange at this time."""
        return self.h2.open_outbound_streams < self.h2.remote_settings.max_concurrent_streams

    def exchange(self) -> Http2Exchange:
        """A place for one request."""
        return Http2Exchange(self)

    def register(self, exchange: Http2Exchange) -> int:
        """The stream id under which an exchange hears its events. Raises StaleConnection where none is left."""
        try:
            stream_id = self.h2.get_next_available_stream_id()
        except h2.exceptions.NoAvailableStreamIDError as error:
            self._last_stream = 0
            raise StaleConnection("the connection has used up its streams") from error
        self._exchanges[stream_id] = exchange
        return stream_id

    def forget(self, stream_id: int) -> None:
        """No more events for that exchange."""
        self._exchanges.pop(stream_id, None)

    def why_over(self, stream_id: int | None, answered: bool) -> TransportError | None:
        """What ends an exchange from outside, if anything has."""
        if self._broken is not None:
            return TransportError(self._broken) if answered else StaleConnection(self._broken)
        if self._last_stream is not None and (stream_id is None or stream_id > self._last_stream):
            return StaleConnection("the server is going away and did not take the request")
        return None

    async def wait(self, ready: Callable[[], bool]) -> None:
        """Read for everybody until `ready`, or until the connection is broken."""
        await trio.lowlevel.checkpoint()
        while not ready() and self._broken is None:
            async with self._reading:
                if not ready() and self._broken is None:
                    await self._read()

    async def refresh(self) -> None:
        """Hear what came while nobody waited: a ping, new settings, or the end. Does not wait for more."""
        with trio.move_on_after(_REFRESH_TIMEOUT):
            async with self._reading:
                while self._broken is None and looks_readable(self._stream):
                    await self._read()

    async def flush(self) -> None:
        """Write what is due. A line that takes no more is no error here: what the server said last is still read."""
        async with self._writing:
            while data := self.h2.data_to_send(READ):
                if not self._unwritable:
                    await self._write(data)

    async def _write(self, data: bytes) -> None:
        settled = False
        try:
            await self._stream.wait_send_all_might_not_block()
            with trio.CancelScope(shield=True, deadline=trio.current_time() + _WRITE_TIMEOUT):
                await self._stream.send_all(data)
                settled = True
        except _LOST:
            self._unwritable = settled = True
        finally:
            if not settled:
                # The bytes have left h2's buffer, so that whatever cut this short has ended the connection.
                self._break("the server does not read")

    async def _read(self) -> None:
        try:
            data = await self._stream.receive_some(READ)
        except _LOST:
            data = b""
        if not data:
            self._break("the server closed the connection")
            return
        if not self._heard and data.startswith(b"HTTP/1"):
            # h2 takes this for the start of a huge frame, and would wait for the rest of it.
            self._break("the server does not speak HTTP/2")
            return
        self._heard = True
        try:
            events = self.h2.receive_data(bytes(data))
        except h2.exceptions.ProtocolError as error:
            self._break(f"the server's answer is not valid HTTP/2: {error}")
            return
        for event in events:
            self._dispatch(event)
        await self.flush()

    def _dispatch(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.ConnectionTerminated):
            self._last_stream = event.last_stream_id or 0
            return
        exchange = self._exchanges.get(getattr(event, "stream_id", None) or 0)
        if exchange is not None:
            exchange.hear(event)
        elif isinstance(event, h2.events.DataReceived):
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)

    def _break(self, why: str) -> None:
        self._broken = self._broken or why
        abort_stream(self._stream)

    def abort(self) -> None:
        """Break the connection and every exchange on it at once."""
        self._break("the client was closed")


class Http2Exchange:
    """One stream of a connection."""

    def __init__(self, connection: Http2Connection) -> None:
        self._connection = connection
        self._h2 = connection.h2
        self._id: int | None = None
        self._head: tuple[int, Headers] | None = None
        self._chunks: deque[tuple[bytes, int]] = deque()
        self._ended = False
        self._reset: int | None = None

    def hear(self, event: h2.events.Event) -> None:
        """Take one of h2's events for this stream."""
        if isinstance(event, h2.events.ResponseReceived):
            pairs = [(bytes(name).decode("latin-1"), bytes(value).decode("latin-1")) for name, value in event.headers]
            status = int(dict(pairs)[":status"])
            self._head = status, [(name, value) for name, value in pairs if not name.startswith(":")]
        elif isinstance(event, h2.events.DataReceived):
            self._chunks.append((event.data, event.flow_controlled_length))
        elif isinstance(event, h2.events.StreamEnded):
            self._ended = True
        elif isinstance(event, h2.events.StreamReset):
            self._reset = int(event.error_code)

    async def start(self, request: Request) -> tuple[int, Headers]:
        await self._wait(lambda: self._connection.has_room)
        self._id = self._connection.register(self)
        try:
            self._h2.send_headers(self._id, _head(request), end_stream=request.length() == 0)
        except (h2.exceptions.ProtocolError, ValueError) as error:
            raise ValueError(f"not a valid request: {error}") from error
        await self._connection.flush()
        if isinstance(request.body, bytes):
            if request.body:
                await self._send(request.body, last=True)
        else:
            async for chunk in request.body:
                await self._send(chunk, last=False)
            await self._send(b"", last=True)
        await self._wait(lambda: self._head is not None)
        assert self._head is not None
        return self._head

    async def read(self) -> bytes:
        await self._wait(lambda: bool(self._chunks) or self._ended)
        data = b"".join(chunk for chunk, _ in self._chunks)
        self._acknowledge()
        await self._connection.flush()
        return data or (b"" if self._ended else await self.read())

    async def finish(self) -> None:
        if self._id is None:
            return
        self._acknowledge()
        self._connection.forget(self._id)
        if not self._ended and self._reset is None and self._connection.why_over(self._id, True) is None:
            with trio.CancelScope(shield=True, deadline=trio.current_time() + _RESET_TIMEOUT):
                try:
                    self._h2.reset_stream(self._id, h2.errors.ErrorCodes.CANCEL)
                    await self._connection.flush()
                except h2.exceptions.ProtocolError:
                    return

    def _acknowledge(self) -> None:
        size = sum(length for _, length in self._chunks)
        self._chunks.clear()
        if size and self._id is not None and self._connection.why_over(self._id, True) is None:
            self._h2.acknowledge_received_data(size, self._id)

    async def _send(self, data: bytes, *, last: bool) -> None:
        """Send as the server's windows allow; stops without complaint where the response has come to its end."""
        stream_id = self._id
        assert stream_id is not None
        view = memoryview(data)
        while view and not self._over:
            await self._wait(lambda: self._over or self._h2.local_flow_control_window(stream_id) > 0)
            if not self._over:
                room = min(self._h2.local_flow_control_window(stream_id), self._h2.max_outbound_frame_size)
                self._h2.send_data(stream_id, bytes(view[:room]), end_stream=last and room >= len(view))
                view = view[room:]
                await self._connection.flush()
        if last and not data and not self._over:
            self._h2.end_stream(stream_id)
            await self._connection.flush()

    @property
    def _over(self) -> bool:
        return self._ended or self._reset is not None or self._connection.why_over(self._id, True) is not None

    async def _wait(self, ready: Callable[[], bool]) -> None:
        await self._connection.wait(
            lambda: ready() or self._reset is not None or self._connection.why_over(self._id, False) is not None
        )
        if not ready():
            self._check()

    def _check(self) -> None:
        if self._reset is not None:
            raise TransportError(f"the server reset the exchange (HTTP/2 error {self._reset})")
        why = self._connection.why_over(self._id, self._head is not None)
        if why is not None:
            raise why


def _head(request: Request) -> Headers:
    head = [
        (":method", request.method),
        (":scheme", request.scheme),
        (":authority", request.authority),
        (":path", request.target),
        *request.headers,
    ]
    if request.states_length:
        head.append(("content-length", str(request.length())))
    return head
