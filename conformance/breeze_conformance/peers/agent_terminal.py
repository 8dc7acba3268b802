"""One terminal of the kit's own agent: the engine's effects, performed on a scripted shell."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

import attrs
import msgspec
import trio

from breeze_conformance.peers.scripted_shell import ScriptedShell
from breeze_conformance.target_link import Bell
from breeze_protocol.link.messages import CommandResult
from breeze_protocol.machine import Effect, Refused
from breeze_protocol.terminal.engine import AgentTerminal
from breeze_protocol.terminal.messages import (
    FRAME_OUTPUT,
    TerminalExit,
    TerminalOutput,
    TerminalResize,
    TerminalStart,
    frame,
)
from breeze_protocol.version import CAPABILITY_BASE64, CAPABILITY_BINARY, CAPABILITY_EXIT

_CHUNK: Final = 32 * 1024
_OPENING: Final = 0.02
"""Seconds that opening a PTY takes, so that what arrives meanwhile is handled in that state."""


@attrs.define
class Link:
    """What a terminal may do on the agent's socket."""

    send: Callable[[object], Awaitable[None]]
    capabilities: Callable[[], frozenset[str]]
    """What both sides have on the present socket."""
    wrong: frozenset[str]
    """Names of the faults that this agent has."""
    environment: dict[str, str]
    nursery: trio.Nursery


@attrs.define(eq=False)
class PeerTerminal:
    """One terminal."""

    engine: AgentTerminal
    link: Link
    shell: ScriptedShell | None = None
    strict: bool = True
    """An event that the table refuses is a defect of the kit; False for faulty tables."""
    _start_id: str = ""
    _bell: Bell = attrs.field(factory=Bell)
    _early: list[bytes] = attrs.field(factory=list)
    _decoder: codecs.IncrementalDecoder = attrs.field(factory=lambda: codecs.getincrementaldecoder("utf-8")("replace"))
    _count: int = 0
    _kept: bytes = b""
    _stale: list[bytes] = attrs.field(factory=list)

    async def start(self, identity: str, request: TerminalStart, terminals: int) -> None:
        """`terminal_start` has arrived."""
        wrong = self.link.wrong
        if "limit-too-low" in wrong and terminals >= 8:
            terminals = 64
        if "second-start-accepted" in wrong and self.engine.running.state != "absent":
            await self._done(identity, {"sessionId": request.session_id, "cols": 80, "rows": 24, "started": True})
            return
        if self.engine.running.state == "absent":
            self._start_id = identity
        before = self.engine.running.state
        effects = self._feed(lambda: self.engine.start(request, terminals, trio.current_time()))
        if "size-not-clamped" in wrong and before == "absent":
            self.engine.size = (request.cols, request.rows)
            effects = [attrs.evolve(each, body=(self.engine.size, None)) if each.body else each for each in effects]
        await self._perform(effects, identity)

    async def data(self, identity: str | None, data: bytes) -> None:
        """Input has arrived, by the command `identity` or in a frame."""
        wrong = self.link.wrong
        if "input-upper" in wrong:
            data = data.decode("utf-8", "replace").upper().encode()
        if "input-cut" in wrong:
            data = data[:512]
        if "input-ascii-only" in wrong:
            data = data.decode("utf-8", "replace").encode("ascii", "replace")
        if "input-stalls-with-output" in wrong:
            await self._bell.until(lambda: self.engine.may_read or self.engine.ended or None, 20)
        effects = self._feed(lambda: self.engine.data(data, trio.current_time()))
        if identity is None:
            effects = [each for each in effects if each.name not in ("send_input_result", "send_refusal")]
        await self._perform(effects, identity or "")

    async def resize(self, identity: str, request: TerminalResize) -> None:
        """A new size has arrived."""
        effects = self._feed(lambda: self.engine.resize(request.cols, request.rows, trio.current_time()))
        await self._perform(effects, identity)

    async def stop(self, identity: str) -> None:
        """`terminal_stop` has arrived."""
        if "stop-unanswered" in self.link.wrong:
            identity = ""
        await self._perform(self._feed(lambda: self.engine.stop(trio.current_time())), identity)
        if "output-after-stop" in self.link.wrong:
            await self._send_output(b"logout\r\n")

    async def credit(self, offset: int) -> None:
        """The window has grown."""
        wrong = self.link.wrong
        if "credit-is-an-increment" in wrong:
            offset += self.engine.sent
        await self._perform(self._feed(lambda: self.engine.credit(offset, trio.current_time())), "")

    async def lost(self) -> None:
        """The link is gone."""
        await self._perform(self._feed(lambda: self.engine.link_lost(trio.current_time())), "")

    # -- within
    def _feed(self, event: Callable[[], list[Effect]]) -> list[Effect]:
        try:
            return event()
        except Refused:
            # Whoever has no rule for an event does nothing about it.
            if self.strict:
                raise
            return []

    async def _perform(self, effects: list[Effect], identity: str) -> None:
        for effect in effects:
            match effect.name:
                case "open_pty":
                    self.link.nursery.start_soon(self._open, effect.body)
                case "write_input":
                    self._write(effect.body)
                case "set_size":
                    await self._sized(identity)
                case "kill_pty":
                    self._kill()
                case "extend_window":
                    self._bell.ring()
                case "send_started":
                    await self._done(self._start_id, effect.body)
                case "send_start_failed":
                    await self._failed(identity or self._start_id, str(effect.body))
                case "send_refusal":
                    await self._failed(identity, str(effect.body))
                case "send_input_result" | "send_stopped":
                    await self._done(identity, effect.body)
                case "send_terminal_output":
                    await self._send_output(effect.body)  # type: ignore[arg-type]
                case "send_terminal_exit":
                    await self._send_exit(effect.body)  # type: ignore[arg-type]

    async def _open(self, opening: Any) -> None:
        size, shell = opening
        await trio.sleep(_OPENING)
        if self.engine.running.state != "opening":
            return
        if shell is not None and not shell.endswith("sh"):
            await self._perform(self._feed(lambda: self.engine.failed(f"no such shell: {shell}", 0)), self._start_id)
            return
        wrong = self.link.wrong
        if "first-size-ignored" in wrong:
            size = (80, 24)
        if "first-size-swapped" in wrong:
            size = size[::-1]
        self.shell = ScriptedShell(size, self.link.environment)
        # The size may have changed while the PTY was opening.
        if self.engine.size != opening[0]:
            self.shell.size = self.engine.size
        self.link.nursery.start_soon(self.shell.run)
        await self._perform(self._feed(lambda: self.engine.opened(trio.current_time())), self._start_id)
        for data in self._early:
            self.shell.write(data)
        self._early.clear()
        if self.engine.running.state == "running":
            self.link.nursery.start_soon(self._read)

    async def _read(self) -> None:
        assert self.shell is not None
        wrong = self.link.wrong
        while True:
            if "window-ignored" not in wrong:
                await self._bell.until(lambda: self.engine.may_read or self.engine.ended or None, float("inf"))
            data = await self.shell.read(_CHUNK if "window-ignored" in wrong else self._room())
            if self.engine.ended and "link-loss-leaves-shell" not in wrong:
                return
            if not data:
                break
            if "exit-before-output" in wrong and self.shell.ended.is_set():
                self._stale.append(data)
                continue
            if self.engine.ended:
                await self._send_output(data)
                continue
            await self._perform(self._feed(partial(self.engine.output, data, trio.current_time())), "")
        ended = self._feed(
            lambda: self.engine.exited(self.shell.code, self.shell.signal, trio.current_time())  # type: ignore[union-attr]
        )
        await self._perform(ended, "")
        for data in self._stale:
            await self._send_output(data)

    def _room(self) -> int:
        # A table that reads on without credit has room for a whole chunk.
        return self.engine.room(_CHUNK) or _CHUNK

    def _write(self, data: Any) -> None:
        if self.shell is None:
            self._early.append(data)
        else:
            self.shell.write(data)

    async def _sized(self, identity: str) -> None:
        cols, rows = self.engine.size
        wrong = self.link.wrong
        if self.shell is not None and "resize-ignored" not in wrong:
            self.shell.size = (rows, cols) if "resize-swapped" in wrong else (cols, rows)
        if self.shell is None and "resize-while-opening-lost" in wrong:
            self.engine.size = (80, 24)
        if "resize-unanswered" not in wrong:
            await self._done(
                identity, {"sessionId": self.engine.session_id, "cols": cols, "rows": rows, "resized": True}
            )

    def _kill(self) -> None:
        wrong = self.link.wrong
        if self.shell is not None and "stop-leaves-shell" not in wrong:
            self.shell.kill(children="stop-leaves-children" not in wrong)
        self._bell.ring()

    async def _send_output(self, data: bytes) -> None:
        for piece in self._spoiled(data):
            await self._send_piece(piece)

    def _spoiled(self, data: bytes) -> list[bytes]:
        wrong = self.link.wrong
        self._count += 1
        every_fifth = self._count % 5 == 0
        if "output-lost" in wrong and every_fifth:
            return []
        if "output-twice" in wrong and every_fifth:
            return [data, data]
        if "output-reordered" in wrong and len(data) > 1000:
            return [data[500:], data[:500]]
        if "output-plain-newlines" in wrong:
            return [data.replace(b"\r\n", b"\n")]
        return [data]

    async def _send_piece(self, data: bytes) -> None:
        wrong, session_id = self.link.wrong, self.engine.session_id
        has = self.link.capabilities()
        if "binary-unasked" in wrong or (CAPABILITY_BINARY in has and "text-always" not in wrong):
            kind = 0x06 if "frame-kind-wrong" in wrong else FRAME_OUTPUT
            await self.link.send(frame(kind, session_id, data))
        elif "base64-unasked" in wrong or (CAPABILITY_BASE64 in has and "text-always" not in wrong):
            coded = base64.b64encode(data).decode()
            await self.link.send(TerminalOutput(session_id, coded, "base64"))
        elif "text-splits-characters" in wrong:
            for half in (data[: len(data) // 2], data[len(data) // 2 :]):
                await self.link.send(TerminalOutput(session_id, half.decode("utf-8", "replace")))
        else:
            text = self._decoder.decode(data)
            if text:
                await self.link.send(TerminalOutput(session_id, text))

    async def _send_exit(self, exit: TerminalExit) -> None:
        wrong = self.link.wrong
        if "exit-code-off" in wrong and exit.code is not None:
            exit = msgspec.structs.replace(exit, code=exit.code + 1)
        if "exit-signal-as-code" in wrong and exit.signal is not None:
            exit = TerminalExit(exit.session_id, code=128 + exit.signal)
        if CAPABILITY_EXIT in self.link.capabilities() or "exit-unasked" in wrong:
            await self.link.send(exit)
            if "exit-twice" in wrong:
                await self.link.send(exit)

    async def _done(self, identity: str, body: Any) -> None:
        wrong = self.link.wrong
        if not identity:
            return
        if "results-empty" in wrong:
            body = None
        if "written-in-characters" in wrong and isinstance(body, dict) and "written" in body:
            body = {**body, "written": 0}
        if "sizes-as-asked" in wrong and isinstance(body, dict) and "cols" in body:
            body = {**body, "cols": body["cols"] + 1}
        await self.link.send(CommandResult(identity, "completed", result=body))

    async def _failed(self, identity: str, words: str) -> None:
        if identity:
            status: Any = "completed" if "refusals-completed" in self.link.wrong else "failed"
            words = "error" if "refusals-wordless" in self.link.wrong else words
            await self.link.send(CommandResult(identity, status, error=words))
