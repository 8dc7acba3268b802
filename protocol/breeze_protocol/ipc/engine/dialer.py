"""The helper over all its connections: when to dial, and when to give up."""

from collections.abc import Callable, Mapping

import attrs

from breeze_protocol.ipc.table import DIALER
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running


@attrs.define
class Dialer:
    """Dials, waits and dials again (IPC-098)."""

    uniform: Callable[[float, float], float]
    """Randomness for the jitter."""
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = DIALER
    running: Running = attrs.field(init=False)
    _retry_at: float | None = attrs.field(default=None, init=False)
    _since: float | None = attrs.field(default=None, init=False)
    _backoff: float = attrs.field(default=0.0, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin offline."""
        self.running = Running(self.table, self.limits)
        self._backoff = self.limits["ipc_backoff_first"]

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        lasts = None if self._since is None else self._since + self.limits["ipc_backoff_reset"]
        return min((t for t in (self.running.wake_at, self._retry_at, lasts) if t is not None), default=None)

    @property
    def stopped(self) -> bool:
        """Whether it will never dial again."""
        return self.running.final

    def begin(self, now: float) -> None:
        """Dial as soon as `tick` is called."""
        self._retry_at = now

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        effects = []
        overdue = self.running.overdue(now)
        if overdue is not None:
            effects += self._feed(overdue, now)
        if self._since is not None and now >= self._since + self.limits["ipc_backoff_reset"]:
            self._since = None
            effects += self._feed("lasted", now)
        if self._retry_at is not None and now >= self._retry_at:
            self._retry_at = None
            effects += self._feed("retry_due", now)
        return effects

    def dialed(self, now: float) -> list[Effect]:
        """The connection stands."""
        return self._feed("dial_succeeded", now)

    def dial_failed(self, now: float) -> list[Effect]:
        """Nobody listens, or not in time."""
        return self._feed("dial_failed", now)

    def accepted(self, now: float) -> None:
        """The broker has accepted: the time that lets the waiting begin anew counts from here."""
        self._since = now

    def ended(self, now: float, *, permanent: bool = False) -> list[Effect]:
        """The connection is over; `permanent` where the broker has rejected the helper for good (IPC-056)."""
        event = self.table.classify("rejection", {"permanent": permanent}, self.limits)
        return self._feed(event, now)

    def stop(self, now: float) -> list[Effect]:
        """The helper shall stop."""
        return self._feed("stop_requested", now)

    def _feed(self, event: str, now: float) -> list[Effect]:
        effects = []
        for name in self.running.feed(event, now):
            match name:
                case "schedule_retry":
                    # Half as much again at random: helpers that lost the same broker do not come back as one. IPC-098
                    self._since, self._retry_at = None, now + self._backoff + self.uniform(0.0, self._backoff / 2)
                case "lengthen_backoff":
                    self._backoff = min(self.limits["ipc_backoff_most"], 2 * self._backoff)
                case "reset_backoff":
                    self._backoff = self.limits["ipc_backoff_first"]
                case _:
                    effects.append(Effect(name))
        if self.running.final:
            self._retry_at = self._since = None
        return effects
