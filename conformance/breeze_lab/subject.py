"""Programs under measurement: each runs in a pseudo-terminal of its own and is driven as a person would drive it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import attrs
import trio

from breeze_lab.programs import ProgramFailed, started

COLUMNS, ROWS = 80, 24
PROMPT: Final = b"ready> "
"""What the shell shows when it waits; typed in two parts, so that the echo of the typing is not taken for it."""


@attrs.define
class Subject:
    """One program in a PTY: what was typed at it and what it showed."""

    name: str
    process: trio.Process
    stream: trio.lowlevel.FdStream
    seen: bytearray = attrs.field(factory=bytearray)

    async def type(self, text: bytes) -> None:
        """Type at the program."""
        await self.stream.send_all(text)

    async def read(self) -> bytes:
        """What the program shows next; b"" at its end."""
        try:
            return await self.stream.receive_some(1 << 18)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return b""

    async def until(self, marker: bytes, within: float = 30.0) -> None:
        """Read up to and with the marker; what follows it stays in `seen`."""
        with trio.move_on_after(within):
            while marker not in self.seen:
                more = await self.read()
                if not more:
                    break
                self.seen += more
        if marker not in self.seen:
            raise ProgramFailed(f"{self.name} never showed {marker!r}, but {bytes(self.seen[-200:])!r}")
        del self.seen[: self.seen.index(marker) + len(marker)]

    async def settle(self) -> None:
        """Bring the shell to where measuring begins: a prompt that can be waited for."""
        await self.type(b'unset PROMPT_COMMAND; PS1="rea""dy> "\r')
        await self.until(PROMPT)


@asynccontextmanager
async def subject(name: str, command: Sequence[str]) -> AsyncIterator[Subject]:
    """Run a command in a new pseudo-terminal; killed at the end of the block."""
    master, slave = os.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(ROWS)}
    try:
        process = await trio.lowlevel.open_process(
            ["setsid", "--ctty", "--wait", *command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
        )
    finally:
        os.close(slave)
    stream = trio.lowlevel.FdStream(master)
    try:
        yield Subject(name, process, stream)
    finally:
        with trio.CancelScope(shield=True):
            await stream.aclose()
            with trio.move_on_after(3):
                await process.wait()
            if process.returncode is None:
                process.kill()
                await process.wait()


@contextmanager
def ssh_server() -> Iterator[tuple[list[str], list[str]]]:
    """Prepare an sshd of our own: its command line, and the client's; keys and configuration are temporary."""
    sshd = shutil.which("sshd") or "/usr/sbin/sshd"
    if not Path(sshd).exists() or shutil.which("ssh") is None:
        raise ProgramFailed("the reference is OpenSSH: install openssh-server and openssh-client")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="breeze-ssh-") as place:
        folder = Path(place)
        for key in ("host", "user"):
            keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
            subprocess.run(keygen, check=True)
        (folder / "authorized").write_text((folder / "user.pub").read_text())
        port = _free_port()
        options = {
            "Port": str(port),
            "ListenAddress": "127.0.0.1",
            "HostKey": str(folder / "host"),
            "AuthorizedKeysFile": str(folder / "authorized"),
            "StrictModes": "no",
            "UsePAM": "no",
            "PidFile": "none",
            "PrintMotd": "no",
            "PermitRootLogin": "yes",
        }
        (folder / "config").write_text("".join(f"{key} {value}\n" for key, value in options.items()))
        client = ["ssh", "-tt", "-q", "-F", "none", "-i", str(folder / "user"), "-p", str(port)]
        client += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "127.0.0.1"]
        yield [sshd, "-D", "-e", "-f", str(folder / "config")], client


def _free_port() -> int:
    # sshd cannot be asked which port it took; the gap until it listens is a bench's risk, not a product's.
    from socket import socket

    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running_sshd(command: Sequence[str], log: Path) -> AsyncIterator[None]:
    """Run sshd for as long as the block lasts."""
    async with started("sshd", command, log):
        yield
