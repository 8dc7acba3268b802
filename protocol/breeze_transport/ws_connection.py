"""A WebSocket over the sans-IO core of `websockets`, on any Trio stream, in batches.

The cost of a small message is awaits, not bytes: one read of up to 256 KiB becomes many messages, and many messages
leave in one write. There is no task of its own; whoever receives also answers PINGs and the peer's close. An answer
that finds a blocked sender in its way is left to that sender, so that two ends flooding each other cannot lock up.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Sequence
from typing import Final

import trio
from websockets.exceptions import PayloadTooBig
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State

from breeze_transport.head import linger
from breeze_transport.sockets import abort_stream, plain_fileno, remote_name
from breeze_transport.websocket import (
    CLOSE_ABNORMAL,
    CLOSE_NORMAL,
    CLOSE_TIMEOUT,
    CLOSE_TOO_BIG,
    MAX_FRAGMENTS,
    MessageTooBig,
    PeerClosed,
    WebSocket,
    check_close,
)

_READ = 256 * 1024
_WRITE = 512 * 1024
_CONTROL_LIMIT = 64 * 1024
_ANSWERS = 1024
_WRITABLE_PATIENCE = 1.0
_MAX_CONTROL = 125
_LOGGER: Final = logging.getLogger("breeze.websocket")
_LOST = (trio.BrokenResourceError, trio.ClosedResourceError)


class CoreWebSocket(WebSocket):
    """An open WebSocket whose handshake is done. Made by `accept_websocket` and `connect_core`."""

    def __init__(self, stream: trio.abc.Stream, side: Side, *, max_message: int, rest: bytes = b"") -> None:
        self._stream = stream
        self._fileno = plain_fileno(stream)
        self._remote = remote_name(stream)
        self._max_message = max_message
        # The core applies its limit to control frames inside a fragmented message too: leave room for one, and hold
        # messages to the exact limit here.
        self._protocol = Protocol(side, state=State.OPEN, max_size=max_message + _MAX_CONTROL, logger=_LOGGER)
        self._inbox: deque[str | bytes] = deque()
        self._parts: list[bytes] = []
        self._parts_size = 0
        self._parts_opcode = Opcode.BINARY
        self._control: deque[bytes] = deque()
        self._sending = trio.Lock()
        self._receiving = False
        self._turn = trio.lowlevel.ParkingLot()
        self._closing = False
        self._failed = False
        self._closed: PeerClosed | None = None
        self._ended = trio.Event()
        self._pongs = 0
        self._last_pong: float | None = None
        if rest:
            self._feed(rest)

    @property
    def closed(self) -> PeerClosed | None:
        return self._closed

    @property
    def pongs(self) -> int:
        return self._pongs

    @property
    def last_pong(self) -> float | None:
        return self._last_pong

    @property
    def remote(self) -> str:
        return self._remote

    async def send(self, message: str | bytes) -> None:
        await self.send_many((message,))

    async def send_many(self, messages: Sequence[str | bytes]) -> None:
        async with self._sending:
            size = 0
            for message in messages:
                self._check_open()
                data = message.encode() if isinstance(message, str) else message
                (self._protocol.send_text if isinstance(message, str) else self._protocol.send_binary)(data)
                size += len(data)
                if size >= _WRITE:
                    await self._write()
                    size = 0
            self._check_open()
            await self._write()

    def send_nowait(self, messages: Sequence[str | bytes]) -> bool:
        descriptor = self._fileno()
        if descriptor < 0 or self._control or self._closing or self._closed is not None or self._sending.locked():
            return False
        if self._protocol.state is not State.OPEN:
            return False
        for message in messages:
            data = message.encode() if isinstance(message, str) else message
            (self._protocol.send_text if isinstance(message, str) else self._protocol.send_binary)(data)
        frames = b"".join(self._protocol.data_to_send())
        try:
            taken = os.write(descriptor, frames)
        except BlockingIOError:
            taken = 0
        except OSError:
            # The line is broken: who receives, or sends the rest, finds that.
            taken = 0
        if taken < len(frames):
            self._control.append(frames[taken:])
        return True

    @property
    def unsent(self) -> bool:
        return bool(self._control)

    async def ping(self) -> None:
        async with self._sending:
            self._check_open()
            self._protocol.send_ping(b"")
            await self._write()

    async def receive(self) -> str | bytes:
        await self._wait_inbox()
        return self._inbox.popleft()

    async def receive_many(self) -> list[str | bytes]:
        await self._wait_inbox()
        messages = list(self._inbox)
        self._inbox.clear()
        return messages

    async def close(self, code: int = CLOSE_NORMAL, reason: str = "") -> None:
        reason = check_close(code, reason)
        if self._closing:
            # The one who closes is bounded, so this wait is.
            await self._ended.wait()
            return
        self._closing = True
        try:
            with trio.move_on_after(CLOSE_TIMEOUT):
                await self._say_close(code, reason)
                await self._wait_close()
                await self._shut()
        finally:
            self._end(PeerClosed(CLOSE_ABNORMAL, "the peer did not answer our close"))

    def abort(self) -> None:
        self._closing = True
        self._end(PeerClosed(CLOSE_ABNORMAL, "aborted here"))

    def _check_open(self) -> None:
        if self._closed is not None:
            raise self._closed.again()
        if self._closing or self._protocol.state is not State.OPEN:
            raise PeerClosed(CLOSE_ABNORMAL, "closing")

    def _end(self, why: PeerClosed) -> None:
        """The last act of every way out; what came first is kept as the reason."""
        if self._closed is None:
            self._closed = why
        if not self._ended.is_set():
            self._ended.set()
            abort_stream(self._stream)
            self._turn.unpark_all()

    async def _write(self) -> None:
        """Write what the core holds, answers first, until nothing is left. The caller holds the lock."""
        while True:
            frames = [*self._control, *self._protocol.data_to_send()]
            self._control.clear()
            data = b"".join(frames)
            if not data:
                return
            await self._send(data)

    async def _send(self, data: bytes) -> None:
        """Write bytes; a write that is cut off breaks the connection."""
        complete = False
        try:
            await self._stream.send_all(data)
            complete = True
        except _LOST as error:
            self._lose()
            assert self._closed is not None
            raise self._closed.again() from error
        finally:
            if not complete and not self._ended.is_set():
                self.abort()

    def _lose(self) -> None:
        if self._closed is None:
            self._closed = PeerClosed(CLOSE_ABNORMAL, "connection lost")

    async def _wait_inbox(self) -> None:
        """Return when there is a message. The first to find the end closes the socket, then raises."""
        if self._inbox:
            await trio.lowlevel.checkpoint()
        if not self._inbox and self._receiving and not self._closing:
            raise trio.BusyResourceError("another task is receiving")
        while not self._inbox or self._closing:
            if self._closing:
                await self._ended.wait()
            if self._ended.is_set():
                await trio.lowlevel.checkpoint()
                assert self._closed is not None
                raise self._closed.again()
            if self._closed is not None:
                await self._conclude()
            else:
                await self._fill()

    async def _fill(self) -> None:
        """One read, and what follows from it."""
        self._receiving = True
        try:
            await self._answer()
            data = await self._stream.receive_some(_READ)
            self._feed(bytes(data) if isinstance(data, bytearray) else data)
            await self._answer()
        except (*_LOST, PeerClosed):
            self._lose()
        finally:
            self._receiving = False
            self._turn.unpark_all()

    def _feed(self, data: bytes) -> None:
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        for event in self._protocol.events_received():
            assert isinstance(event, Frame)
            self._take(event)
        self._control += [frame for frame in self._protocol.data_to_send() if frame]
        if self._closed is None:
            self._closed = self._verdict()

    def _verdict(self) -> PeerClosed | None:
        """What the core's state says about the end, if it is one."""
        error = self._protocol.parser_exc
        if isinstance(error, PayloadTooBig):
            self._failed = True
            return MessageTooBig()
        if isinstance(error, EOFError):
            return PeerClosed(CLOSE_ABNORMAL, "connection lost")
        if error is not None:
            self._failed = True
            sent = self._protocol.close_sent
            return PeerClosed(sent.code if sent else CLOSE_ABNORMAL, f"the peer broke the protocol: {error}")
        heard = self._protocol.close_rcvd
        return PeerClosed(heard.code, heard.reason, clean=True) if heard else None

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.PONG:
            self._pongs += 1
            self._last_pong = trio.current_time()
        elif frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT) and not self._failed and not self._closing:
            if frame.opcode is not Opcode.CONT:
                self._parts_opcode = frame.opcode
            self._parts.append(bytes(frame.data))
            self._parts_size += len(frame.data)
            if self._parts_size > self._max_message or len(self._parts) > MAX_FRAGMENTS:
                self._fail(CLOSE_TOO_BIG, MessageTooBig())
            elif frame.fin:
                self._deliver(self._parts[0] if len(self._parts) == 1 else b"".join(self._parts))

    def _deliver(self, data: bytes) -> None:
        self._parts, self._parts_size = [], 0
        if self._parts_opcode is Opcode.BINARY:
            self._inbox.append(data)
            return
        try:
            self._inbox.append(data.decode())
        except UnicodeDecodeError:
            self._fail(1007, PeerClosed(1007, "the peer sent a text message that is not UTF-8"))

    def _fail(self, code: int, why: PeerClosed) -> None:
        self._failed = True
        self._parts = []
        self._closed = self._closed or why
        self._protocol.fail(code, why.reason)

    async def _answer(self) -> None:
        """Write pongs and the close echo, unless that would keep us from reading.

        A task that is sending writes them after its own bytes. Where the peer does not read either, they wait for the
        next occasion, up to 64 KiB of them; beyond that reading stops, which bounds what a flood of PINGs can cost.
        """
        while self._control:
            full = sum(map(len, self._control)) >= _CONTROL_LIMIT
            if self._sending.locked() and not full:
                return
            async with self._sending:
                writable = False
                with trio.move_on_after(_WRITABLE_PATIENCE):
                    await self._stream.wait_send_all_might_not_block()
                    writable = True
                if writable:
                    # Shielded, so that a receive may be cancelled at any time without breaking the connection; a piece
                    # as small as this fits into any buffer that has room.
                    with trio.CancelScope(shield=True, deadline=trio.current_time() + CLOSE_TIMEOUT):
                        await self._send(self._next_answers())
                elif not full:
                    return

    def _next_answers(self) -> bytes:
        piece = b""
        while self._control and len(piece) < _ANSWERS:
            piece += self._control.popleft()
        return piece

    async def _say_close(self, code: int, reason: str) -> None:
        async with self._sending:
            if self._closed is None and self._protocol.state is State.OPEN:
                self._inbox.clear()
                self._protocol.send_close(code, reason)
            try:
                await self._write()
            except PeerClosed:
                return

    async def _wait_close(self) -> None:
        """Read on until the peer's close or the line's end, in turn with a task that is in `receive`."""
        while self._closed is None:
            if self._receiving:
                await self._turn.park()
            else:
                await self._fill()

    async def _conclude(self) -> None:
        """The peer ended it, or broke a rule: answer, close, bounded. Runs in the receiving task."""
        self._closing = True
        try:
            with trio.move_on_after(CLOSE_TIMEOUT):
                async with self._sending:
                    await self._write()
                await self._shut()
        except PeerClosed:
            pass
        finally:
            self._end(PeerClosed(CLOSE_ABNORMAL, "connection lost"))

    async def _shut(self) -> None:
        try:
            if self._failed:
                await linger(self._stream)
            await self._stream.aclose()
        except (*_LOST, trio.BusyResourceError):
            return
