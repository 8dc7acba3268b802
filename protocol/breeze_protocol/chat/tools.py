"""The tools of a model, as tables: who gets which (23 tools x 3 levels), and what each action needs (tool x action).

Nothing here asks a model or trusts one: the server offers by these tables, and judges every call by them again.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, cast

import attrs

LEVELS: Final = ("basic", "standard", "extended")
"""The permission levels, from the lowest."""

NEVER: Final = 4
"""The tier of what is never offered to a model, and of everything that no table names (CHAT-069)."""


@attrs.frozen
class Tool:
    """One tool: the levels that have it, how long it may take (s), how often it may run (calls, s; None: no limit)."""

    name: str
    levels: tuple[str, ...]
    timeout: float
    rate: tuple[int, float] | None
    captures: bool
    """It shows the screen to the model: gone where screen capture is not allowed (CHAT-063)."""
    says: str
    """What the model is told about it."""


@attrs.frozen
class Action:
    """One action of a tool (`""` where the tool has only one thing to do)."""

    tool: str
    action: str
    tier: int
    """1 runs unasked, 2 runs unasked in an untainted session, 3 asks, 4 never runs (CHAT-067)."""
    level: str
    """The lowest level that has it."""
    taints: bool
    """What it yields was written by others than the server (CHAT-092)."""
    says: str
    """What a person is asked, with fields of the input in braces."""


# fmt: off
_TOOLS = [  # tool                     basic/standard/extended  s   rate         captures  what it does
    ("take_screenshot",              "yes yes yes",   30, (10, 300), True,  "Take a picture of the user's screen."),
    ("analyze_screen",               "yes yes yes",   30, (10, 300), True,  "Look at the user's screen and list dialogs, banners, toasts, texts, the state of the application, and suggestions."),
    ("query_devices",                "yes yes yes",   60, None,      False, "Find this computer's record by its properties."),
    ("get_device_details",           "yes yes yes",   60, None,      False, "Show this computer's hardware, system and status."),
    ("analyze_metrics",              "yes yes yes",   60, None,      False, "Show processor, memory, disk and network over time."),
    ("get_active_users",             "yes yes yes",   60, None,      False, "Show who is logged in on this computer."),
    ("get_user_experience_metrics",  "yes yes yes",   60, None,      False, "Show how fast log-in and applications are for users."),
    ("get_security_posture",         "yes yes yes",   60, None,      False, "Show this computer's security score and recommendations."),
    ("get_fleet_health",             "yes yes yes",   60, None,      False, "Show how reliable this computer is."),
    ("analyze_disk_usage",           "yes yes yes",   90, (10, 300), False, "Show what takes up disk space, with candidates for removal."),
    ("query_audit_log",              "yes yes yes",   60, None,      False, "Show who did what to this computer."),
    ("search_logs",                  "yes yes yes",   60, (30, 300), False, "Search the agent's logs, then the system's."),
    ("get_log_trends",               "yes yes yes",   60, (20, 300), False, "Count log lines over time."),
    ("query_change_log",             "yes yes yes",   60, None,      False, "Show what was installed, removed or changed."),
    ("detect_log_correlations",      "--- yes yes",   60, (10, 300), False, "Find log lines that occur together."),
    ("manage_alerts",                "--- yes yes",   60, None,      False, "List, acknowledge and resolve this computer's alerts."),
    ("manage_services",              "--- yes yes",   60, (10, 300), False, "List, start, stop and restart services."),
    ("disk_cleanup",                 "--- yes yes",   90, (3, 600),  False, "Preview and remove temporary files, caches and trash."),
    ("file_operations",              "--- yes yes",   60, (20, 300), False, "List and read files, and change them where that is allowed."),
    ("computer_control",             "--- yes yes",   30, (20, 300), True,  "Move the mouse, click, scroll and type on the user's screen."),
    ("execute_command",              "--- --- yes",  120, (10, 300), False, "Run one of a fixed set of commands."),
    ("security_scan",                "--- --- yes",  120, (3, 600),  False, "Scan for threats and handle those that were found."),
    ("network_discovery",            "--- --- yes",  120, (2, 600),  False, "Find the computers in the network around this one."),
]
_ACTIONS = [  # tool            action          tier level       taints what a person is asked
    ("take_screenshot",         "",                1, "basic",    True,  "Take a picture of the screen"),
    ("analyze_screen",          "",                1, "basic",    True,  "Look at what is on the screen"),
    ("query_devices",           "",                1, "basic",    False, "Find this computer's record"),
    ("get_device_details",      "",                1, "basic",    False, "Read this computer's details"),
    ("analyze_metrics",         "",                1, "basic",    False, "Read this computer's performance"),
    ("get_active_users",        "",                1, "basic",    True,  "Read who is logged in"),
    ("get_user_experience_metrics", "",            1, "basic",    False, "Read how fast this computer is for its users"),
    ("get_security_posture",    "",                1, "basic",    False, "Read this computer's security score"),
    ("get_fleet_health",        "",                1, "basic",    False, "Read how reliable this computer is"),
    ("analyze_disk_usage",      "",                1, "basic",    True,  "Read what takes up disk space"),
    ("query_audit_log",         "",                1, "basic",    True,  "Read the audit log of this computer"),
    ("search_logs",             "",                1, "basic",    True,  "Search the logs of this computer"),
    ("get_log_trends",          "",                1, "basic",    True,  "Count log lines of this computer"),
    ("query_change_log",        "",                1, "basic",    True,  "Read what changed on this computer"),
    ("detect_log_correlations", "",                1, "standard", True,  "Compare log lines of this computer"),
    ("manage_alerts",           "list",            1, "standard", False, "List this computer's alerts"),
    ("manage_alerts",           "get",             1, "standard", False, "Read the alert {alertId}"),
    ("manage_alerts",           "acknowledge",     2, "standard", False, "Mark the alert {alertId} as seen"),
    ("manage_alerts",           "resolve",         3, "standard", False, "Mark the alert {alertId} as resolved"),
    ("manage_alerts",           "suppress",        4, "standard", False, ""),
    ("manage_services",         "list",            1, "standard", True,  "List the services of this computer"),
    ("manage_services",         "start",           3, "standard", True,  "Start the service {serviceName}"),
    ("manage_services",         "stop",            3, "standard", True,  "Stop the service {serviceName}"),
    ("manage_services",         "restart",         3, "standard", True,  "Restart the service {serviceName}"),
    ("disk_cleanup",            "preview",         1, "standard", True,  "Look for files that can be removed"),
    ("disk_cleanup",            "execute",         3, "standard", True,  "Remove {paths}"),
    ("file_operations",         "list",            1, "standard", True,  "List the folder {path}"),
    ("file_operations",         "read",            1, "standard", True,  "Read the file {path}"),
    ("file_operations",         "write",           3, "extended", True,  "Replace the content of {path} with {content}"),
    ("file_operations",         "delete",          3, "extended", True,  "Delete {path}"),
    ("file_operations",         "mkdir",           3, "extended", True,  "Make the folder {path}"),
    ("file_operations",         "rename",          3, "extended", True,  "Move {path} to {newPath}"),
    ("computer_control",        "screenshot",      1, "standard", True,  "Take a picture of the screen"),
    ("computer_control",        "click",           3, "standard", True,  "Click with the {button} button at {x}, {y}"),
    ("computer_control",        "left_click",      3, "standard", True,  "Click at {x}, {y}"),
    ("computer_control",        "right_click",     3, "standard", True,  "Click with the right button at {x}, {y}"),
    ("computer_control",        "middle_click",    3, "standard", True,  "Click with the middle button at {x}, {y}"),
    ("computer_control",        "double_click",    3, "standard", True,  "Double-click at {x}, {y}"),
    ("computer_control",        "mouse_move",      3, "standard", True,  "Move the mouse to {x}, {y}"),
    ("computer_control",        "scroll",          3, "standard", True,  "Scroll by {scrollDelta}"),
    ("computer_control",        "key",             3, "standard", True,  "Press {modifiers} {key}"),
    ("computer_control",        "type",            3, "standard", True,  "Type {text}"),
    ("execute_command",         "list_processes",  1, "extended", True,  "List running programs"),
    ("execute_command",         "kill_process",    3, "extended", True,  "End the program {payload}"),
    ("execute_command",         "list_services",   1, "extended", True,  "List the services of this computer"),
    ("execute_command",         "start_service",   3, "extended", True,  "Start the service {payload}"),
    ("execute_command",         "stop_service",    3, "extended", True,  "Stop the service {payload}"),
    ("execute_command",         "restart_service", 3, "extended", True,  "Restart the service {payload}"),
    ("execute_command",         "file_list",       1, "extended", True,  "List the folder {payload}"),
    ("execute_command",         "file_read",       1, "extended", True,  "Read the file {payload}"),
    ("execute_command",         "event_logs_list", 1, "extended", True,  "List the system's logs"),
    ("execute_command",         "event_logs_query", 1, "extended", True, "Read the system's logs"),
    ("security_scan",           "scan",            3, "extended", True,  "Scan this computer for threats"),
    ("security_scan",           "status",          1, "extended", True,  "Read how the protection of this computer fares"),
    ("security_scan",           "quarantine",      3, "extended", True,  "Lock the threat {threatId} away"),
    ("security_scan",           "remove",          3, "extended", True,  "Remove the threat {threatId}"),
    ("security_scan",           "restore",         3, "extended", True,  "Take {threatId} out of quarantine"),
    ("security_scan",           "vulnerabilities", 4, "extended", True,  ""),
    ("network_discovery",       "",                3, "extended", True,  "Search the network {subnet} for computers"),
]
# fmt: on

TOOLS: Final[Mapping[str, Tool]] = MappingProxyType(
    {
        name: Tool(name, tuple(le for le, has in zip(LEVELS, levels.split(), strict=True) if has == "yes"), *rest)
        for name, levels, *rest in cast("list[tuple[Any, ...]]", _TOOLS)
    }
)
"""The 23 tools by name (CHAT-060)."""

ACTIONS: Final[Mapping[tuple[str, str], Action]] = MappingProxyType(
    {(row[0], row[1]): Action(*row) for row in cast("list[tuple[Any, ...]]", _ACTIONS)}
)
"""Every action by tool and name (CHAT-067)."""

GRANTABLE: Final = "computer_control"
"""The one tool that can be allowed for a running turn (CHAT-091)."""


def lower(one: str, other: str) -> str:
    """The lower of two levels (CHAT-006)."""
    return min(one, other, key=LEVELS.index)


def within(one: str, other: str) -> bool:
    """Whether the first level is not above the second."""
    return LEVELS.index(one) <= LEVELS.index(other)


def offered(level: str, capture: bool = True) -> tuple[str, ...]:
    """The tools that a model is offered at this level (CHAT-060, CHAT-063)."""
    return tuple(t.name for t in TOOLS.values() if level in t.levels and (capture or not t.captures))


def action_of(tool: str, given: Mapping[str, Any]) -> str:
    """The name of the action that an input asks for; `""` where the tool has none or the input names none."""
    said = given.get("commandType" if tool == "execute_command" else "action")
    return said if (tool, "") not in ACTIONS and isinstance(said, str) else ""


def action(tool: str, given: Mapping[str, Any]) -> Action:
    """The row of an input; what no table names is an action of tier 4 (CHAT-069)."""
    name = action_of(tool, given)
    return ACTIONS.get((tool, name)) or Action(tool, name, NEVER, LEVELS[-1], True, "")
