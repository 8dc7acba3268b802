"""The viewer's side: WebRTC first, the fallback where that fails, and back."""

from typing import Final

from breeze_protocol.machine import State, machine

_DIRECT: Final = ("dark", "watching")
_RELAY: Final = ("relay_dark", "relay_watching")
_SOCKET: Final = ("switching", *_RELAY)
_PEER: Final = ("negotiating", *_DIRECT)

# fmt: off
VIEWER = machine("desktop_viewer", (
    State("negotiating", deadline="desktop_webrtc_deadline", on_deadline="webrtc_timed_out"),
    State("dark", deadline="desktop_first_frame", on_deadline="first_frame_missed"),
    State("watching"),
    State("switching", deadline="desktop_fallback_deadline", on_deadline="fallback_timed_out"),
    State("relay_dark", deadline="desktop_first_frame", on_deadline="first_frame_missed"),
    State("relay_watching"),
    State("closed", final=True),
), [  # in              on                          go to             and do                                        because
    ("negotiating",     "peer_connected",           "dark",           "show_transport",                             "DESK-072"),
    ("negotiating",     "start_refused",            "closed",         "show_cause",                                 "DESK-010"),
    ("negotiating",     "webrtc_timed_out",         "switching",      "show_cause open_fallback",                   "DESK-080"),
    (_PEER,             "peer_failed",              "switching",      "show_cause open_fallback",                   "DESK-080"),
    (_SOCKET,           "peer_connected",           None,             "",                                           "DESK-096"),
    (_SOCKET,           "peer_failed",              None,             "",                                           "DESK-096"),
    (_DIRECT,           "peer_connected",           None,             "show_transport",                             "DESK-072"),
    (_DIRECT,           "helper_silent",            "switching",      "show_cause open_fallback",                   "DESK-027 DESK-080"),
    (_DIRECT,           "heartbeat_due",            None,             "send_ping",                                  "DESK-027"),
    (_DIRECT,           "stats_due",                None,             "send_stats",                                 "DESK-048"),
    # pictures
    (_PEER,             "video_received",           "watching",       "draw_picture",                               "DESK-012"),
    (_SOCKET,           "video_received",           "watching",       "send_switched show_transport draw_picture",  "DESK-096"),
    ("dark",            "first_frame_missed",       None,             "show_cause send_control restart_deadline",   "DESK-012"),
    ("relay_dark",      "first_frame_missed",       None,             "show_cause restart_deadline",                "DESK-012"),
    ("watching",        "decode_stalled",           "dark",           "show_cause send_control",                    "DESK-013"),
    (_PEER,             "cause_received",           "dark",           "show_cause",                                 "DESK-010"),
    # what is said on the control channel
    (_PEER,             "capabilities_received",    None,             "note_capabilities",                          "DESK-070"),
    (_PEER,             "reply_received",           None,             "show_reply",                                 "DESK-024"),
    (_PEER,             "bye_received",             "closed",         "report_end",                                 "DESK-028"),
    (_PEER,             "clipboard_received",       None,             "set_clipboard send_clipboard_ack",           "DESK-050 DESK-053"),
    (_PEER,             "clipboard_ack_received",   None,             "paste",                                      "DESK-053"),
    (_DIRECT,           "user_copied",              None,             "send_clipboard",                             "DESK-050"),
    ((*_PEER, *_SOCKET), "clipboard_withheld",      None,             "show_reason",                                "DESK-051 DESK-071"),
    (_SOCKET,           "clipboard_received",       None,             "",                                           "DESK-096"),
    (_SOCKET,           "clipboard_ack_received",   None,             "",                                           "DESK-096"),
    (_SOCKET,           "capabilities_received",    None,             "keep_capabilities",                          "DESK-070 DESK-096"),
    (_SOCKET,           "reply_received",           None,             "",                                           "DESK-096"),
    (_SOCKET,           "cause_received",           None,             "",                                           "DESK-096"),
    (_SOCKET,           "bye_received",             None,             "",                                           "DESK-096"),
    # the person
    (_DIRECT,           "user_input",               None,             "send_input",                                 "DESK-020"),
    (_RELAY,            "user_input",               None,             "send_viewer_input",                          "DESK-090"),
    (["negotiating", "switching"], "user_input",    None,             "",                                           "DESK-029"),
    (_DIRECT,           "focus_lost",               None,             "send_release",                               "DESK-026"),
    (_RELAY,            "focus_lost",               None,             "send_key_ups",                               "DESK-026"),
    (["negotiating", "switching"], "focus_lost",    None,             "",                                           "DESK-029"),
    (_DIRECT,           "user_control",             None,             "send_control",                               "DESK-040"),
    (_RELAY,            "user_config",              None,             "send_viewer_config",                         "DESK-091"),
    ((*_PEER, *_SOCKET), "control_unavailable",     None,             "show_reason",                                "DESK-071"),
    (["negotiating", *_SOCKET], "user_control",     None,             "",                                           "DESK-029 DESK-071"),
    ([*_PEER, "switching"], "user_config",          None,             "",                                           "DESK-029 DESK-071"),
    (["negotiating", *_SOCKET], "user_copied",      None,             "",                                           "DESK-029 DESK-071"),
    ("negotiating",     "user_left",                "closed",         "",                                           "DESK-028"),
    (_DIRECT,           "user_left",                "closed",         "send_bye",                                   "DESK-028"),
    (_SOCKET,           "user_left",                "closed",         "send_leave",                                 "DESK-095"),
    # the fallback's socket
    ("switching",       "connected_received",       "relay_dark",     "note_capabilities show_transport",           "DESK-082 DESK-071"),
    (_RELAY,            "connected_received",       None,             "note_capabilities",                          "DESK-082"),
    (_RELAY,            "jpeg_received",            "relay_watching", "draw_picture",                               "DESK-087"),
    ("switching",       "jpeg_received",            None,             "",                                           "DESK-087"),
    ("switching",       "no_picture_received",      None,             "show_cause",                                 "DESK-010"),
    (_RELAY,            "no_picture_received",      "relay_dark",     "show_cause",                                 "DESK-010"),
    (_SOCKET,           "error_received",           None,             "show_error",                                 "DESK-092"),
    (_SOCKET,           "ping_received",            None,             "send_pong",                                  "DESK-094"),
    (_SOCKET,           "pong_received",            None,             "",                                           "DESK-094"),
    (_RELAY,            "ping_due",                 None,             "send_ping",                                  "DESK-094"),
    ("switching",       "ping_due",                 None,             "",                                           "DESK-094"),
    (_SOCKET,           "close_received",           "closed",         "report_end",                                 "DESK-095"),
    (_RELAY,            "server_silent",            "switching",      "show_cause open_fallback",                   "DESK-094 DESK-097"),
    (_RELAY,            "server_lost",              "switching",      "show_cause open_fallback",                   "DESK-097"),
    (["switching"],     "server_lost",              "closed",         "report_loss",                                "DESK-097"),
    ("switching",       "server_silent",            "closed",         "report_loss",                                "DESK-097"),
    ("switching",       "fallback_timed_out",       "closed",         "report_loss send_leave",                     "DESK-080"),
    # what the socket still brings once the picture comes over WebRTC
    (_PEER,             "connected_received",       None,             "",                                           "DESK-096"),
    (_PEER,             "jpeg_received",            None,             "",                                           "DESK-096"),
    (_PEER,             "no_picture_received",      None,             "",                                           "DESK-096"),
    (_PEER,             "error_received",           None,             "",                                           "DESK-096"),
    (_PEER,             "close_received",           None,             "",                                           "DESK-096"),
    (_PEER,             "ping_received",            None,             "",                                           "DESK-096"),
    (_PEER,             "pong_received",            None,             "",                                           "DESK-096"),
    # and after the end
    *(("closed",        event,                      None,             "",                                           "DESK-095") for event in (
        "video_received", "cause_received", "capabilities_received", "reply_received", "bye_received",
        "connected_received", "jpeg_received", "no_picture_received", "error_received", "close_received",
        "clipboard_received", "clipboard_ack_received", "ping_received", "pong_received", "peer_connected", "peer_failed", "user_input", "focus_lost",
        "user_control", "user_config", "user_copied", "control_unavailable", "clipboard_withheld", "user_left",
        "server_lost", "decode_stalled",
    )),
], [
    ("tick",    "on_socket",   "holds",                              None,             "heartbeat",     "DESK-094"),
    ("tick",    "silent_for",  "below desktop_pong_timeout",         "ping_due",       "server_silent", "DESK-094"),
    ("heartbeat", "silent_for", "below desktop_heartbeat_silence",   "heartbeat_due",  "helper_silent", "DESK-027"),
    ("control", "served",      "holds",                              "user_control",   "control_unavailable", "DESK-071"),
    ("copy",    "to_device",   "holds",                              None,             "clipboard_withheld",  "DESK-051"),
    ("copy",    "text_bytes",  "at_most desktop_clipboard_text",     None,             "clipboard_withheld",  "DESK-052"),
    ("copy",    "message_bytes", "at_most desktop_clipboard_message", "user_copied",   "clipboard_withheld",  "DESK-052"),
])
# fmt: on
