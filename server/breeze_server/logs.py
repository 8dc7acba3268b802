"""Structured logs: one JSON object a line on stderr, or words for a person who watches; secrets never.

Everything that the process logs passes one handler, and so one redaction. Context such as the session travels with the
task: ``with log_context(session=...)``.
"""

from __future__ import annotations

import io
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TextIO

import msgspec

from breeze_transport.seams import Wall

MAX_TEXT = 16384
"""Characters of one value, tracebacks included; what is longer is cut in its middle."""

REDACTED = "[redacted]"

_context: ContextVar[Mapping[str, object]] = ContextVar("log_context", default=MappingProxyType({}))

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SECRET_KEYS = re.compile(
    r"(?:^|[^a-z])(?:pass(?:word|wd|phrase)?|secrets?|tokens?|authorization|cookie|jwt|bearer|api_?key|private_?key"
    r"|totp|otp|(?:connect|mfa|recovery|backup|verification)_?codes?|credentials?|ticket|signature|hmac|session_?key)$"
)
_SECRET_TEXT = re.compile(
    r"brz_[\w-]+"
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # a JSON Web Token
    r"|\bsk-[\w-]{8,}"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # user:password in a URL
    r"|(?i:(?<=bearer )|(?<=basic ))[\w.~+/=-]+"
    r"|(?i:(?<=[?&]token=)|(?<=[?&]ticket=)|(?<=[?&]code=))[^&\s\"']+"
    r"|(?i:(?<=password=)|(?<=password: )|(?<=secret=))[^&\s\"']+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
)


@contextmanager
def log_context(**fields: object) -> Iterator[None]:
    """Add fields to every record that this task, and the tasks it starts, log inside the block."""
    token = _context.set({**_context.get(), **fields})
    try:
        yield
    finally:
        _context.reset(token)


def start_logging(wall: Wall, *, level: int | str = logging.INFO, stream: TextIO | None = None) -> None:
    """Send every record of the process to ``stream`` (stderr): JSON lines, or words where it is a terminal."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(HumanFormatter(wall) if handler.stream.isatty() else JsonFormatter(wall))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("alembic", "hypercorn"):  # their progress is not our news
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)


def redact(value: Any, key: str = "") -> Any:
    """Return a value fit for a log: secret by its key or by its form, it is replaced; otherwise made plain."""
    if key and _is_secret(_snake(key), value):
        return REDACTED
    if isinstance(value, Mapping):
        return {str(name): redact(item, str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item) for item in value]
    if isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    return _SECRET_TEXT.sub(REDACTED, _cut(str(value)))


def _is_secret(key: str, value: object) -> bool:
    if isinstance(value, bool | None) or (isinstance(value, int) and key.endswith("tokens")):
        return False  # whether there is one, and how many words a model read, may be known
    return _SECRET_KEYS.search(key) is not None


class _Formatter(logging.Formatter):
    """Gathers a record's fields, dated by the injected wall and redacted."""

    def __init__(self, wall: Wall) -> None:
        super().__init__()
        self._wall = wall

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        date = datetime.fromtimestamp(self._wall.now(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        extra = {name: value for name, value in vars(record).items() if name not in _ORDINARY}
        found = {"event": record.getMessage(), "logger": record.name, **_context.get(), **extra}
        if record.exc_info and record.exc_info[1] is not None:
            found["error"] = _traceback(record.exc_info[1])
        if record.stack_info:
            found["stack"] = record.stack_info
        return {"ts": date, "level": record.levelname.lower(), **redact(found)}


class JsonFormatter(_Formatter):
    """One JSON object a line, with ``ts``, ``level`` and ``event`` first."""

    def format(self, record: logging.LogRecord) -> str:
        return msgspec.json.encode(self.fields(record)).decode()


class HumanFormatter(_Formatter):
    """One line of words a record, and its traceback below; control characters are shown, never obeyed."""

    def format(self, record: logging.LogRecord) -> str:
        fields = self.fields(record)
        date, level, event = fields.pop("ts"), fields.pop("level"), fields.pop("event")
        below = "".join(f"\n{fields.pop(name)}" for name in ("error", "stack") if name in fields)
        del fields["logger"]
        words = " ".join(f"{name}={value}" for name, value in fields.items())
        return _printable(f"{date[11:19]} {level:<8}{event} {words}").rstrip() + _printable(below, keep="\n")


def _printable(text: str, keep: str = "") -> str:
    return "".join(c if c.isprintable() or c in keep else c.encode("unicode_escape").decode() for c in text)


def _traceback(error: BaseException) -> str:
    text = io.StringIO()
    traceback.print_exception(error, file=text)
    return text.getvalue().rstrip()


def _cut(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[: MAX_TEXT // 2]} … {len(text) - MAX_TEXT} characters left out … {text[-MAX_TEXT // 2 :]}"


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower().replace("-", "_")
