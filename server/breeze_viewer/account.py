"""Who logs in where: options, environment, an account file, what is kept, and questions at the terminal."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import attrs

from breeze_protocol.errors import BreezeError
from breeze_transport.account_session import AccountSession, NotLoggedIn
from breeze_transport.api import ApiClient, ApiError
from breeze_transport.http import HttpClient
from breeze_transport.seams import Wall, World
from breeze_viewer.kept import Kept, KeptLogin

_FILE_LIMIT: Final = 1 << 16


@attrs.frozen
class Account:
    """Where to log in and as whom, as far as the command line, the environment and files say."""

    url: str
    email: str | None
    password: str | None = attrs.field(repr=False)
    totp_secret: str | None = attrs.field(repr=False)
    device_id: str | None
    kept: KeptLogin


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options by which every command of this package learns the account."""
    parser.add_argument("--url", metavar="URL", help="the server; also BREEZE_URL")
    parser.add_argument("--email", metavar="ADDRESS", help="who logs in; also BREEZE_EMAIL (and BREEZE_PASSWORD)")
    parser.add_argument(
        "--account", metavar="FILE", type=Path, help="a file with the JSON line that breeze demo --json prints"
    )


def find_account(options: argparse.Namespace, environment: Mapping[str, str]) -> Account:
    """Put the account together; what is said nearer counts: option, then file, environment, the kept log-in.

    Raises BreezeError where no server is named, or the file is none.
    """
    said = read_account_file(options.account) if options.account else {}
    kept = KeptLogin.default(environment)
    if options.account:
        kept = KeptLogin(options.account.with_name(f"{options.account.name}.login"))
    before = kept.read()

    def find(key: str) -> str | None:
        named = getattr(options, key, None) or said.get(key) or environment.get(f"BREEZE_{key.upper()}")
        return str(named) if named else None

    url = find("url") or (before.url if before else None)
    if url is None:
        raise BreezeError("no server is named: use --url, BREEZE_URL or --account, or log in once with breeze login")
    url = url.rstrip("/")
    email = find("email") or (before.email if before and before.url == url else None)
    return Account(url, email, find("password"), find("totp_secret"), said.get("device_id"), kept)


def read_account_file(path: Path) -> dict[str, Any]:
    """The first JSON object among the lines of the file. Raises BreezeError."""
    try:
        with path.open(encoding="utf-8") as file:
            lines = file.read(_FILE_LIMIT).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BreezeError(f"cannot read the account file {path}: {getattr(error, 'strerror', 'not text')}") from error
    for line in lines:
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    raise BreezeError(f"{path} has no line that is a JSON object")


@attrs.define
class Prompt:
    """Questions to the person at the terminal.

    They block the loop on purpose: nothing else runs before a log-in, and only the main thread can be interrupted in
    the middle of a question and put the terminal's echo back.
    """

    ask: Callable[[str], str] = attrs.field(default=lambda words: _ask(words))
    ask_hidden: Callable[[str], str] = getpass.getpass
    tell: Callable[[str], None] = attrs.field(default=lambda words: print(words, file=sys.stderr))
    present: Callable[[], bool] = attrs.field(default=lambda: sys.stdin is not None and sys.stdin.isatty())

    def question(self, words: str, hidden: bool = False) -> str | None:
        """What the person answers, None where they leave."""
        try:
            return (self.ask_hidden if hidden else self.ask)(words).strip() or None
        except EOFError:
            return None


def _ask(words: str) -> str:
    # Not by `input`'s own prompt: that goes to standard output, which may be a pipe that wants JSON.
    print(words, end="", file=sys.stderr, flush=True)
    return input()


@attrs.define
class Answers:
    """Password and second factor: from the account where it has them, each once, else from the person."""

    account: Account
    wall: Wall
    prompt: Prompt
    email: str = ""
    password_used: str = attrs.field(default="", repr=False)
    _code_given: bool = False

    async def password(self, refusal: ApiError | None) -> tuple[str, str] | None:
        if refusal is None and self.account.email and self.account.password:
            return self._remember(self.account.email, self.account.password)
        if not self.prompt.present():
            if refusal is None:
                raise NotLoggedIn("no log-in is kept, and nobody can be asked: set BREEZE_EMAIL and BREEZE_PASSWORD")
            return None
        if refusal is not None:
            self.prompt.tell(str(refusal))
        if refusal is not None and refusal.status == 429:
            return None
        email = self.account.email or self.prompt.question(f"Email address at {self.account.url}: ")
        given = email and self.prompt.question(f"Password of {email}: ", hidden=True)
        return self._remember(email, given) if email and given else None

    async def code(self, refusal: ApiError | None) -> str | None:
        if self.account.totp_secret and not self._code_given:
            self._code_given = True
            return totp(self.account.totp_secret, self.wall.now())
        if not self.prompt.present():
            if refusal is None:
                raise NotLoggedIn("a second factor is asked for: set BREEZE_TOTP_SECRET, or log in with breeze login")
            return None
        if refusal is not None:
            self.prompt.tell(str(refusal))
        return self.prompt.question("Code of the second factor: ")

    def _remember(self, email: str, password: str) -> tuple[str, str]:
        self.email, self.password_used = email, password
        return email, password


def totp(secret: str, now: float) -> str:
    """The six digits that the secret (base32) gives at `now`, epoch seconds. Raises BreezeError for no secret."""
    import binascii

    import pyotp

    try:
        return pyotp.TOTP(secret.replace(" ", "")).at(int(now))
    except (binascii.Error, ValueError) as error:
        raise BreezeError(f"the second factor's secret cannot be used: {error}") from error


class KeptSession(AccountSession):
    """A log-in that is shared with other commands through the file, and done anew where it cannot be renewed."""

    def __init__(self, http: HttpClient, wall: Wall, account: Account, prompt: Prompt) -> None:
        super().__init__(http, wall)
        self._account = account
        self.answers = Answers(account, wall, prompt)
        self._restore()

    def _restore(self) -> None:
        kept = self._account.kept.read()
        if kept and kept.url == self._account.url and self._account.email in (None, kept.email):
            self.tokens, self.answers.email = kept.tokens, kept.email

    def _store(self) -> None:
        self._account.kept.write(Kept(self._account.url, self.answers.email, self.tokens))

    async def replace(self, rejected: str) -> None:
        """Take what another command has renewed meanwhile, else refresh, else log in; keep it where possible."""
        async with self._account.kept.alone():
            self._restore()
            if self.usable and self.tokens is not None and self.tokens.access_token != rejected:
                return
            if not await self.refresh():
                await self.log_in(self.answers)
            try:
                self._store()
            except BreezeError as error:
                self.answers.prompt.tell(f"breeze: {error}; the next command logs in again")

    async def log_in_anew(self) -> None:
        """Log in whatever is kept. Raises BreezeError where it cannot be kept."""
        async with self._account.kept.alone():
            await self.log_in(self.answers)
            self._store()

    async def log_out_and_forget(self) -> None:
        """Revoke what is kept, and remove it even where the server does not answer."""
        try:
            await self.log_out()
        finally:
            self._account.kept.forget()


@attrs.frozen
class Connection:
    """A command's way to the server."""

    account: Account
    session: KeptSession
    api: ApiClient


@asynccontextmanager
async def open_connection(account: Account, world: World, prompt: Prompt | None = None) -> AsyncIterator[Connection]:
    """Calls to the account's server for the length of the block; the log-in comes with the first call that needs it.

    Raises BreezeError for a URL that is none.
    """
    try:
        client = HttpClient(world.network, account.url, user_agent="breeze-viewer/0.1")
    except ValueError as error:
        raise BreezeError(str(error)) from error
    async with client as http:
        session = KeptSession(http, world.wall, account, prompt or Prompt())
        yield Connection(account, session, ApiClient(http, token_source=session))
