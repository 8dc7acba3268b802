"""A server under judgement: the kit plays people, viewers and agents of its own, and ends what it made."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import attrs
import trio

from breeze_conformance.case import Case, Check, Unready, cases
from breeze_conformance.runner import Timing
from breeze_conformance.target_server_calls import Answer, Calls
from breeze_conformance.target_server_peers import KitAgent, KitViewer, Recorder
from breeze_protocol import errors as e
from breeze_protocol.endpoints import BASE
from breeze_protocol.errors import BreezeError, RemoteProtocolError, TransportError
from breeze_transport.http import HttpClient, HttpResponse
from breeze_transport.seams import World
from breeze_transport.websocket import UpgradeRefused, WebSocket
from breeze_transport.ws_client import connect_websocket

OTHERS: Final = ("second", "colleague", "observer", "nobody", "without_mfa", "disabled")
"""Further people of the account file, all optional: of another organisation; a second one of the same; one without
`remote:access`; one without any permission; one without a second factor; one whose account is not active."""

DEVICES: Final = ("retired", "quarantined")
"""Further agents of the account file, all optional: of a decommissioned and of a quarantined device."""

_NEEDED: Final = ("email", "password", "enrollment_key")
_DIALS: Final = 20
_WINDOW: Final = 60.0

R = TypeVar("R", bound=Recorder)


@attrs.define(eq=False)
class Identity:
    """A device that the kit has enrolled."""

    agent_id: str
    device_id: str
    token: str
    hostname: str
    dials: list[float] = attrs.field(factory=list)
    busy: bool = False


@attrs.define(eq=False)
class ServerTarget:
    """What cases see. Everything that a case opens through it is ended after the case."""

    url: str
    world: World
    timing: Timing
    calls: Calls
    nursery: trio.Nursery
    role: str = "server"
    capabilities: frozenset[str] = frozenset()
    check: Check = attrs.field(factory=lambda: _idle())
    kept: Any = None
    """What the long cases of a run share."""
    _identities: list[Identity] = attrs.field(factory=list)
    _sockets: list[tuple[Recorder, trio.CancelScope]] = attrs.field(factory=list)
    _sessions: list[tuple[str, str]] = attrs.field(factory=list)

    @property
    def name(self) -> str:
        """Where the server is."""
        return self.url

    @property
    def accounts(self) -> Mapping[str, Any]:
        """The account file."""
        return self.calls.accounts

    # -- for the runner
    async def before(self, case: Case, check: Check) -> None:
        """Point the trace at the case that begins."""
        self.check = self.calls.check = check

    async def after(self, case: Case) -> None:
        """End the sessions and close the sockets that the case has made."""
        self.calls.check = None
        with trio.move_on_after(self.timing.seconds(20)):
            for who, session_id in self._sessions:
                with _harmless():
                    await self.calls.mine("session_end", who=who, id=session_id)
            for recorder, _ in self._sockets:
                with _harmless():
                    await recorder.ws.close()
        for _, scope in self._sockets:
            scope.cancel()
        self._sessions.clear()
        self._sockets.clear()
        for identity in self._identities:
            identity.busy = False

    async def probe(self) -> None:
        """Log in, enrol one agent and read the greeting, to learn what the server offers. Raises Unready."""
        try:
            await self.calls.raw("GET", f"{BASE}/auth/me")
        except TransportError as error:
            raise Unready(f"{self.url} cannot be reached: {error}") from None
        others = frozenset(f"account:{each}" for each in OTHERS + DEVICES if self.accounts.get(each))
        keys = frozenset(f"key:{each}" for each in self.accounts.get("keys") or ())
        self.capabilities = others | keys
        try:
            await self.calls.login()
            agent = await self.agent()
            self.capabilities |= agent.offered
        except Unready:
            raise
        except BreezeError:
            # What goes wrong here is for the cases to find, with clause and trace.
            pass
        finally:
            with trio.CancelScope(shield=True):
                await self.after(self.check.case)

    # -- agents
    async def enrol(self, **fields: Any) -> Answer:
        """Ask for enrolment of a device of the kit; `fields` replace or add to the usual body, None leaves out."""
        body: dict[str, Any] = {
            "enrollmentKey": self.accounts["enrollment_key"],
            "hostname": f"kit-{self.world.entropy.token_hex(4)}",
            "osType": "linux",
            "osVersion": "Debian GNU/Linux 13",
            "architecture": "amd64",
            "agentVersion": "0.1.0-kit",
            **fields,
        }
        given = {key: value for key, value in body.items() if value is not None}
        return await self.calls.call("agent_enroll", body=given)

    async def identity(self, **fields: Any) -> Identity:
        """A new device, for one case alone. Raises RemoteProtocolError where the server does not enrol it."""
        hostname = str(fields.get("hostname") or f"kit-{self.world.entropy.token_hex(4)}")
        answer = await self.enrol(**{**fields, "hostname": hostname})
        found = [answer.field(each) for each in ("agentId", "deviceId", "authToken")]
        if answer.status not in (200, 201) or not all(isinstance(each, str) for each in found):
            raise RemoteProtocolError(f"the enrolment fails: {answer!r}", code=e.VALIDATION_FAILED)
        return Identity(found[0], found[1], found[2], hostname)

    async def idle_identity(self) -> Identity:
        """A device of the kit that nothing is using, far from the limit of connections."""
        now = trio.current_time()
        for each in self._identities:
            each.dials = [moment for moment in each.dials if moment > now - _WINDOW]
            if not each.busy and len(each.dials) < _DIALS:
                each.busy = True
                return each
        made = await self.identity()
        made.busy = True
        self._identities.append(made)
        return made

    async def agent(
        self, generation: str = "documented", *, identity: Identity | None = None, greet: bool = True
    ) -> KitAgent:
        """A connected agent on a device that this case alone uses. Raises UpgradeRefused, NothingCame, PeerClosed."""
        device = identity or await self.idle_identity()
        try:
            agent = await self._dial(device)
        except UpgradeRefused as refusal:
            if identity is not None or refusal.status != 429:
                raise
            # A server may allow fewer connections; what the limit has to be is the matter of one case.
            device.dials += [trio.current_time()] * _DIALS
            device = await self.idle_identity()
            agent = await self._dial(device)
        agent.agent_id, agent.device_id, agent.token = device.agent_id, device.device_id, device.token
        agent.hostname, agent.generation = device.hostname, generation
        if greet:
            await agent.greet()
        return agent

    async def _dial(self, device: Identity) -> KitAgent:
        device.dials.append(trio.current_time())
        path = f"{BASE}/agent-ws/{device.agent_id}/ws"
        headers = (("Authorization", f"Bearer {device.token}"),)
        return await self._open(KitAgent, path, headers, label="agent", max_message=16 << 20)

    # -- sessions and viewers
    async def create(self, device_id: str, kind: str = "terminal", *, who: str = "self") -> Answer:
        """Ask for a session; one that comes to be is ended after the case."""
        answer = await self.calls.mine("session_create", {"deviceId": device_id, "type": kind}, who=who)
        made = answer.field("id")
        if answer.status in (200, 201) and isinstance(made, str):
            self._sessions.append((who, made))
        return answer

    async def session(self, agent: KitAgent, kind: str = "terminal", *, who: str = "self") -> str:
        """A session on the agent's device. Raises RemoteProtocolError where there is none."""
        answer = await self.create(agent.device_id, kind, who=who)
        made = answer.field("id")
        if answer.status != 201 or not isinstance(made, str):
            raise RemoteProtocolError(f"the session is not created: {answer!r}", code=e.SESSION_NOT_FOUND)
        return made

    async def ticket(self, session_id: str, *, who: str = "self") -> str:
        """A ticket for the session. Raises RemoteProtocolError where there is none."""
        answer = await self.calls.mine("session_ticket", who=who, id=session_id)
        made = answer.field("ticket")
        if answer.status != 200 or not isinstance(made, str):
            raise RemoteProtocolError(f"the ticket is not minted: {answer!r}", code=e.TICKET_STATE)
        return made

    async def viewer(self, session_id: str, ticket: str | None = None, *, who: str = "self", **query: str) -> KitViewer:
        """A viewer's socket on the session, with a new ticket unless one is given. Raises UpgradeRefused."""
        given = await self.ticket(session_id, who=who) if ticket is None else ticket
        words = urlencode({**({"ticket": given} if given else {}), **query})
        viewer = await self._open(KitViewer, f"{BASE}/remote/sessions/{session_id}/ws?{words}", label="viewer")
        viewer.session_id = session_id
        return viewer

    async def terminal(
        self, generation: str = "documented", *, agent: KitAgent | None = None, **query: str
    ) -> tuple[KitAgent, KitViewer, str]:
        """An agent, a viewer and the id of the session between them, connected."""
        found = agent or await self.agent(generation)
        session_id = await self.session(found)
        viewer = await self.viewer(session_id, **query)
        await found.started(await found.command("terminal_start", session_id))
        await viewer.next("connected")
        return found, viewer, session_id

    async def details(self, session_id: str, *, who: str = "self") -> dict[str, Any]:
        """The session's record. Raises RemoteProtocolError where it is not shown."""
        answer = await self.calls.mine("session_details", who=who, id=session_id)
        if answer.status != 200 or not isinstance(answer.body, dict):
            raise RemoteProtocolError(f"the session is not shown: {answer!r}", code=e.SESSION_NOT_FOUND)
        return answer.body

    async def settled(self, session_id: str, *statuses: str, seconds: float = 5.0) -> dict[str, Any]:
        """The session's record once it has one of these statuses, or as it is when the time is over."""
        found = await self.details(session_id)
        with trio.move_on_after(self.timing.seconds(seconds)):
            while found.get("status") not in statuses:
                await trio.sleep(0.05)
                found = await self.details(session_id)
        return found

    async def noticed(self) -> None:
        """Give the server time to notice that a line has broken, which nothing tells the kit."""
        await self.calls.raw("GET", f"{BASE}/auth/me")
        await trio.sleep(self.timing.seconds(0.3))

    async def upgrade(self, path: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer | Recorder:
        """Ask for a WebSocket: the socket, or the answer that refuses it."""
        try:
            return await self._open(Recorder, path, headers, label="socket")
        except UpgradeRefused as refusal:
            answer = Answer(HttpResponse(refusal.status, list(refusal.headers), refusal.body))
            self.check.trace("<", repr(answer))
            return answer

    async def present(self, session_id: str, ticket: str | None) -> Answer | Recorder:
        """Present a ticket (None: none) at a session's viewer socket."""
        query = "" if ticket is None else "?" + urlencode({"ticket": ticket})
        return await self.upgrade(f"{BASE}/remote/sessions/{session_id}/ws{query}")

    # -- within
    async def _open(
        self,
        kind: type[R],
        path: str,
        headers: tuple[tuple[str, str], ...] = (),
        *,
        label: str,
        max_message: int = 8 << 20,
    ) -> R:
        scope = trio.CancelScope()
        self.check.trace(">", f"{label}: GET {path} (upgrade)")
        ws: WebSocket = await self.nursery.start(self._hold, scope, path, headers, max_message)
        recorder = kind(label, ws, self.check, self.timing)
        self._sockets.append((recorder, scope))
        self.nursery.start_soon(self._record, recorder, scope)
        return recorder

    async def _hold(
        self,
        scope: trio.CancelScope,
        path: str,
        headers: tuple[tuple[str, str], ...],
        max_message: int,
        task_status: trio.TaskStatus[WebSocket] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        url = f"ws{self.url.removeprefix('http')}{path}"
        begun = False
        try:
            with scope:
                async with connect_websocket(
                    url,
                    network=self.world.network,
                    headers=headers,
                    max_message=max_message,
                    implementation="websockets",
                    deadline=self.timing.seconds(10),
                ) as ws:
                    begun = True
                    task_status.started(ws)
                    await trio.sleep_forever()
        except BreezeError:
            if not begun:
                raise

    async def _record(self, recorder: Recorder, scope: trio.CancelScope) -> None:
        await recorder.run()


@asynccontextmanager
async def open_server(url: str | None, accounts: Path, world: World, timing: Timing) -> AsyncGenerator[ServerTarget]:
    """A running server as a target. Raises Unready where it cannot be judged."""
    known = read_accounts(accounts)
    where = url or known.get("url")
    if not where:
        raise Unready("neither --url nor the account file says where the server is")
    async with open_target(str(where), known, world, timing) as target:
        yield target


@asynccontextmanager
async def open_target(
    url: str, accounts: Mapping[str, Any], world: World, timing: Timing
) -> AsyncGenerator[ServerTarget]:
    """As `open_server`, with the accounts at hand."""
    try:
        client = HttpClient(world.network, url.rstrip("/"), user_agent="breeze-conformance/0.1")
    except ValueError as error:
        raise Unready(f"the server's URL is wrong: {error}") from None
    async with client as http, trio.open_nursery() as nursery:
        calls = Calls(http, world, timing, accounts)
        target = ServerTarget(url.rstrip("/"), world, timing, calls, nursery)
        await target.probe()
        yield target
        nursery.cancel_scope.cancel()


def read_accounts(path: Path) -> dict[str, Any]:
    """The account file. Raises Unready where it is none."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Unready(f"the account file cannot be read: {error}") from None
    except ValueError as error:
        raise Unready(f"the account file {path} is not JSON: {error}") from None
    missing = [each for each in _NEEDED if not isinstance(known, dict) or not isinstance(known.get(each), str)]
    if missing:
        raise Unready(f"the account file {path} lacks {', '.join(missing)}")
    found: dict[str, Any] = known
    return found


def _idle() -> Check:
    """A check for what happens outside of cases."""
    return Check(Case("probe", ("WIRE-021",), "server", (), "quick", 20.0, _nothing))


async def _nothing(*_: Any) -> None:
    return


class _harmless:
    """Ending what a case made may fail where the case found a fault."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        """Take failures of the target, nothing else."""
        return isinstance(error, BreezeError)


__all__ = ["OTHERS", "Identity", "KitAgent", "KitViewer", "ServerTarget", "cases", "open_server", "open_target"]
