"""What the server's parts share: the seams, the database, and the live things that no database holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs
import trio

from breeze_transport.seams import World

from .config import Config
from .database import Database
from .passwords import Passwords
from .ratelimit import Window
from .tokens import AccessTokens

if TYPE_CHECKING:
    from .agents import Agents
    from .terminal import Terminals


@attrs.define(eq=False)
class Services:
    """Wired once, in `app`; handed to every handler."""

    world: World
    db: Database
    config: Config
    tokens: AccessTokens
    passwords: Passwords
    tasks: trio.Nursery
    """Where terminals live that outlast a viewer's socket."""
    agents: Agents
    terminals: Terminals
    recheck: trio.Event = attrs.field(factory=trio.Event)
    """Set when somebody's right to a session may have gone; the watch replaces it."""
    started_at: float = attrs.field(factory=trio.current_time)
    failures: Window = attrs.field(init=False)
    enrollment_failures: Window = attrs.field(init=False)
    agent_calls: Window = attrs.field(init=False)
    agent_dials: Window = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Make the windows as wide as the limits say."""
        self.failures = self._window("login_failures", "login_window")
        self.enrollment_failures = self._window("enrollment_failures", "enrollment_window")
        self.agent_calls = self._window("agent_requests", "agent_requests_window")
        self.agent_dials = self._window("agent_connects", "agent_connects_window")

    def _window(self, most: str, seconds: str) -> Window:
        return Window(self.limits[seconds], int(self.limits[most]))

    @property
    def limits(self) -> Mapping[str, float]:
        """The protocol's limits as this server was told to keep them."""
        return self.config.limits

    @property
    def now(self) -> float:
        """The date, in seconds since the epoch."""
        return self.world.wall.now()

    @property
    def wall_ms(self) -> int:
        """The date, in milliseconds since the epoch, as frames carry it."""
        return round(self.now * 1000)
