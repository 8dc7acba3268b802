"""Clause ids: the numbers under which `spec/` states its requirements."""

import re
from typing import Final

PREFIXES: Final = {
    "WIRE": "wire",
    "ACCT": "account",
    "LINK": "link",
    "SESS": "session",
    "SIGN": "signaling",
    "TERM": "terminal",
    "DESK": "desktop",
    "XFER": "transfer",
    "IPC": "ipc",
    "CHAT": "chat",
}
"""Clause prefix to the noun whose specification file states it."""

_ID = re.compile(r"(?P<prefix>[A-Z]+)-(?P<number>\d{3})\Z")

type_of_keyword: Final = {"MUST": "fail", "MUST NOT": "fail", "SHOULD": "warn", "SHOULD NOT": "warn", "MAY": "info"}
"""What a violation of a clause with this keyword is worth in a conformance report."""


def clauses(text: str) -> tuple[str, ...]:
    """Split a `because` column such as "SESS-010 SESS-012" into ids; a malformed id is a ValueError."""
    ids = tuple(text.split())
    for each in ids:
        noun(each)
    return ids


def noun(clause: str) -> str:
    """Name the conversation whose specification states this clause; a malformed or unknown id is a ValueError."""
    match = _ID.match(clause)
    if match is None or match["prefix"] not in PREFIXES:
        raise ValueError(f"not a clause id: {clause!r}")
    return PREFIXES[match["prefix"]]
