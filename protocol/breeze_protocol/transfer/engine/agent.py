"""The agent's side: one transfer, from the command to the file in its place."""

from collections.abc import Mapping

import attrs

from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running
from breeze_protocol.transfer import messages as m
from breeze_protocol.transfer.engine.headers import said_range
from breeze_protocol.transfer.table import AGENT


@attrs.frozen
class Piece:
    """A part of the file to send: where it lies, and the `Content-Range` to send it with."""

    start: int
    stop: int
    content_range: str


@attrs.define
class AgentTransfer:
    """One transfer at the agent. Its shell opens, reads, writes and renames files, and makes the calls."""

    transfer_id: str
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = AGENT
    running: Running = attrs.field(init=False)
    request: m.TransferStart | None = attrs.field(default=None, init=False)
    size: int = attrs.field(default=0, init=False)
    offset: int = attrs.field(default=0, init=False)
    """Of an `upload` what the server has without a gap; of a `download` what is written."""
    piece_bytes: int = attrs.field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)
        self.piece_bytes = int(self.limits["transfer_piece"])

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do."""
        return self.running.final

    def start(self, request: m.TransferStart, transfers: int, now: float) -> list[Effect]:
        """`transfer_start` has come while `transfers` others are open; one that runs already goes on (XFER-057)."""
        event = self.table.classify("start", {"transfers": transfers}, self.limits)
        if event == "start_taken" or self.running.state != "absent":
            event = f"start_{request.direction}_received"
        if self.running.state == "absent":
            self.request, self.size = request, request.size_bytes
        refusal = m.TransferRefused(self.transfer_id, "busy")
        return self._feed(event, now, refusal if event == "TRANSFERS_FULL" else request)

    def opened(self, now: float, size: int | None = None, written: int = 0) -> list[Effect]:
        """The file is open: of an `upload` with its size, of a `download` with what an earlier run has written."""
        if size is not None:
            self.size = size
        self.offset = written
        return self._feed("opened", now, m.TransferBegin(size))

    def open_failed(self, error_code: str, now: float) -> list[Effect]:
        """The file cannot be opened, or its path is refused."""
        return self._feed("open_failed", now, m.TransferRefused(self.transfer_id, error_code))

    def go_on(self, said: m.TransferGoOn, now: float) -> list[Effect]:
        """The server has answered the begin."""
        self.piece_bytes = min(said.piece_bytes, int(self.limits["transfer_piece"])) or 1
        if said.direction == "upload":
            self.offset = said.offset
        return self._feed("go_on_received", now, self.offset)

    def next(self, now: float) -> list[Effect]:
        """Send or fetch what comes next, or finish: of an `upload` when all is sent. Hashes are the shell's."""
        stop = min(self.size, self.offset + self.piece_bytes)
        piece = Piece(self.offset, stop, said_range(self.offset, stop, self.size))
        if self.running.state == "sending":
            return self._feed("piece_read" if self.offset < self.size else "source_read", now, piece)
        return self._feed("part_due", now, piece)

    @property
    def all_written(self) -> bool:
        """Whether a `download` has every byte, so that its hash can be compared (`written`)."""
        return self.running.state == "receiving" and self.offset >= self.size

    def taken(self, said: m.PieceTaken, now: float) -> list[Effect]:
        """The server has stored the piece and says where to go on."""
        self.offset = said.next_offset
        return self._feed("piece_taken_received", now)

    def gaps(self, next_offset: int, now: float) -> list[Effect]:
        """The server lacks bytes: go on from there."""
        self.offset = next_offset
        return self._feed("gaps_received", now, next_offset)

    def part(self, length: int, now: float) -> list[Effect]:
        """A part of `length` bytes has come and is written by the effect."""
        self.offset += length
        return self._feed("part_received", now, length)

    def written(self, sha256: str, now: float) -> list[Effect]:
        """Everything is written and hashes to `sha256`; it is placed only where that was announced (XFER-071)."""
        expected = self.request.sha256 if self.request is not None else None
        event = self.table.classify("target", {"hash_agrees": expected == sha256}, self.limits)
        said = m.TransferFinish(self.size, sha256)
        return self._feed(event, now, said if event == "target_agrees" else m.TransferBroken("hash_mismatch"))

    def file_failed(self, error_code: str, words: str, now: float) -> list[Effect]:
        """Reading or writing has failed."""
        return self._feed("file_failed", now, m.TransferBroken(error_code, words))

    def range_refused(self, now: float) -> list[Effect]:
        """The server has no such part."""
        return self._feed("range_refused_received", now, m.TransferBroken("source_changed"))

    def answered(self, event: str, now: float) -> list[Effect]:
        """`agreed_received`, `noted_received`, `turned_away_received` or `not_begun_received`."""
        return self._feed(event, now)

    def cancel(self, now: float) -> list[Effect]:
        """`transfer_cancel` has come."""
        return self._feed("transfer_cancel_received", now, m.TransferStopped(self.transfer_id, True))

    def _feed(self, event: str, now: float, body: object = None) -> list[Effect]:
        return [Effect(name, body) for name in self.running.feed(event, now)]
