"""The agent socket: who is let in, what is said, and what becomes of the device."""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio

from breeze_server import schema
from breeze_transport.websocket import PeerClosed, UpgradeRefused


async def device_status(house: Any) -> str:
    return (await house.rows(schema.devices))[0]["status"]


async def closing(agent: Any) -> tuple[int, str]:
    try:
        while True:
            await agent.next()
    except PeerClosed as closed:
        return closed.code, closed.reason


def test_bad_credentials_are_refused_before_the_upgrade(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        path = f"/api/v1/agent-ws/{agent.agent_id}/ws"
        for headers in ([], [("Authorization", "Bearer brz_wrong")], [("Authorization", "Bearer x")]):
            with pytest.raises(UpgradeRefused) as refused:
                async with house.dial(f"{path}?token={agent.token}", headers):
                    pass
            assert refused.value.status == 401
            assert json.loads(refused.value.body)["error"] == "Unauthorized"

    on_server(body)


def test_hot_redialling_is_slowed(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        for _ in range(3):
            async with agent.online():
                pass
        with pytest.raises(UpgradeRefused) as refused:
            async with agent.online():
                pass
        assert refused.value.status == 429
        assert any(name == "retry-after" for name, _ in refused.value.headers)

    on_server(body, limits={"agent_connects": 3})


def test_socket_makes_the_device_online(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        async with agent.online():
            assert await device_status(house) == "online"
        await trio.sleep(1)
        assert await device_status(house) == "offline"

    on_server(body)


def test_second_socket_takes_the_place_of_the_first(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        async with agent.online() as first, agent.online():
            with pytest.raises(PeerClosed) as closed:
                while True:
                    await first.receive()
            assert (closed.value.code, closed.value.reason) == (4002, "Superseded by newer connection")
            await trio.sleep(1)
            assert await device_status(house) == "online"

    on_server(body)


def test_silent_agent_is_given_up(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        async with agent.online() as socket:
            with pytest.raises(PeerClosed) as closed:
                while True:
                    await socket.receive()  # and never a pong
            assert closed.value.code == 4008
            assert trio.current_time() < 100
        await trio.sleep(1)
        assert await device_status(house) == "offline"

    on_server(body)


def test_answering_agent_stays(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        async with agent.online():
            with trio.move_on_after(300):
                await agent.next()
            assert await device_status(house) == "online"

    on_server(body)


def test_what_cannot_be_read_is_answered_and_nothing_closes(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        async with agent.online() as socket:
            for raw, code in (
                ("not json", "PROCESSING_ERROR"),
                ('{"type":"nope"}', "INVALID_MESSAGE"),
                ('{"type":"command_result","commandId":"1","status":"weird"}', "INVALID_MESSAGE"),
                (b"\x02rubbish", "PROCESSING_ERROR"),
            ):
                await socket.send(raw)
                assert (await agent.next())["code"] == code
            await socket.send(b"\x04too short")
            for said in (
                {"type": "terminal_output", "sessionId": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "data": "x"},
                {"type": "terminal_exit", "sessionId": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "code": 1},
            ):
                await agent.say(said)
            await agent.say({"type": "heartbeat", "timestamp": 1})
            assert (await agent.next())["type"] == "heartbeat_ack"
            await agent.say({"type": "command_result", "commandId": "zzz", "status": "completed", "result": {}})
            assert await agent.next() == {"type": "ack", "commandId": "zzz"}

    on_server(body)


def test_device_that_is_let_go_loses_its_socket(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        async with agent.online():
            await house.set(schema.devices, schema.devices.c.id == agent.device_id, status="decommissioned")
            with trio.fail_after(3):
                assert await closing(agent) == (4001, "Device no longer authorized")
        await trio.sleep(1)
        assert await device_status(house) == "decommissioned"
        with pytest.raises(UpgradeRefused):
            async with agent.online():
                pass

    on_server(body)


def test_announced_update_shows(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            await agent.say({"type": "update_status", "targetVersion": "2"})
            await trio.sleep(1)
            create = {"deviceId": agent.device_id, "type": "terminal"}
            answer = await person.call("POST", "/remote/sessions", create)
            assert (answer.status, answer.body["deviceStatus"]) == (400, "updating")

    on_server(body)


def test_agent_that_does_not_read_is_dropped(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        async with agent.online():
            link = house.services.agents.find(agent.agent_id)
            for _ in range(20):
                link.post("x" * (1 << 20))
            await trio.sleep(1)
            assert house.services.agents.find(agent.agent_id) is None

    on_server(body)
