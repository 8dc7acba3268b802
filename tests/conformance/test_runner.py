"""Cases, checks, verdicts, and what a run amounts to."""

import json
from collections.abc import Awaitable, Callable

import attrs
import msgspec
import pytest
import trio
import trio.testing

from breeze_conformance import report
from breeze_conformance.case import Case, Check, NothingCame, TargetDied, Unready, Verdict, case, cases, shown
from breeze_conformance.runner import Result, Timing, measure, run
from breeze_protocol.errors import InternalError, TransportError

Body = Callable[["Stub", Check], Awaitable[None]]


@attrs.define
class Stub:
    """A target that is always there, unless it is told otherwise."""

    role: str = "agent"
    name: str = "stub"
    capabilities: frozenset[str] = frozenset({"one"})
    unready_from: int = 1000
    begun: int = 0
    ended: int = 0

    async def before(self, case: Case, check: Check) -> None:
        self.begun += 1
        if self.begun > self.unready_from:
            raise Unready("gone")

    async def after(self, case: Case) -> None:
        self.ended += 1


def made(body: Body, *, requires: tuple[str, ...] = (), deadline: float = 5.0) -> Case:
    return Case("kit/one", ("TERM-040", "TERM-041"), "agent", requires, "quick", deadline, body)


def judged(*chosen: Case, target: Stub | None = None, again: bool = False) -> list[Result]:
    async def perform() -> list[Result]:
        return await run(target or Stub(), chosen, Timing(), again=again)

    return trio.run(perform, clock=trio.testing.MockClock(autojump_threshold=0))


async def passes(target: Stub, check: Check) -> None:
    check.equal(1, 1, "TERM-040", "one")


async def fails(target: Stub, check: Check) -> None:
    check.equal(1, 2, "TERM-041", "one")


def verdict(body: Body) -> Result:
    return judged(made(body))[0]


def test_a_case_whose_checks_hold_passes() -> None:
    assert verdict(passes).verdict is Verdict.PASS


def test_a_check_that_does_not_hold_fails_with_its_clause() -> None:
    result = verdict(fails)
    assert result.verdict is Verdict.FAIL
    assert [(each.clause, each.expected, each.observed) for each in result.findings] == [("TERM-041", "1", "2")]


def test_a_case_without_any_check_is_the_kits_fault() -> None:
    async def nothing(target: Stub, check: Check) -> None:
        check.control(True, "there is something")

    assert verdict(nothing).verdict is Verdict.HARNESS_ERROR


def test_a_failed_control_is_not_testable_and_ends_the_case() -> None:
    async def uncontrolled(target: Stub, check: Check) -> None:
        check.control(False, "a live process")
        check.that(False, "TERM-041", "never reached")

    result = verdict(uncontrolled)
    assert result.verdict is Verdict.NOT_TESTABLE
    assert len(result.findings) == 1


def test_a_fault_that_was_seen_outweighs_a_failed_control() -> None:
    async def both(target: Stub, check: Check) -> None:
        check.that(False, "TERM-041", "seen")
        check.control(False, "a live process")

    assert verdict(both).verdict is Verdict.FAIL


@pytest.mark.parametrize("error", [NothingCame("a pong"), TransportError("broken"), TargetDied("status 1")])
def test_what_breaks_a_case_is_a_finding_for_the_innermost_clause(error: Exception) -> None:
    async def breaks(target: Stub, check: Check) -> None:
        with check.about("LINK-033", "a first pong"):
            pass
        with check.about("LINK-051", "a result"), check.about("LINK-055", "an error"):
            raise error

    result = verdict(breaks)
    assert result.verdict is Verdict.FAIL
    assert result.findings[0].clause == "LINK-055"


def test_what_breaks_a_case_outside_of_any_block_is_about_its_first_clause_or_the_errors_own() -> None:
    async def breaks(target: Stub, check: Check) -> None:
        raise NothingCame("a socket", clause="LINK-040")

    async def breaks_too(target: Stub, check: Check) -> None:
        raise NothingCame("a socket")

    assert verdict(breaks).findings[0].clause == "LINK-040"
    assert verdict(breaks_too).findings[0].clause == "TERM-040"


def test_a_case_that_takes_too_long_fails_by_what_it_waited_for() -> None:
    async def waits(target: Stub, check: Check) -> None:
        with check.about("TERM-041", "an answer"):
            await trio.sleep_forever()

    result = verdict(waits)
    assert result.verdict is Verdict.FAIL
    assert result.findings[0].clause == "TERM-041"
    assert result.seconds == pytest.approx(5)


@pytest.mark.parametrize("error", [InternalError("table"), ZeroDivisionError("kit"), KeyError("kit")])
def test_the_kits_own_errors_are_not_blamed_on_the_target(error: Exception) -> None:
    async def breaks(target: Stub, check: Check) -> None:
        check.equal(1, 1, "TERM-040", "one")
        raise error

    assert verdict(breaks).verdict is Verdict.HARNESS_ERROR


def test_errors_of_a_nursery_are_sorted_into_findings_and_kit_errors() -> None:
    async def target_fault(target: Stub, check: Check) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(raises, TransportError("broken"))

    async def kit_fault(target: Stub, check: Check) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(raises, ValueError("kit"))

    async def raises(error: Exception) -> None:
        raise error

    assert verdict(target_fault).verdict is Verdict.FAIL
    assert verdict(kit_fault).verdict is Verdict.HARNESS_ERROR


def test_a_capability_that_was_not_declared_makes_a_case_not_applicable_without_running_it() -> None:
    target = Stub()
    one, two = judged(made(passes, requires=("one",)), made(fails, requires=("two",)), target=target)
    assert (one.verdict, two.verdict) == (Verdict.PASS, Verdict.NOT_APPLICABLE)
    assert (target.begun, target.ended) == (1, 1)


def test_a_case_that_passes_alone_the_second_time_is_unstable() -> None:
    seen: list[int] = []

    async def flaky(target: Stub, check: Check) -> None:
        seen.append(1)
        check.that(len(seen) > 1, "TERM-040", "a second time")

    result = judged(made(flaky), again=True)[0]
    assert (result.verdict, result.unstable) == (Verdict.PASS, True)
    assert result.findings, "what went wrong the first time stays in the report"


def test_a_case_that_fails_twice_fails() -> None:
    result = judged(made(fails), again=True)[0]
    assert (result.verdict, result.unstable) == (Verdict.FAIL, False)


def test_a_target_that_is_not_ready_at_first_cannot_be_judged() -> None:
    with pytest.raises(Unready):
        judged(made(passes), target=Stub(unready_from=0))


def test_a_target_that_is_not_ready_later_makes_cases_not_testable() -> None:
    results = judged(made(passes), made(passes), target=Stub(unready_from=1))
    assert [each.verdict for each in results] == [Verdict.PASS, Verdict.NOT_TESTABLE]


def test_virtual_time_has_no_factor() -> None:
    assert trio.run(measure, clock=trio.testing.MockClock(autojump_threshold=0)).factor == 1.0


def test_a_name_is_registered_once_and_needs_a_clause() -> None:
    assert cases("agent", globs=["link/pong"])
    with pytest.raises(ValueError, match="twice"):
        case("link/pong", "LINK-033", role="agent")(passes)
    with pytest.raises(ValueError, match="needs a clause"):
        case("kit/none", "", role="agent")
    with pytest.raises(ValueError, match="not a clause"):
        case("kit/none", "LINK33", role="agent")


def test_quick_leaves_out_long_cases_and_globs_choose() -> None:
    everything, quick = cases("agent"), cases("agent", profile="quick")
    assert {each.name for each in everything} - {each.name for each in quick} >= {"link/silence", "terminal/limit"}
    assert [each.name for each in cases("agent", globs=["link/po*"])] == ["link/pong"]
    assert cases("agent", globs=["nothing"]) == []


def test_every_case_says_what_it_is_about() -> None:
    assert [each.name for each in cases("agent") if not each.says.endswith(".")] == []


def counted(**verdicts: int) -> dict[str, int]:
    return {**{each.value: 0 for each in Verdict}, "unstable": 0, **verdicts}


@pytest.mark.parametrize(
    ("verdicts", "strict", "status"),
    [
        ({"pass": 3, "not_applicable": 2}, False, 0),
        ({"pass": 3, "info": 1}, True, 0),
        ({"pass": 3, "fail": 1}, False, 1),
        ({"pass": 3, "not_testable": 1}, False, 1),
        ({"pass": 3, "warn": 1}, False, 0),
        ({"pass": 3, "warn": 1}, True, 1),
        ({"pass": 3, "unstable": 1}, False, 0),
        ({"pass": 3, "unstable": 1}, True, 1),
        ({"fail": 3, "harness_error": 1}, False, 2),
        ({"not_applicable": 3}, False, 2),
        ({}, False, 2),
    ],
)
def test_the_exit_status_follows_the_verdicts(verdicts: dict[str, int], strict: bool, status: int) -> None:
    assert report.conclude(counted(**verdicts), strict=strict)[0] == status


def built() -> report.Report:
    results = judged(made(passes), made(fails))
    return report.build(
        results,
        report.ReportedTarget("agent", "stub", ["one"]),
        profile="quick",
        strict=False,
        command="breeze check agent --cmd x",
    )


def test_the_json_report_has_a_schema_and_the_same_bytes_for_the_same_run() -> None:
    first, second = (msgspec.json.encode(built()) for _ in range(2))
    assert first == second
    read = json.loads(first)
    assert read["schema"] == "breeze-conformance-report/1"
    assert read["counts"]["fail"] == 1
    assert read["cases"][1]["findings"][0]["clause"] == "TERM-041"


def test_the_text_report_tells_what_was_expected_and_how_to_run_the_case_alone() -> None:
    said = report.text(built())
    for part in (
        "TERM-041",
        "expected  1",
        "observed  2",
        "breeze check agent --cmd x --case kit/one",
        "does not conform",
    ):
        assert part in said


def test_what_is_shown_is_one_printable_line() -> None:
    assert shown("a\nb\x1b[31m") == "a\\x0ab\\x1b[31m"
    assert len(shown("x" * 10_000)) == 301
    assert shown(b"\xff\x00") == "b'\\xff\\x00'"
