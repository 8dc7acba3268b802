"""The `clipboard` and `filedrop` channels: what is copied and what is dropped, both bounded."""

import base64
import hashlib
from typing import Annotated, Final, Literal

from msgspec import Meta, field

from breeze_protocol.errors import INVALID_MESSAGE, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.wire import Open, decode

CLIPBOARD_MESSAGE: Final = int(DEFAULTS["desktop_clipboard_message"])
"""Bytes of the largest message of the `clipboard` channel."""

Base64 = Annotated[str, Meta(max_length=CLIPBOARD_MESSAGE, pattern=r"^[A-Za-z0-9+/]*={0,2}$(?!\n)")]


# -- clipboard --------------------------------------------------------------------------------------------------------
class ClipboardText(Open, tag="text"):
    """DESK-050: characters were copied."""

    text: Annotated[str, Meta(max_length=int(DEFAULTS["desktop_clipboard_text"]))]


class ClipboardRtf(Open, tag="rtf"):
    """DESK-050: formatted characters were copied, as RTF in base64, with the plain ones where there are any."""

    rtf: Base64
    text: Annotated[str, Meta(max_length=int(DEFAULTS["desktop_clipboard_text"]))] = ""


class ClipboardImage(Open, tag="image"):
    """DESK-050: a picture was copied."""

    image: Base64
    image_format: Literal["png", "jpeg"] = field(default="png", name="image_format")


class ClipboardAck(Open, tag="ack"):
    """DESK-053: the content with this digest is on the clipboard now."""

    hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]


Clipboard = ClipboardText | ClipboardRtf | ClipboardImage | ClipboardAck


def clipboard(raw: str | bytes) -> Clipboard:
    """Decode a message of the `clipboard` channel; anything wrong is a RemoteProtocolError (DESK-052)."""
    message: Clipboard = decode(Clipboard, raw, limit=CLIPBOARD_MESSAGE)
    return message


def content(message: ClipboardText | ClipboardRtf | ClipboardImage) -> bytes:
    """The copied bytes themselves; base64 that is none is a RemoteProtocolError."""
    if isinstance(message, ClipboardText):
        return message.text.encode("utf-8", "replace")
    return _unbase64(message.rtf if isinstance(message, ClipboardRtf) else message.image)


def digest(message: ClipboardText | ClipboardRtf | ClipboardImage) -> str:
    """What an `ack` says of it: SHA-256 over type, text, RTF, image and image format, in hexadecimal (DESK-053)."""
    if isinstance(message, ClipboardText):
        parts = [b"text", content(message)]
    elif isinstance(message, ClipboardRtf):
        parts = [b"rtf", message.text.encode("utf-8", "replace"), content(message)]
    else:
        parts = [b"image", content(message), message.image_format.encode()]
    return hashlib.sha256(b"".join(parts)).hexdigest()


# -- file drop --------------------------------------------------------------------------------------------------------
TransferId = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$(?!\n)")]
FileBytes = Annotated[int, Meta(ge=0, le=int(DEFAULTS["desktop_drop_file"]))]


class DropStart(Open, tag="DROP_START"):
    """DESK-060: a file follows."""

    transfer_id: TransferId = field(name="transfer_id")
    name: Annotated[str, Meta(min_length=1, max_length=255)]
    size: FileBytes


class DropChunk(Open, tag="DROP_CHUNK"):
    """DESK-061: a piece of it, in order."""

    transfer_id: TransferId = field(name="transfer_id")
    offset: FileBytes
    data: Annotated[str, Meta(max_length=-(-int(DEFAULTS["desktop_drop_chunk"]) // 3) * 4)]


class DropComplete(Open, tag="DROP_COMPLETE"):
    """DESK-062: that was the file."""

    transfer_id: TransferId = field(name="transfer_id")


FileDrop = DropStart | DropChunk | DropComplete


def file_drop(raw: str | bytes) -> FileDrop:
    """Decode a message of the `filedrop` channel; anything wrong is a RemoteProtocolError (DESK-063)."""
    message: FileDrop = decode(FileDrop, raw, limit=2 * int(DEFAULTS["desktop_drop_chunk"]))
    return message


def drop_bytes(chunk: DropChunk) -> bytes:
    """The bytes of a piece; base64 that is none is a RemoteProtocolError."""
    return _unbase64(chunk.data)


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise RemoteProtocolError("not base64", code=INVALID_MESSAGE) from None
