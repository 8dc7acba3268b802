"""A pseudo-terminal with a login shell in a session of its own.

The shell is made by posix_spawn: no Python runs between fork and exec, so that threads of ours can do no harm, and a
shell costs a millisecond. The child leads a new session, and opening the terminal by name makes it the controlling one.
When the agent dies, however it dies, the kernel closes the master and hangs up the session.
"""

from __future__ import annotations

import errno
import fcntl
import os
import pwd
import shutil
import signal
import struct
import termios
from collections.abc import Mapping
from typing import Final, Protocol

import trio

from breeze_agent.processes import end_session
from breeze_protocol.errors import BreezeError

IDLE_AFTER_EXIT: Final = 0.1
"""Seconds without output after which a terminal whose shell has ended counts as read to its end."""

_INHERITED = ("PATH", "LANG", "LANGUAGE", "TZ", "XDG_RUNTIME_DIR")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_IUTF8 = 0o40000
_READ = 65536
_READS = 24
"""The writer fills while we read: without a bound one flooding terminal would hold up all others."""
_REAP_PATIENCE = 2.0
_RESET = [signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD]


class PtyError(BreezeError):
    """The pseudo-terminal or its shell could not be made."""


class TerminalDevice(Protocol):
    """What a terminal needs of the thing that runs the shell."""

    pid: int

    def resize(self, cols: int, rows: int) -> None:
        """Set the size; the program in the foreground is told."""

    async def read(self, most: int) -> bytes:
        """At least one byte of output and at most `most`, as many as there are; b"" at the end."""

    def write_nowait(self, data: bytes) -> int:
        """Write what is taken at once, and say how many bytes that was."""

    async def write_some(self, data: bytes | bytearray | memoryview) -> int:
        """Write some bytes of input and say how many; waits while the program does not read."""

    async def exited(self) -> tuple[int | None, int | None]:
        """Wait until the shell has ended, and give its exit status or the signal that ended it."""

    async def hang_up(self) -> None:
        """End every process of the session; what they wrote can still be read. Bounded in time."""

    async def close(self) -> None:
        """End every process of the session and give everything back. Bounded in time, idempotent."""


class Pty:
    """An open pseudo-terminal; `close` has to be called. Made by `open_pty`."""

    def __init__(self, master: int, pid: int) -> None:
        self.pid = pid
        self._master = master
        self._exit = os.pidfd_open(pid)
        self._over = False
        self._waiting: trio.CancelScope | None = None
        self._closed = False

    def resize(self, cols: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    async def read(self, most: int) -> bytes:
        while True:
            data = self._drain(most)
            if data is not None:
                await trio.lowlevel.checkpoint()
                return data
            # A process that left the session may hold the terminal open for ever: after the shell, silence is the end.
            with trio.CancelScope() as self._waiting:
                if self._over:
                    self._waiting.deadline = trio.current_time() + IDLE_AFTER_EXIT
                await trio.lowlevel.wait_readable(self._master)
            if self._waiting.cancelled_caught:
                return b""

    def write_nowait(self, data: bytes) -> int:
        try:
            return os.write(self._master, data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)

    async def write_some(self, data: bytes | bytearray | memoryview) -> int:
        while True:
            try:
                written = os.write(self._master, data)
                await trio.lowlevel.checkpoint()
                return written
            except BlockingIOError:
                await trio.lowlevel.wait_writable(self._master)
            except OSError:
                # Nobody has the terminal open: it reads as if typed into the void.
                await trio.lowlevel.checkpoint()
                return len(data)

    async def exited(self) -> tuple[int | None, int | None]:
        await trio.lowlevel.wait_readable(self._exit)
        # Not reaped yet: the number has to stay the session's until every member is gone.
        result = os.waitid(os.P_PIDFD, self._exit, os.WEXITED | os.WNOWAIT | os.WNOHANG)  # noqa: ASYNC222 - WNOHANG
        assert result is not None
        if result.si_code == os.CLD_EXITED:
            return result.si_status, None
        return None, result.si_status

    async def hang_up(self) -> None:
        await end_session(self.pid)
        self._over = True
        if self._waiting is not None:
            self._waiting.deadline = trio.current_time() + IDLE_AFTER_EXIT

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        trio.lowlevel.notify_closing(self._master)
        os.close(self._master)
        try:
            await end_session(self.pid)
            with trio.move_on_after(_REAP_PATIENCE):
                await trio.lowlevel.wait_readable(self._exit)
        finally:
            # In uninterruptible sleep not even SIGKILL ends it: the zombie is then left to whoever comes after us.
            os.waitid(os.P_PIDFD, self._exit, os.WEXITED | os.WNOHANG)  # noqa: ASYNC222 - WNOHANG
            trio.lowlevel.notify_closing(self._exit)
            os.close(self._exit)

    def _drain(self, most: int) -> bytes | None:
        """What is there, in one piece: the kernel hands out at most 4 KiB a read. None: nothing yet."""
        parts: list[bytes] = []
        size = 0
        try:
            for _ in range(_READS):
                if size == most:
                    break
                part = os.read(self._master, min(_READ, most - size))
                if not part:
                    break
                parts.append(part)
                size += len(part)
        except BlockingIOError:
            if not parts:
                return None
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            # EIO is how Linux says that nobody has the terminal open any more.
        return b"".join(parts)


def open_pty(cols: int, rows: int, shell: str | None, session_id: str) -> Pty:
    """Open a terminal of this size with a login shell in the home directory; `shell` None: the account's own.

    Does not wait. Raises PtyError in words for the person at the other end.
    """
    account = _account()
    program = _program(shell or account.pw_shell or "/bin/sh")
    try:
        master, slave = os.openpty()
    except OSError as error:
        raise PtyError(f"failed to start PTY: {error.strerror}") from error
    try:
        os.set_blocking(master, False)
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        _prepare_line(slave)
        pid = _spawn(program, os.ttyname(slave), account.pw_dir, environment(account, program, session_id, os.environ))
        return Pty(master, pid)
    except OSError as error:
        os.close(master)
        raise PtyError(f"failed to start PTY: {program}: {error.strerror}") from error
    finally:
        os.close(slave)


def environment(account: pwd.struct_passwd, shell: str, session_id: str, ours: Mapping[str, str]) -> dict[str, str]:
    """What the shell finds in its environment: nothing of the agent's own but where programs lie and how to write."""
    env = {name: ours[name] for name in ours if name in _INHERITED or name.startswith("LC_")}
    env.setdefault("PATH", _PATH)
    spoken = next((env[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if env.get(name)), "")
    if "utf-8" not in spoken.lower() and "utf8" not in spoken.lower():
        env.pop("LC_ALL", None)
        env.pop("LC_CTYPE", None)
        env["LANG"] = "C.UTF-8"
    env.update(HOME=account.pw_dir, USER=account.pw_name, LOGNAME=account.pw_name, SHELL=shell)
    env.update(TERM="xterm-256color", BREEZE_SESSION_ID=session_id)
    return env


def _account() -> pwd.struct_passwd:
    uid = os.geteuid()
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        # Containers run programs under numbers that no account has.
        return pwd.struct_passwd((str(uid), "", uid, os.getegid(), "", os.environ.get("HOME", "/"), "/bin/sh"))


def _program(shell: str) -> str:
    found = shutil.which(shell)
    if found is None:
        raise PtyError(f"failed to start PTY: {shell[:200]}: no such program")
    return os.path.abspath(found)


def _prepare_line(slave: int) -> None:
    """Let the kernel know that characters are UTF-8, so that a backspace rubs out a whole one."""
    settings = termios.tcgetattr(slave)
    settings[0] |= _IUTF8
    # On the slave and before the shell: on a master that is being flooded this call can hang in the kernel.
    termios.tcsetattr(slave, termios.TCSANOW, settings)


def _spawn(program: str, terminal: str, home: str, env: Mapping[str, str]) -> int:
    actions: list[tuple[int, ...] | tuple[int, int, str, int, int]] = [
        # After setsid, so that the terminal becomes the controlling one.
        (os.POSIX_SPAWN_OPEN, 0, terminal, os.O_RDWR, 0),
        (os.POSIX_SPAWN_DUP2, 0, 1),
        (os.POSIX_SPAWN_DUP2, 0, 2),
        *((os.POSIX_SPAWN_CLOSE, fd) for fd in _inheritable()),
    ]
    here = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # posix_spawn has no working directory of its own; nothing else of the agent uses relative paths.
        try:
            os.chdir(home)
        except OSError:
            os.chdir("/")
        name = "-" + os.path.basename(program)
        return os.posix_spawn(program, [name], env, file_actions=actions, setsid=True, setsigmask=[], setsigdef=_RESET)
    finally:
        os.fchdir(here)
        os.close(here)


def _inheritable() -> list[int]:
    """Descriptors that whoever started the agent left open across exec. Ours are closed by the kernel."""
    found = []
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        try:
            if fd > 2 and os.get_inheritable(fd):
                found.append(fd)
        except OSError:
            continue
    return found
