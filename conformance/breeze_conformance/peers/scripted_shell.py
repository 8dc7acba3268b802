"""A shell of few words in a terminal that is not there: what the kit's own agent runs, without any process.

It knows the handful of command lines that the cases type, and the line discipline around them: echo, Ctrl-C, Ctrl-D,
a bounded output buffer. A real shell in a real PTY does the same and more.
"""

from __future__ import annotations

import math
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Final

import trio

from breeze_conformance.cksum import cksum
from breeze_conformance.target_link import Bell

_BUFFER: Final = 64 * 1024
_FOREVER: Final = math.inf
_BEACON: Final = re.compile(r"\(.*>> '(?P<file>[^']+)'; sleep 0\.1; done\) & :")
_SPLIT: Final = re.compile(r"((?:'[^']*'|\"[^\"]*\"|\([^()]*\)(?: & :)?|[^;'\"(])+)(?:;|$)")


class ScriptedShell:
    """One shell. `run` lives as long as the shell; everything else may be called meanwhile."""

    def __init__(self, size: tuple[int, int], environment: Mapping[str, str]) -> None:
        self.size = size
        self.ended = trio.Event()
        self.code: int | None = None
        self.signal: int | None = None
        self._environment = environment
        self._output = bytearray()
        self._lines: list[bytes] = []
        self._line = bytearray()
        self._eof = False
        self._bell = Bell()
        self._job: trio.CancelScope | None = None
        self._life = trio.CancelScope()
        self._nursery: trio.Nursery | None = None

    # -- the terminal's other side
    def write(self, data: bytes) -> None:
        """Keystrokes."""
        for byte in data:
            if byte == 0x03:
                self._line.clear()
                self._lines.clear()
                self._output.clear()
                self._output += b"^C\r\n"
                if self._job is not None:
                    self._job.cancel()
            elif byte == 0x04:
                self._eof = True
            elif byte in (0x0A, 0x0D):
                self._output += b"\r\n"
                self._lines.append(bytes(self._line) + b"\n")
                self._line.clear()
            else:
                self._output.append(byte)
                self._line.append(byte)
        self._bell.ring()

    async def read(self, most: int) -> bytes:
        """What has been written, b"" once the shell is gone and everything was read."""
        await self._bell.until(lambda: bool(self._output) or self.ended.is_set() or None, _FOREVER)
        taken = bytes(self._output[:most])
        del self._output[:most]
        self._bell.ring()
        return taken

    def kill(self, *, children: bool = True) -> None:
        """End the shell; without `children` what it has started in the background goes on."""
        if children:
            self._life.cancel()
        elif self._job is not None:
            self._job.cancel()
        self._end(None, 1)

    async def run(self) -> None:
        """Live: prompt, read, do."""
        with self._life:
            async with trio.open_nursery() as self._nursery:
                while not self.ended.is_set():
                    await self._print(b"$ ")
                    line = await self._next_line()
                    if not line:
                        self._end(0, None)
                        return
                    with trio.CancelScope() as self._job:
                        await self._do(line.decode("utf-8", "replace").strip())
                    self._job = None

    # -- within
    def _end(self, code: int | None, signal: int | None) -> None:
        if not self.ended.is_set():
            self.code, self.signal = code, signal
            self.ended.set()
            self._bell.ring()

    async def _next_line(self) -> bytes:
        """The next line; b"" at Ctrl-D or the shell's end."""
        await self._bell.until(lambda: bool(self._lines) or self._eof or self.ended.is_set() or None, _FOREVER)
        if self._lines:
            return self._lines.pop(0)
        self._eof = False
        return b""

    async def _print(self, data: bytes) -> None:
        await self._bell.until(lambda: len(self._output) < _BUFFER or None, _FOREVER)
        self._output += data.replace(b"\n", b"\r\n")
        self._bell.ring()

    async def _do(self, line: str) -> None:
        for found in _SPLIT.finditer(line):
            command = found[1].strip()
            if command and not self.ended.is_set():
                async with aclosing(self._command(command)) as pieces:
                    async for piece in pieces:
                        await self._print(piece)

    async def _command(self, command: str) -> AsyncGenerator[bytes]:
        word, _, rest = command.partition(" ")
        cols, rows = self.size
        if beacon := _BEACON.fullmatch(command):
            assert self._nursery is not None
            self._nursery.start_soon(_beacon, Path(beacon["file"]))
        elif command.startswith("printf '%s' ") and command.endswith("| od -An -tx1"):
            text = command.removeprefix("printf '%s' ").rpartition("|")[0].strip().strip("'")
            yield " ".join(f"{byte:02x}" for byte in text.encode()).encode() + b"\n"
        elif word == "echo":
            yield self._words(rest).encode() + b"\n"
        elif command == "stty size":
            yield f"{rows} {cols}\n".encode()
        elif word == "seq":
            first, last = (int(each) for each in rest.split())
            for start in range(first, last + 1, 1000):
                # Virtual time goes on only where somebody sleeps; a flood would stop it.
                await trio.sleep(0.002)
                yield b"".join(b"%d\n" % each for each in range(start, min(start + 1000, last + 1)))
        elif word == "printf":
            plain = rest.strip("'").encode().replace(rb"\n", b"\n")
            yield re.sub(rb"\\([0-7]{3})", lambda each: bytes((int(each[1], 8),)), plain)
        elif word == "sleep":
            await trio.sleep(float(rest))
        elif command == "env":
            yield "".join(f"{name}={value}\n" for name, value in self._environment.items()).encode()
        elif command == "pwd":
            yield self._environment.get("PWD", "/").encode() + b"\n"
        elif command == "cksum":
            yield await self._cksum()
        elif word == "exit":
            self._end(int(rest or 0), None)
        elif command == "kill -KILL $$":
            self._end(None, 9)

    async def _cksum(self) -> bytes:
        data = b""
        while line := await self._next_line():
            data += line
        return f"{cksum(data)} {len(data)}\n".encode()

    def _words(self, rest: str) -> str:
        replaced = re.sub(r"\$(\w+)", lambda each: self._environment.get(each[1], ""), rest)
        return replaced.replace("'", "").replace('"', "")


async def _beacon(path: Path) -> None:
    while True:
        with path.open("a") as file:
            file.write("x\n")
        await trio.sleep(0.1)
