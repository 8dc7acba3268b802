"""The taxonomy of errors, and the one registry of error codes.

A code's words, HTTP status and clause stand in one line here and nowhere else. An expected outcome (a limit reached, a
record not found) is a `Refusal` value or a reply; exceptions are for broken promises.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from breeze_protocol.clause import clauses


class BreezeError(Exception):
    """Anything that this project raises on purpose."""


class ProtocolError(BreezeError):
    """A rule of the protocol was broken; `code` says which, `answer` is what to tell the peer, if anything."""

    def __init__(self, words: str, *, code: "Code", details: Any = None) -> None:
        if type(self) is ProtocolError:
            raise TypeError("raise LocalProtocolError or RemoteProtocolError: say whose fault it is")
        super().__init__(words)
        self.words = words
        self.code = code
        self.details = details


class LocalProtocolError(ProtocolError):
    """Our own caller asked for something that the specification forbids."""


class RemoteProtocolError(ProtocolError):
    """The peer did something that the specification forbids; raised only where its bytes are received."""


class TransportError(BreezeError):
    """The line broke, or never stood. Raised only by shells."""


class InternalError(BreezeError):
    """A table or an engine contradicts itself. This is a defect of this project: please report it."""


@attrs.frozen
class Code:
    """One error code: its name on every wire, its HTTP status, its words for people, the clauses that define it."""

    name: str
    http: int
    says: str
    because: tuple[str, ...]


_registry: dict[str, Code] = {}


def _code(name: str, http: int, says: str, because: str) -> Code:
    code = Code(name, http, says, clauses(because))
    if name in _registry:
        raise InternalError(f"the code {name} is registered twice")
    _registry[name] = code
    return code


# fmt: off
# any request
VALIDATION_FAILED       = _code("VALIDATION_FAILED", 400, "The request is not valid", "WIRE-010")
NOT_FOUND               = _code("NOT_FOUND", 404, "Not found", "WIRE-012")
METHOD_NOT_ALLOWED      = _code("METHOD_NOT_ALLOWED", 405, "This path does not take that method", "WIRE-013")
BODY_TOO_LARGE          = _code("BODY_TOO_LARGE", 413, "Request body too large", "WIRE-014")
UNSUPPORTED_MEDIA_TYPE  = _code("UNSUPPORTED_MEDIA_TYPE", 415, "The body has to be application/json", "WIRE-015")
UNAVAILABLE             = _code("UNAVAILABLE", 503, "The service cannot answer just now. Please try again.", "WIRE-016")
RATE_LIMITED            = _code("RATE_LIMITED", 429, "Too many requests", "WIRE-017")
# account
CREDENTIALS_MISSING     = _code("CREDENTIALS_MISSING", 401, "Missing or invalid authorization header", "ACCT-010")
TOKEN_INVALID           = _code("TOKEN_INVALID", 401, "Invalid or expired token", "ACCT-011")
LOGIN_FAILED            = _code("LOGIN_FAILED", 401, "Invalid email or password", "ACCT-001")
MFA_SESSION_INVALID     = _code("MFA_SESSION_INVALID", 401, "Invalid or expired MFA session", "ACCT-004")
MFA_CODE_INVALID        = _code("MFA_CODE_INVALID", 401, "Invalid MFA code", "ACCT-005")
PASSWORD_INVALID        = _code("PASSWORD_INVALID", 401, "Invalid credentials", "ACCT-021")
MFA_NOT_PENDING         = _code("MFA_NOT_PENDING", 400, "No MFA set-up is waiting for confirmation", "ACCT-022")
MFA_ALREADY_ENABLED     = _code("MFA_ALREADY_ENABLED", 409, "MFA is already enabled", "ACCT-023")
ACTIVATION_INVALID      = _code("ACTIVATION_INVALID", 401, "Invalid or expired activation code", "ACCT-024")
LOGIN_RATE_LIMITED      = _code("LOGIN_RATE_LIMITED", 429, "Too many failed attempts. Please wait.", "ACCT-006")
REFRESH_INVALID         = _code("REFRESH_INVALID", 401, "Invalid refresh token", "ACCT-015")
CSRF_MISSING            = _code("CSRF_MISSING", 403, "Missing CSRF header", "ACCT-016")
CSRF_MISMATCH           = _code("CSRF_MISMATCH", 403, "The CSRF header does not match", "ACCT-016")
ACCOUNT_INACTIVE        = _code("ACCOUNT_INACTIVE", 403, "Account is not active", "ACCT-012")
ACCESS_DENIED           = _code("ACCESS_DENIED", 403, "Access denied", "ACCT-030")
MFA_REQUIRED            = _code("MFA_REQUIRED", 403, "MFA required", "ACCT-031")
TICKET_MISSING          = _code("TICKET_MISSING", 401, "Missing connection ticket", "ACCT-044")
TICKET_INVALID          = _code("TICKET_INVALID", 401, "Invalid or expired connection ticket", "ACCT-043")
# link
AGENT_HEADER_MISSING    = _code("AGENT_HEADER_MISSING", 401, "Missing or invalid Authorization header", "LINK-010")
AGENT_TOKEN_FORMAT      = _code("AGENT_TOKEN_FORMAT", 401, "Invalid agent token format", "LINK-010")
AGENT_CREDENTIALS       = _code("AGENT_CREDENTIALS", 401, "Invalid agent credentials", "LINK-011")
DEVICE_DECOMMISSIONED   = _code("DEVICE_DECOMMISSIONED", 403, "Device has been decommissioned", "LINK-012")
DEVICE_QUARANTINED      = _code("DEVICE_QUARANTINED", 403, "Device is quarantined pending admin approval", "LINK-012")
AGENT_RATE_LIMITED      = _code("AGENT_RATE_LIMITED", 429, "Agent rate limit exceeded", "LINK-014")
AGENT_CONNECTS_LIMITED  = _code("AGENT_CONNECTS_LIMITED", 429, "Too many connection attempts", "LINK-022")
ENROLLMENT_KEY_UNKNOWN  = _code("ENROLLMENT_KEY_UNKNOWN", 401, "Enrollment key not recognized", "LINK-003")
ENROLLMENT_KEY_EXPIRED  = _code("ENROLLMENT_KEY_EXPIRED", 401, "Enrollment key has expired", "LINK-003")
ENROLLMENT_KEY_EXHAUSTED = _code("ENROLLMENT_KEY_EXHAUSTED", 401, "Enrollment key has reached its maximum usage count", "LINK-003")
ENROLLMENT_KEY_NO_SITE  = _code("ENROLLMENT_KEY_NO_SITE", 400, "Enrollment key must be associated with a site", "LINK-004")
ENROLLMENT_SECRET_MISSING = _code("ENROLLMENT_SECRET_MISSING", 403, "Enrollment secret required", "LINK-005")
ENROLLMENT_SECRET_WRONG = _code("ENROLLMENT_SECRET_WRONG", 403, "Invalid enrollment secret", "LINK-005")
ENROLLMENT_RATE_LIMITED = _code("ENROLLMENT_RATE_LIMITED", 429, "Enrollment rate limit exceeded", "LINK-006")
COMMAND_NOT_FOUND       = _code("COMMAND_NOT_FOUND", 404, "Command not found", "LINK-052")
INVALID_MESSAGE         = _code("INVALID_MESSAGE", 400, "Invalid message format", "LINK-030")
PROCESSING_ERROR        = _code("PROCESSING_ERROR", 400, "Failed to process message", "LINK-031")
# session
DEVICE_NOT_FOUND        = _code("DEVICE_NOT_FOUND", 404, "Device not found or access denied", "SESS-002")
DEVICE_OFFLINE          = _code("DEVICE_OFFLINE", 400, "Device is not online", "SESS-003")
SESSION_LIMIT_ORG       = _code("SESSION_LIMIT_ORG", 429, "The organisation's limit of active remote sessions is reached", "SESS-031")
SESSION_LIMIT_USER      = _code("SESSION_LIMIT_USER", 429, "Your limit of active remote sessions is reached", "SESS-032")
SESSION_NOT_FOUND       = _code("SESSION_NOT_FOUND", 404, "Session not found", "SESS-004")
SESSION_ENDED           = _code("SESSION_ENDED", 400, "Session is already ended", "SESS-022")
TICKET_STATE            = _code("TICKET_STATE", 400, "Cannot mint WebSocket ticket for session in current state", "ACCT-041")
TICKET_TYPE             = _code("TICKET_TYPE", 400, "WebSocket ticket only supported for terminal or desktop sessions", "ACCT-042")
# terminal
AGENT_OFFLINE           = _code("AGENT_OFFLINE", 503, "Agent is not connected", "TERM-014")
AGENT_SEND_FAILED       = _code("AGENT_SEND_FAILED", 503, "Failed to send the command to the agent", "TERM-014")
TERMINAL_START_FAILED   = _code("TERMINAL_START_FAILED", 502, "Agent failed to start terminal", "TERM-013")
TERMINAL_MESSAGE_ERROR  = _code("MESSAGE_ERROR", 400, "Failed to process message", "TERM-022")
TERMINAL_NOT_CONNECTED  = _code("NOT_CONNECTED", 409, "Wait for connected before sending data or a resize", "TERM-020")
INPUT_RATE_LIMITED      = _code("INPUT_RATE_LIMITED", 429, "Too much terminal input", "TERM-024")
SESSION_ENDED_NOTICE    = _code("SESSION_ENDED_NOTICE", 410, "The session has ended", "TERM-030")
# fmt: on

CODES: Final[Mapping[str, Code]] = MappingProxyType(_registry)
"""Every code by name."""
