"""TCP and TLS on Trio, and what a wrapped stream can still tell about the socket below it."""

from __future__ import annotations

import contextlib
import errno
import socket as _socket
import ssl
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import trio

from breeze_protocol.errors import TransportError

_REASONS = {
    errno.ECONNREFUSED: "connection refused, nothing listens there",
    errno.EHOSTUNREACH: "host unreachable",
    errno.ENETUNREACH: "network unreachable",
    errno.ETIMEDOUT: "timed out",
    errno.ECONNRESET: "connection reset by the peer",
    errno.EACCES: "permission denied",
}

# l_onoff=1, l_linger=0: close() drops unsent bytes and resets, so that abort() never waits for a peer.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class TcpNetwork:
    """The operating system's TCP. Small messages leave at once on both sides (TCP_NODELAY)."""

    async def connect(
        self,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        server_hostname: str | None = None,
        alpn: Sequence[str] = (),
    ) -> trio.abc.Stream:
        """Connect, and shake hands over TLS where `tls` is given. The caller sets the deadline.

        Raises TransportError with a human reason: refused, unreachable, no such host, TLS.
        """
        try:
            stream = await trio.open_tcp_stream(host, port)
        except (OSError, ValueError) as error:
            raise TransportError(f"cannot connect to {host}:{port}: {_reason(error)}") from error
        if tls is None:
            return stream
        return await start_tls(stream, tls, server_hostname or host, alpn)

    async def listen(self, host: str, port: int) -> Sequence[trio.SocketListener]:
        """Listen on every address of `host`; port 0 takes an ephemeral one.

        Raises TransportError where the address is taken, not ours or not allowed.
        """
        try:
            return await trio.open_tcp_listeners(port, host=host or None)
        except (OSError, ValueError) as error:
            raise TransportError(f"cannot listen on {host}:{port}: {_reason(error)}") from error


async def start_tls(
    stream: trio.abc.Stream, tls: ssl.SSLContext, server_hostname: str, alpn: Sequence[str] = ()
) -> trio.SSLStream[trio.abc.Stream]:
    """Put TLS over a connected stream as its client; the stream is closed where that fails.

    Raises TransportError when the handshake or the certificate is refused.
    """
    if alpn:
        # The context is shared, but a connection copies the list when it is made, on the next line.
        tls.set_alpn_protocols(list(alpn))
    secure = trio.SSLStream(stream, tls, server_hostname=server_hostname, https_compatible=True)
    done = False
    try:
        await secure.do_handshake()
        done = True
    except (trio.BrokenResourceError, trio.ClosedResourceError, ssl.SSLError) as error:
        raise TransportError(f"TLS with {server_hostname} failed: {_tls_reason(error)}") from error
    finally:
        if not done:
            await trio.aclose_forcefully(stream)
    return secure


def abort_stream(stream: Any) -> None:
    """Break a stream at once, without waiting: unsent bytes are dropped, tasks blocked in it fail.

    Raises TypeError for a stream with nothing below it that could be closed synchronously.
    """
    for layer in _layers(stream):
        if hasattr(layer, "abort"):
            layer.abort()
            return
        if isinstance(layer, trio.StapledStream):
            layer.send_stream.close()
            layer.receive_stream.close()
            return
        if hasattr(layer, "socket"):
            with contextlib.suppress(OSError):
                layer.socket.setsockopt(_socket.SOL_SOCKET, _socket.SO_LINGER, _RESET_ON_CLOSE)
            layer.socket.close()
            return
    raise TypeError(f"{type(stream).__name__} cannot be closed without waiting")


def remote_name(stream: Any) -> str:
    """The other end as "host:port", or "" where the stream does not know it."""
    for layer in _layers(stream):
        sock = getattr(layer, "socket", None)
        if sock is not None:
            with contextlib.suppress(OSError):
                return _address(sock.getpeername())
            return ""
    return ""


def looks_readable(stream: Any) -> bool:
    """Whether bytes, an end or an error wait to be read. For an idle connection that means: do not use it again."""
    for layer in _layers(stream):
        if hasattr(layer, "is_readable"):
            return bool(layer.is_readable())
        if hasattr(layer, "socket"):
            return bool(layer.socket.is_readable())
    return False


def listening_port(listener: Any) -> int:
    """The port a listener of either network was given."""
    return int(listener.socket.getsockname()[1])


def _layers(stream: Any) -> Iterator[Any]:
    while stream is not None:
        yield stream
        stream = getattr(stream, "transport_stream", None)


def _address(name: Any) -> str:
    if not isinstance(name, tuple):
        return str(name)
    host, port = name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _reason(error: BaseException) -> str:
    if isinstance(error, _socket.gaierror):
        return "no such host"
    if isinstance(error, OSError) and error.errno in _REASONS:
        return _REASONS[error.errno]
    causes: Sequence[BaseException] = ()
    if isinstance(error.__cause__, BaseExceptionGroup):
        causes = error.__cause__.exceptions
    elif error.__cause__ is not None:
        causes = (error.__cause__,)
    reasons = dict.fromkeys(_reason(cause) for cause in causes)
    if reasons:
        return "; ".join(reasons)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _tls_reason(error: BaseException) -> str:
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, ssl.SSLCertVerificationError):
            return f"the certificate is not trusted ({found.verify_message})"
        if isinstance(found, ssl.SSLError):
            return found.reason or str(found)
        found = found.__cause__
    return "the peer closed the connection"


def plain_fileno(stream: trio.abc.Stream) -> Callable[[], int]:
    """How to learn the descriptor under a stream that is a plain socket: -1 once it is closed, or where it is none."""
    while not isinstance(stream, trio.SocketStream):
        inner = getattr(stream, "inner", None)
        if inner is None:
            return lambda: -1
        stream = inner
    return stream.socket.fileno
