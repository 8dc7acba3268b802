"""What is said about file transfers: by people and agents over HTTP, and in commands to the agent."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from msgspec import Meta

from breeze_protocol.ids import Uuid
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.wire import Closed, Open

Direction = Literal["upload", "download"]
"""Seen from the device: `upload` is device to person, `download` is person to device (XFER-001)."""
TransferStatus = Literal["pending", "transferring", "completed", "failed"]
Verification = Literal["pending", "agreed", "unverified"]
"""Whether both ends have named the same SHA-256: not yet, yes, or the agent is one that names none (XFER-042)."""
Size = Annotated[int, Meta(ge=0, le=1 << 53, description="Bytes.")]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64, description="SHA-256 in lower-case hexadecimal.")]
RemotePath = Annotated[
    str,
    Meta(
        pattern=r"^(/|[A-Za-z]:[\\/]|\\\\)[^\x00]*$",
        min_length=1,
        max_length=4096,
        description="Absolute path on the device.",
    ),
]
Filename = Annotated[
    str,
    Meta(
        pattern=r"^[^\x00-\x1f\x7f/\\]+$",
        min_length=1,
        max_length=500,
        description="Name without a directory, for the person's side.",
    ),
]
Failure = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[a-z_]+$")]
"""Why a transfer failed, from the registry of failures (XFER-035)."""
Words = Annotated[str, Meta(max_length=1000)]
ChunkIndex = Annotated[int, Meta(ge=0, lt=int(DEFAULTS["transfer_chunks"]))]


# -- person and server ------------------------------------------------------------------------------------------------
class TransferCreate(Closed):
    """XFER-002: move this file. `sizeBytes` of an `upload` is an expectation that the device's own answer replaces."""

    device_id: Uuid
    direction: Direction
    remote_path: RemotePath
    local_filename: Filename
    size_bytes: Size
    session_id: Uuid | None = None
    """A live session of type `file_transfer` on the same device; its end aborts the transfer (XFER-034)."""
    sha256: Sha256 | None = None
    """Of a `download`: what the person's bytes have to add up to (XFER-040)."""


class TransferDevice(Open, omit_defaults=False):
    """The device of a transfer."""

    id: Uuid
    hostname: str
    os_type: str


class TransferUser(Open, omit_defaults=False):
    """Whose transfer it is."""

    name: str


class TransferRow(Open, omit_defaults=False):
    """XFER-006: one transfer in a list."""

    id: Uuid
    session_id: Uuid | None
    device_id: Uuid
    user_id: Uuid
    direction: Direction
    remote_path: str
    local_filename: str
    size_bytes: Size
    status: TransferStatus
    progress_percent: Annotated[int, Meta(ge=0, le=100)]
    error_code: Failure | None
    error_message: str | None
    created_at: str
    completed_at: str | None
    device: TransferDevice
    user: TransferUser | None


class TransferDetails(TransferRow, omit_defaults=False):
    """XFER-007: one transfer with what is needed to continue it."""

    received_bytes: Size = 0
    """Bytes at the server, gaps not counted."""
    delivered_bytes: Size = 0
    """Of a `download`: bytes that the agent has asked for and got."""
    next_offset: Size = 0
    """Bytes at the server without a gap from the start: where to go on."""
    next_chunk: int = 0
    """Of a `download`: the first chunk that is missing."""
    missing_chunks: Annotated[list[int], Meta(max_length=int(DEFAULTS["transfer_gaps_listed"]))] = []
    """Of a `download`: the missing chunks below the highest one received, the lowest hundred of them."""
    sha256: Sha256 | None = None
    """What the server has computed; null until it has every byte."""
    verification: Verification = "pending"


class TransferPage(Open, omit_defaults=False):
    """Where in the whole a page of transfers lies."""

    page: int
    limit: int
    total: int


class TransferList(Open, omit_defaults=False):
    """XFER-006: one page of transfers, newest first."""

    data: list[TransferRow]
    pagination: TransferPage


class TransferListQuery(Open, forbid_unknown_fields=True):
    """XFER-006: filters of the list."""

    page: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    limit: Annotated[int, Meta(ge=1, le=int(DEFAULTS["page_rows"]))] = 50
    device_id: Uuid | None = None
    status: TransferStatus | None = None
    direction: Direction | None = None


class ChunkForm(Closed):
    """XFER-010: the fields of a chunk's `multipart/form-data` body. `data` is a file or plain text field of bytes."""

    chunk_index: ChunkIndex
    data: Annotated[bytes, Meta(min_length=1)]


class ChunkTaken(Open, omit_defaults=False):
    """XFER-010: the chunk is stored. `bytesReceived` counts every byte of the transfer at the server once."""

    chunk_index: ChunkIndex
    bytes_received: Size
    progress_percent: Annotated[int, Meta(ge=0, le=100)]
    status: TransferStatus


class TransferCancelled(Open, omit_defaults=False):
    """XFER-030: the transfer as it ended."""

    id: Uuid
    status: Literal["failed"]
    error_code: Literal["cancelled"]
    error_message: Literal["Cancelled by user"]
    completed_at: str


# -- commands to an agent that named `transfer` -----------------------------------------------------------------------
class TransferStart(Open):
    """XFER-050: begin this transfer, or go on with it. The rest is said over HTTP."""

    transfer_id: Uuid
    direction: Direction
    path: RemotePath
    size_bytes: Size = 0
    """Of a `download`: the size of the file."""
    sha256: Sha256 | None = None
    """Of a `download`: what the file has to hash to before it is put in its place."""


class TransferStarted(Open):
    """XFER-050: result; the transfer has been taken up."""

    transfer_id: Uuid
    accepted: bool


class TransferRefused(Open):
    """XFER-051: `result` of a start that failed."""

    transfer_id: Uuid
    error_code: Failure


class TransferCancel(Open):
    """XFER-052: stop this transfer and remove what is unfinished."""

    transfer_id: Uuid
    reason: Words = ""


class TransferStopped(Open):
    """XFER-052: result; nothing of the transfer is left running."""

    transfer_id: Uuid
    cancelled: bool


# -- agent and server over HTTP ---------------------------------------------------------------------------------------
class TransferBegin(Open):
    """XFER-053: the file is open. Of an `upload` the size that the device finds, which replaces `sizeBytes`."""

    size_bytes: Size | None = None


class TransferGoOn(Open, omit_defaults=False):
    """XFER-053: where to go on: of an `upload` the first byte that the server lacks."""

    transfer_id: Uuid
    direction: Direction
    size_bytes: Size
    offset: Size
    piece_bytes: Size
    """The largest piece that the server takes."""
    sha256: Sha256 | None


class PieceTaken(Open, omit_defaults=False):
    """XFER-054: the piece is stored."""

    received_bytes: Size
    next_offset: Size


class TransferFinish(Open):
    """XFER-055: the agent has sent, or written and put in its place, this many bytes with this hash."""

    size_bytes: Size
    sha256: Sha256


class TransferAgreed(Open, omit_defaults=False):
    """XFER-055: both ends agree; the transfer is completed."""

    transfer_id: Uuid
    status: Literal["completed"]


class TransferBroken(Open):
    """XFER-056: the agent cannot go on."""

    error_code: Failure
    error: Words = ""


class TransferNoted(Open, omit_defaults=False):
    """XFER-056: the failure is recorded."""

    transfer_id: Uuid
    status: TransferStatus


# -- commands that deployed agents know -------------------------------------------------------------------------------
Encoding = Literal["text", "base64"]


class FileRead(Open):
    """XFER-060: read a whole file; deployed agents refuse one above 1 MiB."""

    path: RemotePath
    encoding: Encoding = "base64"


class FileContent(Open):
    """XFER-060: result of `file_read`."""

    path: str
    size: Size
    encoding: Encoding
    content: Annotated[str, Meta(max_length=2 << 20)]
    modified: str | None = None


class FileWrite(Open, omit_defaults=False):
    """XFER-061: write a whole file; deployed agents create missing directories and refuse more than 4 MiB."""

    path: RemotePath
    content: Annotated[str, Meta(max_length=6 << 20)]
    encoding: Encoding = "base64"


class FileWritten(Open):
    """XFER-061: result of `file_write`."""

    path: str
    size: Size
    written: bool


FAMILIES: Final[Mapping[str, Any]] = {
    "transfer_create": TransferCreate,
    "transfer_details": TransferDetails,
    "transfer_list": TransferList,
    "chunk_taken": ChunkTaken,
    "transfer_cancelled": TransferCancelled,
    "transfer_start": TransferStart,
    "transfer_started": TransferStarted,
    "transfer_refused": TransferRefused,
    "transfer_cancel": TransferCancel,
    "transfer_stopped": TransferStopped,
    "transfer_begin": TransferBegin,
    "transfer_go_on": TransferGoOn,
    "piece_taken": PieceTaken,
    "transfer_finish": TransferFinish,
    "transfer_agreed": TransferAgreed,
    "transfer_broken": TransferBroken,
    "transfer_noted": TransferNoted,
    "file_read": FileRead,
    "file_content": FileContent,
    "file_write": FileWrite,
    "file_written": FileWritten,
}
"""Every message that is JSON, by the name of its vectors; a chunk is a form, a piece is bytes."""
