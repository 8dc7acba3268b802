"""What waits to leave by one socket. One task writes; whoever sends is never cut off in the middle of a frame.

Two kinds: what is said (results, pongs, exits) is queued without waiting and goes first; terminal output waits until it
has left, one piece a terminal, so that a slow link slows the programs and no queue grows.
"""

from __future__ import annotations

from typing import Final

import attrs
import trio

MOST: Final = 1024
"""Messages that may be queued before the receiving side pauses: a server that sends commands has to read results."""


@attrs.define(eq=False)
class _Piece:
    message: str | bytes
    left: trio.Event = attrs.field(factory=trio.Event)


class Outbox:
    """The queue of one socket."""

    def __init__(self) -> None:
        self._said: list[str | bytes] = []
        self._output: list[_Piece] = []
        self._leaving: list[_Piece] = []
        self._something = trio.lowlevel.ParkingLot()
        self._room = trio.lowlevel.ParkingLot()

    def post(self, message: str | bytes) -> None:
        """Queue a message; it leaves before any output that has not left yet."""
        self._said.append(message)
        self._something.unpark()

    async def deliver(self, message: str | bytes) -> None:
        """Queue output and wait until it has left. Cancelled before it is taken, it never leaves."""
        piece = _Piece(message)
        self._output.append(piece)
        self._something.unpark()
        try:
            await piece.left.wait()
        finally:
            if piece in self._output:
                self._output.remove(piece)

    async def wait_room(self) -> None:
        """Wait while too much is queued."""
        while len(self._said) > MOST:
            await self._room.park()

    async def take(self) -> list[str | bytes]:
        """Everything that waits, at least one message. The writer calls `written` once it has left."""
        while not self._said and not self._output:
            await self._something.park()
        self._leaving, self._output = self._output, []
        taken = [*self._said, *(piece.message for piece in self._leaving)]
        self._said.clear()
        self._room.unpark_all()
        return taken

    def written(self) -> None:
        """What was taken has left."""
        for piece in self._leaving:
            piece.left.set()
        self._leaving = []
