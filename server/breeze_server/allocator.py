"""The C library's allocator, told to give large blocks back.

A password's hash takes 19 MiB for some milliseconds. glibc learns from the first such block to keep the next ones: an
arena a thread, each with room for it, for as long as the process lives.
"""

from __future__ import annotations

import contextlib
import ctypes

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # <malloc.h>
LARGE = 1 << 20
"""Bytes from which a block is the system's and goes back at once."""

ARENAS = 2


def return_large_blocks() -> None:
    """Set it for this process, before threads begin; other C libraries than glibc are left as they are."""
    with contextlib.suppress(AttributeError, OSError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, LARGE)
        mallopt(_M_ARENA_MAX, ARENAS)
