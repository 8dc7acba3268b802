"""What can be said of tables without running them: defects, the matrix, and the exploration of coupled machines."""

from collections import deque
from collections.abc import Iterator

import attrs

from breeze_protocol.errors import CODES
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import RESTART_DEADLINE, Machine
from breeze_protocol.product import Product


def problems(machine: Machine) -> Iterator[str]:
    """Name every defect of one table: an empty answer means that it is sound."""
    yield from _row_problems(machine)
    yield from _state_problems(machine)
    yield from _check_problems(machine)


def _row_problems(machine: Machine) -> Iterator[str]:
    names = set(machine.state_index)
    seen = set()
    for row in machine.rows:
        key = (row.source, row.event)
        if key in seen:
            yield f"{machine.name}: two rows for {row.event} in {row.source}"
        seen.add(key)
        if not row.clauses:
            yield f"{machine.name}: {row.event} in {row.source} cites no clause"
        for end in (row.source, row.target):
            if end not in names:
                yield f"{machine.name}: {row.event} names the unknown state {end}"
    finals = {state.name for state in machine.states if state.final}
    for row in machine.rows:
        if row.source in finals and row.target != row.source:
            yield f"{machine.name}: {row.source} is final, yet {row.event} leaves it"


def _state_problems(machine: Machine) -> Iterator[str]:
    ahead = {machine.initial}
    ending = {state.name for state in machine.states if state.final}
    for _ in machine.states:
        ahead |= {row.target for row in machine.rows if row.source in ahead}
        ending |= {row.source for row in machine.rows if row.target in ending}
    for state in machine.states:
        if state.name not in ahead:
            yield f"{machine.name}: {state.name} cannot be reached"
        if state.name not in ending:
            yield f"{machine.name}: {state.name} can never end"
        if (state.deadline is None) != (state.on_deadline is None):
            yield f"{machine.name}: {state.name} has half a deadline"
        if state.deadline is not None and state.deadline not in DEFAULTS:
            yield f"{machine.name}: {state.name} names the unknown limit {state.deadline}"
        if state.on_deadline is not None and not machine.allows(state.name, state.on_deadline):
            yield f"{machine.name}: {state.name} has no row for its own deadline"
    if any(row.effects.count(RESTART_DEADLINE) > 1 for row in machine.rows):
        yield f"{machine.name}: a deadline is restarted twice"


def _check_problems(machine: Machine) -> Iterator[str]:
    events = set(machine.events)
    for check in machine.checks:
        if not check.clauses:
            yield f"{machine.name}: the check of {check.fact} for {check.input} cites no clause"
        if check.limit is not None and check.limit not in DEFAULTS:
            yield f"{machine.name}: the check of {check.fact} names the unknown limit {check.limit}"
        if (check.relation == "holds") != (check.limit is None):
            yield f"{machine.name}: the check of {check.fact} compares with nothing"
        for outcome in (check.then, check.otherwise):
            if outcome is not None and outcome not in events and outcome not in CODES and outcome.isupper():
                yield f"{machine.name}: the check of {check.fact} ends in the unknown code {outcome}"
    for given, checks in machine.checks_index.items():
        if checks[-1].then is None or checks[-1].otherwise is None:
            yield f"{machine.name}: the checks of {given} can end without a decision"


def matrix(machine: Machine) -> list[tuple[str, str, str]]:
    """Every state with every event: the target and effects, or `refused`."""
    cells = []
    for state in machine.states:
        for event in machine.events:
            row = machine.index.get((state.name, event))
            verdict = "refused" if row is None else " ".join((f"-> {row.target}", *row.effects))
            cells.append((state.name, event, verdict))
    return cells


@attrs.frozen
class Joint:
    """One state of a product: each side's state, what each channel holds, which effects were counted."""

    states: tuple[str, ...]
    channels: tuple[tuple[str, ...], ...]
    counted: tuple[bool, ...] = ()


@attrs.frozen
class Finding:
    """A property that does not hold, and the shortest trail that shows it."""

    kind: str
    words: str
    trail: tuple[str, ...]


@attrs.frozen
class Exploration:
    """What exploring a product showed."""

    product: str
    states: int
    findings: tuple[Finding, ...]


def explore(product: Product, *, most: int = 2_000_000) -> Exploration:
    """Visit every reachable joint state, breadth first.

    Found: a message that arrives where no row takes it, a deadlock, a state from which no end can be reached, and an
    effect performed twice that may happen once. More than `most` states is an error of the model: a ValueError.
    """
    return _Explorer(product, most).run()


class _Explorer:
    def __init__(self, product: Product, most: int) -> None:
        self.product = product
        self.most = most
        self.parents: dict[Joint, tuple[Joint, str] | None] = {}
        self.backward: dict[Joint, list[Joint]] = {}
        self.findings: dict[tuple[str, str], Finding] = {}

    def run(self) -> Exploration:
        start = Joint(
            tuple(machine.initial for machine in self.product.sides.values()),
            tuple(() for _ in self.product.channels),
            tuple(False for _ in self.product.at_most_once),
        )
        self.parents[start] = None
        todo = deque([start])
        while todo:
            here = todo.popleft()
            moves = list(self._moves(here))
            if not moves and not self._ended(here):
                self._find("deadlock", f"nothing can happen in {self._words(here)}", here)
            for label, after in moves:
                self.backward.setdefault(after, []).append(here)
                if after not in self.parents:
                    self.parents[after] = (here, label)
                    todo.append(after)
            if len(self.parents) > self.most:
                raise ValueError(f"{self.product.name}: more than {self.most} joint states; bound the channels")
        self._find_endless()
        return Exploration(self.product.name, len(self.parents), tuple(self.findings.values()))

    def _moves(self, here: Joint) -> Iterator[tuple[str, Joint]]:
        for place, (side, machine) in enumerate(self.product.sides.items()):
            state = here.states[place]
            for event in machine.events:
                if event in self.product.spontaneous[side] and machine.allows(state, event):
                    after = self._step(here, place, event, here.channels, f"{side}: {event}")
                    if after is not None:
                        yield f"{side}: {event}", after
        for number, channel in enumerate(self.product.channels):
            queue = here.channels[number]
            if not queue:
                continue
            shorter = (*here.channels[:number], queue[1:], *here.channels[number + 1 :])
            if channel.lossy:
                yield f"lost: {queue[0]}", Joint(here.states, shorter, here.counted)
            yield from self._receive(here, channel.receiver, queue[0], shorter)

    def _receive(
        self, here: Joint, receiver: str, message: str, channels: tuple[tuple[str, ...], ...]
    ) -> Iterator[tuple[str, Joint]]:
        place = self.product.order.index(receiver)
        machine, state = self.product.sides[receiver], here.states[place]
        events = self.product.receptions(receiver, message)
        allowed = [event for event in events if machine.allows(state, event)]
        if not allowed:
            words = f"{receiver} in {state} has no row for {events[0]}"
            self._find("unspecified reception", words, here, f"{receiver}: {events[0]}")
        for event in allowed:
            label = f"{receiver}: {event}"
            after = self._step(here, place, event, channels, label)
            if after is not None:
                yield label, after

    def _step(
        self, here: Joint, place: int, event: str, channels: tuple[tuple[str, ...], ...], label: str
    ) -> Joint | None:
        move = Move(self.product, list(here.states), list(channels), list(here.counted))
        move.take(place, event)
        for words in move.wrong:
            self._find(*words, here, label)
        return None if move.blocked else Joint(tuple(move.states), tuple(move.channels), tuple(move.counted))

    def _ended(self, here: Joint) -> bool:
        sides = zip(self.product.order, here.states, strict=True)
        return all(self.product.at_rest(side, state) for side, state in sides)

    def _find_endless(self) -> None:
        reached = {joint for joint in self.parents if self._ended(joint)}
        todo = deque(reached)
        while todo:
            for before in self.backward.get(todo.popleft(), ()):
                if before not in reached:
                    reached.add(before)
                    todo.append(before)
        for joint in self.parents:
            if joint not in reached:
                self._find("endless", f"no end can be reached from {self._words(joint)}", joint)
                return

    def _find(self, kind: str, words: str, here: Joint, last: str | None = None) -> None:
        if (kind, words) in self.findings:
            return
        trail = [] if last is None else [last]
        step = self.parents[here]
        while step is not None:
            trail.append(step[1])
            step = self.parents[step[0]]
        self.findings[kind, words] = Finding(kind, words, tuple(reversed(trail)))

    def _words(self, here: Joint) -> str:
        return ", ".join(f"{side} {state}" for side, state in zip(self.product.order, here.states, strict=True))


@attrs.define
class Move:
    """One step of a product: `take` a row, its resets and sends, and the rows that it calls; then read the fields."""

    product: Product
    states: list[str]
    channels: list[tuple[str, ...]]
    counted: list[bool]
    blocked: bool = False
    wrong: list[tuple[str, str]] = attrs.Factory(list)

    def take(self, place: int, event: str) -> None:
        """Move the side at `place` by the event's row; what has no row, or happens twice, is noted in `wrong`."""
        side = self.product.order[place]
        machine = self.product.sides[side]
        if not machine.allows(self.states[place], event):
            self.wrong.append(("refused call", f"{side} in {self.states[place]} has no row for {event}"))
            return
        row = machine.row(self.states[place], event)
        self.states[place] = row.target
        self._reset(side, event)
        self._call(side, None, event)
        for effect in row.effects:
            self._send(side, effect)
            self._count(side, effect)
            self._call(side, effect, event)

    def _call(self, side: str, effect: str | None, event: str) -> None:
        for call in self.product.calls:
            if (call.side, call.effect) == (side, effect) and call.event in (None, event):
                self.take(self.product.order.index(call.other), call.other_event)

    def _reset(self, side: str, event: str) -> None:
        for reset in self.product.resets:
            if (reset.side, reset.event) == (side, event):
                if reset.restart:
                    self.states[self.product.order.index(reset.other)] = self.product.sides[reset.other].initial
                for number, channel in enumerate(self.product.channels):
                    if {channel.sender, channel.receiver} == {side, reset.other}:
                        self.channels[number] = ()

    def _send(self, side: str, effect: str) -> None:
        number = self.product.outgoing.get((side, effect), -1)
        if number < 0:
            return
        if len(self.channels[number]) >= self.product.channels[number].capacity:
            self.blocked = True
        self.channels[number] = (*self.channels[number], effect.removeprefix("send_"))

    def _count(self, side: str, effect: str) -> None:
        for index, counted in enumerate(self.product.at_most_once):
            if counted == (side, effect):
                if self.counted[index]:
                    self.wrong.append(("done twice", f"{side} performs {effect} again"))
                self.counted[index] = True
