"""The person's own terminal: its size, and raw mode that is always taken back."""

from __future__ import annotations

import contextlib
import os
import termios
import tty
from collections.abc import Sequence
from typing import Any

import attrs


@attrs.define
class RawMode:
    """Raw mode of one terminal; without a terminal (`fd` None) nothing happens. Both calls may be repeated.

    Changes act at once and never wait for output to drain: the terminal may be one that takes none.
    """

    fd: int | None
    _before: list[Any] | None = None

    @property
    def active(self) -> bool:
        """Whether the terminal is in raw mode by our doing."""
        return self._before is not None

    def enter(self) -> None:
        """Every key becomes a byte: no echo, no lines, no signals."""
        if self.fd is None:
            return
        with contextlib.suppress(termios.error):
            before = self._before or termios.tcgetattr(self.fd)
            tty.setraw(self.fd, termios.TCSANOW)
            self._before = before

    def leave(self) -> None:
        """Put the terminal back as `enter` found it; one that is gone needs nothing."""
        before, self._before = self._before, None
        if self.fd is not None and before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fd, termios.TCSANOW, before)


def terminal_among(fds: Sequence[int]) -> int | None:
    """The first of these that is a terminal."""
    return next((fd for fd in fds if os.isatty(fd)), None)


def size_of(fd: int | None) -> tuple[int, int]:
    """Columns and rows of the terminal; 80 x 24 where it has none or does not say."""
    if fd is not None:
        with contextlib.suppress(OSError):
            cols, rows = os.get_terminal_size(fd)
            if cols > 0 and rows > 0:
                return cols, rows
    return 80, 24
