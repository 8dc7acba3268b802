"""Server-sent events: a writer, and an incremental parser with bounds.

The parser follows the HTML standard's event stream: lines end in CR, LF or CRLF, a blank line dispatches, `id`
outlives the event, what is unfinished at the end is dropped. Any split of the same bytes yields the same items in the
same order, and the same fault after them.
"""

import re
from collections.abc import Iterator
from typing import Final

import attrs

from breeze_protocol.errors import INVALID_MESSAGE, LocalProtocolError, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS

MEDIA_TYPE: Final = "text/event-stream"

_LINE_END = re.compile(rb"[\r\n]")
_BROKEN = re.compile(r"[\r\n\0]")
_BOM: Final = b"\xef\xbb\xbf"


@attrs.frozen
class Event:
    """One event: its name (`message` where the stream says none), its data, and the last id that the stream named."""

    name: str
    data: str
    id: str = ""


@attrs.frozen
class Comment:
    """A line that begins with a colon: it says that the other side is alive, and nothing else."""

    text: str


def write(name: str, data: bytes | str, id: str | None) -> bytes:
    """Write one event; None: without an id. A name or id that would break the framing is a LocalProtocolError."""
    if _BROKEN.search(name + (id or "")):
        raise LocalProtocolError("a name or id of an event has no line end and no NUL", code=INVALID_MESSAGE)
    raw = data.encode() if isinstance(data, str) else data
    lines = b"".join(b"data: %b\n" % line for line in re.split(rb"\r\n|\r|\n", raw))
    head = b"" if id is None else b"id: %b\n" % id.encode()
    return b"%bevent: %b\n%b\n" % (head, name.encode(), lines)


def write_comment(text: str = "") -> bytes:
    """Write a comment, which keeps proxies from closing a silent stream."""
    if _BROKEN.search(text):
        raise LocalProtocolError("a comment has no line end and no NUL", code=INVALID_MESSAGE)
    return f": {text}\n\n".encode()


@attrs.define
class Parser:
    """The reading side of one stream."""

    limit: int = int(DEFAULTS["sse_event"])
    """Greatest number of bytes of a line, and of the data of an event."""
    last_id: str = ""
    """What to send as `Last-Event-ID` after a break."""
    retry: int | None = attrs.field(default=None, init=False)
    """Milliseconds to wait before connecting anew, where the stream says so."""
    _rest: bytearray = attrs.field(factory=bytearray, init=False)
    _scanned: int = attrs.field(default=0, init=False)
    _begun: bool = attrs.field(default=False, init=False)
    _after_cr: bool = attrs.field(default=False, init=False)
    _name: str = attrs.field(default="", init=False)
    _id: str = attrs.field(default=attrs.Factory(lambda self: self.last_id, takes_self=True), init=False)
    _data: list[bytes] = attrs.field(factory=list, init=False)
    _size: int = attrs.field(default=0, init=False)
    _fault: RemoteProtocolError | None = attrs.field(default=None, init=False)

    def feed(self, chunk: bytes) -> Iterator[Event | Comment]:
        """Yield what the bytes so far complete. A line or an event over the limit is a RemoteProtocolError, which comes
        after everything that was complete before it, and again at every later call."""
        if self._fault is not None:
            raise self._fault
        self._rest += chunk
        begin, scanned, self._scanned = 0, self._scanned, 0
        try:
            while (found := _LINE_END.search(self._rest, max(begin, scanned))) is not None:
                end, line = found.end(), bytes(self._rest[begin : found.start()])
                if self._after_cr and not line and found[0] == b"\n":  # the second half of a CRLF
                    self._after_cr, begin = False, end
                    continue
                self._measure(len(line))
                self._after_cr, begin = found[0] == b"\r", end
                item = self._line(line)
                if item is not None:
                    yield item
            self._measure(len(self._rest) - begin)
            self._scanned = len(self._rest) - begin
        finally:
            del self._rest[:begin]

    def _measure(self, size: int) -> None:
        if size > self.limit:
            self._fault = RemoteProtocolError(f"a line or event of more than {self.limit} bytes", code=INVALID_MESSAGE)
            raise self._fault

    def _line(self, line: bytes) -> Event | Comment | None:
        if not self._begun:
            self._begun, line = True, line.removeprefix(_BOM)
        if not line:
            return self._dispatch()
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if not field:
            return Comment(value.decode("utf-8", "replace"))
        match field:
            case b"data":
                self._size += len(value) + 1
                self._measure(self._size - 1)
                self._data.append(value)
            case b"event":
                self._name = value.decode("utf-8", "replace")
            case b"id" if b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
            case b"retry" if value.isdigit() and len(value) < 10:
                self.retry = int(value)
        return None

    def _dispatch(self) -> Event | None:
        self.last_id = self._id
        name, data = self._name, self._data
        self._name, self._data, self._size = "", [], 0
        return Event(name or "message", b"\n".join(data).decode("utf-8", "replace"), self._id) if data else None
