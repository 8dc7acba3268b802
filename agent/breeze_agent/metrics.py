"""How the computer fares, from /proc: real figures without a library for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import attrs
import trio

from breeze_protocol.link.messages import Metrics
from breeze_transport.seams import Blocking

HIGH: Final = 90.0
"""Percent of processor, memory or disk from which the status is `warning`, as deployed agents do."""

_FIRST_SPAN = 0.2
_KIB_PER_MIB = 1024


@attrs.frozen
class _Processor:
    busy: int
    total: int


@attrs.define
class Gauge:
    """Measures; the processor's load is that since the measurement before."""

    blocking: Blocking
    root: Path = Path("/proc")
    _last: _Processor | None = attrs.field(default=None, init=False)

    async def measure(self) -> Metrics | None:
        """The figures of now; None where this kernel does not tell them. The first takes 0.2 s."""
        try:
            if self._last is None:
                self._last = await self.blocking.run(self._processor)
                await trio.sleep(_FIRST_SPAN)
            return await self.blocking.run(self._measure)
        except (OSError, ValueError, KeyError, IndexError):
            return None

    def _measure(self) -> Metrics:
        load = self._load()
        memory = self._memory()
        used = memory["MemTotal"] - memory.get("MemAvailable", memory["MemFree"])
        disk = os.statvfs("/")
        disk_used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
        available = disk_used + disk.f_bavail * disk.f_frsize
        received, sent = self._traffic()
        return Metrics(
            cpu_percent=round(load, 1),
            ram_percent=round(100 * used / memory["MemTotal"], 1),
            ram_used_mb=used // _KIB_PER_MIB,
            disk_percent=round(100 * disk_used / available, 1) if available else 0.0,
            disk_used_gb=round(disk_used / 1e9, 2),
            network_in_bytes=received,
            network_out_bytes=sent,
            process_count=sum(name.isdigit() for name in os.listdir(self.root)),
        )

    def _load(self) -> float:
        now, before = self._processor(), self._last
        self._last = now
        if before is None or now.total <= before.total:
            return 0.0
        return 100 * (now.busy - before.busy) / (now.total - before.total)

    def _processor(self) -> _Processor:
        # user nice system idle iowait irq softirq steal; guests are counted in user already.
        times = [int(word) for word in self._read("stat").split("\n", 1)[0].split()[1:9]]
        return _Processor(sum(times) - times[3] - times[4], sum(times))

    def _memory(self) -> dict[str, int]:
        lines = (line.split() for line in self._read("meminfo").splitlines())
        return {words[0].rstrip(":"): int(words[1]) for words in lines if len(words) > 1}

    def _traffic(self) -> tuple[int, int]:
        received = sent = 0
        for line in self._read("net/dev").splitlines()[2:]:
            name, _, figures = line.partition(":")
            if name.strip() != "lo":
                words = figures.split()
                received += int(words[0])
                sent += int(words[8])
        return received, sent

    def _read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="ascii", errors="replace")


def status(metrics: Metrics | None) -> str:
    """`ok`, or `warning` where something is nearly used up."""
    if metrics is None:
        return "ok"
    return "warning" if max(metrics.cpu_percent, metrics.ram_percent, metrics.disk_percent) > HIGH else "ok"


def uptime(root: Path = Path("/proc")) -> int | None:
    """Seconds since the machine started."""
    try:
        return int(float((root / "uptime").read_text().split()[0]))
    except (OSError, ValueError, IndexError):
        return None


def os_version() -> str:
    """The name of the distribution and its version, else the kernel's."""
    try:
        with open("/etc/os-release", encoding="utf-8", errors="replace") as file:
            pairs = dict(line.rstrip().split("=", 1) for line in file if "=" in line)
        return pairs["PRETTY_NAME"].strip("\"'")[:255]
    except (OSError, KeyError):
        system = os.uname()
        return f"{system.sysname} {system.release}"[:255]


def architecture() -> str:
    """The processor's family in the words of deployed agents."""
    machine = os.uname().machine
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)


def hardware() -> dict[str, Any]:
    """What does not change: processors and memory."""
    found: dict[str, Any] = {"cpuThreads": os.cpu_count() or 1}
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
        if names:
            found["cpuModel"] = names[0]
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
        found["ramTotalMb"] = pages * size >> 20
    except (OSError, ValueError):
        pass
    return found
