"""The server that the kit plays for an agent: enrolment, heartbeats, results over HTTP, and the agent socket."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import attrs
import msgspec
import trio

from breeze_conformance.case import shown
from breeze_conformance.runner import Timing
from breeze_conformance.target_http import Answer, Headers, Request
from breeze_conformance.target_link import Bell, Connection, grant
from breeze_conformance.target_watch import WatchedStream
from breeze_protocol.errors import TransportError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.link.engine import SERVER_OFFERS
from breeze_protocol.link.messages import EnrollRequest, LinkPing
from breeze_transport.head import RequestHead, refuse
from breeze_transport.seams import World
from breeze_transport.websocket import PeerClosed
from breeze_transport.ws_core import accept_websocket

_AGENT_CALL: Final = re.compile(r"/api/v1/agents/(?P<agent>[^/]+)/(?P<rest>.+)")
_DIAL: Final = re.compile(r"/api/v1/agent-ws/(?P<agent>[^/]+)/ws")
_RESULT: Final = re.compile(r"commands/(?P<id>[^/]+)/result")

HEARTBEAT_SECONDS: Final = 5
"""The interval that the kit tells agents: the shortest that deployed agents take."""


@attrs.frozen
class Dial:
    """One attempt to open the agent socket."""

    at: float
    head: RequestHead
    status: int
    """101, or what it was refused with; 0 where it was left without an answer."""
    agent_id: str | None
    """The agent whose path and token it carried; None where they were not right."""


@attrs.define
class Behaviour:
    """How the kit's server behaves; a case may change it for its own length."""

    offers: tuple[str, ...] = SERVER_OFFERS
    greet: bool = True
    auto_credit: bool = True
    refuse_dials: list[Answer] = attrs.field(factory=list)
    """Answers to the next dials, instead of taking them."""
    hang_dials: int = 0
    """So many of the next dials get no answer."""
    heartbeat_answers: list[Answer] = attrs.field(factory=list)
    """Answers to the next heartbeats, instead of an empty one."""


@attrs.define(eq=False)
class KitServer:
    """Everything that the agent under test has said to its server, and what the server shall do next."""

    world: World
    timing: Timing
    trace: Callable[[str, object], None]
    key: str
    behaviour: Behaviour = attrs.field(factory=Behaviour)
    requests: list[Request] = attrs.field(factory=list)
    dials: list[Dial] = attrs.field(factory=list)
    connections: list[Connection] = attrs.field(factory=list)
    tokens: dict[str, str] = attrs.field(factory=dict)
    """Tokens by agent id."""
    bell: Bell = attrs.field(factory=Bell)

    @property
    def live(self) -> Connection | None:
        """The newest connection, if it is open."""
        newest = self.connections[-1] if self.connections else None
        return newest if newest is not None and newest.closed is None and newest.ws.closed is None else None

    def heard(self, request: Request) -> None:
        """A request has been answered."""
        self.requests.append(request)
        self.trace("<", f"{request.method} {request.path} {shown(request.body)}")
        self.trace(">", f"HTTP {request.status}")
        self.bell.ring()

    # -- HTTP
    def handle(self, method: str, target: str, headers: Headers, body: bytes) -> Answer:
        """Answer one request."""
        path = target.partition("?")[0]
        if path == "/api/v1/agents/enroll":
            return self._enroll(method, body)
        match = _AGENT_CALL.fullmatch(path)
        if match is None:
            return _error(404, "Not found", "NOT_FOUND")
        if not self._admits(match["agent"], headers):
            return _error(401, "Invalid agent credentials", "AGENT_CREDENTIALS")
        return self._agent_call(method, match["rest"])

    def _enroll(self, method: str, body: bytes) -> Answer:
        if method != "POST":
            return _error(405, "This path does not take that method", "METHOD_NOT_ALLOWED")
        try:
            asked = msgspec.json.decode(body, type=EnrollRequest)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return _error(400, str(error), "VALIDATION_FAILED")
        if asked.enrollment_key != self.key:
            return _error(401, "Enrollment key not recognized", "ENROLLMENT_KEY_UNKNOWN")
        entropy = self.world.entropy
        agent_id, token = entropy.token_hex(32), f"brz_{entropy.token_hex(32)}"
        self.tokens[agent_id] = token
        config = {"heartbeatIntervalSeconds": HEARTBEAT_SECONDS, "metricsCollectionIntervalSeconds": 30}
        return _json(
            201,
            {
                "agentId": agent_id,
                "deviceId": entropy.uuid(),
                "authToken": token,
                "orgId": entropy.uuid(),
                "siteId": entropy.uuid(),
                "config": config,
                "mtls": None,
            },
        )

    def _agent_call(self, method: str, rest: str) -> Answer:
        if (method, rest) == ("POST", "heartbeat"):
            if self.behaviour.heartbeat_answers:
                return self.behaviour.heartbeat_answers.pop(0)
            return heartbeat_answer([])
        if method == "POST" and _RESULT.fullmatch(rest):
            return _json(200, {"success": True})
        if (method, rest) == ("GET", "config"):
            return _json(200, {"heartbeatIntervalSeconds": HEARTBEAT_SECONDS, "metricsCollectionIntervalSeconds": 30})
        # Inventories and the like: taken and not looked at.
        return (204, b"") if method in ("PUT", "POST") else _error(404, "Not found", "NOT_FOUND")

    def _admits(self, agent_id: str, headers: Headers) -> bool:
        token = self.tokens.get(agent_id)
        given = next((value for name, value in headers if name == "authorization"), "")
        scheme, _, word = given.partition(" ")
        return token is not None and scheme.lower() == "bearer" and word.strip() == token

    # -- the agent socket
    async def upgrade(self, stream: trio.abc.Stream, head: RequestHead) -> None:
        """Take or refuse one dial; returns when the socket is over."""
        match = _DIAL.fullmatch(head.path)
        agent_id = match["agent"] if match and self._admits(match["agent"], head.headers) else None
        status = self._decide(match is not None, agent_id)
        self.dials.append(Dial(trio.current_time(), head, status[0], agent_id))
        self.trace("<", f"GET {head.target} (upgrade)")
        self.trace(">", f"HTTP {status[0]}")
        self.bell.ring()
        if status[0] == 0:
            await _hang(stream)
        elif status[0] != 101:
            await refuse(stream, status[0], status[1], [("Content-Type", "application/json")])
        else:
            assert agent_id is not None
            await self._talk(stream, head, agent_id)

    def _decide(self, path_right: bool, agent_id: str | None) -> Answer:
        if not path_right:
            return _error(404, "Not found", "NOT_FOUND")
        if agent_id is None:
            return _error(401, "Unauthorized", "AGENT_CREDENTIALS")
        if self.behaviour.refuse_dials:
            return self.behaviour.refuse_dials.pop(0)
        if self.behaviour.hang_dials:
            self.behaviour.hang_dials -= 1
            return (0, b"")
        return (101, b"")

    async def _talk(self, stream: trio.abc.Stream, head: RequestHead, agent_id: str) -> None:
        watched = WatchedStream(stream, lambda: connection.pings.append(trio.current_time()))
        sent = frozenset(identity for each in self.connections for identity in each.commands)
        try:
            ws = await accept_websocket(watched, head, max_message=16 << 20)
        except TransportError as error:
            self.trace("-", f"the socket did not open: {error}")
            return
        connection = Connection(
            ws, agent_id, self.behaviour.offers, self.world, self.timing, self.trace, self.bell, earlier=sent
        )
        self.connections.append(connection)
        self.bell.ring()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(grant, connection)
            nursery.start_soon(_ping, connection)
            if self.behaviour.greet:
                nursery.start_soon(_greet, connection)
            await connection.serve()
            await ws.close()
            nursery.cancel_scope.cancel()


def heartbeat_answer(commands: list[dict[str, Any]]) -> Answer:
    """A heartbeat's answer that hands out commands."""
    return _json(200, {"commands": commands, "configUpdate": None, "upgradeTo": None, "helperEnabled": False})


def _json(status: int, body: dict[str, Any]) -> Answer:
    return status, msgspec.json.encode(body)


def _error(status: int, words: str, code: str) -> Answer:
    return _json(status, {"error": words, "message": words, "code": code})


async def _greet(connection: Connection) -> None:
    try:
        await connection.greet()
    except PeerClosed:
        return


async def _ping(connection: Connection) -> None:
    """Ping as a server does; what comes back is looked at by cases."""
    try:
        while True:
            await trio.sleep(DEFAULTS["link_ping_interval"])
            if connection.pinging:
                await connection.say(LinkPing(int(connection.world.wall.now() * 1000)))
    except PeerClosed:
        return


async def _hang(stream: trio.abc.Stream) -> None:
    """Read without an answer until the other side gives up."""
    while await stream.receive_some(65536):
        pass
