"""Signaling: its part of the HTTP API, and the surface that deployed viewers use with a token of their own."""

from typing import Any, Final

from breeze_protocol import errors as e
from breeze_protocol.endpoints import Caller, Endpoint, endpoint
from breeze_protocol.signaling import messages as m

_GATED: Final[dict[str, Any]] = {"permission": "remote:access", "mfa": True}
_OFFER: Final = (e.SESSION_NOT_FOUND, e.SIGNALING_TYPE, e.SIGNALING_STATE, e.AGENT_OFFLINE)
_VIEWER: Final = (
    e.VIEWER_TOKEN_MISSING,
    e.VIEWER_TOKEN_INVALID,
    e.VIEWER_TOKEN_SESSION,
    e.ACCOUNT_INACTIVE,
    e.ACCESS_DENIED,
    e.SESSION_NOT_FOUND,
)

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    endpoint(
        "ice_servers",
        "GET /remote/ice-servers",
        Caller.USER,
        "SIGN-040 SIGN-041",
        query=m.IceServersQuery,
        response=m.IceServers,
        errors=(e.SESSION_NOT_FOUND,),
        **_GATED,
    ),
    endpoint(
        "session_offer",
        "POST /remote/sessions/:id/offer",
        Caller.USER,
        "SIGN-001 SIGN-002 SIGN-006 SIGN-007 SIGN-061",
        request=m.Offer,
        response=m.OfferTaken,
        errors=(*_OFFER, e.SIGNALING_UNSUPPORTED),
        **_GATED,
    ),
    endpoint(
        "session_answer",
        "POST /remote/sessions/:id/answer",
        Caller.PERSON_OR_AGENT,
        "SIGN-015 SIGN-017",
        request=m.Answer,
        response=m.AnswerTaken,
        errors=(e.SESSION_NOT_FOUND, e.SIGNALING_TYPE, e.ANSWER_STATE),
        **_GATED,
    ),
    endpoint(
        "session_candidate",
        "POST /remote/sessions/:id/ice",
        Caller.PERSON_OR_AGENT,
        "SIGN-020 SIGN-024 SIGN-025",
        request=m.CandidateGiven,
        response=m.CandidateTaken,
        errors=(e.SESSION_NOT_FOUND, e.SIGNALING_TYPE, e.SIGNALING_OVER, e.SIGNALING_NO_OFFER, e.CANDIDATES_FULL),
        **_GATED,
    ),
    endpoint(
        "desktop_connect_code",
        "POST /remote/sessions/:id/desktop-connect-code",
        Caller.USER,
        "SIGN-050",
        response=m.ConnectCodeIssued,
        errors=(e.SESSION_NOT_FOUND, e.CONNECT_CODE_TYPE, e.CONNECT_CODE_STATE),
        **_GATED,
    ),
    endpoint("viewer_health", "GET /desktop-ws/health", Caller.ANYONE, "SIGN-054", response=m.ViewerHealth),
    endpoint(
        "viewer_exchange",
        "POST /desktop-ws/connect/exchange",
        Caller.ANYONE,
        "SIGN-051",
        request=m.ConnectExchange,
        response=m.ViewerToken,
        errors=(e.CONNECT_CODE_INVALID, e.VIEWER_SESSION_OVER, e.RATE_LIMITED),
    ),
    endpoint(
        "viewer_ice_servers",
        "GET /desktop-ws/:id/viewer/ice-servers",
        Caller.VIEWER,
        "SIGN-053",
        response=m.IceServers,
        errors=(*_VIEWER, e.VIEWER_SESSION_OVER),
    ),
    endpoint(
        "viewer_ticket",
        "POST /desktop-ws/:id/viewer/ws-ticket",
        Caller.VIEWER,
        "SIGN-053",
        response=m.ViewerTicket,
        errors=(*_VIEWER, e.TICKET_STATE),
    ),
    endpoint(
        "viewer_offer",
        "POST /desktop-ws/:id/viewer/offer",
        Caller.VIEWER,
        "SIGN-053 SIGN-001",
        request=m.Offer,
        response=m.OfferTaken,
        errors=(*_VIEWER, e.SIGNALING_STATE, e.AGENT_OFFLINE),
    ),
    endpoint(
        "viewer_candidate",
        "POST /desktop-ws/:id/viewer/ice",
        Caller.VIEWER,
        "SIGN-053 SIGN-020",
        request=m.CandidateGiven,
        response=m.CandidateTaken,
        errors=(*_VIEWER, e.SIGNALING_OVER, e.SIGNALING_NO_OFFER, e.CANDIDATES_FULL),
    ),
    endpoint(
        "viewer_session",
        "GET /desktop-ws/:id/viewer/session",
        Caller.VIEWER,
        "SIGN-053",
        response=m.ViewerSession,
        errors=_VIEWER,
    ),
)
"""Every endpoint of the signaling conversation."""
