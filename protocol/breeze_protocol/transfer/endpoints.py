"""Transfer: its part of the HTTP API. People call below `/remote/transfers`, a device's agent below its own path."""

from typing import Any, Final

from breeze_protocol import errors as e
from breeze_protocol.endpoints import Caller, Endpoint, endpoint
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.transfer import messages as m

OCTETS: Final = "application/octet-stream"
FORM: Final = "multipart/form-data"

_GATED: Final[dict[str, Any]] = {"permission": "remote:access", "mfa": True}
_AGENT: Final = (
    e.AGENT_HEADER_MISSING,
    e.AGENT_TOKEN_FORMAT,
    e.AGENT_CREDENTIALS,
    e.DEVICE_DECOMMISSIONED,
    e.DEVICE_QUARANTINED,
    e.AGENT_RATE_LIMITED,
    e.TRANSFER_NOT_FOUND,
    e.TRANSFER_DIRECTION,
    e.TRANSFER_ENDED,
)

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    endpoint(
        "transfer_create",
        "POST /remote/transfers",
        Caller.USER,
        "XFER-002 XFER-003 XFER-004 XFER-008 XFER-020",
        request=m.TransferCreate,
        response=m.TransferDetails,
        status=201,
        errors=(
            e.DEVICE_NOT_FOUND,
            e.DEVICE_OFFLINE,
            e.TRANSFER_TOO_LARGE,
            e.SESSION_NOT_FOUND,
            e.TRANSFER_SESSION,
            e.TRANSFER_LIMIT_ORG,
            e.TRANSFER_LIMIT_USER,
        ),
        **_GATED,
    ),
    endpoint(
        "transfer_list",
        "GET /remote/transfers",
        Caller.USER,
        "XFER-006",
        query=m.TransferListQuery,
        response=m.TransferList,
        **_GATED,
    ),
    endpoint(
        "transfer_details",
        "GET /remote/transfers/:id",
        Caller.USER,
        "XFER-007",
        response=m.TransferDetails,
        errors=(e.TRANSFER_NOT_FOUND,),
        **_GATED,
    ),
    endpoint(
        "transfer_cancel",
        "POST /remote/transfers/:id/cancel",
        Caller.USER,
        "XFER-030 XFER-031",
        response=m.TransferCancelled,
        errors=(e.TRANSFER_NOT_FOUND, e.TRANSFER_STATE),
        **_GATED,
    ),
    endpoint(
        "transfer_chunk",
        "POST /remote/transfers/:id/chunks",
        Caller.USER,
        "XFER-010 XFER-012 XFER-021 XFER-022",
        request=m.ChunkForm,
        media=FORM,
        response=m.ChunkTaken,
        errors=(
            e.TRANSFER_NOT_FOUND,
            e.TRANSFER_DIRECTION,
            e.TRANSFER_STATE,
            e.TRANSFER_CHUNK_DIFFERS,
            e.TRANSFER_TOO_LARGE,
            e.TRANSFER_BEYOND_SIZE,
        ),
        body_limit=int(DEFAULTS["transfer_chunk"]),
        **_GATED,
    ),
    endpoint(
        "transfer_download",
        "GET /remote/transfers/:id/download",
        Caller.USER,
        "XFER-016 XFER-017 XFER-018 XFER-019",
        answer_media=OCTETS,
        errors=(
            e.TRANSFER_NOT_FOUND,
            e.TRANSFER_DIRECTION,
            e.TRANSFER_INCOMPLETE,
            e.TRANSFER_FILE_GONE,
            e.RANGE_NOT_SATISFIABLE,
        ),
        **_GATED,
    ),
    endpoint(
        "agent_transfer_begin",
        "POST /agents/:agentId/transfers/:id/begin",
        Caller.AGENT,
        "XFER-053 XFER-057",
        request=m.TransferBegin,
        response=m.TransferGoOn,
        errors=(*_AGENT, e.TRANSFER_TOO_LARGE),
    ),
    endpoint(
        "agent_transfer_piece",
        "PUT /agents/:agentId/transfers/:id/content",
        Caller.AGENT,
        "XFER-054",
        media=OCTETS,
        response=m.PieceTaken,
        errors=(*_AGENT, e.TRANSFER_NOT_BEGUN, e.TRANSFER_TOO_LARGE),
        body_limit=int(DEFAULTS["transfer_piece"]),
    ),
    endpoint(
        "agent_transfer_content",
        "GET /agents/:agentId/transfers/:id/content",
        Caller.AGENT,
        "XFER-059",
        answer_media=OCTETS,
        errors=(*_AGENT, e.RANGE_NOT_SATISFIABLE),
    ),
    endpoint(
        "agent_transfer_finish",
        "POST /agents/:agentId/transfers/:id/finish",
        Caller.AGENT,
        "XFER-041 XFER-055",
        request=m.TransferFinish,
        response=m.TransferAgreed,
        errors=(*_AGENT, e.TRANSFER_NOT_BEGUN, e.TRANSFER_GAPS, e.TRANSFER_HASH),
    ),
    endpoint(
        "agent_transfer_fail",
        "POST /agents/:agentId/transfers/:id/fail",
        Caller.AGENT,
        "XFER-056",
        request=m.TransferBroken,
        response=m.TransferNoted,
        errors=_AGENT,
    ),
)
"""Every endpoint of the transfer conversation."""
