"""Sessions, judged at a server: creating, seeing, listing, limits and ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import trio

from breeze_conformance.case import Check, case
from breeze_conformance.target_server import ServerTarget
from breeze_conformance.target_server_calls import Answer, dated, invalid, refused, shaped
from breeze_conformance.target_server_peers import KitAgent
from breeze_protocol import errors as e


@case("session/created", "SESS-001 SESS-005", role="server")
async def created(t: ServerTarget, check: Check) -> None:
    """A session of each type comes to be, pending, and is shown to its owner in full."""
    agent = await t.agent()
    for kind in ("terminal", "desktop", "file_transfer"):
        answer = await t.create(agent.device_id, kind)
        done = shaped(check, answer, "session_create", "SESS-001", f"a {kind} session is created")
        if done is None:
            continue
        seen = (done.status, done.type, done.device_id, done.device.id)
        wanted = ("pending", kind, agent.device_id, agent.device_id)
        check.equal(wanted, seen, "SESS-001", "it is pending, of this type, on this device")
        dated(check, done.created_at)
        answer = await t.calls.mine("session_details", id=done.id)
        shown = shaped(check, answer, "session_details", "SESS-005", "the owner sees it")
        if shown is not None:
            ends = (shown.status, shown.started_at, shown.ended_at, shown.duration_seconds, shown.error_message)
            check.equal(("pending", None, None, None, None), ends, "SESS-005", "nothing has begun or ended")
            person = shown.user.email if shown.user is not None else None
            check.equal(t.accounts["email"], person, "SESS-005", "the person is the caller")


@case("session/malformed", "WIRE-010 WIRE-006 WIRE-007", role="server")
async def malformed(t: ServerTarget, check: Check) -> None:
    """A creation that does not fit its shape is refused with the path of the fault, and creates nothing."""
    agent = await t.agent()
    good = {"deviceId": agent.device_id, "type": "terminal"}
    before = await live(t)
    for body, path, clause, what in (
        ({**good, "type": "telepathy"}, "$.type", "WIRE-010", "the type is unknown"),
        ({"type": "terminal"}, None, "WIRE-010", "the device is missing"),
        ({**good, "deviceId": "kit"}, "$.deviceId", "WIRE-007", "the id is no UUID"),
        ({**good, "deviceId": agent.device_id.upper() + "A"}, "$.deviceId", "WIRE-007", "the id is in upper case"),
        ({**good, "priority": 1}, None, "WIRE-006", "a field is unknown"),
        ({**good, "type": None}, "$.type", "WIRE-010", "the type is null"),
    ):
        invalid(check, await t.calls.mine("session_create", body), path, what, clause)
    check.equal(before, await live(t), "WIRE-024", "nothing was created")


@case("session/unknown-device", "SESS-002", role="server")
async def unknown_device(t: ServerTarget, check: Check) -> None:
    """On a device that does not exist there is no session."""
    answer = await t.create(t.world.entropy.uuid())
    refused(check, answer, e.DEVICE_NOT_FOUND, "SESS-002", "an unknown device is not found")


@case("session/foreign-device", "SESS-002 WIRE-026", role="server", requires=("account:second",), deadline=60)
async def foreign_device(t: ServerTarget, check: Check) -> None:
    """A device of another organisation is answered like one that does not exist."""
    agent = await t.agent()
    check.control((await t.create(agent.device_id)).status == 201, "its own organisation can use the device")
    answer = await t.create(agent.device_id, who="second")
    unknown = await t.create(t.world.entropy.uuid(), who="second")
    refused(check, answer, e.DEVICE_NOT_FOUND, "SESS-002", "another organisation's device is not found")
    check.equal(unknown.said, answer.said, "WIRE-026", "and cannot be told from an unknown one")


@case("session/offline-device", "SESS-003", role="server")
async def offline_device(t: ServerTarget, check: Check) -> None:
    """On a device that is not online there is no session, and its status is told."""
    device = await t.identity()
    for first in (True, False):
        if not first:
            agent = await t.agent(identity=device)
            check.control((await t.create(agent.device_id)).status == 201, "an online device takes a session")
            await gone(t, agent)
        answer = await t.create(device.device_id)
        if refused(check, answer, e.DEVICE_OFFLINE, "SESS-003", "a device that is offline is refused"):
            check.equal("offline", answer.field("deviceStatus"), "SESS-003", "its status is told")


async def others(t: ServerTarget, check: Check, who: str, clause: str) -> None:
    """Another person finds none of the caller's sessions."""
    agent = await t.agent()
    session_id = await t.session(agent)
    own = await t.calls.mine("session_details", id=session_id)
    check.control(own.status == 200, "the owner sees it", own)
    if clause == "ACCT-035":
        known = await t.calls.mine("me", who=who)
        permissions = (known.field("user") or {}).get("permissions") or []
        check.control("remote:manage" not in permissions, "the other person has no remote:manage", permissions)
    for name in ("session_details", "session_ticket", "session_end"):
        answer = await t.calls.mine(name, who=who, id=session_id)
        unknown = await t.calls.mine(name, who=who, id=t.world.entropy.uuid())
        refused(check, answer, e.SESSION_NOT_FOUND, "SESS-004", f"{name} finds nothing for another person")
        check.equal(unknown.said, answer.said, clause, "as if it did not exist")
    listed = await t.calls.mine("session_list", who=who, query={"limit": "100", "includeEnded": "true"})
    done = shaped(check, listed, "session_list", "SESS-026", "the other person's list is answered")
    if done is not None:
        check.that(session_id not in {each.id for each in done.data}, "SESS-026", "it is not in their list", None)
    stale = await t.calls.mine("session_stale", who=who, query={"deviceId": agent.device_id})
    check.that(session_id not in (stale.field("ids") or []), "SESS-024", "their stale sweep does not end it", stale)
    check.equal("pending", (await t.details(session_id)).get("status"), "WIRE-024", "nothing has happened to it")


@case("session/foreign", "SESS-004 WIRE-026", role="server", requires=("account:second",), deadline=60)
async def foreign(t: ServerTarget, check: Check) -> None:
    """A session of another organisation does not exist."""
    await others(t, check, "second", "WIRE-026")


@case("session/colleagues", "SESS-004 ACCT-035", role="server", requires=("account:colleague",), deadline=60)
async def colleagues(t: ServerTarget, check: Check) -> None:
    """A session of a colleague does not exist for a person without `remote:manage`."""
    await others(t, check, "colleague", "ACCT-035")


@case("session/unknown", "SESS-004 WIRE-007", role="server")
async def unknown(t: ServerTarget, check: Check) -> None:
    """An unknown session is not found, and an id that is none is refused."""
    for name in ("session_details", "session_ticket", "session_end"):
        answer = await t.calls.mine(name, id=t.world.entropy.uuid())
        refused(check, answer, e.SESSION_NOT_FOUND, "SESS-004", f"{name} of an unknown session")
        invalid(check, await t.calls.mine(name, id="kit"), None, f"{name} of no UUID", "WIRE-007")
        upper = t.world.entropy.uuid().upper()
        if any(letter.isalpha() for letter in upper):
            invalid(check, await t.calls.mine(name, id=upper), None, f"{name} of a UUID in upper case", "WIRE-007")


async def rows(t: ServerTarget, check: Check, **query: str) -> list[Any]:
    """The rows of a list."""
    answer = await t.calls.mine("session_list", query=query)
    done = shaped(check, answer, "session_list", "SESS-026", f"the list {query} is answered")
    return list(done.data) if done is not None else []


@case("session/list", "SESS-026", role="server")
async def listed(t: ServerTarget, check: Check) -> None:
    """The list has the live ones, newest first, and the ended ones for the asking."""
    agent = await t.agent()
    device = {"deviceId": agent.device_id}
    made = []
    for kind in ("terminal", "terminal", "desktop"):
        made.append(await t.session(agent, kind))
        shown = str((await t.details(made[-1])).get("createdAt"))
        # Where dates are kept to the second, two within one second have no order.
        await trio.sleep(0.02 if "." in shown else 1.1)
    await t.calls.mine("session_end", id=made[0])
    check.equal(made[:0:-1], [each.id for each in await rows(t, check, **device)], "SESS-026", "live, newest first")
    ended = {**device, "includeEnded": "true"}
    every = [each.id for each in await rows(t, check, **ended)]
    check.equal(made[::-1], [each for each in every if each in made], "SESS-026", "`includeEnded` adds the ended one")
    done = [each.id for each in await rows(t, check, **device, status="disconnected")]
    check.that(made[0] in done and not set(made[1:]) & set(done), "SESS-026", "an ended `status` asks for it", done)
    desktops = [each.id for each in await rows(t, check, **device, type="desktop")]
    check.equal([made[2]], desktops, "SESS-026", "`type` is a filter")
    elsewhere = await rows(t, check, deviceId=t.world.entropy.uuid())
    check.equal([], elsewhere, "SESS-026", "`deviceId` is a filter")
    answer = await t.calls.mine("session_list", query={**device, "limit": "1", "page": "2"})
    page = shaped(check, answer, "session_list", "SESS-026", "a page is answered")
    if page is not None:
        seen = ([each.id for each in page.data], page.pagination.total, page.pagination.page, page.pagination.limit)
        check.equal(([made[1]], 2, 2, 1), seen, "SESS-026", "the second page of one")
    for wrong in ({"limit": "101"}, {"limit": "0"}, {"page": "0"}, {"status": "asleep"}, {"deviceId": "kit"}):
        invalid(check, await t.calls.mine("session_list", query=wrong), None, f"{wrong} is out of bounds")
    unknown_filter = await t.calls.mine("session_list", query={"colour": "red"})
    invalid(check, unknown_filter, None, "a filter is unknown", "WIRE-006")


def seconds_of(date: Any) -> float:
    """A date of the wire in seconds."""
    return datetime.fromisoformat(str(date)).timestamp()


@case("session/end", "SESS-020 SESS-019 SESS-022 SESS-036", role="server")
async def end(t: ServerTarget, check: Check) -> None:
    """An end is recorded, with its duration and the caller's bytes, and happens once."""
    agent = await t.agent()
    session_id = await t.session(agent)
    await trio.sleep(1.6)
    answer = await t.calls.mine("session_end", {"bytesTransferred": 1234, "colour": "red"}, id=session_id)
    done = shaped(check, answer, "session_end", "SESS-020", "the end is answered")
    if done is None:
        return
    check.equal((session_id, "disconnected"), (done.id, done.status), "SESS-020", "the session as it ended")
    check.equal(1234, done.bytes_transferred, "SESS-036", "the caller's bytes")
    dated(check, done.ended_at)
    shown = await t.details(session_id)
    check.equal(done.ended_at, shown.get("endedAt"), "SESS-019", "the moment is recorded")
    check.equal(done.duration_seconds, shown.get("durationSeconds"), "SESS-019", "the duration is recorded")
    lasted = seconds_of(shown.get("endedAt")) - seconds_of(shown.get("createdAt"))
    check.that(abs(done.duration_seconds - lasted) <= 1, "SESS-019", "it is the whole seconds between", (done, lasted))
    check.that(done.duration_seconds >= 1, "SESS-019", "it is counted from the creation", done.duration_seconds)
    again = await t.calls.mine("session_end", {"bytesTransferred": 9}, id=session_id)
    if refused(check, again, e.SESSION_ENDED, "SESS-022", "it cannot be ended again"):
        check.equal("disconnected", again.field("status"), "SESS-022", "its status is told")
    after = await t.details(session_id)
    check.equal(shown, after, "SESS-006", "the record stays as it is")


@case("session/end-body", "SESS-036 WIRE-010", role="server")
async def end_body(t: ServerTarget, check: Check) -> None:
    """The body of an end can be left out; one that is wrong ends nothing."""
    agent = await t.agent()
    session_id = await t.session(agent)
    wrong: list[Any] = [{"bytesTransferred": -1}, {"bytesTransferred": 1.5}, {"bytesTransferred": "many"}, []]
    for body in wrong:
        invalid(check, await t.calls.mine("session_end", body, id=session_id), None, f"{body} is refused")
    check.equal("pending", (await t.details(session_id)).get("status"), "WIRE-024", "a refused end ends nothing")
    given: Any
    for given in (None, {}):
        other = session_id if given is None else await t.session(agent)
        answer = await t.calls.mine("session_end", given, id=other)
        done = shaped(check, answer, "session_end", "SESS-020", f"an end with the body {given} is answered")
        if done is not None:
            check.equal(None, done.bytes_transferred, "SESS-036", "nobody gave bytes")


@case("session/side-by-side", "SESS-029", role="server")
async def side_by_side(t: ServerTarget, check: Check) -> None:
    """Sessions on one device stand side by side."""
    agent = await t.agent()
    made = [await t.session(agent) for _ in range(3)]
    states = [(await t.details(each)).get("status") for each in made]
    check.equal(["pending"] * 3, states, "SESS-029", "none has ended another")


async def live(t: ServerTarget, who: str = "self") -> int:
    """How many live sessions the person has."""
    answer = await t.calls.mine("session_list", who=who, query={"limit": "1"})
    found = (answer.field("pagination") or {}).get("total")
    return found if isinstance(found, int) else -1


def limit_of(t: ServerTarget, scope: str) -> int:
    """The limit that the server was given: the account file's `limits`, or the documented default."""
    given = t.accounts.get("limits")
    default = {"user": 5, "org": 10}[scope]
    return int(given.get(scope, default)) if isinstance(given, dict) else default


def over(check: Check, answer: Answer, code: e.Code, clause: str, count: int, limit: int) -> None:
    """The answer refuses for a limit and says how full it is."""
    if refused(check, answer, code, clause, "one more is refused"):
        told = (answer.field("currentCount"), answer.field("maxAllowed"))
        check.equal((count, limit), told, "SESS-033", "the counts are told")


@case("session/limit-of-person", "SESS-032 SESS-033", role="server")
async def limit_of_person(t: ServerTarget, check: Check) -> None:
    """A person has as many live sessions as the limit, not one more, and room again after an end."""
    agent = await t.agent()
    limit, already = limit_of(t, "user"), await live(t)
    check.control(0 <= already < limit, "the person is below the limit", already)
    made = []
    for number in range(already + 1, limit + 1):
        answer = await t.create(agent.device_id)
        if not check.equal(201, answer.status, "SESS-032", f"session {number} of {limit} is created"):
            return
        made.append(str(answer.field("id")))
    over(check, await t.create(agent.device_id), e.SESSION_LIMIT_USER, "SESS-032", limit, limit)
    check.equal(limit, await live(t), "WIRE-024", "the refused one does not count")
    await t.calls.mine("session_end", id=made[0])
    check.equal(201, (await t.create(agent.device_id)).status, "SESS-032", "an ended one leaves room")


@case("session/limit-at-once", "SESS-030", role="server", deadline=40)
async def limit_at_once(t: ServerTarget, check: Check) -> None:
    """No number of simultaneous creations passes the limit."""
    agent = await t.agent()
    limit, already = limit_of(t, "user"), await live(t)
    check.control(0 <= already < limit, "the person is below the limit", already)
    answers: list[Answer] = []

    async def one() -> None:
        answers.append(await t.create(agent.device_id))

    async with trio.open_nursery() as nursery:
        for _ in range(limit + 5):
            nursery.start_soon(one)
    made = sum(answer.status == 201 for answer in answers)
    check.equal(limit - already, made, "SESS-030", "exactly as many as there is room for are created")
    for answer in answers:
        if answer.status != 201:
            refused(check, answer, e.SESSION_LIMIT_USER, "SESS-032", "the others are refused")
    check.equal(limit, await live(t), "SESS-030", "the list agrees")


@case("session/limit-of-organisation", "SESS-031 SESS-033", role="server", requires=("account:colleague",), deadline=60)
async def limit_of_organisation(t: ServerTarget, check: Check) -> None:
    """An organisation has as many live sessions as its limit, not one more."""
    agent = await t.agent()
    limit = limit_of(t, "org")
    room = limit_of(t, "user")
    count = await live(t) + await live(t, "colleague")
    check.control(count == 0 and 2 * room >= limit, "two people can fill the organisation's limit", count)
    for number in range(1, limit + 1):
        who = "self" if number <= room else "colleague"
        answer = await t.create(agent.device_id, who=who)
        if answer.code == "SESSION_LIMIT_ORG":
            told = answer.field("currentCount")
            check.control(told == number - 1, "nobody else of the organisation has live sessions", answer)
        if not check.equal(201, answer.status, "SESS-031", f"session {number} of {limit} is created"):
            return
    over(check, await t.create(agent.device_id), e.SESSION_LIMIT_ORG, "SESS-031", limit, limit)


@case("session/stale", "SESS-024", role="server")
async def stale(t: ServerTarget, check: Check) -> None:
    """A sweep ends the caller's live sessions on the device that it names, and no others."""
    agent, other = await t.agent(), await t.agent()
    mine = [await t.session(agent), await t.session(agent, "desktop")]
    elsewhere = await t.session(other)
    answer = await t.calls.mine("session_stale", query={"deviceId": agent.device_id})
    done = shaped(check, answer, "session_stale", "SESS-024", "the sweep is answered")
    if done is None:
        return
    check.equal((2, sorted(mine)), (done.cleaned, sorted(done.ids)), "SESS-024", "it tells what it has ended")
    for session_id in mine:
        shown = await t.details(session_id)
        check.equal("disconnected", shown.get("status"), "SESS-024", "the session has ended")
        whole = isinstance(shown.get("durationSeconds"), int)
        check.that(whole, "SESS-019", "its duration is recorded", shown.get("durationSeconds"))
    check.equal("pending", (await t.details(elsewhere)).get("status"), "SESS-024", "another device's has not")
    answer = await t.calls.mine("session_stale", query={"deviceId": agent.device_id})
    check.equal((200, 0), (answer.status, answer.field("cleaned")), "SESS-024", "an ended one is not ended again")
    invalid(check, await t.calls.mine("session_stale", query={"deviceId": "kit"}), None, "the id is no UUID")


@case("session/stale-all", "SESS-024", role="server")
async def stale_all(t: ServerTarget, check: Check) -> None:
    """Only a caller with `remote:manage` sweeps the organisation."""
    agent = await t.agent()
    known = await t.calls.mine("me")
    permissions = (known.field("user") or {}).get("permissions") or []
    query = {"all": "true", "deviceId": agent.device_id}
    answer = await t.calls.mine("session_stale", query=query)
    if "remote:manage" in permissions:
        shaped(check, answer, "session_stale", "SESS-024", "a caller with remote:manage may")
    else:
        refused(check, answer, e.ACCESS_DENIED, "SESS-024", "a caller without remote:manage may not")


@case("session/agent-lost-while-pending", "SESS-017", role="server")
async def agent_lost_while_pending(t: ServerTarget, check: Check) -> None:
    """A pending session outlives the loss of its agent, and its terminal can begin when the agent is back."""
    device = await t.idle_identity()
    agent = await t.agent(identity=device)
    session_id = await t.session(agent)
    await gone(t, agent)
    check.equal("pending", (await t.details(session_id)).get("status"), "SESS-017", "the session is still pending")
    again = await t.agent(identity=device)
    await t.viewer(session_id)
    with check.about("SESS-017", "the agent that is back gets the start"):
        await again.command("terminal_start", session_id)


async def gone(t: ServerTarget, agent: KitAgent) -> None:
    """The agent leaves, and the server has noticed."""
    await agent.leave()
    with trio.move_on_after(t.timing.seconds(5)):
        shown = await t.calls.mine("device_details", id=agent.device_id)
        while shown.field("status") == "online":
            await trio.sleep(0.05)
            shown = await t.calls.mine("device_details", id=agent.device_id)
