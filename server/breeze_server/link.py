"""The agent socket: performs the protocol's `LinkServer` over a WebSocket.

One task reads, one writes what was posted in as few writes as it can, one keeps time. Posting never waits: what an
agent does not take is bounded, and beyond the bound its socket is dropped. Terminal output passes as it came.
"""

from __future__ import annotations

import binascii
import logging
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import trio
from msgspec import to_builtins

from breeze_protocol import errors as e
from breeze_protocol.errors import RemoteProtocolError, TransportError
from breeze_protocol.ids import is_uuid
from breeze_protocol.link import messages as m
from breeze_protocol.link.engine import LinkServer
from breeze_protocol.machine import Effect, Refused
from breeze_protocol.terminal.messages import (
    FRAME_OUTPUT,
    TerminalCredit,
    TerminalExit,
    TerminalOutput,
    TerminalStop,
    unframe,
)
from breeze_protocol.version import (
    CAPABILITY_BINARY,
    CAPABILITY_CREDIT,
    CAPABILITY_INPUT_CREDIT,
    DEPLOYED_2026_04,
    DEPLOYED_2026_08,
    DOCUMENTED,
)
from breeze_protocol.wire import encode_text
from breeze_transport.head import RequestHead, refuse
from breeze_transport.websocket import PeerClosed, WebSocket
from breeze_transport.ws_core import accept_websocket

from . import presence
from .database import StorageError
from .devices import store_result
from .gate import admit_agent, unauthorized
from .refusal import Refusal

if TYPE_CHECKING:
    from .services import Services
    from .terminal import Terminal

log = logging.getLogger(__name__)

ROOM = 1 << 20
"""Bytes that wait for an agent before those who feed it have to wait."""

OUTBOX_MOST = 16 << 20
"""Bytes that wait for an agent before its socket is dropped."""

_OUTSTANDING_MOST = 4096
_FLUSH = 1.0


class AgentLink:
    """One open agent socket."""

    def __init__(self, services: Services, device: dict[str, Any], socket: WebSocket) -> None:
        self.agent_id: str = device["agent_id"]
        self.device_id: str = device["id"]
        self.org_id: str = device["org_id"]
        self.services = services
        self.engine = LinkServer(self.agent_id, services.limits)
        self.profile = DEPLOYED_2026_04
        self.terminals: dict[str, Terminal] = {}
        """The terminals that run on this agent, by session."""
        self._socket = socket
        self._outbox: list[str | bytes] = []
        self._waiting = 0
        self._posted = trio.Event()
        self._drained = trio.Event()
        self._outstanding: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._tasks: trio.Nursery | None = None

    # -- what terminals use
    @property
    def binary(self) -> bool:
        """Whether terminal bytes travel in binary frames."""
        return CAPABILITY_BINARY in self.engine.capabilities

    @property
    def credit(self) -> bool:
        """Whether the agent waits for credit before it sends more output."""
        return CAPABILITY_CREDIT in self.engine.capabilities

    @property
    def input_credit(self) -> bool:
        """Whether the agent says how much more input it has room for."""
        return CAPABILITY_INPUT_CREDIT in self.engine.capabilities

    @property
    def open(self) -> bool:
        """Whether commands still reach the agent."""
        return not self.engine.running.final and self._socket.closed is None

    def post(self, *messages: str | bytes) -> None:
        """Send, in order, as soon as the socket takes it; never waits."""
        # One task less between a key and its echo: what finds the line free leaves from here.
        if not self._outbox and self._socket.send_nowait(messages):
            if self._socket.unsent:
                self._posted.set()
            return
        self._outbox.extend(messages)
        self._waiting += sum(map(len, messages))
        if self._waiting > OUTBOX_MOST:
            log.warning("an agent does not read", extra={"agent": self.agent_id})
            self._socket.abort()
        self._posted.set()

    def command(self, kind: str, payload: Any, command_id: str, session_id: str | None = None) -> None:
        """Send a command; the result of a session's command comes back to its terminal."""
        if session_id is not None:
            self._outstanding[command_id] = (kind, session_id)
            if len(self._outstanding) > _OUTSTANDING_MOST:
                self._outstanding.popitem(last=False)
        for effect in self.engine.command(m.Command(command_id, kind, to_builtins(payload))):
            self.post(encode_text(effect.body))

    def stop_terminal(self, session_id: str) -> None:
        """Have the agent end a terminal; its answer concerns nobody."""
        unique = self.services.world.entropy.token_hex(4)
        self.command("terminal_stop", TerminalStop(session_id), f"term-stop-{session_id}-{unique}")

    async def wait_room(self) -> None:
        """Wait until the agent has taken most of what was posted, or is gone."""
        while self._waiting > ROOM and self.open:
            await self._drained.wait()

    def happened(self, event: str) -> None:
        """`superseded`, `access_revoked` or `server_stopping`: close the socket for this reason."""
        if self._tasks is not None and not self.engine.running.final:
            self._tasks.start_soon(self._perform, self.engine.happened(event))

    # -- its life
    async def run(self) -> None:
        """Serve the socket until it is over; then the device is offline, and its terminals know."""
        services = self.services
        try:
            async with trio.open_nursery() as self._tasks:
                await self._perform(self.engine.opened(trio.current_time(), services.wall_ms))
                for session_id in services.agents.take_strays(self.agent_id):
                    self.stop_terminal(session_id)
                self._tasks.start_soon(self._write)
                self._tasks.start_soon(self._tick)
                await self._read()
                self._tasks.cancel_scope.cancel()
        finally:
            with trio.CancelScope(shield=True, deadline=trio.current_time() + 5):
                await self._gone()

    async def _gone(self) -> None:
        self._socket.abort()
        self._drained.set()
        still = self.services.agents.forget(self)
        for terminal in list(self.terminals.values()):
            terminal.agent_lost()
        if not self.engine.running.final:
            self.engine.happened("agent_gone")
        if still:
            try:
                await self.services.db.write(presence.mark, self.device_id, "agent_disconnected", self.services.now)
            except StorageError as error:
                log.error("a device could not be marked offline: %s", error)

    async def _read(self) -> None:
        while not self.engine.running.final:
            try:
                batch = await self._socket.receive_many()
            except PeerClosed:
                return
            for raw in batch:
                if self.engine.running.final:
                    return
                try:
                    await self._take(raw, trio.current_time())
                except Refused as error:
                    log.warning("an agent said what has no place now: %s", error, extra={"agent": self.agent_id})

    async def _take(self, raw: str | bytes, now: float) -> None:
        if isinstance(raw, bytes) and raw[:1] == bytes((FRAME_OUTPUT,)):
            try:
                _, session_id, data = unframe(raw)
            except RemoteProtocolError:
                return
            self.engine.output_arrived(now)
            self._relay(session_id, data)
            return
        await self._perform(self.engine.receive(raw, now, self.services.wall_ms))

    def _relay(self, session_id: str, data: bytes | memoryview) -> None:
        terminal = self.terminals.get(session_id)
        if terminal is not None:
            terminal.output(data)

    async def _write(self) -> None:
        while True:
            await self._posted.wait()
            self._posted = trio.Event()
            messages, self._outbox = self._outbox, []
            try:
                await self._socket.send_many(messages)
            except PeerClosed:
                return
            self._waiting -= sum(map(len, messages))
            if self._waiting <= ROOM:
                self._drained.set()
                self._drained = trio.Event()

    async def _tick(self) -> None:
        while self.engine.wake_at is not None:
            await trio.sleep_until(self.engine.wake_at)
            await self._perform(self.engine.tick(trio.current_time(), self.services.wall_ms))

    # -- effects
    async def _perform(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            try:
                await self._effect(effect.name, effect.body)
            except StorageError as error:
                # A result that was not stored is not acknowledged either: the agent may say it again.
                log.error("an agent's message could not be stored: %s", error, extra={"agent": self.agent_id})
                return

    async def _effect(self, name: str, body: Any) -> None:
        match name:
            case "relay_output":
                self._text_output(body)
            case "relay_exit":
                self._exit(body)
            case "relay_input_credit":
                self._input_credit(body)
            case "send_close":
                await self._close(*body)
            case "store_result":
                await self._result(body)
            case "note_capabilities":
                self._speaks(DOCUMENTED)
            case "supersede_other":
                self._supersede()
            case "mark_online":
                await self._mark("agent_connected")
            case "mark_updating":
                await self._mark("update_announced")
            case "send_connected" | "send_ping" | "send_ack" | "send_error" | "send_heartbeat_ack":
                self.post(encode_text(body))

    async def _mark(self, event: str) -> None:
        await self.services.db.write(presence.mark, self.device_id, event, self.services.now)

    def _supersede(self) -> None:
        before = self.services.agents.register(self)
        if before is not None:
            before.happened("superseded")
            for terminal in list(before.terminals.values()):
                terminal.agent_lost()

    def _speaks(self, profile: Any) -> None:
        self.profile = profile
        for terminal in self.terminals.values():
            terminal.relay.profile = profile
            terminal.relay.input_windowed = self.input_credit

    def _text_output(self, output: TerminalOutput) -> None:
        if output.encoding is None:
            self._relay(output.session_id, output.data.encode("utf-8", "replace"))
            return
        if self.profile is DEPLOYED_2026_04:
            self._speaks(DEPLOYED_2026_08)
        try:
            self._relay(output.session_id, b64decode(output.data, validate=True))
        except binascii.Error:
            code = e.INVALID_MESSAGE
            self.post(encode_text(m.LinkError(code.name, code.says, "not base64", "terminal_output")))

    def _exit(self, body: TerminalExit) -> None:
        terminal = self.terminals.get(body.session_id)
        if terminal is not None:
            terminal.exited(body.code, body.signal)

    def _input_credit(self, body: TerminalCredit) -> None:
        terminal = self.terminals.get(body.session_id)
        if terminal is not None:
            terminal.input_credit(body.offset)

    async def _result(self, result: m.CommandResult) -> None:
        kind, session_id = self._outstanding.pop(result.command_id, (None, None))
        if session_id is not None:
            terminal = self.terminals.get(session_id)
            if terminal is not None:
                terminal.result(str(kind), result)
            elif kind == "terminal_start" and result.status == "completed":
                self.stop_terminal(session_id)  # it was stopped before it had started. TERM-015
        elif is_uuid(result.command_id):
            await self.services.db.write(store_result, self.device_id, result.command_id, result, self.services.now)

    async def _close(self, code: int, reason: str) -> None:
        with trio.move_on_after(_FLUSH):
            while self._waiting > 0 and self._socket.closed is None:
                await self._drained.wait()
        await self._socket.close(code, reason)


async def serve_agent(
    services: Services, stream: trio.abc.Stream, head: RequestHead, agent_id: str, source: str
) -> None:
    """Admit a dialing agent and serve its socket to the end; a refusal is said before the upgrade (LINK-021)."""
    try:
        device = await admit_agent(services, agent_id, head.header("authorization"), "dial", source)
    except StorageError:
        device = Refusal(e.UNAVAILABLE, retry_after=1)
    if isinstance(device, Refusal):
        headers = [("Content-Type", "application/json"), *device.headers]
        await refuse(stream, device.code.http, unauthorized(device), headers)
        return
    try:
        socket = await accept_websocket(stream, head, max_message=int(services.limits["link_frame"]))
    except TransportError:
        return
    await AgentLink(services, dict(device), socket).run()
