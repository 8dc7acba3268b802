"""The server's side: one transfer's record."""

from collections.abc import Mapping
from typing import Final

import attrs

from breeze_protocol.errors import CODES, Code
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Machine, Running
from breeze_protocol.transfer.engine.pieces import Chunk, Chunks, Ranges, percent
from breeze_protocol.transfer.messages import Verification
from breeze_protocol.transfer.table import ANSWERS, ENDED, FAILURES, SERVER

MEBIBYTE: Final = 1 << 20


@attrs.frozen
class Change:
    """What one event did: the effects to perform, and the code to refuse the call with, if it is refused."""

    event: str
    before: str
    after: str
    effects: tuple[str, ...]
    refusal: Code | None
    status: str
    wake_at: float | None
    """When the state's deadline passes, in epoch seconds; None: never."""

    @property
    def moved(self) -> bool:
        """Whether the state changed."""
        return self.before != self.after


@attrs.define
class Transfer:
    """One transfer: restored from its record, fed one event, stored again. Times are epoch seconds."""

    direction: str
    size: int
    """Of an `upload` what the person expects, until the device has said what there is."""
    agent_transfers: bool = True
    """The agent has named `transfer`; without it files go whole, by `file_read` and `file_write`."""
    declared: str | None = None
    """The SHA-256 that the person has named."""
    state: str = "created"
    wake_at: float | None = None
    begun: bool = False
    chunks: Chunks = attrs.field(factory=Chunks)
    ranges: Ranges = attrs.field(factory=Ranges)
    delivered: int = 0
    sha256: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = SERVER

    # -- what it shows
    @property
    def live(self) -> bool:
        """Whether the transfer still counts against limits."""
        return self.state not in ENDED

    @property
    def status(self) -> str:
        """The status that people see."""
        return self.table.status(self.state)

    @property
    def received(self) -> int:
        """Bytes at the server."""
        return self.chunks.received if self.direction == "download" else self.ranges.received

    @property
    def next_offset(self) -> int:
        """Where whoever sends has to go on."""
        return self.chunks.next_offset if self.direction == "download" else self.ranges.next_offset

    @property
    def progress(self) -> int:
        """From 0 to 100 (XFER-023)."""
        return percent(self.direction, self.size, self.received, self.delivered, self.status)

    @property
    def verification(self) -> Verification:
        """Whether both ends have named the same hash (XFER-042)."""
        if self.state != "completed":
            return "pending"
        return "agreed" if self.agent_transfers else "unverified"

    # -- from the person
    def create(self, now: float) -> Change:
        """The transfer is admitted; the record begins."""
        facts = {"agent_transfers": self.agent_transfers, "size": self.size}
        return self._feed(self._classify(f"create_{self.direction}", facts), now)

    def file_empty(self, now: float) -> Change:
        """A `download` of no bytes needs no chunk (XFER-014)."""
        return self._feed("file_empty", now)

    def chunk(self, index: int, length: int, digest: bytes, now: float) -> Change:
        """A chunk of `length` bytes with this SHA-256 has come in; it is stored only where the effects say so."""
        held = self.chunks.held.get(index)
        total = self.chunks.received + length
        facts = {
            "is_download": self.direction == "download",
            "live": self.live,
            "held": held is not None,
            "differs": held is not None and held != Chunk(length, digest),
            "total_mb": total / MEBIBYTE,
            "fits": total <= self.size,
            "completes": self.chunks.completed_by(index, length, self.size),
        }
        change = self._feed(self._classify("chunk", facts), now)
        if "store_chunk" in change.effects:
            self.chunks.take(index, Chunk(length, digest))
        return change

    def sealed(self, sha256: str, now: float) -> Change:
        """The server has hashed the whole file of a `download`."""
        facts = {"declared_agrees": self.declared in (None, sha256), "agent_transfers": self.agent_transfers}
        change = self._feed(self._classify("seal", facts), now)
        if change.after == "offered":
            self.sha256 = sha256
        return change

    def cancel(self, now: float) -> Change:
        """The person wants it no more."""
        return self._feed(self._classify("cancel", {"live": self.live}), now)

    def get(self, now: float, *, kept: bool = True, range_fits: bool = True) -> Change:
        """The person asks for the file; `kept` while storage still has it."""
        facts = {
            "is_upload": self.direction == "upload",
            "completed": self.state == "completed",
            "kept": kept,
            "range_fits": range_fits,
        }
        return self._feed(self._classify("get", facts), now)

    # -- from the agent
    def begin(self, size: int | None, now: float) -> Change:
        """The agent has the file open; of an `upload` it says how many bytes there are."""
        found = self.size if size is None else size
        facts = {"live": self.live, "size_mb": found / MEBIBYTE, "same_size": not self.begun or found == self.size}
        change = self._feed(self._classify(f"begin_{self.direction}", facts), now)
        if "send_go_on" in change.effects:
            self.begun = True
            self.size = found if self.direction == "upload" else self.size
        return change

    def piece(self, start: int, stop: int, size: int, now: float, *, differs: bool = False) -> Change:
        """Bytes `start` up to `stop` of an `upload` of `size` bytes; `differs` where they contradict what is stored."""
        after = self.ranges.added(start, stop)
        facts = {
            "live": self.live,
            "begun": self.begun,
            "differs": differs,
            "held": self.ranges.covers(start, stop),
            "total_mb": max(after.received, size) / MEBIBYTE,
            "fits": stop <= self.size == size,
            "ranges": len(after.spans),
        }
        change = self._feed(self._classify("piece", facts), now)
        if "store_piece" in change.effects:
            self.ranges = after
        return change

    def fetch(self, stop: int, now: float, *, range_fits: bool = True) -> Change:
        """The agent asks for a part that ends at `stop`."""
        change = self._feed(self._classify("fetch", {"live": self.live, "range_fits": range_fits}), now)
        if "send_part" in change.effects:
            self.delivered = max(self.delivered, min(stop, self.size))
        return change

    def finish(self, size: int, sha256: str, computed: str | None, now: float) -> Change:
        """The agent names size and hash; `computed` is the server's own hash, None where bytes are missing."""
        said = (size, sha256)
        facts = {
            "hash_agreed_before": self.state == "completed" and said == (self.size, self.sha256),
            "live": self.live,
            "begun": self.begun,
            "all_received": size == self.size and self.ranges.complete(self.size) and computed is not None,
            "hash_agrees": said == (self.size, computed),
        }
        change = self._feed(self._classify(f"finish_{self.direction}", facts), now)
        if change.moved and change.after == "completed":
            self.sha256, self.delivered = sha256, self.size if self.direction == "download" else 0
        return change

    def broke(self, error_code: str, words: str, now: float) -> Change:
        """The agent cannot go on, or (`start_refused_received` in `pending` and `offered`) could not begin."""
        return self._feed("broken_received", now, error_code, words)

    def refused(self, error_code: str, words: str, now: float) -> Change:
        """The agent's result of the start is `failed`."""
        return self._feed("start_refused_received", now, error_code, words)

    # -- from agents that read and write whole files
    def content(self, size: int, sha256: str, now: float) -> Change:
        """`file_read` has brought the file; the server has hashed it."""
        event = self._classify("file_read", {"size_mb": size / MEBIBYTE})
        change = self._feed(event, now)
        if change.moved and change.after == "completed":
            self.size, self.sha256, self.ranges = size, sha256, Ranges().added(0, size)
        return change

    def written(self, size: int, now: float) -> Change:
        """`file_write` says how many bytes it wrote."""
        return self._feed("file_written" if size == self.size else "file_refused", now)

    def file_failed(self, words: str, now: float) -> Change:
        """`file_read` or `file_write` has failed."""
        return self._feed("file_refused", now, None, words)

    def link_down(self, now: float) -> Change:
        """The agent's socket is gone."""
        return self._feed(self._classify("link_down", {"agent_transfers": self.agent_transfers}), now)

    def link_up(self, now: float) -> Change:
        """The agent's socket is there again. What it was told on the old one is gone where only a result answers it."""
        return self._feed(self._classify("link_up", {"agent_transfers": self.agent_transfers}), now)

    # -- from elsewhere
    def happened(self, event: str, now: float) -> Change:
        """`session_ended`, `access_revoked`, `storage_failed`, or what `overdue` names."""
        return self._feed(event, now)

    def overdue(self, now: float) -> str | None:
        """Name the event of a deadline that has passed."""
        return Running(self.table, self.limits, self.state, self.wake_at).overdue(now)

    # -- within
    def _classify(self, given: str, facts: Mapping[str, float]) -> str:
        return self.table.classify(given, facts, self.limits)

    def _feed(self, event: str, now: float, error_code: str | None = None, words: str | None = None) -> Change:
        running = Running(self.table, self.limits, self.state, self.wake_at)
        before = self.state
        effects = running.feed(event, now)
        self.state, self.wake_at = running.state, running.wake_at
        if self.state == "failed" and before != "failed":
            own, says = FAILURES[event]
            self.error_code = error_code or own
            self.error_message = f"{says}: {words}" if words else says
        refusal = CODES.get(ANSWERS.get(event, event))
        return Change(event, before, self.state, effects, refusal, running.status, self.wake_at)
