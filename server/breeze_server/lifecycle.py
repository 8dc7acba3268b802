"""The life of session records: every transition, and its audit record, in one transaction.

The protocol's session engine says what an event does. Here its effects are performed: the row is written, the record
appended, and, once both are durable, what the session holds open is closed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from breeze_protocol.session.engine import Change, Session
from breeze_protocol.session.table import SESSION

from . import audit
from .audit import SERVER, Actor, Record
from .schema import LIVE_ROWS, devices, remote_sessions

if TYPE_CHECKING:
    from .services import Services

WORDS = {
    "pending_timed_out": "The device did not answer in time",
    "connecting_timed_out": "The connection was not established in time",
    "start_failed": "The session could not be started",
    "viewer_lost": "The viewer's connection was lost",
    "grace_expired": "The viewer did not come back in time",
    "agent_lost": "The agent's connection was lost",
    "server_restarted": "The server was restarted",
    "end_requested": "it was ended by request",
    "reaped": "it was ended as stale",
    "access_revoked": "the right to it was withdrawn",
}
"""Why a session ended, for its record and for its viewer."""

_ACTIONS = {
    "agent_acknowledged": "session_acknowledged",
    "peer_connected": "session_connected",
    "viewer_lost": "session_suspended",
    "viewer_returned": "session_resumed",
}


@attrs.frozen
class News:
    """Something that happened to a session, and who caused it."""

    event: str
    actor: Actor = SERVER
    words: str | None = None
    bytes_transferred: int | None = None
    recording_url: str | None = None


def restore(row: Mapping[str, Any], limits: Mapping[str, float]) -> Session:
    """The engine's view of a row."""
    return Session(row["state"], row["created_at"], row["started_at"], row["wake_at"], limits)


def apply(
    connection: Connection,
    session_id: str,
    news: Sequence[News],
    now: float,
    limits: Mapping[str, float],
    measured: int | None = None,
) -> list[Change]:
    """Feed events to a session, write what changes, and record it. A unit of work.

    Raises Refused, which undoes the unit, for an event that has no place in the session's state.
    """
    which = remote_sessions.c.id == session_id
    row = dict(connection.execute(sa.select(remote_sessions).where(which)).mappings().one())
    session, changes = restore(row, limits), []
    for each in news:
        change = session.feed(each.event, now)
        changes.append(change)
        row |= {"state": session.state, "started_at": session.started_at, "wake_at": session.wake_at}
        if "record_duration" in change.effects:
            row |= _ending(session, each, change, now, measured)
        if "audit" in change.effects:
            audit.append(connection, row["org_id"], _record(row, each, change), now)
    connection.execute(sa.update(remote_sessions).where(which).values(row))
    return changes


def _ending(session: Session, news: News, change: Change, now: float, measured: int | None) -> dict[str, Any]:
    ending = {
        "ended_at": now,
        "wake_at": None,
        "duration_seconds": session.duration(now),
        "bytes_transferred": news.bytes_transferred,
        "bytes_measured": measured,
        "recording_url": news.recording_url,
    }
    if change.after == "failed":
        ending["error_message"] = news.words or WORDS.get(news.event)
    return ending


def _record(row: Mapping[str, Any], news: News, change: Change) -> Record:
    ended = row["ended_at"] is not None
    details = {"event": change.event, "from": change.before, "to": change.after, "type": row["type"]}
    if ended and row["error_message"] is not None:
        details["error"] = row["error_message"]
    if row["bytes_transferred"] is not None:
        details["bytesTransferred"] = row["bytes_transferred"]
    return Record(
        "session_ended" if ended else _ACTIONS[change.event], news.actor, row["device_id"], row["id"],
        row["started_at"] or row["created_at"], row["ended_at"], row["duration_seconds"], row["bytes_measured"],
        details,
    )  # fmt: skip


async def move(services: Services, session_id: str, *news: News) -> list[Change]:
    """Apply events to a session; what it holds open is closed once its end is durable. Raises Refused, StorageError."""
    measured = services.terminals.measured(session_id)
    changes = await services.db.write(apply, session_id, news, services.now, services.limits, measured)
    conclude(services, session_id, news, changes)
    return changes


def conclude(services: Services, session_id: str, news: Sequence[News], changes: Sequence[Change]) -> None:
    """Stop the agent's side and close the sockets of a session that has ended (SESS-021)."""
    for each, change in zip(news, changes, strict=True):
        if "close_sockets" in change.effects:
            services.terminals.end(session_id, each.words or WORDS.get(each.event, "the session has ended"))


# -- the server's own events ------------------------------------------------------------------------------------------
def overdue(connection: Connection, now: float, limits: Mapping[str, float]) -> list[tuple[str, str]]:
    """Sessions whose deadline has passed, with the event that this is. A unit of work."""
    due = sa.select(remote_sessions).where(LIVE_ROWS, remote_sessions.c.wake_at <= now)
    rows = connection.execute(due.limit(500)).mappings().all()
    found = [(row["id"], restore(row, limits).overdue(now)) for row in rows]
    return [(session_id, event) for session_id, event in found if event is not None]


async def time_out(services: Services, session_id: str, event: str) -> None:
    """Let a deadline pass, unless the session has moved on meanwhile."""
    measured = services.terminals.measured(session_id)
    changes = await services.db.write(_time_out, session_id, event, services.now, services.limits, measured)
    conclude(services, session_id, [News(event)][: len(changes)], changes)


def _time_out(
    connection: Connection, session_id: str, event: str, now: float, limits: Mapping[str, float], measured: int | None
) -> list[Change]:
    row = connection.execute(sa.select(remote_sessions).where(remote_sessions.c.id == session_id)).mappings().one()
    if restore(row, limits).overdue(now) != event:
        return []
    return apply(connection, session_id, [News(event)], now, limits, measured)


def end_all(
    connection: Connection, now: float, limits: Mapping[str, float], measured: Mapping[str, int]
) -> list[tuple[str, str]]:
    """End every live session because the server stops or has stopped (SESS-023). A unit of work.

    Returns session and agent id of those that may have left something running on an agent.
    """
    live = (
        sa.select(remote_sessions.c.id, remote_sessions.c.type, remote_sessions.c.state, devices.c.agent_id)
        .join(devices, devices.c.id == remote_sessions.c.device_id)
        .where(LIVE_ROWS)
    )
    rows = connection.execute(live).all()
    for row in rows:
        apply(connection, row.id, [News("server_restarted")], now, limits, measured.get(row.id))
    return [(row.id, row.agent_id) for row in rows if row.type == "terminal"]


def live(state: str) -> bool:
    """Whether a session in this state counts against limits."""
    return not SESSION.state_index[state].final
