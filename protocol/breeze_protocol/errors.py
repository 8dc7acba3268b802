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
HEAD_TOO_SLOW           = _code("HEAD_TOO_SLOW", 408, "The request did not arrive in time", "WIRE-018")
HEAD_TOO_LARGE          = _code("HEAD_TOO_LARGE", 431, "The request line and headers are too large", "WIRE-018")
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
# ipc: HTTP shows these only where a request over HTTP waits for a helper
IPC_CRED_CHECK_FAILED   = _code("IPC_CRED_CHECK_FAILED", 503, "peer credentials unavailable", "IPC-031")
IPC_RATE_LIMITED        = _code("IPC_RATE_LIMITED", 429, "connection rate limited", "IPC-032")
IPC_MAX_CONNS_EXCEEDED  = _code("IPC_MAX_CONNS_EXCEEDED", 429, "too many connections for identity", "IPC-033")
IPC_VERSION_UNSUPPORTED = _code("IPC_VERSION_UNSUPPORTED", 400, "unsupported protocol version", "IPC-043")
IPC_ROLE_UNKNOWN        = _code("IPC_ROLE_UNKNOWN", 400, "unknown helper role", "IPC-044")
IPC_SID_MISSING         = _code("IPC_SID_MISSING", 403, "SID required on Windows", "IPC-045")
IPC_SID_MISMATCH        = _code("IPC_SID_MISMATCH", 403, "SID mismatch", "IPC-045")
IPC_UID_MISMATCH        = _code("IPC_UID_MISMATCH", 403, "UID mismatch", "IPC-045")
IPC_PID_MISMATCH        = _code("IPC_PID_MISMATCH", 403, "PID mismatch", "IPC-046")
IPC_USERNAME_MISMATCH   = _code("IPC_USERNAME_MISMATCH", 403, "username mismatch", "IPC-047")
IPC_SESSION_ID_MISMATCH = _code("IPC_SESSION_ID_MISMATCH", 403, "session ID mismatch", "IPC-048")
IPC_PATH_UNRESOLVED     = _code("IPC_PATH_UNRESOLVED", 403, "peer binary path unresolved", "IPC-050")
IPC_PATH_MISMATCH       = _code("IPC_PATH_MISMATCH", 403, "binary path mismatch", "IPC-050")
IPC_HASHES_UNAVAILABLE  = _code("IPC_HASHES_UNAVAILABLE", 503, "helper binary hash allowlist unavailable", "IPC-051")
IPC_HASH_UNAVAILABLE    = _code("IPC_HASH_UNAVAILABLE", 403, "peer binary hash unavailable", "IPC-051")
IPC_HASH_MISMATCH       = _code("IPC_HASH_MISMATCH", 403, "binary hash mismatch", "IPC-051")
IPC_SESSION_ID_IN_USE   = _code("IPC_SESSION_ID_IN_USE", 409, "session ID already in use", "IPC-049")
IPC_ROLE_IDENTITY       = _code("IPC_ROLE_IDENTITY", 403, "the role requires another identity", "IPC-052")
IPC_WIN_SESSION         = _code("IPC_WIN_SESSION", 403, "role session claim does not match peer token", "IPC-053")
IPC_SCOPE_MISSING       = _code("IPC_SCOPE_MISSING", 403, "the helper was not granted the scope", "IPC-070")
IPC_FEATURE_MISSING     = _code("IPC_FEATURE_MISSING", 501, "the helper does not know the message", "IPC-065")
IPC_NOT_CAPABLE         = _code("IPC_NOT_CAPABLE", 501, "the helper cannot do it in this session", "IPC-062")
IPC_ID_IN_USE           = _code("IPC_ID_IN_USE", 409, "the id belongs to a request that waits", "IPC-085")
IPC_TOO_MANY_PENDING    = _code("IPC_TOO_MANY_PENDING", 503, "too many requests wait for the helper", "IPC-085")
IPC_FRAME_TOO_LARGE     = _code("IPC_FRAME_TOO_LARGE", 413, "the message is larger than a frame", "IPC-003")
IPC_FRAME_REFUSED       = _code("IPC_FRAME_REFUSED", 400, "the frame breaks the rules of the connection", "IPC-006")
IPC_TIMED_OUT           = _code("IPC_TIMED_OUT", 504, "the helper did not answer in time", "IPC-082")
IPC_REPLY_FAILED        = _code("IPC_REPLY_FAILED", 502, "the helper could not do it", "IPC-016")
IPC_SESSION_CLOSED      = _code("IPC_SESSION_CLOSED", 503, "the helper's session has ended", "IPC-084")
# signaling
SIGNALING_TYPE          = _code("SIGNALING_TYPE", 400, "A session of this type takes no offer", "SIGN-002")
SIGNALING_STATE         = _code("SIGNALING_STATE", 400, "Cannot submit offer for session in current state", "SIGN-007")
SIGNALING_OVER          = _code("SIGNALING_OVER", 400, "Cannot add ICE candidate for session in current state", "SIGN-007")
SIGNALING_NO_OFFER      = _code("SIGNALING_NO_OFFER", 409, "The session has no offer that this could belong to", "SIGN-025")
SIGNALING_UNSUPPORTED   = _code("SIGNALING_UNSUPPORTED", 409, "The device's agent takes no offer for this type of session", "SIGN-061")
ANSWER_STATE            = _code("ANSWER_STATE", 400, "Cannot submit answer for session in current state", "SIGN-015")
CANDIDATES_FULL         = _code("CANDIDATES_FULL", 429, "Too many candidates for one offer", "SIGN-024")
CONNECT_CODE_TYPE       = _code("CONNECT_CODE_TYPE", 400, "Desktop connect code only supported for desktop sessions", "SIGN-050")
CONNECT_CODE_STATE      = _code("CONNECT_CODE_STATE", 400, "Cannot mint desktop connect code for session in current state", "SIGN-050")
CONNECT_CODE_INVALID    = _code("CONNECT_CODE_INVALID", 401, "Invalid or expired connect code", "SIGN-051")
VIEWER_SESSION_OVER     = _code("VIEWER_SESSION_OVER", 400, "Session is not available for connection", "SIGN-051")
VIEWER_TOKEN_MISSING    = _code("VIEWER_TOKEN_MISSING", 401, "Missing viewer token", "SIGN-052")
VIEWER_TOKEN_INVALID    = _code("VIEWER_TOKEN_INVALID", 401, "Invalid or expired viewer token", "SIGN-052")
VIEWER_TOKEN_SESSION    = _code("VIEWER_TOKEN_SESSION", 403, "Viewer token does not match session", "SIGN-052")
PEER_FAILED             = _code("PEER_FAILED", 502, "The device could not connect", "SIGN-013")
# transfer
TRANSFER_NOT_FOUND      = _code("TRANSFER_NOT_FOUND", 404, "Transfer not found", "XFER-005")
TRANSFER_SESSION        = _code("TRANSFER_SESSION", 400, "The session is not a live one for files on this device", "XFER-008")
TRANSFER_TOO_LARGE      = _code("TRANSFER_TOO_LARGE", 413, "Transfer exceeds maximum size", "XFER-020 XFER-021")
TRANSFER_BEYOND_SIZE    = _code("TRANSFER_BEYOND_SIZE", 400, "The chunk goes beyond the size of the transfer", "XFER-022")
TRANSFER_LIMIT_ORG      = _code("TRANSFER_LIMIT_ORG", 429, "The organisation's limit of active transfers is reached", "XFER-004 XFER-039")
TRANSFER_LIMIT_USER     = _code("TRANSFER_LIMIT_USER", 429, "Your limit of active transfers is reached", "XFER-004 XFER-039")
TRANSFER_CHUNK_DIFFERS  = _code("TRANSFER_CHUNK_DIFFERS", 409, "Another chunk was stored under this index", "XFER-012")
TRANSFER_STATE          = _code("TRANSFER_STATE", 400, "The transfer has ended", "XFER-031")
TRANSFER_DIRECTION      = _code("TRANSFER_DIRECTION", 400, "The transfer goes the other way", "XFER-015")
TRANSFER_INCOMPLETE     = _code("TRANSFER_INCOMPLETE", 400, "Transfer is not completed", "XFER-016")
TRANSFER_FILE_GONE      = _code("TRANSFER_FILE_GONE", 404, "File not found in storage", "XFER-018")
RANGE_NOT_SATISFIABLE   = _code("RANGE_NOT_SATISFIABLE", 416, "The range lies outside the file", "XFER-017")
TRANSFER_ENDED          = _code("TRANSFER_ENDED", 410, "The transfer is over", "XFER-036")
TRANSFER_NOT_BEGUN      = _code("TRANSFER_NOT_BEGUN", 409, "The transfer has to be begun first", "XFER-053")
TRANSFER_GAPS           = _code("TRANSFER_GAPS", 409, "Bytes are missing", "XFER-055")
TRANSFER_HASH           = _code("TRANSFER_HASH", 409, "The two ends have different files", "XFER-041")
# chat
CHAT_DISABLED           = _code("CHAT_DISABLED", 403, "Helper chat is disabled for this organization", "CHAT-004")
CHAT_LEVEL_DENIED       = _code("CHAT_LEVEL_DENIED", 403, "The permission level is above the configured one", "CHAT-006")
CHAT_SESSION_NOT_FOUND  = _code("CHAT_SESSION_NOT_FOUND", 404, "Session not found", "CHAT-003")
CHAT_SESSION_EXPIRED    = _code("CHAT_SESSION_EXPIRED", 410, "Session has expired. Please start a new session.", "CHAT-022")
CHAT_SESSION_CLOSED     = _code("CHAT_SESSION_CLOSED", 400, "Session is not active", "CHAT-023")
CHAT_TURN_LIMIT         = _code("CHAT_TURN_LIMIT", 400, "Session turn limit reached", "CHAT-024")
CHAT_RATE_LIMITED       = _code("CHAT_RATE_LIMITED", 429, "Rate limit exceeded. Please wait before sending another message.", "CHAT-025")
CHAT_BUDGET_EXHAUSTED   = _code("CHAT_BUDGET_EXHAUSTED", 402, "Unable to verify budget. The organization's AI budget is exhausted.", "CHAT-026")
CHAT_BUDGET_UNKNOWN     = _code("CHAT_BUDGET_UNKNOWN", 503, "Unable to verify budget. Please try again later.", "CHAT-026")
CHAT_MODEL_MISSING      = _code("CHAT_MODEL_MISSING", 503, "No AI model is configured on this server", "CHAT-027")
CHAT_BUSY               = _code("CHAT_BUSY", 409, "A message is already being processed for this session", "CHAT-028")
CHAT_EVENTS_GONE        = _code("CHAT_EVENTS_GONE", 410, "These events are no longer kept", "CHAT-044")
CHAT_MODEL_FAILED       = _code("CHAT_MODEL_FAILED", 502, "The AI model failed. Please try again.", "CHAT-050")
CHAT_MODEL_TIMEOUT      = _code("CHAT_MODEL_TIMEOUT", 504, "AI request timed out. Please try again.", "CHAT-051")
CHAT_TURN_BUDGET        = _code("CHAT_TURN_BUDGET", 402, "AI budget limit reached for this query.", "CHAT-052")
CHAT_TURN_ROUNDS        = _code("CHAT_TURN_ROUNDS", 400, "Maximum conversation turns reached.", "CHAT-053")
TOOL_UNAVAILABLE        = _code("TOOL_UNAVAILABLE", 404, "This tool is not available", "CHAT-061")
TOOL_LEVEL              = _code("TOOL_LEVEL", 403, "This tool is not available at this permission level", "CHAT-062")
TOOL_CAPTURE_DISABLED   = _code("TOOL_CAPTURE_DISABLED", 403, "Screen capture is disabled for this organization", "CHAT-063")
TOOL_DEVICE             = _code("TOOL_DEVICE", 403, "Only this computer can be reached", "CHAT-064")
TOOL_INPUT_INVALID      = _code("TOOL_INPUT_INVALID", 400, "Invalid input", "CHAT-066")
TOOL_PATH_BLOCKED       = _code("TOOL_PATH_BLOCKED", 403, "This path is not open to tools", "CHAT-077")
TOOL_RATE_LIMITED       = _code("TOOL_RATE_LIMITED", 429, "Tool rate limit exceeded", "CHAT-070")
TOOL_TIMEOUT            = _code("TOOL_TIMEOUT", 504, "Tool execution timed out", "CHAT-071")
TOOL_FAILED             = _code("TOOL_FAILED", 502, "Tool execution failed", "CHAT-047")
TOOL_REJECTED           = _code("TOOL_REJECTED", 403, "Tool execution was rejected or timed out", "CHAT-087")
TOOL_STOPPED            = _code("TOOL_STOPPED", 409, "Tool execution was stopped", "CHAT-055")
EXECUTION_NOT_FOUND     = _code("EXECUTION_NOT_FOUND", 404, "Execution not found", "CHAT-083")
EXECUTION_DECIDED       = _code("EXECUTION_DECIDED", 409, "Execution already processed", "CHAT-083")
EXECUTION_EXPIRED       = _code("EXECUTION_EXPIRED", 410, "The time to approve has passed", "CHAT-082")
APPROVAL_NEEDS_TECHNICIAN = _code("APPROVAL_NEEDS_TECHNICIAN", 403, "A technician has to approve this", "CHAT-090")
APPROVAL_ARGUMENTS      = _code("APPROVAL_ARGUMENTS", 409, "The arguments are not the ones that were asked about", "CHAT-085")
APPROVAL_SCOPE          = _code("APPROVAL_SCOPE", 400, "This tool is allowed one call at a time", "CHAT-091")
APPROVAL_UNCONFIRMED    = _code("APPROVAL_UNCONFIRMED", 403, "The person at the device did not confirm this", "CHAT-089")
SCREENSHOT_TOO_LARGE    = _code("SCREENSHOT_TOO_LARGE", 413, "The screenshot is too large", "CHAT-100")
SCREENSHOT_INVALID      = _code("SCREENSHOT_INVALID", 400, "The screenshot is not a base64-encoded JPEG or PNG image", "CHAT-101")
# desktop
DESKTOP_START_FAILED    = _code("DESKTOP_START_FAILED", 502, "The device failed to show its desktop", "DESK-083")
DESKTOP_NOT_READY       = _code("DESKTOP_NOT_READY", 409, "Wait for connected before sending input", "DESK-029")
INPUT_REFUSED           = _code("INPUT_REFUSED", 400, "The input event was refused", "DESK-024")
CONFIG_REFUSED          = _code("CONFIG_REFUSED", 400, "None of these settings can be applied", "DESK-091")
CONTROL_UNAVAILABLE     = _code("CONTROL_UNAVAILABLE", 501, "This control is not available here", "DESK-040")
MONITOR_UNKNOWN         = _code("MONITOR_UNKNOWN", 404, "There is no such monitor", "DESK-043")
CLIPBOARD_REFUSED       = _code("CLIPBOARD_REFUSED", 403, "Copying in this direction is not allowed", "DESK-051")
CLIPBOARD_TOO_LARGE     = _code("CLIPBOARD_TOO_LARGE", 413, "The copied content is too large", "DESK-052")
DROP_REFUSED            = _code("DROP_REFUSED", 400, "The file was refused", "DESK-060")
DROP_TOO_LARGE          = _code("DROP_TOO_LARGE", 413, "The file is too large", "DESK-060")
# fmt: on

CODES: Final[Mapping[str, Code]] = MappingProxyType(_registry)
"""Every code by name."""
