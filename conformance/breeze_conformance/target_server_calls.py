"""How the kit calls a server over HTTP: as people with log-ins, as agents with tokens, and as strangers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NoReturn

import attrs
import msgspec
import pyotp
import trio

from breeze_conformance.case import Check, Unready
from breeze_conformance.runner import Timing
from breeze_protocol import errors as e
from breeze_protocol.endpoints import BASE
from breeze_protocol.errors import Code, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.registry import ENDPOINTS
from breeze_protocol.wire import decode, encode
from breeze_transport.http import HttpClient, HttpResponse
from breeze_transport.seams import World

BY_NAME: Final = {each.name: each for each in ENDPOINTS}

_SECRET: Final = re.compile(
    r'("(?:password|currentPassword|newPassword|accessToken|authToken|enrollmentKey|secret)":\s*")[^"]*'
)
_RENEW_AFTER: Final = 600.0
_DEADLINE: Final = 20.0
_IDLE: Final = 1.0
_STEP: Final = int(DEFAULTS["totp_step"])


@attrs.frozen
class Answer:
    """What a server answered."""

    response: HttpResponse

    @property
    def status(self) -> int:
        """The status."""
        return self.response.status

    @property
    def body(self) -> Any:
        """The JSON of the body; None where it is none."""
        try:
            return json.loads(self.response.body) if self.response.body else None
        except ValueError:
            return None

    @property
    def code(self) -> str | None:
        """The error code, where there is one."""
        found = self.field("code")
        return found if isinstance(found, str) else None

    @property
    def outcome(self) -> tuple[int, str | None]:
        """Status and code, as a check compares them."""
        return self.status, self.code

    @property
    def said(self) -> tuple[int, str | None, Any]:
        """Status, code and words, as two refusals are compared."""
        return self.status, self.code, self.field("error")

    def field(self, name: str) -> Any:
        """A field of the body; None where there is none."""
        body = self.body
        return body.get(name) if isinstance(body, dict) else None

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return self.response.header(name)

    def cookies(self) -> dict[str, tuple[str, str]]:
        """The cookies that were set: value and attributes in lower case."""
        found = {}
        for name, value in self.response.headers:
            if name == "set-cookie":
                pair, _, rest = value.partition(";")
                key, _, content = pair.partition("=")
                found[key.strip()] = (content.strip(), rest.lower())
        return found

    def __repr__(self) -> str:
        """Status and the beginning of the body, for reports."""
        return secretless(f"{self.status} {self.response.body[:400].decode(errors='replace')}")


@attrs.define(eq=False)
class Login:
    """One log-in of one person."""

    who: str
    access: str
    refresh: str
    csrf: str
    at: float
    answer: Answer

    @property
    def bearer(self) -> tuple[tuple[str, str], ...]:
        """The header of a call."""
        return (("authorization", f"Bearer {self.access}"),)

    @property
    def cookie(self) -> tuple[tuple[str, str], ...]:
        """The cookies of a refresh, without the CSRF header."""
        return (("cookie", f"breeze_refresh_token={self.refresh}; breeze_csrf_token={self.csrf}"),)


@attrs.define(eq=False)
class Calls:
    """The calls of one run. `check` is the running case's, for its trace and for what holds of every answer."""

    http: HttpClient
    world: World
    timing: Timing
    accounts: Mapping[str, Any]
    check: Check | None = None
    logins: dict[str, Login] = attrs.field(factory=dict)
    _last: float = -1e9
    _steps: dict[str, int] = attrs.field(factory=dict)
    """The latest TOTP step that was used, by person."""

    def account(self, who: str) -> Mapping[str, Any]:
        """The account file's entry: `self` is the file's own."""
        found: Mapping[str, Any] = self.accounts if who == "self" else self.accounts[who]
        return found

    # -- calls
    async def raw(
        self,
        method: str,
        path: str,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
    ) -> Answer:
        """One request as it stands. Raises TransportError."""
        if self.check is not None:
            self.check.trace(">", secretless(f"{method} {path} {(body or b'')[:400].decode(errors='replace')}"))
        if method != "GET" and trio.current_time() - self._last > _IDLE:
            # A server may close an idle connection at any moment. A GET finds out and is repeated, a POST is not.
            await self.http.request("GET", f"{BASE}/auth/me", deadline=self.timing.seconds(_DEADLINE))
        response = await self.http.request(
            method, path, headers=headers, body=body, deadline=self.timing.seconds(_DEADLINE)
        )
        self._last = trio.current_time()
        answer = Answer(response)
        if self.check is not None:
            self.check.trace("<", repr(answer))
            self._always(answer, method, path)
        return answer

    async def call(
        self,
        name: str,
        headers: Sequence[tuple[str, str]] = (),
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        **path: str,
    ) -> Answer:
        """Call an endpoint by its name in the registry; `body` is encoded as JSON, bytes go as they are."""
        endpoint = BY_NAME[name]
        data = body if isinstance(body, bytes | None) else encode(body)
        given = [*headers]
        if data is not None and not any(key == "content-type" for key, _ in given):
            given.append(("content-type", "application/json"))
        return await self.raw(endpoint.method, endpoint.url(path, query), given, data)

    async def mine(self, name: str, body: Any = None, *, who: str = "self", **rest: Any) -> Answer:
        """Call an endpoint as a person who is logged in."""
        return await self.call(name, (await self.login(who)).bearer, body, **rest)

    def _always(self, answer: Answer, method: str, path: str) -> None:
        check = self.check
        if check is None:
            return
        if answer.status >= 500 and answer.status != 503:
            check.that(False, "WIRE-022", f"{method} {path} is not answered with a server fault", answer)
        if b"Traceback (most recent call last)" in answer.response.body:
            check.that(False, "WIRE-023", "no stack trace in an answer", answer)

    # -- log-in
    async def login(self, who: str = "self") -> Login:
        """The person's log-in of this run: made once, and renewed by its cookie when it grows old."""
        found = self.logins.get(who)
        if found is None:
            found = self.logins[who] = await self.fresh_login(who)
        elif trio.current_time() - found.at > _RENEW_AFTER:
            await self._renew(found)
        return found

    async def password(self, who: str = "self", password: str | None = None) -> Answer:
        """Offer the first factor."""
        account = self.account(who)
        given = {"email": account["email"], "password": account["password"] if password is None else password}
        return await self.call("login", body=given)

    async def code(self, who: str = "self") -> str:
        """A TOTP code that was not used before; waits for a step in which there is one."""
        step = max(self._now() // _STEP, self._steps.get(who, 0) + 1)
        # One step ahead is within the skew; further ahead has to be waited for.
        while step > self._now() // _STEP + 1:  # noqa: ASYNC110 - it is the date that is waited for
            await trio.sleep(max(0.05, (step - 1) * _STEP - self.world.wall.now()))
        self._steps[who] = step
        return pyotp.TOTP(self.account(who)["totp_secret"], interval=_STEP).at(step * _STEP)

    async def fresh_login(self, who: str = "self") -> Login:
        """Log in anew. Raises Unready, or Uncontrolled within a case, where the account file is not good for it."""
        answer = await self.password(who)
        email = self.account(who)["email"]
        if answer.code == "LOGIN_RATE_LIMITED":
            wait = answer.header("retry-after") or "300"
            self._unready(f"{email} is locked by failed log-ins; try again in {wait} s")
        if answer.code == "LOGIN_FAILED":
            self._unready(f"the server refuses the log-in of {email}: {answer!r}")
        if answer.field("mfaRequired"):
            answer = await self._second_factor(who, answer)
        return self.made(who, answer)

    async def _second_factor(self, who: str, challenge: Answer) -> Answer:
        if not self.account(who).get("totp_secret"):
            self._unready(f"the account file has no totp_secret for {self.account(who)['email']}")
        answer = challenge
        # A server with a clock of its own may refuse the code that is a step ahead; the next one is the present step's.
        for _ in range(3):
            body = {"code": await self.code(who), "tempToken": challenge.field("tempToken")}
            answer = await self.call("mfa_verify", body=body)
            if answer.code != "MFA_CODE_INVALID":
                return answer
        self._unready(f"the server refuses the second factor of {self.account(who)['email']}: {answer!r}")

    def _unready(self, why: str) -> NoReturn:
        """Before the run nothing can be judged then; within a case it is the case that cannot."""
        if self.check is not None:
            self.check.control(False, why)
        raise Unready(why)

    def made(self, who: str, answer: Answer) -> Login:
        """The log-in that an answer yields. Raises RemoteProtocolError where it yields none."""
        tokens = answer.field("tokens")
        access = tokens.get("accessToken") if isinstance(tokens, dict) else None
        if answer.status != 200 or not isinstance(access, str):
            raise RemoteProtocolError(f"the log-in yields no tokens: {answer!r}", code=e.LOGIN_FAILED)
        cookies = answer.cookies()
        refresh = cookies.get("breeze_refresh_token", ("", ""))[0]
        csrf = cookies.get("breeze_csrf_token", ("", ""))[0]
        return Login(who, access, refresh, csrf, trio.current_time(), answer)

    async def renew(self, login: Login) -> Answer:
        """Ask for a new access token as a browser would."""
        return await self.call("refresh", (*login.cookie, ("x-breeze-csrf", login.csrf)))

    async def _renew(self, login: Login) -> None:
        answer = await self.renew(login)
        if answer.status == 200:
            new = self.made(login.who, answer)
            login.access, login.at = new.access, new.at
            login.refresh, login.csrf = new.refresh or login.refresh, new.csrf or login.csrf
        else:
            self.logins[login.who] = await self.fresh_login(login.who)

    def _now(self) -> int:
        return int(self.world.wall.now())


def secretless(text: str) -> str:
    """The text of a message for a report, which people pass on: without passwords and tokens that stay good."""
    return _SECRET.sub(r"\1…", text)


# -- what cases ask of answers ----------------------------------------------------------------------------------------
def refused(check: Check, answer: Answer, code: Code, clause: str, what: str) -> bool:
    """The answer refuses with this code, in the one shape of errors."""
    if answer.status == code.http and answer.code is None:
        return check.that(False, "WIRE-011", f"{what}: the error has a `code`", answer)
    if not check.equal((code.http, code.name), answer.outcome, clause, what):
        return False
    words = answer.field("error")
    same = isinstance(words, str) and bool(words) and words == answer.field("message")
    check.that(same, "WIRE-011", "`error` and `message` hold the same words", answer)
    if code.http == 429:
        wait = answer.header("retry-after") or ""
        fine = wait.isascii() and wait.isdigit() and int(wait) >= 1
        check.that(fine, "WIRE-019", "a 429 carries Retry-After in whole seconds", wait or "no Retry-After")
    return True


def invalid(check: Check, answer: Answer, path: str | None, what: str, clause: str = "WIRE-010") -> None:
    """The answer refuses a malformed request, and names the path of the fault where the case knows it."""
    if not refused(check, answer, e.VALIDATION_FAILED, clause, what):
        return
    details = answer.field("details")
    paths = [each.get("path") for each in details if isinstance(each, dict)] if isinstance(details, list) else []
    named = any(isinstance(each, str) and each.startswith("$") for each in paths)
    check.that(named, "WIRE-010", "`details` names the path of the fault", answer)
    if path is not None and named:
        check.that(path in paths, "WIRE-010", f"`details` names {path}", paths)


def shaped(check: Check, answer: Answer, name: str, clause: str, what: str) -> Any:
    """The answer is the endpoint's success, in its shape; the decoded body, or None."""
    endpoint = BY_NAME[name]
    if not check.equal(endpoint.status, answer.status, clause, what):
        return None
    try:
        return decode(endpoint.response, answer.response.body, limit=16 << 20)
    except RemoteProtocolError as error:
        check.that(False, clause, f"{what}: the answer has the shape of {endpoint.response.__name__}", error.words)
        return None


def dated(check: Check, *dates: str | None) -> None:
    """Every date that is there is written as the wire writes dates."""
    for each in dates:
        if each is not None:
            fine = False
            try:
                msgspec.convert(each, type=datetime)
                fine = each.endswith("Z")
            except msgspec.ValidationError:
                pass
            check.that(fine, "WIRE-008", "a date is ISO 8601 in UTC and ends in Z", each)
