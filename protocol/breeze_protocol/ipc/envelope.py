"""The envelope of every frame, and the HMAC over it.

The payload stays the bytes that stood in the frame: they are hashed as they came, and decoded only afterwards.
"""

import hmac
from hashlib import sha256
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from breeze_protocol.wire import decode, encode

ZERO_KEY: Final = bytes(32)
"""The key of the handshake (IPC-013). It protects nothing; it makes both phases one format."""

SEQ_MOST: Final = (1 << 64) - 1
NULL: Final = Raw(b"null")


class Envelope(msgspec.Struct, kw_only=True):
    """IPC-005: what a frame holds. Unknown fields are dropped, a payload left out is null (IPC-007)."""

    id: Annotated[str, Meta(max_length=256)]
    seq: int
    type: Annotated[str, Meta(max_length=64)]
    payload: Raw = NULL
    error: str | UnsetType = UNSET
    hmac: str


class _Sent(msgspec.Struct, kw_only=True):
    id: str
    seq: int
    type: str
    payload: Raw
    error: str | UnsetType = UNSET
    hmac: str


def mac(key: bytes, identity: str, seq: int, kind: str, payload: bytes) -> str:
    """The HMAC of a frame in hexadecimal: id, decimal seq, type and payload, nothing between (IPC-010)."""
    text = b"".join((identity.encode(), str(seq).encode("ascii"), kind.encode(), payload))
    return hmac.new(key, text, sha256).hexdigest()


def genuine(key: bytes, envelope: Envelope) -> bool:
    """Whether the HMAC fits the bytes as they came; compared in constant time (IPC-011, IPC-012)."""
    wanted = mac(key, envelope.id, envelope.seq, envelope.type, bytes(envelope.payload))
    return hmac.compare_digest(wanted.encode("ascii"), envelope.hmac.encode("utf-8", "surrogatepass"))


def seal(key: bytes, identity: str, seq: int, kind: str, payload: bytes, error: str | None = None) -> bytes:
    """Encode one envelope with its HMAC, as the bytes of a frame without its length."""
    body = _Sent(
        id=identity,
        seq=seq,
        type=kind,
        payload=Raw(payload),
        error=error or UNSET,
        hmac=mac(key, identity, seq, kind, payload),
    )
    return encode(body)


def read(raw: bytes) -> Envelope:
    """Decode one frame, not yet its payload; whatever is wrong is a RemoteProtocolError."""
    envelope: Envelope = decode(Envelope, raw, limit=len(raw))
    return envelope
