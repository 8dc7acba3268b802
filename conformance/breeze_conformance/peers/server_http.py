"""HTTP of the kit's own server: h11 on a stream, the route table of the protocol, the one error shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

import attrs
import h11
import msgspec
import trio

from breeze_protocol import errors as e
from breeze_protocol.endpoints import BASE, Endpoint
from breeze_protocol.errors import Code, RemoteProtocolError
from breeze_protocol.ids import is_uuid
from breeze_protocol.link.endpoints import UPLOADS
from breeze_protocol.registry import ENDPOINTS
from breeze_protocol.wire import decode, encode, fault
from breeze_transport.head import RequestHead

_READ: Final = 65536


class Refusal(Exception):
    """A request is answered with this code instead of what it asked for."""

    def __init__(self, code: Code, *, retry_after: int | None = None, **extra: Any) -> None:
        super().__init__(code.name)
        self.code = code
        self.extra = extra
        self.retry_after = retry_after


@attrs.frozen
class Reply:
    """An answer: its status, what to encode as its body (None: none), and further headers."""

    status: int
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class Call:
    """A request that has found its endpoint."""

    endpoint: Endpoint
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Sequence[tuple[str, str]]
    raw: bytes
    quirks: frozenset[str] = frozenset()

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies."""
        pairs = (pair.partition("=") for pair in (self.header("cookie") or "").split(";"))
        return {name.strip(): value.strip() for name, _, value in pairs}

    def body(self) -> Any:
        """The decoded body, or a refusal."""
        if not self.raw and self.endpoint.optional_body:
            return self.endpoint.request()
        media = (self.header("content-type") or "").partition(";")[0].strip().lower()
        if media != "application/json" and "any_media_type" not in self.quirks:
            raise Refusal(e.UNSUPPORTED_MEDIA_TYPE)
        try:
            raw = _known(self.raw, self.endpoint) if "unknown_fields_taken" in self.quirks else self.raw
            return decode(self.endpoint.request, raw, limit=self.endpoint.body_limit)
        except RemoteProtocolError as error:
            raise Refusal(e.VALIDATION_FAILED, details=error.details or fault(error.words)) from None

    def asked(self) -> Any:
        """The decoded query, or a refusal."""
        try:
            return msgspec.convert(dict(self.query), self.endpoint.query, strict=False)
        except msgspec.ValidationError as error:
            raise Refusal(e.VALIDATION_FAILED, details=fault(str(error))) from None


def _known(raw: bytes, endpoint: Endpoint) -> bytes:
    """A body without the fields that the endpoint does not know: what a server does that takes any."""
    try:
        given = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return raw
    names = {field.encode_name for field in msgspec.structs.fields(endpoint.request)}
    return encode({key: value for key, value in given.items() if key in names}) if isinstance(given, dict) else raw


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r":(\w+)", r"(?P<\1>[^/]+)", BASE + path))


_UPLOAD: Final = tuple(
    Endpoint(f"upload {name}", method, f"/agents/:agentId/{name}", ENDPOINTS[-1].caller.AGENT, ("LINK-017",))
    for name in UPLOADS
    for method in ("PUT", "POST")
)
_ROUTES: Final = tuple((_pattern(each.path), each) for each in (*ENDPOINTS, *_UPLOAD))


def route(method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
    """Find the endpoint of a request, or refuse it."""
    known = []
    for pattern, endpoint in _ROUTES:
        found = pattern.fullmatch(path)
        if found is None:
            continue
        known.append(endpoint.method)
        if endpoint.method == method:
            return endpoint, {key: unquote(value) for key, value in found.groupdict().items()}
    raise Refusal(e.METHOD_NOT_ALLOWED if known else e.NOT_FOUND)


def check_ids(endpoint: Endpoint, path: Mapping[str, str]) -> None:
    """Refuse path parameters that are no UUIDs where they have to be."""
    for name in endpoint.uuids:
        if name in path and not is_uuid(path[name]):
            raise Refusal(e.VALIDATION_FAILED, details=[{"path": f"$.{name}", "message": "not a UUID"}])


def error_body(refusal: Refusal, quirks: frozenset[str]) -> dict[str, Any]:
    """The one error shape, or what a quirk makes of it."""
    code = refusal.code
    body: dict[str, Any] = {"error": code.says, "message": code.says, "code": code.name, **refusal.extra}
    if "error_without_code" in quirks:
        del body["code"]
    if "error_without_message" in quirks:
        del body["message"]
    if "validation_without_path" in quirks:
        body.pop("details", None)
    if "counts_missing" in quirks:
        body.pop("currentCount", None)
        body.pop("maxAllowed", None)
    if "state_missing" in quirks:
        body.pop("deviceStatus", None)
        body.pop("status", None)
    if "reason_missing" in quirks:
        body.pop("reason", None)
    return body


def refusal_reply(refusal: Refusal, quirks: frozenset[str]) -> Reply:
    """A refusal as an answer."""
    headers = []
    if refusal.code.http == 429 and "retry_after_missing" not in quirks:
        headers.append(("Retry-After", str(refusal.retry_after or 1)))
    return Reply(refusal.code.http, error_body(refusal, quirks), tuple(headers))


class Connection:
    """One HTTP/1.1 connection: requests in, replies out."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream
        self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=65536)

    async def request(self) -> h11.Request | None:
        """The next request's head; None where the client is done."""
        event = await self._next()
        return event if isinstance(event, h11.Request) else None

    async def body(self, limit: int) -> bytes:
        """The request's body; a refusal where it is longer than `limit`."""
        parts: list[bytes] = []
        size = 0
        while True:
            event = await self._next()
            if not isinstance(event, h11.Data):
                return b"".join(parts)
            size += len(event.data)
            if size > limit:
                raise Refusal(e.BODY_TOO_LARGE)
            parts.append(bytes(event.data))

    async def reply(self, reply: Reply) -> bool:
        """Send an answer; whether the connection can carry another request."""
        body = b"" if reply.body is None else encode(reply.body)
        headers = [("Content-Length", str(len(body))), *reply.headers]
        if body:
            headers.append(("Content-Type", "application/json"))
        if self._h11.their_state is not h11.DONE:
            headers.append(("Connection", "close"))
        out = self._h11.send(h11.Response(status_code=reply.status, headers=headers)) or b""
        out += self._h11.send(h11.Data(data=body)) or b""
        out += self._h11.send(h11.EndOfMessage()) or b""
        await self._stream.send_all(out)
        if self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE:
            self._h11.start_next_cycle()
            return True
        return False

    async def _next(self) -> Any:
        while True:
            event = self._h11.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self._h11.they_are_waiting_for_100_continue:
                answer = self._h11.send(h11.InformationalResponse(status_code=100, headers=[]))
                await self._stream.send_all(answer or b"")
            self._h11.receive_data(bytes(await self._stream.receive_some(_READ)))


def pieces(request: h11.Request) -> tuple[str, str, dict[str, str], list[tuple[str, str]]]:
    """Method, path, query and headers of a request."""
    target = request.target.decode("ascii")
    path, _, query = target.partition("?")
    headers = [(name.decode(), value.decode("latin-1")) for name, value in request.headers]
    return request.method.decode(), path, dict(parse_qsl(query, keep_blank_values=True)), headers


def head_query(head: RequestHead) -> dict[str, str]:
    """The query of a WebSocket's request."""
    return dict(parse_qsl(head.query, keep_blank_values=True))
