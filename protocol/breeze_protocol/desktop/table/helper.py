"""The helper's side of a desktop over WebRTC, and of one file dropped on it."""

from typing import Final

from breeze_protocol.machine import State, machine

_PEER: Final = ("dark", "streaming")
_UP: Final = ("offered", *_PEER, "unreachable")

# fmt: off
HELPER = machine("desktop_helper", (
    State("starting", deadline="desktop_start_deadline", on_deadline="start_timed_out"),
    State("offered", deadline="ice_wait", on_deadline="peer_timed_out"),
    State("dark", deadline="desktop_first_frame", on_deadline="first_frame_missed"),
    State("streaming"),
    State("unreachable", deadline="viewer_grace", on_deadline="grace_expired"),
    State("ended", final=True),
), [  # in          on                        go to          and do                                          because
    ("starting",    "capture_ready",          "offered",     "answer_offer",                                 "DESK-030"),
    ("starting",    "capture_failed",         "ended",       "refuse_offer",                                 "DESK-010 DESK-030"),
    ("starting",    "start_timed_out",        "ended",       "close_capture refuse_offer",                   "DESK-010 DESK-030"),
    ("starting",    "stop_requested",         "ended",       "close_capture refuse_offer",                   "DESK-030"),
    ("starting",    "replaced",               "ended",       "close_capture refuse_offer",                   "DESK-031"),
    ("offered",     "peer_connected",         "dark",        "report_connected send_capabilities",           "DESK-070 SESS-011"),
    ("offered",     "peer_failed",            "ended",       "close_peer report_lost",                       "DESK-030"),
    ("offered",     "peer_timed_out",         "ended",       "close_peer report_lost",                       "DESK-030"),
    (["offered", "unreachable"], "stop_requested", "ended",  "close_peer",                                   "DESK-030"),
    (["offered", "unreachable"], "replaced",  "ended",       "close_peer",                                   "DESK-031"),
    # pictures
    (_PEER,         "frame_sent",             "streaming",   "send_video",                                   "DESK-012"),
    ("dark",        "first_frame_missed",     None,          "send_cause restart_deadline",                  "DESK-012"),
    (_PEER,         "picture_lost",           "dark",        "send_cause",                                   "DESK-010"),
    # the viewer
    (_PEER,         "input_received",         None,          "inject_input",                                 "DESK-020"),
    (_PEER,         "control_received",       None,          "perform_control",                              "DESK-040"),
    (_PEER,         "release_received",       None,          "release_input",                                "DESK-026"),
    (_PEER,         "stats_received",         None,          "take_measurement",                             "DESK-048"),
    (_PEER,         "ping_received",          None,          "send_reply",                                   "DESK-027"),
    (_PEER,         "message_refused",        None,          "send_reply",                                   "DESK-024"),
    (_PEER,         "clipboard_received",     None,          "set_clipboard send_clipboard_ack",          "DESK-050 DESK-053"),
    (_PEER,         "clipboard_ack_received", None,          "",                                             "DESK-053"),
    (_PEER,         "clipboard_copied",       None,          "send_clipboard",                               "DESK-050"),
    (_PEER,         "clipboard_withheld",     None,          "",                                             "DESK-051"),
    (_PEER,         "reply_due",              None,          "send_reply",                                   "DESK-040"),
    # losing and returning
    (_PEER,         "peer_disconnected",      "unreachable", "release_input",                                "DESK-026 DESK-032"),
    (_PEER,         "viewer_silent",          "unreachable", "release_input",                                "DESK-026 DESK-027"),
    ("unreachable", "peer_returned",          "dark",        "send_capabilities force_keyframe",             "DESK-032"),
    ("unreachable", "grace_expired",          "ended",       "close_peer report_lost",                       "DESK-032"),
    ("unreachable", "peer_failed",            "ended",       "close_peer report_lost",                       "DESK-032"),
    (_PEER,         "peer_failed",            "ended",       "release_input close_peer report_lost",         "DESK-026 DESK-032"),
    # ending
    ([*_PEER, "unreachable"], "bye_received", "ended",       "release_input close_peer report_disconnected", "DESK-028 SESS-016"),
    ("offered",     "bye_received",           "ended",       "close_peer report_disconnected",               "DESK-028"),
    (_PEER,         "stop_requested",         "ended",       "send_bye release_input close_peer",            "DESK-028 DESK-026"),
    (_PEER,         "replaced",               "ended",       "release_input close_peer",                     "DESK-031 DESK-026"),
    # what comes before the peer is seen, while it is away, and after the end
    *((["offered", "unreachable"], event,     None,          "",                                             "DESK-032") for event in (
        "input_received", "control_received", "release_received", "stats_received", "ping_received", "message_refused",
        "clipboard_received", "clipboard_ack_received", "clipboard_copied", "clipboard_withheld", "frame_sent",
        "picture_lost", "reply_due",
    )),
    *((["starting", "ended"], event,          None,          "",                                             "DESK-033") for event in (
        "input_received", "control_received", "release_received", "stats_received", "ping_received", "message_refused",
        "clipboard_received", "clipboard_ack_received", "clipboard_copied", "clipboard_withheld", "frame_sent",
        "picture_lost", "reply_due", "bye_received",
    )),
    *(("ended",     event,                    None,          "",                                             "DESK-033") for event in (
        "peer_connected", "peer_failed", "peer_disconnected", "peer_returned", "viewer_silent", "stop_requested",
        "replaced", "capture_failed",
    )),
    ("ended",       "capture_ready",          None,          "close_capture",                                "DESK-033"),
    (["unreachable", "offered"], "peer_disconnected", None,  "",                                             "DESK-032"),
    (_PEER,         "peer_connected",         None,          "",                                             "DESK-032"),
    (_PEER,         "peer_returned",          None,          "",                                             "DESK-032"),
], [
    ("input",     "key_bytes",    "at_most desktop_key",             None,                 "INPUT_REFUSED",       "DESK-023"),
    ("input",     "scrolls",      "holds",                           None,                 "INPUT_REFUSED",       "DESK-022"),
    ("input",     "injectable",   "holds",                           "input_received",     "INPUT_REFUSED",       "DESK-025"),
    ("control",   "served",       "holds",                           None,                 "CONTROL_UNAVAILABLE", "DESK-040 DESK-070"),
    ("control",   "monitor_there", "holds",                          "control_received",   "MONITOR_UNKNOWN",     "DESK-043"),
    ("clipboard", "to_device",    "holds",                           None,                 "CLIPBOARD_REFUSED",   "DESK-051"),
    ("clipboard", "text_bytes",   "at_most desktop_clipboard_text",  None,                 "CLIPBOARD_TOO_LARGE", "DESK-052"),
    ("clipboard", "rtf_bytes",    "at_most desktop_clipboard_rtf",   None,                 "CLIPBOARD_TOO_LARGE", "DESK-052"),
    ("clipboard", "image_bytes",  "at_most desktop_clipboard_image", "clipboard_received", "CLIPBOARD_TOO_LARGE", "DESK-052"),
    ("copy",      "to_viewer",    "holds",                           None,                 "clipboard_withheld",  "DESK-051"),
    ("copy",      "own",          "holds",                           "clipboard_withheld", None,                  "DESK-054"),
    ("copy",      "text_bytes",   "at_most desktop_clipboard_text",  None,                 "clipboard_withheld",  "DESK-052"),
    ("copy",      "rtf_bytes",    "at_most desktop_clipboard_rtf",   None,                 "clipboard_withheld",  "DESK-052"),
    ("copy",      "image_bytes",  "at_most desktop_clipboard_image", None,                 "clipboard_withheld",  "DESK-052"),
    ("copy",      "message_bytes", "at_most desktop_clipboard_message", "clipboard_copied", "clipboard_withheld",  "DESK-052"),
    ("tick",      "heartbeats",   "holds",                           None,                 "heard",               "DESK-027"),
    ("tick",      "silent_for",   "below desktop_heartbeat_silence", "heard",              "viewer_silent",       "DESK-027"),
])

DROP = machine("desktop_drop", (
    State("receiving", deadline="desktop_drop_silence", on_deadline="drop_stalled"),
    State("complete", final=True),
    State("discarded", final=True),
), [
    ("receiving", "piece_received",    None,        "append_piece restart_deadline", "DESK-061"),
    ("receiving", "complete_received", "complete",  "keep_file",                     "DESK-062"),
    ("receiving", "DROP_REFUSED",      "discarded", "discard_file send_reply",       "DESK-063"),
    ("receiving", "DROP_TOO_LARGE",    "discarded", "discard_file send_reply",       "DESK-060"),
    ("receiving", "drop_stalled",      "discarded", "discard_file",                  "DESK-064"),
    ("receiving", "channel_lost",      "discarded", "discard_file",                  "DESK-064"),
    *((["complete", "discarded"], event, None,      "",                              "DESK-063") for event in (
        "piece_received", "complete_received", "DROP_REFUSED", "DROP_TOO_LARGE", "channel_lost",
    )),
], [
    ("start",    "to_device",   "holds",                      None,                "CLIPBOARD_REFUSED", "DESK-065"),
    ("start",    "drops",       "below desktop_drops",        None,                "DROP_REFUSED",      "DESK-060"),
    ("start",    "name_plain",  "holds",                      None,                "DROP_REFUSED",      "DESK-060"),
    ("start",    "size",        "at_most desktop_drop_file",  "drop_started",      "DROP_TOO_LARGE",    "DESK-060"),
    ("piece",    "in_order",    "holds",                      None,                "DROP_REFUSED",      "DESK-061"),
    ("piece",    "piece_bytes", "at_most desktop_drop_chunk", None,                "DROP_TOO_LARGE",    "DESK-061"),
    ("piece",    "within_size", "holds",                      "piece_received",    "DROP_TOO_LARGE",    "DESK-061"),
    ("complete", "whole",       "holds",                      "complete_received", "DROP_REFUSED",      "DESK-062"),
])
# fmt: on
