"""spin, an independent checker, agrees with ours. Needs spin and a C compiler, which the test command installs."""

import shutil
import subprocess
from pathlib import Path

import pytest

from breeze_protocol.promela import promela
from breeze_protocol.registry import PLANTED, PRODUCTS

SPIN = shutil.which("spin")
needs_spin = pytest.mark.skipif(SPIN is None or shutil.which("gcc") is None, reason="spin or gcc is not installed")


def verify(model: str, folder: Path) -> str:
    (folder / "model.pml").write_text(model)
    for command in (
        ["spin", "-a", "model.pml"],
        ["gcc", "-O0", "-DSAFETY", "-o", "pan", "pan.c"],
        ["./pan", "-m1000000", "-w20"],
    ):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout


@needs_spin
@pytest.mark.parametrize("name", sorted(PRODUCTS))
def test_spin_finds_no_error_where_ours_finds_none(name: str, tmp_path: Path) -> None:
    assert "errors: 0" in verify(promela(PRODUCTS[name]), tmp_path)


@needs_spin
@pytest.mark.parametrize("name", sorted(PLANTED))
def test_spin_finds_the_planted_violation(name: str, tmp_path: Path) -> None:
    assert "errors: 1" in verify(promela(PLANTED[name]), tmp_path)
