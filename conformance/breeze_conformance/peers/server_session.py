"""Sessions and tickets of the kit's own server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import trio

from breeze_conformance.peers.server_account import Caller
from breeze_conformance.peers.server_agents import device_row
from breeze_conformance.peers.server_http import Call, Refusal, Reply, head_query
from breeze_conformance.peers.server_state import Device, Record, Ticket
from breeze_conformance.peers.server_terminal import Terminal
from breeze_protocol import errors as e
from breeze_protocol.account.engine import Decision, present_ticket
from breeze_protocol.account.messages import TicketResponse
from breeze_protocol.errors import Code
from breeze_protocol.link import messages as lm
from breeze_protocol.session import messages as m
from breeze_protocol.session.engine import Session, outcome
from breeze_protocol.terminal.messages import first_size
from breeze_transport.head import RequestHead
from breeze_transport.ws_core import accept_websocket

if TYPE_CHECKING:
    from breeze_conformance.peers.server import Peer

MANAGE = "remote:manage"


def _decide(peer: Peer, given: str, facts: Mapping[str, float], **extra: Any) -> None:
    """Ask the table; a code is a refusal, an event lets the request go on."""
    decided = outcome(given, facts, peer.rules.limits, peer.rules.machines["session"])
    if isinstance(decided, Code):
        raise Refusal(decided, **extra)


def _visible(peer: Peer, caller: Caller, id: str) -> Record:
    record = peer.store.sessions.get(id)
    if record is None:
        raise Refusal(e.SESSION_NOT_FOUND)
    facts = {
        "same_org": record.person.org == caller.person.org,
        "owner": record.person is caller.person,
        "manager": MANAGE in caller.person.permissions,
    }
    try:
        _decide(peer, "see", facts)
    except Refusal as refusal:
        raise Refusal(e.ACCESS_DENIED) if peer.has("foreign_is_403") else refusal from None
    return record


async def create(peer: Peer, call: Call, caller: Caller) -> Reply:
    """SESS-001 to SESS-003, SESS-030 to SESS-032."""
    request: m.SessionCreate = call.body()
    device = peer.store.devices.get(request.device_id)
    visible = device is not None and (device.org == caller.person.org or peer.has("foreign_devices"))
    live = [each for each in peer.store.sessions.values() if each.session.live]
    org_live = sum(each.person.org == caller.person.org for each in live)
    user_live = sum(each.person is caller.person for each in live)
    facts = {
        "device_visible": visible,
        "device_online": device is not None and device.state == "online",
        "org_live": org_live,
        "user_live": user_live,
    }
    decided = outcome("create", facts, peer.rules.limits, peer.rules.machines["session"])
    if peer.has("limits_raced"):
        await trio.sleep(0.01)
    if isinstance(decided, Code):
        raise Refusal(decided, retry_after=30, **_why(peer, decided, device, org_live, user_live))
    if device is None:
        raise Refusal(e.DEVICE_NOT_FOUND)
    if peer.has("create_replaces"):
        for each in live:
            if each.device is device and each.type == request.type:
                peer.session_event(each, "reaped")
    store, now = peer.store, peer.world.wall.now()
    session = Session.create(now, peer.rules.limits, peer.rules.machines["session"])
    record = Record(peer.world.entropy.uuid(), device, caller.person, request.type, session, len(store.sessions))
    store.sessions[record.id] = store.waking[record.id] = record
    peer.poke()
    brief = m.DeviceBrief(device.id, device.hostname, device.os_type, device.state)
    status: Any = "connecting" if peer.has("created_connecting") else record.status
    created = m.SessionCreated(record.id, device.id, caller.person.id, request.type, status, peer.date(now), brief)
    return Reply(201, created)


def _why(peer: Peer, code: Code, device: Device | None, org_live: int, user_live: int) -> dict[str, Any]:
    if code is e.DEVICE_OFFLINE and device is not None:
        return {"deviceStatus": device.state}
    if code is e.SESSION_LIMIT_ORG:
        return {"currentCount": org_live, "maxAllowed": int(peer.rules.limits["org_sessions"])}
    if code is e.SESSION_LIMIT_USER:
        return {"currentCount": user_live, "maxAllowed": int(peer.rules.limits["user_sessions"])}
    return {}


def _row(peer: Peer, record: Record, kind: Any) -> Any:
    device, person = record.device, record.person
    session = record.session
    duration = None if peer.has("duration_null") and record.error is not None else record.duration
    return kind(
        id=record.id,
        device_id=device.id,
        user_id=person.id,
        type=record.type,
        status=record.status,
        created_at=peer.date(session.created_at),
        started_at=None if session.started_at is None else peer.date(session.started_at),
        ended_at=None if record.ended_at is None else peer.date(record.ended_at),
        duration_seconds=duration,
        bytes_transferred=record.bytes_transferred,
        bytes_measured=None if peer.has("measured_null") else record.bytes_measured,
        error_message=None if peer.has("reason_null") else record.error,
        device=m.DeviceBrief(device.id, device.hostname, device.os_type, device.state),
        user=m.Person(person.name, person.email),
    )


def list_sessions(peer: Peer, call: Call, caller: Caller) -> Reply:
    """SESS-026."""
    query: m.SessionListQuery = call.asked()
    rows = [each for each in peer.store.sessions.values() if each.person is caller.person or peer.has("all_listed")]
    ended = query.include_ended or query.status in ("disconnected", "failed") or peer.has("ended_listed")
    rows = [each for each in rows if ended or each.session.live]
    if query.device_id is not None and not peer.has("filter_ignored"):
        rows = [each for each in rows if each.device.id == query.device_id]
    if query.status is not None:
        rows = [each for each in rows if each.status == query.status]
    if query.type is not None:
        rows = [each for each in rows if each.type == query.type]
    rows.sort(key=lambda each: each.number, reverse=not peer.has("oldest_first"))
    first = (query.page - 1) * query.limit
    page = rows[first : first + query.limit] if not peer.has("page_unbounded") else rows
    data = [_row(peer, each, m.SessionRow) for each in page]
    total = len(page) if peer.has("total_of_page") else len(rows)
    return Reply(200, m.SessionList(data, m.Pagination(query.page, query.limit, total)))


def details(peer: Peer, call: Call, caller: Caller) -> Reply:
    """SESS-005."""
    return Reply(200, _row(peer, _visible(peer, caller, call.path["id"]), m.SessionDetails))


def end(peer: Peer, call: Call, caller: Caller) -> Reply:
    """SESS-020 to SESS-022."""
    record = _visible(peer, caller, call.path["id"])
    request: m.SessionEnd = call.body()
    if not peer.has("end_repeatable") or record.session.live:
        _decide(peer, "end", {"live": record.session.live}, status=record.status)
        if not peer.has("bytes_dropped"):
            record.bytes_transferred = request.bytes_transferred
        peer.session_event(record, "end_requested")
    ended = peer.date(record.ended_at or peer.world.wall.now())
    answer = m.SessionEnded(
        record.id, record.status, ended, record.duration or 0, record.bytes_transferred, record.bytes_measured
    )
    return Reply(200, answer)


def stale(peer: Peer, call: Call, caller: Caller) -> Reply:
    """SESS-024."""
    query: m.StaleQuery = call.asked()
    if query.all and MANAGE not in caller.person.permissions and not peer.has("all_allowed"):
        raise Refusal(e.ACCESS_DENIED)
    chosen = [
        each
        for each in peer.store.sessions.values()
        if each.session.live
        and (each.person is caller.person or (query.all and each.person.org == caller.person.org))
        and (query.device_id is None or each.device.id == query.device_id or peer.has("stale_ends_all"))
    ]
    for each in chosen:
        peer.session_event(each, "reaped")
    return Reply(200, m.StaleEnded(len(chosen), [each.id for each in chosen]))


def ticket(peer: Peer, call: Call, caller: Caller) -> Reply:
    """ACCT-040 to ACCT-042."""
    record = _visible(peer, caller, call.path["id"])
    facts = {"ticket_type": record.type in ("terminal", "desktop"), "live": record.session.live}
    _decide(peer, "mint", facts, **({"status": record.status} if facts["ticket_type"] else {}))
    peer.session_event(record, "ticket_minted")
    token = peer.world.entropy.token_urlsafe(4 if peer.has("ticket_short") else 32)
    peer.store.tickets[token] = Ticket(record, caller.person, trio.current_time())
    return Reply(200, TicketResponse(token, int(peer.rules.limits["ticket_life"])))


def device_list(peer: Peer, call: Call, caller: Caller) -> Reply:
    """LINK-060."""
    query: lm.DeviceListQuery = call.asked()
    rows = [each for each in peer.store.devices.values() if _mine(peer, each, caller)]
    rows = [each for each in rows if query.status in (None, each.state)]
    rows = [each for each in rows if query.search is None or query.search.lower() in each.hostname.lower()]
    rows.sort(key=lambda each: each.hostname)
    first = (query.page - 1) * query.limit
    data = [device_row(peer, each) for each in rows[first : first + query.limit]]
    page = lm.DevicePage(query.page, query.limit, len(rows))
    return Reply(200, {"data": data, "pagination": page})


def device_details(peer: Peer, call: Call, caller: Caller) -> Reply:
    """LINK-060."""
    device = peer.store.devices.get(call.path["id"])
    if device is None or not _mine(peer, device, caller):
        raise Refusal(e.DEVICE_NOT_FOUND)
    return Reply(200, device_row(peer, device))


def _mine(peer: Peer, device: Device, caller: Caller) -> bool:
    return device.org == caller.person.org or peer.has("foreign_devices")


# -- the viewer's socket ----------------------------------------------------------------------------------------------
async def serve_viewer(peer: Peer, stream: trio.abc.Stream, head: RequestHead, session_id: str) -> None:
    """A viewer's socket: the ticket is judged and spent before anything opens."""
    origin = urlsplit(head.header("origin") or "").netloc
    if origin and origin != head.header("host") and not peer.has("origin_ignored"):
        await peer.refuse(stream, Refusal(e.ACCESS_DENIED))
        return
    query = head_query(head)
    given = query.get("ticket", "")
    found = peer.store.tickets.get(given)
    decision = _judge(peer, given, found, session_id)
    if peer.has("ticket_raced"):
        await trio.sleep(0.01)
    if found is not None:
        found.state = decision.state
    target = peer.store.sessions.get(session_id) or (found.record if found is not None else None)
    if decision.refusal is not None or "open_socket" not in decision.effects or target is None:
        code = decision.refusal or e.TICKET_INVALID
        if not peer.has("ticket_refused_late"):
            await peer.refuse(stream, Refusal(code))
            return
        ws = await accept_websocket(stream, head)
        await ws.close(4001, code.says)
        return
    ws = await accept_websocket(stream, head)
    if target.terminal is None:
        target.terminal = Terminal(peer, target)
        peer.store.waking[target.id] = target
    size = first_size(query.get("cols"), query.get("rows"))
    await target.terminal.serve(ws, size, query.get("encoding") == "binary")


def _judge(peer: Peer, given: str, found: Ticket | None, session_id: str) -> Decision:
    record = found.record if found is not None else None
    facts = {
        "ticket_given": bool(given),
        "ticket_known": found is not None,
        "ticket_unspent": found is not None and found.state == "minted",
        "ticket_age": trio.current_time() - found.created if found is not None else 0,
        "session_matches": record is not None and record.id == session_id,
        "user_active": found is not None,
        "user_allowed": found is not None and "remote:access" in found.person.permissions,
        "session_live": record is not None and record.session.live,
    }
    state = found.state if found is not None else "spent"
    return present_ticket(state, facts, peer.rules.limits, peer.rules.machines["ticket"])
