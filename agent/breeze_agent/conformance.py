"""The agent as a target of the conformance kit: a line of JSON in, a line out, then an agent like any other."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import trio

from breeze_agent import AGENT_VERSION
from breeze_agent.config import TERMINALS_DIRECTORY, locked, prepare, save, server_root
from breeze_agent.enroll import enroll
from breeze_agent.orphans import Orphans
from breeze_agent.service import serve, stop_on_signal
from breeze_protocol.errors import BreezeError, RemoteProtocolError
from breeze_protocol.link.engine import AGENT_HAS
from breeze_protocol.version import CAPABILITY_BASE64, CAPABILITY_HELLO, WIRE_VERSION
from breeze_protocol.wire import decode
from breeze_transport.seams import World

ROLE: Final = "agent"
_LINE_LIMIT = 65536


class _Asked(msgspec.Struct, rename="camel"):
    role: str
    server: str
    enrollment_key: str
    revision: str = ""
    enrollment_secret: str | None = None
    data_dir: str | None = None


class _Told(msgspec.Struct, rename="camel"):
    name: str
    version: str
    role: str
    revision: str
    capabilities: list[str]


async def run(world: World) -> None:
    """Read what is asked on stdin, enrol, answer on stdout, and serve until stdin closes or a signal comes.

    Raises BreezeError where what is asked cannot be done.
    """
    asked = _asked(await world.blocking.run(sys.stdin.buffer.readline, _LINE_LIMIT))
    stop = trio.Event()
    with _directory(asked.data_dir) as directory, locked(directory):
        identity, token = await enroll(
            world, server_root(asked.server), asked.enrollment_key, secret=asked.enrollment_secret
        )
        save(directory, identity, token)
        async with trio.open_nursery() as nursery:
            await nursery.start(stop_on_signal, stop)
            nursery.start_soon(_stop_at_end_of_input, world, stop)
            told = _Told(
                "breeze-agent",
                AGENT_VERSION,
                ROLE,
                WIRE_VERSION,
                ["terminal", *AGENT_HAS, CAPABILITY_BASE64, CAPABILITY_HELLO],
            )
            print(msgspec.json.encode(told).decode(), flush=True)
            await serve(identity, token, world, stop=stop, orphans=Orphans(directory / TERMINALS_DIRECTORY))
            nursery.cancel_scope.cancel()


def _asked(line: bytes) -> _Asked:
    try:
        asked: _Asked = decode(_Asked, line, limit=_LINE_LIMIT)
    except RemoteProtocolError as error:
        raise BreezeError(f"the first line of stdin has to be the target's JSON: {error}") from None
    if asked.role != ROLE:
        raise BreezeError(f"this is an {ROLE}, not a {asked.role}")
    return asked


async def _stop_at_end_of_input(world: World, stop: trio.Event) -> None:
    # A thread, because stdin may be anything; it is abandoned when a signal comes first.
    while await world.blocking.run(sys.stdin.buffer.readline, _LINE_LIMIT, cancellable=True):
        continue
    stop.set()


@contextlib.contextmanager
def _directory(given: str | None) -> Iterator[Path]:
    if given is not None:
        prepare(Path(given).absolute())
        yield Path(given).absolute()
        return
    with tempfile.TemporaryDirectory(prefix="breeze-agent-") as made:
        yield Path(made)
