"""Inputs of `execute_command`, type by type."""

from typing import Annotated

from msgspec import Meta

from breeze_protocol.chat.inputs.fields import Input, LogLevel, Name, SafePath, Text255, UpTo500
from breeze_protocol.wire import Closed


class _Command(Input, tag_field="commandType", kw_only=True):
    pass


class NoPayload(Closed):
    """Nothing to say."""


class ProcessPayload(Closed):
    """Which process."""

    pid: Annotated[int, Meta(ge=1, le=1 << 32)]


class ServicePayload(Closed):
    """Which service."""

    name: Name


class PathPayload(Closed):
    """Which file or folder."""

    path: SafePath


class EventLogPayload(Closed):
    """Which lines of the system's log."""

    log_name: Text255 | None = None
    level: LogLevel | None = None
    limit: UpTo500 | None = None


class ListProcesses(_Command, tag="list_processes", kw_only=True):
    """Running programs."""

    payload: NoPayload | None = None


class KillProcess(_Command, tag="kill_process", kw_only=True):
    """End a program."""

    payload: ProcessPayload


class CommandListServices(_Command, tag="list_services", kw_only=True):
    """The services of the device."""

    payload: NoPayload | None = None


class CommandStartService(_Command, tag="start_service", kw_only=True):
    """Start a service."""

    payload: ServicePayload


class CommandStopService(_Command, tag="stop_service", kw_only=True):
    """Stop a service."""

    payload: ServicePayload


class CommandRestartService(_Command, tag="restart_service", kw_only=True):
    """Stop and start a service."""

    payload: ServicePayload


class CommandListFiles(_Command, tag="file_list", kw_only=True):
    """Names in a folder."""

    payload: PathPayload


class CommandReadFile(_Command, tag="file_read", kw_only=True):
    """The content of a file."""

    payload: PathPayload


class ListEventLogs(_Command, tag="event_logs_list", kw_only=True):
    """The system's logs."""

    payload: NoPayload | None = None


class QueryEventLogs(_Command, tag="event_logs_query", kw_only=True):
    """Lines of the system's logs."""

    payload: EventLogPayload | None = None
