"""The audit log: one chain of hashes an organisation, appended in the transaction of what it records.

A record's hash covers every field of it and the hash of the one before, so that a record that was changed, removed or
slipped in breaks the chain from there on. The database refuses changes besides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import attrs
import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .schema import audit

GENESIS = "0" * 64
"""What stands for the hash before the first record of an organisation."""

_encode = msgspec.json.Encoder(order="sorted").encode


@attrs.frozen
class Actor:
    """Who did it."""

    kind: str
    """`user`, `agent`, `server`, or `anonymous`."""
    id: str | None = None
    name: str | None = None


SERVER = Actor("server")


@attrs.frozen
class Record:
    """What happened; the fields that do not apply are None."""

    action: str
    actor: Actor
    device: str | None = None
    session: str | None = None
    start: float | None = None
    end: float | None = None
    duration: int | None = None
    bytes: int | None = None
    details: Mapping[str, Any] = attrs.field(factory=dict)


def append(connection: Connection, org_id: str, record: Record, now: float) -> None:
    """Append a record to the organisation's chain; part of a unit of work."""
    last = connection.execute(
        sa.select(audit.c.number, audit.c.hash).where(audit.c.org_id == org_id).order_by(audit.c.number.desc()).limit(1)
    ).first()
    row: dict[str, Any] = attrs.asdict(record, recurse=False)
    row["actor"] = _encode(attrs.asdict(record.actor)).decode()
    row["details"] = _encode(dict(record.details)).decode()
    row |= {
        "org_id": org_id,
        "number": 1 if last is None else last.number + 1,
        "at": now,
        "previous": GENESIS if last is None else last.hash,
    }
    row["hash"] = digest(row)
    connection.execute(sa.insert(audit), [row])


def digest(row: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a record's fields, without the hash itself."""
    return hashlib.sha256(_encode({name: value for name, value in row.items() if name != "hash"})).hexdigest()


def verify(connection: Connection, org_id: str) -> int | None:
    """Number of the first record that does not fit its chain, or None where all do; a unit of work."""
    previous = GENESIS
    query = sa.select(audit).where(audit.c.org_id == org_id).order_by(audit.c.number)
    for expected, row in enumerate(connection.execute(query).mappings(), start=1):
        if row["number"] != expected or row["previous"] != previous or row["hash"] != digest(row):
            return int(row["number"])
        previous = row["hash"]
    return None
