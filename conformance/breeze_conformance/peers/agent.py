"""The kit's own agent: small, complete, and able to have one fault.

It runs the protocol's engines with the tables that it is given, so that a fault in a table is real behaviour on the
wire. Its terminals are scripted (`scripted_shell.py`). As a process: `python -m breeze_conformance.peers.agent
[--fault NAME]`, by the target contract.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import attrs
import msgspec
import trio

from breeze_conformance import mutants
from breeze_conformance.peers.agent_commands import PeerCommands
from breeze_conformance.peers.agent_faults import FAULTS, spoiled
from breeze_conformance.peers.agent_reports import VERSION, PeerReports
from breeze_conformance.peers.contract import serve_contract
from breeze_conformance.target_launch import Declared, Offer
from breeze_conformance.target_link import Bell
from breeze_protocol.errors import RemoteProtocolError, TransportError
from breeze_protocol.link import messages as m
from breeze_protocol.link.engine import AGENT_HAS, LinkAgent
from breeze_protocol.link.table import AGENT as LINK_TABLE
from breeze_protocol.machine import Effect, Refused
from breeze_protocol.terminal.messages import (
    FRAME_INPUT,
    TerminalCredit,
    unframe,
)
from breeze_protocol.terminal.table import AGENT as TERMINAL_TABLE
from breeze_protocol.version import CAPABILITY_BASE64, CAPABILITY_HELLO
from breeze_protocol.wire import encode_text
from breeze_transport.http import HttpClient
from breeze_transport.seams import World, live_world
from breeze_transport.websocket import PeerClosed, UpgradeRefused, WebSocket
from breeze_transport.ws_client import connect_websocket

TABLES: Final = {LINK_TABLE.name: LINK_TABLE, TERMINAL_TABLE.name: TERMINAL_TABLE}
"""What this agent follows."""

_LEAST_WAIT: Final = 0.05


def known_faults() -> list[mutants.Fault]:
    """Every fault that this agent can have: those of its tables, and those of its shell."""
    return [fault for table in TABLES.values() for fault in mutants.faults(table)] + list(FAULTS)


async def run_agent(
    world: World,
    offer: Offer,
    stopping: trio.Event,
    announce: Callable[[Declared], None],
    fault: mutants.Fault | None = None,
) -> None:
    """Enrol, announce, and serve until `stopping`. Raises TransportError where enrolment fails."""
    agent = PeerAgent(world, offer, fault)
    async with HttpClient(world.network, offer.server) as http:
        await agent.reports.enroll(http)
        announce(Declared("kit agent", VERSION, capabilities=["terminal", *AGENT_HAS]))
        async with trio.open_nursery() as nursery:
            agent.nursery = nursery
            nursery.start_soon(agent.reports.beat, http)
            nursery.start_soon(agent.live)
            await stopping.wait()
            await agent.leave()
            if agent.reports.identity is not None and not agent.link.running.final:
                await trio.sleep_forever()
            nursery.cancel_scope.cancel()


@attrs.define(eq=False)
class PeerAgent:
    """One agent."""

    world: World
    offer: Offer
    fault: mutants.Fault | None
    link: LinkAgent = attrs.field(init=False)
    tables: Mapping[str, Any] = attrs.field(init=False)
    limits: Mapping[str, float] = attrs.field(init=False)
    wrong: frozenset[str] = attrs.field(init=False)
    reports: PeerReports = attrs.field(init=False)
    nursery: trio.Nursery | None = None
    capabilities: frozenset[str] = frozenset()
    """What both sides have on the present socket."""
    commands: PeerCommands = attrs.field(init=False)
    ws: WebSocket | None = None
    heard: float = 0.0
    _sending: trio.Lock = attrs.field(factory=trio.Lock)
    _bell: Bell = attrs.field(factory=Bell)
    _greeted: bool = False

    def __attrs_post_init__(self) -> None:
        """Take the fault in."""
        fault = self.fault
        self.tables = mutants.apply(fault, TABLES) if fault else TABLES
        self.limits = mutants.limits(fault)
        self.wrong = frozenset((fault.name,)) if fault is not None else frozenset()
        self.commands = PeerCommands(self)
        self.reports = PeerReports(self.world, self.offer, self.wrong)
        self.link = LinkAgent(
            self.world.entropy.uniform, VERSION, limits=self.limits, table=self.tables[LINK_TABLE.name]
        )

    # -- the socket
    async def live(self) -> None:
        """Dial, talk, and dial again, as the link's table says."""
        if self.reports.identity is None:
            return
        self.link.begin(trio.current_time())
        while not self.link.running.final:
            ring = self._bell.next
            effects = self._feed(lambda: self.link.tick(trio.current_time()))
            for effect in effects:
                if effect.name == "dial":
                    await self._dial()
                else:
                    await self._perform([effect])
            if not effects:
                await self._until_due(ring)

    async def _until_due(self, ring: trio.Event) -> None:
        """Wait for the link's next deadline or the ring; a little even where the deadline has passed in vain."""
        wake = self.link.wake_at if self.link.wake_at is not None else math.inf
        with trio.move_on_at(max(wake, trio.current_time() + _LEAST_WAIT)):
            await ring.wait()

    async def leave(self) -> None:
        """Stop in good order."""
        await self._perform(self._feed(lambda: self.link.stop(trio.current_time())))

    def _target(self) -> tuple[str, list[tuple[str, str]]]:
        assert self.reports.identity is not None
        base = self.offer.server.replace("http", "ws", 1)
        path = "agents-ws" if "dial-path" in self.wrong else "agent-ws"
        who = self.reports.identity.device_id if "dial-device-id" in self.wrong else self.reports.identity.agent_id
        url = f"{base}/api/v1/{path}/{who}/ws"
        if "token-in-query" in self.wrong:
            return f"{url}?token={self.reports.identity.auth_token}", []
        scheme = "Token" if "dial-scheme" in self.wrong else "Bearer"
        return url, [] if "dial-tokenless" in self.wrong else [
            ("Authorization", f"{scheme} {self.reports.identity.auth_token}")
        ]

    async def _dial(self) -> None:
        url, headers = self._target()
        if "backoff-none" in self.wrong:
            self.link._backoff = 0.0
        try:
            async with connect_websocket(
                url,
                network=self.world.network,
                headers=headers,
                implementation="websockets",
                max_message=65536 if "frames-small" in self.wrong else 16 << 20,
                deadline=self.limits["link_dial_timeout"],
            ) as self.ws:
                self.heard = trio.current_time()
                self._greeted = False
                await self._perform(self._feed(lambda: self.link.dialed(trio.current_time())))
                await self._converse(self.ws)
        except UpgradeRefused as refusal:
            refused = refusal.status in (401, 403)
            await self._failed(refused)
            if refused and "gives-up-after-401" in self.wrong:
                await trio.sleep_forever()
        except PeerClosed:
            pass
        except TransportError:
            await self._failed(False)
        finally:
            self.ws = None
            self.capabilities = frozenset()

    async def _failed(self, refused: bool) -> None:
        if self.link.running.state == "dialing":
            await self._perform(self._feed(lambda: self.link.dial_failed(trio.current_time(), refused=refused)))

    async def _converse(self, ws: WebSocket) -> None:
        closed = False
        if "hello-early" in self.wrong:
            await self.send(m.Hello(list(AGENT_HAS), VERSION))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._keep_alive, ws, nursery.cancel_scope)
            nursery.start_soon(self._keep_time, nursery.cancel_scope)
            try:
                while self.link.running.state in ("greeting", "online"):
                    for raw in await ws.receive_many():
                        self.heard = trio.current_time()
                        await self._take(raw)
            except PeerClosed as reason:
                closed = reason.clean
            nursery.cancel_scope.cancel()
        if "gives-up-after-close" in self.wrong and closed:
            await trio.sleep_forever()
        if self.link.running.state in ("greeting", "online"):
            await self._perform(self._feed(lambda: self.link.lost(trio.current_time(), closed=closed)))

    async def _keep_alive(self, ws: WebSocket, scope: trio.CancelScope) -> None:
        """Protocol PINGs, and an end to a socket on which nothing arrives (LINK-035)."""
        pongs, ping_at = ws.pongs, trio.current_time() + self.limits["link_transport_ping"]
        while True:
            await trio.sleep(1)
            now = trio.current_time()
            if ws.pongs != pongs:
                pongs, self.heard = ws.pongs, now
            if now >= ping_at:
                ping_at = now + self.limits["link_transport_ping"]
                if "no-transport-ping" not in self.wrong:
                    await ws.ping()
            if now - self.heard >= self.limits["link_transport_silence"] and "patient-forever" not in self.wrong:
                ws.abort()

    async def _keep_time(self, scope: trio.CancelScope) -> None:
        """The link's own deadlines while a socket is open."""
        while True:
            await self._until_due(self._bell.next)
            await self._perform(self._feed(lambda: self.link.tick(trio.current_time())))
            if self.link.running.state not in ("greeting", "online"):
                scope.cancel()
                return

    async def _take(self, raw: str | bytes) -> None:
        if isinstance(raw, bytes):
            await self._take_input(raw)
            return
        if "crash-on-garbage" in self.wrong or "closes-on-garbage" in self.wrong:
            try:
                head = msgspec.json.decode(raw)
                head["type"].lower()
            except (msgspec.DecodeError, TypeError, KeyError, AttributeError):
                assert self.ws is not None
                if "closes-on-garbage" in self.wrong:
                    await self.ws.close(4000, "what?")
                    return
                raise
        if "crash-on-unknown-field" in self.wrong and "kitExtra" in raw:
            raise RuntimeError("unknown field")
        if "answers-garbage" in self.wrong and "kit_unheard" in raw:
            await self.send({"type": "error", "code": "INVALID_MESSAGE", "message": "what?"})
        if "runs-repeated" in self.wrong:
            self.link._seen.clear()
        if "hello-twice" in self.wrong and '"ping"' in raw:
            await self.send(m.Hello(list(AGENT_HAS), VERSION))
        await self._perform(self._feed(lambda: self.link.receive(raw, trio.current_time())))

    async def _take_input(self, raw: bytes) -> None:
        try:
            kind, session_id, data = unframe(raw)
        except RemoteProtocolError:
            if "crash-on-binary-garbage" in self.wrong:
                raise RuntimeError("not a frame") from None
            return
        terminal = self.commands.terminals.get(session_id)
        if kind == FRAME_INPUT and terminal is not None and "input-frames-ignored" not in self.wrong:
            await terminal.data(None, bytes(data))

    async def send(self, message: object) -> None:
        """Send on the present socket; without one it is dropped. Results go by the link's table."""
        if isinstance(message, m.CommandResult):
            await self._perform(self._feed(lambda: self.link.result(message, trio.current_time())))
            return
        await self._write(message)

    async def _write(self, message: object) -> None:
        """Put a message on the present socket."""
        ws = self.ws
        if ws is None:
            return
        raw = message if isinstance(message, str | bytes) else encode_text(spoiled(message, self.wrong))
        if "text-in-binary" in self.wrong and isinstance(raw, str):
            raw = raw.encode()
        if "session-id-upper" in self.wrong and isinstance(raw, bytes):
            raw = raw[:1] + raw[1:37].upper() + raw[37:]
        try:
            async with self._sending:
                await ws.send(raw)
                if "result-twice" in self.wrong and isinstance(message, m.CommandResult):
                    await ws.send(raw)
        except PeerClosed:
            return

    # -- effects of the link
    async def _perform(self, effects: list[Effect]) -> None:
        for effect in effects:
            await self._perform_one(effect)
        self._bell.ring()

    async def _perform_one(self, effect: Effect) -> None:
        body: Any = effect.body
        match effect.name:
            case "note_capabilities":
                offered = frozenset(body.capabilities)
                self.capabilities = offered & {*AGENT_HAS, CAPABILITY_BASE64}
                if CAPABILITY_HELLO not in offered:
                    self.capabilities &= {CAPABILITY_BASE64}
                if "hello-always" in self.wrong and CAPABILITY_HELLO not in offered:
                    await self.send(m.Hello(list(AGENT_HAS), VERSION))
            case "send_hello":
                if "no-hello" not in self.wrong:
                    await self.send(body)
            case "send_pong":
                await self.send(m.AgentPong(int(self.world.wall.now() * 1000)))
            case "send_result":
                await self._write(body)
            case "run_command":
                await self.commands.run(body)
            case "extend_window":
                await self._extend(body)
            case "end_terminals":
                if "link-loss-leaves-shell" not in self.wrong:
                    for terminal in self.commands.terminals.values():
                        await terminal.lost()
            case "send_leave":
                if self.ws is not None:
                    if "leaves-abruptly" in self.wrong:
                        self.ws.abort()
                    else:
                        await self.ws.close()

    async def _extend(self, credit: TerminalCredit) -> None:
        terminal = self.commands.terminals.get(credit.session_id)
        if terminal is not None:
            await terminal.credit(credit.offset)

    def _feed(self, event: Callable[[], list[Effect]]) -> list[Effect]:
        try:
            return event()
        except Refused:
            if self.fault is None or self.fault.fatal:
                raise
            return []


def main() -> None:
    """Run as a process, by the target contract."""
    parser = argparse.ArgumentParser(description="The conformance kit's own agent.")
    parser.add_argument("--fault", choices=[fault.name for fault in known_faults()], metavar="NAME")
    parser.add_argument("--list", action="store_true", help="list the faults")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(f"{fault.name:<60} {' '.join(fault.clauses):<30} {fault.says}" for fault in known_faults()))
        return
    fault = mutants.find(arguments.fault, known_faults()) if arguments.fault else None
    trio.run(serve_contract, partial(run_agent, live_world(), fault=fault))


if __name__ == "__main__":
    main()
