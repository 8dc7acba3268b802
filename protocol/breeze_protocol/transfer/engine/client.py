"""The person's side: a program that sends a file to a device, or gets one from it."""

from collections.abc import Mapping

import attrs

from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running
from breeze_protocol.transfer import messages as m
from breeze_protocol.transfer.table import CLIENT

_STATUS = {"completed": "done_received", "failed": "broke_received"}


@attrs.define
class ClientTransfer:
    """One transfer as the person's program sees it. Its shell reads and writes the local file and makes the calls."""

    chunk_bytes: int = 1 << 20
    """How the program cuts its file; every chunk but the last has this many bytes."""
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = CLIENT
    running: Running = attrs.field(init=False)
    size: int = attrs.field(default=0, init=False)
    details: m.TransferDetails | None = attrs.field(default=None, init=False)
    """What the server said last."""
    index: int = attrs.field(default=0, init=False)
    offset: int = attrs.field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do."""
        return self.running.final

    def create(self, request: m.TransferCreate, now: float) -> list[Effect]:
        """Ask for a transfer."""
        self.size = request.size_bytes
        return self._feed("user_puts" if request.direction == "download" else "user_gets", now, request)

    def created(self, details: m.TransferDetails, now: float) -> list[Effect]:
        """The server has answered: with a new transfer, or with one to continue (XFER-007)."""
        self.details, self.size = details, details.size_bytes
        self.index, self.offset = details.next_chunk, details.next_offset
        effects = self._feed("created_received", now, details)
        if self.running.state == "sending" and self.offset >= self.size:
            effects += self._feed("file_given", now)
        return effects

    def next_chunk(self, now: float) -> list[Effect]:
        """Send the next chunk: index, first byte and the byte after its last."""
        return self._feed("chunk_due", now, (self.index, self.offset, min(self.size, self.offset + self.chunk_bytes)))

    def taken(self, said: m.ChunkTaken, now: float) -> list[Effect]:
        """The server has stored the chunk."""
        self.index, self.offset = self.index + 1, min(self.size, self.offset + self.chunk_bytes)
        return self._feed("all_taken_received" if self.offset >= self.size else "chunk_taken_received", now, said)

    def refused(self, now: float) -> list[Effect]:
        """The server has refused a call: ask how things stand."""
        return self._feed("refused_received", now)

    def poll(self, now: float) -> list[Effect]:
        """Ask how things stand."""
        return self._feed("poll_due", now)

    def seen(self, details: m.TransferDetails, now: float) -> list[Effect]:
        """The server has said how things stand; a completed `upload` is fetched."""
        self.details = details
        event = _STATUS.get(details.status, "moving_received")
        if event == "done_received" and details.direction == "upload":
            return self._feed("moving_received", now, details) + self._feed("file_wanted", now, details)
        return self._feed(event, now, details)

    def content(self, sha256: str, now: float) -> list[Effect]:
        """The whole file has come and hashes to this; `verify_hash` says whether that is what the server named."""
        expected = self.details.sha256 if self.details is not None else None
        return self._feed("content_received", now, sha256 == expected)

    def cancel(self, now: float) -> list[Effect]:
        """The user wants it no more."""
        return self._feed("user_cancels", now)

    def cancelled(self, said: m.TransferCancelled, now: float) -> list[Effect]:
        """The server has ended the transfer."""
        return self._feed("cancelled_received", now, said)

    def leave(self, now: float) -> list[Effect]:
        """The program goes; the transfer goes on."""
        return self._feed("user_left", now)

    def _feed(self, event: str, now: float, body: object = None) -> list[Effect]:
        return [Effect(name, body) for name in self.running.feed(event, now)]
