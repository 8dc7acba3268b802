"""What waits to leave on one WebSocket of the kit's own server."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import attrs
import trio

from breeze_transport.websocket import PeerClosed, WebSocket

_MOST = 64 << 20


@attrs.define(eq=False)
class Outbox:
    """Messages in their order, then perhaps a close. Putting never waits; a peer that takes nothing is cut off."""

    ws: WebSocket
    _waiting: deque[tuple[str | bytes, Callable[[], None] | None]] = attrs.field(factory=deque)
    _held: int = 0
    _news: trio.Event = attrs.field(factory=trio.Event)
    _closing: tuple[int, str] | None = None

    def put(self, message: str | bytes, then: Callable[[], None] | None = None) -> None:
        """Queue a message; `then` is called once it has left."""
        if self._closing is not None:
            return
        self._held += len(message)
        if self._held > _MOST:
            self.ws.abort()
            return
        self._waiting.append((message, then))
        self._news.set()

    def close(self, code: int, reason: str) -> None:
        """Close the socket after what waits has left."""
        if self._closing is None:
            self._closing = (code, reason)
        self._news.set()

    @property
    def closing(self) -> bool:
        """Whether nothing more is taken."""
        return self._closing is not None

    async def run(self) -> None:
        """Send until closed."""
        try:
            while True:
                while self._waiting:
                    message, then = self._waiting.popleft()
                    self._held -= len(message)
                    await self.ws.send(message)
                    if then is not None:
                        then()
                if self._closing is not None:
                    await self.ws.close(*self._closing)
                    return
                self._news = trio.Event()
                await self._news.wait()
        except PeerClosed:
            return
