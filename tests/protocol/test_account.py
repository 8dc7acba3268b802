"""Log-in, second factor, refresh, gate and tickets as decisions."""

import pytest

from breeze_protocol import errors as e
from breeze_protocol.account import engine
from breeze_protocol.limits import DEFAULTS

PASSWORD = {"failures": 0, "password_matches": 1, "account_active": 1, "mfa_enabled": 1}
TICKET = {
    "ticket_given": 1,
    "ticket_known": 1,
    "ticket_unspent": 1,
    "ticket_age": 59.9,
    "session_matches": 1,
    "user_active": 1,
    "user_allowed": 1,
    "session_live": 1,
}
CALL = {
    "token_given": 1,
    "token_valid": 1,
    "token_unrevoked": 1,
    "account_active": 1,
    "permission_held": 1,
    "mfa_satisfied": 1,
}


@pytest.mark.clause("ACCT-001", "ACCT-002", "ACCT-003", "ACCT-006")
@pytest.mark.parametrize(
    ("changed", "event", "state"),
    [
        ({}, "second_factor_needed", "challenged"),
        ({"mfa_enabled": 0}, "first_factor_only", "authenticated"),
        ({"password_matches": 0}, "password_rejected", "anonymous"),
        ({"account_active": 0}, "account_disabled", "anonymous"),
        ({"failures": DEFAULTS["login_failures"]}, "login_flooded", "anonymous"),
    ],
)
def test_password_leads_where_the_table_says(changed: dict[str, float], event: str, state: str) -> None:
    decision = engine.try_password({**PASSWORD, **changed})

    assert (decision.event, decision.state) == (event, state)


@pytest.mark.clause("ACCT-024", "ACCT-028")
@pytest.mark.parametrize(
    ("changed", "event"),
    [
        ({}, "activation_accepted"),
        ({"failures": DEFAULTS["login_failures"]}, "login_flooded"),
        ({"code_matches": 0}, "activation_rejected"),
        ({"code_current": 0}, "activation_rejected"),
        ({"account_active": 0}, "activation_rejected"),
    ],
)
def test_activation_code_sets_a_password_only_when_everything_fits(changed: dict[str, float], event: str) -> None:
    facts = {"failures": 9, "code_matches": 1, "code_current": 1, "account_active": 1}
    decision = engine.try_activation({**facts, **changed})

    assert (decision.event, decision.state) == (event, "anonymous")
    assert ("set_password" in decision.effects) is (event == "activation_accepted")
    assert ("count_failure" in decision.effects) is (event == "activation_rejected")


@pytest.mark.clause("ACCT-021", "ACCT-022", "ACCT-027")
@pytest.mark.parametrize("state", ["off", "pending", "on"])
def test_guesses_at_a_second_factor_count_until_nothing_is_looked_at(state: str) -> None:
    for decide in (engine.set_up_mfa, engine.enable_mfa):
        wrong = decide(state, {"failures": 9, "password_matches": 0})
        assert wrong.effects == ("count_failure", "send_password_invalid")
        flooded = decide(state, {"failures": 10, "password_matches": 1, "pending": 1, "code_matches": 1})
        assert (flooded.state, flooded.effects) == (state, ("send_login_rate_limited",))
    code = engine.enable_mfa("pending", {"password_matches": 1, "pending": 1, "code_matches": 0})
    assert code.effects == ("count_failure", "send_code_invalid")


@pytest.mark.clause("ACCT-005", "ACCT-007")
def test_fifth_wrong_code_is_the_last_that_is_looked_at() -> None:
    facts = {"challenge_known": 1, "code_matches": 0, "code_fresh": 1}

    assert engine.try_code("challenged", {**facts, "attempts": 4}).event == "code_rejected"
    assert engine.try_code("challenged", {**facts, "attempts": 5}).state == "refused"
    assert engine.try_code("challenged", {**facts, "attempts": 0, "code_matches": 1}).state == "authenticated"


@pytest.mark.clause("ACCT-007")
def test_right_code_that_was_used_elsewhere_is_rejected() -> None:
    facts = {"challenge_known": 1, "attempts": 0, "code_matches": 1, "code_fresh": 0}

    assert engine.try_code("challenged", facts).event == "code_rejected"


@pytest.mark.clause("ACCT-018")
def test_refresh_token_that_was_spent_revokes_its_family() -> None:
    facts = dict.fromkeys(("csrf_present", "csrf_matches", "token_known", "token_current", "user_active"), 1)

    assert engine.refresh("live", facts).effects == ("issue_successor", "send_tokens")
    assert "revoke_family" in engine.refresh("spent", facts).effects


@pytest.mark.clause("ACCT-040", "ACCT-043", "ACCT-044", "ACCT-045", "ACCT-046")
@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, None),
        ({"ticket_given": 0}, e.TICKET_MISSING),
        ({"ticket_known": 0}, e.TICKET_INVALID),
        ({"ticket_unspent": 0}, e.TICKET_INVALID),
        ({"ticket_age": 60.0}, e.TICKET_INVALID),
        ({"session_matches": 0}, e.TICKET_INVALID),
        ({"user_active": 0}, e.TICKET_INVALID),
        ({"user_allowed": 0}, e.TICKET_INVALID),
        ({"session_live": 0}, e.TICKET_INVALID),
    ],
)
def test_ticket_opens_a_socket_only_when_everything_fits(changed: dict[str, float], refusal: e.Code | None) -> None:
    decision = engine.present_ticket("minted", {**TICKET, **changed})

    assert decision.refusal == refusal
    assert ("open_socket" in decision.effects) == (refusal is None)


@pytest.mark.clause("ACCT-045")
def test_ticket_shown_to_another_session_is_burnt() -> None:
    assert engine.present_ticket("minted", {**TICKET, "session_matches": 0}).state == "spent"


@pytest.mark.clause("ACCT-010", "ACCT-011", "ACCT-012", "ACCT-030", "ACCT-031")
@pytest.mark.parametrize(
    ("missing", "refusal"),
    [
        ((), None),
        (("token_given",), e.CREDENTIALS_MISSING),
        (("token_valid",), e.TOKEN_INVALID),
        (("token_unrevoked",), e.TOKEN_INVALID),
        (("account_active",), e.ACCOUNT_INACTIVE),
        (("permission_held", "mfa_satisfied"), e.ACCESS_DENIED),
        (("mfa_satisfied",), e.MFA_REQUIRED),
    ],
)
def test_gate_refuses_by_the_first_fact_that_does_not_hold(missing: tuple[str, ...], refusal: e.Code | None) -> None:
    assert engine.gate({**CALL, **dict.fromkeys(missing, 0)}) == refusal
