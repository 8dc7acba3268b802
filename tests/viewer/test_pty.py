"""`breeze term` as a person runs it: a real process on a real pseudo-terminal, over real sockets."""

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
import trio

from breeze_protocol.terminal import messages as m
from breeze_protocol.wire import encode_text
from breeze_transport.account_session import TokenSet
from breeze_transport.seams import live_world
from breeze_transport.websocket import PeerClosed, WebSocket
from breeze_viewer.kept import Kept, KeptLogin

MAIN = "import sys; from breeze_transport.cli import main; sys.exit(main(['term', 'box']))"

OWN_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
"""Without it nobody tells the process about a new size."""


@attrs.define
class Session:
    """A running `breeze term` and the pseudo-terminal that it runs on."""

    master: int
    slave: int
    process: trio.Process
    shown: bytearray
    grown: trio.Event

    def raw(self) -> bool:
        return not termios.tcgetattr(self.slave)[3] & termios.ICANON

    async def watch(self) -> None:
        while True:
            await trio.lowlevel.wait_readable(self.master)
            try:
                self.shown += os.read(self.master, 65536)
            except OSError:
                return
            self.grown.set()
            self.grown = trio.Event()

    async def wait_shown(self, text: bytes) -> None:
        with trio.fail_after(20):
            while text not in self.shown:
                await self.grown.wait()

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def resize(self, cols: int, rows: int) -> None:
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))


def environment(state: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "XDG_STATE_HOME": str(state), "HOME": str(state)}


async def prepare(scripted: Any, script: Any, state: Path, nursery: trio.Nursery) -> Any:
    server = scripted.Server(live_world(), script)
    await nursery.start(server.run)
    server.access.add("token")
    kept = Kept(server.url, "ada@example.org", TokenSet("token", time.time() + 600))
    KeptLogin.default({"XDG_STATE_HOME": str(state)}).write(kept)
    return server


def on_a_terminal(
    scripted: Any,
    state: Path,
    script: Any,
    person: Callable[[Session], Awaitable[None]],
    size: tuple[int, int] = (97, 31),
) -> tuple[int, bytes]:
    """Run it, let a person act, and check that the terminal is afterwards as it was before."""

    async def main() -> tuple[int, bytes]:
        master, slave = os.openpty()
        os.set_blocking(master, False)
        async with trio.open_nursery() as nursery:
            await prepare(scripted, script, state, nursery)
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            before = termios.tcgetattr(slave)
            process = await trio.lowlevel.open_process(
                [sys.executable, "-c", OWN_TERMINAL + MAIN], stdin=slave, stdout=slave, stderr=slave,
                env=environment(state), start_new_session=True,
            )  # fmt: skip
            session = Session(master, slave, process, bytearray(), trio.Event())
            nursery.start_soon(session.watch)
            try:
                with trio.fail_after(30):
                    await person(session)
                    status = await process.wait()
                assert not fcntl.fcntl(slave, fcntl.F_GETFL) & os.O_NONBLOCK
                assert termios.tcgetattr(slave) == before
                await session.wait_shown(b"")
            finally:
                if process.returncode is None:
                    process.kill()
                nursery.cancel_scope.cancel()
                with trio.CancelScope(shield=True):
                    await process.wait()
                os.close(slave)
        os.close(master)
        return status, bytes(session.shown)

    return trio.run(main)


def shell(scripted: Any, heard: list[Any]) -> Callable[[WebSocket, dict[str, str]], Awaitable[None]]:
    """A shell of a kind: says `ready`, tells what it hears, ends with the status 3 by `exit`, and by the viewer."""

    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        heard.append((int(query["cols"]), int(query["rows"])))
        await ws.send(scripted.connected())
        await ws.send(b"\x1b[?1049hready")
        try:
            while True:
                message = await ws.receive()
                heard.append(message if isinstance(message, bytes) else m.from_viewer(message))
                await ws.send(f"<{len(heard)}>".encode())
                if b"".join(each for each in heard if isinstance(each, bytes)).endswith((b"exit\r", b"exit\n")):
                    await ws.send(b"\x1b[?1049l")
                    await ws.send(encode_text(m.Exit(code=3)))
                    return
        except PeerClosed as closed:
            heard.append(closed.code)

    return script


def test_keys_pass_raw_sizes_pass_and_the_status_comes_back(scripted, tmp_path) -> None:
    heard: list[Any] = []

    async def person(session: Session) -> None:
        await session.wait_shown(b"<2>")
        assert session.raw()
        # That flag belongs to the open file, which the person's shell has too.
        assert not fcntl.fcntl(session.slave, fcntl.F_GETFL) & os.O_NONBLOCK
        session.type(b"\x03\x1a\x11")
        await session.wait_shown(b"<3>")
        session.resize(120, 40)
        await session.wait_shown(b"<4>")
        session.type(b"exit\r")

    status, shown = on_a_terminal(scripted, tmp_path, shell(scripted, heard), person)
    assert status == 3
    assert heard == [(97, 31), m.Resize(97, 31), b"\x03\x1a\x11", m.Resize(120, 40), b"exit\r"]
    assert shown.startswith(b"\x1b[?1049hready<2>")


def test_the_escape_gives_the_terminal_back_and_undoes_what_the_far_side_did(scripted, tmp_path) -> None:
    heard: list[Any] = []

    async def person(session: Session) -> None:
        await session.wait_shown(b"<2>")
        session.type(b"~.")
        await session.wait_shown(b"the session has ended")

    status, shown = on_a_terminal(scripted, tmp_path, shell(scripted, heard), person)
    assert status == 255
    assert heard[-1] == 1000
    assert b"\x1b[?1049l" in shown


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_gives_the_terminal_back(scripted, tmp_path, number: signal.Signals) -> None:
    heard: list[Any] = []

    async def person(session: Session) -> None:
        await session.wait_shown(b"<2>")
        session.process.send_signal(number)

    assert on_a_terminal(scripted, tmp_path, shell(scripted, heard), person)[0] == 128 + number
    assert heard[-1] == 1000


def test_a_defect_of_ours_gives_the_terminal_back(scripted, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(
        globals(),
        "MAIN",
        "import breeze_viewer.escape as e\n"
        "def broken(self, typed): raise RuntimeError('a defect')\n"
        "e.Escapes.feed = broken\n" + MAIN,
    )

    async def person(session: Session) -> None:
        await session.wait_shown(b"<2>")
        assert session.raw()
        session.type(b"x")
        await session.wait_shown(b"a defect")

    status, shown = on_a_terminal(scripted, tmp_path, shell(scripted, []), person)
    assert status == 1
    assert b"\x1b[?1049l" in shown


def test_an_interrupt_before_the_terminal_runs_ends_the_session(scripted, tmp_path) -> None:
    servers = []

    async def silent(ws: WebSocket, query: dict[str, str]) -> None:
        servers.append("opened")
        try:
            await ws.receive()
        except PeerClosed as closed:
            servers.append(closed.code)

    async def person(session: Session) -> None:
        with trio.fail_after(20):
            while not servers:  # noqa: ASYNC110 - the process on the other side has no event to give
                await trio.sleep(0.01)
        assert not session.raw()
        session.process.send_signal(signal.SIGINT)

    assert on_a_terminal(scripted, tmp_path, silent, person)[0] == 130
    assert servers == ["opened", 1000]


def test_a_pipe_is_typed_to_its_end_and_its_output_is_not_ours_to_change(scripted, tmp_path) -> None:
    heard: list[Any] = []

    async def main() -> subprocess.CompletedProcess[bytes]:
        async with trio.open_nursery() as nursery:
            await prepare(scripted, shell(scripted, heard), tmp_path, nursery)
            with trio.fail_after(30):
                result = await trio.run_process(
                    [sys.executable, "-c", MAIN], stdin=b"~.\nexit\n", capture_stdout=True, capture_stderr=True,
                    check=False, env=environment(tmp_path),
                )  # fmt: skip
            nursery.cancel_scope.cancel()
        return result

    result = trio.run(main)
    assert (result.returncode, result.stderr) == (3, b"")
    assert result.stdout == b"\x1b[?1049hready<2><3>\x1b[?1049l"
    assert heard == [(80, 24), m.Resize(80, 24), b"~.\nexit\n"]


def test_a_file_is_read_and_written_as_a_pipe_is(scripted, tmp_path) -> None:
    (tmp_path / "in").write_bytes(b"exit\n")
    (tmp_path / "out").write_bytes(b"kept ")

    async def main(given: Any, taken: Any) -> int:
        async with trio.open_nursery() as nursery:
            await prepare(scripted, shell(scripted, []), tmp_path, nursery)
            with trio.fail_after(30):
                result = await trio.run_process(
                    [sys.executable, "-c", MAIN], stdin=given, stdout=taken, check=False, env=environment(tmp_path)
                )
            nursery.cancel_scope.cancel()
        return result.returncode

    with open(tmp_path / "in", "rb") as given, open(tmp_path / "out", "ab") as taken:
        assert trio.run(main, given, taken) == 3
    assert (tmp_path / "out").read_bytes().startswith(b"kept \x1b[?1049hready")


def test_a_closed_standard_input_is_an_ended_one(scripted, tmp_path) -> None:
    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        while await ws.receive() != b"\x04":
            pass
        await ws.send(encode_text(m.Exit(code=4)))

    async def main() -> int:
        async with trio.open_nursery() as nursery:
            await prepare(scripted, script, tmp_path, nursery)
            with trio.fail_after(30):
                result = await trio.run_process(
                    ["/bin/sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-c", MAIN],
                    check=False, env=environment(tmp_path),
                )  # fmt: skip
            nursery.cancel_scope.cancel()
        return result.returncode

    assert trio.run(main) == 4
