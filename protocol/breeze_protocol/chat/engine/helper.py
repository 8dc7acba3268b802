"""The helper's side of a session: bytes of the stream in, what to show and what to ask for out."""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from breeze_protocol import sse
from breeze_protocol.chat import messages as m
from breeze_protocol.chat.table import HELPER
from breeze_protocol.errors import INVALID_MESSAGE, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running

_KNOWN: Final[Mapping[str, str]] = {
    kind.__struct_config__.tag: f"{kind.__struct_config__.tag}_received"
    for kind in (
        m.TextDelta,
        m.ToolUse,
        m.ToolResult,
        m.ApprovalRequired,
        m.TitleUpdated,
        m.Done,
        m.ChatError,
    )
    if isinstance(kind.__struct_config__.tag, str)
}


@attrs.define
class HelperChat:
    """One session, one turn at a time. The shell makes the requests that `send_…` effects name."""

    limits: Mapping[str, float] = DEFAULTS
    table: Machine = HELPER
    running: Running = attrs.field(init=False)
    parser: sse.Parser = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Begin idle."""
        self.running = Running(self.table, self.limits)
        self.parser = sse.Parser(int(self.limits["sse_event"]))

    @property
    def last_id(self) -> str:
        """What to send as `Last-Event-ID`; empty where nothing was seen yet."""
        return self.parser.last_id

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        return self.running.wake_at

    def write(self, content: str, now: float) -> list[Effect]:
        """The person sends a message of 1 to 10,000 code points."""
        self._begin()
        return self._feed("user_wrote", now, m.ChatMessage(content))

    def opened(self, now: float) -> list[Effect]:
        """The server answers with a stream."""
        return self._feed("stream_opened_received", now)

    def refused(self, words: str, now: float) -> list[Effect]:
        """The server refuses the message."""
        return self._feed("refusal_received", now, words)

    def receive(self, chunk: bytes, now: float) -> list[Effect]:
        """Bytes of the stream. An event that cannot be read is a RemoteProtocolError after what came before it was
        taken; unknown events and fields are ignored (CHAT-057)."""
        effects: list[Effect] = []
        for item in self.parser.feed(chunk):
            if isinstance(item, sse.Comment):
                effects += self._feed("comment_received", now)
            elif item.name in _KNOWN:
                effects += self._feed(_KNOWN[item.name], now, self._said(item))
            else:
                effects += self._feed("unknown_received", now)
        return effects

    def lost(self, now: float) -> list[Effect]:
        """The stream ended without `done`, or its line broke."""
        return self._feed("stream_lost", now)

    def resumed(self, now: float) -> list[Effect]:
        """The server answers the request for the rest with a stream."""
        self._begin(self.parser.last_id)
        return self._feed("events_resumed", now)

    def over(self, now: float) -> list[Effect]:
        """The server has nothing left of the turn (204)."""
        return self._feed("turn_over", now)

    def gone(self, now: float) -> list[Effect]:
        """The server no longer keeps the rest (410)."""
        return self._feed("events_gone", now)

    def stop(self, now: float) -> list[Effect]:
        """The person wants the turn to end (CHAT-055)."""
        return self._feed("user_stopped", now)

    def leave(self, now: float) -> list[Effect]:
        """The person closes the window; the turn goes on (CHAT-058)."""
        return self._feed("user_left", now)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands: give up on a silent stream, ask for the rest."""
        overdue = self.running.overdue(now)
        return [] if overdue is None else self._feed(overdue, now)

    def _begin(self, last_id: str = "") -> None:
        self.parser = sse.Parser(int(self.limits["sse_event"]), last_id)

    def _said(self, item: sse.Event) -> m.Said:
        said = m.said(item.data)
        if said.__struct_config__.tag != item.name:
            raise RemoteProtocolError("the type of an event is not its name", code=INVALID_MESSAGE)
        return said

    def _feed(self, event: str, now: float, body: Any = None) -> list[Effect]:
        effects = self.running.feed(event, now)
        resuming = {"send_resume": self.last_id}
        return [Effect(name, resuming.get(name, body)) for name in effects if name != "restart_deadline"]
