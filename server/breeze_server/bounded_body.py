"""Quart, contained: request bodies that hold their sender back, with a limit that is exact.

What is here fails without it (``tests/server/test_contained.py``): Quart buffers a request body without bound, checks
its limit against what happens to be buffered, and waits for ever for the rest of a body; and a handler that sends to a
peer that has gone never reaches a checkpoint, which freezes the whole process.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any

import trio
from quart_trio import QuartTrio
from quart_trio.asgi import TrioASGIHTTPConnection
from quart_trio.wrappers.request import TrioBody, TrioRequest
from werkzeug.datastructures import ImmutableDict
from werkzeug.exceptions import RequestEntityTooLarge, RequestTimeout

BODY_TIMEOUT = 30.0  # seconds in which a peer must send some more of its request body
BODY_BUFFER = 262144  # bytes of one request body that wait for their reader; one network read may come on top
BODY_LIMIT = 16 << 20  # bytes of a body read as a whole where the application sets no MAX_CONTENT_LENGTH


class BoundedBody(TrioBody):
    """A request body that holds its sender back, counts exactly, and gives up on a silent peer (408)."""

    def __init__(self, expected_content_length: int | None, max_content_length: int | None) -> None:
        super().__init__(expected_content_length, max_content_length)
        self._buffer = bytearray()
        self._received = 0
        self._ended = False
        self._whole: bytes | None = None
        self._changed = trio.Event()

    def append(self, data: bytes) -> None:
        self._received += len(data)
        if self._max_content_length is not None and self._received > self._max_content_length:
            self._must_raise = RequestEntityTooLarge()
        if self._must_raise is None:
            self._buffer += data
        else:
            self._buffer.clear()
        self._wake()

    def set_complete(self) -> None:
        self._ended = True
        self._wake()

    def set_result(self, data: bytes) -> None:
        self.append(data)
        self.set_complete()

    def clear(self) -> None:
        self._whole = b""

    async def wait_space(self) -> None:
        """Wait until the reader has caught up; a body that was refused is dropped, not waited for."""
        while len(self._buffer) >= BODY_BUFFER:
            await self._changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = trio.Event()

    async def __anext__(self) -> bytes:
        await trio.lowlevel.checkpoint()
        with trio.move_on_after(BODY_TIMEOUT):
            while not (self._buffer or self._ended or self._must_raise):
                await self._changed.wait()
            if self._must_raise is not None:
                raise self._must_raise
            if not self._buffer:
                raise StopAsyncIteration
            data = bytes(self._buffer)
            self._buffer.clear()
            self._wake()
            return data
        raise RequestTimeout()

    def __await__(self) -> Generator[Any, None, bytes]:
        return self._read_whole().__await__()

    async def _read_whole(self) -> bytes:
        if self._whole is None:
            limit = BODY_LIMIT if self._max_content_length is None else self._max_content_length
            whole = bytearray()
            async for data in self:
                whole += data
                if len(whole) > limit:
                    raise RequestEntityTooLarge()
            self._whole = bytes(whole)
        return self._whole


class BoundedRequest(TrioRequest):
    """A request whose body is bounded."""

    body_class = BoundedBody


class BoundedConnection(TrioASGIHTTPConnection):
    """Takes no more from the server than the body has room for, and lets others run after every send.

    Hypercorn reports a disconnect also for a complete response. Cancelling the handler then, inside its last send,
    would leave a kept connection without its idle timer, or its reader waiting for ever.
    """

    _finishing = False

    async def __call__(self, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
        async def send_and_yield(message: Any) -> None:
            self._finishing = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)
            await trio.lowlevel.checkpoint()

        await super().__call__(receive, send_and_yield)

    async def handle_messages(  # type: ignore[override]
        self, nursery: trio.Nursery, request: Any, receive: Callable[[], Awaitable[Any]]
    ) -> None:
        while (message := await receive())["type"] == "http.request":
            request.body.append(message.get("body", b""))
            if not message.get("more_body", False):
                request.body.set_complete()
            await request.body.wait_space()
        self._disconnected = True
        if not self._finishing:
            nursery.cancel_scope.cancel()


class Application(QuartTrio):
    """The Quart application class of this server: no deadline on a whole body or response, but on every step."""

    default_config = ImmutableDict({**QuartTrio.default_config, "BODY_TIMEOUT": None, "RESPONSE_TIMEOUT": None})

    request_class = BoundedRequest
    asgi_http_class = BoundedConnection
