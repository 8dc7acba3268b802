"""Account, judged at a server: log-in, refresh, log-out, and what people may see of themselves."""

from __future__ import annotations

import pyotp

from breeze_conformance.case import Check, case
from breeze_conformance.target_server import ServerTarget
from breeze_conformance.target_server_calls import Answer, Login, dated, invalid, refused, shaped
from breeze_protocol import errors as e

SPARE = "without_mfa"


def wrong_code(t: ServerTarget, who: str = "self") -> str:
    """A code that fits no step near the present one."""
    generator = pyotp.TOTP(t.calls.account(who)["totp_secret"])
    now = int(t.world.wall.now())
    near = {generator.at(now + 30 * step) for step in range(-6, 7)}
    return next(text for number in range(1_000_000) if (text := f"{number:06d}") not in near)


def old_code(t: ServerTarget, who: str = "self") -> str:
    """The right code of two minutes ago."""
    return pyotp.TOTP(t.calls.account(who)["totp_secret"]).at(int(t.world.wall.now()) - 120)


def unlocked(check: Check, answer: Answer) -> None:
    """Failures of a run a few minutes ago may have locked the account, which is no fault."""
    locked = answer.code == "LOGIN_RATE_LIMITED"
    check.control(not locked, "the account is not locked by failures of an earlier run; wait 5 minutes", answer)


async def spare_login(t: ServerTarget) -> Login:
    """A log-in that a case may spoil; of the person without MFA where there is one, as that takes no code."""
    return await t.calls.fresh_login(SPARE if f"account:{SPARE}" in t.capabilities else "self")


@case("account/wrong-password", "ACCT-001", role="server")
async def wrong_password(t: ServerTarget, check: Check) -> None:
    """A wrong password and an unknown address are refused alike."""
    await t.calls.login()
    wrong = await t.calls.password(password=f"not {t.world.entropy.token_hex(8)}")
    stranger = {"email": f"kit-{t.world.entropy.token_hex(6)}@kit.example", "password": "wrong"}
    unknown = await t.calls.call("login", body=stranger)
    unlocked(check, wrong)
    refused(check, wrong, e.LOGIN_FAILED, "ACCT-001", "a wrong password is refused")
    refused(check, unknown, e.LOGIN_FAILED, "ACCT-001", "an address without an account is refused")
    check.equal(wrong.field("error"), unknown.field("error"), "ACCT-001", "both are refused in the same words")
    for answer in (wrong, unknown):
        check.that(not answer.cookies(), "ACCT-001", "a refusal sets no cookie", answer.cookies())


@case("account/log-in", "ACCT-002 ACCT-004 ACCT-007 ACCT-013 ACCT-014", role="server", deadline=120)
async def log_in(t: ServerTarget, check: Check) -> None:
    """Password, challenge, codes that are wrong or old, the right one, and nothing twice."""
    check.control(bool(t.accounts.get("totp_secret")), "the account has a second factor")
    challenge = await t.calls.password()
    unlocked(check, challenge)
    shaped(check, challenge, "login", "ACCT-002", "a right password is answered")
    check.equal(
        (True, None), (challenge.field("mfaRequired"), challenge.field("tokens")), "ACCT-002", "a challenge, no tokens"
    )
    check.that("breeze_refresh_token" not in challenge.cookies(), "ACCT-002", "no cookie before the second factor")
    temp = challenge.field("tempToken")
    if not check.that(isinstance(temp, str) and bool(temp), "ACCT-002", "a challenge has a temporary token", temp):
        return
    # One failure, not more: ten within five minutes would lock the account, and people run this again and again.
    answer = await t.calls.call("mfa_verify", body={"code": old_code(t), "tempToken": temp})
    refused(check, answer, e.MFA_CODE_INVALID, "ACCT-007", "a code of two minutes ago is refused")
    answer = await t.calls.call("mfa_verify", body={"code": await t.calls.code(), "tempToken": temp})
    if answer.code == "MFA_CODE_INVALID":
        answer = await t.calls.call("mfa_verify", body={"code": await t.calls.code(), "tempToken": temp})
    done = shaped(check, answer, "mfa_verify", "ACCT-004", "the right code completes the log-in")
    if done is None or not check.that(done.tokens is not None, "ACCT-004", "the log-in yields tokens", answer):
        return
    check.equal(900, done.tokens.expires_in_seconds, "ACCT-013", "the token's life is told")
    _, attributes = answer.cookies().get("breeze_refresh_token", ("", "no cookie breeze_refresh_token"))
    check.that("httponly" in attributes, "ACCT-014", "the refresh cookie is HttpOnly", attributes)
    refresh = t.calls.made("self", answer).refresh
    hidden = not refresh or refresh.encode() not in answer.response.body
    check.that(hidden, "ACCT-014", "the refresh token is in the cookie only", answer)
    me = await t.calls.call("me", t.calls.made("self", answer).bearer)
    check.equal(200, me.status, "ACCT-004", "the new token opens a call")
    again = await t.calls.call("mfa_verify", body={"code": wrong_code(t), "tempToken": temp})
    refused(check, again, e.MFA_SESSION_INVALID, "ACCT-004", "a used temporary token is void")
    other = {"code": wrong_code(t), "tempToken": t.world.entropy.token_urlsafe(24)}
    answer = await t.calls.call("mfa_verify", body=other)
    refused(check, answer, e.MFA_SESSION_INVALID, "ACCT-004", "an unknown temporary token is void")


@case("account/no-second-factor", "ACCT-002 ACCT-031", role="server", requires=("account:without_mfa",))
async def no_second_factor(t: ServerTarget, check: Check) -> None:
    """A person without a second factor gets tokens at once, and is told to set one up."""
    answer = await t.calls.password(SPARE)
    done = shaped(check, answer, "login", "ACCT-002", "a right password is answered")
    if done is not None:
        check.that(done.tokens is not None and not done.mfa_required, "ACCT-002", "tokens, no challenge", answer)
        check.that(done.requires_setup, "ACCT-031", "`requiresSetup` is true", answer)


@case("account/not-active", "ACCT-003", role="server", requires=("account:disabled",))
async def not_active(t: ServerTarget, check: Check) -> None:
    """The right password of an account that is not active is answered like a wrong one."""
    right = await t.calls.password("disabled")
    wrong = await t.calls.password("disabled", password="wrong")  # noqa: S106 - it is wrong on purpose
    refused(check, right, e.LOGIN_FAILED, "ACCT-003", "the right password is refused")
    check.equal(wrong.said, right.said, "ACCT-003", "exactly like a wrong one")


@case("account/me", "ACCT-019", role="server")
async def me(t: ServerTarget, check: Check) -> None:
    """The person behind the token, with the permissions that they hold."""
    answer = await t.calls.mine("me")
    shown = shaped(check, answer, "me", "ACCT-019", "/auth/me is answered")
    if shown is None:
        return
    check.equal(t.accounts["email"], shown.user.email, "ACCT-019", "the address is the caller's")
    check.that("remote:access" in shown.user.permissions, "ACCT-019", "the permission is listed", answer)
    if t.accounts.get("org_id"):
        check.equal(t.accounts["org_id"], shown.user.org_id, "ACCT-019", "the organisation is the caller's")
    dated(check, shown.user.created_at, shown.user.last_login_at)
    leaked = [each for each in ("password", "passwordHash", "totpSecret") if each in (answer.field("user") or {})]
    check.equal([], leaked, "ACCT-019", "no secret is shown")


@case("account/refresh", "ACCT-015 ACCT-016 ACCT-018", role="server", deadline=120)
async def refresh(t: ServerTarget, check: Check) -> None:
    """A refresh needs its CSRF header, works once, and a spent token that comes back ends the log-in."""
    login = await spare_login(t)
    check.control(bool(login.refresh), "a log-in sets the refresh cookie")
    bare = await t.calls.call("refresh", login.cookie)
    refused(check, bare, e.CSRF_MISSING, "ACCT-016", "a refresh without the header is refused")
    other = await t.calls.call("refresh", (*login.cookie, ("x-breeze-csrf", t.world.entropy.token_hex(16))))
    refused(check, other, e.CSRF_MISMATCH, "ACCT-016", "a refresh with another header is refused")
    answer = await t.calls.renew(login)
    if shaped(check, answer, "refresh", "ACCT-015", "a live refresh token is renewed") is None:
        return
    new = t.calls.made(login.who, answer)
    check.that(new.refresh not in ("", login.refresh), "ACCT-015", "the cookie is replaced", answer.cookies())
    after = await t.calls.call("me", new.bearer)
    check.equal(200, after.status, "ACCT-015", "the new access token opens a call")
    spent = await t.calls.renew(login)
    refused(check, spent, e.REFRESH_INVALID, "ACCT-018", "a spent refresh token is refused")
    family = await t.calls.renew(new)
    refused(check, family, e.REFRESH_INVALID, "ACCT-018", "its successor is revoked with it")
    access = await t.calls.call("me", new.bearer)
    refused(check, access, e.TOKEN_INVALID, "ACCT-018", "the access token of that log-in is revoked too")


@case("account/refresh-unknown", "ACCT-015", role="server")
async def refresh_unknown(t: ServerTarget, check: Check) -> None:
    """An unknown refresh token is refused, and an access token is none."""
    login = await t.calls.login()
    for token in (t.world.entropy.token_urlsafe(32), login.access):
        csrf = t.world.entropy.token_hex(16)
        headers = (("cookie", f"breeze_refresh_token={token}; breeze_csrf_token={csrf}"), ("x-breeze-csrf", csrf))
        answer = await t.calls.call("refresh", headers)
        refused(check, answer, e.REFRESH_INVALID, "ACCT-015", "an unknown refresh token is refused")


@case("account/log-out", "ACCT-017", role="server", deadline=120)
async def log_out(t: ServerTarget, check: Check) -> None:
    """After a log-out neither the access token nor the refresh token of that log-in is good."""
    kept = await t.calls.login()
    login = await spare_login(t)
    before = await t.calls.call("me", login.bearer)
    check.control(before.status == 200, "the token opens a call before the log-out", before)
    answer = await t.calls.call("logout", login.bearer)
    shaped(check, answer, "logout", "ACCT-017", "the log-out is answered")
    refused(
        check, await t.calls.call("me", login.bearer), e.TOKEN_INVALID, "ACCT-017", "the access token is void after it"
    )
    if login.refresh:
        refused(check, await t.calls.renew(login), e.REFRESH_INVALID, "ACCT-017", "the refresh token is void after it")
    other = await t.calls.call("me", kept.bearer)
    check.equal(200, other.status, "ACCT-017", "other log-ins stay")


@case("account/second-factor-set-up", "ACCT-021 ACCT-023", role="server")
async def set_up(t: ServerTarget, check: Check) -> None:
    """A second factor that is enabled is not replaced, and nothing is shown for a wrong password."""
    wrong = f"not {t.world.entropy.token_hex(8)}"
    answer = await t.calls.mine("mfa_setup", {"currentPassword": wrong})
    unlocked(check, answer)
    refused(check, answer, e.PASSWORD_INVALID, "ACCT-021", "a set-up with a wrong password is refused")
    check.that(answer.field("secret") is None, "ACCT-021", "no secret is shown", answer)
    password = t.accounts["password"]
    answer = await t.calls.mine("mfa_enable", {"code": wrong_code(t), "currentPassword": password})
    refused(check, answer, e.MFA_ALREADY_ENABLED, "ACCT-023", "a confirmation while one is enabled is refused")
    answer = await t.calls.mine("mfa_setup", {"currentPassword": password})
    refused(check, answer, e.MFA_ALREADY_ENABLED, "ACCT-023", "a set-up while one is enabled is refused")
    answer = await t.calls.mine("me")
    check.equal(True, (answer.field("user") or {}).get("mfaEnabled"), "ACCT-023", "the factor stays enabled")


@case("account/set-up-begins", "ACCT-021 ACCT-022", role="server", requires=("account:without_mfa",))
async def set_up_begins(t: ServerTarget, check: Check) -> None:
    """A set-up shows a secret for the password; only a right code would confirm it, and none is given here."""
    password = t.calls.account(SPARE)["password"]
    login = await t.calls.login(SPARE)
    early = await t.calls.call("mfa_enable", login.bearer, {"code": "123456", "currentPassword": password})
    unlocked(check, early)
    # A set-up of an earlier run may still wait on the server.
    waits = early.code == "MFA_CODE_INVALID"
    if not waits:
        refused(check, early, e.MFA_NOT_PENDING, "ACCT-022", "a confirmation without a set-up is refused")
    if not waits:
        wrong = await t.calls.call("mfa_setup", login.bearer, {"currentPassword": "wrong"})
        refused(check, wrong, e.PASSWORD_INVALID, "ACCT-021", "a set-up with a wrong password is refused")
    begun = await t.calls.call("mfa_setup", login.bearer, {"currentPassword": password})
    shown = shaped(check, begun, "mfa_setup", "ACCT-021", "a set-up with the password begins")
    if shown is None:
        return
    wrong = await t.calls.call("mfa_enable", login.bearer, {"code": "123456", "currentPassword": "wrong"})
    refused(check, wrong, e.PASSWORD_INVALID, "ACCT-021", "a confirmation with a wrong password is refused")
    generator = pyotp.TOTP(shown.secret)
    now = int(t.world.wall.now())
    near = {generator.at(now + 30 * step) for step in range(-4, 5)}
    code = next(text for number in range(100) if (text := f"{number:06d}") not in near)
    answer = await t.calls.call("mfa_enable", login.bearer, {"code": code, "currentPassword": password})
    refused(check, answer, e.MFA_CODE_INVALID, "ACCT-022", "a wrong code does not confirm")
    again = await t.calls.call("mfa_setup", login.bearer, {"currentPassword": password})
    shaped(check, again, "mfa_setup", "ACCT-021", "a set-up that waits can begin anew")
    for shown in (begun, again):
        secret, url = str(shown.field("secret")), str(shown.field("otpAuthUrl"))
        check.that(len(secret) >= 16, "ACCT-021", "the secret is shown", f"{len(secret)} characters")
        check.that(url.startswith("otpauth://totp/"), "ACCT-021", "in a URL, too", url[:20])
    still = await t.calls.call("me", login.bearer)
    user = still.field("user") or {}
    check.equal(False, user.get("mfaEnabled"), "ACCT-022", "nothing is enabled without a right code")


@case("account/activation", "ACCT-024", role="server")
async def activation(t: ServerTarget, check: Check) -> None:
    """An activation code that nobody issued activates nothing."""
    body = {
        "email": f"kit-{t.world.entropy.token_hex(6)}@kit.example",
        "code": t.world.entropy.token_hex(8),
        "newPassword": t.world.entropy.token_hex(12),
    }
    answer = await t.calls.call("activate", body=body)
    refused(check, answer, e.ACTIVATION_INVALID, "ACCT-024", "an unknown code is refused")


@case("account/malformed", "WIRE-010 WIRE-006", role="server")
async def malformed(t: ServerTarget, check: Check) -> None:
    """Log-ins that do not fit their shape are refused with the path of the fault."""
    good = {"email": "somebody@kit.example", "password": "x"}
    invalid(check, await t.calls.call("login", body={"email": good["email"]}), None, "a password is missing")
    invalid(check, await t.calls.call("login", body={**good, "email": 5}), "$.email", "an address is a number")
    invalid(check, await t.calls.call("login", body={**good, "email": "nobody"}), "$.email", "an address has no @")
    invalid(check, await t.calls.call("login", body={**good, "password": ""}), "$.password", "a password is empty")
    closed = await t.calls.call("login", body={**good, "remember": True})
    invalid(check, closed, None, "a field is unknown in a closed message", "WIRE-006")
    invalid(check, await t.calls.call("login", body=[]), None, "the body is a list")
    short = {"code": "1", "tempToken": "x"}
    invalid(check, await t.calls.call("mfa_verify", body=short), "$.code", "a code is too short")
