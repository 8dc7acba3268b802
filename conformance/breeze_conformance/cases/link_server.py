"""Link over HTTP, judged at a server: enrolment, heartbeats, uploads, rotation, and devices as people see them."""

from __future__ import annotations

from typing import Any

from breeze_conformance.case import Check, case
from breeze_conformance.target_server import Identity, ServerTarget
from breeze_conformance.target_server_calls import Answer, dated, invalid, refused, shaped
from breeze_protocol import errors as e
from breeze_protocol.link.endpoints import UPLOADS

BEAT = {"status": "ok", "agentVersion": "0.1.0-kit"}


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    """The header of an agent's call."""
    return (("authorization", f"Bearer {token}"),)


async def beat(t: ServerTarget, device: Identity, body: Any = None, *, token: str | None = None) -> Answer:
    """A heartbeat of the device."""
    given = BEAT if body is None else body
    return await t.calls.call("agent_heartbeat", bearer(token or device.token), given, agentId=device.agent_id)


@case("link/enrolment", "LINK-002", role="server")
async def enrolment(t: ServerTarget, check: Check) -> None:
    """An enrolment yields an identity of its own, whatever else an agent of another version says."""
    made = []
    for extra in (
        {},
        {"hardwareInfo": {"cpuModel": "x"}, "isVirtual": True, "networkInfo": [], "deviceRole": "server"},
    ):
        answer = await t.enrol(**extra)
        done = shaped(check, answer, "agent_enroll", "LINK-002", "an enrolment is accepted")
        if done is None:
            return
        made.append((done.agent_id, done.device_id, done.auth_token))
        check.that(done.config.heartbeat_interval_seconds > 0, "LINK-002", "the interval is told", answer)
        if t.accounts.get("org_id"):
            check.equal(t.accounts["org_id"], done.org_id, "LINK-002", "the organisation is the key's")
        device = Identity(*made[-1], "")
        check.equal(200, (await beat(t, device)).status, "LINK-002", "the token is good at once")
    for first, second, what in zip(*made, ("agent id", "device id", "token"), strict=True):
        check.that(first != second, "LINK-002", f"each enrolment has its own {what}", first)


@case("link/enrolment-malformed", "WIRE-010 LINK-001", role="server")
async def enrolment_malformed(t: ServerTarget, check: Check) -> None:
    """An enrolment that does not fit its shape is refused with the path of the fault."""
    invalid(check, await t.enrol(hostname=None), None, "the host name is missing")
    invalid(check, await t.enrol(hostname=""), "$.hostname", "the host name is empty")
    invalid(check, await t.enrol(osType="plan9"), "$.osType", "the operating system is unknown")
    invalid(check, await t.enrol(enrollmentKey=""), "$.enrollmentKey", "the key is empty")
    invalid(check, await t.enrol(agentVersion=1), "$.agentVersion", "the version is a number")


@case("link/enrolment-key", "LINK-003", role="server")
async def enrolment_key(t: ServerTarget, check: Check) -> None:
    """An unknown key is refused, and the reason said."""
    answer = await t.enrol(enrollmentKey=t.world.entropy.token_hex(16))
    if refused(check, answer, e.ENROLLMENT_KEY_UNKNOWN, "LINK-003", "an unknown key is refused"):
        check.equal("enrollment_key_not_found", answer.field("reason"), "LINK-003", "the reason is said")
    check.equal(201, (await t.enrol()).status, "LINK-002", "the good key still works")


@case("link/enrolment-key-expired", "LINK-003", role="server", requires=("key:expired",))
async def key_expired(t: ServerTarget, check: Check) -> None:
    """A key that has expired is refused, and the reason said."""
    answer = await t.enrol(enrollmentKey=t.accounts["keys"]["expired"])
    if refused(check, answer, e.ENROLLMENT_KEY_EXPIRED, "LINK-003", "a key that has expired is refused"):
        check.equal("enrollment_key_expired", answer.field("reason"), "LINK-003", "the reason is said")


@case("link/enrolment-key-exhausted", "LINK-003", role="server", requires=("key:exhausted",))
async def key_exhausted(t: ServerTarget, check: Check) -> None:
    """A key that is used up is refused, and the reason said."""
    answer = await t.enrol(enrollmentKey=t.accounts["keys"]["exhausted"])
    if refused(check, answer, e.ENROLLMENT_KEY_EXHAUSTED, "LINK-003", "a key that is used up is refused"):
        check.equal("enrollment_key_exhausted", answer.field("reason"), "LINK-003", "the reason is said")


@case("link/enrolment-key-no-site", "LINK-004", role="server", requires=("key:no_site",))
async def key_no_site(t: ServerTarget, check: Check) -> None:
    """A key that belongs to no site is refused."""
    answer = await t.enrol(enrollmentKey=t.accounts["keys"]["no_site"])
    refused(check, answer, e.ENROLLMENT_KEY_NO_SITE, "LINK-004", "a key without a site is refused")


@case("link/enrolment-secret", "LINK-005", role="server", requires=("key:secret",))
async def key_secret(t: ServerTarget, check: Check) -> None:
    """A key with a secret wants it, in the body or in the header."""
    key, secret = t.accounts["keys"]["secret"]["key"], t.accounts["keys"]["secret"]["secret"]
    answer = await t.enrol(enrollmentKey=key)
    refused(check, answer, e.ENROLLMENT_SECRET_MISSING, "LINK-005", "an enrolment without the secret is refused")
    answer = await t.enrol(enrollmentKey=key, enrollmentSecret="not it")
    refused(check, answer, e.ENROLLMENT_SECRET_WRONG, "LINK-005", "an enrolment with another secret is refused")
    answer = await t.enrol(enrollmentKey=key, enrollmentSecret=secret)
    check.equal(201, answer.status, "LINK-002", "an enrolment with the secret is accepted")


@case("link/same-host-name", "LINK-007", role="server")
async def same_host_name(t: ServerTarget, check: Check) -> None:
    """A second computer with the host name of one that is online takes nothing from it."""
    name = f"kit-{t.world.entropy.token_hex(4)}"
    device = await t.identity(hostname=name)
    agent = await t.agent(identity=device)
    answer = await t.enrol(hostname=name)
    if answer.status == 201:
        check.that(answer.field("deviceId") != device.device_id, "LINK-007", "the second has its own device", answer)
        check.that(answer.field("agentId") != device.agent_id, "LINK-007", "the second has its own agent id", answer)
    check.equal(200, (await beat(t, device)).status, "LINK-007", "the first one's token stays good")
    with check.about("LINK-007", "the first one's socket stays"):
        await agent.barrier()


@case("link/heartbeat", "LINK-013", role="server")
async def heartbeat(t: ServerTarget, check: Check) -> None:
    """A heartbeat needs two fields; a fault in any other is dropped."""
    device = await t.identity()
    core = {"cpuPercent": 1.5, "ramPercent": 2, "ramUsedMb": 300, "diskPercent": 4, "diskUsedGb": 5.5}
    bodies: list[dict[str, Any]] = [
        {},
        {"metrics": core, "isHeadless": True, "hostname": device.hostname, "uptime": 5, "pendingReboot": False},
        {"metrics": {**core, "processCount": 7}, "desktopAccess": {"reason": "wayland_unsupported"}, "battery": {}},
        {"metrics": {"cpuPercent": 5}},
        {"metrics": {**core, "cpuPercent": -1}},
        {"metrics": "none"},
        {"metrics": None, "hostname": 5, "uptime": "long", "lastUser": ["x"], "pendingReboot": "yes"},
        {"osVersion": None, "deviceRole": {"a": 1}, "isHeadless": "no"},
    ]
    for body in bodies:
        answer = await beat(t, device, {**BEAT, **body})
        shaped(check, answer, "agent_heartbeat", "LINK-013", f"a heartbeat with {sorted(body)} is answered")
    invalid(check, await beat(t, device, {"status": "ok"}), None, "the version is missing")
    invalid(check, await beat(t, device, {"agentVersion": "1"}), None, "the status is missing")
    invalid(check, await beat(t, device, {**BEAT, "status": 1}), "$.status", "the status is a number")
    large = {**BEAT, "healthStatus": {"text": "x" * (2 << 20)}}
    check.equal(200, (await beat(t, device, large)).status, "WIRE-042", "a heartbeat of 2 MiB is within its limit")


@case("link/config", "LINK-013", role="server")
async def config(t: ServerTarget, check: Check) -> None:
    """An agent can ask how often to report."""
    device = await t.idle_identity()
    answer = await t.calls.call("agent_config", bearer(device.token), agentId=device.agent_id)
    shaped(check, answer, "agent_config", "LINK-013", "the settings are told")


@case("link/uploads", "LINK-017", role="server", deadline=40)
async def uploads(t: ServerTarget, check: Check) -> None:
    """What agents upload beside heartbeats is taken."""
    device = await t.idle_identity()
    for name in UPLOADS:
        for method in ("PUT", "POST"):
            path = f"/api/v1/agents/{device.agent_id}/{name}"
            headers = (*bearer(device.token), ("content-type", "application/json"))
            answer = await t.calls.raw(method, path, headers, b'{"entries":[]}')
            check.equal(204, answer.status, "LINK-017", f"{method} {name} is taken")
    bare = await t.calls.raw("PUT", f"/api/v1/agents/{device.agent_id}/hardware", (), b"{}")
    check.equal(401, bare.status, "LINK-010", "an upload without a token is refused")


@case("link/unknown-command", "LINK-052", role="server")
async def unknown_command(t: ServerTarget, check: Check) -> None:
    """A result over HTTP for a command that this agent was never given is refused."""
    device = await t.idle_identity()
    answer = await t.calls.call(
        "agent_command_result",
        bearer(device.token),
        {"status": "completed", "exitCode": 0, "stdout": "x"},
        agentId=device.agent_id,
        commandId=t.world.entropy.uuid(),
    )
    refused(check, answer, e.COMMAND_NOT_FOUND, "LINK-052", "an unknown command is refused")
    answer = await t.calls.call(
        "agent_command_result",
        bearer(device.token),
        {"status": "splendid"},
        agentId=device.agent_id,
        commandId=t.world.entropy.uuid(),
    )
    invalid(check, answer, "$.status", "a status is unknown")


@case("link/rotation", "LINK-016", role="server")
async def rotation(t: ServerTarget, check: Check) -> None:
    """A new token is good at once, and the old one for a while."""
    device = await t.idle_identity()
    answer = await t.calls.call("agent_rotate_token", bearer(device.token), agentId=device.agent_id)
    done = shaped(check, answer, "agent_rotate_token", "LINK-016", "a new token is given")
    if done is None:
        return
    old, device.token = device.token, done.auth_token
    check.that(old != done.auth_token, "LINK-016", "it is another one", None)
    dated(check, done.rotated_at)
    check.equal(200, (await beat(t, device)).status, "LINK-016", "the new token is good")
    check.equal(200, (await beat(t, device, token=old)).status, "LINK-016", "the old token is still good")


@case("link/devices", "LINK-060", role="server")
async def devices(t: ServerTarget, check: Check) -> None:
    """A person sees the devices of their organisation, by host name and in pages, and no token."""
    agent, other = await t.agent(), await t.agent()
    ids = {agent.device_id, other.device_id}
    answer = await t.calls.mine("device_list", query={"limit": "100", "search": "kit-"})
    done = shaped(check, answer, "device_list", "LINK-060", "the list is answered")
    if done is None:
        return
    whole = done.data
    if done.pagination.total <= 100:
        check.that(ids <= {each.id for each in whole}, "LINK-060", "both devices of the kit are listed", len(whole))
    mine = t.accounts.get("org_id") or whole[0].org_id
    check.equal({mine}, {each.org_id for each in whole}, "LINK-060", "no device of another organisation")
    answer = await t.calls.mine("device_list", query={"limit": "1", "search": "kit-"})
    short = shaped(check, answer, "device_list", "LINK-060", "a page of one")
    if short is not None:
        counts = (len(short.data), short.pagination.total, short.pagination.limit)
        check.equal((1, done.pagination.total, 1), counts, "LINK-060", "one of all")
    answer = await t.calls.mine("device_details", id=agent.device_id)
    row = shaped(check, answer, "device_details", "LINK-060", "one device is shown")
    if row is None:
        return
    check.equal((agent.device_id, "online"), (row.id, row.status), "LINK-060", "it is that one, online")
    dated(check, row.created_at, row.last_seen_at)
    hidden = agent.token.removeprefix("brz_").encode() not in answer.response.body
    check.that(hidden, "LINK-060", "no token is shown", answer)


@case("link/devices-query", "LINK-060 WIRE-010", role="server")
async def devices_query(t: ServerTarget, check: Check) -> None:
    """Filters find and leave out; what is out of bounds is refused."""
    name = f"kit-find-{t.world.entropy.token_hex(4)}"
    device = await t.identity(hostname=name)
    await t.agent(identity=device)
    for query, found in (
        ({"search": name}, 1),
        ({"search": name, "status": "online"}, 1),
        ({"search": name, "status": "offline"}, 0),
        ({"search": f"{name}-not"}, 0),
    ):
        answer = await t.calls.mine("device_list", query=query)
        done = shaped(check, answer, "device_list", "LINK-060", f"{query} is answered")
        if done is not None:
            check.equal(found, len(done.data), "LINK-060", f"devices that {query} finds")
    for query in ({"limit": "101"}, {"page": "0"}, {"limit": "many"}):
        invalid(check, await t.calls.mine("device_list", query=query), None, f"{query} is out of bounds")
    answer = await t.calls.mine("device_details", id=t.world.entropy.uuid())
    refused(check, answer, e.DEVICE_NOT_FOUND, "LINK-060", "an unknown device is not found")
    invalid(check, await t.calls.mine("device_details", id="kit"), None, "an id is no UUID", "WIRE-007")


@case("link/foreign-devices", "WIRE-026 LINK-060", role="server", requires=("account:second",), deadline=60)
async def foreign_devices(t: ServerTarget, check: Check) -> None:
    """A device of another organisation is answered like one that does not exist."""
    agent = await t.agent()
    own = await t.calls.mine("device_details", id=agent.device_id)
    check.control(own.status == 200, "its own organisation sees the device", own)
    other = await t.calls.mine("device_details", who="second", id=agent.device_id)
    unknown = await t.calls.mine("device_details", who="second", id=t.world.entropy.uuid())
    refused(check, other, e.DEVICE_NOT_FOUND, "WIRE-026", "another organisation does not")
    check.equal(unknown.said, other.said, "WIRE-026", "and cannot tell it from one that does not exist")
    listed = await t.calls.mine("device_list", who="second", query={"limit": "100"})
    done = shaped(check, listed, "device_list", "LINK-060", "the other organisation's list is answered")
    if done is not None:
        check.that(agent.device_id not in {each.id for each in done.data}, "LINK-060", "the device is not in it", None)
