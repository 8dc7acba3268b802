"""Chat: its part of the HTTP API. Refusals stand in the order in which they are decided (CHAT-020)."""

from typing import Any, Final

from breeze_protocol import errors as e
from breeze_protocol.account.messages import Success
from breeze_protocol.chat import messages as m
from breeze_protocol.endpoints import Caller, Endpoint, endpoint
from breeze_protocol.sse import MEDIA_TYPE

_TOKEN: Final = (
    e.AGENT_HEADER_MISSING,
    e.AGENT_TOKEN_FORMAT,
    e.AGENT_CREDENTIALS,
    e.DEVICE_DECOMMISSIONED,
    e.DEVICE_QUARANTINED,
)
_GATE: Final = (*_TOKEN, e.CHAT_DISABLED)
_SESSION: Final = (*_GATE, e.CHAT_SESSION_NOT_FOUND)
_DECISION: Final = (
    e.EXECUTION_NOT_FOUND,
    e.EXECUTION_DECIDED,
    e.EXECUTION_EXPIRED,
    e.APPROVAL_NEEDS_TECHNICIAN,
    e.APPROVAL_ARGUMENTS,
    e.APPROVAL_SCOPE,
)
_TECHNICIAN: Final[dict[str, Any]] = {"permission": "remote:access", "mfa": True}

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    endpoint(
        "chat_session_create",
        "POST /helper/chat/sessions",
        Caller.HELPER,
        "CHAT-005 CHAT-006",
        request=m.ChatSessionCreate,
        optional_body=True,
        response=m.ChatSessionCreated,
        status=201,
        errors=(*_GATE, e.CHAT_LEVEL_DENIED),
    ),
    endpoint(
        "chat_session_list",
        "GET /helper/chat/sessions",
        Caller.HELPER,
        "CHAT-008 CHAT-009",
        query=m.ChatSessionsQuery,
        response=list[m.ChatSessionRow],
        errors=_GATE,
    ),
    endpoint(
        "chat_message_send",
        "POST /helper/chat/sessions/:id/messages",
        Caller.HELPER,
        "CHAT-020 CHAT-040",
        request=m.ChatMessage,
        query=m.StreamQuery,
        response=m.Said,
        answer_media=MEDIA_TYPE,
        errors=(
            *_SESSION,
            e.CHAT_SESSION_EXPIRED,
            e.CHAT_SESSION_CLOSED,
            e.CHAT_TURN_LIMIT,
            e.CHAT_RATE_LIMITED,
            e.CHAT_BUDGET_EXHAUSTED,
            e.CHAT_BUDGET_UNKNOWN,
            e.CHAT_MODEL_MISSING,
            e.CHAT_BUSY,
        ),
    ),
    endpoint(
        "chat_message_list",
        "GET /helper/chat/sessions/:id/messages",
        Caller.HELPER,
        "CHAT-010",
        response=list[m.ChatMessageRow],
        errors=_SESSION,
    ),
    endpoint(
        "chat_session_close",
        "DELETE /helper/chat/sessions/:id",
        Caller.HELPER,
        "CHAT-011",
        response=Success,
        errors=_SESSION,
    ),
    endpoint(
        "chat_approve",
        "POST /helper/chat/sessions/:id/approve/:executionId",
        Caller.HELPER,
        "CHAT-083",
        request=m.Decision,
        response=m.Decided,
        uuids=("id", "executionId"),
        errors=(*_SESSION, *_DECISION),
    ),
    endpoint(
        "chat_events",
        "GET /helper/chat/sessions/:id/events",
        Caller.HELPER,
        "CHAT-043 CHAT-044",
        query=m.StreamQuery,
        response=m.Said,
        answer_media=MEDIA_TYPE,
        errors=(*_SESSION, e.CHAT_EVENTS_GONE),
    ),
    endpoint(
        "chat_stop",
        "POST /helper/chat/sessions/:id/stop",
        Caller.HELPER,
        "CHAT-055",
        response=m.ChatStopped,
        errors=_SESSION,
    ),
    endpoint("helper_config", "GET /helper/config", Caller.HELPER, "CHAT-110", response=m.HelperConfig, errors=_TOKEN),
    endpoint(
        "helper_screenshot",
        "POST /helper/screenshots",
        Caller.HELPER,
        "CHAT-100 CHAT-102",
        request=m.ScreenshotUpload,
        response=m.ScreenshotStored,
        body_limit=4 << 20,
        errors=(
            *_TOKEN,
            e.TOOL_CAPTURE_DISABLED,
            e.SCREENSHOT_TOO_LARGE,
            e.SCREENSHOT_INVALID,
            e.CHAT_SESSION_NOT_FOUND,
        ),
    ),
    endpoint(
        "chat_approvals",
        "GET /chat/approvals",
        Caller.USER,
        "CHAT-090",
        response=list[m.PendingApproval],
        **_TECHNICIAN,
    ),
    endpoint(
        "chat_technician_approve",
        "POST /chat/approvals/:executionId",
        Caller.USER,
        "CHAT-083 CHAT-090",
        request=m.Decision,
        response=m.Decided,
        uuids=("executionId",),
        errors=_DECISION,
        **_TECHNICIAN,
    ),
)
"""Every endpoint of the chat conversation."""
