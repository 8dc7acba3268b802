"""Credentials for a TURN server that shares a secret with ours, as coturn's `use-auth-secret` computes them."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from breeze_protocol.limits import DEFAULTS
from breeze_protocol.signaling.messages import IceServer

PARTIES: Final = ("viewer", "agent")


@attrs.frozen
class TurnServer:
    """Where the TURN server is, and the secret that it shares with ours."""

    host: str
    secret: str = attrs.field(repr=False)
    port: int = 3478

    @property
    def authority(self) -> str:
        """Host and port as a URL has them; an IPv6 address in brackets."""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        return f"{host}:{self.port}"


@attrs.frozen
class TurnCredential:
    """What one party shows to the TURN server, and until when (epoch seconds)."""

    username: str
    credential: str = attrs.field(repr=False)
    expires_at: int


def issue_credential(
    secret: str,
    *,
    user_id: str,
    session_id: str | None,
    party: str,
    now: float,
    limits: Mapping[str, float] = DEFAULTS,
) -> TurnCredential:
    """Compute the credential of one party of one session (SIGN-042, SIGN-043).

    The user name is `<expiry>:<user>.<session>.<party>`, with `-` where there is no session yet; the password is the
    base64 of HMAC-SHA1 over it. `now` is in epoch seconds. An unknown party or an id with a colon is a ValueError.
    """
    session = session_id or "-"
    if party not in PARTIES or ":" in user_id or ":" in session:
        raise ValueError(f"no credential for {party} of {user_id} and {session}")
    expires_at = int(now + limits["turn_credential_life"])
    username = f"{expires_at}:{user_id}.{session}.{party}"
    return TurnCredential(username, sign(secret, username), expires_at)


def sign(secret: str, username: str) -> str:
    """Compute the password that belongs to a user name."""
    mac = hmac.new(secret.encode(), username.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode("ascii")


def valid(secret: str, username: str, credential: str, now: float) -> bool:
    """Whether a TURN server takes this pair now: what `doctor` and the tests ask without one."""
    expiry, _, rest = username.partition(":")
    if not rest or not expiry.isascii() or not expiry.isdigit() or len(expiry) > 16:
        return False
    return now < int(expiry) and hmac.compare_digest(sign(secret, username).encode(), credential.encode())


def ice_servers(
    turn: TurnServer | None, credential: TurnCredential | None, stun_urls: Sequence[str] = ()
) -> list[IceServer]:
    """List what a party is told to use: the operator's STUN servers, and the TURN server by UDP and by TCP (SIGN-040).

    Nothing is configured: nothing is listed. A server of somebody else is never put in (SIGN-044).
    """
    servers = [IceServer([*stun_urls])] if stun_urls else []
    if turn is not None and credential is not None:
        servers.append(IceServer([f"stun:{turn.authority}"]))
        urls: list[str] | str = [f"turn:{turn.authority}?transport={way}" for way in ("udp", "tcp")]
        servers.append(IceServer(urls, credential.username, credential.credential))
    return servers
