"""The checker finds what was planted, and nothing in what we state."""

import msgspec
import pytest

from breeze_protocol import registry
from breeze_protocol.account.table import TICKET, TICKET_PRODUCT
from breeze_protocol.check import explore, matrix, problems
from breeze_protocol.machine import Machine, Row, State
from breeze_protocol.product import Channel, Product
from breeze_protocol.session.table import SESSION
from breeze_protocol.terminal import table as terminal

ALL = [each for group in registry.MACHINES.values() for each in group]


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_every_table_is_sound(each: Machine) -> None:
    assert list(problems(each)) == []


def without(machine: Machine, event: str) -> Machine:
    return msgspec.structs.replace(machine, rows=tuple(r for r in machine.rows if r.event != event))


def plus(machine: Machine, row: Row) -> Machine:
    return msgspec.structs.replace(machine, rows=(*machine.rows, row))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (without(SESSION, "agent_acknowledged"), "session: connecting cannot be reached"),
        (plus(SESSION, SESSION.rows[0]), "session: two rows for agent_acknowledged in pending"),
        (
            plus(SESSION, Row("failed", "reborn", "active", (), ("SESS-006",))),
            "session: failed is final, yet reborn leaves it",
        ),
        (plus(SESSION, Row("active", "blinked", "active", (), ())), "session: blinked in active cites no clause"),
        (
            plus(SESSION, Row("active", "left", "limbo", (), ("SESS-001",))),
            "session: left names the unknown state limbo",
        ),
        (without(SESSION, "pending_timed_out"), "session: pending has no row for its own deadline"),
        (
            msgspec.structs.replace(SESSION, checks=SESSION.checks[:3]),
            "session: the checks of create can end without a decision",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_planted_defect_is_named(broken: Machine, words: str) -> None:
    assert words in list(problems(broken))


def test_state_without_a_way_out_can_never_end() -> None:
    trap = plus(
        msgspec.structs.replace(SESSION, states=(*SESSION.states, State("stuck"))),
        Row("active", "jammed", "stuck", (), ("SESS-001",)),
    )

    assert "session: stuck can never end" in list(problems(trap))


def test_matrix_has_every_cell_once() -> None:
    cells = matrix(SESSION)

    assert len(cells) == len(SESSION.states) * len(SESSION.events)
    assert ("failed", "end_requested", "refused") in cells


@pytest.mark.parametrize("name", sorted(set(registry.PRODUCTS) - {"terminal", "desktop", "desktop_fallback"}))
def test_no_coupled_machine_has_a_finding(name: str) -> None:
    assert explore(registry.PRODUCTS[name]).findings == ()


@pytest.mark.clause("TERM-011", "TERM-020")
def test_terminal_never_deadlocks_nor_meets_what_it_cannot_take() -> None:
    assert explore(terminal.product(capacity=1)).findings == ()


@pytest.mark.clause("TERM-020")
def test_naive_table_shows_the_race_of_a_resize_before_connected() -> None:
    race = explore(registry.PLANTED["resize before connected"]).findings

    assert {
        "relay in starting has no row for resize_received": (
            "relay: viewer_attached",
            "viewer: user_resized",
            "relay: resize_received",
        )
    }.items() <= {finding.words: finding.trail for finding in race}.items()


@pytest.mark.clause("ACCT-043")
def test_ticket_that_survives_its_use_is_found_to_open_two_sockets() -> None:
    rows = tuple(
        msgspec.structs.replace(row, target="minted") if row.event == "ticket_accepted" else row for row in TICKET.rows
    )
    broken = msgspec.structs.replace(TICKET_PRODUCT, sides={"ticket": msgspec.structs.replace(TICKET, rows=rows)})

    assert [finding.kind for finding in explore(broken).findings] == ["done twice"]


def toy(capacity: int, lossy: bool) -> Product:
    asker = Machine(
        "asker",
        (State("start"), State("asked"), State("done", final=True)),
        (
            Row("start", "begun", "asked", ("send_question",), ("SESS-001",)),
            Row("asked", "answer_received", "done", (), ("SESS-001",)),
        ),
    )
    answerer = Machine(
        "answerer",
        (State("waiting"), State("done", final=True)),
        (Row("waiting", "question_received", "done", ("send_answer",), ("SESS-001",)),),
    )
    channels = (
        Channel("asker", "answerer", ("question",), capacity, lossy),
        Channel("answerer", "asker", ("answer",), capacity),
    )
    return Product(
        "toy",
        {"asker": asker, "answerer": answerer},
        channels,
        {"asker": frozenset({"begun"}), "answerer": frozenset()},
    )


def test_lost_question_without_a_timer_is_a_deadlock_with_its_trail() -> None:
    findings = {finding.kind: finding for finding in explore(toy(1, lossy=True)).findings}

    assert findings["deadlock"].trail == ("asker: begun", "lost: question")
    assert "endless" in findings


def test_question_on_a_sound_line_is_answered() -> None:
    assert explore(toy(1, lossy=False)).findings == ()


def test_product_that_grows_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 100 joint states"):
        explore(terminal.product(capacity=1), most=100)
