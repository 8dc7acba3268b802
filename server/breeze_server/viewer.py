"""The viewer's socket: admits by ticket, reads input at the pace that the agent takes it, writes output in batches."""

from __future__ import annotations

import logging
import math
from codecs import getincrementaldecoder
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import trio

from breeze_protocol import errors as e
from breeze_protocol.errors import Code, TransportError
from breeze_protocol.ids import is_uuid
from breeze_protocol.terminal.messages import Error, Output, first_size
from breeze_protocol.terminal.table import CLOSES
from breeze_protocol.wire import encode_text
from breeze_transport.head import RequestHead, refuse
from breeze_transport.websocket import PeerClosed, WebSocket
from breeze_transport.ws_core import accept_websocket

from . import tickets
from .database import StorageError
from .refusal import Refusal

if TYPE_CHECKING:
    from .services import Services
    from .terminal import Terminal

log = logging.getLogger(__name__)

_MESSAGE_MOST = 1 << 18
_BATCH = 1 << 17
_TEXT_PIECE = 1 << 16
_INPUT_WAITING = 1 << 17
_CLOSE_PATIENCE = 3.0
_PEEK = 5.0


class Viewer:
    """One viewer's open socket."""

    def __init__(self, socket: WebSocket, *, binary: bool) -> None:
        self.socket = socket
        self.binary = binary
        """Output goes in binary messages."""
        self.wake = trio.Event()
        self.scope = trio.CancelScope()
        self._texts: deque[str] = deque()
        self._last: list[str] = []
        self._closing: tuple[int, str] | None = None
        self._pending: tuple[list[str | bytes], int] | None = None
        """What `hurry` took off the queue and found no room for."""
        self._decoder = getincrementaldecoder("utf-8")("replace")

    def say(self, text: str, *, last: bool = False) -> None:
        """Send a text message: at once, or as the `last`, after all output that is queued."""
        (self._last if last else self._texts).append(text)
        self.wake.set()

    def hurry(self, terminal: Terminal) -> None:
        """Write what is queued from here, where the line is free; else wake the task that writes."""
        if not self.wake.is_set() and self._pending is None:
            messages, count = self._next(terminal)
            if messages and self.socket.send_nowait(messages):
                terminal.taken(count)
                if not self.socket.unsent:
                    return
            elif messages:
                self._pending = (messages, count)
        self.wake.set()

    def close(self, code: int, reason: str) -> None:
        """Close once everything queued is written, or after three seconds."""
        if self._closing is None:
            self._closing = (code, reason)
            self.scope.deadline = trio.current_time() + _CLOSE_PATIENCE
        self.wake.set()

    async def serve(self, terminal: Terminal, size: tuple[int, int]) -> None:
        """Attach to the terminal and carry messages until the socket is over. Raises Refused where it is over."""
        clean = False
        try:
            with self.scope:
                async with trio.open_nursery() as nursery:
                    terminal.attach(self, size)
                    nursery.start_soon(self._write, terminal)
                    clean = await self._read(terminal)
                    nursery.cancel_scope.cancel()
        finally:
            self.socket.abort()
            terminal.detach(self, clean=clean)

    async def _read(self, terminal: Terminal) -> bool:
        """Take input until the end; whether the viewer meant it."""
        rate, arrival = terminal.services.limits["terminal_input_rate"], -math.inf
        try:
            while True:
                for raw in await self.socket.receive_many():
                    terminal.receive(raw)
                    now = trio.current_time()
                    arrival = max(arrival, now) + len(raw) / rate
                    if arrival - now > 1:  # a flood is slowed, never cut off. TERM-024
                        await trio.sleep(arrival - now - 1)
                    await self._wait_turn(terminal)
                    await terminal.link.wait_room()
        except PeerClosed as closed:
            return closed.clean and closed.code in (1000, 1001, 1005)

    async def _wait_turn(self, terminal: Terminal) -> None:
        """Wait while too much input waits for the agent. Raises PeerClosed where the viewer has gone meanwhile."""
        while terminal.relay.input_waiting > _INPUT_WAITING and not terminal.relay.ended:
            taken = False
            with trio.move_on_after(_PEEK):
                await terminal.input_taken.wait()
                taken = True
            if not taken:
                terminal.viewer_held()
                await self.socket.ping()  # unread, its end would not be seen; a write to what is gone fails

    async def _write(self, terminal: Terminal) -> None:
        try:
            while True:
                messages, count = self._next(terminal)
                if messages:
                    await self.socket.send_many(messages)
                    terminal.taken(count)
                elif self.socket.unsent:
                    await self.socket.send_many(())
                elif self._closing is not None:
                    await self.socket.close(*self._closing)
                    return
                else:
                    await self.wake.wait()
                    self.wake = trio.Event()
        except PeerClosed:
            return

    def _next(self, terminal: Terminal) -> tuple[list[str | bytes], int]:
        """What to write now, and how many bytes of output are in it."""
        if self._pending is not None:
            (messages, count), self._pending = self._pending, None
            return messages, count
        messages: list[str | bytes] = []
        count = 0
        while self._texts:
            messages.append(self._texts.popleft())
        if terminal.viewer is self and terminal.queue:
            data = terminal.take_output(_BATCH)
            count = len(data)
            messages += [data] if self.binary else self._texts_of(data)
        elif self._last:
            rest = self._decoder.decode(b"", True)
            messages += [encode_text(Output(rest))] if rest else []
            messages += self._last
            self._last = []
        return messages, count

    def _texts_of(self, data: bytes) -> list[str]:
        pieces = (data[start : start + _TEXT_PIECE] for start in range(0, len(data), _TEXT_PIECE))
        texts = (self._decoder.decode(piece) for piece in pieces)
        return [encode_text(Output(text)) for text in texts if text]


async def serve_viewer(services: Services, stream: trio.abc.Stream, head: RequestHead, session_id: str) -> None:
    """Admit a viewer by its ticket and serve its socket to the end; a bad ticket is refused before the upgrade."""
    session = await _admit(services, head, session_id)
    if isinstance(session, Refusal):
        headers = [("Content-Type", "application/json"), *session.headers]
        await refuse(stream, session.code.http, session.body(), headers)
        return
    try:
        socket = await accept_websocket(stream, head, max_message=_MESSAGE_MOST)
    except TransportError:
        return
    query = _query(head)
    terminal = services.terminals.find(session_id)
    link = services.agents.find(session["agent_id"])
    if terminal is None and link is not None:
        terminal = services.terminals.open(services, session, link)
    if terminal is None:
        await _turn_away(socket, e.AGENT_OFFLINE, *CLOSES["agent_lost"])
    elif terminal.relay.ended:
        await _turn_away(socket, e.SESSION_ENDED_NOTICE, *CLOSES["session_ended"])
    else:
        terminal.login_id = session["login_id"]
        viewer = Viewer(socket, binary=query.get("encoding") == "binary")
        await viewer.serve(terminal, first_size(query.get("cols"), query.get("rows")))


async def _admit(services: Services, head: RequestHead, session_id: str) -> dict[str, Any] | Refusal:
    if not _same_origin(head, services.config.origins):
        return Refusal(e.ACCESS_DENIED)
    ticket = _query(head).get("ticket")
    named = session_id if is_uuid(session_id) else ""
    try:
        decision, row = await services.db.write(tickets.present, ticket, named, services.now, services.limits)
    except StorageError:
        return Refusal(e.UNAVAILABLE, retry_after=1)
    if decision.refusal is not None or row is None:
        return Refusal(decision.refusal or e.TICKET_INVALID)
    return row


def _same_origin(head: RequestHead, allowed: tuple[str, ...]) -> bool:
    """Whether the page that opens the socket, if it is a page, is one of ours."""
    origin = head.header("origin")
    if origin is None:
        return True
    host = urlsplit(origin.lower()).netloc
    return bool(host) and (host == (head.header("host") or "").lower() or host in allowed)


def _query(head: RequestHead) -> dict[str, str]:
    try:
        fields = parse_qs(head.query, max_num_fields=20)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


async def _turn_away(socket: WebSocket, code: Code, close: int, reason: str) -> None:
    """Say why on the socket itself: a browser cannot see what a refused upgrade said."""
    try:
        await socket.send(encode_text(Error(code.name, code.says)))
    except PeerClosed:
        return
    await socket.close(close, reason)
