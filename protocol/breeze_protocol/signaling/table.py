"""Signaling: one table a side, the codes and tokens of deployed viewers, and how the sides are coupled."""

from typing import Final

from breeze_protocol.machine import Machine, State, machine
from breeze_protocol.product import Call, Channel, Product, Reset, spontaneous

FIRST: Final = ("quiet", "offered", "answered", "falling")
"""The session has not been active yet: an offer restarts its deadline (SIGN-005)."""
AGAIN: Final = ("connected", "paused", "reoffered", "reanswered")
LIVE: Final = (*FIRST, *AGAIN, "relayed", "upgrading")
OPEN: Final = ("offered", "answered", "connected", "reoffered", "reanswered", "upgrading")
"""There is an offer that candidates can belong to."""
NO_OFFER: Final = ("quiet", "falling", "paused", "relayed")
STARTED: Final = (*OPEN, "falling", "paused")
"""The device may hold a peer connection."""

TAKE: Final = "store_offer forget_answer audit send_start send_offer_taken"

# fmt: off
SERVER = machine("signaling_server", (
    State("quiet"),
    State("offered",    deadline="answer_wait",  on_deadline="answer_timed_out"),
    State("answered",   deadline="ice_wait",     on_deadline="ice_timed_out"),
    State("connected"),
    State("falling",    deadline="relay_switch", on_deadline="switch_timed_out"),
    State("paused",     deadline="viewer_grace", on_deadline="grace_expired"),
    State("reoffered",  deadline="answer_wait",  on_deadline="answer_timed_out"),
    State("reanswered", deadline="ice_wait",     on_deadline="ice_timed_out"),
    State("relayed"),
    State("upgrading",  deadline="ice_wait",     on_deadline="ice_timed_out"),
    State("ended", final=True),
), [  # in          on                       go to         and do                                          because
    (FIRST,         "offer_accepted",        "offered",    f"extend_session {TAKE}",                       "SIGN-001 SIGN-004 SIGN-005"),
    (FIRST,         "offer_counts",          "offered",    f"extend_session acknowledge_session {TAKE}",   "SIGN-001 SIGN-005 SESS-035"),
    (["connected", "reoffered", "reanswered"], "offer_accepted", "reoffered", TAKE,                        "SIGN-004"),
    (["connected", "reoffered", "reanswered"], "offer_counts", "reoffered", TAKE,                          "SIGN-004"),
    ("paused",      "offer_accepted",        "reoffered",  f"resume_session {TAKE}",                       "SIGN-034"),
    ("paused",      "offer_counts",          "reoffered",  f"resume_session {TAKE}",                       "SIGN-034"),
    (["relayed", "upgrading"], "offer_accepted", "upgrading", TAKE,                                        "SIGN-036"),
    (["relayed", "upgrading"], "offer_counts", "upgrading", TAKE,                                          "SIGN-036"),
    (LIVE,          "SIGNALING_TYPE",        None,         "send_offer_refused",                           "SIGN-002"),
    (LIVE,          "AGENT_OFFLINE",         None,         "send_offer_refused",                           "SIGN-006"),
    (LIVE,          "SIGNALING_UNSUPPORTED", None,         "send_offer_refused",                           "SIGN-061"),
    # the device's answer
    ("offered",     "answer_accepted",       "answered",   "acknowledge_session store_answer send_answer audit", "SIGN-010 SIGN-012 SIGN-016"),
    ("offered",     "answer_settles",        "connected",  "acknowledge_session activate_session store_answer send_answer audit", "SIGN-010 SIGN-012 SIGN-035"),
    ("reoffered",   "answer_accepted",       "reanswered", "store_answer send_answer",                     "SIGN-010 SIGN-012"),
    ("reoffered",   "answer_settles",        "connected",  "store_answer send_answer",                     "SIGN-010 SIGN-012 SIGN-035"),
    ("upgrading",   "answer_accepted",       None,         "store_answer send_answer",                     "SIGN-010 SIGN-012"),
    ("upgrading",   "answer_settles",        "connected",  "store_answer send_answer close_relay",         "SIGN-010 SIGN-012 SIGN-035 SIGN-036"),
    (LIVE,          "answer_stale",          None,         "",                                             "SIGN-014"),
    ((*NO_OFFER, "answered", "connected", "reanswered"), "answer_accepted", None, "",                      "SIGN-015"),
    ((*NO_OFFER, "answered", "connected", "reanswered"), "answer_settles",  None, "",                      "SIGN-015"),
    ("offered",     "start_failed_received", "falling",    "note_failure send_failed",                     "SIGN-013 SESS-039"),
    ("offered",     "answer_timed_out",      "falling",    "send_stop note_failure send_failed",           "SIGN-011 SIGN-013"),
    ("reoffered",   "start_failed_received", "paused",     "suspend_session send_failed",                  "SIGN-034"),
    ("reoffered",   "answer_timed_out",      "paused",     "send_stop suspend_session send_failed",        "SIGN-011 SIGN-034"),
    ("upgrading",   "start_failed_received", "relayed",    "send_failed",                                  "SIGN-036"),
    ((*NO_OFFER, "answered", "connected", "reanswered"), "start_failed_received", None, "",                "SIGN-014"),
    (STARTED,       "consent_denied",        "ended",      "fail_session send_ended",                      "SIGN-033"),
    (["quiet", "relayed"], "consent_denied", None,         "",                                             "SIGN-014"),
    # candidates
    (OPEN,          "candidate_accepted",    None,         "store_candidate send_candidate send_candidate_taken", "SIGN-020 SIGN-021"),
    (OPEN,          "candidate_kept",        None,         "store_candidate send_candidate_taken",         "SIGN-020 SIGN-023"),
    (LIVE,          "CANDIDATES_FULL",       None,         "send_candidate_refused",                       "SIGN-024"),
    (NO_OFFER,      "SIGNALING_NO_OFFER",    None,         "send_candidate_refused",                       "SIGN-025"),
    (OPEN,          "device_candidate",      None,         "store_candidate send_pushed",               "SIGN-012 SIGN-022"),
    (NO_OFFER,      "device_candidate",      None,         "",                                             "SIGN-014"),
    (LIVE,          "candidate_stale",       None,         "",                                             "SIGN-014"),
    (LIVE,          "candidate_dropped",     None,         "",                                             "SIGN-024"),
    # the connection
    ("answered",    "peer_connected_received", "connected", "activate_session",                            "SIGN-030"),
    ("reanswered",  "peer_connected_received", "connected", "",                                            "SIGN-030"),
    ("upgrading",   "peer_connected_received", "connected", "close_relay",                                 "SIGN-030 SIGN-036"),
    ((*NO_OFFER, "offered", "reoffered", "connected"), "peer_connected_received", None, "",                "SIGN-014"),
    ("answered",    "peer_broken_received",  "falling",    "note_failure send_failed",                     "SIGN-032"),
    ("answered",    "ice_timed_out",         "falling",    "send_stop note_failure send_failed",           "SIGN-032"),
    ("reanswered",  "peer_broken_received",  "paused",     "suspend_session send_failed",                  "SIGN-034"),
    ("reanswered",  "ice_timed_out",         "paused",     "send_stop suspend_session send_failed",        "SIGN-034"),
    ("upgrading",   "peer_broken_received",  "relayed",    "send_failed",                                  "SIGN-036"),
    ("upgrading",   "ice_timed_out",         "relayed",    "send_stop send_failed",                        "SIGN-036"),
    ((*NO_OFFER, "offered", "reoffered", "connected"), "peer_broken_received", None, "",                   "SIGN-014"),
    ("answered",    "peer_lost_received",    "falling",    "note_failure send_failed",                     "SIGN-032"),
    ("connected",   "peer_lost_received",    "paused",     "suspend_session",                              "SIGN-031 SIGN-034"),
    ("reanswered",  "peer_lost_received",    "paused",     "suspend_session",                              "SIGN-034"),
    ("upgrading",   "peer_lost_received",    "relayed",    "",                                             "SIGN-036"),
    ((*NO_OFFER, "offered", "reoffered"), "peer_lost_received", None, "",                                  "SIGN-014"),
    (["answered", "connected", "reanswered"], "peer_closed_received", "ended", "end_session send_ended",   "SIGN-031"),
    ((*NO_OFFER, "offered", "reoffered", "upgrading"), "peer_closed_received", None, "",                   "SIGN-014"),
    ("paused",      "grace_expired",         "ended",      "fail_session send_ended",                      "SIGN-034"),
    # the fallback
    (["quiet", "falling"], "relay_received", "relayed",    "extend_session",                               "SIGN-013 SIGN-036"),
    (["offered", "answered"], "relay_received", "relayed", "send_stop extend_session",                     "SIGN-036"),
    ("paused",      "relay_received",        "relayed",    "resume_session",                               "SIGN-034 SIGN-036"),
    (["connected", "reoffered", "reanswered"], "relay_received", "relayed", "send_stop",                   "SIGN-036"),
    (["relayed", "upgrading"], "relay_received", None,     "",                                             "SIGN-036"),
    ("falling",     "switch_timed_out",      "ended",      "fail_session send_ended",                      "SIGN-013"),
    # ends
    (["quiet", "relayed"], "agent_lost",     None,         "",                                             "SIGN-037"),
    (["offered", "falling"], "agent_lost",   "falling",    "note_failure send_failed",                     "SIGN-037"),
    (["answered", *AGAIN], "agent_lost",     "ended",      "fail_session send_ended",                      "SIGN-037"),
    ("upgrading",   "agent_lost",            "relayed",    "send_failed",                                  "SIGN-037"),
    (STARTED,       "leave_received",        "ended",      "send_stop end_session",                        "SIGN-038"),
    (["quiet", "relayed"], "leave_received", "ended",      "end_session",                                  "SIGN-038"),
    (STARTED,       "session_ended",         "ended",      "send_stop send_ended",                         "SIGN-039"),
    (["quiet", "relayed"], "session_ended",  "ended",      "send_ended",                                   "SIGN-039"),
    ("ended",       "answer_accepted",       None,         "send_stop",                                    "SIGN-015"),
    ("ended",       "answer_settles",        None,         "send_stop",                                    "SIGN-015"),
    ("ended",       "SIGNALING_STATE",       None,         "send_offer_refused",                           "SIGN-007"),
    ("ended",       "SIGNALING_OVER",        None,         "send_candidate_refused",                       "SIGN-007"),
    ("ended",       "relay_received",        None,         "send_ended",                                   "SIGN-007"),
    ("ended",       "answer_stale",          None,         "",                                             "SIGN-014"),
    ("ended",       "start_failed_received", None,         "",                                             "SIGN-014"),
    ("ended",       "consent_denied",        None,         "",                                             "SIGN-014"),
    ("ended",       "device_candidate",      None,         "",                                             "SIGN-014"),
    ("ended",       "candidate_stale",       None,         "",                                             "SIGN-014"),
    ("ended",       "candidate_dropped",     None,         "",                                             "SIGN-014"),
    ("ended",       "peer_connected_received", None,       "",                                             "SIGN-014"),
    ("ended",       "peer_broken_received",  None,         "",                                             "SIGN-014"),
    ("ended",       "peer_lost_received",    None,         "",                                             "SIGN-014"),
    ("ended",       "peer_closed_received",  None,         "",                                             "SIGN-014"),
    ("ended",       "agent_lost",            None,         "",                                             "SIGN-014"),
    ("ended",       "leave_received",        None,         "",                                             "SIGN-014"),
    ("ended",       "session_ended",         None,         "",                                             "SIGN-014"),
], [
    ("offer", "type_fits",      "holds",                 None,                 "SIGNALING_TYPE",        "SIGN-002 SESS-038"),
    ("offer", "live",           "holds",                 None,                 "SIGNALING_STATE",       "SIGN-007"),
    ("offer", "agent_online",   "holds",                 None,                 "AGENT_OFFLINE",         "SIGN-006"),
    ("offer", "agent_can",      "holds",                 None,                 "SIGNALING_UNSUPPORTED", "SIGN-061"),
    ("offer", "reports_peer",   "holds",                 "offer_accepted",     "offer_counts",          "SIGN-035"),
    ("answer", "current",       "holds",                 None,                 "answer_stale",          "SIGN-014"),
    ("answer", "reports_peer",  "holds",                 "answer_accepted",    "answer_settles",        "SIGN-035"),
    ("candidate", "live",       "holds",                 None,                 "SIGNALING_OVER",        "SIGN-007"),
    ("candidate", "offered",    "holds",                 None,                 "SIGNALING_NO_OFFER",    "SIGN-025"),
    ("candidate", "count",      "below ice_candidates",  None,                 "CANDIDATES_FULL",       "SIGN-024"),
    ("candidate", "agent_trickles", "holds",             "candidate_accepted", "candidate_kept",        "SIGN-021 SIGN-023"),
    ("agent_candidate", "current", "holds",              None,                 "candidate_stale",       "SIGN-014"),
    ("agent_candidate", "count", "below ice_candidates", "device_candidate",   "candidate_dropped",     "SIGN-024"),
])

VIEWER = machine("signaling_viewer", (
    State("idle"),
    State("asking"),
    State("gathering",  deadline="ice_gathering",      on_deadline="gathered"),
    State("offering"),
    State("waiting",    deadline="viewer_answer_wait", on_deadline="answer_timed_out"),
    State("connecting", deadline="ice_wait",           on_deadline="ice_failed"),
    State("connected"),
    State("relayed"),
    State("closed", final=True),
), [
    ("idle",       "user_connects",         "asking",     "ask_ice_servers",                     "SIGN-040"),
    ("asking",     "servers_known",  "gathering",  "create_peer",                         "SIGN-040"),
    ("gathering",  "candidate_found",       None,         "keep_candidate",                      "SIGN-026"),
    ("gathering",  "gathered",              "offering",   "send_offer",                          "SIGN-001 SIGN-026"),
    ("offering",   "candidate_found",       None,         "hold_candidate",                      "SIGN-026"),
    ("offering",   "answer_current",        None,         "hold_push",                           "SIGN-014"),
    ("offering",   "answer_stale",          None,         "",                                    "SIGN-014"),
    ("offering",   "candidate_current",     None,         "hold_push",                           "SIGN-014"),
    ("offering",   "candidate_stale",       None,         "",                                    "SIGN-014"),
    ("offering",   "taken",                 "waiting",    "release_candidates",                  "SIGN-001 SIGN-026"),
    ("offering",   "taken_with_answer",     "connecting", "release_candidates apply_answer",     "SIGN-012 SIGN-014"),
    ("offering",   "failed_current",        None,         "hold_push",                           "SIGN-014"),
    ("offering",   "taken_with_failure",    "relayed",    "close_peer send_relay",               "SIGN-013 SIGN-014"),
    ("offering",   "offer_refused_received", "relayed",   "close_peer send_relay",               "SIGN-036"),
    ("waiting",    "candidate_found",       None,         "send_candidate",                      "SIGN-020"),
    ("waiting",    "answer_current",        "connecting", "apply_answer",                        "SIGN-012"),
    ("waiting",    "answer_timed_out",      "relayed",    "close_peer send_relay",               "SIGN-036"),
    ("connecting", "candidate_found",       None,         "send_candidate",                      "SIGN-020"),
    (["waiting", "connecting", "connected"], "candidate_current", None, "add_candidate",         "SIGN-012"),
    ("connecting", "ice_connected",         "connected",  "show_picture",                        "SIGN-030"),
    ("connecting", "ice_failed",            "relayed",    "close_peer send_relay",               "SIGN-036"),
    (["waiting", "connecting"], "failed_current", "relayed", "close_peer send_relay",            "SIGN-013 SIGN-036"),
    ("connected",  "ice_lost",              "gathering",  "close_peer create_peer",              "SIGN-034"),
    ("relayed",    "user_upgrades",         "gathering",  "create_peer",                         "SIGN-036"),
    ("connected", "failed_current", None,             "",                                        "SIGN-014"),
    (["offering", "waiting", "connecting", "connected"], "failed_stale", None, "",               "SIGN-014"),
    (["gathering", "relayed", "closed"], "failed_current",    None, "",                          "SIGN-014"),
    (["gathering", "relayed", "closed"], "failed_stale",      None, "",                          "SIGN-014"),
    (["waiting", "connecting", "connected"], "answer_stale",    None, "",                        "SIGN-014"),
    (["waiting", "connecting", "connected"], "candidate_stale", None, "",                        "SIGN-014"),
    (["connecting", "connected"], "answer_current", None, "",                                    "SIGN-014"),
    (["gathering", "relayed", "closed"], "answer_current",    None, "",                          "SIGN-014"),
    (["gathering", "relayed", "closed"], "answer_stale",      None, "",                          "SIGN-014"),
    (["gathering", "relayed", "closed"], "candidate_current", None, "",                          "SIGN-014"),
    (["gathering", "relayed", "closed"], "candidate_stale",   None, "",                          "SIGN-014"),
    (["waiting", "connecting", "connected", "gathering", "offering", "relayed"], "candidate_taken_received",   None, "", "SIGN-020"),
    (["waiting", "connecting", "connected", "gathering", "offering", "relayed"], "candidate_refused_received", None, "", "SIGN-025"),
    (["asking", "gathering", "offering", "waiting", "connecting", "connected", "relayed"], "ended_received", "closed", "close_peer report_end", "SIGN-039"),
    (["idle", "asking", "gathering", "offering", "waiting", "connecting", "connected", "relayed"], "user_left", "closed", "close_peer send_leave", "SIGN-038"),
    ("idle",       "ended_received",        "closed",     "report_end",                          "SIGN-039"),
    ("closed",     "servers_known",  None,         "",                                    "SIGN-038"),
    ("closed",     "taken",                 None,         "",                                    "SIGN-038"),
    ("closed",     "taken_with_answer",     None,         "",                                    "SIGN-038"),
    ("closed",     "taken_with_failure",    None,         "",                                    "SIGN-038"),
    ("closed",     "offer_refused_received", None,        "",                                    "SIGN-038"),
    ("closed",     "candidate_taken_received",   None,    "",                                    "SIGN-038"),
    ("closed",     "candidate_refused_received", None,    "",                                    "SIGN-038"),
    ("closed",     "ended_received",        None,         "",                                    "SIGN-038"),
], [
    ("offer_taken", "failure_held", "holds", "taken_with_failure", None,            "SIGN-014"),
    ("offer_taken", "answer_held", "holds", "taken_with_answer", "taken",           "SIGN-014"),
    ("failed",      "current",     "holds", "failed_current",    "failed_stale",    "SIGN-014"),
    ("answer",      "current",     "holds", "answer_current",    "answer_stale",    "SIGN-014"),
    ("pushed",      "current",     "holds", "candidate_current", "candidate_stale", "SIGN-014"),
])

AGENT = machine("signaling_agent", (
    State("absent"),
    State("answering", deadline="answer_wait", on_deadline="answer_failed"),
    State("answered",  deadline="ice_wait", on_deadline="ice_failed"),
    State("connected"),
    State("ended", final=True),
), [
    ("absent",     "start_received",      "answering", "create_peer",                        "SIGN-003 SIGN-060"),
    (["answering", "answered", "connected"], "start_received", "answering", "close_peer create_peer", "SIGN-004"),
    ("answering",  "answer_ready",        "answered",  "send_answer release_candidates",     "SIGN-010 SIGN-022"),
    ("answering",  "answer_failed",       "absent",    "close_peer send_start_failed",       "SIGN-011"),
    ("answering",  "candidate_found",     None,        "hold_candidate",                     "SIGN-022"),
    (["answered", "connected"], "candidate_found", None, "send_agent_candidate",             "SIGN-022"),
    (["answering", "answered", "connected"], "candidate_received", None, "add_candidate",    "SIGN-021"),
    (["absent", "ended"], "candidate_received", None,  "",                                   "SIGN-021"),
    ("answered",   "ice_connected",       "connected", "send_peer_connected",                "SIGN-030"),
    ("answered",   "ice_failed",          "absent",    "close_peer send_peer_broken",        "SIGN-032"),
    ("connected",  "ice_lost",            "absent",    "close_peer send_peer_lost",          "SIGN-031"),
    (["answered", "connected"], "peer_closed", "absent", "close_peer send_peer_closed",      "SIGN-031"),
    (["answering", "answered", "connected"], "stop_received", "absent", "close_peer",        "SIGN-039"),
    (["absent", "ended"], "stop_received", None,       "",                                   "SIGN-039"),
    ("absent",     "link_lost",           "ended",     "",                                   "SIGN-037"),
    (["answering", "answered", "connected"], "link_lost", "ended", "close_peer",             "SIGN-037"),
    ("ended",      "start_received",      None,        "",                                   "SIGN-037"),
])

CONNECT_CODE = machine("connect_code", (
    State("issued", deadline="connect_code_life", on_deadline="code_expired"),
    State("spent", final=True),
    State("expired", final=True),
), [
    ("issued",               "code_accepted",        "spent",   "issue_viewer_token audit", "SIGN-051"),
    ("issued",               "CONNECT_CODE_INVALID", "spent",   "send_code_invalid",        "SIGN-051"),
    ("issued",               "VIEWER_SESSION_OVER",  "spent",   "send_session_over",        "SIGN-051"),
    ("issued",               "code_expired",         "expired", "",                         "SIGN-050"),
    (["spent", "expired"],   "CONNECT_CODE_INVALID", None,      "send_code_invalid",        "SIGN-051"),
], [
    ("issue",    "is_desktop",      "holds",                   None,            "CONNECT_CODE_TYPE",    "SIGN-050"),
    ("issue",    "live",            "holds",                   "code_issued",   "CONNECT_CODE_STATE",   "SIGN-050"),
    ("exchange", "failures",        "below connect_code_failures", None,        "RATE_LIMITED",         "SIGN-056"),
    ("exchange", "code_known",      "holds",                   None,            "CONNECT_CODE_INVALID", "SIGN-051"),
    ("exchange", "code_unspent",    "holds",                   None,            "CONNECT_CODE_INVALID", "SIGN-051"),
    ("exchange", "code_age",        "below connect_code_life", None,            "CONNECT_CODE_INVALID", "SIGN-050"),
    ("exchange", "session_matches", "holds",                   None,            "CONNECT_CODE_INVALID", "SIGN-051"),
    ("exchange", "person_allowed",  "holds",                   None,            "CONNECT_CODE_INVALID", "SIGN-051"),
    ("exchange", "live",            "holds",                   "code_accepted", "VIEWER_SESSION_OVER",  "SIGN-051"),
])

VIEWER_GATE = machine("viewer_gate", (State("closed"), State("open", final=True)), [
    ("closed", "viewer_admitted", "open", "run_call", "SIGN-052"),
], [
    ("call", "token_given",     "holds", None,              "VIEWER_TOKEN_MISSING", "SIGN-052"),
    ("call", "token_valid",     "holds", None,              "VIEWER_TOKEN_INVALID", "SIGN-052"),
    ("call", "session_matches", "holds", None,              "VIEWER_TOKEN_SESSION", "SIGN-052"),
    ("call", "account_active",  "holds", None,              "ACCOUNT_INACTIVE",     "SIGN-052"),
    ("call", "permission_held", "holds", None,              "ACCESS_DENIED",        "SIGN-052"),
    ("call", "session_known",   "holds", "viewer_admitted", "SESSION_NOT_FOUND",    "SIGN-052"),
])

SESSION_EVENTS: Final = {
    "extend_session":      "offer_submitted",
    "acknowledge_session": "agent_acknowledged",
    "activate_session":    "peer_connected",
    "suspend_session":     "viewer_lost",
    "resume_session":      "viewer_returned",
}
"""What the server's effects on a session are called in the session's table."""

SESSION_ENDS: Final = {
    ("fail_session", "consent_denied"):       "start_failed",
    ("fail_session", "switch_timed_out"):     "start_failed",
    ("fail_session", "grace_expired"):        "grace_expired",
    ("fail_session", "agent_lost"):           "agent_lost",
    ("end_session", "peer_closed_received"):  "agent_disconnected",
    ("end_session", "leave_received"):        "viewer_closed",
}
"""The same for ends, by effect and event."""
# fmt: on


_DECIDED: Final = tuple(
    "taken taken_with_answer taken_with_failure failed_current failed_stale answer_current answer_stale candidate_current candidate_stale".split()
)


NAIVE_VIEWER: Final = machine(
    "signaling_viewer_naive",
    VIEWER.states,
    [
        (r.source, r.event, r.target, " ".join(r.effects), " ".join(r.clauses))
        for r in VIEWER.rows
        if (r.source, r.event) not in {("offering", "answer_current"), ("offering", "answer_stale")}
    ],
    [(c.input, c.fact, c.relation, c.then, c.otherwise, " ".join(c.clauses)) for c in VIEWER.checks],
)
"""A viewer that expects the answer to its call before the device's answer, which its socket can bring first."""

CALM: Final = ("user_upgrades", "ice_lost", "peer_closed", "answer_failed")
"""What is left out where candidates are explored, to bound the states."""


def product(
    name: str = "signaling", viewer: Machine = VIEWER, without: tuple[str, ...] = ("candidate_found",)
) -> Product:
    """Couple the three sides: calls over HTTP, pushes on the viewer's socket beside them, and the agent's socket.

    `without` names events of viewer and agent that are left out of this exploration.
    """
    outside = "answer_timed_out ice_timed_out switch_timed_out grace_expired session_ended"
    return Product(
        name,
        {"viewer": viewer, "server": SERVER, "agent": AGENT},
        (
            Channel("viewer", "server", ("offer", "candidate", "relay", "leave"), 1),
            Channel("server", "viewer", ("offer_taken", "offer_refused", "candidate_taken", "candidate_refused"), 1),
            Channel("server", "viewer", ("answer", "pushed", "failed", "ended"), 1),
            Channel("server", "agent", ("start", "candidate", "stop"), 1),
            Channel(
                "agent",
                "server",
                tuple("answer start_failed agent_candidate peer_connected peer_broken peer_lost peer_closed".split()),
                1,
            ),
        ),
        {
            "viewer": spontaneous(viewer, (*_DECIDED, *without)),
            "server": frozenset(outside.split()),
            "agent": spontaneous(AGENT, without),
        },
        (Reset("agent", "link_lost", "server", restart=False),),
        (Call("agent", None, "link_lost", "server", "agent_lost"),),
        resting={"viewer": ("idle",), "server": ("quiet",), "agent": ("absent",)},
        at_most_once=(("server", "fail_session"), ("server", "end_session")),
    )


NAIVE_CODE: Final = machine(
    "connect_code_naive",
    CONNECT_CODE.states,
    [
        (r.source, r.event, r.source if r.event == "code_accepted" else r.target, " ".join(r.effects), "SIGN-051")
        for r in CONNECT_CODE.rows
    ],
)
"""A code that can be spent again, as deployed servers of April 2026 have it for 30 s."""


def code_product(code: Machine = CONNECT_CODE) -> Product:
    """One connect code, shown by anybody any number of times: it buys one viewer's token at most (SIGN-051)."""
    once = (("code", "issue_viewer_token"),)
    return Product("connect_code", {"code": code}, (), {"code": spontaneous(code)}, at_most_once=once)
