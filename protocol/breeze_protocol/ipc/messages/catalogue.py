"""Every message type: who sends it, what it needs, what answers it and how long the asking side waits."""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Annotated, Any, Final, Literal

import attrs
import msgspec
from msgspec import Meta

from breeze_protocol.clause import clauses
from breeze_protocol.desktop import messages as cargo
from breeze_protocol.ipc.messages import desktop as d
from breeze_protocol.ipc.messages import handshake as h
from breeze_protocol.ipc.messages import screen as s
from breeze_protocol.ipc.messages import work as w

Side = Literal["broker", "helper"]


@attrs.frozen
class MessageType:
    """One message type in one direction. `kind` names the event that it is in the tables: `<kind>_received`."""

    name: str
    sender: Side
    kind: str
    payload: Any
    """Type of the payload; None: null."""
    because: tuple[str, ...]
    scope: str | None = None
    """The scope that a helper needs to receive or to send it; `command` takes it from its own type (IPC-100)."""
    reply: str | None = None
    """Type of the reply, for what asks for one."""
    timeout: str = "ipc_request_timeout"
    """Name of the limit after which the asking side gives up."""
    subject: str | None = None
    """Name of the field that request and reply have in common (IPC-081)."""
    capability: str | None = None
    feature: str | None = None
    """Used only where both sides have named it (IPC-065)."""


def _type(name: str, sender: Side, kind: str, payload: Any, because: str, **rest: Any) -> MessageType:
    return MessageType(name, sender, kind, payload, clauses(because), **rest)


_DESKTOP: Final = {"scope": "desktop"}
_CLIPBOARD: Final = {"scope": "clipboard", "capability": "can_clipboard", "timeout": "ipc_clipboard_timeout"}
_STREAM: Final = {"scope": "desktop", "feature": "desktop_stream"}
_CHAT: Final = {"scope": "tray", "feature": "chat"}

# fmt: off
TYPES: Final = (
    # handshake
    _type("auth_request", "helper", "auth_request", h.AuthRequest, "IPC-040", reply="auth_response", timeout="ipc_auth_wait"),
    _type("auth_response", "broker", "auth_response", h.AuthResponse, "IPC-042"),
    _type("pre_auth_reject", "broker", "pre_auth_reject", h.PreAuthReject, "IPC-035"),
    # both ways
    _type("ping", "broker", "ping", None, "IPC-090"),
    _type("ping", "helper", "ping", None, "IPC-090"),
    _type("pong", "broker", "pong", None, "IPC-091"),
    _type("pong", "helper", "pong", None, "IPC-091"),
    _type("disconnect", "broker", "disconnect", None, "IPC-095"),
    _type("disconnect", "helper", "disconnect", None, "IPC-095"),
    # the broker asks
    _type("command", "broker", "request", w.Command, "IPC-100", reply="command_result", subject="command_id"),
    _type("notify", "broker", "request", s.Notify, "IPC-110", scope="notify", capability="can_notify", reply="notify_result", timeout="ipc_notify_timeout"),
    _type("desktop_start", "broker", "request", d.DesktopStart, "IPC-120", **_DESKTOP, capability="can_capture", reply="desktop_start", timeout="ipc_desktop_start_timeout", subject="session_id"),
    _type("desktop_stop", "broker", "request", d.DesktopStop, "IPC-121", **_DESKTOP, reply="desktop_stop", timeout="ipc_desktop_stop_timeout"),
    _type("desktop_stream_start", "broker", "request", cargo.StreamStart, "IPC-127", **_STREAM, capability="can_capture", reply="desktop_stream_start", timeout="ipc_desktop_start_timeout", subject="session_id"),
    _type("desktop_stream_stop", "broker", "request", cargo.StreamStop, "IPC-127", **_STREAM, reply="desktop_stream_stop", timeout="ipc_desktop_stop_timeout"),
    _type("clipboard_get", "broker", "request", None, "IPC-130", **_CLIPBOARD, reply="clipboard_data"),
    _type("clipboard_set", "broker", "request", d.Clipboard, "IPC-131", **_CLIPBOARD, reply="clipboard_set"),
    _type("launch_process", "broker", "request", d.LaunchProcess, "IPC-133", scope="run_as_user", reply="launch_result", timeout="ipc_launch_timeout"),
    _type("confirm_request", "broker", "request", s.ConfirmRequest, "IPC-117", **_CHAT, reply="confirm_result", timeout="ipc_confirm_timeout", subject="execution_id"),
    # the helper replies
    _type("command_result", "helper", "reply", w.CommandResult, "IPC-100"),
    _type("notify_result", "helper", "reply", s.NotifyResult, "IPC-111"),
    _type("desktop_start", "helper", "reply", d.DesktopStarted, "IPC-120"),
    _type("desktop_stop", "helper", "reply", d.DesktopStopped, "IPC-121"),
    _type("desktop_stream_start", "helper", "reply", cargo.StreamStarted, "IPC-127"),
    _type("desktop_stream_stop", "helper", "reply", d.DesktopStopped, "IPC-127"),
    _type("clipboard_data", "helper", "reply", d.Clipboard, "IPC-130"),
    _type("clipboard_set", "helper", "reply", d.ClipboardIsSet, "IPC-131"),
    _type("launch_result", "helper", "reply", d.LaunchResult, "IPC-133"),
    _type("confirm_result", "helper", "reply", s.ConfirmResult, "IPC-117"),
    # the broker tells
    _type("tray_update", "broker", "notice", s.TrayUpdate, "IPC-112", scope="tray", capability="can_tray"),
    _type("desktop_input", "broker", "notice", cargo.DesktopInput, "IPC-122", **_DESKTOP),
    _type("desktop_config", "broker", "notice", cargo.DesktopConfig, "IPC-128", **_STREAM),
    _type("desktop_candidate", "broker", "notice", d.DesktopCandidate, "IPC-124", **_DESKTOP, feature="desktop_candidate"),
    _type("console_user_changed", "broker", "notice", d.ConsoleUserChanged, "IPC-126", **_DESKTOP),
    _type("helper_settings", "broker", "notice", s.HelperSettings, "IPC-114", **_CHAT),
    _type("helper_token_update", "broker", "notice", s.HelperTokenUpdate, "IPC-116", **_CHAT),
    # the helper tells
    _type("capabilities", "helper", "capabilities", h.Capabilities, "IPC-060"),
    _type("tray_action", "helper", "report", s.TrayAction, "IPC-113", scope="tray"),
    _type("desktop_peer_disconnected", "helper", "report", d.DesktopPeerDisconnected, "IPC-123", **_DESKTOP),
    _type("desktop_candidate", "helper", "report", d.DesktopCandidate, "IPC-124", **_DESKTOP, feature="desktop_candidate"),
    _type("desktop_frame", "helper", "report", d.DesktopFrame, "IPC-125", **_STREAM),
    _type("tcc_status", "helper", "report", d.TccStatus, "IPC-134", **_DESKTOP),
    # the helper asks, the broker answers
    _type("sas_request", "helper", "question", d.SasRequest, "IPC-132", **_DESKTOP, reply="sas_response", timeout="ipc_sas_timeout"),
    _type("sas_response", "broker", "answer", d.SasResponse, "IPC-132"),
)
# fmt: on
"""All of them, in the order of the specification."""

CATALOGUE: Final = {(each.sender, each.name): each for each in TYPES}
"""By sender and name: `desktop_start` is a request one way and its reply the other way."""

FEATURES: Final = tuple(dict.fromkeys(each.feature for each in TYPES if each.feature))
"""What our sides name (IPC-065)."""

SCOPES: Final = ("notify", "tray", "clipboard", "desktop", "run_as_user")
"""Every scope that a broker of this version grants."""

CAPABILITY_SCOPES: Final = {
    "can_notify": "notify",
    "can_tray": "tray",
    "can_capture": "desktop",
    "can_clipboard": "clipboard",
}
"""The scope without which a capability does not count (IPC-061)."""


def _frames(sender: Side) -> Iterator[Any]:
    seq = Annotated[int, Meta(ge=1)]
    digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
    identity = Annotated[str, Meta(max_length=256)]
    for each in TYPES:
        if each.sender == sender:
            optional = each.payload is not None and each.kind in ("reply", "answer")
            said = each.payload | None if optional else each.payload
            yield msgspec.defstruct(
                "".join(word.title() for word in (sender, *each.name.split("_"), "frame")),
                [("id", identity), ("seq", seq), ("hmac", digest), ("payload", said), ("error", str, "")],
                tag=each.name,
                tag_field="type",
                kw_only=True,
                namespace={"__doc__": f"{each.because[0]}: the frame of `{each.name}` from the {sender}."},
            )


FromHelper: Final = reduce(or_, _frames("helper"))
"""Every frame that a helper sends, whole: for schemas and vectors. Peers decode the envelope first (IPC-011)."""
FromBroker: Final = reduce(or_, _frames("broker"))
"""Every frame that a broker sends, whole."""
