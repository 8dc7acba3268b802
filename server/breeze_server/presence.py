"""Devices come and go: the status of a device, moved by the protocol's table. Units of work."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from breeze_protocol.link.table import DEVICE

from .schema import devices


def mark(connection: Connection, device_id: str, event: str, now: float) -> str | None:
    """Move a device by an event; returns its status, None where there is no such device."""
    status = connection.execute(sa.select(devices.c.status).where(devices.c.id == device_id)).scalar()
    if status is None or not DEVICE.allows(status, event):
        return status
    changes = {"status": DEVICE.row(status, event).target, "last_seen_at": now}
    connection.execute(sa.update(devices).where(devices.c.id == device_id).values(changes))
    return changes["status"]


def all_offline(connection: Connection, now: float) -> None:
    """No agent is connected to a server that has just started."""
    target = DEVICE.row("online", "agent_disconnected").target
    connection.execute(sa.update(devices).where(devices.c.status == "online").values(status=target))
