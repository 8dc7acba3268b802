"""The kit judges our own server and our own agent, as a stranger would run it: quick profile, exit status 0."""

import json
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import trio

from breeze_lab.programs import breeze

from .conftest import System

Run = Callable[[Callable[[System], Awaitable[None]]], None]


def failures(report: Path) -> list[str]:
    cases = json.loads(report.read_text())["cases"]
    return [each["name"] for each in cases if each["verdict"] not in ("pass", "not_applicable")]


def test_our_server_conforms(run_system: Run) -> None:
    async def body(system: System) -> None:
        accounts, report = system.folder / "accounts.json", system.folder / "report.json"
        accounts.write_text(json.dumps(system.account))
        command = breeze("check", "server", "--accounts", str(accounts), "--report", str(report))
        done = await trio.run_process(command, capture_stdout=True, capture_stderr=True, check=False)

        assert failures(report) == [], done.stdout.decode()[-4000:]
        assert done.returncode == 0

    run_system(body)


def test_our_agent_conforms(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    agent = " ".join(breeze("agent", "run", "--conformance"))
    command = breeze("check", "agent", "--cmd", agent, "--report", str(report))
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)

    assert failures(report) == [], done.stdout[-4000:]
    assert done.returncode == 0
