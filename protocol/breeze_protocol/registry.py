"""Everything that this package states, listed: machines, endpoints, message families. A test proves it complete."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from breeze_protocol.account import endpoints as account_endpoints
from breeze_protocol.account import table as account
from breeze_protocol.chat import endpoints as chat_endpoints
from breeze_protocol.chat import inputs as chat_inputs
from breeze_protocol.chat import messages as chat_messages
from breeze_protocol.chat import table as chat
from breeze_protocol.desktop import messages as desktop_messages
from breeze_protocol.desktop import table as desktop
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
from breeze_protocol.signaling import endpoints as signaling_endpoints
from breeze_protocol.signaling import messages as signaling_messages
from breeze_protocol.signaling import table as signaling
from breeze_protocol.terminal import messages as terminal_messages
from breeze_protocol.terminal import table as terminal
from breeze_protocol.transfer import endpoints as transfer_endpoints
from breeze_protocol.transfer import messages as transfer_messages
from breeze_protocol.transfer import table as transfer

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
        "signaling": (
            signaling.SERVER,
            signaling.VIEWER,
            signaling.AGENT,
            signaling.CONNECT_CODE,
            signaling.VIEWER_GATE,
        ),
        "terminal": (terminal.VIEWER, terminal.RELAY, terminal.AGENT),
        "desktop": (
            desktop.VIEWER,
            desktop.RELAY,
            desktop.STREAM,
            desktop.HELPER,
            desktop.DROP,
            desktop.BITRATE,
        ),
        "transfer": (transfer.SERVER, transfer.AGENT, transfer.CLIENT),
        "chat": (
            chat.GATE,
            chat.SESSION,
            chat.TURN,
            chat.EXECUTION,
            chat.APPROVAL,
            chat.CONFIRMATION,
            chat.CARD,
            chat.HELPER,
        ),
    }
)
"""The machines of each conversation."""

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *account_endpoints.ENDPOINTS,
    *link_endpoints.ENDPOINTS,
    *session_endpoints.ENDPOINTS,
)
"""The HTTP API that our server performs."""

FURTHER_ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *signaling_endpoints.ENDPOINTS,
    *transfer_endpoints.ENDPOINTS,
    *chat_endpoints.ENDPOINTS,
)
"""Endpoints that are stated and that our server does not perform yet; they move to `ENDPOINTS` with their handlers."""

FAMILIES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "chat": chat_messages.FAMILIES | {f"{tool}_input": kind for tool, kind in chat_inputs.INPUTS.items()},
        "link": {"from_agent": link_messages.FromAgent, "to_agent": link_messages.ToAgent},
        "ipc": {"from_helper": ipc_messages.FromHelper, "from_broker": ipc_messages.FromBroker},
        "signaling": signaling_messages.FAMILIES,
        "desktop": {
            "from_agent": desktop_messages.AgentNoPicture,
            "from_viewer": desktop_messages.FromViewer,
            "to_viewer": desktop_messages.ToViewer,
            "input": desktop_messages.InputEvent,
            "to_helper": desktop_messages.ToHelper,
            "from_helper": desktop_messages.FromHelper,
            "cursor": desktop_messages.Cursor,
            "clipboard": desktop_messages.Clipboard,
            "filedrop": desktop_messages.FileDrop,
        },
        "terminal": {"from_viewer": terminal_messages.FromViewer, "to_viewer": terminal_messages.ToViewer},
        "transfer": transfer_messages.FAMILIES,
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
            session.desktop_product(),
            signaling.product(),
            signaling.product("signaling_candidates", without=signaling.CALM),
            signaling.code_product(),
            terminal.product(),
            desktop.DIRECT_PRODUCT,
            desktop.FALLBACK_PRODUCT,
            desktop.HUNG_PRODUCT,
            transfer.product(),
            chat.product(),
            chat.approval_product(),
        )
    }
)
"""The coupled machines that are model-checked, by name."""

PLANTED: Final[Mapping[str, Product]] = MappingProxyType(
    {
        "answer before the call is answered": signaling.product(viewer=signaling.NAIVE_VIEWER),
        "connect code spent twice": signaling.code_product(signaling.NAIVE_CODE),
        "call after a cancellation": transfer.product(server=transfer.NAIVE_FORGETFUL),
        "transfer that ends twice": transfer.product(server=transfer.NAIVE_REVIVING),
        "transfer that waits for ever": transfer.product(server=transfer.NAIVE_PATIENT),
        "approval used twice": chat.approval_product(chat.NAIVE_APPROVAL),
        "call that outlives its turn": chat.product(chat.NAIVE_TURN),
        "desktop input before connected": desktop.EAGER_PRODUCT,
        "desktop peer closed twice": desktop.FORGETFUL_PRODUCT,
        "desktop without deadlines": desktop.PATIENT_PRODUCT,
        "resize before connected": terminal.product(terminal.NAIVE_VIEWER, terminal.NAIVE_RELAY, capacity=1),
        "ping before the session key": ipc.product(ipc.EAGER_BROKER, capacity=1),
        "second session key": ipc.product(ipc.GENEROUS_BROKER, ipc.INSISTING_HELPER, capacity=1),
        "frames that nobody gives up": ipc.product(capacity=1, breaks=False),
        "reply after the time-out": ipc.request_product(ipc.NAIVE_REQUEST),
    }
)
"""Products with a known violation, which the checkers have to find."""
