"""Runs cases against a target: one deadline a case, and a second look before anything is called a fault."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

import attrs
import trio

from breeze_conformance.case import Case, Check, Finding, Traced, Uncontrolled, Unready, Verdict
from breeze_protocol.errors import BreezeError, InternalError, LocalProtocolError

_BAD: Final = (Verdict.FAIL, Verdict.NOT_TESTABLE, Verdict.WARN)

_LOOP: Final = 200_000
_LOOP_SECONDS: Final = 0.02
"""What `_LOOP` additions take on the machine that deadlines were chosen on."""

FACTOR_MOST: Final = 5.0


class Target(Protocol):
    """What cases are run against. Both roles' targets offer this to the runner, and their own words to cases."""

    role: str

    @property
    def name(self) -> str:
        """What the target calls itself, for the report."""

    @property
    def capabilities(self) -> frozenset[str]:
        """What the target declared before the run."""

    async def before(self, case: Case, check: Check) -> None:
        """Bring the target to where cases begin; messages from now on go to `check.trace`. Raises Unready."""

    async def after(self, case: Case) -> None:
        """End what the case has left behind."""


@attrs.frozen
class Result:
    """How one case ended."""

    case: Case
    verdict: Verdict
    seconds: float
    findings: tuple[Finding, ...] = ()
    trace: tuple[Traced, ...] = ()
    unstable: bool = False
    """It did not end well the first time and passed alone the second time."""


@attrs.define
class Timing:
    """How long to wait: the specification's seconds, times how much slower this machine is (at least 1)."""

    factor: float = 1.0

    def seconds(self, seconds: float) -> float:
        """A deadline on this machine."""
        return seconds * self.factor


async def measure() -> Timing:
    """Measure this machine once: work against the clock, and how late a sleeper wakes. A virtual clock gives 1."""
    worst = 1.0
    for _ in range(3):
        began = trio.current_time()
        total = 0
        for each in range(_LOOP):
            total += each
        worked = trio.current_time() - began
        began = trio.current_time()
        await trio.sleep(0.01)
        late = trio.current_time() - began - 0.01
        worst = max(worst, worked / _LOOP_SECONDS, 1 + late / 0.05)
    return Timing(min(worst, FACTOR_MOST))


async def run(
    target: Target,
    chosen: Sequence[Case],
    timing: Timing,
    on_result: Callable[[Result], None] = lambda _: None,
    *,
    again: bool = True,
) -> list[Result]:
    """Run cases one after the other and give their results in the same order.

    With `again` a case that does not pass is run once more alone; if it passes then, it is `unstable`. Raises Unready
    where not even the first case can begin.
    """
    results: list[Result] = []
    for each in chosen:
        if not set(each.requires) <= target.capabilities:
            result = Result(each, Verdict.NOT_APPLICABLE, 0.0)
        else:
            result = await run_case(target, each, timing, first=not results)
            if again and result.verdict in _BAD:
                second = await run_case(target, each, timing)
                passed = second.verdict in (Verdict.PASS, Verdict.INFO)
                result = attrs.evolve(result, verdict=second.verdict, unstable=True) if passed else second
        results.append(result)
        on_result(result)
    return results


async def run_case(target: Target, chosen: Case, timing: Timing, *, first: bool = False) -> Result:
    """Run one case once. Only with `first` an Unready target is raised; later it makes the case not testable."""
    check = Check(chosen)
    began = trio.current_time()
    error: str | None = None
    try:
        await target.before(chosen, check)
    except Unready as reason:
        if first:
            raise
        check.findings.append(Finding(check.clause, "the target is ready", "ready", str(reason), "not_testable"))
    else:
        error = await _perform(chosen.body, target, check, timing.seconds(chosen.deadline))
        await target.after(chosen)
    findings = tuple(check.findings)
    verdict = check.verdict
    if error is not None:
        findings = (*findings, Finding(check.clause, "the kit works", "no error", error, Verdict.HARNESS_ERROR))
        verdict = Verdict.HARNESS_ERROR
    elif verdict is Verdict.HARNESS_ERROR:
        findings = (Finding(check.clause, "the case checks something", "a check", "none was made", verdict),)
    return Result(chosen, verdict, trio.current_time() - began, findings, tuple(check.traced))


async def _perform(
    body: Callable[[Target, Check], Awaitable[None]], target: Target, check: Check, seconds: float
) -> str | None:
    """Run the body; return what went wrong within the kit, if anything did."""
    try:
        with trio.move_on_after(seconds) as deadline:
            await body(target, check)
        if deadline.cancelled_caught:
            check.broken(f"not done after {seconds:.1f} s")
    except Uncontrolled:
        pass
    except (InternalError, LocalProtocolError) as error:
        return f"{type(error).__name__}: {error}"
    except BreezeError as error:
        check.broken(error)
    except ExceptionGroup as group:
        return await _sort_out(group, check)
    except Exception as error:
        return f"{type(error).__name__}: {error} ({_where(error)})"
    return None


async def _sort_out(group: ExceptionGroup[Exception], check: Check) -> str | None:
    """A nursery of the case raised several things at once: the target's faults are findings, the rest is ours."""
    ours = []
    pending: list[Exception] = [group]
    while pending:
        error = pending.pop()
        if isinstance(error, ExceptionGroup):
            pending.extend(error.exceptions)
        elif isinstance(error, Uncontrolled):
            continue
        elif isinstance(error, BreezeError) and not isinstance(error, InternalError | LocalProtocolError):
            check.broken(error)
        else:
            ours.append(f"{type(error).__name__}: {error} ({_where(error)})")
    return "; ".join(ours) or None


def _where(error: Exception) -> str:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return "unknown place"
    return f"{traceback.tb_frame.f_code.co_filename.rpartition('/')[2]}:{traceback.tb_lineno}"
