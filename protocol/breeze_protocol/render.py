"""Tables as pictures and as data for others: Mermaid, DOT, SVG, matrix text, JSON."""

from collections.abc import Mapping
from html import escape
from typing import Any

import msgspec

from breeze_protocol.check import matrix
from breeze_protocol.machine import Machine


def arrows(machine: Machine) -> list[tuple[str, str, list[str]]]:
    """Every pair of states with the events that lead from one to the other, in the table's order."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in machine.rows:
        found.setdefault((row.source, row.target), []).append(row.event)
    return [(source, target, events) for (source, target), events in found.items()]


def mermaid(machine: Machine) -> str:
    """Draw a machine as a Mermaid state diagram; what only stays where it is, is left to the matrix."""
    lines = ["stateDiagram-v2", "  direction LR", f"  [*] --> {machine.initial}"]
    for source, target, events in arrows(machine):
        if source != target:
            lines += [f"  {source} --> {target}: {event}" for event in events]
    lines += [f"  {state.name} --> [*]" for state in machine.states if state.final]
    return "\n".join(lines) + "\n"


def dot(machine: Machine) -> str:
    """Draw a machine as a Graphviz digraph."""
    lines = [
        f'digraph "{machine.name}" {{',
        "  rankdir=LR;",
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
    ]
    for state in machine.states:
        lines.append(f'  "{state.name}"{" [peripheries=2]" if state.final else ""};')
    for source, target, events in arrows(machine):
        if source != target:
            label = "\\n".join(events)
            lines.append(f'  "{source}" -> "{target}" [label="{label}"];')
    return "\n".join([*lines, "}", ""])


def matrix_text(machine: Machine) -> str:
    """Print every state with every event, one cell a line, so that a change of the table is a change of lines."""
    cells = matrix(machine)
    state_width = max(len(state) for state, _, _ in cells)
    event_width = max(len(event) for _, event, _ in cells)
    return "".join(f"{state:<{state_width}}  {event:<{event_width}}  {verdict}\n" for state, event, verdict in cells)


def to_json(machine: Machine) -> bytes:
    """Write a machine for readers in other languages; `from_json` reads it back equal."""
    return msgspec.json.format(msgspec.json.encode(machine), indent=1) + b"\n"


def from_json(text: bytes) -> Machine:
    """Read a machine back."""
    return msgspec.json.decode(text, type=Machine)


def json_schema() -> dict[str, Any]:
    """The schema of what `to_json` writes (JSON Schema, draft 2020-12)."""
    schema = msgspec.json.schema(Machine)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


_WIDTH, _HEIGHT, _GAP_X, _GAP_Y = 150, 40, 150, 110


def svg(machine: Machine) -> str:
    """Draw a machine as a self-contained SVG: states in columns by distance from the first, events as labels."""
    places = _places(machine)
    width = max(x for x, _ in places.values()) + _WIDTH + 40
    height = max(y for _, y in places.values()) + _HEIGHT + 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="State diagram of {escape(machine.name)}" font-family="sans-serif" font-size="11">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="currentColor"/></marker></defs>',
    ]
    for source, target, events in arrows(machine):
        if source != target:
            parts.append(_arrow(places[source], places[target], events))
    for state in machine.states:
        x, y = places[state.name]
        weight = 3 if state.final else 1
        parts.append(
            f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="9" fill="none" stroke="currentColor" '
            f'stroke-width="{weight}"/><text x="{x + _WIDTH / 2}" y="{y + _HEIGHT / 2 + 4}" text-anchor="middle" '
            f'fill="currentColor">{escape(state.name)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _places(machine: Machine) -> Mapping[str, tuple[int, int]]:
    column = {machine.initial: 0}
    for _ in machine.states:
        for source, target, _events in arrows(machine):
            if source in column and target not in column:
                column[target] = column[source] + 1
    used: dict[int, int] = {}
    places = {}
    for state in machine.states:
        x = column.get(state.name, 0)
        y = used.get(x, 0)
        used[x] = y + 1
        places[state.name] = (20 + x * (_WIDTH + _GAP_X), 30 + y * (_HEIGHT + _GAP_Y) + (x % 2) * 40)
    return places


def _arrow(start: tuple[int, int], end: tuple[int, int], events: list[str]) -> str:
    forward = end[0] >= start[0]
    x1 = start[0] + (_WIDTH if forward else 0)
    x2 = end[0] if forward and end[0] != start[0] else end[0] + (_WIDTH if not forward else _WIDTH / 2)
    y1 = start[1] + _HEIGHT / 2
    y2 = end[1] + (_HEIGHT / 2 if end[0] != start[0] else 0)
    middle_x, middle_y = (x1 + x2) / 2, (y1 + y2) / 2 + (-26 if forward else 26)
    path = f'<path d="M{x1} {y1} Q{middle_x} {middle_y} {x2} {y2}" fill="none" stroke="currentColor" '
    shown = events if len(events) <= 4 else [*events[:3], f"… {len(events) - 3} more"]
    label = "".join(
        f'<tspan x="{middle_x}" dy="{0 if number == 0 else 12}">{escape(event)}</tspan>'
        for number, event in enumerate(shown)
    )
    return (
        path + 'stroke-opacity="0.6" marker-end="url(#tip)"/>'
        f'<text x="{middle_x}" y="{middle_y - 4}" text-anchor="middle" fill="currentColor">{label}</text>'
    )
