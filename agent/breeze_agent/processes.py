"""The processes of one session, as the kernel knows them, and how to end all of them.

A session is what `setsid` made: the shell, and all that it started and that did not leave. While its leader is not
reaped, or any member lives, the kernel gives the leader's number to nobody else, so a sweep by number hits no stranger.
"""

from __future__ import annotations

import os
import signal
from typing import Final

import trio

GRACE: Final = 1.0
"""Seconds that processes get between SIGHUP and SIGKILL."""

_SWEEPS = 100
_LONGEST_PAUSE = 0.05


def start_time(pid: int) -> int | None:
    """When a process started, in clock ticks since the machine did; None where there is none. Zombies count."""
    fields = _fields(pid)
    return int(fields[19]) if fields else None


def members(session: int) -> list[int]:
    """The live processes of a session; zombies are not."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        pid = int(name)
        try:
            if os.getsid(pid) != session:
                continue
        except OSError:
            continue
        fields = _fields(pid)
        if fields and fields[0] not in ("Z", "X"):
            found.append(pid)
    return found


def signal_session(session: int, *numbers: int) -> int:
    """Send signals to every live process of a session; give how many could be reached."""
    reached = 0
    for pid in members(session):
        try:
            for number in numbers:
                os.kill(pid, number)
            reached += 1
        except (ProcessLookupError, PermissionError):
            # Gone meanwhile, or it became another user's (sudo from an unprivileged agent).
            continue
    return reached


async def end_session(session: int, *, grace: float = GRACE) -> None:
    """Hang up a session, then kill what stays: within `grace` seconds and a few sweeps, whatever it does.

    A stopped process is continued so that it can hear the hangup. Processes that fork while they are swept are swept
    again. What belongs to another user is left.
    """
    pause = 0.002
    reached = signal_session(session, signal.SIGHUP, signal.SIGCONT)
    deadline = trio.current_time() + grace
    while reached and trio.current_time() < deadline:
        await trio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
        reached = len(members(session))
    for _ in range(_SWEEPS):
        if not signal_session(session, signal.SIGKILL):
            return
        await trio.sleep(0.005)


def _fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command's name, state first; empty where there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            stat = file.read()
    except OSError:
        return []
    return stat[stat.rindex(b")") + 2 :].decode("ascii").split()
