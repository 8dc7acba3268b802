"""A person, a screen and a scripted server: what a terminal is played on."""

from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import trio
import trio.testing

from breeze_protocol.terminal import messages as m
from breeze_transport.api import ApiClient, FixedToken
from breeze_transport.http import HttpClient
from breeze_transport.seams import simulated_world
from breeze_transport.websocket import WebSocket
from breeze_viewer.attach import Person
from breeze_viewer.escape import Escapes
from breeze_viewer.term import Terminal
from breeze_viewer.tty import RawMode


@attrs.define
class Screen:
    """Takes output; closed gates make it wait."""

    taken: bytearray = attrs.field(factory=bytearray)
    gate: trio.Event = attrs.field(factory=trio.Event)
    broken: bool = False

    async def send_all(self, data: bytes) -> None:
        await self.gate.wait()
        if self.broken:
            raise trio.BrokenResourceError
        self.taken += data

    async def aclose(self) -> None:
        pass


class Keys:
    """Gives what a test types; "" is the end."""

    def __init__(self, *typed: bytes) -> None:
        self.send, self._receive = trio.open_memory_channel[bytes](100)
        for piece in typed:
            self.send.send_nowait(piece)

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        return await self._receive.receive()

    async def aclose(self) -> None:
        pass


@attrs.define
class Stage:
    server: Any
    network: Any
    keys: Keys
    screen: Screen
    said: Screen
    terminal: Terminal
    status: int | None = None

    @property
    def words(self) -> str:
        return self.said.taken.decode()


def play(
    scripted: Any,
    script: Callable[..., Awaitable[None]],
    *typed: bytes,
    by_hand: bool = True,
    meanwhile: Callable[[Stage], Awaitable[None]] | None = None,
    **answers: Any,
) -> Stage:
    """Open a terminal on a server that does `script`, type, and see what comes of it."""

    async def main() -> Stage:
        world = simulated_world(1)
        server = scripted.Server(world, script)
        server.access.add("token")
        server.answers.update(answers.get("answers", {}))
        async with trio.open_nursery() as nursery:
            await nursery.start(server.run)
            screen, said, keys = Screen(), Screen(), Keys(*typed)
            said.gate.set()
            if not answers.get("stalled"):
                screen.gate.set()
            who = Person(keys, screen, said, RawMode(None), None, Escapes() if by_hand else None)
            async with HttpClient(world.network, server.url) as http:
                terminal = Terminal(ApiClient(http, token_source=FixedToken("token")), world, server.url, who)
                stage = Stage(server, world.network, keys, screen, said, terminal)
                if meanwhile is not None:
                    nursery.start_soon(meanwhile, stage)
                with trio.fail_after(300):
                    stage.status = await terminal.run(scripted.DEVICE)
            nursery.cancel_scope.cancel()
        return stage

    return trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))


async def hear(ws: WebSocket, wanted: type | None = None) -> Any:
    """The next message: raw input as bytes, or one of a kind, others skipped."""
    while True:
        message = await ws.receive()
        if isinstance(message, bytes) and wanted is None:
            return message
        if isinstance(message, str):
            decoded = m.from_viewer(message)
            if wanted is None or isinstance(decoded, wanted):
                return decoded
