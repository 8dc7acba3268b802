"""The seams: live and simulated worlds offer the same, and say in human words what went wrong."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import pytest
import trio

from breeze_protocol.errors import TransportError
from breeze_transport.seams import World, live_world, simulated_world
from breeze_transport.sockets import abort_stream, listening_port, remote_name

Run = Callable[..., Any]
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


async def connected(world: World) -> tuple[Any, Any]:
    listeners = await world.network.listen("127.0.0.1", 0)
    near = await world.network.connect("127.0.0.1", listening_port(listeners[0]))
    far = await listeners[0].accept()
    for listener in listeners:
        await listener.aclose()
    return near, far


def test_same_seed_gives_the_same_entropy_and_another_seed_another() -> None:
    def draw(seed: int) -> list[Any]:
        entropy = simulated_world(seed).entropy
        return [
            entropy.token_bytes(8),
            entropy.uuid(),
            entropy.token_hex(8),
            entropy.token_urlsafe(8),
            entropy.uniform(2, 3),
        ]

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


@pytest.mark.parametrize("world", [live_world(), simulated_world(1)], ids=["live", "simulated"])
def test_entropy_has_the_forms_it_promises(world: World) -> None:
    assert UUID4.fullmatch(world.entropy.uuid())
    assert len(world.entropy.token_bytes(32)) == 32
    assert re.fullmatch(r"[0-9a-f]{64}", world.entropy.token_hex(32))
    assert re.fullmatch(r"[0-9A-Za-z_-]{43}", world.entropy.token_urlsafe(32))
    assert 2 <= world.entropy.uniform(2, 3) <= 3
    assert world.entropy.uuid() != world.entropy.uuid()


def test_virtual_date_moves_with_the_virtual_clock(run: Run) -> None:
    async def main() -> None:
        wall = simulated_world(1, epoch=1000.0).wall
        start = wall.now()
        await trio.sleep(60)

        assert start == 1000.0
        assert wall.now() == 1060.0

    run(main)


def test_simulated_blocking_runs_inline_and_live_blocking_in_a_thread(run_live: Run) -> None:
    async def main() -> None:
        here = threading.get_ident()

        assert await simulated_world(1).blocking.run(threading.get_ident) == here
        assert await live_world().blocking.run(threading.get_ident) != here

    run_live(main)


def test_blocking_passes_results_and_errors_through(run_live: Run) -> None:
    async def main() -> None:
        for world in (simulated_world(1), live_world()):
            assert await world.blocking.run(divmod, 7, 2) == (3, 1)
            with pytest.raises(ZeroDivisionError):
                await world.blocking.run(divmod, 7, 0)

    run_live(main)


def test_both_sides_of_a_tcp_connection_send_without_delay(run_live: Run) -> None:
    async def main() -> None:
        for stream in await connected(live_world()):
            assert stream.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            await stream.aclose()

    run_live(main)


def test_refused_connection_says_so(run_live: Run) -> None:
    async def main() -> None:
        world = live_world()
        (listener,) = await world.network.listen("127.0.0.1", 0)
        port = listening_port(listener)
        await listener.aclose()
        with pytest.raises(TransportError, match=f"127.0.0.1:{port}: connection refused"):
            await world.network.connect("127.0.0.1", port)

    run_live(main)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "x" * 64 + ".invalid"])
def test_name_that_does_not_resolve_is_a_transport_error(run_live: Run, host: str) -> None:
    async def main() -> None:
        with pytest.raises(TransportError, match="cannot connect to"):
            await live_world().network.connect(host, 80)

    run_live(main)


def test_address_in_use_is_a_transport_error(run_live: Run) -> None:
    async def main() -> None:
        world = live_world()
        (listener,) = await world.network.listen("127.0.0.1", 0)
        with pytest.raises(TransportError, match="cannot listen"):
            await world.network.listen("127.0.0.1", listening_port(listener))
        await listener.aclose()

    run_live(main)


@pytest.mark.parametrize("live", [True, False], ids=["live", "simulated"])
def test_abort_breaks_the_peer_of_either_network(run_live: Run, live: bool) -> None:
    async def main() -> None:
        near, far = await connected(live_world() if live else simulated_world(1))
        assert remote_name(near).startswith(("127.0.0.1:", "localhost:"))
        abort_stream(near)
        with pytest.raises(trio.BrokenResourceError):
            await far.receive_some()
        with pytest.raises(trio.ClosedResourceError):
            await near.receive_some()
        await far.aclose()

    run_live(main)


def test_stream_that_cannot_be_aborted_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="cannot be closed without waiting"):
        abort_stream(object())


@pytest.mark.parametrize("live", [True, False], ids=["live", "simulated"])
def test_tls_agrees_on_a_protocol(
    run_live: Run, live: bool, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async def main() -> None:
        world = live_world() if live else simulated_world(1)
        server_tls.set_alpn_protocols(["h2", "http/1.1"])
        (listener,) = await world.network.listen("127.0.0.1", 0)
        chosen = []

        async def serve() -> None:
            secure = trio.SSLStream(await listener.accept(), server_tls, server_side=True, https_compatible=True)
            await secure.send_all(b"hello")
            await secure.aclose()

        for alpn in (["http/1.1"], ["h2"]):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(serve)
                stream: Any = await world.network.connect(
                    "127.0.0.1", listening_port(listener), tls=client_tls, server_hostname="localhost", alpn=alpn
                )
                chosen.append(stream.selected_alpn_protocol())
                assert await stream.receive_some() == b"hello"
                await stream.aclose()
        await listener.aclose()

        assert chosen == ["http/1.1", "h2"]

    run_live(main)


def test_untrusted_certificate_says_so_and_closes_the_connection(run: Run, server_tls: ssl.SSLContext) -> None:
    async def main() -> None:
        world = simulated_world(1)
        (listener,) = await world.network.listen("server", 443)

        async def serve() -> None:
            inner = await listener.accept()
            secure = trio.SSLStream(inner, server_tls, server_side=True, https_compatible=True)
            with pytest.raises(trio.BrokenResourceError):
                await secure.do_handshake()
                await secure.receive_some()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(serve)
            with pytest.raises(TransportError, match="the certificate is not trusted"):
                await world.network.connect("server", 443, tls=ssl.create_default_context())

    run(main)


def test_tls_to_a_server_that_hangs_up_says_so(run: Run, client_tls: ssl.SSLContext) -> None:
    async def main() -> None:
        world = simulated_world(1)
        (listener,) = await world.network.listen("server", 443)

        async def serve() -> None:
            abort_stream(await listener.accept())

        async with trio.open_nursery() as nursery:
            nursery.start_soon(serve)
            with pytest.raises(TransportError, match="TLS with server failed"):
                await world.network.connect("server", 443, tls=client_tls)

    run(main)
