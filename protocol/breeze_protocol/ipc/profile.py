"""How helpers and brokers of other makes and times differ, as data (IPC-093, IPC-054), chosen per peer."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from breeze_protocol.limits import DEFAULTS
from breeze_protocol.version import DEPLOYED_2026_04, DEPLOYED_2026_08, DOCUMENTED

_ALL: Final = ("notify", "tray", "clipboard", "desktop", "run_as_user")
_SYSTEM: Final = ("notify", "tray", "clipboard", "desktop")
_USER: Final = ("notify", "clipboard", "run_as_user")


class IpcProfile(msgspec.Struct, frozen=True):
    """One way of speaking over IPC, seen from the side that serves such a peer."""

    name: str
    scopes: Mapping[str, tuple[str, ...]]
    """Role to the scopes that it is granted; a role that is not here is unknown (IPC-044)."""
    missing_role: str
    """What a helper is that names no role."""
    system_needs_root: bool
    """The role `system` is for uid 0 alone, on Unix (IPC-052)."""
    limits: Mapping[str, str]
    """Names of limits, each with the limit that takes its place."""
    told_to_disconnect: bool
    """The broker says `disconnect` before it goes; deployed helpers end for ever at it (IPC-096)."""
    description: str

    def apply(self, limits: Mapping[str, float]) -> Mapping[str, float]:
        """The limits as they hold for such a peer."""
        return MappingProxyType({**limits, **{name: limits[other] for name, other in self.limits.items()}})


_SLOW: Final = {"ipc_pong_timeout": "ipc_deployed_pong_timeout"}

IPC_DOCUMENTED: Final = IpcProfile(
    DOCUMENTED.name,
    {"user": _ALL, "system": _SYSTEM},
    "user",
    True,
    {},
    True,
    "The specification as written: a peer that names features.",
)
IPC_2026_04: Final = IpcProfile(
    DEPLOYED_2026_04.name,
    {"user": _USER, "system": _SYSTEM},
    "system",
    False,
    _SLOW,
    False,
    "Helpers and brokers of April 2026 (S): no features, a ping every 30 s, a system role for anybody.",
)
IPC_2026_08: Final = IpcProfile(
    DEPLOYED_2026_08.name,
    {"user": _USER, "system": _SYSTEM},
    "system",
    True,
    _SLOW,
    False,
    "Helpers and brokers of August 2026 (N): as S, and the system role needs root.",
)

IPC_PROFILES: Final = {each.name: each for each in (IPC_DOCUMENTED, IPC_2026_04, IPC_2026_08)}
"""Every profile by the name that it has for other conversations too."""

assert all(set(each.limits) | set(each.limits.values()) <= set(DEFAULTS) for each in IPC_PROFILES.values())
