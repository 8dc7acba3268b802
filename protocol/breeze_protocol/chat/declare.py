"""What a model and a person are told about tools: schemas for the one, plain words for the other."""

import string
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from breeze_protocol.chat.inputs import INPUTS
from breeze_protocol.chat.tools import ACTIONS, NEVER, TOOLS, action, offered, within

SHOWN: Final = 200
"""Code points of a value that a description shows; the whole value stands in the event's `input` (CHAT-080)."""

_TAGS: Final = ("action", "commandType")


def declarations(level: str, capture: bool) -> list[dict[str, Any]]:
    """The tools of a level as a model's API takes them: `name`, `description`, `input_schema` (CHAT-060)."""
    names = offered(level, capture)
    return [{"name": n, "description": TOOLS[n].says, "input_schema": schema(n, level)} for n in names]


def schema(tool: str, level: str) -> dict[str, Any]:
    """The input of a tool as one JSON Schema object, with the actions of this level.

    Models take no alternatives at the top, so the fields of all actions stand together. It only tells: what is allowed
    is decided by the types in `inputs` and the rows in `tools`.
    """
    (said,), defined = msgspec.json.schema_components([INPUTS[tool]], ref_template="#/$defs/{name}")
    parts = [part for part in _alternatives(said, defined) if _told(tool, part, level)]
    fields: dict[str, Any] = {}
    for part in parts:
        for name, form in part["properties"].items():
            fields[name] = form if name not in fields else _either(fields[name], form)
    required = set.intersection(*(set(part.get("required", ())) for part in parts))
    told = {"type": "object", "properties": fields, "required": sorted(required), "additionalProperties": False}
    text = msgspec.json.encode(fields).decode()
    used = {name: part for name, part in defined.items() if f'"#/$defs/{name}"' in text}
    return {**told, "$defs": used} if used else told


def describe(tool: str, given: Mapping[str, Any]) -> str:
    """Say in plain words what a call would do; values are shortened, and none can pose as our words (CHAT-093)."""
    row = action(tool, given)
    return string.Formatter().vformat(row.says or "Do something unknown", (), _Shown(given))


class _Shown(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "(not said)"

    def __getitem__(self, name: str) -> str:
        if name not in self:
            return self.__missing__(name)
        value = super().__getitem__(name)
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        seen = "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text[:SHOWN])
        return f"\u201c{seen}\u201d" + (f" (and {len(text) - SHOWN} more characters)" if len(text) > SHOWN else "")


def _told(tool: str, part: Mapping[str, Any], level: str) -> bool:
    if (tool, "") in ACTIONS:
        return True
    name = next(part["properties"][tag]["enum"][0] for tag in _TAGS if tag in part["properties"])
    row = ACTIONS.get((tool, name))
    return row is not None and row.tier < NEVER and within(row.level, level)


def _either(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    if set(one) == set(other) == {"enum"}:
        return {"enum": [*one["enum"], *(each for each in other["enum"] if each not in one["enum"])]}
    known = list(one.get("anyOf", [one]))
    known += [each for each in other.get("anyOf", [other]) if each not in known]
    return one if len(known) == 1 else {"anyOf": known}


def _alternatives(said: Mapping[str, Any], defined: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for each in said.get("anyOf", [said]):
        yield defined[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
