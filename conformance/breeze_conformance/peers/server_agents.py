"""Agents of the kit's own server over HTTP: enrolment, the gate, heartbeats, and how people see devices."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Any, Final

import msgspec
import trio

from breeze_conformance.peers.server_http import Call, Refusal, Reply
from breeze_conformance.peers.server_state import Device
from breeze_protocol import errors as e
from breeze_protocol.account.engine import decide
from breeze_protocol.account.messages import Success
from breeze_protocol.ids import AGENT_TOKEN_PATTERN, is_uuid
from breeze_protocol.link import messages as m
from breeze_protocol.wire import fault

if TYPE_CHECKING:
    from breeze_conformance.peers.server import Peer

_FORM: Final = re.compile(AGENT_TOKEN_PATTERN)
REASONS: Final = {
    "ENROLLMENT_KEY_UNKNOWN": "enrollment_key_not_found",
    "ENROLLMENT_KEY_EXPIRED": "enrollment_key_expired",
    "ENROLLMENT_KEY_EXHAUSTED": "enrollment_key_exhausted",
}


def agent_facts(peer: Peer, agent_id: str, authorization: str | None, now: float) -> dict[str, float]:
    """What is known about a caller that says it is an agent."""
    device = peer.store.agents.get(agent_id)
    scheme, _, token = (authorization or "").partition(" ")
    given = scheme.lower() == "bearer" and bool(token)
    matches = device is not None and device.owns(token, now)
    if peer.has("any_agents_token") and not matches:
        matches = any(each.owns(token, now) for each in peer.store.agents.values())
    return {
        "header_given": given,
        "token_well_formed": _FORM.fullmatch(token) is not None,
        "token_matches": matches,
        "commissioned": device is not None and device.state != "decommissioned",
        "not_quarantined": device is not None and device.state != "quarantined",
    }


def admit_agent(peer: Peer, call: Call) -> Device:
    """The device whose agent calls, or a refusal."""
    now = trio.current_time()
    facts = agent_facts(peer, call.path["agentId"], call.header("authorization"), now)
    device = peer.store.agents.get(call.path["agentId"])
    times = device.requests if device is not None else deque[float]()
    window = peer.rules.limits["agent_requests_window"]
    while times and times[0] <= now - window:
        times.popleft()
    facts["recent_requests"] = len(times)
    table = peer.rules.machines["agent_gate"]
    decision = decide(table, table.initial, "call", facts, peer.rules.limits)
    if decision.refusal is not None:
        raise Refusal(decision.refusal, retry_after=int(window))
    if device is None:
        raise Refusal(e.AGENT_CREDENTIALS)
    times.append(now)
    return device


def enroll(peer: Peer, call: Call) -> Reply:
    """A computer becomes a device (LINK-001 to LINK-006)."""
    request: m.EnrollRequest = call.body()
    now = trio.current_time()
    failures = peer.store.recent("enrollment", peer.rules.limits["enrollment_window"], now)
    key = peer.store.keys.get(request.enrollment_key)
    secret = request.enrollment_secret or call.header("x-agent-enrollment-secret")
    facts = {
        "failures": len(failures),
        "key_known": key is not None,
        "key_current": key is not None and not key.expired,
        "key_has_uses": key is not None and key.uses_left != 0,
        "key_has_site": key is not None and key.site is not None,
        "secret_given": key is not None and (key.secret is None or secret is not None),
        "secret_matches": key is not None and (key.secret is None or secret == key.secret),
    }
    decision = decide(peer.rules.machines["enrollment"], "asking", "enroll", facts, peer.rules.limits)
    if decision.refusal is not None:
        if decision.refusal is not e.ENROLLMENT_RATE_LIMITED:
            failures.append(now)
        extra = {"reason": REASONS[decision.refusal.name]} if decision.refusal.name in REASONS else {}
        raise Refusal(decision.refusal, retry_after=int(peer.rules.limits["enrollment_window"]), **extra)
    if key is None or "create_device" not in decision.effects:
        raise Refusal(e.ENROLLMENT_KEY_UNKNOWN)
    if key.uses_left is not None and "count_use" in decision.effects:
        key.uses_left -= 1
    device = _new_device(peer, request, key.org, key.site or "")
    if "send_identity" not in decision.effects:
        return Reply(201, {})
    config = m.AgentConfig()
    answer = m.EnrollResponse(device.agent_id, device.id, device.token, device.org, device.site, config)
    return Reply(200 if peer.has("enroll_200") else 201, answer)


def _new_device(peer: Peer, request: m.EnrollRequest, org: str, site: str) -> Device:
    entropy, store = peer.world.entropy, peer.store
    if peer.has("hostname_steals_identity"):
        for each in list(store.devices.values()):
            if each.hostname == request.hostname and each.org == org:
                del store.agents[each.agent_id]
                del store.devices[each.id]
    device = Device(
        id=entropy.uuid(),
        org=org,
        site=site,
        agent_id=entropy.token_hex(32),
        token=f"brz_{entropy.token_hex(32)}",
        hostname=request.hostname,
        os_type=request.os_type,
        os_version=request.os_version,
        architecture=request.architecture,
        agent_version=request.agent_version,
        created=peer.world.wall.now(),
    )
    if peer.has("weak_agent_token"):
        device.token = f"brz_{entropy.token_hex(16)}"
    store.devices[device.id] = store.agents[device.agent_id] = device
    return device


def heartbeat(peer: Peer, call: Call, device: Device) -> Reply:
    """LINK-013: only the first two fields can make it fail."""
    beat: m.Heartbeat = call.body()
    if beat.metrics is not None:
        try:
            msgspec.convert(beat.metrics, m.Metrics)
        except msgspec.ValidationError as error:
            if peer.has("heartbeat_strict"):
                raise Refusal(e.VALIDATION_FAILED, details=fault(str(error))) from None
    device.seen, device.agent_version = peer.world.wall.now(), beat.agent_version
    return Reply(200, m.HeartbeatResponse([]))


def command_result(peer: Peer, call: Call, _: Device) -> Reply:
    """LINK-052: this server stores no commands, so every one that could be stored is unknown."""
    call.body()
    if is_uuid(call.path["commandId"]) and not peer.has("unknown_command_taken"):
        raise Refusal(e.COMMAND_NOT_FOUND)
    return Reply(200, Success())


def rotate(peer: Peer, _: Call, device: Device) -> Reply:
    """LINK-016: a new token; the old one stays good for a while."""
    old, device.token = device.token, f"brz_{peer.world.entropy.token_hex(32)}"
    if not peer.has("rotation_without_grace"):
        device.previous_token = old
        device.previous_until = trio.current_time() + peer.rules.limits["rotation_grace"]
    return Reply(200, m.RotateResponse(device.token, peer.date()))


def device_row(peer: Peer, device: Device) -> m.DeviceRow | dict[str, Any]:
    """A device as people see it."""
    row = m.DeviceRow(
        device.id,
        device.org,
        device.site,
        device.agent_id,
        device.hostname,
        device.os_type,
        device.os_version,
        device.architecture,
        device.agent_version,
        device.state,
        None if device.seen is None else peer.date(device.seen),
        peer.date(device.created),
    )
    if peer.has("token_shown"):
        return {"id": device.id, "authToken": device.token, "hostname": device.hostname, "orgId": device.org}
    return row
