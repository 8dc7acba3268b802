"""One terminal: the engine's effects performed on a pseudo-terminal and a socket.

Three tasks: one reads the PTY and sends, one writes input, one waits for the shell's end. Whatever ends the terminal
cancels the three and then ends every process of the session, before anything is said of the end.
"""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import attrs
import trio

from breeze_agent.outbox import Outbox
from breeze_agent.processes import GRACE
from breeze_agent.pty import PtyError, TerminalDevice
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.link.messages import CommandResult
from breeze_protocol.machine import Effect
from breeze_protocol.terminal import messages as m
from breeze_protocol.terminal.engine import AgentTerminal
from breeze_protocol.version import (
    CAPABILITY_BASE64,
    CAPABILITY_BINARY,
    CAPABILITY_CREDIT,
    CAPABILITY_EXIT,
    CAPABILITY_HELLO,
    CAPABILITY_INPUT_CREDIT,
)
from breeze_protocol.wire import encode_text

CHUNK: Final = 64 * 1024
"""Bytes of output in one frame at most."""

TAIL: Final = 1 << 20
"""Bytes still sent after the shell's end: what left the session may write for ever."""

_INPUT_AT_ONCE = 4096

Spawn = Callable[[int, int, str | None, str], TerminalDevice]
"""Open a terminal: columns, rows, shell, session id. Raises PtyError."""

Answer = Callable[[CommandResult], None]


@attrs.define(eq=False)
class Wire:
    """How terminals speak on one socket: its outbox, and what the server has said last that it can (LINK-023)."""

    outbox: Outbox
    capabilities: frozenset[str] = frozenset()

    @property
    def windowed(self) -> bool:
        """Whether the server grants credit: it has to offer it, and to hear that we can."""
        return {CAPABILITY_CREDIT, CAPABILITY_HELLO} <= self.capabilities

    @property
    def grants_input(self) -> bool:
        """Whether the server waits for our credit before it sends more input."""
        return {CAPABILITY_INPUT_CREDIT, CAPABILITY_HELLO} <= self.capabilities

    @property
    def reports_exit(self) -> bool:
        """Whether the server takes the exit status of a shell."""
        return CAPABILITY_EXIT in self.capabilities


@attrs.define(eq=False)
class Encoder:
    """Puts the output of one terminal into messages, in the best form that the server takes."""

    session_id: str
    wire: Wire
    _decoder: codecs.IncrementalDecoder = attrs.field(
        factory=lambda: codecs.getincrementaldecoder("utf-8")("replace"), init=False
    )

    def encode(self, data: bytes, *, last: bool = False) -> str | bytes | None:
        """A message, or None where there is nothing to say; `last`: no output follows."""
        offered = self.wire.capabilities
        if data and CAPABILITY_BINARY in offered:
            return m.frame(m.FRAME_OUTPUT, self.session_id, data)
        if data and CAPABILITY_BASE64 in offered:
            return encode_text(m.TerminalOutput(self.session_id, base64.b64encode(data).decode("ascii"), "base64"))
        # A character may come in two reads; its first half waits for the second.
        text = self._decoder.decode(data, last)
        return encode_text(m.TerminalOutput(self.session_id, text)) if text else None


@attrs.define(eq=False)
class Terminal:
    """One terminal from `start` to the end of its last process."""

    session_id: str
    wire: Wire
    spawn: Spawn
    limits: Mapping[str, float] = DEFAULTS
    engine: AgentTerminal = attrs.field(init=False)
    device: TerminalDevice | None = attrs.field(default=None, init=False)
    _scope: trio.CancelScope = attrs.field(factory=trio.CancelScope, init=False)
    _input: bytearray = attrs.field(factory=bytearray, init=False)
    _typed: trio.lowlevel.ParkingLot = attrs.field(factory=trio.lowlevel.ParkingLot, init=False)
    _granted: trio.lowlevel.ParkingLot = attrs.field(factory=trio.lowlevel.ParkingLot, init=False)
    _farewell: list[Callable[[], None]] = attrs.field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        self.engine = AgentTerminal(self.session_id, self.limits, windowed=self.wire.windowed)

    def start(self, request: m.TerminalStart, terminals: int, command: str, answer: Answer) -> None:
        """`terminal_start` arrived while `terminals` others are open."""
        self._perform(self.engine.start(request, terminals, trio.current_time()), command, answer)

    def data(self, data: bytes, command: str = "", answer: Answer | None = None) -> None:
        """Input arrived, by a command or (without `answer`) in a binary frame. Never waits."""
        if len(self._input) + len(data) > self.limits["terminal_input_held"]:
            if answer is not None:
                answer(_failed(command, "the program in the terminal does not read: too much input is waiting"))
            return
        self._perform(self.engine.data(data, trio.current_time()), command, answer)

    def resize(self, cols: int, rows: int, command: str, answer: Answer) -> None:
        """A new size arrived."""
        self._perform(self.engine.resize(cols, rows, trio.current_time()), command, answer)

    def stop(self, command: str, answer: Answer) -> None:
        """`terminal_stop` arrived."""
        self._perform(self.engine.stop(trio.current_time()), command, answer)

    def credit(self, offset: int) -> None:
        """The server grants output up to this offset."""
        self._perform(self.engine.credit(offset, trio.current_time()), "", None)

    def server_changed(self) -> None:
        """The server has said anew what it can."""
        self.engine.windowed = self.wire.windowed
        self._granted.unpark()

    def link_lost(self) -> None:
        """The socket that this terminal belongs to is gone."""
        self._perform(self.engine.link_lost(trio.current_time()), "", None)

    async def run(self) -> None:
        """Serve the open terminal until it is over and every process of its session has ended."""
        device = self.device
        assert device is not None
        try:
            with self._scope:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self._write, device)
                    status = await self._read(nursery, device)
                    if not self.engine.ended:
                        self._perform(self.engine.exited(*status, trio.current_time()), "", None)
        finally:
            # Bounded: a hangup, a second, SIGKILL.
            with trio.CancelScope(shield=True):
                await device.close()
        for say in self._farewell:
            say()

    async def _read(self, nursery: trio.Nursery, device: TerminalDevice) -> tuple[int | None, int | None]:
        """Send all output, then give how the shell ended."""
        status: list[tuple[int | None, int | None]] = []
        known = trio.Event()

        async def notice_exit() -> None:
            status.append(await device.exited())
            known.set()
            await device.hang_up()

        nursery.start_soon(notice_exit)
        await self._relay(device, known)
        with trio.move_on_after(GRACE):
            await known.wait()
        if not status:
            # It gave up its terminal and lives on: there is nothing left to talk to.
            await device.hang_up()
            await known.wait()
        return status[0]

    async def _relay(self, device: TerminalDevice, over: trio.Event) -> None:
        encoder = Encoder(self.session_id, self.wire)
        tail = TAIL
        while tail > 0:
            while not self.engine.may_read:
                await self._granted.park()
            data = await device.read(self.engine.room(CHUNK))
            if not data or self.engine.ended:
                break
            tail -= len(data) if over.is_set() else 0
            for effect in self.engine.output(data, trio.current_time()):
                assert isinstance(effect.body, bytes)
                await self._deliver(encoder.encode(effect.body))
        await self._deliver(encoder.encode(b"", last=True))

    async def _deliver(self, message: str | bytes | None) -> None:
        if message is not None:
            await self.wire.outbox.deliver(message)

    async def _write(self, device: TerminalDevice) -> None:
        while True:
            while not self._input:
                await self._typed.park()
            # The kernel takes less than a page; a copy of that keeps the buffer free to grow.
            written = await device.write_some(bytes(self._input[:_INPUT_AT_ONCE]))
            del self._input[:written]
            self._grant_input(written)

    def _type(self, data: bytes) -> None:
        """Input goes to the PTY from here while that takes it; what it does not take waits for the writing task."""
        written = 0
        if self.device is not None and not self._input and len(data) <= _INPUT_AT_ONCE:
            written = self.device.write_nowait(data)
            self._grant_input(written)
        if written < len(data):
            self._input += data[written:]
            self._typed.unpark()

    def _grant_input(self, written: int) -> None:
        for effect in self.engine.written(written):
            if self.wire.grants_input:
                self.wire.outbox.post(encode_text(effect.body))

    def _perform(self, effects: list[Effect], command: str, answer: Answer | None) -> None:
        for effect in effects:
            match effect.name:
                case "open_pty":
                    self._open(effect.body, command, answer)
                case "write_input":
                    assert isinstance(effect.body, bytes)
                    self._type(effect.body)
                case "set_size":
                    self._resize(effect.body, command, answer)
                case "extend_window":
                    self._granted.unpark()
                case "kill_pty":
                    self._scope.cancel()
                case "send_terminal_exit" if self.wire.reports_exit:
                    self._farewell.append(partial(self.wire.outbox.post, encode_text(effect.body)))
                case "send_stopped" if answer is not None:
                    self._farewell.append(partial(answer, _completed(command, effect.body)))
                case "send_started" | "send_input_result" if answer is not None:
                    answer(_completed(command, effect.body))
                case "send_start_failed" | "send_refusal" if answer is not None:
                    answer(_failed(command, str(effect.body)))

    def _open(self, opening: Any, command: str, answer: Answer | None) -> None:
        (cols, rows), shell = opening
        now = trio.current_time()
        try:
            self.device = self.spawn(cols, rows, shell, self.session_id)
        except PtyError as error:
            self._perform(self.engine.failed(str(error), now), command, answer)
        else:
            self._perform(self.engine.opened(now), command, answer)

    def _resize(self, size: Any, command: str, answer: Answer | None) -> None:
        cols, rows = size
        if self.device is not None:
            self.device.resize(cols, rows)
        if answer is not None:
            answer(_completed(command, {"sessionId": self.session_id, "cols": cols, "rows": rows, "resized": True}))


def _completed(command: str, result: Any) -> CommandResult:
    return CommandResult(command, "completed", result)


def _failed(command: str, words: str) -> CommandResult:
    return CommandResult(command, "failed", error=words[:8192])
