"""The HTTP API as data: the machinery. Each conversation's `endpoints.py` lists its own.

The server registers its routes from these, clients call through them, OpenAPI is printed from them, and the kit's
authorisation matrix is generated from them.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote, urlencode

import attrs

from breeze_protocol.clause import clauses
from breeze_protocol.errors import Code
from breeze_protocol.limits import DEFAULTS

BASE: Final = "/api/v1"
"""Where the HTTP API is mounted."""


class Caller(StrEnum):
    """Who may call: what kind of token the request has to carry."""

    ANYONE = "anyone"
    USER = "user"
    AGENT = "agent"
    COOKIE = "cookie"
    """The refresh cookie together with the CSRF header."""
    VIEWER = "viewer"
    """A viewer's token, which is bound to one session."""
    HELPER = "helper"
    """A token of the device: the one scoped to its helper, or the agent's own (CHAT-001)."""
    PERSON_OR_AGENT = "person_or_agent"
    """A person's token or a device's; which of the two it is decides what else has to hold."""


@attrs.frozen
class Endpoint:
    """One method on one path."""

    name: str
    method: str
    path: str
    """Below `BASE`, with parameters as `:id`."""
    caller: Caller
    because: tuple[str, ...]
    permission: str | None = None
    mfa: bool = False
    request: Any = None
    """Type of the JSON body; None: no body is read."""
    optional_body: bool = False
    """The body may be left out."""
    query: Any = None
    """Struct type of the query parameters, all of them strings on the wire."""
    response: Any = None
    status: int = 200
    errors: tuple[Code, ...] = ()
    body_limit: int = int(DEFAULTS["http_body"])
    media: str = "application/json"
    """Media type of the request's body; where it is not JSON, `request` names the fields or is None for plain bytes."""
    answer_media: str = "application/json"
    """Media type of the answer's body."""
    uuids: tuple[str, ...] = ("id",)
    """Path parameters that have to be UUIDs."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the path's parameters, in order."""
        return tuple(re.findall(r":(\w+)", self.path))

    def url(self, parameters: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None) -> str:
        """Fill in the path below the server's root; every parameter is quoted."""
        given = parameters or {}
        path = re.sub(r":(\w+)", lambda match: quote(given[match[1]], safe=""), self.path)
        return f"{BASE}{path}" + (f"?{urlencode(query)}" if query else "")


def endpoint(name: str, line: str, caller: Caller, because: str, **rest: Any) -> Endpoint:
    """Write an endpoint as `endpoint("session_create", "POST /remote/sessions", Caller.USER, "SESS-001", …)`."""
    method, _, path = line.partition(" ")
    return Endpoint(name, method, path, caller, clauses(because), **rest)
