"""One server a data directory: a lock that goes with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .config import ConfigError

NAME = "server.lock"


@contextmanager
def sole_server(data: Path) -> Iterator[None]:
    """Hold the data directory for this process. Raises ConfigError where another server holds it, naming its pid.

    The file stays when the lock is let go: removing it would let two servers lock two files of one name.
    """
    path = data / NAME
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(f"{path} cannot be opened: {error.strerror}") from error
    try:
        _lock(file, data)
        yield
    finally:
        os.close(file)


def _lock(file: int, data: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.pread(file, 20, 0).decode("ascii", "replace").strip()
        raise ConfigError(f"another server uses {data} already, with pid {pid or 'unknown'}") from None
    except OSError as error:
        raise ConfigError(f"{data} cannot be locked: {error.strerror}") from error
    os.ftruncate(file, 0)
    os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
