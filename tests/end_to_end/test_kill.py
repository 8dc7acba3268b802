"""SIGKILL of the agent or the server: afterwards no session lives, no shell lives, the trail has no gap."""

import os
import signal
from collections.abc import Awaitable, Callable

import pytest
import trio
from sqlalchemy import Connection, select

from breeze_lab.demo import server_running
from breeze_protocol.errors import TransportError
from breeze_protocol.session.messages import SessionCreate
from breeze_protocol.terminal.engine import ViewerTerminal
from breeze_server.audit import verify
from breeze_server.database import open_database
from breeze_server.schema import audit
from breeze_transport.websocket import PeerClosed, WebSocket
from breeze_transport.ws_client import connect_websocket

from .conftest import System

WHOLE_LIFE = ["session_initiated", "session_acknowledged", "session_connected", "session_ended"]
Run = Callable[[Callable[[System], Awaitable[None]]], None]


async def open_terminal(system: System, task_status: trio.TaskStatus[tuple[str, int]]) -> list[PeerClosed]:
    """Open a terminal, report the session and the shell's pid, and read until the socket ends."""
    device = system.account["device_id"]
    session = await system.api.call("session_create", body=SessionCreate(device, "terminal"))
    ticket = await system.api.call("session_ticket", {"id": session.id})
    url = f"{system.account['url']}/api/v1/remote/sessions/{session.id}/ws?ticket={ticket.ticket}"
    ended = []
    try:
        async with connect_websocket(url.replace("http", "ws", 1), network=system.world.network) as socket:
            pid = await shell_pid(socket)
            task_status.started((session.id, pid))
            while True:
                await socket.receive()
    except PeerClosed as closed:
        ended.append(closed)
    return ended


async def shell_pid(socket: WebSocket) -> int:
    viewer = ViewerTerminal()
    seen = b""
    with trio.fail_after(30):
        while b"pid=<" not in seen or b">" not in seen.partition(b"pid=<")[2]:
            for effect in viewer.receive(await socket.receive(), 0.0):
                if effect.name == "announce_connected":
                    await socket.send('{"type":"data","data":"echo pid=\\"<\\"$$\\">\\"\\r"}')
                if effect.name == "write_output":
                    assert isinstance(effect.body, bytes)
                    seen += effect.body
    return int(seen.partition(b"pid=<")[2].partition(b">")[0])


async def end_of(process: int) -> None:
    """Wait until the process behind a pidfd has ended."""
    with trio.fail_after(30):
        await trio.lowlevel.wait_readable(process)
    os.close(process)


async def trail(system: System, session_id: str) -> list[str]:
    """What the audit says of a session, in order, once the chain of its organisation is verified."""
    async with open_database(f"sqlite:///{system.folder}/server/breeze.db", world=system.world) as database:
        return await database.read(_trail, system.account["org_id"], session_id)


def _trail(connection: Connection, org_id: str, session_id: str) -> list[str]:
    assert verify(connection, org_id) is None
    rows = connection.execute(select(audit.c.action).where(audit.c.session == session_id).order_by(audit.c.number))
    return list(rows.scalars())


@pytest.mark.clause("SESS-017", "SESS-023", "TERM-014", "TERM-047")
def test_killed_agent_fails_the_session_tells_the_viewer_and_leaves_no_shell(run_system: Run) -> None:
    async def body(system: System) -> None:
        agent = await system.start_agent()
        async with trio.open_nursery() as nursery:
            session_id, pid = await nursery.start(keep_result, open_terminal, system)
            process = os.pidfd_open(pid)
            agent.process.send_signal(signal.SIGKILL)
        closed = RESULTS.pop()

        assert (closed.code, closed.reason) == (4002, "Agent offline")
        session = await system.session(session_id)
        assert session.status == "failed"
        assert session.duration_seconds is not None
        await end_of(process)
        assert await trail(system, session_id) == WHOLE_LIFE

    run_system(body)


@pytest.mark.clause("SESS-023", "TERM-047")
def test_killed_server_leaves_no_session_live_after_its_restart_and_no_shell(run_system: Run) -> None:
    async def body(system: System) -> None:
        await system.start_agent()
        async with trio.open_nursery() as nursery:
            session_id, pid = await nursery.start(keep_result, open_terminal, system)
            process = os.pidfd_open(pid)
            system.server.process.send_signal(signal.SIGKILL)
        closed = RESULTS.pop()
        assert not closed.clean
        await end_of(process)

        address = system.account["url"].removeprefix("http://")
        async with server_running(system.folder / "server", address):
            session = await system.session(session_id)
            assert session.status == "failed"
            assert session.ended_at is not None
            assert session.duration_seconds is not None
            assert await trail(system, session_id) == WHOLE_LIFE

    run_system(body)


RESULTS: list[PeerClosed] = []


async def keep_result(
    body: Callable[..., Awaitable[list[PeerClosed]]], system: System, task_status: trio.TaskStatus[tuple[str, int]]
) -> None:
    try:
        RESULTS.extend(await body(system, task_status))
    except TransportError as error:
        raise AssertionError(f"the terminal did not open: {error}") from error
