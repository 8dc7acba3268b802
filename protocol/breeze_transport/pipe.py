"""One direction of a connection in memory: a bounded buffer, emptied as the link between two hosts allows.

What enters is stamped with the time it may leave; a reader sees a chunk when that time has come and the hosts are not
partitioned. An end and a reset travel through the same buffer, so that latency and partitions hold those too.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

import attrs
import trio

END: Final = b""
RESET: Final = None


@attrs.define(eq=False)
class Link:
    """What lies between two hosts."""

    latency: float = 0.0
    partitioned: bool = False
    healed: trio.lowlevel.ParkingLot = attrs.field(factory=trio.lowlevel.ParkingLot)


@attrs.define(eq=False)
class Pipe:
    """One direction of a connection: a writer, a bounded buffer, a reader."""

    link: Link
    capacity: int
    chunks: deque[tuple[float, bytes | None]] = attrs.field(factory=deque)
    size: int = 0
    ended: bool = False
    refused_at: float = math.inf
    _lot: trio.lowlevel.ParkingLot = attrs.field(factory=trio.lowlevel.ParkingLot)

    def put(self, chunk: bytes | None) -> None:
        self.chunks.append((trio.current_time() + self.link.latency, chunk))
        self.size += len(chunk or b"")
        self.wake()

    def end(self) -> None:
        """The writer says no more."""
        if not self.ended:
            self.ended = True
            self.put(END)

    def reset(self) -> None:
        """The writer dies: what has not arrived never will."""
        now = trio.current_time()
        while self.chunks and self.chunks[-1][0] > now:
            self.size -= len(self.chunks.pop()[1] or b"")
        self.ended = True
        self.put(RESET)

    def refuse(self) -> None:
        """The reader is gone; the writer learns it after the link's latency."""
        if self.refused_at == math.inf:
            self.refused_at = trio.current_time() + self.link.latency
        self.chunks.clear()
        self.size = 0
        self.wake()

    def wake(self) -> None:
        self._lot.unpark_all()

    @property
    def broken(self) -> bool:
        return trio.current_time() >= self.refused_at and not self.link.partitioned

    @property
    def arrived(self) -> bool:
        return bool(self.chunks) and self.chunks[0][0] <= trio.current_time() and not self.link.partitioned

    @property
    def _due(self) -> float:
        """When this pipe changes without anybody's doing."""
        if self.link.partitioned:
            return math.inf
        now = trio.current_time()
        moments = [self.refused_at] + [at for at, _ in list(self.chunks)[:1]]
        return min((at for at in moments if at > now), default=math.inf)

    async def wait_change(self) -> None:
        with trio.move_on_at(self._due):
            await self._lot.park()

    def take(self, limit: int) -> bytes:
        """What has arrived, `limit` bytes at most; b"" at the end. Raises BrokenResourceError after a reset."""
        taken: list[bytes] = []
        while limit and self.arrived:
            at, chunk = self.chunks[0]
            if not chunk:
                if taken:
                    break
                if chunk is RESET:
                    raise trio.BrokenResourceError("connection reset by the peer")
                return b""
            part, rest = chunk[:limit], chunk[limit:]
            taken.append(part)
            limit -= len(part)
            self.size -= len(part)
            if rest:
                self.chunks[0] = (at, rest)
            else:
                self.chunks.popleft()
        self.wake()
        return b"".join(taken)
