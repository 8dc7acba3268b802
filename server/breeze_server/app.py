"""The whole server, wired: one function that shows what there is and in which order it begins and ends."""

from __future__ import annotations

import logging
import re
from ssl import SSLContext
from typing import Any

import attrs
import trio

from breeze_protocol.account import endpoints as account_endpoints
from breeze_protocol.endpoints import BASE
from breeze_protocol.errors import BreezeError
from breeze_protocol.link import endpoints as link_endpoints
from breeze_protocol.session import endpoints as session_endpoints
from breeze_transport.head import RequestHead, refuse
from breeze_transport.seams import World
from breeze_transport.sockets import listening_port, remote_name

from . import account, bootstrap, devices, enrollment, lifecycle, presence, session
from .agents import Agents
from .bootstrap import FirstRun
from .bounded_body import Application
from .certificate import server_context
from .config import Config
from .database import Database, open_database
from .health import register_health
from .http import register
from .link import serve_agent
from .lock import sole_server
from .migrate import migrate
from .passwords import Passwords
from .port import serve_port
from .refusal import Refusal
from .services import Services
from .terminal import Terminals
from .tokens import AccessTokens
from .viewer import serve_viewer
from .watch import watch

log = logging.getLogger(__name__)

STOP_PATIENCE = 4.0
"""Seconds that an orderly end may take."""

_AGENT_SOCKET = re.compile(re.escape(BASE) + r"/agent-ws/([^/]+)/ws")
_VIEWER_SOCKET = re.compile(re.escape(BASE) + r"/remote/sessions/([^/]+)/ws")

# Not by way of the registry, which imports every conversation, the ones too that this server does not carry.
ENDPOINTS = (*account_endpoints.ENDPOINTS, *link_endpoints.ENDPOINTS, *session_endpoints.ENDPOINTS)
HANDLERS = account.HANDLERS | enrollment.HANDLERS | devices.HANDLERS | session.HANDLERS


@attrs.frozen
class Ready:
    """What is known once connections are accepted."""

    url: str
    services: Services
    first_run: FirstRun | None


async def serve(
    config: Config,
    world: World,
    *,
    shutdown: trio.Event | None = None,
    task_status: trio.TaskStatus[Ready] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Run the server until `shutdown` is set; then viewers and agents are told, and what was begun is recorded.

    Raises ConfigError, StorageError or TransportError where it cannot begin.
    """
    shutdown = trio.Event() if shutdown is None else shutdown
    bootstrap.prepare_directory(config.data)
    tls = server_context(config.tls_cert, config.tls_key)
    with sole_server(config.data):
        key = bootstrap.signing_key(config.data, world.entropy)
        async with open_database(config.database_url, world=world) as db:
            await migrate(db)
            life = config.limits["activation_life"]
            first = await db.write(bootstrap.first_run, config.admin_email, world.entropy, world.wall.now(), life)
            async with trio.open_nursery() as tasks:
                tokens = AccessTokens(key, config.limits["access_token_life"])
                services = Services(world, db, config, tokens, Passwords(world), tasks, Agents(), Terminals())
                await recover(services, db)
                port = await _open_port(services, tls)
                tasks.start_soon(watch, services)
                task_status.started(Ready(_url(config, port.number), services, first))
                await shutdown.wait()
                with trio.move_on_after(STOP_PATIENCE):
                    await wind_up(services)
                    port.ended.set()
                    await port.over.wait()
                tasks.cancel_scope.cancel()


async def _open_port(services: Services, tls: SSLContext | None) -> _Port:
    listeners = await services.world.network.listen(services.config.host, services.config.port)
    port = _Port(services, listeners, tls)
    await services.tasks.start(port.run)
    return port


async def recover(services: Services, db: Database) -> None:
    """After a start nothing is live that was live before (SESS-023): record that, and stop what agents kept."""
    ended = await db.write(lifecycle.end_all, services.now, services.limits, {})
    await db.write(presence.all_offline, services.now)
    for session_id, agent_id in ended:
        services.agents.stop_later(agent_id, session_id)
    if ended:
        log.warning("sessions had outlived the server", extra={"sessions": len(ended)})


async def wind_up(services: Services) -> None:
    """End every session by rule, then tell viewers and agents."""
    try:
        measured = services.terminals.all_measured()
        await services.db.write(lifecycle.end_all, services.now, services.limits, measured)
    except BreezeError as error:
        log.error("sessions could not be ended in their records: %s", error)
    for terminal in services.terminals.all():
        terminal.end(lifecycle.WORDS["server_restarted"])
    for link in services.agents.all():
        link.happened("server_stopping")


def application(services: Services) -> Application:
    """The HTTP application."""
    app = Application("breeze_server")
    register(app, services, {endpoint.name: endpoint for endpoint in ENDPOINTS}, HANDLERS)
    devices.register_uploads(app, services)
    register_health(app, services)
    return app


class _Port:
    """The port, and the sockets that it hands on."""

    def __init__(self, services: Services, listeners: Any, tls: SSLContext | None) -> None:
        self.number = listening_port(listeners[0])
        self.ended = trio.Event()
        """Set to have it accept no more and come to an end."""
        self.over = trio.Event()
        """Set once it has."""
        self._services = services
        self._listeners = listeners
        self._tls = tls

    async def run(self, *, task_status: trio.TaskStatus[None]) -> None:
        """Serve until told to end, and a little longer."""
        try:
            await serve_port(
                application(self._services), self._websocket, listeners=self._listeners,
                wall=self._services.world.wall, tls=self._tls, shutdown=self.ended, grace=1.0, task_status=task_status,
            )  # fmt: skip
        finally:
            self.over.set()

    async def _websocket(self, stream: trio.abc.Stream, head: RequestHead) -> None:
        services = self._services
        agent, viewer = _AGENT_SOCKET.fullmatch(head.path), _VIEWER_SOCKET.fullmatch(head.path)
        if agent is not None:
            await serve_agent(services, stream, head, agent[1], _source(stream))
        elif viewer is not None:
            await serve_viewer(services, stream, head, viewer[1])
        else:
            from breeze_protocol.errors import NOT_FOUND

            await refuse(stream, 404, Refusal(NOT_FOUND).body(), [("Content-Type", "application/json")])


def _source(stream: Any) -> str:
    return remote_name(stream).rpartition(":")[0].strip("[]")


def _url(config: Config, port: int) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.host, config.host)  # noqa: S104
    return f"{'http' if config.tls_cert is None else 'https'}://{f'[{host}]' if ':' in host else host}:{port}"
