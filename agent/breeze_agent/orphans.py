"""Which terminals are open, on disk: so that an agent that was killed can end at its next start what outlived it.

The kernel hangs up the terminals of an agent that dies; what ignores a hangup lives on. One small file a terminal, its
name the session's number, says when the leader started and in which run of the machine.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import attrs
import msgspec

from breeze_agent import processes
from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.wire import decode

_LIMIT = 4096


class _Record(msgspec.Struct, rename="camel"):
    boot: str
    start: int
    session_id: str


@attrs.frozen
class Orphans:
    """The records of open terminals in one directory."""

    directory: Path

    def note(self, pid: int, session_id: str) -> None:
        """A terminal was opened. What cannot be written is let go: the terminal matters more than the record."""
        start = processes.start_time(pid)
        if start is None:
            return
        with contextlib.suppress(OSError):
            self.directory.mkdir(mode=0o700, exist_ok=True)
            fresh = self.directory / f".{pid}"
            fresh.write_bytes(msgspec.json.encode(_Record(_boot(), start, session_id)))
            os.replace(fresh, self.directory / str(pid))

    def forget(self, pid: int) -> None:
        """A terminal is over, and everything in it."""
        with contextlib.suppress(OSError):
            (self.directory / str(pid)).unlink()

    async def end(self) -> int:
        """End what an agent before us left behind, and give the number of sessions that were still alive."""
        ended = 0
        for path in self._files():
            session = self._alive(path)
            if session is not None:
                ended += 1
                await processes.end_session(session)
            with contextlib.suppress(OSError):
                path.unlink()
        return ended

    def _files(self) -> list[Path]:
        try:
            return sorted(path for path in self.directory.iterdir() if path.name.lstrip(".").isdigit())
        except OSError:
            return []

    def _alive(self, path: Path) -> int | None:
        """The session of a record, if anything of it lives and it is certainly the one that was recorded."""
        try:
            record: _Record = decode(_Record, path.read_bytes(), limit=_LIMIT)
        except (OSError, RemoteProtocolError):
            return None
        session = int(path.name.lstrip("."))
        if record.boot != _boot():
            return None
        start = processes.start_time(session)
        if start is not None:
            # Another start: the number was given to a stranger.
            return session if start == record.start else None
        left = processes.members(session)
        # Without its leader the number alone proves nothing: a stranger may have led and left, too.
        return session if any(_marked(pid, record.session_id) for pid in left) else None


def _boot() -> str:
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()


def _marked(pid: int, session_id: str) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return f"BREEZE_SESSION_ID={session_id}".encode() in file.read().split(b"\0")
    except OSError:
        return False
