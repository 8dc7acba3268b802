"""What the kit's own server remembers, all of it in memory."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import pyotp

from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Machine
from breeze_protocol.registry import MACHINES
from breeze_protocol.session.engine import Session
from breeze_protocol.terminal.table import CLOSES

if TYPE_CHECKING:
    from breeze_conformance.peers.server_link import AgentLink
    from breeze_conformance.peers.server_terminal import Terminal


@attrs.frozen
class Rules:
    """Everything that a fault can change: tables, limits, close codes, and named quirks of the shell."""

    machines: Mapping[str, Machine] = attrs.field(
        factory=lambda: {each.name: each for group in MACHINES.values() for each in group}
    )
    limits: Mapping[str, float] = DEFAULTS
    closes: Mapping[str, tuple[int, str]] = attrs.field(factory=lambda: dict(CLOSES))
    quirks: frozenset[str] = frozenset()


@attrs.define(eq=False)
class Person:
    """Somebody who can log in."""

    id: str
    org: str
    email: str
    password: str
    name: str
    permissions: frozenset[str]
    created_at: float
    totp_secret: str | None = None
    pending_secret: str | None = None
    factor: str = attrs.field(default=attrs.Factory(lambda self: "on" if self.totp_secret else "off", takes_self=True))
    """The state of the second factor, as its table names it."""
    active: bool = True
    used_steps: set[int] = attrs.field(factory=set)

    def code_step(self, secret: str, code: str, now: float, limits: Mapping[str, float]) -> int | None:
        """The time step that a one-time code belongs to, or None where it fits none within the skew."""
        step, skew = int(limits["totp_step"]), int(limits["totp_skew"])
        present = int(now) // step
        generator = pyotp.TOTP(secret, interval=step)
        for candidate in range(present - skew, present + skew + 1):
            if hmac.compare_digest(generator.at(candidate * step), code):
                return candidate
        return None


@attrs.define(eq=False)
class Challenge:
    """A log-in that waits for its second factor."""

    person: Person
    created: float
    state: str = "challenged"
    attempts: int = 0


@attrs.define(eq=False)
class Family:
    """One log-in: every token that came from it dies with it."""

    id: str
    person: Person
    mfa: bool
    revoked: bool = False


@attrs.define(eq=False)
class Refresh:
    """A refresh token."""

    family: Family
    csrf: str
    created: float
    state: str = "live"


@attrs.define(eq=False)
class Key:
    """An enrolment key."""

    org: str
    site: str | None
    expired: bool = False
    uses_left: int | None = None
    secret: str | None = None


@attrs.define(eq=False)
class Device:
    """A computer whose agent has enrolled."""

    id: str
    org: str
    site: str
    agent_id: str
    token: str
    hostname: str
    os_type: str
    os_version: str
    architecture: str
    agent_version: str
    created: float
    state: str = "offline"
    previous_token: str | None = None
    previous_until: float = 0.0
    seen: float | None = None
    requests: deque[float] = attrs.field(factory=deque)
    link: AgentLink | None = None

    def owns(self, token: str, now: float) -> bool:
        """Whether the token is this agent's, or was until a moment ago."""
        if hmac.compare_digest(self.token, token):
            return True
        return self.previous_token == token and now < self.previous_until


@attrs.define(eq=False)
class Ticket:
    """A connection ticket."""

    record: Record
    person: Person
    created: float
    state: str = "minted"


@attrs.define(eq=False)
class Record:
    """One remote session."""

    id: str
    device: Device
    person: Person
    type: str
    session: Session
    number: int
    ended_at: float | None = None
    duration: int | None = None
    bytes_transferred: int | None = None
    bytes_measured: int | None = None
    error: str | None = None
    terminal: Terminal | None = None

    @property
    def status(self) -> Any:
        """The state as the wire shows it."""
        return self.session.table.status(self.session.state)


@attrs.define
class Store:
    """All records."""

    people: dict[str, Person] = attrs.field(factory=dict)
    keys: dict[str, Key] = attrs.field(factory=dict)
    devices: dict[str, Device] = attrs.field(factory=dict)
    agents: dict[str, Device] = attrs.field(factory=dict)
    sessions: dict[str, Record] = attrs.field(factory=dict)
    waking: dict[str, Record] = attrs.field(factory=dict)
    """The sessions that deadlines can still move."""
    challenges: dict[str, Challenge] = attrs.field(factory=dict)
    families: dict[str, Family] = attrs.field(factory=dict)
    refreshes: dict[str, Refresh] = attrs.field(factory=dict)
    tickets: dict[str, Ticket] = attrs.field(factory=dict)
    failures: dict[str, deque[float]] = attrs.field(factory=dict)
    """Times of failed attempts, by who or where."""

    def recent(self, key: str, window: float, now: float) -> deque[float]:
        """The moments under `key` within the last `window` seconds; the caller may append one."""
        times = self.failures.setdefault(key, deque())
        while times and times[0] <= now - window:
            times.popleft()
        return times


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(claims: Mapping[str, Any], key: bytes) -> str:
    """An HS256 JSON Web Token."""
    head = _b64(b'{"alg":"HS256","typ":"JWT"}')
    body = f"{head}.{_b64(json.dumps(claims).encode())}"
    return f"{body}.{_b64(hmac.digest(key, body.encode(), hashlib.sha256))}"


def unsign(token: str, key: bytes, *, trusting: bool = False) -> dict[str, Any] | None:
    """The claims of a token that `key` signed, or None. `trusting` is a fault: the signature is not looked at."""
    head, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    expected = _b64(hmac.digest(key, f"{head}.{body}".encode(), hashlib.sha256))
    if not trusting and not hmac.compare_digest(expected, signature):
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None
