"""The headers of a download and of an agent's pieces: ranges, digests, file names (RFC 9110, RFC 9530, RFC 6266)."""

import base64
import re
from typing import Final
from urllib.parse import quote

from breeze_protocol.errors import RANGE_NOT_SATISFIABLE, VALIDATION_FAILED, RemoteProtocolError

_RANGE: Final = re.compile(r"bytes=(\d{0,16})-(\d{0,16})", re.ASCII)
_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,16})-(\d{1,16})/(\d{1,16})", re.ASCII)


def asked_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Read `Range` into a half-open range of a file of `size` bytes; None: the whole file (XFER-017).

    What is no single range of bytes is ignored, as HTTP has it. A range that lies outside raises RemoteProtocolError.
    """
    found = _RANGE.fullmatch(header.strip()) if header is not None else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, stop = max(0, size - int(found[2])), size
    else:
        start, stop = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
        if found[2] and int(found[2]) < start:
            return None
    if start >= stop:
        raise RemoteProtocolError(f"{header} lies outside {size} bytes", code=RANGE_NOT_SATISFIABLE)
    return start, stop


def given_range(header: str | None, length: int) -> tuple[int, int, int]:
    """Read the `Content-Range` of a piece of `length` bytes into start, stop and size of the whole (XFER-054).

    Anything but a range that fits its own length and whole is a RemoteProtocolError.
    """
    text = header.strip() if header is not None else ""
    found = _CONTENT_RANGE.fullmatch(text)
    if found is None:
        raise _bad("a piece needs Content-Range: bytes <first>-<last>/<size>")
    first, last, size = int(found[1]), int(found[2]), int(found[3])
    if not first <= last < size:
        raise _bad(f"{text} is no range")
    if last - first + 1 != length:
        raise _bad(f"{text} does not fit a body of {length} bytes")
    return first, last + 1, size


def said_range(start: int, stop: int, size: int) -> str:
    """Write the `Content-Range` of an answer 206 or of a piece."""
    return f"bytes {start}-{stop - 1}/{size}"


def unsatisfied_range(size: int) -> str:
    """Write the `Content-Range` of an answer 416."""
    return f"bytes */{size}"


def digest_field(sha256: str) -> str:
    """Write `Repr-Digest` for the whole file, whatever part of it is answered (XFER-019)."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode('ascii')}:"


def read_digest(header: str | None) -> str | None:
    """The SHA-256 in hexadecimal that a `Repr-Digest` names, or None."""
    for part in (header or "").split(","):
        name, _, value = part.strip().partition("=")
        if name == "sha-256" and len(value) == 46 and value[0] == value[-1] == ":":
            try:
                return base64.b64decode(value[1:-1], validate=True).hex()
            except ValueError:
                return None
    return None


def entity_tag(sha256: str) -> str:
    """Write `ETag`: the file is what it hashes to, so that `If-Range` continues the same file or none (XFER-017)."""
    return f'"{sha256}"'


def disposition(filename: str) -> str:
    """Write `Content-Disposition` so that no file name can end the header or begin another (XFER-016)."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _bad(words: str) -> RemoteProtocolError:
    return RemoteProtocolError(words, code=VALIDATION_FAILED, details=[{"path": "$.content-range", "message": words}])
