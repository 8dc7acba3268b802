"""What the far side has done to the screen, so that it can be undone where the far side no longer can."""

from __future__ import annotations

import re
from typing import Final

import attrs

_MODES: Final = re.compile(rb"\x1b\[\?([0-9;]{1,64})([hl])")
_TAIL: Final = 72

_UNDO: Final = {
    **dict.fromkeys((1, 9, 47, 66, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1047, 1049, 2004), True),
    **dict.fromkeys((7, 25), False),
}
"""Private modes that matter to the next program, and whether `set` is the unusual state (DECTCEM and DECAWM: not)."""


@attrs.define
class Screen:
    """Follows the private modes (alternate screen, mouse, paste, cursor) in the output."""

    _unusual: dict[int, bool] = attrs.field(factory=dict)
    _rest: bytes = b""

    def note(self, output: bytes) -> None:
        """Look through a piece of output; a sequence may be cut between two pieces."""
        if b"\x1b" not in output and not self._rest:
            return
        text = self._rest + output
        end = 0
        for found in _MODES.finditer(text):
            end = found.end()
            for number in map(int, filter(None, found[1].split(b";"))):
                if number in _UNDO:
                    self._unusual[number] = (found[2] == b"h") == _UNDO[number]
        last = text.rfind(b"\x1b", max(end, len(text) - _TAIL))
        self._rest = text[last:] if last >= 0 else b""

    def undo(self) -> bytes:
        """The sequences that bring the screen back; b"" where nothing is unusual."""
        modes = [number for number, unusual in self._unusual.items() if unusual]
        self._unusual.clear()
        back = b"".join(b"\x1b[?%d%s" % (number, b"l" if _UNDO[number] else b"h") for number in modes)
        return back + b"\x1b[0m" if back else b""
