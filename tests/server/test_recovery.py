"""What a stop or a crash leaves behind: nothing that looks alive, and a chain that shows what happened."""

from __future__ import annotations

import json
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
