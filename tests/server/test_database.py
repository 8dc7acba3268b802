"""Units of work: atomic, grouped, acknowledged after their commit, never half applied."""

from __future__ import annotations

import resource
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
import trio
from sqlalchemy.exc import IntegrityError
from trio.testing import MockClock, wait_all_tasks_blocked

from breeze_protocol.errors import InternalError
from breeze_server.database import MAX_BATCH, Database, StorageError, open_database

from .toy_database import Gate, Inline, account, entry, insert, metadata, numbers, run, stored


def insert_then_fail(connection: sa.Connection, number: int) -> None:
    insert(connection, number)
    raise LookupError("changed my mind")


def test_write_returns_after_other_processes_can_see_it(path: Path) -> None:
    async def body(database: Database) -> None:
        assert await database.write(insert, 7) == 7
        assert stored(path) == [7]

    run(path, body)


@pytest.mark.parametrize("in_memory", [False, True])
def test_failing_unit_is_undone_alone_and_raises_at_its_caller(path: Path, in_memory: bool) -> None:
    gate = Gate()

    async def fail(database: Database) -> None:
        with pytest.raises(LookupError, match="changed my mind"):
            await database.write(insert_then_fail, 2)

    async def body(database: Database) -> None:
        before = database.statistics()
        gate.open = trio.Event()
        async with trio.open_nursery() as nursery:
            for task in ((database.write, insert, 1), (fail, database), (database.write, insert, 3)):
                nursery.start_soon(*task)
            await wait_all_tasks_blocked()
            gate.open.set()

        after = database.statistics()

        assert await database.read(numbers) == [1, 3]
        assert after.commits == before.commits + 1
        assert after.units == before.units + 2

    run(None if in_memory else path, body, gate)


def test_violated_constraint_stays_what_it_is(path: Path) -> None:
    async def body(database: Database) -> None:
        await database.write(insert, 1)
        with pytest.raises(IntegrityError):
            await database.write(insert, 1)
        assert await database.read(numbers) == [1]

    run(path, body)


def test_units_that_queue_during_a_commit_share_the_next(path: Path) -> None:
    gate = Gate()

    async def body(database: Database) -> None:
        before = database.statistics().commits
        gate.open = trio.Event()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(database.write, insert, 0)
            await wait_all_tasks_blocked()
            for number in range(1, MAX_BATCH + 11):
                nursery.start_soon(database.write, insert, number)
            await wait_all_tasks_blocked()
            gate.open.set()

        assert len(await database.read(numbers)) == MAX_BATCH + 11
        assert database.statistics().commits == before + 3  # the first, a full batch, the ten left over

    run(path, body, gate)


def test_writers_wait_while_the_queue_is_full(path: Path) -> None:
    gate = Gate()

    async def body(database: Database) -> None:
        gate.open = trio.Event()
        async with trio.open_nursery() as nursery:
            for number in range(5):
                nursery.start_soon(database.write, insert, number)
            await wait_all_tasks_blocked()
            assert database.statistics().queued == 2
            gate.open.set()
        assert await database.read(numbers) == [0, 1, 2, 3, 4]

    run(path, body, gate, max_queued=2)


def test_cancelled_caller_of_a_queued_unit_gets_its_result(path: Path) -> None:
    gate = Gate()
    results: list[int] = []

    async def body(database: Database) -> None:
        async def write(number: int, scope: trio.CancelScope) -> None:
            with scope:
                results.append(await database.write(insert, number))

        gate.open = trio.Event()
        scopes = [trio.CancelScope() for _ in range(3)]
        async with trio.open_nursery() as nursery:
            for number, scope in enumerate(scopes):
                nursery.start_soon(write, number, scope)
                await wait_all_tasks_blocked()
            for scope in scopes:
                scope.cancel()
            await wait_all_tasks_blocked()
            gate.open.set()

        # Two were queued and so carried through; the third still waited for room and never ran.
        assert sorted(results) == [0, 1]
        assert await database.read(numbers) == [0, 1]

    run(path, body, gate, max_queued=2)


def test_full_disk_fails_every_unit_of_the_batch_and_later_units_work(path: Path) -> None:
    gate = Gate()
    failures: list[StorageError] = []

    async def write(database: Database, number: int) -> None:
        try:
            await database.write(insert, number)
        except StorageError as error:
            failures.append(error)

    async def body(database: Database) -> None:
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        gate.open = trio.Event()
        try:
            async with trio.open_nursery() as nursery:
                for number in range(3):
                    nursery.start_soon(write, database, number)
                await wait_all_tasks_blocked()
                # The COMMIT's write to the journal is what fails; SIGXFSZ is ignored by the interpreter.
                resource.setrlimit(resource.RLIMIT_FSIZE, (1, limits[1]))
                gate.open.set()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

        assert len(failures) == 3
        assert await database.read(numbers) == []
        await database.write(insert, 9)
        assert stored(path) == [9]

    run(path, body, gate)


def swallow_a_full_disk(connection: sa.Connection) -> None:
    connection.exec_driver_sql("PRAGMA max_page_count=1")
    try:
        for number in range(100, 600):
            connection.execute(account.insert().values(id=number, balance=number))
            connection.exec_driver_sql(f"create table filler_{number} (a)")
    except sa.exc.OperationalError:
        connection.connection.dbapi_connection.rollback()  # what SQLite does by itself for some of these errors
    insert(connection, 1)


def test_unit_that_hides_a_lost_transaction_cannot_commit_beside_it(path: Path) -> None:
    async def body(database: Database) -> None:
        with pytest.raises(StorageError):
            await database.write(swallow_a_full_disk)
        assert await database.read(numbers) == []
        await database.write(insert, 2)

    run(path, body)


@pytest.mark.parametrize("in_memory", [False, True])
def test_deferred_constraint_fails_only_its_own_unit(path: Path, in_memory: bool) -> None:
    gate = Gate()

    def dangle(connection: sa.Connection) -> None:
        connection.execute(entry.insert().values(id=1, account_id=404))

    async def fail(database: Database) -> None:
        with pytest.raises(IntegrityError):
            await database.write(dangle)

    async def body(database: Database) -> None:
        gate.open = trio.Event()
        async with trio.open_nursery() as nursery:
            for task in ((database.write, insert, 1), (fail, database), (database.write, insert, 3)):
                nursery.start_soon(*task)
            await wait_all_tasks_blocked()
            gate.open.set()
        assert await database.read(numbers) == [1, 3]

    run(None if in_memory else path, body, gate)


def test_unit_cannot_commit_for_the_others(path: Path) -> None:
    def commit(connection: sa.Connection) -> None:
        insert(connection, 1)
        connection.commit()

    async def body(database: Database) -> None:
        with pytest.raises((InternalError, StorageError)):
            await database.write(commit)
        assert await database.read(numbers) == []
        assert await database.write(insert, 2) == 2

    run(path, body)


@pytest.mark.parametrize("in_memory", [False, True])
def test_read_cannot_write(path: Path, in_memory: bool) -> None:
    async def body(database: Database) -> None:
        if in_memory:
            await database.read(insert, 1)
        else:
            with pytest.raises(StorageError, match="readonly"):
                await database.read(insert, 1)
        assert await database.read(numbers) == []

    run(None if in_memory else path, body)


def test_read_sees_one_snapshot_while_a_write_commits(path: Path) -> None:
    first_query, may_go_on = threading.Event(), threading.Event()

    def twice(connection: sa.Connection) -> tuple[list[int], list[int]]:
        before = numbers(connection)
        first_query.set()
        may_go_on.wait(10)
        return before, numbers(connection)

    async def body(database: Database) -> None:
        async def read() -> None:
            assert await database.read(twice) == ([], [])

        async with trio.open_nursery() as nursery:
            nursery.start_soon(read)
            await trio.to_thread.run_sync(first_query.wait, 10)
            await database.write(insert, 1)
            may_go_on.set()
        assert await database.read(numbers) == [1]

    run(path, body)


def test_close_carries_accepted_units_through_even_when_cancelled(path: Path) -> None:
    gate = Gate()

    async def main() -> None:
        async with (
            trio.open_nursery() as nursery,
            open_database(f"sqlite:///{path}", world=SimpleNamespace(blocking=gate)) as database,
        ):
            await database.alter(metadata.create_all)
            gate.open = trio.Event()
            for number in range(3):
                nursery.start_soon(database.write, insert, number)
            await wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
            gate.open.set()

    trio.run(main)

    assert stored(path) == [0, 1, 2]


def test_closed_database_refuses() -> None:
    async def main() -> None:
        async with open_database("sqlite://", world=SimpleNamespace(blocking=Inline())) as database:
            pass
        with pytest.raises(StorageError, match="closed"):
            await database.write(insert, 1)
        with pytest.raises(StorageError, match="closed"):
            await database.read(numbers)

    trio.run(main)


def test_runs_inline_on_a_virtual_clock() -> None:
    async def main() -> list[int]:
        async with open_database("sqlite://", world=SimpleNamespace(blocking=Inline())) as database:
            await database.alter(metadata.create_all)
            async with trio.open_nursery() as nursery:
                for number in range(5):
                    nursery.start_soon(database.write, insert, number)
            assert trio.current_time() == 0
            return await database.read(numbers)

    assert trio.run(main, clock=MockClock(autojump_threshold=0)) == [0, 1, 2, 3, 4]
