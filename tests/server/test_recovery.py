"""What a stop or a crash leaves behind: nothing that looks alive, and a chain that shows what happened."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import trio

from breeze_server import audit, schema


def test_live_sessions_are_failed_by_the_next_start(on_server: Any, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'kept.db'}"
    left: dict[str, Any] = {}

    async def crash(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        left["agent"], left["person"] = agent, person
        async with agent.online():
            left["session"] = await person.session(agent)
            async with person.viewing(left["session"]) as viewer:
                await house.run_terminal(agent, viewer)
                house.services.db.write = None  # from here on nothing is recorded
                house.abandon()

    async def after(house: Any) -> None:
        (row,) = await house.rows(schema.remote_sessions)
        assert (row["state"], row["error_message"]) == ("failed", "The server was restarted")
        assert row["duration_seconds"] is not None
        assert [each["status"] for each in await house.rows(schema.devices)] == ["offline"]
        assert house.ready.first_run is None
        last = (await house.rows(schema.audit))[-1]
        assert (last["action"], json.loads(last["details"])["event"]) == ("session_ended", "server_restarted")
        assert await house.services.db.read(audit.verify, last["org_id"]) is None
        agent, person = left["agent"], left["person"]
        agent.house = person.house = house
        async with agent.online():
            assert (await agent.expect("terminal_stop"))["payload"]["sessionId"] == left["session"]
            assert await person.status(left["session"]) == "failed"  # the token outlived the server

    on_server(crash, database=database)
    on_server(after, database=database)


def test_orderly_stop_tells_everybody(on_server: Any, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'kept.db'}"

    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online() as socket:
            session_id = await person.session(agent)
            async with person.viewing(session_id) as viewer:
                await house.run_terminal(agent, viewer)
                house.stop.set()
                with trio.fail_after(5):
                    assert "restarted" in (await house.heard(viewer))["message"]
                    assert await house.heard(viewer) == (4010, "Session ended")
                    await agent.expect("terminal_stop")
                    assert (await house.heard(socket))[0] == 1001

    async def after(house: Any) -> None:
        (row,) = await house.rows(schema.remote_sessions)
        assert (row["state"], row["error_message"]) == ("failed", "The server was restarted")
        assert (row["bytes_measured"], (await house.rows(schema.devices))[0]["status"]) == (0, "offline")

    on_server(body, database=database)
    on_server(after, database=database)


@pytest.mark.parametrize("tampering", ["UPDATE audit SET actor = '{}' WHERE number = 2", "DELETE FROM audit"])
def test_audit_log_refuses_changes(on_server: Any, tampering: str) -> None:
    async def body(house: Any) -> None:
        await house.person()
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            await house.services.db.write(lambda c: c.execute(sa.text(tampering)) and None)

    on_server(body)


@pytest.mark.parametrize(
    ("tampering", "number"),
    [
        ("UPDATE audit SET actor = '{}' WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 2", 3),
        ("UPDATE audit SET number = number + 100 WHERE number = 3", 4),
    ],
)
def test_broken_chain_shows_where(on_server: Any, tampering: str, number: int) -> None:
    async def body(house: Any) -> None:
        await house.person()
        (org,) = await house.rows(schema.orgs)
        assert await house.services.db.read(audit.verify, org["id"]) is None

        def tamper(connection: Any) -> None:
            connection.execute(sa.text("DROP TRIGGER audit_keeps_on_update"))
            connection.execute(sa.text("DROP TRIGGER audit_keeps_on_delete"))
            connection.execute(sa.text(tampering))

        await house.services.db.write(tamper)
        assert await house.services.db.read(audit.verify, org["id"]) == number

    on_server(body)


def start(data: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "breeze_transport.cli", "server", "--data", str(data), "--json"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = subprocess.PIPE
    return subprocess.Popen([*command, "--listen", "127.0.0.1:0", *more], stdout=pipe, stderr=pipe, env=environment)


def test_program_starts_private_and_stops_when_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with start(data, "--admin-email", "Boss@Example.com") as process:
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert set(line) == {"url", "dataDir", "firstRun"}
    assert set(line["firstRun"]) == {"email", "activationCode", "enrollmentKey", "orgId", "siteId"}
    assert line["firstRun"]["email"] == "boss@example.com"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in data.iterdir()} == {0o600}

    with start(data) as again:
        assert again.stdout is not None
        assert json.loads(again.stdout.readline())["firstRun"] is None
        again.send_signal(signal.SIGINT)
        assert again.wait(10) == 0


def test_program_says_in_one_line_why_it_cannot_start(tmp_path: Path) -> None:
    with start(tmp_path, "--database", "postgresql://x/y") as process:
        out, error = process.communicate(timeout=20)
    assert (process.returncode, out, error.count(b"\n")) == (1, b"", 1)
    assert error.startswith(b"breeze server: ")
