"""The words of the clauses, for reports: from the generated list, or from the specification beside a checkout."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from breeze_protocol.clause import type_of_keyword

_LINE = re.compile(r"^- \*\*(?P<id>[A-Z]+-\d{3})\*\* (?P<words>.+)$")
_KEYWORD = re.compile(r"\b(MUST NOT|MUST|SHOULD NOT|SHOULD|MAY)\b")


def read_clauses(paths: Iterable[Path]) -> dict[str, str]:
    """Collect the clause lines of specification files; continuation lines are not part of a clause."""
    found = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            match = _LINE.match(line)
            if match:
                found[match["id"]] = match["words"].strip()
    return found


@cache
def clause_texts() -> Mapping[str, str]:
    """Every clause's words by id; empty where neither the generated list nor the specification is there."""
    generated = files("breeze_conformance").joinpath("generated", "clauses.json")
    if generated.is_file():
        listed: dict[str, str] = json.loads(generated.read_text(encoding="utf-8"))
        return listed
    beside = Path(__file__).parents[2] / "spec"
    return read_clauses(sorted(beside.glob("*.md"))) if beside.is_dir() else {}


def level(clause: str) -> str:
    """What a violation is worth by the keyword: `fail`, `warn` or `info`; `fail` where the words are unknown."""
    match = _KEYWORD.search(clause_texts().get(clause, ""))
    return type_of_keyword[match[0]] if match else "fail"
