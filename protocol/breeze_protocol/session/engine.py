"""Session: one session record's life, from creation to its end.

Theory of operation. The server keeps a record; this engine decides what an event does to it. `Session` is restored
from a record (state, when it was created and started), fed one event inside the transaction that stores the result,
and asked what changed. It never revives: every event that arrives after the end has a row that does nothing, or a
refusal.
"""

from collections.abc import Mapping

import attrs

from breeze_protocol.errors import CODES, Code
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Machine, Running
from breeze_protocol.session.table import SESSION


@attrs.frozen
class Change:
    """What one event did: the states before and after, and the effects to perform."""

    event: str
    before: str
    after: str
    effects: tuple[str, ...]
    status: str
    wake_at: float | None
    """When the state's deadline passes, in epoch seconds; None: never."""

    @property
    def moved(self) -> bool:
        """Whether the state changed."""
        return self.before != self.after


@attrs.define
class Session:
    """One session record as the table sees it. Times are epoch seconds."""

    state: str
    created_at: float
    started_at: float | None = None
    wake_at: float | None = None
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = SESSION

    @classmethod
    def create(cls, now: float, limits: Mapping[str, float] = DEFAULTS, table: Machine = SESSION) -> "Session":
        """Begin a session (SESS-001)."""
        running = Running(table, limits)
        running.begin(now)
        return cls(running.state, now, None, running.wake_at, limits, table)

    def feed(self, event: str, now: float) -> Change:
        """Move by one event; an event that the table refuses raises `Refused` and changes nothing."""
        running = Running(self.table, self.limits, self.state, self.wake_at)
        before = self.state
        effects = running.feed(event, now)
        self.state, self.wake_at = running.state, running.wake_at
        if "start_clock" in effects:
            self.started_at = now
        return Change(event, before, self.state, effects, running.status, self.wake_at)

    def overdue(self, now: float) -> str | None:
        """Name the event of a deadline that has passed."""
        return Running(self.table, self.limits, self.state, self.wake_at).overdue(now)

    def duration(self, now: float) -> int:
        """Whole seconds from the start, or else the creation, until now; never negative (SESS-019)."""
        return max(0, round(now - (self.created_at if self.started_at is None else self.started_at)))

    @property
    def live(self) -> bool:
        """Whether the session still counts against limits."""
        return not self.table.state_index[self.state].final


def outcome(
    given: str, facts: Mapping[str, float], limits: Mapping[str, float], table: Machine = SESSION
) -> str | Code:
    """Decide about a request (`create`, `see`, `end`, `mint`): the event it causes, or the code that refuses it."""
    event = table.classify(given, facts, limits)
    return CODES.get(event, event)
