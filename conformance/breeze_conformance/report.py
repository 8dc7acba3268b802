"""What a run found, as text for people and as JSON for programs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from breeze_conformance.case import Finding, Verdict
from breeze_conformance.clause_text import clause_texts
from breeze_conformance.runner import Result
from breeze_protocol.version import WIRE_VERSION

SCHEMA: Final = "breeze-conformance-report/1"
"""Grows by a number when a field changes its meaning or goes; new fields do not count."""

EXIT_CONFORMS: Final = 0
EXIT_DOES_NOT: Final = 1
EXIT_NOT_JUDGED: Final = 2

TRACE_SHOWN: Final = 16
"""Messages of the trace under a failure in the text report; the JSON report has all that were kept."""

_MARKS: Final = {
    Verdict.PASS: "pass",
    Verdict.FAIL: "FAIL",
    Verdict.WARN: "warn",
    Verdict.INFO: "info",
    Verdict.NOT_APPLICABLE: "n/a",
    Verdict.NOT_TESTABLE: "NOT TESTABLE",
    Verdict.HARNESS_ERROR: "KIT ERROR",
}


class ReportedTarget(msgspec.Struct):
    """Whom the run judged."""

    role: str
    name: str
    capabilities: list[str]


class ReportedFinding(msgspec.Struct):
    """One thing that is not as a clause says."""

    clause: str
    text: str
    what: str
    expected: str
    observed: str
    level: str


class ReportedMessage(msgspec.Struct):
    """One message of a trace; `direction` is `>` to the target, `<` from it, `-` anything else."""

    at: float
    direction: str
    message: str


class ReportedCase(msgspec.Struct):
    """One case."""

    name: str
    verdict: str
    clauses: list[str]
    says: str
    seconds: float
    unstable: bool
    findings: list[ReportedFinding]
    trace: list[ReportedMessage]
    again: str
    """The command that runs this case alone."""


class Report(msgspec.Struct):
    """A whole run."""

    schema: str
    revision: str
    """Version of the specification."""
    profile: str
    strict: bool
    target: ReportedTarget
    counts: dict[str, int]
    """Cases by verdict, and `unstable`."""
    exit: int
    conclusion: str
    cases: list[ReportedCase]


def build(results: Sequence[Result], target: ReportedTarget, *, profile: str, strict: bool, command: str) -> Report:
    """Make the report of a run; `command` is what runs the kit on this target, without a choice of cases."""
    counted = Counter(result.verdict.value for result in results)
    counts = {verdict.value: counted[verdict.value] for verdict in Verdict}
    counts["unstable"] = sum(result.unstable for result in results)
    status, conclusion = conclude(counts, strict=strict)
    cases = [_case(result, command) for result in results]
    return Report(SCHEMA, WIRE_VERSION, profile, strict, target, counts, status, conclusion, cases)


def conclude(counts: dict[str, int], *, strict: bool) -> tuple[int, str]:
    """The exit status of a run, and one sentence that says why."""
    judged = sum(counts[each] for each in (Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.INFO))
    bad = counts[Verdict.FAIL] + counts[Verdict.NOT_TESTABLE]
    if counts[Verdict.HARNESS_ERROR]:
        return EXIT_NOT_JUDGED, f"not judged: {counts[Verdict.HARNESS_ERROR]} case(s) failed within the kit itself"
    if bad:
        return EXIT_DOES_NOT, (
            f"does not conform: {counts[Verdict.FAIL]} case(s) failed, {counts[Verdict.NOT_TESTABLE]} not testable"
        )
    if not judged:
        return EXIT_NOT_JUDGED, "not judged: no case applied to this target"
    if strict and (counts[Verdict.WARN] or counts["unstable"]):
        return EXIT_DOES_NOT, (
            f"does not conform strictly: {counts[Verdict.WARN]} warning(s), {counts['unstable']} unstable case(s)"
        )
    return EXIT_CONFORMS, f"conforms: {judged} case(s) judged, {counts[Verdict.NOT_APPLICABLE]} not applicable"


def write(report: Report, path: Path) -> None:
    """Write the JSON report. Raises OSError."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")


def line(result: Result) -> str:
    """One line about one case."""
    mark = _MARKS[result.verdict] + (" (unstable)" if result.unstable else "")
    return f"{mark:<12} {result.case.name:<46} {' '.join(result.case.clauses):<30} {result.seconds:6.2f} s"


def details(case: ReportedCase) -> list[str]:
    """What to know about a case that did not end well: findings, the end of the trace, and how to run it alone."""
    lines = [f"    {case.says}"] if case.says else []
    for finding in case.findings:
        lines += [f"  {finding.level}: {finding.clause} {finding.text}".rstrip()]
        lines += [f"    about     {finding.what}"] if finding.what != finding.expected else []
        lines += [f"    expected  {finding.expected}", f"    observed  {finding.observed}"]
    shown = case.trace[-TRACE_SHOWN:]
    if len(shown) < len(case.trace):
        lines.append(f"    … {len(case.trace) - len(shown)} earlier messages")
    lines += [f"    {each.at:8.3f} {each.direction} {each.message}" for each in shown]
    return [*lines, f"    again: {case.again}"]


def text(report: Report, *, verbose: bool = False) -> str:
    """The end of the text report: details of what did not end well (with `verbose` of every case), and the sum."""
    quiet = {Verdict.PASS.value, Verdict.NOT_APPLICABLE.value}
    lines: list[str] = []
    for case in report.cases:
        if verbose or case.verdict not in quiet or case.unstable:
            lines += ["", f"{case.verdict}: {case.name}", *details(case)]
    sums = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.counts.items() if count)
    return "\n".join([*lines, "", f"{report.target.name} ({report.target.role}): {sums}", report.conclusion])


def _case(result: Result, command: str) -> ReportedCase:
    return ReportedCase(
        name=result.case.name,
        verdict=result.verdict.value,
        clauses=list(result.case.clauses),
        says=result.case.says,
        seconds=round(result.seconds, 3),
        unstable=result.unstable,
        findings=list(_findings(result.findings)),
        trace=[ReportedMessage(round(each.at, 3), each.direction, each.message) for each in result.trace],
        again=f"{command} --case {result.case.name}",
    )


def _findings(findings: Iterable[Finding]) -> Iterable[ReportedFinding]:
    texts = clause_texts()
    for each in findings:
        words = texts.get(each.clause, "")
        yield ReportedFinding(each.clause, words, each.what, each.expected, each.observed, each.level)
