"""State tables as data, and the guard that runs them.

A `Machine` is what one side of a conversation may do: its states, its rows, and the checks that turn an input into an
event. Rows hold names, never callables: a condition is two events, decided by a `Check` before the table is asked. An
event without a row in the present state is refused and moves nothing; to ignore an event is a row with a clause.

From the same data come the running guard (`Running`), the matrix, the diagrams, the model checker's input and the
faulty peers.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

import attrs
import msgspec

from breeze_protocol.clause import clauses
from breeze_protocol.errors import BreezeError, InternalError

RESTART_DEADLINE: Final = "restart_deadline"
"""The one effect that `Running` performs itself: the present state's deadline counts from now again."""


class Refused(BreezeError):
    """The event has no row in this state. Nothing has moved."""

    def __init__(self, machine: str, state: str, event: str) -> None:
        super().__init__(f"{machine}: {event} is not allowed in {state}")
        self.machine = machine
        self.state = state
        self.event = event


class State(msgspec.Struct, frozen=True):
    """A state: its name, whether it is an end, the status that it shows on a wire, and its deadline."""

    name: str
    final: bool = False
    status: str | None = None
    """The name that peers and people see, where it differs from `name`."""
    deadline: str | None = None
    """Name of the limit (seconds) after which `on_deadline` happens; None: the state lasts as long as it likes."""
    on_deadline: str | None = None


class Row(msgspec.Struct, frozen=True):
    """In `source`, on `event`: go to `target` and perform `effects`, because of `clauses`."""

    source: str
    event: str
    target: str
    effects: tuple[str, ...]
    clauses: tuple[str, ...]


class Check(msgspec.Struct, frozen=True):
    """One decision about an input: does `fact` hold? The outcome is an event, an error code, or None: ask the next."""

    input: str
    fact: str
    relation: str
    """`holds` (the fact is true), `at_most`, `below`, `at_least` (compared with `limit`)."""
    limit: str | None
    """Name of the limit that the fact is compared with; None with `holds`."""
    then: str | None
    otherwise: str | None
    clauses: tuple[str, ...]

    def decide(self, facts: Mapping[str, float], limits: Mapping[str, float]) -> str | None:
        """Give the outcome; a fact that is not known does not hold and counts as 0."""
        fact = facts.get(self.fact, 0)
        if self.limit is None:
            true = bool(fact)
        elif self.relation == "at_most":
            true = fact <= limits[self.limit]
        elif self.relation == "below":
            true = fact < limits[self.limit]
        elif self.relation == "at_least":
            true = fact >= limits[self.limit]
        else:
            raise InternalError(f"no such relation: {self.relation}")
        return self.then if true else self.otherwise


class Machine(msgspec.Struct, frozen=True, dict=True):
    """One side's table. `states[0]` is the initial one."""

    name: str
    states: tuple[State, ...]
    rows: tuple[Row, ...]
    checks: tuple[Check, ...] = ()

    @cached_property
    def index(self) -> Mapping[tuple[str, str], Row]:
        """Rows by state and event; the first of two equal keys counts."""
        found: dict[tuple[str, str], Row] = {}
        for row in self.rows:
            found.setdefault((row.source, row.event), row)
        return found

    @cached_property
    def state_index(self) -> Mapping[str, State]:
        """States by name."""
        return {state.name: state for state in self.states}

    @cached_property
    def checks_index(self) -> Mapping[str, tuple[Check, ...]]:
        """Checks by input, in decision order."""
        found: dict[str, list[Check]] = {}
        for check in self.checks:
            found.setdefault(check.input, []).append(check)
        return {name: tuple(group) for name, group in found.items()}

    @cached_property
    def events(self) -> tuple[str, ...]:
        """Every event that a row or a deadline names, in order of first appearance."""
        names = [row.event for row in self.rows] + [s.on_deadline for s in self.states if s.on_deadline]
        return tuple(dict.fromkeys(names))

    @cached_property
    def effects(self) -> tuple[str, ...]:
        """Every effect that a row names, in order of first appearance."""
        return tuple(dict.fromkeys(effect for row in self.rows for effect in row.effects))

    @property
    def initial(self) -> str:
        """Name of the state in which a conversation begins."""
        return self.states[0].name

    def row(self, state: str, event: str) -> Row:
        """Find the row, or raise `Refused`."""
        row = self.index.get((state, event))
        if row is None:
            raise Refused(self.name, state, event)
        return row

    def allows(self, state: str, event: str) -> bool:
        """Whether the event has a row in the state."""
        return (state, event) in self.index

    def status(self, state: str) -> str:
        """The name of the state as a wire shows it."""
        found = self.state_index[state]
        return found.status or found.name

    def classify(self, given: str, facts: Mapping[str, float], limits: Mapping[str, float]) -> str:
        """Turn an input into an event or an error code by asking its checks in order."""
        for check in self.checks_index.get(given, ()):
            outcome = check.decide(facts, limits)
            if outcome is not None:
                return outcome
        raise InternalError(f"{self.name}: no check decides {given}")


@attrs.define
class Running:
    """A conversation in progress: the only mutable thing. The caller performs the effects that `feed` names."""

    machine: Machine
    limits: Mapping[str, float]
    state: str = attrs.field(default=attrs.Factory(lambda self: self.machine.initial, takes_self=True))
    wake_at: float | None = None
    """When the present state's deadline passes, in the caller's clock; None: never."""

    def begin(self, now: float) -> None:
        """Start the deadline of the initial (or restored) state."""
        self._restart(now)

    def feed(self, event: str, now: float) -> tuple[str, ...]:
        """Move by the event's row and return its effects; without a row raise `Refused` and stay."""
        row = self.machine.row(self.state, event)
        if row.target != self.state or RESTART_DEADLINE in row.effects:
            self.state = row.target
            self._restart(now)
        return row.effects

    def overdue(self, now: float) -> str | None:
        """Name the deadline's event if the deadline has passed."""
        if self.wake_at is None or now < self.wake_at:
            return None
        return self.machine.state_index[self.state].on_deadline

    @property
    def final(self) -> bool:
        """Whether the present state is an end."""
        return self.machine.state_index[self.state].final

    @property
    def status(self) -> str:
        """The present state as a wire shows it."""
        return self.machine.status(self.state)

    def _restart(self, now: float) -> None:
        deadline = self.machine.state_index[self.state].deadline
        self.wake_at = None if deadline is None else now + self.limits[deadline]


@attrs.frozen
class Effect:
    """Something for the shell to perform: the name from the row, and what it is about (a message, a reason, a size)."""

    name: str
    body: object = None


@attrs.frozen
class Closing:
    """With what code and words to close a socket."""

    code: int
    reason: str


@attrs.frozen
class SessionNews:
    """An event for the session's table, and the words for its error message where it fails."""

    event: str
    words: str | None = None


Line = tuple[Iterable[str] | str, str, str | None, str, str]
"""How a table is written: in, on, go to (None: stay), and do, because."""

CheckLine = tuple[str, str, str, str | None, str | None, str]
"""How checks are written: input, fact, `relation limit` or `holds`, event if true, event if false, because."""


def machine(name: str, states: Iterable[State], lines: Iterable[Line], checks: Iterable[CheckLine] = ()) -> Machine:
    """Build a machine from the lines of a table; sources may be several, targets and effects are words."""
    rows = []
    for sources, event, target, effects, because in lines:
        for source in (sources,) if isinstance(sources, str) else tuple(sources):
            rows.append(Row(source, event, target or source, tuple(effects.split()), clauses(because)))
    decisions = []
    for given, fact, relation, then, otherwise, because in checks:
        word, _, limit = relation.partition(" ")
        decisions.append(Check(given, fact, word, limit or None, then, otherwise, clauses(because)))
    return Machine(name, tuple(states), tuple(rows), tuple(decisions))
