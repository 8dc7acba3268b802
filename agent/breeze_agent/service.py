"""The agent at work: one nursery with the link, the heartbeat and a task for each terminal."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from typing import Final

import trio

from breeze_agent import AGENT_VERSION
from breeze_agent.commands import Commands
from breeze_agent.config import Identity
from breeze_agent.heartbeat import HeartbeatSender
from breeze_agent.link import Link
from breeze_agent.orphans import Orphans
from breeze_agent.pty import open_pty
from breeze_agent.terminal import Spawn
from breeze_transport.http import HttpClient
from breeze_transport.seams import World

_LOGGER: Final = logging.getLogger("breeze.agent")


async def serve(
    identity: Identity,
    token: str,
    world: World,
    *,
    stop: trio.Event,
    spawn: Spawn = open_pty,
    orphans: Orphans | None = None,
    connected: Callable[[frozenset[str]], None] = lambda capabilities: None,
) -> None:
    """Be an agent until `stop` is set; then end every terminal, take leave of the server and return.

    What an earlier agent left running is ended first. `connected` is called at each greeting of the server. A server
    that is away or refuses is tried again for ever.
    """
    if orphans is not None:
        ended = await orphans.end()
        if ended:
            _LOGGER.warning("ended %d terminals that an earlier agent left behind", ended)
    user_agent = f"breeze-agent/{AGENT_VERSION}"
    async with (
        HttpClient(world.network, identity.server_url, user_agent=user_agent) as http,
        trio.open_nursery() as nursery,
    ):
        commands = Commands(nursery, spawn, orphans)
        link = Link(identity, lambda: token, world, commands, connected)
        heartbeat = HeartbeatSender(identity, lambda: token, world, http, commands, nursery)
        nursery.start_soon(link.run)
        nursery.start_soon(heartbeat.run)
        await stop.wait()
        await link.stop()
        nursery.cancel_scope.cancel()


async def stop_on_signal(stop: trio.Event, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
    """Set `stop` at the first SIGINT, SIGTERM or SIGHUP; the next ones change nothing."""
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM, signal.SIGHUP) as signals:
        task_status.started()
        async for _ in signals:
            stop.set()
