"""A network in memory: named hosts, bounded byte pipes, latency, partitions and sudden death, on Trio's clock.

Bytes are held, never lost, as TCP does; the ends learn of a close or a reset through the same pipe (`pipe.py`), so
that latency and partitions hold those too.
"""

from __future__ import annotations

import operator
import socket as _socket
import ssl
from collections.abc import Sequence
from typing import Any, Final

import attrs
import trio

from breeze_protocol.errors import TransportError
from breeze_transport.pipe import Link, Pipe
from breeze_transport.sockets import start_tls

CAPACITY: Final = 64 * 1024
"""Bytes that a pipe holds before its writer waits."""

_BACKLOG = 128
_FIRST_EPHEMERAL = 49152
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"})  # noqa: S104 - names to match, not to bind


@attrs.frozen
class _Names:
    """The part of a socket that servers ask for: its two addresses."""

    local: tuple[str, int]
    peer: tuple[str, int] | None = None
    family: int = _socket.AF_INET

    def getsockname(self) -> tuple[str, int]:
        return self.local

    def getpeername(self) -> tuple[str, int]:
        if self.peer is None:
            raise OSError("not connected")
        return self.peer


class MemoryStream(trio.abc.HalfCloseableStream):
    """One end of a connection in memory; behaves as a TCP socket does.

    A full pipe makes `send_all` wait. Closing with unread bytes resets the connection, as TCP does. Raises
    trio.BrokenResourceError, trio.ClosedResourceError and trio.BusyResourceError as every Trio stream.
    """

    def __init__(self, incoming: Pipe, outgoing: Pipe, names: _Names) -> None:
        self.socket = names
        self._incoming = incoming
        self._outgoing = outgoing
        self._closed = False
        self._killed = False
        self._sending = False
        self._receiving = False

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        self._claim_sending()
        try:
            await trio.lowlevel.checkpoint()
            view = memoryview(data).cast("B")
            self._check_send()
            while view:
                await self._wait_room()
                room = self._outgoing.capacity - self._outgoing.size
                self._outgoing.put(bytes(view[:room]))
                view = view[room:]
        finally:
            self._sending = False

    async def wait_send_all_might_not_block(self) -> None:
        self._claim_sending()
        try:
            await trio.lowlevel.checkpoint()
            self._check_closed()
            await self._wait_writable()
        finally:
            self._sending = False

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        if max_bytes is not None and operator.index(max_bytes) < 1:
            raise ValueError("max_bytes must be at least 1")
        if self._receiving:
            raise trio.BusyResourceError("another task is receiving")
        self._receiving = True
        try:
            await trio.lowlevel.checkpoint()
            self._check_closed()
            while not self._incoming.arrived:
                await self._incoming.wait_change()
                self._check_closed()
            return self._incoming.take(max_bytes or CAPACITY)
        finally:
            self._receiving = False

    async def send_eof(self) -> None:
        self._claim_sending()
        try:
            await trio.lowlevel.checkpoint()
            self._check_closed()
            self._outgoing.end()
        finally:
            self._sending = False

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            if any(chunk for _, chunk in self._incoming.chunks):
                self._outgoing.reset()
            else:
                self._outgoing.end()
            self._incoming.refuse()
            self._forget()
        await trio.lowlevel.checkpoint()

    def abort(self) -> None:
        """Reset the connection: unsent bytes are dropped, the peer's next read or write fails. Idempotent."""
        if not self._closed:
            self._closed = True
            self._outgoing.reset()
            self._incoming.refuse()
            self._forget()

    def kill(self) -> None:
        """Break this end as a dying network card would: our own calls fail too, with BrokenResourceError."""
        self._killed = True
        self._outgoing.reset()
        self._incoming.refuse()
        self._forget()

    def is_readable(self) -> bool:
        """Whether bytes, an end or a reset wait to be read."""
        return self._killed or self._incoming.arrived

    def _forget(self) -> None:
        self._outgoing.wake()
        self._incoming.wake()

    def _claim_sending(self) -> None:
        if self._sending:
            raise trio.BusyResourceError("another task is sending")
        self._sending = True

    def _check_closed(self) -> None:
        if self._closed:
            raise trio.ClosedResourceError("this stream was closed here")
        if self._killed:
            raise trio.BrokenResourceError("the host died")

    def _check_send(self) -> None:
        self._check_closed()
        if self._outgoing.ended:
            raise trio.ClosedResourceError("send_eof was called before")
        if self._outgoing.broken:
            raise trio.BrokenResourceError("the peer has closed the connection")

    async def _wait_room(self) -> None:
        while self._outgoing.size >= self._outgoing.capacity:
            await self._outgoing.wait_change()
            self._check_send()

    async def _wait_writable(self) -> None:
        # A third free, as Linux does it: "writable" on a single byte would promise nothing.
        while self._outgoing.size > self._outgoing.capacity * 2 // 3 and not self._outgoing.broken:
            await self._outgoing.wait_change()
            self._check_closed()


class MemoryListener(trio.abc.Listener[trio.abc.Stream]):
    """Where connections to one port of one host arrive."""

    def __init__(self, network: MemoryNetwork, address: tuple[str, int]) -> None:
        self.socket = _Names(address)
        self._network = network
        self._offer, self._arrivals = trio.open_memory_channel[MemoryStream](_BACKLOG)

    @property
    def port(self) -> int:
        """The port that was asked for, or given."""
        return self.socket.local[1]

    async def offer(self, stream: MemoryStream) -> None:
        """Queue a connection; waits while the backlog is full. Raises trio.BrokenResourceError once closed."""
        await self._offer.send(stream)

    async def accept(self) -> trio.abc.Stream:
        return await self._arrivals.receive()

    async def aclose(self) -> None:
        self.close()
        await trio.lowlevel.checkpoint()

    def close(self) -> None:
        """Stop listening; connections nobody accepted are reset. Idempotent."""
        self._network._unlisten(self)
        while True:
            try:
                self._arrivals.receive_nowait().abort()
            except (trio.WouldBlock, trio.ClosedResourceError):
                break
        self._arrivals.close()


class MemoryNetwork:
    """A network whose hosts are names and whose faults are calls; a Network seen from the host "localhost".

    `at(name)` is the same network seen from another host. Same calls in the same order, same behaviour: it has no
    randomness of its own.
    """

    def __init__(self, *, capacity: int = CAPACITY, latency: float = 0.0) -> None:
        self._capacity = capacity
        self._latency = latency
        self._links: dict[frozenset[str], Link] = {}
        self._listeners: dict[tuple[str, int], MemoryListener] = {}
        self._streams: dict[str, list[MemoryStream]] = {}
        self._next_port = _FIRST_EPHEMERAL

    def at(self, host: str) -> MemoryHost:
        """This network as the programs on `host` see it."""
        return MemoryHost(self, host)

    async def connect(
        self,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        server_hostname: str | None = None,
        alpn: Sequence[str] = (),
    ) -> trio.abc.Stream:
        """Connect from "localhost". See `MemoryHost.connect`."""
        return await self.at("localhost").connect(host, port, tls=tls, server_hostname=server_hostname, alpn=alpn)

    async def listen(self, host: str, port: int) -> Sequence[MemoryListener]:
        """Listen on `host`, any name; port 0 takes an ephemeral one. Raises TransportError where it is taken."""
        await trio.lowlevel.checkpoint()
        name = "localhost" if host in _HERE else host
        address = (name, port or self._ephemeral())
        if address in self._listeners:
            raise TransportError(f"cannot listen on {name}:{port}: the address is in use")
        self._listeners[address] = MemoryListener(self, address)
        return [self._listeners[address]]

    def set_latency(self, host_a: str, host_b: str, seconds: float) -> None:
        """One-way delay of everything sent from now on between two hosts, in seconds."""
        self._link(host_a, host_b).latency = seconds

    def partition(self, host_a: str, host_b: str) -> None:
        """Hold everything between two hosts, connection attempts, ends and resets included, until `heal`."""
        self._link(host_a, host_b).partitioned = True

    def heal(self, host_a: str | None = None, host_b: str | None = None) -> None:
        """Let go what a partition held: between two hosts, or everywhere without arguments."""
        links = list(self._links.values()) if host_a is None or host_b is None else [self._link(host_a, host_b)]
        for link in links:
            link.partitioned = False
            link.healed.unpark_all()
            for stream in [stream for streams in self._streams.values() for stream in streams]:
                stream._forget()

    def kill(self, host: str, *, listeners: bool = False) -> None:
        """Break every stream of a host at both ends; with `listeners`, its listeners close as well."""
        for stream in self._streams.pop(host, []):
            stream.kill()
        if listeners:
            for address in [address for address in self._listeners if address[0] == host]:
                self._listeners[address].close()

    async def _dial(self, source: str, target: str, port: int) -> MemoryStream:
        link = self._link(source, target)
        # The handshake is a round trip; a partition holds it, and the caller's deadline decides how long.
        await trio.sleep(2 * link.latency)
        while link.partitioned:
            await link.healed.park()
        listener = self._listeners.get((target, port))
        if listener is None:
            raise TransportError(f"cannot connect to {target}:{port}: connection refused, nothing listens there")
        near, far = self._pair(link, (source, self._ephemeral()), (target, port))
        try:
            await listener.offer(far)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise TransportError(f"cannot connect to {target}:{port}: connection refused") from error
        return near

    def _pair(self, link: Link, source: tuple[str, int], target: tuple[str, int]) -> tuple[MemoryStream, MemoryStream]:
        there, back = Pipe(link, self._capacity), Pipe(link, self._capacity)
        near = MemoryStream(back, there, _Names(source, target))
        far = MemoryStream(there, back, _Names(target, source))
        for name, stream in ((source[0], near), (target[0], far)):
            alive = [known for known in self._streams.get(name, []) if not known._closed]
            self._streams[name] = [*alive, stream]
        return near, far

    def _link(self, host_a: str, host_b: str) -> Link:
        return self._links.setdefault(frozenset((host_a, host_b)), Link(self._latency))

    def _ephemeral(self) -> int:
        self._next_port += 1
        return self._next_port - 1

    def _unlisten(self, listener: MemoryListener) -> None:
        if self._listeners.get(listener.socket.local) is listener:
            del self._listeners[listener.socket.local]


@attrs.frozen
class MemoryHost:
    """A MemoryNetwork seen from one host; "localhost", 127.0.0.1 and the wildcard addresses mean that host."""

    network: MemoryNetwork
    name: str

    async def connect(
        self,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        server_hostname: str | None = None,
        alpn: Sequence[str] = (),
    ) -> trio.abc.Stream:
        """Connect after a round trip of the link's latency; a partition holds the attempt.

        Raises TransportError when nothing listens there or TLS fails.
        """
        target = self.name if host in _HERE else host
        stream = await self.network._dial(self.name, target, port)
        if tls is None:
            return stream
        return await start_tls(stream, tls, server_hostname or host, alpn)

    async def listen(self, host: str, port: int) -> Sequence[Any]:
        """Listen on this host, or on the host named. Raises TransportError where the port is taken."""
        return await self.network.listen(self.name if host in _HERE else host, port)
