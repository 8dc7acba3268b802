"""The network in memory behaves as TCP does, on virtual time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trio
from trio.testing import check_half_closeable_stream, wait_all_tasks_blocked

from breeze_protocol.errors import TransportError
from breeze_transport.memory import MemoryNetwork
from breeze_transport.sockets import listening_port, looks_readable, remote_name

Run = Callable[..., Any]


async def pair(network: MemoryNetwork | None = None) -> tuple[Any, Any]:
    network = network or MemoryNetwork()
    (listener,) = await network.listen("server", 80)
    near = await network.at("client").connect("server", 80)
    far = await listener.accept()
    await listener.aclose()
    return near, far


def test_streams_keep_trio_s_contract(run: Run) -> None:
    async def clogged() -> tuple[Any, Any]:
        near, far = await pair()
        for stream in (near, far):
            with trio.move_on_after(1):
                while True:
                    await stream.send_all(b"x" * 1000)
        return near, far

    run(check_half_closeable_stream, pair, clogged)


def test_connection_where_nobody_listens_is_refused(run: Run) -> None:
    async def main() -> None:
        with pytest.raises(TransportError, match="refused"):
            await MemoryNetwork().connect("server", 80)

    run(main)


def test_port_zero_gives_ports_of_their_own(run: Run) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        (first,), (second,) = await network.listen("server", 0), await network.listen("server", 0)

        assert listening_port(first) != listening_port(second)
        assert (await network.connect("server", listening_port(second))) is not None

    run(main)


def test_port_that_is_taken_is_refused_until_it_is_closed(run: Run) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        (listener,) = await network.listen("server", 80)
        with pytest.raises(TransportError, match="in use"):
            await network.listen("server", 80)
        await listener.aclose()

        assert await network.listen("server", 80)

    run(main)


def test_closing_a_listener_resets_connections_it_never_accepted(run: Run) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        (listener,) = await network.listen("server", 80)
        near = await network.connect("server", 80)
        await listener.aclose()
        with pytest.raises(trio.BrokenResourceError):
            await near.receive_some()
        with pytest.raises(trio.ClosedResourceError):
            await listener.accept()

    run(main)


def test_local_names_mean_the_host_itself(run: Run) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        await network.at("a").listen("127.0.0.1", 80)
        assert await network.at("a").connect("localhost", 80)
        assert await network.at("b").connect("a", 80)
        with pytest.raises(TransportError):
            await network.at("b").connect("localhost", 80)

    run(main)


def test_ends_know_each_other_by_host_and_port(run: Run) -> None:
    async def main() -> None:
        near, far = await pair()

        assert remote_name(near) == "server:80"
        assert remote_name(far) == "client:" + str(near.socket.getsockname()[1])

    run(main)


def test_full_pipe_holds_its_writer_at_the_capacity(run: Run) -> None:
    async def main() -> None:
        near, far = await pair(MemoryNetwork(capacity=10))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(near.send_all, b"0123456789abcdef")
            await wait_all_tasks_blocked()

            assert await far.receive_some() == b"0123456789"
            await wait_all_tasks_blocked()
            assert await far.receive_some() == b"abcdef"

    run(main)


def test_end_arrives_after_the_bytes_before_it(run: Run) -> None:
    async def main() -> None:
        near, far = await pair()
        await near.send_all(b"last words")
        await near.send_eof()

        assert await far.receive_some(4) == b"last"
        assert await far.receive_some() == b" words"
        assert await far.receive_some() == b""
        await far.send_all(b"still open this way")
        assert await near.receive_some() == b"still open this way"

    run(main)


def test_abort_reaches_the_peer_as_a_reset(run: Run) -> None:
    async def main() -> None:
        near, far = await pair()
        near.abort()
        with pytest.raises(trio.ClosedResourceError):
            await near.send_all(b"x")
        with pytest.raises(trio.BrokenResourceError):
            await far.receive_some()
        with pytest.raises(trio.BrokenResourceError):
            await far.send_all(b"x")

    run(main)


def test_abort_wakes_the_tasks_blocked_in_the_stream(run: Run) -> None:
    async def main() -> None:
        near, _far = await pair(MemoryNetwork(capacity=1))
        woken = []

        async def blocked(call: Any, *args: Any) -> None:
            with pytest.raises(trio.ClosedResourceError):
                await call(*args)
            woken.append(call)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(blocked, near.receive_some)
            nursery.start_soon(blocked, near.send_all, b"xx")
            await wait_all_tasks_blocked()
            near.abort()

        assert len(woken) == 2

    run(main)


def test_closing_with_unread_bytes_resets_as_tcp_does(run: Run) -> None:
    async def main() -> None:
        near, far = await pair()
        await near.send_all(b"never read")
        await far.aclose()
        with pytest.raises(trio.BrokenResourceError):
            await near.receive_some()

    run(main)


def test_latency_delays_bytes_and_connections(run: Run) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        network.set_latency("client", "server", 0.25)
        near, far = await pair(network)
        assert trio.current_time() == pytest.approx(0.5)
        await near.send_all(b"x")
        assert trio.current_time() == pytest.approx(0.5)

        assert await far.receive_some() == b"x"
        assert trio.current_time() == pytest.approx(0.75)
        await near.aclose()
        assert await far.receive_some() == b""
        assert trio.current_time() == pytest.approx(1.0)

    run(main)


def test_partition_holds_bytes_and_heal_delivers_them_in_order(run: Run) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        near, far = await pair(network)
        network.partition("server", "client")
        await near.send_all(b"one ")
        await near.send_all(b"two")
        with trio.move_on_after(60) as scope:
            await far.receive_some()
        assert scope.cancelled_caught
        async with trio.open_nursery() as nursery:

            async def receive() -> None:
                assert await far.receive_some() == b"one two"

            nursery.start_soon(receive)
            await wait_all_tasks_blocked()
            network.heal("client", "server")

    run(main)


def test_partition_hides_that_the_peer_died(run: Run) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        near, far = await pair(network)
        network.partition("client", "server")
        far.abort()
        await near.send_all(b"into the void")
        assert not looks_readable(near)
        network.heal()
        assert looks_readable(near)
        with pytest.raises(trio.BrokenResourceError):
            await near.receive_some()

    run(main)


def test_connection_attempt_waits_behind_a_partition(run: Run) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        await network.listen("server", 80)
        network.partition("client", "server")
        with trio.move_on_after(60) as scope:
            await network.at("client").connect("server", 80)
        assert scope.cancelled_caught
        async with trio.open_nursery() as nursery:
            nursery.start_soon(network.at("client").connect, "server", 80)
            await wait_all_tasks_blocked()
            network.heal("client", "server")

    run(main)


def test_killed_host_breaks_both_ends_of_its_streams_and_no_others(run: Run) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        near, far = await pair(network)
        (listener,) = await network.listen("other", 80)
        bystander = await network.at("client").connect("other", 80)
        other = await listener.accept()
        network.kill("server")
        for stream in (near, far):
            with pytest.raises(trio.BrokenResourceError):
                await stream.receive_some()
            with pytest.raises(trio.BrokenResourceError):
                await stream.send_all(b"x")
        await bystander.send_all(b"alive")
        assert await other.receive_some() == b"alive"

    run(main)


def test_killed_host_stops_listening_where_asked(run: Run) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        await network.listen("server", 80)
        network.kill("server", listeners=True)
        with pytest.raises(TransportError, match="refused"):
            await network.connect("server", 80)

    run(main)
