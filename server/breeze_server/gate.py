"""Who is calling: facts are looked up here, and decided by the protocol's gate tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from breeze_protocol.account import engine
from breeze_protocol.ids import AGENT_TOKEN_PATTERN
from breeze_protocol.link.table import AGENT_GATE
from breeze_protocol.machine import Machine
from breeze_protocol.wire import encode

from .refusal import Refusal
from .schema import devices, logins, role_permissions, users
from .tokens import hash_token, same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .services import Services
    from .tokens import Claims

_AGENT_TOKEN = re.compile(AGENT_TOKEN_PATTERN)

# Asked at every call, so they are built once.
_PERSON = (
    sa.select(users, logins.c.mfa.label("login_mfa"))
    .join(logins, logins.c.user_id == users.c.id)
    .where(users.c.id == sa.bindparam("user"), logins.c.id == sa.bindparam("login"), logins.c.revoked_at.is_(None))
)
_PERMISSIONS = sa.select(role_permissions.c.permission).where(role_permissions.c.role_id == sa.bindparam("role"))
_DEVICE = sa.select(devices).where(devices.c.agent_id == sa.bindparam("agent"))


@attrs.frozen
class Person:
    """The person behind an admitted call."""

    user: Mapping[str, Any]
    """Their row in users."""
    login_id: str
    mfa: bool
    permissions: frozenset[str]

    @property
    def id(self) -> str:
        """The user's id."""
        return str(self.user["id"])

    @property
    def org_id(self) -> str:
        """The organisation that everything this person may see belongs to."""
        return str(self.user["org_id"])

    @property
    def manager(self) -> bool:
        """Whether they may act on other people's sessions in their organisation."""
        return "remote:manage" in self.permissions


def bearer(authorization: str | None) -> str | None:
    """The token of an Authorization header; None where there is none."""
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and token else None


async def admit_person(
    services: Services, authorization: str | None, permission: str | None, mfa: bool
) -> Person | Refusal:
    """The person who may make this call, or why not (ACCT-010 to ACCT-031); permissions are read at every call."""
    token = bearer(authorization)
    claims = None if token is None else services.tokens.read(token, services.world.wall.now())
    person = None if claims is None else await services.db.read(find_person, claims.sub, claims.sid)
    facts = {
        "token_given": token is not None,
        "token_valid": claims is not None,
        "token_unrevoked": person is not None,
        "account_active": person is not None and person.user["status"] == "active",
        "permission_held": permission is None or (person is not None and permission in person.permissions),
        "mfa_satisfied": not mfa or _both_factors(claims, person),
    }
    refused = engine.gate(facts)
    if refused is not None or person is None:
        assert refused is not None
        return Refusal(refused)
    return person


def _both_factors(claims: Claims | None, person: Person | None) -> bool:
    return claims is not None and person is not None and claims.mfa and person.mfa


def find_person(connection: Connection, user_id: str, login_id: str) -> Person | None:
    """The person, where the log-in is theirs and not revoked; a unit of work."""
    row = connection.execute(_PERSON, {"user": user_id, "login": login_id}).mappings().first()
    if row is None:
        return None
    return Person(row, login_id, row["login_mfa"], permissions_of(connection, row["role_id"]))


def permissions_of(connection: Connection, role_id: str) -> frozenset[str]:
    """The permissions of a role; a unit of work."""
    return frozenset(connection.execute(_PERMISSIONS, {"role": role_id}).scalars())


async def admit_agent(
    services: Services, agent_id: str, authorization: str | None, given: str = "call", source: str = ""
) -> Mapping[str, Any] | Refusal:
    """The device whose agent calls or dials, or why it may not (LINK-010 to LINK-022).

    The row has `previous_token_used` beside the columns of devices.
    """
    window, key = (services.agent_calls, agent_id) if given == "call" else (services.agent_dials, (agent_id, source))
    token = bearer(authorization)
    formed = token is not None and _AGENT_TOKEN.fullmatch(token) is not None
    row = await services.db.read(_find_device, agent_id) if formed else None
    facts: dict[str, float] = {
        "header_given": token is not None,
        "token_well_formed": formed,
        "token_matches": False,
        "commissioned": row is not None and row["status"] != "decommissioned",
        "not_quarantined": row is not None and row["status"] != "quarantined",
        "recent_requests" if given == "call" else "recent_connects": window.count(key),
    }
    previous = False
    if token is not None and formed:
        current, previous = _matches(row, token, services.world.wall.now())
        facts["token_matches"] = current or previous
    table: Machine = AGENT_GATE
    refused = engine.decide(table, table.initial, given, facts, services.limits).refusal
    if given == "dial" or facts["token_matches"]:
        window.hit(key)
    if refused is not None or row is None:
        assert refused is not None
        return Refusal(refused, retry_after=window.retry_after(key) if refused.http == 429 else None)
    return dict(row) | {"previous_token_used": previous}


def _find_device(connection: Connection, agent_id: str) -> Any:
    return connection.execute(_DEVICE, {"agent": agent_id}).mappings().first()


def _matches(row: Any, token: str, now: float) -> tuple[bool, bool]:
    """Whether the token is the device's current one, or the previous one in its last minutes; always as slow."""
    hashed = hash_token(token)
    current = same(hashed, row["token_hash"] if row is not None else "")
    previous = same(hashed, (row["previous_token_hash"] if row is not None else None) or "")
    in_time = row is not None and row["previous_token_until"] is not None and now < row["previous_token_until"]
    return current, not current and previous and in_time


def unauthorized(refusal: Refusal) -> bytes:
    """The body of a refused upgrade: LINK-021 tells a dialer no more than that it is not let in."""
    if refusal.code.http == 401:
        return encode({"error": "Unauthorized", "message": "Unauthorized", "code": refusal.code.name})
    return refusal.body()
