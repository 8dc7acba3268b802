"""The agent's link: the engine's effects performed over one WebSocket after another."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import attrs
import trio

from breeze_agent import AGENT_VERSION
from breeze_agent.commands import Commands
from breeze_agent.config import Identity
from breeze_agent.outbox import Outbox
from breeze_agent.refusal import words_of
from breeze_agent.terminal import Wire
from breeze_protocol.endpoints import BASE
from breeze_protocol.errors import RemoteProtocolError, TransportError
from breeze_protocol.link import messages as m
from breeze_protocol.link.engine import LinkAgent
from breeze_protocol.machine import Effect
from breeze_protocol.terminal.messages import FRAME_INPUT, TerminalCredit, unframe
from breeze_protocol.wire import encode_text
from breeze_transport.seams import World
from breeze_transport.websocket import PeerClosed, UpgradeRefused, WebSocket
from breeze_transport.ws_client import connect_websocket

_LOGGER: Final = logging.getLogger("breeze.agent")
_UP = ("greeting", "online")


@attrs.define(eq=False)
class Link:
    """Keeps a socket to the server for as long as `run` runs."""

    identity: Identity
    token: Callable[[], str]
    world: World
    commands: Commands
    connected: Callable[[frozenset[str]], None] = lambda capabilities: None
    """Called each time that the server has greeted, with what it offers."""
    engine: LinkAgent = attrs.field(init=False)
    _outbox: Outbox = attrs.field(factory=Outbox, init=False)
    _dialing: trio.CancelScope = attrs.field(factory=trio.CancelScope, init=False)
    _talking: trio.CancelScope | None = attrs.field(default=None, init=False)
    _finished: trio.Event = attrs.field(factory=trio.Event, init=False)
    _heard: float = attrs.field(default=0.0, init=False)

    def __attrs_post_init__(self) -> None:
        self.engine = LinkAgent(self.world.entropy.uniform, AGENT_VERSION)

    @property
    def url(self) -> str:
        """Where the socket is."""
        scheme, _, rest = self.identity.server_url.partition("://")
        return f"{'wss' if scheme == 'https' else 'ws'}://{rest}{BASE}/agent-ws/{self.identity.agent_id}/ws"

    async def run(self) -> None:
        """Dial, speak, and dial again, until `stop`."""
        self.engine.begin(trio.current_time())
        with self._dialing:
            while not self.engine.running.final:
                await _sleep_until(self.engine.wake_at)
                for effect in self.engine.tick(trio.current_time()):
                    if effect.name == "dial":
                        await self._dial()
                    else:
                        self._perform(effect)
        self._finished.set()

    async def stop(self) -> None:
        """End every terminal, take leave of the server and return when both is done."""
        self._act(self.engine.stop(trio.current_time()))
        await self.commands.wait_ended()
        if self._talking is not None:
            self._talking.cancel()
        else:
            self._dialing.cancel()
        await self._finished.wait()

    async def _dial(self) -> None:
        opened = False
        try:
            async with connect_websocket(
                self.url,
                network=self.world.network,
                headers=[("Authorization", f"Bearer {self.token()}"), ("User-Agent", f"breeze-agent/{AGENT_VERSION}")],
                max_message=int(self.engine.limits["link_frame"]),
                implementation="websockets",
                deadline=self.engine.limits["link_dial_timeout"],
            ) as ws:
                opened = True
                if not self.engine.running.final:
                    await self._converse(ws)
        except UpgradeRefused as error:
            refused = error.status in (401, 403)
            self._failed(words_of(error.status, error.body), refused=refused)
        except TransportError as error:
            if not opened:
                self._failed(str(error))

    def _failed(self, words: str, *, refused: bool = False) -> None:
        _LOGGER.warning("cannot open the link to %s: %s", self.identity.server_url, words)
        if not self.engine.running.final:
            self._act(self.engine.dial_failed(trio.current_time(), refused=refused, words=words))

    async def _converse(self, ws: WebSocket) -> None:
        """Speak over an open socket until it ends, or `stop` has done its work."""
        self._outbox = Outbox(ws)
        self.commands.wire = Wire(self._outbox)
        self._heard = trio.current_time()
        self._act(self.engine.dialed(self._heard))
        with trio.CancelScope() as self._talking:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._send, ws, nursery.cancel_scope)
                nursery.start_soon(self._ping, ws)
                nursery.start_soon(self._watch, ws, nursery.cancel_scope)
                nursery.start_soon(self._tick, nursery.cancel_scope)
                await self._receive(ws)
                nursery.cancel_scope.cancel()
        self._talking = None
        if self.engine.running.state in _UP:
            why = ws.closed
            _LOGGER.warning("the link is lost%s", f": {why}" if why else "")
            self._act(self.engine.lost(trio.current_time(), closed=why is not None and why.clean))

    async def _receive(self, ws: WebSocket) -> None:
        while True:
            try:
                messages = await ws.receive_many()
            except PeerClosed:
                return
            self._heard = trio.current_time()
            for message in messages:
                if isinstance(message, str):
                    self._act(self.engine.receive(message, self._heard))
                else:
                    self._input(message)
            await self._outbox.wait_room()

    def _input(self, message: bytes) -> None:
        try:
            kind, session_id, payload = unframe(message)
        except RemoteProtocolError as error:
            _LOGGER.warning("the server sent a binary message that is none of ours: %s", error)
            return
        if kind == FRAME_INPUT:
            self.commands.input(session_id, bytes(payload))

    async def _send(self, ws: WebSocket, lost: trio.CancelScope) -> None:
        while True:
            try:
                await ws.send_many(await self._outbox.take())
            except PeerClosed:
                # What the server said last may still be there to read; if not, the receiver finds the end as well.
                return
            self._outbox.written()

    async def _ping(self, ws: WebSocket) -> None:
        while True:
            await trio.sleep(self.engine.limits["link_transport_ping"])
            try:
                await ws.ping()
            except PeerClosed:
                return

    async def _watch(self, ws: WebSocket, lost: trio.CancelScope) -> None:
        """Give up on a socket over which nothing has come for too long (LINK-035)."""
        while True:
            heard = max(self._heard, ws.last_pong or 0.0)
            patience = heard + self.engine.limits["link_transport_silence"]
            if trio.current_time() >= patience:
                _LOGGER.warning("nothing was heard of the server for %g s", trio.current_time() - heard)
                # Nobody is there to take leave of.
                ws.abort()
                lost.cancel()
                return
            await trio.sleep_until(patience)

    async def _tick(self, lost: trio.CancelScope) -> None:
        while self.engine.running.state in _UP:
            await _sleep_until(self.engine.wake_at)
            self._act(self.engine.tick(trio.current_time()))
        lost.cancel()

    def _act(self, effects: list[Effect]) -> None:
        for effect in effects:
            self._perform(effect)

    def _perform(self, effect: Effect) -> None:
        body: Any = effect.body
        match effect.name:
            case "run_command":
                self.commands.run(body, partial(self._answer, self._outbox))
            case "send_result" | "send_hello":
                self._outbox.post(encode_text(body))
            case "send_pong":
                self._outbox.post(encode_text(m.AgentPong(round(self.world.wall.now() * 1000))))
            case "extend_window":
                assert isinstance(body, TerminalCredit)
                self.commands.credit(body)
            case "note_capabilities":
                self._greeted()
            case "end_terminals":
                self.commands.link_lost()
            case "report_error":
                _LOGGER.warning("the server refused a message: %s", body.message)
            case "report_refusal":
                _LOGGER.warning("the server does not accept this agent's token; trying again later")

    def _greeted(self) -> None:
        if self.commands.wire is not None:
            self.commands.wire.capabilities = self.engine.capabilities
            self.commands.server_changed()
        _LOGGER.info("connected to %s", self.identity.server_url)
        self.connected(self.engine.capabilities)

    def _answer(self, outbox: Outbox, result: m.CommandResult) -> None:
        if outbox is not self._outbox:
            # Its socket is gone, and the next one did not ask (LINK-056).
            return
        self._act(self.engine.result(result, trio.current_time()))


async def _sleep_until(when: float | None) -> None:
    if when is None:
        await trio.sleep_forever()
    else:
        await trio.sleep_until(when)
