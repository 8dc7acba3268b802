"""`breeze term`: a session on a device, a socket, another socket where the first is lost, and an exit status."""

from __future__ import annotations

import math
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, TextIO, TypeVar
from urllib.parse import urlencode, urlsplit

import trio

from breeze_protocol.account.messages import TicketResponse
from breeze_protocol.endpoints import BASE
from breeze_protocol.errors import BreezeError, TransportError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.session.messages import SessionCreate, SessionCreated, SessionDetails
from breeze_transport.api import ApiClient, ApiError
from breeze_transport.seams import World
from breeze_transport.visible import visible
from breeze_transport.websocket import UpgradeRefused
from breeze_transport.ws_client import connect_websocket
from breeze_viewer.attach import BINARY, Attachment, Ending, Person
from breeze_viewer.escape import Escapes
from breeze_viewer.streams import Input, Output, open_input, open_output
from breeze_viewer.tty import RawMode, terminal_among
from breeze_viewer.words import explain

_GRACE: Final = DEFAULTS["viewer_grace"]
_FIRST_PAUSE: Final = 0.2
_LAST_PAUSE: Final = 2.0
_END_PATIENCE: Final = 3.0
_START_PATIENCE: Final = DEFAULTS["terminal_start_deadline"] + 10
_MAX_MESSAGE: Final = 8 << 20


Stream = TypeVar("Stream", Input, Output)


class Terminal:
    """One session, from its creation to its end."""

    def __init__(self, api: ApiClient, world: World, url: str, person: Person) -> None:
        self._api = api
        self._world = world
        self._url = url
        self._person = person
        self._session: str | None = None
        self._attachment: Attachment | None = None
        self._scope = trio.CancelScope()
        self._signal: int | None = None

    async def run(self, device_id: str) -> int:
        """Open a terminal on the device and stay until it is over; the exit status. Raises nothing that is expected."""
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._heed_signals)
                with self._scope:
                    ending = await self._live(device_id)
                if self._scope.cancelled_caught:
                    ending = Ending(None)
                nursery.cancel_scope.cancel()
            await self._end(ending)
        finally:
            with trio.CancelScope(shield=True):
                await self._person.restore()
        if ending.words:
            await self._person.say(ending.words)
        return ending.status if self._signal is None else 128 + self._signal

    async def _live(self, device_id: str) -> Ending:
        try:
            body = SessionCreate(device_id, "terminal")
            created: SessionCreated = await self._api.call("session_create", body=body)
            self._session = created.id
            ending = await self._attach(_START_PATIENCE, resuming=False)
        except BreezeError as error:
            return Ending(explain(error))
        while ending.resumable and ending.connected:
            ending = await self._resume(ending)
        return ending

    async def _attach(self, patience: float, *, resuming: bool) -> Ending:
        """Get a ticket and connect, within `patience` seconds until the terminal runs, and stay until the end.

        Raises ApiError, UpgradeRefused and TransportError where there is no terminal in the end.
        """
        assert self._session is not None
        with trio.CancelScope(deadline=trio.current_time() + patience) as scope:

            def connected() -> None:
                scope.deadline = math.inf

            ticket: TicketResponse = await self._api.call("session_ticket", {"id": self._session})
            url = self._socket_url(ticket.ticket)
            async with connect_websocket(
                url, network=self._world.network, max_message=_MAX_MESSAGE, implementation="websockets"
            ) as ws:
                self._attachment = Attachment(ws, self._person, connected, resuming=resuming)
                try:
                    return await self._attachment.run()
                finally:
                    self._attachment = None
        raise TransportError(f"the terminal did not start within {patience:g} s")

    async def _resume(self, lost: Ending) -> Ending:
        """Try to go on with another socket, as long as the server waits for one (TERM-038)."""
        self._person.raw.leave()
        await self._person.say(f"{lost.words}, reconnecting…")
        deadline = trio.current_time() + _GRACE
        pause, why = _FIRST_PAUSE, lost.words or ""
        while (left := deadline - trio.current_time()) > 0:
            try:
                ending = await self._attach(left, resuming=True)
            except BreezeError as error:
                why = explain(error)
                if not _passes(error):
                    return Ending(await self._why_ended() or f"connection lost: {why}")
            else:
                if ending.connected or not ending.resumable:
                    return ending
                why = ending.words or why
            await trio.sleep(min(pause, max(0.0, deadline - trio.current_time())))
            pause = min(2 * pause, _LAST_PAUSE)
        return Ending(f"connection lost, and not to be resumed within {_GRACE:g} s: {why}")

    async def _why_ended(self) -> str | None:
        assert self._session is not None
        try:
            found: SessionDetails = await self._api.call("session_details", {"id": self._session})
        except BreezeError:
            return None
        if found.ended_at is None:
            return None
        words = visible(found.error_message) if found.error_message else "it was ended"
        return f"the session ended while the connection was lost: {words}"

    async def _end(self, ending: Ending) -> None:
        """See that no session is left behind. Where the server has closed it, or cannot be reached, it sees to that."""
        if self._session is None or ending.closed_by_server or (ending.connected and not ending.resumable):
            return
        with trio.move_on_after(_END_PATIENCE), suppress(BreezeError):
            await self._api.call("session_end", {"id": self._session})

    async def _heed_signals(self) -> None:
        """Leave cleanly when told to; a second signal does not wait for the server."""
        with trio.open_signal_receiver(signal.SIGTERM, signal.SIGHUP, signal.SIGINT) as signals:
            async for number in signals:
                if self._signal is not None or self._attachment is None:
                    self._signal = self._signal or number
                    self._scope.cancel()
                else:
                    self._signal = number
                    async with trio.open_nursery() as nursery:
                        nursery.start_soon(self._attachment.leave, None)
                        nursery.start_soon(self._hurry, signals, nursery)

    async def _hurry(self, signals: AsyncIterator[int], nursery: trio.Nursery) -> None:
        async for _ in signals:
            self._scope.cancel()
            nursery.cancel_scope.cancel()

    def _socket_url(self, ticket: str) -> str:
        cols, rows = self._person.size
        base = urlsplit(self._url)
        scheme = "wss" if base.scheme == "https" else "ws"
        query = urlencode({"ticket": ticket, "cols": cols, "rows": rows, "encoding": BINARY})
        path = f"{base.path.rstrip('/')}{BASE}/remote/sessions/{self._session}/ws"
        return f"{scheme}://{base.netloc.rpartition('@')[2]}{path}?{query}"


@asynccontextmanager
async def open_person(world: World) -> AsyncIterator[Person]:
    """The standard streams of this process."""
    stdin, stdout, stderr = (_descriptor(stream) for stream in (sys.stdin, sys.stdout, sys.stderr))
    typed_by_hand = terminal_among([stdin])
    async with (
        _closing(open_input(stdin, world.blocking)) as keys,
        _closing(open_output(stdout, world.blocking)) as screen,
        _closing(open_output(stderr, world.blocking)) as errors,
    ):
        yield Person(
            keys,
            screen,
            errors,
            RawMode(typed_by_hand),
            terminal_among([stdout, stdin, stderr]),
            Escapes() if typed_by_hand is not None else None,
            os.isatty(stdout),
            os.isatty(stderr),
        )


def _descriptor(stream: TextIO | None) -> int:
    # A stream that was closed before we were started is None, and its number may be another file's by now.
    return os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC) if stream is None else stream.fileno()


@asynccontextmanager
async def _closing(stream: Stream) -> AsyncIterator[Stream]:
    try:
        yield stream
    finally:
        await stream.aclose()


def _passes(error: BreezeError) -> bool:
    """Whether trying again may help: the line is down, or the server is busy or coming up."""
    if isinstance(error, UpgradeRefused):
        return True
    if isinstance(error, ApiError):
        return error.status == 429 or error.status >= 500
    return isinstance(error, TransportError)
