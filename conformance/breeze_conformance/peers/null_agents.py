"""Agents that do next to nothing. A kit that finds anything good about them is no kit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
import trio

from breeze_conformance.target_launch import AgentMain, Declared, Offer
from breeze_protocol.errors import TransportError
from breeze_transport.http import HttpClient
from breeze_transport.seams import World
from breeze_transport.websocket import PeerClosed, WebSocket
from breeze_transport.ws_client import connect_websocket

KINDS: Final = ("silent", "deaf", "slam", "echo", "always-ok", "always-error")
"""`silent` never answers the contract; `deaf` answers it and does nothing else; the rest connects properly and then:
`slam` closes, `echo` repeats every message, `always-ok` and `always-error` answer every message with such a result."""


def null_agent(world: World, kind: str) -> AgentMain:
    """A null agent as a function."""

    async def main(offer: Offer, stopping: trio.Event, announce: Callable[[Declared], None]) -> None:
        if kind != "silent":
            announce(Declared(f"null agent {kind}"))
        if kind in ("silent", "deaf"):
            await stopping.wait()
            return
        async with HttpClient(world.network, offer.server) as http:
            asked = {"enrollmentKey": offer.enrollment_key, "hostname": "n", "osType": "linux", "osVersion": "n"}
            body = msgspec.json.encode({**asked, "architecture": "n", "agentVersion": "n"})
            headers = [("content-type", "application/json")]
            answer = await http.request("POST", "/api/v1/agents/enroll", headers=headers, body=body)
        identity = msgspec.json.decode(answer.body)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_dial, world, offer, identity, kind)
            await stopping.wait()
            nursery.cancel_scope.cancel()

    return main


async def _dial(world: World, offer: Offer, identity: dict[str, str], kind: str) -> None:
    url = f"{offer.server.replace('http', 'ws', 1)}/api/v1/agent-ws/{identity['agentId']}/ws"
    headers = [("Authorization", f"Bearer {identity['authToken']}")]
    while True:
        try:
            async with connect_websocket(url, network=world.network, headers=headers, max_message=32 << 20) as ws:
                if kind != "slam":
                    await _answer(ws, kind)
        except (PeerClosed, TransportError):
            pass
        await trio.sleep(0.5)


async def _answer(ws: WebSocket, kind: str) -> None:
    while True:
        raw = await ws.receive()
        if kind == "echo":
            await ws.send(raw)
            continue
        identity = _id(raw)
        status = "completed" if kind == "always-ok" else "failed"
        await ws.send(
            msgspec.json.encode(
                {"type": "command_result", "commandId": identity, "status": status, "error": "no"}
            ).decode()
        )


def _id(raw: str | bytes) -> str:
    try:
        message = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "?"
    return str(message.get("id", "?")) if isinstance(message, dict) else "?"
