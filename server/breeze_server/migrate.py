"""Bring a database to the schema that this server ships.

``python -m breeze_server.migrate REVISION MESSAGE`` writes the migration from the newest script to ``schema.py``; it
must be read and corrected by hand (triggers are not compared), and ``HEAD`` moved to it.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .database import Database, StorageError
from .schema import AUDIT_TRIGGERS, metadata

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0001"
"""The newest script in ``migrations/versions``. Comparing with it spares most starts the import of Alembic."""

SCRIPTS = Path(__file__).parent / "migrations"

log = logging.getLogger(__name__)


async def migrate(db: Database, *, scripts: Path = SCRIPTS, head: str = HEAD) -> None:
    """Run every migration that the database has not seen, all in one transaction; an empty one gets the schema at once.

    Raises `StorageError` when the database was written by a newer server, or cannot be written.
    """
    current = await db.read(current_revision)
    if current == head:
        return
    log.info("migrating the database", extra={"from_revision": current, "to_revision": head})
    if scripts == SCRIPTS and await db.read(_is_empty):
        await db.alter(create)
    else:
        await db.alter(upgrade, scripts)


def current_revision(connection: Connection) -> str | None:
    """Return the revision that a database is at; None before its first migration."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _is_empty(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite" and not sa.inspect(connection).get_table_names()


def create(connection: Connection) -> None:
    """Make in an empty database what all migrations together make, without Alembic, which costs a start 10 MB."""
    metadata.create_all(connection)
    for trigger in AUDIT_TRIGGERS:
        connection.exec_driver_sql(trigger)
    version = sa.Column("version_num", sa.String(32), nullable=False)
    key = sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc")
    table = sa.Table("alembic_version", sa.MetaData(), version, key)
    table.create(connection)
    connection.execute(sa.insert(table), [{"version_num": HEAD}])


def upgrade(connection: Connection, scripts: Path = SCRIPTS) -> None:
    """Run what Alembic finds to be missing. Raises `StorageError` for a revision that no script has."""
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(_config(connection, scripts), "head")
    except CommandError as error:
        raise StorageError(f"the database cannot be migrated, perhaps a newer server wrote it: {error}") from error


def _config(connection: Connection, scripts: Path) -> Config:
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def write_revision(revision: str, message: str, *, scripts: Path = SCRIPTS) -> Any:
    """Write the script that leads from the newest one to the schema, and return Alembic's description of it."""
    from alembic import command

    with sa.create_engine("sqlite://").connect() as connection:
        config = _config(connection, scripts)
        command.upgrade(config, "head")
        return command.revision(config, message, autogenerate=True, rev_id=revision)


if __name__ == "__main__":
    write_revision(*sys.argv[1:3])
