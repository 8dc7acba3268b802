"""Whole systems for the tests that need one: the shipped programs as processes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest
import trio

from breeze_lab.demo import enroll, server_running, wait_online
from breeze_lab.person import Credentials, account_line, activate, logged_in
from breeze_lab.programs import Program, breeze, started
from breeze_transport.api import ApiClient
from breeze_transport.http import HttpClient
from breeze_transport.seams import World, live_world


@attrs.define
class System:
    """Server and agent as processes, and a client that is logged in; either process can be killed and started again."""

    folder: Path
    nursery: trio.Nursery
    world: World
    account: dict[str, Any]
    server: Program
    api: ApiClient
    agent: Program | None = None

    async def start_agent(self) -> Program:
        """Run the agent until the system ends, and wait until its device is online."""
        self.agent = await self.nursery.start(_keep, started, "agent", self.agent_command, self.folder / "agent.log")
        await wait_online(self.world, self.account)
        assert self.agent is not None
        return self.agent

    @property
    def agent_command(self) -> list[str]:
        """How the agent is started."""
        return breeze("agent", "run", "--data", str(self.folder / "agent"))

    async def session(self, session_id: str) -> Any:
        """Details of a session."""
        return await self.api.call("session_details", {"id": session_id})


async def _keep(make: Any, *arguments: Any, task_status: Any = trio.TASK_STATUS_IGNORED) -> None:
    async with make(*arguments) as made:
        task_status.started(made)
        await trio.sleep_forever()


@asynccontextmanager
async def system(folder: Path) -> AsyncIterator[System]:
    """Start a server with one account and one enrolled device; the agent is started by `start_agent`."""
    world = live_world()
    async with trio.open_nursery() as nursery:
        server, ready = await nursery.start(_keep, server_running, folder / "server", "127.0.0.1:0")
        first = ready["firstRun"]
        async with HttpClient(world.network, ready["url"]) as http:
            person = await activate(http, world, first["email"], first["activationCode"])
            enrolled = await enroll(folder / "agent", ready["url"], first["enrollmentKey"])
            account = account_line(
                ready["url"],
                person,
                {
                    "device_id": enrolled["deviceId"],
                    "org_id": first["orgId"],
                    "agent_id": enrolled["agentId"],
                    "agent_token": enrolled["authToken"],
                    "enrollment_key": first["enrollmentKey"],
                },
            )
            api = await logged_in(http, world, Credentials(person.email, person.secret_word, person.totp_secret))
            yield System(folder, nursery, world, account, server, api)
        nursery.cancel_scope.cancel()


@pytest.fixture
def run_system(tmp_path: Path) -> Callable[[Callable[[System], Awaitable[None]]], None]:
    """Run a test's coroutine with a system of its own."""

    async def main(body: Callable[[System], Awaitable[None]]) -> None:
        async with system(tmp_path) as each:
            await body(each)

    return partial(trio.run, main)
