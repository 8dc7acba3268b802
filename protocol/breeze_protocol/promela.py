"""Products as Promela, for an independent model checker (spin).

One process chooses among all enabled steps of all sides; a step is atomic, as in `check.explore`. A message that no row
takes is an assertion that fails; an effect done twice likewise; a joint state where nothing can happen and some side
may not rest is spin's invalid end state.
"""

from collections.abc import Iterator
from itertools import product as combinations

from breeze_protocol.check import Move
from breeze_protocol.product import Product


def promela(product: Product) -> str:
    """Write a product as a Promela model."""
    messages = sorted({message for channel in product.channels for message in channel.messages})
    lines = [f"/* {product.name}: generated from the tables; do not edit */"]
    if messages:
        lines.append(f"mtype = {{ {', '.join(f'm_{message}' for message in messages)} }};")
    for side, machine in product.sides.items():
        for number, state in enumerate(machine.states):
            lines.append(f"#define {side}_{state.name} {number}")
        lines.append(f"byte v_{side} = 0;")
    for number, channel in enumerate(product.channels):
        ends = f"{channel.sender} to {channel.receiver}"
        lines.append(f"chan c{number} = [{channel.capacity}] of {{ mtype }}; /* {ends} */")
    for number, (side, effect) in enumerate(product.at_most_once):
        lines.append(f"bit n{number} = 0; /* {side}: {effect} */")
    lines += ["", "active proctype system() {", "  do"]
    lines += [f"  :: atomic {{ {step} }}" for step in _steps(product)]
    lines += [f"  :: atomic {{ {_rest(product)} -> break }}", "  od", "}", ""]
    return "\n".join(lines)


def _steps(product: Product) -> Iterator[str]:
    for side, machine in product.sides.items():
        for state in machine.states:
            for event in machine.events:
                if event in product.spontaneous[side] and machine.allows(state.name, event):
                    yield from _rows(product, side, state.name, event, None)
    for number, channel in enumerate(product.channels):
        for message in channel.messages:
            if channel.lossy:
                yield f"c{number}?[m_{message}] -> c{number}?m_{message}"
            for state in product.sides[channel.receiver].states:
                yield from _reception(product, number, message, channel.receiver, state.name)


def _reception(product: Product, number: int, message: str, side: str, state: str) -> Iterator[str]:
    events = product.receptions(side, message)
    allowed = [event for event in events if product.sides[side].allows(state, event)]
    if not allowed:
        guard = f"v_{side} == {side}_{state} && c{number}?[m_{message}]"
        yield f"{guard} -> assert(false) /* no row for {events[0]} */"
    for event in allowed:
        yield from _rows(product, side, state, event, (number, message))


def _rows(product: Product, side: str, state: str, event: str, taken: tuple[int, str] | None) -> Iterator[str]:
    """One step for each combination of the states of the sides that the row calls, and that those call in turn."""
    called = _called(product, side, state, event, set()) - {side}
    others = [[(other, s.name) for s in product.sides[other].states] for other in product.order if other in called]
    for combination in combinations(*others):
        known = {side: state, **dict(combination)}
        yield _step(product, known, side, event, taken)


def _called(product: Product, side: str, state: str, event: str, seen: set[tuple[str, str, str]]) -> set[str]:
    machine = product.sides[side]
    if (side, state, event) in seen or not machine.allows(state, event):
        return set()
    seen.add((side, state, event))
    effects = {None, *machine.row(state, event).effects}
    found: set[str] = set()
    for call in product.calls:
        if call.side == side and call.effect in effects and call.event in (None, event):
            found.add(call.other)
            for other in product.sides[call.other].states:
                found |= _called(product, call.other, other.name, call.other_event, seen)
    return found


def _step(product: Product, known: dict[str, str], side: str, event: str, taken: tuple[int, str] | None) -> str:
    states = [known.get(name, machine.initial) for name, machine in product.sides.items()]
    move = Move(product, list(states), [() for _ in product.channels], [False for _ in product.at_most_once])
    move.take(product.order.index(side), event)
    emptied = _emptied(product, side, event)
    guards = [f"v_{name} == {name}_{state}" for name, state in known.items()]
    body = []
    if taken is not None:
        guards.append(f"c{taken[0]}?[m_{taken[1]}]")
        body.append(f"c{taken[0]}?m_{taken[1]}")
    body += [f"do :: nempty(c{n}) -> c{n}?_ :: empty(c{n}) -> break od" for n in sorted(emptied)]
    restarted = {r.other for r in product.resets if (r.side, r.event) == (side, event) and r.restart}
    for name, before, after in zip(product.order, states, move.states, strict=True):
        if before != after or name in restarted:
            body.append(f"v_{name} = {name}_{after}")
    for number, sent in enumerate(move.channels):
        if sent and number not in emptied:
            freed = 1 if taken is not None and taken[0] == number else 0
            guards.append(f"len(c{number}) + {len(sent) - freed} <= {product.channels[number].capacity}")
        body += [f"c{number}!m_{message}" for message in sent]
    body += [f"assert(!n{index}); n{index} = 1" for index, counted in enumerate(move.counted) if counted]
    body += ["assert(false)" for _ in move.wrong]
    return f"{' && '.join(guards)} -> {'; '.join(body or ['skip'])} /* {side}: {event} */"


def _emptied(product: Product, side: str, event: str) -> set[int]:
    return {
        number
        for reset in product.resets
        if (reset.side, reset.event) == (side, event)
        for number, channel in enumerate(product.channels)
        if {channel.sender, channel.receiver} == {side, reset.other}
    }


def _rest(product: Product) -> str:
    conditions = [
        "(" + " || ".join(f"v_{side} == {side}_{s.name}" for s in machine.states if product.at_rest(side, s.name)) + ")"
        for side, machine in product.sides.items()
    ]
    return " && ".join(conditions)
