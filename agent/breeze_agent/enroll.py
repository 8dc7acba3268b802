"""Enrolment: a computer becomes a device."""

from __future__ import annotations

import os
from typing import Annotated, Final

import msgspec

from breeze_agent import AGENT_VERSION
from breeze_agent.config import AGENT_ID, Identity, check_token
from breeze_agent.metrics import architecture, hardware, os_version
from breeze_agent.refusal import words_of
from breeze_protocol.errors import BreezeError, RemoteProtocolError, TransportError
from breeze_protocol.link.messages import AgentConfig, EnrollRequest
from breeze_protocol.registry import ENDPOINTS
from breeze_protocol.wire import decode, encode
from breeze_transport.http import HttpClient, HttpResponse
from breeze_transport.seams import World

EXIT_NETWORK: Final = 10
EXIT_REFUSED: Final = 11
EXIT_NOT_FOUND: Final = 12
EXIT_RATE_LIMITED: Final = 13
EXIT_SERVER: Final = 14
EXIT_CONFIG: Final = 15
EXIT_UNKNOWN: Final = 16

_ENROLL = next(each for each in ENDPOINTS if each.name == "agent_enroll")
_RESPONSE_LIMIT = 1 << 20


class EnrollError(BreezeError):
    """The computer did not become a device; `status` is the process's exit status."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


class _Enrolled(msgspec.Struct, rename="camel"):
    """What we need of the answer. Deployed servers say more, and give the agent's id in either of two forms."""

    agent_id: Annotated[str, msgspec.Meta(pattern=AGENT_ID)]
    auth_token: str
    device_id: str = ""
    config: AgentConfig | None = None


async def enroll(
    world: World, server: str, key: str, *, secret: str | None = None, name: str | None = None
) -> tuple[Identity, str]:
    """Ask a server (its root, see `server_root`) for an identity and a token. Raises EnrollError."""
    request = EnrollRequest(
        key,
        (name or os.uname().nodename)[:255],
        "linux",
        os_version(),
        architecture(),
        AGENT_VERSION,
        enrollment_secret=secret,
        hardware_info=hardware(),
    )
    try:
        async with HttpClient(world.network, server, user_agent=f"breeze-agent/{AGENT_VERSION}") as http:
            response = await http.request(
                _ENROLL.method, _ENROLL.url(), headers=[("Content-Type", "application/json")], body=encode(request)
            )
    except TransportError as error:
        raise EnrollError(str(error), EXIT_NETWORK) from error
    if response.status not in (200, 201):
        raise _refusal(response)
    try:
        said: _Enrolled = decode(_Enrolled, response.body, limit=_RESPONSE_LIMIT)
    except RemoteProtocolError as error:
        raise EnrollError(f"the server's answer is no enrolment: {error}", EXIT_UNKNOWN) from error
    config = said.config or AgentConfig()
    identity = Identity(server, said.agent_id, said.device_id, config.heartbeat_interval_seconds, name)
    return identity, check_token(said.auth_token)


def _refusal(response: HttpResponse) -> EnrollError:
    words = words_of(response.status, response.body)
    match response.status:
        case 401 | 403:
            return EnrollError(f"the server refused the enrolment ({words})", EXIT_REFUSED)
        case 404:
            return EnrollError(f"there is no such server at this address ({words})", EXIT_NOT_FOUND)
        case 429:
            later = response.header("retry-after")
            hint = f", try again in {later} s" if later and later.isdigit() else ", try again later"
            return EnrollError(f"too many attempts ({words}){hint}", EXIT_RATE_LIMITED)
        case status if status >= 500:
            return EnrollError(f"the server has a fault ({words})", EXIT_SERVER)
        case 400:
            return EnrollError(f"the server does not take this request ({words})", EXIT_CONFIG)
    return EnrollError(f"the server answered in an unknown way ({words})", EXIT_UNKNOWN)
