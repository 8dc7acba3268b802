"""One request and its response, whichever version of HTTP carries them."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Final, Protocol

import attrs

from breeze_protocol.errors import TransportError

HEAD_LIMIT: Final = 64 * 1024
"""Bytes of a response's head."""

READ: Final = 64 * 1024

Headers = list[tuple[str, str]]


class StaleConnection(TransportError):
    """The connection ended before any byte of the response; a kept-alive one may have ended before the request."""


@attrs.frozen
class Request:
    """What is asked. `headers` have names in lower case and leave out Host, and what states the body's length."""

    method: str
    scheme: str
    authority: str
    target: str
    headers: Headers
    body: bytes | AsyncIterable[bytes]

    def length(self) -> int | None:
        """Bytes of the body, or None where that shows only at its end."""
        return len(self.body) if isinstance(self.body, bytes) else None

    @property
    def states_length(self) -> bool:
        """Whether Content-Length is sent: always with a body, and with methods that usually have one."""
        return bool(self.length()) or (self.length() == 0 and self.method in ("POST", "PUT", "PATCH"))


class Exchange(Protocol):
    """A place on a connection for one request."""

    async def start(self, request: Request) -> tuple[int, Headers]:
        """Send the request, return status and headers of the final response. Raises StaleConnection, TransportError."""

    async def read(self) -> bytes:
        """Some bytes of the body, b"" at its end. Raises TransportError."""

    async def finish(self) -> None:
        """Give the place back; a connection whose response was not read to its end is not used again."""
