"""How good the kit is at servers: how many faulty ones it tells from a correct one, by name.

`python -m breeze_conformance.selftest_server` runs the kit's own server with every fault that it can have, in virtual
time, and prints which were noticed, by which cases and clauses.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Final

import attrs
import trio
import trio.testing

from breeze_conformance.case import Case, Unready, Verdict, cases
from breeze_conformance.peers.null_servers import null_server
from breeze_conformance.peers.server import open_peer
from breeze_conformance.peers.server_faults import FAULTS, MOOT, rules
from breeze_conformance.runner import Result, Timing, run
from breeze_conformance.target_server import open_target
from breeze_protocol.errors import BreezeError
from breeze_transport.seams import simulated_world

SEED: Final = 20_260_101
_GOOD: Final = (Verdict.PASS, Verdict.NOT_APPLICABLE)


@attrs.frozen
class Judgement:
    """What the kit thinks of one server."""

    results: tuple[Result, ...]
    unready: str | None = None
    """Why it could not be judged at all, which no correct server is to be told."""

    @property
    def bad(self) -> tuple[Result, ...]:
        """The cases that did not end well."""
        return tuple(each for each in self.results if each.verdict not in _GOOD)

    @property
    def clauses(self) -> frozenset[str]:
        """The clauses over which it failed."""
        return frozenset(finding.clause for each in self.bad for finding in each.findings)

    @property
    def clean(self) -> bool:
        """Whether the kit found nothing at all."""
        return self.unready is None and bool(self.results) and not self.bad


@attrs.frozen
class Kill:
    """What became of one fault."""

    fault: str
    wanted: tuple[str, ...]
    noticed: bool
    by: tuple[str, ...]
    """The cases that failed, as far as the run went."""
    named: bool
    """Whether a clause of the fault is among those that failed."""
    unready: str | None


def judge(fault: str | None, chosen: Sequence[Case], *, stop: bool = False) -> Judgement:
    """Judge the kit's own server with a fault; with `stop` no further than the first bad case."""

    async def perform() -> Judgement:
        world = simulated_world(SEED)
        results: list[Result] = []
        unready = None
        async with open_peer(world, rules(fault)) as demo:
            try:
                async with open_target(demo.accounts["url"], demo.accounts, world, Timing()) as target:
                    for case in chosen:
                        results += await run(target, [case], Timing(), again=False)
                        if stop and results[-1].verdict not in _GOOD:
                            break
            except* Unready as group:
                unready = _first(group)
        return Judgement(tuple(results), unready)

    return trio.run(perform, clock=trio.testing.MockClock(autojump_threshold=0))


def judge_null(kind: str, chosen: Sequence[Case]) -> Judgement:
    """Judge a server that is none."""

    async def perform() -> Judgement:
        world = simulated_world(SEED)
        accounts = {"email": "a@kit.example", "password": "x", "enrollment_key": "k", "totp_secret": "KITA" * 8}
        results: list[Result] = []
        unready = None
        async with null_server(world, kind) as url:
            try:
                async with open_target(url, accounts, world, Timing()) as target:
                    results += await run(target, chosen, Timing(), again=False)
            except* Unready as group:
                unready = _first(group)
        return Judgement(tuple(results), unready)

    return trio.run(perform, clock=trio.testing.MockClock(autojump_threshold=0))


def kill(fault: str, *, thorough: bool = False) -> Kill:
    """Try a fault: first the cases of its clauses, then the other quick ones, with `thorough` all others."""
    wanted = FAULTS[fault]
    every = cases("server", profile="full" if thorough else "quick")
    near = [each for each in cases("server") if set(wanted) & set(each.clauses)]
    found = judge(fault, near, stop=True) if near else Judgement(())
    if not found.bad and found.unready is None:
        found = judge(fault, [each for each in every if each not in near], stop=True)
    named = bool(found.clauses & set(wanted))
    noticed = bool(found.bad) or found.unready is not None
    return Kill(fault, wanted, noticed, tuple(each.case.name for each in found.bad), named, found.unready)


def _first(group: BaseExceptionGroup[BreezeError]) -> str:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error)


def main(argv: list[str] | None = None) -> int:
    """Print the table; the status is 1 where the correct server is not clean."""
    parser = argparse.ArgumentParser(prog="breeze_conformance.selftest_server", description=__doc__)
    parser.add_argument("--fault", action="append", default=[], metavar="GLOB", help="only these faults")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th fault")
    parser.add_argument("--thorough", action="store_true", help="try the long cases of other clauses, too")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes")
    arguments = parser.parse_args(argv)
    names = [
        each
        for each in FAULTS
        if not arguments.fault or any(fnmatch.fnmatchcase(each, glob) for glob in arguments.fault)
    ]
    moot = [each for each in names if any(fnmatch.fnmatchcase(each, glob) for glob in MOOT)]
    names = [each for each in names if each not in moot][:: arguments.every]
    clean = judge(None, cases("server")).clean
    print(f"{'clean' if clean else 'NOT CLEAN':<10} the server without a fault", flush=True)
    tally: Counter[str] = Counter()
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for each in pool.map(partial(kill, thorough=arguments.thorough), names):
            word = "survived" if not each.noticed else "unready" if each.unready else "killed"
            tally[word] += 1
            tally["named"] += each.named
            about = each.unready or " ".join(each.by)
            mark = "" if each.named or not each.noticed or each.unready else " (another clause)"
            print(f"{word:<10} {each.fault:<70} {' '.join(each.wanted):<20} {about}{mark}", flush=True)
    print(f"{tally['killed']} killed, {tally['unready']} not even ready, {tally['survived']} survived of {len(names)};")
    print(f"{tally['named']} by a clause of the fault; {len(moot)} were not tried, for they make no difference outside")
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
