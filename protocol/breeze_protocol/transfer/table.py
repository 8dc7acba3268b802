"""Transfer: one table a side. The server's is the record; person and agent reach it over HTTP and the agent socket."""

from typing import Final

from breeze_protocol.machine import Machine, State, machine
from breeze_protocol.product import Channel, Product, Reset, spontaneous

LIVE: Final = ("pending", "receiving", "awaiting", "gathering", "sealing", "offered", "delivering")
"""The states that count against limits (XFER-004)."""
ENDED: Final = ("completed", "failed")
WITH_AGENT: Final = ("pending", "receiving", "offered", "delivering")
"""The states in which the agent has been told of the transfer."""
WITHOUT_AGENT: Final = ("awaiting", "gathering", "sealing")
FILLED: Final = ("sealing", "offered", "delivering")
"""A `download` of which the server holds every byte."""

FAIL: Final = "discard_bytes record_end audit"
ABORT: Final = f"send_transfer_cancel {FAIL}"

# fmt: off
SERVER = machine("transfer_server", (
    State("created", status="pending"),
    State("pending",    deadline="transfer_pending_life", on_deadline="never_begun"),
    State("receiving",  deadline="transfer_stall", on_deadline="stalled", status="transferring"),
    State("awaiting",   deadline="transfer_pending_life", on_deadline="never_begun", status="pending"),
    State("gathering",  deadline="transfer_stall", on_deadline="stalled", status="transferring"),
    State("sealing",    deadline="transfer_stall", on_deadline="stalled", status="transferring"),
    State("offered",    deadline="transfer_pending_life", on_deadline="never_begun", status="transferring"),
    State("delivering", deadline="transfer_stall", on_deadline="stalled", status="transferring"),
    State("completed", final=True),
    State("failed", final=True),
), [  # in          on                       go to         and do                                          because
    ("created",     "upload_created",        "pending",    "audit send_created send_start_upload",         "XFER-002 XFER-050"),
    ("created",     "download_created",      "awaiting",   "audit send_created",                           "XFER-002 XFER-010"),
    ("created",     "read_created",          "pending",    "audit send_created send_file_read",            "XFER-060"),
    ("created",     "AGENT_UNSUPPORTED",     "failed",     f"audit send_created {FAIL}",                   "XFER-062"),
    # a file from the device
    ("pending",     "upload_begun",          "receiving",  "set_size acknowledge_session activate_session audit send_go_on", "XFER-053 XFER-009"),
    ("receiving",   "upload_begun",          None,         "restart_deadline send_go_on",                  "XFER-053 XFER-057"),
    (["pending", "receiving"], "source_too_large", "failed", f"send_turned_away {FAIL}",                   "XFER-021"),
    ("receiving",   "source_changed",        "failed",     f"send_turned_away {FAIL}",                     "XFER-058"),
    ("pending",     "TRANSFER_NOT_BEGUN",    None,         "send_not_begun",                               "XFER-053"),
    ("receiving",   "piece_stored",          None,         "store_piece restart_deadline send_piece_taken", "XFER-054"),
    ("receiving",   "piece_repeated",        None,         "send_piece_taken",                             "XFER-054"),
    ("receiving",   "PIECE_DIFFERS",         "failed",     f"send_turned_away {FAIL}",                     "XFER-058"),
    ("receiving",   "PIECE_TOO_LARGE",       "failed",     f"send_turned_away {FAIL}",                     "XFER-021"),
    ("receiving",   "PIECE_BEYOND_SIZE",     "failed",     f"send_turned_away {FAIL}",                     "XFER-058"),
    ("receiving",   "TRANSFER_GAPS",         None,         "send_gaps",                                    "XFER-054 XFER-055"),
    ("receiving",   "upload_agreed",         "completed",  "seal_bytes record_end audit send_agreed",      "XFER-041 XFER-055"),
    ("receiving",   "HASHES_DIFFER",         "failed",     f"send_turned_away {FAIL}",                     "XFER-041"),
    ("completed",   "upload_agreed",         None,         "send_agreed",                                  "XFER-055"),
    ("pending",     "content_received",      "completed",  "set_size store_content seal_bytes record_end audit", "XFER-060"),
    # a file from the person
    ("awaiting",    "chunk_stored",          "gathering",  "store_chunk send_chunk_taken",                 "XFER-010"),
    ("gathering",   "chunk_stored",          None,         "store_chunk restart_deadline send_chunk_taken", "XFER-010 XFER-011"),
    (["awaiting", "gathering"], "chunk_last", "sealing",   "store_chunk compute_hash send_all_taken",      "XFER-010 XFER-013"),
    (["awaiting"],  "file_empty",            "sealing",    "compute_hash",                                 "XFER-014"),
    ("gathering",   "chunk_repeated",        None,         "send_chunk_taken",                             "XFER-012"),
    (FILLED,        "chunk_repeated",        None,         "send_all_taken",                               "XFER-012"),
    (["gathering", *FILLED], "TRANSFER_CHUNK_DIFFERS", None, "send_refused",                               "XFER-012"),
    (["awaiting", "gathering", *FILLED], "TRANSFER_BEYOND_SIZE", None, "send_refused",                     "XFER-022"),
    (WITHOUT_AGENT, "TRANSFER_TOO_LARGE",    "failed",     f"send_refused {FAIL}",                         "XFER-021"),
    (["offered", "delivering"], "TRANSFER_TOO_LARGE", "failed", f"send_refused {ABORT}",                   "XFER-021"),
    ("sealing",     "sealed",                "offered",    "send_start_download",                          "XFER-013 XFER-050"),
    ("sealing",     "sealed_for_write",      "offered",    "send_file_write",                              "XFER-061"),
    ("sealing",     "DECLARED_DIFFERS",      "failed",     FAIL,                                           "XFER-040"),
    ("offered",     "download_begun",        "delivering", "acknowledge_session activate_session audit send_go_on", "XFER-053 XFER-009"),
    ("delivering",  "download_begun",        None,         "restart_deadline send_go_on",                  "XFER-053 XFER-057"),
    ("offered",     "part_wanted",           "delivering", "acknowledge_session activate_session audit send_part", "XFER-059 XFER-009"),
    ("delivering",  "part_wanted",           None,         "restart_deadline send_part",                   "XFER-059"),
    (["offered", "delivering"], "PART_UNSATISFIABLE", None, "send_range_refused",                          "XFER-059 XFER-017"),
    (["offered", "delivering"], "delivery_agreed", "completed", "discard_bytes record_end audit send_agreed", "XFER-041 XFER-055"),
    (["offered", "delivering"], "DELIVERY_DIFFERS", "failed", f"send_turned_away {FAIL}",                  "XFER-041"),
    ("completed",   "delivery_agreed",       None,         "send_agreed",                                  "XFER-055"),
    ("offered",     "file_written",          "completed",  "discard_bytes record_end audit",               "XFER-061"),
    # what the agent says on its socket, and its coming and going
    (["pending", "offered"], "start_refused_received", "failed", FAIL,                                     "XFER-051"),
    (["receiving", "delivering"], "start_refused_received", None, "",                                      "XFER-051"),
    (["pending", "offered"], "file_refused", "failed",     FAIL,                                           "XFER-060 XFER-061"),
    (["pending", "receiving"], "agent_returned", None,     "send_start_upload",                            "XFER-057"),
    (["offered", "delivering"], "agent_returned", None,    "send_start_download",                          "XFER-057"),
    (["pending", "offered"], "reader_lost",  "failed",     FAIL,                                           "XFER-060 XFER-061"),
    (WITH_AGENT,    "agent_lost",            None,         "",                                             "XFER-057"),
    (WITH_AGENT,    "broken_received",       "failed",     f"send_noted {FAIL}",                           "XFER-056"),
    # ends
    (WITH_AGENT,    "cancel_requested",      "failed",     f"send_cancelled {ABORT}",                      "XFER-030 XFER-052"),
    (WITHOUT_AGENT, "cancel_requested",      "failed",     f"send_cancelled {FAIL}",                       "XFER-030"),
    (WITH_AGENT,    "session_ended",         "failed",     ABORT,                                          "XFER-034"),
    (WITHOUT_AGENT, "session_ended",         "failed",     FAIL,                                           "XFER-034"),
    (WITH_AGENT,    "access_revoked",        "failed",     ABORT,                                          "XFER-037"),
    (WITHOUT_AGENT, "access_revoked",        "failed",     FAIL,                                           "XFER-037"),
    (WITH_AGENT,    "storage_failed",        "failed",     ABORT,                                          "XFER-038"),
    (WITHOUT_AGENT, "storage_failed",        "failed",     FAIL,                                           "XFER-038"),
    (["pending", "offered"], "never_begun",  "failed",     ABORT,                                          "XFER-032"),
    ("awaiting",    "never_begun",           "failed",     FAIL,                                           "XFER-032"),
    (["receiving", "delivering"], "stalled", "failed",     ABORT,                                          "XFER-033"),
    (["gathering", "sealing"], "stalled",    "failed",     FAIL,                                           "XFER-033"),
    # what is asked in any state
    (LIVE,          "poll_received",         None,         "send_moving",                                  "XFER-007"),
    ("completed",   "poll_received",         None,         "send_done",                                    "XFER-007"),
    ("failed",      "poll_received",         None,         "send_broke",                                   "XFER-007"),
    ("completed",   "content_wanted",        None,         "send_content",                                 "XFER-016"),
    ("completed",   "TRANSFER_FILE_GONE",    None,         "send_refused",                                 "XFER-018"),
    ("completed",   "RANGE_NOT_SATISFIABLE", None,         "send_refused",                                 "XFER-017"),
    ((*LIVE, "failed"), "TRANSFER_INCOMPLETE", None,       "send_refused",                                 "XFER-016"),
    ((*LIVE, *ENDED), "TRANSFER_DIRECTION",  None,         "send_refused",                                 "XFER-015"),
    # an ended transfer never revives: the person is refused, the agent is turned away, the rest is dropped
    (ENDED,         "TRANSFER_STATE",        None,         "send_refused",                                 "XFER-031"),
    (ENDED,         "TRANSFER_ENDED",        None,         "send_turned_away",                             "XFER-036"),
    (ENDED,         "broken_received",       None,         "send_noted",                                   "XFER-036"),
    (ENDED,         "start_refused_received", None,        "",                                             "XFER-036"),
    (ENDED,         "content_received",      None,         "",                                             "XFER-036"),
    (ENDED,         "file_written",          None,         "",                                             "XFER-036"),
    (ENDED,         "file_refused",          None,         "",                                             "XFER-036"),
    (ENDED,         "sealed",                None,         "",                                             "XFER-036"),
    (ENDED,         "sealed_for_write",      None,         "",                                             "XFER-036"),
    (ENDED,         "DECLARED_DIFFERS",      None,         "",                                             "XFER-036"),
    (ENDED,         "agent_lost",            None,         "",                                             "XFER-036"),
    (ENDED,         "reader_lost",           None,         "",                                             "XFER-036"),
    (ENDED,         "agent_returned",        None,         "",                                             "XFER-036"),
    (ENDED,         "session_ended",         None,         "",                                             "XFER-036"),
    (ENDED,         "access_revoked",        None,         "",                                             "XFER-036"),
    (ENDED,         "storage_failed",        None,         "",                                             "XFER-036"),
], [
    ("create", "device_visible",  "holds",                      None,              "DEVICE_NOT_FOUND",     "XFER-002"),
    ("create", "device_online",   "holds",                      None,              "DEVICE_OFFLINE",       "XFER-003"),
    ("create", "size_mb",         "at_most transfer_size_mb",   None,              "TRANSFER_TOO_LARGE",   "XFER-020"),
    ("create", "session_visible", "holds",                      None,              "SESSION_NOT_FOUND",    "XFER-008"),
    ("create", "session_fits",    "holds",                      None,              "TRANSFER_SESSION",     "XFER-008"),
    ("create", "org_live",        "below org_transfers",        None,              "TRANSFER_LIMIT_ORG",   "XFER-004"),
    ("create", "user_live",       "below user_transfers",       "create_accepted", "TRANSFER_LIMIT_USER",  "XFER-004"),
    ("create_upload",   "agent_transfers", "holds",                   "upload_created",   None,                "XFER-050"),
    ("create_upload",   "size",            "at_most file_read_most",  "read_created",     "AGENT_UNSUPPORTED", "XFER-060 XFER-062"),
    ("create_download", "agent_transfers", "holds",                   "download_created", None,                "XFER-050"),
    ("create_download", "size",            "at_most file_write_most", "download_created", "AGENT_UNSUPPORTED", "XFER-061 XFER-062"),
    ("see",    "same_org",        "holds",                      None,              "TRANSFER_NOT_FOUND",   "XFER-005"),
    ("see",    "owner",           "holds",                      "transfer_seen",   None,                   "XFER-005"),
    ("see",    "manager",         "holds",                      "transfer_seen",   "TRANSFER_NOT_FOUND",   "XFER-005"),
    ("agent_see", "own_device",   "holds",                      None,              "TRANSFER_NOT_FOUND",   "XFER-005"),
    ("agent_see", "direction_fits", "holds",                    "agent_admitted",  "TRANSFER_DIRECTION",   "XFER-015"),
    ("cancel", "live",            "holds",                      "cancel_requested", "TRANSFER_STATE",      "XFER-030 XFER-031"),
    ("chunk",  "is_download",     "holds",                      None,              "TRANSFER_DIRECTION",   "XFER-015"),
    ("chunk",  "live",            "holds",                      None,              "TRANSFER_STATE",       "XFER-031"),
    ("chunk",  "differs",         "holds",                      "TRANSFER_CHUNK_DIFFERS", None,            "XFER-012"),
    ("chunk",  "held",            "holds",                      "chunk_repeated",  None,                   "XFER-012"),
    ("chunk",  "total_mb",        "at_most transfer_size_mb",   None,              "TRANSFER_TOO_LARGE",   "XFER-021"),
    ("chunk",  "fits",            "holds",                      None,              "TRANSFER_BEYOND_SIZE", "XFER-022"),
    ("chunk",  "completes",       "holds",                      "chunk_last",      "chunk_stored",         "XFER-013"),
    ("seal",   "declared_agrees", "holds",                      None,              "DECLARED_DIFFERS",     "XFER-040"),
    ("seal",   "agent_transfers", "holds",                      "sealed",          "sealed_for_write",     "XFER-050 XFER-061"),
    ("get",    "is_upload",       "holds",                      None,              "TRANSFER_DIRECTION",   "XFER-015"),
    ("get",    "completed",       "holds",                      None,              "TRANSFER_INCOMPLETE",  "XFER-016"),
    ("get",    "kept",            "holds",                      None,              "TRANSFER_FILE_GONE",   "XFER-018"),
    ("get",    "range_fits",      "holds",                      "content_wanted",  "RANGE_NOT_SATISFIABLE", "XFER-017"),
    ("begin_upload",   "live",         "holds",                    None,             "TRANSFER_ENDED",     "XFER-036"),
    ("begin_upload",   "size_mb",      "at_most transfer_size_mb", None,             "source_too_large",   "XFER-021"),
    ("begin_upload",   "same_size",    "holds",                    "upload_begun",   "source_changed",     "XFER-058"),
    ("begin_download", "live",         "holds",                    "download_begun", "TRANSFER_ENDED",     "XFER-036"),
    ("piece",  "live",            "holds",                      None,              "TRANSFER_ENDED",       "XFER-036"),
    ("piece",  "begun",           "holds",                      None,              "TRANSFER_NOT_BEGUN",   "XFER-053"),
    ("piece",  "differs",         "holds",                      "PIECE_DIFFERS",   None,                   "XFER-058"),
    ("piece",  "held",            "holds",                      "piece_repeated",  None,                   "XFER-054"),
    ("piece",  "total_mb",        "at_most transfer_size_mb",   None,              "PIECE_TOO_LARGE",      "XFER-021"),
    ("piece",  "fits",            "holds",                      None,              "PIECE_BEYOND_SIZE",    "XFER-058"),
    ("piece",  "ranges",          "at_most transfer_ranges",    "piece_stored",    "TRANSFER_GAPS",        "XFER-054"),
    ("fetch",  "live",            "holds",                      None,              "TRANSFER_ENDED",       "XFER-036"),
    ("fetch",  "range_fits",      "holds",                      "part_wanted",     "PART_UNSATISFIABLE",   "XFER-059"),
    ("finish_upload",   "hash_agreed_before", "holds",          "upload_agreed",   None,                   "XFER-055"),
    ("finish_upload",   "live",        "holds",                 None,              "TRANSFER_ENDED",       "XFER-036"),
    ("finish_upload",   "begun",       "holds",                 None,              "TRANSFER_NOT_BEGUN",   "XFER-053"),
    ("finish_upload",   "all_received", "holds",                None,              "TRANSFER_GAPS",        "XFER-055"),
    ("finish_upload",   "hash_agrees", "holds",                 "upload_agreed",   "HASHES_DIFFER",        "XFER-041"),
    ("finish_download", "hash_agreed_before", "holds",          "delivery_agreed", None,                   "XFER-055"),
    ("finish_download", "live",        "holds",                 None,              "TRANSFER_ENDED",       "XFER-036"),
    ("finish_download", "hash_agrees", "holds",                 "delivery_agreed", "DELIVERY_DIFFERS",     "XFER-041"),
    ("file_read",  "size_mb",     "at_most transfer_size_mb",   "content_received", "file_refused",        "XFER-021 XFER-060"),
    ("link_up",    "agent_transfers", "holds",                  "agent_returned",  "reader_lost",          "XFER-057 XFER-060 XFER-075"),
    ("link_down",  "agent_transfers", "holds",                  "agent_lost",      "reader_lost",          "XFER-057 XFER-060"),
])

_OPENING: Final = ("opening_source", "opening_target")
_BUSY: Final = ("beginning_upload", "sending", "sent", "beginning_download", "receiving", "fetching", "finishing", "reporting")

AGENT = machine("transfer_agent", (
    State("absent"),
    State("opening_source"), State("beginning_upload"), State("sending"), State("sent"),
    State("opening_target"), State("beginning_download"), State("receiving"), State("fetching"),
    State("finishing"), State("reporting"),
    State("ended", final=True),
), [
    ("absent",             "start_upload_received",   "opening_source",     "open_source",                  "XFER-050"),
    ("absent",             "start_download_received", "opening_target",     "open_target",                  "XFER-050 XFER-070"),
    ("absent",             "TRANSFERS_FULL",          "ended",              "send_start_refused",           "XFER-051"),
    ("absent",             "transfer_cancel_received", None,                "",                             "XFER-052"),
    (_OPENING,             "open_failed",             "ended",              "send_start_refused",           "XFER-051"),
    ("opening_source",     "opened",                  "beginning_upload",   "send_begin_upload",            "XFER-053"),
    ("opening_target",     "opened",                  "beginning_download", "send_begin_download",          "XFER-053"),
    ("beginning_upload",   "go_on_received",          "sending",            "seek_source",                  "XFER-053 XFER-057"),
    ("beginning_download", "go_on_received",          "receiving",          "seek_target",                  "XFER-053 XFER-057"),
    ("sending",            "piece_read",              "sent",               "send_piece",                   "XFER-054"),
    ("sending",            "source_read",             "finishing",          "send_finish_upload",           "XFER-055"),
    ("sending",            "file_failed",             "reporting",          "send_broken",                  "XFER-056"),
    ("sent",               "piece_taken_received",    "sending",            "",                             "XFER-054"),
    ("receiving",          "part_due",                "fetching",           "send_fetch",                   "XFER-059"),
    ("receiving",          "target_agrees",           "finishing",          "place_target send_finish_download", "XFER-071 XFER-055"),
    ("receiving",          "target_differs",          "reporting",          "remove_target send_broken",    "XFER-071 XFER-056"),
    ("receiving",          "file_failed",             "reporting",          "remove_target send_broken",    "XFER-056"),
    ("fetching",           "part_received",           "receiving",          "write_part",                   "XFER-059"),
    ("fetching",           "range_refused_received",  "reporting",          "remove_target send_broken",    "XFER-059 XFER-056"),
    ("finishing",          "agreed_received",         "ended",              "close_file",                   "XFER-055"),
    (["sent", "finishing"], "gaps_received",          "sending",            "seek_source",                  "XFER-054 XFER-055"),
    ("reporting",          "noted_received",          "ended",              "close_file",                   "XFER-056"),
    (_BUSY,                "turned_away_received",    "ended",              "remove_target",                "XFER-036 XFER-072"),
    (_BUSY,                "not_begun_received",      "ended",              "remove_target",                "XFER-053"),
    ((*_OPENING, *_BUSY),  "start_upload_received",   None,                 "",                             "XFER-057"),
    ((*_OPENING, *_BUSY),  "start_download_received", None,                 "",                             "XFER-057"),
    ((*_OPENING, *_BUSY),  "transfer_cancel_received", "ended",             "remove_target",                "XFER-052 XFER-072"),
    ((*_OPENING, *_BUSY),  "agent_died",              "absent",             "",                             "XFER-057 XFER-073"),
    # what was on its way when it ended
    ("ended",              "start_upload_received",   None,                 "",                             "XFER-057"),
    ("ended",              "start_download_received", None,                 "",                             "XFER-057"),
    ("ended",              "transfer_cancel_received", None,                "",                             "XFER-052"),
    ("ended",              "go_on_received",          None,                 "",                             "XFER-072"),
    ("ended",              "piece_taken_received",    None,                 "",                             "XFER-072"),
    ("ended",              "part_received",           None,                 "",                             "XFER-072"),
    ("ended",              "range_refused_received",  None,                 "",                             "XFER-072"),
    ("ended",              "agreed_received",         None,                 "",                             "XFER-072"),
    ("ended",              "gaps_received",           None,                 "",                             "XFER-072"),
    ("ended",              "noted_received",          None,                 "",                             "XFER-072"),
    ("ended",              "turned_away_received",    None,                 "",                             "XFER-072"),
], [
    ("start",  "transfers",   "below transfers_per_agent", "start_taken",   "TRANSFERS_FULL",  "XFER-051"),
    ("target", "hash_agrees", "holds",                     "target_agrees", "target_differs",  "XFER-071"),
])

_ASKING: Final = ("getting", "putting", "sent", "asking", "cancelling", "fetching")

CLIENT = machine("transfer_client", (
    State("idle"),
    State("getting"), State("putting"),
    State("sending"), State("sent"),
    State("watching"), State("asking"),
    State("fetching"), State("cancelling"),
    State("done", final=True),
    State("broken", final=True),
    State("left", final=True),
), [
    ("idle",       "user_gets",              "getting",    "send_create_upload",      "XFER-002"),
    ("idle",       "user_puts",              "putting",    "send_create_download",    "XFER-002"),
    ("getting",    "created_received",       "watching",   "",                        "XFER-007"),
    ("putting",    "created_received",       "sending",    "",                        "XFER-010"),
    ("sending",    "chunk_due",              "sent",       "send_chunk",              "XFER-010"),
    ("sending",    "file_given",             "watching",   "",                        "XFER-014"),
    ("sent",       "chunk_taken_received",   "sending",    "",                        "XFER-010"),
    ("sent",       "all_taken_received",     "watching",   "",                        "XFER-013"),
    ("sent",       "refused_received",       "asking",     "send_poll",               "XFER-012 XFER-022 XFER-031"),
    ("watching",   "poll_due",               "asking",     "send_poll",               "XFER-007"),
    ("asking",     "moving_received",        "watching",   "show_progress",           "XFER-007"),
    ("asking",     "done_received",          "done",       "report_done",             "XFER-007"),
    ("asking",     "broke_received",         "broken",     "report_failure",          "XFER-035"),
    ("watching",   "file_wanted",            "fetching",   "send_get",                "XFER-016"),
    ("fetching",   "content_received",       "done",       "verify_hash",             "XFER-019"),
    ("fetching",   "refused_received",       "asking",     "send_poll",               "XFER-016"),
    (["sending", "watching"], "user_cancels", "cancelling", "send_cancel",            "XFER-030"),
    ("cancelling", "cancelled_received",     "broken",     "report_failure",          "XFER-030"),
    ("cancelling", "refused_received",       "asking",     "send_poll",               "XFER-031"),
    (["idle", "sending", "watching", *_ASKING], "user_left", "left", "",              "XFER-007"),
    ("left",       "created_received",       None,         "",                        "XFER-007"),
    ("left",       "chunk_taken_received",   None,         "",                        "XFER-007"),
    ("left",       "all_taken_received",     None,         "",                        "XFER-007"),
    ("left",       "refused_received",       None,         "",                        "XFER-007"),
    ("left",       "moving_received",        None,         "",                        "XFER-007"),
    ("left",       "done_received",          None,         "",                        "XFER-007"),
    ("left",       "broke_received",         None,         "",                        "XFER-007"),
    ("left",       "content_received",       None,         "",                        "XFER-007"),
    ("left",       "cancelled_received",     None,         "",                        "XFER-007"),
])


def _changed(name: str, without: frozenset[tuple[str, str]], *more: tuple[str, str, str | None, str, str]) -> Machine:
    kept = [
        (r.source, r.event, r.target, " ".join(r.effects), " ".join(r.clauses))
        for r in SERVER.rows if (r.source, r.event) not in without
    ]
    return machine(name, SERVER.states, [*kept, *more], [
        (c.input, c.fact, f"{c.relation} {c.limit or ''}".strip(), c.then, c.otherwise, " ".join(c.clauses))
        for c in SERVER.checks
    ])


NAIVE_FORGETFUL: Final = _changed("transfer_server_naive_forgetful", frozenset({("failed", "TRANSFER_ENDED")}))
"""A server that has no answer for the agent's next call after a cancellation."""
NAIVE_REVIVING: Final = _changed(
    "transfer_server_naive_reviving", frozenset(),
    ("completed", "cancel_requested", None, "send_cancelled record_end audit", "XFER-031"),
)
"""A server that lets a completed transfer be cancelled, and so ends it twice."""
NAIVE_PATIENT: Final = _changed(
    "transfer_server_naive_patient",
    frozenset((s, e) for s in LIVE for e in ("never_begun", "stalled", "agent_returned", "session_ended", "access_revoked")),
)
"""A server that waits for ever for an agent that never got the command."""

FAILURES: Final = {
    "cancel_requested":       ("cancelled",         "Cancelled by user"),
    "TRANSFER_TOO_LARGE":     ("too_large",         "Transfer exceeds maximum size"),
    "PIECE_TOO_LARGE":        ("too_large",         "Transfer exceeds maximum size"),
    "source_too_large":       ("too_large",         "Transfer exceeds maximum size"),
    "DECLARED_DIFFERS":       ("hash_mismatch",     "The two ends have different files"),
    "HASHES_DIFFER":          ("hash_mismatch",     "The two ends have different files"),
    "DELIVERY_DIFFERS":       ("hash_mismatch",     "The two ends have different files"),
    "source_changed":         ("source_changed",    "The file changed while it was read"),
    "PIECE_DIFFERS":          ("source_changed",    "The file changed while it was read"),
    "PIECE_BEYOND_SIZE":      ("source_changed",    "The file changed while it was read"),
    "AGENT_UNSUPPORTED":      ("agent_unsupported", "The device's agent cannot move a file of this size"),
    "start_refused_received": ("agent_error",       "The device could not open the file"),
    "broken_received":        ("agent_error",       "The device could not go on"),
    "file_refused":           ("agent_error",       "The device could not read or write the file"),
    "reader_lost":            ("agent_lost",        "The device was lost"),
    "never_begun":            ("never_begun",       "The transfer did not begin in time"),
    "stalled":                ("stalled",           "The transfer stood still for too long"),
    "session_ended":          ("session_ended",     "The session ended"),
    "access_revoked":         ("access_revoked",    "The right to this transfer was lost"),
    "storage_failed":         ("storage_failed",    "The server could not store the file"),
}
"""`errorCode` and `errorMessage` by the event that fails a transfer (XFER-035). An agent's own code and words replace those of `agent_error`."""

ANSWERS: Final = {
    "source_too_large":   "TRANSFER_TOO_LARGE",
    "PIECE_TOO_LARGE":    "TRANSFER_TOO_LARGE",
    "source_changed":     "TRANSFER_ENDED",
    "PIECE_DIFFERS":      "TRANSFER_ENDED",
    "PIECE_BEYOND_SIZE":  "TRANSFER_ENDED",
    "HASHES_DIFFER":      "TRANSFER_HASH",
    "DELIVERY_DIFFERS":   "TRANSFER_HASH",
    "PART_UNSATISFIABLE": "RANGE_NOT_SATISFIABLE",
}
"""The code that refuses a call, by the event, where it is not the event's own name."""

AGENT_FAILURES: Final = (
    "file_not_found", "not_a_file", "permission_denied", "path_refused", "disk_full", "io_error", "source_changed",
    "hash_mismatch", "busy",
)
"""The codes that agents use for failures of their own (XFER-056, XFER-074)."""

SESSION_EVENTS: Final = {
    ("acknowledge_session", "upload_begun"):   "agent_acknowledged",
    ("activate_session", "upload_begun"):      "peer_connected",
    ("acknowledge_session", "download_begun"): "agent_acknowledged",
    ("activate_session", "download_begun"):    "peer_connected",
    ("acknowledge_session", "part_wanted"):    "agent_acknowledged",
    ("activate_session", "part_wanted"):       "peer_connected",
}
"""What the server's effects on a session of type `file_transfer` are called in the session's table (XFER-009)."""
# fmt: on


def product(client: Machine = CLIENT, server: Machine = SERVER, agent: Machine = AGENT) -> Product:
    """Couple the three sides: a socket that can lose what was on it, and HTTP beside it, where each call is answered."""
    outside = "sealed DECLARED_DIFFERS never_begun stalled session_ended access_revoked agent_returned"
    return Product(
        "transfer",
        {"client": client, "server": server, "agent": agent},
        (
            Channel("client", "server", ("create_upload", "create_download", "chunk", "poll", "get", "cancel"), 1),
            Channel(
                "server",
                "client",
                tuple("created chunk_taken all_taken refused moving done broke content cancelled".split()),
                1,
            ),
            Channel("server", "agent", ("start_upload", "start_download", "transfer_cancel"), 1, lossy=True),
            Channel("agent", "server", ("start_refused",), 1, lossy=True),
            Channel(
                "agent",
                "server",
                tuple("begin_upload begin_download piece fetch finish_upload finish_download broken".split()),
                1,
            ),
            Channel(
                "server",
                "agent",
                tuple("go_on piece_taken part range_refused agreed gaps noted turned_away not_begun".split()),
                1,
            ),
        ),
        {
            "client": spontaneous(client),
            "server": frozenset(outside.split()),
            "agent": spontaneous(agent, ("TRANSFERS_FULL",)),
        },
        (Reset("agent", "agent_died", "server", restart=False),),
        resting={"client": ("idle",), "server": ("created",), "agent": ("absent",)},
        at_most_once=(("server", "record_end"),),
    )
