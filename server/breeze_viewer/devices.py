"""Devices and sessions: find one by what a person calls it, list them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

from breeze_protocol.errors import BreezeError
from breeze_protocol.ids import is_uuid
from breeze_protocol.link.messages import DeviceList, DeviceListQuery, DeviceRow
from breeze_protocol.session.messages import SessionList, SessionListQuery, SessionRow
from breeze_transport.api import ApiClient
from breeze_transport.visible import visible
from breeze_viewer.table import ago, aligned, amount, seconds_since, span

SHORT: Final = 8
"""Characters of an id in a table."""

_PAGE: Final = 100
_MOST: Final = 10_000
_LEAST_PREFIX: Final = 4


class _Row(Protocol):
    @property
    def id(self) -> str: ...


Row = TypeVar("Row", bound=_Row)


async def all_devices(api: ApiClient) -> list[DeviceRow]:
    """Every device that the account can see, 10 000 at most."""
    rows: list[DeviceRow] = []
    for page in range(1, _MOST // _PAGE + 1):
        answer: DeviceList = await api.call("device_list", query=DeviceListQuery(page, _PAGE))
        rows += answer.data
        if len(answer.data) < _PAGE or len(rows) >= answer.pagination.total:
            break
    return rows


async def all_sessions(api: ApiClient, ended: bool, most: int = _MOST) -> list[SessionRow]:
    """The account's sessions, newest first, with those that have ended on demand, `most` at most."""
    rows: list[SessionRow] = []
    for page in range(1, -(-most // _PAGE) + 1):
        query = SessionListQuery(page, _PAGE, include_ended=ended)
        answer: SessionList = await api.call("session_list", query=query)
        rows += answer.data
        if len(answer.data) < _PAGE or len(rows) >= answer.pagination.total:
            break
    return rows[:most]


async def find_device(api: ApiClient, name: str) -> str:
    """The id of the device with this id, host name, or beginning of an id. Raises BreezeError, listing candidates."""
    if is_uuid(name.lower()):
        return name.lower()
    rows = await all_devices(api)
    named = [row for row in rows if row.hostname.lower() == name.lower()]
    online = [row for row in named if row.status == "online"]
    # A machine that was enrolled anew leaves its old entry behind, offline.
    found = online if len(online) == 1 else named or by_prefix(rows, name)
    if len(found) == 1:
        return found[0].id
    if not found:
        raise BreezeError(f"no device is called {visible(name, 80)}, by name or id; breeze devices lists them")
    candidates = ", ".join(
        f"{visible(row.hostname, 60)} {row.id[:13]} ({visible(row.status, 20)})" for row in found[:8]
    )
    raise BreezeError(
        f"{visible(name, 80)} could be any of {len(found)} devices: {candidates}; name it by more of its id"
    )


async def find_session(api: ApiClient, name: str) -> str:
    """The id of the live session with this id or beginning of one. Raises BreezeError."""
    if is_uuid(name.lower()):
        return name.lower()
    found = by_prefix(await all_sessions(api, ended=False), name)
    if len(found) != 1:
        raise BreezeError(
            f"{visible(name, 80)} is the beginning of {len(found) or 'no'} live sessions' ids, not of one"
        )
    return found[0].id


def by_prefix(rows: Sequence[Row], name: str) -> list[Row]:
    """The rows whose id begins like this; at least four characters are wanted."""
    return [row for row in rows if len(name) >= _LEAST_PREFIX and row.id.startswith(name.lower())]


def device_table(rows: Sequence[DeviceRow], now: float) -> str:
    """Devices for people."""
    heads = ("DEVICE", "ID", "STATUS", "SYSTEM", "AGENT", "LAST SEEN")
    short = shortest(rows)
    return aligned(
        heads,
        [
            (
                row.hostname,
                row.id[:short],
                row.status,
                f"{row.os_type} {row.os_version} {row.architecture}",
                row.agent_version,
                ago(row.last_seen_at, now),
            )
            for row in rows
        ],
    )


def session_table(rows: Sequence[SessionRow], now: float) -> str:
    """Sessions for people."""
    heads = ("SESSION", "TYPE", "STATUS", "DEVICE", "PERSON", "STARTED", "LASTED", "DATA", "NOTE")
    short = shortest(rows)
    return aligned(
        heads,
        [
            (
                row.id[:short],
                row.type,
                row.status,
                row.device.hostname,
                row.user.email if row.user else "-",
                ago(row.started_at or row.created_at, now),
                _lasted(row, now),
                amount(row.bytes_measured if row.bytes_measured is not None else row.bytes_transferred),
                row.error_message or "",
            )
            for row in rows
        ],
    )


def _lasted(row: SessionRow, now: float) -> str:
    if row.ended_at is not None:
        return span(row.duration_seconds)
    begun = seconds_since(row.started_at or row.created_at, now)
    return "-" if begun is None else span(begun)


def shortest(rows: Sequence[_Row]) -> int:
    """How many characters of the ids tell them apart, at least 8."""
    return next((n for n in (SHORT, 13, 18, 23) if len({row.id[:n] for row in rows}) == len(rows)), 36)
