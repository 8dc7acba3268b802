"""Tickets: one use, one minute, one session, one person who still may."""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio

from breeze_server import schema
from breeze_transport.websocket import UpgradeRefused


async def refused(house: Any, session_id: str, query: str, headers: Any = ()) -> tuple[int, str]:
    with pytest.raises(UpgradeRefused) as error:
        async with house.dial(f"/api/v1/remote/sessions/{session_id}/ws{query}", headers):
            pass
    return error.value.status, json.loads(error.value.body)["code"]


def test_missing_and_unknown_tickets_are_refused_before_the_upgrade(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            assert await refused(house, session_id, "") == (401, "TICKET_MISSING")
            assert await refused(house, session_id, "?ticket=") == (401, "TICKET_MISSING")
            assert await refused(house, session_id, "?ticket=bogus") == (401, "TICKET_INVALID")
            assert await refused(house, session_id, "?" + "&".join("a=1" for _ in range(50))) == (401, "TICKET_MISSING")
            assert await refused(house, "not-an-id", "?ticket=bogus") == (401, "TICKET_INVALID")
            assert await person.status(session_id) == "pending"

    on_server(body)


def test_ticket_opens_one_socket_of_many_that_try(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        opened, turned_away = [], []

        async def present(path: str) -> None:
            try:
                async with house.dial(path) as socket:
                    opened.append(socket)
                    await house.heard(socket)
            except UpgradeRefused as error:
                turned_away.append(error.status)

        async with agent.online():
            session_id = await person.session(agent)
            ticket = await person.ticket(session_id)
            with trio.move_on_after(10):
                async with trio.open_nursery() as nursery:
                    for _ in range(10):
                        nursery.start_soon(present, f"/api/v1/remote/sessions/{session_id}/ws?ticket={ticket}")
        assert (len(opened), turned_away) == (1, [401] * 9)

    on_server(body)


def test_ticket_of_another_session_is_refused_and_burnt(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            one, other = await person.session(agent), await person.session(agent)
            ticket = await person.ticket(one)
            assert await refused(house, other, f"?ticket={ticket}") == (401, "TICKET_INVALID")
            assert await refused(house, one, f"?ticket={ticket}") == (401, "TICKET_INVALID")
            assert [await person.status(each) for each in (one, other)] == ["pending", "pending"]

    on_server(body)


def test_old_ticket_is_refused(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            ticket = await person.ticket(session_id)
            await trio.sleep(6)
            assert await refused(house, session_id, f"?ticket={ticket}") == (401, "TICKET_INVALID")

    on_server(body, limits={"ticket_life": 5})


@pytest.mark.parametrize("loss", ["logout", "disabled", "permission", "ended"])
def test_ticket_is_worth_no_more_than_its_owner(on_server: Any, loss: str) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            ticket = await person.ticket(session_id)
            if loss == "logout":
                await person.call("POST", "/auth/logout")
            elif loss == "ended":
                await person.call("POST", f"/remote/sessions/{session_id}/end")
            elif loss == "disabled":
                await house.set(schema.users, schema.users.c.email == person.email, status="disabled")
            else:
                await house.services.db.write(lambda c: c.execute(schema.role_permissions.delete()) and None)
            assert await refused(house, session_id, f"?ticket={ticket}") == (401, "TICKET_INVALID")

    on_server(body)


def test_page_of_another_site_is_refused_and_spends_nothing(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            session_id = await person.session(agent)
            query = f"?ticket={await person.ticket(session_id)}"
            for origin in ("https://evil.example", "null", "http://server.evil.example"):
                assert (await refused(house, session_id, query, [("Origin", origin)]))[0] == 403
            host = house.ready.url.removeprefix("http://").removesuffix(":80")
            origin = [("Origin", f"http://{host}")]
            async with house.dial(f"/api/v1/remote/sessions/{session_id}/ws{query}", origin):
                await agent.expect("terminal_start")

    on_server(body)


def test_ticket_is_stored_as_a_hash(on_server: Any) -> None:
    async def body(house: Any) -> None:
        agent, person = await house.enroll(), await house.person()
        async with agent.online():
            ticket = await person.ticket(await person.session(agent))
            assert ticket not in str(await house.rows(schema.tickets))
            transfer = await person.session(agent, "file_transfer")
            mint = await person.call("POST", f"/remote/sessions/{transfer}/ws-ticket")
            assert (mint.status, mint.body["code"]) == (400, "TICKET_TYPE")

    on_server(body)
