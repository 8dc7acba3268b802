"""The log-in that is kept between two commands, in a file that only its owner can read."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import attrs
import msgspec
import trio

from breeze_protocol.errors import BreezeError
from breeze_protocol.wire import Open, encode
from breeze_transport.account_session import TokenSet

_LIMIT: Final = 1 << 16
_PATIENCE: Final = 40.0
_PAUSE: Final = 0.05


class Kept(Open):
    """Whose log-in it is, where, and its tokens."""

    url: str
    email: str
    tokens: TokenSet | None = None


@attrs.frozen
class KeptLogin:
    """The file, mode 0600 in a directory of mode 0700. Without a path nothing is kept."""

    path: Path | None

    @classmethod
    def default(cls, environment: Mapping[str, str]) -> KeptLogin:
        """Below $XDG_STATE_HOME/breeze, or ~/.local/state/breeze."""
        state = environment.get("XDG_STATE_HOME") or os.path.join(environment.get("HOME", "~"), ".local/state")
        return cls(Path(state).expanduser() / "breeze" / "login.json")

    def read(self) -> Kept | None:
        """What is kept; None where there is none that can be trusted: others can write it, or it is damaged."""
        if self.path is None:
            return None
        try:
            fd = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return None
        with os.fdopen(fd, "rb") as file:
            about = os.fstat(fd)
            if about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) & 0o077:
                return None
            try:
                return msgspec.json.decode(file.read(_LIMIT), type=Kept)
            except msgspec.DecodeError:
                return None

    def write(self, kept: Kept) -> None:
        """Replace what is kept, whole or not at all. Raises BreezeError where the file cannot be written."""
        if self.path is None:
            return
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                draft.unlink()
            fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(encode(kept) + b"\n")
            draft.replace(self.path)
        except OSError as error:
            raise BreezeError(f"cannot keep the log-in in {self.path}: {error.strerror}") from error

    def forget(self) -> None:
        """Remove the file, if there is one."""
        if self.path is not None:
            with contextlib.suppress(FileNotFoundError):
                self.path.unlink()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """No other command renews the log-in meanwhile: a refresh token that is used twice revokes them all.

        Raises BreezeError where another command holds it for 40 s.
        """
        fd = self._open_lock()
        try:
            if fd is not None:
                await self._lock(fd)
            yield
        finally:
            if fd is not None:
                os.close(fd)

    def _open_lock(self) -> int | None:
        if self.path is None:
            return None
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError:
            # Writing will fail as well, and say why.
            return None

    async def _lock(self, fd: int) -> None:
        with trio.move_on_after(_PATIENCE):
            while True:
                try:
                    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
                except BlockingIOError:
                    await trio.sleep(_PAUSE)
        raise BreezeError(f"another command is renewing the log-in in {self.path}")
