"""Every way a WebSocket ends, for both clients against the server, on virtual time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from breeze_transport.memory import MemoryNetwork
from breeze_transport.websocket import PeerClosed, WebSocket
from breeze_transport.ws_client import connect_websocket

Run = Callable[..., Any]
BOTH = pytest.mark.parametrize("client", ["trio-websocket", "websockets"])


@BOTH
def test_close_tells_the_peer_code_and_reason(run: Run, client: str, connected: Any) -> None:
    async def main() -> None:
        for closer in (0, 1):
            async with connected(client) as both:
                near, far = both[closer], both[1 - closer]
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(near.close, 4001, "shutting down")
                    with pytest.raises(PeerClosed) as caught:
                        await far.receive()
                assert (caught.value.code, caught.value.reason, caught.value.clean) == (4001, "shutting down", True)
                assert near.closed is not None
                assert near.closed.clean
                assert trio.current_time() == 0

    run(main)


@BOTH
def test_closing_twice_and_from_both_ends_at_once_is_fine(run: Run, client: str, connected: Any) -> None:
    async def main() -> None:
        async with connected(client) as (ws, peer, _):
            async with trio.open_nursery() as nursery:
                for end in (ws, peer, ws, peer):
                    nursery.start_soon(end.close)
            await ws.close()
            assert ws.closed is not None
            assert peer.closed is not None
            with pytest.raises(PeerClosed):
                await ws.send("late")
            with pytest.raises(PeerClosed):
                await peer.receive()

    run(main)


@BOTH
@pytest.mark.parametrize("closer", [0, 1], ids=["client", "server"])
def test_close_while_tasks_receive_and_are_stuck_in_send_is_bounded(
    run: Run, client: str, closer: int, connected: Any
) -> None:
    async def main() -> None:
        async with connected(client, MemoryNetwork(capacity=500)) as both:
            near = both[closer]
            woken: list[str] = []

            async def call(name: str, function: Any, *args: Any) -> None:
                with pytest.raises(PeerClosed):
                    await function(*args)
                woken.append(name)

            async with trio.open_nursery() as nursery:
                nursery.start_soon(call, "receive", near.receive)
                for _ in range(2):
                    # More than a peer reads ahead.
                    nursery.start_soon(call, "send", near.send_many, [b"x" * 900] * 100)
                await wait_all_tasks_blocked()
                await near.close()
                assert trio.current_time() == pytest.approx(2.0)

            assert sorted(woken) == ["receive", "send", "send"]
            assert near.closed is not None
            assert near.closed.code == 1006
            assert not near.closed.clean

    run(main)


@BOTH
@pytest.mark.parametrize("closer", [0, 1], ids=["client", "server"])
def test_close_behind_a_partition_is_bounded(run: Run, client: str, closer: int, connected: Any) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        async with connected(client, network) as both:
            network.partition("localhost", "localhost")
            await both[closer].close()
            assert trio.current_time() == pytest.approx(2.0)

    run(main)


@BOTH
@pytest.mark.parametrize("closer", [0, 1], ids=["client", "server"])
def test_cancelled_close_leaves_no_socket_open(run: Run, client: str, closer: int, connected: Any) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        async with connected(client, network) as both:
            network.partition("localhost", "localhost")
            with trio.move_on_after(0.5):
                await both[closer].close()
            assert trio.current_time() == pytest.approx(0.5)
            with pytest.raises(PeerClosed):
                await both[closer].receive()
            network.heal()
            with pytest.raises(PeerClosed) as caught:
                await both[1 - closer].receive()
            assert caught.value.code in (1000, 1006)

    run(main)


@BOTH
def test_lost_connection_is_1006_at_both_ends(run: Run, client: str, connected: Any) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        async with connected(client, network) as (ws, peer, _):
            async with trio.open_nursery() as nursery:

                async def expect(end: WebSocket) -> None:
                    with pytest.raises(PeerClosed) as caught:
                        await end.receive()
                    assert (caught.value.code, caught.value.clean) == (1006, False)

                nursery.start_soon(expect, ws)
                nursery.start_soon(expect, peer)
                await wait_all_tasks_blocked()
                network.kill("localhost")
            with pytest.raises(PeerClosed):
                await ws.send("late")
            with pytest.raises(PeerClosed):
                await peer.send("late")

    run(main)


@BOTH
def test_messages_before_the_end_are_received_before_it(run: Run, client: str, connected: Any, drain: Any) -> None:
    async def main() -> None:
        async with connected(client) as (ws, peer, _), trio.open_nursery() as nursery:

            async def say() -> None:
                await peer.send_many(["one", "two"])
                await peer.close(1001)

            nursery.start_soon(say)
            await trio.sleep(0.1)
            assert [await ws.receive(), await ws.receive()] == ["one", "two"]
            assert (await drain(ws)).code == 1001

    run(main)


@BOTH
def test_abort_is_immediate_and_wakes_a_receiver(run: Run, client: str, connected: Any, drain: Any) -> None:
    async def main() -> None:
        for which in (0, 1):
            async with connected(client) as both:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(drain, both[which])
                    await wait_all_tasks_blocked()
                    both[which].abort()
                    both[which].abort()
                assert (await drain(both[1 - which])).code == 1006
                assert trio.current_time() == 0

    run(main)


@BOTH
def test_receive_may_be_cancelled_and_called_again(run: Run, client: str, connected: Any) -> None:
    async def main() -> None:
        async with connected(client) as (ws, peer, _):
            for near, far in ((ws, peer), (peer, ws)):
                for _ in range(3):
                    with trio.move_on_after(1):
                        await near.receive()
                await far.send("still here")
                assert await near.receive() == "still here"

    run(main)


@BOTH
def test_second_receiver_is_told_that_there_is_one(run: Run, client: str, connected: Any) -> None:
    async def main() -> None:
        async with connected(client) as (ws, peer, _):
            for end in (ws, peer):
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(end.receive)
                    await wait_all_tasks_blocked()
                    with pytest.raises(trio.BusyResourceError):
                        await end.receive()
                    nursery.cancel_scope.cancel()

    run(main)


@BOTH
def test_cancelled_send_breaks_the_connection_rather_than_the_framing(
    run: Run, client: str, connected: Any, drain: Any
) -> None:
    async def main() -> None:
        for which in (0, 1):
            async with connected(client, MemoryNetwork(capacity=500)) as both:
                with trio.move_on_after(1):
                    await both[which].send_many([b"x" * 900] * 100)
                assert both[which].closed is not None
                assert (await drain(both[1 - which])).code == 1006

    run(main)


@BOTH
@pytest.mark.parametrize("code", [999, 1004, 1005, 1006, 1015, 2999, 5000])
def test_close_code_that_may_not_be_sent_is_a_value_error(run: Run, client: str, code: int, connected: Any) -> None:
    async def main() -> None:
        async with connected(client) as (ws, peer, _):
            for end in (ws, peer):
                with pytest.raises(ValueError, match="close code"):
                    await end.close(code)
                assert end.closed is None

    run(main)


@BOTH
def test_long_close_reason_is_cut_between_characters(run: Run, client: str, connected: Any, drain: Any) -> None:
    async def main() -> None:
        async with connected(client) as (ws, peer, _), trio.open_nursery() as nursery:
            nursery.start_soon(ws.close, 1000, "é" * 100)
            assert (await drain(peer)).reason == "é" * 61

    run(main)


@BOTH
def test_error_in_the_block_comes_out_as_itself_and_closes_with_1011(
    run: Run, client: str, drain: Any, serve_one: Any
) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        server = serve_one(network)
        ends: list[PeerClosed] = []
        async with trio.open_nursery() as nursery:
            url = await nursery.start(server.run)
            with pytest.raises(KeyError, match="mine"):
                async with connect_websocket(url, network=network, implementation=client):
                    await server.accepted.wait()

                    async def receive() -> None:
                        ends.append(await drain(server.ws))

                    nursery.start_soon(receive)
                    raise KeyError("mine")
        assert ends[0].code == 1011

    run(main)


@BOTH
def test_cancelled_block_ends_at_once(run: Run, client: str, drain: Any, serve_one: Any) -> None:
    async def main() -> None:
        network = MemoryNetwork(capacity=500)
        server = serve_one(network)
        async with trio.open_nursery() as nursery:
            url = await nursery.start(server.run)
            with trio.move_on_after(1):
                async with connect_websocket(url, network=network, implementation=client) as ws:
                    await ws.send(b"x" * 10_000)
            assert trio.current_time() == pytest.approx(1.0)
            await server.accepted.wait()
            assert (await drain(server.ws)).code in (1006, 1009)

    run(main)


@BOTH
def test_close_beside_a_receiver_is_finished_by_it(run: Run, client: str, connected: Any, drain: Any) -> None:
    async def main() -> None:
        for closer in (0, 1):
            async with connected(client) as both, trio.open_nursery() as nursery:
                near, far = both[closer], both[1 - closer]
                nursery.start_soon(drain, near)
                nursery.start_soon(drain, far)
                await wait_all_tasks_blocked()
                await near.close(4000)

                assert near.closed.clean
                assert trio.current_time() == 0

    run(main)


@BOTH
def test_close_goes_on_where_the_receiver_is_cancelled(run: Run, client: str, connected: Any, drain: Any) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        network.set_latency("localhost", "localhost", 0.5)
        for closer in (0, 1):
            async with connected(client, network) as both, trio.open_nursery() as nursery:
                near, far = both[closer], both[1 - closer]
                receiving = await nursery.start(cancellable, near)
                nursery.start_soon(drain, far)
                nursery.start_soon(near.close)
                await trio.sleep(0.1)
                receiving.cancel()
                await near.close()

                assert near.closed.clean

    async def cancellable(ws: WebSocket, task_status: trio.TaskStatus[trio.CancelScope]) -> None:
        with trio.CancelScope() as scope:
            task_status.started(scope)
            with pytest.raises(PeerClosed):
                await ws.receive()

    run(main)
