"""`breeze bench terminal`: echo, flood and Ctrl-C through the relay, beside a bare PTY and `ssh localhost`."""

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import attrs
import trio

from breeze_lab.demo import demo_running
from breeze_lab.programs import breeze
from breeze_lab.subject import PROMPT, Subject, running_sshd, ssh_server, subject

KEYS: Final = 200
"""Keystrokes a round."""

GOALS: Final = {
    "echo p50 / ssh": ("at most", 2.0),
    "flood / ssh": ("at least", 0.8),
    "Ctrl-C during a flood, ms": ("at most", 100.0),
    "server resident, MB": ("at most", 80.0),
    "agent resident, MB": ("at most", 45.0),
    "server start, s": ("at most", 1.5),
}


@attrs.define
class Figures:
    """What one program showed, over all rounds."""

    echo_p50: list[float] = attrs.field(factory=list)
    echo_p99: list[float] = attrs.field(factory=list)
    flood: list[float] = attrs.field(factory=list)
    interrupt: list[float] = attrs.field(factory=list)

    def summary(self) -> dict[str, float]:
        """Medians: milliseconds, and megabytes a second."""
        return {
            "echo p50 ms": statistics.median(self.echo_p50),
            "echo p99 ms": statistics.median(self.echo_p99),
            "flood MB/s": statistics.median(self.flood),
            "Ctrl-C ms": statistics.median(self.interrupt),
        }


async def run(rounds: int, megabytes: int, as_json: bool) -> int:
    """Measure, print a table and the ratios; the exit status is 0 whatever the figures are."""
    with tempfile.TemporaryDirectory(prefix="breeze-bench-") as place:
        folder = Path(place)
        flood = folder / "flood"
        await trio.to_thread.run_sync(_write_flood, flood, megabytes)
        with ssh_server() as (sshd, ssh):
            async with running_sshd(sshd, folder / "sshd.log"), demo_running(folder / "demo") as demo:
                account = str(folder / "demo" / "account.json")
                commands = {
                    "bare PTY": ["bash", "--login"],
                    "ssh localhost": ssh,
                    "breeze term": breeze("term", "--account", account, demo.account["device_id"]),
                }
                figures = {name: Figures() for name in commands}
                for number in range(rounds):
                    for name, command in commands.items():
                        print(f"round {number + 1}/{rounds}: {name} …", file=sys.stderr, flush=True)
                        async with subject(name, command) as each:
                            await _measure(each, figures[name], flood, megabytes)
                report = _report(figures, demo, rounds, megabytes)
    print(json.dumps(report, indent=1) if as_json else _text(report))
    return 0


def _write_flood(path: Path, megabytes: int) -> None:
    line = b"0123456789abcdef" * 4 + b"\n"
    block = line * (1_000_000 // len(line))
    with path.open("wb") as out:
        for _ in range(megabytes):
            out.write(block)


async def _measure(each: Subject, figures: Figures, flood: Path, megabytes: int) -> None:
    await each.settle()
    await _echo(each, figures)
    figures.flood.append(await _flood(each, flood, megabytes))
    figures.interrupt.append(await _interrupt(each))
    await each.type(b"exit\r")


async def _echo(each: Subject, figures: Figures) -> None:
    await each.type(b"stty -icanon -echo min 1; printf 'CAT-%s\\n' ON; cat\r")
    await each.until(b"CAT-ON")
    taken = []
    for number in range(KEYS):
        key = bytes((0x61 + number % 26,))
        began = time.perf_counter()
        await each.type(key)
        await each.until(key)
        taken.append((time.perf_counter() - began) * 1e3)
    await each.type(b"\x03")
    await each.until(PROMPT)
    await each.type(b"stty sane\r")
    await each.until(PROMPT)
    taken.sort()
    figures.echo_p50.append(taken[KEYS // 2])
    figures.echo_p99.append(taken[KEYS * 99 // 100])


async def _flood(each: Subject, flood: Path, megabytes: int) -> float:
    began = time.perf_counter()
    await each.type(f"cat {flood}; printf 'FLOOD-%s\\n' OVER\r".encode())
    total = 0
    tail = b""
    while b"FLOOD-OVER" not in tail:
        more = await each.read()
        if not more:
            break
        total += len(more)
        tail = (tail + more)[-64:]
    took = time.perf_counter() - began
    if PROMPT not in tail.partition(b"FLOOD-OVER")[2]:
        await each.until(PROMPT)
    return total / 1e6 / took


async def _interrupt(each: Subject) -> float:
    """Milliseconds from Ctrl-C during a flood until the shell answers again."""
    each.seen.clear()
    await each.type(b"yes 0123456789012345678901234567890123456789\r")
    read = 0
    while read < 20_000_000:
        read += len(await each.read())
    began = time.perf_counter()
    await each.type(b"\x03")
    tail = b""
    while PROMPT not in tail:
        more = await each.read()
        if not more:
            break
        tail = (tail + more)[-64:]
    return (time.perf_counter() - began) * 1e3


def _report(figures: dict[str, Figures], demo: Any, rounds: int, megabytes: int) -> dict[str, Any]:
    table = {name: each.summary() for name, each in figures.items()}
    ours, ssh = table["breeze term"], table["ssh localhost"]
    ratios = {
        "echo p50 / ssh": ours["echo p50 ms"] / ssh["echo p50 ms"],
        "flood / ssh": ours["flood MB/s"] / ssh["flood MB/s"],
        "Ctrl-C during a flood, ms": ours["Ctrl-C ms"],
        "server resident, MB": demo.idle_server_mb,
        "agent resident, MB": demo.idle_agent_mb,
        "server start, s": demo.server_start,
    }
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": {"cores": os.cpu_count(), "load": os.getloadavg(), "python": platform.python_version()},
        "rounds": rounds,
        "megabytes": megabytes,
        "table": table,
        "ratios": ratios,
    }


def _text(report: dict[str, Any]) -> str:
    lines = [f"{'':<16}" + "".join(f"{key:>14}" for key in next(iter(report["table"].values())))]
    for name, row in report["table"].items():
        lines.append(f"{name:<16}" + "".join(f"{value:>14.2f}" for value in row.values()))
    lines.append("")
    for name, value in report["ratios"].items():
        word, goal = GOALS[name]
        lines.append(f"{name:<28}{value:>9.2f}   {_verdict(word, goal, value)}")
    load = ", ".join(f"{each:.1f}" for each in report["machine"]["load"])
    lines.append(
        f"\nmedians of {report['rounds']} interleaved rounds; load {load}; the relay runs without TLS, ssh with its own"
    )
    return "\n".join(lines)


def _verdict(word: str, goal: float, value: float) -> str:
    met: Callable[[float, float], bool] = (lambda v, g: v <= g) if word == "at most" else (lambda v, g: v >= g)
    return f"goal {word} {goal:g}: {'met' if met(value, goal) else 'not met'}"
