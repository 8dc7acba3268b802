"""The target contract on stdin and stdout, for the kit's own agents."""

from __future__ import annotations

import signal
import sys

import msgspec
import trio

from breeze_conformance.target_launch import AgentMain, Declared, Offer


async def serve_contract(main: AgentMain) -> None:
    """Read the kit's line, run the agent, answer the line, and stop when stdin closes or SIGTERM comes."""
    stdin = trio.lowlevel.FdStream(sys.stdin.fileno())
    line = b""
    while b"\n" not in line:
        data = await stdin.receive_some(65536)
        if not data:
            return
        line += data
    offer = msgspec.json.decode(line, type=Offer)
    stopping = trio.Event()

    def announce(declared: Declared) -> None:
        sys.stdout.buffer.write(msgspec.json.encode(declared) + b"\n")
        sys.stdout.flush()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(_until_closed, stdin, stopping)
        nursery.start_soon(_until_signalled, stopping)
        await main(offer, stopping, announce)
        nursery.cancel_scope.cancel()


async def _until_closed(stdin: trio.abc.ReceiveStream, stopping: trio.Event) -> None:
    while await stdin.receive_some(65536):
        pass
    stopping.set()


async def _until_signalled(stopping: trio.Event) -> None:
    with trio.open_signal_receiver(signal.SIGTERM) as signals:
        async for _ in signals:
            stopping.set()
