"""Terminals, judged at a server: losing and returning, and every way to end."""

from __future__ import annotations

import trio

from breeze_conformance.case import Check, case
from breeze_conformance.target_server import ServerTarget
from breeze_conformance.target_server_peers import KitAgent, KitViewer
from breeze_protocol.version import CAPABILITY_EXIT


async def ended(t: ServerTarget, check: Check, session_id: str, status: str, clause: str) -> None:
    """The session has ended so, with its duration."""
    shown = await t.settled(session_id, "disconnected", "failed")
    check.equal(status, shown.get("status"), clause, "how the session has ended")
    lasted = shown.get("durationSeconds")
    check.that(isinstance(lasted, int) and lasted >= 0, "SESS-019", "its duration is recorded", lasted)
    check.that(isinstance(shown.get("endedAt"), str), "SESS-019", "its end is recorded", shown.get("endedAt"))
    if status == "failed":
        words = shown.get("errorMessage")
        check.that(isinstance(words, str) and bool(words), "SESS-037", "the reason is kept", words)


async def stopped(agent: KitAgent, check: Check, session_id: str, clause: str) -> None:
    """The agent is told to end the PTY."""
    with check.about(clause, "the agent is told to stop"):
        await agent.command("terminal_stop", session_id)


async def closed(viewer: KitViewer, check: Check, code: int, clause: str, what: str) -> None:
    """The viewer's socket is closed with this code."""
    with check.about(clause, what):
        end = await viewer.end()
    check.equal(code, end.code, clause, what)


async def notice(viewer: KitViewer, check: Check) -> None:
    """The viewer is told that the session has ended."""
    with check.about("TERM-030", "the viewer is told that the session has ended"):
        error = await viewer.next("error")
    check.equal("SESSION_ENDED_NOTICE", error.get("code"), "TERM-030", "the viewer is told")
    await closed(viewer, check, 4010, "TERM-030", "the viewer's socket is closed with 4010")


@case("terminal/exit", "TERM-031 SESS-016", role="server", requires=(CAPABILITY_EXIT,), deadline=30)
async def shell_exit(t: ServerTarget, check: Check) -> None:
    """The end of the shell is told with its status or signal, after its output, and ends the session."""
    for how in ({"code": 3}, {"code": 0}, {"signal": 9}):
        agent, viewer, session_id = await t.terminal()
        await agent.output(session_id, b"bye")
        await agent.exited(session_id, **how)
        with check.about("TERM-031", "the viewer is told"):
            told = await viewer.next("exit")
        given = {key: told[key] for key in ("code", "signal") if told.get(key) is not None}
        check.equal(how, given, "TERM-031", "with the status or the signal")
        check.equal(b"bye", bytes(viewer.shown), "TERM-033", "after the output")
        await closed(viewer, check, 1000, "TERM-031", "and then the socket is closed with 1000")
        await ended(t, check, session_id, "disconnected", "SESS-016")
        await agent.barrier()


@case("terminal/leave", "TERM-029 SESS-015 SESS-036", role="server")
async def leave(t: ServerTarget, check: Check) -> None:
    """A viewer that closes its socket in good order ends everything."""
    agent, viewer, session_id = await t.terminal()
    await agent.output(session_id, b"12345")
    await viewer.output(b"12345")
    await viewer.leave()
    await stopped(agent, check, session_id, "TERM-029")
    await ended(t, check, session_id, "disconnected", "SESS-015")
    shown = await t.details(session_id)
    measured = shown.get("bytesMeasured")
    check.that(isinstance(measured, int) and measured >= 5, "SESS-036", "the server's own count is kept", measured)
    check.equal(None, shown.get("bytesTransferred"), "SESS-036", "nobody gave another")


@case("terminal/leave-early", "TERM-029", role="server")
async def leave_early(t: ServerTarget, check: Check) -> None:
    """A viewer that leaves before `connected` ends everything; a late confirmation is answered with a stop."""
    agent = await t.agent()
    session_id = await t.session(agent)
    viewer = await t.viewer(session_id)
    start = await agent.command("terminal_start", session_id)
    await viewer.leave()
    await stopped(agent, check, session_id, "TERM-029")
    await ended(t, check, session_id, "disconnected", "SESS-015")
    before = len(agent.commands(session_id, "terminal_stop"))
    await agent.started(start)
    with check.about("TERM-015", "a start that is confirmed after the end is stopped"):
        await agent.until(lambda: len(agent.commands(session_id, "terminal_stop")) > before, "another terminal_stop")
    await agent.barrier()
    shown = await t.details(session_id)
    check.equal("disconnected", shown.get("status"), "SESS-006", "the session does not come back")


@case("terminal/lost-early", "TERM-037 SESS-017", role="server")
async def lost_early(t: ServerTarget, check: Check) -> None:
    """A viewer that is lost before `connected` ends the start, and the session fails."""
    agent = await t.agent()
    session_id = await t.session(agent)
    viewer = await t.viewer(session_id)
    await agent.command("terminal_start", session_id)
    viewer.vanish()
    await stopped(agent, check, session_id, "TERM-037")
    await ended(t, check, session_id, "failed", "SESS-017")


@case("terminal/resume", "TERM-038 SESS-018 TERM-037 TERM-035", role="server")
async def resume(t: ServerTarget, check: Check) -> None:
    """A viewer that was lost comes back to the same PTY, and to what was written meanwhile."""
    agent, viewer, session_id = await t.terminal()
    await agent.output(session_id, b"before ")
    await viewer.output(b"before ")
    viewer.vanish()
    await t.noticed()
    await agent.output(session_id, b"meanwhile ")
    await agent.barrier()
    check.equal([], agent.commands(session_id, "terminal_stop"), "TERM-037", "the PTY is kept")
    shown = await t.details(session_id)
    check.equal("active", shown.get("status"), "SESS-018", "the session is still active")
    back = await t.viewer(session_id)
    with check.about("TERM-038", "`connected` greets the viewer that is back"):
        connected = await back.next("connected")
    check.equal(True, connected.get("resumed"), "TERM-038", "it says `resumed`")
    await agent.output(session_id, b"after")
    with check.about("TERM-035", "what was written meanwhile is shown"):
        text = await back.output(b"meanwhile after")
    check.equal(b"meanwhile after", text, "TERM-035", "what was written meanwhile is shown, in order, once")
    await back.send({"type": "data", "data": "again"})
    with check.about("TERM-038", "input reaches the same PTY"):
        given = await agent.input(session_id, b"again")
    check.equal(b"again", given, "TERM-038", "input reaches the same PTY")
    check.equal("active", (await t.details(session_id)).get("status"), "SESS-018", "the session goes on")
    check.equal(1, len(agent.commands(session_id, "terminal_start")), "TERM-038", "it is not started anew")


@case("terminal/end-while-lost", "TERM-037 SESS-016", role="server", requires=(CAPABILITY_EXIT,))
async def end_while_lost(t: ServerTarget, check: Check) -> None:
    """A shell that ends while its viewer is lost ends the session in good order."""
    agent, viewer, session_id = await t.terminal()
    viewer.vanish()
    await t.noticed()
    await agent.exited(session_id, code=0)
    await ended(t, check, session_id, "disconnected", "SESS-016")


@case("terminal/newer-viewer", "TERM-039", role="server")
async def newer_viewer(t: ServerTarget, check: Check) -> None:
    """The newer of two viewers takes the terminal; the older one is told by its close code."""
    agent, viewer, session_id = await t.terminal()
    newer = await t.viewer(session_id)
    await closed(viewer, check, 4009, "TERM-039", "the older socket is closed with 4009")
    with check.about("TERM-039", "the newer one is connected"):
        await newer.next("connected")
    await agent.output(session_id, b"hello")
    with check.about("TERM-039", "the newer one gets the output"):
        await newer.output(b"hello")
    await newer.send({"type": "data", "data": "x"})
    with check.about("TERM-039", "the newer one gives the input"):
        await agent.input(session_id, b"x")
    await agent.barrier()
    check.equal([], agent.commands(session_id, "terminal_stop"), "TERM-039", "the PTY goes on")
    check.equal("active", (await t.details(session_id)).get("status"), "TERM-039", "the session goes on")


@case("terminal/newer-viewer-early", "TERM-039 TERM-011", role="server")
async def newer_viewer_early(t: ServerTarget, check: Check) -> None:
    """The newer of two viewers takes a terminal that is starting, too."""
    agent = await t.agent()
    session_id = await t.session(agent)
    viewer = await t.viewer(session_id)
    start = await agent.command("terminal_start", session_id)
    newer = await t.viewer(session_id)
    await closed(viewer, check, 4009, "TERM-039", "the older socket is closed with 4009")
    await agent.barrier()
    check.equal(1, len(agent.commands(session_id, "terminal_start")), "TERM-039", "it is started once")
    check.equal([], agent.commands(session_id, "terminal_stop"), "TERM-039", "it is not stopped")
    await agent.started(start)
    with check.about("TERM-011", "the newer one is connected"):
        await newer.next("connected")
    await agent.output(session_id, b"hello")
    with check.about("TERM-039", "the newer one gets the output"):
        await newer.output(b"hello")


@case("terminal/ended-by-request", "TERM-030 SESS-021 SESS-020", role="server")
async def ended_by_request(t: ServerTarget, check: Check) -> None:
    """An end over HTTP stops the PTY and closes the viewer's socket with the reason."""
    agent, viewer, session_id = await t.terminal()
    answer = await t.calls.mine("session_end", id=session_id)
    check.control(answer.status == 200, "the session can be ended", answer)
    await stopped(agent, check, session_id, "SESS-021")
    await notice(viewer, check)
    await ended(t, check, session_id, "disconnected", "SESS-020")
    # What is still on its way is dropped.
    await agent.output(session_id, b"late")
    await agent.exited(session_id, code=1)
    await agent.barrier()
    check.equal("disconnected", (await t.details(session_id)).get("status"), "SESS-006", "it stays ended")
    check.equal([], agent.of("error"), "TERM-016", "what is on its way is dropped without a word")


@case("terminal/ended-while-starting", "TERM-030 SESS-021 TERM-015", role="server")
async def ended_while_starting(t: ServerTarget, check: Check) -> None:
    """An end over HTTP reaches a terminal that is starting, too."""
    agent = await t.agent()
    session_id = await t.session(agent)
    viewer = await t.viewer(session_id)
    start = await agent.command("terminal_start", session_id)
    await t.calls.mine("session_end", id=session_id)
    await stopped(agent, check, session_id, "SESS-021")
    await notice(viewer, check)
    before = len(agent.commands(session_id, "terminal_stop"))
    await agent.started(start)
    with check.about("TERM-015", "a start that is confirmed after the end is stopped"):
        await agent.until(lambda: len(agent.commands(session_id, "terminal_stop")) > before, "another terminal_stop")
    await ended(t, check, session_id, "disconnected", "SESS-006")


@case("terminal/ended-while-lost", "TERM-030 SESS-021", role="server")
async def ended_while_lost(t: ServerTarget, check: Check) -> None:
    """An end over HTTP stops the PTY of a terminal whose viewer is lost."""
    agent, viewer, session_id = await t.terminal()
    viewer.vanish()
    await t.noticed()
    await t.calls.mine("session_end", id=session_id)
    await stopped(agent, check, session_id, "SESS-021")
    await ended(t, check, session_id, "disconnected", "SESS-020")


@case("terminal/swept", "SESS-021 SESS-024 TERM-030", role="server", deadline=30)
async def swept(t: ServerTarget, check: Check) -> None:
    """A sweep stops the PTY and closes the viewer's socket with the reason, however far the terminal is."""
    for state in ("starting", "running", "lost"):
        agent = await t.agent()
        session_id = await t.session(agent)
        viewer = await t.viewer(session_id)
        start = await agent.command("terminal_start", session_id)
        if state != "starting":
            await agent.started(start)
            await viewer.next("connected")
        if state == "lost":
            viewer.vanish()
            await t.noticed()
        answer = await t.calls.mine("session_stale", query={"deviceId": agent.device_id})
        check.equal([session_id], answer.field("ids"), "SESS-024", f"the sweep ends a session that is {state}")
        await stopped(agent, check, session_id, "SESS-021")
        if state != "lost":
            await notice(viewer, check)
        await ended(t, check, session_id, "disconnected", "SESS-024")


@case("terminal/agent-lost", "TERM-014 SESS-017", role="server", deadline=40)
async def agent_lost(t: ServerTarget, check: Check) -> None:
    """The loss of the agent is told to the viewer at once, and the session fails."""
    for state in ("starting", "running", "paused"):
        agent = await t.agent()
        session_id = await t.session(agent)
        viewer = await t.viewer(session_id)
        start = await agent.command("terminal_start", session_id)
        if state != "starting":
            await agent.started(start)
            await viewer.next("connected")
        if state == "paused":
            viewer.vanish()
            await t.noticed()
        agent.vanish()
        if state != "paused":
            with check.about("TERM-014", f"the viewer of a {state} terminal is told"):
                error = await viewer.next("error")
            check.equal("AGENT_OFFLINE", error.get("code"), "TERM-014", f"the viewer of a {state} terminal is told")
            await closed(viewer, check, 4002, "TERM-014", f"its socket is closed with 4002 ({state})")
        if state != "starting":
            await ended(t, check, session_id, "failed", "SESS-017")


@case("terminal/agent-superseded", "LINK-025 TERM-014", role="server")
async def agent_superseded(t: ServerTarget, check: Check) -> None:
    """A newer socket of the agent ends the terminals of the older one: their PTYs died with it."""
    device = await t.idle_identity()
    agent = await t.agent(identity=device)
    session_id = await t.session(agent)
    viewer = await t.viewer(session_id)
    await agent.started(await agent.command("terminal_start", session_id))
    await viewer.next("connected")
    await t.agent(identity=device)
    with check.about("LINK-025", "the older socket is closed"):
        await agent.end()
    await closed(viewer, check, 4002, "TERM-014", "the viewer's socket is closed")
    await ended(t, check, session_id, "failed", "SESS-017")


@case("terminal/two-at-once", "TERM-033 TERM-021", role="server")
async def two_at_once(t: ServerTarget, check: Check) -> None:
    """Two terminals of one agent keep apart, and the end of one leaves the other."""
    agent = await t.agent()
    _, first, one = await t.terminal(agent=agent)
    _, second, two = await t.terminal(agent=agent)
    await first.send({"type": "data", "data": "for one"})
    await second.send({"type": "data", "data": "for two"})
    with check.about("TERM-021", "input arrives"):
        given = (await agent.input(one, b"for one"), await agent.input(two, b"for two"))
    check.equal((b"for one", b"for two"), given, "TERM-021", "input goes to its own terminal")
    await agent.output(one, b"from one")
    await agent.output(two, b"from two")
    with check.about("TERM-033", "output arrives"):
        shown = (await first.output(b"from one"), await second.output(b"from two"))
    check.equal((b"from one", b"from two"), shown, "TERM-033", "output goes to its own viewer")
    await first.leave()
    await stopped(agent, check, one, "TERM-029")
    await agent.output(two, b"!")
    with check.about("TERM-033", "the other terminal goes on"):
        await second.output(b"from two!")


@case("terminal/resumed-stays", "TERM-038 SESS-018", role="server", profile="full", deadline=40)
async def resumed_stays(t: ServerTarget, check: Check) -> None:
    """A viewer that has come back in time stays: the time that it had is over without a consequence."""
    agent, viewer, session_id = await t.terminal()
    viewer.vanish()
    await t.noticed()
    back = await t.viewer(session_id)
    with check.about("TERM-038", "the viewer comes back"):
        await back.next("connected")
    await trio.sleep(17)
    await back.barrier()
    check.equal("active", (await t.details(session_id)).get("status"), "SESS-018", "the session goes on")
    check.equal([], agent.commands(session_id, "terminal_stop"), "TERM-038", "the PTY goes on")


@case("terminal/nobody-returns", "TERM-037 SESS-018", role="server", profile="full", deadline=40)
async def nobody_returns(t: ServerTarget, check: Check) -> None:
    """A terminal whose viewer does not return within 15 s is stopped, and its session fails."""
    agent, viewer, session_id = await t.terminal()
    viewer.vanish()
    await trio.sleep(12)
    shown = await t.details(session_id)
    check.equal("active", shown.get("status"), "SESS-018", "after 12 s the viewer can still return")
    await agent.barrier()
    check.equal([], agent.commands(session_id, "terminal_stop"), "TERM-037", "after 12 s the PTY is kept")
    with check.about("TERM-037", "after 15 s the PTY is stopped"):
        await agent.until(lambda: bool(agent.commands(session_id, "terminal_stop")), "terminal_stop", seconds=10)
    await ended(t, check, session_id, "failed", "SESS-018")
