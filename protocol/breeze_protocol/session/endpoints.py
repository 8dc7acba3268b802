"""Session: its part of the HTTP API."""

from typing import Any, Final

from breeze_protocol import errors as e
from breeze_protocol.account.messages import TicketResponse
from breeze_protocol.endpoints import Caller, Endpoint, endpoint
from breeze_protocol.session import messages as m

_GATED: Final[dict[str, Any]] = {"permission": "remote:access", "mfa": True}

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    endpoint(
        "session_create",
        "POST /remote/sessions",
        Caller.USER,
        "SESS-001 ACCT-030 ACCT-031",
        request=m.SessionCreate,
        response=m.SessionCreated,
        status=201,
        errors=(e.DEVICE_NOT_FOUND, e.DEVICE_OFFLINE, e.SESSION_LIMIT_ORG, e.SESSION_LIMIT_USER),
        **_GATED,
    ),
    endpoint(
        "session_list",
        "GET /remote/sessions",
        Caller.USER,
        "SESS-026",
        query=m.SessionListQuery,
        response=m.SessionList,
        **_GATED,
    ),
    endpoint(
        "session_stale",
        "DELETE /remote/sessions/stale",
        Caller.USER,
        "SESS-024",
        query=m.StaleQuery,
        response=m.StaleEnded,
        errors=(e.ACCESS_DENIED,),
        **_GATED,
    ),
    endpoint(
        "session_details",
        "GET /remote/sessions/:id",
        Caller.USER,
        "SESS-005",
        response=m.SessionDetails,
        errors=(e.SESSION_NOT_FOUND,),
        **_GATED,
    ),
    endpoint(
        "session_ticket",
        "POST /remote/sessions/:id/ws-ticket",
        Caller.USER,
        "ACCT-040",
        response=TicketResponse,
        errors=(e.SESSION_NOT_FOUND, e.TICKET_STATE, e.TICKET_TYPE),
        **_GATED,
    ),
    endpoint(
        "session_end",
        "POST /remote/sessions/:id/end",
        Caller.USER,
        "SESS-020",
        request=m.SessionEnd,
        optional_body=True,
        response=m.SessionEnded,
        errors=(e.SESSION_NOT_FOUND, e.SESSION_ENDED),
        **_GATED,
    ),
)
"""Every endpoint of the session conversation. The order matters where a word could be taken for an id."""
