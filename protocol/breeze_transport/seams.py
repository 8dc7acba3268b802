"""What a shell may not reach for itself: the network, entropy, the wall date and blocking work.

Time is not here: it comes from `trio.current_time()`, so that a virtual clock can drive it.
"""

from __future__ import annotations

import base64
import random
import secrets
import ssl
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar, TypeVarTuple

import attrs
import trio

from breeze_transport.memory import MemoryNetwork
from breeze_transport.sockets import TcpNetwork

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

SIMULATED_EPOCH = 1_767_225_600.0
"""2026-01-01T00:00:00Z, where a simulation's calendar begins unless told otherwise."""


class Network(Protocol):
    """Connections out and in."""

    async def connect(
        self,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        server_hostname: str | None = None,
        alpn: Sequence[str] = (),
    ) -> trio.abc.Stream:
        """A connected stream, TLS handshake included. Raises TransportError with a human reason."""

    async def listen(self, host: str, port: int) -> Sequence[trio.abc.Listener[trio.abc.Stream]]:
        """Listeners on a host; port 0 takes an ephemeral one (`sockets.listening_port`). Raises TransportError."""


class Entropy(Protocol):
    """Randomness: cryptographic when live, from a seed in a simulation."""

    def token_bytes(self, n: int) -> bytes:
        """`n` random bytes."""

    def token_hex(self, n: int) -> str:
        """`n` random bytes in 2n hexadecimal digits."""

    def token_urlsafe(self, n: int) -> str:
        """`n` random bytes in base64url without padding."""

    def uuid(self) -> str:
        """A random UUID (version 4), 36 characters."""

    def uniform(self, a: float, b: float) -> float:
        """A number between `a` and `b`."""


class Wall(Protocol):
    """The date."""

    def now(self) -> float:
        """Seconds since 1970-01-01T00:00:00Z."""


class Blocking(Protocol):
    """Where synchronous work that may wait is done."""

    async def run(self, fn: Callable[[*Ts], T], *args: *Ts, cancellable: bool = False) -> T:
        """What `fn(*args)` returns or raises. Cancellation waits for it, unless `cancellable` abandons it."""


@attrs.frozen
class World:
    """Everything that a shell may not reach for itself."""

    network: Network
    entropy: Entropy
    wall: Wall
    blocking: Blocking


class SystemEntropy:
    """The operating system's generator."""

    def token_bytes(self, n: int) -> bytes:
        return secrets.token_bytes(n)

    def token_hex(self, n: int) -> str:
        return secrets.token_hex(n)

    def token_urlsafe(self, n: int) -> str:
        return secrets.token_urlsafe(n)

    def uuid(self) -> str:
        return str(uuid.uuid4())

    def uniform(self, a: float, b: float) -> float:
        return secrets.SystemRandom().uniform(a, b)


class SeededEntropy:
    """A repeatable sequence. Never for a live system: whoever knows the seed knows every token."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable is what it is for

    def token_bytes(self, n: int) -> bytes:
        return self._random.randbytes(n)

    def token_hex(self, n: int) -> str:
        return self.token_bytes(n).hex()

    def token_urlsafe(self, n: int) -> str:
        return base64.urlsafe_b64encode(self.token_bytes(n)).rstrip(b"=").decode("ascii")

    def uuid(self) -> str:
        return str(uuid.UUID(bytes=self.token_bytes(16), version=4))

    def uniform(self, a: float, b: float) -> float:
        return self._random.uniform(a, b)


class SystemWall:
    """The operating system's date."""

    def now(self) -> float:
        return time.time()


@attrs.frozen
class VirtualWall:
    """A date that moves with Trio's clock."""

    epoch: float = SIMULATED_EPOCH

    def now(self) -> float:
        return self.epoch + trio.current_time()


class ThreadBlocking:
    """Worker threads, at most `threads` at a time; further calls wait their turn."""

    def __init__(self, threads: int) -> None:
        self._limiter = trio.CapacityLimiter(threads)

    async def run(self, fn: Callable[[*Ts], T], *args: *Ts, cancellable: bool = False) -> T:
        return await trio.to_thread.run_sync(fn, *args, abandon_on_cancel=cancellable, limiter=self._limiter)


class InlineBlocking:
    """In the calling task, after one checkpoint: a virtual clock would run away while a thread works."""

    async def run(self, fn: Callable[[*Ts], T], *args: *Ts, cancellable: bool = False) -> T:
        await trio.lowlevel.checkpoint()
        return fn(*args)


def live_world(*, threads: int = 8) -> World:
    """TCP, the system's entropy and date, and at most `threads` worker threads."""
    return World(TcpNetwork(), SystemEntropy(), SystemWall(), ThreadBlocking(threads))


def simulated_world(seed: int, *, epoch: float = SIMULATED_EPOCH) -> World:
    """A network in memory, entropy from `seed`, a date that starts at `epoch`, no threads."""
    return World(MemoryNetwork(), SeededEntropy(seed), VirtualWall(epoch), InlineBlocking())
