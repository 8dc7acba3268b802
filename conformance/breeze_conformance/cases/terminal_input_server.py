"""Terminals, judged at a server: input, to agents of every generation."""

from __future__ import annotations

import trio

from breeze_conformance.case import Check, case
from breeze_conformance.cases.terminal_server import error_of
from breeze_conformance.target_server import ServerTarget
from breeze_conformance.target_server_peers import INPUT_WINDOW, KitViewer
from breeze_protocol.version import CAPABILITY_BINARY, CAPABILITY_HELLO, CAPABILITY_INPUT_CREDIT


@case("terminal/input", "TERM-021", role="server")
async def input_passes(t: ServerTarget, check: Check) -> None:
    """Input arrives in order and unchanged: control characters, wide ones, and the longest message."""
    agent, viewer, session_id = await t.terminal()
    pieces = ["ls -la\r", "\x03", "\x1b[A", "日本語 äöü €", "\U0001f600", "\t\x7f\x00", "x" * 16384, "ü" * 16384, "end"]
    expected = "".join(pieces).encode()
    for piece in pieces:
        await viewer.send({"type": "data", "data": piece})
    with check.about("TERM-021", "all input arrives"):
        given = await agent.input(session_id, expected)
    await viewer.barrier()
    await agent.barrier()
    check.equal(expected, given, "TERM-021", "the input is unchanged and in order")
    check.equal([], viewer.of("error"), "TERM-021", "nothing is refused")


@case("terminal/much-input", "TERM-021", role="server")
async def much_input(t: ServerTarget, check: Check) -> None:
    """Many small messages keep their order."""
    agent, viewer, session_id = await t.terminal()
    pieces = [f"{number};" for number in range(500)]
    for piece in pieces:
        await viewer.ws.send('{"type":"data","data":"' + piece + '"}')
    expected = "".join(pieces).encode()
    with check.about("TERM-021", "all input arrives"):
        given = await agent.input(session_id, expected)
    check.equal(expected, given, "TERM-021", "500 messages keep their order")


@case("terminal/input-too-long", "TERM-021 TERM-022", role="server")
async def input_too_long(t: ServerTarget, check: Check) -> None:
    """A message with one character too many is refused whole."""
    agent, viewer, session_id = await t.terminal()
    for data in ("x" * 16385, "ü" * 16385):
        await viewer.send({"type": "data", "data": data})
        await error_of(viewer, check, "MESSAGE_ERROR", "TERM-021", "16,385 characters are refused")
    await viewer.send({"type": "data", "data": "after"})
    with check.about("TERM-022", "the socket stays open"):
        given = await agent.input(session_id, b"after")
    check.equal(b"after", given, "TERM-021", "nothing of it reaches the agent")


@case("terminal/one-at-a-time", "TERM-027", role="server")
async def one_at_a_time(t: ServerTarget, check: Check) -> None:
    """An agent that does not keep commands in order has one `terminal_data` at a time, and gets the rest joined."""
    agent, viewer, session_id = await t.terminal("s")
    agent.answer_commands = False
    for piece in ("a", "b", "c"):
        await viewer.send({"type": "data", "data": piece})
    with check.about("TERM-027", "the first input arrives"):
        first = await agent.command("terminal_data", session_id)
    await viewer.barrier()
    await agent.barrier()
    check.equal(
        1, len(agent.commands(session_id, "terminal_data")), "TERM-027", "one is on its way until its result comes"
    )
    await agent.succeed(first, sessionId=session_id, written=1)
    with check.about("TERM-027", "the rest follows the result"):
        given = await agent.input(session_id, b"abc")
    check.equal(b"abc", given, "TERM-027", "in order, joined")
    check.equal(2, len(agent.commands(session_id, "terminal_data")), "TERM-027", "what came meanwhile is joined")
    second = agent.commands(session_id, "terminal_data")[-1]
    await agent.fail(second, "worker pool full")
    await viewer.send({"type": "data", "data": "d"})
    with check.about("TERM-027", "a failed result lets the next go, too"):
        await agent.input(session_id, b"abcd")


@case("terminal/no-result", "TERM-027", role="server", profile="full", deadline=30)
async def no_result(t: ServerTarget, check: Check) -> None:
    """Without a result the next input goes on its way after 5 s."""
    agent, viewer, session_id = await t.terminal("s")
    agent.answer_commands = False
    await viewer.send({"type": "data", "data": "a"})
    await agent.command("terminal_data", session_id)
    await viewer.send({"type": "data", "data": "b"})
    await trio.sleep(3.5)
    await agent.barrier()
    check.equal(1, len(agent.commands(session_id, "terminal_data")), "TERM-027", "after 3.5 s the next still waits")
    with check.about("TERM-027", "after 5 s it goes"):
        await agent.input(session_id, b"ab", seconds=5)


@case("terminal/binary-input", "TERM-034 TERM-041", role="server", requires=(CAPABILITY_HELLO, CAPABILITY_BINARY))
async def binary_input(t: ServerTarget, check: Check) -> None:
    """Both sides have named binary frames: input comes in them."""
    agent, viewer, session_id = await t.terminal()
    check.control(CAPABILITY_BINARY in agent.named, "the agent has named binary frames")
    await viewer.send({"type": "data", "data": "hé"})
    with check.about("TERM-034", "the input arrives"):
        await agent.input(session_id, "hé".encode())
    frames = [each for each in agent.frames if isinstance(each, bytes)]
    wanted = b"\x05" + session_id.encode() + "hé".encode()
    check.equal(wanted, b"".join(frames), "TERM-034", "a frame is 05, the session's id, the bytes")


@case("terminal/input-credit", "TERM-067", role="server", requires=(CAPABILITY_HELLO, CAPABILITY_INPUT_CREDIT))
async def input_credit(t: ServerTarget, check: Check) -> None:
    """Input runs ahead only as far as the agent has granted, and none of it is lost."""
    agent, viewer, session_id = await t.terminal()
    agent.grant_input = False
    pieces = [f"{number:04d}".encode() * 4096 for number in range(20)]
    whole = b"".join(pieces)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_type, viewer, pieces)
        reached = 0
        for offset in (INPUT_WINDOW, INPUT_WINDOW + 10_000, INPUT_WINDOW + 5_000, len(whole) + INPUT_WINDOW):
            if offset > INPUT_WINDOW:
                await agent.grant(session_id, offset)
            reached = min(max(offset, reached), len(whole))
            with check.about("TERM-067", f"input arrives up to {reached}"):
                await agent.input(session_id, whole[:reached])
            await agent.barrier()
            await agent.barrier()
            got = len(agent.inputs[session_id])
            check.that(got <= max(reached, offset), "TERM-067", f"and no further than {offset}", got)
    check.that(bytes(agent.inputs[session_id]) == whole, "TERM-021", "all of it arrives, in order", None)


async def _type(viewer: KitViewer, pieces: list[bytes]) -> None:
    for piece in pieces:
        await viewer.send({"type": "data", "data": piece.decode()})


@case("terminal/not-named", "WIRE-050", role="server")
async def not_named(t: ServerTarget, check: Check) -> None:
    """An agent that has named nothing gets neither binary frames nor credit."""
    for generation in ("s", "n"):
        agent, viewer, session_id = await t.terminal(generation)
        await viewer.send({"type": "data", "data": "x"})
        await agent.input(session_id, b"x")
        await agent.output(session_id, b"y" * 200_000)
        await viewer.output(b"y" * 200_000)
        await agent.barrier()
        odd = [each for each in agent.frames if isinstance(each, bytes)]
        check.equal([], odd, "WIRE-050", f"no binary frame to an agent of generation {generation}")
        check.equal([], agent.of("terminal_credit"), "WIRE-050", f"no credit to an agent of generation {generation}")
