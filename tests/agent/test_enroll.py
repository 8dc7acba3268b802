"""Enrolment, what is kept of it, and the commands that people and the kit call."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from breeze_agent import config
from breeze_agent.enroll import EnrollError, enroll
from breeze_agent.metrics import Gauge, status
from breeze_protocol.link.messages import Metrics
from breeze_transport.seams import InlineBlocking, World, live_world, simulated_world

AGENT_ID = "ab" * 32
DEVICE = "11111111-2222-4333-8444-555555555555"
TOKEN = "brz_" + "0" * 64
ENROLLED = {
    "agentId": AGENT_ID,
    "deviceId": DEVICE,
    "authToken": TOKEN,
    "orgId": DEVICE,
    "siteId": DEVICE,
    "config": {"heartbeatIntervalSeconds": 30, "metricsCollectionIntervalSeconds": 30},
    "mtls": {"certificate": "deployed servers may send one"},
    "watchdogAuthToken": "brz_more",
}


def ask(serving: Any, world: World, answer: tuple[int, Any]) -> tuple[Any, Any]:
    async def main() -> tuple[Any, Any]:
        async with serving(world.network, host="server") as server:
            server.answers["/agents/enroll"] = [answer]
            found = await enroll(world, server.url, "K", secret="S", name="h1")
            return found, await server.post("/agents/enroll")

    return trio.run(main, clock=MockClock(autojump_threshold=0))


def test_enrolment_gives_identity_and_token(serving: Any) -> None:
    (identity, token), asked = ask(serving, simulated_world(1), (201, ENROLLED))

    assert (identity.agent_id, identity.device_id, identity.interval, token) == (AGENT_ID, DEVICE, 30.0, TOKEN)
    assert (asked["enrollmentKey"], asked["enrollmentSecret"], asked["hostname"]) == ("K", "S", "h1")
    assert identity.name == "h1"
    assert asked["osType"] == "linux"
    assert asked["hardwareInfo"]["ramTotalMb"] > 0


@pytest.mark.parametrize(
    ("answer", "exit_status"),
    [
        ((401, {"error": "x", "reason": "enrollment_key_expired"}), 11),
        ((403, {"error": "x"}), 11),
        ((404, {"error": "x"}), 12),
        ((429, {"error": "x"}), 13),
        ((500, {"error": "x"}), 14),
        ((503, "no object"), 14),
        ((400, {"error": "x"}), 15),
        ((302, {}), 16),
        ((201, {"agentId": "no id"}), 16),
    ],
)
def test_refusals_are_told_apart_by_exit_status(serving: Any, answer: tuple[int, Any], exit_status: int) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        ask(serving, simulated_world(1), answer)

    error = caught.value.exceptions[0]
    assert isinstance(error, EnrollError)
    assert error.status == exit_status
    assert TOKEN not in str(error)


def test_server_that_is_not_there_is_a_network_error() -> None:
    with pytest.raises(EnrollError, match="refused") as caught:
        trio.run(partial(enroll, simulated_world(1), "http://nobody:1", "K"), clock=MockClock(autojump_threshold=0))

    assert caught.value.status == 10


def test_identity_and_token_are_kept_for_their_owner_alone(tmp_path: Path) -> None:
    directory = tmp_path / "agent"
    identity = config.Identity("http://h:1", AGENT_ID, DEVICE, 30)
    config.save(directory, identity, TOKEN)

    assert config.load(directory) == (identity, TOKEN)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((directory / "token").stat().st_mode) == 0o600
    assert TOKEN not in (directory / "agent.json").read_text()


def test_directory_without_an_agent_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError, match="enroll"):
        config.load(tmp_path)


@pytest.mark.parametrize("content", ["{", '{"serverUrl":"http://h","agentId":"../../x"}'])
def test_damaged_identity_is_refused(tmp_path: Path, content: str) -> None:
    config.save(tmp_path, config.Identity("http://h:1", AGENT_ID), TOKEN)
    (tmp_path / "agent.json").write_text(content)

    with pytest.raises(config.ConfigError, match="damaged"):
        config.load(tmp_path)


def test_server_url_that_was_edited_badly_is_refused(tmp_path: Path) -> None:
    config.save(tmp_path, config.Identity("nowhere", AGENT_ID), TOKEN)

    with pytest.raises(config.ConfigError, match="nowhere"):
        config.load(tmp_path)


@pytest.mark.parametrize("token", ["", "a\nX-Header: b", "ä"])
def test_token_that_no_header_takes_is_refused(tmp_path: Path, token: str) -> None:
    with pytest.raises(config.ConfigError):
        config.check_token(token)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://h:8080/", "http://h:8080"),
        ("https://h/api/v1/", "https://h"),
        ("https://h/base", "https://h/base"),
    ],
)
def test_server_url_is_kept_without_the_path_of_the_api(given: str, kept: str) -> None:
    assert config.server_root(given) == kept


@pytest.mark.parametrize("given", ["h:80", "ftp://h", "http://", "http://h:99999", "http://u:p@h", "http://h?x"])
def test_what_is_no_server_url_is_refused(given: str) -> None:
    with pytest.raises(config.ConfigError):
        config.server_root(given)


def test_directory_is_held_by_one_agent_at_a_time(tmp_path: Path) -> None:
    with config.locked(tmp_path), pytest.raises(config.ConfigError, match="already runs"), config.locked(tmp_path):
        pass
    with config.locked(tmp_path):
        pass


@pytest.mark.parametrize(("seconds", "interval"), [(0, 5.0), (60, 60.0), (10**9, 3600.0)])
def test_interval_of_heartbeats_is_bounded(seconds: int, interval: float) -> None:
    assert config.Identity("http://h", AGENT_ID, "", seconds).interval == interval


def test_figures_come_from_the_kernels_files(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "1").mkdir()
    (tmp_path / "stat").write_text("cpu  10 0 10 80 0 0 0 0 0 0\n")
    (tmp_path / "meminfo").write_text("MemTotal: 4096 kB\nMemFree: 1 kB\nMemAvailable: 1024 kB\n")
    figures = " 1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0"
    (tmp_path / "net" / "dev").write_text(f"head\nhead\n    lo:{figures}\n  eth0:{figures}\n")
    gauge = Gauge(InlineBlocking(), tmp_path)

    async def main() -> Metrics | None:
        await gauge.measure()
        (tmp_path / "stat").write_text("cpu  40 0 40 140 0 0 0 0 0 0\n")
        return await gauge.measure()

    found = trio.run(main, clock=MockClock(autojump_threshold=0))

    assert found is not None
    assert (found.cpu_percent, found.ram_percent, found.ram_used_mb) == (50.0, 75.0, 3)
    assert (found.network_in_bytes, found.network_out_bytes, found.process_count) == (1, 2, 1)


def test_status_warns_when_something_is_nearly_used_up() -> None:
    assert [status(Metrics(1, 1, 1, disk, 1)) for disk in (50, 95)] == ["ok", "warning"]


def test_figures_that_the_kernel_does_not_tell_are_left_out(tmp_path: Path) -> None:
    assert trio.run(Gauge(InlineBlocking(), tmp_path).measure) is None


def within_a_minute(fn: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        with trio.fail_after(60):
            await fn()

    trio.run(bounded)


MAIN = """
import argparse, sys
from breeze_agent.cli import agent
parser = argparse.ArgumentParser()
agent.configure(parser)
sys.exit(agent.run(parser.parse_args(sys.argv[1:])))
"""


def words(*arguments: str) -> dict[str, Any]:
    path = os.pathsep.join(filter(None, sys.path))
    return {"command": [sys.executable, "-c", MAIN, *arguments], "env": {**os.environ, "PYTHONPATH": path}}


def test_enrolled_agent_runs_until_it_is_told_to_stop(serving: Any, ours: list[str], tmp_path: Path) -> None:
    async def main() -> None:
        data = str(tmp_path / "data")
        async with serving(live_world().network, ours) as server, trio.open_nursery() as nursery:
            server.answers["/agents/enroll"] = [(201, ENROLLED)] * 2
            enrolling = words("enroll", "--server", server.url, "--key", "K", "--data", data, "--json")
            done = await trio.run_process(**enrolling, capture_stdout=True, capture_stderr=True)
            again = await trio.run_process(**enrolling, capture_stdout=True, capture_stderr=True, check=False)
            said = json.loads(done.stdout)
            assert (said["agentId"], said["deviceId"], "authToken" in said) == (AGENT_ID, DEVICE, False)
            assert (again.returncode, b"--force" in again.stderr) == (15, True)
            running = words("run", "--data", data, "--once-ready-json")
            process = await nursery.start(partial(trio.run_process, **running, check=False, stdout=subprocess.PIPE))
            await server.peer()
            ready = json.loads(await process.stdout.receive_some())
            assert (ready["event"], ready["agentId"]) == ("connected", AGENT_ID)
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0

    within_a_minute(main)


def test_target_of_the_kit_answers_one_line_and_ends_with_its_input(serving: Any, ours: list[str]) -> None:
    async def main() -> None:
        async with serving(live_world().network, ours) as server, trio.open_nursery() as nursery:
            server.answers["/agents/enroll"] = [(201, ENROLLED)]
            running = words("run", "--conformance")
            process = await nursery.start(
                partial(trio.run_process, **running, check=False, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            )
            asked = {"role": "agent", "revision": "0.1", "server": server.url, "enrollmentKey": "K"}
            await process.stdin.send_all(json.dumps(asked).encode() + b"\n")
            peer = await server.peer()
            await peer.frame("hello")
            told = json.loads(await process.stdout.receive_some())
            assert (told["name"], told["role"], told["revision"]) == ("breeze-agent", "agent", "0.1")
            assert {"terminal", "terminal_exit", "terminal_binary", "terminal_credit"} <= set(told["capabilities"])
            await process.stdin.aclose()
            assert await process.wait() == 0

    within_a_minute(main)
