"""The agents and viewers that the kit plays against a server: sockets that record everything."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import trio

from breeze_conformance.case import SHOWN, Check, NothingCame
from breeze_conformance.runner import Timing
from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.terminal.messages import FRAME_INPUT, FRAME_OUTPUT, frame, unframe
from breeze_protocol.version import (
    CAPABILITY_BASE64,
    CAPABILITY_BINARY,
    CAPABILITY_CREDIT,
    CAPABILITY_EXIT,
    CAPABILITY_HELLO,
    CAPABILITY_INPUT_CREDIT,
)
from breeze_transport.websocket import PeerClosed, WebSocket

SOON: Final = 5.0
"""Seconds that a message may take where no clause gives more."""

NAMED: Final = (CAPABILITY_EXIT, CAPABILITY_BINARY, CAPABILITY_CREDIT, CAPABILITY_INPUT_CREDIT)
"""What a kit's agent names where the server offers it."""

INPUT_WINDOW: Final = int(DEFAULTS["terminal_input_window"])


@attrs.define(eq=False)
class Recorder:
    """One socket: what came, in order, and how it ended."""

    label: str
    ws: WebSocket
    check: Check
    timing: Timing
    frames: list[Any] = attrs.field(factory=list)
    """JSON as dicts, binary messages as bytes, in the order of arrival."""
    ended: PeerClosed | None = None
    answer_pings: bool = True
    _taken: int = 0
    _news: trio.Event = attrs.field(factory=trio.Event)

    async def run(self) -> None:
        """Receive until the socket ends."""
        try:
            while True:
                for message in await self.ws.receive_many():
                    await self._arrived(message)
                self._wake()
        except PeerClosed as end:
            self.ended = end
            self.check.trace("<", f"{self.label}: {end}")
            self._wake()

    async def send(self, message: str | bytes | Mapping[str, Any]) -> None:
        """Send a text (a mapping becomes JSON) or a binary message. Raises PeerClosed."""
        raw = message if isinstance(message, str | bytes) else json.dumps(message)
        self.check.trace(">", self._named(raw))
        await self.ws.send(raw)

    async def next(self, kind: str, *, seconds: float = SOON, **fields: Any) -> dict[str, Any]:
        """The next message of this type that was not taken yet. Raises NothingCame or PeerClosed."""
        found: dict[str, Any] = await self.find(
            lambda each: (
                isinstance(each, dict)
                and each.get("type") == kind
                and all(each.get(name) == value for name, value in fields.items())
            ),
            f"{kind} on the {self.label}'s socket",
            seconds=seconds,
        )
        return found

    async def find(self, wanted: Callable[[Any], bool], what: str, *, seconds: float = SOON) -> Any:
        """The next message that is wanted; it and what came before it count as taken."""
        with trio.move_on_after(self.timing.seconds(seconds)):
            while True:
                for number in range(self._taken, len(self.frames)):
                    if wanted(self.frames[number]):
                        self._taken = number + 1
                        return self.frames[number]
                if self.ended is not None:
                    break
                await self.news()
        raise NothingCame(what, f"{self.ended or 'silence'} after {self.heard()}")

    async def until(self, holds: Callable[[], bool], what: str, *, seconds: float = SOON) -> None:
        """Wait until something holds of what came. Raises NothingCame."""
        with trio.move_on_after(self.timing.seconds(seconds)):
            while not holds():
                if self.ended is not None:
                    break
                await self.news()
        if not holds():
            raise NothingCame(what, f"{self.ended or 'silence'} after {self.heard()}")

    async def end(self, *, seconds: float = SOON) -> PeerClosed:
        """How the server ends the socket. Raises NothingCame where it stays open."""
        with trio.move_on_after(self.timing.seconds(seconds)):
            while self.ended is None:
                await self.news()
        if self.ended is None:
            raise NothingCame(f"the end of the {self.label}'s socket", f"it is open after {self.heard()}")
        return self.ended

    async def news(self) -> None:
        """Wait until something arrives."""
        await self._news.wait()

    def heard(self) -> str:
        """The types of the last messages, for reports."""
        return ", ".join(self.kinds()[-6:]) or "no message"

    def kinds(self) -> list[str]:
        """The types of all messages so far."""
        return [str(each.get("type")) if isinstance(each, dict) else "binary" for each in self.frames]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """All messages of a type so far."""
        return [each for each in self.frames if isinstance(each, dict) and each.get("type") == kind]

    async def leave(self, code: int = 1000) -> None:
        """Close cleanly."""
        self.check.trace(">", f"{self.label}: close {code}")
        await self.ws.close(code)

    def vanish(self) -> None:
        """Break the line without a closing handshake."""
        self.check.trace("-", f"{self.label}: the line breaks")
        self.ws.abort()

    def took(self, message: Any) -> None:
        """Called with every message before it is recorded."""

    async def answer(self, message: dict[str, Any]) -> None:
        """Say what has to be said at once."""
        if self.answer_pings and message.get("type") == "ping":
            await self.ws.send(json.dumps({"type": "pong", "timestamp": message.get("timestamp")}))

    async def _arrived(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.check.trace("<", self._named(message))
            self.took(message)
            self.frames.append(message)
            return
        self.check.trace("<", self._named(message))
        try:
            decoded = json.loads(message)
        except ValueError:
            decoded = {"type": "not JSON", "text": message}
        self.took(decoded)
        self.frames.append(decoded)
        if isinstance(decoded, dict):
            await self.answer(decoded)

    def _named(self, message: str | bytes) -> str:
        return (
            f"{self.label}: {message[:SHOWN]!r}" if isinstance(message, bytes) else f"{self.label}: {message[:SHOWN]}"
        )

    def _wake(self) -> None:
        self._news.set()
        self._news = trio.Event()


@attrs.define(eq=False)
class KitAgent(Recorder):
    """An agent. `generation` is `documented`, `s` (April 2026) or `n` (August 2026)."""

    agent_id: str = ""
    device_id: str = ""
    token: str = ""
    hostname: str = ""
    generation: str = "documented"
    offered: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    inputs: dict[str, bytearray] = attrs.field(factory=dict)
    """Input of each terminal, whichever way it came."""
    _taken_input: dict[str, int] = attrs.field(factory=dict)
    granted: dict[str, int] = attrs.field(factory=dict)
    """The latest credit of each terminal."""
    answer_commands: bool = True
    grant_input: bool = True
    """Let the server send more input as it arrives, as every agent does that has named the capability."""
    """Report `terminal_data`, `_resize` and `_stop` as done, as every agent does; a start is for the case to answer."""

    async def greet(self) -> dict[str, Any]:
        """Take the greeting and, as a documented agent, answer it with `hello`."""
        greeting = await self.next("connected")
        offered = greeting.get("capabilities")
        self.offered = frozenset(each for each in offered or () if isinstance(each, str))
        if self.generation == "documented" and CAPABILITY_HELLO in self.offered:
            self.named = frozenset(NAMED) & self.offered
            await self.send({"type": "hello", "capabilities": sorted(self.named), "agentVersion": "0.1.0-kit"})
        return greeting

    async def command(self, kind: str, session_id: str, *, seconds: float = SOON) -> dict[str, Any]:
        """The next command of this type for this session."""

        def wanted(each: Any) -> bool:
            payload = each.get("payload") if isinstance(each, dict) and each.get("id") else None
            return isinstance(payload, dict) and each["type"] == kind and payload.get("sessionId") == session_id

        found: dict[str, Any] = await self.find(wanted, f"{kind} for the session", seconds=seconds)
        return found

    def commands(self, session_id: str, kind: str | None = None) -> list[dict[str, Any]]:
        """The commands so far for a session, of one type or of any. Others can be left over from an earlier case."""
        found = [each for each in self.frames if isinstance(each, dict) and each.get("id")]
        mine = [each for each in found if (each.get("payload") or {}).get("sessionId") == session_id]
        return [each for each in mine if kind in (None, each.get("type"))]

    async def succeed(self, command: Mapping[str, Any], **result: Any) -> None:
        """Report a command as done."""
        given = result or {"sessionId": command["payload"]["sessionId"]}
        await self.send({"type": "command_result", "commandId": command["id"], "status": "completed", "result": given})

    async def started(self, command: Mapping[str, Any]) -> None:
        """Report that the PTY of a `terminal_start` is open."""
        payload = command["payload"]
        await self.succeed(
            command,
            sessionId=payload["sessionId"],
            cols=payload.get("cols"),
            rows=payload.get("rows"),
            started=True,
        )

    async def fail(self, command: Mapping[str, Any], words: str) -> None:
        """Report a command as failed."""
        await self.send({"type": "command_result", "commandId": command["id"], "status": "failed", "error": words})

    async def output(self, session_id: str, data: bytes) -> None:
        """Send output of a terminal, the way that this generation does."""
        if CAPABILITY_BINARY in self.named:
            await self.send(frame(FRAME_OUTPUT, session_id, data))
        elif self.generation != "s" and CAPABILITY_BASE64 in self.offered:
            text = base64.b64encode(data).decode()
            await self.send({"type": "terminal_output", "sessionId": session_id, "data": text, "encoding": "base64"})
        else:
            text = data.decode("utf-8", "replace")
            await self.send({"type": "terminal_output", "sessionId": session_id, "data": text})

    async def exited(self, session_id: str, **how: int) -> None:
        """Report the end of a shell: `code=3` or `signal=9`."""
        await self.send({"type": "terminal_exit", "sessionId": session_id, **how})

    async def input(self, session_id: str, expected: bytes, *, seconds: float = SOON) -> bytes:
        """The terminal's input once it is as long as expected. Raises NothingCame."""
        await self.until(
            lambda: len(self.inputs.get(session_id, b"")) >= len(expected),
            f"{len(expected)} bytes of input at the agent",
            seconds=seconds,
        )
        return bytes(self.inputs[session_id])

    async def barrier(self) -> None:
        """Whatever the server had for this agent before now has arrived when this returns."""
        await self.send({"type": "heartbeat", "timestamp": 0})
        await self.next("heartbeat_ack")

    async def grant(self, session_id: str, offset: int) -> None:
        """Let the server send input up to this offset."""
        await self.send({"type": "terminal_credit", "sessionId": session_id, "offset": offset})

    async def _arrived(self, message: str | bytes) -> None:
        await super()._arrived(message)
        if self.grant_input and CAPABILITY_INPUT_CREDIT in self.named:
            for session_id, data in self.inputs.items():
                if len(data) - self._taken_input.get(session_id, 0) >= INPUT_WINDOW // 4:
                    self._taken_input[session_id] = len(data)
                    await self.grant(session_id, len(data) + INPUT_WINDOW)

    async def answer(self, message: dict[str, Any]) -> None:
        """Answer pings, and the commands that succeed without further ado."""
        await super().answer(message)
        kind, payload = message.get("type"), message.get("payload")
        if not self.answer_commands or not message.get("id") or not isinstance(payload, dict):
            return
        result: dict[str, Any] = {"sessionId": payload.get("sessionId")}
        if kind == "terminal_data":
            result["written"] = len(str(payload.get("data", "")).encode("utf-8", "replace"))
        elif kind == "terminal_resize":
            result |= {"cols": payload.get("cols"), "rows": payload.get("rows"), "resized": True}
        elif kind == "terminal_stop":
            result["stopped"] = True
        else:
            return
        await self.succeed(message, **result)

    def took(self, message: Any) -> None:
        """Note input and credit."""
        if isinstance(message, bytes):
            try:
                kind, session_id, data = unframe(message)
            except RemoteProtocolError:
                return
            if kind == FRAME_INPUT:
                self.inputs.setdefault(session_id, bytearray()).extend(data)
            return
        if not isinstance(message, dict):
            return
        payload = message.get("payload")
        if message.get("type") == "terminal_data" and isinstance(payload, dict):
            text = str(payload.get("data", "")).encode("utf-8", "replace")
            self.inputs.setdefault(str(payload.get("sessionId")), bytearray()).extend(text)
        elif message.get("type") == "terminal_credit" and isinstance(message.get("offset"), int):
            self.granted[str(message.get("sessionId"))] = message["offset"]


@attrs.define(eq=False)
class KitViewer(Recorder):
    """A viewer of one terminal."""

    session_id: str = ""
    shown: bytearray = attrs.field(factory=bytearray)
    """Output so far, text as UTF-8."""

    async def output(self, expected: bytes, *, seconds: float = SOON) -> bytes:
        """The output once it is as long as expected. Raises NothingCame."""
        await self.until(lambda: len(self.shown) >= len(expected), f"{len(expected)} bytes of output", seconds=seconds)
        return bytes(self.shown)

    async def barrier(self) -> None:
        """Whatever this viewer has sent before now was dealt with when this returns; for use after `connected`."""
        await self.send({"type": "ping"})
        await self.next("pong")

    async def early_barrier(self) -> None:
        """The same before `connected`, where a server need not answer a ping, but refuses a resize (TERM-020)."""
        await self.send({"type": "resize", "cols": 80, "rows": 24})
        await self.next("error")

    def took(self, message: Any) -> None:
        """Note output."""
        if isinstance(message, bytes):
            self.shown += message
        elif isinstance(message, dict) and message.get("type") == "output":
            self.shown += str(message.get("data", "")).encode("utf-8", "replace")
