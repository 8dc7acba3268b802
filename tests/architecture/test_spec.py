"""The specification is well-formed, and what the code cites is what the specification states."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from breeze_protocol.clause import PREFIXES, type_of_keyword

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "spec"
NOUNS = sorted(name for name in PREFIXES.values() if (SPEC / f"{name}.md").is_file())
CITING = ("protocol", "tests", "conformance")
KINDS = {"unobservable", "todo", "declined"}

_ID = re.compile(r"\b(?:" + "|".join(PREFIXES) + r")-\d{3}\b")
_LINE = re.compile(r"- \*\*(?P<id>[^*]*)\*\* (?P<text>.*)")
_LIKE_A_CLAUSE = re.compile(r"\s*[-*+] \*\*[A-Z]{3,5}-\d")
_WITHDRAWN = re.compile(r"\*Withdrawn in \d+\.\d+: .+\*")
_KEYWORD = re.compile(r"\b(?:MUST NOT|MUST|SHOULD NOT|SHOULD|MAY)\b")
_OTHER_KEYWORD = re.compile(r"\b(?:SHALL|REQUIRED|RECOMMENDED|OPTIONAL)\b")


class Clause(NamedTuple):
    """One clause line: where it stands, its id and its words."""

    file: str
    line: int
    id: str
    text: str

    @property
    def keywords(self) -> list[str]:
        """Every keyword in it; a well-formed clause has one, a withdrawn one none."""
        return _KEYWORD.findall(self.text)

    @property
    def withdrawn(self) -> bool:
        """Whether it says only that it no longer holds."""
        return _WITHDRAWN.fullmatch(self.text) is not None


def clauses_of(name: str, text: str) -> list[Clause]:
    """Every line of a file that is written as a clause, well or badly."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if _LIKE_A_CLAUSE.match(line):
            match = _LINE.fullmatch(line)
            found.append(Clause(name, number, match["id"] if match else "", match["text"] if match else line))
    return found


def malformed(clause: Clause) -> str | None:
    """What is wrong with a clause by itself; None where nothing is."""
    if not _ID.fullmatch(clause.id):
        return "no id of the form PREFIX-000"
    if PREFIXES[clause.id.partition("-")[0]] != clause.file:
        return "the prefix belongs to another file"
    if clause.withdrawn:
        return None
    if len(clause.keywords) != 1:
        return f"needs one keyword, has {clause.keywords}"
    if clause.keywords[0] not in type_of_keyword or _OTHER_KEYWORD.search(clause.text):
        return "a keyword that is not ours"
    if not clause.text.endswith((".", ".)")):
        return "ends without a full stop"
    return None


def requiring_prose(name: str, text: str) -> list[str]:
    """Lines outside clauses that use a keyword of clauses."""
    return [
        f"{name}.md:{number}: {line}"
        for number, line in enumerate(text.splitlines(), 1)
        if not _LIKE_A_CLAUSE.match(line) and (_KEYWORD.search(line) or _OTHER_KEYWORD.search(line))
    ]


def _texts() -> dict[str, str]:
    return {name: (SPEC / f"{name}.md").read_text(encoding="utf-8") for name in NOUNS}


def _stated() -> list[Clause]:
    return [clause for name, text in _texts().items() for clause in clauses_of(name, text)]


def _sources(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "generated" not in path.parts:
                yield path


def _citations(*folders: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in _sources(folders):
        if path == Path(__file__).resolve():
            continue
        for each in _ID.findall(path.read_text(encoding="utf-8")):
            found.setdefault(each, str(path.relative_to(ROOT)))
    return found


def _excused() -> list[dict[str, str]]:
    table = tomllib.loads((SPEC / "exceptions.toml").read_text(encoding="utf-8"))
    excuses: list[dict[str, str]] = table["exception"]
    return excuses


def test_every_noun_with_clauses_in_code_has_a_file() -> None:
    prefixes = {PREFIXES[each.partition("-")[0]] for each in _citations("protocol")}

    assert prefixes <= set(NOUNS)
    assert {"wire", "account", "link", "session", "terminal"} <= set(NOUNS)


def test_every_clause_is_well_formed() -> None:
    stated = _stated()
    faults = [f"{c.file}.md:{c.line}: {c.id}: {fault}" for c in stated if (fault := malformed(c))]

    assert faults == []
    assert len(stated) > 150


def test_every_id_is_stated_once() -> None:
    counts = Counter(clause.id for clause in _stated())

    assert [each for each, count in counts.items() if count > 1] == []


def test_every_cited_id_is_stated_and_holds() -> None:
    stated = {clause.id for clause in _stated() if not clause.withdrawn}

    assert {each: path for each, path in _citations("protocol").items() if each not in stated} == {}


def test_prose_requires_nothing() -> None:
    assert [line for name, text in _texts().items() for line in requiring_prose(name, text)] == []
    for other in ("glossary", "sources"):
        assert requiring_prose(other, (SPEC / f"{other}.md").read_text(encoding="utf-8")) == []


def test_every_must_is_cited_or_excused() -> None:
    known = set(_citations(*CITING)) | {excuse["id"] for excuse in _excused()}
    musts = [clause.id for clause in _stated() if clause.keywords and clause.keywords[0].startswith("MUST")]

    assert [each for each in musts if each not in known] == []


def test_every_excuse_is_complete_and_concerns_a_clause() -> None:
    stated = {clause.id for clause in _stated() if not clause.withdrawn}
    excuses = _excused()

    assert [e for e in excuses if set(e) - {"issue"} != {"id", "kind", "reason"} or e["kind"] not in KINDS] == []
    assert [e["id"] for e in excuses if e["id"] not in stated or len(e["reason"]) < 20] == []
    assert [each for each, count in Counter(e["id"] for e in excuses).items() if count > 1] == []


def test_no_excuse_outlives_its_reason() -> None:
    cited = _citations(*CITING)

    assert {e["id"]: cited[e["id"]] for e in _excused() if e["kind"] == "todo" and e["id"] in cited} == {}


def test_every_id_in_the_spec_is_stated() -> None:
    stated = {clause.id for clause in _stated()}
    mentioned = {each for text in _texts().values() for each in _ID.findall(text)}
    mentioned |= set(_ID.findall((SPEC / "sources.md").read_text(encoding="utf-8")))

    assert set() == mentioned - stated


def test_readme_quotes_clauses_as_they_are_stated() -> None:
    stated = {clause.id: clause.text for clause in _stated()}
    quoted = [c for c in clauses_of("README", (SPEC / "README.md").read_text(encoding="utf-8")) if c.id in stated]

    assert quoted
    assert {c.id: c.text for c in quoted} == {c.id: stated[c.id] for c in quoted}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("- **TERM-0111** The relay MUST wait.", "no id of the form PREFIX-000"),
        ("- **TERM-011**The relay MUST wait.", "no id of the form PREFIX-000"),
        ("  - **TERM-011** The relay MUST wait.", "no id of the form PREFIX-000"),
        ("- **WIRE-011** The relay MUST wait.", "the prefix belongs to another file"),
        ("- **TERM-011** The relay waits.", "needs one keyword, has []"),
        ("- **TERM-011** It MUST wait and SHOULD hope.", "needs one keyword, has ['MUST', 'SHOULD']"),
        ("- **TERM-011** It MUST wait, which is REQUIRED.", "a keyword that is not ours"),
        ("- **TERM-011** The relay MUST wait", "ends without a full stop"),
        ("- **TERM-011** The relay MUST NOT wait.", None),
        ("- **TERM-011** *Withdrawn in 0.3: TERM-099 says more.*", None),
    ],
)
def test_a_malformed_clause_is_found(line: str, fault: str | None) -> None:
    assert fault == malformed(clauses_of("terminal", line)[0])


def test_requiring_prose_is_found() -> None:
    text = "A relay MAY hope.\n- **TERM-011** The relay MUST wait.\nIt must wait."

    assert requiring_prose("terminal", text) == ["terminal.md:1: A relay MAY hope."]
