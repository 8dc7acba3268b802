"""The lab's commands: `breeze demo` and `breeze bench`."""

import argparse
from pathlib import Path

from breeze_transport.cli import Command


def _configure_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON line when ready")
    parser.add_argument("--data", type=Path, help="keep everything in this directory (default: a temporary one)")
    parser.add_argument("--listen", default="127.0.0.1:0", help="address of the server (default: %(default)s)")


def _run_demo(arguments: argparse.Namespace) -> int:
    import trio

    from breeze_lab.demo import run

    return trio.run(run, arguments.data, arguments.listen, arguments.json)


def _configure_bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["terminal"], help="what to measure")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default: %(default)s)")
    parser.add_argument("--megabytes", type=int, default=100, help="size of the flood (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def _run_bench(arguments: argparse.Namespace) -> int:
    import trio

    from breeze_lab.bench_terminal import run

    return trio.run(run, arguments.rounds, arguments.megabytes, arguments.json)


demo = Command("run server and agent on this machine and show how to open a shell", _configure_demo, _run_demo)
bench = Command("measure, as ratios to a reference in the same run", _configure_bench, _run_bench)
