"""How good the kit is: how many faulty agents it tells from correct ones, by name.

`python -m breeze_conformance.selftest` runs the kit's own agent, correct and with every fault that it can have, in
one process and in virtual time, and prints which fault was noticed, and by which clauses.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import attrs
import trio
import trio.testing
from breeze_transport.seams import World, simulated_world

from breeze_conformance.case import Case, Unready, Verdict, cases
from breeze_conformance.mutants import Fault, find
from breeze_conformance.peers.agent import known_faults, run_agent
from breeze_conformance.peers.null_agents import KINDS, null_agent
from breeze_conformance.runner import Result, Timing, run
from breeze_conformance.target_agent import AgentTarget
from breeze_conformance.target_launch import AgentMain, TaskLauncher

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
