"""One socket of one terminal: performs what `ViewerTerminal` says between the server and the person's terminal.

Tasks: one receives and writes output, one reads what is typed, one watches the window's size, one keeps time. Output
that the screen does not take stops the receiving, and by that the program that writes; typing goes its own way, so
that Ctrl-C passes at once whatever is still to be shown.
"""

from __future__ import annotations

import codecs
import signal
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import attrs
import trio

from breeze_protocol.errors import BreezeError, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Refused
from breeze_protocol.terminal import messages as m
from breeze_protocol.terminal.engine import Closing, ViewerTerminal
from breeze_protocol.wire import encode_text
from breeze_transport.websocket import MessageTooBig, PeerClosed, WebSocket
from breeze_viewer.escape import HELP, Escapes, Wish
from breeze_viewer.screen import Screen
from breeze_viewer.streams import PIECE, Input, Output
from breeze_viewer.tty import RawMode, size_of
from breeze_viewer.words import explain_close

BINARY: Final = "binary"
EXIT_LOST: Final = 255
"""Exit status where the shell's is not known."""

_DATA: Final = int(DEFAULTS["terminal_data"])
_CLOSE_PATIENCE: Final = 2.0
_NOTICE_PATIENCE: Final = 1.0
_END_OF_INPUT: Final = b"\x04"
_END_AGAIN: Final = 1.0
_RESUMABLE: Final = frozenset({1001, 1006, 1011, 1012, 4008})
_SHOWN_AT_ONCE: Final = frozenset({"MESSAGE_ERROR", "NOT_CONNECTED", "INPUT_RATE_LIMITED"})


@attrs.define
class Person:
    """The person's side: it outlives a socket."""

    input: Input
    output: Output
    errors: Output
    raw: RawMode
    screen_fd: int | None
    """The terminal whose size counts; None: 80 x 24."""
    escapes: Escapes | None
    """None where no person types: then `~` is a character, and the end of the input is passed on."""
    output_on_screen: bool = False
    errors_on_screen: bool = False
    screen: Screen = attrs.field(factory=Screen)
    in_line: bool = False
    """The last output did not end its line, so that a notice has to begin one."""
    input_ended: bool = False
    last_typed: int = ord("\n")

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the window."""
        return size_of(self.screen_fd)

    async def say(self, words: str) -> None:
        """One line on standard error, given up where the screen takes nothing."""
        end = "\r\n" if self.raw.active and self.errors_on_screen else "\n"
        start = "\r\n" if self.in_line and self.output_on_screen and self.errors_on_screen else ""
        self.in_line = False
        with trio.move_on_after(_NOTICE_PATIENCE):
            try:
                await self.errors.send_all(f"{start}breeze: {words}{end}".encode())
            except trio.BrokenResourceError:
                return

    async def restore(self) -> None:
        """Put the terminal and what the far side did to its screen back; may be repeated."""
        self.raw.leave()
        undo = self.screen.undo()
        if undo and self.output_on_screen:
            with trio.move_on_after(_NOTICE_PATIENCE):
                try:
                    await self.output.send_all(undo)
                except trio.BrokenResourceError:
                    return


@attrs.frozen
class Ending:
    """How a socket's life ended."""

    words: str | None
    """What to tell the person; None: nothing needs to be said."""
    status: int = EXIT_LOST
    resumable: bool = False
    """The line was lost and the session may go on with another socket (TERM-037)."""
    connected: bool = False
    """The terminal had been connected."""
    closed_by_server: bool = False


class Attachment:
    """One socket's life. `on_connected` is called once the terminal runs."""

    def __init__(self, ws: WebSocket, person: Person, on_connected: Callable[[], None], *, resuming: bool) -> None:
        self.engine = ViewerTerminal(m.clamp(*person.size))
        self._ws = ws
        self._person = person
        self._on_connected = on_connected
        self._resuming = resuming
        self._binary = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._said: tuple[str, str] | None = None
        self._ending: Ending | None = None
        self._over = trio.Event()
        self._writing = False
        self._connected = False
        self._nursery: trio.Nursery

    async def run(self) -> Ending:
        """Live until the shell ends, the person leaves, or the line breaks."""
        self.engine.opened(trio.current_time())
        async with trio.open_nursery() as self._nursery:
            for task in (self._receive, self._watch_size, self._keep_time):
                self._nursery.start_soon(task)
            await self._over.wait()
            self._nursery.cancel_scope.cancel()
        assert self._ending is not None
        return self._ending

    async def leave(self, words: str | None, status: int = EXIT_LOST) -> None:
        """End the session by the person's wish, within 2 s."""
        if not self.engine.running.final:
            self._ending = Ending(words, status, connected=self._connected)
            await self._perform(self.engine.leave(trio.current_time()))

    # -- tasks
    async def _receive(self) -> None:
        try:
            while not self.engine.running.final:
                effects, fault = self._take(await self._ws.receive_many())
                await self._perform(effects)
                if fault is not None:
                    await self._break(f"the server broke the protocol: {fault}")
        except MessageTooBig as error:
            await self._break(str(error))
        except PeerClosed as closed:
            await self._ended(closed)

    def _take(self, messages: Sequence[str | bytes]) -> tuple[list[Effect], BreezeError | None]:
        """Effects of the messages up to the first that may not be, and what is wrong with that one."""
        effects: list[Effect] = []
        for message in messages:
            try:
                effects += self.engine.receive(message, trio.current_time())
            except (RemoteProtocolError, Refused) as error:
                return effects, error
        return effects, None

    async def _type(self) -> None:
        """Pass on what is typed, in pieces that a server takes."""
        person = self._person
        try:
            while not person.input_ended:
                typed = bytes(await person.input.receive_some(PIECE))
                person.input_ended = not typed
                if person.escapes is not None:
                    if not typed:
                        raise trio.BrokenResourceError
                    typed, wishes = person.escapes.feed(typed)
                    await self._input(typed)
                    await self._grant(wishes)
                elif typed:
                    await self._input(typed)
            if person.last_typed not in b"\r\n":
                await self._input(b"\n")
            while not self.engine.running.final:
                # Said again and again: a pseudo-terminal forgets an end that came while nobody was reading.
                await self._input(_END_OF_INPUT)
                await trio.sleep(_END_AGAIN)
        except trio.BrokenResourceError:
            await self.leave("the terminal is gone", 128 + signal.SIGHUP)
        except PeerClosed:
            # The receiving task learns the same, and more about why.
            return

    async def _watch_size(self) -> None:
        with trio.open_signal_receiver(signal.SIGWINCH, signal.SIGCONT) as signals:
            async for number in signals:
                if number == signal.SIGCONT and self._person.raw.active:
                    self._person.raw.enter()
                if not self.engine.running.final:
                    await self._perform(self.engine.resized(*self._person.size, trio.current_time()))

    async def _keep_time(self) -> None:
        while self.engine.wake_at is not None:
            await trio.sleep_until(self.engine.wake_at)
            await self._perform(self.engine.tick(trio.current_time(), reading=not self._writing))

    async def _expect_close(self) -> None:
        """A server closes after `exit`; one that does not is left."""
        await trio.sleep(_CLOSE_PATIENCE)
        await self.leave(None)

    # -- input
    async def _input(self, typed: bytes) -> None:
        for at in range(0, len(typed), _DATA):
            if self.engine.running.final:
                return
            piece = typed[at : at + _DATA]
            self._person.last_typed = piece[-1]
            await self._perform(self.engine.typed(piece, trio.current_time()))

    async def _grant(self, wishes: Iterable[Wish]) -> None:
        for wish in wishes:
            if wish is Wish.LEAVE:
                await self.leave("left; the session has ended")
            else:
                await self._person.say("\r\n        ".join(HELP))

    # -- effects
    async def _perform(self, effects: Iterable[Effect]) -> None:
        """Perform effects in order; output that follows output is written in one piece. PeerClosed is left to
        the receiving task, which learns why."""
        output: list[bytes] = []
        for effect in effects:
            if effect.name == "write_output":
                output.append(effect.body)  # type: ignore[arg-type]
                continue
            await self._write(output)
            output = []
            try:
                await self._effect(effect.name, effect.body)
            except PeerClosed:
                if self._over.is_set():
                    return
        await self._write(output)

    async def _effect(self, name: str, body: object) -> None:
        match name, body:
            case "announce_connected", m.Connected():
                await self._begin(body)
            case "send_data", bytes():
                await self._say(body if self._binary else encode_text(m.Data(self._decoder.decode(body))))
            case (("send_resize" | "send_ping" | "send_pong"), _):
                await self._say(encode_text(body))
            case "keep_status", _:
                self._nursery.start_soon(self._expect_close)
            case "show_error", m.Error():
                said = (body.code, body.message)
                if body.code in _SHOWN_AT_ONCE:
                    await self._person.say(explain_close(0, "", said))
                else:
                    self._said = said
            case "send_leave", _:
                await self._ws.close(1000, "viewer left")
                self._finish(self._ending or Ending(None))
            case "report_end", Closing():
                self._finish(self._closed_ending(body))
            case "report_loss", _:
                self._finish(Ending("connection lost", resumable=True, connected=self._connected))

    async def _say(self, message: str | bytes) -> None:
        if not self._ws.send_nowait((message,)):
            await self._ws.send(message)
        elif self._ws.unsent:
            await self._ws.send_many(())

    async def _begin(self, connected: m.Connected) -> None:
        self._connected = True
        self._binary = connected.encoding == BINARY
        if self._resuming:
            await self._person.say("reconnected")
        self._on_connected()
        self._person.raw.enter()
        self._nursery.start_soon(self._type)

    async def _write(self, output: list[bytes]) -> None:
        if not output:
            return
        data = output[0] if len(output) == 1 else b"".join(output)
        self._person.screen.note(data)
        self._person.in_line = not data.endswith(b"\n")
        self._writing = True
        try:
            await self._person.output.send_all(data)
        except trio.BrokenResourceError:
            await self.leave(None, 128 + signal.SIGPIPE)
        finally:
            self._writing = False

    # -- endings
    async def _ended(self, closed: PeerClosed) -> None:
        if self.engine.running.final:
            return
        now = trio.current_time()
        clean = closed.clean or closed.code != 1006
        await self._perform(self.engine.closed(closed.code, closed.reason, now) if clean else self.engine.lost(now))

    async def _break(self, words: str) -> None:
        if not self.engine.running.final:
            self.engine.lost(trio.current_time())
            await self._ws.close(1002)
            self._finish(Ending(words, connected=self._connected))

    def _closed_ending(self, closing: Closing) -> Ending:
        return Ending(
            explain_close(closing.code, closing.reason, self._said),
            resumable=closing.code in _RESUMABLE and self._said is None,
            connected=self._connected,
            closed_by_server=True,
        )

    def _finish(self, ending: Ending) -> None:
        status = self.engine.status
        if status is not None:
            ending = Ending(*_exit(status), connected=True)
        self._ending = ending
        self._over.set()


def _exit(status: m.Exit) -> tuple[str | None, int]:
    if status.signal is not None:
        number = status.signal & 0x7F
        try:
            name = signal.Signals(number).name
        except ValueError:
            name = f"signal {number}"
        return f"the shell was ended by {name}", 128 + number
    if status.code is None:
        return "the shell has ended; its status is not known", EXIT_LOST
    return None, status.code & 0xFF
