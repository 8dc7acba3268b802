"""`breeze demo`: server and agent on this machine, from nothing to a shell, through the shipped programs alone."""

import json
import os
import resource
import shlex
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import attrs
import trio

from breeze_lab.person import Credentials, account_line, activate, logged_in
from breeze_lab.programs import Program, ProgramFailed, breeze, drain, run_once, started, watch
from breeze_transport.http import HttpClient
from breeze_transport.seams import World, live_world

READY_WITHIN = 60.0
"""Seconds: the first start makes keys and a database on a machine of any kind."""


async def run(data: Path | None, listen: str, as_json: bool) -> int:
    """Start everything, say how to use it, and stay until SIGINT or SIGTERM; a further signal changes nothing."""
    try:
        with _stopped_by_signals():
            async with AsyncExitStack() as stack:
                folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="breeze-demo-")))
                try:
                    await trio.Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
                except OSError as error:
                    raise ProgramFailed(f"cannot use {folder}: {error.strerror}") from error
                await _play(folder, listen, as_json, data is not None)
    except* ProgramFailed as group:
        raise _first(group) from None
    return 0


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Cancel the block on SIGINT or SIGTERM. Not trio's receiver, which gives the second signal back at its end."""
    token = trio.lowlevel.current_trio_token()
    with trio.CancelScope() as scope:

        def stop(number: int, frame: object) -> None:
            if not scope.cancel_called:
                _progress("\nstopping …")
            token.run_sync_soon(scope.cancel)

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _first(group: BaseExceptionGroup[ProgramFailed]) -> ProgramFailed:
    for each in group.exceptions:
        return _first(each) if isinstance(each, BaseExceptionGroup) else each
    raise AssertionError("a group without exceptions")


async def _play(folder: Path, listen: str, as_json: bool, kept: bool) -> None:
    _progress("starting the server …")
    world = live_world()
    async with AsyncExitStack() as stack, trio.open_nursery() as nursery:
        server, ready = await stack.enter_async_context(server_running(folder / "server", listen))
        account = await _account(world, ready, folder)
        _progress("starting the agent …")
        agent = await stack.enter_async_context(_agent_running(folder, account))
        for program in (server, agent):
            nursery.start_soon(drain, program)
            nursery.start_soon(watch, program)
        await wait_online(world, account)
        print(json.dumps(account) if as_json else _text(account, folder, kept), flush=True)
        await trio.sleep_forever()


@attrs.frozen
class Demo:
    """A running demo: its account line, and what it cost to get there."""

    account: dict[str, Any]
    server_start: float
    """Seconds from the start of the server's process until it was ready, on a data directory that exists."""
    idle_server_mb: float
    idle_agent_mb: float


@asynccontextmanager
async def demo_running(folder: Path) -> AsyncIterator[Demo]:
    """Run server and agent in a folder for as long as the block lasts, for measurements."""
    world = live_world()
    async with server_running(folder / "server", "127.0.0.1:0") as (_, ready):
        await _account(world, ready, folder)
    began = time.perf_counter()
    async with server_running(folder / "server", "127.0.0.1:0") as (server, ready):
        took = time.perf_counter() - began
        account = await _account(world, ready, folder)
        async with _agent_running(folder, account) as agent, trio.open_nursery() as nursery:
            for program in (server, agent):
                nursery.start_soon(drain, program)
                nursery.start_soon(watch, program)
            await wait_online(world, account)
            yield Demo(account, took, _resident(server), _resident(agent))
            nursery.cancel_scope.cancel()


def _resident(program: Program) -> float:
    """Resident memory of a process, in MB."""
    pages = int(Path(f"/proc/{program.process.pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


@asynccontextmanager
async def server_running(folder: Path, listen: str) -> AsyncIterator[tuple[Program, dict[str, Any]]]:
    """Run `breeze server` on a data directory and give its line of readiness."""
    await trio.Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    command = breeze("server", "--data", str(folder), "--listen", listen, "--json")
    async with started("the server", command, folder / "server.log") as server:
        yield server, await server.ready_line(READY_WITHIN)


@asynccontextmanager
async def _agent_running(folder: Path, account: dict[str, Any]) -> AsyncIterator[Program]:
    command = breeze("agent", "run", "--data", str(folder / "agent"))
    async with started("the agent", command, folder / "agent.log") as agent:
        yield agent


async def _account(world: World, ready: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Set the first run up, or take up where an earlier demo on the same data directory left off."""
    file = folder / "account.json"
    first = ready.get("firstRun")
    if first is None:
        try:
            account: dict[str, Any] = json.loads(file.read_text())
        except FileNotFoundError:
            raise ProgramFailed(f"{folder} holds a server that breeze demo did not set up") from None
        return _keep(file, {**account, "url": ready["url"]}, folder)
    async with HttpClient(world.network, ready["url"]) as http:
        _progress("activating the first account …")
        person = await activate(http, world, first["email"], first["activationCode"])
    enrolled = await enroll(folder / "agent", ready["url"], first["enrollmentKey"])
    known = {
        "device_id": enrolled["deviceId"],
        "org_id": first["orgId"],
        "agent_id": enrolled["agentId"],
        "agent_token": enrolled["authToken"],
        "enrollment_key": first["enrollmentKey"],
    }
    return _keep(file, account_line(ready["url"], person, known), folder)


async def enroll(data: Path, url: str, key: str) -> dict[str, Any]:
    """Enrol this machine as a device by `breeze agent enroll`."""
    words = ("agent", "enroll", f"--server={url}", f"--key={key}", f"--data={data}", "--json", "--show-token")
    return await run_once("the enrolment", breeze(*words))


def _keep(file: Path, account: dict[str, Any], folder: Path) -> dict[str, Any]:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w") as out:
        json.dump(account, out)
    config = folder / "agent" / "agent.json"
    if config.exists():  # the port may be another one than last time
        said = json.loads(config.read_text())
        if said.get("serverUrl", account["url"]) != account["url"]:
            said["serverUrl"] = account["url"]
            config.write_text(json.dumps(said))
    return account


async def wait_online(world: World, account: dict[str, Any]) -> None:
    """Wait until the server shows the device online."""
    person = Credentials(account["email"], account["password"], account["totp_secret"])
    async with HttpClient(world.network, account["url"]) as http:
        api = await logged_in(http, world, person)
        with trio.move_on_after(READY_WITHIN):
            while True:
                device = await api.call("device_details", {"id": account["device_id"]})
                if device.status == "online":
                    return
                await trio.sleep(0.1)
    raise ProgramFailed("the agent did not connect; its log lies beside its data")


def _progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _our_name() -> str:
    """How the reader can call this installation's command from where they are."""
    ours = Path(sys.executable).with_name("breeze")
    if shutil.which("breeze") == str(ours):
        return "breeze"
    here = os.path.relpath(ours)
    return shlex.quote(min((here, str(ours)), key=len))


def _text(account: dict[str, Any], folder: Path, kept: bool) -> str:
    file = shlex.quote(str(folder / "account.json"))
    return "\n".join(
        (
            "",
            "Breeze is running on this machine.",
            "",
            f"  server         {account['url']}",
            f"  e-mail         {account['email']}",
            f"  password       {account['password']}",
            f"  TOTP secret    {account['totp_secret']}",
            f"  enrolment key  {account['enrollment_key']}",
            f"  data           {folder}{'' if kept else '  (removed at the end)'}",
            "",
            "A shell on this machine, through the server and the agent, from another terminal:",
            "",
            f"  {_our_name()} term --account {file} {account['device_id']}",
            "",
            "Ctrl-C ends the demo.",
        )
    )
