"""From a call to the commands that carry it out: what the server sends, and the agent compares with (CHAT-079).

Both sides take the same step, so that what a person approved is what runs, and not what a server made of it.
"""

from collections.abc import Mapping
from typing import Any, Final

from breeze_protocol.chat.tools import action_of

Sent = tuple[str, dict[str, Any]]
"""Type and payload of one command."""

_CLICKS: Final = {"left": "left_click", "right": "right_click", "middle": "middle_click"}
_THREATS: Final = {
    "scan": "security_scan",
    "status": "security_collect_status",
    "quarantine": "security_threat_quarantine",
    "remove": "security_threat_remove",
    "restore": "security_threat_restore",
}
_CONTROL: Final = (
    "x",
    "y",
    "text",
    "key",
    "modifiers",
    "scrollDelta",
    "monitor",
    "captureAfter",
    "captureDelayMs",
    "coordinateSpaceWidth",
    "coordinateSpaceHeight",
)
_ANALYSIS: Final = ("path", "maxDepth", "topFiles", "topDirs", "maxEntries", "workers", "timeoutSeconds")


def commands(tool: str, given: Mapping[str, Any]) -> list[Sent]:
    """The commands of a valid input, in order; none where the server answers from its own records."""
    name = action_of(tool, given)
    match tool:
        case "take_screenshot" | "analyze_screen":
            return [("take_screenshot", {"monitor": given.get("monitor", 0)})]
        case "computer_control":
            return [("computer_action", _control(name, given))]
        case "execute_command":
            return [(name, dict(given.get("payload") or {}))]
        case "manage_services":
            return [("list_services", {}) if name == "list" else (f"{name}_service", _named(given, "serviceName"))]
        case "file_operations":
            return [(f"file_{name}", _of(given, ("path", "content", "newPath")))]
        case "analyze_disk_usage" if given.get("refresh"):
            return [("filesystem_analysis", {"trigger": "on_demand", **_of(given, _ANALYSIS)})]
        case "disk_cleanup" if name == "execute":
            return [("file_delete", {"path": path, "recursive": True}) for path in given["paths"]]
        case "security_scan":
            return [(_THREATS[name], _of(given, ("threatId",)))]
        case "network_discovery":
            return [("network_discovery", {**_of(given, ("subnet",)), "scanType": given.get("scanType", "ping")})]
    return []


def _control(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    deployed = _CLICKS[given.get("button", "left")] if name == "click" else name  # CHAT-075
    return {"action": deployed, **_of(given, _CONTROL)}


def _named(given: Mapping[str, Any], field: str) -> dict[str, Any]:
    return {"name": given[field]}


def _of(given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: given[name] for name in names if given.get(name) is not None}
