"""The sides coupled as they talk, for the model checkers; and products with a fault that they have to find."""

from typing import Final

import msgspec

from breeze_protocol.desktop.table.helper import HELPER
from breeze_protocol.desktop.table.relay import RELAY
from breeze_protocol.desktop.table.stream import STREAM
from breeze_protocol.desktop.table.viewer import VIEWER
from breeze_protocol.machine import Machine, Row
from breeze_protocol.product import Call, Channel, Product, spontaneous

_TO_VIEWER: Final = ("connected", "jpeg", "no_picture", "error", "close")
_QUIET: Final = (
    "ping_due",
    "heartbeat_due",
    "stats_due",
    "focus_lost",
    "control_unavailable",
    "clipboard_withheld",
    "user_copied",
    "user_control",
    "decode_stalled",
)


def _direct(helper: Machine = HELPER) -> Product:
    channels = (
        Channel("viewer", "helper", ("input",), 1, lossy=True),
        Channel("viewer", "helper", ("control", "release", "stats", "ping", "bye"), 1),
        Channel("viewer", "helper", ("clipboard", "clipboard_ack"), 1),
        Channel("helper", "viewer", ("video",), 1, lossy=True),
        Channel("helper", "viewer", ("capabilities", "cause", "reply", "bye"), 1),
        Channel("helper", "viewer", ("clipboard", "clipboard_ack"), 1),
    )
    free = {"viewer": spontaneous(VIEWER, ("ping_due", "server_lost", "server_silent")), "helper": spontaneous(helper)}
    return Product(
        "desktop",
        {"viewer": VIEWER, "helper": helper},
        channels,
        free,
        at_most_once=(("helper", "close_peer"),),
    )


def fallback(
    viewer: Machine = VIEWER,
    relay: Machine = RELAY,
    stream: Machine = STREAM,
    name: str = "desktop_fallback",
    *,
    capacity: int = 1,
) -> Product:
    """Couple the three sides of the fallback: two sockets, each in order both ways (DESK-080 to DESK-099)."""
    channels = (
        Channel("viewer", "relay", ("viewer_input", "viewer_config", "switched", "leave"), capacity),
        Channel("relay", "viewer", _TO_VIEWER, 2 + capacity),
        Channel("relay", "stream", ("stream_start", "stream_stop", "desktop_input", "desktop_config"), 1 + capacity),
        Channel(
            "stream",
            "relay",
            ("started", "start_failed", "frame", "no_picture_reported", "stopped", "input_result"),
            capacity,
        ),
    )
    left_out = ("viewer_attached", "viewer_returned", "viewer_silent", "message_refused", "frame_due", *_QUIET)
    free = {
        "viewer": spontaneous(viewer, ("peer_connected", "helper_silent", "server_silent", *_QUIET))
        | {"video_received"},
        "relay": spontaneous(relay, (*left_out, "frame_passed", "frame_held")),
        "stream": spontaneous(stream, ("INPUT_REFUSED", "CONFIG_REFUSED", "picture_skipped")),
    }
    calls = (Call("viewer", "open_fallback", None, "relay", "viewer_attached"),)
    return Product(
        name,
        {"viewer": viewer, "relay": relay, "stream": stream},
        channels,
        free,
        calls=calls,
        resting={"relay": ("waiting",), "stream": ("absent",)},
    )


def _without(machine: Machine, *gone: tuple[str, str]) -> Machine:
    rows = tuple(row for row in machine.rows if (row.source, row.event) not in gone)
    return msgspec.structs.replace(machine, rows=rows)


def _with(machine: Machine, row: Row) -> Machine:
    changed = _without(machine, (row.source, row.event))
    return msgspec.structs.replace(changed, rows=(*changed.rows, row))


def _hung(viewer: Machine = VIEWER, relay: Machine = RELAY, stream: Machine = STREAM) -> Product:
    """The fallback where nobody does anything: a capture that hangs, and only deadlines pass."""
    whole = fallback(viewer, relay, stream, "desktop_hung")
    passing = {
        "viewer": frozenset({"webrtc_timed_out", "fallback_timed_out"}),
        "relay": frozenset({"start_timed_out", "grace_expired"}),
        "stream": frozenset({"capture_timed_out"}),
    }
    return msgspec.structs.replace(whole, spontaneous=passing)


DIRECT_PRODUCT: Final = _direct()
"""Viewer and helper over WebRTC: `input` and pictures can be lost, `control` cannot."""

FALLBACK_PRODUCT: Final = fallback()
"""Viewer, server and device over the fallback, and back to WebRTC."""

HUNG_PRODUCT: Final = _hung()
"""The fallback with a capture that never answers: deadlines alone bring everybody to an end."""

EAGER_PRODUCT: Final = fallback(
    _with(VIEWER, Row("switching", "user_input", "switching", ("send_viewer_input",), ("DESK-029",))),
    _without(RELAY, ("starting", "viewer_input_received")),
)
"""Planted: a viewer that sends input before `connected`, and a relay without a rule for it."""

FORGETFUL_PRODUCT: Final = _direct(
    _with(HELPER, Row("ended", "stop_requested", "ended", ("close_peer",), ("DESK-033",)))
)
"""Planted: a helper that closes its peer again when it is told to stop after the end."""

PATIENT_PRODUCT: Final = _hung(
    _without(VIEWER, ("switching", "fallback_timed_out")),
    _without(RELAY, ("starting", "start_timed_out")),
    _without(STREAM, ("opening", "capture_timed_out")),
)
"""Planted: three sides that wait for each other without a deadline."""
