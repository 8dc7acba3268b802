"""`breeze check`: judge an agent or a server by the specification."""

import argparse
import shlex
import sys
from pathlib import Path
from typing import Any

from breeze_transport.cli import Command


def _configure(parser: argparse.ArgumentParser) -> None:
    roles = parser.add_subparsers(dest="role", required=True, metavar="ROLE")
    agent = roles.add_parser("agent", help="judge an agent: the kit starts it and plays the server")
    agent.add_argument(
        "--cmd",
        required=True,
        metavar="COMMAND",
        help="how to start the agent; {server} and {key} are replaced, for an agent without a conformance mode",
    )
    server = roles.add_parser("server", help="judge a running server: the kit plays persons, viewers and agents")
    server.add_argument("--url", metavar="URL", help="where the server is; the account file's url without this")
    server.add_argument("--accounts", required=True, type=Path, metavar="FILE", help="the line of `breeze demo --json`")
    for each in (agent, server):
        each.add_argument("--case", action="append", default=[], metavar="GLOB", help="only these cases; repeatable")
        each.add_argument("--profile", choices=("quick", "full"), default="quick", help="full adds what takes long")
        each.add_argument("--report", type=Path, metavar="FILE", help="write the JSON report there")
        each.add_argument("--list", action="store_true", help="list the cases and run nothing")
        each.add_argument("--strict", action="store_true", help="a warning or an unstable case is a failure, too")
        each.add_argument("-v", "--verbose", action="store_true", help="details of every case")


def _run(arguments: argparse.Namespace) -> int:
    from breeze_conformance.case import cases
    from breeze_conformance.report import EXIT_NOT_JUDGED

    # A case that is asked for by its name runs whatever its profile.
    profile = "full" if arguments.case else arguments.profile
    chosen = cases(arguments.role, profile=profile, globs=arguments.case)
    if not chosen:
        print("breeze check: no case has such a name; --list shows them", file=sys.stderr)
        return EXIT_NOT_JUDGED
    if arguments.list:
        for each in chosen:
            print(f"{each.name:<46} {' '.join(each.clauses):<30} {each.profile:<5} {each.says}")
        return 0
    return _judge(arguments, chosen)


def _judge(arguments: argparse.Namespace, chosen: list[Any]) -> int:
    import trio

    from breeze_conformance.report import EXIT_NOT_JUDGED, build, text, write
    from breeze_protocol.errors import BreezeError

    try:
        results, target = trio.run(_perform, arguments, chosen)
    except (BreezeError, ExceptionGroup) as error:
        if isinstance(error, ExceptionGroup) and error.split(BreezeError)[1] is not None:
            raise
        print(f"breeze check: could not judge: {_reason(error)}", file=sys.stderr)
        return EXIT_NOT_JUDGED
    report = build(results, target, profile=arguments.profile, strict=arguments.strict, command=_command(arguments))
    print(text(report, verbose=arguments.verbose))
    if arguments.report is not None:
        try:
            write(report, arguments.report)
        except OSError as error:
            print(f"breeze check: cannot write the report: {error}", file=sys.stderr)
            return EXIT_NOT_JUDGED
    return report.exit


async def _perform(arguments: argparse.Namespace, chosen: list[Any]) -> tuple[list[Any], Any]:
    from breeze_conformance.report import ReportedTarget, line
    from breeze_conformance.runner import measure, run
    from breeze_transport.seams import live_world

    timing = await measure()
    world = live_world()
    if arguments.role == "agent":
        from breeze_conformance.target_agent import open_agent

        opening: Any = open_agent(arguments.cmd, world, timing)
    else:
        from breeze_conformance.target_server import open_server

        opening = open_server(arguments.url, arguments.accounts, world, timing)
    async with opening as target:
        results = await run(target, chosen, timing, lambda result: print(line(result), flush=True))
        return results, ReportedTarget(target.role, target.name, sorted(target.capabilities))


def _command(arguments: argparse.Namespace) -> str:
    words = ["breeze", "check", arguments.role]
    if arguments.role == "agent":
        words += ["--cmd", arguments.cmd]
    else:
        words += ["--url", arguments.url] if arguments.url else []
        words += ["--accounts", str(arguments.accounts)]
    return shlex.join(words)


def _reason(error: Exception) -> str:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return str(error)


check = Command("judge an agent or a server by the specification", _configure, _run)
