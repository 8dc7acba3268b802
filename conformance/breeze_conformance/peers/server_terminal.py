"""Terminals of the kit's own server: the relay engine between a viewer's socket and an agent's."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

import attrs
import trio

from breeze_conformance.peers.server_outbox import Outbox
from breeze_conformance.peers.server_state import Record
from breeze_protocol.errors import CODES
from breeze_protocol.link.messages import CommandResult
from breeze_protocol.machine import Closing, Effect, Refused, SessionNews
from breeze_protocol.terminal import messages as m
from breeze_protocol.terminal.engine import Relay
from breeze_protocol.version import CAPABILITY_BINARY, CAPABILITY_CREDIT, CAPABILITY_INPUT_CREDIT
from breeze_protocol.wire import encode_text
from breeze_transport.websocket import PeerClosed, WebSocket

if TYPE_CHECKING:
    from breeze_conformance.peers.server import Peer
    from breeze_conformance.peers.server_link import AgentLink

_COMMANDS = {
    "send_terminal_start": "start",
    "send_terminal_resize": "resize",
    "send_terminal_stop": "stop",
}


@attrs.define(eq=False)
class Terminal:
    """One session's terminal: the engine, the viewer that is attached, and the agent's socket that it began on."""

    peer: Peer
    record: Record
    relay: Relay = attrs.field(init=False)
    link: AgentLink | None = None
    out: Outbox | None = None
    stopping: bool = True
    """Whether the end of the session stops the agent's side, as it has to."""
    _decoder: codecs.IncrementalDecoder = attrs.field(init=False)
    _inputs: codecs.IncrementalDecoder = attrs.field(init=False)
    _swapped: bytes | None = None
    _count: int = 0

    def __attrs_post_init__(self) -> None:
        """Build the engine from the server's rules."""
        rules, device = self.peer.rules, self.record.device
        label = m.DeviceLabel(device.hostname, device.os_type)
        self.relay = Relay(self.record.id, label, limits=rules.limits, table=rules.machines["terminal_relay"])
        self._decoder = self._inputs = codecs.getincrementaldecoder("utf-8")("replace")

    async def serve(self, ws: WebSocket, size: tuple[int, int], binary: bool) -> None:
        """One viewer's socket, from its opening to its end."""
        out, previous = Outbox(ws), self.out
        async with trio.open_nursery() as nursery:
            nursery.start_soon(out.run)
            self._attach(out, previous, size, binary)
            self.peer.poke()
            try:
                while True:
                    for message in await ws.receive_many():
                        if self.out is out:
                            self._do(lambda now, raw=message: self.relay.receive(raw, now))
                    self.peer.poke()
            except PeerClosed as end:
                if self.out is out and not out.closing:
                    self._ended(end)
                    self.out = None
            nursery.cancel_scope.cancel()
        self.peer.poke()

    def _attach(self, out: Outbox, previous: Outbox | None, size: tuple[int, int], binary: bool) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        link = self.record.device.link
        if self.relay.running.state == "waiting":
            self.link = link
            if link is not None:
                self.relay.profile = link.profile
                self.relay.input_windowed = link.has(CAPABILITY_INPUT_CREDIT) and not self.peer.has("input_unbounded")
                self._inputs = codecs.getincrementaldecoder("utf-8")("replace")
        self.out = out
        if self.peer.has("size_ignored"):
            size = (80, 24)
        try:
            effects = self.relay.attach(size, binary, trio.current_time())
        except Refused:
            out.close(1011, "cannot attach")
            return
        for effect in effects:
            if effect.name == "supersede_viewer" and previous is not None and not self.peer.has("viewer_kept"):
                closing: Any = effect.body
                previous.close(*self._closing(closing))
        self.peer.session_event(self.record, "socket_opened")
        self.perform([each for each in effects if each.name != "supersede_viewer"])
        if self.peer.has("connected_at_once") and self.relay.running.state == "starting":
            self.perform([Effect("send_connected", m.Connected(self.record.id, self.relay.device))])

    def _ended(self, end: PeerClosed) -> None:
        clean = end.clean and end.code in (1000, 1001, 1005)
        if self.peer.has("leave_taken_for_loss"):
            clean = False
        if self.peer.has("loss_taken_for_leave"):
            clean = True
        self._do(self.relay.left if clean else self.relay.lost)

    # -- from the agent
    def answered(self, kind: str, result: CommandResult) -> None:
        """The agent has answered a command."""
        if kind == "terminal_start":
            failed = result.status != "completed" and not self.peer.has("start_failure_taken_for_success")
            words = result.error or "the agent gave no reason"
            self._do((lambda now: self.relay.start_failed(words, now)) if failed else self.relay.started)
        elif kind == "terminal_data":
            self._do(self.relay.input_done)

    def output(self, data: bytes | memoryview) -> None:
        """The agent's PTY has written."""
        data, self._count = bytes(data), self._count + 1
        if self.peer.has("output_lost") and self._count % 7 == 0:
            return
        if self.peer.has("output_repeated") and self._count % 7 == 0:
            data += data
        if self.peer.has("output_reordered"):
            if self._swapped is None and self._count % 5 == 0:
                self._swapped = data
                return
            data, self._swapped = data + (self._swapped or b""), None
        self._do(lambda now: self.relay.output(data, now))

    def exited(self, code: int | None, signal: int | None) -> None:
        """The shell has ended."""
        if self.peer.has("exit_status_lost"):
            code, signal = 0, None
        self._do(lambda now: self.relay.exited(code, signal, now))

    def credited(self, offset: int) -> None:
        """The agent takes input up to this offset."""
        self._do(lambda now: self.relay.input_credit(offset, now))

    def agent_lost(self) -> None:
        """The agent's socket is gone."""
        self._do(self.relay.agent_lost)

    # -- from the server
    def end(self, words: str) -> None:
        """The session ended otherwise."""
        self._do(lambda now: self.relay.end(words, now))

    def tick(self) -> None:
        """Do what time demands."""
        self._do(self.relay.tick)

    # -- within
    def _do(self, call: Any) -> None:
        try:
            effects = call(trio.current_time())
        except Refused:
            return
        self.perform(effects)
        self.peer.poke()

    def perform(self, effects: list[Effect]) -> None:
        """Do what the engine says."""
        for effect in effects:
            name: str = effect.name
            body: Any = effect.body
            if name in _COMMANDS:
                self._command(_COMMANDS[name], body)
            elif name == "send_terminal_data":
                self._input(body)
            elif name == "send_terminal_credit":
                if self.link is not None and self.link.has(CAPABILITY_CREDIT) and not self.peer.has("no_credit"):
                    self.link.raw(encode_text(body))
            elif isinstance(body, SessionNews):
                self.peer.session_event(self.record, body.event, body.words)
            elif name == "send_output":
                self._show(body)
            elif name == "send_close":
                if self.out is not None and not self.peer.has("viewer_left_open"):
                    self.out.close(*self._closing(body))
            elif name in ("send_ping", "send_pong"):
                kind = m.Ping if name == "send_ping" else m.Pong
                self._say(kind(self.peer.wall_ms()))
            elif name.startswith("send_"):
                self._say(body)

    def _say(self, message: Any) -> None:
        if isinstance(message, m.Error) and message.code in ("SESSION_ENDED_NOTICE",) and self.peer.has("end_untold"):
            return
        if isinstance(message, m.Connected) and self.peer.has("never_resumed"):
            message = m.Connected(message.session_id, message.device, message.encoding, False)
        if self.out is not None:
            self.out.put(encode_text(message))

    def _closing(self, closing: Closing) -> tuple[int, str]:
        return self.peer.rules.closes.get(f"viewer {closing.code}", (closing.code, closing.reason))

    def _command(self, action: str, payload: Any) -> None:
        if action == "stop" and (self.peer.has("stop_unsent") or not self.stopping):
            return
        if self.link is None:
            self.agent_lost()
            return
        unique = self.peer.world.entropy.token_hex(4)
        middle = f"{self.record.id}-" if action in ("start", "stop") else ""
        id = f"term-{action}-{middle}{unique}"
        plain = _plain(payload) | ({"grant": "x"} if self.peer.has("grant_sent") else {})
        self.link.command(f"terminal_{action}", plain, id, self)

    def _input(self, data: bytes) -> None:
        if self.link is None:
            return
        if self.peer.has("input_folded"):
            data = data.replace(b"\r", b"\n")
        if self.link.has(CAPABILITY_BINARY) or self.peer.has("binary_unasked"):
            self.link.raw(m.frame(m.FRAME_INPUT, self.record.id, data))
            return
        text = self._inputs.decode(data)
        if text:
            id = f"term-data-{self.peer.world.entropy.token_hex(8)}"
            self.link.command("terminal_data", {"sessionId": self.record.id, "data": text}, id, self)

    def _show(self, data: bytes) -> None:
        if self.out is None:
            return
        count = len(data)
        taken = lambda: self.perform(self.relay.taken(count))  # noqa: E731
        if self.relay.binary and not self.peer.has("binary_ignored"):
            self.out.put(data, taken)
            return
        if self.peer.has("characters_split"):
            self._decoder.reset()
        text = self._decoder.decode(data, final=self.peer.has("characters_split"))
        self.out.put(encode_text(m.Output(text)), taken)


def error_message(code: str) -> str:
    """An error of the registry as a message to a viewer."""
    return encode_text(m.Error(code, CODES[code].says))


def _plain(payload: Any) -> dict[str, Any]:
    if isinstance(payload, m.TerminalStart):
        return {"sessionId": payload.session_id, "cols": payload.cols, "rows": payload.rows}
    if isinstance(payload, m.TerminalResize):
        return {"sessionId": payload.session_id, "cols": payload.cols, "rows": payload.rows}
    return {"sessionId": payload.session_id}
