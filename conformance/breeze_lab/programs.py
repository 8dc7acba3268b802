"""The shipped programs as child processes: started, read until ready, and never left behind."""

import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import attrs
import trio

from breeze_protocol.errors import BreezeError

LINE_LIMIT: Final = 1 << 16
"""Bytes; a program's line of readiness is shorter."""

STOP_GRACE: Final = 8.0
"""Seconds that a program has to end after SIGTERM before it is killed."""


class ProgramFailed(BreezeError):
    """A program ended, or said nothing in time; the message carries the end of what it said on stderr."""


@attrs.define
class Program:
    """One running program: its name, its process, and the file that collects its stderr."""

    name: str
    process: trio.Process
    log: Path

    async def ready_line(self, within: float) -> dict[str, Any]:
        """Read the one line of JSON by which the program says that it is ready, within so many seconds."""
        stdout = self.process.stdout
        assert stdout is not None
        gathered = bytearray()
        with trio.move_on_after(within):
            while b"\n" not in gathered and len(gathered) < LINE_LIMIT:
                chunk = await stdout.receive_some(4096)
                if not chunk:
                    break
                gathered += chunk
        line = bytes(gathered.partition(b"\n")[0])
        try:
            said = json.loads(line)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise ProgramFailed(f"{self.name} did not get ready:\n{self.tail()}")
        return said

    def tail(self, lines: int = 12) -> str:
        """The end of what the program said on stderr."""
        try:
            said = self.log.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(said[-lines:])


def breeze(*words: str) -> list[str]:
    """The command line of a subcommand of the same installation."""
    return [sys.executable, "-m", "breeze_transport.cli", *words]


@asynccontextmanager
async def started(
    name: str, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Program]:
    """Run a program for as long as the block lasts; at its end SIGTERM, then SIGKILL, and wait."""
    with log.open("ab") as stderr:
        process = await trio.lowlevel.open_process(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
            env=None if environment is None else dict(environment),
        )
    program = Program(name, process, log)
    try:
        yield program
    finally:
        with trio.CancelScope(shield=True):
            await _stop(process)


async def _stop(process: trio.Process) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with trio.move_on_after(STOP_GRACE):
            await process.wait()
    if process.poll() is None:
        process.kill()
        await process.wait()
    if process.stdout is not None:
        await process.stdout.aclose()


async def run_once(name: str, command: Sequence[str]) -> dict[str, Any]:
    """Run a program to its end and read its one line of JSON; a status other than 0 is ProgramFailed."""
    done = await trio.run_process(command, capture_stdout=True, capture_stderr=True, check=False)
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip()
        raise ProgramFailed(f"{name} ended with status {done.returncode}: {words}")
    said: dict[str, Any] = json.loads(done.stdout.partition(b"\n")[0] or b"{}")
    return said


async def watch(program: Program) -> None:
    """Wait for a program's end, which nobody asked for: a ProgramFailed that says what it said."""
    status = await program.process.wait()
    raise ProgramFailed(f"{program.name} ended with status {status}:\n{program.tail()}")


async def drain(program: Program) -> None:
    """Read and drop what a program prints after it is ready, so that it never waits for a reader."""
    assert program.process.stdout is not None
    receive = partial(program.process.stdout.receive_some, 65536)
    while await receive():
        pass
