"""The head of an HTTP/1.1 request or response: read once, bounded, strict, and kept verbatim to be replayed."""

from __future__ import annotations

import contextlib
import http
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import attrs
import trio

from breeze_protocol.errors import TransportError
from breeze_transport.sockets import abort_stream

HEAD_LIMIT: Final = 16384
"""Bytes of a head."""

_MAX_HEADERS = 100
_REFUSE_TIMEOUT = 2.0
_PREFACE = b"PRI * HTTP/2.0\r\n\r\n"
_TOKEN = rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+"
_REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb") ([\x21-\x7e]+) (HTTP/1\.[01])")
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?")
_HEADER = re.compile(rb"(" + _TOKEN + rb"):[ \t]*([\t\x20-\x7e\x80-\xff]*)")

Headers = list[tuple[str, str]]


class BadRequestHead(TransportError):
    """A request head that cannot be served; `status` is the answer it deserves (400, 408, 426 or 431)."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"bad request head: {reason}")
        self.status = status
        self.reason = reason


@attrs.frozen
class RequestHead:
    """A request up to its empty line."""

    method: str
    target: str
    """As it stands in the request line."""
    path: str
    """Not percent-decoded."""
    query: str
    version: str
    """"HTTP/1.1", "HTTP/1.0", or "HTTP/2.0" for the preface of HTTP/2 with prior knowledge."""
    headers: Headers
    """Names in lower case, values without surrounding blanks, in their order."""
    raw: bytes
    """The head verbatim, its empty line included."""
    rest: bytes
    """What came after it in the same read."""

    def header(self, name: str, default: str | None = None) -> str | None:
        """The first value of a header, or `default`."""
        return next((value for key, value in self.headers if key == name.lower()), default)

    def header_tokens(self, name: str) -> list[str]:
        """The comma-separated words of a header, in lower case."""
        return [word.strip().lower() for key, value in self.headers if key == name.lower() for word in value.split(",")]

    @property
    def is_websocket_upgrade(self) -> bool:
        """Whether it asks for a WebSocket, well or badly."""
        return "websocket" in self.header_tokens("upgrade") and "upgrade" in self.header_tokens("connection")

    @property
    def is_http2_preface(self) -> bool:
        """Whether the client speaks HTTP/2 without having asked."""
        return self.version == "HTTP/2.0"


@attrs.frozen
class ResponseHead:
    """A response up to its empty line."""

    status: int
    headers: Headers
    raw: bytes
    rest: bytes

    def header(self, name: str, default: str | None = None) -> str | None:
        """The first value of a header, or `default`."""
        return next((value for key, value in self.headers if key == name.lower()), default)


async def read_request_head(
    stream: trio.abc.ReceiveStream, *, limit: int = HEAD_LIMIT, deadline: float = 10.0
) -> RequestHead:
    """Read a request's head: at most `limit` bytes within `deadline` seconds, one CRLF before it forgiven.

    Raises BadRequestHead, and nothing else: 400 malformed, ambiguous (two Hosts, Content-Length beside
    Transfer-Encoding, folded lines) or cut off, 408 too slow, 431 too big.
    """
    with trio.move_on_after(deadline):
        try:
            raw, rest = await _read_until_blank(stream.receive_some, limit)
        except (trio.BrokenResourceError, trio.ClosedResourceError, EOFError):
            raise BadRequestHead(400, "the connection ended before the head did") from None
        except OverflowError:
            raise BadRequestHead(431, f"more than {limit} bytes") from None
        return _parse_request(raw, rest)
    raise BadRequestHead(408, f"not complete after {deadline:g} s")


async def read_response_head(
    receive: Callable[[int], Awaitable[bytes | bytearray]], *, limit: int = HEAD_LIMIT
) -> ResponseHead:
    """Read a response's head. The caller sets the deadline. Raises TransportError."""
    try:
        raw, rest = await _read_until_blank(receive, limit)
    except (trio.BrokenResourceError, trio.ClosedResourceError, EOFError):
        raise TransportError("the server closed the connection instead of answering") from None
    except OverflowError:
        raise TransportError(f"the server's response head exceeds {limit} bytes") from None
    status_line, *lines = raw[:-4].split(b"\r\n")
    found = _STATUS_LINE.fullmatch(status_line)
    if found is None:
        raise TransportError("the server's answer is not HTTP/1.1")
    try:
        return ResponseHead(int(found[1]), _parse_headers(lines), raw, rest)
    except BadRequestHead as error:
        raise TransportError(f"the server's response head is malformed: {error.reason}") from None


async def refuse(
    stream: trio.abc.Stream,
    status: int,
    body: bytes,
    headers: Sequence[tuple[str, str]] = (),
) -> None:
    """Answer with a complete response and close, within two seconds whatever the peer does; never raises for it."""
    names = {name.lower() for name, _ in headers}
    extra = [] if "content-type" in names else [("Content-Type", "text/plain; charset=utf-8")]
    lines = [f"HTTP/1.1 {status} {_phrase(status)}"]
    lines += [f"{name}: {value}" for name, value in [*headers, *extra]]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    done = False
    try:
        with trio.move_on_after(_REFUSE_TIMEOUT):
            with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError, trio.BusyResourceError):
                await stream.send_all("\r\n".join(lines).encode("latin-1") + body)
                await linger(stream)
            await stream.aclose()
            done = True
    finally:
        if not done:
            abort_stream(stream)


async def linger(stream: trio.abc.Stream) -> None:
    """End our direction and read the other to its end; the caller bounds the time.

    Closing with unread bytes would reset the connection, and the reset may overtake what was written last.
    """
    if isinstance(stream, trio.abc.HalfCloseableStream):
        await stream.send_eof()
        while await stream.receive_some(65536):
            pass


class ReplayedStream(trio.abc.HalfCloseableStream):
    """A stream that gives back bytes already read before it goes on reading.

    `done` is set when it closes: trio.serve_listeners closes a connection when its handler returns, so a handler that
    handed the stream on waits for that. Attributes of the inner stream (socket, selected_alpn_protocol) show through.
    """

    def __init__(self, inner: trio.abc.Stream, prefix: bytes) -> None:
        self.inner = inner
        self.done = trio.Event()
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.inner, name)

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        if not self._prefix:
            return await self.inner.receive_some(max_bytes)
        await trio.lowlevel.checkpoint()
        limit = len(self._prefix) if max_bytes is None else max_bytes
        taken, self._prefix = self._prefix[:limit], self._prefix[limit:]
        return taken

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        await self.inner.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        await self.inner.wait_send_all_might_not_block()

    async def send_eof(self) -> None:
        """End our direction; over TLS, which has no half-close here, the end comes with `aclose`."""
        if isinstance(self.inner, trio.abc.HalfCloseableStream):
            await self.inner.send_eof()
        else:
            await trio.lowlevel.checkpoint()

    async def aclose(self) -> None:
        self.done.set()
        await self.inner.aclose()

    def abort(self) -> None:
        """Break the connection at once."""
        self.done.set()
        abort_stream(self.inner)


async def _read_until_blank(receive: Callable[[int], Awaitable[bytes | bytearray]], limit: int) -> tuple[bytes, bytes]:
    """Bytes up to and with the first empty line, and those after it. Raises EOFError and OverflowError."""
    buffer = bytearray()
    start = 0
    while True:
        if len(buffer) >= 2 and not start and buffer[:2] == b"\r\n":
            start = 2
        end = buffer.find(b"\r\n\r\n", start)
        if end >= 0:
            end += 4
            if end > limit:
                raise OverflowError
            return bytes(buffer[:end]), bytes(buffer[end:])
        if len(buffer) >= limit:
            raise OverflowError
        data = await receive(limit)
        if not data:
            raise EOFError
        buffer += data


def _parse_request(raw: bytes, rest: bytes) -> RequestHead:
    if raw == _PREFACE:
        return RequestHead("PRI", "*", "*", "", "HTTP/2.0", [], raw, rest)
    request_line, *lines = raw.removeprefix(b"\r\n")[:-4].split(b"\r\n")
    found = _REQUEST_LINE.fullmatch(request_line)
    if found is None:
        raise BadRequestHead(400, "malformed request line")
    method, target, version = (part.decode("ascii") for part in found.groups())
    headers = _parse_headers(lines)
    _check_ambiguity(headers, version)
    if target.startswith("/"):
        path, _, query = target.partition("?")
    else:
        # Absolute form, as proxies send it; the asterisk and CONNECT's authority have no path of their own.
        try:
            parts = urlsplit(target)
        except ValueError:
            raise BadRequestHead(400, "malformed request target") from None
        path, query = (parts.path or "/", parts.query) if parts.netloc else (target, "")
    return RequestHead(method, target, path, query, version, headers, raw, rest)


def _parse_headers(lines: Sequence[bytes]) -> Headers:
    if len(lines) > _MAX_HEADERS:
        raise BadRequestHead(431, f"more than {_MAX_HEADERS} headers")
    headers: Headers = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            raise BadRequestHead(400, "folded header line")
        found = _HEADER.fullmatch(line)
        if found is None:
            raise BadRequestHead(400, "malformed header line")
        headers.append((found[1].decode("ascii").lower(), found[2].decode("latin-1").strip(" \t")))
    return headers


def _check_ambiguity(headers: Headers, version: str) -> None:
    """Refuse what two servers in a row could read differently: the ground of request smuggling."""
    names = [name for name, _ in headers]
    if names.count("host") > 1 or (version == "HTTP/1.1" and "host" not in names):
        raise BadRequestHead(400, "not exactly one Host header")
    if names.count("content-length") > 1 or ("content-length" in names and "transfer-encoding" in names):
        raise BadRequestHead(400, "more than one statement of the body's length")
    length = dict(headers).get("content-length", "0")
    if not (length.isascii() and length.isdigit() and len(length) <= 18):
        raise BadRequestHead(400, "malformed Content-Length")


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Refused"
