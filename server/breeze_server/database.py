"""The storage engine: synchronous units of work, group-committed.

Theory of operation. A *unit of work* is a synchronous function of an SQLAlchemy connection. Writers queue. Whoever
finds no commit under way leads one: it takes the queue's head (at most ``MAX_BATCH`` units), runs them in one
transaction, a savepoint each, commits, wakes their callers with their results, and hands the lead to the next in the
queue. One fsync thus pays for every unit that arrived during the last one, no background task is needed, and nobody is
told of success before the COMMIT has returned. Readers have connections, and so snapshots, of their own.

A unit must do nothing but use the connection that it is given, and return plain values: it may be run again when its
transaction has to be repeated, and its cursors end with it.
"""

from __future__ import annotations

import abc
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

import attrs
import sqlalchemy as sa
import trio
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from breeze_protocol.errors import BreezeError, InternalError

from .sqlite_engine import create_private_file, in_transaction, set_foreign_keys, sqlite_engine

if TYPE_CHECKING:
    from breeze_transport.seams import Blocking, World

P = ParamSpec("P")
T = TypeVar("T")

# Units in one transaction. Beyond this the fsync is paid for and only the latency of the first unit would grow.
MAX_BATCH = 128


class StorageError(BreezeError):
    """The database could not do what was asked: full disk, lost or locked file, closed database.

    A write that raises it has not been applied.
    """


@attrs.frozen
class DatabaseStatistics:
    """A snapshot of a database's counters since it was opened."""

    queued: int
    """Units that wait or run now."""
    units: int
    """Units whose transaction was committed."""
    commits: int
    """Transactions committed; ``units / commits`` is the mean batch."""


class Database(abc.ABC):
    """Where the server's rows live. Opened by `open_database`."""

    @abc.abstractmethod
    async def write(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit of work in a transaction and return its result once that transaction is durable.

        What the unit raises is raised here, and nothing of it is kept. Waits while the queue is full. When this raises
        `trio.Cancelled` the unit was never run; once queued it is carried through, and its result is returned
        whatever was cancelled meanwhile. Raises `StorageError`.
        """

    @abc.abstractmethod
    async def read(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit of work on one consistent snapshot and return its result; whatever it writes is refused or undone.

        Sees every write whose call has returned. Waits while all reader connections are in use. Raises `StorageError`.
        """

    @abc.abstractmethod
    async def alter(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a schema change in a transaction of its own; foreign keys are checked at its end, not during it.

        Otherwise as `write`.
        """

    @abc.abstractmethod
    def statistics(self) -> DatabaseStatistics:
        """Return the counters, without waiting."""

    @abc.abstractmethod
    async def aclose(self) -> None:
        """Refuse new units, finish those that were accepted, and close every connection."""


@asynccontextmanager
async def open_database(
    url: str, *, world: World, readers: int = 4, max_queued: int = 1024, busy_timeout: float = 5.0
) -> AsyncIterator[Database]:
    """Open the database at an SQLAlchemy URL; closing it finishes all accepted units, even when cancelled.

    ``sqlite:///relative/path``, ``sqlite:////absolute/path`` and ``sqlite://`` (in memory, lost on close) are known.
    ``readers`` bounds concurrent reads, ``max_queued`` the writes that wait; ``busy_timeout`` is how many seconds
    another process may hold the write lock. Raises `StorageError`.
    """
    try:
        parsed = make_url(url)
    except SQLAlchemyError as error:
        raise StorageError(f"not a database URL: {error}") from error
    if parsed.get_backend_name() != "sqlite":
        raise StorageError(f"{parsed.get_backend_name()} databases are not supported: use sqlite:///PATH")
    if (parsed.database or "").startswith("file:"):
        raise StorageError("SQLite's file: URIs are not supported: use sqlite:///PATH")
    if readers < 1 or max_queued < 1:
        raise ValueError("a database needs at least one reader and room for one queued unit")
    database = _SqliteDatabase(parsed, world.blocking, readers, max_queued, busy_timeout)
    with trio.CancelScope(shield=True):
        await world.blocking.run(database.connect)
    try:
        yield database
    finally:
        with trio.CancelScope(shield=True):
            await database.aclose()


@attrs.define(eq=False)
class _Queued:
    """A unit between its caller and its commit."""

    run: Callable[[Connection], Any]
    alone: bool
    leads: bool = False
    result: Any = None
    error: Exception | None = None
    wake: trio.Event = attrs.field(factory=trio.Event)


class _SqliteDatabase(Database):
    """One writer connection, a few readers, WAL between them."""

    def __init__(self, url: URL, blocking: Blocking, readers: int, max_queued: int, busy_timeout: float) -> None:
        self._blocking = blocking
        self._path = url.database if url.database not in (None, "", ":memory:") else None
        self._writer_engine = sqlite_engine(url, "BEGIN IMMEDIATE", busy_timeout, query_only=False)
        self._reader_engine = sqlite_engine(url, "BEGIN", busy_timeout, query_only=True)
        sa.event.listen(self._writer_engine, "commit", self._refuse_commit_inside_unit)
        sa.event.listen(self._writer_engine, "before_cursor_execute", self._refuse_outside_transaction)
        self._writer: Connection | None = None
        self._in_unit = False
        self._idle_readers: list[Connection] = []
        # An in-memory database exists on one connection only, so there reads take turns with writes.
        self._reader_count = readers if self._path else 1
        self._reader_slots = trio.Semaphore(self._reader_count)
        self._writer_turn = trio.Lock()
        self._queue: deque[_Queued] = deque()
        self._queue_slots = trio.Semaphore(max_queued)
        self._max_queued = max_queued
        self._led = False
        self._drained = trio.Event()
        self._closed = False
        self._units = self._commits = 0

    # --- what callers use -------------------------------------------------------------------------------------------

    async def write(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return cast(T, await self._submit(_Queued(lambda connection: unit(connection, *args, **kwargs), alone=False)))

    async def alter(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return cast(T, await self._submit(_Queued(lambda connection: unit(connection, *args, **kwargs), alone=True)))

    async def read(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        self._check_open()
        async with self._reader_slots:
            self._check_open()
            with trio.CancelScope(shield=True):
                result = await self._read(lambda connection: unit(connection, *args, **kwargs))
        return result

    async def _read(self, run: Callable[[Connection], T]) -> T:
        if self._path is None:
            async with self._writer_turn:
                assert self._writer is not None
                return await self._blocking.run(_read_once, self._writer, run)
        reader = self._idle_readers.pop()
        try:
            return await self._blocking.run(_read_once, reader, run)
        finally:
            self._idle_readers.append(reader)

    def statistics(self) -> DatabaseStatistics:
        return DatabaseStatistics(self._max_queued - self._queue_slots.value, self._units, self._commits)

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._led:
            await self._drained.wait()
        for _ in range(self._reader_count):
            await self._reader_slots.acquire()
        await self._blocking.run(self._disconnect)

    # --- the queue (event loop) -------------------------------------------------------------------------------------

    def _check_open(self) -> None:
        if self._closed:
            raise StorageError("the database is closed")

    async def _submit(self, queued: _Queued) -> Any:
        self._check_open()
        async with self._queue_slots:
            self._check_open()
            self._queue.append(queued)
            with trio.CancelScope(shield=True):
                if self._led:
                    await queued.wake.wait()
                else:
                    self._led = queued.leads = True
                if queued.leads:
                    await self._lead()
        if queued.error is not None:
            try:
                raise queued.error
            finally:
                queued.error = None  # break the cycle error -> traceback -> this frame -> error
        return queued.result

    async def _lead(self) -> None:
        """Commit one batch, the leader's own unit first, and pass the lead on."""
        await trio.lowlevel.checkpoint()  # whoever became runnable together with the leader joins this batch
        batch = self._take_batch()
        failure: StorageError | None = StorageError("the transaction was interrupted")
        try:
            async with self._writer_turn:
                failure = await self._blocking.run(self._commit_batch, batch)
        finally:
            for queued in batch:
                queued.error = queued.error or failure
                queued.wake.set()
            if self._queue:
                self._queue[0].leads = True
                self._queue[0].wake.set()
            else:
                self._led = False
                self._drained.set()
                self._drained = trio.Event()

    def _take_batch(self) -> list[_Queued]:
        batch = [self._queue.popleft()]
        while not batch[0].alone and self._queue and not self._queue[0].alone and len(batch) < MAX_BATCH:
            batch.append(self._queue.popleft())
        return batch

    # --- the writer (blocking executor) -----------------------------------------------------------------------------

    def connect(self) -> None:
        """Open every connection. Raises `StorageError`."""
        try:
            if self._path is not None:
                create_private_file(Path(self._path))
                self._idle_readers = [self._reader_engine.connect() for _ in range(self._reader_count)]
            self._writer = self._writer_engine.connect()
        except (OSError, SQLAlchemyError) as error:
            self._disconnect()
            raise StorageError(f"the database cannot be opened: {error}") from error

    def _disconnect(self) -> None:
        for connection in (*self._idle_readers, self._writer):
            if connection is not None:
                connection.close()
        self._idle_readers, self._writer = [], None

    def _commit_batch(self, batch: list[_Queued]) -> StorageError | None:
        """Run and commit a batch; a returned error is the fate of all its units that have no error of their own."""
        try:
            if self._writer is None:
                self._writer = self._writer_engine.connect()
            self._transact(self._writer, batch)
        except IntegrityError as error:
            # Only a deferred constraint fails a COMMIT like this: alone, each unit answers for itself.
            self._reset_writer()
            if len(batch) == 1:
                batch[0].error = error
                return None
            for queued in batch:
                if queued.error is None:
                    lost = self._commit_batch([queued])
                    queued.error = queued.error or lost
            return None
        except (DBAPIError, _BatchLostError) as error:
            self._reset_writer()
            lost = StorageError(f"the transaction could not be committed: {error}")
            lost.__cause__ = error
            return lost
        except BaseException:
            self._reset_writer()
            raise
        self._commits += 1
        self._units += sum(queued.error is None for queued in batch)
        return None

    def _transact(self, connection: Connection, batch: list[_Queued]) -> None:
        alone = batch[0].alone
        if alone:
            set_foreign_keys(connection, on=False)
        with connection.begin():
            for queued in batch:
                self._run_unit(connection, queued)
            if alone and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise _BatchLostError("the schema change would leave dangling references")
        if alone:
            set_foreign_keys(connection, on=True)

    def _run_unit(self, connection: Connection, queued: _Queued) -> None:
        savepoint = connection.begin_nested()
        self._in_unit = True
        try:
            queued.result = queued.run(connection)
        except _BatchLostError:
            raise
        except Exception as error:
            queued.error = _as_storage_error(error)
        finally:
            self._in_unit = False
        # A full disk or an I/O error makes SQLite undo the whole transaction, also where the unit swallowed the error.
        if not savepoint.is_active or not in_transaction(connection):
            raise _BatchLostError("the whole transaction was rolled back by one unit's failure")
        if queued.error is None:
            savepoint.commit()
        else:
            savepoint.rollback()

    def _reset_writer(self) -> None:
        """Forget the writer's transaction: after a failure nothing is known about its state."""
        if self._writer is None:
            return
        if self._path is None:  # a new connection would be a new, empty database
            self._writer.rollback()
            self._writer.connection.dbapi_connection.rollback()  # type: ignore[union-attr]
            set_foreign_keys(self._writer, on=True)
            return
        self._writer.invalidate()
        self._writer.close()
        self._writer = None

    def _refuse_commit_inside_unit(self, _connection: Connection) -> None:
        if self._in_unit:
            raise InternalError("a unit of work must not commit: its caller's transaction does")

    def _refuse_outside_transaction(self, connection: Connection, *_: object) -> None:
        if self._in_unit and not in_transaction(connection):
            raise _BatchLostError("the transaction has been rolled back")


class _BatchLostError(Exception):
    """The transaction ended under the feet of its batch."""


def _read_once(connection: Connection, run: Callable[[Connection], T]) -> T:
    try:
        with connection.begin() as transaction:
            try:
                return run(connection)
            finally:
                transaction.rollback()
    except Exception as error:
        raised = _as_storage_error(error)
        if raised is error:
            raise
        raise raised from error


def _as_storage_error(error: Exception) -> Exception:
    """Tell what the storage did from what the unit meant: a violated constraint stays itself."""
    if not isinstance(error, DBAPIError) or isinstance(error, IntegrityError):
        return error
    storage_error = StorageError(f"the database refused: {error.orig}")
    storage_error.__cause__ = error
    return storage_error
