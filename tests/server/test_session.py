"""Sessions: limits under concurrency, deadlines, every way to end, and what the record says afterwards."""

from __future__ import annotations

import json
from typing import Any

import trio

from breeze_server import audit, schema


def test_session_begins_pending_and_is_seen_by_its_owner_only(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        other, admin = await house.person(email="o@example.com"), await house.person("admin", "a@example.com")
        async with agent.online():
            session_id = await person.session(agent)
        path = f"/remote/sessions/{session_id}"
        assert (await person.call("GET", path)).body["device"]["hostname"] == "box"
        assert (await other.call("GET", path)).status == 404
        assert (await other.call("POST", f"{path}/end")).status == 404
        assert (await admin.call("GET", path)).status == 200
        assert (await admin.call("POST", f"{path}/ws-ticket")).status == 404
        assert (await other.call("GET", "/remote/sessions")).body["pagination"]["total"] == 0
        assert (await admin.call("GET", "/remote/sessions")).body["pagination"]["total"] == 1

    on_server(body)


def test_device_that_is_not_there_gets_no_session(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        offline = await person.call("POST", "/remote/sessions", {"deviceId": agent.device_id, "type": "terminal"})
        assert (offline.status, offline.body["error"]) == (400, "Device is not online")
        assert offline.body["deviceStatus"] == "offline"
        nowhere = {"deviceId": house.world.entropy.uuid(), "type": "terminal"}
        assert (await person.call("POST", "/remote/sessions", nowhere)).status == 404

    on_server(body)


def test_limits_hold_under_concurrency(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        other = await house.person(email="o@example.com")
        answers: dict[str, list[Any]] = {person.email: [], other.email: []}

        async def create(who: Any) -> None:
            asked = {"deviceId": agent.device_id, "type": "terminal"}
            answers[who.email].append(await who.call("POST", "/remote/sessions", asked))

        async with agent.online():
            async with trio.open_nursery() as nursery:
                for _ in range(20):
                    nursery.start_soon(create, person)
            async with trio.open_nursery() as nursery:
                for _ in range(5):
                    nursery.start_soon(create, other)
        mine, theirs = answers.values()
        assert sorted(each.status for each in mine) == [201] * 5 + [429] * 15
        refused = next(each for each in mine if each.status == 429)
        assert (refused.body["code"], refused.body["currentCount"], refused.body["maxAllowed"]) == (
            "SESSION_LIMIT_USER", 5, 5,
        )  # fmt: skip
        assert int(refused.header("retry-after")) > 0
        assert sorted(each.status for each in theirs) == [201] * 3 + [429] * 2
        full = next(each for each in theirs if each.status == 429)
        assert (full.body["code"], full.body["maxAllowed"]) == ("SESSION_LIMIT_ORG", 8)
        assert full.body["details"]["heldBy"][0] == {"name": person.email, "email": person.email, "sessions": 5}
        assert full.body["details"]["canEnd"][0]["email"] == house.ready.first_run.email
        assert len(await house.rows(schema.remote_sessions)) == 8

    on_server(body, limits={"org_sessions": 8})


def test_organisation_may_only_lower_the_limit(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        create = {"deviceId": agent.device_id, "type": "desktop"}
        async with agent.online():
            for own, allowed in ((1, 1), (100, 2)):
                await house.set(schema.orgs, schema.orgs.c.name != "", session_limit=own)
                statuses = [(await person.call("POST", "/remote/sessions", create)).status for _ in range(3)]
                assert statuses.count(201) == allowed
                await person.call("DELETE", "/remote/sessions/stale")

    on_server(body, limits={"org_sessions": 2})


def test_ended_session_frees_its_place_and_stays_ended(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            await trio.sleep(7)
            path = f"/remote/sessions/{session_id}/end"
            ended = await person.call("POST", path, {"bytesTransferred": 12, "whatever": 1})
            assert ended.status == 200
            assert (ended.body["status"], ended.body["durationSeconds"]) == ("disconnected", 7)
            assert (ended.body["bytesTransferred"], ended.body["bytesMeasured"]) == (12, None)
            again = await person.call("POST", path)
            assert (again.status, again.body["error"], again.body["status"]) == (
                400, "Session is already ended", "disconnected",
            )  # fmt: skip
            mint = await person.call("POST", f"/remote/sessions/{session_id}/ws-ticket")
            assert (mint.status, mint.body["status"]) == (400, "disconnected")
            await person.session(agent)

    on_server(body, limits={"user_sessions": 1})


def test_deadline_ends_what_nobody_answers(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
        await trio.sleep(118)
        assert await person.status(session_id) == "pending"
        await trio.sleep(4)
        found = (await person.call("GET", f"/remote/sessions/{session_id}")).body
        assert (found["status"], found["errorMessage"]) == ("failed", "The device did not answer in time")
        assert 120 <= found["durationSeconds"] <= 122

    on_server(body)


def test_stale_ends_ones_own_and_a_managers_everybodys(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        admin = await house.person("admin", "a@example.com")
        async with agent.online():
            mine, theirs = await person.session(agent), await admin.session(agent)
            nothing = await person.call("DELETE", f"/remote/sessions/stale?deviceId={house.world.entropy.uuid()}")
            assert nothing.body == {"cleaned": 0, "ids": []}
            assert (await person.call("DELETE", "/remote/sessions/stale")).body == {"cleaned": 1, "ids": [mine]}
            assert await admin.status(theirs) == "pending"
            assert (await person.call("DELETE", "/remote/sessions/stale?all=true")).status == 403
            mine = await person.session(agent)
            assert set((await admin.call("DELETE", "/remote/sessions/stale?all=true")).body["ids"]) == {mine, theirs}

    on_server(body)


def test_list_shows_live_ones_unless_asked_for_more(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            ended = await person.session(agent)
            await trio.sleep(1)
            live = await person.session(agent, "desktop")
            await person.call("POST", f"/remote/sessions/{ended}/end")
        for query, expected in (
            ("", [live]),
            ("?includeEnded=true", [live, ended]),
            ("?status=disconnected", [ended]),
            ("?type=terminal", []),
            ("?includeEnded=true&limit=1&page=2", [ended]),
            (f"?deviceId={house.world.entropy.uuid()}", []),
        ):
            listed = (await person.call("GET", f"/remote/sessions{query}")).body
            assert [each["id"] for each in listed["data"]] == expected

    on_server(body)


def test_every_transition_is_in_the_chain_with_what_it_was_about(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            async with person.viewing(session_id) as viewer:
                await house.run_terminal(agent, viewer)
                await agent.say({"type": "terminal_output", "sessionId": session_id, "data": "12345"})
                await house.heard(viewer)
                await trio.sleep(3)
                await viewer.close()
            await agent.expect("terminal_stop")
            await trio.sleep(1)
        rows = await house.rows(schema.audit, schema.audit.c.session == session_id)
        actions = [row["action"] for row in rows]
        assert actions == ["session_initiated", "session_acknowledged", "session_connected", "session_ended"]
        last = rows[-1]
        assert (last["device"], last["duration"], last["bytes"]) == (agent.device_id, 3, 5)
        assert json.loads(last["actor"])["name"] == person.email
        assert last["end"] - last["start"] == last["duration"]
        assert json.loads(last["details"])["event"] == "viewer_closed"
        assert await house.services.db.read(audit.verify, rows[0]["org_id"]) is None

    on_server(body)


def test_session_is_not_created_without_its_record(on_server: Any, monkeypatch: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()

        def broken(*_: Any) -> None:
            raise RuntimeError("no room")

        async with agent.online():
            monkeypatch.setattr(audit, "append", broken)
            create = {"deviceId": agent.device_id, "type": "terminal"}
            assert (await person.call("POST", "/remote/sessions", create)).status == 503
            assert await house.rows(schema.remote_sessions) == []
            monkeypatch.undo()

    on_server(body)
