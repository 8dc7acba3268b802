"""Terminals over the link, with a shell that says what each test says, in virtual time."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from breeze_protocol.limits import DEFAULTS
from breeze_transport.seams import simulated_world

WINDOW = int(DEFAULTS["terminal_window"])
HELD = int(DEFAULTS["terminal_input_held"])
OTHER = "22222222-2222-4333-8444-555555555555"


def virtually(fn: Callable[[], Awaitable[None]]) -> None:
    trio.run(fn, clock=MockClock(autojump_threshold=0))


def test_size_and_shell_of_the_start_reach_the_pty(working: Any, ours: list[str], shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, _):
            peer = await server.peer()
            result = await peer.command("terminal_start", sessionId=session, cols=133, rows=9999, shell="/bin/sh")
            assert result["result"] == {"sessionId": session, "cols": 133, "rows": 500, "started": True}
            assert (shells.made[0].size, shells.made[0].shell) == ((133, 500), "/bin/sh")

    virtually(main)


def test_results_have_the_deployed_keys(working: Any, shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), None, shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            resized = await peer.command("terminal_resize", sessionId=session, cols=100, rows=30)
            written = await peer.command("terminal_data", sessionId=session, data="hé")
            stopped = await peer.command("terminal_stop", sessionId=session)
            assert resized["result"] == {"sessionId": session, "cols": 100, "rows": 30, "resized": True}
            assert written["result"] == {"sessionId": session, "written": 3}
            assert stopped["result"] == {"sessionId": session, "stopped": True}
            assert shells.made[0].size == (100, 30)
            assert shells.made[0].closed

    virtually(main)


@pytest.mark.parametrize("kind", ["terminal_data", "terminal_resize", "terminal_stop"])
def test_session_that_is_not_there_is_named(working: Any, ours: list[str], session: str, kind: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours) as (server, _):
            peer = await server.peer()
            result = await peer.command(kind, sessionId=session, data="x", cols=80, rows=24)
            assert (result["status"], result["error"]) == ("failed", f"session {session} not found")

    virtually(main)


def test_second_start_of_a_session_fails(working: Any, ours: list[str], shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            result = await peer.command("terminal_start", sessionId=session)
            assert (result["status"], result["error"]) == ("failed", f"session {session} already exists")
            assert len(shells.made) == 1

    virtually(main)


def test_session_that_had_a_terminal_gets_no_other(working: Any, ours: list[str], shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            await peer.command("terminal_stop", sessionId=session)
            start = await peer.command("terminal_start", sessionId=session)
            data = await peer.command("terminal_data", sessionId=session, data="x")
            assert (start["status"], start["error"]) == ("failed", f"session {session} already exists")
            assert (data["status"], data["error"]) == ("failed", f"session {session} not found")

    virtually(main)


def test_new_greeting_changes_how_running_terminals_speak(working: Any, shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), [], shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            shells.made[0].prints(b"text")
            await peer.frame("terminal_output")
            await peer.greet(["terminal_binary", "terminal_exit"])
            shells.made[0].prints(b"raw")
            await peer.shows(b"raw")
            shells.made[0].exits(4)
            assert (await peer.frame("terminal_exit"))["code"] == 4

    virtually(main)


def test_command_before_the_greeting_is_carried_out(working: Any, ours: list[str], shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, _):
            server.greets = False
            peer = await server.peer()
            result = await peer.command("terminal_start", sessionId=session)
            await peer.greet(ours)
            await peer.frame("hello")
            shells.made[0].prints(b"y" * (2 * WINDOW))
            await trio.sleep(10)
            assert (result["status"], len(peer.output)) == ("completed", WINDOW)

    virtually(main)


def test_start_fails_beyond_the_most_terminals(working: Any, ours: list[str], shells: Any) -> None:
    async def main() -> None:
        most = int(DEFAULTS["terminals_per_agent"])
        async with working(simulated_world(1), ours, shells) as (server, _):
            peer = await server.peer()
            for number in range(most):
                await peer.command("terminal_start", sessionId=f"{number:08x}-2222-4333-8444-555555555555")
            result = await peer.command("terminal_start", sessionId=OTHER)
            assert result["status"] == "failed"
            assert len(shells.made) == most

    virtually(main)


def test_output_is_binary_where_the_server_offers_it(working: Any, ours: list[str], shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            shells.made[0].prints(b"\xff\x00raw")
            await peer.shows(b"raw")
            assert peer.binary == [b"\x04" + session.encode() + b"\xff\x00raw"]

    virtually(main)


def test_output_is_base64_where_only_that_is_offered(working: Any, shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ["terminal_output_base64"], shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            shells.made[0].prints(b"\xff\xc3")
            frame = await peer.frame("terminal_output")
            assert (frame["encoding"], base64.b64decode(frame["data"])) == ("base64", b"\xff\xc3")

    virtually(main)


def test_text_output_never_splits_a_character(working: Any, shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), None, shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            for byte in "a€z".encode():
                shells.made[0].prints(bytes((byte,)))
                await trio.sleep(1)
            shells.made[0].prints(b"\xe2\x82")
            shells.made[0].exits(0)
            await peer.until(lambda: len([f for f in peer.frames if f["type"] == "terminal_output"]) == 4)
            assert [f["data"] for f in peer.frames if f["type"] == "terminal_output"] == ["a", "€", "z", "\ufffd"]

    virtually(main)


@pytest.mark.parametrize("status", [(3, None), (None, 9)])
def test_exit_is_reported_after_all_output(
    working: Any, ours: list[str], shells: Any, session: str, status: tuple[int | None, int | None]
) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            shells.made[0].prints(b"x" * 200_000)
            shells.made[0].exits(*status)
            exit_ = await peer.frame("terminal_exit")
            said = {name: number for name, number in (("code", status[0]), ("signal", status[1])) if number is not None}
            assert exit_ == {"type": "terminal_exit", "sessionId": session, **said}
            assert len(peer.output) == 200_000
            assert shells.made[0].closed

    virtually(main)


def test_exit_is_not_reported_to_a_server_that_does_not_know_it(working: Any, shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), None, shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            shells.made[0].exits(0)
            await trio.sleep(10)
            result = await peer.command("terminal_data", sessionId=session, data="x")
            assert result["error"] == f"session {session} not found"
            assert "terminal_exit" not in [f["type"] for f in peer.frames]

    virtually(main)


def test_flood_pauses_when_the_window_is_full(working: Any, ours: list[str], shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            shells.made[0].prints(b"y" * (2 * WINDOW))
            await trio.sleep(10)
            paused = len(peer.output)
            await peer.credit(WINDOW + 1000)
            await trio.sleep(10)
            assert (paused, len(peer.output)) == (WINDOW, WINDOW + 1000)

    virtually(main)


def test_terminal_without_credit_is_read_as_the_socket_takes_it(working: Any, shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ["terminal_binary"], shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            shells.made[0].prints(b"y" * (4 * WINDOW))
            await peer.until(lambda: len(peer.output) == 4 * WINDOW)

    virtually(main)


def test_input_comes_in_order_by_either_frame(working: Any, ours: list[str], shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            await peer.type(b"one ")
            await peer.command("terminal_data", sessionId=session, data="two ")
            await peer.type(b"three")
            await shells.made[0].has(b"three")
            assert shells.made[0].typed == b"one two three"

    virtually(main)


@pytest.mark.parametrize("offered", [True, False])
def test_input_that_the_program_took_is_granted_anew(
    working: Any, ours: list[str], shells: Any, session: str, offered: bool
) -> None:
    async def main() -> None:
        window = int(DEFAULTS["terminal_input_window"])
        capabilities = [name for name in ours if offered or name != "terminal_input_credit"]
        async with working(simulated_world(1), capabilities, shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            await peer.type(b"x" * window)
            await trio.sleep(10)
            granted = [frame["offset"] for frame in peer.frames if frame["type"] == "terminal_credit"]
            assert len(shells.made[0].typed) == window
            assert granted[-1:] == ([2 * window] if offered else [])

    virtually(main)


def test_program_that_reads_no_input_stalls_nothing_else(
    working: Any, ours: list[str], shells: Any, session: str
) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, _):
            peer = await server.peer()
            for each in (session, OTHER):
                await peer.command("terminal_start", sessionId=each)
            shells.made[0].takes = False
            piece = "x" * 65536
            results = [await peer.command("terminal_data", sessionId=session, data=piece) for _ in range(17)]
            await peer.type(b"quick", OTHER)
            await shells.made[1].has(b"quick")
            assert [r["status"] for r in results] == ["completed"] * (HELD // 65536) + ["failed"]
            assert "does not read" in results[-1]["error"]

    virtually(main)


def test_stop_silences_a_flood(working: Any, ours: list[str], shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            shells.made[0].prints(b"y" * (2 * WINDOW))
            await trio.sleep(1)
            await peer.command("terminal_stop", sessionId=session)
            before = len(peer.output)
            await peer.credit(100 * WINDOW)
            await trio.sleep(10)
            assert len(peer.output) == before

    virtually(main)


def test_terminals_end_with_their_socket(working: Any, ours: list[str], shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, _):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            shells.made[0].lingers = 5
            stopped = "term-late"
            await peer.say(id=stopped, type="terminal_stop", payload={"sessionId": session})
            await trio.sleep(0.1)
            peer.ws.abort()
            again = await server.peer()
            result = await again.command("terminal_data", sessionId=session, data="x")
            await trio.sleep(10)
            assert shells.made[0].closed
            assert result["error"] == f"session {session} not found"
            assert stopped not in [f.get("commandId") for f in again.frames]

    virtually(main)
