"""Sessions over HTTP: create, list, see, mint a ticket, end. Clauses: SESS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from breeze_protocol import errors as e
from breeze_protocol.account.messages import TicketResponse
from breeze_protocol.errors import Code
from breeze_protocol.session import messages as m
from breeze_protocol.session.engine import Session, outcome
from breeze_protocol.session.table import SESSION

from . import audit, lifecycle, tickets
from .audit import Actor, Record
from .dates import iso, iso_or_none
from .devices import find
from .gate import Person
from .lifecycle import News
from .refusal import Refusal
from .schema import LIVE_CREATED_AT, LIVE_ROWS, devices, orgs, remote_sessions, role_permissions, users

if TYPE_CHECKING:
    from .http import Call
    from .services import Services

_TICKET_TYPES = ("terminal", "desktop")
_AWAY = ("updating", "quarantined", "decommissioned")

Online = Callable[[str], bool]


def _actor(person: Person) -> Actor:
    return Actor("user", person.id, person.user["email"])


# -- create -----------------------------------------------------------------------------------------------------------
async def create(services: Services, call: Call) -> m.SessionCreated | Refusal:
    """Open a session; limits are counted in the transaction that inserts it (SESS-030)."""
    session_id = services.world.entropy.uuid()
    return await services.db.write(
        _create, call.who, call.body, session_id, services.agents.online, services.limits, services.now
    )


def _create(
    connection: Connection,
    person: Person,
    asked: m.SessionCreate,
    session_id: str,
    online: Online,
    limits: Mapping[str, float],
    now: float,
) -> m.SessionCreated | Refusal:
    device = find(connection, person.org_id, asked.device_id)
    org_limit = connection.execute(sa.select(orgs.c.session_limit).where(orgs.c.id == person.org_id)).scalar()
    if org_limit is not None:
        limits = {**limits, "org_sessions": min(limits["org_sessions"], org_limit)}
    facts = {
        "device_visible": device is not None,
        "device_online": device is not None and online(device["agent_id"]) and device["status"] not in _AWAY,
        "org_live": _count(connection, remote_sessions.c.org_id == person.org_id),
        "user_live": _count(connection, remote_sessions.c.user_id == person.id),
    }
    event = outcome("create", facts, limits)
    if isinstance(event, Code) or device is None:
        return _not_created(connection, person, event, device, facts, limits)
    session = Session.create(now, limits)
    row = {"id": session_id, "org_id": person.org_id, "user_id": person.id, "device_id": device["id"]}
    row |= {"type": asked.type, "state": session.state, "created_at": now, "wake_at": session.wake_at}
    connection.execute(sa.insert(remote_sessions), [row])
    details = {"type": asked.type, "to": session.state}
    record = Record("session_initiated", _actor(person), device["id"], session_id, start=now, details=details)
    audit.append(connection, person.org_id, record, now)
    brief = m.DeviceBrief(device["id"], device["hostname"], device["os_type"])
    status = SESSION.status(session.state)
    return m.SessionCreated(session_id, device["id"], person.id, asked.type, status, iso(now), brief)


def _count(connection: Connection, whose: Any) -> int:
    live = sa.select(sa.func.count()).select_from(remote_sessions).where(whose, LIVE_ROWS)
    return int(connection.execute(live).scalar_one())


def _not_created(
    connection: Connection, person: Person, code: Any, device: Any, facts: Mapping[str, Any], limits: Mapping[str, Any]
) -> Refusal:
    if code is e.DEVICE_OFFLINE:
        status = "offline" if device["status"] == "online" else device["status"]
        return Refusal(code, extras={"deviceStatus": status})
    if code.http != 429:
        return Refusal(code)
    which, limit = ("org_live", "org_sessions") if code is e.SESSION_LIMIT_ORG else ("user_live", "user_sessions")
    extras = {"currentCount": facts[which], "maxAllowed": int(limits[limit])}
    details = _who_fills(connection, person.org_id) if code is e.SESSION_LIMIT_ORG else None
    # The soonest that a session which nobody uses any more can end by itself.
    return Refusal(code, details=details, extras=extras, retry_after=int(limits["viewer_grace"]))


def _who_fills(connection: Connection, org_id: str) -> dict[str, Any]:
    """Whose sessions fill the organisation's limit, and who can end them."""
    count = sa.func.count().label("sessions")
    holders = (
        sa.select(users.c.name, users.c.email, count)
        .join(remote_sessions, remote_sessions.c.user_id == users.c.id)
        .where(remote_sessions.c.org_id == org_id, LIVE_ROWS)
        .group_by(users.c.id)
        .order_by(count.desc())
        .limit(20)
    )
    managers = (
        sa.select(users.c.name, users.c.email)
        .join(role_permissions, role_permissions.c.role_id == users.c.role_id)
        .where(users.c.org_id == org_id, role_permissions.c.permission == "remote:manage", users.c.status == "active")
        .limit(20)
    )
    return {
        "heldBy": [dict(row) for row in connection.execute(holders).mappings()],
        "canEnd": [dict(row) for row in connection.execute(managers).mappings()],
    }


# -- see --------------------------------------------------------------------------------------------------------------
_SHOWN = (
    sa.select(
        remote_sessions,
        devices.c.hostname,
        devices.c.os_type,
        devices.c.status.label("device_status"),
        users.c.name,
        users.c.email,
    )
    .join(devices, devices.c.id == remote_sessions.c.device_id)
    .join(users, users.c.id == remote_sessions.c.user_id)
)


def _seen(connection: Connection, person: Person, session_id: str, *, manager: bool) -> Any:
    """The session's row where this person may see it; None for everything else (SESS-004)."""
    row = connection.execute(_SHOWN.where(remote_sessions.c.id == session_id)).mappings().first()
    facts = {
        "same_org": row is not None and row["org_id"] == person.org_id,
        "owner": row is not None and row["user_id"] == person.id,
        "manager": manager and person.manager,
    }
    return None if isinstance(outcome("see", facts, {}), Code) else row


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "device_id": row["device_id"],
        "user_id": row["user_id"],
        "type": row["type"],
        "status": SESSION.status(row["state"]),
        "created_at": iso(row["created_at"]),
        "started_at": iso_or_none(row["started_at"]),
        "ended_at": iso_or_none(row["ended_at"]),
        "duration_seconds": row["duration_seconds"],
        "bytes_transferred": row["bytes_transferred"],
        "bytes_measured": row["bytes_measured"],
        "error_message": row["error_message"],
        "device": m.DeviceBrief(row["device_id"], row["hostname"], row["os_type"], row["device_status"]),
        "user": m.Person(row["name"], row["email"]),
    }


async def details(services: Services, call: Call) -> m.SessionDetails | Refusal:
    """Everything about one session (SESS-005)."""
    return await services.db.read(_details, call.who, call.parameters["id"])


def _details(connection: Connection, person: Person, session_id: str) -> m.SessionDetails | Refusal:
    row = _seen(connection, person, session_id, manager=True)
    if row is None:
        return Refusal(e.SESSION_NOT_FOUND)
    return m.SessionDetails(**_row(row), recording_url=row["recording_url"])


async def listing(services: Services, call: Call) -> m.SessionList:
    """One page of the caller's sessions, newest first; a manager's show the whole organisation (SESS-026)."""
    return await services.db.read(_list, call.who, call.query)


def _list(connection: Connection, person: Person, query: m.SessionListQuery) -> m.SessionList:
    wanted = _wanted(person, query)
    date = LIVE_CREATED_AT if any(each is LIVE_ROWS for each in wanted) else remote_sessions.c.created_at
    total = connection.execute(sa.select(sa.func.count()).select_from(remote_sessions).where(*wanted)).scalar_one()
    page = _SHOWN.where(*wanted).order_by(date.desc(), remote_sessions.c.id)
    rows = connection.execute(page.limit(query.limit).offset((query.page - 1) * query.limit)).mappings()
    return m.SessionList([m.SessionRow(**_row(row)) for row in rows], m.Pagination(query.page, query.limit, total))


def _wanted(person: Person, query: m.SessionListQuery) -> list[Any]:
    """The conditions of a listing; `LIVE_ROWS` among them where nothing that has ended can meet them."""
    table = remote_sessions.c
    wanted: list[Any] = [table.org_id == person.org_id if person.manager else table.user_id == person.id]
    if query.device_id is not None:
        wanted.append(table.device_id == query.device_id)
    if query.type is not None:
        wanted.append(table.type == query.type)
    states = [state for state in SESSION.states if SESSION.status(state.name) == query.status]
    if query.status is not None:
        wanted.append(table.state.in_([state.name for state in states]))
    if not any(state.final for state in states) and not (query.status is None and query.include_ended):
        wanted.append(LIVE_ROWS)
    return wanted


# -- ticket -----------------------------------------------------------------------------------------------------------
async def ticket(services: Services, call: Call) -> TicketResponse | Refusal:
    """A ticket for the viewer's socket (ACCT-040); only the session's owner gets one."""
    token = services.world.entropy.token_urlsafe(32)
    refused = await services.db.write(_mint, call.who, call.parameters["id"], token, services.now)
    return refused or TicketResponse(token, int(services.limits["ticket_life"]))


def _mint(connection: Connection, person: Person, session_id: str, token: str, now: float) -> Refusal | None:
    row = _seen(connection, person, session_id, manager=False)
    if row is None:
        return Refusal(e.SESSION_NOT_FOUND)
    facts = {"ticket_type": row["type"] in _TICKET_TYPES, "live": lifecycle.live(row["state"])}
    code = outcome("mint", facts, {})
    if isinstance(code, Code):
        return Refusal(code, extras={"status": SESSION.status(row["state"])})
    tickets.mint(connection, token, row, person.login_id, now)
    return None


# -- end --------------------------------------------------------------------------------------------------------------
async def end(services: Services, call: Call) -> m.SessionEnded | Refusal:
    """End a session, its agent's side and its sockets (SESS-020, SESS-021)."""
    session_id, body = call.parameters["id"], call.body or m.SessionEnd()
    news = News("end_requested", _actor(call.who), None, body.bytes_transferred, body.recording_url)
    measured = services.terminals.measured(session_id)
    ended, changes = await services.db.write(_end, call.who, session_id, news, services.now, services.limits, measured)
    lifecycle.conclude(services, session_id, [news][: len(changes)], changes)
    return ended


def _end(
    connection: Connection,
    person: Person,
    session_id: str,
    news: News,
    now: float,
    limits: Mapping[str, float],
    measured: int | None,
) -> tuple[m.SessionEnded | Refusal, Any]:
    row = _seen(connection, person, session_id, manager=True)
    if row is None:
        return Refusal(e.SESSION_NOT_FOUND), ()
    code = outcome("end", {"live": lifecycle.live(row["state"])}, limits)
    if isinstance(code, Code):
        return Refusal(code, extras={"status": SESSION.status(row["state"])}), ()
    changes = lifecycle.apply(connection, session_id, [news], now, limits, measured)
    row = _row(_seen(connection, person, session_id, manager=True))
    shown = ("id", "status", "ended_at", "duration_seconds", "bytes_transferred", "bytes_measured")
    return m.SessionEnded(**{name: row[name] for name in shown}), changes


async def stale(services: Services, call: Call) -> m.StaleEnded | Refusal:
    """End the caller's own live sessions; with `all=true` a manager's whole organisation's (SESS-024)."""
    if call.query.all and not call.who.manager:
        return Refusal(e.ACCESS_DENIED)
    news = News("reaped", _actor(call.who))
    measured = services.terminals.all_measured()
    ended = await services.db.write(_reap, call.who, call.query, news, services.now, services.limits, measured)
    for session_id, changes in ended:
        lifecycle.conclude(services, session_id, [news], changes)
    return m.StaleEnded(len(ended), [session_id for session_id, _ in ended])


def _reap(
    connection: Connection,
    person: Person,
    query: m.StaleQuery,
    news: News,
    now: float,
    limits: Mapping[str, float],
    measured: Mapping[str, int],
) -> list[tuple[str, Any]]:
    table = remote_sessions.c
    wanted = [table.org_id == person.org_id, LIVE_ROWS]
    if not query.all:
        wanted.append(table.user_id == person.id)
    if query.device_id is not None:
        wanted.append(table.device_id == query.device_id)
    found = connection.execute(sa.select(table.id).where(*wanted).order_by(LIVE_CREATED_AT)).scalars().all()
    return [(each, lifecycle.apply(connection, each, [news], now, limits, measured.get(each))) for each in found]


HANDLERS = {
    "session_create": create,
    "session_list": listing,
    "session_stale": stale,
    "session_details": details,
    "session_ticket": ticket,
    "session_end": end,
}
