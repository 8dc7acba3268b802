"""Standard input and output as Trio streams that never block the loop and never change what they share.

O_NONBLOCK belongs to the open file, which the shell that started us and the other ends of a pipeline have too. So the
file is opened a second time by way of /proc, and that one is made non-blocking. What cannot be opened again (files,
sockets, another user's terminal) is read and written in a worker thread.
"""

from __future__ import annotations

import os
import stat
from typing import Protocol

import attrs
import trio

from breeze_transport.seams import Blocking

PIECE = 64 * 1024
"""Bytes that are read at a time."""


class Input(Protocol):
    """Where typed bytes come from."""

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        """Some bytes, b"" at the end. Raises trio.BrokenResourceError where the terminal is gone."""

    async def aclose(self) -> None:
        """Stop reading."""


class Output(Protocol):
    """Where output goes."""

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Write all of it, as fast as it is taken. Raises trio.BrokenResourceError where nobody reads any more."""

    async def aclose(self) -> None:
        """Stop writing."""


def open_input(fd: int, blocking: Blocking) -> Input:
    """Read from `fd`, which stays as it is."""
    again = _reopen(fd, os.O_RDONLY)
    return ThreadedInput(fd, blocking) if again is None else trio.lowlevel.FdStream(again)


def open_output(fd: int, blocking: Blocking) -> Output:
    """Write to `fd`, which stays as it is."""
    again = _reopen(fd, os.O_WRONLY)
    return ThreadedOutput(fd, blocking) if again is None else trio.lowlevel.FdStream(again)


@attrs.define
class ThreadedInput:
    """Reads in a worker thread. A read that is cancelled goes on without us, and what it gets is lost."""

    fd: int
    blocking: Blocking

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        try:
            return await self.blocking.run(os.read, self.fd, max_bytes or PIECE, cancellable=True)
        except OSError as error:
            raise trio.BrokenResourceError(str(error)) from error

    async def aclose(self) -> None:
        await trio.lowlevel.checkpoint()


@attrs.define
class ThreadedOutput:
    """Writes in a worker thread."""

    fd: int
    blocking: Blocking

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[await self.blocking.run(os.write, self.fd, view, cancellable=True) :]
        except OSError as error:
            raise trio.BrokenResourceError(str(error)) from error

    async def aclose(self) -> None:
        await trio.lowlevel.checkpoint()


def _reopen(fd: int, flags: int) -> int | None:
    # Not a regular file: opened again it would be at its beginning, and a poll says nothing about it.
    mode = os.fstat(fd).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
        return None
    try:
        return os.open(f"/proc/self/fd/{fd}", flags | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return None
