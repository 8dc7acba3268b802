"""The first person of a new server: activates the account and sets up a second factor, as anybody would by hand."""

from typing import Any

import pyotp

from breeze_protocol.account.messages import ActivateRequest, MfaEnableRequest, MfaSetupRequest
from breeze_transport.account_session import AccountSession
from breeze_transport.api import ApiClient, ApiError
from breeze_transport.http import HttpClient
from breeze_transport.seams import World


class Credentials:
    """Answers of one person to the questions of a log-in: an `Asker` that knows everything."""

    def __init__(self, email: str, password: str, totp_secret: str | None) -> None:
        self.email = email
        self.secret_word = password
        self.totp_secret = totp_secret

    async def password(self, refusal: ApiError | None) -> tuple[str, str] | None:
        """Address and password; gives up after a refusal."""
        return None if refusal else (self.email, self.secret_word)

    async def code(self, refusal: ApiError | None) -> str | None:
        """The code of this moment; gives up after a refusal or without a second factor."""
        return None if refusal or self.totp_secret is None else pyotp.TOTP(self.totp_secret).now()


async def activate(http: HttpClient, world: World, email: str, code: str) -> Credentials:
    """Choose a password with the one-time code, log in, set up TOTP. Returns what later log-ins need."""
    password = world.entropy.token_hex(12)  # never begins with a hyphen, wherever it is pasted
    await ApiClient(http).call("activate", body=ActivateRequest(email, code, password))
    person = Credentials(email, password, None)
    api = await logged_in(http, world, person)
    set_up = await api.call("mfa_setup", body=MfaSetupRequest(password))
    person.totp_secret = set_up.secret
    await api.call("mfa_enable", body=MfaEnableRequest(pyotp.TOTP(set_up.secret).now(), password))
    return person


async def logged_in(http: HttpClient, world: World, person: Credentials) -> ApiClient:
    """Log in and return a client that calls as this person."""
    session = AccountSession(http, world.wall)
    await session.log_in(person)
    return ApiClient(http, token_source=session)


def account_line(url: str, person: Credentials, known: dict[str, Any]) -> dict[str, Any]:
    """The line that `breeze demo --json` prints and every `--account FILE` reads."""
    return {
        "url": url,
        "email": person.email,
        "password": person.secret_word,
        "totp_secret": person.totp_secret,
        **known,
    }
