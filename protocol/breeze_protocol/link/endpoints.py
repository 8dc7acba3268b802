"""Link: its part of the HTTP API. `:agentId` is the agent's id, never the device's."""

from typing import Any, Final

from breeze_protocol import errors as e
from breeze_protocol.account.messages import Success
from breeze_protocol.endpoints import Caller, Endpoint, endpoint
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.link import messages as m

_AGENT: Final = (
    e.AGENT_HEADER_MISSING,
    e.AGENT_TOKEN_FORMAT,
    e.AGENT_CREDENTIALS,
    e.DEVICE_DECOMMISSIONED,
    e.DEVICE_QUARANTINED,
    e.AGENT_RATE_LIMITED,
)
_INGEST: Final[dict[str, Any]] = {"uuids": (), "errors": _AGENT}

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    endpoint(
        "agent_enroll",
        "POST /agents/enroll",
        Caller.ANYONE,
        "LINK-001 LINK-002",
        request=m.EnrollRequest,
        response=m.EnrollResponse,
        status=201,
        errors=(
            e.ENROLLMENT_KEY_UNKNOWN,
            e.ENROLLMENT_KEY_EXPIRED,
            e.ENROLLMENT_KEY_EXHAUSTED,
            e.ENROLLMENT_KEY_NO_SITE,
            e.ENROLLMENT_SECRET_MISSING,
            e.ENROLLMENT_SECRET_WRONG,
            e.ENROLLMENT_RATE_LIMITED,
        ),
    ),
    endpoint(
        "agent_heartbeat",
        "POST /agents/:agentId/heartbeat",
        Caller.AGENT,
        "LINK-013",
        request=m.Heartbeat,
        response=m.HeartbeatResponse,
        body_limit=5 << 20,
        **_INGEST,
    ),
    endpoint(
        "agent_command_result",
        "POST /agents/:agentId/commands/:commandId/result",
        Caller.AGENT,
        "LINK-051 LINK-052",
        request=m.CommandOutcome,
        response=Success,
        body_limit=int(DEFAULTS["command_result_http"]),
        uuids=(),
        errors=(*_AGENT, e.COMMAND_NOT_FOUND),
    ),
    endpoint(
        "agent_config", "GET /agents/:agentId/config", Caller.AGENT, "LINK-013", response=m.AgentConfig, **_INGEST
    ),
    endpoint(
        "agent_rotate_token",
        "POST /agents/:agentId/rotate-token",
        Caller.AGENT,
        "LINK-016",
        response=m.RotateResponse,
        **_INGEST,
    ),
    endpoint(
        "device_list",
        "GET /devices",
        Caller.USER,
        "LINK-060",
        query=m.DeviceListQuery,
        response=m.DeviceList,
        permission="devices:read",
    ),
    endpoint(
        "device_details",
        "GET /devices/:id",
        Caller.USER,
        "LINK-060",
        response=m.DeviceRow,
        permission="devices:read",
        errors=(e.DEVICE_NOT_FOUND,),
    ),
)
"""Every endpoint of the link conversation."""

UPLOADS: Final = [
    "hardware",
    "software",
    "disks",
    "network",
    "changes",
    "connections",
    "patches",
    "warranty-info",
    "peripherals/events",
    "sessions",
    "security/status",
    "management/posture",
    "registry-state",
    "config-state",
    "eventlogs",
    "monitoring-results",
    "boot-performance",
    "reliability",
    "logs",
]
"""LINK-017: what agents upload beside heartbeats; each is taken and answered 204."""
