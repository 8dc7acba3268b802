"""Real shells in real pseudo-terminals."""

from __future__ import annotations

import os
import pwd
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trio

from breeze_agent.processes import members
from breeze_agent.pty import Pty, PtyError, environment, open_pty
from breeze_transport.seams import live_world

OTHER = "22222222-2222-4333-8444-555555555555"
SESSION = "11111111-2222-4333-8444-555555555555"


def really(fn: Callable[[], Awaitable[None]]) -> None:
    """Run on the real clock, since the kernel knows no other; half a minute is a failure."""

    async def bounded() -> None:
        with trio.fail_after(30):
            await fn()

    trio.run(bounded)


@asynccontextmanager
async def shell(program: str = "/bin/sh", cols: int = 80, rows: int = 24) -> AsyncGenerator[Pty]:
    pty = open_pty(cols, rows, program, SESSION)
    try:
        yield pty
    finally:
        with trio.CancelScope(shield=True):
            await pty.close()


async def say(pty: Pty, line: str) -> None:
    await pty.write_some(line.encode() + b"\r")


async def until(pty: Pty, text: bytes) -> bytes:
    seen = b""
    while text not in seen:
        data = await pty.read(65536)
        assert data, seen
        seen += data
    return seen


def open_files() -> set[str]:
    return set(os.listdir("/proc/self/fd"))


def test_first_command_sees_the_size_of_the_start() -> None:
    async def main() -> None:
        async with shell(cols=133, rows=43) as pty:
            await say(pty, "echo size=$(stty size)")
            await until(pty, b"size=43 133")

    really(main)


def test_resize_reaches_the_program_in_the_foreground() -> None:
    async def main() -> None:
        async with shell() as pty:
            await say(pty, 'sh -c \'trap "stty size; exit" WINCH; echo rea""dy; while :; do sleep 0.05; done\'')
            await until(pty, b"ready")
            pty.resize(99, 33)
            await until(pty, b"33 99")

    really(main)


def test_shell_is_a_login_shell_at_home_on_its_own_terminal() -> None:
    async def main() -> None:
        async with shell("/bin/bash") as pty:
            await say(pty, "shopt login_shell; echo at=$PWD tty=$(tty) sid=$(ps -o sid= -p $$) pid=$$ en''d")
            seen = (await until(pty, b" end")).decode()
            assert "login_shell    \ton" in seen
            assert f"at={pwd.getpwuid(os.geteuid()).pw_dir} tty=/dev/pts/" in seen
            assert f"pid={pty.pid} " in seen

    really(main)


def test_interrupt_acts_at_once_in_a_flood() -> None:
    async def main() -> None:
        async with shell() as pty:
            await say(pty, "yes")
            await until(pty, b"y\r\ny\r\n" * 1000)
            await pty.write_some(b"\x03")
            await say(pty, "echo aft''er")
            with trio.fail_after(5):
                await until(pty, b"after")

    really(main)


@pytest.mark.parametrize(("line", "status"), [("exit 3", (3, None)), ("kill -KILL $$", (None, 9))])
def test_end_of_the_shell_is_told_as_status_or_signal(line: str, status: tuple[int | None, int | None]) -> None:
    async def main() -> None:
        async with shell() as pty:
            await say(pty, line)
            assert await pty.exited() == status

    really(main)


def test_close_kills_what_ignores_the_hangup_and_leaves_nothing() -> None:
    async def main() -> None:
        before = open_files()
        async with shell("/bin/bash") as pty:
            await say(pty, "set -m; (trap '' HUP TERM; echo re''ady; while :; do sleep 0.05; done) & disown; sleep 99")
            await until(pty, b"ready")
            begun = trio.current_time()
        took = trio.current_time() - begun
        assert members(pty.pid) == []
        assert 0.9 < took < 3
        with pytest.raises(ChildProcessError):
            os.waitpid(pty.pid, os.WNOHANG)  # noqa: ASYNC222 - WNOHANG
        assert open_files() == before

    really(main)


def test_close_wakes_what_was_stopped_and_lets_it_hear_the_hangup(tmp_path: Path) -> None:
    async def main() -> None:
        async with shell() as pty:
            await say(pty, f"trap 'echo bye > {tmp_path}/bye; exit' HUP; echo $((1+1))ready; kill -STOP $$")
            await until(pty, b"2ready")
        assert members(pty.pid) == []
        assert (tmp_path / "bye").read_text() == "bye\n"

    really(main)


def test_output_ends_though_a_process_that_left_keeps_the_terminal_open() -> None:
    async def main() -> None:
        async with shell() as pty:
            await say(pty, "setsid sh -c 'echo pi\"\"d=$$.; exec sleep 60' & sleep 0.2; exit")
            seen = await until(pty, b".\r")
            stranger = int(seen.split(b"pid=")[1].split(b".")[0])
            await pty.exited()
            await pty.hang_up()
            while await pty.read(65536):
                continue
            os.kill(stranger, signal.SIGKILL)

    really(main)


def test_descriptors_of_whoever_started_the_agent_are_not_inherited(tmp_path: Path) -> None:
    async def main() -> None:
        handle = os.open(tmp_path / "secret", os.O_CREAT | os.O_RDWR)
        os.set_inheritable(handle, True)
        try:
            async with shell() as pty:
                await say(pty, "echo fds=$(ls /proc/$$/fd | tr '\\n' ,)en''d")
                seen = await until(pty, b"end\r\n")
                assert f",{handle}," not in seen.decode().split("fds=")[-1]
        finally:
            os.close(handle)

    really(main)


def test_program_that_is_not_there_is_named() -> None:
    before = open_files()
    with pytest.raises(PtyError, match="/no/such/shell: no such program"):
        open_pty(80, 24, "/no/such/shell", SESSION)
    assert open_files() == before


def test_environment_has_nothing_of_the_agents_secrets() -> None:
    account = pwd.getpwuid(os.geteuid())
    env = environment(account, "/bin/sh", SESSION, {"BREEZE_AGENT_ENROLLMENT_SECRET": "s", "PATH": "/x", "LC_ALL": "C"})
    assert env == {
        "PATH": "/x",
        "LANG": "C.UTF-8",
        "HOME": account.pw_dir,
        "USER": account.pw_name,
        "LOGNAME": account.pw_name,
        "SHELL": "/bin/sh",
        "TERM": "xterm-256color",
        "BREEZE_SESSION_ID": SESSION,
    }


def test_locale_that_is_utf8_already_is_kept() -> None:
    env = environment(pwd.getpwuid(os.geteuid()), "/bin/sh", SESSION, {"LC_ALL": "de_DE.UTF-8"})
    assert (env["LC_ALL"], "LANG" in env) == ("de_DE.UTF-8", False)


def test_whole_way_from_the_server_to_a_shell_and_back(working: Any, ours: list[str], session: str) -> None:
    async def main() -> None:
        before = open_files()
        async with working(live_world(), ours, open_pty) as (server, _):
            peer = await server.peer()
            start = partial(peer.command, "terminal_start", cols=101, rows=31, shell="/bin/sh")
            assert (await start(sessionId=session))["status"] == "completed"
            await peer.type(b"stty size; yes | head -c 150000; exit 7\r")
            exit_ = await peer.frame("terminal_exit")
            assert exit_["code"] == 7
            assert b"31 101\r\n" in peer.output
            # Every y with the carriage return that the terminal adds.
            assert peer.output.count(b"y\r\n") == 75000
            assert (await start(sessionId=OTHER))["status"] == "completed"
            await peer.type(b"sleep 99\r", OTHER)
            assert (await peer.command("terminal_stop", sessionId=OTHER))["status"] == "completed"
        assert open_files() == before

    really(main)


def test_program_that_gives_up_its_terminal_is_hung_up(working: Any, ours: list[str], session: str) -> None:
    async def main() -> None:
        async with working(live_world(), ours, open_pty) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session, shell="/bin/sh")
            await peer.type(b"exec sleep 60 </dev/null >/dev/null 2>&1\r")
            assert (await peer.frame("terminal_exit"))["signal"] == signal.SIGHUP

    really(main)
