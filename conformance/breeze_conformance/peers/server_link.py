"""The agent socket of the kit's own server."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import attrs
import trio

from breeze_conformance.peers.server_agents import agent_facts
from breeze_conformance.peers.server_http import Refusal, head_query
from breeze_conformance.peers.server_outbox import Outbox
from breeze_conformance.peers.server_state import Device
from breeze_protocol import errors as e
from breeze_protocol.account.engine import decide
from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.link import messages as m
from breeze_protocol.link.engine import LinkServer
from breeze_protocol.machine import Effect, Refused
from breeze_protocol.terminal.messages import (
    FRAME_HEAD,
    FRAME_OUTPUT,
    TerminalCredit,
    TerminalExit,
    TerminalOutput,
    unframe,
)
from breeze_protocol.version import (
    DEPLOYED_2026_04,
    DEPLOYED_2026_08,
    DOCUMENTED,
    Profile,
)
from breeze_protocol.wire import encode_text
from breeze_transport.head import RequestHead
from breeze_transport.websocket import PeerClosed, WebSocket
from breeze_transport.ws_core import accept_websocket

if TYPE_CHECKING:
    from breeze_conformance.peers.server import Peer
    from breeze_conformance.peers.server_terminal import Terminal


async def serve_agent(peer: Peer, stream: trio.abc.Stream, head: RequestHead, agent_id: str) -> None:
    """The agent socket, from the refusal before the upgrade to the end."""
    refusal = _dial(peer, head, agent_id)
    if refusal is not None:
        await peer.refuse(stream, refusal, says="Unauthorized")
        return
    device = peer.store.agents[agent_id]
    ws = await accept_websocket(stream, head, max_message=int(peer.rules.limits["link_frame"]))
    await AgentLink(peer, device, ws).run()


def _dial(peer: Peer, head: RequestHead, agent_id: str) -> Refusal | None:
    now = trio.current_time()
    window = peer.rules.limits["agent_connects_window"]
    times = peer.store.recent(f"dial {agent_id}", window, now)
    authorization = head.header("authorization")
    if peer.has("query_token") and "token" in head_query(head):
        authorization = f"Bearer {head_query(head)['token']}"
    facts = agent_facts(peer, agent_id, authorization, now)
    facts["recent_connects"] = len(times)
    table = peer.rules.machines["agent_gate"]
    decision = decide(table, table.initial, "dial", facts, peer.rules.limits)
    if decision.refusal is not None:
        return Refusal(decision.refusal, retry_after=int(window))
    if agent_id not in peer.store.agents:
        return Refusal(e.AGENT_CREDENTIALS)
    times.append(now)
    return None


@attrs.define(eq=False)
class AgentLink:
    """One agent socket of one device."""

    peer: Peer
    device: Device
    ws: WebSocket
    engine: LinkServer = attrs.field(init=False)
    out: Outbox = attrs.field(init=False)
    asked: dict[str, tuple[str, Terminal]] = attrs.field(factory=dict)
    """What became of which command: its kind and terminal, by the command's id."""
    profile: Profile = DEPLOYED_2026_04
    _woken: trio.Event = attrs.field(factory=trio.Event)

    def __attrs_post_init__(self) -> None:
        """Build the engine from the server's rules."""
        rules = self.peer.rules
        self.out = Outbox(self.ws)
        self.engine = LinkServer(self.device.agent_id, rules.limits, rules.machines["link_server"])

    async def run(self) -> None:
        """Serve until the socket is over."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.out.run)
            self.perform(self.engine.opened(trio.current_time(), self.peer.wall_ms()))
            nursery.start_soon(self._tick)
            try:
                while True:
                    for message in await self.ws.receive_many():
                        self._receive(message)
                    self._wake()
            except PeerClosed:
                pass
            self._happened("agent_gone")
            nursery.cancel_scope.cancel()

    def command(self, kind: str, payload: Any, id: str, terminal: Terminal) -> None:
        """Send a command about a terminal."""
        if self.peer.has("command_ids_repeat"):
            id = id.rsplit("-", 1)[0] if kind != "terminal_start" else id
        if self.peer.has("command_ids_bare"):
            id = id.removeprefix("term-")
        self.asked[id] = (kind, terminal)
        self.perform(self.engine.command(m.Command(id, kind, payload)))

    def raw(self, message: str | bytes) -> None:
        """Send a message that is no command."""
        self.out.put(message)

    def has(self, capability: str) -> bool:
        """Whether the agent named the capability."""
        return capability in self.engine.capabilities

    def perform(self, effects: list[Effect]) -> None:
        """Do what the engine says."""
        for effect in effects:
            body: Any = effect.body
            match effect.name:
                case "send_close":
                    if not (body[0] == 4002 and self.peer.has("superseded_unclosed")):
                        code = self.peer.rules.closes.get(f"link {body[0]}", body)
                        self.out.close(*code)
                case "supersede_other":
                    other = self.device.link
                    self.device.link = self
                    if other is not None and other is not self:
                        other.superseded()
                case "mark_online":
                    self.device.link = self
                    self._device("agent_connected")
                case "mark_offline":
                    self._gone()
                case "mark_updating":
                    self._device("update_announced")
                case "note_capabilities":
                    self.profile = DOCUMENTED
                case "relay_output":
                    self._output(body)
                case "relay_input_credit":
                    self._credit(body)
                case "relay_exit":
                    self._exit(body)
                case "store_result":
                    self._result(body)
                case "send_ack" if self.peer.has("no_ack"):
                    pass
                case name if name.startswith("send_"):
                    self.out.put(encode_text(body))

    def superseded(self) -> None:
        """Another socket of the same agent has opened."""
        self._happened("superseded")
        self._terminals_lost()

    def _happened(self, event: str) -> None:
        try:
            self.perform(self.engine.happened(event))
        except Refused:
            return

    def _receive(self, message: str | bytes) -> None:
        now = trio.current_time()
        try:
            if isinstance(message, bytes) and len(message) >= FRAME_HEAD and message[0] == FRAME_OUTPUT:
                _, session_id, payload = unframe(message)
                self.engine.output_arrived(now)
                self._relay(session_id, payload)
                return
            self.perform(self.engine.receive(message, now, self.peer.wall_ms()))
        except (RemoteProtocolError, Refused):
            return

    def _output(self, output: TerminalOutput) -> None:
        if output.encoding == "base64":
            if self.profile is DEPLOYED_2026_04:
                self.profile = DEPLOYED_2026_08
            try:
                data = base64.b64decode(output.data, validate=True)
            except ValueError:
                return
        else:
            data = output.data.encode("utf-8", "replace")
        self._relay(output.session_id, data)

    def _relay(self, session_id: str, data: bytes | memoryview) -> None:
        terminal = self._terminal(session_id)
        if terminal is not None:
            terminal.output(data)

    def _credit(self, credit: TerminalCredit) -> None:
        terminal = self._terminal(credit.session_id)
        if terminal is not None:
            terminal.credited(credit.offset)

    def _exit(self, exit: TerminalExit) -> None:
        terminal = self._terminal(exit.session_id)
        if terminal is not None:
            terminal.exited(exit.code, exit.signal)

    def _terminal(self, session_id: str) -> Terminal | None:
        record = self.peer.store.sessions.get(session_id)
        if record is None or (record.device is not self.device and not self.peer.has("other_agents_output")):
            return None
        return record.terminal

    def _result(self, result: m.CommandResult) -> None:
        found = self.asked.pop(result.command_id, None)
        if found is None and self.peer.has("other_agents_result"):
            for each in self.peer.store.devices.values():
                if each.link is not None and result.command_id in each.link.asked:
                    found = each.link.asked.pop(result.command_id)
        if found is not None:
            kind, terminal = found
            terminal.answered(kind, result)

    def _gone(self) -> None:
        if self.device.link is self:
            self.device.link = None
            self._device("agent_disconnected")
        self._terminals_lost()

    def _terminals_lost(self) -> None:
        if self.peer.has("agent_loss_unnoticed"):
            return
        for record in list(self.peer.store.waking.values()):
            if record.terminal is not None and record.terminal.link is self:
                record.terminal.agent_lost()
            elif record.terminal is None and record.device is self.device and self.device.link is None:
                self.peer.session_event(record, "agent_lost")

    def _device(self, event: str) -> None:
        table = self.peer.rules.machines["device"]
        self.device.seen = self.peer.world.wall.now()
        if table.allows(self.device.state, event):
            self.device.state = table.row(self.device.state, event).target

    def _wake(self) -> None:
        self._woken.set()
        self._woken = trio.Event()

    async def _tick(self) -> None:
        while self.engine.wake_at is not None:
            with trio.move_on_at(self.engine.wake_at):
                await self._woken.wait()
            self.perform(self.engine.tick(trio.current_time(), self.peer.wall_ms()))
