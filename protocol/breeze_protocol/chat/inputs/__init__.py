"""The input of every tool, action by action: what a model may ask for, with its bounds (CHAT-066).

Every type is closed: an unknown field could be a demand that the person who approves does not see. `deviceId` may
always be left out; where it is given it has to be the session's device (CHAT-064).
"""

from fnmatch import fnmatchcase
from typing import Any, Final

from breeze_protocol.chat.inputs.acting import (
    AcknowledgeAlert,
    DeleteFile,
    ExecuteCleanup,
    GetAlert,
    ListAlerts,
    ListFiles,
    ListServices,
    MakeFolder,
    NetworkDiscovery,
    PreviewCleanup,
    QuarantineThreat,
    ReadFile,
    RemoveThreat,
    RenameFile,
    ResolveAlert,
    RestartService,
    RestoreThreat,
    Scan,
    ScanStatus,
    StartService,
    StopService,
    WriteFile,
)
from breeze_protocol.chat.inputs.commands import (
    CommandListFiles,
    CommandListServices,
    CommandReadFile,
    CommandRestartService,
    CommandStartService,
    CommandStopService,
    KillProcess,
    ListEventLogs,
    ListProcesses,
    QueryEventLogs,
)
from breeze_protocol.chat.inputs.control import (
    Click,
    DoubleClick,
    LeftClick,
    Look,
    MiddleClick,
    MouseMove,
    PressKey,
    RightClick,
    Scroll,
    TypeText,
)
from breeze_protocol.chat.inputs.looking import (
    AnalyzeDiskUsage,
    AnalyzeMetrics,
    AnalyzeScreen,
    DetectLogCorrelations,
    GetActiveUsers,
    GetDeviceDetails,
    GetFleetHealth,
    GetLogTrends,
    GetSecurityPosture,
    GetUserExperienceMetrics,
    QueryAuditLog,
    QueryChangeLog,
    QueryDevices,
    SearchLogs,
    TakeScreenshot,
)

ManageAlerts = ListAlerts | GetAlert | AcknowledgeAlert | ResolveAlert
ManageServices = ListServices | StartService | StopService | RestartService
DiskCleanup = PreviewCleanup | ExecuteCleanup
FileOperations = ListFiles | ReadFile | WriteFile | DeleteFile | MakeFolder | RenameFile
SecurityScan = Scan | ScanStatus | QuarantineThreat | RemoveThreat | RestoreThreat
Clicks = Click | LeftClick | RightClick | MiddleClick | DoubleClick | MouseMove
ComputerControl = Clicks | Scroll | PressKey | TypeText | Look
Processes = ListProcesses | KillProcess | CommandListServices | CommandStartService | CommandStopService
ExecuteCommand = Processes | CommandRestartService | CommandListFiles | CommandReadFile | ListEventLogs | QueryEventLogs

# fmt: off
INPUTS: Final[dict[str, Any]] = {
    "take_screenshot": TakeScreenshot,           "analyze_screen": AnalyzeScreen,
    "query_devices": QueryDevices,               "get_device_details": GetDeviceDetails,
    "analyze_metrics": AnalyzeMetrics,           "get_active_users": GetActiveUsers,
    "get_user_experience_metrics": GetUserExperienceMetrics, "get_security_posture": GetSecurityPosture,
    "get_fleet_health": GetFleetHealth,          "analyze_disk_usage": AnalyzeDiskUsage,
    "query_audit_log": QueryAuditLog,            "search_logs": SearchLogs,
    "get_log_trends": GetLogTrends,              "query_change_log": QueryChangeLog,
    "detect_log_correlations": DetectLogCorrelations, "manage_alerts": ManageAlerts,
    "manage_services": ManageServices,           "disk_cleanup": DiskCleanup,
    "file_operations": FileOperations,           "computer_control": ComputerControl,
    "execute_command": ExecuteCommand,           "security_scan": SecurityScan,
    "network_discovery": NetworkDiscovery,
}
"""The type of each tool's input."""
# fmt: on

BLOCKED: Final = (
    "/etc/shadow*",
    "/etc/gshadow*",
    "/etc/passwd*",
    "/etc/sudoers*",
    "/proc",
    "/sys",
    "/dev",
    "/root/.ssh",
    "/home/*/.ssh",
    "/var/run",
    "/run",
    "/var/lib/docker",
    "c:/windows/system32/config",
    "c:/windows/sam",
    "c:/users/*/appdata",
)
"""CHAT-077: places that no tool reads or changes, whatever case and slashes; `*` is any part of a component."""


def blocked(path: str) -> bool:
    """Whether a path lies at or below a place that tools leave alone (CHAT-077)."""
    parts = [part.rstrip(" .") for part in path.replace("\\", "/").lower().split("/")]
    parts = [part for part in parts if part not in ("", "?")]
    parts = parts[1:] if parts[:1] == ["private"] else parts  # where macOS keeps /etc and /var
    return any(_below(parts, [part for part in place.split("/") if part]) for place in BLOCKED)


def _below(parts: list[str], place: list[str]) -> bool:
    return len(parts) >= len(place) and all(
        fnmatchcase(have, want) for want, have in zip(place, parts[: len(place)], strict=True)
    )


def paths(given: Any) -> list[str]:
    """Every path that an input names."""
    holders = (given, getattr(given, "payload", None))
    single = [getattr(holder, name, None) for holder in holders for name in ("path", "new_path")]
    return [path for path in (*single, *(getattr(given, "paths", None) or ())) if isinstance(path, str)]
