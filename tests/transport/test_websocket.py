"""Both WebSocket clients against the server, on virtual time: messages, limits and pings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from breeze_transport.memory import MemoryNetwork
from breeze_transport.seams import live_world
from breeze_transport.websocket import MAX_FRAGMENTS, MessageTooBig, PeerClosed, WebSocket

Run = Callable[..., Any]
LIMIT = 1000
BOTH = pytest.mark.parametrize("client", ["trio-websocket", "websockets"])


@BOTH
def test_messages_arrive_whole_and_in_order_both_ways(run: Run, client: str, connected: Any) -> None:
    messages: list[str | bytes] = ["", b"", "text ☃", b"\x00\xff", "a" * 125, b"b" * 126, "c" * LIMIT, b"d" * LIMIT]

    async def main() -> None:
        async with connected(client) as (ws, peer, server):
            for near, far in ((ws, peer), (peer, ws)):
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(near.send_many, messages)
                    received = [await far.receive() for _ in messages]
                assert received == messages
                assert [type(message) for message in received] == [type(message) for message in messages]
            assert server.head.path == "/path"
            assert server.head.header("x-client") == "yes"

    run(main)


@BOTH
@pytest.mark.parametrize("live", [True, False], ids=["live", "memory"])
def test_echo_works_over_either_network(run_live: Run, client: str, live: bool, connected: Any, drain: Any) -> None:
    async def main() -> None:
        network = live_world().network if live else MemoryNetwork()
        async with connected(client, network) as (ws, peer, _):
            await ws.send("hello")
            await peer.send_many(await peer.receive_many())
            assert await ws.receive() == "hello"
            assert peer.remote.startswith(("127.0.0.1:", "localhost:"))
            async with trio.open_nursery() as nursery:
                nursery.start_soon(drain, peer)
                await ws.close()
        assert ws.closed is not None
        assert ws.closed.clean

    run_live(main)


def test_everything_that_arrived_comes_in_one_batch(run: Run, connected: Any) -> None:
    async def main() -> None:
        async with connected("websockets") as (ws, peer, _):
            await ws.send_many([f"{i}" for i in range(500)])

            assert await peer.receive_many() == [f"{i}" for i in range(500)]

    run(main)


@BOTH
@pytest.mark.parametrize("message", [b"x" * (LIMIT + 1), "x" * (LIMIT + 1), "é" * (LIMIT // 2 + 1)])
def test_server_closes_with_1009_on_a_message_over_the_limit(
    run: Run, client: str, message: Any, connected: Any, drain: Any
) -> None:
    async def main() -> None:
        async with connected(client) as (ws, peer, _):
            await ws.send("before")
            await ws.send(message)
            assert await peer.receive() == "before"
            async with trio.open_nursery() as nursery:
                ends: list[PeerClosed] = []

                async def receive() -> None:
                    ends.append(await drain(ws))

                nursery.start_soon(receive)
                with pytest.raises(MessageTooBig):
                    await peer.receive()
            assert ends[0].code == 1009

    run(main)


@BOTH
@pytest.mark.parametrize("message", [b"x" * (LIMIT + 1), "x" * (LIMIT + 1), "é" * (LIMIT // 2 + 1)])
def test_client_closes_with_1009_on_a_message_over_the_limit(
    run: Run, client: str, message: Any, connected: Any, drain: Any
) -> None:
    async def main() -> None:
        async with connected(client) as (ws, peer, _):
            await peer.send(message)
            async with trio.open_nursery() as nursery:
                ends: list[PeerClosed] = []

                async def receive() -> None:
                    ends.append(await drain(peer))

                nursery.start_soon(receive)
                with pytest.raises(MessageTooBig):
                    await ws.receive()
            assert ends[0].code == 1009
            assert isinstance(ws.closed, MessageTooBig)

    run(main)


@BOTH
def test_client_refuses_a_message_in_endless_empty_fragments(run: Run, client: str, connected: Any) -> None:
    async def main() -> None:
        async with connected(client) as (ws, _, server):
            await server.stream.send_all(b"\x02\x00" + b"\x00\x00" * (MAX_FRAGMENTS + 1))
            with pytest.raises(MessageTooBig):
                await ws.receive()

    run(main)


@BOTH
def test_fragments_with_a_ping_between_them_are_one_message(run: Run, client: str, connected: Any) -> None:
    async def main() -> None:
        async with connected(client) as (ws, peer, server):
            # As long as the limit allows, so that the ping may not count against it.
            parts = [b"\x02\x7e\x03\xe7" + b"a" * 999, b"\x89\x02hi", b"\x80\x01b"]
            for part in parts:
                await server.stream.send_all(part)

            assert await ws.receive() == b"a" * 999 + b"b"
            with trio.move_on_after(1):
                await peer.receive()
            assert peer.pongs == 1

    run(main)


@BOTH
def test_client_breaks_off_when_the_server_breaks_the_protocol(run: Run, client: str, connected: Any) -> None:
    for garbage in (b"\x83\x00", b"\xc1\x00", b"\x89\x7e\x00\x7e" + b"x" * 126, b"\x80\x00", b"\x81\x01\xff"):

        async def main(garbage: bytes = garbage) -> None:
            async with connected(client) as (ws, _, server):
                await server.stream.send_all(garbage)
                with pytest.raises(PeerClosed) as caught:
                    await ws.receive()
                assert not caught.value.clean

        run(main)


def test_server_breaks_off_when_a_client_does_not_mask(run: Run, connected: Any, drain: Any) -> None:
    async def main() -> None:
        async with connected("websockets") as (ws, peer, _):
            await ws._stream.send_all(b"\x81\x01x")  # type: ignore[attr-defined]
            async with trio.open_nursery() as nursery:
                nursery.start_soon(drain, ws)
                with pytest.raises(PeerClosed) as caught:
                    await peer.receive()
            assert caught.value.code == 1002

    run(main)


@BOTH
def test_ping_is_answered_while_the_peer_receives(run: Run, client: str, connected: Any) -> None:
    async def main() -> None:
        async with connected(client) as (ws, peer, _):
            for near, far in ((ws, peer), (peer, ws)):
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(far.receive)
                    nursery.start_soon(near.receive)
                    await trio.sleep(5)
                    await near.ping()
                    await wait_all_tasks_blocked()
                    assert near.pongs == 1
                    assert near.last_pong == trio.current_time()
                    nursery.cancel_scope.cancel()

    run(main)


@BOTH
def test_two_ends_that_flood_each_other_and_ping_do_not_lock_up(run: Run, client: str, connected: Any) -> None:
    async def main() -> None:
        async with connected(client, MemoryNetwork(capacity=2000)) as (ws, peer, _):

            async def flood(end: WebSocket) -> None:
                for _ in range(100):
                    await end.ping()
                    await end.send_many([b"x" * 900] * 5)

            async def consume(end: WebSocket) -> None:
                for _ in range(500):
                    await end.receive()

            async with trio.open_nursery() as nursery:
                for end in (ws, peer):
                    nursery.start_soon(flood, end)
                    nursery.start_soon(consume, end)

    run(main)


@BOTH
def test_flood_of_pings_that_nobody_reads_the_answers_of_is_bounded(run: Run, client: str, connected: Any) -> None:
    async def main() -> None:
        async with connected(client, MemoryNetwork(capacity=10_000)) as (_, peer, server):
            sent = 0
            with trio.move_on_after(600):
                async with trio.open_nursery() as nursery:
                    # The client's task reads all the time in one implementation; in the other nobody does.
                    nursery.start_soon(trio.sleep_forever)
                    while True:
                        await server.stream.send_all(b"\x89\x7d" + b"p" * 125)
                        sent += 127
            assert sent < 400_000
            peer.abort()

    run(main)


def test_server_stops_reading_when_its_pongs_find_no_taker(run: Run, connected: Any, drain: Any) -> None:
    async def main() -> None:
        async with connected("websockets", MemoryNetwork(capacity=10_000)) as (ws, peer, _):
            ping = b"\x89\xfd\x00\x00\x00\x00" + b"p" * 125
            sent = 0
            async with trio.open_nursery() as nursery:
                nursery.start_soon(drain, peer)
                with trio.move_on_after(600):
                    while True:
                        await ws._stream.send_all(ping)  # type: ignore[attr-defined]
                        sent += len(ping)
                nursery.cancel_scope.cancel()
            assert sent < 400_000

    run(main)


@BOTH
def test_ping_does_not_wait_for_a_peer_that_never_answers(run: Run, client: str, connected: Any) -> None:
    async def main() -> None:
        async with connected(client) as (ws, peer, _):
            for end in (ws, peer):
                for _ in range(50):
                    await end.ping()
                assert end.pongs == 0
            assert trio.current_time() == 0

    run(main)
