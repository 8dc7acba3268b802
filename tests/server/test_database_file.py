"""The database's file: private, durable, shared with other programs, or unusable."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
import trio
from sqlalchemy.exc import IntegrityError

from breeze_server.database import Database, StorageError, open_database

from .toy_database import Inline, entry, insert, numbers, run


def test_journal_is_durable_and_private(path: Path) -> None:
    def pragmas(connection: sa.Connection) -> list[Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    async def body(database: Database) -> None:
        full = 2
        assert await database.write(pragmas) == ["wal", full, 1, 1500]
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        assert modes == {"breeze.db": 0o600, "breeze.db-wal": 0o600, "breeze.db-shm": 0o600}

    run(path, body, busy_timeout=1.5)


def test_locked_database_is_a_storage_error(path: Path) -> None:
    async def body(database: Database) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("begin immediate")
            with pytest.raises(StorageError, match="locked"):
                await database.write(insert, 1)
        assert await database.write(insert, 1) == 1

    run(path, body, busy_timeout=0.01)


def test_schema_change_that_dangles_is_refused(path: Path) -> None:
    def fill(connection: sa.Connection) -> None:
        insert(connection, 1)
        connection.execute(entry.insert().values(id=1, account_id=1))

    def rebuild(connection: sa.Connection, *, keep: bool) -> None:
        connection.exec_driver_sql("create table replacement (id integer primary key, balance integer)")
        if keep:
            connection.exec_driver_sql("insert into replacement select * from account")
        connection.exec_driver_sql("drop table account")
        connection.exec_driver_sql("alter table replacement rename to account")

    async def body(database: Database) -> None:
        await database.write(fill)
        with pytest.raises(StorageError, match="dangling"):
            await database.alter(rebuild, keep=False)
        assert await database.read(numbers) == [1]
        await database.alter(rebuild, keep=True)
        assert await database.read(lambda c: c.scalar(sa.select(sa.func.count()).select_from(entry))) == 1
        with pytest.raises(IntegrityError):  # and enforcement is back
            await database.write(lambda c: c.execute(entry.insert().values(id=2, account_id=404)).rowcount)

    run(path, body)


@pytest.mark.parametrize(
    "url", ["nonsense", "oracle://host/db", "sqlite:///file:x?mode=memory", "sqlite:////proc/no/db"]
)
def test_unusable_url_is_a_storage_error(url: str) -> None:
    async def main() -> None:
        with pytest.raises(StorageError):
            async with open_database(url, world=SimpleNamespace(blocking=Inline())):
                pass

    trio.run(main)


def test_file_that_is_no_database_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"hello" * 1000)

    async def main() -> None:
        with pytest.raises(StorageError, match="not a database"):
            async with open_database(f"sqlite:///{tmp_path}/x.db", world=SimpleNamespace(blocking=Inline())):
                pass

    trio.run(main)
