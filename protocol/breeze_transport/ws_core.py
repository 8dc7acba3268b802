"""Both handshakes of the WebSocket over the sans-IO core of `websockets`, on any Trio stream."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import trio
from websockets.client import ClientProtocol
from websockets.datastructures import Headers as WsHeaders
from websockets.exceptions import InvalidHandshake
from websockets.http11 import Request, Response
from websockets.protocol import Side
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from breeze_protocol.errors import TransportError
from breeze_transport.head import BadRequestHead, RequestHead, read_response_head, refuse
from breeze_transport.sockets import abort_stream
from breeze_transport.websocket import MAX_MESSAGE, WebSocket
from breeze_transport.ws_connection import CoreWebSocket
from breeze_transport.ws_guard import read_refusal

_LOGGER: Final = logging.getLogger("breeze.websocket")
_LOST = (trio.BrokenResourceError, trio.ClosedResourceError)


async def accept_websocket(
    stream: trio.abc.Stream,
    head: RequestHead,
    *,
    max_message: int = MAX_MESSAGE,
    headers: Sequence[tuple[str, str]] = (),
) -> WebSocket:
    """Finish a server's handshake on the stream that `head` was read from; bytes after the head are frames.

    `headers` go into the 101. A bad handshake is refused with 400, or 426 where the version or the upgrade is the
    matter, and raised as BadRequestHead. Compression is never accepted. Raises TransportError where the line breaks.
    """
    problem = _handshake_problem(head)
    response = None
    if problem is None:
        response = ServerProtocol(logger=_LOGGER).accept(
            Request(head.target, WsHeaders(head.headers), head.method, head.version)
        )
        if response.status_code != 101:
            problem = BadRequestHead(426 if response.status_code == 426 else 400, "not a WebSocket handshake")
    if problem is not None or response is None:
        assert problem is not None
        extra = [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")] if problem.status == 426 else []
        await refuse(stream, problem.status, f"{problem.reason}\n".encode(), extra)
        raise problem
    # The date is the only thing in it that a replay could not repeat, and 101 does not need one.
    del response.headers["Date"]
    for name, value in headers:
        response.headers[name] = value
    await _send_head(stream, response.serialize())
    return CoreWebSocket(stream, Side.SERVER, max_message=max_message, rest=head.rest)


async def connect_core(
    stream: trio.abc.Stream,
    url: str,
    *,
    headers: Sequence[tuple[str, str]] = (),
    max_message: int = MAX_MESSAGE,
) -> WebSocket:
    """Shake hands as a client on a connected stream; the caller sets the deadline.

    Raises UpgradeRefused with the server's answer, TransportError for anything else; the stream is closed then.
    """
    done = False
    try:
        client = ClientProtocol(parse_uri(url), logger=_LOGGER)
        request = client.connect()
        for name, value in headers:
            request.headers[name] = value
        await _send_head(stream, request.serialize())
        head = await read_response_head(stream.receive_some)
        if head.status != 101:
            raise await read_refusal(head, stream.receive_some)
        try:
            client.process_response(Response(head.status, "", WsHeaders(head.headers)))
        except InvalidHandshake as error:
            raise TransportError(f"the server's WebSocket handshake is wrong: {error}") from error
        done = True
        return CoreWebSocket(stream, Side.CLIENT, max_message=max_message, rest=head.rest)
    finally:
        if not done:
            abort_stream(stream)


async def _send_head(stream: trio.abc.Stream, head: bytes) -> None:
    try:
        await stream.send_all(head)
    except _LOST as error:
        raise TransportError("the connection broke during the WebSocket handshake") from error


def _handshake_problem(head: RequestHead) -> BadRequestHead | None:
    if head.header("sec-websocket-version") not in (None, "13"):
        return BadRequestHead(426, "only WebSocket version 13 is spoken here")
    if head.header("content-length", "0") != "0" or head.header("transfer-encoding") is not None:
        return BadRequestHead(400, "a WebSocket handshake has no body")
    return None
