"""Terminals, judged at a server: output, and how far it may run ahead."""

from __future__ import annotations

import itertools

from breeze_conformance.case import Check, case
from breeze_conformance.target_server import ServerTarget
from breeze_conformance.target_server_peers import KitAgent
from breeze_protocol.version import CAPABILITY_CREDIT, CAPABILITY_HELLO

WINDOW = 262_144


@case("terminal/output", "TERM-033 TERM-049", role="server", deadline=40)
async def output(t: ServerTarget, check: Check) -> None:
    """Output arrives in order and unchanged, from agents of every generation."""
    for generation in ("documented", "n", "s"):
        agent, viewer, session_id = await t.terminal(generation)
        pieces = [f"line {number} äöü €\r\n".encode() for number in range(200)]
        pieces += [
            b"\x1b[31mred\x1b[0m",
            b"\x00\x07\x08",
            b"x" * 300_000 if generation != "documented" else b"x" * 9000,
        ]
        for piece in pieces:
            await agent.output(session_id, piece)
        expected = b"".join(pieces)
        with check.about("TERM-033", f"all output of an agent of generation {generation} arrives"):
            shown = await viewer.output(expected)
        check.equal(expected, shown, "TERM-033", f"output of generation {generation} is unchanged and in order")
        await viewer.barrier()
        check.equal(len(expected), len(viewer.shown), "TERM-033", "and nothing is added")


@case("terminal/characters", "TERM-049", role="server")
async def characters(t: ServerTarget, check: Check) -> None:
    """A character that comes in two pieces is shown whole; what is no UTF-8 does not stop the output."""
    for generation in ("documented", "n"):
        agent, viewer, session_id = await t.terminal(generation)
        whole = "a€b\U0001f600c".encode()
        for number in range(len(whole)):
            await agent.output(session_id, whole[number : number + 1])
        with check.about("TERM-049", "all output arrives"):
            shown = await viewer.output(whole)
        check.equal(whole, shown, "TERM-049", "characters are not split between messages")
        await agent.output(session_id, b"\xff\xfe!")
        wanted = "\ufffd\ufffd!".encode()
        with check.about("TERM-033", "what is no UTF-8 does not stop the output"):
            shown = await viewer.output(whole + wanted)
        check.that(shown.endswith(b"!"), "TERM-033", "what follows is shown", shown)


@case("terminal/binary-viewer", "TERM-028", role="server")
async def binary_viewer(t: ServerTarget, check: Check) -> None:
    """A viewer that asks for bytes gets and gives bytes, every value of them."""
    for generation in ("documented", "n"):
        agent = await t.agent(generation)
        session_id = await t.session(agent)
        viewer = await t.viewer(session_id, encoding="binary")
        await agent.started(await agent.command("terminal_start", session_id))
        connected = await viewer.next("connected")
        check.equal("binary", connected.get("encoding"), "TERM-028", "`connected` says so")
        every = bytes(range(256)) * 4
        await agent.output(session_id, every)
        with check.about("TERM-028", "the output arrives"):
            shown = await viewer.output(every)
        check.equal(every, shown, "TERM-028", "the bytes are unchanged")
        check.equal([], viewer.of("output"), "TERM-028", "they come in binary messages")
        await viewer.send(b"text \xc3\xa4\x03")
        await viewer.send({"type": "data", "data": "ö"})
        expected = b"text \xc3\xa4\x03" + "ö".encode()
        with check.about("TERM-028", "the input arrives"):
            given = await agent.input(session_id, expected)
        check.equal(expected, given, "TERM-028", "input comes through, raw or as `data`")


@case("terminal/large-output", "TERM-033", role="server", deadline=30)
async def large_output(t: ServerTarget, check: Check) -> None:
    """A message with 5 MiB of output passes."""
    agent, viewer, session_id = await t.terminal("n")
    data = b"0123456789abcdef" * (5 << 16)
    await agent.output(session_id, data)
    with check.about("TERM-033", "5 MiB arrive"):
        shown = await viewer.output(data, seconds=15)
    check.that(shown == data, "TERM-033", "5 MiB are unchanged", f"{len(shown)} bytes")


@case("terminal/early-output", "TERM-035", role="server")
async def early_output(t: ServerTarget, check: Check) -> None:
    """Output that comes before the confirmation is kept, and shown after `connected`."""
    agent = await t.agent()
    session_id = await t.session(agent)
    viewer = await t.viewer(session_id)
    start = await agent.command("terminal_start", session_id)
    await agent.output(session_id, b"early ")
    await agent.barrier()
    await viewer.early_barrier()
    check.equal(b"", bytes(viewer.shown), "TERM-011", "nothing is shown before `connected`")
    await agent.started(start)
    await agent.output(session_id, b"late")
    with check.about("TERM-035", "the early output is shown"):
        await viewer.next("connected")
        shown = await viewer.output(b"early late")
    check.equal(b"early late", shown, "TERM-035", "the early output is shown, in order")


async def granted(agent: KitAgent, session_id: str, offset: int) -> None:
    """Wait until the agent may have sent so many bytes."""
    await agent.until(lambda: agent.granted.get(session_id, WINDOW) >= offset, "credit for more output")


@case("terminal/credit", "TERM-064", role="server", requires=(CAPABILITY_HELLO, CAPABILITY_CREDIT))
async def credit(t: ServerTarget, check: Check) -> None:
    """The agent is granted 262,144 bytes beyond what the viewer has taken, in steps that are worth it."""
    agent, viewer, session_id = await t.terminal()
    sent, piece = 0, b"c" * 32_768
    total = 4 * WINDOW
    while sent < total:
        with check.about("TERM-064", f"credit comes after {sent} bytes"):
            await granted(agent, session_id, sent + len(piece))
        await agent.output(session_id, piece)
        sent += len(piece)
    with check.about("TERM-033", "all output arrives"):
        await viewer.output(b"c" * total)
    await viewer.barrier()
    await agent.barrier()
    offsets = [WINDOW, *(each["offset"] for each in agent.of("terminal_credit"))]
    check.that(max(offsets) <= total + WINDOW, "TERM-064", "never more than the window beyond the output", offsets)
    check.that(max(offsets) > total + WINDOW - 65_536, "TERM-064", "and at most a step less", offsets)
    steps = [after - before for before, after in itertools.pairwise(offsets)]
    check.that(all(step >= 65_536 for step in steps), "TERM-064", "each step is at least 65,536", steps)


@case("terminal/no-credit-unseen", "TERM-064", role="server", requires=(CAPABILITY_HELLO, CAPABILITY_CREDIT))
async def no_credit_unseen(t: ServerTarget, check: Check) -> None:
    """While no viewer takes the output there is no credit for more of it."""
    agent, viewer, session_id = await t.terminal()
    await agent.output(session_id, b"1" * 100_000)
    await viewer.output(b"1" * 100_000)
    viewer.vanish()
    await t.noticed()
    await agent.barrier()
    before = agent.granted.get(session_id, WINDOW)
    await agent.output(session_id, b"2" * 100_000)
    await agent.barrier()
    check.equal(before, agent.granted.get(session_id, WINDOW), "TERM-064", "no credit for output that nobody takes")
    back = await t.viewer(session_id)
    with check.about("TERM-038", "the viewer that is back gets what was held"):
        await back.output(b"2" * 100_000)
        await agent.until(lambda: agent.granted.get(session_id, WINDOW) > before, "credit once it is taken")


@case("terminal/held-output", "TERM-035", role="server", deadline=30)
async def held_output(t: ServerTarget, check: Check) -> None:
    """The newest 1 MiB is kept while there is no viewer."""
    agent, viewer, session_id = await t.terminal("n")
    viewer.vanish()
    await t.noticed()
    kept = 1 << 20
    lines = [f"{number:015d}\n".encode() for number in range((kept * 3 // 2) // 16)]
    for first in range(0, len(lines), 4096):
        await agent.output(session_id, b"".join(lines[first : first + 4096]))
    await agent.barrier()
    back = await t.viewer(session_id)
    await back.next("connected")
    await agent.output(session_id, b"END")
    with check.about("TERM-035", "the held output is shown"):
        await back.until(lambda: back.shown.endswith(b"END"), "the output that follows", seconds=10)
    written, shown = b"".join(lines) + b"END", bytes(back.shown)
    seen = f"{len(shown)} bytes that begin with {shown[:16]!r}"
    check.that(len(shown) >= kept, "TERM-035", "1 MiB is kept", seen)
    check.that(written.endswith(shown), "TERM-035", "it is the newest, in order", seen)
