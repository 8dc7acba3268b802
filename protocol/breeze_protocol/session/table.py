"""Session: the life of a session record, held by the server."""

from typing import Final

from breeze_protocol.desktop import table as desktop
from breeze_protocol.machine import State, machine
from breeze_protocol.product import Call, Product
from breeze_protocol.terminal import table as terminal
from breeze_protocol.terminal.table import SESSION_EVENTS

END: Final = "record_duration stop_agent close_sockets audit"
"""What every end does (SESS-019, SESS-021, SESS-040)."""

LIVE: Final = ("pending", "connecting", "active", "suspended")
"""The states that count against limits (SESS-031)."""

ENDED: Final = ("disconnected", "failed")

# fmt: off
SESSION = machine("session", (
    State("pending", deadline="pending_life", on_deadline="pending_timed_out"),
    State("connecting", deadline="connecting_life", on_deadline="connecting_timed_out"),
    State("active"),
    State("suspended", status="active", deadline="viewer_grace", on_deadline="grace_expired"),
    State("disconnected", final=True),
    State("failed", final=True),
), [  # in                             on                       go to           and do               because
    ("pending",                        "agent_acknowledged",    "connecting",   "audit",             "SESS-010"),
    (["connecting", "active", "suspended"], "agent_acknowledged", None,         "",                  "SESS-010"),
    (["pending", "connecting"],     "socket_opened",         None,           "restart_deadline",  "SESS-014"),
    (["pending", "connecting"],     "offer_submitted",       None,           "restart_deadline",  "SESS-014"),
    (["active", "suspended"],       "socket_opened",         None,           "",                  "SESS-014"),
    ("connecting",                     "peer_connected",        "active",       "start_clock audit", "SESS-011"),
    ("active",                         "peer_connected",        None,           "",                  "SESS-011"),
    ("pending",                        "pending_timed_out",     "failed",       END,                 "SESS-012 SESS-019"),
    ("connecting",                     "connecting_timed_out",  "failed",       END,                 "SESS-013 SESS-019"),
    (["pending", "connecting"],     "start_failed",          "failed",       END,                 "SESS-017 SESS-019"),
    ("active",                         "viewer_lost",           "suspended",    "audit",             "SESS-018"),
    ("suspended",                      "viewer_returned",       "active",       "audit",             "SESS-018"),
    ("suspended",                      "grace_expired",         "failed",       END,                 "SESS-018 SESS-019"),
    (["pending", "connecting"],     "viewer_lost",           "failed",       END,                 "SESS-017 SESS-019"),
    ("pending",                        "agent_lost",            None,           "",                  "SESS-017"),
    (["connecting", "active", "suspended"], "agent_lost",       "failed",       END,                 "SESS-017 SESS-019"),
    (LIVE,                             "viewer_closed",         "disconnected", END,                 "SESS-015 SESS-019"),
    (LIVE,                             "shell_exited",          "disconnected", END,                 "SESS-016 SESS-019"),
    (LIVE,                             "agent_disconnected",    "disconnected", END,                 "SESS-016 SESS-019"),
    (LIVE,                             "end_requested",         "disconnected", END,                 "SESS-020 SESS-019"),
    (LIVE,                             "reaped",                "disconnected", END,                 "SESS-024 SESS-019"),
    (LIVE,                             "access_revoked",        "disconnected", END,                 "SESS-025 SESS-019"),
    (LIVE,                             "server_restarted",      "failed",       END,                 "SESS-023 SESS-019"),
    # an ended session never revives: what was on its way is dropped
    (ENDED,                            "agent_acknowledged",    None,           "",                  "SESS-006"),
    (ENDED,                            "peer_connected",        None,           "",                  "SESS-006"),
    (ENDED,                            "start_failed",          None,           "",                  "SESS-006"),
    (ENDED,                            "viewer_lost",           None,           "",                  "SESS-006"),
    (ENDED,                            "viewer_closed",         None,           "",                  "SESS-006"),
    (ENDED,                            "shell_exited",          None,           "",                  "SESS-006"),
    (ENDED,                            "agent_disconnected",    None,           "",                  "SESS-006"),
    (ENDED,                            "agent_lost",            None,           "",                  "SESS-006"),
    (ENDED,                            "reaped",                None,           "",                  "SESS-006"),
    (ENDED,                            "access_revoked",        None,           "",                  "SESS-006"),
    (ENDED,                            "server_restarted",      None,           "",                  "SESS-006"),
    (ENDED,                            "SESSION_ENDED",         None,           "",                  "SESS-022"),
    (LIVE,                             "ticket_minted",         None,           "",                  "ACCT-041"),
    (ENDED,                            "TICKET_STATE",          None,           "",                  "ACCT-041"),
], [
    ("create", "device_visible", "holds",               None,              "DEVICE_NOT_FOUND",   "SESS-002"),
    ("create", "device_online",  "holds",               None,              "DEVICE_OFFLINE",     "SESS-003"),
    ("create", "org_live",       "below org_sessions",  None,              "SESSION_LIMIT_ORG",  "SESS-031 SESS-030"),
    ("create", "user_live",      "below user_sessions", "session_created", "SESSION_LIMIT_USER", "SESS-032 SESS-030"),
    ("see",    "same_org",       "holds",               None,              "SESSION_NOT_FOUND",  "SESS-004"),
    ("see",    "owner",          "holds",               "session_seen",    None,                 "SESS-004"),
    ("see",    "manager",        "holds",               "session_seen",    "SESSION_NOT_FOUND",  "SESS-004"),
    ("end",    "live",           "holds",               "end_requested",   "SESSION_ENDED",      "SESS-022"),
    ("mint",   "ticket_type",    "holds",               None,              "TICKET_TYPE",        "ACCT-042"),
    ("mint",   "live",           "holds",               "ticket_minted",   "TICKET_STATE",       "ACCT-041"),
])
# fmt: on


def product(capacity: int = 1) -> Product:
    """Couple a session's record with the terminal that it carries: viewer, relay, agent and record (SESS-006)."""
    base = terminal.product(capacity=capacity)
    calls = [Call("relay", effect, event, "session", outcome) for (effect, event), outcome in SESSION_EVENTS.items()]
    calls.append(Call("session", "stop_agent", None, "relay", "session_ended"))
    outside = ("end_requested", "reaped", "access_revoked", "pending_timed_out", "connecting_timed_out")
    free = {**base.spontaneous, "session": frozenset(outside)}
    free["relay"] = free["relay"] - {"session_ended", "grace_expired"}
    return Product(
        "session",
        {**base.sides, "session": SESSION},
        base.channels,
        free,
        base.resets,
        tuple(calls),
        at_most_once=(("session", "record_duration"),),
    )


def desktop_product() -> Product:
    """Couple a session's record with the fallback of its desktop: viewer, relay, device and record (SESS-006)."""
    base = desktop.FALLBACK_PRODUCT
    calls = [Call("relay", *effect, "session", outcome) for effect, outcome in desktop.SESSION_EVENTS.items()]
    calls.append(Call("session", "stop_agent", None, "relay", "session_ended"))
    free = {
        "viewer": frozenset("webrtc_timed_out server_lost user_left fallback_timed_out video_received".split()),
        "relay": frozenset("viewer_lost agent_lost start_timed_out".split()),
        "stream": frozenset("capture_opened capture_failed picture_captured link_lost".split()),
        "session": frozenset("end_requested pending_timed_out connecting_timed_out".split()),
    }
    return Product(
        "desktop_session",
        {**base.sides, "session": SESSION},
        base.channels,
        free,
        calls=(*base.calls, *calls),
        resting=base.resting,
        at_most_once=(("session", "record_duration"),),
    )
