"""Single faults, made from the tables: what a peer does that follows a table with one mistake in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs
import msgspec

from breeze_protocol.limits import DEFAULTS, LIMITS
from breeze_protocol.machine import Check, Machine, Row

Tables = Mapping[str, Machine]
"""Machines by their names."""


@attrs.frozen
class Fault:
    """One mistake: in a machine's table, in the limits, or in what a shell does (`machine` is `wire` then)."""

    name: str
    machine: str
    clauses: tuple[str, ...]
    """The clauses that it violates; a kit that is worth its name fails a case over one of them."""
    says: str
    change: Callable[[Machine], Machine] | None = attrs.field(default=None, repr=False, eq=False)
    limits: Mapping[str, float] = attrs.field(factory=dict)
    """Limits with other values."""
    fatal: bool = False
    """A peer with this fault ends over the event that it has no rule for, instead of doing nothing about it."""


Reducer = Callable[[Machine], Machine]


def faults(machine: Machine) -> list[Fault]:
    """Every single fault of a table, in a stable order: rows, effects, checks, limits."""
    made = [*_row_faults(machine), *_check_faults(machine), *_limit_faults(machine)]
    return list({fault.name: fault for fault in made}.values())


def apply(fault: Fault, tables: Tables) -> dict[str, Machine]:
    """The tables with the fault in them; those of other machines stay as they are."""
    return {
        name: fault.change(table) if name == fault.machine and fault.change is not None else table
        for name, table in tables.items()
    }


def limits(fault: Fault | None, values: Mapping[str, float] = DEFAULTS) -> Mapping[str, float]:
    """The limits with the fault in them."""
    return {**values, **fault.limits} if fault is not None else values


def find(name: str, known: Iterable[Fault]) -> Fault:
    """The fault of that name; an unknown one is a KeyError."""
    return {fault.name: fault for fault in known}[name]


def _row_faults(machine: Machine) -> Iterator[Fault]:
    for row in machine.index.values():
        where = f"{machine.name}:{row.source}:{row.event}"
        # Where nothing is to be done about an event, doing nothing is no fault: there the peer dies of it.
        fatal = row.target == row.source and not row.effects
        words = f"{row.event} is not {'survived' if fatal else 'handled'} in {row.source}"
        yield Fault(f"drop:{where}", machine.name, row.clauses, words, _without(row), fatal=fatal)
        for effect in row.effects:
            rest = tuple(each for each in row.effects if each != effect)
            yield Fault(
                f"forget:{where}:{effect}",
                machine.name,
                row.clauses,
                f"{effect} is forgotten when {row.event} comes in {row.source}",
                _with(row, msgspec.structs.replace(row, effects=rest)),
            )
        for target in _other_targets(machine, row):
            yield Fault(
                f"retarget:{where}:{target}",
                machine.name,
                row.clauses,
                f"{row.event} leads from {row.source} to {target} instead of {row.target}",
                _with(row, msgspec.structs.replace(row, target=target)),
            )


def _check_faults(machine: Machine) -> Iterator[Fault]:
    for number, check in enumerate(machine.checks):
        where = f"{machine.name}:{check.input}:{check.fact}:{check.limit or check.relation}"
        group = machine.checks_index[check.input]
        if check.then != check.otherwise:
            flipped = msgspec.structs.replace(check, then=check.otherwise, otherwise=check.then)
            yield Fault(
                f"flip:{where}",
                machine.name,
                check.clauses,
                f"{check.fact} is decided the wrong way",
                _at(number, flipped),
            )
        onward = check.then if check.otherwise is not None else None
        dropped = msgspec.structs.replace(check, then=onward, otherwise=onward)
        if onward is not None or check is not group[-1]:
            yield Fault(
                f"unchecked:{where}", machine.name, check.clauses, f"{check.fact} is not checked", _at(number, dropped)
            )
        for relation in _near(check):
            shifted = msgspec.structs.replace(check, relation=relation)
            yield Fault(
                f"edge:{where}:{relation}",
                machine.name,
                check.clauses,
                f"{check.fact} is {relation} instead of {check.relation} {check.limit}",
                _at(number, shifted),
            )


def _limit_faults(machine: Machine) -> Iterator[Fault]:
    used = [state.deadline for state in machine.states if state.deadline]
    used += [check.limit for check in machine.checks if check.limit]
    for name in dict.fromkeys(used):
        limit = LIMITS[name]
        for word, value in (("half", limit.value / 2), ("double", limit.value * 2)):
            yield Fault(
                f"{word}:{machine.name}:{name}",
                machine.name,
                limit.because,
                f"{name} is {value:g} instead of {limit.value:g} {limit.unit}",
                limits={name: value},
            )


def _other_targets(machine: Machine, row: Row) -> Sequence[str]:
    """One wrong target that stays (where the row moves) and one that ends (where it does not end)."""
    finals = [state.name for state in machine.states if state.final]
    candidates = [row.source, *finals]
    return [name for name in dict.fromkeys(candidates) if name != row.target]


_NEAR: Final = {"below": ("at_most",), "at_most": ("below",), "at_least": ()}


def _near(check: Check) -> Sequence[str]:
    return _NEAR.get(check.relation, ()) if check.limit is not None else ()


def _without(row: Row) -> Reducer:
    return lambda machine: msgspec.structs.replace(
        machine, rows=tuple(each for each in machine.rows if (each.source, each.event) != (row.source, row.event))
    )


def _with(row: Row, other: Row) -> Reducer:
    return lambda machine: msgspec.structs.replace(
        machine, rows=tuple(other if each is row or each == row else each for each in machine.rows)
    )


def _at(number: int, check: Check) -> Reducer:
    return lambda machine: msgspec.structs.replace(
        machine, checks=(*machine.checks[:number], check, *machine.checks[number + 1 :])
    )
