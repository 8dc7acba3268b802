"""Enrolment, heartbeat, tokens: how a computer becomes a device and stays one."""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio

from breeze_protocol.ids import AGENT_TOKEN_PATTERN
from breeze_server import schema

ASKED = {"hostname": "box", "osType": "linux", "osVersion": "12", "architecture": "amd64", "agentVersion": "1"}
METRICS = {"cpuPercent": 1.5, "ramPercent": 20, "ramUsedMb": 800, "diskPercent": 10, "diskUsedGb": 5.2}


def test_key_makes_a_device_whose_token_is_kept_hashed(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        (row,) = await house.rows(schema.devices)

        assert (row["id"], row["agent_id"], row["status"]) == (agent.device_id, agent.agent_id, "offline")
        assert agent.token.startswith("brz_") and len(agent.token) == 68 and AGENT_TOKEN_PATTERN
        assert agent.token not in str(dict(row))

    on_server(body)


@pytest.mark.parametrize(
    ("values", "status", "reason"),
    [
        ({"key_hash": "0" * 64}, 401, "enrollment_key_not_found"),
        ({"expires_at": 1.0}, 401, "enrollment_key_expired"),
        ({"uses_most": 0}, 401, "enrollment_key_exhausted"),
        ({"site_id": None}, 400, None),
        ({"secret_hash": "0" * 64}, 403, None),
    ],
)
def test_key_that_does_not_hold_makes_nothing(on_server: Any, values: Any, status: int, reason: str | None) -> None:
    async def body(house: Any) -> None:
        await house.set(schema.enrollment_keys, schema.enrollment_keys.c.uses == 0, **values)
        key = house.ready.first_run.enrollment_key
        answer = await house.call("POST", "/agents/enroll", ASKED | {"enrollmentKey": key})

        assert (answer.status, answer.body.get("reason")) == (status, reason)
        assert await house.rows(schema.devices) == []

    on_server(body)


def test_guessing_keys_is_slowed_and_enrolling_is_not(on_server: Any) -> None:
    async def body(house: Any) -> None:
        for number in range(12):
            await house.enroll(f"box-{number}")
        answers = [await house.call("POST", "/agents/enroll", ASKED | {"enrollmentKey": "x"}) for _ in range(11)]
        assert [answer.status for answer in answers] == [401] * 10 + [429]
        assert int(answers[-1].header("retry-after")) > 0

    on_server(body)


def test_computer_that_enrols_again_stays_the_same_device(on_server: Any) -> None:
    async def body(house: Any) -> None:
        before, after = await house.enroll(), await house.enroll()
        assert after.device_id == before.device_id and after.agent_id != before.agent_id
        assert (await house.call("GET", f"{before.path}/config", token=before.token)).status == 401
        assert (await house.call("GET", f"{after.path}/config", token=after.token)).status == 200

    on_server(body)


@pytest.mark.parametrize("updating", [False, True])
def test_namesake_of_a_connected_computer_is_another_device(on_server: Any, updating: bool) -> None:
    async def body(house: Any) -> None:
        first = await house.enroll()
        async with first.online():
            if updating:
                await first.say({"type": "update_status", "targetVersion": "2"})
                await trio.sleep(1)
            second = await house.enroll()
            assert second.device_id != first.device_id
            assert (await house.call("GET", f"{first.path}/config", token=first.token)).status == 200

    on_server(body)


def test_heartbeat_is_kept_and_its_faults_are_dropped(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        report = {"status": "ok", "agentVersion": "2", "metrics": METRICS, "hostname": 7, "osVersion": "13", "new": [1]}
        answer = await house.call("POST", f"{agent.path}/heartbeat", report, token=agent.token)
        expected = {"commands": [], "configUpdate": None, "upgradeTo": None, "helperEnabled": False}
        assert (answer.status, answer.body) == (200, expected)
        bad = report | {"metrics": {"cpuPercent": "high"}}
        assert (await house.call("POST", f"{agent.path}/heartbeat", bad, token=agent.token)).status == 200
        assert (await house.call("POST", f"{agent.path}/heartbeat", {"status": "ok"}, token=agent.token)).status == 400

        (row,), (kept,) = await house.rows(schema.devices), await house.rows(schema.device_metrics)
        assert (row["hostname"], row["os_version"], row["agent_version"]) == ("box", "13", "2")
        assert json.loads(kept["figures"])["cpuPercent"] == 1.5

    on_server(body)


def test_waiting_commands_are_handed_out_once_and_their_results_kept(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        ids = [house.world.entropy.uuid() for _ in range(12)]
        (device,) = await house.rows(schema.devices)
        rows = [
            {"id": each, "org_id": device["org_id"], "device_id": device["id"], "type": "x", "payload": "{}",
             "status": "pending", "created_at": float(number)}
            for number, each in enumerate(ids)
        ]  # fmt: skip
        await house.services.db.write(lambda c: c.execute(schema.commands.insert(), rows) and None)
        beat = {"status": "ok", "agentVersion": "2"}
        handed = []
        for _ in range(3):
            answer = await house.call("POST", f"{agent.path}/heartbeat", beat, token=agent.token)
            handed.append([each["id"] for each in answer.body["commands"]])
        assert handed == [ids[:10], ids[10:], []]

        result = {"status": "completed", "exitCode": 0, "stdout": "done"}
        for command_id, status in ((ids[0], 200), (ids[0], 200), ("no-uuid", 200), (house.world.entropy.uuid(), 404)):
            path = f"{agent.path}/commands/{command_id}/result"
            assert (await house.call("POST", path, result, token=agent.token)).status == status
        stored = (await house.rows(schema.commands, schema.commands.c.id == ids[0]))[0]
        assert (stored["status"], json.loads(stored["result"])["stdout"]) == ("completed", "done")

    on_server(body)


def test_rotated_token_leaves_the_old_one_five_minutes(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        rotated = await house.call("POST", f"{agent.path}/rotate-token", token=agent.token)
        fresh = rotated.body["authToken"]
        old = await house.call("GET", f"{agent.path}/config", token=agent.token)
        new = await house.call("GET", f"{agent.path}/config", token=fresh)
        assert (old.status, old.header("x-token-rotation-required")) == (200, "true")
        assert (new.status, new.header("x-token-rotation-required")) == (200, None)
        await trio.sleep(301)
        assert (await house.call("GET", f"{agent.path}/config", token=agent.token)).status == 401
        assert (await house.call("GET", f"{agent.path}/config", token=fresh)).status == 200

    on_server(body)
