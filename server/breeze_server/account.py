"""Account: log-in, second factor, refresh, log-out. Facts are collected here; the protocol's tables decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from breeze_protocol import errors as e
from breeze_protocol.account import engine, messages
from breeze_protocol.account.engine import Decision
from breeze_protocol.account.table import LOGIN, MFA
from breeze_protocol.errors import Code
from breeze_protocol.machine import Machine

from . import audit, login
from .audit import Actor, Record
from .dates import iso, iso_or_none
from .gate import Person
from .http import Answer, Call
from .refusal import Refusal
from .schema import activation_codes, logins, recovery_codes, users
from .tokens import hash_token, same
from .totp import matching_step, otp_auth_url, recovery_hash, secret_from
from .totp import recovery_codes as codes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .services import Services

_SAYS = {
    "send_activation_invalid": e.ACTIVATION_INVALID,
    "send_login_failed": e.LOGIN_FAILED,
    "send_login_rate_limited": e.LOGIN_RATE_LIMITED,
    "send_code_invalid": e.MFA_CODE_INVALID,
    "send_session_invalid": e.MFA_SESSION_INVALID,
    "send_password_invalid": e.PASSWORD_INVALID,
    "send_not_pending": e.MFA_NOT_PENDING,
    "send_already_enabled": e.MFA_ALREADY_ENABLED,
    "send_refresh_invalid": e.REFRESH_INVALID,
}
"""The code that each effect of the tables answers with."""


def refusal_of(decision: Decision) -> Code | None:
    """The code that a decision answers with, or None where it admits."""
    said = [_SAYS[effect] for effect in decision.effects if effect in _SAYS]
    return decision.refusal or (said[0] if said else None)


def _settle(services: Services, decision: Decision, key: tuple[str, str]) -> Refusal | None:
    """Perform what concerns every decision alike: counting failures, and refusing."""
    if "count_failure" in decision.effects:
        services.failures.hit(key)
    code = refusal_of(decision)
    if code is None:
        return None
    return Refusal(code, retry_after=services.failures.retry_after(key) if code.http == 429 else None)


def _failures(services: Services, key: tuple[str, str], table: Machine, given: str) -> tuple[int, bool]:
    """The failures that count, and whether they are so many that a password is not even looked at."""
    failures = services.failures.count(key)
    return failures, table.classify(given, {"failures": failures}, services.limits) == "login_flooded"


async def log_in(services: Services, call: Call) -> Answer | Refusal:
    """The first factor (ACCT-001, ACCT-002)."""
    email, key = call.body.email.lower(), (call.body.email.lower(), call.source)
    failures, flooded = _failures(services, key, LOGIN, "password")
    row = await services.db.read(_user_by_email, email)
    stored = None if row is None else row["password_hash"]
    matches = not flooded and await services.passwords.matches(stored, call.body.password)
    made = login.Made.new(services.world.entropy)
    matched = stored if matches else None
    decision, user = await services.db.write(
        _first_factor, email, matched, failures, made, services.limits, services.now, call.source
    )
    refused = _settle(services, decision, key)
    if refused is not None:
        return refused
    if "issue_tokens_without_mfa" in decision.effects:
        return login.signed_in(services, user, made, mfa=False)
    return Answer(messages.LoginResponse(None, None, True, temp_token=made.challenge, mfa_method="totp"))


def _user_by_email(connection: Connection, email: str) -> Any:
    return connection.execute(sa.select(users).where(users.c.email == email)).mappings().first()


def _first_factor(
    connection: Connection,
    email: str,
    matched: str | None,
    failures: int,
    made: login.Made,
    limits: Mapping[str, float],
    now: float,
    source: str,
) -> tuple[Decision, Any]:
    user = _user_by_email(connection, email)
    facts = {
        "failures": failures,
        "password_matches": user is not None and matched is not None and user["password_hash"] == matched,
        "account_active": user is not None and user["status"] == "active",
        "mfa_enabled": user is not None and user["mfa_state"] == "on",
    }
    decision = engine.try_password(facts, limits)
    if "issue_challenge" in decision.effects:
        login.challenge(connection, user, made, now, limits)
    elif "issue_tokens_without_mfa" in decision.effects:
        login.open_login(connection, user, made, now, limits, mfa=False)
    elif user is not None:
        login.note(connection, user, "login_failed", now, event=decision.event, source=source)
    return decision, user


async def verify_code(services: Services, call: Call) -> Answer | Refusal:
    """The second factor of a log-in (ACCT-004)."""
    made = login.Made.new(services.world.entropy)
    decision, user = await services.db.write(
        login.second_factor, call.body.temp_token, call.body.code, made, services.limits, services.now, call.source
    )
    refused = _settle(services, decision, ((user["email"] if user is not None else ""), call.source))
    return refused or login.signed_in(services, user, made, mfa=True)


async def refresh(services: Services, call: Call) -> Answer | Refusal:
    """A new access token for the refresh cookie (ACCT-015); a spent cookie ends its whole family (ACCT-018)."""
    made = login.Made.new(services.world.entropy)
    header, cookie = call.headers.get("x-breeze-csrf"), call.cookies.get(login.CSRF_COOKIE)
    csrf = {
        "csrf_present": header is not None,
        # A client that keeps no such cookie is no browser, and cannot be made to send the header by another site.
        "csrf_matches": header is not None and (cookie is None or same(header, cookie)),
    }
    token = call.cookies.get(login.REFRESH_COOKIE, "")
    decision, user = await services.db.write(login.renew, token, csrf, made, services.limits, services.now)
    code = refusal_of(decision)
    if code is not None:
        services.recheck.set()
        gone = login.no_cookies() if code is not e.CSRF_MISMATCH else ()
        return Refusal(code, headers=gone)
    tokens = login.tokens_for(services, user, user["login_id"], user["login_mfa"])
    return Answer(messages.RefreshResponse(tokens), login.cookies(services, made))


async def log_out(services: Services, call: Call) -> Answer:
    """End this log-in, its tokens, and the sockets that were opened with them (ACCT-017)."""
    await services.db.write(_log_out, call.who, services.now)
    services.recheck.set()
    return Answer(messages.Success(), login.no_cookies())


def _log_out(connection: Connection, person: Person, now: float) -> None:
    login.revoke(connection, person.login_id, now)
    login.note(connection, person.user, "logged_out", now)


async def me(services: Services, call: Call) -> messages.MeResponse:
    """The person behind the token (ACCT-019)."""
    user, enabled = call.who.user, call.who.user["mfa_state"] == "on"
    return messages.MeResponse(
        messages.Me(
            user["id"], user["email"], user["name"], enabled, user["status"], iso(user["created_at"]), user["org_id"],
            sorted(call.who.permissions), mfa_method="totp" if enabled else None,
            last_login_at=iso_or_none(user["last_login_at"]),
        )
    )  # fmt: skip


async def set_up_mfa(services: Services, call: Call) -> messages.MfaSetupResponse | Refusal:
    """Begin to set up a second factor (ACCT-021)."""
    again = await _password_again(services, call, "setup")
    secret = secret_from(services.world.entropy.token_bytes(20))
    decision = await services.db.write(_keep_secret, call.who.id, again, secret, services.limits)
    refused = _settle(services, decision, again.key)
    if refused is not None:
        return refused
    user = call.who.user
    codes = codes_of(services.tokens.key, user["id"], secret)
    return messages.MfaSetupResponse(secret, otp_auth_url(secret, user["email"]), codes)


def _keep_secret(
    connection: Connection, user_id: str, again: _Again, secret: str, limits: Mapping[str, float]
) -> Decision:
    user = connection.execute(sa.select(users).where(users.c.id == user_id)).mappings().one()
    facts = {"failures": again.failures, "password_matches": again.matched == user["password_hash"]}
    decision = engine.set_up_mfa(user["mfa_state"], facts, limits=limits)
    if "keep_secret" in decision.effects:
        changes = {"mfa_state": decision.state, "mfa_secret": secret}
        connection.execute(sa.update(users).where(users.c.id == user_id).values(changes))
    return decision


async def enable_mfa(services: Services, call: Call) -> messages.MfaEnableResponse | Refusal:
    """Confirm the set-up with a code (ACCT-022); from now on a log-in needs both factors."""
    again = await _password_again(services, call, "enable")
    decision, codes = await services.db.write(_enable, call.who, again, call.body.code, services, call.source)
    refused = _settle(services, decision, again.key)
    return refused or messages.MfaEnableResponse(True, codes, "MFA enabled successfully")


def _enable(
    connection: Connection, person: Person, again: _Again, code: str, services: Services, source: str
) -> tuple[Decision, list[str]]:
    user = connection.execute(sa.select(users).where(users.c.id == person.id)).mappings().one()
    limits, now = services.limits, services.now
    step = None
    if user["mfa_secret"] is not None:
        step = matching_step(user["mfa_secret"], code, now, limits["totp_step"], limits["totp_skew"])
    facts = {
        "failures": again.failures,
        "password_matches": again.matched == user["password_hash"],
        "pending": user["mfa_state"] == "pending",
        "code_matches": step is not None,
    }
    decision = engine.enable_mfa(user["mfa_state"], facts, limits=limits)
    if "enable_factor" not in decision.effects or step is None:
        return decision, []
    codes = codes_of(services.tokens.key, user["id"], user["mfa_secret"])
    connection.execute(sa.update(users).where(users.c.id == user["id"]).values(mfa_state=decision.state))
    connection.execute(sa.delete(recovery_codes).where(recovery_codes.c.user_id == user["id"]))
    rows = [{"user_id": user["id"], "code_hash": recovery_hash(user["id"], each)} for each in codes]
    connection.execute(sa.insert(recovery_codes), rows)
    # Both factors were shown just now: the next refresh of this log-in says so.
    connection.execute(sa.update(logins).where(logins.c.id == person.login_id).values(mfa=True))
    login.use_step(connection, user["id"], step, source)
    login.note(connection, user, "mfa_enabled", now)
    return decision, codes


@attrs.frozen
class _Again:
    """What came of the password that a person had to give again."""

    key: tuple[str, str]
    failures: int
    matched: str | None
    """The stored hash that it matches."""


async def _password_again(services: Services, call: Call, given: str) -> _Again:
    key, stored = (call.who.user["email"], call.source), call.who.user["password_hash"]
    failures, flooded = _failures(services, key, MFA, given)
    matches = not flooded and await services.passwords.matches(stored, call.body.current_password)
    return _Again(key, failures, stored if matches else None)


async def activate(services: Services, call: Call) -> messages.Success | Refusal:
    """Choose the first password with the code that was printed once (ACCT-024)."""
    email, key = call.body.email.lower(), (call.body.email.lower(), call.source)
    code, failures = hash_token(call.body.code.strip()), services.failures.count(key)
    asked = (email, code, failures, services.limits, services.now)
    decision = await services.db.read(_may_activate, *asked)
    if "set_password" in decision.effects:
        hashed = await services.passwords.hash(call.body.new_password)
        decision = await services.db.write(_activate, hashed, *asked)
    return _settle(services, decision, key) or messages.Success()


def _may_activate(
    connection: Connection, email: str, code: str, failures: int, limits: Mapping[str, float], now: float
) -> Decision:
    row = _activating(connection, email)
    facts = {
        "failures": failures,
        "code_matches": row is not None and same(row["code_hash"], code),
        "code_current": row is not None and now < row["expires_at"],
        "account_active": row is not None and row["status"] == "active",
    }
    return engine.try_activation(facts, limits)


def _activating(connection: Connection, email: str) -> Any:
    waiting = (
        sa.select(users, activation_codes.c.code_hash, activation_codes.c.expires_at)
        .join(activation_codes, activation_codes.c.user_id == users.c.id)
        .where(users.c.email == email)
    )
    return connection.execute(waiting).mappings().first()


def _activate(connection: Connection, hashed: str, email: str, *asked: Any) -> Decision:
    decision = _may_activate(connection, email, *asked)
    if "set_password" in decision.effects:
        user = _activating(connection, email)
        connection.execute(sa.delete(activation_codes).where(activation_codes.c.user_id == user["id"]))
        connection.execute(sa.update(users).where(users.c.id == user["id"]).values(password_hash=hashed))
        actor = Actor("user", user["id"], user["email"])
        audit.append(connection, user["org_id"], Record("user_activated", actor), asked[-1])
    return decision


HANDLERS = {
    "login": log_in,
    "activate": activate,
    "mfa_verify": verify_code,
    "refresh": refresh,
    "logout": log_out,
    "me": me,
    "mfa_setup": set_up_mfa,
    "mfa_enable": enable_mfa,
}
