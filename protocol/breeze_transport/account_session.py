"""A person's log-in as a client lives it: password, second factor, tokens, their renewal.

The order of things is the table LOGIN_CLIENT's; who types the password and the code is an `Asker`, which may be a
person at a terminal or a program with a secret.
"""

from __future__ import annotations

from typing import Final, Protocol

import trio

from breeze_protocol.account.messages import LoginRequest, LoginResponse, MfaVerifyRequest, Tokens
from breeze_protocol.account.table import LOGIN_CLIENT
from breeze_protocol.errors import INVALID_MESSAGE, BreezeError, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Running
from breeze_protocol.wire import Open
from breeze_transport.api import ApiAnswer, ApiClient, ApiError
from breeze_transport.http import HttpClient
from breeze_transport.seams import Wall

REFRESH_COOKIE: Final = "breeze_refresh_token"
CSRF_COOKIE: Final = "breeze_csrf_token"
CSRF_HEADER: Final = "x-breeze-csrf"

_MARGIN: Final = 20.0
"""Seconds before its end from which an access token is not used any more: a call may take a while."""

_EVENTS: Final = {
    "LOGIN_FAILED": "login_failed_received",
    "LOGIN_RATE_LIMITED": "login_rate_limited_received",
    "MFA_CODE_INVALID": "code_invalid_received",
    "MFA_SESSION_INVALID": "session_invalid_received",
}
"""What a refusal is called in the table, by its code."""


class NotLoggedIn(BreezeError):
    """There is no log-in, and nobody to ask for one."""


class TokenSet(Open):
    """What a log-in yields, as it may be kept: whoever has it is that person until it is revoked."""

    access_token: str
    expires_at: float
    """Epoch seconds."""
    refresh_token: str = ""
    csrf_token: str = ""


class Asker(Protocol):
    """Who knows the password and the second factor."""

    async def password(self, refusal: ApiError | None) -> tuple[str, str] | None:
        """Address and password, after a refusal or for the first time; None gives up."""

    async def code(self, refusal: ApiError | None) -> str | None:
        """A code of the second factor; None gives up."""


class AccountSession:
    """One person's log-in at one server: a source of tokens for an `ApiClient`, renewed by the refresh cookie."""

    def __init__(self, http: HttpClient, wall: Wall, tokens: TokenSet | None = None) -> None:
        self.api = ApiClient(http)
        self.tokens = tokens
        self.requires_setup = False
        """The last log-in said that a second factor has to be set up before any gated call."""
        self._wall = wall
        self._renewing = trio.Lock()

    @property
    def usable(self) -> bool:
        """Whether there is an access token that has not run out."""
        return self.tokens is not None and self._wall.now() < self.tokens.expires_at - _MARGIN

    async def token(self) -> str | None:
        """A token that has not run out; renewed, or the log-in done anew, where it has."""
        tokens = self.tokens
        if tokens is None or not self.usable:
            return await self.renew(tokens.access_token if tokens else "")
        return tokens.access_token

    async def renew(self, rejected: str) -> str | None:
        """Another token than `rejected`. Raises NotLoggedIn where that takes a log-in and nobody can do one."""
        async with self._renewing:
            if self.tokens is None or self.tokens.access_token == rejected:
                await self.replace(rejected)
            return self.tokens.access_token if self.tokens else None

    async def replace(self, rejected: str) -> None:
        """Put other tokens in the place of `rejected`; overridden where they are kept, or somebody can be asked."""
        if not await self.refresh():
            raise NotLoggedIn("the log-in has run out")

    async def refresh(self) -> bool:
        """Trade the refresh cookie for new tokens; False where there is none or it is not accepted (ACCT-015)."""
        if self.tokens is None or not self.tokens.refresh_token:
            return False
        cookies = f"{REFRESH_COOKIE}={self.tokens.refresh_token}; {CSRF_COOKIE}={self.tokens.csrf_token}"
        csrf = self.tokens.csrf_token or "1"
        try:
            answer = await self.api.answer("refresh", headers=[("cookie", cookies), (CSRF_HEADER, csrf)])
        except ApiError as error:
            if error.status in (401, 403):
                self.tokens = None
                return False
            raise
        self._keep(answer, answer.body.tokens)
        return True

    async def log_in(self, asker: Asker) -> LoginResponse:
        """Log in anew. Raises the last refusal, or NotLoggedIn where the asker gave up before there was one."""
        flow = Running(LOGIN_CLIENT, DEFAULTS)
        refusal: ApiError | None = None
        temp_token = ""
        while not flow.final:
            request = await _ask(flow, asker, refusal, temp_token)
            if request is None:
                break
            try:
                answer = await self.api.answer(
                    "login" if isinstance(request, LoginRequest) else "mfa_verify", body=request
                )
            except ApiError as error:
                _advance(flow, _EVENTS.get(error.code or "", ""), error)
                refusal = error
                continue
            response: LoginResponse = answer.body
            odd = RemoteProtocolError("neither tokens nor a challenge", code=INVALID_MESSAGE)
            _advance(flow, "tokens_received" if response.tokens else "challenge_received", odd)
            refusal, temp_token = None, response.temp_token or ""
            if response.tokens:
                self._keep(answer, response.tokens)
                self.requires_setup = response.requires_setup
                return response
        raise refusal or NotLoggedIn("not logged in")

    async def log_out(self) -> None:
        """Revoke the log-in at the server and forget it."""
        tokens, self.tokens = self.tokens, None
        if tokens is not None:
            await self.api.call("logout", headers=[("authorization", f"Bearer {tokens.access_token}")])

    def _keep(self, answer: ApiAnswer, tokens: Tokens) -> None:
        cookies = answer.cookies()
        before = self.tokens or TokenSet("", 0)
        self.tokens = TokenSet(
            tokens.access_token,
            self._wall.now() + tokens.expires_in_seconds,
            cookies.get(REFRESH_COOKIE, before.refresh_token),
            cookies.get(CSRF_COOKIE, before.csrf_token),
        )


async def _ask(
    flow: Running, asker: Asker, refusal: ApiError | None, temp_token: str
) -> LoginRequest | MfaVerifyRequest | None:
    """What the asker says to the question that the flow's state poses; None where they give up."""
    request: LoginRequest | MfaVerifyRequest | None = None
    if flow.state == "anonymous":
        pair = await asker.password(refusal)
        request, event = (LoginRequest(*pair), "password_given") if pair else (None, "person_left")
    else:
        code = await asker.code(refusal)
        request, event = (MfaVerifyRequest(code, temp_token), "code_given") if code else (None, "person_left")
    flow.feed(event, trio.current_time())
    return request


def _advance(flow: Running, event: str, otherwise: BreezeError) -> None:
    if not flow.machine.allows(flow.state, event):
        raise otherwise
    flow.feed(event, trio.current_time())
