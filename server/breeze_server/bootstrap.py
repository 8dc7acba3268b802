"""The first start, and people: an organisation, a site, roles, an administrator, an enrolment key; secrets on disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from breeze_protocol.errors import BreezeError
from breeze_transport.seams import Entropy

from . import audit
from .audit import SERVER, Record
from .config import ConfigError
from .schema import activation_codes, enrollment_keys, orgs, role_permissions, roles, sites, users
from .tokens import hash_token

PERMISSIONS = {
    "admin": ("remote:access", "remote:manage", "devices:read", "devices:manage", "users:manage", "audit:read"),
    "technician": ("remote:access", "devices:read"),
    "observer": ("devices:read",),
}
"""The roles that every organisation begins with, and what each may do."""


class PersonError(BreezeError):
    """A person that cannot be added as asked; says why."""


@attrs.frozen
class FirstRun:
    """What the first start made, to be shown once."""

    email: str
    activation_code: str = attrs.field(repr=False)
    enrollment_key: str = attrs.field(repr=False)
    org_id: str
    site_id: str


# -- on disk ----------------------------------------------------------------------------------------------------------
def prepare_directory(data: Path) -> None:
    """Make the data directory, for its owner alone. Raises ConfigError."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        data.chmod(0o700)
    except OSError as error:
        raise ConfigError(f"the data directory {data} cannot be used: {error.strerror}") from error


def signing_key(data: Path, entropy: Entropy) -> bytes:
    """The key of the access tokens: read, or made and kept in a file for the owner alone. Raises ConfigError."""
    path = data / "signing.key"
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError:
        key = entropy.token_bytes(32)
        _write_private(path, key.hex() + "\n")
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read as a key: {error}") from error
    if len(key) < 32:
        raise ConfigError(f"{path} holds fewer than 32 bytes")
    return key


def _write_private(path: Path, text: str) -> None:
    """Write a new file for the owner alone: complete, or not there."""
    partial = path.with_suffix(".new")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error


# -- in the database --------------------------------------------------------------------------------------------------
def first_run(connection: Connection, email: str, entropy: Entropy, now: float, life: float) -> FirstRun | None:
    """Fill an empty database; None where it is not empty. A unit of work."""
    if connection.execute(sa.select(orgs.c.id).limit(1)).first() is not None:
        return None
    org_id, site_id = entropy.uuid(), entropy.uuid()
    connection.execute(sa.insert(orgs), [{"id": org_id, "name": "Default organisation", "created_at": now}])
    site = {"id": site_id, "org_id": org_id, "name": "Default site", "created_at": now}
    connection.execute(sa.insert(sites), [site])
    for name, permissions in PERMISSIONS.items():
        role_id = entropy.uuid()
        connection.execute(sa.insert(roles), [{"id": role_id, "org_id": org_id, "name": name}])
        rows = [{"role_id": role_id, "permission": permission} for permission in permissions]
        connection.execute(sa.insert(role_permissions), rows)
    audit.append(connection, org_id, Record("organisation_created", SERVER), now)
    code = add_person(connection, email, "Administrator", None, "admin", entropy, now, life)
    key = add_enrollment_key(connection, org_id, site_id, entropy, now)
    return FirstRun(email.lower(), code, key, org_id, site_id)


def add_enrollment_key(connection: Connection, org_id: str, site_id: str, entropy: Entropy, now: float) -> str:
    """Make a key with which computers of this site enrol; told once. A unit of work."""
    key = entropy.token_hex(32)  # as deployed ones look; one that begins with a hyphen would be taken for an option
    row = {"id": entropy.uuid(), "org_id": org_id, "site_id": site_id, "key_hash": hash_token(key), "uses": 0}
    connection.execute(sa.insert(enrollment_keys), [row | {"created_at": now}])
    return key


def add_person(
    connection: Connection,
    email: str,
    name: str,
    org: str | None,
    role: str,
    entropy: Entropy,
    now: float,
    life: float,
) -> str:
    """Add a person without a password; returns the code with which they choose one. A unit of work.

    `org` is an id or a name; None: the only one. Raises PersonError.
    """
    email = email.strip().lower()
    if email.count("@") != 1 or not 3 <= len(email) <= 254 or any(c.isspace() for c in email):
        raise PersonError(f"not an email address: {email!r}")
    if connection.execute(sa.select(users.c.id).where(users.c.email == email)).first() is not None:
        raise PersonError(f"{email} exists already")
    org_id = _org(connection, org)
    wanted = sa.select(roles.c.id).where(roles.c.org_id == org_id, roles.c.name == role)
    role_id = connection.execute(wanted).scalar()
    if role_id is None:
        raise PersonError(f"there is no role {role!r}; there are {', '.join(PERMISSIONS)}")
    row: dict[str, Any] = {"id": entropy.uuid(), "org_id": org_id, "role_id": role_id, "email": email, "name": name}
    row |= {"status": "active", "mfa_state": "off", "created_at": now}
    connection.execute(sa.insert(users), [row])
    code = entropy.token_hex(10)
    pending = {"user_id": row["id"], "code_hash": hash_token(code), "expires_at": now + life}
    connection.execute(sa.insert(activation_codes), [pending])
    record = Record("user_created", SERVER, details={"email": email, "role": role, "user": row["id"]})
    audit.append(connection, org_id, record, now)
    return code


def _org(connection: Connection, org: str | None) -> str:
    query = sa.select(orgs.c.id)
    if org is not None:
        query = query.where(sa.or_(orgs.c.id == org, orgs.c.name == org))
    found = connection.execute(query.limit(2)).scalars().all()
    if len(found) == 1:
        return str(found[0])
    raise PersonError("there is no such organisation" if not found else "say which organisation, by --org")


def people(connection: Connection) -> list[dict[str, Any]]:
    """Everybody, with role and organisation. A unit of work."""
    query = (
        sa.select(
            users.c.email, users.c.name, roles.c.name.label("role"), orgs.c.name.label("org"), users.c.status,
            users.c.mfa_state, users.c.password_hash.is_not(None).label("activated"),
        )
        .join(roles, roles.c.id == users.c.role_id)
        .join(orgs, orgs.c.id == users.c.org_id)
        .order_by(users.c.email)
    )  # fmt: skip
    return [dict(row) for row in connection.execute(query).mappings()]
