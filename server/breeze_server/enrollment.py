"""Enrolment: a computer becomes a device. Clauses: LINK-001 to LINK-006."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from breeze_protocol import errors as e
from breeze_protocol.account.engine import Decision, decide
from breeze_protocol.link import messages
from breeze_protocol.link.table import ENROLLMENT
from breeze_protocol.wire import encode

from . import audit
from .audit import Actor, Record
from .refusal import Refusal
from .schema import devices, enrollment_keys
from .tokens import agent_token, hash_token, same

if TYPE_CHECKING:
    from .http import Call
    from .services import Services

_REASONS = {
    e.ENROLLMENT_KEY_UNKNOWN: "enrollment_key_not_found",
    e.ENROLLMENT_KEY_EXPIRED: "enrollment_key_expired",
    e.ENROLLMENT_KEY_EXHAUSTED: "enrollment_key_exhausted",
}
"""What deployed agents look for beside the words."""


@attrs.frozen
class _Made:
    device_id: str
    agent_id: str
    token: str = attrs.field(repr=False)


async def enroll(services: Services, call: Call) -> messages.EnrollResponse | Refusal:
    """Admit a computer that shows a key; its token is told here and never again (LINK-002)."""
    entropy, failures = services.world.entropy, services.enrollment_failures
    made = _Made(entropy.uuid(), entropy.token_hex(32), agent_token(entropy))
    secret = call.body.enrollment_secret or call.headers.get("x-agent-enrollment-secret")
    demanded = services.config.enrollment_secret
    unit = (_enroll, call.body, secret, None if demanded is None else hash_token(demanded), failures.count(call.source))
    decision, row = await services.db.write(*unit, made, services.limits, services.now, services.agents.online)
    if decision.refusal is not None:
        failures.hit(call.source)
        code = decision.refusal
        wait = failures.retry_after(call.source) if code.http == 429 else None
        return Refusal(code, extras={"reason": _REASONS[code]} if code in _REASONS else {}, retry_after=wait)
    interval = int(services.limits["heartbeat_interval"])
    config = messages.AgentConfig(interval)
    return messages.EnrollResponse(made.agent_id, row["id"], made.token, row["org_id"], row["site_id"], config)


def _enroll(
    connection: Connection,
    asked: messages.EnrollRequest,
    secret: str | None,
    demanded: str | None,
    failures: int,
    made: _Made,
    limits: Mapping[str, float],
    now: float,
    online: Any,
) -> tuple[Decision, dict[str, Any]]:
    hashed = hash_token(asked.enrollment_key)
    key = connection.execute(sa.select(enrollment_keys).where(enrollment_keys.c.key_hash == hashed)).mappings().first()
    wanted = demanded if key is None or key["secret_hash"] is None else key["secret_hash"]
    facts = {
        "failures": failures,
        "key_known": key is not None,
        "key_current": key is not None and (key["expires_at"] is None or now < key["expires_at"]),
        "key_has_uses": key is not None and (key["uses_most"] is None or key["uses"] < key["uses_most"]),
        "key_has_site": key is not None and key["site_id"] is not None,
        "secret_given": wanted is None or bool(secret),
        "secret_matches": wanted is None or same(hash_token(secret or ""), wanted),
    }
    decision = decide(ENROLLMENT, "asking", "enroll", facts, limits)
    if key is None or "create_device" not in decision.effects:
        return decision, {}
    which = enrollment_keys.c.id == key["id"]
    connection.execute(sa.update(enrollment_keys).where(which).values(uses=key["uses"] + 1))
    row = _identity(asked, key, made, now)
    before = _same_computer(connection, asked, key, online)
    if before is None:
        row |= {"id": made.device_id, "created_at": now, "status": "offline"}
        connection.execute(sa.insert(devices), [row])
    else:
        row |= {"id": before["id"], "previous_token_hash": None, "previous_token_until": None}
        connection.execute(sa.update(devices).where(devices.c.id == before["id"]).values(row))
    details = {"hostname": asked.hostname, "again": before is not None, "key": key["id"]}
    record = Record("device_enrolled", Actor("agent", made.agent_id), device=row["id"], details=details)
    audit.append(connection, key["org_id"], record, now)
    return decision, row


def _identity(asked: messages.EnrollRequest, key: Any, made: _Made, now: float) -> dict[str, Any]:
    inventory = {"hardware": asked.hardware_info, "network": asked.network_info}
    return {
        "org_id": key["org_id"],
        "site_id": key["site_id"],
        "agent_id": made.agent_id,
        "token_hash": hash_token(made.token),
        "token_issued_at": now,
        "hostname": asked.hostname,
        "os_type": asked.os_type,
        "os_version": asked.os_version,
        "architecture": asked.architecture,
        "agent_version": asked.agent_version,
        "device_role": asked.device_role,
        "inventory": encode(inventory).decode() if any(inventory.values()) else None,
    }


def _same_computer(connection: Connection, asked: messages.EnrollRequest, key: Any, online: Any) -> Any:
    """The device that this computer was before; one that is connected is another computer with the same name."""
    rows = connection.execute(
        sa.select(devices.c.id, devices.c.agent_id)
        .where(
            devices.c.org_id == key["org_id"],
            devices.c.site_id == key["site_id"],
            devices.c.hostname == asked.hostname,
            devices.c.status.in_(("offline", "updating")),
        )
        .order_by(devices.c.created_at.desc())
    ).mappings()
    return next((row for row in rows.all() if not online(row["agent_id"])), None)


HANDLERS = {"agent_enroll": enroll}
