"""Cases, the checks they make, and the verdicts that follow."""

import fnmatch
import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final

import attrs
import trio

from breeze_conformance.clause_text import level
from breeze_protocol.clause import clauses as split_clauses
from breeze_protocol.errors import BreezeError

SHOWN: Final = 300
"""Characters of a message or value that a report shows."""

TRACE_MOST: Final = 400
"""Messages that a trace keeps; the oldest go first."""


class Verdict(StrEnum):
    """How a case ended."""

    PASS = "pass"  # noqa: S105 - a verdict, not a secret
    FAIL = "fail"
    """A MUST is violated."""
    WARN = "warn"
    """A SHOULD is violated."""
    INFO = "info"
    """Only what a MAY leaves open was found to differ."""
    NOT_APPLICABLE = "not_applicable"
    """The target declared, before the run, that it has not got the capability."""
    NOT_TESTABLE = "not_testable"
    """A positive control failed: the case could not show what it is about."""
    HARNESS_ERROR = "harness_error"
    """The kit itself is wrong."""


class NothingCame(BreezeError):
    """The target did not do in time what was waited for."""

    def __init__(self, what: str, observed: str = "nothing", clause: str | None = None) -> None:
        super().__init__(f"waited for {what}; observed {observed}")
        self.what = what
        self.observed = observed
        self.clause = clause
        """The clause that this is about outside of any `Check.about`; None: the case's first."""


class TargetDied(BreezeError):
    """The target's process ended by itself."""


class Unready(BreezeError):
    """The target cannot be brought to where cases begin; nothing can be judged."""


class Uncontrolled(BreezeError):
    """A positive control failed; raised by `Check.control` to end the case."""


@attrs.frozen
class Finding:
    """One thing that is not as a clause says."""

    clause: str
    what: str
    expected: str
    observed: str
    level: str
    """`fail`, `warn`, `info` or `not_testable`."""


@attrs.frozen
class Traced:
    """One message on the wire, as the case saw it."""

    at: float
    """Seconds since the case began."""
    direction: str
    """`>` to the target, `<` from it, `-` something else that happened."""
    message: str


@attrs.define
class Check:
    """What one run of a case has found."""

    case: "Case"
    findings: list[Finding] = attrs.field(factory=list)
    traced: list[Traced] = attrs.field(factory=list)
    made: int = 0
    """How many checks were made; a case that makes none proves nothing."""
    _about: list[tuple[str, str]] = attrs.field(factory=list)
    _began: float = attrs.field(factory=trio.current_time)

    def that(self, holds: bool, clause: str, what: str, observed: object = None) -> bool:
        """The clause demands that `what` holds. Returns whether it does."""
        return self._found(bool(holds), clause, what, what, observed)

    def equal(self, expected: object, actual: object, clause: str, what: str) -> bool:
        """The clause demands exactly this value. Returns whether it is."""
        return self._found(expected == actual, clause, what, expected, actual)

    def one_of(self, allowed: Sequence[object], actual: object, clause: str, what: str) -> bool:
        """The clause allows these values. Returns whether the actual one is among them."""
        return self._found(actual in allowed, clause, what, allowed, actual)

    def control(self, holds: bool, what: str, observed: object = None) -> None:
        """A positive control: without it the case would prove nothing. Raises Uncontrolled, which ends the case."""
        if not holds:
            self.findings.append(Finding(self.clause, what, what, shown(observed), "not_testable"))
            raise Uncontrolled(what)

    @contextmanager
    def about(self, clause: str, what: str) -> Iterator[None]:
        """What goes wrong in the block (silence, a closed or broken line, an unreadable message) is about this clause.

        An arrival without any of these counts as a check made.
        """
        depth = len(self._about)
        self._about.append((clause, what))
        yield
        # Left in place when something was raised: `broken` asks which block it was.
        del self._about[depth:]
        self.made += 1

    def trace(self, direction: str, message: object) -> None:
        """Note a message for the report: `>` to the target, `<` from it, `-` for anything else."""
        self.traced.append(Traced(trio.current_time() - self._began, direction, shown(message)))
        if len(self.traced) > TRACE_MOST:
            del self.traced[0]

    def broken(self, observed: object) -> None:
        """Something ended the case: a finding for the innermost `about`, or for the case's first clause."""
        clause, what = self._about[-1] if self._about else (self.clause, self.case.name)
        if isinstance(observed, NothingCame):
            own = None if self._about else observed.clause
            self._found(False, own or clause, what, observed.what, observed.observed)
        else:
            self._found(False, clause, what, what, str(observed))

    @property
    def clause(self) -> str:
        """The case's first clause."""
        return self.case.clauses[0]

    @property
    def verdict(self) -> Verdict:
        """What the findings amount to; without any check made it is the kit's own fault."""
        levels = {finding.level for finding in self.findings}
        for each in (Verdict.FAIL, Verdict.NOT_TESTABLE, Verdict.WARN, Verdict.INFO):
            if each.value in levels:
                return each
        return Verdict.PASS if self.made else Verdict.HARNESS_ERROR

    def _found(self, holds: bool, clause: str, what: str, expected: object, observed: object) -> bool:
        self.made += 1
        if not holds:
            self.findings.append(Finding(clause, what, shown(expected), shown(observed), level(clause)))
        return holds


Body = Callable[[Any, Check], Awaitable[None]]


@attrs.frozen
class Case:
    """One thing that a clause says, and how to find out whether a target does it."""

    name: str
    clauses: tuple[str, ...]
    role: str
    """Whom it judges: `agent` or `server`."""
    requires: tuple[str, ...]
    """Capabilities without which it does not apply."""
    profile: str
    """`quick`, or `full` for what takes long."""
    deadline: float
    """Seconds until the case is given up, before the machine's factor."""
    body: Body = attrs.field(repr=False)

    @property
    def says(self) -> str:
        """What the case is about, in a line."""
        return (self.body.__doc__ or "").strip().split("\n")[0]


_registry: dict[str, Case] = {}


def case(
    name: str,
    clauses: str,
    *,
    role: str,
    requires: Sequence[str] = (),
    profile: str = "quick",
    deadline: float = 20.0,
) -> Callable[[Body], Body]:
    """Register a case, as `@case("terminal/exit-status", "TERM-045", role="agent")` on `async def (target, check)`.

    `clauses` are ids separated by blanks, the first one is what the case is mainly about. A name is registered once for
    a role; a second time is a ValueError.
    """
    because = split_clauses(clauses)
    if not because or profile not in ("quick", "full") or role not in ("agent", "server"):
        raise ValueError(f"{name}: a case needs a clause, a role and a profile")

    def register(body: Body) -> Body:
        key = f"{role}:{name}"
        if key in _registry:
            raise ValueError(f"{name} is registered twice for {role}")
        _registry[key] = Case(name, because, role, tuple(requires), profile, deadline, body)
        return body

    return register


def cases(role: str, *, profile: str = "full", globs: Sequence[str] = ()) -> list[Case]:
    """The cases of a role, in the order of their modules and lines, the long ones last, and last of all those of a
    module `late_…`; `quick` leaves the long ones out."""
    package = importlib.import_module("breeze_conformance.cases")
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda each: each.name):
        if module.name.endswith(f"_{role}"):
            importlib.import_module(f"{package.__name__}.{module.name}")
    chosen = [
        each
        for each in _registry.values()
        if each.role == role
        and (profile == "full" or each.profile == "quick")
        and (not globs or any(fnmatch.fnmatchcase(each.name, glob) for glob in globs))
    ]
    return sorted(chosen, key=lambda each: (each.profile == "full", ".late_" in each.body.__module__))


def shown(value: object) -> str:
    """A value as a report shows it: bytes as their text, cut to a line."""
    if isinstance(value, bytes | bytearray | memoryview):
        text = repr(bytes(value[:SHOWN]))
    elif isinstance(value, str):
        text = value
    else:
        text = repr(value)
    text = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text[: SHOWN + 1])
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
