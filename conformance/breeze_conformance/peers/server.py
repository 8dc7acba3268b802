"""A small complete server of the kit's own: the protocol's engines around a memory, with the faults it is told to have.

It exists to be judged: without faults every case passes, with one the case of that clause has to fail. It serves plain
HTTP/1.1, keeps nothing, and is no server for real use.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import attrs
import h11
import trio

from breeze_conformance.peers import server_account as account
from breeze_conformance.peers import server_agents as agents
from breeze_conformance.peers import server_http as http
from breeze_conformance.peers import server_link as link
from breeze_conformance.peers import server_session as session
from breeze_conformance.peers.server_state import Device, Key, Person, Record, Rules, Store
from breeze_protocol import errors as e
from breeze_protocol.endpoints import BASE, Caller
from breeze_protocol.errors import BreezeError, TransportError
from breeze_protocol.machine import Refused
from breeze_protocol.wire import encode
from breeze_transport.head import BadRequestHead, ReplayedStream, read_request_head, refuse
from breeze_transport.seams import World, live_world
from breeze_transport.sockets import listening_port

_AGENT_SOCKET: Final = re.compile(re.escape(BASE) + r"/agent-ws/([^/]+)/ws")
_VIEWER_SOCKET: Final = re.compile(re.escape(BASE) + r"/remote/sessions/([^/]+)/ws")
_WORDS: Final = {
    "pending_timed_out": "the agent did not answer in time",
    "connecting_timed_out": "the connection was not made in time",
    "grace_expired": "the viewer did not return in time",
    "viewer_lost": "the viewer was lost",
    "agent_lost": "the agent was lost",
    "start_failed": "the agent could not start the terminal",
}

_BROKEN: Final = http.Reply(500, {"error": "Internal Server Error"})

Handler = Callable[..., http.Reply | Awaitable[http.Reply]]
_ANYONE: Final[Mapping[str, Handler]] = {
    "login": account.login,
    "mfa_verify": account.mfa_verify,
    "activate": account.activate,
    "refresh": account.refresh,
    "agent_enroll": agents.enroll,
}
_PEOPLE: Final[Mapping[str, Handler]] = {
    "logout": account.logout,
    "me": account.me,
    "mfa_setup": account.mfa_setup,
    "mfa_enable": account.mfa_enable,
    "device_list": session.device_list,
    "device_details": session.device_details,
    "session_create": session.create,
    "session_list": session.list_sessions,
    "session_stale": session.stale,
    "session_details": session.details,
    "session_ticket": session.ticket,
    "session_end": session.end,
}
_AGENTS: Final[Mapping[str, Handler]] = {
    "agent_heartbeat": agents.heartbeat,
    "agent_command_result": agents.command_result,
    "agent_rotate_token": agents.rotate,
    "agent_config": lambda *_: http.Reply(200, agents.m.AgentConfig()),
}


@attrs.define(eq=False)
class Peer:
    """The server. `rules` carry its faults."""

    world: World
    rules: Rules
    store: Store = attrs.field(factory=Store)
    secret: bytes = b""
    _news: trio.Event = attrs.field(factory=trio.Event)

    # -- words for the modules
    def has(self, quirk: str) -> bool:
        """Whether it has this fault."""
        return quirk in self.rules.quirks

    def wall_ms(self) -> int:
        """The date in milliseconds."""
        return int(self.world.wall.now() * 1000)

    def date(self, moment: float | None = None) -> str:
        """A date as the wire writes it."""
        when = datetime.fromtimestamp(self.world.wall.now() if moment is None else moment, UTC)
        zone = "" if self.has("dates_without_zone") else "Z"
        return when.isoformat(timespec="milliseconds").replace("+00:00", zone)

    def poke(self) -> None:
        """Deadlines may have changed."""
        self._news.set()

    async def refuse(self, stream: trio.abc.Stream, refusal: http.Refusal, says: str | None = None) -> None:
        """Refuse an upgrade as an HTTP request would be."""
        reply = http.refusal_reply(refusal, self.rules.quirks)
        if says is not None and reply.status == 401:
            reply.body.update(error=says, message=says)
        await refuse(stream, reply.status, encode(reply.body), [*reply.headers, ("Content-Type", "application/json")])

    # -- sessions
    def session_event(self, record: Record, event: str, words: str | None = None) -> None:
        """Feed a session's table, and do what it says."""
        now = self.world.wall.now()
        try:
            change = record.session.feed(event, now)
        except Refused:
            return
        self.poke()
        if change.moved and change.status == "failed":
            record.error = words or _WORDS.get(event, event)
        if "record_duration" in change.effects:
            record.ended_at, record.duration = now, record.session.duration(now)
            if record.terminal is not None:
                record.bytes_measured = record.terminal.relay.bytes_out + record.terminal.relay.bytes_in
        if "close_sockets" in change.effects and record.terminal is not None and not self.has("end_unheard"):
            record.terminal.stopping = "stop_agent" in change.effects
            record.terminal.end(_WORDS.get(event, "the session was ended"))

    async def keep_time(self) -> None:
        """Feed deadlines of sessions and terminals."""
        while True:
            self._news = trio.Event()
            self._due()
            wakes = [self._wake(record) for record in self.store.waking.values()]
            with trio.move_on_at(min(wakes, default=trio.current_time() + 3600)):
                await self._news.wait()

    def _due(self) -> None:
        for record in list(self.store.waking.values()):
            if not record.session.live and (record.terminal is None or record.terminal.relay.ended):
                del self.store.waking[record.id]
            overdue = record.session.overdue(self.world.wall.now())
            if overdue is not None:
                # Once, whatever comes of it: a table with a fault may have no row for it.
                record.session.wake_at = None
                self.session_event(record, overdue)
            terminal = record.terminal
            if terminal is not None and (terminal.relay.wake_at or 1e18) <= trio.current_time():
                terminal.tick()
                if (terminal.relay.wake_at or 1e18) <= trio.current_time():
                    terminal.relay.running.wake_at = None

    def _wake(self, record: Record) -> float:
        wakes = [trio.current_time() + 3600.0]
        if record.session.wake_at is not None:
            wakes.append(trio.current_time() + max(0.001, record.session.wake_at - self.world.wall.now()))
        if record.terminal is not None and record.terminal.relay.wake_at is not None:
            wakes.append(max(record.terminal.relay.wake_at, trio.current_time() + 0.001))
        return min(wakes)

    # -- connections
    async def serve(self, stream: trio.abc.Stream) -> None:
        """One connection, HTTP or WebSocket."""
        try:
            head = await read_request_head(stream, limit=1 << 16 if self.has("long_heads") else 1 << 14)
        except BadRequestHead as error:
            await refuse(stream, error.status, b"")
            return
        try:
            agent, viewer = _AGENT_SOCKET.fullmatch(head.path), _VIEWER_SOCKET.fullmatch(head.path)
            if head.is_websocket_upgrade and agent is not None:
                await link.serve_agent(self, stream, head, agent[1])
            elif head.is_websocket_upgrade and viewer is not None:
                await session.serve_viewer(self, stream, head, viewer[1])
            else:
                await self._requests(http.Connection(ReplayedStream(stream, head.raw + head.rest)))
        except (TransportError, trio.BrokenResourceError, trio.ClosedResourceError, h11.RemoteProtocolError):
            return
        except (BreezeError, KeyError, BaseExceptionGroup) as error:
            if _stops(error):
                raise
        finally:
            with trio.move_on_after(1, shield=True):
                await stream.aclose()

    async def _requests(self, connection: http.Connection) -> None:
        while True:
            request = await connection.request()
            if request is None:
                return
            try:
                reply = await self._answer(connection, request)
            except http.Refusal as refusal:
                reply = http.refusal_reply(refusal, self.rules.quirks)
                if self.has("errors_500") and reply.status == 400:
                    reply = _BROKEN
            except (TransportError, trio.BrokenResourceError, h11.RemoteProtocolError):
                raise
            except Exception:  # what a fault makes of a table is for the cases to see, not for this server to die of
                reply = _BROKEN
            if not await connection.reply(reply):
                return

    async def _answer(self, connection: http.Connection, request: h11.Request) -> http.Reply:
        method, path, query, headers = http.pieces(request)
        size = len(request.target) + sum(len(name) + len(value) + 4 for name, value in headers)
        if size > self.rules.limits["http_head"] and not self.has("long_heads"):
            return http.Reply(431)
        if path in ("/health", "/health/live", "/health/ready"):
            return http.Reply(200, {"status": "ok"})
        try:
            endpoint, parameters = http.route(method, path)
        except http.Refusal:
            await connection.body(1 << 20)
            raise
        limit = (64 << 20) if self.has("big_bodies") else endpoint.body_limit
        raw = await connection.body(limit)
        call = http.Call(endpoint, parameters, query, headers, raw, self.rules.quirks)
        handler: Handler
        if endpoint.caller is Caller.AGENT:
            admitted: Any = agents.admit_agent(self, call)
            handler = _AGENTS.get(endpoint.name, _upload)
        elif endpoint.caller is Caller.USER:
            admitted = account.admit(self, endpoint, call.header("authorization"))
            handler = _PEOPLE[endpoint.name]
            if not self.has("any_id"):
                http.check_ids(endpoint, parameters)
        else:
            found = _ANYONE[endpoint.name](self, call)
            return found if isinstance(found, http.Reply) else await found
        done = handler(self, call, admitted)
        return done if isinstance(done, http.Reply) else await done


def _stops(error: BaseException) -> bool:
    """Whether something other than a fault of this server ends a connection."""
    if isinstance(error, BaseExceptionGroup):
        return any(_stops(each) for each in error.exceptions)
    return not isinstance(error, Exception)


def _upload(peer: Peer, call: http.Call, _: Any) -> http.Reply:
    if peer.has("uploads_refused"):
        raise http.Refusal(e.NOT_FOUND)
    return http.Reply(204)


# -- the whole --------------------------------------------------------------------------------------------------------
@attrs.frozen
class Demo:
    """A running server and the line of accounts that `breeze demo --json` would print for it."""

    peer: Peer
    accounts: dict[str, Any]


@attrs.frozen
class _Furnisher:
    """Makes what an account file tells of."""

    peer: Peer

    def person(self, name: str, org: str, permissions: frozenset[str], secret: str | None) -> dict[str, Any]:
        """Somebody who can log in."""
        entropy, now = self.peer.world.entropy, self.peer.world.wall.now()
        email = f"{name}@kit.example"
        made = Person(entropy.uuid(), org, email, entropy.token_urlsafe(12), name, permissions, now, secret)
        self.peer.store.people[made.id] = made
        made.active = name != "disabled"
        return {"email": email, "password": made.password, "totp_secret": secret, "org_id": org}

    def key(self, org: str, **rest: Any) -> str:
        """An enrolment key."""
        text = self.peer.world.entropy.token_hex(16)
        self.peer.store.keys[text] = attrs.evolve(Key(org, self.peer.world.entropy.uuid()), **rest)
        return text

    def barred(self, org: str, state: str) -> dict[str, str]:
        """A device that may not connect."""
        entropy, store = self.peer.world.entropy, self.peer.store
        ids = (entropy.uuid(), org, entropy.uuid(), entropy.token_hex(32), f"brz_{entropy.token_hex(32)}")
        device = Device(*ids, state, "linux", "", "", "", self.peer.world.wall.now(), state)
        store.devices[device.id] = store.agents[device.agent_id] = device
        return {"agent_id": device.agent_id, "agent_token": device.token}


def furnish(peer: Peer) -> dict[str, Any]:
    """Make two organisations with people, keys and barred devices; return the account line without its URL."""
    peer.secret = peer.world.entropy.token_bytes(32)
    access = frozenset({"remote:access", "devices:read"})
    org, other = peer.world.entropy.uuid(), peer.world.entropy.uuid()
    make = _Furnisher(peer)
    secrets = [f"KIT{letter}" * 8 for letter in "ABCDE"]
    elsewhere = make.person("other", other, access | {"remote:manage"}, secrets[1])
    return {
        **make.person("technician", org, access, secrets[0]),
        "enrollment_key": make.key(org),
        "second": {**elsewhere, "enrollment_key": make.key(other)},
        "colleague": make.person("colleague", org, access, secrets[2]),
        "observer": make.person("observer", org, frozenset({"devices:read"}), secrets[3]),
        "nobody": make.person("nobody", org, frozenset(), secrets[4]),
        "without_mfa": make.person("new", org, access, None),
        "disabled": make.person("disabled", org, access, None),
        "retired": make.barred(org, "decommissioned"),
        "quarantined": make.barred(org, "quarantined"),
        "keys": {
            "expired": make.key(org, expired=True),
            "exhausted": make.key(org, uses_left=0),
            "no_site": make.key(org, site=None),
            "secret": {"key": make.key(org, secret="sesame"), "secret": "sesame"},  # noqa: S106 - of this very server
        },
    }


@asynccontextmanager
async def open_peer(world: World, rules: Rules | None = None, host: str = "127.0.0.1") -> AsyncGenerator[Demo]:
    """Run the server for the length of the block."""
    peer = Peer(world, rules or Rules())
    accounts = furnish(peer)
    listeners = await world.network.listen(host, 0)
    accounts["url"] = f"http://{host}:{listening_port(listeners[0])}"
    async with trio.open_nursery() as nursery:
        nursery.start_soon(peer.keep_time)
        nursery.start_soon(_serve, peer, list(listeners))
        try:
            yield Demo(peer, accounts)
        finally:
            nursery.cancel_scope.cancel()


async def _serve(peer: Peer, listeners: list[Any]) -> None:
    await trio.serve_listeners(peer.serve, listeners)


async def _run(fault: str | None) -> None:
    from breeze_conformance.peers.server_faults import rules

    async with open_peer(live_world(), rules(fault)) as demo:
        print(json.dumps(demo.accounts), flush=True)
        with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            async for _ in signals:
                return


def main(argv: list[str] | None = None) -> int:
    """Run the server as a process until SIGINT or SIGTERM; the first line on stdout is the account line."""
    parser = argparse.ArgumentParser(prog="breeze_conformance.peers.server", description=__doc__)
    parser.add_argument("--fault", help="have this fault; --faults lists them")
    parser.add_argument("--faults", action="store_true", help="list the faults and stop")
    parser.add_argument("--json", action="store_true", help="taken for likeness with `breeze demo`; it always is JSON")
    arguments = parser.parse_args(argv)
    from breeze_conformance.peers.server_faults import FAULTS

    if arguments.faults:
        for name, because in FAULTS.items():
            print(f"{name:<60} {' '.join(because)}")
        return 0
    if arguments.fault is not None and arguments.fault not in FAULTS:
        print(f"there is no fault {arguments.fault!r}; --faults lists them", file=sys.stderr)
        return 2
    trio.run(_run, arguments.fault)
    return 0


if __name__ == "__main__":
    sys.exit(main())
