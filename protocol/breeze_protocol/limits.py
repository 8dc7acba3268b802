"""Every number of the specification, once: name, value, unit, clause and why.

Engines take the values as a mapping, so that an operator can lower what the clauses allow to be configured and a test
can lower anything. A duration is in seconds, a size in bytes unless the unit says otherwise.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from breeze_protocol.clause import clauses


@attrs.frozen
class Limit:
    """One number that the specification fixes or gives a default."""

    name: str
    value: float
    unit: str
    because: tuple[str, ...]
    why: str
    variable: str | None = None
    """The environment variable by which an operator changes it, where the clause allows that."""


_registry: dict[str, Limit] = {}


def _limit(name: str, value: float, unit: str, because: str, why: str, variable: str | None = None) -> None:
    _registry[name] = Limit(name, value, unit, clauses(because), why, variable)


# fmt: off
# any wire
_limit("json_depth", 64, "levels", "WIRE-003", "no message nests deeper than 8; the rest is room for payloads of tools")
_limit("http_body", 1 << 20, "bytes", "WIRE-014", "the deployed default; larger bodies have routes of their own")
_limit("http_head", 16384, "bytes", "WIRE-018", "twice the usual limit of proxies")
# account
_limit("access_token_life", 900, "s", "ACCT-013", "deployed value of the claim, advertised truly")
_limit("refresh_token_life", 604800, "s", "ACCT-014", "deployed value")
_limit("mfa_session_life", 300, "s", "ACCT-004", "time to fetch a telephone")
_limit("mfa_attempts", 5, "attempts", "ACCT-005", "a guess succeeds with 5 x 3 / 10^6")
_limit("login_failures", 10, "failures", "ACCT-006", "a person mistypes less often, a guesser more")
_limit("login_window", 300, "s", "ACCT-006", "the window in which failures count")
_limit("totp_step", 30, "s", "ACCT-007", "RFC 6238")
_limit("totp_skew", 1, "steps", "ACCT-007", "one step of clock error each way")
_limit("activation_life", 86400, "s", "ACCT-024", "a working day to reach the person")
_limit("ticket_life", 60, "s", "ACCT-040", "the time between two requests of one program")
# link
_limit("enrollment_failures", 10, "failures", "LINK-006", "deployed value, counted on failures only: an office enrols at once")
_limit("enrollment_window", 60, "s", "LINK-006", "deployed value")
_limit("agent_requests", 600, "requests", "LINK-014", "five times the deployed value; agents upload inventories in bursts")
_limit("agent_requests_window", 60, "s", "LINK-014", "deployed value")
_limit("agent_connects", 30, "connections", "LINK-022", "deployed agents redial without delay; six a minute locks them out")
_limit("agent_connects_window", 60, "s", "LINK-022", "deployed value")
_limit("heartbeat_interval", 60, "s", "LINK-013", "deployed value", "BREEZE_HEARTBEAT_INTERVAL_SECONDS")
_limit("link_ping_interval", 30, "s", "LINK-033", "deployed value")
_limit("link_pong_timeout", 40, "s", "LINK-034", "deployed value")
_limit("link_transport_ping", 54, "s", "LINK-035", "deployed value; below the usual 60 s idle limit of proxies")
_limit("link_transport_silence", 60, "s", "LINK-035", "deployed value")
_limit("link_dial_timeout", 10, "s", "LINK-040", "deployed value")
_limit("backoff_first", 1, "s", "LINK-041", "deployed value")
_limit("backoff_most", 60, "s", "LINK-041", "deployed value")
_limit("rotation_grace", 300, "s", "LINK-016", "deployed value")
_limit("command_result", 1 << 20, "bytes", "LINK-051", "what a server of April 2026 takes over the socket")
_limit("command_result_http", 12 << 20, "bytes", "LINK-051", "what a server of August 2026 takes over HTTP")
_limit("link_frame", 16 << 20, "bytes", "LINK-032", "what an agent of August 2026 takes")
_limit("command_deadline", 30, "s", "LINK-053", "deployed value")
_limit("heartbeat_commands", 10, "commands", "LINK-050", "deployed value")
# session
_limit("org_sessions", 10, "sessions", "SESS-031", "documented default", "MAX_ACTIVE_REMOTE_SESSIONS_PER_ORG")
_limit("user_sessions", 5, "sessions", "SESS-032", "documented default", "MAX_ACTIVE_REMOTE_SESSIONS_PER_USER")
_limit("pending_life", 120, "s", "SESS-012", "an agent that is online answers in seconds")
_limit("connecting_life", 60, "s", "SESS-013", "ICE and a slow helper start together")
_limit("viewer_grace", 15, "s", "SESS-018", "long enough for a change of network, short enough to notice")
_limit("page_rows", 100, "rows", "SESS-026", "deployed value")
# terminal
_limit("terminal_cols_least", 1, "columns", "TERM-005", "deployed value")
_limit("terminal_cols_most", 500, "columns", "TERM-005", "deployed value")
_limit("terminal_rows_least", 1, "rows", "TERM-005", "deployed value")
_limit("terminal_rows_most", 500, "rows", "TERM-005", "deployed value")
_limit("terminal_data", 16384, "characters", "TERM-021", "deployed value")
_limit("terminal_input_rate", 1 << 20, "bytes/s", "TERM-024", "a paste arrives at once; a flood is slowed, never cut off")
_limit("terminal_output", 5 << 20, "bytes", "TERM-033", "deployed value")
_limit("terminal_held", 1 << 20, "bytes", "TERM-035", "output kept while no viewer takes it")
_limit("terminal_input_window", 256 << 10, "bytes", "TERM-067", "half of what the agent keeps; a paste of any size waits at the viewer")
_limit("terminal_input_held", 1 << 20, "bytes", "TERM-041", "input kept while the program does not read; more is refused, the link goes on")
_limit("terminal_window", 256 << 10, "bytes", "TERM-036", "0.25 MiB in flight is 10 ms of a fast shell: Ctrl-C still acts at once")
_limit("terminal_start_deadline", 30, "s", "TERM-012", "a login shell with a slow profile")
_limit("terminal_ping_interval", 30, "s", "TERM-025", "deployed value")
_limit("terminal_pong_timeout", 40, "s", "TERM-026", "deployed value")
_limit("terminal_input_turn", 5, "s", "TERM-027", "how long an unordered agent may hold up the next input")
_limit("terminals_per_agent", 64, "terminals", "TERM-044", "bounds the pseudo-terminals that a server can open")
# fmt: on

LIMITS: Final[Mapping[str, Limit]] = MappingProxyType(_registry)
"""Every limit by name."""

DEFAULTS: Final[Mapping[str, float]] = MappingProxyType({name: limit.value for name, limit in _registry.items()})
"""The values alone, as engines take them."""
