"""Devices: what agents report and fetch over HTTP, and how people see devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa
from quart import Response, request
from sqlalchemy.engine import Connection

from breeze_protocol import errors as e
from breeze_protocol.account.messages import Success
from breeze_protocol.endpoints import BASE
from breeze_protocol.ids import is_uuid
from breeze_protocol.link import messages
from breeze_protocol.link.endpoints import UPLOADS
from breeze_protocol.link.table import COMMAND
from breeze_protocol.machine import Refused
from breeze_protocol.wire import encode

from . import audit
from .audit import Actor, Record
from .dates import iso, iso_or_none
from .gate import admit_agent
from .http import read_body, respond
from .refusal import Refusal
from .schema import commands, device_metrics, devices
from .tokens import agent_token, hash_token

if TYPE_CHECKING:
    from .bounded_body import Application
    from .http import Call
    from .services import Services

METRICS_KEPT = 86400.0
"""Seconds of a device's figures that are kept; older ones go as new ones come."""

_UPLOAD_MOST = 10 << 20


# -- for agents -------------------------------------------------------------------------------------------------------
async def heartbeat(services: Services, call: Call) -> messages.HeartbeatResponse:
    """Take a report, and hand out what waits for the agent (LINK-013)."""
    claimed = await services.db.write(_heartbeat, call.agent["id"], call.body, services.limits, services.now)
    return messages.HeartbeatResponse(claimed)


def _heartbeat(
    connection: Connection, device_id: str, report: messages.Heartbeat, limits: Mapping[str, float], now: float
) -> list[messages.Command]:
    changes: dict[str, Any] = {"last_seen_at": now, "agent_version": report.agent_version}
    for name in ("hostname", "os_version"):
        value = getattr(report, name)
        if isinstance(value, str) and 1 <= len(value) <= 255:  # a fault in what is optional is dropped, LINK-013
            changes[name] = value
    connection.execute(sa.update(devices).where(devices.c.id == device_id).values(changes))
    _keep_metrics(connection, device_id, report, now)
    return claim(connection, device_id, int(limits["heartbeat_commands"]), now)


def _keep_metrics(connection: Connection, device_id: str, report: messages.Heartbeat, now: float) -> None:
    if report.metrics is None:
        return
    try:
        figures = msgspec.convert(report.metrics, messages.Metrics)
    except msgspec.ValidationError:
        return
    of_device = device_metrics.c.device_id == device_id
    connection.execute(sa.delete(device_metrics).where(of_device, device_metrics.c.at < now - METRICS_KEPT))
    connection.execute(sa.delete(device_metrics).where(of_device, device_metrics.c.at == now))
    row = {"device_id": device_id, "at": now, "figures": encode(figures).decode()}
    connection.execute(sa.insert(device_metrics), [row])


def claim(connection: Connection, device_id: str, most: int, now: float) -> list[messages.Command]:
    """Take the oldest pending commands of a device; from now on they are sent."""
    rows = connection.execute(
        sa.select(commands)
        .where(commands.c.device_id == device_id, commands.c.status == "pending")
        .order_by(commands.c.created_at)
        .limit(most)
    ).mappings()
    claimed = []
    for row in rows.all():
        status = COMMAND.row(row["status"], "command_claimed").target
        connection.execute(sa.update(commands).where(commands.c.id == row["id"]).values(status=status, sent_at=now))
        claimed.append(messages.Command(row["id"], row["type"], msgspec.json.decode(row["payload"])))
    return claimed


async def command_result(services: Services, call: Call) -> Success | Refusal:
    """How a command ended (LINK-051); repeated results and ids that are none of ours change nothing."""
    command_id = call.parameters["commandId"]
    if not is_uuid(command_id):
        return Success()
    found = await services.db.write(store_result, call.agent["id"], command_id, call.body, services.now)
    return Success() if found else Refusal(e.COMMAND_NOT_FOUND)


def store_result(connection: Connection, device_id: str, command_id: str, outcome: Any, now: float) -> bool:
    """Store how a command ended; False where the device has no such command. A unit of work."""
    which = sa.and_(commands.c.id == command_id, commands.c.device_id == device_id)
    row = connection.execute(sa.select(commands.c.status).where(which)).first()
    if row is None:
        return False
    try:
        moved = COMMAND.row(row.status, f"result_{outcome.status}")
    except Refused:  # `cancelled` and `duplicate` say nothing about how it ended
        return True
    if "store_result" in moved.effects:
        changes = {"status": moved.target, "result": encode(outcome).decode(), "ended_at": now}
        connection.execute(sa.update(commands).where(which).values(changes))
    return True


async def agent_config(services: Services, call: Call) -> messages.AgentConfig:
    """How often to report."""
    return messages.AgentConfig(int(services.limits["heartbeat_interval"]))


async def rotate_token(services: Services, call: Call) -> messages.RotateResponse:
    """A new token; the one that asked stays good for a while (LINK-016)."""
    token, now = agent_token(services.world.entropy), services.now
    await services.db.write(_rotate, call.agent, hash_token(token), now, services.limits["rotation_grace"])
    return messages.RotateResponse(token, iso(now))


def _rotate(connection: Connection, device: Mapping[str, Any], hashed: str, now: float, grace: float) -> None:
    which = devices.c.id == device["id"]
    current = connection.execute(sa.select(devices.c.token_hash).where(which)).scalar_one()
    changes = {
        "token_hash": hashed,
        "token_issued_at": now,
        "previous_token_hash": current,
        "previous_token_until": now + grace,
    }
    if device["previous_token_used"]:  # asked for again with the older token: that one is what has to stay good
        changes["previous_token_hash"] = device["previous_token_hash"]
    connection.execute(sa.update(devices).where(which).values(changes))
    record = Record("agent_token_rotated", Actor("agent", device["agent_id"]), device=device["id"])
    audit.append(connection, device["org_id"], record, now)


def register_uploads(app: Application, services: Services) -> None:
    """Take what agents upload beside heartbeats, and drop it (LINK-017)."""

    async def upload(agentId: str) -> Response:
        device = await admit_agent(services, agentId, request.headers.get("Authorization"))
        outcome = device if isinstance(device, Refusal) else await read_body(request, _UPLOAD_MOST)
        return respond(outcome) if isinstance(outcome, Refusal) else Response(b"", 204)

    for name in UPLOADS:
        app.add_url_rule(
            f"{BASE}/agents/<agentId>/{name}", f"upload_{name}", upload, methods=["PUT", "POST"],
            provide_automatic_options=False,
        )  # fmt: skip


# -- for people -------------------------------------------------------------------------------------------------------
async def device_list(services: Services, call: Call) -> messages.DeviceList:
    """One page of the organisation's devices, by host name (LINK-060)."""
    return await services.db.read(_list, call.who.org_id, call.query)


def _list(connection: Connection, org_id: str, query: messages.DeviceListQuery) -> messages.DeviceList:
    wanted = [devices.c.org_id == org_id]
    if query.status is not None:
        wanted.append(devices.c.status == query.status)
    if query.search:
        wanted.append(devices.c.hostname.icontains(query.search, autoescape=True))
    total = connection.execute(sa.select(sa.func.count()).select_from(devices).where(*wanted)).scalar_one()
    page = sa.select(devices).where(*wanted).order_by(devices.c.hostname, devices.c.id)
    rows = connection.execute(page.limit(query.limit).offset((query.page - 1) * query.limit)).mappings()
    return messages.DeviceList([_row(row) for row in rows], messages.DevicePage(query.page, query.limit, total))


async def device_details(services: Services, call: Call) -> messages.DeviceRow | Refusal:
    """One device of the organisation."""
    row = await services.db.read(find, call.who.org_id, call.parameters["id"])
    return Refusal(e.DEVICE_NOT_FOUND) if row is None else _row(row)


def find(connection: Connection, org_id: str, device_id: str) -> Any:
    """The organisation's device with this id, or None; a unit of work."""
    which = sa.and_(devices.c.id == device_id, devices.c.org_id == org_id)
    return connection.execute(sa.select(devices).where(which)).mappings().first()


def _row(row: Any) -> messages.DeviceRow:
    return messages.DeviceRow(
        row["id"], row["org_id"], row["site_id"], row["agent_id"], row["hostname"], row["os_type"], row["os_version"],
        row["architecture"], row["agent_version"], row["status"], iso_or_none(row["last_seen_at"]),
        iso(row["created_at"]),
    )  # fmt: skip


HANDLERS = {
    "agent_heartbeat": heartbeat,
    "agent_command_result": command_result,
    "agent_config": agent_config,
    "agent_rotate_token": rotate_token,
    "device_list": device_list,
    "device_details": device_details,
}
