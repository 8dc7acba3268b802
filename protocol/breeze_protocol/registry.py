"""Everything that this package states, listed: machines, endpoints, message families. A test proves it complete."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from breeze_protocol.account import endpoints as account_endpoints
from breeze_protocol.account import table as account
from breeze_protocol.endpoints import Endpoint
from breeze_protocol.ipc import messages as ipc_messages
from breeze_protocol.ipc import table as ipc
from breeze_protocol.link import endpoints as link_endpoints
from breeze_protocol.link import messages as link_messages
from breeze_protocol.link import table as link
from breeze_protocol.machine import Machine
from breeze_protocol.product import Product
from breeze_protocol.session import endpoints as session_endpoints
from breeze_protocol.session import table as session
from breeze_protocol.terminal import messages as terminal_messages
from breeze_protocol.terminal import table as terminal

MACHINES: Final[Mapping[str, tuple[Machine, ...]]] = MappingProxyType(
    {
        "account": (
            account.LOGIN,
            account.LOGIN_CLIENT,
            account.MFA,
            account.REFRESH,
            account.TICKET,
            account.GATE,
        ),
        "link": (link.ENROLLMENT, link.AGENT_GATE, link.SERVER, link.AGENT, link.DEVICE, link.COMMAND),
        "ipc": (ipc.BROKER, ipc.HELPER, ipc.DIALER, ipc.REQUEST, ipc.WORK),
        "session": (session.SESSION,),
        "terminal": (terminal.VIEWER, terminal.RELAY, terminal.AGENT),
    }
)
"""The machines of each conversation."""

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *account_endpoints.ENDPOINTS,
    *link_endpoints.ENDPOINTS,
    *session_endpoints.ENDPOINTS,
)
"""The HTTP API that our server performs."""

FURTHER_ENDPOINTS: Final[tuple[Endpoint, ...]] = ()
"""Endpoints that are stated and that our server does not perform yet; they move to `ENDPOINTS` with their handlers."""

FAMILIES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "link": {"from_agent": link_messages.FromAgent, "to_agent": link_messages.ToAgent},
        "ipc": {"from_helper": ipc_messages.FromHelper, "from_broker": ipc_messages.FromBroker},
        "terminal": {"from_viewer": terminal_messages.FromViewer, "to_viewer": terminal_messages.ToViewer},
    }
)
"""The tagged messages of each socket, by direction."""


def machine(name: str) -> Machine:
    """Find a machine by its name; an unknown one is a KeyError."""
    return {each.name: each for group in MACHINES.values() for each in group}[name]


PRODUCTS: Final[Mapping[str, Product]] = MappingProxyType(
    {
        each.name: each
        for each in (
            account.LOGIN_PRODUCT,
            account.TICKET_PRODUCT,
            link.PRODUCT,
            ipc.product(),
            ipc.request_product(),
            session.product(),
            terminal.product(),
        )
    }
)
"""The coupled machines that are model-checked, by name."""

PLANTED: Final[Mapping[str, Product]] = MappingProxyType(
    {
        "resize before connected": terminal.product(terminal.NAIVE_VIEWER, terminal.NAIVE_RELAY, capacity=1),
        "ping before the session key": ipc.product(ipc.EAGER_BROKER),
        "second session key": ipc.product(ipc.GENEROUS_BROKER, ipc.INSISTING_HELPER),
        "frames that nobody gives up": ipc.product(breaks=False),
        "reply after the time-out": ipc.request_product(ipc.NAIVE_REQUEST),
    }
)
"""Products with a known violation, which the checkers have to find."""
