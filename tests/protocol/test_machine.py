"""The machinery, on a toy machine."""

import pytest

from breeze_protocol.errors import InternalError
from breeze_protocol.machine import Refused, Running, State, machine

DOOR = machine(
    "door",
    (State("shut", deadline="ticket_life", on_deadline="rusted"), State("open"), State("gone", final=True)),
    [
        ("shut", "pushed", "open", "creak", "SESS-001"),
        ("shut", "oiled", None, "restart_deadline", "SESS-001"),
        (("shut", "open"), "burnt", "gone", "", "SESS-001"),
        ("shut", "rusted", "gone", "", "SESS-001"),
    ],
    [
        ("push", "strength", "at_least ticket_life", None, "too_weak", "SESS-001"),
        ("push", "unlocked", "holds", "pushed", "locked", "SESS-001"),
    ],
)
LIMITS = {"ticket_life": 60.0}


def test_event_with_a_row_moves_and_names_its_effects() -> None:
    door = Running(DOOR, LIMITS)

    assert door.feed("pushed", 0.0) == ("creak",)
    assert door.state == "open"


def test_refused_event_moves_nothing_and_says_what_and_where() -> None:
    door = Running(DOOR, LIMITS)

    with pytest.raises(Refused, match="door: closed is not allowed in shut"):
        door.feed("closed", 0.0)
    assert door.state == "shut"


def test_deadline_passes_only_when_its_time_has_come() -> None:
    door = Running(DOOR, LIMITS)
    door.begin(100.0)

    assert door.wake_at == 160.0
    assert door.overdue(159.9) is None
    assert door.overdue(160.0) == "rusted"


def test_restart_deadline_counts_from_now_and_other_self_rows_do_not() -> None:
    door = Running(DOOR, LIMITS)
    door.begin(100.0)

    door.feed("oiled", 130.0)

    assert door.wake_at == 190.0


def test_leaving_a_state_drops_its_deadline() -> None:
    door = Running(DOOR, LIMITS)
    door.begin(0.0)

    door.feed("pushed", 1.0)

    assert door.wake_at is None


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"strength": 59, "unlocked": 1}, "too_weak"),
        ({"strength": 60, "unlocked": 1}, "pushed"),
        ({"strength": 60, "unlocked": 0}, "locked"),
        ({"strength": 60}, "locked"),
        ({}, "too_weak"),
    ],
)
def test_checks_decide_in_order_and_an_unknown_fact_does_not_hold(facts: dict[str, float], outcome: str) -> None:
    assert DOOR.classify("push", facts, LIMITS) == outcome


def test_input_without_a_check_is_an_internal_error() -> None:
    with pytest.raises(InternalError, match="no check decides kick"):
        DOOR.classify("kick", {}, LIMITS)
