"""What an agent keeps on disk: who it is, its token, and which of its terminals are open.

The directory is for its owner alone (0700). `agent.json` can be shown to anybody; the token has its own file (0600).
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec

from breeze_protocol.errors import BreezeError, RemoteProtocolError
from breeze_protocol.wire import decode

IDENTITY_FILE: Final = "agent.json"
TOKEN_FILE: Final = "token"  # noqa: S105 - a file's name
LOCK_FILE: Final = "lock"
TERMINALS_DIRECTORY: Final = "terminals"

HEARTBEAT_LEAST: Final = 5
HEARTBEAT_MOST: Final = 3600
"""Seconds between which a server may set the interval of heartbeats."""

AGENT_ID = r"^([0-9a-f]{32,128}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$"
"""Servers of every age give one or the other."""

_TOKEN = re.compile(r"[\x21-\x7e]{1,512}\Z")
_FILE_LIMIT = 65536


class ConfigError(BreezeError):
    """What is on disk, or was said on the command line, is no agent's configuration."""


class Identity(msgspec.Struct, rename="camel", frozen=True):
    """Who the agent is, without its secret."""

    server_url: str
    """The server's root, http or https, without the path of the API."""
    agent_id: Annotated[str, msgspec.Meta(pattern=AGENT_ID)]
    device_id: str = ""
    heartbeat_interval_seconds: int = 60
    name: str | None = None
    """What the device is called, where the enrolment said so; else the machine's own name is reported."""

    @property
    def interval(self) -> float:
        """Seconds between heartbeats, within bounds."""
        return float(min(max(self.heartbeat_interval_seconds, HEARTBEAT_LEAST), HEARTBEAT_MOST))


def default_directory() -> Path:
    """`/var/lib/breeze-agent` for root, else `breeze-agent` where the user's programs keep state."""
    if os.geteuid() == 0:
        return Path("/var/lib/breeze-agent")
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return Path(state) / "breeze-agent"


def server_root(url: str) -> str:
    """Bring a server's URL into the form that is kept. Raises ConfigError for what is no http or https URL."""
    try:
        parts = urlsplit(url.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment or parts.username is not None:
        raise ConfigError(f"not a server's URL: {url!r} (http://HOST[:PORT] or https://HOST[:PORT])")
    # People copy the address of the API as often as that of the server.
    path = parts.path.rstrip("/").removesuffix("/api/v1")
    return f"{parts.scheme}://{parts.netloc}{path}"


def is_enrolled(directory: Path) -> bool:
    """Whether the directory holds an agent's identity."""
    return (directory / IDENTITY_FILE).exists()


def prepare(directory: Path) -> None:
    """Make the directory, for its owner alone. Raises ConfigError where that cannot be."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
    except OSError as error:
        raise ConfigError(f"cannot use {directory}: {error.strerror}") from error


def save(directory: Path, identity: Identity, token: str) -> None:
    """Keep who the agent is. The identity comes last: where it stands, the token does. Raises ConfigError."""
    prepare(directory)
    try:
        write_whole(directory / TOKEN_FILE, token.encode() + b"\n")
        write_whole(directory / IDENTITY_FILE, msgspec.json.format(msgspec.json.encode(identity), indent=2) + b"\n")
    except OSError as error:
        raise ConfigError(f"cannot write to {directory}: {error.strerror}") from error


def load(directory: Path) -> tuple[Identity, str]:
    """Read identity and token. Raises ConfigError in words that say what to do."""
    try:
        raw = (directory / IDENTITY_FILE).read_bytes()
        token = (directory / TOKEN_FILE).read_bytes().decode("ascii", "replace").strip()
    except FileNotFoundError:
        raise ConfigError(f"{directory} holds no agent: run `breeze agent enroll` first") from None
    except OSError as error:
        raise ConfigError(f"cannot read {directory}: {error.strerror}") from error
    try:
        identity: Identity = decode(Identity, raw, limit=_FILE_LIMIT)
    except RemoteProtocolError as error:
        raise ConfigError(f"{directory / IDENTITY_FILE} is damaged: {error}") from None
    # People edit the file when a server moves.
    return msgspec.structs.replace(identity, server_url=server_root(identity.server_url)), check_token(token)


def check_token(token: str) -> str:
    """Pass a token that can stand in a header. Raises ConfigError, without showing it."""
    if _TOKEN.match(token) is None:
        raise ConfigError("the agent's token is empty or has characters that no token has")
    return token


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the directory: a second agent with the same identity would throw the first off its link, for ever.

    Raises ConfigError where another process holds it.
    """
    try:
        handle = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(f"cannot use {directory}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigError(f"another agent already runs with {directory}") from None
        yield
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step, for its owner alone. Raises OSError."""
    fresh = path.with_name(f".{path.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(fresh, path)
