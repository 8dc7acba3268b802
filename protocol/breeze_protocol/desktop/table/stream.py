"""The device's side of the fallback: one stream of JPEG pictures for one session."""

from typing import Final

from breeze_protocol.machine import State, machine

_ON: Final = ("streaming", "dark")

# fmt: off
STREAM = machine("desktop_stream", (
    State("absent"),
    State("opening", deadline="desktop_open_deadline", on_deadline="capture_timed_out"),
    State("streaming"),
    State("dark"),
    State("ended", final=True),
), [  # in         on                          go to        and do                                          because
    ("absent",     "stream_start_received",    "opening",   "open_capture",                                 "DESK-081"),
    ("absent",     "stream_stop_received",     None,        "send_stopped",                                 "DESK-085"),
    ("absent",     "desktop_input_received",   None,        "send_refusal",                                 "DESK-099"),
    ("absent",     "desktop_config_received",  None,        "send_refusal",                                 "DESK-099"),
    ("absent",     "link_lost",                "ended",     "",                                             "DESK-085"),
    ("opening",    "capture_opened",           "streaming", "send_started",                                 "DESK-081"),
    ("opening",    "capture_failed",           "absent",    "send_start_failed",                            "DESK-083 DESK-010"),
    ("opening",    "capture_timed_out",        "absent",    "close_capture send_start_failed",              "DESK-083 DESK-010"),
    ("opening",    "stream_start_received",    None,        "send_superseded close_capture open_capture restart_deadline", "DESK-089"),
    ("opening",    "stream_stop_received",     "absent",    "close_capture send_superseded send_stopped",   "DESK-085"),
    ("opening",    "desktop_input_received",   None,        "send_refusal",                                 "DESK-099"),
    ("opening",    "desktop_config_received",  None,        "send_refusal",                                 "DESK-099"),
    (_ON,          "picture_captured",         "streaming", "send_frame",                                   "DESK-086"),
    (_ON,          "picture_skipped",          None,        "",                                             "DESK-088"),
    ("streaming",  "picture_lost",             "dark",      "send_no_picture_reported",                     "DESK-014"),
    ("dark",       "picture_lost",             None,        "send_no_picture_reported",                     "DESK-014"),
    (_ON,          "desktop_input_received",   None,        "inject_input send_input_result",               "DESK-090"),
    (_ON,          "INPUT_REFUSED",            None,        "send_refusal",                                 "DESK-024"),
    (_ON,          "desktop_config_received",  None,        "apply_config send_config_result",              "DESK-091"),
    (_ON,          "CONFIG_REFUSED",           None,        "send_refusal",                                 "DESK-091"),
    (_ON,          "stream_start_received",    "opening",   "release_input close_capture open_capture",     "DESK-089 DESK-026"),
    (_ON,          "stream_stop_received",     "absent",    "release_input close_capture send_stopped",     "DESK-085 DESK-026"),
    (_ON,          "link_lost",                "ended",     "release_input close_capture",                  "DESK-085 DESK-026"),
    ("opening",    "link_lost",                "ended",     "close_capture",                                "DESK-085"),
    (["absent", "opening"], "picture_captured", None,       "",                                             "DESK-085"),
    (["absent", "opening"], "picture_skipped", None,        "",                                             "DESK-085"),
    (["absent", "opening"], "INPUT_REFUSED",   None,        "send_refusal",                                 "DESK-099"),
    (["absent", "opening"], "CONFIG_REFUSED",  None,        "send_refusal",                                 "DESK-099"),
    (["absent", "opening"], "picture_lost",    None,        "",                                             "DESK-085"),
    (["absent", *_ON], "capture_opened",       None,        "close_capture",                                "DESK-085"),
    (["absent", *_ON], "capture_failed",       None,        "",                                             "DESK-085"),
    *(("ended",    event,                      None,        "",                                             "DESK-085") for event in (
        "stream_start_received", "stream_stop_received", "desktop_input_received", "desktop_config_received",
        "INPUT_REFUSED", "CONFIG_REFUSED", "picture_captured", "picture_skipped", "picture_lost", "link_lost",
        "capture_failed",
    )),
    ("ended",      "capture_opened",           None,        "close_capture",                                "DESK-085"),
], [
    ("input",   "key_bytes",  "at_most desktop_key",             None,                      "INPUT_REFUSED",   "DESK-023"),
    ("input",   "scrolls",    "holds",                           None,                      "INPUT_REFUSED",   "DESK-022"),
    ("input",   "injectable", "holds",                           "desktop_input_received",  "INPUT_REFUSED",   "DESK-025"),
    ("config",  "settings",   "holds",                           "desktop_config_received", "CONFIG_REFUSED",  "DESK-091"),
    ("capture", "changed",    "holds",                           None,                      "picture_skipped", "DESK-087"),
    ("capture", "on_the_way", "below desktop_frames_on_the_way", "picture_captured",        "picture_skipped", "DESK-088"),
])
# fmt: on
