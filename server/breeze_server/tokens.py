"""Tokens: made, hashed, and told from forgeries.

Access tokens are JWTs with HS256 and nothing else, so there is no algorithm to confuse; the date that they are held
against comes from outside. Everything else is a random string, stored as its SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import attrs
import msgspec

from breeze_transport.seams import Entropy

ISSUER = "breeze"
AUDIENCE = "breeze-api"

_ALGORITHM = "HS256"
_MAX_TOKEN = 4096
_OPTIONS: Any = {
    "require": ["sub", "sid", "iat", "exp", "iss", "aud"],
    "strict_aud": True,
    # PyJWT would ask the machine's clock; `read` asks the injected one.
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class Claims(msgspec.Struct, rename="camel"):
    """What an access token says."""

    sub: str
    email: str
    role_id: str
    org_id: str
    partner_id: None
    scope: str
    mfa: bool
    type: str
    sid: str
    """The log-in that it came from; revoked with it."""
    iat: int
    exp: int
    iss: str
    aud: str


def hash_token(token: str) -> str:
    """SHA-256 of a random token, in hexadecimal: enough, because it cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare without telling by the time taken where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def agent_token(entropy: Entropy) -> str:
    """A new bearer token for an agent."""
    return "brz_" + entropy.token_hex(32)


@attrs.frozen
class AccessTokens:
    """Signs access tokens, and reads them."""

    key: bytes = attrs.field(repr=False)
    life: float
    """Seconds."""

    def sign(self, user: Mapping[str, Any], login_id: str, mfa: bool, now: float) -> str:
        """A token for a row of users, good from `now` (seconds since the epoch) for `life`."""
        claims = Claims(
            user["id"], user["email"], user["role_id"], user["org_id"], None, "organization", mfa, "access", login_id,
            int(now), int(now + self.life), ISSUER, AUDIENCE,
        )  # fmt: skip
        import jwt  # 15 ms that a server's start need not wait for

        return jwt.encode(msgspec.to_builtins(claims), self.key, algorithm=_ALGORITHM)

    def read(self, token: str, now: float) -> Claims | None:
        """What the token says, or None where it is not one of ours or its time is over."""
        if len(token) > _MAX_TOKEN or not token.isascii():
            return None
        import jwt

        try:
            said = jwt.decode(
                token, self.key, algorithms=[_ALGORITHM], audience=AUDIENCE, issuer=ISSUER, options=_OPTIONS
            )
            claims = msgspec.convert(said, Claims)
        except (jwt.InvalidTokenError, msgspec.ValidationError, RecursionError):  # some versions recurse
            return None
        return claims if claims.type == "access" and claims.iat <= now + 60 and now < claims.exp else None
