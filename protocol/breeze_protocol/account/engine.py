"""Account: the decisions of log-in, refresh, gate and tickets, evaluated over facts that a server has looked up.

Theory of operation. Every decision here is the same shape: a server collects facts (does the password match, how old
is the ticket) inside one transaction, the checks of a table turn them into an event or a refusal, and the row of that
event names what to do. Nothing here touches a database or a clock; who calls supplies `now` and performs the effects.
"""

from collections.abc import Mapping

import attrs

from breeze_protocol.account.table import GATE, LOGIN, MFA, REFRESH, TICKET
from breeze_protocol.errors import CODES, Code
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Machine


@attrs.frozen
class Decision:
    """What the tables say about one input: the event, the state after it, and what to do."""

    event: str
    state: str
    effects: tuple[str, ...]
    refusal: Code | None = None
    """Set when the outcome is an error code: nothing but what `effects` names may change."""


def decide(
    table: Machine,
    state: str,
    given: str,
    facts: Mapping[str, float],
    limits: Mapping[str, float] = DEFAULTS,
) -> Decision:
    """Classify an input by the table's checks and, where the event has a row in `state`, move by it."""
    event = table.classify(given, facts, limits)
    refusal = CODES.get(event)
    if table.allows(state, event):
        row = table.row(state, event)
        return Decision(event, row.target, row.effects, refusal)
    if refusal is not None:
        return Decision(event, state, (), refusal)
    row = table.row(state, event)
    return Decision(event, row.target, row.effects, None)


def gate(facts: Mapping[str, float], table: Machine = GATE) -> Code | None:
    """Decide whether a call may run: None, or the code to refuse it with (ACCT-010 to ACCT-031)."""
    return decide(table, table.initial, "call", facts).refusal


def present_ticket(
    state: str, facts: Mapping[str, float], limits: Mapping[str, float] = DEFAULTS, table: Machine = TICKET
) -> Decision:
    """Decide about a presented ticket; `decision.state` is what to store before the socket opens (ACCT-043)."""
    return decide(table, state, "present", facts, limits)


def try_password(
    facts: Mapping[str, float], limits: Mapping[str, float] = DEFAULTS, table: Machine = LOGIN
) -> Decision:
    """Decide about the first factor."""
    return decide(table, "anonymous", "password", facts, limits)


def try_code(
    state: str, facts: Mapping[str, float], limits: Mapping[str, float] = DEFAULTS, table: Machine = LOGIN
) -> Decision:
    """Decide about the second factor; `state` is `challenged`, or how the challenge ended."""
    return decide(table, state, "code", facts, limits)


def refresh(state: str, facts: Mapping[str, float], table: Machine = REFRESH) -> Decision:
    """Decide about a refresh token: a spent one that comes back revokes its family (ACCT-018)."""
    return decide(table, state, "refresh", facts)


def try_activation(
    facts: Mapping[str, float], limits: Mapping[str, float] = DEFAULTS, table: Machine = LOGIN
) -> Decision:
    """Decide about an activation code, which sets the first password (ACCT-024)."""
    return decide(table, "anonymous", "activate", facts, limits)


def set_up_mfa(
    state: str, facts: Mapping[str, float], table: Machine = MFA, limits: Mapping[str, float] = DEFAULTS
) -> Decision:
    """Decide about a request to begin the set-up of a second factor."""
    return decide(table, state, "setup", facts, limits)


def enable_mfa(
    state: str, facts: Mapping[str, float], table: Machine = MFA, limits: Mapping[str, float] = DEFAULTS
) -> Decision:
    """Decide about the confirmation of a set-up."""
    return decide(table, state, "enable", facts, limits)
