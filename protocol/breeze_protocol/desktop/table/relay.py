"""The server's side of the fallback: pictures one way, input the other, and never a picture that waits."""

from typing import Final

from breeze_protocol.machine import State, machine

_STARTING: Final = ("starting", "restarting")
_SHOWING: Final = ("dark", "streaming")
_LIVE: Final = (*_STARTING, *_SHOWING)
_OPEN: Final = (*_LIVE, "paused")

# fmt: off
RELAY = machine("desktop_relay", (
    State("waiting"),
    State("starting", deadline="desktop_start_deadline", on_deadline="start_timed_out"),
    State("restarting", deadline="desktop_start_deadline", on_deadline="start_timed_out"),
    State("dark", deadline="desktop_first_frame", on_deadline="first_frame_missed"),
    State("streaming"),
    State("paused", deadline="viewer_grace", on_deadline="grace_expired"),
    State("ended", final=True),
), [  # in          on                        go to         and do                                                     because
    ("waiting",     "viewer_attached",        "starting",   "send_stream_start",                                       "DESK-081"),
    ("waiting",     "viewer_returned",        "restarting", "send_stream_start",                                       "DESK-081 DESK-080"),
    ("waiting",     "session_ended",          "ended",      "",                                                        "DESK-095"),
    ("waiting",     "agent_lost",             "ended",      "",                                                        "DESK-084"),
    ("waiting",     "leave_received",         "ended",      "end_session",                                             "DESK-095"),
    # starting: the session is not active yet; restarting: it was
    ("starting",    "started_received",       "dark",       "acknowledge_session send_connected release_frame",        "DESK-082 SESS-010"),
    ("restarting",  "started_received",       "dark",       "send_connected release_frame",                            "DESK-082 DESK-097"),
    ("starting",    "start_failed_received",  "ended",      "fail_session send_no_picture send_error send_close",      "DESK-083 SESS-017"),
    ("restarting",  "start_failed_received",  "ended",      "lose_session send_no_picture send_error send_close",      "DESK-083"),
    ("starting",    "start_timed_out",        "ended",      "send_stream_stop fail_session send_no_picture send_error send_close", "DESK-083 SESS-017"),
    ("restarting",  "start_timed_out",        "ended",      "send_stream_stop lose_session send_no_picture send_error send_close", "DESK-083"),
    ("starting",    "viewer_lost",            "ended",      "send_stream_stop fail_session",                           "DESK-097"),
    ("starting",    "viewer_silent",          "ended",      "send_close send_stream_stop fail_session",                "DESK-094"),
    (_STARTING,     "viewer_input_received",         None,         "send_error",                                              "DESK-029"),
    (_STARTING,     "viewer_config_received",        None,         "send_error",                                              "DESK-029"),
    (_STARTING,     "frame_passed",           None,         "keep_frame",                                              "DESK-088"),
    (_STARTING,     "frame_held",             None,         "keep_frame",                                              "DESK-088"),
    (_STARTING,     "no_picture_reported_received", None,   "",                                                        "DESK-014"),
    (_STARTING,     "frame_due",              None,         "",                                                        "DESK-088"),
    # pictures: at most one on its way to the viewer, at most one kept, and that is the newest
    ("dark",        "frame_passed",           "streaming",  "activate_session send_jpeg",                              "DESK-087 SESS-011"),
    ("dark",        "frame_held",             "streaming",  "activate_session keep_frame",                             "DESK-088 SESS-011"),
    ("dark",        "frame_due",              "streaming",  "activate_session send_jpeg",                              "DESK-088 SESS-011"),
    ("dark",        "first_frame_missed",     None,         "send_no_picture restart_deadline",                        "DESK-012"),
    ("streaming",   "frame_passed",           None,         "send_jpeg",                                               "DESK-087"),
    ("streaming",   "frame_held",             None,         "keep_frame",                                              "DESK-088"),
    ("streaming",   "frame_due",              None,         "send_jpeg",                                               "DESK-088"),
    (_SHOWING,      "no_picture_reported_received", "dark", "send_no_picture",                                         "DESK-014"),
    (_SHOWING,      "started_received",       None,         "",                                                        "DESK-089"),
    (_SHOWING,      "start_failed_received",  "ended",      "lose_session send_no_picture send_error send_close",      "DESK-083"),
    # the viewer
    (_SHOWING,      "viewer_input_received",         None,         "send_desktop_input",                                      "DESK-090"),
    (_SHOWING,      "viewer_config_received",        None,         "send_desktop_config",                                     "DESK-091"),
    (_OPEN,         "input_result_received",  None,         "release_input",                                           "DESK-093"),
    (_LIVE,         "message_refused",        None,         "send_error",                                              "DESK-092"),
    (_LIVE,         "ping_received",          None,         "send_pong",                                               "DESK-094"),
    (_LIVE,         "pong_received",          None,         "note_liveness",                                           "DESK-094"),
    (_LIVE,         "ping_due",               None,         "send_ping",                                               "DESK-094"),
    (_STARTING,     "viewer_attached",        None,         "supersede_viewer",                                        "DESK-098"),
    (_STARTING,     "viewer_returned",        None,         "supersede_viewer",                                        "DESK-098"),
    (_SHOWING,      "viewer_attached",        None,         "supersede_viewer send_connected resend_frame",            "DESK-098"),
    (_SHOWING,      "viewer_returned",        None,         "supersede_viewer send_connected resend_frame",            "DESK-098"),
    (_LIVE,         "leave_received",         "ended",      "send_stream_stop end_session",                            "DESK-095 SESS-015"),
    (_LIVE,         "switched_received",      "ended",      "send_stream_stop send_close",                             "DESK-096"),
    (["restarting", *_SHOWING], "viewer_lost", "paused",    "send_stream_stop suspend_session",                        "DESK-097 SESS-018"),
    (["restarting", *_SHOWING], "viewer_silent", "paused",  "send_close send_stream_stop suspend_session",             "DESK-094 SESS-018"),
    ("paused",      "viewer_attached",        "restarting", "resume_session send_stream_start",                        "DESK-097 SESS-018"),
    ("paused",      "viewer_returned",        "restarting", "resume_session send_stream_start",                        "DESK-097 SESS-018"),
    ("paused",      "grace_expired",          "ended",      "fail_session",                                            "DESK-097 SESS-018"),
    ("paused",      "leave_received",         "ended",      "end_session",                                             "DESK-095 SESS-015"),
    ("paused",      "switched_received",      "ended",      "",                                                        "DESK-096"),
    # the agent and the session
    (_LIVE,         "agent_lost",             "ended",      "lose_session send_no_picture send_error send_close",      "DESK-084 SESS-017"),
    ("paused",      "agent_lost",             "ended",      "lose_session",                                            "DESK-084 SESS-017"),
    (_LIVE,         "session_ended",          "ended",      "send_stream_stop send_error send_close",                  "DESK-095 SESS-021"),
    ("paused",      "session_ended",          "ended",      "",                                                        "DESK-095 SESS-021"),
    (_OPEN,         "stopped_received",       None,         "",                                                        "DESK-085"),
    # a session that ended takes nobody back; one that goes on has a new relay
    ("ended",       "viewer_attached",        None,         "refuse_viewer",                                           "DESK-095"),
    ("ended",       "viewer_returned",        None,         "refuse_viewer",                                           "DESK-095"),
    # what was on its way
    ("paused",      "started_received",       None,         "send_stream_stop",                                        "DESK-089"),
    ("ended",       "started_received",       None,         "send_stream_stop",                                        "DESK-089"),
    *(("paused",    event,                    None,         "",                                                        "DESK-089") for event in (
        "start_failed_received", "frame_passed", "frame_held", "frame_due", "no_picture_reported_received",
        "viewer_input_received", "viewer_config_received", "message_refused", "ping_received", "pong_received", "ping_due",
        "viewer_lost", "viewer_silent",
    )),
    *(("ended",     event,                    None,         "",                                                        "DESK-089") for event in (
        "start_failed_received", "stopped_received", "frame_passed", "frame_held", "frame_due",
        "no_picture_reported_received", "viewer_input_received", "viewer_config_received", "input_result_received", "message_refused",
        "ping_received", "pong_received", "ping_due", "leave_received", "switched_received", "viewer_lost",
        "viewer_silent", "agent_lost", "session_ended",
    )),
], [
    ("message", "decodes",        "holds",                              "decoded",         "message_refused", "DESK-092"),
    ("viewer_input", "key_bytes",      "at_most desktop_key",                None,              "message_refused", "DESK-023"),
    ("viewer_input", "scrolls",        "holds",                              "viewer_input_received",  "message_refused", "DESK-022"),
    ("viewer_config", "settings",       "holds",                              "viewer_config_received", "message_refused", "DESK-091"),
    ("frame",   "frame_bytes",    "at_most desktop_frame",              None,              "frame_dropped",   "DESK-086"),
    ("frame",   "is_jpeg",        "holds",                              None,              "frame_dropped",   "DESK-086"),
    ("frame",   "on_the_way",     "below desktop_frames_on_the_way",    "frame_passed",    "frame_held",      "DESK-088"),
    ("attach",  "session_active", "holds",                              "viewer_returned", "viewer_attached", "DESK-080"),
    ("tick",    "silent_for",     "below desktop_pong_timeout",         "ping_due",        "viewer_silent",   "DESK-094"),
])

ANSWERS: Final = {
    "viewer_input_received":        "DESKTOP_NOT_READY",
    "viewer_config_received":       "DESKTOP_NOT_READY",
    "message_refused":       "MESSAGE_ERROR",
    "start_failed_received": "DESKTOP_START_FAILED",
    "start_timed_out":       "DESKTOP_START_FAILED",
    "agent_lost":            "AGENT_OFFLINE",
    "session_ended":         "SESSION_ENDED_NOTICE",
}
"""The error that `send_error` says, by the relay's event (DESK-029, DESK-083, DESK-084, DESK-092, DESK-095)."""

CLOSES: Final = {
    "start_failed_received": (4003, "Desktop start failed"),
    "start_timed_out":       (4003, "Desktop start failed"),
    "agent_lost":            (4002, "Agent offline"),
    "viewer_silent":         (4008, "Pong timeout"),
    "viewer_attached":       (4009, "Superseded by a newer connection"),
    "viewer_returned":       (4009, "Superseded by a newer connection"),
    "session_ended":         (4010, "Session ended"),
    "switched_received":     (1000, "Switched to WebRTC"),
}
"""The close code and reason that `send_close` and `supersede_viewer` use, by the relay's event (DESK-095)."""

SESSION_EVENTS: Final = {
    ("acknowledge_session", "started_received"):   "agent_acknowledged",
    ("activate_session", "frame_passed"):          "peer_connected",
    ("activate_session", "frame_held"):            "peer_connected",
    ("activate_session", "frame_due"):             "peer_connected",
    ("fail_session", "start_failed_received"):     "start_failed",
    ("fail_session", "start_timed_out"):           "start_failed",
    ("fail_session", "viewer_lost"):               "viewer_lost",
    ("fail_session", "viewer_silent"):             "viewer_lost",
    ("fail_session", "grace_expired"):             "grace_expired",
    ("lose_session", "start_failed_received"):     "agent_lost",
    ("lose_session", "start_timed_out"):           "agent_lost",
    ("lose_session", "agent_lost"):                "agent_lost",
    ("suspend_session", "viewer_lost"):            "viewer_lost",
    ("suspend_session", "viewer_silent"):          "viewer_lost",
    ("resume_session", "viewer_attached"):         "viewer_returned",
    ("resume_session", "viewer_returned"):         "viewer_returned",
    ("end_session", "leave_received"):             "viewer_closed",
}
"""What the relay's effects on the session are called in the session's table."""
# fmt: on
