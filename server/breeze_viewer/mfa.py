"""`breeze login`: log in, choose the first password, and set up the second factor, led by questions."""

from __future__ import annotations

import attrs

from breeze_protocol.account.messages import (
    ActivateRequest,
    MfaEnableRequest,
    MfaEnableResponse,
    MfaSetupRequest,
    MfaSetupResponse,
)
from breeze_transport.account_session import NotLoggedIn
from breeze_transport.api import ApiError
from breeze_transport.visible import visible
from breeze_viewer.account import Connection, Prompt

_LEAST_PASSWORD = 12


async def activate(connection: Connection, code: str, prompt: Prompt) -> None:
    """Choose the password of a new account with its one-time code (ACCT-024). Raises ApiError, NotLoggedIn."""
    account = connection.account
    email = account.email or (prompt.present() and prompt.question("Email address of the account: ")) or ""
    password = account.password or (_new_password(prompt) if prompt.present() else "")
    if not email or not password:
        raise NotLoggedIn("an address and a new password are needed: set BREEZE_EMAIL and BREEZE_PASSWORD")
    await connection.api.call("activate", body=ActivateRequest(email, code, password))
    connection.session.answers.account = attrs.evolve(account, email=email, password=password)


async def set_up(connection: Connection, prompt: Prompt) -> None:
    """Lead through the set-up of a second factor, then log in with it. Raises ApiError, NotLoggedIn."""
    password = connection.session.answers.password_used
    if not prompt.present():
        raise NotLoggedIn("this account has no second factor yet: run breeze login at a terminal to set one up")
    prompt.tell("\nRemote sessions need a second factor, and this account has none yet. Let us set one up.\n")
    setup: MfaSetupResponse = await connection.api.call("mfa_setup", body=MfaSetupRequest(password))
    prompt.tell("1. Add this secret to an authenticator app (time-based, six digits):\n")
    prompt.tell(f"     {_in_groups(visible(setup.secret))}\n     {visible(setup.otp_auth_url)}\n")
    enabled = await _confirm(connection, prompt, password)
    prompt.tell("\n2. Keep these recovery codes; each replaces the app once, should you lose it:\n")
    for code in enabled.recovery_codes or setup.recovery_codes:
        prompt.tell(f"     {visible(code)}")
    prompt.tell("\nThe second factor is set up. One more log-in, with it:")
    await connection.session.log_in_anew()


async def _confirm(connection: Connection, prompt: Prompt, password: str) -> MfaEnableResponse:
    while True:
        code = prompt.question("   The app shows a code. Type it: ")
        if code is None:
            raise NotLoggedIn("left before the second factor was set up; breeze login begins again")
        try:
            answer: MfaEnableResponse = await connection.api.call("mfa_enable", body=MfaEnableRequest(code, password))
        except ApiError as error:
            if error.code not in ("MFA_CODE_INVALID", "VALIDATION_FAILED"):
                raise
            prompt.tell(str(error))
        else:
            return answer


def _new_password(prompt: Prompt) -> str | None:
    while True:
        first = prompt.question(f"New password (at least {_LEAST_PASSWORD} characters): ", hidden=True)
        if first is None:
            return None
        if len(first) < _LEAST_PASSWORD:
            prompt.tell("That is too short.")
        elif prompt.question("Once more: ", hidden=True) != first:
            prompt.tell("The two differ.")
        else:
            return first


def _in_groups(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
