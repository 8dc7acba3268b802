"""The gate, judged at a server: every endpoint of the registry, with every kind of token that must not open it."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from breeze_conformance.case import Check, case
from breeze_conformance.target_server import ServerTarget
from breeze_conformance.target_server_calls import Answer, refused
from breeze_protocol import errors as e
from breeze_protocol.endpoints import Caller, Endpoint
from breeze_protocol.errors import Code
from breeze_protocol.registry import ENDPOINTS

PEOPLE = [each for each in ENDPOINTS if each.caller is Caller.USER]
AGENTS = [each for each in ENDPOINTS if each.caller is Caller.AGENT]


def harmless(t: ServerTarget, endpoint: Endpoint) -> dict[str, Any]:
    """Parameters and a body with which a call fits its shape and, should it run after all, touches nothing."""
    bodies = {
        "mfa_setup": {"currentPassword": "kit"},
        "mfa_enable": {"code": "000000", "currentPassword": "kit"},
        "session_create": {"deviceId": t.world.entropy.uuid(), "type": "terminal"},
        "agent_heartbeat": {"status": "ok", "agentVersion": "0.1.0-kit"},
        "agent_command_result": {"status": "completed"},
    }
    given: dict[str, Any] = {each: t.world.entropy.uuid() for each in endpoint.parameters}
    if endpoint.name == "session_stale":
        given["query"] = {"deviceId": t.world.entropy.uuid()}
    if endpoint.name in bodies:
        given["body"] = bodies[endpoint.name]
    return given


async def ask(t: ServerTarget, endpoint: Endpoint, headers: Sequence[tuple[str, str]], **path: str) -> Answer:
    """Call an endpoint harmlessly with these headers."""
    return await t.calls.call(endpoint.name, headers, **{**harmless(t, endpoint), **path})


async def matrix(
    t: ServerTarget, check: Check, endpoints: Sequence[Endpoint], token: str | None, code: Code, clause: str, what: str
) -> None:
    """Every endpoint refuses this token."""
    headers = () if token is None else (("authorization", token),)
    for endpoint in endpoints:
        answer = await ask(t, endpoint, headers)
        refused(check, answer, code, clause, f"{endpoint.name} is refused {what}")


async def control(t: ServerTarget, check: Check) -> str:
    """The kit's own token does open calls; it is returned."""
    login = await t.calls.login()
    answer = await t.calls.call("session_list", login.bearer)
    check.control(answer.status == 200, "a good token opens a gated call", answer)
    return login.access


def forged(token: str) -> list[tuple[str, str]]:
    """Tokens that are nearly the given one, with what was done to them."""
    middle = len(token) - 8
    other = "A" if token[middle] != "A" else "B"
    made = [("with a changed end", token[:middle] + other + token[middle + 1 :])]
    parts = token.split(".")
    if len(parts) != 3:
        return made
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return made
    claims["exp"] = claims.get("exp", 0) + 86400
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return [
        *made,
        ("with other claims", f"{parts[0]}.{body}.{parts[2]}"),
        ("with the algorithm `none`", f"{none}.{parts[1]}."),
        ("without its signature", f"{parts[0]}.{parts[1]}."),
    ]


@case("account/no-token", "ACCT-010", role="server", deadline=40)
async def no_token(t: ServerTarget, check: Check) -> None:
    """Without a bearer token every call of people is refused."""
    await control(t, check)
    await matrix(t, check, PEOPLE, None, e.CREDENTIALS_MISSING, "ACCT-010", "without a token")
    await matrix(t, check, PEOPLE[:2], "Basic a2l0OmtpdA==", e.CREDENTIALS_MISSING, "ACCT-010", "with a password")


@case("account/unknown-token", "ACCT-011", role="server", deadline=40)
async def unknown_token(t: ServerTarget, check: Check) -> None:
    """A token that the server did not issue opens nothing."""
    await control(t, check)
    token = f"Bearer {t.world.entropy.token_urlsafe(48)}"
    await matrix(t, check, PEOPLE, token, e.TOKEN_INVALID, "ACCT-011", "with an unknown token")


@case("account/forged-token", "ACCT-011", role="server")
async def forged_token(t: ServerTarget, check: Check) -> None:
    """A token that was changed opens nothing."""
    me = next(each for each in PEOPLE if each.name == "me")
    for what, token in forged(await control(t, check)):
        answer = await ask(t, me, (("authorization", f"Bearer {token}"),))
        refused(check, answer, e.TOKEN_INVALID, "ACCT-011", f"a token {what} is refused")


@case("account/agents-token", "ACCT-011", role="server", deadline=40)
async def agents_token(t: ServerTarget, check: Check) -> None:
    """An agent's token opens no call of people."""
    await control(t, check)
    agent = await t.agent()
    beat = await t.calls.call(
        "agent_heartbeat",
        (("authorization", f"Bearer {agent.token}"),),
        {"status": "ok", "agentVersion": "0.1.0-kit"},
        agentId=agent.agent_id,
    )
    check.control(beat.status == 200, "the agent's token opens its own calls", beat)
    await matrix(t, check, PEOPLE, f"Bearer {agent.token}", e.TOKEN_INVALID, "ACCT-011", "with an agent's token")


@case("account/no-permission", "ACCT-030", role="server", requires=("account:observer",), deadline=60)
async def no_permission(t: ServerTarget, check: Check) -> None:
    """Without `remote:access` every call that needs it is refused."""
    await control(t, check)
    login = await t.calls.login("observer")
    known = await t.calls.call("me", login.bearer)
    check.control(known.status == 200, "the person can call what needs no permission", known)
    gated = [each for each in PEOPLE if each.permission == "remote:access"]
    for endpoint in gated:
        answer = await ask(t, endpoint, login.bearer)
        what = f"{endpoint.name} is refused without the permission"
        if refused(check, answer, e.ACCESS_DENIED, "ACCT-030", what):
            check.equal("Access denied", answer.field("error"), "ACCT-030", "in these words")


@case("account/no-devices-permission", "ACCT-030", role="server", requires=("account:nobody",))
async def no_devices_permission(t: ServerTarget, check: Check) -> None:
    """Without `devices:read` no device is shown."""
    login = await t.calls.login("nobody")
    for endpoint in (each for each in PEOPLE if each.permission == "devices:read"):
        answer = await ask(t, endpoint, login.bearer)
        refused(check, answer, e.ACCESS_DENIED, "ACCT-030", f"{endpoint.name} is refused without the permission")


@case("account/no-mfa", "ACCT-031", role="server", requires=("account:without_mfa",), deadline=60)
async def no_mfa(t: ServerTarget, check: Check) -> None:
    """Without a second factor every call that needs it is refused."""
    await control(t, check)
    login = await t.calls.login("without_mfa")
    known = await t.calls.call("me", login.bearer)
    check.control(known.status == 200, "the person can call what needs no second factor", known)
    for endpoint in (each for each in PEOPLE if each.mfa):
        answer = await ask(t, endpoint, login.bearer)
        what = f"{endpoint.name} is refused without a second factor"
        if refused(check, answer, e.MFA_REQUIRED, "ACCT-031", what):
            check.equal("MFA required", answer.field("error"), "ACCT-031", "in these words")


@case("link/no-token", "LINK-010", role="server", deadline=40)
async def agents_no_token(t: ServerTarget, check: Check) -> None:
    """Without a bearer token every call of agents is refused."""
    agent = await t.agent()
    for endpoint in AGENTS:
        for header in (None, "Basic a2l0OmtpdA=="):
            headers = () if header is None else (("authorization", header),)
            answer = await ask(t, endpoint, headers, agentId=agent.agent_id)
            refused(check, answer, e.AGENT_HEADER_MISSING, "LINK-010", f"{endpoint.name} without a bearer token")


@case("link/token-form", "LINK-010", role="server", deadline=40)
async def agents_token_form(t: ServerTarget, check: Check) -> None:
    """A token of another form, a person's for one, opens no call of agents."""
    agent = await t.agent()
    person = await t.calls.login()
    for endpoint in AGENTS:
        for token in (person.access, "brz_short", f"brz_{'g' * 64}", agent.token.removeprefix("brz_")):
            answer = await ask(t, endpoint, (("authorization", f"Bearer {token}"),), agentId=agent.agent_id)
            refused(check, answer, e.AGENT_TOKEN_FORMAT, "LINK-010", f"{endpoint.name} with {token[:12]}…")


@case("link/foreign-token", "LINK-011", role="server", deadline=40)
async def agents_foreign_token(t: ServerTarget, check: Check) -> None:
    """Another agent's token, an unknown one and an unknown agent are refused alike."""
    agent, other = await t.agent(), await t.agent()
    own = (("authorization", f"Bearer {agent.token}"),)
    for endpoint in AGENTS:
        if endpoint.name not in ("agent_rotate_token", "agent_command_result"):
            answer = await ask(t, endpoint, own, agentId=agent.agent_id)
            check.control(answer.status == 200, f"{endpoint.name} is open to its own agent", answer)
        unknown = f"brz_{t.world.entropy.token_hex(32)}"
        for token, path in (
            (other.token, agent.agent_id),
            (unknown, agent.agent_id),
            (agent.token, t.world.entropy.token_hex(32)),
            (agent.token, agent.device_id),
        ):
            answer = await ask(t, endpoint, (("authorization", f"Bearer {token}"),), agentId=path)
            if refused(check, answer, e.AGENT_CREDENTIALS, "LINK-011", f"{endpoint.name} with a foreign token"):
                check.equal("Invalid agent credentials", answer.field("error"), "LINK-011", "in these words")


@case("link/decommissioned", "LINK-012 LINK-021", role="server", requires=("account:retired",))
async def decommissioned(t: ServerTarget, check: Check) -> None:
    """The agent of a decommissioned device is told so, and gets no socket."""
    await barred(t, check, "retired", e.DEVICE_DECOMMISSIONED)


@case("link/quarantined", "LINK-012 LINK-021", role="server", requires=("account:quarantined",))
async def quarantined(t: ServerTarget, check: Check) -> None:
    """The agent of a quarantined device is told so, and gets no socket."""
    await barred(t, check, "quarantined", e.DEVICE_QUARANTINED)


async def barred(t: ServerTarget, check: Check, which: str, code: Code) -> None:
    """The agent may neither call nor connect."""
    agent = t.accounts[which]
    headers = (("authorization", f"Bearer {agent['agent_token']}"),)
    for endpoint in AGENTS:
        answer = await ask(t, endpoint, headers, agentId=agent["agent_id"])
        refused(check, answer, code, "LINK-012", f"{endpoint.name} is refused")
    found = await t.upgrade(f"/api/v1/agent-ws/{agent['agent_id']}/ws", headers)
    status = found.status if isinstance(found, Answer) else 101
    check.equal(401, status, "LINK-021", "the socket is refused before the upgrade")
