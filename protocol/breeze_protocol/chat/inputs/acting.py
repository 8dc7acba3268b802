"""Inputs of the tools that act on the device, action by action."""

from typing import Annotated, Literal

from msgspec import Meta

from breeze_protocol.chat.inputs.fields import Acting, Input, Name, SafePath, Text255, UpTo100, UpTo200, Words
from breeze_protocol.ids import Uuid


class ListAlerts(Acting, tag="list", kw_only=True):
    """The device's alerts."""

    status: Literal["active", "acknowledged", "resolved", "suppressed"] | None = None
    severity: Literal["critical", "high", "medium", "low", "info"] | None = None
    limit: UpTo100 | None = None


class GetAlert(Acting, tag="get", kw_only=True):
    """One alert."""

    alert_id: Uuid


class AcknowledgeAlert(Acting, tag="acknowledge", kw_only=True):
    """Say that an alert was seen."""

    alert_id: Uuid


class ResolveAlert(Acting, tag="resolve", kw_only=True):
    """Say that an alert is settled."""

    alert_id: Uuid
    resolution_note: Words | None = None


class ListServices(Acting, tag="list", kw_only=True):
    """The services of the device."""

    service_name: Text255 | None = None


class StartService(Acting, tag="start", kw_only=True):
    """Start a service."""

    service_name: Name


class StopService(Acting, tag="stop", kw_only=True):
    """Stop a service."""

    service_name: Name


class RestartService(Acting, tag="restart", kw_only=True):
    """Stop and start a service."""

    service_name: Name


Categories = Annotated[list[Literal["temp_files", "browser_cache", "package_cache", "trash"]], Meta(max_length=10)]


class PreviewCleanup(Acting, tag="preview", kw_only=True):
    """What could be removed."""

    categories: Categories | None = None
    max_candidates: UpTo200 | None = None


class ExecuteCleanup(Acting, tag="execute", kw_only=True):
    """Remove what a preview named."""

    paths: Annotated[list[SafePath], Meta(min_length=1, max_length=200)]
    categories: Categories | None = None


class ListFiles(Acting, tag="list", kw_only=True):
    """Names in a folder."""

    path: SafePath


class ReadFile(Acting, tag="read", kw_only=True):
    """The content of a file."""

    path: SafePath


class WriteFile(Acting, tag="write", kw_only=True):
    """Replace the content of a file."""

    path: SafePath
    content: Annotated[str, Meta(max_length=1_000_000)]


class DeleteFile(Acting, tag="delete", kw_only=True):
    """Remove a file or folder."""

    path: SafePath


class MakeFolder(Acting, tag="mkdir", kw_only=True):
    """Make a folder."""

    path: SafePath


class RenameFile(Acting, tag="rename", kw_only=True):
    """Give a file another path."""

    path: SafePath
    new_path: SafePath


class Scan(Acting, tag="scan", kw_only=True):
    """Begin a scan for threats."""


class ScanStatus(Acting, tag="status", kw_only=True):
    """How the protection of the device fares."""


class QuarantineThreat(Acting, tag="quarantine", kw_only=True):
    """Lock a threat away."""

    threat_id: Name


class RemoveThreat(Acting, tag="remove", kw_only=True):
    """Remove a threat."""

    threat_id: Name


class RestoreThreat(Acting, tag="restore", kw_only=True):
    """Take a file out of quarantine."""

    threat_id: Name


class NetworkDiscovery(Input, kw_only=True):
    """Which computers are near."""

    subnet: Annotated[str, Meta(max_length=50, pattern=r"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$(?!\n)")] | None = None
    scan_type: Literal["ping", "arp", "full"] = "ping"
