"""The WebSocket seam: one interface over two independent implementations."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Final

from breeze_protocol.errors import TransportError

MAX_MESSAGE: Final = 1 << 20
"""Bytes of a message that is received, unless a caller says otherwise."""

MAX_FRAGMENTS: Final = 1024
"""Frames that a message may come in. Empty fragments cost the sender two bytes and us an object each."""

CLOSE_TIMEOUT: Final = 2.0
"""Seconds that closing may take before the socket is aborted."""

CLOSE_NORMAL: Final = 1000
CLOSE_ABNORMAL: Final = 1006
CLOSE_TOO_BIG: Final = 1009
CLOSE_INTERNAL: Final = 1011

_MAX_REASON = 123


class PeerClosed(TransportError):
    """The WebSocket is over, by either side's doing or the line's."""

    def __init__(self, code: int = CLOSE_ABNORMAL, reason: str = "", clean: bool = False) -> None:
        super().__init__(f"WebSocket closed ({code}{': ' + reason if reason else ''})")
        self.code = code
        """What the peer's close frame said; 1005 where it gave none, 1006 where no close frame came."""
        self.reason = reason
        """The peer's words, or ours where the line broke."""
        self.clean = clean
        """Whether both sides sent a close frame."""

    def again(self) -> PeerClosed:
        """The same news for another caller: an exception that is raised twice grows its traceback."""
        return type(self)(self.code, self.reason, self.clean)


class MessageTooBig(PeerClosed):
    """The peer sent a message over the limit (in bytes or fragments); we closed with 1009."""

    def __init__(self, code: int = CLOSE_TOO_BIG, reason: str = "message too big", clean: bool = False) -> None:
        super().__init__(code, reason, clean)


class UpgradeRefused(TransportError):
    """The server answered the upgrade with something else than 101."""

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        super().__init__(f"WebSocket upgrade refused with status {status}")
        self.status = status
        self.headers = headers
        """Names in lower case."""
        self.body = body
        """At most 64 KiB of it."""


class WebSocket(abc.ABC):
    """Messages both ways, text as str and binary as bytes, without compression.

    One task receives; any number of tasks send. A call that is cancelled while bytes leave breaks the connection,
    because half a frame cannot be taken back; `receive` is safe to cancel. Protocol PINGs are answered by whoever
    reads: at once while a task is in `receive`, otherwise when the bounded read-ahead (the default client) or the next
    `receive` (the server's implementation) comes to them.
    """

    @property
    @abc.abstractmethod
    def closed(self) -> PeerClosed | None:
        """Why it is over, or None while it is not."""

    @property
    @abc.abstractmethod
    def pongs(self) -> int:
        """PONG frames received."""

    @property
    @abc.abstractmethod
    def last_pong(self) -> float | None:
        """When the latest PONG came, on `trio.current_time()`."""

    @property
    @abc.abstractmethod
    def remote(self) -> str:
        """The peer's address, "host:port"; "" where unknown."""

    @abc.abstractmethod
    async def send(self, message: str | bytes) -> None:
        """Send one message; waits while the peer does not read. Raises PeerClosed."""

    def send_nowait(self, messages: Sequence[str | bytes]) -> bool:
        """Send in order without a checkpoint, where nobody is sending and the line takes it at once.

        False: nothing was done, and nothing of it has left. What the line did not take of messages that were sent is
        `unsent`; the next `send_many`, of nothing if need be, writes it. An implementation without this says False.
        """
        return False

    @property
    def unsent(self) -> bool:
        """Whether a piece of what was sent still waits for the next `send_many`."""
        return False

    @abc.abstractmethod
    async def send_many(self, messages: Sequence[str | bytes]) -> None:
        """Send messages in order, in one write where the implementation can. Raises PeerClosed."""

    @abc.abstractmethod
    async def receive(self) -> str | bytes:
        """The next message.

        Raises PeerClosed at the end, MessageTooBig where the peer broke a limit, trio.BusyResourceError where another
        task is receiving.
        """

    @abc.abstractmethod
    async def receive_many(self) -> list[str | bytes]:
        """Everything that has arrived, at least one message. Raises as `receive` does."""

    @abc.abstractmethod
    async def ping(self) -> None:
        """Send a PING and do not wait for its PONG. Raises PeerClosed."""

    @abc.abstractmethod
    async def close(self, code: int = CLOSE_NORMAL, reason: str = "") -> None:
        """Close within 2 seconds, then abort. Messages not received yet are dropped.

        Idempotent, and safe while other tasks are in `receive` or a blocked `send`: they get PeerClosed. The reason is
        cut to 123 bytes. Raises ValueError for a code that may not be sent.
        """

    @abc.abstractmethod
    def abort(self) -> None:
        """Break the connection at once, without waiting or telling the peer why. Idempotent."""


def check_close(code: int, reason: str) -> str:
    """The reason, cut to what fits a close frame. Raises ValueError for a code that may not be sent."""
    if not (1000 <= code <= 1014 and code not in (1004, 1005, 1006)) and not 3000 <= code <= 4999:
        raise ValueError(f"{code} is not a close code that may be sent")
    return reason.encode()[:_MAX_REASON].decode(errors="ignore")
