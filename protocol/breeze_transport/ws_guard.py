"""A client's view of the bytes below a WebSocket library: refusals, limits and pongs, before the library buffers.

trio-websocket counts a text message in characters, takes any number of empty fragments, buffers a refusal's body
without a bound and waits for ever where the server's handshake is wrong. It lets us choose the stream, so the bounds
are held there: this reads the response head, then walks the frame headers (server frames are not masked) and skips
their payloads.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import trio

from breeze_protocol.errors import TransportError
from breeze_transport.head import ResponseHead, read_response_head
from breeze_transport.sockets import abort_stream
from breeze_transport.websocket import MAX_FRAGMENTS, UpgradeRefused

REFUSAL_LIMIT = 64 * 1024
"""Bytes of a refusal's body that are kept."""

_WRONG = "the server's WebSocket handshake is wrong"
_CONT, _CLOSE, _PONG = 0x0, 0x8, 0xA


async def read_refusal(head: ResponseHead, receive: Callable[[int], Awaitable[bytes | bytearray]]) -> UpgradeRefused:
    """The refusal with its body: by Content-Length or until the end, 64 KiB at most; a cut body is kept as it is."""
    body = bytearray(head.rest)
    length = head.header("content-length", "")
    assert length is not None
    wanted = min(int(length), REFUSAL_LIMIT) if length.isascii() and length.isdigit() else REFUSAL_LIMIT
    try:
        while len(body) < wanted:
            data = await receive(wanted - len(body))
            if not data:
                break
            body += data
    except (trio.BrokenResourceError, trio.ClosedResourceError):
        pass
    return UpgradeRefused(head.status, head.headers, bytes(body[:wanted]))


class GuardedStream(trio.abc.Stream):
    """A connected stream, watched on its way to a client's WebSocket library.

    `on_failure` is called where the handshake does not end in 101, with the error to raise, and again at the end, whose
    error only matters to a handshake that is still going on; `on_violation` once
    where a message is too big or too finely fragmented: what follows is swallowed until the end.
    """

    def __init__(
        self,
        stream: trio.abc.Stream,
        *,
        max_message: int,
        on_failure: Callable[[TransportError], None],
        on_violation: Callable[[], None],
    ) -> None:
        self.transport_stream = stream
        self.pongs = 0
        self.last_pong: float | None = None
        self.close_seen = False
        """Whether the server sent a close frame; the library reports its own findings as if it had."""
        self._max_message = max_message
        self._on_failure = on_failure
        self._on_violation = on_violation
        self._upgraded = False
        self._violated = False
        self._header = bytearray()
        self._payload = 0
        self._size = 0
        self._fragments = 0

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        if not self._upgraded:
            return await self._read_upgrade()
        while True:
            data = await self.transport_stream.receive_some(max_bytes)
            if not self._violated:
                self._walk(data)
            if not self._violated or not data:
                return data

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        await self.transport_stream.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        await self.transport_stream.wait_send_all_might_not_block()

    async def aclose(self) -> None:
        self._on_failure(TransportError(_WRONG))
        await self.transport_stream.aclose()

    def abort(self) -> None:
        """Break the connection at once."""
        self._on_failure(TransportError(_WRONG))
        abort_stream(self.transport_stream)

    async def _read_upgrade(self) -> bytes:
        try:
            head = await read_response_head(self.transport_stream.receive_some)
            if head.status != 101:
                raise await read_refusal(head, self.transport_stream.receive_some)
        except TransportError as error:
            self._on_failure(error)
            return b""
        self._upgraded = True
        self._walk(head.rest)
        return head.raw + (b"" if self._violated else head.rest)

    def _walk(self, data: bytes | bytearray) -> None:
        """Follow the frames in `data`: headers are gathered, payloads skipped."""
        at = 0
        while at < len(data) and not self._violated:
            if self._payload:
                skipped = min(self._payload, len(data) - at)
                self._payload -= skipped
                at += skipped
                continue
            self._header.append(data[at])
            at += 1
            self._read_header()

    def _read_header(self) -> None:
        header = self._header
        if len(header) < 2:
            return
        short = header[1] & 0x7F
        extra = {126: 2, 127: 8}.get(short, 0)
        if len(header) < 2 + extra:
            return
        self._payload = int.from_bytes(header[2:], "big") if extra else short
        opcode, final = header[0] & 0x0F, bool(header[0] & 0x80)
        self._header = bytearray()
        if opcode == _PONG:
            self.pongs += 1
            self.last_pong = trio.current_time()
        elif opcode == _CLOSE:
            self.close_seen = True
        elif opcode < _CLOSE:
            self._count(opcode, final)

    def _count(self, opcode: int, final: bool) -> None:
        if opcode != _CONT:
            self._size = self._fragments = 0
        self._size += self._payload
        self._fragments += 1
        if self._size > self._max_message or self._fragments > MAX_FRAGMENTS:
            self._violated = True
            self._on_violation()
        elif final:
            self._size = self._fragments = 0
