"""The agent's socket and heartbeat, against a server that does what each test says, in virtual time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec
import pytest
import trio
from trio.testing import MockClock

from breeze_agent.service import serve
from breeze_transport.seams import simulated_world

UUID = "99999999-2222-4333-8444-555555555555"


def virtually(fn: Callable[[], Awaitable[None]]) -> None:
    trio.run(fn, clock=MockClock(autojump_threshold=0))


def test_agent_names_its_capabilities_and_beats_at_once(working: Any, ours: list[str], token: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours) as (server, _):
            peer = await server.peer()
            hello = await peer.frame("hello")
            beat = await server.post("/heartbeat")
            assert set(hello["capabilities"]) == {
                "terminal_exit",
                "terminal_binary",
                "terminal_credit",
                "terminal_input_credit",
            }
            assert ("authorization", f"Bearer {token}") in server.upgrades[0].headers
            assert beat["status"] in ("ok", "warning")
            assert beat["metrics"]["ramUsedMb"] > 0
            assert trio.current_time() < 2

    virtually(main)


def test_device_is_reported_under_the_name_that_it_was_enrolled_with(ours: list[str], serving: Any) -> None:
    async def main() -> None:
        world, stop = simulated_world(1), trio.Event()
        async with serving(world.network, ours, "server") as server, trio.open_nursery() as nursery:
            named = msgspec.structs.replace(server.identity, name="front-desk")
            nursery.start_soon(partial(serve, named, "brz_" + "0" * 64, world, stop=stop))
            assert (await server.post("/heartbeat"))["hostname"] == "front-desk"
            stop.set()

    virtually(main)


def test_no_hello_goes_to_a_server_that_does_not_offer_it(working: Any) -> None:
    async def main() -> None:
        async with working(simulated_world(1), None) as (server, _):
            peer = await server.peer()
            await peer.say(type="ping", timestamp=5)
            await peer.frame("pong")
            assert [frame["type"] for frame in peer.frames] == ["pong"]

    virtually(main)


def test_heartbeats_come_at_the_interval(working: Any, ours: list[str]) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours) as (server, _):
            await server.post("/heartbeat", 4)
            assert 3 * 54 <= trio.current_time() <= 3 * 61

    virtually(main)


def test_refused_heartbeats_become_rare(working: Any, ours: list[str]) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours) as (server, _):
            server.answers["/heartbeat"] = [(401, {"error": "Invalid agent credentials"})] * 4
            await server.post("/heartbeat", 5)
            assert trio.current_time() > 54 * (1 + 2 + 4 + 8)

    virtually(main)


def test_socket_is_dialed_again_after_the_server_leaves(working: Any, ours: list[str]) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours) as (server, _):
            first = await server.peer()
            await first.ws.close(1001)
            second = await server.peer()
            await second.frame("hello")
            assert trio.current_time() <= 2

    virtually(main)


def test_server_that_accepts_and_closes_is_dialed_less_and_less(working: Any, ours: list[str]) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours) as (server, _):
            with trio.move_on_after(600):
                while True:
                    peer = await server.peer()
                    await peer.ws.close(4002)
            assert 10 <= len(server.dials) <= 40

    virtually(main)


def test_refused_token_is_tried_again_until_it_is_taken(
    working: Any, ours: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours) as (server, _):
            server.refusals += [(401, b'{"error":"Unauthorized"}')] * 5
            peer = await server.peer()
            await peer.frame("hello")
            assert len(server.dials) == 6

    virtually(main)
    assert "401: Unauthorized" in caplog.text


def test_server_that_is_away_is_found_when_it_comes(working: Any, ours: list[str]) -> None:
    async def main() -> None:
        world = simulated_world(1)
        async with working(world, ours) as (server, _):
            peer = await server.peer()
            world.network.partition("localhost", "server")
            await trio.sleep(300)
            assert peer.ws.closed is None
            world.network.heal()
            again = await server.peer()
            await again.frame("hello")

    virtually(main)


def test_silent_server_is_given_up_after_a_minute(working: Any, ours: list[str]) -> None:
    async def main() -> None:
        world = simulated_world(1)
        async with working(world, ours) as (server, _):
            await server.peer()
            begun = trio.current_time()
            world.network.partition("localhost", "server")
            await trio.sleep(begun + 59 - trio.current_time())
            world.network.heal()
            with trio.move_on_after(100) as patience:
                await server.peer()
            assert patience.cancelled_caught
            world.network.partition("localhost", "server")
            await trio.sleep(61 + 54)
            world.network.heal()
            await server.peer()

    virtually(main)


def test_quiet_server_that_answers_pings_is_kept(working: Any, ours: list[str]) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours) as (server, _):
            peer = await server.peer()
            await trio.sleep(1000)
            assert peer.ws.closed is None
            assert len(server.dials) == 1

    virtually(main)


def test_unknown_command_fails_with_its_name(working: Any, ours: list[str]) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours) as (server, _):
            peer = await server.peer()
            result = await peer.command("make_coffee", cups=2)
            assert (result["status"], result["error"]) == ("failed", "unknown command type: make_coffee")

    virtually(main)


def test_payload_that_is_wrong_fails_with_the_fault(working: Any, ours: list[str]) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours) as (server, _):
            peer = await server.peer()
            result = await peer.command("terminal_start", sessionId="no-uuid", cols=80)
            assert result["status"] == "failed"
            assert "sessionId" in result["error"]

    virtually(main)


def test_repeated_command_runs_once(working: Any, ours: list[str], shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, _):
            peer = await server.peer()
            for _ in range(2):
                await peer.say(id="term-1", type="terminal_start", payload={"sessionId": session})
            await peer.command("make_coffee")
            assert [f for f in peer.frames if f.get("commandId") == "term-1"] == [await peer.result("term-1")]
            assert len(shells.made) == 1

    virtually(main)


def test_commands_inside_the_greeting_run(working: Any, shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), None, shells) as (server, _):
            server.greets = False
            peer = await server.peer()
            pending = [{"id": "term-7", "type": "terminal_start", "payload": {"sessionId": session}}]
            await peer.say(type="connected", agentId="a", timestamp=1, pendingCommands=pending)
            result = await peer.result("term-7")
            assert result["status"] == "completed"

    virtually(main)


def test_garbage_of_the_server_is_survived(working: Any, ours: list[str]) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours) as (server, _):
            peer = await server.peer()
            for message in ("", "[", "[]", '{"type":7}', '{"type":"ack"}', b"", b"\x05abc", b"\x05" + b"x" * 36 + b"y"):
                await peer.ws.send(message)
            await peer.say(type="ping", timestamp=1)
            await peer.frame("pong")

    virtually(main)


def test_commands_of_a_heartbeat_are_answered_over_http(working: Any, ours: list[str]) -> None:
    async def main() -> None:
        world = simulated_world(1)
        async with working(world, ours) as (server, _):
            command = {"id": UUID, "type": "make_coffee", "payload": {}}
            server.answers["/heartbeat"] = [(200, {"commands": [command, {"id": 4}]}), (200, {"commands": [command]})]
            server.answers["/result"] = [(503, {"error": "busy"})]
            outcome = await server.post(f"/commands/{UUID}/result", 2)
            await server.post("/heartbeat", 3)
            assert outcome == {"status": "failed", "error": "unknown command type: make_coffee"}
            assert len([path for path, _ in server.posts if path.endswith("/result")]) == 2

    virtually(main)


def test_stopped_agent_takes_leave(working: Any, ours: list[str], shells: Any, session: str) -> None:
    async def main() -> None:
        async with working(simulated_world(1), ours, shells) as (server, stop):
            peer = await server.peer()
            await peer.command("terminal_start", sessionId=session)
            stop.set()
            await peer.gone.wait()
            assert (peer.ws.closed.code, peer.ws.closed.clean) == (1000, True)
            assert shells.made[0].closed

    virtually(main)


def test_agent_stops_while_no_server_answers(working: Any, ours: list[str]) -> None:
    async def main() -> None:
        world = simulated_world(1)
        async with working(world, ours) as (_, stop):
            world.network.partition("localhost", "server")
            await trio.sleep(200)
            stop.set()

    virtually(main)
