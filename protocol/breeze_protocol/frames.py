"""Length-prefixed frames on a byte stream: four bytes of length, big-endian, then that many bytes.

`FrameReader` is fed whatever the stream yields and hands out whole frames. It looks at a length as soon as its four
bytes are there, so that a frame that nobody wants is refused before memory is spent on it.
"""

from collections.abc import Callable, Iterator
from typing import Final

import attrs

from breeze_protocol.errors import INVALID_MESSAGE, RemoteProtocolError

HEAD: Final = 4
"""Bytes of length before each frame."""


def pack(body: bytes) -> bytes:
    """Put the length before the bytes of one frame."""
    return len(body).to_bytes(HEAD, "big") + body


@attrs.define
class FrameReader:
    """Takes a byte stream apart. Holds at most one frame that `wanted` allows, and what one `feed` brought."""

    wanted: Callable[[int], bool]
    """Whether a frame of so many bytes may come; asked once for every frame, when its length is known."""
    _buffer: bytearray = attrs.field(factory=bytearray, init=False)
    _asked: bool = attrs.field(default=False, init=False)
    _broken: bool = attrs.field(default=False, init=False)

    @property
    def held(self) -> int:
        """Bytes of a frame that is not whole yet."""
        return len(self._buffer)

    def feed(self, data: bytes | memoryview) -> None:
        """Add bytes as they arrived; after a refused length they are dropped."""
        if not self._broken:
            self._buffer += data

    def frames(self) -> Iterator[bytes]:
        """Take out every whole frame; a length that is not wanted is a RemoteProtocolError, then and ever after."""
        while (frame := self._next()) is not None:
            yield frame

    def _next(self) -> bytes | None:
        if self._broken:
            raise RemoteProtocolError("the stream was refused before", code=INVALID_MESSAGE)
        if len(self._buffer) < HEAD:
            return None
        size = int.from_bytes(self._buffer[:HEAD], "big")
        if not self._asked and not self.wanted(size):
            self._broken = True
            self._buffer.clear()
            raise RemoteProtocolError(f"a frame of {size} bytes is not allowed here", code=INVALID_MESSAGE)
        self._asked = True
        if len(self._buffer) < HEAD + size:
            return None
        frame = bytes(memoryview(self._buffer)[HEAD : HEAD + size])
        del self._buffer[: HEAD + size]
        self._asked = False
        return frame
