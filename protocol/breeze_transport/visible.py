"""Words from elsewhere, made safe to show: what a terminal would obey becomes something to read."""

from __future__ import annotations

import re
from typing import Final

# C0, DEL, C1, and the marks that reorder or hide text (bidirectional controls, zero-width, byte order mark).
_OBEYED: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")

_PICTURES: Final = 0x2400


def visible(text: str, limit: int = 500) -> str:
    """The text in at most `limit` characters, without anything that a terminal obeys.

    Control characters become their pictures (ESC is ␛), others that change how text is shown become `\\u` escapes.
    """
    cut = text if len(text) <= limit else text[: max(0, limit - 1)] + "…"
    return _OBEYED.sub(_show, cut)


def _show(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(_PICTURES + code)
    return "\u2421" if code == 0x7F else f"\\u{code:04x}"
