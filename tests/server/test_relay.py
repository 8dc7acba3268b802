"""The terminal between an agent and a viewer: bytes, order and pace."""

from __future__ import annotations

import base64
import json
from typing import Any

import trio

OURS = ("terminal_binary", "terminal_credit", "terminal_exit")


def output(session_id: str, data: bytes) -> bytes:
    return b"\x04" + session_id.encode() + data


def test_viewer_is_connected_only_when_the_terminal_has_started(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            async with person.viewing(session_id, "&cols=132&rows=43") as viewer:
                start = await agent.expect("terminal_start")
                assert start["payload"] == {"sessionId": session_id, "cols": 132, "rows": 43}
                assert start["id"].startswith(f"term-start-{session_id}-")
                await viewer.send('{"type":"resize","cols":10,"rows":10}')
                assert (await house.heard(viewer))["code"] == "NOT_CONNECTED"
                assert await person.status(session_id) == "pending"
                await agent.say({"type": "terminal_output", "sessionId": session_id, "data": "early"})
                await agent.done(start, result={"any": "keys", "started": True})
                connected = await house.heard(viewer)
                assert connected["device"] == {"hostname": "box", "osType": "linux"}
                assert await person.status(session_id) == "active"
                assert await house.heard(viewer) == {"type": "output", "data": "early"}

    on_server(body)


def test_agent_of_april_gets_text_one_input_at_a_time(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            async with person.viewing(session_id) as viewer:
                await house.run_terminal(agent, viewer)
                for text in "abc":
                    await viewer.send(json.dumps({"type": "data", "data": text}))
                first = await agent.expect("terminal_data")
                assert first["payload"] == {"sessionId": session_id, "data": "a"}
                await trio.sleep(1)
                await agent.say({"type": "command_result", "commandId": first["id"], "status": "completed"})
                second = await agent.expect("terminal_data")
                assert second["payload"]["data"] == "bc"
                assert second["id"] != first["id"] and second["id"].startswith("term-data-")
                assert await agent.next() == {"type": "ack", "commandId": first["id"]}
                await agent.say({"type": "terminal_output", "sessionId": session_id, "data": "é中"})
                assert await house.heard(viewer) == {"type": "output", "data": "é中"}
                await viewer.send('{"type":"resize","cols":100,"rows":30}')
                assert (await agent.expect("terminal_resize"))["payload"]["cols"] == 100

    on_server(body)


def test_base64_output_keeps_characters_that_are_cut_apart(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            async with person.viewing(session_id) as viewer:
                await house.run_terminal(agent, viewer)
                text = "é中🙂".encode()
                for byte in text:
                    data = base64.b64encode(bytes((byte,))).decode()
                    message = {"type": "terminal_output", "sessionId": session_id, "data": data, "encoding": "base64"}
                    await agent.say(message)
                received = ""
                while received != text.decode():
                    received += (await house.heard(viewer))["data"]
                bad = {"type": "terminal_output", "sessionId": session_id, "data": "a", "encoding": "base64"}
                await agent.say(bad)
                assert (await agent.next())["code"] == "INVALID_MESSAGE"

    on_server(body)


def test_our_agent_and_a_binary_viewer_exchange_raw_bytes(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online(*OURS):
            session_id = await person.session(agent)
            async with person.viewing(session_id, "&encoding=binary") as viewer:
                assert (await house.run_terminal(agent, viewer))["encoding"] == "binary"
                every = bytes(range(256))
                await viewer.send(every)
                assert await agent.next() == b"\x05" + session_id.encode() + every
                await agent.say(output(session_id, every))
                assert await house.heard(viewer) == every
                await viewer.send('{"type":"ping"}')
                assert (await house.heard(viewer))["type"] == "pong"

    on_server(body)


def test_exit_is_told_after_all_output(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online(*OURS):
            session_id = await person.session(agent)
            async with person.viewing(session_id) as viewer:
                await house.run_terminal(agent, viewer)
                for _ in range(3):
                    await agent.say(output(session_id, b"x" * 60_000))
                await agent.say(output(session_id, b"\xe9"))
                await agent.say({"type": "terminal_exit", "sessionId": session_id, "code": 3})
                text = ""
                while (message := await house.heard(viewer))["type"] == "output":
                    text += message["data"]
                assert (len(text), text[-1]) == (180_001, "�")
                assert message == {"type": "exit", "code": 3}
                assert await house.heard(viewer) == (1000, "Shell exited")
            await trio.sleep(1)
            found = (await person.call("GET", f"/remote/sessions/{session_id}")).body
            assert (found["status"], found["bytesMeasured"]) == ("disconnected", 180_001)

    on_server(body)


def test_slow_viewer_holds_back_the_agent_and_loses_nothing(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online(*OURS):
            session_id = await person.session(agent)
            async with person.viewing(session_id, "&encoding=binary") as viewer:
                await house.run_terminal(agent, viewer)
                total, piece, granted, sent = 3 << 20, 32 << 10, 256 << 10, 0
                received = 0

                async def run_agent() -> None:
                    nonlocal sent, granted
                    while sent < total:
                        if sent + piece <= granted:
                            await agent.say(output(session_id, bytes((sent // piece % 251,)) * piece))
                            sent += piece
                        else:
                            credit = await agent.next()
                            assert credit["type"] == "terminal_credit"
                            granted = credit["offset"]

                async with trio.open_nursery() as nursery:
                    nursery.start_soon(run_agent)
                    await trio.sleep(20)
                    assert sent < 1 << 20  # held back by what the viewer has not read
                    while received < total:
                        data = await house.heard(viewer)
                        expected = b"".join(bytes((n // piece % 251,)) for n in range(received, received + 1))
                        assert data[:1] == expected
                        received += len(data)
                assert received == total

    on_server(body)


def test_agent_without_credit_cannot_fill_the_server(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            async with person.viewing(session_id, "&encoding=binary") as viewer:
                await house.run_terminal(agent, viewer)
                for _ in range(64):
                    await agent.say(output(session_id, b"x" * (64 << 10)))
                await agent.say(output(session_id, b"the end"))
                await trio.sleep(5)
                terminal = house.services.terminals.find(session_id)
                assert sum(map(len, terminal.queue)) <= 1 << 20
                data = b""
                while not data.endswith(b"the end"):
                    data = await house.heard(viewer)

    on_server(body)


def test_flood_of_input_is_slowed_and_arrives_whole(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online(*OURS):
            session_id = await person.session(agent)
            async with person.viewing(session_id, "&encoding=binary") as viewer:
                await house.run_terminal(agent, viewer)
                total = 3 << 20

                async def flood() -> None:
                    for _ in range(total // 16384):
                        await viewer.send(b"x" * 16384)

                begun, received = trio.current_time(), 0
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(flood)
                    while received < total:
                        received += len(await agent.next()) - 37
                assert 1.5 < trio.current_time() - begun < 10

    on_server(body)


def test_bad_viewer_messages_are_answered_and_close_nothing(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            async with person.viewing(session_id) as viewer:
                await house.run_terminal(agent, viewer)
                for bad in ("not json", '{"type":"zzz"}', '{"type":"resize","cols":9999,"rows":1}', b"\xff\x00",
                            json.dumps({"type": "data", "data": "x" * 16385})):  # fmt: skip
                    await viewer.send(bad)
                    assert (await house.heard(viewer))["code"] == "MESSAGE_ERROR"
                await viewer.send(json.dumps({"type": "data", "data": "x" * 16384}))
                assert len((await agent.expect("terminal_data"))["payload"]["data"]) == 16384

    on_server(body)


def test_program_that_does_not_read_holds_back_the_viewer(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online(*OURS, "terminal_input_credit"):
            session_id = await person.session(agent)
            async with person.viewing(session_id, "&encoding=binary") as viewer:
                await house.run_terminal(agent, viewer)
                total, received = 1 << 20, 0

                async def paste() -> None:
                    for _ in range(total // 16384):
                        await viewer.send(b"x" * 16384)

                async with trio.open_nursery() as nursery:
                    nursery.start_soon(paste)
                    with trio.move_on_after(200):
                        while True:
                            received += len(await agent.next()) - 37
                    assert received == 256 << 10
                    assert await person.status(session_id) == "active"
                    while received < total:
                        credit = {"type": "terminal_credit", "sessionId": session_id, "offset": received + (64 << 10)}
                        await agent.say(credit)
                        received += len(await agent.next()) - 37
                assert received == total

    on_server(body)


def test_viewer_that_leaves_while_held_back_is_noticed(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online(*OURS, "terminal_input_credit"):
            session_id = await person.session(agent)
            async with person.viewing(session_id, "&encoding=binary") as viewer:
                await house.run_terminal(agent, viewer)
                with trio.move_on_after(20):
                    for _ in range(40):
                        await viewer.send(b"x" * 16384)
                viewer.abort()
            stopped = None
            with trio.fail_after(60):
                while not isinstance(stopped, dict):
                    stopped = await agent.next()
            assert stopped["type"] == "terminal_stop"
            await trio.sleep(1)
            assert await person.status(session_id) == "failed"

    on_server(body)
