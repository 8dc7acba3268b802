"""What is there and what is missing: chunks by index, bytes by range, and progress in percent."""

from collections.abc import Iterator

import attrs


@attrs.frozen
class Chunk:
    """One stored chunk: its length in bytes and the SHA-256 of its bytes."""

    length: int
    digest: bytes


@attrs.define
class Chunks:
    """The chunks of a `download` at the server. They have any length and come in any order; the index alone places them
    (XFER-010, XFER-011)."""

    held: dict[int, Chunk] = attrs.field(factory=dict)
    received: int = attrs.field(default=0, init=False)
    """Bytes of all chunks, each counted once."""
    next_chunk: int = attrs.field(default=0, init=False)
    """The lowest index that is missing."""
    next_offset: int = attrs.field(default=0, init=False)
    """Bytes of the chunks below `next_chunk`: where the missing one begins in the file."""
    highest: int = attrs.field(default=-1, init=False)

    def __attrs_post_init__(self) -> None:
        """Count what a restored record holds."""
        self.received = sum(chunk.length for chunk in self.held.values())
        self.highest = max(self.held, default=-1)
        self._advance()

    def take(self, index: int, chunk: Chunk) -> None:
        """Note a chunk; one that is held already counts once."""
        if index in self.held:
            return
        self.held[index] = chunk
        self.received += chunk.length
        self.highest = max(self.highest, index)
        self._advance()

    def missing(self, most: int) -> list[int]:
        """The lowest `most` missing indices below the highest one held."""
        found: list[int] = []
        for index in range(self.next_chunk, self.highest):
            if len(found) == most:
                break
            if index not in self.held:
                found.append(index)
        return found

    def completed_by(self, index: int, length: int, size: int) -> bool:
        """Whether the file of `size` bytes has no gap and no missing end once this chunk is there as well."""
        if self.received + length != size or index in self.held:
            return False
        count = len(self.held) + 1
        return max(self.highest, index) == count - 1

    @property
    def in_order(self) -> Iterator[int]:
        """The indices in the order of their bytes; meaningful once nothing is missing."""
        return iter(sorted(self.held))

    def _advance(self) -> None:
        while self.next_chunk in self.held:
            self.next_offset += self.held[self.next_chunk].length
            self.next_chunk += 1


@attrs.define
class Ranges:
    """The bytes of an `upload` at the server: disjoint half-open ranges, ascending, never touching (XFER-054)."""

    spans: list[tuple[int, int]] = attrs.field(factory=list)

    @property
    def received(self) -> int:
        """Bytes in all ranges."""
        return sum(stop - start for start, stop in self.spans)

    @property
    def next_offset(self) -> int:
        """The first byte that is missing."""
        return self.spans[0][1] if self.spans and self.spans[0][0] == 0 else 0

    def covers(self, start: int, stop: int) -> bool:
        """Whether every byte from `start` up to `stop` is there."""
        return start >= stop or any(first <= start and stop <= last for first, last in self.spans)

    def held(self, start: int, stop: int) -> list[tuple[int, int]]:
        """The parts of `start` up to `stop` that are there: what a repeated piece has to agree with."""
        cut = ((max(first, start), min(last, stop)) for first, last in self.spans)
        return [(first, last) for first, last in cut if first < last]

    def added(self, start: int, stop: int) -> "Ranges":
        """These ranges and one more, joined where they touch or overlap."""
        if start >= stop:
            return Ranges(list(self.spans))
        before = [span for span in self.spans if span[1] < start]
        after = [span for span in self.spans if span[0] > stop]
        joined = self.spans[len(before) : len(self.spans) - len(after)]
        first = min([start, *(span[0] for span in joined)])
        last = max([stop, *(span[1] for span in joined)])
        return Ranges([*before, (first, last), *after])

    def gaps(self, size: int, most: int) -> list[tuple[int, int]]:
        """The lowest `most` ranges that are missing of a file of `size` bytes."""
        found, at = [], 0
        for first, last in [*self.spans, (size, size)]:
            if at < first:
                found.append((at, first))
            at = max(at, last)
        return found[:most]

    def complete(self, size: int) -> bool:
        """Whether a file of `size` bytes is all there."""
        return self.covers(0, size)


def percent(direction: str, size: int, received: int, delivered: int, status: str) -> int:
    """Progress from 0 to 100, rounded down; 100 is said of a completed transfer only (XFER-023).

    A `download` passes the server on its way, so that its bytes count twice: once at the server, once at the device.
    """
    if status == "completed":
        return 100
    moved, whole = (received + delivered, 2 * size) if direction == "download" else (received, size)
    return min(99, 100 * moved // whole) if whole else 0
