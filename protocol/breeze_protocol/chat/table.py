"""Chat: the session's record, a turn, a call of a tool, its approval; the helper's side, and the agent's confirmation.

Everything that the helper is told about a turn goes through the turn: one stream, in order. Decisions about approvals
are requests of their own, from whoever holds a token of the device, and may cross the stream in any way.
"""

from typing import Final

from breeze_protocol.machine import Machine, State, machine
from breeze_protocol.product import Call, Channel, Product, Reset, spontaneous

_TOKEN: Final = (
    ("header_given", "AGENT_HEADER_MISSING"),
    ("token_well_formed", "AGENT_TOKEN_FORMAT"),
    ("token_matches", "AGENT_CREDENTIALS"),
    ("commissioned", "DEVICE_DECOMMISSIONED"),
    ("not_quarantined", "DEVICE_QUARANTINED"),
)
"""What holds of the token of every call, in order (CHAT-001)."""

_ASK: Final = [("ask", fact, "holds", None, code, "CHAT-001") for fact, code in _TOKEN]
_CALL: Final = [("call", fact, "holds", None, code, "CHAT-001") for fact, code in _TOKEN]
_UPLOAD: Final = [("upload", fact, "holds", None, code, "CHAT-001") for fact, code in _TOKEN]

# fmt: off
GATE = machine("chat_gate", (State("closed"), State("open", final=True)), [
    ("closed", "call_admitted", "open", "run_call", "CHAT-001"),
], [
    *_CALL,
    ("call",   "chat_enabled",    "holds",                     "call_admitted", "CHAT_DISABLED",        "CHAT-004"),
    *_ASK,  # GET /helper/config answers even where chat is off
    ("ask",    "token_matches",   "holds",                     "call_admitted", "AGENT_CREDENTIALS",    "CHAT-110"),
    *_UPLOAD,
    ("upload", "capture_allowed", "holds",                     None,            "TOOL_CAPTURE_DISABLED", "CHAT-063"),
    ("upload", "characters",      "at_most screenshot_upload", None,            "SCREENSHOT_TOO_LARGE", "CHAT-100"),
    ("upload", "is_image",        "holds",                     None,            "SCREENSHOT_INVALID",   "CHAT-101"),
    ("upload", "session_found",   "holds",                     "call_admitted", "CHAT_SESSION_NOT_FOUND", "CHAT-003"),
])

SESSION = machine("chat_session", (
    State("active", deadline="chat_session_life", on_deadline="age_reached"),
    State("expired", final=True),
    State("closed", final=True),
), [  # in                 on                  go to      and do                                    because
    ("active",              "message_accepted", None,      "store_message count_turn begin_turn",    "CHAT-020 CHAT-024"),
    ("active",              "close_requested",  "closed",  "stop_turn audit",                        "CHAT-011"),
    ("active",              "age_reached",      "expired", "audit",                                  "CHAT-022"),
    (["expired", "closed"], "close_requested",  None,      "",                                       "CHAT-011"),
], [
    ("create",  "level_allowed",      "holds",                      "session_created",  "CHAT_LEVEL_DENIED",      "CHAT-006"),
    ("see",     "same_device",        "holds",                      "session_seen",     "CHAT_SESSION_NOT_FOUND", "CHAT-003"),
    ("close",   "same_device",        "holds",                      "close_requested",  "CHAT_SESSION_NOT_FOUND", "CHAT-003"),
    ("message", "characters",         "at_least chat_message_least", None,              "VALIDATION_FAILED",      "CHAT-021 CHAT-020"),
    ("message", "characters",         "at_most chat_message",       None,               "VALIDATION_FAILED",      "CHAT-021"),
    ("message", "same_device",        "holds",                      None,               "CHAT_SESSION_NOT_FOUND", "CHAT-003"),
    ("message", "age",                "below chat_session_life",    None,               "CHAT_SESSION_EXPIRED",   "CHAT-022"),
    ("message", "open",               "holds",                      None,               "CHAT_SESSION_CLOSED",    "CHAT-023"),
    ("message", "turns",              "below chat_turns",           None,               "CHAT_TURN_LIMIT",        "CHAT-024"),
    ("message", "recent_messages",    "below chat_messages",        None,               "CHAT_RATE_LIMITED",      "CHAT-025"),
    ("message", "budget_exhausted",   "holds",                      "CHAT_BUDGET_EXHAUSTED", None,                "CHAT-026"),
    ("message", "budget_known",       "holds",                      None,               "CHAT_BUDGET_UNKNOWN",    "CHAT-026"),
    ("message", "model_configured",   "holds",                      None,               "CHAT_MODEL_MISSING",     "CHAT-027"),
    ("message", "idle",               "holds",                      "message_accepted", "CHAT_BUSY",              "CHAT-028"),
    ("resume",  "same_device",        "holds",                      None,               "CHAT_SESSION_NOT_FOUND", "CHAT-003"),
    ("resume",  "id_well_formed",     "holds",                      None,               "VALIDATION_FAILED",      "CHAT-043"),
    ("resume",  "events_kept",        "holds",                      "events_resumed",   "CHAT_EVENTS_GONE",       "CHAT-044"),
])

_LATE: Final = (
    "stop_received", "session_closed", "text_arrived", "title_made", "call_arrived", "call_unusable", "calls_ready",
    "message_finished", "model_failed", "budget_reached", "rounds_exhausted",
)
"""What can be on its way to a turn when it ends."""

TURN = machine("chat_turn", (
    State("waiting"),
    State("thinking", deadline="chat_model_silence", on_deadline="model_silent"),
    State("acting"),
    State("ended", final=True),
), [
    ("waiting",  "message_accepted", "thinking", "send_stream_opened ask_model",             "CHAT-020 CHAT-040"),
    ("waiting",  "message_refused",  "ended",    "send_refusal",                             "CHAT-020 CHAT-029"),
    ("waiting",  "session_closed",   None,       "",                                         "CHAT-055"),
    ("waiting",  "stop_received",    None,       "",                                         "CHAT-055"),
    ("thinking", "text_arrived",     None,       "send_text_delta restart_deadline",         "CHAT-045"),
    ("thinking", "title_made",       None,       "send_title_updated",                       "CHAT-031"),
    ("thinking", "call_arrived",     None,       "send_tool_use restart_deadline",           "CHAT-046"),
    ("thinking", "calls_ready",      "acting",   "propose_calls",                            "CHAT-046 CHAT-086"),
    ("thinking", "message_finished", "ended",    "store_answer send_done",                   "CHAT-046"),
    ("thinking", "model_failed",     "ended",    "withdraw_calls send_error send_done",      "CHAT-050"),
    ("thinking", "call_unusable",    "ended",    "cancel_model withdraw_calls send_error send_done", "CHAT-046 CHAT-049"),
    ("thinking", "model_silent",     "ended",    "cancel_model withdraw_calls send_error send_done", "CHAT-051"),
    ("thinking", "budget_reached",   "ended",    "cancel_model withdraw_calls send_error send_done", "CHAT-052"),
    ("thinking", "rounds_exhausted", "ended",    "cancel_model withdraw_calls send_error send_done", "CHAT-053"),
    ("thinking", "stop_received",    "ended",    "cancel_model withdraw_calls send_done",    "CHAT-055"),
    ("thinking", "session_closed",   "ended",    "cancel_model withdraw_calls send_error send_done", "CHAT-011"),
    ("acting",   "call_waits",       None,       "send_approval_required",                   "CHAT-080"),
    ("acting",   "call_resolved",    None,       "send_tool_result count_result",            "CHAT-046"),
    ("acting",   "calls_settled",    "thinking", "ask_model",                                "CHAT-046"),
    ("acting",   "stop_received",    "ended",    "withdraw_calls send_done",                 "CHAT-055"),
    ("acting",   "session_closed",   "ended",    "withdraw_calls send_error send_done",      "CHAT-011"),
    # a call that is withdrawn is resolved before `done`
    ("ended",    "call_resolved",    None,       "send_tool_result",                         "CHAT-046 CHAT-055"),
    *(("ended", event, None, "", "CHAT-055") for event in _LATE),
], [
    ("message", "admitted", "holds", "message_accepted", "message_refused", "CHAT-020"),
])

EXECUTION = machine("chat_execution", (
    State("absent"),
    State("proposed"),
    State("waiting", status="pending"),
    State("claiming", status="approved"),
    State("executing", deadline="chat_tool_timeout", on_deadline="tool_timed_out"),
    State("completed", final=True),
    State("failed", final=True),
    State("rejected", final=True),
), [
    ("absent",    "call_proposed",          "proposed",  "",                              "CHAT-046"),
    ("absent",    "withdrawn",              None,        "",                              "CHAT-055"),
    ("proposed",  "call_refused",           "rejected",  "report_result audit",           "CHAT-047 CHAT-072"),
    ("proposed",  "call_allowed",           "executing", "send_command audit",            "CHAT-067 CHAT-072"),
    ("proposed",  "approval_needed",        "waiting",   "open_approval report_waiting",  "CHAT-068 CHAT-080"),
    ("proposed",  "withdrawn",              "rejected",  "report_result audit",           "CHAT-055 CHAT-072"),
    ("waiting",   "grant_received",         "claiming",  "send_claim",                    "CHAT-084"),
    ("waiting",   "denial_received",        "rejected",  "report_result audit",           "CHAT-087 CHAT-072"),
    ("waiting",   "withdrawn",              "rejected",  "withdraw_approval report_result audit", "CHAT-055 CHAT-072"),
    ("claiming",  "claimed_received",       "executing", "send_command audit",            "CHAT-084 CHAT-085 CHAT-072"),
    ("claiming",  "claim_refused_received", "rejected",  "report_result audit",           "CHAT-084 CHAT-072"),
    ("claiming",  "claim_repeated",         None,        "send_claim",                    "CHAT-084"),
    ("claiming",  "denial_received",        None,        "",                              "CHAT-084"),
    ("claiming",  "withdrawn",              "rejected",  "withdraw_approval report_result audit", "CHAT-055 CHAT-072"),
    ("executing", "result_received",        "completed", "report_result audit",           "CHAT-047 CHAT-072"),
    ("executing", "fault_received",         "failed",    "report_result audit",           "CHAT-047 CHAT-072"),
    ("executing", "tool_timed_out",         "failed",    "report_result audit",           "CHAT-071 CHAT-072"),
    ("executing", "withdrawn",              "failed",    "cancel_command report_result audit", "CHAT-055 CHAT-072"),
    ("executing", "claimed_received",       None,        "",                              "CHAT-084"),
    ("executing", "claim_refused_received", None,        "",                              "CHAT-084"),
    # what crosses the end
    (["completed", "failed", "rejected"], "result_received",        None, "",             "CHAT-055"),
    (["completed", "failed", "rejected"], "fault_received",         None, "",             "CHAT-055"),
    (["completed", "failed", "rejected"], "withdrawn",              None, "",             "CHAT-055"),
    (["completed", "failed", "rejected"], "claimed_received",       None, "",             "CHAT-084"),
    (["completed", "failed", "rejected"], "claim_refused_received", None, "",             "CHAT-084"),
    (["completed", "failed", "rejected"], "grant_received",         None, "",             "CHAT-084"),
    (["completed", "failed", "rejected"], "denial_received",        None, "",             "CHAT-084"),
], [
    ("call", "tool_known",      "holds",   None,              "TOOL_UNAVAILABLE",      "CHAT-061 CHAT-069"),
    ("call", "tool_offered",    "holds",   None,              "TOOL_LEVEL",            "CHAT-060 CHAT-061"),
    ("call", "action_offered",  "holds",   None,              "TOOL_LEVEL",            "CHAT-062"),
    ("call", "capture_allowed", "holds",   None,              "TOOL_CAPTURE_DISABLED", "CHAT-063"),
    ("call", "input_valid",     "holds",   None,              "TOOL_INPUT_INVALID",    "CHAT-066"),
    ("call", "own_device",      "holds",   None,              "TOOL_DEVICE",           "CHAT-064 CHAT-065"),
    ("call", "paths_open",      "holds",   None,              "TOOL_PATH_BLOCKED",     "CHAT-077"),
    ("call", "within_rate",     "holds",   None,              "TOOL_RATE_LIMITED",     "CHAT-070"),
    ("call", "tier_1",          "holds",   "call_allowed",    None,                    "CHAT-067"),
    ("call", "granted",         "holds",   "call_allowed",    None,                    "CHAT-091"),
    ("call", "tier_2",          "holds",   None,              "approval_needed",       "CHAT-067 CHAT-068"),
    ("call", "tainted",         "holds",   "approval_needed", "call_allowed",          "CHAT-092"),
])

_DECIDED: Final = ("approved", "used", "denied", "void")

APPROVAL = machine("chat_approval", (
    State("absent"),
    State("pending", deadline="chat_approval_life", on_deadline="approval_timed_out"),
    State("approved", deadline="chat_approval_use", on_deadline="approval_timed_out"),
    State("used", final=True),
    State("denied", final=True),
    State("expired", final=True),
    State("void", final=True),
), [
    ("absent",    "approval_opened",           "pending",  "audit",                              "CHAT-080"),
    ("absent",    "approval_withdrawn",        None,       "",                                   "CHAT-055"),
    ("absent",    "EXECUTION_NOT_FOUND",       None,       "send_decision_refused",              "CHAT-083"),
    ("pending",   "approval_granted",          "approved", "audit send_decision_taken send_grant", "CHAT-083 CHAT-084 CHAT-094"),
    ("pending",   "approval_denied",           "denied",   "audit send_decision_taken send_denial", "CHAT-083 CHAT-087 CHAT-094"),
    ("pending",   "approval_timed_out",        "expired",  "audit send_denial",                  "CHAT-082 CHAT-087 CHAT-094"),
    ("pending",   "approval_withdrawn",        "void",     "audit",                              "CHAT-055 CHAT-094"),
    ("pending",   "APPROVAL_NEEDS_TECHNICIAN", None,       "send_decision_refused",              "CHAT-090"),
    ("pending",   "APPROVAL_ARGUMENTS",        None,       "send_decision_refused",              "CHAT-085"),
    ("pending",   "APPROVAL_SCOPE",            None,       "send_decision_refused",              "CHAT-091"),
    ("approved",  "claim_received",            "used",     "mark_used send_claimed",             "CHAT-084"),
    ("approved",  "approval_timed_out",        "expired",  "audit",                              "CHAT-084"),
    ("approved",  "approval_withdrawn",        "void",     "audit",                              "CHAT-055"),
    (["pending", "used", "denied", "expired", "void"], "claim_received", None, "send_claim_refused", "CHAT-084"),
    (_DECIDED,    "EXECUTION_DECIDED",         None,       "send_decision_refused",              "CHAT-083"),
    ("expired",   "EXECUTION_EXPIRED",         None,       "send_decision_refused",              "CHAT-082"),
    (["used", "denied", "expired", "void"], "approval_withdrawn", None, "",                      "CHAT-055"),
], [
    ("decision", "execution_found",   "holds",                    None,              "EXECUTION_NOT_FOUND",       "CHAT-083"),
    ("decision", "undecided",         "holds",                    None,              "EXECUTION_DECIDED",         "CHAT-083"),
    ("decision", "age",               "below chat_approval_life", None,              "EXECUTION_EXPIRED",         "CHAT-082"),
    ("decision", "approves",          "holds",                    None,              "approval_denied",           "CHAT-083"),
    ("decision", "decider_allowed",   "holds",                    None,              "APPROVAL_NEEDS_TECHNICIAN", "CHAT-088 CHAT-090"),
    ("decision", "arguments_match",   "holds",                    None,              "APPROVAL_ARGUMENTS",        "CHAT-085"),
    ("decision", "scope_allowed",     "holds",                    "approval_granted", "APPROVAL_SCOPE",           "CHAT-091"),
])

CONFIRMATION = machine("chat_confirmation", (
    State("unknown"),
    State("demanded", deadline="chat_confirmation_wait", on_deadline="confirmation_lapsed"),
    State("spent", final=True),
    State("refused", final=True),
), [
    ("unknown",  "command_trusted",     "spent",    "run_command",          "CHAT-088"),
    ("unknown",  "command_demands",     "demanded", "send_confirm_request", "CHAT-089"),
    ("unknown",  "command_altered",     "refused",  "send_fault",           "CHAT-085"),
    ("demanded", "confirmed_received",  "spent",    "run_command",          "CHAT-089"),
    ("demanded", "declined_received",   "refused",  "send_fault",           "CHAT-089"),
    ("demanded", "confirmation_lapsed", "refused",  "send_fault",           "CHAT-089"),
    (["demanded", "spent", "refused"], "command_trusted", None, "send_fault", "CHAT-084"),
    (["demanded", "spent", "refused"], "command_demands", None, "send_fault", "CHAT-084"),
    (["demanded", "spent", "refused"], "command_altered", None, "send_fault", "CHAT-084"),
    (["unknown", "spent", "refused"],  "confirmed_received", None, "",      "CHAT-084"),
    (["unknown", "spent", "refused"],  "declined_received",  None, "",      "CHAT-084"),
    ("spent",    "command_done",        None,       "send_result",          "CHAT-047"),
], [
    ("command", "hash_matches",    "holds", None,              "command_altered", "CHAT-085"),
    ("command", "payload_matches", "holds", None,              "command_altered", "CHAT-085"),
    ("command", "confirm",         "holds", "command_demands", "command_trusted", "CHAT-089 CHAT-088"),
    ("confirm_result", "allowed",  "holds", None,              "declined_received", "CHAT-089"),
    ("confirm_result", "same_hash", "holds", "confirmed_received", "declined_received", "CHAT-089"),
])

CARD = machine("chat_card", (
    State("hidden"),
    State("asking", deadline="chat_approval_life", on_deadline="card_lapsed"),
    State("approving"),
    State("denying"),
    State("granted", deadline="chat_approval_life", on_deadline="card_lapsed"),
    State("confirming", deadline="chat_confirmation_wait", on_deadline="card_lapsed"),
    State("gone", final=True),
), [
    ("hidden",     "shown",                     "asking",     "show_card",                     "CHAT-093"),
    ("hidden",     "confirm_request_received",  "confirming", "show_card",                     "CHAT-095"),
    ("asking",     "user_approved",             "approving",  "send_decision",                 "CHAT-083"),
    ("asking",     "user_denied",               "denying",    "send_decision",                 "CHAT-083"),
    ("asking",     "confirm_request_received",  "confirming", "",                              "CHAT-095"),
    ("asking",     "card_lapsed",               "gone",       "hide_card",                     "CHAT-082"),
    (["asking", "approving", "denying", "granted"], "resolved", "gone", "hide_card",          "CHAT-083"),
    ("approving",  "decision_taken_received",   "granted",    "hide_card",                     "CHAT-083"),
    ("approving",  "decision_refused_received", "granted",    "hide_card show_refusal",        "CHAT-083 CHAT-095"),
    ("approving",  "confirm_request_received",  None,         "send_confirm_result",           "CHAT-095"),
    ("denying",    "decision_taken_received",   "gone",       "hide_card",                     "CHAT-083"),
    ("denying",    "decision_refused_received", "gone",       "hide_card show_refusal",        "CHAT-083"),
    ("denying",    "confirm_request_received",  None,         "send_confirm_result",           "CHAT-095"),
    (["approving", "denying"], "decision_unanswered", None,   "send_decision",                 "CHAT-096"),
    ("granted",    "confirm_request_received",  None,         "send_confirm_result",           "CHAT-095"),
    ("granted",    "card_lapsed",               "gone",       "",                              "CHAT-082"),
    ("confirming", "user_approved",             "gone",       "send_confirm_result hide_card", "CHAT-095"),
    ("confirming", "user_denied",               "gone",       "send_confirm_result hide_card", "CHAT-095"),
    ("confirming", "card_lapsed",               "gone",       "send_confirm_result hide_card", "CHAT-095"),
    ("confirming", "resolved",                  "gone",       "send_confirm_result hide_card", "CHAT-095"),
    ("confirming", "confirm_request_received",  None,         "",                              "CHAT-095"),
    ("confirming", "shown",                     None,         "",                              "CHAT-093"),
    ("gone",       "confirm_request_received",  None,         "send_confirm_result",           "CHAT-095"),
    (["granted", "gone"], "decision_taken_received",   None,  "",                              "CHAT-083"),
    (["granted", "gone"], "decision_refused_received", None,  "",                              "CHAT-083"),
    (["hidden", "gone"],  "resolved",           None,         "",                              "CHAT-083"),
])

_OPEN: Final = ("sending", "streaming")
_SHOWN: Final = [
    ("text_delta_received",        "show_text restart_deadline",   "CHAT-045"),
    ("tool_use_received",          "show_call restart_deadline",   "CHAT-046"),
    ("tool_result_received",       "show_result resolve_card restart_deadline", "CHAT-046"),
    ("approval_required_received", "show_approval restart_deadline", "CHAT-080"),
    ("title_updated_received",     "show_title restart_deadline",  "CHAT-031"),
    ("error_received",             "show_error restart_deadline",  "CHAT-050"),
    ("unknown_received",           "restart_deadline",             "CHAT-057"),
    ("comment_received",           "restart_deadline",             "CHAT-042"),
]
_LEFT: Final = ("stream_opened_received", "refusal_received", "done_received", *(event for event, _, _ in _SHOWN))

HELPER = machine("chat_helper", (
    State("idle"),
    State("sending", deadline="chat_stream_silence", on_deadline="stream_lost"),
    State("streaming", deadline="chat_stream_silence", on_deadline="stream_lost"),
    State("lost", deadline="chat_resume_interval", on_deadline="resume_due"),
    State("left", final=True),
), [
    ("idle",      "user_wrote",             "sending",   "send_message",           "CHAT-021"),
    ("idle",      "user_left",              "left",      "",                       "CHAT-058"),
    ("sending",   "stream_opened_received", "streaming", "",                       "CHAT-040"),
    ("sending",   "refusal_received",       "idle",      "show_refusal",           "CHAT-020"),
    *(("streaming", event, None, do, because) for event, do, because in _SHOWN),
    ("streaming", "done_received",          "idle",      "resolve_card show_done", "CHAT-046"),
    ("streaming", "user_stopped",           None,        "send_stop",              "CHAT-055"),
    (_OPEN,       "stream_lost",            "lost",      "keep_place",             "CHAT-054"),
    ("lost",      "resume_due",             None,        "send_resume restart_deadline", "CHAT-054"),
    ("lost",      "events_resumed",         "streaming", "",                       "CHAT-043"),
    ("lost",      "turn_over",              "idle",      "load_history",           "CHAT-043"),
    ("lost",      "events_gone",            "idle",      "load_history",           "CHAT-044"),
    (["sending", "streaming", "lost"], "user_left", "left", "",                   "CHAT-058"),
    *(("left", event, None, "", "CHAT-058") for event in _LEFT),
])

NAIVE_APPROVAL = machine("chat_approval_naive", APPROVAL.states, [
    *((r.source, r.event, r.target, " ".join(r.effects), " ".join(r.clauses)) for r in APPROVAL.rows
      if (r.source, r.event) != ("used", "claim_received")),
    ("used", "claim_received", None, "mark_used send_claimed", "CHAT-084"),
], [(c.input, c.fact, "holds" if c.limit is None else f"{c.relation} {c.limit}", c.then, c.otherwise, " ".join(c.clauses))
    for c in APPROVAL.checks])
"""An approval that answers every claim: with it the model checker finds one that is used twice."""

NAIVE_TURN = machine("chat_turn_naive", TURN.states, [
    *((r.source, r.event, r.target, " ".join(r.effects), " ".join(r.clauses)) for r in TURN.rows
      if (r.source, r.event) != ("acting", "stop_received")),
    ("acting", "stop_received", "ended", "send_done", "CHAT-055"),
], [("message", "admitted", "holds", "message_accepted", "message_refused", "CHAT-020")])
"""A turn that stops without withdrawing its calls: an approval that comes afterwards meets a turn that is over."""
# fmt: on

_STREAM: Final = (
    *("stream_opened", "refusal", "text_delta", "tool_use", "approval_required", "tool_result"),
    *("title_updated", "error", "done"),
)


def product(turn: Machine = TURN, capacity: int = 3) -> Product:
    """Couple the helper with a turn and its calls. A break of the stream shows as a delay only, since events are kept
    and resumed in order (CHAT-043)."""
    sides = {"helper": HELPER, "turn": turn, "execution": EXECUTION}
    channels = (
        Channel("helper", "turn", ("message", "stop"), capacity),
        Channel("turn", "helper", _STREAM, capacity),
    )
    lost = ("stream_lost", "resume_due", "events_resumed", "turn_over", "events_gone")
    called = ("call_waits", "call_resolved", "calls_settled", "message_accepted", "message_refused")
    decided = ("grant_received", "denial_received", "claimed_received", "claim_refused_received")
    free = {
        "helper": spontaneous(HELPER, lost),
        "turn": spontaneous(turn, called),
        "execution": spontaneous(EXECUTION, ("call_proposed", "withdrawn", "claim_repeated"))
        | {*decided, "result_received", "fault_received"},
    }
    calls = (
        Call("turn", "propose_calls", None, "execution", "call_proposed"),
        Call("turn", "withdraw_calls", None, "execution", "withdrawn"),
        Call("turn", "count_result", None, "turn", "calls_settled"),
        Call("execution", "report_waiting", None, "turn", "call_waits"),
        Call("execution", "report_result", None, "turn", "call_resolved"),
    )
    resets = (Reset("helper", "user_wrote", "turn"), Reset("turn", "calls_ready", "execution"))
    resting = {"helper": ("idle",), "turn": ("waiting",), "execution": ("absent",)}
    return Product("chat", sides, channels, free, resets, calls, resting)


def approval_product(approval: Machine = APPROVAL, capacity: int = 2) -> Product:
    """Couple one call with its approval, the card that asks the person, and the agent that runs it: whatever is lost,
    repeated or late, the approval is used once and the command runs once (CHAT-084). The card shows and hides when it
    likes, which is more than the stream makes it do."""
    sides = {"card": CARD, "execution": EXECUTION, "approval": approval, "agent": CONFIRMATION}
    channels = (
        Channel("card", "approval", ("decision",), capacity, lossy=True),
        Channel("approval", "card", ("decision_taken", "decision_refused"), capacity, lossy=True),
        Channel("card", "agent", ("confirm_result",), capacity),
        Channel("agent", "card", ("confirm_request",), capacity),
        Channel("execution", "approval", ("claim",), capacity),
        Channel("approval", "execution", ("grant", "denial", "claimed", "claim_refused"), capacity),
        Channel("execution", "agent", ("command",), capacity),
        Channel("agent", "execution", ("result", "fault"), capacity),
    )
    decisions = tuple(e for e in approval.events if e.isupper() or e in ("approval_granted", "approval_denied"))
    free = {
        "card": spontaneous(CARD),
        "execution": spontaneous(EXECUTION),
        "approval": spontaneous(approval, ("approval_opened", "approval_withdrawn", *decisions)),
        "agent": frozenset({"command_done", "confirmation_lapsed"}),
    }
    calls = (
        Call("execution", "open_approval", None, "approval", "approval_opened"),
        Call("execution", "withdraw_approval", None, "approval", "approval_withdrawn"),
    )
    once = (("approval", "mark_used"), ("execution", "send_command"), ("agent", "run_command"))
    resting = {"card": ("hidden",), "execution": ("absent",), "approval": ("absent",), "agent": ("unknown",)}
    return Product("chat_approval", sides, channels, free, (), calls, resting, once)
