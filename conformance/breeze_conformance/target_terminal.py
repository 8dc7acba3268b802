"""One terminal on the agent under test: start it, type, and read what comes out, in whatever form it travels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import attrs
import trio

from breeze_conformance.case import NothingCame, shown
from breeze_conformance.runner import Timing
from breeze_conformance.target_link import Connection, Shell
from breeze_protocol.link.messages import CommandResult
from breeze_protocol.terminal.messages import FRAME_INPUT, TerminalCredit, frame
from breeze_protocol.version import CAPABILITY_BINARY

T = TypeVar("T")

PLAIN_SHELL: Final = "/bin/sh"
"""The shell that cases ask for: the one that every POSIX system has, with the least of its own on the screen."""


@attrs.define(eq=False)
class KitTerminal:
    """A terminal as cases use it."""

    connection: Connection
    session_id: str
    ordered: bool
    """The agent handles commands in their order; otherwise input waits for the result of the one before."""

    @property
    def shell(self) -> Shell:
        """What has come out."""
        return self.connection.shell(self.session_id)

    async def ask_start(self, cols: int = 80, rows: int = 24, shell: str | None = PLAIN_SHELL) -> str:
        """Send `terminal_start` and give the command's id."""
        payload = {"sessionId": self.session_id, "cols": cols, "rows": rows}
        if shell is not None:
            payload["shell"] = shell
        self.shell.started = True
        return await self.command("terminal_start", **payload)

    async def command(self, kind: str, **payload: object) -> str:
        """Send a command with an id of the form that deployed agents demand, and give the id."""
        token = self.connection.world.entropy.token_hex(4)
        word = kind.removeprefix("terminal_")
        identity = f"term-{word}-{self.session_id}-{token}"
        return await self.connection.command(kind, {"sessionId": self.session_id, **payload}, identity)

    async def type(self, data: bytes | str) -> str | None:
        """Type, and give the id of the command that carried it; None where it went in a binary frame."""
        raw = data.encode() if isinstance(data, str) else data
        if self.connection.both(CAPABILITY_BINARY):
            await self.connection.say(frame(FRAME_INPUT, self.session_id, raw))
            return None
        identity = await self.command("terminal_data", data=raw.decode())
        if not self.ordered:
            await self.connection.result(identity)
        return identity

    async def see(self, text: bytes | str, seconds: float = 10.0, since: int = 0) -> int:
        """Wait until the output contains `text`, and give the offset behind it. Raises NothingCame."""
        wanted = text.encode() if isinstance(text, str) else text

        def found() -> tuple[int] | None:
            position = self.shell.output.find(wanted, since)
            return (position + len(wanted),) if position >= 0 else None

        return (await self.wait(found, f"{shown(wanted)} in the terminal's output", seconds))[0]

    async def wait(self, found: Callable[[], T | None], what: str, seconds: float) -> T:
        """Wait for something in this terminal. Raises NothingCame, with the end of the output."""
        try:
            return await self.connection.until(found, what, seconds)
        except NothingCame as error:
            tail = f"output ends {shown(self.shell.output[-160:])}" if self.shell.output else "no output"
            raise NothingCame(error.what, f"{tail}; {error.observed}", error.clause) from None

    async def run(self, line: str, seconds: float = 10.0) -> str:
        """Run a command line in the shell and give what it printed, with plain newlines. Raises NothingCame."""
        token = self.connection.world.entropy.token_hex(4)
        # The quotes keep the typed line, which the terminal echoes, from looking like its output.
        await self.type(f"echo kb''{token}; {line}; echo ke''{token}\n")
        begin = await self.see(f"kb{token}", seconds)
        end = await self.see(f"ke{token}", seconds, begin)
        printed = bytes(self.shell.output[begin : end - len(f"ke{token}")])
        return printed.decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\n")

    async def size(self) -> str:
        """The size that programs in the terminal see, as "ROWS COLUMNS"."""
        return (await self.run("stty size")).strip()

    async def resize(self, cols: int, rows: int) -> CommandResult:
        """Change the size and wait for the agent's answer."""
        return await self.connection.result(await self.command("terminal_resize", cols=cols, rows=rows))

    async def stop(self, seconds: float = 10.0) -> CommandResult:
        """Stop the terminal and wait for the agent's answer."""
        return await self.connection.result(await self.command("terminal_stop"), seconds)

    async def credit(self, offset: int) -> None:
        """Grant output up to `offset`."""
        self.shell.granted = max(self.shell.granted, offset)
        await self.connection.say(TerminalCredit(self.session_id, offset))


def beacon(file: Path) -> str:
    """A command line that leaves a process writing to `file` ten times a second, which only SIGKILL ends."""
    return f"(trap '' HUP TERM INT; while :; do echo x >> '{file}'; sleep 0.1; done) & :"


async def grows(file: Path, timing: Timing) -> bool:
    """Whether the beacon is alive: the file grows within four of its beats, or 2.5 s on a slow machine."""
    before, deadline = _size(file), trio.current_time() + min(timing.seconds(0.4), 2.5)
    while trio.current_time() < deadline:
        await trio.sleep(0.05)
        if _size(file) > before:
            return True
    return False


async def falls_silent(file: Path, timing: Timing, seconds: float = 5.0) -> bool:
    """Whether the beacon dies within `seconds`."""
    deadline = trio.current_time() + timing.seconds(seconds)
    while await grows(file, timing):
        if trio.current_time() > deadline:
            return False
    return True


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
