"""Tokens: made, hashed, and told from forgeries.

Access tokens are JWTs with HS256. Only the exact header that we write is accepted, so there is no algorithm to confuse,
and the date comes from outside. Everything else is a random string, stored as its SHA-256.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import attrs
import msgspec

from breeze_transport.seams import Entropy

ISSUER = "breeze"
AUDIENCE = "breeze-api"

_MAX_TOKEN = 4096


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
        signed = _HEADER + b"." + _base64(msgspec.json.encode(claims))
        return (signed + b"." + self._signature(signed)).decode()

    def read(self, token: str, now: float) -> Claims | None:
        """What the token says, or None where it is not one of ours or its time is over."""
        if len(token) > _MAX_TOKEN or not token.isascii():
            return None
        signed, _, signature = token.encode().rpartition(b".")
        header, _, body = signed.partition(b".")
        if header != _HEADER or not hmac.compare_digest(signature, self._signature(signed)):
            return None
        try:
            claims = msgspec.json.decode(base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4)), type=Claims)
        except (msgspec.MsgspecError, binascii.Error):
            return None
        good = claims.type == "access" and claims.iss == ISSUER and claims.aud == AUDIENCE
        return claims if good and claims.iat <= now + 60 and now < claims.exp else None

    def _signature(self, signed: bytes) -> bytes:
        return _base64(hmac.digest(self.key, signed, "sha256"))


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


_HEADER = _base64(b'{"alg":"HS256","typ":"JWT"}')
