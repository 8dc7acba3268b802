"""The kit judges agents: its own conforms, faulty ones fail by the clause that they break, null ones never pass."""

import msgspec
import pytest

from breeze_conformance import report
from breeze_conformance.case import Verdict, cases
from breeze_conformance.mutants import find
from breeze_conformance.peers.agent import known_faults
from breeze_conformance.selftest import hunt, judge_fault, judge_null

QUICK = cases("agent", profile="quick")

STRATA = [
    "dial-path",
    "dial-tokenless",
    "gives-up-after-401",
    "gives-up-after-close",
    "no-hello",
    "hello-always",
    "crash-on-garbage",
    "result-id-wrong",
    "runs-repeated",
    "unordered",
    "resize-ignored",
    "output-lost",
    "output-reordered",
    "base64-unasked",
    "binary-unasked",
    "window-ignored",
    "exit-code-off",
    "exit-before-output",
    "output-after-stop",
    "stop-leaves-children",
    "link-loss-leaves-shell",
    "token-in-environment",
    "drop:link_agent:online:ping_received",
    "forget:link_agent:online:link_lost:end_terminals",
    "drop:terminal_agent:running:terminal_resize_received",
    "edge:terminal_agent:start:terminals:terminals_per_agent:at_most",
    "half:link_agent:link_dial_timeout",
]
"""Faults of every kind: of enrolment, dialing, frames, commands, bytes and ends, and of each sort of table fault."""


def test_the_kits_own_agent_passes_every_case() -> None:
    judged = judge_fault(None, cases("agent"))
    assert judged.unready is None
    assert {each.case.name: each.findings for each in judged.bad} == {}
    assert all(each.verdict is Verdict.PASS for each in judged.results)


def test_the_same_run_gives_the_same_verdicts_and_findings() -> None:
    def run() -> bytes:
        chosen = cases("agent", globs=["link/unknown*", "link/re*", "terminal/re*"])
        results = judge_fault(find("resize-swapped", known_faults()), chosen).results
        target = report.ReportedTarget("agent", "kit agent", [])
        built = report.build(results, target, profile="full", strict=False, command="breeze check agent")
        for each in built.cases:
            # The order of what several tasks say at the same instant is the scheduler's.
            each.trace, each.seconds = [], 0.0
        return msgspec.json.encode(built)

    first = run()
    assert first == run()
    assert b"TERM-042" in first


@pytest.mark.parametrize("name", STRATA)
def test_a_faulty_agent_fails_by_a_clause_that_it_breaks(name: str) -> None:
    fault = find(name, known_faults())
    judged = hunt(fault, cases("agent"))
    assert set(fault.clauses) & judged.clauses, (fault.says, judged.unready, judged.clauses)


@pytest.mark.parametrize("kind", ["deaf", "slam", "echo", "always-ok", "always-error"])
def test_a_null_agent_passes_nothing_that_takes_a_conversation(kind: str) -> None:
    judged = judge_null(kind, QUICK)
    passed = {each.case.name for each in judged.results if each.verdict is Verdict.PASS}
    honest = {"enrollment/request", "enrollment/identity", "enrollment/token-private", "link/stops-while-refused"}
    honest |= {"link/transport-pong", "link/stops-while-dialing"}
    assert passed <= honest
    assert len(judged.bad) > len(QUICK) / 2


def test_a_silent_agent_cannot_be_judged() -> None:
    judged = judge_null("silent", QUICK)
    assert judged.results == ()
    assert judged.unready is not None and "did not answer" in judged.unready
