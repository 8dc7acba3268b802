"""Who may connect: what the kernel says of a peer, what the broker trusts, and how often a user came."""

from collections import deque
from collections.abc import Mapping
from typing import Protocol

import attrs

from breeze_protocol.ipc.messages import AuthRequest
from breeze_protocol.ipc.profile import IpcProfile
from breeze_protocol.limits import DEFAULTS


@attrs.frozen
class Peer:
    """A process as the operating system knows it (IPC-030). None: it would not tell."""

    identity: str | None
    """The decimal uid, or the SID: what limits count by."""
    pid: int
    username: str
    uid: int = 0
    sid: str = ""
    executable: str | None = None
    """Path of the program, links followed."""
    digest: str | None = None
    """SHA-256 of the program as the broker has measured it, in hexadecimal."""
    privileged: bool = False
    """uid 0, or the SYSTEM account."""
    spawned: bool = False
    """The agent has started this process itself."""
    windows: bool = False
    win_session: int = 0


@attrs.frozen
class Trust:
    """The programs that may be helpers."""

    paths: frozenset[str]
    hashes: frozenset[str]


class Listed(Protocol):
    """A session as `Admission` sees it."""

    @property
    def heard(self) -> float:
        """When the last frame arrived."""


@attrs.define
class Admission:
    """What all connections of one broker share: recent connections and live sessions, by user."""

    limits: Mapping[str, float] = DEFAULTS
    sessions: dict[str, Listed] = attrs.field(factory=dict, init=False)
    """Live sessions by session id."""
    _owners: dict[str, str] = attrs.field(factory=dict, init=False)
    _connects: dict[str, deque[float]] = attrs.field(factory=dict, init=False)

    def recent(self, identity: str, now: float) -> int:
        """How many connections of this user were admitted within the window (IPC-032)."""
        since = now - self.limits["ipc_connects_window"]
        for user in [u for u, times in self._connects.items() if not times or times[-1] <= since]:
            del self._connects[user]
        times = self._connects.get(identity, deque())
        while times and times[0] <= since:
            times.popleft()
        return len(times)

    def note(self, identity: str, now: float) -> None:
        """A connection was admitted to the limit."""
        self._connects.setdefault(identity, deque()).append(now)

    def live(self, identity: str | None) -> list[str]:
        """The ids of this user's sessions."""
        return [session for session, owner in self._owners.items() if owner == identity]

    def idlest(self, identity: str, now: float) -> tuple[str | None, float]:
        """The session of this user that has been silent for longest, and for how long."""
        silent = {session: now - self.sessions[session].heard for session in self.live(identity)}
        found = max(silent, key=lambda session: silent[session], default=None)
        return found, 0.0 if found is None else silent[found]

    def register(self, session: str, identity: str, engine: Listed) -> None:
        """A session has begun."""
        self.sessions[session], self._owners[session] = engine, identity

    def unregister(self, session: str) -> None:
        """A session has ended; one that is not there is no fault."""
        self.sessions.pop(session, None)
        self._owners.pop(session, None)


def compare(peer: Peer, said: AuthRequest, trust: Trust, profile: IpcProfile) -> dict[str, float]:
    """What a helper says of itself beside what the kernel says, as the facts of the checks (IPC-043 to IPC-053)."""
    role = said.helper_role or profile.missing_role
    anybody = not peer.windows and not profile.system_needs_root
    return {
        "version_known": said.protocol_version == 1,
        "role_known": role in profile.scopes,
        "sid_given": not peer.windows or bool(said.sid),
        "sid_agrees": not peer.windows or said.sid == peer.sid,
        "uid_agrees": peer.windows or said.uid == peer.uid,
        "pid_agrees": said.pid == peer.pid,
        "username_agrees": bool(said.username) and said.username == peer.username,
        "session_id_agrees": said.session_id == f"helper-{peer.username}-{peer.pid}",
        "path_resolved": bool(peer.executable),
        "path_allowed": peer.executable in trust.paths,
        "hashes_known": bool(trust.hashes),
        "hash_measured": peer.digest is not None,
        "hash_allowed": peer.digest in trust.hashes,
        "hash_agrees": said.binary_hash == peer.digest,
        "role_fits": peer.privileged or anybody if role == "system" else not (peer.windows and peer.privileged),
        "win_session_agrees": not peer.windows or said.win_session_id == peer.win_session,
    }
