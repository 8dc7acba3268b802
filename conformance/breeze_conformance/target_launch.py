"""How the agent under test comes to run: as a process that speaks the contract, or as a task of the same program."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Final, Protocol

import attrs
import msgspec
import trio

from breeze_conformance.case import Unready, shown
from breeze_conformance.runner import Timing
from breeze_protocol.version import WIRE_VERSION

ANSWER_SECONDS: Final = 20.0
"""How long a target may take for its line."""

_TAIL: Final = 8192
_LINE_MOST: Final = 1 << 20


class Offer(msgspec.Struct, rename="camel"):
    """The line that the kit writes on the target's stdin."""

    role: str
    revision: str
    server: str
    enrollment_key: str
    data_dir: str


class Declared(msgspec.Struct, rename="camel"):
    """The line that the target answers on stdout. What else it says in it is not looked at."""

    name: str
    version: str = ""
    role: str = "agent"
    revision: str = WIRE_VERSION
    capabilities: list[str] = []


@attrs.define(eq=False)
class Launched:
    """One life of the target."""

    declared: Declared | None
    """None for a target without the contract."""
    stop: Callable[[], Awaitable[None]]
    """Ask it to stop, as the contract says, and wait; what does not stop in time is killed."""
    ended: trio.Event = attrs.field(factory=trio.Event)
    status: int | None = None
    """The exit status, once it has ended; negative for a signal."""
    killed: bool = False
    """It had to be killed."""
    tail: str = ""
    """The end of what it wrote on stderr."""


class Launcher(Protocol):
    """Starts targets."""

    def launch(self, offer: Offer) -> AbstractAsyncContextManager[Launched]:
        """A running target for the length of the block, gone afterwards. Raises Unready where it does not start."""


@attrs.frozen
class ProcessLauncher:
    """A command of the operating system.

    `{server}`, `{key}` and `{data}` in it are replaced; a command that has `{server}` is not expected to speak the
    contract, gets no line and owes none.
    """

    command: str
    timing: Timing

    @asynccontextmanager
    async def launch(self, offer: Offer) -> AsyncIterator[Launched]:
        """Start the command in a process group of its own."""
        contract = "{server}" not in self.command
        process = await self._start(offer)
        launched = Launched(None, lambda: _end(process, launched, contract, self.timing))
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(_keep_tail, process, launched)
                nursery.start_soon(_watch, process, launched)
                if contract:
                    launched.declared = await self._agree(process, launched, offer)
                nursery.start_soon(_drain, process)
                yield launched
                await _end(process, launched, contract, self.timing)
                nursery.cancel_scope.cancel()
        finally:
            _kill_group(process)
            with trio.CancelScope(shield=True), trio.move_on_after(5):
                await process.wait()

    async def _start(self, offer: Offer) -> trio.Process:
        try:
            words = shlex.split(self.command)
        except ValueError as error:
            raise Unready(f"the command cannot be read: {error}") from None
        places = {"{server}": offer.server, "{key}": offer.enrollment_key, "{data}": offer.data_dir}
        for place, value in places.items():
            words = [word.replace(place, value) for word in words]
        if not words:
            raise Unready("the command is empty")
        pipe = subprocess.PIPE
        try:
            return await trio.lowlevel.open_process(words, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
        except OSError as error:
            raise Unready(f"the target did not start: {words[0]}: {error.strerror}") from None

    async def _agree(self, process: trio.Process, launched: Launched, offer: Offer) -> Declared:
        line: bytes | None = None
        with trio.move_on_after(self.timing.seconds(ANSWER_SECONDS)):
            with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                await _stdin(process).send_all(msgspec.json.encode(offer) + b"\n")
            line = await _read_line(process)
        if line is None:
            raise Unready(f"the target did not answer the contract's line within {ANSWER_SECONDS:g} s")
        try:
            return msgspec.json.decode(line, type=Declared)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            with trio.move_on_after(1):
                await launched.ended.wait()
            ended = f"; it exited with status {launched.status}" if launched.ended.is_set() else ""
            tail = f"; stderr ends: {launched.tail[-300:]}" if launched.tail else ""
            raise Unready(f"the target's line is not the contract's: {error}: {shown(line)}{ended}{tail}") from None


async def _read_line(process: trio.Process) -> bytes:
    """The first line on stdout; what comes before the end where there is none."""
    assert process.stdout is not None
    line = bytearray()
    while b"\n" not in line and len(line) < _LINE_MOST:
        data = await process.stdout.receive_some(65536)
        if not data:
            break
        line += data
    return bytes(line.split(b"\n")[0])


async def _drain(process: trio.Process) -> None:
    assert process.stdout is not None
    with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
        while await process.stdout.receive_some(65536):
            pass


async def _keep_tail(process: trio.Process, launched: Launched) -> None:
    stderr: Any = process.stderr
    kept = b""
    with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
        while data := await stderr.receive_some(65536):
            kept = (kept + data)[-_TAIL:]
            launched.tail = kept.decode("utf-8", "replace")


async def _watch(process: trio.Process, launched: Launched) -> None:
    launched.status = await process.wait()
    launched.ended.set()


async def _end(process: trio.Process, launched: Launched, contract: bool, timing: Timing) -> None:
    """Close stdin (without the contract: SIGTERM), then SIGTERM, then SIGKILL to its whole group."""
    await _stdin(process).aclose()
    if contract and await _gone(launched, timing.seconds(5)):
        return
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    if await _gone(launched, timing.seconds(5)):
        return
    launched.killed = True
    _kill_group(process)
    await _gone(launched, timing.seconds(5))


async def _gone(launched: Launched, seconds: float) -> bool:
    with trio.move_on_after(seconds):
        await launched.ended.wait()
    return launched.ended.is_set()


def _kill_group(process: trio.Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _stdin(process: trio.Process) -> trio.abc.SendStream:
    assert process.stdin is not None
    return process.stdin


AgentMain = Callable[[Offer, trio.Event, Callable[[Declared], None]], Awaitable[None]]
"""An agent as a function: the offer, an event that asks it to stop, and where to put its line."""


@attrs.frozen
class TaskLauncher:
    """A task of this program; for the kit's own peers, where time is virtual and nothing is a process."""

    main: AgentMain

    @asynccontextmanager
    async def launch(self, offer: Offer) -> AsyncIterator[Launched]:
        """Start the function; one that ends without its line is Unready."""
        stopping, declared = trio.Event(), trio.Event()

        def announce(line: Declared) -> None:
            launched.declared = line
            declared.set()

        async def live() -> None:
            try:
                await self.main(offer, stopping, announce)
                launched.status = 0
            except Exception as error:
                # A process would end with a trace on stderr.
                launched.status, launched.tail = 1, "".join(traceback.format_exception(error))[-_TAIL:]
            launched.ended.set()
            declared.set()

        async def stop() -> None:
            stopping.set()
            if not await _gone(launched, 10):
                launched.killed = True

        launched = Launched(None, stop)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(live)
            with trio.move_on_after(ANSWER_SECONDS):
                await declared.wait()
            if launched.declared is None:
                nursery.cancel_scope.cancel()
                raise Unready(f"the target did not answer the contract's line {launched.tail[-300:]}".rstrip())
            yield launched
            await stop()
            nursery.cancel_scope.cancel()
