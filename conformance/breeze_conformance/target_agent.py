"""The agent under test, as cases see it: the kit starts it, plays its server, and ends it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import attrs
import trio

from breeze_conformance.case import Case, Check, NothingCame, TargetDied, Unready, shown
from breeze_conformance.runner import Timing
from breeze_conformance.target_http import HOST, open_port
from breeze_conformance.target_kit import Behaviour, KitServer
from breeze_conformance.target_launch import Launched, Launcher, Offer, ProcessLauncher
from breeze_conformance.target_link import Connection
from breeze_conformance.target_terminal import PLAIN_SHELL, KitTerminal
from breeze_protocol.errors import BreezeError
from breeze_protocol.version import CAPABILITY_HELLO, WIRE_VERSION
from breeze_transport.seams import World

DOCUMENTED: Final = "documented"
"""What a target has that claims this specification: it spoke the contract, or said `hello`."""

_PATIENCE: Final = 15.0
_IMPATIENCE: Final = 2.0


@attrs.define(eq=False)
class AgentTarget:
    """One agent. Cases run in one life of it, one after the other; it is started again when a case has ended it."""

    launcher: Launcher
    world: World
    timing: Timing
    role: str = "agent"
    server: KitServer = attrs.field(init=False)
    launched: Launched | None = None
    life_began: int = 0
    """How many requests had come before the agent's present life."""
    _nursery: trio.Nursery | None = None
    _port: int = 0
    _release: trio.Event = attrs.field(factory=trio.Event)
    _released: trio.Event = attrs.field(factory=trio.Event)
    _check: Check | None = None
    _hello: frozenset[str] = frozenset()
    _patience: float = _PATIENCE
    _breaches_seen: int = 0
    _asked_to_stop: bool = False
    _spoiled: bool = False
    """What a case has left is no place for another one to begin."""
    _usual: Connection | None = None
    """The socket that cases share."""
    _shared: Path = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Make the server that the agent will talk to."""
        self.server = KitServer(self.world, self.timing, self._trace, f"kit-{self.world.entropy.token_hex(16)}")

    # -- what the runner asks
    @property
    def name(self) -> str:
        """What it calls itself."""
        declared = self.launched.declared if self.launched else None
        return f"{declared.name} {declared.version}".strip() if declared else "an agent"

    @property
    def capabilities(self) -> frozenset[str]:
        """What it declared in the contract's line or in `hello`; with `documented` where it did either."""
        declared = self.launched.declared if self.launched else None
        named = frozenset(declared.capabilities if declared else ()) | self._hello
        return named | {DOCUMENTED} if declared is not None or self._hello else named

    async def before(self, case: Case, check: Check) -> None:
        """Have it run and, where possible, connected to a server that behaves as usual."""
        self._check = check
        self._breaches_seen = sum(len(each.breaches) for each in self.server.connections)
        if self.launched is None or self.launched.ended.is_set() or self._spoiled:
            await self.restart()

    async def after(self, case: Case) -> None:
        """Look at what it did in passing; stop its terminals; behave as usual again."""
        check = self._check
        assert check is not None
        usual = Behaviour()
        live = self.server.live
        if self.server.behaviour != usual or live is None or live is not self._usual or not live.reading:
            # Every lost socket makes the agent wait longer for the next; a new life of it does not wait.
            self._spoiled = True
        else:
            await self._tidy(live)
        self.server.behaviour = usual
        breaches = [breach for each in self.server.connections for breach in each.breaches]
        for breach in breaches[self._breaches_seen :]:
            check.that(False, breach.clause, breach.what, breach.observed)
        if self.launched is not None and self.launched.ended.is_set() and not self._asked_to_stop:
            check.that(False, check.clause, "the agent goes on running", self._how_it_ended())
        self._check = None

    # -- what cases ask
    async def connection(self, seconds: float | None = None) -> Connection:
        """The open socket, after the greeting and, where it is owed, the `hello`. Raises NothingCame, TargetDied."""
        patience = self._patience if seconds is None else seconds
        await self.server.bell.until(lambda: self.server.live or self.died, self.timing.seconds(patience))
        live = self.server.live
        if live is None:
            self._patience = _IMPATIENCE
            if self.died:
                raise TargetDied(self._how_it_ended())
            raise NothingCame("the agent's socket", self._attempts(), "LINK-040")
        self._patience = _PATIENCE
        if self._usual is None and self.server.behaviour == Behaviour():
            self._usual = live
        if self.server.behaviour.greet and CAPABILITY_HELLO in live.offers and DOCUMENTED in self.capabilities:
            await self.server.bell.until(lambda: live.hellos or live.closed, self.timing.seconds(5))
        return live

    async def fresh(self, **behaviour: Any) -> Connection:
        """Start the agent afresh, behave as told, and give its first socket. Raises NothingCame, Unready."""
        self.server.behaviour = attrs.evolve(self.server.behaviour, **behaviour)
        await self.restart()
        return await self.connection()

    async def reconnected(self, seconds: float = 15.0, **behaviour: Any) -> Connection:
        """Drop the socket, behave as told, and give the agent's next socket. Raises NothingCame."""
        self.server.behaviour = attrs.evolve(self.server.behaviour, **behaviour)
        self._spoiled = True
        live = self.server.live
        if live is not None:
            live.ws.abort()
            await self.server.bell.until(lambda: live.closed, 5)
        return await self.connection(seconds)

    async def terminal(
        self,
        cols: int = 80,
        rows: int = 24,
        *,
        connection: Connection | None = None,
        shell: str | None = PLAIN_SHELL,
    ) -> KitTerminal:
        """A started terminal. Raises NothingCame where it does not start."""
        terminal = self.absent(connection or await self.connection())
        result = await terminal.connection.result(await terminal.ask_start(cols, rows, shell), 30)
        if result.status != "completed":
            raise NothingCame("a started terminal", f"{result.status}: {result.error}", "TERM-040")
        return terminal

    def absent(self, connection: Connection) -> KitTerminal:
        """A terminal that has not been started."""
        return KitTerminal(connection, self.world.entropy.uuid(), DOCUMENTED in self.capabilities)

    async def restart(self) -> Launched:
        """End the agent, if it runs, and start it afresh. Raises Unready where it does not start."""
        await self.release()
        assert self._nursery is not None
        self._release, self._released, self._patience = trio.Event(), trio.Event(), _PATIENCE
        self._asked_to_stop = self._spoiled = False
        self._usual = None
        self.life_began = len(self.server.requests)
        try:
            self.launched = await self._nursery.start(self._live)
        except (BreezeError, ExceptionGroup) as error:
            self.launched = None
            raise _reason(error) from None
        return self.launched

    async def release(self) -> None:
        """End the agent, if it runs."""
        if self.launched is not None:
            self._release.set()
            await self._released.wait()
            self.launched = None

    async def stop(self) -> Launched:
        """Ask the agent to stop, and give its end; the next case starts it again."""
        assert self.launched is not None
        self._asked_to_stop = True
        await self.launched.stop()
        return self.launched

    @property
    def died(self) -> bool | None:
        """True once its present life has ended; None, as long as waiting for it makes sense."""
        return True if self.launched is not None and self.launched.ended.is_set() else None

    @property
    def shared(self) -> Path:
        """A directory that shells of the agent can write to, as long as the kit runs."""
        return self._shared

    async def settle(self, seconds: float) -> None:
        """Let time pass in which something must not happen; use only where no order of messages can tell."""
        await trio.sleep(seconds)

    # -- within
    @asynccontextmanager
    async def opened(self) -> AsyncIterator[AgentTarget]:
        """Serve and start the agent for the length of the block."""
        server = self.server
        self._shared = Path(tempfile.mkdtemp(prefix="breeze-check-"))
        try:
            async with open_port(self.world, server.handle, server.upgrade, server.heard) as port:
                self._port = port
                async with trio.open_nursery() as nursery:
                    self._nursery = nursery
                    await self.restart()
                    await self._learn()
                    yield self
                    await self.release()
                    nursery.cancel_scope.cancel()
        finally:
            shutil.rmtree(self._shared, ignore_errors=True)

    async def _live(self, task_status: trio.TaskStatus[Launched] = trio.TASK_STATUS_IGNORED) -> None:
        release, released = self._release, self._released
        data = _service_directory(self._shared)
        offer = Offer("agent", WIRE_VERSION, f"http://{HOST}:{self._port}", self.server.key, data)
        try:
            async with self.launcher.launch(offer) as launched, trio.open_nursery() as nursery:
                task_status.started(launched)
                nursery.start_soon(self._watch_end, launched)
                await release.wait()
                nursery.cancel_scope.cancel()
        finally:
            released.set()

    async def _watch_end(self, launched: Launched) -> None:
        await launched.ended.wait()
        self.server.bell.ring()

    async def _learn(self) -> None:
        """Wait for the first `hello` of an agent that declares nothing else, so that cases know whom they judge."""
        try:
            live = await self.connection()
        except (NothingCame, TargetDied):
            return
        if self.launched is not None and self.launched.declared is None:
            await self.server.bell.until(lambda: live.hellos, self.timing.seconds(2))
        self._hello = live.capabilities

    async def _tidy(self, live: Connection) -> None:
        for shell in list(live.shells.values()):
            if not shell.started or shell.stopped or shell.exit is not None or live.closed:
                continue
            shell.auto_credit = True
            try:
                await KitTerminal(live, shell.session_id, True).stop(5)
            except BreezeError:
                # An agent that cannot stop a terminal may not spoil the next case.
                self._spoiled = True

    def _trace(self, direction: str, message: object) -> None:
        if self._check is not None:
            self._check.trace(direction, message)

    def _attempts(self) -> str:
        asked = [f"{each.method} {each.path} → {each.status}" for each in self.server.requests[-3:]]
        dialed = [f"dial {each.head.target} → {each.status}" for each in self.server.dials[-3:]]
        return shown("; ".join([*asked, *dialed]) or "no request at all")

    def _how_it_ended(self) -> str:
        assert self.launched is not None
        tail = self.launched.tail.strip()[-300:]
        return f"it ended with status {self.launched.status}" + (f"; stderr ends: {tail}" if tail else "")


@asynccontextmanager
async def open_agent(command: str, world: World, timing: Timing) -> AsyncIterator[AgentTarget]:
    """The agent that a command starts, for the length of the block. Raises Unready where it does not start."""
    async with AgentTarget(ProcessLauncher(command, timing), world, timing).opened() as target:
        yield target


def _service_directory(above: Path) -> str:
    """A directory as open as those of services usually are: what is private in it the agent itself has made so."""
    path = Path(tempfile.mkdtemp(prefix="agent-", dir=above))
    path.chmod(0o755)
    return str(path)


def _reason(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, Unready) else Unready(str(error))
