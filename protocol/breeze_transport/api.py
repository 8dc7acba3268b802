"""A client of the HTTP API: every call goes through its `Endpoint`, so that client and server read the same data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Protocol

import attrs
import msgspec

from breeze_protocol.endpoints import Caller, Endpoint
from breeze_protocol.errors import CODES, BreezeError, RemoteProtocolError
from breeze_protocol.registry import ENDPOINTS
from breeze_protocol.wire import decode, encode
from breeze_transport.exchange import Headers
from breeze_transport.http import MAX_BODY, HttpClient, HttpResponse
from breeze_transport.visible import visible

BY_NAME: Final[Mapping[str, Endpoint]] = MappingProxyType({each.name: each for each in ENDPOINTS})
"""Every endpoint by its name."""


class ApiError(BreezeError):
    """The server refused a call. Printed, it is the server's words and code with control characters made visible."""

    def __init__(
        self,
        status: int,
        code: str | None,
        words: str,
        details: Any = None,
        headers: Sequence[tuple[str, str]] = (),
        extras: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(visible(words) + (f" ({visible(code)})" if code else f" (HTTP {status})"))
        self.status = status
        self.code = code
        """From the registry of codes; found by the words where a server sends none, None where those are unknown."""
        self.words = words
        """The server's words, as they came: show them through `visible` only."""
        self.details = details
        """What is wrong with a request, usually a list of `{path, message}`."""
        self.headers = list(headers)
        """Names in lower case."""
        self.extras = extras
        """Further fields of the answer, such as `currentCount` and `maxAllowed`."""

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait, where the server says so."""
        said = next((value for name, value in self.headers if name == "retry-after"), "")
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None

    @classmethod
    def of(cls, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> ApiError:
        """Read a refusal in the one shape of errors; one in another shape still tells its status."""
        try:
            said: dict[str, Any] = decode(dict[str, Any], body, limit=MAX_BODY)
        except RemoteProtocolError:
            said = {}
        words = next((said[key] for key in ("message", "error") if isinstance(said.get(key), str)), "")
        code = said.get("code")
        if not isinstance(code, str):
            code = next((each.name for each in CODES.values() if (each.says, each.http) == (words, status)), None)
        extras = {key: value for key, value in said.items() if key not in ("error", "message", "code", "details")}
        words = words or f"the server answered with status {status}"
        return cls(status, code, words, said.get("details"), headers, MappingProxyType(extras))


class TokenSource(Protocol):
    """Where the bearer token of calls comes from."""

    async def token(self) -> str | None:
        """The token to call with; None: call without."""

    async def renew(self, rejected: str) -> str | None:
        """Another token after the server refused this one as invalid; None where there is no other."""


@attrs.frozen
class FixedToken:
    """One token that is never renewed, as agents have; None calls without any."""

    value: str | None = attrs.field(default=None, repr=False)

    async def token(self) -> str | None:
        return self.value

    async def renew(self, rejected: str) -> str | None:
        return None


@attrs.frozen
class ApiAnswer:
    """A call's answer: `body` is decoded into the endpoint's response type, None where it has none."""

    status: int
    headers: Headers
    body: Any

    def cookies(self) -> dict[str, str]:
        """The cookies that the answer sets, by name; without their attributes."""
        found = {}
        for name, value in self.headers:
            if name == "set-cookie":
                key, _, said = value.partition(";")[0].partition("=")
                found[key.strip()] = said.strip()
        return found


class ApiClient:
    """Calls of one server's HTTP API with one source of tokens."""

    def __init__(self, http: HttpClient, *, token_source: TokenSource | None = None) -> None:
        self.http = http
        self.token_source: TokenSource = token_source or FixedToken()

    async def call(
        self,
        endpoint: Endpoint | str,
        params: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | msgspec.Struct | None = None,
        body: Any = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> Any:
        """Call an endpoint, or the one of that name, and return its decoded response.

        `query` is a mapping or the endpoint's own struct; what is None is left out. A token refused as invalid is
        renewed once. Raises ApiError for a refusal, RemoteProtocolError for an answer that does not decode,
        TransportError where none came, KeyError for a name or a path parameter that is not known.
        """
        return (await self.answer(endpoint, params, query, body, headers)).body

    async def answer(
        self,
        endpoint: Endpoint | str,
        params: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | msgspec.Struct | None = None,
        body: Any = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> ApiAnswer:
        """As `call`, with the status and the headers of the answer."""
        found = BY_NAME[endpoint] if isinstance(endpoint, str) else endpoint
        url = found.url(params, _words(query))
        content = None if body is None else encode(body)
        given = [*headers] if content is None else [("content-type", "application/json"), *headers]
        bearer = found.caller in (Caller.USER, Caller.AGENT)
        token = await self.token_source.token() if bearer else None
        response = await self._request(found.method, url, given, content, token)
        if response.status == 401 and token is not None and _names_token(response):
            # It was refused before anything was done, so that even a POST may be sent again.
            renewed = await self.token_source.renew(token)
            if renewed is not None:
                response = await self._request(found.method, url, given, content, renewed)
        if not 200 <= response.status < 300:
            raise ApiError.of(response.status, response.headers, response.body)
        decoded = None
        if found.response is not None and response.status != 204:
            decoded = decode(found.response, response.body, limit=MAX_BODY)
        return ApiAnswer(response.status, response.headers, decoded)

    async def _request(
        self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes | None, token: str | None
    ) -> HttpResponse:
        given = [*headers] if token is None else [("authorization", f"Bearer {token}"), *headers]
        return await self.http.request(method, url, headers=given, body=body)


def _names_token(response: HttpResponse) -> bool:
    # Other 401s speak of a password, a code or a ticket: a new token would not change those.
    code = ApiError.of(response.status, response.headers, response.body).code
    return code in ("TOKEN_INVALID", "CREDENTIALS_MISSING", None)


def _words(query: Mapping[str, Any] | msgspec.Struct | None) -> dict[str, str]:
    said = msgspec.to_builtins(query) if isinstance(query, msgspec.Struct) else dict(query or {})
    return {
        key: ("true" if value else "false") if isinstance(value, bool) else str(value)
        for key, value in said.items()
        if value is not None
    }
