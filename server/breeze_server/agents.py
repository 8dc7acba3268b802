"""Which agents are connected to this server, and what they have to be told when they come back."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from .link import AgentLink

MAX_ABSENT = 10_000
"""Absent agents for which terminals to stop are remembered; beyond them the oldest is forgotten."""

MAX_STRAYS = 256
"""Terminals remembered for one absent agent."""


@attrs.define(eq=False)
class Agents:
    """The open agent sockets, by agent id; one each."""

    _links: dict[str, AgentLink] = attrs.field(factory=dict)
    _strays: OrderedDict[str, list[str]] = attrs.field(factory=OrderedDict)

    def online(self, agent_id: str) -> bool:
        """Whether the agent is connected now."""
        return agent_id in self._links

    def find(self, agent_id: str) -> AgentLink | None:
        """The agent's socket."""
        return self._links.get(agent_id)

    def all(self) -> list[AgentLink]:
        """Every open socket."""
        return list(self._links.values())

    def register(self, link: AgentLink) -> AgentLink | None:
        """Make this the agent's socket; returns the one that it takes the place of."""
        before = self._links.get(link.agent_id)
        self._links[link.agent_id] = link
        return before

    def forget(self, link: AgentLink) -> bool:
        """The socket is over; whether it was still the agent's."""
        if self._links.get(link.agent_id) is not link:
            return False
        del self._links[link.agent_id]
        return True

    def stop_later(self, agent_id: str, session_id: str) -> None:
        """A terminal ended while its agent was away: an agent that kept it is told to stop it when it is back."""
        strays = self._strays.setdefault(agent_id, [])
        if len(strays) < MAX_STRAYS:
            strays.append(session_id)
        self._strays.move_to_end(agent_id)
        if len(self._strays) > MAX_ABSENT:
            self._strays.popitem(last=False)

    def take_strays(self, agent_id: str) -> list[str]:
        """The terminals that the agent has to be told to stop."""
        return self._strays.pop(agent_id, [])
