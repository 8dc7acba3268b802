"""An expected outcome that is not success: a value, not an exception."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from breeze_protocol.errors import Code
from breeze_protocol.wire import encode


@attrs.frozen
class Refusal:
    """What to answer instead: a code of the registry and what else the caller should know."""

    code: Code
    details: Any = None
    extras: Mapping[str, Any] = attrs.field(factory=dict)
    """Further fields of the body, such as `currentCount`."""
    retry_after: int | None = None
    """Seconds."""
    more_headers: tuple[tuple[str, str], ...] = attrs.field(default=(), alias="headers")

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Headers of the response."""
        wait = 1 if self.retry_after is None and self.code.http == 429 else self.retry_after
        return self.more_headers if wait is None else (*self.more_headers, ("Retry-After", str(wait)))

    def body(self) -> bytes:
        """The one error shape."""
        shape = {"error": self.code.says, "message": self.code.says, "code": self.code.name}
        if self.details is not None:
            shape["details"] = self.details
        return encode(shape | dict(self.extras))
