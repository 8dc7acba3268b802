"""What an agent that was killed leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import trio

from breeze_agent.orphans import Orphans
from breeze_agent.processes import members, start_time
from breeze_agent.pty import open_pty

SESSION = "11111111-2222-4333-8444-555555555555"

AGENT = """
import sys, trio
from pathlib import Path
from breeze_agent.orphans import Orphans
from breeze_agent.pty import open_pty
async def main():
    pty = open_pty(80, 24, "/bin/sh", sys.argv[2])
    Orphans(Path(sys.argv[1])).note(pty.pid, sys.argv[2])
    await pty.write_some(b"trap '' HUP; (trap '' HUP; exec sleep 99) & echo rea''dy; " + sys.argv[3].encode() + b"\\r")
    seen = b""
    while b"ready" not in seen:
        seen += await pty.read(65536)
    print(pty.pid, flush=True)
    await trio.sleep(60)
trio.run(main)
"""


def left_behind(directory: Path, then: str) -> int:
    """Run and kill an agent with one open terminal; give the terminal's session."""
    path = os.pathsep.join(filter(None, sys.path))
    words = [sys.executable, "-c", AGENT, str(directory), SESSION, then]
    with subprocess.Popen(words, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}) as process:
        assert process.stdout is not None
        session = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    return session


def test_session_that_ignores_the_hangup_is_ended_at_the_next_start(tmp_path: Path) -> None:
    session = left_behind(tmp_path, "sleep 98")
    assert members(session)

    ended = trio.run(Orphans(tmp_path).end)

    assert ended == 1
    assert members(session) == []
    assert list(tmp_path.iterdir()) == []


def test_session_without_its_leader_is_ended_too(tmp_path: Path) -> None:
    session = left_behind(tmp_path, "exec true")
    while start_time(session) is not None:
        continue
    assert members(session)

    ended = trio.run(Orphans(tmp_path).end)

    assert ended == 1
    assert members(session) == []


def test_stranger_with_the_same_number_lives(tmp_path: Path) -> None:
    async def main() -> None:
        pty = open_pty(80, 24, "/bin/sh", SESSION)
        try:
            orphans = Orphans(tmp_path)
            orphans.note(pty.pid, SESSION)
            path = tmp_path / str(pty.pid)
            record = json.loads(path.read_bytes())
            path.write_text(json.dumps({**record, "start": record["start"] - 1}))
            ended = await orphans.end()
            assert ended == 0
            assert pty.pid in members(pty.pid)
        finally:
            await pty.close()

    trio.run(main)


def test_record_that_is_damaged_or_of_another_boot_is_removed(tmp_path: Path) -> None:
    (tmp_path / "1").write_text('{"boot":"other","start":1,"sessionId":"s"}')
    (tmp_path / "2").write_text("{")

    ended = trio.run(Orphans(tmp_path).end)

    assert ended == 0
    assert list(tmp_path.iterdir()) == []
