"""How many bits a second the encoder may make, decided from what is measured.

Theory of operation. A measurement is congested, uncertain or stable; the table's checks say which, from the share lost,
the delay beyond the least one seen, and how much of what was sent arrived. Congestion cuts at once. Only measurements
that are stable one after another, while the bitrate is really used, raise it by a step. After a change nothing is
believed for a moment, since it tells of the bitrate before.
"""

import math
from collections import deque
from collections.abc import Mapping

import attrs

from breeze_protocol.desktop.messages import ViewerStats
from breeze_protocol.desktop.table import BITRATE, PROFILES
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running


def _finite(_instance: object, attribute: "attrs.Attribute[float]", value: float) -> None:
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{attribute.name} has to be a number of at least 0, not {value}")


@attrs.frozen
class Measurement:
    """What one interval showed. A number that is none, or negative, is a ValueError."""

    loss: float = attrs.field(validator=_finite)
    """Share of what was sent that did not arrive: 0 to 1; more counts as 1."""
    latency: float = attrs.field(validator=_finite)
    """Seconds from sending a picture to its arrival, or the round trip."""
    throughput: float = attrs.field(validator=_finite)
    """Bits a second that arrived."""
    sent: float | None = attrs.field(default=None, validator=attrs.validators.optional(_finite))
    """Bits a second that were sent in the same time; None: not known."""


def from_stats(stats: ViewerStats, sent: float | None = None) -> Measurement:
    """Read a viewer's report: packets lost and pictures dropped count together (DESK-048)."""
    lost = max(0, stats.packets_lost_delta)
    packets = lost / (lost + stats.packets_received_delta) if lost else 0.0
    dropped = stats.frames_dropped_delta
    pictures = dropped / (dropped + stats.frames_decoded) if stats.frames_decoded else (0.5 if dropped else 0.0)
    return Measurement(packets + pictures - packets * pictures, stats.rtt_ms / 1000, stats.kbps * 1000.0, sent)


def profile_limits(profile: str, limits: Mapping[str, float] = DEFAULTS) -> Mapping[str, float]:
    """The limits as the profile of this name has them; an unknown one is a KeyError (DESK-117)."""
    return {**limits, **PROFILES[profile]}


@attrs.define
class Bitrate:
    """One encoder's bitrate."""

    pixels: int
    """Size of the picture."""
    software: bool = False
    """The processor encodes."""
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = BITRATE
    running: Running = attrs.field(init=False)
    bitrate: int = attrs.field(init=False)
    """Bits a second, now."""
    _asked: float = attrs.field(default=math.inf, init=False)
    _samples: int = attrs.field(default=0, init=False)
    _in_a_row: int = attrs.field(default=0, init=False)
    _after_cut: bool = attrs.field(default=False, init=False)
    _changed_at: float | None = attrs.field(default=None, init=False)
    _smooth_loss: float | None = attrs.field(default=None, init=False)
    _latencies: deque[float] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Begin at the first bitrate, or the ceiling where that is lower."""
        self.running = Running(self.table, self.limits)
        self._latencies = deque(maxlen=int(self.limits["desktop_delay_memory"]))
        self.bitrate = min(int(self.limits["desktop_bitrate_start"]), self.ceiling)

    @property
    def ceiling(self) -> int:
        """Bits a second that are never exceeded (DESK-115, DESK-116)."""
        large = self.pixels > self.limits["desktop_pixels_hd"]
        most = self.limits["desktop_bitrate_ceiling_large" if large else "desktop_bitrate_ceiling"]
        if self.software:
            most = min(most, self.limits["desktop_bitrate_ceiling_software"])
        return int(max(self.limits["desktop_bitrate_least"], min(most, self._asked)))

    def fps(self, most: int) -> int:
        """Pictures a second that the bitrate is enough for, at most `most` (DESK-119)."""
        enough = self.bitrate / self.limits["desktop_bits_a_picture"]
        return int(min(most, max(self.limits["desktop_fps_least"], enough)))

    def limit(self, asked: float, now: float) -> list[Effect]:
        """The viewer wants no more than `asked` bits a second."""
        self._asked = asked
        return self._feed("ceiling_set", now)

    def resized(self, pixels: int, software: bool, now: float) -> list[Effect]:
        """The picture has this size now, or another encoder makes it."""
        self.pixels, self.software = pixels, software
        return self._feed("ceiling_set", now)

    def measured(self, measurement: Measurement, now: float) -> list[Effect]:
        """Take a measurement; a change is an effect `set_bitrate` with the new one."""
        self._samples += 1
        weight = self.limits["desktop_loss_smoothing"]
        loss = min(measurement.loss, 1.0)
        before = loss if self._smooth_loss is None else self._smooth_loss
        self._smooth_loss = before + weight * (loss - before)
        self._latencies.append(measurement.latency)
        if self.running.state == "warming":
            return self._feed(self.table.classify("sample", {"samples": self._samples}, self.limits), now)
        event = self.table.classify("measured", self._facts(measurement, now), self.limits)
        given = {"in_a_row": self._in_a_row + 1, "after_cut": self._after_cut}
        while event in self.table.checks_index:
            event = self.table.classify(event, given, self.limits)
        return self._feed(event, now, measurement)

    def close(self, now: float) -> list[Effect]:
        """Nothing is sent any more."""
        return self._feed("closed", now)

    def _facts(self, measurement: Measurement, now: float) -> dict[str, float]:
        sent = measurement.throughput if measurement.sent is None else measurement.sent
        return {
            "since_change": math.inf if self._changed_at is None else now - self._changed_at,
            "loss": measurement.loss,
            "smooth_loss": self._smooth_loss or 0.0,
            "waiting": measurement.latency - min(self._latencies),
            "delivered": measurement.throughput / sent if sent else 1.0,
            "used": max(sent, measurement.throughput) / self.bitrate,
        }

    def _feed(self, event: str, now: float, measurement: Measurement | None = None) -> list[Effect]:
        before = self.bitrate
        for name in self.running.feed(event, now):
            match name:
                case "lower_bitrate":
                    self._lower(measurement)
                case "raise_bitrate":
                    step = max(
                        self.ceiling * self.limits["desktop_bitrate_step"], self.limits["desktop_bitrate_step_least"]
                    )
                    self.bitrate, self._after_cut = int(min(self.ceiling, self.bitrate + step)), False
                case "count_stability":
                    self._in_a_row += 1
                case "forget_stability":
                    self._in_a_row = 0
                case "keep_within":
                    self.bitrate = min(self.bitrate, self.ceiling)
        if self.bitrate == before:
            return []
        self._changed_at = now
        return [Effect("set_bitrate", self.bitrate)]

    def _raise(self) -> None:
        least = self.limits["desktop_bitrate_step_least"]
        step = max(least, self.ceiling * self.limits["desktop_bitrate_step"])
        self.bitrate, self._after_cut = int(min(self.ceiling, self.bitrate + step)), False

    def _lower(self, measurement: Measurement | None) -> None:
        cut = self.bitrate * self.limits["desktop_bitrate_cut"]
        if measurement is not None and measurement.sent:
            arrived = measurement.throughput / measurement.sent
            if arrived < self.limits["desktop_delivered_congested"]:
                cut = min(cut, measurement.throughput)
        self.bitrate, self._after_cut = int(max(self.limits["desktop_bitrate_least"], cut)), True
