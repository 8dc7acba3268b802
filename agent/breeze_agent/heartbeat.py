"""The heartbeat: a report every minute, and the commands that come back with the answer."""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

import attrs
import msgspec
import trio

from breeze_agent import AGENT_VERSION
from breeze_agent.commands import Commands
from breeze_agent.config import Identity
from breeze_agent.metrics import Gauge, os_version, status, uptime
from breeze_agent.refusal import words_of
from breeze_protocol.errors import RemoteProtocolError, TransportError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.link.messages import Command, CommandOutcome, CommandResult, Heartbeat
from breeze_protocol.registry import ENDPOINTS
from breeze_protocol.wire import decode, encode
from breeze_transport.exchange import StaleConnection
from breeze_transport.http import HttpClient, HttpResponse
from breeze_transport.seams import World

REFUSED_MOST: Final = 1800.0
"""Seconds between attempts of an agent whose token is refused, at most, as deployed agents of August 2026 do."""

RETRY_AFTER_MOST: Final = 300.0
"""Seconds for which a server can make us wait by Retry-After."""

_LOGGER: Final = logging.getLogger("breeze.agent")
_ENDPOINTS = {each.name: each for each in ENDPOINTS}
_JITTER = 0.1
_RESPONSE_LIMIT = 8 << 20
_SEEN_MOST = 1024
_RESULT_ATTEMPTS = 3
_RESULT_PAUSE = 2.0


class _Answer(msgspec.Struct, rename="camel"):
    """What we read of the answer to a heartbeat. Deployed servers say more, and an empty object will do."""

    commands: list[Any] | None = None


@attrs.define(eq=False)
class HeartbeatSender:
    """Reports at once, then at every interval, for as long as `run` runs."""

    identity: Identity
    token: Callable[[], str]
    world: World
    http: HttpClient
    commands: Commands
    nursery: trio.Nursery
    gauge: Gauge = attrs.field(init=False)
    _refused: int = attrs.field(default=0, init=False)
    _seen: OrderedDict[str, None] = attrs.field(factory=OrderedDict, init=False)

    def __attrs_post_init__(self) -> None:
        self.gauge = Gauge(self.world.blocking)

    async def run(self) -> None:
        """Beat for ever."""
        while True:
            pause = await self.beat()
            await trio.sleep(pause)

    async def beat(self) -> float:
        """Report once, start the commands of the answer, and give the seconds until the next beat."""
        body = encode(await self._report())
        try:
            response = await self._post("agent_heartbeat", {}, body)
        except TransportError as error:
            _LOGGER.warning("heartbeat: %s", error)
            return self._pause()
        if response.status in (401, 403):
            self._refused += 1
            _LOGGER.warning("heartbeat refused, %s", words_of(response.status, response.body))
            return min(REFUSED_MOST, self._pause() * 2.0 ** min(self._refused - 1, 10))
        self._refused = 0
        if response.status != 200:
            _LOGGER.warning("heartbeat failed, %s", words_of(response.status, response.body))
            return max(self._pause(), _retry_after(response))
        self._take(response.body)
        return self._pause()

    async def _report(self) -> Heartbeat:
        metrics = await self.gauge.measure()
        return Heartbeat(
            status(metrics),
            AGENT_VERSION,
            metrics,
            is_headless=True,
            hostname=(self.identity.name or os.uname().nodename)[:255],
            os_version=os_version(),
            uptime=uptime(),
        )

    async def _post(self, name: str, parameters: dict[str, str], body: bytes) -> HttpResponse:
        path = _ENDPOINTS[name].url({"agentId": self.identity.agent_id, **parameters})
        headers = [("Authorization", f"Bearer {self.token()}"), ("Content-Type", "application/json")]
        try:
            return await self.http.request("POST", path, headers=headers, body=body)
        except StaleConnection:
            # A kept-alive connection ended under us; both calls may be made twice.
            return await self.http.request("POST", path, headers=headers, body=body)

    def _take(self, body: bytes) -> None:
        try:
            answer: _Answer = decode(_Answer, body, limit=_RESPONSE_LIMIT)
        except RemoteProtocolError as error:
            _LOGGER.warning("the answer to a heartbeat cannot be read: %s", error)
            return
        commands = answer.commands or []
        most = int(DEFAULTS["heartbeat_commands"])
        if len(commands) > most:
            _LOGGER.warning("a heartbeat brought %d commands; more than %d are not taken", len(commands), most)
        for each in commands[:most]:
            try:
                command = msgspec.convert(each, Command)
            except msgspec.ValidationError as error:
                _LOGGER.warning("a command of the heartbeat cannot be read: %s", error)
                continue
            if command.id not in self._seen:
                self._seen[command.id] = None
                if len(self._seen) > _SEEN_MOST:
                    self._seen.popitem(last=False)
                self.commands.run(command, self._answer)

    def _answer(self, result: CommandResult) -> None:
        self.nursery.start_soon(self._send_result, result)

    async def _send_result(self, result: CommandResult) -> None:
        outcome = CommandOutcome(
            "completed" if result.status == "completed" else "failed", error=result.error, result=result.result
        )
        words = ""
        for attempt in range(_RESULT_ATTEMPTS):
            await trio.sleep(attempt * _RESULT_PAUSE)
            try:
                parameters = {"commandId": result.command_id}
                response = await self._post("agent_command_result", parameters, encode(outcome))
            except TransportError as error:
                words = str(error)
                continue
            if response.status == 200:
                return
            words = words_of(response.status, response.body)
            if response.status < 500 and response.status != 429:
                break
        _LOGGER.warning("the result of command %s was not taken: %s", result.command_id, words)

    def _pause(self) -> float:
        # Early rather than late, so that jitter alone never makes a device look silent.
        return self.identity.interval * self.world.entropy.uniform(1 - _JITTER, 1.0)


def _retry_after(response: HttpResponse) -> float:
    said = response.header("retry-after", "0") or "0"
    return min(RETRY_AFTER_MOST, float(said)) if said.isascii() and said.isdigit() and len(said) < 9 else 0.0
