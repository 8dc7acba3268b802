"""Two tables, units of work upon them, and executors that a test controls."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
import trio

from breeze_server.database import Database, open_database

metadata = sa.MetaData()
account = sa.Table("account", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("balance", sa.Integer))
entry = sa.Table(
    "entry",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", sa.ForeignKey("account.id", deferrable=True, initially="DEFERRED")),
)


class Threads:
    """The live executor: one worker thread per call."""

    async def run(self, fn: Callable[..., Any], *args: Any, cancellable: bool = False) -> Any:
        return await trio.to_thread.run_sync(fn, *args, abandon_on_cancel=cancellable)


class Inline:
    """The simulation's executor: in place, with one checkpoint."""

    async def run(self, fn: Callable[..., Any], *args: Any, cancellable: bool = False) -> Any:
        await trio.lowlevel.checkpoint()
        return fn(*args)


class Gate(Threads):
    """Holds every call back until it is opened."""

    def __init__(self) -> None:
        self.open = trio.Event()
        self.open.set()

    async def run(self, fn: Callable[..., Any], *args: Any, cancellable: bool = False) -> Any:
        await self.open.wait()
        return await super().run(fn, *args)


def insert(connection: sa.Connection, number: int, balance: int = 0) -> int:
    connection.execute(account.insert().values(id=number, balance=balance))
    return number


def numbers(connection: sa.Connection) -> list[int]:
    return list(connection.scalars(sa.select(account.c.id).order_by(account.c.id)))


def run(path: Path | None, body: Callable[[Database], Awaitable[None]], blocking: Any = None, **options: Any) -> None:
    url = f"sqlite:///{path}" if path else "sqlite://"

    async def main() -> None:
        async with open_database(url, world=SimpleNamespace(blocking=blocking or Threads()), **options) as database:
            await database.alter(metadata.create_all)
            await body(database)

    trio.run(main)


def stored(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as other:
        return [row[0] for row in other.execute("select id from account order by id")]
