"""The gate before every endpoint of the protocol's table, and the one shape of errors."""

from __future__ import annotations

from typing import Any

import pytest

from breeze_protocol.endpoints import Caller, Endpoint
from breeze_protocol.link.endpoints import UPLOADS
from breeze_protocol.registry import ENDPOINTS
from breeze_server import schema

NOWHERE = "00000000-0000-4000-8000-000000000000"
USERS = [each for each in ENDPOINTS if each.caller is Caller.USER]
AGENTS = [each for each in ENDPOINTS if each.caller is Caller.AGENT]
GATED = [each for each in USERS if each.mfa]
PERMITTED = [each for each in USERS if each.permission]


def name(endpoint: Endpoint) -> str:
    return endpoint.name


def url(endpoint: Endpoint, agent_id: str = "0" * 64) -> str:
    return endpoint.url({p: agent_id if p == "agentId" else NOWHERE for p in endpoint.parameters})


def one_shape(answer: Any, status: int, code: str) -> None:
    assert (answer.status, answer.body["code"]) == (status, code)
    assert answer.body["error"] == answer.body["message"]
    assert answer.header("content-type") == "application/json"


def test_every_user_endpoint_wants_a_users_token(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        for endpoint in USERS:
            one_shape(await house.call(endpoint.method, url(endpoint)), 401, "CREDENTIALS_MISSING")
            for wrong in ("garbage", agent.token):
                one_shape(await house.call(endpoint.method, url(endpoint), token=wrong), 401, "TOKEN_INVALID")

    on_server(body)


def test_every_agent_endpoint_wants_that_agents_token(on_server: Any) -> None:
    async def body(house: Any) -> None:
        one, other = await house.enroll("one"), await house.enroll("other")
        person = await house.person()
        for endpoint in AGENTS:
            path = url(endpoint, one.agent_id)
            one_shape(await house.call(endpoint.method, path), 401, "AGENT_HEADER_MISSING")
            for wrong in (person.token, "brz_wrong", one.token + "0", one.token.upper()):
                one_shape(await house.call(endpoint.method, path, token=wrong), 401, "AGENT_TOKEN_FORMAT")
            for wrong in (other.token, "brz_" + "0" * 64):
                one_shape(await house.call(endpoint.method, path, token=wrong), 401, "AGENT_CREDENTIALS")

    on_server(body)


def test_every_gated_endpoint_wants_the_second_factor(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person("admin", mfa=False)
        for endpoint in GATED:
            one_shape(await person.call(endpoint.method, url(endpoint)), 403, "MFA_REQUIRED")

    on_server(body)


def test_every_permission_is_read_at_every_call(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person("admin")
        before = [(await person.call(each.method, url(each))).status for each in PERMITTED]
        assert 403 not in before and 401 not in before
        await house.services.db.write(lambda c: c.execute(schema.role_permissions.delete()) and None)
        for endpoint in PERMITTED:
            one_shape(await person.call(endpoint.method, url(endpoint)), 403, "ACCESS_DENIED")

    on_server(body)


def test_device_that_was_let_go_is_told_so(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        for status, code in (("decommissioned", "DEVICE_DECOMMISSIONED"), ("quarantined", "DEVICE_QUARANTINED")):
            await house.set(schema.devices, schema.devices.c.id == agent.device_id, status=status)
            one_shape(await house.call("GET", f"{agent.path}/config", token=agent.token), 403, code)

    on_server(body)


def test_flooding_agent_is_told_to_wait(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        for _ in range(3):
            assert (await house.call("GET", f"{agent.path}/config", token=agent.token)).status == 200
        flooded = await house.call("GET", f"{agent.path}/config", token=agent.token)
        one_shape(flooded, 429, "AGENT_RATE_LIMITED")
        assert int(flooded.header("retry-after")) > 0

    on_server(body, limits={"agent_requests": 3})


def test_every_upload_is_taken(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent = await house.enroll()
        for upload in UPLOADS:
            for method in ("PUT", "POST"):
                answer = await house.call(method, f"{agent.path}/{upload}", {"any": 1}, token=agent.token)
                assert answer.status == 204
        assert (await house.call("PUT", f"{agent.path}/hardware", {"any": 1})).status == 401

    on_server(body)


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if each.request is not None], ids=name)
def test_bad_bodies_are_refused_with_what_is_wrong(on_server: Any, endpoint: Endpoint) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person("admin")
        token = {Caller.AGENT: agent.token, Caller.USER: person.token}.get(endpoint.caller)
        path = url(endpoint, agent.agent_id)
        for raw in (b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000):
            answer = await house.call(endpoint.method, path, token=token, raw=raw)
            one_shape(answer, 400, "VALIDATION_FAILED")
            assert all(set(each) == {"path", "message"} for each in answer.body["details"])
        text = [("Content-Type", "text/plain")]
        one_shape(await house.call(endpoint.method, path, token=token, raw=b"{}", headers=text), 415,
                  "UNSUPPORTED_MEDIA_TYPE")  # fmt: skip
        large = b'{"x":"' + b"x" * endpoint.body_limit + b'"}'
        one_shape(await house.call(endpoint.method, path, token=token, raw=large), 413, "BODY_TOO_LARGE")

    on_server(body)


def test_bad_parameters_are_refused_with_their_names(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person("admin")
        for path, field in (
            ("/remote/sessions/not-a-uuid", "$.id"),
            ("/remote/sessions?page=0", "$.page"),
            ("/remote/sessions?limit=1&limit=2", "$.limit"),
            ("/devices?limit=101", "$.limit"),
            ("/devices?nonsense=1", "$"),
        ):
            answer = await person.call("GET", path)
            one_shape(answer, 400, "VALIDATION_FAILED")
            assert answer.body["details"][0]["path"] == field

    on_server(body)


def test_unknown_paths_and_methods_have_the_one_shape(on_server: Any) -> None:
    async def body(house: Any) -> None:
        one_shape(await house.call("GET", "/nope"), 404, "NOT_FOUND")
        answer = await house.call("PUT", "/auth/login")
        one_shape(answer, 405, "METHOD_NOT_ALLOWED")
        assert answer.header("allow") == "POST"
        assert (await house.call("GET", "/health/ready")).body["status"] == "ready"

    on_server(body)


def test_defect_of_ours_shows_nothing_of_itself(on_server: Any, caplog: Any, monkeypatch: Any) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("inner words")

    async def body(house: Any) -> None:
        person = await house.person(mfa=False)
        monkeypatch.setattr(house.services.db, "read", broken)
        answer = await person.call("GET", "/auth/me")
        one_shape(answer, 503, "UNAVAILABLE")
        assert "inner" not in str(answer.body)
        assert "inner words" in caplog.text
        monkeypatch.undo()

    on_server(body)


def test_object_of_another_organisation_is_not_there(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person("admin")
        async with agent.online():
            session_id = await person.session(agent)
            other = "11111111-1111-4111-8111-111111111111"

            def move(connection: Any) -> None:
                connection.execute(schema.orgs.insert().values(id=other, name="Other", created_at=0))
                connection.execute(
                    schema.users.update().where(schema.users.c.email == person.email).values(org_id=other)
                )

            await house.services.db.write(move)
            for method, path, code in (
                ("GET", f"/remote/sessions/{session_id}", "SESSION_NOT_FOUND"),
                ("POST", f"/remote/sessions/{session_id}/end", "SESSION_NOT_FOUND"),
                ("POST", f"/remote/sessions/{session_id}/ws-ticket", "SESSION_NOT_FOUND"),
                ("GET", f"/devices/{agent.device_id}", "DEVICE_NOT_FOUND"),
            ):
                one_shape(await person.call(method, path), 404, code)
            create = {"deviceId": agent.device_id, "type": "terminal"}
            one_shape(await person.call("POST", "/remote/sessions", create), 404, "DEVICE_NOT_FOUND")
            assert (await person.call("GET", "/devices")).body["data"] == []

    on_server(body)
