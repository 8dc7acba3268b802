"""What to tell a person when something was refused or is over: what happened, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from breeze_protocol.errors import BreezeError
from breeze_transport.api import ApiError
from breeze_transport.visible import visible
from breeze_transport.websocket import UpgradeRefused

_CLOSES: Final = {
    1000: "the server closed the terminal",
    1001: "the server is shutting down",
    1008: "the server's policy ended the connection",
    1009: "the server found a message too big",
    1011: "the server met an error of its own",
    4001: "the server refused the connection",
    4002: "the device's agent is not connected to the server",
    4003: "the terminal could not be started on the device",
    4008: "the server heard nothing from here for too long",
    4009: "another connection has taken over this session",
    4010: "the session was ended",
    4029: "too many connections in a short time",
}


def explain(error: BreezeError) -> str:
    """A refusal in words that say what to do about it, control characters made visible."""
    if isinstance(error, UpgradeRefused):
        error = ApiError.of(error.status, error.headers, error.body)
    if not isinstance(error, ApiError):
        return visible(str(error))
    words = str(error)
    if error.code == "MFA_REQUIRED":
        return f"{words}: this account has no second factor yet; breeze login leads through its set-up"
    if error.code == "ACCESS_DENIED":
        return f"{words}: this account lacks the permission; an administrator can grant it"
    if error.code == "DEVICE_OFFLINE":
        status = error.extras.get("deviceStatus")
        return words + (f"; its status is {visible(str(status), 32)}" if status not in (None, "online") else "")
    if error.code in ("SESSION_LIMIT_ORG", "SESSION_LIMIT_USER"):
        return _limit(error, words)
    if error.status == 429 and error.retry_after:
        return f"{words}; try again in {error.retry_after} s"
    return words + "".join(_faults(error.details))


def explain_close(code: int, reason: str, said: tuple[str, str] | None) -> str:
    """Why the server closed a terminal: by the error that it said before (code and words), else by the close code."""
    if said is not None:
        return f"{visible(said[1])} ({visible(said[0], 64)})"
    words = _CLOSES.get(code, f"the server closed the connection with code {code}")
    return f"{words}: {visible(reason, 123)}" if reason and code not in (1000, 4008, 4009) else words


def _limit(error: ApiError, words: str) -> str:
    current, most = error.extras.get("currentCount"), error.extras.get("maxAllowed")
    counted = f"; {current} of {most} are in use" if isinstance(current, int) and isinstance(most, int) else ""
    holders = "".join(f"; {line}" for line in _holders(error))
    return f"{words}{counted}{holders}; breeze sessions lists yours, breeze sessions end ID ends one"


def _holders(error: ApiError) -> Iterable[str]:
    said = error.details if error.details is not None else error.extras.get("holders")
    if isinstance(said, str):
        yield visible(said)
    elif isinstance(said, list):
        names = [
            visible(str(each.get("email") or each.get("name") or "?"), 80) for each in said if isinstance(each, dict)
        ]
        if names:
            yield "held by " + ", ".join(f"{name} ({names.count(name)})" for name in dict.fromkeys(names))


def _faults(details: object) -> Iterable[str]:
    if isinstance(details, list):
        for fault in details[:5]:
            if isinstance(fault, dict):
                yield f"; {visible(str(fault.get('path')), 80)}: {visible(str(fault.get('message')), 200)}"
