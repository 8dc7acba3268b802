"""How an agent becomes a device, and what it posts afterwards."""

from pathlib import Path

import msgspec

from breeze_conformance.case import Check, NothingCame, case
from breeze_conformance.target_agent import AgentTarget
from breeze_conformance.target_http import Request
from breeze_conformance.target_kit import HEARTBEAT_SECONDS, heartbeat_answer
from breeze_protocol.link.messages import CommandOutcome, EnrollRequest, Heartbeat, Metrics

_PATIENCE = 3 * HEARTBEAT_SECONDS


async def _request(target: AgentTarget, suffix: str, since: int = 0, seconds: float = _PATIENCE) -> Request:
    """The first request after the first `since` ones whose path ends so. Raises NothingCame."""

    def look() -> Request | None:
        return next((each for each in target.server.requests[since:] if each.path.endswith(suffix)), None)

    await target.server.bell.until(lambda: look() or target.died, target.timing.seconds(seconds))
    found = look()
    if found is None:
        raise NothingCame(f"a request for …{suffix}", f"{len(target.server.requests) - since} other requests")
    return found


@case("enrollment/request", "LINK-001 WIRE-060 WIRE-015", role="agent")
async def asks_for_enrolment(target: AgentTarget, check: Check) -> None:
    """The agent asks with everything that the enrolment needs, in the shapes that are stated."""
    request = await _request(target, "/agents/enroll")
    check.equal("/api/v1/agents/enroll", request.path, "LINK-001", "the path of the enrolment")
    check.equal("POST", request.method, "LINK-001", "the method of the enrolment")
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    check.equal("application/json", kind, "WIRE-015", "the type of the body")
    try:
        asked = msgspec.json.decode(request.body, type=EnrollRequest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        check.that(False, "LINK-001", "the enrolment has the stated shape", f"{error}: {request.body[:200]!r}")
        return
    check.equal(target.server.key, asked.enrollment_key, "LINK-001", "the key")


@case("enrollment/identity", "LINK-021 LINK-061", role="agent")
async def uses_its_identity(target: AgentTarget, check: Check) -> None:
    """The agent dials at the path of the agent id that it was given, with its token in the header only."""
    await target.server.bell.until(lambda: target.server.dials or target.died, target.timing.seconds(15))
    dials = target.server.dials
    if not dials:
        raise NothingCame("a dial", "no socket was asked for", "LINK-040")
    head = dials[-1].head
    tokens = target.server.tokens
    paths = [f"/api/v1/agent-ws/{agent_id}/ws" for agent_id in tokens]
    check.one_of(paths, head.path, "LINK-021", "the path of the agent socket")
    allowed = [f"bearer {token}" for token in tokens.values()]
    given = head.header("authorization") or ""
    scheme, _, word = given.partition(" ")
    check.one_of(allowed, f"{scheme.lower()} {word.strip()}", "LINK-021", "the Authorization header")
    check.that(
        not any(token in head.target for token in tokens.values()), "LINK-061", "no token in the URL", head.target
    )


@case("enrollment/token-private", "LINK-009", role="agent")
async def keeps_its_token_private(target: AgentTarget, check: Check) -> None:
    """No file in the agent's directory shows the token to other users of the computer."""
    await target.connection()
    for token in target.server.tokens.values():
        shown = [
            str(file.name) for file in target.shared.rglob("*") if _holds(file, token) and _open(file, target.shared)
        ]
        check.equal([], shown, "LINK-009", "files with the token that others can read")


def _holds(file: Path, token: str) -> bool:
    try:
        return file.is_file() and file.stat().st_size < 1 << 20 and token.encode() in file.read_bytes()
    except OSError:
        return False


def _open(file: Path, top: Path) -> bool:
    """Whether others can reach and read it, if they can reach the agent's directory."""
    if not file.stat().st_mode & 0o044:
        return False
    inner = file.relative_to(top).parts[1:-1]
    above = top / file.relative_to(top).parts[0]
    directories = [above]
    for part in inner:
        directories.append(directories[-1] / part)
    return all(each.stat().st_mode & 0o011 for each in directories)


@case("heartbeat/posted", "LINK-046 WIRE-060", role="agent", deadline=40)
async def posts_heartbeats(target: AgentTarget, check: Check) -> None:
    """Heartbeats come in the interval that the enrolment told, accepted and in the stated shape."""
    await target.connection()
    since = target.life_began
    with check.about("LINK-046", "a heartbeat in every interval"):
        first = await _request(target, "/heartbeat", since)
        after = target.server.requests.index(first) + 1
        second = await _request(target, "/heartbeat", after)
    check.equal(200, second.status, "LINK-046", "what the heartbeat is answered with: path and token are right")
    gap = second.at - first.at
    least = HEARTBEAT_SECONDS / 2
    check.that(gap >= least, "LINK-046", f"heartbeats at least {least:g} s apart, where 5 s were told", f"{gap:.1f} s")
    try:
        told = msgspec.json.decode(second.body, type=Heartbeat)
        if told.metrics is not None:
            msgspec.convert(told.metrics, Metrics)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        check.that(False, "WIRE-060", "a heartbeat has the stated shape", f"{error}: {second.body[:200]!r}")


@case("heartbeat/after-an-error", "LINK-046", role="agent", deadline=40)
async def goes_on_after_an_error(target: AgentTarget, check: Check) -> None:
    """A heartbeat that is answered with 503 is followed by others."""
    await target.connection()
    since = len(target.server.requests)
    target.server.behaviour.heartbeat_answers.append((503, b'{"error":"later","message":"later","code":"UNAVAILABLE"}'))
    with check.about("LINK-046", "a heartbeat after one that failed"):
        first = await _request(target, "/heartbeat", since)
        check.control(first.status in (503, 401, 404), "a heartbeat was answered with an error", first.status)
        await _request(target, "/heartbeat", target.server.requests.index(first) + 1, 2 * _PATIENCE)


@case("heartbeat/command", "LINK-055 WIRE-060", role="agent", deadline=40)
async def answers_commands_of_a_heartbeat(target: AgentTarget, check: Check) -> None:
    """A command that a heartbeat's answer hands out has its result posted."""
    await target.connection()
    identity = target.world.entropy.uuid()
    command = {"id": identity, "type": "kit_unheard_of", "payload": {}}
    since = len(target.server.requests)
    target.server.behaviour.heartbeat_answers.append(heartbeat_answer([command]))
    with check.about("LINK-055", "the result of a command from a heartbeat"):
        request = await _request(target, f"/commands/{identity}/result", since, 2 * _PATIENCE)
    try:
        outcome = msgspec.json.decode(request.body, type=CommandOutcome)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        check.that(False, "WIRE-060", "a result has the stated shape", f"{error}: {request.body[:200]!r}")
        return
    check.equal("failed", outcome.status, "LINK-055", "the status of an unknown command's result")
    check.equal("unknown command type: kit_unheard_of", outcome.error, "LINK-055", "its error")
