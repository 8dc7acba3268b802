"""One side's view of a connection: frames in and out, keys, sequence numbers, signs of life."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.frames import FrameReader, pack
from breeze_protocol.ipc.envelope import SEQ_MOST, ZERO_KEY, Envelope, genuine, read, seal
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Machine
from breeze_protocol.wire import encode

TAKEN = "taken"


@attrs.define
class Line:
    """Takes and makes frames. What it refuses it says by the table's event; then the connection is to be closed."""

    table: Machine
    limits: Mapping[str, float] = DEFAULTS
    key: bytes = ZERO_KEY
    over: bool = False
    """The handshake is over: larger frames are allowed, and silence counts."""
    heard: float = 0.0
    """When the last good frame arrived."""
    sent: int = attrs.field(default=0, init=False)
    last: int = attrs.field(default=0, init=False)
    """The greatest sequence number that arrived."""
    _reader: FrameReader = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Begin without a byte."""
        self._reader = FrameReader(self._wanted)

    def switch(self, session_key: str) -> None:
        """From now on the session key holds, both ways; the numbers go on (IPC-014, IPC-022)."""
        self.key, self.over = bytes.fromhex(session_key), True

    def take(self, data: bytes, now: float) -> Iterator[Envelope | None]:
        """Hand out the frames that these bytes complete, one by one; None is a frame that was refused, and the end."""
        self._reader.feed(data)
        try:
            for raw in self._reader.frames():
                envelope = self._open(raw)
                if envelope is None:
                    yield None
                    return
                self.last, self.heard = envelope.seq, now
                yield envelope
        except RemoteProtocolError:
            yield None

    def make(self, kind: str, identity: str, payload: Any = None, error: str | None = None) -> bytes:
        """Number, sign and pack one message (IPC-004, IPC-021)."""
        self.sent += 1
        return pack(seal(self.key, identity, self.sent, kind, encode(payload), error))

    def size(self, kind: str, identity: str, payload: Any) -> int:
        """How long the frame of this message would be, at most."""
        return len(encode(payload)) + 6 * (len(identity) + len(kind)) + 256

    def _open(self, raw: bytes) -> Envelope | None:
        envelope = None
        try:
            envelope = read(raw)
        except RemoteProtocolError:
            facts: dict[str, float] = {"decodes": False}
        else:
            ahead = self.last < envelope.seq <= SEQ_MOST
            facts = {"decodes": True, "mac_fits": genuine(self.key, envelope), "seq_ahead": ahead}
        return envelope if self.table.classify("frame", facts, self.limits) == TAKEN else None

    def _wanted(self, size: int) -> bool:
        given = "size" if self.over else "first_size"
        return self.table.classify(given, {"bytes": size}, self.limits) == "wanted"
