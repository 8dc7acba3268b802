"""What waits to leave by one socket. One task writes; whoever sends is never cut off in the middle of a frame.

Two kinds: what is said (results, pongs, exits) is queued without waiting and goes first; terminal output waits until it
has left, one piece a terminal, so that a slow link slows the programs and no queue grows.
"""

from __future__ import annotations

from typing import Final

import attrs
import trio

from breeze_transport.websocket import WebSocket

MOST: Final = 1024
"""Messages that may be queued before the receiving side pauses: a server that sends commands has to read results."""


@attrs.define(eq=False)
class _Piece:
    message: str | bytes
    left: trio.Event = attrs.field(factory=trio.Event)


class Outbox:
    """The queue of one socket."""

    def __init__(self, socket: WebSocket | None = None) -> None:
        self._socket = socket
        """Where the line is free, a message leaves at once: one task less between a key and its echo."""
        self._said: list[str | bytes] = []
        self._output: list[_Piece] = []
        self._leaving: list[_Piece] = []
        self._something = trio.lowlevel.ParkingLot()
        self._room = trio.lowlevel.ParkingLot()

    def post(self, message: str | bytes) -> None:
        """Queue a message; it leaves before any output that has not left yet."""
        if not self._at_once(message):
            self._said.append(message)
            self._something.unpark()

    async def deliver(self, message: str | bytes) -> None:
        """Queue output and wait until it has left. Cancelled before it is taken, it never leaves."""
        if self._at_once(message):
            await trio.lowlevel.checkpoint()
            return
        piece = _Piece(message)
        self._output.append(piece)
        self._something.unpark()
        try:
            await piece.left.wait()
        finally:
            if piece in self._output:
                self._output.remove(piece)

    def _at_once(self, message: str | bytes) -> bool:
        if self._socket is None or self._said or self._output or self._leaving:
            return False
        if not self._socket.send_nowait((message,)):
            return False
        if self._socket.unsent:
            self._something.unpark()
        return True

    async def wait_room(self) -> None:
        """Wait while too much is queued."""
        while len(self._said) > MOST:
            await self._room.park()

    async def take(self) -> list[str | bytes]:
        """Everything that waits, or nothing where only a piece in the socket does. The writer calls `written` then."""
        while not self._said and not self._output and not (self._socket is not None and self._socket.unsent):
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
