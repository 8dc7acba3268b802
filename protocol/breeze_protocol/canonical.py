"""One JSON value, one text: the form over which approvals are hashed.

RFC 8785 without fractions: no white space; members sorted by the UTF-16 code units of their names; strings escape only
the quotation mark, the backslash and what lies below U+0020 (`\\b \\t \\n \\f \\r`, else `\\u00xx` in lower case);
integers from -(2^53 - 1) to 2^53 - 1 in decimal; `true`, `false`, `null`; encoded as UTF-8.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from breeze_protocol.errors import INVALID_MESSAGE, Code, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS

GREATEST: Final = (1 << 53) - 1
_DEEPEST: Final = int(DEFAULTS["json_depth"])


def canonical(value: Any, code: Code = INVALID_MESSAGE) -> bytes:
    """Write the value canonically; a fraction, an integer out of range, a lone surrogate, a name that is no string or a
    depth over the limit is a RemoteProtocolError with `code`."""
    try:
        text = json.dumps(_ordered(value, 0, code), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode()
    except UnicodeEncodeError:
        raise RemoteProtocolError("a string has a lone surrogate", code=code) from None


def digest(domain: str, value: Any, code: Code = INVALID_MESSAGE) -> str:
    """SHA-256 over the domain's name, a line feed and the canonical text, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(domain.encode() + b"\n" + canonical(value, code)).hexdigest()


def _ordered(value: Any, depth: int, code: Code) -> Any:
    if isinstance(value, Mapping | list | tuple) and depth >= _DEEPEST:
        raise RemoteProtocolError(f"nested deeper than {_DEEPEST} levels", code=code)
    match value:
        case None | bool() | str():
            return value
        case int() if -GREATEST <= value <= GREATEST:
            return value
        case list() | tuple():
            return [_ordered(each, depth + 1, code) for each in value]
        case Mapping() if all(isinstance(name, str) for name in value):
            names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
            return {name: _ordered(value[name], depth + 1, code) for name in names}
    raise RemoteProtocolError(f"{value!r:.60} has no canonical form", code=code)
