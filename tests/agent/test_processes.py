"""Sessions without a terminal, which the kernel does not hang up for us."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import trio

from breeze_agent.processes import end_session, members, start_time


def run_to_its_end(script: str, session_of: list[int]) -> int:
    """Start a session, wait for its first line, end it; give how its leader ended."""
    with subprocess.Popen(["/bin/sh", "-c", script], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        session_of.append(process.pid)
        trio.run(end_session, process.pid)
        assert members(process.pid) == []
        return process.wait()


def test_stopped_process_is_woken_to_hear_the_hangup(tmp_path: Path) -> None:
    bye = tmp_path / "bye"

    run_to_its_end(f"trap 'echo bye > {bye}; exit' HUP; echo ready; kill -STOP $$", [])

    assert bye.read_text() == "bye\n"


def test_process_that_ignores_everything_is_killed() -> None:
    assert run_to_its_end("trap '' HUP TERM INT; echo ready; while :; do sleep 0.05; done", []) == -9


def test_number_without_a_process_has_no_start() -> None:
    session: list[int] = []
    run_to_its_end("echo ready; sleep 9", session)

    assert start_time(session[0]) is None
    assert start_time(os.getpid()) is not None
