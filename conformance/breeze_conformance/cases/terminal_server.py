"""Terminals, judged at a server: opening, sizes, commands and refusals."""

from __future__ import annotations

import re
from typing import Any

import trio

from breeze_conformance.case import Check, case
from breeze_conformance.target_server import ServerTarget
from breeze_conformance.target_server_calls import Answer
from breeze_conformance.target_server_peers import KitAgent, KitViewer


async def starting(t: ServerTarget, **query: str) -> tuple[KitAgent, KitViewer, dict[str, Any]]:
    """A terminal whose agent has been told to start, and has not answered."""
    agent = await t.agent()
    session_id = await t.session(agent)
    viewer = await t.viewer(session_id, **query)
    return agent, viewer, await agent.command("terminal_start", session_id)


async def error_of(viewer: KitViewer, check: Check, code: str, clause: str, what: str) -> None:
    """The viewer is told an error with this code."""
    with check.about(clause, what):
        error = await viewer.next("error")
    told = isinstance(error.get("message"), str) and bool(error["message"])
    check.equal(code, error.get("code"), clause, what)
    check.that(told, clause, "the error has words", error)


def sizes(agent: KitAgent, session_id: str, kind: str) -> list[tuple[Any, Any]]:
    """The sizes that commands of this type gave."""
    return [(each["payload"].get("cols"), each["payload"].get("rows")) for each in agent.commands(session_id, kind)]


@case("terminal/connected-after-started", "TERM-011 TERM-012", role="server")
async def connected_after_started(t: ServerTarget, check: Check) -> None:
    """`terminal_start` follows the viewer, `connected` follows the agent's confirmation, and the session is active."""
    agent = await t.agent()
    session_id = await t.session(agent)
    await agent.barrier()
    check.equal([], agent.commands(session_id), "TERM-012", "nothing is started before a viewer attaches")
    viewer = await t.viewer(session_id, cols="100", rows="30")
    with check.about("TERM-012", "the agent is told to start"):
        start = await agent.command("terminal_start", session_id)
    await viewer.early_barrier()
    check.equal([], viewer.of("connected"), "TERM-011", "no `connected` before the agent has confirmed")
    check.that((await t.details(session_id)).get("status") != "active", "SESS-011", "the session is not active yet")
    await agent.started(start)
    with check.about("TERM-011", "`connected` follows the confirmation"):
        connected = await viewer.next("connected")
    device: Any = connected.get("device")
    system = device.get("osType") if isinstance(device, dict) else device
    check.equal(session_id, connected.get("sessionId"), "TERM-011", "it names the session")
    check.equal("linux", system, "TERM-011", "it names the device")
    check.that(not connected.get("resumed"), "TERM-038", "it is not a resumption", connected)
    shown = await t.settled(session_id, "active")
    check.equal("active", shown.get("status"), "SESS-011", "the session is active")
    check.that(isinstance(shown.get("startedAt"), str), "SESS-011", "`startedAt` is kept", shown.get("startedAt"))
    await agent.barrier()
    check.equal(1, len(agent.commands(session_id, "terminal_start")), "TERM-012", "it is started once")


@case("terminal/first-size", "TERM-010 TERM-005", role="server", deadline=40)
async def first_size(t: ServerTarget, check: Check) -> None:
    """The first size is the query's, brought into the bounds, or 80 by 24."""
    agent = await t.agent()
    for query, wanted in (
        ({"cols": "132", "rows": "43"}, (132, 43)),
        ({}, (80, 24)),
        ({"cols": "many", "rows": ""}, (80, 24)),
        ({"cols": "501", "rows": "9999"}, (500, 500)),
        ({"cols": "0", "rows": "0"}, (1, 1)),
        ({"cols": "500", "rows": "1"}, (500, 1)),
        ({"cols": "91"}, (91, 24)),
    ):
        session_id = await t.session(agent)
        await t.viewer(session_id, **query)
        with check.about("TERM-012", "the agent is told to start"):
            start = await agent.command("terminal_start", session_id)
        size = (start["payload"].get("cols", 80), start["payload"].get("rows", 24))
        check.equal(wanted, size, "TERM-010", f"the first size for {query}")
        await t.calls.mine("session_end", id=session_id)


@case("terminal/too-early", "TERM-020 TERM-022", role="server")
async def too_early(t: ServerTarget, check: Check) -> None:
    """Data and a resize before `connected` are refused, and never reach the agent."""
    agent, viewer, start = await starting(t, cols="100", rows="30")
    session_id = viewer.session_id
    for message in ({"type": "data", "data": "early"}, {"type": "resize", "cols": 50, "rows": 20}):
        await viewer.send(message)
        await error_of(viewer, check, "NOT_CONNECTED", "TERM-020", f"an early {message['type']} is refused")
    await viewer.send({"type": "pong"})
    await viewer.send('{"type":"fly"}')
    await error_of(viewer, check, "MESSAGE_ERROR", "TERM-022", "an early message that is none is refused")
    await agent.started(start)
    with check.about("TERM-020", "the socket stays open"):
        await viewer.next("connected")
    await viewer.send({"type": "data", "data": "late"})
    with check.about("TERM-021", "input after `connected` arrives"):
        given = await agent.input(session_id, b"late")
    check.equal(b"late", given, "TERM-020", "early input is dropped")
    check.equal([], sizes(agent, session_id, "terminal_resize"), "TERM-020", "an early resize is dropped")
    check.equal([(100, 30)], sizes(agent, session_id, "terminal_start"), "TERM-010", "the first size stays the query's")


@case("terminal/start-failed", "TERM-013 SESS-017 SESS-037", role="server")
async def start_failed(t: ServerTarget, check: Check) -> None:
    """A start that the agent refuses is told to the viewer, and the session fails."""
    agent, viewer, start = await starting(t)
    await agent.fail(start, "failed to start PTY: no more of them")
    await error_of(viewer, check, "TERMINAL_START_FAILED", "TERM-013", "the viewer is told")
    with check.about("TERM-013", "the viewer's socket is closed"):
        end = await viewer.end()
    check.equal(4003, end.code, "TERM-013", "the close code")
    check.equal([], viewer.of("connected"), "TERM-011", "there was no `connected`")
    shown = await t.settled(viewer.session_id, "failed")
    check.equal("failed", shown.get("status"), "SESS-017", "the session fails")
    words = shown.get("errorMessage")
    check.that(isinstance(words, str) and bool(words), "SESS-037", "the reason is kept", words)
    lasted = shown.get("durationSeconds")
    check.that(isinstance(lasted, int) and lasted >= 0, "SESS-019", "the duration is kept", lasted)


@case("terminal/agent-away", "TERM-014", role="server")
async def agent_away(t: ServerTarget, check: Check) -> None:
    """A viewer that attaches while the agent is away is told so."""
    agent = await t.agent()
    session_id = await t.session(agent)
    ticket = await t.ticket(session_id)
    await agent.leave()
    await t.noticed()
    viewer = await t.viewer(session_id, ticket)
    with check.about("TERM-014", "the viewer is told"):
        error = await viewer.next("error")
    check.one_of(("AGENT_OFFLINE", "AGENT_SEND_FAILED"), error.get("code"), "TERM-014", "the viewer is told")
    with check.about("TERM-014", "the viewer's socket is closed"):
        end = await viewer.end()
    check.equal(4002, end.code, "TERM-014", "the close code")


@case("terminal/bad-messages", "TERM-022", role="server")
async def bad_messages(t: ServerTarget, check: Check) -> None:
    """What is no message is answered with an error, and the socket stays open."""
    agent, viewer, session_id = await t.terminal()
    for message in (
        "nonsense",
        "[]",
        '{"type":"fly"}',
        '{"data":"x"}',
        '{"type":"data"}',
        '{"type":"data","data":5}',
        '{"type":"data","data":null}',
        '{"type":"resize","cols":80}',
        '{"type":"resize","cols":"80","rows":"24"}',
        '{"type":"resize","cols":80.5,"rows":24}',
        '{"type":"ping","timestamp":"now"}',
        '{"type":"connected","sessionId":"x"}',
        '{"type":"data","type":"resize","data":"x","cols":5,"rows":5}',
        '{"type":"data","data":' + "[" * 80 + "]" * 80 + "}",
        b"\x00\x01",
    ):
        await viewer.send(message)
        await error_of(viewer, check, "MESSAGE_ERROR", "TERM-022", f"{message[:40]!r} is refused")
    await viewer.send({"type": "data", "data": "after"})
    with check.about("TERM-022", "the socket stays open"):
        given = await agent.input(session_id, b"after")
    check.equal(b"after", given, "TERM-022", "nothing of it reaches the agent")
    check.equal([], sizes(agent, session_id, "terminal_resize"), "TERM-022", "no size of it reaches the agent")


@case("terminal/resize", "TERM-023 TERM-005", role="server")
async def resize(t: ServerTarget, check: Check) -> None:
    """Sizes within the bounds reach the agent in order; others are refused."""
    agent, viewer, session_id = await t.terminal()
    good = [(120, 40), (1, 1), (500, 500), (81, 25)]
    for cols, rows in ((0, 24), (501, 24), (80, 0), (80, 501), (-5, 24)):
        await viewer.send({"type": "resize", "cols": cols, "rows": rows})
        await error_of(viewer, check, "MESSAGE_ERROR", "TERM-005", f"{cols} by {rows} is refused")
    for cols, rows in good:
        await viewer.send({"type": "resize", "cols": cols, "rows": rows})
        with check.about("TERM-023", f"{cols} by {rows} reaches the agent"):
            command = await agent.command("terminal_resize", session_id)
        size = (command["payload"].get("cols"), command["payload"].get("rows"))
        check.equal((cols, rows), size, "TERM-023", "the size is unchanged")
    check.equal(
        good, sizes(agent, session_id, "terminal_resize"), "TERM-005", "no size out of bounds reaches the agent"
    )


@case("terminal/ping", "TERM-025", role="server")
async def ping(t: ServerTarget, check: Check) -> None:
    """A viewer's ping is answered; its pong is taken."""
    _, viewer, _ = await t.terminal()
    for message in ({"type": "ping"}, {"type": "ping", "timestamp": 5}, {"type": "ping", "timestamp": None}):
        with check.about("TERM-025", "a ping is answered"):
            await viewer.send(message)
            await viewer.next("pong")
    await viewer.send({"type": "pong", "timestamp": 1})
    await viewer.barrier()
    check.equal([], viewer.of("error"), "TERM-025", "nothing of it is refused")


@case("terminal/command-ids", "TERM-054 LINK-050 TERM-062", role="server")
async def command_ids(t: ServerTarget, check: Check) -> None:
    """Every command has an id of its own, in the form that deployed agents need."""
    agent, viewer, session_id = await t.terminal("n")
    for number in range(20):
        await viewer.send({"type": "data", "data": f"{number};"})
        await viewer.send({"type": "resize", "cols": 100 + number, "rows": 30})
    with check.about("TERM-023", "the last size reaches the agent"):
        for _ in range(20):
            await agent.command("terminal_resize", session_id)
    await t.calls.mine("session_end", id=session_id)
    with check.about("SESS-021", "the agent is told to stop"):
        await agent.command("terminal_stop", session_id)
    ids = [each["id"] for each in agent.commands(session_id)]
    check.that(len(ids) >= 23, "TERM-021", "input arrives as commands at an agent that has named nothing", len(ids))
    check.equal(len(ids), len(set(ids)), "LINK-050", "no id is given twice")
    for each in agent.commands(session_id):
        action = each["type"].removeprefix("terminal_")
        middle = re.escape(session_id) + "-" if action in ("start", "stop") else ""
        form = re.compile(rf"term-{action}-{middle}[A-Za-z0-9_-]+")
        if not check.that(form.fullmatch(each["id"]) is not None, "TERM-054", f"the form of {action}", each["id"]):
            return
        check.that("grant" not in each["payload"], "TERM-062", "`grant` is not sent", each["payload"])


@case("terminal/origin", "TERM-058", role="server")
async def origin(t: ServerTarget, check: Check) -> None:
    """A page of another origin opens no terminal."""
    agent = await t.agent()
    session_id = await t.session(agent)
    ticket = await t.ticket(session_id)
    path = f"/api/v1/remote/sessions/{session_id}/ws?ticket={ticket}"
    found = await t.upgrade(path, (("Origin", "https://elsewhere.kit.example"),))
    if check.that(isinstance(found, Answer), "TERM-058", "another origin is refused before the upgrade", "101"):
        assert isinstance(found, Answer)
        check.equal(403, found.status, "TERM-058", "another origin is refused with 403")
    own = t.url.replace("ws", "http", 1) if t.url.startswith("ws") else t.url
    fresh = await t.ticket(session_id)
    found = await t.upgrade(f"/api/v1/remote/sessions/{session_id}/ws?ticket={fresh}", (("Origin", own),))
    check.that(not isinstance(found, Answer), "TERM-058", "the server's own origin is not refused", found)


@case("terminal/start-timeout", "TERM-013 TERM-012", role="server", profile="full", deadline=60)
async def start_timeout(t: ServerTarget, check: Check) -> None:
    """An agent that does not answer a start for 30 s has failed it, and is told to stop."""
    agent, viewer, start = await starting(t)
    session_id = viewer.session_id
    await trio.sleep(25)
    await viewer.early_barrier()
    check.equal(None, viewer.ended, "TERM-013", "after 25 s the relay still waits")
    with check.about("TERM-013", "after 30 s the viewer is told"):
        error = await viewer.next("error", seconds=12)
    check.equal("TERMINAL_START_FAILED", error.get("code"), "TERM-013", "the error")
    with check.about("TERM-013", "the socket is closed"):
        end = await viewer.end()
    check.equal(4003, end.code, "TERM-013", "the close code")
    with check.about("SESS-021", "the agent is told to stop"):
        await agent.command("terminal_stop", viewer.session_id)
    shown = await t.settled(viewer.session_id, "failed")
    check.equal("failed", shown.get("status"), "SESS-017", "the session fails")
    stops = len(agent.commands(session_id, "terminal_stop"))
    await agent.started(start)
    with check.about("TERM-015", "a confirmation that comes too late is answered with a stop"):
        await agent.until(lambda: len(agent.commands(session_id, "terminal_stop")) > stops, "another terminal_stop")
