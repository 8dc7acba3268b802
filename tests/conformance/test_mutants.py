"""Faults made from tables."""

import pytest

from breeze_conformance import mutants
from breeze_conformance.cksum import cksum
from breeze_conformance.peers.agent import known_faults
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.link.table import AGENT, SERVER
from breeze_protocol.machine import Machine
from breeze_protocol.registry import MACHINES

EVERY = [machine for group in MACHINES.values() for machine in group]


@pytest.mark.parametrize("machine", EVERY, ids=lambda machine: machine.name)
def test_every_fault_changes_its_table_or_a_limit_and_cites_clauses(machine: Machine) -> None:
    made = mutants.faults(machine)
    assert len({fault.name for fault in made}) == len(made)
    for fault in made:
        changed = mutants.apply(fault, {machine.name: machine})[machine.name]
        assert changed != machine or mutants.limits(fault) != DEFAULTS, fault.name
        assert fault.clauses, fault.name


def test_every_row_and_every_effect_has_a_fault() -> None:
    names = {fault.name for fault in mutants.faults(AGENT)}
    for row in AGENT.rows:
        where = f"link_agent:{row.source}:{row.event}"
        assert f"drop:{where}" in names
        assert {f"forget:{where}:{effect}" for effect in row.effects} <= names


def test_a_fault_leaves_other_machines_as_they_are() -> None:
    fault = mutants.find("drop:link_agent:online:ping_received", mutants.faults(AGENT))
    tables = mutants.apply(fault, {AGENT.name: AGENT, SERVER.name: SERVER})
    assert tables[SERVER.name] is SERVER
    assert not tables[AGENT.name].allows("online", "ping_received")
    assert tables[AGENT.name].allows("greeting", "ping_received")


def test_a_limit_fault_changes_one_limit() -> None:
    fault = mutants.find("double:link_agent:link_dial_timeout", mutants.faults(AGENT))
    changed = {name for name, value in mutants.limits(fault).items() if value != DEFAULTS[name]}
    assert changed == {"link_dial_timeout"}


def test_an_unknown_fault_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        mutants.find("nothing", known_faults())


def test_names_of_the_agents_faults_are_distinct() -> None:
    names = [fault.name for fault in known_faults()]
    assert len(set(names)) == len(names)


def test_the_checksum_is_that_of_the_posix_utility() -> None:
    assert cksum(b"") == 4294967295
    assert cksum(b"hello world\n") == 3733384285
