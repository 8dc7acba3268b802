"""A whole server on a virtual clock and a network in memory, with people and agents to try it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pyotp
import pytest
import sqlalchemy as sa
import trio
import trio._core._run as scheduler
from argon2 import PasswordHasher
from trio.testing import MockClock

from breeze_protocol.limits import DEFAULTS
from breeze_server import bootstrap, passwords
from breeze_server.app import Ready, serve
from breeze_server.config import Config
from breeze_server.database import open_database
from breeze_server.migrate import migrate
from breeze_server.services import Services
from breeze_transport.http import HttpClient
from breeze_transport.seams import World, simulated_world
from breeze_transport.websocket import PeerClosed, WebSocket
from breeze_transport.ws_client import connect_websocket

PASSWORD = "correct horse battery"
API = "/api/v1"
VIRTUAL_PATIENCE = 2000.0
"""Seconds of the virtual clock, which costs next to nothing, after which a test has failed."""


@attrs.frozen
class Reply:
    """What an HTTP call was answered with."""

    status: int
    body: Any
    headers: list[tuple[str, str]]

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    def cookies(self) -> dict[str, str]:
        pairs = (value.split(";")[0].partition("=") for key, value in self.headers if key == "set-cookie")
        return {name: value for name, _, value in pairs}


@attrs.define(eq=False)
class Agent:
    """An enrolled agent, and its socket while it has one."""

    house: House
    agent_id: str
    device_id: str
    token: str
    socket: WebSocket | None = None

    @property
    def path(self) -> str:
        return f"/agents/{self.agent_id}"

    @asynccontextmanager
    async def online(self, *capabilities: str) -> AsyncIterator[WebSocket]:
        """Connected and greeted; says hello where capabilities are given."""
        headers = [("Authorization", f"Bearer {self.token}")]
        async with self.house.dial(f"{API}/agent-ws/{self.agent_id}/ws", headers) as socket:
            self.socket = socket
            assert (await self.next())["type"] == "connected"
            if capabilities:
                await self.say({"type": "hello", "capabilities": list(capabilities)})
            yield socket

    async def next(self) -> Any:
        """The next message that is not a ping; JSON decoded, binary as it is."""
        assert self.socket is not None
        while True:
            raw = await self.socket.receive()
            if isinstance(raw, bytes):
                return raw
            message = json.loads(raw)
            if message.get("type") != "ping" or message.get("id"):
                return message
            await self.say({"type": "pong", "timestamp": message["timestamp"]})

    async def say(self, message: Any) -> None:
        assert self.socket is not None
        await self.socket.send(message if isinstance(message, bytes) else json.dumps(message))

    async def done(self, command: Mapping[str, Any], status: str = "completed", **rest: Any) -> None:
        """Answer a command and take the acknowledgement."""
        await self.say({"type": "command_result", "commandId": command["id"], "status": status, **rest})
        assert (await self.next()) == {"type": "ack", "commandId": command["id"]}

    async def expect(self, kind: str) -> Any:
        command = await self.next()
        assert command["type"] == kind
        return command


@attrs.define(eq=False)
class House:
    """A running server and what is known of it."""

    world: World
    ready: Ready
    http: HttpClient
    stop: trio.Event
    crash: trio.CancelScope
    password: str = PASSWORD

    @property
    def services(self) -> Services:
        return self.ready.services

    async def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, headers: Any = (), raw: Any = None
    ) -> Reply:
        given = list(headers)
        if token is not None:
            given.append(("Authorization", f"Bearer {token}"))
        if body is not None:
            raw = json.dumps(body).encode()
        if raw is not None and "content-type" not in {name.lower() for name, _ in given}:
            given.append(("Content-Type", "application/json"))
        full = path if path.startswith(("/api", "/health")) else API + path
        answer = await self.http.request(method, full, headers=given, body=raw)
        return Reply(answer.status, json.loads(answer.body) if answer.body else None, answer.headers)

    async def person(self, role: str = "technician", email: str = "tech@example.com", *, mfa: bool = True) -> Person:
        """Somebody new with a password and, unless told otherwise, both factors."""
        now, life = self.services.now, self.services.limits["activation_life"]
        entropy = self.world.entropy
        code = await self.services.db.write(bootstrap.add_person, email, email, None, role, entropy, now, life)
        answer = await self.call("POST", "/auth/activate", {"email": email, "code": code, "newPassword": PASSWORD})
        assert answer.status == 200
        person = Person(self, email)
        await person.log_in()
        if mfa:
            await person.enable_mfa()
            await person.log_in()
        return person

    async def enroll(self, hostname: str = "box", **more: Any) -> Agent:
        first = self.ready.first_run
        assert first is not None
        asked = {"enrollmentKey": first.enrollment_key, "hostname": hostname, "osType": "linux", "osVersion": "12"}
        answer = await self.call(
            "POST", "/agents/enroll", asked | {"architecture": "amd64", "agentVersion": "1"} | more
        )
        assert answer.status == 201, answer
        return Agent(self, answer.body["agentId"], answer.body["deviceId"], answer.body["authToken"])

    @asynccontextmanager
    async def dial(self, path: str, headers: Any = ()) -> AsyncIterator[WebSocket]:
        url = self.ready.url.replace("http:", "ws:") + path
        network = self.world.network
        async with connect_websocket(url, network=network, headers=headers, implementation="websockets") as socket:
            yield socket

    @asynccontextmanager
    async def from_elsewhere(self) -> AsyncIterator[House]:
        """The same server, seen from another address."""
        async with HttpClient(self.world.network.at("elsewhere"), self.ready.url) as http:
            yield attrs.evolve(self, http=http)

    def abandon(self) -> None:
        """End the server as a crash does: nothing is told, nothing is recorded."""
        self.crash.cancel()

    @staticmethod
    async def heard(socket: WebSocket) -> Any:
        """The next message of a viewer's socket that is not a ping, decoded; or how it was closed."""
        try:
            while True:
                raw = await socket.receive()
                message = json.loads(raw) if isinstance(raw, str) else raw
                if not isinstance(message, dict) or message["type"] != "ping":
                    return message
                await socket.send('{"type":"pong"}')
        except PeerClosed as closed:
            return closed.code, closed.reason

    @staticmethod
    async def heard_raw(socket: WebSocket) -> Any:
        """The next message as it is, pings unanswered; or how the socket was closed."""
        try:
            return await socket.receive()
        except PeerClosed as closed:
            return closed.code, closed.reason

    @staticmethod
    async def run_terminal(agent: Agent, viewer: WebSocket) -> Any:
        """Let the agent start the terminal that a viewer has asked for; what the viewer is told."""
        await agent.done(await agent.expect("terminal_start"), result={"started": True})
        return await House.heard(viewer)

    async def rows(self, table: sa.Table, *where: Any) -> list[Any]:
        return await self.services.db.read(lambda c: c.execute(sa.select(table).where(*where)).mappings().all())

    async def set(self, table: sa.Table, which: Any, **values: Any) -> None:
        await self.services.db.write(lambda c: c.execute(sa.update(table).where(which).values(values)) and None)


@attrs.define(eq=False)
class Person:
    """Somebody with an account."""

    house: House
    email: str
    token: str = ""
    secret: str = ""
    cookies: dict[str, str] = attrs.field(factory=dict)

    def code(self, ahead: int = 0) -> str:
        return str(pyotp.TOTP(self.secret).at(int(self.house.services.now), counter_offset=ahead))

    async def log_in(self) -> Reply:
        answer = await self.house.call("POST", "/auth/login", {"email": self.email, "password": PASSWORD})
        if answer.body.get("mfaRequired"):
            verify = {"tempToken": answer.body["tempToken"], "code": self.code()}
            answer = await self.house.call("POST", "/auth/mfa/verify", verify)
        assert answer.status == 200, answer
        self.token, self.cookies = answer.body["tokens"]["accessToken"], answer.cookies()
        return answer

    async def enable_mfa(self) -> Reply:
        answer = await self.call("POST", "/auth/mfa/setup", {"currentPassword": PASSWORD})
        self.secret = answer.body["secret"]
        answer = await self.call("POST", "/auth/mfa/enable", {"currentPassword": PASSWORD, "code": self.code()})
        assert answer.status == 200, answer
        return answer

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> Reply:
        return await self.house.call(method, path, body, token=self.token, **more)

    async def session(self, agent: Agent, kind: str = "terminal") -> str:
        answer = await self.call("POST", "/remote/sessions", {"deviceId": agent.device_id, "type": kind})
        assert answer.status == 201, answer
        return str(answer.body["id"])

    async def ticket(self, session_id: str) -> str:
        answer = await self.call("POST", f"/remote/sessions/{session_id}/ws-ticket")
        assert answer.status == 200, answer
        return str(answer.body["ticket"])

    async def status(self, session_id: str) -> str:
        return str((await self.call("GET", f"/remote/sessions/{session_id}")).body["status"])

    @asynccontextmanager
    async def viewing(self, session_id: str, query: str = "") -> AsyncIterator[WebSocket]:
        ticket = await self.ticket(session_id)
        path = f"{API}/remote/sessions/{session_id}/ws?ticket={ticket}{query}"
        async with self.house.dial(path) as socket:
            yield socket


Body = Callable[[House], Awaitable[None]]
Run = Callable[..., None]


@pytest.fixture(autouse=True)
def _scheduler_restored() -> Iterator[None]:
    yield
    scheduler._r.seed()


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that has its schema and nothing else, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "breeze.db"

    async def main() -> None:
        async with open_database(f"sqlite:///{path}", world=simulated_world(0)) as database:
            await migrate(database)

    trio.run(main)
    return path


@pytest.fixture
def on_server(tmp_path: Path, migrated: Path) -> Run:
    """Run a test's body against a server; `limits` replaces some, `seed` repeats another run."""

    def run(body: Body, *, limits: Mapping[str, float] | None = None, database: str = "", seed: int = 1) -> None:
        world = simulated_world(seed)
        if not database:
            fresh = Path(tempfile.mkdtemp(dir=tmp_path)) / "breeze.db"
            shutil.copy(migrated, fresh)
            database = f"sqlite:///{fresh}"
        config = Config(tmp_path / "data", "server", 80, database, limits={**DEFAULTS, **(limits or {})})
        trio.run(partial(_serving, config, world, body), clock=MockClock(autojump_threshold=0))

    return run


async def _serving(config: Config, world: World, body: Body) -> None:
    stop = trio.Event()
    with trio.CancelScope() as crash:
        async with trio.open_nursery() as nursery:
            ready = await nursery.start(partial(_serve, config, world, stop))
            async with HttpClient(world.network, ready.url) as http:
                with trio.fail_after(VIRTUAL_PATIENCE):
                    await body(House(world, ready, http, stop, crash))
            stop.set()


async def _serve(config: Config, world: World, stop: trio.Event, task_status: trio.TaskStatus[Ready]) -> None:
    await serve(config, world, shutdown=stop, task_status=task_status)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test's own database may lie: in a directory that is not there yet."""
    return tmp_path / "data" / "breeze.db"
