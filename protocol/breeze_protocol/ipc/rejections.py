"""How a broker says no: which codes come before the `auth_request`, which answer it, and which are for good."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PRE_AUTH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "IPC_CRED_CHECK_FAILED": "IPC-031 IPC-035",
        "IPC_RATE_LIMITED": "IPC-032 IPC-035",
        "IPC_MAX_CONNS_EXCEEDED": "IPC-033 IPC-035 IPC-055",
    }
)
"""Codes that only a `pre_auth_reject` carries, with their clauses."""

REJECTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "IPC_VERSION_UNSUPPORTED": "IPC-043",
        "IPC_ROLE_UNKNOWN": "IPC-044",
        "IPC_SID_MISSING": "IPC-045",
        "IPC_SID_MISMATCH": "IPC-045",
        "IPC_UID_MISMATCH": "IPC-045",
        "IPC_PID_MISMATCH": "IPC-046",
        "IPC_USERNAME_MISMATCH": "IPC-047",
        "IPC_SESSION_ID_MISMATCH": "IPC-048",
        "IPC_PATH_UNRESOLVED": "IPC-050",
        "IPC_PATH_MISMATCH": "IPC-050",
        "IPC_HASHES_UNAVAILABLE": "IPC-051",
        "IPC_HASH_UNAVAILABLE": "IPC-051",
        "IPC_HASH_MISMATCH": "IPC-051",
        "IPC_SESSION_ID_IN_USE": "IPC-049",
        "IPC_ROLE_IDENTITY": "IPC-052",
        "IPC_WIN_SESSION": "IPC-053",
    }
)
"""Codes that an `auth_response` carries, with their clauses."""

PASSING: Final = frozenset({"IPC_SESSION_ID_IN_USE", "IPC_HASHES_UNAVAILABLE", *PRE_AUTH})
"""Codes after which the helper may come again; any other is permanent (IPC-056)."""


def wire_code(code: str) -> str:
    """A code as it stands in `code` on the wire: `IPC_RATE_LIMITED` is `rate_limited` (IPC-042)."""
    return code.removeprefix("IPC_").lower()
