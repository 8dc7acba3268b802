"""Connection tickets: one use, one minute, one session. Units of work. Clauses: ACCT-040 to ACCT-046."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from breeze_protocol.account import engine
from breeze_protocol.account.engine import Decision

from . import lifecycle
from .audit import Actor
from .gate import permissions_of
from .lifecycle import News
from .schema import devices, logins, remote_sessions, tickets, users
from .tokens import hash_token


def mint(connection: Connection, token: str, session: Mapping[str, Any], login_id: str, now: float) -> None:
    """Store a ticket for its owner's session."""
    row = {"token_hash": hash_token(token), "session_id": session["id"], "user_id": session["user_id"]}
    connection.execute(sa.insert(tickets), [row | {"login_id": login_id, "state": "minted", "created_at": now}])


def present(
    connection: Connection, token: str | None, session_id: str, now: float, limits: Mapping[str, float]
) -> tuple[Decision, dict[str, Any] | None]:
    """Spend a ticket on a session: of any number of callers one is admitted. The session learns of it at once.

    With an admission comes the session's row, with `agent_id`, `hostname`, `os_type`, `email` and `login_id` beside it.
    """
    row = None if token is None else _find(connection, hash_token(token))
    facts: dict[str, float] = {"ticket_given": token is not None and token != "", "ticket_known": row is not None}
    if row is not None:
        facts |= {
            "ticket_unspent": row["ticket_state"] == "minted",
            "ticket_age": now - row["minted_at"],
            "session_matches": row["id"] == session_id and row["type"] == "terminal",
            "user_active": row["user_status"] == "active" and row["user_id"] == row["minted_by"],
            "user_allowed": _allowed(connection, row),
            "session_live": lifecycle.live(row["state"]),
        }
    decision = engine.present_ticket("minted" if row is None else row["ticket_state"], facts, limits)
    if row is None or token is None:
        return decision, None
    which = tickets.c.token_hash == hash_token(token)
    connection.execute(sa.update(tickets).where(which).values(state=decision.state))
    if decision.refusal is not None:
        return decision, None
    actor = Actor("user", row["user_id"], row["email"])
    lifecycle.apply(connection, session_id, [News("socket_opened", actor)], now, limits)
    return decision, dict(row)


def _find(connection: Connection, hashed: str) -> Any:
    return (
        connection.execute(
            sa.select(
                remote_sessions,
                tickets.c.state.label("ticket_state"),
                tickets.c.created_at.label("minted_at"),
                tickets.c.user_id.label("minted_by"),
                tickets.c.login_id,
                logins.c.revoked_at,
                logins.c.mfa,
                users.c.status.label("user_status"),
                users.c.role_id,
                users.c.email,
                devices.c.agent_id,
                devices.c.hostname,
                devices.c.os_type,
            )
            .join(remote_sessions, remote_sessions.c.id == tickets.c.session_id)
            .join(logins, logins.c.id == tickets.c.login_id)
            .join(users, users.c.id == tickets.c.user_id)
            .join(devices, devices.c.id == remote_sessions.c.device_id)
            .select_from(tickets)
            .where(tickets.c.token_hash == hashed)
        )
        .mappings()
        .first()
    )


def _allowed(connection: Connection, row: Mapping[str, Any]) -> bool:
    unrevoked = row["revoked_at"] is None and bool(row["mfa"])
    return unrevoked and "remote:access" in permissions_of(connection, row["role_id"])
