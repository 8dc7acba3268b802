"""A seed replays the whole server: network, HTTP, application and database, to the same trace."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import trio
import trio._core._run as scheduler
from quart import request
from trio.testing import MockClock

from breeze_server.bounded_body import Application
from breeze_server.database import open_database
from breeze_server.port import serve_port
from breeze_transport.seams import World, simulated_world
from breeze_transport.sockets import listening_port

metadata = sa.MetaData()
note = sa.Table("note", metadata, sa.Column("id", sa.Text, primary_key=True), sa.Column("size", sa.Integer))


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    scheduler._r.seed()


def insert(connection: sa.Connection, name: str, size: int) -> int:
    connection.execute(note.insert().values(id=name, size=size))
    return int(connection.scalar(sa.select(sa.func.count()).select_from(note)) or 0)


async def client(world: World, port: int, number: int, rng: random.Random, trace: list[Any]) -> None:
    stream = await world.network.connect("server", port)
    for _ in range(3):
        await trio.sleep(rng.choice([0, 0, rng.random() / 10]))
        body = bytes(rng.randrange(3000))
        await stream.send_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        if rng.random() < 0.2:
            await stream.aclose()
            stream = await world.network.connect("server", port)
            continue
        answer = b""
        while not answer.endswith(b"}\n"):
            answer += await stream.receive_some(65536)
        trace.append((trio.current_time(), number, answer))
    await stream.aclose()


async def scenario(seed: int) -> list[Any]:
    world, trace, shutdown = simulated_world(seed), [], trio.Event()
    app = Application(__name__)
    listeners = await world.network.listen("server", 0)
    port = listening_port(listeners[0])
    async with open_database("sqlite://", world=world) as database:
        await database.alter(metadata.create_all)

        @app.post("/")
        async def _create() -> dict[str, int | str]:
            size = len(await request.get_data())
            await trio.sleep(world.entropy.uniform(0, 0.01))
            name = world.entropy.uuid()
            return {"id": name, "count": await database.write(insert, name, size)}

        async def serve(task_status: trio.TaskStatus[None]) -> None:
            await serve_port(
                app, None, listeners=listeners, wall=world.wall, shutdown=shutdown, task_status=task_status
            )  # fmt: skip

        async with trio.open_nursery() as nursery:
            await nursery.start(serve)
            async with trio.open_nursery() as clients:
                for number in range(5):
                    clients.start_soon(client, world, port, number, random.Random(seed * 100 + number), trace)
            shutdown.set()
        rows = await database.read(lambda c: list(c.execute(sa.select(note).order_by(sa.text("rowid")))))
    return [*trace, *rows]


def replay(seed: int) -> list[Any]:
    scheduler._r.seed(seed)
    return trio.run(scenario, seed, clock=MockClock(autojump_threshold=0))


def test_same_seed_gives_the_same_trace() -> None:
    first = replay(1)

    assert replay(1) == first
    assert replay(2) != first
