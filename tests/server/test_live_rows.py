"""What concerns live sessions costs the same however many have ended: every such query uses an index of live rows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from breeze_protocol.limits import DEFAULTS
from breeze_protocol.session import messages as m
from breeze_server import lifecycle, schema, session

PERSON = SimpleNamespace(id="person", org_id="org", manager=False)
MANAGER = SimpleNamespace(id="person", org_id="org", manager=True)
TABLE = schema.remote_sessions.c
LIVE = "USING INDEX ix_remote_sessions_live_"


def plans(unit: Any) -> list[str]:
    """How SQLite gets at the sessions, for each query of a unit of work that reads them."""
    engine = sa.create_engine("sqlite://")
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    with engine.connect() as connection:
        schema.metadata.create_all(connection)
        sa.event.listen(engine, "before_cursor_execute", note)
        unit(connection)
        sa.event.remove(engine, "before_cursor_execute", note)
        found = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given) for statement, given in asked]
        steps = [str(row[3]) for rows in found for row in rows]
    engine.dispose()
    return [step for step in steps if "remote_sessions" in step]


@pytest.mark.parametrize(
    "unit",
    [
        lambda c: session._count(c, TABLE.org_id == "org"),
        lambda c: session._count(c, TABLE.user_id == "person"),
        lambda c: session._who_fills(c, "org"),
        lambda c: session._list(c, PERSON, m.SessionListQuery()),
        lambda c: session._list(c, MANAGER, m.SessionListQuery(device_id="device", type="terminal")),
        lambda c: session._list(c, MANAGER, m.SessionListQuery(status="active", include_ended=True)),
        lambda c: session._reap(c, PERSON, m.StaleQuery(), None, 0.0, DEFAULTS, {}),
        lambda c: session._reap(c, MANAGER, m.StaleQuery(all=True, device_id="device"), None, 0.0, DEFAULTS, {}),
        lambda c: lifecycle.overdue(c, 0.0, DEFAULTS),
        lambda c: lifecycle.end_all(c, 0.0, DEFAULTS, {}),
    ],
)
def test_query_of_live_sessions_reads_no_history(unit: Any) -> None:
    steps = plans(unit)

    assert steps
    assert [step for step in steps if LIVE not in step] == []


@pytest.mark.parametrize(
    "query",
    [m.SessionListQuery(include_ended=True), m.SessionListQuery(status="failed")],
)
def test_listing_of_what_has_ended_reads_history_in_its_order(query: Any) -> None:
    assert "USING INDEX ix_remote_sessions_user_created" in plans(lambda c: session._list(c, PERSON, query))[-1]
