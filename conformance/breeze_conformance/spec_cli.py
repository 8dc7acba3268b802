"""`breeze spec`: make what is generated, or check that it is current."""

import argparse
import sys
from pathlib import Path

from breeze_transport.cli import Command


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("build", "check"), help="write the generated files, or report drift")
    parser.add_argument("--root", type=Path, default=Path(), help="the checkout (default: the present directory)")


def _run(arguments: argparse.Namespace) -> int:
    from breeze_conformance.generate import build, drift

    if not (arguments.root / "spec").is_dir():
        print("breeze spec: there is no spec/ here; run it in a checkout or give --root", file=sys.stderr)
        return 2
    if arguments.what == "build":
        for path in build(arguments.root):
            print(f"wrote {path}")
        return 0
    found = drift(arguments.root)
    for words in found:
        print(words, file=sys.stderr)
    if found:
        print("breeze spec build makes them current", file=sys.stderr)
    return 1 if found else 0


spec = Command("make the generated part of the specification, or check it for drift", _configure, _run)
