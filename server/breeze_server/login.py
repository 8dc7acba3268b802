"""Log-ins as rows: challenges, families of refresh tokens, one-time codes that were used. Units of work, mostly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from breeze_protocol.account import engine, messages
from breeze_protocol.account.engine import Decision
from breeze_transport.seams import Entropy

from . import audit
from .audit import Actor, Record
from .http import Answer
from .schema import login_challenges, logins, recovery_codes, refresh_tokens, tickets, used_codes, users
from .tokens import hash_token
from .totp import matching_step, recovery_hash

if TYPE_CHECKING:
    from .services import Services

REFRESH_COOKIE = "breeze_refresh_token"
CSRF_COOKIE = "breeze_csrf_token"

_STEPS_KEPT = 10


@attrs.frozen
class Made:
    """The random values that one request may need, made before its transaction, which may be run again."""

    login_id: str
    refresh: str
    csrf: str
    challenge: str

    @classmethod
    def new(cls, entropy: Entropy) -> Made:
        """Fresh values."""
        return cls(entropy.uuid(), entropy.token_urlsafe(32), entropy.token_hex(32), entropy.token_urlsafe(24))


# -- answers ----------------------------------------------------------------------------------------------------------
def signed_in(services: Services, user: Any, made: Made, *, mfa: bool) -> Answer:
    """What a completed log-in is answered with (ACCT-002)."""
    enabled = user["mfa_state"] == "on"
    shown = messages.User(user["id"], user["email"], user["name"], enabled)
    tokens = tokens_for(services, user, made.login_id, mfa)
    body = messages.LoginResponse(shown, tokens, False, requires_setup=not enabled)
    return Answer(body, cookies(services, made))


def tokens_for(services: Services, user: Any, login_id: str, mfa: bool) -> messages.Tokens:
    """A fresh access token."""
    access = services.tokens.sign(user, login_id, bool(mfa), services.now)
    return messages.Tokens(access, int(services.limits["access_token_life"]))


def cookies(services: Services, made: Made) -> tuple[tuple[str, str], ...]:
    """The refresh cookie, which no script can read, and the CSRF cookie, which our pages read (ACCT-014, ACCT-016)."""
    rest = f"SameSite=Lax; Max-Age={int(services.limits['refresh_token_life'])}"
    rest += "; Secure" if services.config.secure_cookies else ""
    return (
        ("Set-Cookie", f"{REFRESH_COOKIE}={made.refresh}; Path=/api/v1/auth; HttpOnly; {rest}"),
        ("Set-Cookie", f"{CSRF_COOKIE}={made.csrf}; Path=/; {rest}"),
    )


def no_cookies() -> tuple[tuple[str, str], ...]:
    """What makes a browser forget them."""
    return (
        ("Set-Cookie", f"{REFRESH_COOKIE}=; Path=/api/v1/auth; HttpOnly; SameSite=Lax; Max-Age=0"),
        ("Set-Cookie", f"{CSRF_COOKIE}=; Path=/; SameSite=Lax; Max-Age=0"),
    )


# -- units of work ----------------------------------------------------------------------------------------------------
def note(connection: Connection, user: Any, action: str, now: float, **details: Any) -> None:
    """Record in the audit log what a person did or what was tried in their name."""
    actor = Actor("user", user["id"], user["email"])
    if action == "login_failed":
        actor = Actor("anonymous", None, user["email"])
    audit.append(connection, user["org_id"], Record(action, actor, details=details), now)


def challenge(connection: Connection, user: Any, made: Made, now: float, limits: Mapping[str, float]) -> None:
    """Ask for the second factor; what is long over is swept out."""
    old = login_challenges.c.created_at < now - 10 * limits["mfa_session_life"]
    connection.execute(sa.delete(login_challenges).where(old))
    row = {"token_hash": hash_token(made.challenge), "user_id": user["id"], "state": "challenged"}
    connection.execute(sa.insert(login_challenges), [row | {"attempts": 0, "created_at": now}])


def open_login(
    connection: Connection, user: Any, made: Made, now: float, limits: Mapping[str, float], *, mfa: bool
) -> None:
    """Begin a log-in and its family of refresh tokens."""
    until = now + limits["refresh_token_life"]
    row = {"id": made.login_id, "user_id": user["id"], "mfa": mfa, "created_at": now, "expires_at": until}
    connection.execute(sa.insert(logins), [row])
    _keep_refresh(connection, made.login_id, made, until)
    connection.execute(sa.update(users).where(users.c.id == user["id"]).values(last_login_at=now))
    note(connection, user, "logged_in", now, mfa=mfa)
    _sweep(connection, now)


def _keep_refresh(connection: Connection, login_id: str, made: Made, until: float) -> None:
    row = {"token_hash": hash_token(made.refresh), "login_id": login_id, "state": "live", "expires_at": until}
    connection.execute(sa.insert(refresh_tokens), [row])


def _sweep(connection: Connection, now: float) -> None:
    """Forget families that ended long ago."""
    day = 86400
    over = sa.select(logins.c.id).where(logins.c.expires_at < now - day)
    connection.execute(sa.delete(tickets).where(tickets.c.created_at < now - day))
    connection.execute(sa.delete(refresh_tokens).where(refresh_tokens.c.login_id.in_(over)))
    connection.execute(sa.delete(logins).where(logins.c.expires_at < now - day))


def second_factor(
    connection: Connection, token: str, code: str, made: Made, limits: Mapping[str, float], now: float, source: str
) -> tuple[Decision, Any]:
    """Try a code against a challenge; the challenge, the code's step and the log-in change together."""
    row = (
        connection.execute(
            sa.select(
                users,
                login_challenges.c.state,
                login_challenges.c.attempts,
                login_challenges.c.created_at.label("asked_at"),
            )
            .join(login_challenges, login_challenges.c.user_id == users.c.id)
            .where(login_challenges.c.token_hash == hash_token(token), users.c.status == "active")
        )
        .mappings()
        .first()
    )
    known = row is not None and now < row["asked_at"] + limits["mfa_session_life"]
    state = row["state"] if row is not None and known else "refused"
    facts: dict[str, float] = {"challenge_known": known and state == "challenged"}
    step, recovery = None, False
    if row is not None and facts["challenge_known"]:
        step, recovery = _match(connection, row, code, now, limits)
        facts |= {"attempts": row["attempts"], "code_matches": step is not None or recovery}
        facts["code_fresh"] = recovery or step is None or _fresh(connection, row["id"], step, source)
    decision = engine.try_code(state, facts, limits)
    if row is None or not facts["challenge_known"]:
        return decision, row
    changes = {"state": decision.state, "attempts": row["attempts"] + ("count_failure" in decision.effects)}
    which = login_challenges.c.token_hash == hash_token(token)
    connection.execute(sa.update(login_challenges).where(which).values(changes))
    if "issue_tokens_with_mfa" in decision.effects:
        _use(connection, row, step, code, source)
        open_login(connection, row, made, now, limits, mfa=True)
    else:
        note(connection, row, "login_failed", now, event=decision.event, source=source)
    return decision, row


def _match(
    connection: Connection, user: Any, code: str, now: float, limits: Mapping[str, float]
) -> tuple[int | None, bool]:
    if user["mfa_state"] != "on" or user["mfa_secret"] is None:
        return None, False
    step = matching_step(user["mfa_secret"], code, now, limits["totp_step"], limits["totp_skew"])
    hashed = recovery_hash(user["id"], code)
    stored = sa.select(recovery_codes).where(
        recovery_codes.c.user_id == user["id"], recovery_codes.c.code_hash == hashed
    )
    return step, step is None and connection.execute(stored).first() is not None


def _fresh(connection: Connection, user_id: str, step: int, source: str) -> bool:
    """ACCT-007: a code that completed a log-in is good again only for the same source."""
    used = sa.select(used_codes.c.source).where(used_codes.c.user_id == user_id, used_codes.c.step == step)
    return connection.execute(used).scalar() in (None, source)


def _use(connection: Connection, user: Any, step: int | None, code: str, source: str) -> None:
    if step is not None:
        use_step(connection, user["id"], step, source)
        return
    hashed = recovery_hash(user["id"], code)
    which = sa.and_(recovery_codes.c.user_id == user["id"], recovery_codes.c.code_hash == hashed)
    connection.execute(sa.delete(recovery_codes).where(which))


def use_step(connection: Connection, user_id: str, step: int, source: str) -> None:
    """Remember that the code of this time step was used, and from where."""
    of_user = used_codes.c.user_id == user_id
    connection.execute(sa.delete(used_codes).where(of_user, used_codes.c.step < step - _STEPS_KEPT))
    if connection.execute(sa.select(used_codes).where(of_user, used_codes.c.step == step)).first() is None:
        connection.execute(sa.insert(used_codes), [{"user_id": user_id, "step": step, "source": source}])


def renew(
    connection: Connection, token: str, csrf: Mapping[str, bool], made: Made, limits: Mapping[str, float], now: float
) -> tuple[Decision, Any]:
    """Spend a refresh token and issue its successor; or, where it was spent before, revoke the family."""
    hashed = hash_token(token)
    row = (
        connection.execute(
            sa.select(
                users,
                logins.c.mfa.label("login_mfa"),
                logins.c.id.label("login_id"),
                refresh_tokens.c.state.label("token_state"),
                refresh_tokens.c.expires_at.label("token_until"),
            )
            .join(logins, logins.c.user_id == users.c.id)
            .join(refresh_tokens, refresh_tokens.c.login_id == logins.c.id)
            .where(refresh_tokens.c.token_hash == hashed)
        )
        .mappings()
        .first()
    )
    facts = {
        **csrf,
        "token_known": row is not None,
        "token_current": row is not None and now < row["token_until"],
        "user_active": row is not None and row["status"] == "active",
    }
    decision = engine.refresh(row["token_state"] if row is not None else "revoked", facts)
    if row is None:
        return decision, row
    which = refresh_tokens.c.token_hash == hashed
    connection.execute(sa.update(refresh_tokens).where(which).values(state=decision.state))
    if "revoke_family" in decision.effects:
        revoke(connection, row["login_id"], now)
        note(connection, row, "refresh_token_reused", now)
    elif "issue_successor" in decision.effects:
        until = now + limits["refresh_token_life"]
        _keep_refresh(connection, row["login_id"], made, until)
        connection.execute(sa.update(logins).where(logins.c.id == row["login_id"]).values(expires_at=until))
    return decision, row


def revoke(connection: Connection, login_id: str, now: float) -> None:
    """End a log-in and every token of it."""
    family = refresh_tokens.c.login_id == login_id
    connection.execute(sa.update(refresh_tokens).where(family).values(state="revoked"))
    live = sa.and_(logins.c.id == login_id, logins.c.revoked_at.is_(None))
    connection.execute(sa.update(logins).where(live).values(revoked_at=now))
