"""Health: for whoever restarts a server, or sends it traffic."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import sqlalchemy as sa
import trio
from quart import Response
from sqlalchemy.engine import Connection

from breeze_protocol.errors import BreezeError
from breeze_protocol.wire import encode

if TYPE_CHECKING:
    from .bounded_body import Application
    from .services import Services


def register_health(app: Application, services: Services) -> None:
    """Answer `/health`, `/health/live` and `/health/ready`."""

    async def health() -> Response:
        uptime = int(trio.current_time() - services.started_at)
        return _json(200, {"status": "ok", "version": _version(), "uptime": uptime})

    async def alive() -> Response:
        return _json(200, {"status": "ok"})

    async def ready() -> Response:
        try:
            await services.db.read(_answer)
        except BreezeError:
            return _json(503, {"status": "not ready", "checks": {"database": "failed"}})
        return _json(200, {"status": "ready", "checks": {"database": "ok"}})

    app.add_url_rule("/health", "health", health)
    app.add_url_rule("/health/live", "health_live", alive)
    app.add_url_rule("/health/ready", "health_ready", ready)


def _answer(connection: Connection) -> None:
    connection.execute(sa.text("SELECT 1"))


def _json(status: int, body: dict[str, object]) -> Response:
    return Response(encode(body), status, {"Cache-Control": "no-store"}, content_type="application/json")


def _version() -> str:
    try:
        return version("breeze-reference")
    except PackageNotFoundError:
        return "0"
