"""The queue of one socket."""

from __future__ import annotations

import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from breeze_agent.outbox import MOST, Outbox


def test_what_is_said_leaves_before_output() -> None:
    async def main() -> None:
        outbox = Outbox()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(outbox.deliver, b"output")
            await wait_all_tasks_blocked()
            outbox.post("result")
            assert await outbox.take() == ["result", b"output"]
            outbox.written()

    trio.run(main)


def test_output_waits_until_it_has_left() -> None:
    async def main() -> None:
        outbox = Outbox()
        with trio.move_on_after(1) as patience:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(outbox.deliver, b"output")
                await outbox.take()
        assert patience.cancelled_caught

    trio.run(main, clock=MockClock(autojump_threshold=0))


def test_output_that_is_cancelled_before_it_is_taken_never_leaves() -> None:
    async def main() -> None:
        outbox = Outbox()
        with trio.move_on_after(1):
            await outbox.deliver(b"output")
        outbox.post("result")
        assert await outbox.take() == ["result"]

    trio.run(main, clock=MockClock(autojump_threshold=0))


def test_room_comes_back_when_the_queue_is_taken() -> None:
    async def main() -> None:
        outbox = Outbox()
        for _ in range(MOST + 1):
            outbox.post("result")
        with trio.move_on_after(1) as full:
            await outbox.wait_room()
        assert full.cancelled_caught
        with trio.fail_after(1):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(outbox.wait_room)
                await wait_all_tasks_blocked()
                await outbox.take()

    trio.run(main, clock=MockClock(autojump_threshold=0))
