"""Remote desktop, clipboard, the secure attention sequence, and what a helper reports of its desktop."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from breeze_protocol.wire import Open

DesktopId = Annotated[str, Meta(pattern="^[A-Za-z0-9._:-]{1,128}$", max_length=128)]
Name = Annotated[str, Meta(max_length=256)]


class IceServer(Open):
    """One entry of `iceServers`."""

    urls: str | list[str]
    username: str | None = None
    credential: str | None = None


class DesktopStart(Open):
    """IPC-120: start to capture, and answer the offer."""

    session_id: DesktopId
    offer: Annotated[str, Meta(min_length=1, max_length=262_144)]
    ice_servers: Annotated[list[IceServer], Meta(max_length=64)] = []
    display_index: Annotated[int, Meta(ge=0, le=16)] = 0
    gpu_vendor: Name = ""


class DesktopStarted(Open):
    """IPC-120: the answer to the offer."""

    session_id: DesktopId
    answer: Annotated[str, Meta(min_length=1, max_length=262_144)]


class DesktopStop(Open):
    """IPC-121: end this desktop and release what it holds."""

    session_id: DesktopId


class DesktopStopped(Open, omit_defaults=False):
    """IPC-121, IPC-127: it has ended."""

    stopped: bool = True


class DesktopCandidate(Open):
    """IPC-124: one ICE candidate of the other party; null is the end of candidates."""

    session_id: DesktopId
    candidate: dict[str, Any] | None


class DesktopFrame(Open):
    """IPC-125: one picture of a stream."""

    session_id: DesktopId
    number: Annotated[int, Meta(ge=0, le=1 << 53)]
    width: Annotated[int, Meta(ge=1, le=65_535)]
    height: Annotated[int, Meta(ge=1, le=65_535)]
    data: Annotated[str, Meta(max_length=5_592_408, description="JPEG in base64, at most 4 MiB decoded.")]


class DesktopPeerDisconnected(Open):
    """IPC-123: the viewer's peer connection of this desktop is gone."""

    session_id: DesktopId


class ConsoleUserChanged(Open):
    """IPC-126: another user sits at the console; `loginwindow` where nobody is logged in."""

    username: Name


class Clipboard(Open, omit_defaults=False):
    """IPC-130: the contents of a clipboard: text, or rich text or an image in base64."""

    type: Literal["text", "rtf", "image"]
    text: Annotated[str, Meta(max_length=1 << 20)] = ""
    rtf: Annotated[str, Meta(max_length=2_796_204)] | None = None
    image: Annotated[str, Meta(max_length=11_184_812)] | None = None
    image_format: Literal["png", "jpeg", ""] = ""


class ClipboardIsSet(Open, omit_defaults=False):
    """IPC-131: the clipboard has the contents."""

    ok: bool = True


class SasRequest(Open):
    """IPC-132: press Ctrl+Alt+Del in this Windows session, or in the helper's own."""

    win_session_id: Annotated[int, Meta(ge=0, le=(1 << 32) - 1)] | None = None


class SasResponse(Open, omit_defaults=False):
    """IPC-132: whether it was pressed."""

    ok: bool
    error: Annotated[str, Meta(max_length=1024)] = ""


class LaunchProcess(Open):
    """IPC-133: start a program that lies beside the helper, as the helper's user."""

    binary_path: Annotated[str, Meta(min_length=1, max_length=4096, pattern=r"^[^\x00-\x1f\x7f]*$")]
    args: Annotated[
        list[Annotated[str, Meta(max_length=4096, pattern=r"^[^\x00-\x1f\x7f]*$")]], Meta(max_length=32)
    ] = []


class LaunchResult(Open):
    """IPC-133: whether it started; errors are words in here, never in the envelope."""

    ok: bool
    pid: int | None = None
    error: Annotated[str, Meta(max_length=1024)] | None = None


class TccStatus(Open):
    """IPC-134: which of its permissions macOS has granted."""

    screen_recording: bool
    accessibility: bool
    full_disk_access: bool
    checked_at: Annotated[str, Meta(max_length=64)]
    remote_desktop: bool | None = None
