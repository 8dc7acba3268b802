"""The agent socket, judged at a server."""

from __future__ import annotations

import trio

from breeze_conformance.case import Check, case
from breeze_conformance.target_server import ServerTarget
from breeze_conformance.target_server_calls import Answer, refused
from breeze_conformance.target_server_peers import KitAgent
from breeze_protocol import errors as e


async def status(t: ServerTarget, agent: KitAgent, *wanted: str) -> str:
    """The device's status once it is as wanted, or as it is after 5 s."""
    found = ""
    with trio.move_on_after(t.timing.seconds(5)):
        while found not in wanted:
            answer = await t.calls.mine("device_details", id=agent.device_id)
            found = str(answer.field("status"))
            if found not in wanted:
                await trio.sleep(0.05)
    return found


@case("link/greeting", "LINK-023", role="server")
async def greeting(t: ServerTarget, check: Check) -> None:
    """`connected` comes first, and the device is online."""
    agent = await t.agent(greet=False)
    with check.about("LINK-023", "`connected` is the first frame"):
        await agent.until(lambda: bool(agent.frames), "the greeting")
    first = agent.frames[0]
    named = (first.get("type"), first.get("agentId")) if isinstance(first, dict) else first
    check.equal(("connected", agent.agent_id), named, "LINK-023", "`connected` is the first frame and names the agent")
    stamp = first.get("timestamp") if isinstance(first, dict) else None
    near = isinstance(stamp, int | float) and abs(stamp / 1000 - t.world.wall.now()) < 86400
    check.that(near, "WIRE-009", "its timestamp is in milliseconds since 1970", stamp)
    check.equal("online", await status(t, agent, "online"), "LINK-023", "the device is shown as online")


@case("link/socket-refused", "LINK-021", role="server", deadline=40)
async def socket_refused(t: ServerTarget, check: Check) -> None:
    """Without the agent's own token the socket is refused before the upgrade."""
    agent, other = await t.agent(), await t.agent()
    person = await t.calls.login()
    path = f"/api/v1/agent-ws/{agent.agent_id}/ws"
    unknown = f"brz_{t.world.entropy.token_hex(32)}"
    for header, where, clause, what in (
        (None, path, "LINK-021", "no token"),
        ("Basic a2l0OmtpdA==", path, "LINK-021", "no bearer token"),
        ("Bearer brz_short", path, "LINK-021", "a malformed token"),
        (f"Bearer {unknown}", path, "LINK-021", "an unknown token"),
        (f"Bearer {other.token}", path, "LINK-021", "another agent's token"),
        (f"Bearer {person.access}", path, "LINK-021", "a person's token"),
        (f"Bearer {agent.token}", f"/api/v1/agent-ws/{t.world.entropy.token_hex(32)}/ws", "LINK-021", "no such agent"),
        (None, f"{path}?token={agent.token}", "LINK-061", "the token in the query"),
    ):
        headers = () if header is None else (("Authorization", header),)
        found = await t.upgrade(where, headers)
        if not check.that(isinstance(found, Answer), clause, f"{what}: refused before the upgrade", "101"):
            continue
        assert isinstance(found, Answer)
        check.equal(401, found.status, clause, f"{what}: refused with 401")
        words = found.field("error")
        same = isinstance(words, str) and words == found.field("message") and isinstance(found.code, str)
        check.that(same, "WIRE-032", "the refusal has the body of an HTTP error", found)
    with check.about("LINK-021", "the good socket is still there"):
        await agent.barrier()


@case("link/newer-socket", "LINK-025", role="server")
async def newer_socket(t: ServerTarget, check: Check) -> None:
    """A newer socket takes the place of an older one, which is closed; the device stays online."""
    device = await t.idle_identity()
    first = await t.agent(identity=device)
    second = await t.agent(identity=device)
    with check.about("LINK-025", "the older socket is closed"):
        end = await first.end()
    check.equal(4002, end.code, "LINK-025", "the older socket is closed with 4002")
    with check.about("LINK-025", "the newer socket works"):
        await second.barrier()
    await trio.sleep(0.1)
    check.equal("online", await status(t, second, "online"), "LINK-025", "the device stays online")
    session_id = await t.session(second)
    await t.viewer(session_id)
    with check.about("LINK-025", "commands go to the newer socket"):
        await second.command("terminal_start", session_id)


@case("link/offline", "LINK-026", role="server", deadline=30)
async def offline(t: ServerTarget, check: Check) -> None:
    """A device is offline as soon as its socket has ended, however it ended."""
    for leaves in (True, False):
        agent = await t.agent()
        shown = await status(t, agent, "online")
        check.control(shown == "online", "the device is online", shown)
        if leaves:
            await agent.leave()
        else:
            agent.vanish()
        how = "after a closing handshake" if leaves else "after the line broke"
        check.equal("offline", await status(t, agent, "offline"), "LINK-026", f"the device is offline {how}")


@case("link/heartbeat-frame", "LINK-036", role="server")
async def heartbeat_frame(t: ServerTarget, check: Check) -> None:
    """A heartbeat over the socket is answered."""
    agent = await t.agent()
    for frame in ({"type": "heartbeat", "timestamp": 1}, {"type": "heartbeat"}, {"type": "heartbeat", "other": {}}):
        with check.about("LINK-036", "`heartbeat_ack` answers a heartbeat"):
            await agent.send(frame)
            await agent.next("heartbeat_ack")


@case("link/invalid-frames", "LINK-030", role="server")
async def invalid_frames(t: ServerTarget, check: Check) -> None:
    """A frame of no known shape is answered with INVALID_MESSAGE, and the socket stays."""
    agent = await t.agent()
    for frame in (
        {"type": "patch_progress", "commandId": "c1"},
        {"type": "command_result", "commandId": "c2", "status": "splendid"},
        {"type": "command_result", "status": "completed"},
        {"type": "update_status"},
        {"type": 5},
        {"no": "type"},
        {"type": "terminal_output", "sessionId": "not an id", "data": "x"},
        {"type": "pong", "timestamp": "late"},
    ):
        with check.about("LINK-030", f"{frame} is answered with an error"):
            await agent.send(frame)
            error = await agent.next("error")
        check.equal("INVALID_MESSAGE", error.get("code"), "LINK-030", f"the code for {frame}")
        if isinstance(frame.get("type"), str):
            check.equal(frame["type"], error.get("messageType"), "LINK-030", "the frame's type is named")
        if "commandId" in frame:
            check.equal(frame["commandId"], error.get("commandId"), "LINK-030", "its command id is named")
    with check.about("LINK-030", "the socket stays open"):
        await agent.barrier()


@case("link/unreadable-frames", "LINK-031 WIRE-003", role="server")
async def unreadable_frames(t: ServerTarget, check: Check) -> None:
    """What is no JSON object, or too deep, is answered with PROCESSING_ERROR, and the socket stays."""
    agent = await t.agent()
    for text in ("nonsense", "[1]", "", '{"type":"pong"', '"pong"', '{"type":"pong","x":' + "[" * 70 + "]" * 70 + "}"):
        with check.about("LINK-031", f"{text[:30]!r} is answered with an error"):
            await agent.send(text)
            error = await agent.next("error")
        check.equal("PROCESSING_ERROR", error.get("code"), "LINK-031", f"the code for {text[:30]!r}")
    with check.about("LINK-031", "the socket stays open"):
        await agent.barrier()


@case("link/result-acknowledged", "LINK-051 LINK-049", role="server")
async def result_acknowledged(t: ServerTarget, check: Check) -> None:
    """Every result is acknowledged, whatever its shape and size."""
    agent = await t.agent()
    results = (None, {"any": ["thing"]}, [1, 2], "text", 5, True, {"_": "x" * 900_000})
    for number, result in enumerate(results):
        id = f"kit-{t.world.entropy.token_hex(4)}"
        frame = {"type": "command_result", "commandId": id, "status": "completed", "result": result}
        with check.about("LINK-051", f"result {number} is acknowledged"):
            await agent.send(frame)
            await agent.next("ack", commandId=id, seconds=10)
    for word in ("failed", "timeout", "cancelled", "duplicate"):
        id = f"kit-{t.world.entropy.token_hex(4)}"
        with check.about("LINK-051", f"a result that is {word} is acknowledged"):
            await agent.send({"type": "command_result", "commandId": id, "status": word, "error": "x"})
            await agent.next("ack", commandId=id)


@case("link/updating", "LINK-037", role="server")
async def updating(t: ServerTarget, check: Check) -> None:
    """A device that updates itself is shown so until it connects again."""
    device = await t.idle_identity()
    agent = await t.agent(identity=device)
    await agent.send({"type": "update_status", "targetVersion": "9.9.9"})
    check.equal("updating", await status(t, agent, "updating"), "LINK-037", "the device is shown as updating")
    with check.about("LINK-037", "the socket goes on"):
        await agent.barrier()
    await agent.leave()
    await trio.sleep(0.2)
    check.equal("updating", await status(t, agent, "updating"), "LINK-037", "also while the socket is gone")
    again = await t.agent(identity=device)
    check.equal("online", await status(t, again, "online"), "LINK-037", "until the agent connects again")


@case("link/tolerated-frames", "LINK-038 WIRE-051 WIRE-004", role="server")
async def tolerated_frames(t: ServerTarget, check: Check) -> None:
    """Progress, unknown capabilities and unknown fields are taken without a word."""
    agent = await t.agent()
    for frame, clause in (
        ({"type": "backup_progress", "commandId": "c", "progress": {"percent": 5}}, "LINK-038"),
        ({"type": "hello", "capabilities": [*sorted(agent.named), "kit_unheard_of"], "agentVersion": "9"}, "WIRE-051"),
        ({"type": "pong", "timestamp": 5, "unheard": {"of": 1}}, "WIRE-004"),
        ({"type": "pong"}, "LINK-033"),
    ):
        await agent.send(frame)
        await agent.barrier()
        check.equal([], agent.of("error"), clause, f"{frame['type']} is taken without an error")


@case("link/protocol-ping", "WIRE-031", role="server")
async def protocol_ping(t: ServerTarget, check: Check) -> None:
    """A protocol PING is answered."""
    agent = await t.agent()
    for expected in (1, 2):
        await agent.ws.ping()
        await agent.barrier()
        with trio.move_on_after(t.timing.seconds(5)):
            while agent.ws.pongs < expected:  # noqa: ASYNC110 - a PONG makes no event
                await trio.sleep(0.02)
        check.that(agent.ws.pongs >= expected, "WIRE-031", "a PONG answers a PING", agent.ws.pongs)


@case("link/foreign-terminal", "LINK-063", role="server")
async def foreign_terminal(t: ServerTarget, check: Check) -> None:
    """Output, ends and results that name a session on another device are dropped."""
    agent, other = await t.agent(), await t.agent()
    session_id = await t.session(agent)
    viewer = await t.viewer(session_id)
    start = await agent.command("terminal_start", session_id)
    await other.started(start)
    await other.barrier()
    await viewer.early_barrier()
    check.equal([], viewer.of("connected"), "LINK-063", "another agent's confirmation starts nothing")
    await agent.started(start)
    await viewer.next("connected")
    await other.output(session_id, b"not mine")
    await other.exited(session_id, code=0)
    await other.barrier()
    await agent.output(session_id, b"mine")
    shown = await viewer.output(b"mine")
    check.equal(b"mine", shown, "LINK-063", "another agent's output is not shown")
    await viewer.barrier()
    check.equal([], viewer.of("exit"), "LINK-063", "another agent cannot report the end")


@case("link/too-many-connections", "LINK-022", role="server", profile="full", deadline=60)
async def too_many_connections(t: ServerTarget, check: Check) -> None:
    """The 31st connection of an agent within a minute is refused, before its token is looked at."""
    device = await t.identity()
    path = f"/api/v1/agent-ws/{device.agent_id}/ws"
    own = (("Authorization", f"Bearer {device.token}"),)
    began = trio.current_time()
    for number in range(1, 31):
        found = await t.upgrade(path, own)
        if not check.that(not isinstance(found, Answer), "LINK-022", f"connection {number} is accepted", found):
            return
    for headers in (own, (("Authorization", "Bearer brz_wrong"),)):
        found = await t.upgrade(path, headers)
        check.control(trio.current_time() - began < 60, "31 connections were made within a minute")
        if check.that(isinstance(found, Answer), "LINK-022", "connection 31 is refused", "101"):
            assert isinstance(found, Answer)
            refused(check, found, e.AGENT_CONNECTS_LIMITED, "LINK-022", "connection 31 is refused")


@case("link/too-many-requests", "LINK-014", role="server", profile="full", deadline=90)
async def too_many_requests(t: ServerTarget, check: Check) -> None:
    """The 601st request of an agent within a minute is refused."""
    device = await t.identity()
    headers = (("authorization", f"Bearer {device.token}"),)
    began = trio.current_time()
    t.calls.check = None
    for number in range(1, 601):
        answer = await t.calls.call("agent_config", headers, agentId=device.agent_id)
        if not check.that(answer.status == 200, "LINK-014", f"request {number} is answered", answer):
            return
    t.calls.check = check
    answer = await t.calls.call("agent_config", headers, agentId=device.agent_id)
    check.control(trio.current_time() - began < 60, "601 requests were made within a minute")
    refused(check, answer, e.AGENT_RATE_LIMITED, "LINK-014", "request 601 is refused")


@case("link/frame-too-big", "WIRE-034 LINK-032", role="server", profile="full", deadline=60)
async def frame_too_big(t: ServerTarget, check: Check) -> None:
    """A frame over 16 MiB closes the socket with 1009."""
    agent = await t.agent()
    frame = '{"type":"pong","x":"' + "x" * (17 << 20) + '"}'
    with check.about("WIRE-034", "the socket is closed"):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_push, agent, frame)
            end = await agent.end(seconds=30)
            nursery.cancel_scope.cancel()
    check.one_of((1009, 1006), end.code, "WIRE-034", "the socket is closed with 1009")


async def _push(agent: KitAgent, frame: str) -> None:
    try:
        await agent.ws.send(frame)
    except Exception:  # the close that is waited for may come in the middle of it
        return
