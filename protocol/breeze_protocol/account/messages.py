"""What a person and the server say to each other about who the person is."""

from typing import Annotated

from msgspec import Meta

from breeze_protocol.ids import Uuid
from breeze_protocol.wire import Closed, Open

Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Password = Annotated[str, Meta(min_length=1, max_length=1024)]
Code = Annotated[str, Meta(min_length=6, max_length=16, description="Six digits, or a recovery code.")]


class LoginRequest(Closed):
    """ACCT-001: the first factor."""

    email: Email
    password: Password


class User(Open):
    """The person, as shown to themselves."""

    id: Uuid
    email: str
    name: str
    mfa_enabled: bool
    avatar_url: str | None = None


class Tokens(Open):
    """What a log-in yields. The refresh token travels in an HttpOnly cookie only (ACCT-014)."""

    access_token: str
    expires_in_seconds: int


class LoginResponse(Open, omit_defaults=False):
    """ACCT-002: either tokens, or a demand for the second factor."""

    user: User | None
    tokens: Tokens | None
    mfa_required: bool
    requires_setup: bool = False
    """The person has no second factor yet and has to set one up before any gated call (ACCT-031)."""
    temp_token: str | None = None
    mfa_method: str | None = None
    phone_last4: str | None = None


class MfaVerifyRequest(Closed):
    """ACCT-004: the second factor of a log-in."""

    code: Code
    temp_token: Annotated[str, Meta(min_length=1, max_length=128)]


class MfaSetupRequest(Closed):
    """ACCT-021: begin to set up a second factor."""

    current_password: Password


class MfaSetupResponse(Open):
    """The secret, once, and the recovery codes that become valid with it."""

    secret: str
    otp_auth_url: str
    recovery_codes: list[str]
    qr_code_data_url: str | None = None


class MfaEnableRequest(Closed):
    """ACCT-022: prove that the secret arrived."""

    code: Code
    current_password: Password


class MfaEnableResponse(Open):
    """The second factor holds from now on."""

    success: bool
    recovery_codes: list[str]
    message: str


class RefreshResponse(Open):
    """ACCT-015: a new access token; the cookie was replaced with it."""

    tokens: Tokens


class Me(Open, omit_defaults=False):
    """The person behind the token."""

    id: Uuid
    email: str
    name: str
    mfa_enabled: bool
    status: str
    created_at: str
    org_id: Uuid
    permissions: list[str]
    avatar_url: str | None = None
    mfa_method: str | None = None
    last_login_at: str | None = None


class MeResponse(Open):
    """Answer of `/auth/me`."""

    user: Me


class Success(Open, omit_defaults=False):
    """An answer that says only that it worked."""

    success: bool = True


class TicketResponse(Open):
    """ACCT-040: a connection ticket."""

    ticket: str
    expires_in_seconds: int


class ActivateRequest(Closed):
    """ACCT-024: a new account's owner chooses a password, once, with the one-time code that was printed for them."""

    email: Email
    code: Annotated[str, Meta(min_length=8, max_length=64)]
    new_password: Annotated[str, Meta(min_length=12, max_length=1024)]
