"""The watch: once a second, what time and withdrawn rights demand is done.

Rights are also withdrawn by other processes on the same database, so the watch asks the database; `Services.recheck`
makes it ask at once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import sqlalchemy as sa
import trio
from sqlalchemy.engine import Connection

from breeze_protocol.errors import BreezeError

from . import lifecycle
from .lifecycle import News
from .schema import devices, logins, role_permissions, users

if TYPE_CHECKING:
    from .services import Services

log = logging.getLogger(__name__)

INTERVAL = 1.0
"""Seconds in which a withdrawn right closes what it had opened."""

_AT_ONCE = 500


@attrs.frozen
class Found:
    """What one look at the database found."""

    overdue: list[tuple[str, str]]
    logins: frozenset[str]
    """Those of the asked log-ins that still may use remote access."""
    agents: frozenset[str]
    """Those of the asked agents that still may be connected."""


async def watch(services: Services) -> None:
    """Look every second, or when asked to, for ever."""
    while True:
        with trio.move_on_after(INTERVAL):
            await services.recheck.wait()
        services.recheck = trio.Event()
        try:
            await look(services)
        except BreezeError as error:
            log.error("the watch could not look: %s", error)


async def look(services: Services) -> None:
    """Do once what the watch does every second. Raises StorageError."""
    terminals, links = services.terminals.all(), services.agents.all()
    asked = sorted({terminal.login_id for terminal in terminals})
    agents = [link.agent_id for link in links]
    found = await services.db.read(_look, asked, agents, services.now, services.limits)
    for session_id, event in found.overdue:
        await lifecycle.time_out(services, session_id, event)
    for terminal in terminals:
        if terminal.login_id not in found.logins and terminal.login_id in asked:
            await _withdraw(services, terminal.session_id)
    for link in links:
        if link.agent_id not in found.agents:
            link.happened("access_revoked")


async def _withdraw(services: Services, session_id: str) -> None:
    try:
        await lifecycle.move(services, session_id, News("access_revoked"))
    except BreezeError as error:
        log.error("a session could not be withdrawn: %s", error, extra={"session": session_id})
        services.terminals.end(session_id, lifecycle.WORDS["access_revoked"])


def _look(
    connection: Connection, asked: Sequence[str], agents: Sequence[str], now: float, limits: Mapping[str, float]
) -> Found:
    allowed = (
        sa.select(logins.c.id)
        .join(users, users.c.id == logins.c.user_id)
        .join(role_permissions, role_permissions.c.role_id == users.c.role_id)
        .where(role_permissions.c.permission == "remote:access")
        .where(logins.c.revoked_at.is_(None), users.c.status == "active")
    )
    admitted = sa.select(devices.c.agent_id).where(devices.c.status.not_in(("quarantined", "decommissioned")))
    return Found(
        lifecycle.overdue(connection, now, limits),
        _those(connection, allowed, logins.c.id, asked),
        _those(connection, admitted, devices.c.agent_id, agents),
    )


def _those(
    connection: Connection, query: sa.Select[str], column: sa.Column[str], asked: Sequence[str]
) -> frozenset[str]:
    found: set[str] = set()
    for start in range(0, len(asked), _AT_ONCE):
        found.update(connection.execute(query.where(column.in_(asked[start : start + _AT_ONCE]))).scalars())
    return frozenset(found)
