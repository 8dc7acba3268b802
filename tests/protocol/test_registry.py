"""The registry is complete, and what it lists is consistent."""

import re

import pytest

from breeze_protocol.account import endpoints as account_endpoints
from breeze_protocol.account import table as account_table
from breeze_protocol.chat import endpoints as chat_endpoints
from breeze_protocol.chat import table as chat_table
from breeze_protocol.clause import clauses, noun
from breeze_protocol.desktop import table as desktop_table
from breeze_protocol.endpoints import Caller
from breeze_protocol.errors import CODES
from breeze_protocol.ipc import table as ipc_table
from breeze_protocol.limits import LIMITS
from breeze_protocol.link import endpoints as link_endpoints
from breeze_protocol.link import table as link_table
from breeze_protocol.machine import Machine
from breeze_protocol.product import Product
from breeze_protocol.registry import ENDPOINTS, FURTHER_ENDPOINTS, MACHINES, PLANTED, PRODUCTS, machine
from breeze_protocol.session import endpoints as session_endpoints
from breeze_protocol.session import table as session_table
from breeze_protocol.signaling import endpoints as signaling_endpoints
from breeze_protocol.signaling import table as signaling_table
from breeze_protocol.terminal import table as terminal_table
from breeze_protocol.transfer import endpoints as transfer_endpoints
from breeze_protocol.transfer import table as transfer_table

TABLES = {
    "account": account_table,
    "desktop": desktop_table,
    "chat": chat_table,
    "ipc": ipc_table,
    "link": link_table,
    "session": session_table,
    "signaling": signaling_table,
    "terminal": terminal_table,
    "transfer": transfer_table,
}
OWN = {
    "account": ("login", "mfa", "refresh", "ticket", "gate"),
    "chat": ("chat",),
    "desktop": ("desktop",),
    "ipc": ("ipc",),
    "link": ("enrollment", "agent", "link", "device", "command"),
    "session": ("session",),
    "signaling": ("signaling", "connect", "viewer"),
    "terminal": ("terminal",),
    "transfer": ("transfer",),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_machine_of_a_table_is_listed(name: str) -> None:
    tables = [value for value in vars(TABLES[name]).values() if isinstance(value, Machine)]
    stated = {each.name for each in tables if each.name.split("_")[0] in OWN[name] and "naive" not in each.name}

    assert {each.name for each in MACHINES[name]} == stated


def test_every_product_that_a_table_states_is_listed() -> None:
    stated = {v.name for table in TABLES.values() for v in vars(table).values() if isinstance(v, Product)}

    assert stated <= set(PRODUCTS)
    assert PLANTED


def test_every_endpoint_is_listed_once() -> None:
    stated = [*account_endpoints.ENDPOINTS, *link_endpoints.ENDPOINTS, *session_endpoints.ENDPOINTS]

    further = [*signaling_endpoints.ENDPOINTS, *transfer_endpoints.ENDPOINTS, *chat_endpoints.ENDPOINTS]
    listed = [*ENDPOINTS, *FURTHER_ENDPOINTS]

    assert list(ENDPOINTS) == stated
    assert set(further) <= set(FURTHER_ENDPOINTS)
    assert len({each.name for each in listed}) == len(listed)
    assert len({(each.method, each.path) for each in listed}) == len(listed)


@pytest.mark.clause("ACCT-031", "ACCT-030")
def test_everything_under_remote_needs_the_permission_and_a_second_factor() -> None:
    listed = (*ENDPOINTS, *FURTHER_ENDPOINTS)
    people = (Caller.USER, Caller.PERSON_OR_AGENT)
    remote = [each for each in listed if each.path.startswith("/remote/") and each.caller in people]

    assert remote
    assert all(each.permission == "remote:access" and each.mfa for each in remote)


def test_path_parameters_are_quoted() -> None:
    details = next(each for each in ENDPOINTS if each.name == "session_details")

    assert details.url({"id": "a/../b"}) == "/api/v1/remote/sessions/a%2F..%2Fb"


def test_codes_and_limits_cite_clauses_and_use_their_own_names() -> None:
    assert all(code.because and re.fullmatch(r"[A-Z_]+", name) and code.name == name for name, code in CODES.items())
    assert all(limit.because and limit.value > 0 for limit in LIMITS.values())


def test_machine_is_found_by_name() -> None:
    assert machine("ticket") is account_table.TICKET
    with pytest.raises(KeyError):
        machine("toaster")


@pytest.mark.parametrize("wrong", ["SESS-1", "SESS-0001", "XXXX-001", "sess-001"])
def test_malformed_clause_id_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a clause id"):
        clauses(f"SESS-001 {wrong}")


def test_clause_names_its_conversation() -> None:
    assert noun("XFER-009") == "transfer"
