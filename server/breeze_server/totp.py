"""One-time codes: RFC 6238 with SHA-1 and six digits, as every authenticator speaks it, and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import hmac

from .tokens import same

RECOVERY_CODES = 10


def secret_from(random: bytes) -> str:
    """A TOTP secret, in the base32 that people type."""
    return base64.b32encode(random).decode().rstrip("=")


def matching_step(secret: str, code: str, now: float, step: float, skew: float) -> int | None:
    """The time step, at most `skew` away from now, whose code this is; None where there is none."""
    from pyotp import HOTP  # here, as the server's start needs no code

    counted, present, found = HOTP(secret), int(now // step), None  # RFC 6238 is RFC 4226 with the time as its count
    for each in range(present - int(skew), present + int(skew) + 1):
        if same(counted.at(each), code):
            found = each
    return found


def otp_auth_url(secret: str, email: str, issuer: str = "Breeze") -> str:
    """What an authenticator reads from a QR code."""
    from pyotp import TOTP

    return TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def recovery_codes(key: bytes, user_id: str, secret: str) -> list[str]:
    """The recovery codes that belong to a secret: derived, so that none is stored before or after they are shown."""
    codes = []
    for number in range(RECOVERY_CODES):
        digest = hmac.digest(key, f"recovery:{user_id}:{secret}:{number}".encode(), "sha256")
        text = base64.b32encode(digest)[:10].decode()
        codes.append(f"{text[:5]}-{text[5:]}")
    return codes


def recovery_hash(user_id: str, code: str) -> str:
    """What is stored of a recovery code, however it was typed."""
    plain = code.strip().upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(f"{user_id}:{plain}".encode("utf-8", "surrogatepass")).hexdigest()
