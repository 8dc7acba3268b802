"""What the server keeps: tables, indexes, and the triggers that make the audit log append-only.

Ids are UUIDs as text; dates are seconds since the epoch; secrets are stored as hashes, except the TOTP secret, which a
server has to be able to use. Every row that belongs to an organisation says which.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from breeze_protocol.session.table import LIVE

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", String(36), primary_key=True)


def _to(table: str, name: str | None = None, *, nullable: bool = False, index: bool = False) -> Column[str]:
    return Column(name or f"{table.rstrip('s')}_id", ForeignKey(f"{table}.id"), nullable=nullable, index=index)


orgs = Table(
    "orgs",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("session_limit", Integer),
    Column("created_at", Float, nullable=False),
)

sites = Table(
    "sites",
    metadata,
    _id(),
    _to("orgs", index=True),
    Column("name", Text, nullable=False),
    Column("created_at", Float, nullable=False),
)

roles = Table(
    "roles",
    metadata,
    _id(),
    _to("orgs"),
    Column("name", String(64), nullable=False),
    sa.UniqueConstraint("org_id", "name"),
)

role_permissions = Table(
    "role_permissions",
    metadata,
    Column("role_id", ForeignKey("roles.id"), primary_key=True),
    Column("permission", String(64), primary_key=True),
)

users = Table(
    "users",
    metadata,
    _id(),
    _to("orgs", index=True),
    _to("roles"),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("password_hash", Text),
    Column("mfa_state", String(16), nullable=False),
    Column("mfa_secret", String(64)),
    Column("created_at", Float, nullable=False),
    Column("last_login_at", Float),
)

activation_codes = Table(
    "activation_codes",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("code_hash", String(64), nullable=False),
    Column("expires_at", Float, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
)

used_codes = Table(
    "used_codes",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("source", String(64), nullable=False),
)

login_challenges = Table(
    "login_challenges",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _to("users"),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Float, nullable=False, index=True),
)

logins = Table(
    "logins",
    metadata,
    _id(),
    _to("users", index=True),
    Column("mfa", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False, index=True),
    Column("revoked_at", Float),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _to("logins", index=True),
    Column("state", String(16), nullable=False),
    Column("expires_at", Float, nullable=False, index=True),
)

enrollment_keys = Table(
    "enrollment_keys",
    metadata,
    _id(),
    _to("orgs"),
    _to("sites", nullable=True),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("secret_hash", String(64)),
    Column("uses", Integer, nullable=False),
    Column("uses_most", Integer),
    Column("expires_at", Float),
    Column("created_at", Float, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    _id(),
    _to("orgs"),
    _to("sites"),
    Column("agent_id", String(64), nullable=False, unique=True),
    Column("token_hash", String(64), nullable=False),
    Column("previous_token_hash", String(64)),
    Column("previous_token_until", Float),
    Column("token_issued_at", Float, nullable=False),
    Column("hostname", String(255), nullable=False),
    Column("os_type", String(16), nullable=False),
    Column("os_version", String(255), nullable=False),
    Column("architecture", String(64), nullable=False),
    Column("agent_version", String(64), nullable=False),
    Column("device_role", String(64)),
    Column("inventory", Text),
    Column("status", String(16), nullable=False),
    Column("last_seen_at", Float),
    Column("created_at", Float, nullable=False),
    Index("ix_devices_org_id_hostname", "org_id", "hostname"),
)

device_metrics = Table(
    "device_metrics",
    metadata,
    Column("device_id", ForeignKey("devices.id"), primary_key=True),
    Column("at", Float, primary_key=True),
    Column("figures", Text, nullable=False),
    sqlite_with_rowid=False,
)

commands = Table(
    "commands",
    metadata,
    _id(),
    _to("orgs"),
    _to("devices"),
    Column("type", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("result", Text),
    Column("created_at", Float, nullable=False),
    Column("sent_at", Float),
    Column("ended_at", Float),
    Index("ix_commands_device_id_status", "device_id", "status", "created_at"),
)

LIVE_ROWS = sa.text("state IN (" + ", ".join(f"'{state}'" for state in LIVE) + ")")
"""Live sessions, spelt as the partial indexes are, or they would not be used."""

LIVE_CREATED_AT = sa.literal_column("+remote_sessions.created_at", Float)
"""What to sort live sessions by: the sign keeps a planner from sorting by an index that holds all of history."""

remote_sessions = Table(
    "remote_sessions",
    metadata,
    _id(),
    _to("orgs"),
    _to("users"),
    _to("devices"),
    Column("type", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("ended_at", Float),
    Column("wake_at", Float),
    Column("duration_seconds", Integer),
    Column("bytes_transferred", sa.BigInteger),
    Column("bytes_measured", sa.BigInteger),
    Column("recording_url", Text),
    Column("error_message", Text),
    # Limits and deadlines look at live rows only, so that history costs nothing. Another back-end's condition goes
    # where that one is opened: to name it here has SQLAlchemy import its dialect at every start.
    Index("ix_remote_sessions_live_org", "org_id", sqlite_where=LIVE_ROWS),
    Index("ix_remote_sessions_live_user", "user_id", sqlite_where=LIVE_ROWS),
    Index("ix_remote_sessions_live_wake", "wake_at", sqlite_where=LIVE_ROWS),
    Index("ix_remote_sessions_user_created", "user_id", "created_at"),
    Index("ix_remote_sessions_org_created", "org_id", "created_at"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _to("remote_sessions", "session_id"),
    _to("users"),
    _to("logins"),
    Column("state", String(16), nullable=False),
    Column("created_at", Float, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("org_id", ForeignKey("orgs.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("action", String(64), nullable=False),
    Column("actor", Text, nullable=False),
    Column("device", String(36)),
    Column("session", String(36), index=True),
    Column("start", Float),
    Column("end", Float),
    Column("duration", Integer),
    Column("bytes", sa.BigInteger),
    Column("details", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

AUDIT_TRIGGERS = tuple(
    f"CREATE TRIGGER audit_keeps_on_{verb.lower()} BEFORE {verb} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    for verb in ("UPDATE", "DELETE")
)
"""SQLite's way to refuse changes of what was recorded; each back-end has its own."""
