"""Every way in which a terminal can end, be lost, or be taken over."""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio

from breeze_server import schema

OURS = ("terminal_binary", "terminal_credit", "terminal_exit")


def output(session_id: str, data: bytes) -> bytes:
    return b"\x04" + session_id.encode() + data


@pytest.mark.parametrize("way", ["failed", "no answer"])
def test_start_that_fails_is_told(on_server: Any, way: str) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            async with person.viewing(session_id) as viewer, trio.open_nursery() as nursery:
                start = await agent.expect("terminal_start")
                if way == "failed":
                    await agent.done(start, "failed", error="no PTY left")
                else:
                    nursery.start_soon(agent.next)  # answers pings
                message = await house.heard(viewer)
                assert message["code"] == "TERMINAL_START_FAILED"
                assert ("no PTY left" in message["message"]) is (way == "failed")
                assert await house.heard(viewer) == (4003, "Terminal start failed")
                nursery.cancel_scope.cancel()
            await trio.sleep(1)
            found = (await person.call("GET", f"/remote/sessions/{session_id}")).body
            assert found["status"] == "failed" and found["durationSeconds"] is not None

    on_server(body)


def test_late_start_of_a_terminal_that_is_over_is_stopped(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            async with person.viewing(session_id) as viewer:
                start = await agent.expect("terminal_start")
                await viewer.close()
            await agent.expect("terminal_stop")
            await trio.sleep(1)
            await agent.say({"type": "command_result", "commandId": start["id"], "status": "completed"})
            assert (await agent.expect("terminal_stop"))["payload"] == {"sessionId": session_id}

    on_server(body)


def test_lost_viewer_comes_back_to_what_it_missed(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online(*OURS):
            session_id = await person.session(agent)
            async with person.viewing(session_id, "&encoding=binary") as viewer:
                await house.run_terminal(agent, viewer)
                viewer.abort()
            await trio.sleep(1)
            await agent.say(output(session_id, b"missed"))
            await trio.sleep(5)
            assert await person.status(session_id) == "active"
            async with person.viewing(session_id, "&encoding=binary") as viewer:
                assert (await house.heard(viewer))["resumed"] is True
                assert await house.heard(viewer) == b"missed"
                await viewer.send(b"more")
                assert (await agent.next()).endswith(b"more")
        rows = await house.rows(schema.audit, schema.audit.c.session == session_id)
        actions = [row["action"] for row in rows]
        assert actions[3:5] == ["session_suspended", "session_resumed"]

    on_server(body)


def test_lost_viewer_that_stays_away_ends_the_terminal(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            async with person.viewing(session_id) as viewer:
                await house.run_terminal(agent, viewer)
                viewer.abort()
            begun = trio.current_time()
            await agent.expect("terminal_stop")
            assert 14 < trio.current_time() - begun < 17
            await trio.sleep(1)
            assert await person.status(session_id) == "failed"

    on_server(body)


def test_second_viewer_takes_the_place_of_the_first(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            async with person.viewing(session_id) as first:
                await house.run_terminal(agent, first)
                async with person.viewing(session_id) as second:
                    assert (await house.heard(second))["resumed"] is True
                    assert (await house.heard(first))[0] == 4009
                    await agent.say({"type": "terminal_output", "sessionId": session_id, "data": "on"})
                    assert (await house.heard(second))["data"] == "on"
                    assert await person.status(session_id) == "active"

    on_server(body)


def test_lost_agent_ends_the_session_and_is_told_to_stop_when_it_returns(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        session_id = ""
        async with agent.online() as socket:
            session_id = await person.session(agent)
            async with person.viewing(session_id) as viewer:
                await house.run_terminal(agent, viewer)
                socket.abort()
                assert (await house.heard(viewer))["code"] == "AGENT_OFFLINE"
                assert await house.heard(viewer) == (4002, "Agent offline")
        assert await person.status(session_id) == "failed"
        async with agent.online():
            assert (await agent.expect("terminal_stop"))["payload"] == {"sessionId": session_id}

    on_server(body)


def test_viewer_of_an_absent_agent_is_told_on_the_socket(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
        await trio.sleep(1)
        async with person.viewing(session_id) as viewer:
            assert (await house.heard(viewer))["code"] == "AGENT_OFFLINE"
            assert await house.heard(viewer) == (4002, "Agent offline")

    on_server(body)


@pytest.mark.parametrize("loss", ["end", "logout", "disabled", "permission"])
def test_withdrawn_right_closes_an_open_socket(on_server: Any, loss: str) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            async with person.viewing(session_id) as viewer:
                await house.run_terminal(agent, viewer)
                if loss == "end":
                    assert (await person.call("POST", f"/remote/sessions/{session_id}/end")).status == 200
                elif loss == "logout":
                    assert (await person.call("POST", "/auth/logout")).status == 200
                elif loss == "disabled":
                    await house.set(schema.users, schema.users.c.email == person.email, status="disabled")
                else:
                    await house.services.db.write(lambda c: c.execute(schema.role_permissions.delete()) and None)
                with trio.fail_after(2):
                    assert (await house.heard(viewer))["code"] == "SESSION_ENDED_NOTICE"
                    assert await house.heard(viewer) == (4010, "Session ended")
                    await agent.expect("terminal_stop")
        (row,) = await house.rows(schema.remote_sessions)
        assert row["state"] == "disconnected"

    on_server(body)


def test_silent_viewer_is_given_up(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            async with person.viewing(session_id) as viewer, trio.open_nursery() as nursery:
                await house.run_terminal(agent, viewer)
                nursery.start_soon(agent.expect, "terminal_stop")
                pinged = 0
                while isinstance(message := await house.heard_raw(viewer), str):
                    pinged += json.loads(message)["type"] == "ping"
                assert (pinged, message) == (1, (4008, "Pong timeout"))

    on_server(body)
