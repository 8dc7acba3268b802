"""IPC: one table a side for a connection, one for redialing, and one a side for a single request."""

from typing import Final

from breeze_protocol.ipc.rejections import PRE_AUTH, REJECTED
from breeze_protocol.machine import Machine, State, machine
from breeze_protocol.product import Channel, Product, spontaneous

_UP: Final = ("authenticated", "ready")
_OVER: Final = "fail_requests unregister send_close"
_TO_BROKER: Final = ("ping", "pong", "capabilities", "disconnect", "reply", "report", "question")
_TO_HELPER: Final = ("ping", "pong", "disconnect", "request", "notice", "answer")

# fmt: off
BROKER = machine("ipc_broker", (
    State("connected", deadline="ipc_handshake", on_deadline="handshake_timed_out"),
    State("authenticated"),
    State("ready"),
    State("closed", final=True),
), [  # in         on                          go to            and do                                                  because
    ("connected",  "peer_admitted",            None,            "",                                                     "IPC-030"),
    ("connected",  "peer_admitted_evicting",   None,            "evict_idlest",                                         "IPC-033"),
    *(("connected", code, "closed", "send_pre_auth_reject send_close", because) for code, because in PRE_AUTH.items()),
    ("connected",  "auth_accepted",            "authenticated", "send_auth_accepted switch_key register log_connected", "IPC-042 IPC-014 IPC-058"),
    *(("connected", code, "closed", "send_auth_rejected send_close", f"IPC-042 {because}") for code, because in REJECTED.items()),
    ("connected",  "auth_malformed",           "closed",        "send_close",                                           "IPC-041"),
    ("connected",  "frame_refused",            "closed",        "send_close",                                           "IPC-006 IPC-041"),
    ("connected",  "handshake_timed_out",      "closed",        "send_close",                                           "IPC-034"),
    ("connected",  "broker_stopping",          "closed",        "send_close",                                           "IPC-096"),
    ("connected",  "line_lost",                "closed",        "",                                                     "IPC-099"),
    ("connected",  "write_stalled",            "closed",        "",                                                     "IPC-009"),
    ("connected",  "close_received",           "closed",        "",                                                     "IPC-099"),
    ("authenticated", "capabilities_received", "ready",         "store_capabilities log_capabilities send_settings",    "IPC-060 IPC-061 IPC-064 IPC-114"),
    ("ready",      "capabilities_received",    None,            "store_capabilities log_capabilities",                  "IPC-060 IPC-061 IPC-064"),
    (_UP,          "ping_received",            None,            "send_pong",                                            "IPC-091"),
    (_UP,          "pong_received",            None,            "",                                                     "IPC-092"),
    (_UP,          "reply_received",           None,            "deliver_reply",                                        "IPC-080"),
    (_UP,          "reply_dropped",            None,            "",                                                     "IPC-081 IPC-083"),
    (_UP,          "report_received",          None,            "pass_report",                                          "IPC-113 IPC-123 IPC-134"),
    (_UP,          "question_received",        None,            "pass_question",                                        "IPC-132"),
    (_UP,          "message_unauthorized",     None,            "note_refusal",                                         "IPC-072"),
    (_UP,          "message_malformed",        None,            "note_refusal",                                         "IPC-074"),
    (_UP,          "message_ignored",          None,            "",                                                     "IPC-073 IPC-059"),
    (_UP,          "answer_ready",             None,            "send_answer",                                          "IPC-132"),
    (_UP,          "request_wanted",           None,            "send_request",                                         "IPC-080"),
    (_UP,          "notice_wanted",            None,            "send_notice",                                          "IPC-112"),
    (_UP,          "ping_due",                 None,            "send_ping",                                            "IPC-090"),
    (_UP,          "session_kept",             None,            "",                                                     "IPC-094"),
    (_UP,          "peer_silent",              "closed",        _OVER,                                                  "IPC-092"),
    (_UP,          "idle_expired",             "closed",        _OVER,                                                  "IPC-094"),
    (_UP,          "evicted",                  "closed",        _OVER,                                                  "IPC-033"),
    (_UP,          "frame_refused",            "closed",        _OVER,                                                  "IPC-006"),
    (_UP,          "disconnect_received",      "closed",        _OVER,                                                  "IPC-095"),
    (_UP,          "broker_stopping",          "closed",        "send_disconnect fail_requests unregister send_close",  "IPC-096"),
    (_UP,          "line_lost",                "closed",        "fail_requests unregister",                             "IPC-084"),
    (_UP,          "write_stalled",            "closed",        "fail_requests unregister",                             "IPC-009"),
    (_UP,          "close_received",           "closed",        "fail_requests unregister",                             "IPC-084"),
    # what was on its way when it closed
    ("closed",     "message_late",             None,            "",                                                     "IPC-099"),
    *(("closed", f"{name}_received", None, "", "IPC-099") for name in (*_TO_BROKER, "close")),
    *(("closed", name, None, "", "IPC-099") for name in ("answer_ready", "line_lost", "write_stalled", "broker_stopping", "evicted")),
], [
    ("connect",      "credentials_known", "holds",                     None,                     "IPC_CRED_CHECK_FAILED",   "IPC-031"),
    ("connect",      "spawned",           "holds",                     "count_sessions",         None,                      "IPC-036"),
    ("connect",      "recent_connects",   "below ipc_connects",        "count_sessions",         "IPC_RATE_LIMITED",        "IPC-032"),
    ("room",         "live_sessions",     "below ipc_sessions",        "peer_admitted",          None,                      "IPC-033"),
    ("room",         "idlest_for",        "at_most ipc_evict_idle",    "IPC_MAX_CONNS_EXCEEDED", "peer_admitted_evicting",  "IPC-033"),
    ("first_size",   "bytes",             "at_least ipc_frame_least",  None,                     "frame_refused",           "IPC-003"),
    ("first_size",   "bytes",             "at_most ipc_first_frame",   "wanted",                 "frame_refused",           "IPC-003"),
    ("size",         "bytes",             "at_least ipc_frame_least",  None,                     "frame_refused",           "IPC-003"),
    ("size",         "bytes",             "at_most ipc_frame",         "wanted",                 "frame_refused",           "IPC-003"),
    ("frame",        "decodes",           "holds",                     None,                     "frame_refused",           "IPC-005"),
    ("frame",        "mac_fits",          "holds",                     None,                     "frame_refused",           "IPC-012"),
    ("frame",        "seq_ahead",         "holds",                     "taken",                  "frame_refused",           "IPC-020"),
    ("auth_request", "line_open",         "holds",                     None,                     "message_late",            "IPC-099"),
    ("auth_request", "is_auth_request",   "holds",                     None,                     "auth_malformed",          "IPC-041"),
    ("auth_request", "decodes",           "holds",                     None,                     "auth_malformed",          "IPC-041"),
    ("auth_request", "version_known",     "holds",                     None,                     "IPC_VERSION_UNSUPPORTED", "IPC-043"),
    ("auth_request", "role_known",        "holds",                     None,                     "IPC_ROLE_UNKNOWN",        "IPC-044"),
    ("auth_request", "sid_given",         "holds",                     None,                     "IPC_SID_MISSING",         "IPC-045"),
    ("auth_request", "sid_agrees",        "holds",                     None,                     "IPC_SID_MISMATCH",        "IPC-045"),
    ("auth_request", "uid_agrees",        "holds",                     None,                     "IPC_UID_MISMATCH",        "IPC-045"),
    ("auth_request", "pid_agrees",        "holds",                     None,                     "IPC_PID_MISMATCH",        "IPC-046"),
    ("auth_request", "username_agrees",   "holds",                     None,                     "IPC_USERNAME_MISMATCH",   "IPC-047"),
    ("auth_request", "session_id_agrees", "holds",                     None,                     "IPC_SESSION_ID_MISMATCH", "IPC-048"),
    ("auth_request", "path_resolved",     "holds",                     None,                     "IPC_PATH_UNRESOLVED",     "IPC-050"),
    ("auth_request", "path_allowed",      "holds",                     None,                     "IPC_PATH_MISMATCH",       "IPC-050"),
    ("auth_request", "hashes_known",      "holds",                     None,                     "IPC_HASHES_UNAVAILABLE",  "IPC-051"),
    ("auth_request", "hash_measured",     "holds",                     None,                     "IPC_HASH_UNAVAILABLE",    "IPC-051"),
    ("auth_request", "hash_allowed",      "holds",                     None,                     "IPC_HASH_MISMATCH",       "IPC-051"),
    ("auth_request", "hash_agrees",       "holds",                     None,                     "IPC_HASH_MISMATCH",       "IPC-051"),
    ("auth_request", "session_id_free",   "holds",                     None,                     "IPC_SESSION_ID_IN_USE",   "IPC-049"),
    ("auth_request", "role_fits",         "holds",                     None,                     "IPC_ROLE_IDENTITY",       "IPC-052"),
    ("auth_request", "win_session_agrees", "holds",                    None,                     "IPC_WIN_SESSION",         "IPC-053"),
    ("auth_request", "live_sessions",     "below ipc_sessions",        "auth_accepted",          "IPC_MAX_CONNS_EXCEEDED",  "IPC-055"),
    ("message",      "answers_pending",   "holds",                     "reply",                  None,                      "IPC-080"),
    ("message",      "type_known",        "holds",                     None,                     "message_ignored",         "IPC-073"),
    ("message",      "is_reply",          "holds",                     "reply_dropped",          None,                      "IPC-083"),
    ("message",      "scope_granted",     "holds",                     None,                     "message_unauthorized",    "IPC-072"),
    ("message",      "decodes",           "holds",                     "taken",                  "message_malformed",       "IPC-074"),
    ("send",         "scope_granted",     "holds",                     None,                     "IPC_SCOPE_MISSING",       "IPC-070"),
    ("send",         "feature_named",     "holds",                     None,                     "IPC_FEATURE_MISSING",     "IPC-065"),
    ("send",         "capable",           "holds",                     None,                     "IPC_NOT_CAPABLE",         "IPC-062"),
    ("send",         "id_free",           "holds",                     None,                     "IPC_ID_IN_USE",           "IPC-085"),
    ("send",         "pending",           "below ipc_pending",         None,                     "IPC_TOO_MANY_PENDING",    "IPC-085"),
    ("send",         "bytes",             "at_most ipc_frame",         "sendable",               "IPC_FRAME_TOO_LARGE",     "IPC-003"),
    ("tick",         "silent_for",        "below ipc_pong_timeout",    "ping_due",               "peer_silent",             "IPC-090 IPC-092 IPC-093"),
    ("scan",         "idle_for",          "at_most ipc_idle",          "session_kept",           "idle_expired",            "IPC-094"),
])

_LEFT: Final = "end_work send_close"

HELPER = machine("ipc_helper", (
    State("dialed"),
    State("authenticating", deadline="ipc_auth_wait", on_deadline="auth_timed_out"),
    State("ready"),
    State("closed", final=True),
), [
    ("dialed",         "line_opened",            "authenticating", "send_auth_request",                        "IPC-040"),
    ("dialed",         "pre_auth_reject_received", "closed",       "report_rejection send_close",              "IPC-035 IPC-056"),
    ("dialed",         "close_received",         "closed",         "report_end",                               "IPC-099"),
    ("dialed",         "line_lost",              "closed",         "report_end",                               "IPC-099"),
    ("dialed",         "stop_requested",         "closed",         "send_close",                               "IPC-095"),
    ("authenticating", "auth_accepted_received", "ready",          "switch_key send_capabilities report_ready", "IPC-014 IPC-060"),
    ("authenticating", "auth_rejected_received", "closed",         "report_rejection send_close",              "IPC-056"),
    ("authenticating", "pre_auth_reject_received", "closed",       "report_rejection send_close",              "IPC-035 IPC-056"),
    ("authenticating", "auth_malformed",         "closed",         "report_end send_close",                    "IPC-057"),
    ("authenticating", "auth_timed_out",         "closed",         "report_end send_close",                    "IPC-057"),
    ("authenticating", "frame_refused",          "closed",         "report_end send_close",                    "IPC-006"),
    ("authenticating", "close_received",         "closed",         "report_end",                               "IPC-099"),
    ("authenticating", "line_lost",              "closed",         "report_end",                               "IPC-099"),
    ("authenticating", "write_stalled",          "closed",         "report_end send_close",                    "IPC-009"),
    ("authenticating", "stop_requested",         "closed",         "send_close",                               "IPC-095"),
    ("authenticating", "capabilities_changed",   None,             "",                                         "IPC-060"),
    ("ready",          "ping_received",          None,             "send_pong",                                "IPC-091"),
    ("ready",          "pong_received",          None,             "",                                         "IPC-092"),
    ("ready",          "request_received",       None,             "run_request",                              "IPC-080"),
    ("ready",          "request_repeated",       None,             "",                                         "IPC-088"),
    ("ready",          "request_refused",        None,             "send_reply",                               "IPC-071 IPC-074 IPC-086 IPC-089"),
    ("ready",          "notice_received",        None,             "perform_notice",                           "IPC-112 IPC-114 IPC-122"),
    ("ready",          "notice_refused",         None,             "note_refusal",                             "IPC-071 IPC-074"),
    ("ready",          "answer_received",        None,             "deliver_answer",                           "IPC-132"),
    ("ready",          "answer_dropped",         None,             "",                                         "IPC-083"),
    ("ready",          "question_timed_out",     None,             "deliver_answer",                           "IPC-082"),
    ("ready",          "message_ignored",        None,             "",                                         "IPC-073"),
    ("ready",          "reply_ready",            None,             "send_reply",                               "IPC-080"),
    ("ready",          "report_wanted",          None,             "send_report",                              "IPC-113 IPC-123"),
    ("ready",          "question_wanted",        None,             "send_question",                            "IPC-132"),
    ("ready",          "capabilities_changed",   None,             "send_capabilities",                        "IPC-060"),
    ("ready",          "ping_due",               None,             "send_ping",                                "IPC-090"),
    ("ready",          "peer_silent",            "closed",         f"report_end {_LEFT}",                      "IPC-092"),
    ("ready",          "frame_refused",          "closed",         f"report_end {_LEFT}",                      "IPC-006"),
    ("ready",          "disconnect_received",    "closed",         f"report_end {_LEFT}",                      "IPC-095"),
    ("ready",          "close_received",         "closed",         "report_end end_work",                      "IPC-084"),
    ("ready",          "line_lost",              "closed",         "report_end end_work",                      "IPC-084"),
    ("ready",          "write_stalled",          "closed",         f"report_end {_LEFT}",                      "IPC-009"),
    ("ready",          "stop_requested",         "closed",         "send_disconnect end_work send_close",      "IPC-095"),
    # what was on its way when it closed, and what had been begun
    *(("closed", f"{name}_received", None, "", "IPC-099") for name in (*_TO_HELPER, "auth_accepted", "auth_rejected", "pre_auth_reject", "close")),
    *(("closed", name, None, "", "IPC-099") for name in ("reply_ready", "capabilities_changed", "line_lost", "write_stalled", "stop_requested")),
], [
    ("first_size", "bytes",           "at_least ipc_frame_least", None,                     "frame_refused",    "IPC-003"),
    ("first_size", "bytes",           "at_most ipc_first_frame",  "wanted",                 "frame_refused",    "IPC-003"),
    ("size",       "bytes",           "at_least ipc_frame_least", None,                     "frame_refused",    "IPC-003"),
    ("size",       "bytes",           "at_most ipc_frame",        "wanted",                 "frame_refused",    "IPC-003"),
    ("frame",      "decodes",         "holds",                    None,                     "frame_refused",    "IPC-005"),
    ("frame",      "mac_fits",        "holds",                    None,                     "frame_refused",    "IPC-012"),
    ("frame",      "seq_ahead",       "holds",                    "taken",                  "frame_refused",    "IPC-020"),
    ("auth",       "is_reject",       "holds",                    "pre_auth_reject_received", None,             "IPC-035"),
    ("auth",       "is_response",     "holds",                    None,                     "auth_malformed",   "IPC-057"),
    ("auth",       "id_agrees",       "holds",                    None,                     "auth_malformed",   "IPC-042"),
    ("auth",       "decodes",         "holds",                    None,                     "auth_malformed",   "IPC-057"),
    ("auth",       "accepted",        "holds",                    None,                     "auth_rejected_received", "IPC-042"),
    ("auth",       "key_given",       "holds",                    "auth_accepted_received", "auth_malformed",   "IPC-015"),
    ("message",    "type_known",      "holds",                    None,                     "message_ignored",  "IPC-073"),
    ("message",    "is_request",      "holds",                    "request",                None,               "IPC-071"),
    ("message",    "is_answer",       "holds",                    "answer",                 None,               "IPC-132"),
    ("message",    "scope_granted",   "holds",                    None,                     "notice_refused",   "IPC-071"),
    ("message",    "decodes",         "holds",                    "taken",                  "notice_refused",   "IPC-074"),
    ("request",    "id_new",          "holds",                    None,                     "request_repeated", "IPC-088"),
    ("request",    "decodes",         "holds",                    None,                     "request_refused",  "IPC-074"),
    ("request",    "scope_granted",   "holds",                    None,                     "request_refused",  "IPC-071"),
    ("request",    "command_known",   "holds",                    None,                     "request_refused",  "IPC-100"),
    ("request",    "payload_decodes", "holds",                    "request_received",       "request_refused",  "IPC-074"),
    ("answer",     "id_pending",      "holds",                    None,                     "answer_dropped",   "IPC-083"),
    ("answer",     "decodes",         "holds",                    "answer_received",        "answer_dropped",   "IPC-081"),
    ("tick",       "silent_for",      "below ipc_pong_timeout",   "ping_due",               "peer_silent",      "IPC-090 IPC-092 IPC-093"),
])

DIALER = machine("ipc_dialer", (
    State("offline"),
    State("dialing", deadline="ipc_dial_timeout", on_deadline="dial_failed"),
    State("up"),
    State("stopped", final=True),
), [
    ("offline", "retry_due",         "dialing", "dial",                            "IPC-098"),
    ("dialing", "dial_succeeded",    "up",      "",                                "IPC-098"),
    ("dialing", "dial_failed",       "offline", "schedule_retry lengthen_backoff", "IPC-098"),
    ("up",      "lasted",            None,      "reset_backoff",                   "IPC-098"),
    ("up",      "line_ended",        "offline", "schedule_retry lengthen_backoff", "IPC-098 IPC-095"),
    ("up",      "rejected_for_good", "stopped", "report_rejection",                "IPC-056"),
    (["offline", "dialing", "up"], "stop_requested", "stopped", "",                "IPC-095"),
    ("stopped", "line_ended",        None,      "",                                "IPC-095"),
], [
    ("rejection", "permanent", "holds", "rejected_for_good", "line_ended", "IPC-056"),
])

REQUEST = machine("ipc_request", (
    State("begun"),
    State("waiting", deadline="ipc_request_timeout", on_deadline="request_timed_out"),
    State("answered", final=True),
    State("failed", final=True),
), [
    ("begun",    "request_wanted",    "waiting",  "send_request", "IPC-080"),
    ("begun",    "session_closed",    "failed",   "settle",       "IPC-084"),
    ("waiting",  "reply_fits",        "answered", "settle",       "IPC-080"),
    ("waiting",  "reply_failed",      "failed",   "settle",       "IPC-016 IPC-089"),
    ("waiting",  "reply_dropped",     None,       "",             "IPC-081"),
    ("waiting",  "request_timed_out", "failed",   "settle",       "IPC-082"),
    ("waiting",  "session_closed",    "failed",   "settle",       "IPC-084"),
    (["answered", "failed"], "reply_late",     None, "",          "IPC-083"),
    (["answered", "failed"], "session_closed", None, "",          "IPC-084"),
], [
    ("reply", "waits",           "holds", None,           "reply_late",    "IPC-083"),
    ("reply", "type_fits",       "holds", None,           "reply_dropped", "IPC-081"),
    ("reply", "error_said",      "holds", "reply_failed", None,            "IPC-016"),
    ("reply", "decodes",         "holds", None,           "reply_dropped", "IPC-081"),
    ("reply", "subject_agrees",  "holds", "reply_fits",   "reply_dropped", "IPC-081"),
])

WORK = machine("ipc_work", (
    State("waiting"),
    State("running"),
    State("replied", final=True),
    State("abandoned", final=True),
), [
    ("waiting",   "request_sound", "running",   "run_request", "IPC-080"),
    ("waiting",   "request_refused",  "replied",   "send_reply",  "IPC-071 IPC-074"),
    ("waiting",   "session_closed",   "abandoned", "",            "IPC-084"),
    ("running",   "request_repeated", None,        "",            "IPC-088"),
    ("running",   "work_done",        "replied",   "send_reply",  "IPC-080"),
    ("running",   "session_closed",   "abandoned", "cancel_work", "IPC-084"),
    (["replied", "abandoned"], "work_done",      None, "",        "IPC-084"),
    (["replied", "abandoned"], "session_closed", None, "",        "IPC-084"),
    ("abandoned", "request_sound", None,        "",            "IPC-099"),
], [
    ("request", "repeated", "holds", "request_repeated", None,              "IPC-088"),
    ("request", "sound",    "holds", "request_sound", "request_refused", "IPC-074"),
])
# fmt: on

# fmt: off
EAGER_BROKER: Final = machine("ipc_broker_eager_naive", BROKER.states, [
    *((r.source, r.event, r.target, " ".join(r.effects), " ".join(r.clauses)) for r in BROKER.rows),
    ("connected", "ping_due", None, "send_ping", "IPC-013"),
], [(c.input, c.fact, f"{c.relation} {c.limit or ''}".strip(), c.then, c.otherwise, " ".join(c.clauses)) for c in BROKER.checks])
"""A broker that pings before the handshake is over, under a key that the helper does not have yet."""

INSISTING_HELPER: Final = machine("ipc_helper_insisting_naive", HELPER.states, [
    *((r.source, r.event, r.target, " ".join(r.effects), " ".join(r.clauses)) for r in HELPER.rows
      if (r.source, r.event) != ("authenticating", "auth_timed_out")),
    ("authenticating", "auth_timed_out", None, "send_auth_request", "IPC-057"),
])
"""A helper that asks again on the same connection."""

GENEROUS_BROKER: Final = machine("ipc_broker_naive", BROKER.states, [
    *((r.source, r.event, r.target, " ".join(r.effects), " ".join(r.clauses)) for r in BROKER.rows),
    (_UP, "auth_accepted", None, "send_auth_accepted switch_key", "IPC-059"),
], [(c.input, c.fact, f"{c.relation} {c.limit or ''}".strip(), c.then, c.otherwise, " ".join(c.clauses)) for c in BROKER.checks])
"""A broker that hands out another key to whoever asks again."""

NAIVE_REQUEST: Final = machine("ipc_request_naive", REQUEST.states, [
    *((r.source, r.event, r.target, " ".join(r.effects), " ".join(r.clauses)) for r in REQUEST.rows),
    ("failed", "reply_fits", None, "settle", "IPC-083"),
], [(c.input, c.fact, f"{c.relation} {c.limit or ''}".strip(), c.then, c.otherwise, " ".join(c.clauses)) for c in REQUEST.checks])
"""An asking side that takes a reply after it has given up."""
# fmt: on

_BREAKS: Final = ("line_lost", "write_stalled")
_QUIET_BROKER: Final = frozenset(
    "peer_admitted_evicting session_kept idle_expired evicted answer_ready frame_refused".split()
)
_QUIET_HELPER: Final = frozenset("question_timed_out request_refused frame_refused".split())


def product(broker: Machine = BROKER, helper: Machine = HELPER, capacity: int = 2, *, breaks: bool = True) -> Product:
    """Couple the two sides of one connection: a stream each way, in order, that can break (IPC-004, IPC-009)."""
    sides = {"broker": broker, "helper": helper}
    channels = (
        Channel("helper", "broker", ("auth_request", *_TO_BROKER, "close"), capacity),
        Channel(
            "broker",
            "helper",
            ("pre_auth_reject", "auth_accepted", "auth_rejected", *_TO_HELPER, "close"),
            capacity,
        ),
    )
    decided = {o for check in broker.checks_index["auth_request"] for o in (check.then, check.otherwise) if o}
    unbroken = () if breaks else (*_BREAKS, "handshake_timed_out", "auth_timed_out")
    quiet = decided - set(PRE_AUTH) | {"reply_dropped", "message_unauthorized", "message_malformed", "message_ignored"}
    noise = ("request_repeated", "notice_refused", "answer_dropped", "message_ignored", "auth_malformed")
    free = {
        "broker": spontaneous(broker, quiet | _QUIET_BROKER | set(unbroken)),
        "helper": spontaneous(helper, {*noise, *_QUIET_HELPER, *unbroken}),
    }
    return Product("ipc", sides, channels, free, at_most_once=(("broker", "switch_key"), ("helper", "switch_key")))


def request_product(asking: Machine = REQUEST) -> Product:
    """Couple who asks with who answers, for one request (IPC-080)."""
    return Product(
        "ipc_request",
        {"broker": asking, "helper": WORK},
        (Channel("broker", "helper", ("request",), 1), Channel("helper", "broker", ("reply",), 1)),
        {
            "broker": frozenset({"request_wanted", "request_timed_out", "session_closed"}),
            "helper": frozenset({"work_done", "session_closed"}),
        },
        resting={"helper": ("waiting",)},
        at_most_once=(("broker", "settle"), ("helper", "run_request")),
    )
