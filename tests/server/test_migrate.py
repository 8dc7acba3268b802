"""Migrations: run once, all or nothing, in line with the schema, and not even imported when there is nothing to do."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
import trio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from breeze_server.database import Database, StorageError, open_database
from breeze_server.migrate import HEAD, SCRIPTS, create, current_revision, migrate, upgrade
from breeze_server.schema import metadata

FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "a1", None
def upgrade():
    op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
    op.create_table(
        "child", sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("parent.id", ondelete="CASCADE")),
    )
    op.execute("insert into parent values (1, 'one')")
    op.execute("insert into child values (1, 1)")
"""

SECOND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "b2", "a1"
def upgrade():
    with op.batch_alter_table("parent") as table:
        table.alter_column("name", nullable=False)
"""

FAILING = (
    SECOND
    + """
    op.execute("insert into parent values (2, null)")
"""
)


class Inline:
    async def run(self, fn: Callable[..., Any], *args: Any, cancellable: bool = False) -> Any:
        await trio.lowlevel.checkpoint()
        return fn(*args)


def run(body: Callable[[Database], Awaitable[None]], url: str = "sqlite://") -> None:
    async def main() -> None:
        async with open_database(url, world=SimpleNamespace(blocking=Inline())) as database:
            await body(database)

    trio.run(main)


def toy(tmp_path: Path, *scripts: str) -> Path:
    folder = tmp_path / "100% toy"
    (folder / "versions").mkdir(parents=True)
    shutil.copy(SCRIPTS / "env.py", folder)
    for number, script in enumerate(scripts):
        (folder / "versions" / f"{number}.py").write_text(script)
    return folder


def children(connection: sa.Connection) -> int:
    return connection.execute(sa.text("select count(*) from child join parent on parent_id = parent.id")).scalar_one()


def test_migrations_run_in_order_and_rebuilt_tables_keep_their_dependants(tmp_path: Path) -> None:
    async def body(database: Database) -> None:
        assert await database.read(current_revision) is None
        await migrate(database, scripts=toy(tmp_path, FIRST, SECOND), head="b2")
        assert await database.read(current_revision) == "b2"
        assert await database.read(children) == 1

    run(body, f"sqlite:///{tmp_path}/x.db")


def test_failing_migration_leaves_nothing_behind(tmp_path: Path) -> None:
    async def body(database: Database) -> None:
        with pytest.raises(sa.exc.IntegrityError):
            await migrate(database, scripts=toy(tmp_path, FIRST, FAILING), head="b2")
        assert await database.read(lambda connection: sa.inspect(connection).get_table_names()) == []

    run(body, f"sqlite:///{tmp_path}/x.db")


def test_database_of_a_newer_server_is_refused(tmp_path: Path) -> None:
    async def body(database: Database) -> None:
        await migrate(database, scripts=toy(tmp_path, FIRST, SECOND), head="b2")
        shutil.rmtree(tmp_path / "100% toy")
        with pytest.raises(StorageError, match="newer"):
            await migrate(database, scripts=toy(tmp_path, FIRST), head="a1")

    run(body)


def test_head_is_the_newest_script() -> None:
    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == HEAD


def test_migrations_lead_to_the_schema() -> None:
    def differences(connection: sa.Connection) -> list[Any]:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async def body(database: Database) -> None:
        await database.alter(upgrade)
        assert await database.read(differences) == []

    run(body)


def test_new_database_is_what_the_migrations_make() -> None:
    def made_by(unit: Any) -> Any:
        with sa.create_engine("sqlite://").connect() as connection:
            unit(connection)
            rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master")
            made = {(row[0], row[1]): sorted(re.split(r"[,()\s]+", row[2] or "")) for row in rows}
            version = current_revision(connection)
        connection.engine.dispose()
        return made, version

    assert made_by(create) == made_by(upgrade)


@pytest.mark.parametrize("kept", [True, False])
def test_current_or_new_database_starts_without_importing_alembic(tmp_path: Path, kept: bool) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    if kept:
        run(migrate, url)
    program = f"""
import sys, trio
from breeze_server.database import open_database
from breeze_server.migrate import migrate
from breeze_transport.seams import live_world
async def main():
    async with open_database({url!r}, world=live_world()) as database:
        await migrate(database)
trio.run(main)
sys.exit("alembic" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, env={"PYTHONPATH": ":".join(sys.path)})
    assert done.returncode == 0
