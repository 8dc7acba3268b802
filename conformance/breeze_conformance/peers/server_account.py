"""People of the kit's own server: log-in, second factor, refresh, and the gate before every call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pyotp
import trio

from breeze_conformance.peers.server_http import Call, Refusal, Reply
from breeze_conformance.peers.server_state import Challenge, Family, Person, Refresh, sign, unsign
from breeze_protocol import errors as e
from breeze_protocol.account import engine
from breeze_protocol.account import messages as m
from breeze_protocol.endpoints import Endpoint

if TYPE_CHECKING:
    from breeze_conformance.peers.server import Peer


@attrs.frozen
class Caller:
    """Who calls, and the log-in that they come from."""

    person: Person
    family: Family


def admit(peer: Peer, endpoint: Endpoint, authorization: str | None) -> Caller:
    """The person who calls, or a refusal (ACCT-010 to ACCT-031)."""
    scheme, _, token = (authorization or "").partition(" ")
    claims = unsign(token, peer.secret, trusting=peer.has("signature_unchecked")) if token else None
    family = peer.store.families.get(str((claims or {}).get("sid")))
    if family is None and peer.has("agent_token_for_people") and token.startswith("brz_"):
        family = next(iter(peer.store.families.values()), None)
        claims = {"exp": peer.world.wall.now() + 1}
    current = claims is not None and float(claims.get("exp", 0)) > peer.world.wall.now()
    if f"ungated:{endpoint.name}" in peer.rules.quirks and family is None:
        family, current = next(iter(peer.store.families.values()), None), True
    facts = {
        "token_given": scheme.lower() == "bearer" and bool(token),
        "token_valid": family is not None and current,
        "token_unrevoked": family is not None and not family.revoked,
        "account_active": family is not None,
        "permission_held": family is not None and _permitted(peer, endpoint, family.person),
        "mfa_satisfied": not endpoint.mfa
        or (family is not None and family.mfa)
        or f"mfa_unasked:{endpoint.name}" in peer.rules.quirks,
    }
    if f"ungated:{endpoint.name}" in peer.rules.quirks:
        facts["token_given"] = True
    code = engine.gate(facts, peer.rules.machines["gate"])
    if code is not None:
        raise Refusal(code)
    if family is None:
        raise Refusal(e.TOKEN_INVALID)
    return Caller(family.person, family)


def _permitted(peer: Peer, endpoint: Endpoint, person: Person) -> bool:
    if f"permission_unasked:{endpoint.name}" in peer.rules.quirks:
        return True
    return endpoint.permission is None or endpoint.permission in person.permissions


def login(peer: Peer, call: Call) -> Reply:
    """The first factor (ACCT-001 to ACCT-006)."""
    request: m.LoginRequest = call.body()
    now, limits = trio.current_time(), peer.rules.limits
    person = next((each for each in peer.store.people.values() if each.email == request.email), None)
    failures = peer.store.recent(f"login {request.email}", limits["login_window"], now)
    facts = {
        "failures": len(failures),
        "password_matches": person is not None and person.password == request.password,
        "account_active": person is not None and person.active,
        "mfa_enabled": person is not None and person.factor == "on",
    }
    if person is None and peer.has("unknown_person_told"):
        raise Refusal(e.NOT_FOUND)
    decision = engine.try_password(facts, limits, peer.rules.machines["login"])
    if "count_failure" in decision.effects:
        failures.append(now)
    if "send_login_rate_limited" in decision.effects:
        raise Refusal(e.LOGIN_RATE_LIMITED, retry_after=int(limits["login_window"]))
    if person is None or "send_login_failed" in decision.effects:
        raise Refusal(e.LOGIN_FAILED)
    token = peer.world.entropy.token_urlsafe(24)
    if "issue_challenge" in decision.effects:
        peer.store.challenges[token] = Challenge(person, now, decision.state)
    if "send_challenge" in decision.effects:
        early = _tokens(peer, _family(peer, person, mfa=True))[0] if peer.has("tokens_before_code") else None
        return Reply(200, m.LoginResponse(None, early, mfa_required=True, temp_token=token, mfa_method="totp"))
    if "send_tokens" not in decision.effects or not any("issue_tokens" in each for each in decision.effects):
        return Reply(200, m.LoginResponse(None, None, mfa_required=False))
    return _logged_in(peer, person, mfa="issue_tokens_with_mfa" in decision.effects)


def mfa_verify(peer: Peer, call: Call) -> Reply:
    """The second factor (ACCT-004, ACCT-005)."""
    request: m.MfaVerifyRequest = call.body()
    now, limits, table = trio.current_time(), peer.rules.limits, peer.rules.machines["login"]
    challenge = peer.store.challenges.get(request.temp_token)
    late = challenge is not None and now >= challenge.created + limits["mfa_session_life"]
    if challenge is not None and late and table.allows(challenge.state, "challenge_expired"):
        challenge.state = table.row(challenge.state, "challenge_expired").target
    person = challenge.person if challenge is not None else None
    step = None
    if person is not None and person.totp_secret is not None:
        step = person.code_step(person.totp_secret, request.code, peer.world.wall.now(), limits)
    facts = {
        "challenge_known": challenge is not None and challenge.state == "challenged",
        "attempts": challenge.attempts if challenge is not None else 0,
        "code_matches": step is not None,
        "code_fresh": person is not None and step not in person.used_steps,
    }
    state = challenge.state if challenge is not None else "refused"
    decision = engine.try_code(state, facts, limits, table)
    if challenge is not None:
        challenge.attempts += "count_failure" in decision.effects
        challenge.state = decision.state if not peer.has("challenge_reusable") else "challenged"
    if "send_code_invalid" in decision.effects:
        raise Refusal(e.MFA_CODE_INVALID)
    if "send_session_invalid" in decision.effects or person is None:
        raise Refusal(e.MFA_SESSION_INVALID)
    if "send_tokens" not in decision.effects:
        return Reply(200, m.LoginResponse(None, None, mfa_required=False))
    if step is not None:
        person.used_steps.add(step)
    return _logged_in(peer, person, mfa="issue_tokens_with_mfa" in decision.effects)


def _family(peer: Peer, person: Person, *, mfa: bool) -> Family:
    family = Family(peer.world.entropy.uuid(), person, mfa)
    peer.store.families[family.id] = family
    return family


def _tokens(peer: Peer, family: Family) -> tuple[m.Tokens, tuple[tuple[str, str], ...]]:
    life, entropy = int(peer.rules.limits["access_token_life"]), peer.world.entropy
    claims = {
        "sub": family.person.id,
        "sid": family.id,
        "mfa": family.mfa,
        "exp": peer.world.wall.now() + life,
        "jti": entropy.token_hex(8),
    }
    refresh, csrf = entropy.token_urlsafe(32), entropy.token_urlsafe(16)
    peer.store.refreshes[refresh] = Refresh(family, csrf, trio.current_time())
    age = int(peer.rules.limits["refresh_token_life"])
    guarded = "" if peer.has("cookie_readable") else "HttpOnly; "
    cookies = (
        f"breeze_refresh_token={refresh}; {guarded}SameSite=Lax; Path=/api/v1/auth; Max-Age={age}",
        f"breeze_csrf_token={csrf}; SameSite=Lax; Path=/; Max-Age={age}",
    )
    return m.Tokens(sign(claims, peer.secret), life), tuple(("Set-Cookie", each) for each in cookies)


def _logged_in(peer: Peer, person: Person, *, mfa: bool) -> Reply:
    tokens, cookies = _tokens(peer, _family(peer, person, mfa=mfa or peer.has("mfa_claimed")))
    enabled = person.factor == "on"
    user = m.User(person.id, person.email, person.name, enabled)
    return Reply(200, m.LoginResponse(user, tokens, mfa_required=False, requires_setup=not enabled), cookies)


def refresh(peer: Peer, call: Call) -> Reply:
    """A new access token and a new refresh token (ACCT-015 to ACCT-018)."""
    given = call.cookies.get("breeze_refresh_token", "")
    header = call.header("x-breeze-csrf")
    token, now = peer.store.refreshes.get(given), trio.current_time()
    life = peer.rules.limits["refresh_token_life"]
    facts = {
        "csrf_present": bool(header),
        "csrf_matches": header is not None
        and header == (token.csrf if token is not None else call.cookies.get("breeze_csrf_token")),
        "token_known": token is not None,
        "token_current": token is not None and now < token.created + life,
        "user_active": token is not None,
    }
    state = "live" if token is None else "revoked" if token.family.revoked else token.state
    decision = engine.refresh(state, facts, peer.rules.machines["refresh"])
    if token is not None:
        token.state = "live" if peer.has("refresh_reusable") else decision.state
        if "revoke_family" in decision.effects:
            token.family.revoked = True
    if decision.refusal is not None:
        raise Refusal(decision.refusal)
    if token is None or "send_tokens" not in decision.effects:
        raise Refusal(e.REFRESH_INVALID)
    tokens, cookies = _tokens(peer, token.family)
    return Reply(200, m.RefreshResponse(tokens), cookies if "issue_successor" in decision.effects else ())


def logout(peer: Peer, _: Call, caller: Caller) -> Reply:
    """Everything that came from this log-in is void (ACCT-017)."""
    table = peer.rules.machines["refresh"]
    for token in peer.store.refreshes.values():
        if token.family is caller.family and table.allows(token.state, "logged_out"):
            row = table.row(token.state, "logged_out")
            token.state = row.target
            if "revoke_family" in row.effects and not peer.has("logout_ignored"):
                caller.family.revoked = True
    return Reply(200, m.Success())


def me(peer: Peer, _: Call, caller: Caller) -> Reply:
    """Who the caller is (ACCT-019)."""
    person = caller.person
    answer = m.Me(
        person.id,
        person.email,
        person.name,
        person.factor == "on",
        "active",
        peer.date(person.created_at),
        person.org,
        sorted(person.permissions),
    )
    if peer.has("password_shown"):
        return Reply(200, {"user": {"id": person.id, "email": person.email, "passwordHash": person.password}})
    return Reply(200, m.MeResponse(answer))


def mfa_setup(peer: Peer, call: Call, caller: Caller) -> Reply:
    """Begin to set up a second factor (ACCT-021, ACCT-023)."""
    request: m.MfaSetupRequest = call.body()
    person = caller.person
    decision = engine.set_up_mfa(
        person.factor, {"password_matches": request.current_password == person.password}, peer.rules.machines["mfa"]
    )
    person.factor = decision.state
    _raise_mfa(decision.effects)
    secret = pyotp.random_base32()
    if "keep_secret" in decision.effects:
        person.pending_secret = secret
    shown = secret if "send_secret" in decision.effects else ""
    return Reply(200, m.MfaSetupResponse(shown, "otpauth://totp/kit", []))


def mfa_enable(peer: Peer, call: Call, caller: Caller) -> Reply:
    """Confirm the set-up (ACCT-022, ACCT-023)."""
    request: m.MfaEnableRequest = call.body()
    person = caller.person
    secret = person.pending_secret or ""
    step = person.code_step(secret, request.code, peer.world.wall.now(), peer.rules.limits) if secret else None
    facts = {
        "password_matches": request.current_password == person.password,
        "pending": person.factor == "pending",
        "code_matches": step is not None,
    }
    decision = engine.enable_mfa(person.factor, facts, peer.rules.machines["mfa"])
    person.factor = decision.state
    _raise_mfa(decision.effects)
    if "enable_factor" in decision.effects:
        person.totp_secret, person.pending_secret = person.pending_secret, None
    return Reply(200, m.MfaEnableResponse(True, [], "enabled"))


def activate(_: Peer, call: Call) -> Reply:
    """ACCT-024: this server has no accounts that wait for their owners."""
    call.body()
    raise Refusal(e.ACTIVATION_INVALID)


def _raise_mfa(effects: tuple[str, ...]) -> None:
    codes = {
        "send_password_invalid": e.PASSWORD_INVALID,
        "send_already_enabled": e.MFA_ALREADY_ENABLED,
        "send_not_pending": e.MFA_NOT_PENDING,
        "send_code_invalid": e.MFA_CODE_INVALID,
    }
    for effect in effects:
        if effect in codes:
            raise Refusal(codes[effect])
