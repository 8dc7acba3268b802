"""An HTTP client over an injected network: HTTP/1.1 and HTTP/2, kept-alive connections, deadlines and limits."""

from __future__ import annotations

import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

import attrs
import trio

from breeze_protocol.errors import TransportError
from breeze_transport.exchange import Exchange, Headers, Request, StaleConnection
from breeze_transport.http1 import Http1Connection
from breeze_transport.http2 import Http2Connection
from breeze_transport.seams import Network
from breeze_transport.sockets import abort_stream

MAX_BODY: Final = 16 << 20
"""Bytes of a response's body that `request` takes, unless told otherwise."""

_MAX_EXCHANGES = 64
_MAX_IDLE = 8
_IDLE_SECONDS = 60.0
# RFC 9110, section 9.2.2: only what may be carried out twice is sent twice.
_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})

_TOKEN = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_PATH = re.compile(r"/[\x21-\x7e]*")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class BodyTooBig(TransportError):
    """The response's body exceeds the limit; the rest was not read."""


@attrs.frozen
class HttpResponse:
    """A complete response."""

    status: int
    headers: Headers
    """Names in lower case, in their order."""
    body: bytes = attrs.field(repr=False)

    def header(self, name: str, default: str | None = None) -> str | None:
        """The first value of a header, or `default`."""
        return next((value for key, value in self.headers if key == name.lower()), default)


class StreamingResponse:
    """A response whose body is read as it comes, inside `HttpClient.stream`."""

    def __init__(self, status: int, headers: Headers, exchange: Exchange) -> None:
        self.status = status
        self.headers = headers
        self._exchange = exchange
        self._ended = False

    def header(self, name: str, default: str | None = None) -> str | None:
        """The first value of a header, or `default`."""
        return next((value for key, value in self.headers if key == name.lower()), default)

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """The body in pieces of no particular size, without a limit or a deadline. Raises TransportError."""
        # Not a generator: those complain when a loop over them is left early.
        return _Pieces(self)

    async def read(self) -> bytes:
        """The next piece, b"" at the end. Raises TransportError."""
        if self._ended:
            await trio.lowlevel.checkpoint()
            return b""
        data = await self._exchange.read()
        self._ended = not data
        return data


@attrs.define
class _Pieces:
    _response: StreamingResponse

    def __aiter__(self) -> _Pieces:
        return self

    async def __anext__(self) -> bytes:
        data = await self._response.read()
        if not data:
            raise StopAsyncIteration
        return data


class HttpClient:
    """Requests to one origin. Use it as `async with HttpClient(...) as client`; leaving breaks what is still open.

    `base_url` may carry a path that is put before every request's. `http2`: None lets TLS choose (ALPN), True asks for
    HTTP/2 only, without TLS by prior knowledge, False for HTTP/1.1 only. Redirects are not followed, bodies not
    decompressed (and compression not asked for), cookies not kept. At most 64 exchanges run at a time.
    """

    def __init__(
        self,
        network: Network,
        base_url: str,
        *,
        tls: ssl.SSLContext | None = None,
        http2: bool | None = None,
        max_body: int = MAX_BODY,
        deadline: float = 30.0,
        user_agent: str = "breeze/0.1",
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not an HTTP URL: {base_url!r}")
        self._secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port or (443 if self._secure else 80)
        self._authority = parts.netloc.rpartition("@")[2]
        self._prefix = parts.path.rstrip("/")
        self._tls = (tls or ssl.create_default_context()) if self._secure else None
        self._network = network
        self._http2 = http2
        self._max_body = max_body
        self._deadline = deadline
        self._user_agent = user_agent
        self._exchanges = trio.Semaphore(_MAX_EXCHANGES)
        self._connecting = trio.Lock()
        self._idle: list[Http1Connection] = []
        self._busy: set[Http1Connection] = set()
        self._shared: list[Http2Connection] = []
        self._may_share = http2 is not False and (self._secure or http2 is True)
        self._closed = False

    async def __aenter__(self) -> HttpClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closed = True
        for connection in [*self._idle, *self._busy]:
            connection.abort()
        for shared in self._shared:
            shared.abort()
        self._idle.clear()
        self._shared.clear()

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
        deadline: float | None = None,
    ) -> HttpResponse:
        """One request and its whole response, within `deadline` seconds (the client's without one).

        A kept-alive connection that turns out closed before any byte of the answer is replaced once, for methods that
        may be carried out twice. Raises BodyTooBig beyond the limit, TransportError in human words otherwise,
        ValueError for what is no valid request.
        """
        seconds = self._deadline if deadline is None else deadline
        with trio.move_on_after(seconds):
            async with self.stream(method, path, headers=headers, body=body, deadline=seconds) as response:
                return HttpResponse(response.status, response.headers, await self._read_body(response))
        raise TransportError(f"{self._host}:{self._port} did not answer in full within {seconds:g} s")

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes | AsyncIterable[bytes] | None = None,
        deadline: float | None = None,
    ) -> AsyncGenerator[StreamingResponse]:
        """One request, and its response as it comes.

        `deadline` bounds the time to the response's head, sending the body included; what happens in the block is the
        caller's to bound. A body that is an iterable is sent once, never again. Raises as `request` does.
        """
        seconds = self._deadline if deadline is None else deadline
        request = self._request(method, path, headers, b"" if body is None else body)
        async with self._exchanges:
            exchange: Exchange | None = None
            response: StreamingResponse | None = None
            try:
                with trio.move_on_after(seconds):
                    exchange, reused = await self._place()
                    try:
                        head = await exchange.start(request)
                    except StaleConnection:
                        if not (reused and isinstance(request.body, bytes) and method in _IDEMPOTENT):
                            raise
                        await self._release(exchange)
                        exchange, _ = await self._place(fresh=True)
                        head = await exchange.start(request)
                    response = StreamingResponse(*head, exchange)
                if response is None:
                    raise TransportError(f"{self._host}:{self._port} did not answer within {seconds:g} s")
                yield response
            finally:
                if exchange is not None:
                    await self._release(exchange)

    def _request(
        self, method: str, path: str, headers: Sequence[tuple[str, str]], body: bytes | AsyncIterable[bytes]
    ) -> Request:
        # Checked here for both versions: h2 would let line breaks through, and a gateway may make headers of them.
        if not _TOKEN.fullmatch(method) or not _PATH.fullmatch(path):
            raise ValueError(f"not a valid request: {method!r} {path!r}")
        for name, value in headers:
            if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
                raise ValueError(f"not a valid header: {name!r}")
        given = [(name.lower(), value) for name, value in headers]
        names = {name for name, _ in given}
        defaults = [("user-agent", self._user_agent), ("accept", "*/*")]
        complete = [pair for pair in defaults if pair[0] not in names] + given
        scheme = "https" if self._secure else "http"
        return Request(method, scheme, self._authority, self._prefix + path, complete, body)

    async def _read_body(self, response: StreamingResponse) -> bytes:
        declared = response.header("content-length", "0") or "0"
        if declared.isascii() and declared.isdigit() and int(declared[:18]) > self._max_body:
            raise BodyTooBig(f"a body of {declared} bytes is announced, {self._max_body} are taken")
        body = bytearray()
        while data := await response.read():
            body += data
            if len(body) > self._max_body:
                raise BodyTooBig(f"the body exceeds {self._max_body} bytes")
        return bytes(body)

    async def _place(self, *, fresh: bool = False) -> tuple[Exchange, bool]:
        """A place for a request, and whether on a connection that served before; `fresh` distrusts the idle ones."""
        if self._closed:
            raise TransportError("the HTTP client was closed")
        if fresh:
            for connection in self._idle:
                connection.abort()
            self._idle.clear()
        if (kept := await self._kept()) is not None:
            return kept, True
        if not self._may_share:
            return await self._connect(), False
        # One connection serves all: who comes while it is made waits for it.
        async with self._connecting:
            if (kept := await self._kept()) is not None:
                return kept, True
            return await self._connect(), False

    async def _kept(self) -> Exchange | None:
        self._shared = [shared for shared in self._shared if shared.usable or shared.busy]
        for shared in self._shared:
            if not shared.busy:
                await shared.refresh()
            if shared.usable:
                return shared.exchange()
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and trio.current_time() - connection.idle_since < _IDLE_SECONDS:
                self._busy.add(connection)
                return connection
            connection.abort()
        return None

    async def _connect(self) -> Exchange:
        offers = {None: ("h2", "http/1.1"), True: ("h2",), False: ("http/1.1",)}
        alpn = offers[self._http2] if self._secure else ()
        stream = await self._network.connect(
            self._host, self._port, tls=self._tls, server_hostname=self._host, alpn=alpn
        )
        done = False
        try:
            chosen = "h2" if self._http2 and not self._secure else _chosen(stream)
            if chosen == "h2":
                shared = await Http2Connection.open(stream)
                self._shared.append(shared)
                done = True
                return shared.exchange()
            if self._http2:
                raise TransportError(f"{self._host}:{self._port} does not speak HTTP/2")
            done = True
        finally:
            if not done:
                abort_stream(stream)
        self._may_share = False
        connection = Http1Connection(stream, self._keep)
        self._busy.add(connection)
        return connection

    async def _release(self, exchange: Exchange) -> None:
        if isinstance(exchange, Http1Connection):
            self._busy.discard(exchange)
        await exchange.finish()

    def _keep(self, connection: Http1Connection) -> None:
        if self._closed or len(self._idle) >= _MAX_IDLE:
            connection.abort()
        else:
            self._idle.append(connection)


def _chosen(stream: trio.abc.Stream) -> str | None:
    return stream.selected_alpn_protocol() if isinstance(stream, trio.SSLStream) else None
