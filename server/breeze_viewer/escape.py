"""The escape `~` at the beginning of a line, as in ssh: a way out that the far side cannot take away."""

from __future__ import annotations

from enum import Enum
from typing import Final

import attrs

HELP: Final = (
    "~.  leave, which ends the session",
    "~?  this list",
    "~~  type one ~",
    "(Only at the beginning of a line.)",
)

_TILDE: Final = ord("~")
_BREAKS: Final = b"\r\n"


class Wish(Enum):
    """What the person wants of the viewer itself."""

    LEAVE = "leave"
    HELP = "help"


@attrs.define
class Escapes:
    """Divides what is typed into what is meant for the far side and what is meant for us."""

    _at_start: bool = True
    _escaped: bool = False

    def feed(self, typed: bytes) -> tuple[bytes, list[Wish]]:
        """The bytes to send, and the wishes among them; what follows a wish to leave is dropped."""
        if not self._escaped and b"~" not in typed:
            # The usual case, and the one that has to be fast: a key, or a paste without any tilde.
            self._at_start = typed[-1:] in (b"\r", b"\n")
            return typed, []
        send = bytearray()
        wishes: list[Wish] = []
        for byte in typed:
            if self._escaped:
                self._escaped = False
                wish = {ord("."): Wish.LEAVE, ord("?"): Wish.HELP}.get(byte)
                if wish is not None:
                    wishes.append(wish)
                    self._at_start = True
                    if wish is Wish.LEAVE:
                        break
                    continue
                send += b"" if byte == _TILDE else b"~"
            elif self._at_start and byte == _TILDE:
                self._escaped = True
                continue
            send.append(byte)
            self._at_start = byte in _BREAKS
        return bytes(send), wishes
