"""Terminal: one table a side. The effect `send_X` puts X on a channel, the event `X_received` takes it off."""

from typing import Final

from breeze_protocol.machine import Machine, State, machine
from breeze_protocol.product import Channel, Product, Reset, spontaneous

# fmt: off
VIEWER = machine("terminal_viewer", (
    State("opening"),
    State("connected"),
    State("exited"),
    State("closed", final=True),
), [  # in                           on                       go to        and do                          because
    ("opening",                      "connected_received",    "connected", "announce_connected send_resize", "TERM-011 TERM-023"),
    ("opening",                      "user_resized",          None,        "remember_size",                "TERM-020"),
    ("connected",                    "user_resized",          None,        "send_resize",                  "TERM-023"),
    ("exited",                       "user_resized",          None,        "",                             "TERM-032"),
    ("connected",                    "user_typed",            None,        "send_data",                    "TERM-021"),
    ("exited",                       "user_typed",            None,        "",                             "TERM-032"),
    ("connected",                    "output_received",       None,        "write_output",                 "TERM-033"),
    ("connected",                    "exit_received",         "exited",    "keep_status",                  "TERM-031"),
    (["opening", "connected", "exited"], "error_received",    None,        "show_error",                   "TERM-022"),
    (["opening", "connected", "exited"], "ping_received",     None,        "send_pong",                    "TERM-026"),
    (["opening", "connected", "exited"], "pong_received",     None,        "",                             "TERM-025"),
    ("opening",                      "ping_due",              None,        "",                             "TERM-020"),
    (["connected", "exited"],        "ping_due",              None,        "send_ping",                    "TERM-025"),
    (["opening", "connected", "exited"], "server_silent",     "closed",    "report_loss",                  "TERM-026 TERM-037"),
    (["opening", "connected", "exited"], "close_received",    "closed",    "report_end",                   "TERM-030"),
    (["opening", "connected", "exited"], "user_left",         "closed",    "send_leave",                   "TERM-029"),
    (["opening", "connected", "exited"], "server_lost",       "closed",    "report_loss",                  "TERM-037"),
    ("closed",                       "connected_received",    None,        "",                             "TERM-029"),
    ("closed",                       "output_received",       None,        "",                             "TERM-029"),
    ("closed",                       "exit_received",         None,        "",                             "TERM-029"),
    ("closed",                       "error_received",        None,        "",                             "TERM-029"),
    ("closed",                       "ping_received",         None,        "",                             "TERM-029"),
    ("closed",                       "pong_received",         None,        "",                             "TERM-029"),
    ("closed",                       "close_received",        None,        "",                             "TERM-029"),
], [
    ("resize", "cols", "at_least terminal_cols_least", None,           "INVALID_MESSAGE", "TERM-005"),
    ("resize", "cols", "at_most terminal_cols_most",   None,           "INVALID_MESSAGE", "TERM-005"),
    ("resize", "rows", "at_least terminal_rows_least", None,           "INVALID_MESSAGE", "TERM-005"),
    ("resize", "rows", "at_most terminal_rows_most",   "user_resized", "INVALID_MESSAGE", "TERM-005"),
    ("data",   "characters", "at_most terminal_data",  "user_typed",   "INVALID_MESSAGE", "TERM-021"),
    ("tick",   "silent_for", "below terminal_pong_timeout", "ping_due", "server_silent",  "TERM-025 TERM-026"),
])

_BOTH: Final = ("starting", "running")
_ANY: Final = ("starting", "running", "paused")

RELAY = machine("terminal_relay", (
    State("waiting"),
    State("starting", deadline="terminal_start_deadline", on_deadline="start_timed_out"),
    State("running"),
    State("paused", deadline="viewer_grace", on_deadline="grace_expired"),
    State("ended", final=True),
), [
    ("waiting",    "viewer_attached",          "starting", "send_terminal_start",                                          "TERM-012"),
    ("waiting",    "session_ended",            "ended",    "",                                                             "TERM-030"),
    ("waiting",    "agent_lost",               "ended",    "",                                                             "TERM-014"),
    ("waiting",    "leave_received",           "ended",    "end_session",                                                  "TERM-029"),
    ("starting",   "started_received",         "running",  "acknowledge_session activate_session send_connected release_output", "TERM-011 SESS-010"),
    ("starting",   "start_failed_received",    "ended",    "fail_session send_error send_close",                           "TERM-013"),
    ("starting",   "start_timed_out",          "ended",    "send_terminal_stop fail_session send_error send_close",        "TERM-013"),
    ("starting",   "viewer_attached",          None,       "supersede_viewer",                                             "TERM-039"),
    ("starting",   "data_received",            None,       "send_error",                                                   "TERM-020"),
    ("starting",   "resize_received",          None,       "send_error",                                                   "TERM-020"),
    ("starting",   "terminal_output_received", None,       "hold_output",                                                  "TERM-035"),
    ("starting",   "leave_received",           "ended",    "send_terminal_stop end_session",                               "TERM-029"),
    ("starting",   "viewer_lost",              "ended",    "send_terminal_stop fail_session",                              "TERM-037"),
    ("running",    "data_received",            None,       "send_terminal_data",                                           "TERM-021 TERM-041"),
    ("running",    "resize_received",          None,       "send_terminal_resize",                                         "TERM-023 TERM-042"),
    ("running",    "terminal_output_received", None,       "send_output",                                                  "TERM-033"),
    ("running",    "viewer_attached",          None,       "supersede_viewer send_connected",                              "TERM-039 TERM-011"),
    ("running",    "leave_received",           "ended",    "send_terminal_stop end_session",                               "TERM-029 SESS-015"),
    ("running",    "viewer_lost",              "paused",   "suspend_session",                                              "TERM-037 SESS-018"),
    ("running",    "viewer_silent",            "paused",   "send_close suspend_session",                                   "TERM-026 SESS-018"),
    ("starting",   "viewer_silent",            "ended",    "send_close send_terminal_stop fail_session",                   "TERM-026"),
    ("paused",     "viewer_attached",          "running",  "resume_session send_connected release_output",                 "TERM-038 SESS-018"),
    ("paused",     "terminal_output_received", None,       "hold_output",                                                  "TERM-035"),
    ("paused",     "grace_expired",            "ended",    "send_terminal_stop fail_session",                              "TERM-037 SESS-018"),
    ("running",    "terminal_exit_received",   "ended",    "send_exit end_session send_close",                             "TERM-031 SESS-016"),
    ("paused",     "terminal_exit_received",   "ended",    "end_session",                                                  "TERM-031 SESS-016"),
    (_BOTH,        "message_refused",          None,       "send_error",                                                   "TERM-022"),
    (_BOTH,        "ping_received",            None,       "send_pong",                                                    "TERM-025"),
    (_BOTH,        "pong_received",            None,       "note_liveness",                                                "TERM-026"),
    (_BOTH,        "ping_due",                 None,       "send_ping",                                                    "TERM-025"),
    ("starting",   "agent_lost",               "ended",    "fail_start send_error send_close",                             "TERM-014 SESS-017"),
    ("running",    "agent_lost",               "ended",    "fail_session send_error send_close",                           "TERM-014 SESS-017"),
    ("paused",     "agent_lost",               "ended",    "fail_session",                                                 "TERM-014 SESS-017"),
    (_BOTH,        "session_ended",            "ended",    "send_terminal_stop send_error send_close",                     "TERM-030 SESS-021"),
    ("paused",     "session_ended",            "ended",    "send_terminal_stop",                                           "TERM-030 SESS-021"),
    (_ANY,         "input_result_received",    None,       "release_input",                                                "TERM-027"),
    (_ANY,         "input_credit_received",    None,       "release_input",                                                "TERM-067"),
    # what was on its way when it ended
    ("ended",      "input_credit_received",    None,       "",                                                             "TERM-016"),
    ("ended",      "started_received",         None,       "send_terminal_stop",                                           "TERM-015"),
    ("ended",      "start_failed_received",    None,       "",                                                             "TERM-016"),
    ("ended",      "terminal_output_received", None,       "",                                                             "TERM-016"),
    ("ended",      "terminal_exit_received",   None,       "",                                                             "TERM-016"),
    ("ended",      "input_result_received",    None,       "",                                                             "TERM-016"),
    ("ended",      "data_received",            None,       "",                                                             "TERM-016"),
    ("ended",      "resize_received",          None,       "",                                                             "TERM-016"),
    ("ended",      "message_refused",          None,       "",                                                             "TERM-016"),
    ("ended",      "ping_received",            None,       "",                                                             "TERM-016"),
    ("ended",      "pong_received",            None,       "",                                                             "TERM-016"),
    ("ended",      "ping_due",                 None,       "",                                                             "TERM-016"),
    ("ended",      "leave_received",           None,       "",                                                             "TERM-016"),
    ("ended",      "viewer_lost",              None,       "",                                                             "TERM-016"),
    ("ended",      "viewer_silent",            None,       "",                                                             "TERM-016"),
    ("ended",      "agent_lost",               None,       "",                                                             "TERM-016"),
    ("ended",      "session_ended",            None,       "",                                                             "TERM-016"),
    # what the last viewer said before it was lost
    ("paused",     "data_received",            None,       "",                                                             "TERM-037"),
    ("paused",     "resize_received",          None,       "",                                                             "TERM-037"),
    ("paused",     "message_refused",          None,       "",                                                             "TERM-037"),
    ("paused",     "ping_received",            None,       "",                                                             "TERM-037"),
    ("paused",     "pong_received",            None,       "",                                                             "TERM-037"),
    ("paused",     "ping_due",                 None,       "",                                                             "TERM-037"),
    ("paused",     "leave_received",           "ended",    "send_terminal_stop end_session",                               "TERM-029 SESS-015"),
    ("paused",     "viewer_lost",              None,       "",                                                             "TERM-037"),
    ("paused",     "viewer_silent",            None,       "",                                                             "TERM-037"),
], [
    ("message", "decodes",     "holds",                        "decoded",            "message_refused", "TERM-022"),
    ("data",    "characters",  "at_most terminal_data",        "data_received",   "message_refused", "TERM-021"),
    ("resize",  "cols",        "at_least terminal_cols_least", None,              "message_refused", "TERM-005"),
    ("resize",  "cols",        "at_most terminal_cols_most",   None,              "message_refused", "TERM-005"),
    ("resize",  "rows",        "at_least terminal_rows_least", None,              "message_refused", "TERM-005"),
    ("resize",  "rows",        "at_most terminal_rows_most",   "resize_received", "message_refused", "TERM-005"),
    ("tick",    "silent_for",  "below terminal_pong_timeout",  "ping_due",        "viewer_silent",   "TERM-026"),
])

AGENT = machine("terminal_agent", (
    State("absent"),
    State("opening"),
    State("running"),
    State("ended", final=True),
), [
    ("absent",    "terminal_start_received",  "opening", "open_pty",                      "TERM-040"),
    ("absent",    "terminal_data_received",   None,      "send_refusal",                  "TERM-046"),
    ("absent",    "terminal_resize_received", None,      "send_refusal",                  "TERM-046"),
    ("absent",    "terminal_stop_received",   None,      "send_refusal",                  "TERM-046"),
    ("absent",    "link_lost",                "ended",   "",                              "TERM-047"),
    ("absent",    "START_REFUSED",            "ended",   "send_start_failed",             "TERM-044"),
    ("opening",   "pty_opened",               "running", "send_started",                  "TERM-040"),
    ("opening",   "pty_failed",               "ended",   "send_start_failed",             "TERM-013"),
    ("opening",   "terminal_data_received",   None,      "write_input send_input_result", "TERM-041"),
    ("opening",   "terminal_resize_received", None,      "set_size",                      "TERM-042"),
    ("opening",   "terminal_stop_received",   "ended",   "kill_pty send_stopped",         "TERM-043"),
    ("opening",   "link_lost",                "ended",   "kill_pty",                      "TERM-047"),
    ("running",   "terminal_data_received",   None,      "write_input send_input_result", "TERM-041"),
    ("running",   "terminal_resize_received", None,      "set_size",                      "TERM-042"),
    ("running",   "terminal_credit_received", None,      "extend_window",                 "TERM-036"),
    ("running",   "pty_output",               None,      "send_terminal_output",          "TERM-033"),
    ("running",   "shell_exited",             "ended",   "kill_pty send_terminal_exit",   "TERM-045"),
    ("running",   "terminal_stop_received",   "ended",   "kill_pty send_stopped",         "TERM-043"),
    ("running",   "link_lost",                "ended",   "kill_pty",                      "TERM-047"),
    (["opening", "running"], "terminal_start_received", None, "send_start_failed",     "TERM-048"),
    ("ended",     "terminal_start_received",  None,      "send_start_failed",             "TERM-048"),
    ("ended",     "terminal_data_received",   None,      "send_refusal",                  "TERM-046"),
    ("ended",     "terminal_resize_received", None,      "send_refusal",                  "TERM-046"),
    ("ended",     "terminal_stop_received",   None,      "send_refusal",                  "TERM-046"),
    (["opening", "ended"], "terminal_credit_received", None, "",                       "TERM-036"),
    ("ended",     "link_lost",                None,      "",                              "TERM-047"),
], [
    ("start", "terminals",   "below terminals_per_agent", "terminal_start_received", "START_REFUSED", "TERM-044"),
    ("read",  "outstanding", "below terminal_window",     "pty_output",              "wait_credit",   "TERM-036"),
])

NAIVE_VIEWER = machine("terminal_viewer_naive", VIEWER.states, [
    *((r.source, r.event, r.target, " ".join(r.effects), " ".join(r.clauses)) for r in VIEWER.rows
      if (r.source, r.event) != ("opening", "user_resized")),
    ("opening", "user_resized", None, "send_resize", "TERM-020"),
], [])
"""The race that the specification forbids, kept so that the model checker can be seen to find it."""

NAIVE_RELAY = machine("terminal_relay_naive", RELAY.states, [
    *((r.source, r.event, r.target, " ".join(r.effects), " ".join(r.clauses)) for r in RELAY.rows
      if (r.source, r.event) != ("starting", "resize_received")),
], [])
"""A relay without a rule for a resize that comes too early; with `NAIVE_VIEWER` it shows the race."""
# fmt: on

# fmt: off
ANSWERS: Final = {
    "data_received":         "NOT_CONNECTED",
    "resize_received":       "NOT_CONNECTED",
    "message_refused":       "MESSAGE_ERROR",
    "start_failed_received": "TERMINAL_START_FAILED",
    "start_timed_out":       "TERMINAL_START_FAILED",
    "agent_lost":            "AGENT_OFFLINE",
    "session_ended":         "SESSION_ENDED_NOTICE",
}
"""The error that `send_error` says, by the relay's event (TERM-013, TERM-014, TERM-020, TERM-022, TERM-030)."""

CLOSES: Final = {
    "start_failed_received":  (4003, "Terminal start failed"),
    "start_timed_out":        (4003, "Terminal start failed"),
    "agent_lost":             (4002, "Agent offline"),
    "viewer_silent":          (4008, "Pong timeout"),
    "viewer_attached":        (4009, "Superseded by a newer connection"),
    "session_ended":          (4010, "Session ended"),
    "terminal_exit_received": (1000, "Shell exited"),
}
"""The close code and reason that `send_close` and `supersede_viewer` use, by the relay's event (TERM-030)."""

SESSION_EVENTS: Final = {
    ("acknowledge_session", "started_received"):    "agent_acknowledged",
    ("activate_session", "started_received"):       "peer_connected",
    ("fail_session", "start_failed_received"):      "start_failed",
    ("fail_session", "start_timed_out"):            "start_failed",
    ("fail_session", "viewer_lost"):                "viewer_lost",
    ("fail_session", "viewer_silent"):              "viewer_lost",
    ("fail_start", "agent_lost"):                   "start_failed",
    ("fail_session", "agent_lost"):                 "agent_lost",
    ("fail_session", "grace_expired"):              "grace_expired",
    ("suspend_session", "viewer_lost"):             "viewer_lost",
    ("suspend_session", "viewer_silent"):           "viewer_lost",
    ("resume_session", "viewer_attached"):          "viewer_returned",
    ("end_session", "leave_received"):              "viewer_closed",
    ("end_session", "terminal_exit_received"):      "shell_exited",
}
"""What the relay's effects on the session are called in the session's table."""
# fmt: on


def product(viewer: Machine = VIEWER, relay: Machine = RELAY, agent: Machine = AGENT, capacity: int = 2) -> Product:
    """Couple the three sides as they talk: two sockets, each in order both ways (TERM-011, TERM-020)."""
    sides = {"viewer": viewer, "relay": relay, "agent": agent}
    channels = (
        Channel("viewer", "relay", ("data", "resize", "leave"), capacity),
        Channel("relay", "viewer", ("connected", "output", "exit", "error", "close"), capacity),
        Channel("relay", "agent", ("terminal_start", "terminal_data", "terminal_resize", "terminal_stop"), capacity),
        Channel(
            "agent",
            "relay",
            ("started", "start_failed", "terminal_output", "terminal_exit", "input_result"),
            capacity,
        ),
    )
    noise = ("message_refused", "ping_due", "viewer_silent", "user_left" if capacity < 2 else "")
    free = {
        "viewer": spontaneous(viewer),
        "relay": spontaneous(relay, noise),
        "agent": spontaneous(agent, ("START_REFUSED",)),
    }
    return Product("terminal", sides, channels, free, (Reset("relay", "viewer_attached", "viewer"),))
