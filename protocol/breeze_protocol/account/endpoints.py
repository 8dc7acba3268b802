"""Account: its part of the HTTP API."""

from typing import Final

from breeze_protocol import errors as e
from breeze_protocol.account import messages as m
from breeze_protocol.endpoints import Caller, Endpoint, endpoint

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    endpoint(
        "login",
        "POST /auth/login",
        Caller.ANYONE,
        "ACCT-001 ACCT-002",
        request=m.LoginRequest,
        response=m.LoginResponse,
        errors=(e.LOGIN_FAILED, e.LOGIN_RATE_LIMITED),
    ),
    endpoint(
        "activate",
        "POST /auth/activate",
        Caller.ANYONE,
        "ACCT-024",
        request=m.ActivateRequest,
        response=m.Success,
        errors=(e.ACTIVATION_INVALID, e.LOGIN_RATE_LIMITED),
    ),
    endpoint(
        "mfa_verify",
        "POST /auth/mfa/verify",
        Caller.ANYONE,
        "ACCT-004 ACCT-005",
        request=m.MfaVerifyRequest,
        response=m.LoginResponse,
        errors=(e.MFA_CODE_INVALID, e.MFA_SESSION_INVALID),
    ),
    endpoint(
        "refresh",
        "POST /auth/refresh",
        Caller.COOKIE,
        "ACCT-015 ACCT-016",
        response=m.RefreshResponse,
        errors=(e.CSRF_MISSING, e.CSRF_MISMATCH, e.REFRESH_INVALID),
    ),
    endpoint("logout", "POST /auth/logout", Caller.USER, "ACCT-017", response=m.Success),
    endpoint("me", "GET /auth/me", Caller.USER, "ACCT-019", response=m.MeResponse),
    endpoint(
        "mfa_setup",
        "POST /auth/mfa/setup",
        Caller.USER,
        "ACCT-021",
        request=m.MfaSetupRequest,
        response=m.MfaSetupResponse,
        errors=(e.LOGIN_RATE_LIMITED, e.PASSWORD_INVALID, e.MFA_ALREADY_ENABLED),
    ),
    endpoint(
        "mfa_enable",
        "POST /auth/mfa/enable",
        Caller.USER,
        "ACCT-022",
        request=m.MfaEnableRequest,
        response=m.MfaEnableResponse,
        errors=(
            e.LOGIN_RATE_LIMITED,
            e.PASSWORD_INVALID,
            e.MFA_NOT_PENDING,
            e.MFA_CODE_INVALID,
            e.MFA_ALREADY_ENABLED,
        ),
    ),
)
"""Every endpoint of the account conversation."""
