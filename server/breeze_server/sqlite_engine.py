"""SQLite as the storage engine wants it: transactions begun by us, durable commits, private files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.pool import NullPool


def sqlite_engine(url: URL, begin: str, busy_timeout: float, *, query_only: bool) -> Engine:
    """Make an engine whose connections are durable, checked, and begin every transaction with ``begin``."""
    engine = sa.create_engine(
        url,
        poolclass=NullPool,
        # The driver must leave BEGIN to us, and connections travel between worker threads, one at a time.
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": busy_timeout},
    )

    @sa.event.listens_for(engine, "connect")
    def _configure(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.execute("PRAGMA journal_mode=WAL")
        dbapi_connection.execute("PRAGMA synchronous=FULL")
        dbapi_connection.execute("PRAGMA foreign_keys=ON")
        if query_only:
            dbapi_connection.execute("PRAGMA query_only=ON")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def in_transaction(connection: Connection) -> bool:
    """Say whether SQLite itself is inside a transaction, whatever SQLAlchemy believes."""
    return bool(connection.connection.dbapi_connection.in_transaction)  # type: ignore[union-attr]


def set_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch enforcement, which SQLite allows only outside a transaction, hence below SQLAlchemy."""
    driver = connection.connection.dbapi_connection
    driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")  # type: ignore[union-attr]


def create_private_file(path: Path) -> None:
    """Create the file readable to its owner alone; SQLite gives its journals the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
