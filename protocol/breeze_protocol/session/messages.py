"""What is said about sessions over the HTTP API."""

from typing import Annotated, Literal

from msgspec import Meta

from breeze_protocol.ids import Uuid
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.signaling.messages import Candidate
from breeze_protocol.wire import Closed, Open

SessionType = Literal["terminal", "desktop", "file_transfer"]
SessionStatus = Literal["pending", "connecting", "active", "disconnected", "failed"]


class SessionCreate(Closed):
    """SESS-001: open a session of this type on this device."""

    device_id: Uuid
    type: SessionType


class DeviceBrief(Open, omit_defaults=False):
    """The device that a session is on."""

    id: Uuid
    hostname: str
    os_type: str
    status: str | None = None


class Person(Open):
    """Whose session it is."""

    name: str
    email: str


class SessionCreated(Open, omit_defaults=False):
    """SESS-001: answer 201."""

    id: Uuid
    device_id: Uuid
    user_id: Uuid
    type: SessionType
    status: SessionStatus
    created_at: str
    device: DeviceBrief


class SessionRow(Open, omit_defaults=False):
    """One session in a list."""

    id: Uuid
    device_id: Uuid
    user_id: Uuid
    type: SessionType
    status: SessionStatus
    created_at: str
    started_at: str | None
    ended_at: str | None
    duration_seconds: int | None
    bytes_transferred: int | None
    bytes_measured: int | None
    error_message: str | None
    device: DeviceBrief
    user: Person | None


class SessionDetails(SessionRow, omit_defaults=False):
    """SESS-005: everything about one session."""

    webrtc_offer: str | None = None
    webrtc_answer: str | None = None
    ice_candidates: list[Candidate] = []
    """The other party's: for a viewer the device's (SIGN-012)."""
    recording_url: str | None = None


class Pagination(Open, omit_defaults=False):
    """Where in the whole a page lies."""

    page: int
    limit: int
    total: int


class SessionList(Open, omit_defaults=False):
    """SESS-026: one page of sessions, newest first."""

    data: list[SessionRow]
    pagination: Pagination


class SessionListQuery(Open, forbid_unknown_fields=True):
    """SESS-026: filters; `includeEnded=true` shows what has ended too, and so does naming an ended status."""

    page: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    limit: Annotated[int, Meta(ge=1, le=int(DEFAULTS["page_rows"]))] = 50
    device_id: Uuid | None = None
    status: SessionStatus | None = None
    type: SessionType | None = None
    include_ended: bool = False


class SessionEnd(Open):
    """SESS-020: how many bytes the caller says were transferred; unknown fields are dropped, as deployed peers send some."""

    bytes_transferred: Annotated[int, Meta(ge=0, le=1 << 62)] | None = None
    recording_url: Annotated[str, Meta(max_length=2048)] | None = None


class SessionEnded(Open, omit_defaults=False):
    """SESS-020: the session as it ended."""

    id: Uuid
    status: SessionStatus
    ended_at: str
    duration_seconds: int
    bytes_transferred: int | None
    bytes_measured: int | None


class StaleQuery(Open, forbid_unknown_fields=True):
    """SESS-024: which live sessions to end."""

    device_id: Uuid | None = None
    all: bool = False


class StaleEnded(Open, omit_defaults=False):
    """SESS-024: which sessions ended."""

    cleaned: int
    ids: list[Uuid]
