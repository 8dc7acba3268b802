"""Inputs of the tools that only look."""

from typing import Annotated, Literal

from msgspec import Meta

from breeze_protocol.chat.inputs.fields import (
    DeviceIds,
    HoursBack,
    Input,
    Instant,
    LogCategory,
    LogLevel,
    Monitor,
    Os,
    SafePath,
    Score,
    Text100,
    Text200,
    Text255,
    TimeRange,
    UpTo100,
    UpTo200,
    UpTo500,
)
from breeze_protocol.ids import Uuid


class TakeScreenshot(Input, kw_only=True):
    """A picture of one screen."""

    monitor: Monitor = 0


class AnalyzeScreen(Input, kw_only=True):
    """What is on one screen, as `Analysis`."""

    context: Annotated[str, Meta(max_length=500)] | None = None
    monitor: Monitor = 0


class QueryDevices(Input, kw_only=True):
    """Devices that match; only the session's own can (CHAT-065)."""

    status: Literal["online", "offline", "maintenance", "decommissioned"] | None = None
    os_type: Os | None = None
    site_id: Uuid | None = None
    search: Text200 | None = None
    tags: Annotated[list[Text100], Meta(max_length=20)] | None = None
    limit: UpTo100 | None = None


class GetDeviceDetails(Input, kw_only=True):
    """The device's record."""


class AnalyzeMetrics(Input, kw_only=True):
    """How the device fared."""

    metric: Literal["cpu", "ram", "disk", "network", "all"] | None = None
    hours_back: HoursBack | None = None
    aggregation: Literal["raw", "hourly", "daily"] | None = None


class GetActiveUsers(Input, kw_only=True):
    """Who is logged in."""

    limit: UpTo200 | None = None
    idle_threshold_minutes: Annotated[int, Meta(ge=1, le=1440)] | None = None


class GetUserExperienceMetrics(Input, kw_only=True):
    """How the device feels to its users."""

    username: Text255 | None = None
    days_back: Annotated[int, Meta(ge=1, le=365)] | None = None
    limit: UpTo500 | None = None


class GetSecurityPosture(Input, kw_only=True):
    """The device's security score."""

    org_id: Uuid | None = None
    min_score: Score | None = None
    max_score: Score | None = None
    risk_level: Literal["low", "medium", "high", "critical"] | None = None
    include_recommendations: bool = True
    limit: UpTo500 | None = None


class GetFleetHealth(Input, kw_only=True):
    """The reliability of the device (CHAT-065)."""

    org_id: Uuid | None = None
    site_id: Uuid | None = None
    score_range: Literal["critical", "poor", "fair", "good"] | None = None
    trend_direction: Literal["improving", "stable", "degrading"] | None = None
    issue_type: Literal["crashes", "hangs", "hardware", "services", "uptime"] | None = None
    limit: UpTo100 | None = None


class AnalyzeDiskUsage(Input, kw_only=True):
    """What takes up space."""

    refresh: bool = False
    path: SafePath | None = None
    max_depth: Annotated[int, Meta(ge=1, le=64)] | None = None
    top_files: UpTo500 | None = None
    top_dirs: UpTo200 | None = None
    max_entries: Annotated[int, Meta(ge=1000, le=25_000_000)] | None = None
    workers: Annotated[int, Meta(ge=1, le=32)] | None = None
    timeout_seconds: Annotated[int, Meta(ge=5, le=900)] | None = None
    max_candidates: UpTo200 | None = None


class QueryAuditLog(Input, kw_only=True):
    """Who did what."""

    action: Text100 | None = None
    resource_type: Text100 | None = None
    resource_id: Uuid | None = None
    actor_type: Literal["user", "api_key", "agent", "system"] | None = None
    hours_back: HoursBack | None = None
    limit: UpTo100 | None = None


class SearchLogs(Input, kw_only=True):
    """Lines of logs: the agent's shipped ones first, then the system's (CHAT-073)."""

    query: Annotated[str, Meta(max_length=500)] | None = None
    time_range: TimeRange | None = None
    level: Annotated[list[LogLevel], Meta(max_length=4)] | None = None
    category: Annotated[list[LogCategory], Meta(max_length=4)] | None = None
    source: Text255 | None = None
    device_ids: DeviceIds | None = None
    site_ids: DeviceIds | None = None
    limit: UpTo500 | None = None
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    cursor: Annotated[str, Meta(max_length=1024)] | None = None
    count_mode: Literal["exact", "estimated", "none"] | None = None
    sort_by: Literal["timestamp", "level", "device"] | None = None
    sort_order: Literal["asc", "desc"] | None = None


class GetLogTrends(Input, kw_only=True):
    """How many lines of logs, over time."""

    time_range: TimeRange | None = None
    group_by: Literal["level", "source", "device", "category"] | None = None
    min_level: LogLevel | None = None
    source: Text255 | None = None
    device_ids: DeviceIds | None = None
    site_ids: DeviceIds | None = None
    limit: UpTo100 | None = None


class QueryChangeLog(Input, kw_only=True):
    """What changed on the device."""

    start_time: Instant | None = None
    end_time: Instant | None = None
    change_type: Literal["software", "service", "startup", "network", "scheduled_task", "user_account"] | None = None
    change_action: Literal["added", "removed", "modified", "updated"] | None = None
    limit: UpTo500 | None = None


class DetectLogCorrelations(Input, kw_only=True):
    """Lines of logs that occur together."""

    pattern: Annotated[str, Meta(min_length=1, max_length=1000)]
    org_id: Uuid | None = None
    is_regex: bool = False
    time_window: Annotated[int, Meta(ge=30, le=86400)] | None = None
    min_devices: UpTo200 | None = None
    min_occurrences: Annotated[int, Meta(ge=1, le=50_000)] | None = None
