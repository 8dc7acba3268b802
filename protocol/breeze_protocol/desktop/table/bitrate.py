"""How a measurement changes the bitrate. What the words mean in numbers stands in `limits`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from breeze_protocol.machine import State, machine

# fmt: off
BITRATE = machine("desktop_bitrate", (
    State("warming"),
    State("measuring"),
    State("stopped", final=True),
), [  # in                      on                 go to        and do                            because
    ("warming",                 "warmed_up",       "measuring", "",                               "DESK-114"),
    ("warming",                 "still_warming",   None,        "",                               "DESK-114"),
    ("measuring",               "congested",       None,        "lower_bitrate forget_stability", "DESK-111"),
    ("measuring",               "uncertain",       None,        "forget_stability",               "DESK-112"),
    ("measuring",               "stable",          None,        "count_stability",                "DESK-110"),
    ("measuring",               "stable_enough",   None,        "raise_bitrate forget_stability", "DESK-110"),
    ("measuring",               "cooling",         None,        "",                               "DESK-113"),
    (["warming", "measuring"],  "ceiling_set",     None,        "keep_within",                    "DESK-115"),
    (["warming", "measuring"],  "closed",          "stopped",   "",                               "DESK-115"),
], [
    ("sample",    "samples",        "at_least desktop_bitrate_warm_up",        "warmed_up",     "still_warming", "DESK-114"),
    ("measured",  "since_change",   "at_least desktop_bitrate_pause",          None,            "cooling",       "DESK-113"),
    ("measured",  "smooth_loss",    "below desktop_loss_congested",            None,            "congested",     "DESK-111"),
    ("measured",  "waiting",        "below desktop_delay_congested",           None,            "congested",     "DESK-111"),
    ("measured",  "delivered",      "at_least desktop_delivered_congested",    None,            "congested",     "DESK-111"),
    ("measured",  "smooth_loss",    "at_most desktop_loss_stable",             None,            "uncertain",     "DESK-112"),
    ("measured",  "loss",           "at_most desktop_loss_stable",             None,            "uncertain",     "DESK-112"),
    ("measured",  "waiting",        "at_most desktop_delay_stable",            None,            "uncertain",     "DESK-112"),
    ("measured",  "used",           "at_least desktop_bitrate_used",           "settled",       "uncertain",     "DESK-112"),
    ("settled",   "after_cut",      "holds",                                   None,            "calm",          "DESK-110"),
    ("settled",   "in_a_row",       "at_least desktop_stable_after_cut",       "stable_enough", "stable",        "DESK-110"),
    ("calm",      "in_a_row",       "at_least desktop_stable",                 "stable_enough", "stable",        "DESK-110"),
])

PROFILES: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        "documented": MappingProxyType({}),
        "deployed-2026-04": MappingProxyType({
            "desktop_stable": 3, "desktop_stable_after_cut": 4, "desktop_loss_congested": 0.08,
            "desktop_loss_stable": 0.01, "desktop_bitrate_warm_up": 5,
        }),
        "deployed-2026-08": MappingProxyType({
            "desktop_stable": 3, "desktop_stable_after_cut": 4, "desktop_loss_congested": 0.08,
            "desktop_loss_stable": 0.01, "desktop_bitrate_warm_up": 5,
            "desktop_bitrate_ceiling_large": 30_000_000,
        }),
    }
)
"""Limits that differ where a deployed helper's way of control is wanted, by the profile's name (DESK-117)."""
# fmt: on
