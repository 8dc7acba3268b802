"""The kit's HTTP server for agents: a port that takes requests and socket upgrades, and remembers all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import attrs
import h11
import trio

from breeze_transport.head import BadRequestHead, RequestHead, read_request_head, refuse
from breeze_transport.seams import World
from breeze_transport.sockets import listening_port

HOST: Final = "127.0.0.1"

BODY_MOST: Final = 16 << 20
"""Bytes of a request's body that are taken."""

Headers = list[tuple[str, str]]
Answer = tuple[int, bytes]
"""Status and JSON body."""

_LOST = (trio.BrokenResourceError, trio.ClosedResourceError)


@attrs.frozen
class Request:
    """One HTTP request of the target, and the status it was answered with."""

    at: float
    method: str
    path: str
    """Without the query."""
    query: str
    headers: Headers
    body: bytes = attrs.field(repr=False)
    status: int

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key == name), None)


Handler = Callable[[str, str, Headers, bytes], Answer]
"""Answers method, target, headers and body."""

Upgrader = Callable[[trio.abc.Stream, RequestHead], Awaitable[None]]
"""Takes over a connection that asks for a WebSocket; the connection is closed when it returns."""


@asynccontextmanager
async def open_port(
    world: World, handle: Handler, upgrade: Upgrader, heard: Callable[[Request], None]
) -> AsyncIterator[int]:
    """Listen on an ephemeral port of this machine for the length of the block, and give its number.

    `heard` is told every request once it has been answered.
    """

    async def serve(stream: trio.abc.Stream) -> None:
        try:
            await _serve(stream, handle, upgrade, heard)
        except _LOST:
            return
        finally:
            await trio.aclose_forcefully(stream)

    listeners = await world.network.listen(HOST, 0)
    async with trio.open_nursery() as nursery:
        await nursery.start(trio.serve_listeners, serve, listeners)
        yield listening_port(listeners[0])
        nursery.cancel_scope.cancel()


async def _serve(stream: trio.abc.Stream, handle: Handler, upgrade: Upgrader, heard: Callable[[Request], None]) -> None:
    try:
        head = await read_request_head(stream)
    except BadRequestHead as error:
        await refuse(stream, error.status, b"")
        return
    if head.is_websocket_upgrade:
        await upgrade(stream, head)
        return
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(head.raw + head.rest)
    while connection.our_state is not h11.MUST_CLOSE:
        if not await _exchange(stream, connection, handle, heard):
            return
        try:
            connection.start_next_cycle()
        except h11.LocalProtocolError:
            return


async def _exchange(
    stream: trio.abc.Stream, connection: h11.Connection, handle: Handler, heard: Callable[[Request], None]
) -> bool:
    """Take one request and answer it; False at the end of the connection."""
    try:
        request = await _event(stream, connection)
        if not isinstance(request, h11.Request):
            return False
        body = bytearray()
        while isinstance(event := await _event(stream, connection), h11.Data):
            body += event.data
            if len(body) > BODY_MOST:
                return False
    except h11.RemoteProtocolError:
        return False
    target = request.target.decode("latin-1")
    headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in request.headers]
    method = request.method.decode("latin-1")
    status, answer = handle(method, target, headers, bytes(body))
    path, _, query = target.partition("?")
    heard(Request(trio.current_time(), method, path, query, headers, bytes(body), status))
    said = [("content-type", "application/json"), ("content-length", str(len(answer)))]
    for event in (h11.Response(status_code=status, headers=said), h11.Data(data=answer), h11.EndOfMessage()):
        await stream.send_all(connection.send(event) or b"")
    return True


async def _event(stream: trio.abc.Stream, connection: h11.Connection) -> object:
    while True:
        event = connection.next_event()
        if event is not h11.NEED_DATA:
            return event
        if connection.they_are_waiting_for_100_continue:
            await stream.send_all(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
        connection.receive_data(bytes(await stream.receive_some(65536)))
