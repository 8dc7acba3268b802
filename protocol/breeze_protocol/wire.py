"""The only place that meets untrusted JSON: strict decoding with bounds, and encoding.

Size is checked before anything is parsed, depth before anything is built. What happens to unknown fields is declared by
each message type: refused where it says `forbid_unknown_fields`, otherwise dropped. Of a duplicated key the last counts
(WIRE-005), except that a duplicated tag with another value is refused.
"""

from typing import Any, Final, TypeVar

import msgspec

from breeze_protocol.errors import INVALID_MESSAGE, Code, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS

T = TypeVar("T")

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
_encoder: Final = msgspec.json.Encoder()
_DEEPEST: Final = int(DEFAULTS["json_depth"])


class Open(msgspec.Struct, rename="camel", omit_defaults=True):
    """Base of messages whose unknown fields are dropped: peers of other versions may say more (WIRE-004)."""


class Closed(msgspec.Struct, rename="camel", omit_defaults=True, forbid_unknown_fields=True):
    """Base of messages whose unknown fields are refused: where a field that we do not know could be a demand."""


def decode(kind: type[T] | Any, data: bytes | str, *, limit: int, code: Code = INVALID_MESSAGE) -> T:
    """Decode one JSON text of at most `limit` bytes into `kind`; whatever is wrong is a RemoteProtocolError."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > limit:
        raise RemoteProtocolError(f"{len(raw)} bytes are more than the {limit} allowed", code=code)
    if _too_deep(raw):
        raise RemoteProtocolError(f"nested deeper than {_DEEPEST} levels", code=code)
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders.setdefault(kind, msgspec.json.Decoder(kind))
    try:
        decoded: T = decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise RemoteProtocolError(str(error), code=code, details=fault(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RemoteProtocolError(f"not JSON: {error}", code=code) from None
    return decoded


def encode(message: Any) -> bytes:
    """Encode a message as JSON in UTF-8."""
    return _encoder.encode(message)


def encode_text(message: Any) -> str:
    """Encode a message as the JSON text of one WebSocket text frame."""
    return _encoder.encode(message).decode()


def fault(words: str) -> list[dict[str, str]]:
    """Split a decoder's complaint into the path of the fault and what is wrong there."""
    says, _, path = words.partition(" - at `")
    return [{"path": path.rstrip("`") or "$", "message": says}]


def _too_deep(raw: bytes) -> bool:
    # A text with few brackets cannot be deep; the walk below is paid only by texts that could be (WIRE-003).
    if raw.count(b"[") + raw.count(b"{") <= _DEEPEST:
        return False
    depth = 0
    inside = escaped = False
    for byte in raw:
        if inside:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                inside = False
        elif byte == 0x22:
            inside = True
        elif byte in b"[{":
            depth += 1
            if depth > _DEEPEST:
                return True
        elif byte in b"]}":
            depth -= 1
    return False
