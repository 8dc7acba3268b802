"""What the kit's own agent says over HTTP: its enrolment, its heartbeats, and results of commands from those."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import attrs
import msgspec
import trio

from breeze_conformance.target_launch import Offer
from breeze_protocol.errors import TransportError
from breeze_protocol.link import messages as m
from breeze_transport.http import HttpClient
from breeze_transport.seams import World

VERSION: Final = "0.1.0"


@attrs.define(eq=False)
class PeerReports:
    """The HTTP side of one agent."""

    world: World
    offer: Offer
    wrong: frozenset[str]
    """Names of the faults that this agent has."""
    identity: m.EnrollResponse | None = None
    """Who it is, once it is enrolled."""

    async def enroll(self, http: HttpClient) -> None:
        """Become a device."""
        asked: dict[str, Any] = {
            "enrollmentKey": self.offer.enrollment_key,
            "hostname": "kit-agent",
            "osType": "linux",
            "osVersion": "none",
            "architecture": "amd64",
            "agentVersion": VERSION,
        }
        if "enroll-incomplete" in self.wrong:
            del asked["architecture"]
        if "enroll-os-unknown" in self.wrong:
            asked["osType"] = "Linux 6.1"
        body = msgspec.json.encode(asked)
        kind = "text/plain" if "enroll-untyped" in self.wrong else "application/json"
        response = await http.request("POST", "/api/v1/agents/enroll", headers=[("content-type", kind)], body=body)
        if response.status != 201:
            if "enroll-incomplete" not in self.wrong and "enroll-os-unknown" not in self.wrong:
                raise TransportError(f"enrolment was answered with {response.status}")
            return
        self.identity = msgspec.json.decode(response.body, type=m.EnrollResponse)
        self._keep(self.identity.auth_token)

    def _keep(self, token: str) -> None:
        file = Path(self.offer.data_dir, "token")
        file.write_text(token)
        file.chmod(0o644 if "token-readable" in self.wrong else 0o600)

    async def beat(self, http: HttpClient) -> None:
        """Post heartbeats, and run what comes back."""
        if self.identity is None or "no-heartbeat" in self.wrong:
            return
        interval = self.identity.config.heartbeat_interval_seconds
        if "heartbeat-flood" in self.wrong:
            interval = 1
        body: dict[str, Any] = {"status": "ok", "agentVersion": VERSION}
        if "heartbeat-incomplete" in self.wrong:
            del body["agentVersion"]
        while True:
            try:
                response = await self._post(http, "heartbeat", body)
            except TransportError:
                pass
            else:
                if response is None and "heartbeat-gives-up" in self.wrong:
                    return
                for command in (response or {}).get("commands", ()):
                    await self._answer_over_http(http, command)
            await trio.sleep(interval * self.world.entropy.uniform(0.9, 1.1))

    async def _post(self, http: HttpClient, path: str, body: Any) -> Any:
        assert self.identity is not None
        headers = [("content-type", "application/json"), ("authorization", f"Bearer {self.identity.auth_token}")]
        if "heartbeat-tokenless" in self.wrong:
            headers.pop()
        path = f"/api/v1/agents/{self.identity.agent_id}/{path}"
        response = await http.request("POST", path, headers=headers, body=msgspec.json.encode(body))
        return msgspec.json.decode(response.body) if response.status == 200 else None

    async def _answer_over_http(self, http: HttpClient, command: dict[str, Any]) -> None:
        if "heartbeat-commands-ignored" not in self.wrong:
            outcome = {"status": "failed", "error": f"unknown command type: {command['type']}"}
            await self._post(http, f"commands/{command['id']}/result", outcome)
