"""Link: one table a side for the agent socket, and the records of devices, commands and enrolment."""

from typing import Final

from breeze_protocol.machine import State, machine
from breeze_protocol.product import Call, Channel, Product, Reset, spontaneous

_UP: Final = ("greeting", "online")

# fmt: off
ENROLLMENT = machine("enrollment", (State("asking"), State("enrolled", final=True)), [
    ("asking", "enrollment_accepted", "enrolled", "create_device count_use send_identity", "LINK-002"),
], [
    ("enroll", "failures",       "below enrollment_failures", None,                  "ENROLLMENT_RATE_LIMITED",  "LINK-006"),
    ("enroll", "key_known",      "holds",                     None,                  "ENROLLMENT_KEY_UNKNOWN",   "LINK-003"),
    ("enroll", "key_current",    "holds",                     None,                  "ENROLLMENT_KEY_EXPIRED",   "LINK-003"),
    ("enroll", "key_has_uses",   "holds",                     None,                  "ENROLLMENT_KEY_EXHAUSTED", "LINK-003"),
    ("enroll", "key_has_site",   "holds",                     None,                  "ENROLLMENT_KEY_NO_SITE",   "LINK-004"),
    ("enroll", "secret_given",   "holds",                     None,                  "ENROLLMENT_SECRET_MISSING", "LINK-005"),
    ("enroll", "secret_matches", "holds",                     "enrollment_accepted", "ENROLLMENT_SECRET_WRONG",  "LINK-005"),
])

AGENT_GATE = machine("agent_gate", (State("closed"), State("open", final=True)), [
    ("closed", "agent_admitted", "open", "run_call", "LINK-010"),
], [
    ("call",   "header_given",      "holds",                 None,             "AGENT_HEADER_MISSING",   "LINK-010"),
    ("call",   "token_well_formed", "holds",                 None,             "AGENT_TOKEN_FORMAT",     "LINK-010"),
    ("call",   "token_matches",     "holds",                 None,             "AGENT_CREDENTIALS",      "LINK-011"),
    ("call",   "commissioned",      "holds",                 None,             "DEVICE_DECOMMISSIONED",  "LINK-012"),
    ("call",   "not_quarantined",   "holds",                 None,             "DEVICE_QUARANTINED",     "LINK-012"),
    ("call",   "recent_requests",   "below agent_requests",  "agent_admitted", "AGENT_RATE_LIMITED",     "LINK-014"),
    ("dial",   "recent_connects",   "below agent_connects",  None,             "AGENT_CONNECTS_LIMITED", "LINK-022"),
    ("dial",   "header_given",      "holds",                 None,             "AGENT_HEADER_MISSING",   "LINK-021"),
    ("dial",   "token_well_formed", "holds",                 None,             "AGENT_TOKEN_FORMAT",     "LINK-021"),
    ("dial",   "token_matches",     "holds",                 None,             "AGENT_CREDENTIALS",      "LINK-021"),
    ("dial",   "commissioned",      "holds",                 None,             "AGENT_CREDENTIALS",      "LINK-021"),
    ("dial",   "not_quarantined",   "holds",                 "agent_admitted", "AGENT_CREDENTIALS",      "LINK-021"),
])

SERVER = machine("link_server", (
    State("accepted"),
    State("online"),
    State("closed", final=True),
), [  # in        on                          go to     and do                                   because
    ("accepted",  "socket_opened",            "online", "supersede_other mark_online send_connected", "LINK-023 LINK-025"),
    ("accepted",  "agent_gone",               "closed", "",                                      "LINK-026"),
    ("online",    "ping_due",                 None,     "send_ping",                             "LINK-033"),
    ("online",    "agent_silent",             "closed", "send_close mark_offline",               "LINK-034 LINK-026"),
    ("online",    "pong_received",            None,     "note_liveness",                         "LINK-033"),
    ("online",    "heartbeat_received",       None,     "note_liveness send_heartbeat_ack",      "LINK-036"),
    ("online",    "hello_received",           None,     "note_capabilities",                     "LINK-024"),
    ("online",    "result_received",          None,     "store_result send_ack",                 "LINK-051"),
    ("online",    "update_status_received",   None,     "mark_updating",                         "LINK-037"),
    ("online",    "progress_received",        None,     "",                                      "LINK-038"),
    ("online",    "terminal_output_received", None,     "relay_output",                          "TERM-033"),
    ("online",    "terminal_exit_received",   None,     "relay_exit",                            "TERM-045"),
    ("online",    "input_credit_received",    None,     "relay_input_credit",                    "TERM-067"),
    ("online",    "message_invalid",          None,     "send_error",                            "LINK-030"),
    ("online",    "message_unreadable",       None,     "send_error",                            "LINK-031"),
    ("online",    "command_queued",           None,     "send_command",                          "LINK-050"),
    ("online",    "superseded",               "closed", "send_close",                            "LINK-025"),
    ("online",    "access_revoked",           "closed", "send_close mark_offline",               "LINK-015"),
    ("online",    "server_stopping",          "closed", "send_close mark_offline",               "LINK-027"),
    ("online",    "agent_gone",               "closed", "mark_offline",                          "LINK-026"),
    ("closed",    "pong_received",            None,     "",                                      "LINK-028"),
    ("closed",    "heartbeat_received",       None,     "",                                      "LINK-028"),
    ("closed",    "hello_received",           None,     "",                                      "LINK-028"),
    ("closed",    "result_received",          None,     "",                                      "LINK-028"),
    ("closed",    "input_credit_received",    None,     "",                                      "LINK-028"),
    ("closed",    "agent_gone",               None,     "",                                      "LINK-028"),
    ("closed",    "command_queued",           None,     "",                                      "LINK-028"),
], [
    ("message", "readable",   "holds",                      None,       "message_unreadable", "LINK-031"),
    ("message", "decodes",    "holds",                      "accepted", "message_invalid",    "LINK-030"),
    ("tick",    "silent_for", "below link_pong_timeout",    "ping_due", "agent_silent",       "LINK-034"),
])

AGENT = machine("link_agent", (
    State("offline"),
    State("dialing", deadline="link_dial_timeout", on_deadline="dial_failed"),
    State("greeting", deadline="link_transport_silence", on_deadline="link_lost"),
    State("online"),
    State("stopped", final=True),
), [
    ("offline",   "retry_due",            "dialing",  "dial",                              "LINK-040"),
    ("dialing",   "dial_succeeded",       "greeting", "",                                  "LINK-040"),
    ("dialing",   "dial_failed",          "offline",  "lengthen_backoff schedule_retry",   "LINK-041"),
    ("dialing",   "credentials_refused",  "offline",  "lengthen_backoff schedule_retry report_refusal", "LINK-042"),
    ("greeting",  "connected_received",   "online",   "note_capabilities send_hello",      "LINK-023 LINK-024"),
    ("online",    "connected_received",   None,       "note_capabilities",                 "LINK-023"),
    (_UP,         "ping_received",        None,       "send_pong",                         "LINK-033"),
    (_UP,         "command_received",     None,       "run_command",                       "LINK-050"),
    (_UP,         "command_repeated",     None,       "",                                  "LINK-054"),
    (_UP,         "command_unknown",      None,       "send_result",                       "LINK-055"),
    (_UP,         "ack_received",         None,       "",                                  "LINK-051"),
    (_UP,         "heartbeat_ack_received", None,     "",                                  "LINK-036"),
    (_UP,         "error_received",       None,       "report_error",                      "LINK-030"),
    (_UP,         "credit_received",      None,       "extend_window",                     "TERM-036"),
    (_UP,         "message_ignored",      None,       "",                                  "LINK-039"),
    ("online",    "result_ready",         None,       "send_result",                       "LINK-051"),
    ("greeting",  "result_ready",         None,       "send_result",                       "LINK-051"),
    (_UP,         "close_received",       "offline",  "end_terminals lengthen_backoff schedule_retry", "LINK-041 LINK-043 TERM-047"),
    (_UP,         "link_lost",            "offline",  "end_terminals lengthen_backoff schedule_retry", "LINK-041 LINK-043 TERM-047"),
    (_UP,         "lasted",               None,       "reset_backoff",                     "LINK-041"),
    (_UP,         "stop_requested",       "stopped",  "end_terminals send_leave",          "LINK-044"),
    (["offline", "dialing"], "stop_requested", "stopped", "",                           "LINK-044"),
    (["offline", "dialing", "stopped"], "result_ready",   None,      "",                           "LINK-056"),
    (["offline", "dialing", "stopped"], "connected_received", None,  "",                           "LINK-043"),
    (["offline", "dialing", "stopped"], "ping_received",  None,      "",                           "LINK-043"),
    (["offline", "dialing", "stopped"], "command_received", None,    "",                           "LINK-043"),
    (["offline", "dialing", "stopped"], "ack_received",   None,      "",                           "LINK-043"),
    (["offline", "dialing", "stopped"], "heartbeat_ack_received", None, "",                        "LINK-043"),
    (["offline", "dialing", "stopped"], "error_received", None,      "",                           "LINK-043"),
    (["offline", "dialing", "stopped"], "close_received", None,      "",                           "LINK-043"),
], [
    ("frame", "is_ping",        "holds", "ping_received",      None,               "LINK-033"),
    ("frame", "is_tagged",      "holds", "tagged",             None,               "LINK-039"),
    ("frame", "has_id",         "holds", None,                 "message_ignored",  "LINK-050"),
    ("frame", "id_seen",        "holds", "command_repeated",   None,               "LINK-054"),
    ("frame", "type_known",     "holds", "command_received",   "command_unknown",  "LINK-055"),
])

DEVICE = machine("device", (
    State("offline"),
    State("online"),
    State("updating"),
    State("quarantined"),
    State("decommissioned", final=True),
), [
    (["offline", "updating"],        "agent_connected",    "online",         "",                             "LINK-023"),
    ("online",                          "agent_connected",    None,             "",                             "LINK-025"),
    ("online",                          "agent_disconnected", "offline",        "",                             "LINK-026"),
    (["offline", "updating"],        "agent_disconnected", None,             "",                             "LINK-026"),
    ("online",                          "update_announced",   "updating",       "",                             "LINK-037"),
    (["offline", "updating"],        "update_announced",   None,             "",                             "LINK-037"),
    (["offline", "online", "updating"], "quarantine_ordered", "quarantined",    "close_link",                   "LINK-012"),
    ("quarantined",                     "approved",           "offline",        "",                             "LINK-012"),
    (["offline", "online", "updating", "quarantined"], "decommission_ordered", "decommissioned", "close_link revoke_token", "LINK-012"),
    (["quarantined", "decommissioned"], "agent_disconnected", None,          "",                             "LINK-026"),
])

COMMAND = machine("command", (
    State("pending"),
    State("sent", deadline="command_deadline", on_deadline="command_timed_out"),
    State("completed", final=True),
    State("failed", final=True),
    State("timeout", final=True),
), [
    ("pending",               "command_claimed",    "sent",      "send_command",  "LINK-050"),
    (["pending", "sent"],  "result_completed",   "completed", "store_result",  "LINK-051"),
    (["pending", "sent"],  "result_failed",      "failed",    "store_result",  "LINK-051"),
    (["pending", "sent"],  "result_timeout",     "timeout",   "store_result",  "LINK-051"),
    ("sent",                  "command_timed_out",  "timeout",   "",              "LINK-053"),
    (["completed", "failed", "timeout"], "result_completed", None, "",            "LINK-057"),
    (["completed", "failed", "timeout"], "result_failed",    None, "",            "LINK-057"),
    (["completed", "failed", "timeout"], "result_timeout",   None, "",            "LINK-057"),
])
# fmt: on

PRODUCT = Product(
    "link",
    {"agent": AGENT, "server": SERVER},
    (
        Channel("agent", "server", ("hello", "pong", "result"), 2),
        Channel("server", "agent", ("connected", "ping", "command", "ack", "close"), 2),
    ),
    {
        "agent": spontaneous(AGENT, ("message_ignored", "command_repeated", "command_unknown", "result_ready")),
        "server": frozenset(
            "ping_due agent_silent command_queued superseded access_revoked server_stopping agent_gone".split()
        ),
    },
    (Reset("agent", "dial_succeeded", "server"),),
    (Call("agent", None, "dial_succeeded", "server", "socket_opened"),),
    resting={"server": ("accepted",)},
)
"""An agent and the server over one socket after another."""
