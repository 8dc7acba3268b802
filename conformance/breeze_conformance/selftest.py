"""How good the kit is: how many faulty agents it tells from correct ones, by name.

`python -m breeze_conformance.selftest` runs the kit's own agent, correct and with every fault that it can have, in
one process and in virtual time, and prints which fault was noticed, and by which clauses.
"""

from __future__ import annotations

import argparse
import fnmatch
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from typing import Final

import attrs
import trio
import trio.testing

from breeze_conformance.case import Case, Unready, Verdict, cases
from breeze_conformance.mutants import Fault, find
from breeze_conformance.peers.agent import known_faults, run_agent
from breeze_conformance.peers.null_agents import KINDS, null_agent
from breeze_conformance.runner import Result, Timing, run
from breeze_conformance.target_agent import AgentTarget
from breeze_conformance.target_launch import AgentMain, TaskLauncher
from breeze_transport.seams import World, simulated_world

SEED: Final = 20_260_101


@attrs.frozen
class Judgement:
    """What the kit thinks of one peer."""

    results: tuple[Result, ...]
    unready: str | None = None
    """Why the peer could not be judged at all."""

    @property
    def bad(self) -> tuple[Result, ...]:
        """The cases that did not end well."""
        return tuple(each for each in self.results if each.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE))

    @property
    def clauses(self) -> frozenset[str]:
        """The clauses over which the peer failed, or was warned."""
        return frozenset(finding.clause for each in self.bad for finding in each.findings)

    @property
    def clean(self) -> bool:
        """Whether the kit found nothing at all."""
        return self.unready is None and not self.bad


Enough = Callable[[Result], bool]


def judge(main: AgentMain, world: World, chosen: Sequence[Case], enough: Enough = lambda _: False) -> Judgement:
    """Judge an agent that is a function, in virtual time, until all cases have run or a result is `enough`."""

    async def perform() -> Judgement:
        results: list[Result] = []
        try:
            async with AgentTarget(TaskLauncher(main), world, Timing()).opened() as target:
                for case in chosen:
                    results += await run(target, [case], Timing(), again=False)
                    if enough(results[-1]):
                        break
        except (Unready, ExceptionGroup) as reason:
            return Judgement(tuple(results), _words(reason))
        return Judgement(tuple(results))

    return trio.run(perform, clock=trio.testing.MockClock(autojump_threshold=0))


def judge_fault(fault: Fault | None, chosen: Sequence[Case], enough: Enough = lambda _: False) -> Judgement:
    """Judge the kit's own agent with a fault, or without one."""
    world = simulated_world(SEED)
    main = lambda offer, stopping, announce: run_agent(world, offer, stopping, announce, fault)  # noqa: E731
    return judge(main, world, chosen, enough)


def judge_null(kind: str, chosen: Sequence[Case]) -> Judgement:
    """Judge a null agent."""
    world = simulated_world(SEED)
    return judge(null_agent(world, kind), world, chosen)


def hunt(fault: Fault, chosen: Sequence[Case]) -> Judgement:
    """Judge a faulty agent until a case fails by a clause of the fault; the cases that cite one come first."""
    wanted = set(fault.clauses)
    ordered = sorted(chosen, key=lambda case: not wanted & set(case.clauses))
    return judge_fault(fault, ordered, lambda result: bool(wanted & {each.clause for each in result.findings}))


def _words(error: Exception) -> str:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


def excused(fault: Fault) -> str | None:
    """Why no wire can show a fault, where that is so; such faults are not counted."""
    kind, _, rest = fault.name.partition(":")
    machine, _, where = rest.partition(":")
    source, _, event = where.partition(":")
    event = event.partition(":")[0]
    if machine == "link_agent" and source in ("offline", "dialing", "stopped") and event.endswith("_received"):
        return "nothing is received without a socket"
    if (machine, source) == ("link_agent", "stopped"):
        return "a stopped agent is gone"
    if kind == "forget" and where.endswith((":report_refusal", ":report_error")):
        return "a report is for the agent's own people"
    if (machine, source, event) == ("terminal_agent", "absent", "link_lost"):
        return "there is no terminal that could show it"
    if machine == "link_agent" and event == "error_received":
        return "a report is for the agent's own people"
    if (machine, event) == ("link_agent", "result_ready") and source in ("offline", "dialing"):
        return "the kit's own agent has no result that comes so late"
    if where.endswith("stop_requested:end_terminals"):
        return "the shells of the kit's own agent end with it in any case"
    if (machine, source, event) == ("link_agent", "greeting", "credit_received"):
        return "no credit is agreed before the greeting"
    if machine == "terminal_agent" and source == "opening" and where.endswith(":kill_pty"):
        return "the kit's own agent gives up by itself a terminal that has not opened yet"
    return _EQUAL.get(fault.name)


_EQUAL: Final = {
    "unchecked:link_agent:frame:has_id:holds": "the shape of a command demands an id once more",
    "retarget:terminal_agent:running:link_lost:running": "the shell's end, which follows, ends the terminal",
}


@attrs.frozen
class Hunted:
    """What became of one fault."""

    name: str
    clauses: tuple[str, ...]
    noticed: tuple[str, ...]
    """The clauses over which the faulty agent failed."""
    excuse: str | None

    @property
    def killed(self) -> bool:
        """Whether a case failed by a clause of the fault."""
        return bool(set(self.clauses) & set(self.noticed))


def hunt_by_name(name: str) -> Hunted:
    """Hunt one fault with every agent case."""
    fault = find(name, known_faults())
    excuse = excused(fault)
    noticed = () if excuse else tuple(sorted(hunt(fault, cases("agent")).clauses))
    return Hunted(name, fault.clauses, noticed, excuse)


def main() -> int:
    """Print what became of every fault; 1 where the correct agent fails or a null agent passes anything."""
    parser = argparse.ArgumentParser(description="Judge the kit: how many faulty agents does it notice?")
    parser.add_argument("--fault", action="append", default=[], metavar="GLOB", help="only these faults")
    parser.add_argument("--jobs", type=int, default=2, help="how many processes work at it")
    arguments = parser.parse_args()
    chosen = cases("agent")
    correct = judge_fault(None, chosen)
    print(f"the correct agent: {len(correct.results)} cases, {len(correct.bad)} bad {correct.unready or ''}".rstrip())
    passed = sum(_print_null(kind, chosen) for kind in KINDS)
    names = [each.name for each in known_faults()]
    if arguments.fault:
        names = [name for name in names if any(fnmatch.fnmatchcase(name, glob) for glob in arguments.fault)]
    with multiprocessing.get_context("spawn").Pool(arguments.jobs) as pool:
        hunted = [_print_hunted(each) for each in pool.imap(hunt_by_name, names)]
    counted = [each for each in hunted if each.excuse is None]
    killed = sum(each.killed for each in counted)
    elsewhere = sum(bool(each.noticed) and not each.killed for each in counted)
    print(f"{killed} of {len(counted)} faults noticed by their own clause, {elsewhere} by another one only;", end=" ")
    print(f"{len(hunted) - len(counted)} not counted, which no wire can show")
    return 0 if correct.clean and not passed else 1


def _print_null(kind: str, chosen: Sequence[Case]) -> int:
    judged = judge_null(kind, chosen)
    passed = [each.case.name for each in judged.results if each.verdict is Verdict.PASS]
    print(f"null agent {kind}: {len(passed)} of {len(judged.results)} cases passed {judged.unready or ''}".rstrip())
    conforms = judged.unready is None and not judged.bad
    return int(conforms)


def _print_hunted(hunted: Hunted) -> Hunted:
    if hunted.excuse:
        print(f"not counted  {hunted.name}: {hunted.excuse}")
    elif not hunted.killed:
        by = " ".join(hunted.noticed) or "nothing"
        print(f"survived     {hunted.name} ({' '.join(hunted.clauses)}), noticed by {by}", flush=True)
    return hunted


if __name__ == "__main__":
    sys.exit(main())
