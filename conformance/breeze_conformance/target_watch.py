"""A stream that notices protocol PINGs: a WebSocket answers them on its own and tells nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import trio

_PING: Final = 0x9


class WatchedStream(trio.abc.HalfCloseableStream):
    """Passes everything on, and calls `on_ping` for each PING frame that a client sends after its handshake."""

    def __init__(self, inner: trio.abc.Stream, on_ping: Callable[[], None]) -> None:
        self.inner = inner
        self._on_ping = on_ping
        self._head = bytearray()
        self._skip = 0

    @property
    def transport_stream(self) -> trio.abc.Stream:
        """The stream below, where the transport looks for the socket."""
        return self.inner

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        data = await self.inner.receive_some(max_bytes)
        self._look(data)
        return data

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        await self.inner.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        await self.inner.wait_send_all_might_not_block()

    async def send_eof(self) -> None:
        stream: Any = self.inner
        await stream.send_eof()

    async def aclose(self) -> None:
        await self.inner.aclose()

    def _look(self, data: bytes | bytearray) -> None:
        position = 0
        while position < len(data):
            skipped = min(self._skip, len(data) - position)
            self._skip -= skipped
            position += skipped
            if position < len(data):
                self._head.append(data[position])
                position += 1
                self._finish_head()

    def _finish_head(self) -> None:
        head = self._head
        if len(head) < 2:
            return
        short = head[1] & 0x7F
        extended = {126: 2, 127: 8}.get(short, 0)
        if len(head) < 2 + extended:
            return
        length = int.from_bytes(head[2 : 2 + extended], "big") if extended else short
        if head[0] & 0x0F == _PING:
            self._on_ping()
        self._skip = length + (4 if head[1] & 0x80 else 0)
        head.clear()
