"""The session's life: matrix, deadlines, duration, limits."""

import pytest

from breeze_protocol.errors import (
    DEVICE_NOT_FOUND,
    DEVICE_OFFLINE,
    SESSION_ENDED,
    SESSION_LIMIT_ORG,
    SESSION_LIMIT_USER,
)
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Refused
from breeze_protocol.session.engine import Session, outcome
from breeze_protocol.session.table import END, ENDED, LIVE, SESSION


@pytest.mark.clause("SESS-006")
@pytest.mark.parametrize("state", ENDED)
def test_ended_session_never_revives_whatever_happens(state: str) -> None:
    for event in SESSION.events:
        if SESSION.allows(state, event):
            assert SESSION.row(state, event).target == state
            assert SESSION.row(state, event).effects == ()


@pytest.mark.clause("SESS-019", "SESS-021")
def test_every_row_into_an_end_records_stops_closes_and_audits() -> None:
    ends = [row for row in SESSION.rows if row.source in LIVE and row.target in ENDED]

    assert ends
    assert all(row.effects == tuple(END.split()) for row in ends)


@pytest.mark.clause("SESS-010", "SESS-011")
def test_session_becomes_active_through_connecting() -> None:
    session = Session.create(100.0)

    assert session.feed("agent_acknowledged", 101.0).status == "connecting"
    assert session.feed("peer_connected", 102.0).status == "active"
    assert session.started_at == 102.0


def test_peer_cannot_connect_before_the_agent_has_acknowledged() -> None:
    session = Session.create(0.0)

    with pytest.raises(Refused, match="peer_connected is not allowed in pending"):
        session.feed("peer_connected", 1.0)


@pytest.mark.clause("SESS-012", "SESS-014")
def test_pending_session_fails_after_two_minutes_counted_from_the_last_socket() -> None:
    session = Session.create(0.0)
    session.feed("socket_opened", 100.0)

    assert session.overdue(219.0) is None
    assert session.overdue(220.0) == "pending_timed_out"
    assert session.feed("pending_timed_out", 220.0).status == "failed"
    assert session.duration(220.0) == 220


@pytest.mark.clause("SESS-018")
def test_session_whose_viewer_is_lost_shows_active_for_the_grace_and_then_fails() -> None:
    session = Session.create(0.0)
    for event in ("agent_acknowledged", "peer_connected", "viewer_lost"):
        change = session.feed(event, 10.0)

    assert (change.after, change.status) == ("suspended", "active")
    assert session.overdue(24.9) is None
    assert session.overdue(25.0) == "grace_expired"


@pytest.mark.clause("SESS-019")
def test_duration_counts_from_the_start_or_else_the_creation_and_is_never_negative() -> None:
    assert Session("active", 0.0, 90.0).duration(100.4) == 10
    assert Session("pending", 80.0).duration(100.0) == 20
    assert Session("pending", 200.0).duration(100.0) == 0


GOOD = {"device_visible": 1, "device_online": 1, "org_live": 9, "user_live": 4}


@pytest.mark.clause("SESS-002", "SESS-003", "SESS-031", "SESS-032")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "session_created"),
        ({"org_live": 10}, SESSION_LIMIT_ORG),
        ({"user_live": 5}, SESSION_LIMIT_USER),
        ({"org_live": 10, "user_live": 5}, SESSION_LIMIT_ORG),
        ({"device_online": 0, "org_live": 10}, DEVICE_OFFLINE),
        ({"device_visible": 0, "device_online": 0}, DEVICE_NOT_FOUND),
    ],
)
def test_creation_is_decided_in_order_and_at_the_limit_exactly(changed: dict[str, int], expected: object) -> None:
    assert outcome("create", {**GOOD, **changed}, DEFAULTS) == expected


@pytest.mark.clause("SESS-022")
def test_ended_session_cannot_be_ended_again() -> None:
    assert outcome("end", {"live": 0}, DEFAULTS) == SESSION_ENDED
