"""What a server meant by refusing: the words of its answer, for a log or a person."""

from __future__ import annotations

from typing import Any

import msgspec

from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.wire import decode

_LIMIT = 65536
_MOST_WORDS = 300


class _Answer(msgspec.Struct):
    error: Any = None
    message: Any = None
    reason: Any = None


def words_of(status: int, body: bytes) -> str:
    """The status and the words of an error's body, on one line and of bounded length."""
    try:
        answer: _Answer = decode(_Answer, body, limit=_LIMIT)
    except RemoteProtocolError:
        answer = _Answer()
    said = [word for word in (answer.error, answer.reason) if isinstance(word, str) and word.strip()]
    if not said and isinstance(answer.message, str):
        said = [answer.message]
    words = " ".join(": ".join(said).split())[:_MOST_WORDS]
    printable = "".join(c if c.isprintable() else "?" for c in words)
    return f"{status}: {printable}" if printable else f"status {status}"
