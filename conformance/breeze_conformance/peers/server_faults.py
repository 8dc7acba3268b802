"""The single faults that the kit's own server can have: those of its tables, and those that only a shell can make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from breeze_conformance import mutants
from breeze_conformance.peers.server_state import Rules
from breeze_protocol.endpoints import Caller
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.registry import ENDPOINTS, MACHINES

SERVED: Final = (
    "login",
    "mfa",
    "refresh",
    "ticket",
    "gate",
    "enrollment",
    "agent_gate",
    "link_server",
    "device",
    "session",
    "terminal_relay",
)
"""The machines that a server runs."""

_TABLES: Final = {each.name: each for group in MACHINES.values() for each in group}

# fmt: off
QUIRKS: Final[Mapping[str, str]] = {
    # any request
    "error_without_code":      "WIRE-011",
    "error_without_message":   "WIRE-011",
    "validation_without_path": "WIRE-010",
    "errors_500":              "WIRE-010 WIRE-022",
    "big_bodies":              "WIRE-014",
    "retry_after_missing":     "WIRE-019",
    "dates_without_zone":      "WIRE-008",
    "any_media_type":          "WIRE-015",
    "any_id":                  "WIRE-007",
    "unknown_fields_taken":    "WIRE-006",
    # account
    "unknown_person_told":     "ACCT-001",
    "tokens_before_code":      "ACCT-002",
    "challenge_reusable":      "ACCT-004",
    "signature_unchecked":     "ACCT-011",
    "agent_token_for_people":  "ACCT-011",
    "cookie_readable":         "ACCT-014",
    "refresh_reusable":        "ACCT-018",
    "logout_ignored":          "ACCT-017",
    "password_shown":          "ACCT-019",
    "mfa_claimed":             "ACCT-031",
    "ticket_short":            "ACCT-047",
    "ticket_raced":            "ACCT-043",
    "ticket_refused_late":     "ACCT-043 ACCT-044 ACCT-045",
    # link
    "enroll_200":              "LINK-002",
    "weak_agent_token":        "LINK-002",
    "reason_missing":          "LINK-003",
    "hostname_steals_identity": "LINK-007",
    "any_agents_token":        "LINK-011 LINK-021",
    "heartbeat_strict":        "LINK-013",
    "rotation_without_grace":  "LINK-016",
    "uploads_refused":         "LINK-017",
    "query_token":             "LINK-061",
    "superseded_unclosed":     "LINK-025",
    "no_ack":                  "LINK-051",
    "unknown_command_taken":   "LINK-052",
    "command_ids_repeat":      "LINK-050 TERM-054",
    "command_ids_bare":        "TERM-054",
    "token_shown":             "LINK-060",
    "foreign_devices":         "LINK-060 SESS-002 WIRE-026",
    "other_agents_output":     "LINK-063",
    "other_agents_result":     "LINK-063",
    # session
    "counts_missing":          "SESS-033",
    "state_missing":           "SESS-003 SESS-022 ACCT-041",
    "limits_raced":            "SESS-030",
    "create_replaces":         "SESS-029",
    "created_connecting":      "SESS-001",
    "foreign_is_403":          "SESS-004",
    "measured_null":           "SESS-036",
    "reason_null":             "SESS-037",
    "duration_null":           "SESS-019",
    "all_listed":              "SESS-026 SESS-004",
    "ended_listed":            "SESS-026",
    "filter_ignored":          "SESS-026",
    "oldest_first":            "SESS-026",
    "page_unbounded":          "SESS-026",
    "total_of_page":           "SESS-026",
    "end_repeatable":          "SESS-022",
    "bytes_dropped":           "SESS-036",
    "all_allowed":             "SESS-024",
    "stale_ends_all":          "SESS-024",
    "end_unheard":             "SESS-021 TERM-030",
    "agent_loss_unnoticed":    "SESS-017 TERM-014",
    # terminal
    "origin_ignored": "TERM-058",
    "long_heads": "WIRE-018",
    "size_ignored":            "TERM-010 TERM-012 TERM-040",
    "connected_at_once":       "TERM-011",
    "start_failure_taken_for_success": "TERM-013",
    "leave_taken_for_loss":    "TERM-029 SESS-015",
    "loss_taken_for_leave":    "TERM-037 SESS-018",
    "output_lost":             "TERM-033",
    "output_repeated":         "TERM-033",
    "output_reordered":        "TERM-033",
    "characters_split":        "TERM-049",
    "binary_unasked":          "WIRE-050",
    "grant_sent":              "TERM-062",
    "binary_ignored":          "TERM-028",
    "exit_status_lost":        "TERM-031",
    "input_unbounded":         "TERM-067",
    "input_folded":            "TERM-021 TERM-041",
    "stop_unsent":             "SESS-021 TERM-029 TERM-030 TERM-037 TERM-013 TERM-015",
    "end_untold":              "TERM-030",
    "viewer_left_open":        "TERM-030 TERM-013 TERM-014 TERM-031",
    "viewer_kept":   "TERM-039",
    "never_resumed":           "TERM-038",
    "no_credit":               "TERM-064",
}
"""What only a shell can get wrong, and the clauses of which at least one has to be reported."""

_CODES: Final = {
    "viewer 4003": "TERM-013",
    "viewer 4002": "TERM-014",
    "viewer 4008": "TERM-026",
    "viewer 4009": "TERM-039",
    "viewer 4010": "TERM-030",
    "viewer 1000": "TERM-031",
    "link 4002":   "LINK-025",
    "link 4008":   "LINK-034",
}
# fmt: on

_LIMITS: Final = ("http_head",)


def _all() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {name: tuple(because.split()) for name, because in QUIRKS.items()}
    for each in ENDPOINTS:
        if each.caller is Caller.USER:
            found[f"ungated:{each.name}"] = ("ACCT-010", "ACCT-011")
            if each.permission is not None:
                found[f"permission_unasked:{each.name}"] = ("ACCT-030",)
            if each.mfa:
                found[f"mfa_unasked:{each.name}"] = ("ACCT-031",)
    found |= {f"close:{name}": (because,) for name, because in _CODES.items()}
    found |= {fault.name: fault.clauses for fault in _TABLE_FAULTS}
    return found


_TABLE_FAULTS: Final = [fault for name in SERVED for fault in mutants.faults(_TABLES[name])]

FAULTS: Final[Mapping[str, tuple[str, ...]]] = _all()
"""Every fault by name, with the clauses that it violates."""


def rules(fault: str | None) -> Rules:
    """The rules of a server with this one fault. An unknown fault is a KeyError."""
    plain = Rules()
    if fault is None:
        return plain
    if fault not in FAULTS:
        raise KeyError(fault)
    kind, _, rest = fault.partition(":")
    if fault in QUIRKS or kind in ("ungated", "permission_unasked", "mfa_unasked"):
        return attrs.evolve(plain, quirks=frozenset({fault}))
    if kind == "close":
        return attrs.evolve(plain, closes={**plain.closes, rest: (4500, "")})
    found = mutants.find(fault, _TABLE_FAULTS)
    return attrs.evolve(plain, machines=mutants.apply(found, plain.machines), limits=mutants.limits(found, DEFAULTS))


MOOT: Final[Mapping[str, str]] = {
    "forget:login:anonymous:account_disabled:count_failure": "it takes ten attempts at an account that is not active",
    "retarget:login:challenged:code_accepted:refused": "both ends of a challenge are alike from outside",
    "retarget:login:challenged:codes_exhausted:authenticated": "both ends of a challenge are alike from outside",
    "retarget:login:challenged:challenge_expired:authenticated": "both ends of a challenge are alike from outside",
    "retarget:login:authenticated:*": "both ends of a challenge are alike from outside",
    "retarget:login:refused:*": "both ends of a challenge are alike from outside",
    "retarget:login:anonymous:*": "a server keeps no state for somebody who is not logged in",
    "*:user_removed*": "no person is removed",
    "*:login:anonymous:activation_*": "the kit knows no account that waits for its owner",
    "*:login:activate:*": "the kit knows no account that waits for its owner",
    "*:mfa:*:login_flooded*": "ten wrong passwords would lock the kit's own person out",
    "*:mfa:*:failures:*": "ten wrong passwords would lock the kit's own person out",
    "forget:mfa:*:count_failure": "ten wrong passwords would lock the kit's own person out",
    "*:mfa:pending:enable_requested*": "the kit sets up no second factor for good",
    "*:refresh:live:token_expired*": "a week is too long to wait",
    "*:refresh_token_life": "a week is too long to wait",
    "retarget:login:challenged:challenge_reused:*": "a challenge that is open is known",
    "*:login:challenged:challenge_reused*": "a challenge that is open is known",
    "forget:login:challenged:codes_exhausted:count_failure": "what counts for the account is counted before",
    "retarget:login:challenged:codes_exhausted:challenged": "its attempts stay used up",
    "unchecked:login:code:code_fresh:holds": "from one address a code may be taken twice (ACCT-009)",
    "forget:mfa:off:setup_requested:keep_secret": "the kit sets up no second factor for good",
    "forget:mfa:pending:setup_requested:keep_secret": "the kit sets up no second factor for good",
    "retarget:refresh:*:logged_out:*": "the token's family is what counts",
    "*:refresh:revoked:logged_out*": "a log-out of a log-in that is over needs a token that opens calls",
    "*:refresh:spent:logged_out*": "as above: the token's family is what counts",
    "*:ticket:minted:ticket_expired*": "the same is decided by the ticket's age",
    "retarget:ticket:spent:*": "both ends of a ticket are alike from outside",
    "retarget:ticket:expired:*": "both ends of a ticket are alike from outside",
    "*:ticket:expired:*": "the same is decided by the ticket's age",
    "forget:session:*:audit": "audit records cannot be read yet",
    "retarget:gate:*": "nothing is kept of a call that was let in",
    "retarget:agent_gate:*": "nothing is kept of a call that was let in",
    "retarget:enrollment:*": "nothing is kept of an enrolment",
    "*:count_use": "a key with few uses would be used up by the kit",
    "*:note_liveness": "the engine notes it before the table is asked",
    "*:link_server:online:access_revoked*": "no device loses its right to connect",
    "*:link_server:online:server_stopping*": "the server does not stop",
    "*:link_server:accepted:agent_gone*": "between upgrade and greeting nothing can happen",
    "*:link_server:closed:*": "what is dropped by a row is dropped without one",
    "*:device:*:quarantine_ordered*": "no device is put into quarantine",
    "*:device:quarantined:*": "no device is put into quarantine",
    "*:device:decommissioned:*": "no device is decommissioned",
    "*:device:*:decommission_ordered*": "no device is decommissioned",
    "*:session:*:offer_submitted*": "there is no signaling in this version",
    "*:session:*:access_revoked*": "nobody loses access",
    "*:session:*:server_restarted*": "the server does not restart",
    "*:session:*:agent_disconnected*": "of desktops only",
    "*:session:connecting:*": "a terminal is connecting for no time at all",
    "*:connecting_life": "a terminal is connecting for no time at all",
    "drop:session:disconnected:*": "what is dropped by a row is dropped without one",
    "drop:session:failed:*": "what is dropped by a row is dropped without one",
    "retarget:session:disconnected:*": "the relay lets nothing through to a session that has ended",
    "retarget:session:failed:*": "the relay lets nothing through to a session that has ended",
    "*:terminal_relay:waiting:session_ended*": "this server makes a relay when the first viewer attaches",
    "*:terminal_relay:waiting:agent_lost*": "this server makes a relay when the first viewer attaches",
    "*:terminal_relay:waiting:leave_received*": "this server makes a relay when the first viewer attaches",
    "retarget:terminal_relay:starting:leave_received:starting": "the end of the session ends the relay, too",
    "retarget:terminal_relay:starting:viewer_lost:starting": "the end of the session ends the relay, too",
    "retarget:terminal_relay:running:leave_received:running": "the end of the session ends the relay, too",
    "*:terminal_relay:starting:viewer_silent*": "the start times out before a viewer counts as silent",
    "*:terminal_relay:paused:grace_expired*": "the session's deadline does the same at the same moment",
    "*:session:suspended:grace_expired*": "the relay's deadline does the same at the same moment",
    "forget:terminal_relay:starting:agent_lost:fail_start": "a pending session may outlive its agent (SESS-017)",
    "retarget:terminal_relay:paused:agent_lost:paused": "the end of the session ends the relay, too",
    "retarget:terminal_relay:running:session_ended:running": "the session that has ended keeps quiet",
    "retarget:terminal_relay:paused:session_ended:paused": "the session that has ended keeps quiet",
    "retarget:terminal_relay:starting:session_ended:starting": "the session that has ended keeps quiet",
    "*:terminal_relay:starting:input_result_received*": "before the start there is no input",
    "*:terminal_relay:starting:input_credit_received*": "before the start there is no input",
    "*:terminal_relay:paused:input_result_received*": "of input that a lost viewer left behind",
    "*:terminal_relay:paused:input_credit_received*": "of input that a lost viewer left behind",
    "unchecked:terminal_relay:data:*": "the shape of the message says the same",
    "unchecked:terminal_relay:resize:*": "the shape of the message says the same",
    "double:terminal_relay:terminal_*s_most": "the shape of the message says the same",
    "double:terminal_relay:terminal_data": "the shape of the message says the same",
    "half:terminal_relay:terminal_*s_least": "there is no whole number between 0 and 1",
    "edge:terminal_relay:tick:*": "nobody is silent for exactly so long",
    "edge:link_server:tick:*": "nobody is silent for exactly so long",
    "drop:session:active:agent_acknowledged": "what is dropped by a row is dropped without one",
    "drop:session:suspended:agent_acknowledged": "what is dropped by a row is dropped without one",
    "forget:session:*:viewer_closed:close_sockets": "the relay does it for what it began itself",
    "forget:session:*:shell_exited:stop_agent": "the relay does it for what it began itself",
    "forget:session:*:shell_exited:close_sockets": "the relay does it for what it began itself",
    "forget:session:*:agent_lost:stop_agent": "the relay does it for what it began itself",
    "forget:session:*:agent_lost:close_sockets": "the relay does it for what it began itself",
    "forget:session:*:start_failed:stop_agent": "the relay does it for what it began itself",
    "forget:session:*:start_failed:close_sockets": "the relay does it for what it began itself",
    "forget:session:*:viewer_lost:stop_agent": "the relay does it for what it began itself",
    "forget:session:*:viewer_lost:close_sockets": "the relay does it for what it began itself",
    "forget:session:*:grace_expired:stop_agent": "the relay does it for what it began itself",
    "forget:session:*:grace_expired:close_sockets": "the relay does it for what it began itself",
    "forget:session:*:pending_timed_out:stop_agent": "the relay does it for what it began itself",
    "forget:session:*:pending_timed_out:close_sockets": "the relay does it for what it began itself",
    "*:session:active:agent_acknowledged*": "the relay acknowledges once",
    "*:session:suspended:agent_acknowledged*": "the relay acknowledges once",
    "drop:session:active:socket_opened": "what is dropped by a row is dropped without one",
    "drop:session:suspended:socket_opened": "what is dropped by a row is dropped without one",
    "*:session:active:peer_connected*": "the relay connects once",
    "*:terminal_relay:starting:ping_received*": "a viewer pings after `connected` (TERM-025)",
    "drop:session:pending:agent_lost": "what is dropped by a row is dropped without one",
    "forget:session:active:viewer_closed:stop_agent": "the relay does it for what it began itself",
    "forget:session:suspended:viewer_closed:stop_agent": "the relay does it for what it began itself",
    "*:session:suspended:viewer_closed*": "a viewer that is lost closes nothing",
    "*:session:pending:shell_exited*": "a shell that never began does not exit",
    "drop:session:*:ticket_minted": "what does nothing by a row does nothing without one",
    "retarget:link_server:online:agent_silent:online": "the end of the socket is noticed, too",
    "drop:link_server:online:pong_received": "the engine notes it before the table is asked",
    "drop:link_server:online:progress_received": "what is dropped by a row is dropped without one",
    "retarget:link_server:online:superseded:online": "the end of the socket is noticed, too",
    "retarget:link_server:online:agent_gone:online": "the socket is over in either state",
    "retarget:ticket:minted:*:expired": "both ends of a ticket are alike from outside",
    "forget:ticket:*:send_ticket_invalid": "the code of the decision is what is sent",
    "drop:ticket:spent:TICKET_INVALID": "the code of the decision is what is sent",
    "unchecked:ticket:present:ticket_known:holds": "an unknown ticket fails the next checks, too",
    "edge:ticket:present:*": "no ticket is presented at exactly that age",
    "unchecked:ticket:present:user_active:holds": "no person is deactivated",
    "unchecked:ticket:present:user_allowed:holds": "nobody loses access",
    "forget:gate:*:run_call": "nothing is done by the effect alone",
    "forget:agent_gate:*:run_call": "nothing is done by the effect alone",
    "unchecked:gate:call:token_valid:holds": "an unknown token fails the next check, too",
    "unchecked:gate:call:account_active:holds": "nobody who holds a token is deactivated",
    "unchecked:agent_gate:dial:header_given:holds": "without a header the next checks fail, too",
    "unchecked:agent_gate:dial:token_well_formed:holds": "a malformed token fails the next check, too",
    "drop:device:online:agent_connected": "what is dropped by a row is dropped without one",
    "*:device:offline:agent_disconnected*": "a device that is offline has no socket to lose",
    "drop:device:updating:*": "what is dropped by a row is dropped without one",
    "*:device:offline:update_announced*": "a device announces an update over its socket",
    "*:device:updating:update_announced*": "a device announces one update",
    "*:refresh:spent:refresh_requested:s*": "the code of the decision is what is sent",
    "forget:refresh:revoked:refresh_requested:send_refresh_invalid": "the code of the decision is what is sent",
    "unchecked:refresh:refresh:*": "the next check fails, too, or a week is too long to wait",
    "drop:terminal_relay:starting:pong_received": "what is dropped by a row is dropped without one",
    "*:terminal_relay:starting:ping_due*": "the start times out when the first ping is due",
    "retarget:terminal_relay:paused:terminal_exit_received:paused": "the end of the session ends the relay, too",
    "drop:terminal_relay:ended:*": "what is dropped by a row is dropped without one",
    "drop:terminal_relay:paused:data_received": "a lost viewer's messages are dropped without a row, too",
    "*:terminal_relay:paused:data_received*": "a lost viewer's socket is read no more",
    "*:terminal_relay:paused:resize_received*": "a lost viewer's socket is read no more",
    "*:terminal_relay:paused:message_refused*": "a lost viewer's socket is read no more",
    "*:terminal_relay:paused:p?ng_received*": "a lost viewer's socket is read no more",
    "*:terminal_relay:paused:ping_due*": "there are no pings without a viewer",
    "*:terminal_relay:paused:leave_received*": "a lost viewer's socket is read no more",
    "*:terminal_relay:paused:viewer_lost*": "a viewer is lost once",
    "*:terminal_relay:paused:viewer_silent*": "a viewer is lost once",
}
"""Faults that make no difference to a peer of this server, or only one that the kit may not cause; and why."""
