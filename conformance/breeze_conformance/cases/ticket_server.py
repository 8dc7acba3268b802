"""Tickets, judged at a server: minted for one session, good once, and refused before anything opens."""

from __future__ import annotations

import trio

from breeze_conformance.case import Check, case
from breeze_conformance.target_server import ServerTarget
from breeze_conformance.target_server_calls import Answer, refused, shaped
from breeze_conformance.target_server_peers import Recorder
from breeze_protocol import errors as e
from breeze_protocol.errors import Code


async def denied(t: ServerTarget, check: Check, session_id: str, ticket: str | None, clause: str, what: str) -> None:
    """The ticket is refused before the upgrade."""
    found = await t.present(session_id, ticket)
    if isinstance(found, Recorder):
        check.that(False, clause, f"{what} is refused before the upgrade", "101 Switching Protocols")
        return
    code: Code = e.TICKET_MISSING if ticket is None else e.TICKET_INVALID
    refused(check, found, code, clause, f"{what} is refused before the upgrade")


async def opens(t: ServerTarget, check: Check, session_id: str, ticket: str) -> Recorder:
    """A good ticket opens a socket: the control of every refusal."""
    found = await t.present(session_id, ticket)
    check.control(isinstance(found, Recorder), "a good ticket opens the socket", found)
    assert isinstance(found, Recorder)
    return found


@case("ticket/minted", "ACCT-040 ACCT-047", role="server")
async def minted(t: ServerTarget, check: Check) -> None:
    """A ticket is told with its life, and no two are alike."""
    session_id = await t.session(await t.agent())
    tickets = []
    for _ in range(2):
        answer = await t.calls.mine("session_ticket", id=session_id)
        done = shaped(check, answer, "session_ticket", "ACCT-040", "a ticket is minted")
        if done is None:
            return
        check.equal(60, done.expires_in_seconds, "ACCT-040", "it is good for 60 s and says so")
        check.that(len(done.ticket) >= 22, "ACCT-047", "it can hold 128 bits", done.ticket)
        tickets.append(done.ticket)
    check.that(tickets[0] != tickets[1], "ACCT-047", "two tickets differ", tickets)


@case("ticket/once", "ACCT-043", role="server")
async def once(t: ServerTarget, check: Check) -> None:
    """A ticket opens one socket, and none after that."""
    session_id = await t.session(await t.agent())
    ticket = await t.ticket(session_id)
    await opens(t, check, session_id, ticket)
    for _ in range(2):
        await denied(t, check, session_id, ticket, "ACCT-043", "a spent ticket")


@case("ticket/at-once", "ACCT-043", role="server", deadline=40)
async def at_once(t: ServerTarget, check: Check) -> None:
    """Of many presentations of one ticket at the same time exactly one opens a socket."""
    for _ in range(3):
        session_id = await t.session(await t.agent())
        ticket = await t.ticket(session_id)
        found: list[Answer | Recorder] = []

        async def present(to: str = session_id, with_: str = ticket, into: list[Answer | Recorder] = found) -> None:
            into.append(await t.present(to, with_))

        async with trio.open_nursery() as nursery:
            for _ in range(8):
                nursery.start_soon(present)
        sockets = [each for each in found if isinstance(each, Recorder)]
        check.equal(1, len(sockets), "ACCT-043", "one of eight presentations opens a socket")
        for each in found:
            if isinstance(each, Answer):
                refused(check, each, e.TICKET_INVALID, "ACCT-043", "the others are refused before the upgrade")


@case("ticket/missing", "ACCT-044", role="server")
async def missing(t: ServerTarget, check: Check) -> None:
    """Without a ticket no socket opens; a person's token is none, neither in the header nor in the query."""
    session_id = await t.session(await t.agent())
    login = await t.calls.login()
    await denied(t, check, session_id, None, "ACCT-044", "no ticket")
    bearer = await t.upgrade(f"/api/v1/remote/sessions/{session_id}/ws", login.bearer)
    if check.that(isinstance(bearer, Answer), "ACCT-044", "an access token in the header opens nothing", "101"):
        assert isinstance(bearer, Answer)
        refused(check, bearer, e.TICKET_MISSING, "ACCT-044", "an access token in the header is no ticket")
    await denied(t, check, session_id, login.access, "ACCT-043", "an access token as ticket")
    await opens(t, check, session_id, await t.ticket(session_id))


@case("ticket/unknown", "ACCT-043", role="server")
async def unknown(t: ServerTarget, check: Check) -> None:
    """A ticket that nobody minted opens nothing, and leaves the session as it is."""
    session_id = await t.session(await t.agent())
    for ticket in (t.world.entropy.token_urlsafe(32), "x", "%00", "a" * 5000):
        await denied(t, check, session_id, ticket, "ACCT-043", "an unknown ticket")
    details = await t.details(session_id)
    check.equal("pending", details.get("status"), "WIRE-024", "a refused ticket changes nothing about the session")
    await opens(t, check, session_id, await t.ticket(session_id))


@case("ticket/other-session", "ACCT-045", role="server")
async def other_session(t: ServerTarget, check: Check) -> None:
    """A ticket is good for its own session only, and spent by the attempt."""
    agent = await t.agent()
    first, second = await t.session(agent), await t.session(agent)
    ticket = await t.ticket(first)
    await denied(t, check, second, ticket, "ACCT-045", "a ticket of another session")
    await denied(t, check, first, ticket, "ACCT-045", "a ticket that was presented for another session")
    await opens(t, check, first, await t.ticket(first))
    await denied(t, check, t.world.entropy.uuid(), await t.ticket(second), "ACCT-045", "a ticket for no session")


@case("ticket/ended-session", "ACCT-046", role="server")
async def ended_session(t: ServerTarget, check: Check) -> None:
    """A ticket dies with its session, and no other is minted then."""
    session_id = await t.session(await t.agent())
    ticket = await t.ticket(session_id)
    answer = await t.calls.mine("session_end", id=session_id)
    check.control(answer.status == 200, "the session can be ended", answer)
    await denied(t, check, session_id, ticket, "ACCT-046", "a ticket of a session that has ended")
    answer = await t.calls.mine("session_ticket", id=session_id)
    if refused(check, answer, e.TICKET_STATE, "ACCT-041", "no ticket is minted for a session that has ended"):
        check.equal("disconnected", answer.field("status"), "ACCT-041", "its status is told")


@case("ticket/type", "ACCT-042", role="server")
async def kind(t: ServerTarget, check: Check) -> None:
    """Tickets are for terminals and desktops."""
    agent = await t.agent()
    transfer = await t.session(agent, "file_transfer")
    answer = await t.calls.mine("session_ticket", id=transfer)
    refused(check, answer, e.TICKET_TYPE, "ACCT-042", "no ticket for a file transfer")
    desktop = await t.session(agent, "desktop")
    answer = await t.calls.mine("session_ticket", id=desktop)
    shaped(check, answer, "session_ticket", "ACCT-042", "a ticket for a desktop")
