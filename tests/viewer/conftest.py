"""A server by script: the account, two devices, sessions, and a terminal that does what a test says."""

import json
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import attrs
import pyotp
import pytest
import trio

from breeze_protocol.errors import CODES
from breeze_protocol.terminal import messages as m
from breeze_protocol.wire import encode_text
from breeze_transport.head import RequestHead, read_request_head, refuse
from breeze_transport.seams import World
from breeze_transport.websocket import WebSocket
from breeze_transport.ws_core import accept_websocket

DEVICE = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
SESSION = "33333333-3333-4333-8333-333333333333"
PERSON = "44444444-4444-4444-8444-444444444444"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

Script = Callable[[WebSocket, dict[str, str]], Awaitable[None]]
Answer = tuple[int, dict[str, str], Any]


def refusal(code: str, **extras: Any) -> Answer:
    """An error in the one shape."""
    found = CODES[code]
    return found.http, {}, {"error": found.says, "message": found.says, "code": code, **extras}


def connected(encoding: str | None = "binary", resumed: bool = False) -> str:
    return encode_text(m.Connected(SESSION, m.DeviceLabel("box", "linux"), encoding, resumed))


@attrs.define
class ScriptedServer:
    world: World
    script: Script | None = None
    answers: dict[str, list[Answer]] = attrs.field(factory=dict)
    """What to answer next to `METHOD path`, before the usual answer."""
    calls: list[str] = attrs.field(factory=list)
    bodies: list[Any] = attrs.field(factory=list)
    access: set[str] = attrs.field(factory=set)
    refresh: str = ""
    mfa: bool = True
    requires_setup: bool = False
    issued: int = 0
    url: str = ""
    port: int = 0

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        listeners = await self.world.network.listen("127.0.0.1", self.port)
        self.port = listeners[0].socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        try:
            await trio.serve_listeners(self._serve, list(listeners), task_status=task_status)
        except* trio.ClosedResourceError:
            pass  # a test has killed the host

    def count(self, call: str) -> int:
        return self.calls.count(call)

    async def _serve(self, stream: trio.abc.Stream) -> None:
        head = await read_request_head(stream)
        path = head.path.removeprefix("/api/v1")
        if head.is_websocket_upgrade:
            self.calls.append(f"SOCKET {path}")
            query = {key: values[0] for key, values in parse_qs(head.query).items()}
            refused = self.answers.get("SOCKET")
            if refused:
                status, _, body = refused.pop(0)
                await refuse(stream, status, json.dumps(body).encode(), [("Content-Type", "application/json")])
                return
            ws = await accept_websocket(stream, head)
            assert self.script is not None
            await self.script(ws, query)
            await ws.close()
            return
        body = head.rest
        while len(body) < int(head.header("content-length", "0") or 0):
            body += await stream.receive_some()
        call = f"{head.method} {path}"
        self.calls.append(call)
        self.bodies.append(json.loads(body) if body else None)
        queued = self.answers.get(call)
        status, headers, answer = queued.pop(0) if queued else self._answer(call, head)
        pairs = [("Content-Type", "application/json"), *[pair for pair in headers.items() if pair[0] != "cookies"]]
        pairs += [("Set-Cookie", each) for each in headers.get("cookies", "").split("\n") if each]
        await refuse(stream, status, json.dumps(answer).encode(), pairs)

    def _answer(self, call: str, head: RequestHead) -> Answer:
        if call == "POST /auth/login":
            given = self.bodies[-1]
            if given["password"] != "correct":
                return refusal("LOGIN_FAILED")
            if not self.mfa:
                return self._tokens(requiresSetup=self.requires_setup)
            return 200, {}, {"user": None, "tokens": None, "mfaRequired": True, "tempToken": "temp"}
        if call == "POST /auth/mfa/verify":
            good = pyotp.TOTP(SECRET).at(int(self.world.wall.now()))
            return self._tokens() if self.bodies[-1]["code"] == good else refusal("MFA_CODE_INVALID")
        if call == "POST /auth/refresh":
            spent = f"breeze_refresh_token={self.refresh};" not in head.header("cookie", "")
            return refusal("REFRESH_INVALID") if spent or not self.refresh else self._tokens()
        if head.header("authorization", "").removeprefix("Bearer ") not in self.access:
            return refusal("TOKEN_INVALID")
        return self._gated(call)

    def _tokens(self, **more: Any) -> Answer:
        self.issued += 1
        access, self.refresh = f"access-{self.issued}", f"refresh-{self.issued}"
        self.access = {access}
        cookies = f"breeze_refresh_token={self.refresh}; Path=/api/v1/auth; HttpOnly\nbreeze_csrf_token=csrf; Path=/"
        user = {"id": PERSON, "email": "ada@example.org", "name": "Ada", "mfaEnabled": self.mfa}
        tokens = {"accessToken": access, "expiresInSeconds": 900}
        return 200, {"cookies": cookies}, {"user": user, "tokens": tokens, "mfaRequired": False, **more}

    def _gated(self, call: str) -> Answer:
        row = {
            "id": SESSION, "deviceId": DEVICE, "userId": PERSON, "type": "terminal", "status": "active",
            "createdAt": "2026-01-01T00:00:00Z", "startedAt": None, "endedAt": None, "durationSeconds": None,
            "bytesTransferred": None, "bytesMeasured": 2048, "errorMessage": None,
            "device": {"id": DEVICE, "hostname": "box", "osType": "linux"}, "user": None,
        }  # fmt: skip
        if call == "GET /devices":
            rows = [device(DEVICE, "box"), device(OTHER, "evil\x1b[2J", status="offline")]
            return 200, {}, {"data": rows, "pagination": {"page": 1, "limit": 100, "total": 2}}
        if call == "POST /remote/sessions":
            return 201, {}, row
        if call == "GET /remote/sessions":
            return 200, {}, {"data": [row], "pagination": {"page": 1, "limit": 100, "total": 1}}
        if call == f"GET /remote/sessions/{SESSION}":
            return 200, {}, row
        if call == f"POST /remote/sessions/{SESSION}/ws-ticket":
            return 200, {}, {"ticket": f"ticket-{self.count(call)}", "expiresInSeconds": 60}
        if call == f"POST /remote/sessions/{SESSION}/end":
            end = {"endedAt": "2026-01-01T00:01:00Z", "durationSeconds": 60, "status": "disconnected"}
            return 200, {}, {**row, **end}
        return refusal("NOT_FOUND")


def device(id: str, hostname: str, status: str = "online") -> dict[str, Any]:
    return {
        "id": id, "orgId": PERSON, "siteId": PERSON, "agentId": "a" * 64, "hostname": hostname, "osType": "linux",
        "osVersion": "6.1", "architecture": "x86_64", "agentVersion": "0.1", "status": status,
        "lastSeenAt": "2026-01-01T00:00:00Z", "createdAt": "2025-12-01T00:00:00Z",
    }  # fmt: skip


@pytest.fixture
def scripted() -> SimpleNamespace:
    """The scripted server's class, and the names that scripts need."""
    return SimpleNamespace(
        Server=ScriptedServer,
        refusal=refusal,
        connected=connected,
        DEVICE=DEVICE,
        OTHER=OTHER,
        SESSION=SESSION,
        SECRET=SECRET,
    )
