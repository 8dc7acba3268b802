"""A server that does what a test says, speaking the agent's half of the wire over any network."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import attrs
import pytest
import trio

from breeze_agent.config import Identity
from breeze_agent.service import serve
from breeze_transport.head import read_request_head, refuse
from breeze_transport.memory import MemoryNetwork
from breeze_transport.sockets import listening_port
from breeze_transport.websocket import PeerClosed, WebSocket
from breeze_transport.ws_core import accept_websocket

AGENT_ID = "ab" * 32
TOKEN = "brz_" + "0" * 64
SESSION = "11111111-2222-4333-8444-555555555555"
IDS = itertools.count()
PATIENCE = 5000
"""Seconds, virtual or not, after which a test has failed: in virtual time waiting for ever never blocks."""
OURS = [
    "terminal_output_base64",
    "terminal_exit",
    "terminal_binary",
    "terminal_credit",
    "terminal_input_credit",
    "agent_hello",
]


@attrs.define(eq=False)
class Peer:
    """The server's end of one agent socket, everything received kept."""

    ws: WebSocket
    frames: list[Any] = attrs.field(factory=list)
    output: bytearray = attrs.field(factory=bytearray)
    binary: list[bytes] = attrs.field(factory=list)
    gone: trio.Event = attrs.field(factory=trio.Event)
    _news: trio.lowlevel.ParkingLot = attrs.field(factory=trio.lowlevel.ParkingLot)

    async def run(self) -> None:
        while True:
            try:
                messages = await self.ws.receive_many()
            except PeerClosed:
                break
            for message in messages:
                if isinstance(message, bytes):
                    self.binary.append(message)
                    self.output += message[37:]
                else:
                    frame = json.loads(message)
                    self.frames.append(frame)
            self._news.unpark_all()
        self._news.unpark_all()
        self.gone.set()

    async def until(self, condition: Callable[[], Any]) -> Any:
        """Wait until something holds of what has been received, and give it."""
        while not (found := condition()):
            if self.ws.closed is not None:
                raise AssertionError(f"the agent left: {self.ws.closed}; frames {self.frames[-3:]}")
            await self._news.park()
        return found

    async def frame(self, kind: str) -> dict[str, Any]:
        return await self.until(lambda: next((f for f in self.frames if f["type"] == kind), None))

    async def shows(self, text: bytes) -> None:
        await self.until(lambda: text in self.output)

    async def say(self, **message: Any) -> None:
        await self.ws.send(json.dumps(message))

    async def greet(self, capabilities: list[str] | None) -> None:
        extra = {} if capabilities is None else {"capabilities": capabilities}
        await self.say(type="connected", agentId=AGENT_ID, timestamp=1, pendingCommands=[], **extra)

    async def command(self, kind: str, **payload: Any) -> dict[str, Any]:
        """Send a command and give its result."""
        identity = f"term-x-{next(IDS)}"
        await self.say(id=identity, type=kind, payload=payload)
        return await self.result(identity)

    async def result(self, identity: str) -> dict[str, Any]:
        return await self.until(lambda: next((f for f in self.frames if f.get("commandId") == identity), None))

    async def type(self, data: bytes, session: str = SESSION) -> None:
        await self.ws.send(b"\x05" + session.encode() + data)

    async def credit(self, offset: int, session: str = SESSION) -> None:
        await self.say(type="terminal_credit", sessionId=session, offset=offset)


@attrs.define(eq=False)
class Server:
    """Answers HTTP from `answers`, refuses sockets while `refusals` lasts, hands each socket to `sockets`."""

    url: str
    capabilities: list[str] | None
    greets: bool = True
    posts: list[tuple[str, Any]] = attrs.field(factory=list)
    answers: dict[str, list[tuple[int, Any]]] = attrs.field(factory=dict)
    refusals: list[tuple[int, bytes]] = attrs.field(factory=list)
    dials: list[float] = attrs.field(factory=list)
    upgrades: list[Any] = attrs.field(factory=list)
    posted: trio.lowlevel.ParkingLot = attrs.field(factory=trio.lowlevel.ParkingLot)
    _sockets: Any = attrs.field(factory=lambda: trio.open_memory_channel[Peer](64))

    @property
    def identity(self) -> Identity:
        return Identity(self.url, AGENT_ID, "d" * 8)

    async def peer(self) -> Peer:
        """The next socket of the agent."""
        return await self._sockets[1].receive()

    async def post(self, ending: str, number: int = 1) -> Any:
        """Wait for the body of the n-th POST whose path ends so."""
        while len(found := [body for path, body in self.posts if path.endswith(ending)]) < number:
            await self.posted.park()
        return found[number - 1]

    async def handle(self, stream: trio.abc.Stream) -> None:
        head = await read_request_head(stream)
        if head.is_websocket_upgrade:
            self.dials.append(trio.current_time())
            self.upgrades.append(head)
            if self.refusals:
                status, body = self.refusals.pop(0)
                await refuse(stream, status, body, [("Content-Type", "application/json")])
                return
            peer = Peer(await accept_websocket(stream, head, max_message=16 << 20))
            if self.greets:
                await peer.greet(self.capabilities)
            self._sockets[0].send_nowait(peer)
            await peer.run()
            return
        body = head.rest
        while len(body) < int(head.header("content-length", "0")):
            body += await stream.receive_some()
        self.posts.append((head.path, json.loads(body)))
        queue = next((q for ending, q in self.answers.items() if head.path.endswith(ending)), [])
        status, answer = queue.pop(0) if queue else (200, {})
        await refuse(stream, status, json.dumps(answer).encode(), [("Content-Type", "application/json")])
        self.posted.unpark_all()


@asynccontextmanager
async def serving(
    network: Any, capabilities: list[str] | None = None, host: str = "127.0.0.1"
) -> AsyncGenerator[Server]:
    """A scripted server on an ephemeral port."""
    async with trio.open_nursery() as nursery:
        listeners = await network.listen(host, 0)
        name = "server" if host == "server" else "127.0.0.1"
        server = Server(f"http://{name}:{listening_port(listeners[0])}", capabilities)
        nursery.start_soon(trio.serve_listeners, server.handle, listeners)
        yield server
        nursery.cancel_scope.cancel()


@pytest.fixture(name="serving")
def serving_fixture() -> Any:
    return serving


@attrs.define(eq=False)
class FakeDevice:
    """A shell that says what the test says."""

    pid: int = 4_000_000
    size: tuple[int, int] = (0, 0)
    shell: str | None = None
    typed: bytearray = attrs.field(factory=bytearray)
    takes: bool = True
    closed: bool = False
    lingers: float = 0.0
    """Seconds that its processes take to die."""
    pending: bytearray = attrs.field(factory=bytearray)
    status: tuple[int | None, int | None] | None = None
    ended: bool = False
    _news: trio.lowlevel.ParkingLot = attrs.field(factory=trio.lowlevel.ParkingLot)

    def resize(self, cols: int, rows: int) -> None:
        self.size = (cols, rows)

    def prints(self, data: bytes) -> None:
        self.pending += data
        self._news.unpark_all()

    def exits(self, code: int | None, signal: int | None = None) -> None:
        self.status, self.ended = (code, signal), True
        self._news.unpark_all()

    async def read(self, most: int) -> bytes:
        while not self.pending and not self.ended:
            await self._news.park()
        await trio.lowlevel.checkpoint()
        data = bytes(self.pending[:most])
        del self.pending[:most]
        return data

    def write_nowait(self, data: bytes) -> int:
        if not self.takes:
            return 0
        self.typed += data
        self._news.unpark_all()
        return len(data)

    async def write_some(self, data: bytes) -> int:
        while not self.takes:
            await self._news.park()
        await trio.lowlevel.checkpoint()
        self.typed += data
        self._news.unpark_all()
        return len(data)

    async def has(self, data: bytes) -> None:
        while data not in self.typed:
            await self._news.park()

    async def exited(self) -> tuple[int | None, int | None]:
        while self.status is None:
            await self._news.park()
        return self.status

    async def hang_up(self) -> None:
        if self.status is None:
            self.exits(None, 1)
        await trio.lowlevel.checkpoint()

    async def close(self) -> None:
        await trio.sleep(self.lingers)
        self.closed = True


@attrs.define
class Shells:
    """What spawns fake devices, and those spawned."""

    made: list[FakeDevice] = attrs.field(factory=list)

    def __call__(self, cols: int, rows: int, shell: str | None, session_id: str) -> FakeDevice:
        self.made.append(FakeDevice(pid=4_000_000 + len(self.made), size=(cols, rows), shell=shell))
        return self.made[-1]


@asynccontextmanager
async def working(
    world: Any, capabilities: list[str] | None, spawn: Any = None, **more: Any
) -> AsyncGenerator[tuple[Server, trio.Event]]:
    """A scripted server and an agent at work with it; the agent is stopped at the end."""
    host = "server" if isinstance(world.network, MemoryNetwork) else "127.0.0.1"
    stop = trio.Event()
    with trio.fail_after(PATIENCE):
        async with serving(world.network, capabilities, host) as server, trio.open_nursery() as nursery:
            run = partial(serve, server.identity, TOKEN, world, stop=stop, spawn=spawn or Shells(), **more)
            nursery.start_soon(run)
            yield server, stop
            stop.set()


@pytest.fixture(name="working")
def working_fixture() -> Any:
    return working


@pytest.fixture
def shells() -> Shells:
    return Shells()


@pytest.fixture
def session() -> str:
    return SESSION


@pytest.fixture
def token() -> str:
    return TOKEN


@pytest.fixture
def ours() -> list[str]:
    return list(OURS)
