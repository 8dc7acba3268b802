"""Pictures and exports say what the table says."""

from xml.etree import ElementTree

import jsonschema
import msgspec
import pytest

from breeze_protocol import registry, render
from breeze_protocol.account.table import TICKET
from breeze_protocol.machine import Machine

ALL = [each for group in registry.MACHINES.values() for each in group]


def test_mermaid_shows_moves_and_leaves_self_rows_to_the_matrix() -> None:
    assert render.mermaid(TICKET) == (
        "stateDiagram-v2\n"
        "  direction LR\n"
        "  [*] --> minted\n"
        "  minted --> spent: ticket_accepted\n"
        "  minted --> spent: TICKET_INVALID\n"
        "  minted --> expired: ticket_expired\n"
        "  spent --> [*]\n"
        "  expired --> [*]\n"
    )


def test_dot_names_every_arrow() -> None:
    assert '"minted" -> "spent" [label="ticket_accepted\\nTICKET_INVALID"];' in render.dot(TICKET)


def test_matrix_text_shows_refusals() -> None:
    assert "spent    ticket_accepted  refused\n" in render.matrix_text(TICKET)


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_json_reads_back_equal_and_fits_its_schema(each: Machine) -> None:
    text = render.to_json(each)

    assert render.from_json(text) == each
    jsonschema.validate(msgspec.json.decode(text), render.json_schema())


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_svg_is_well_formed_and_names_every_state(each: Machine) -> None:
    texts = "".join(ElementTree.fromstring(render.svg(each)).itertext())

    assert all(state.name in texts for state in each.states)
