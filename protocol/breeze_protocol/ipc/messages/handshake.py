"""The handshake, the capabilities, and what keeps a session alive."""

from typing import Annotated

from msgspec import Meta

from breeze_protocol.ids import Uuid
from breeze_protocol.wire import Open

Name = Annotated[str, Meta(max_length=256)]
Features = Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=64)]
Scopes = Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=32)]
Hex = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64, description="64 lower-case hexadecimal digits.")]
Uint32 = Annotated[int, Meta(ge=0, le=(1 << 32) - 1)]


class AuthRequest(Open, omit_defaults=False):
    """IPC-040: who the helper says it is. The broker believes none of it, and refuses what does not agree."""

    protocol_version: int
    uid: Uint32
    username: Name
    session_id: Name
    display_env: Name
    pid: Annotated[int, Meta(ge=0, le=(1 << 32) - 1)]
    binary_hash: Annotated[str, Meta(max_length=256)]
    sid: Annotated[str, Meta(max_length=256)] = ""
    win_session_id: Uint32 = 0
    helper_role: Annotated[str, Meta(max_length=64)] = ""
    """Left out or empty: what the profile says (IPC-044)."""
    binary_kind: Annotated[str, Meta(max_length=64)] = ""
    desktop_context: Annotated[str, Meta(max_length=64)] = ""
    features: Features = []
    """IPC-065: messages beyond the deployed wire that the helper knows; deployed helpers name none."""


class AuthResponse(Open):
    """IPC-042, IPC-054: accepted with a key and scopes, or rejected with a reason."""

    accepted: bool
    session_key: Hex | None = None
    agent_id: Uuid | None = None
    allowed_scopes: Scopes = []
    reason: Annotated[str, Meta(max_length=1024)] = ""
    code: Annotated[str, Meta(max_length=64)] = ""
    permanent: bool = False
    """The helper gives up (IPC-056)."""
    features: Features = []


class PreAuthReject(Open):
    """IPC-035: the broker takes no `auth_request` on this connection."""

    code: Annotated[str, Meta(max_length=64)]
    reason: Annotated[str, Meta(max_length=1024)] = ""
    permanent: bool = False


class Capabilities(Open, omit_defaults=False):
    """IPC-060: what the helper can do in the session that it runs in, now."""

    can_notify: bool = False
    can_tray: bool = False
    can_capture: bool = False
    can_clipboard: bool = False
    display_server: Annotated[str, Meta(max_length=4096)] = ""
