"""Servers that are none: each does one thing to whoever connects. No kit may find that one of them conforms."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import trio

from breeze_transport.head import BadRequestHead, read_request_head, refuse
from breeze_transport.seams import World
from breeze_transport.sockets import listening_port

KINDS: Final = ("silent", "slam", "always_ok", "always_error", "always_unauthorised", "echo")
"""Takes everything and says nothing; closes at once; 200 with an empty object; 500; 401; sends back what it gets."""

_JSON: Final = [("Content-Type", "application/json")]


@asynccontextmanager
async def null_server(world: World, kind: str) -> AsyncGenerator[str]:
    """Run one for the length of the block; its URL. An unknown kind is a ValueError."""
    if kind not in KINDS:
        raise ValueError(f"no such server: {kind}")
    listeners = await world.network.listen("127.0.0.1", 0)

    async def handle(stream: trio.abc.Stream) -> None:
        try:
            await _serve(stream, kind)
        except (trio.BrokenResourceError, trio.ClosedResourceError, BadRequestHead):
            return

    async def serve() -> None:
        await trio.serve_listeners(handle, list(listeners))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve)
        try:
            yield f"http://127.0.0.1:{listening_port(listeners[0])}"
        finally:
            nursery.cancel_scope.cancel()


async def _serve(stream: trio.abc.Stream, kind: str) -> None:
    if kind == "slam":
        return
    if kind == "silent":
        await trio.sleep_forever()
    if kind == "echo":
        while data := await stream.receive_some(65536):
            await stream.send_all(data)
        return
    await read_request_head(stream)
    if kind == "always_ok":
        await refuse(stream, 200, b"{}", _JSON)
    elif kind == "always_error":
        await refuse(stream, 500, b'{"error":"x","message":"x","code":"X"}', _JSON)
    else:
        says = b'{"error":"Invalid or expired token","message":"Invalid or expired token","code":"TOKEN_INVALID"}'
        await refuse(stream, 401, says, _JSON)
