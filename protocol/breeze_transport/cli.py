"""The `breeze` command. Its subcommands are found through entry points, so that no program imports another.

An entry point of the group `breeze.commands` names a `Command`. Only the one that is asked for is loaded; `--help`
loads them all for their summaries. What is heavy a command imports when it runs.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Final

import attrs

from breeze_protocol.errors import BreezeError

GROUP: Final = "breeze.commands"

EXIT_USAGE: Final = 2
"""Wrong words on the command line, or nothing could be judged."""


@attrs.frozen
class Command:
    """One subcommand: what it is for, its options, and what it does. `run` returns the exit status."""

    summary: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the subcommand that the first word names. Errors of ours are one line on stderr and exit status 1."""
    words = list(sys.argv[1:] if argv is None else argv)
    known = {each.name: each for each in entry_points(group=GROUP)}
    if not words or words[0] in ("-h", "--help"):
        print(_overview(known))
        return 0 if words else EXIT_USAGE
    if words[0] == "--version":
        from importlib.metadata import version

        print(version("breeze-reference"))
        return 0
    found = known.get(words[0])
    if found is None:
        print(f"breeze: there is no command {words[0]!r}; breeze --help lists them", file=sys.stderr)
        return EXIT_USAGE
    return _run(found, words[1:])


def _run(found: EntryPoint, words: Sequence[str]) -> int:
    try:
        command: Command = found.load()
    except ModuleNotFoundError as error:
        print(
            f"breeze {found.name}: {error.name} is not installed: pip install 'breeze-reference[all]'", file=sys.stderr
        )
        return 1
    parser = argparse.ArgumentParser(prog=f"breeze {found.name}", description=command.summary)
    command.configure(parser)
    arguments = parser.parse_args(words)
    try:
        return command.run(arguments)
    except BreezeError as error:
        print(f"breeze {found.name}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _overview(known: dict[str, EntryPoint]) -> str:
    lines = ["usage: breeze COMMAND …", "", "commands:"]
    for name in sorted(known):
        try:
            summary = known[name].load().summary
        except ModuleNotFoundError as error:
            summary = f"(needs {error.name})"
        lines.append(f"  {name:<12} {summary}")
    return "\n".join([*lines, "", "breeze COMMAND --help tells a command's options."])


if __name__ == "__main__":
    sys.exit(main())
