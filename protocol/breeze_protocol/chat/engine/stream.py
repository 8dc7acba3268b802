"""The events of one turn: kept in order under their ids, and written to whoever reads them."""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

import attrs

from breeze_protocol import sse
from breeze_protocol.chat import messages as m
from breeze_protocol.chat import profile
from breeze_protocol.chat.engine import session
from breeze_protocol.chat.profile import DOCUMENTED, Events
from breeze_protocol.errors import Code
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.wire import encode

_ID: Final = re.compile(r"([1-9][0-9]{0,8})-([0-9]{1,9})\Z")


@attrs.frozen
class Bracket:
    """Where an answer of the model begins (`message_id`) or ends (`usage`): only some profiles say so."""

    message_id: str | None = None
    usage: m.Usage | None = None


@attrs.define
class EventLog:
    """The events of one turn (CHAT-041, CHAT-044)."""

    turn: int
    """The number of the turn in its session, from 1."""
    limits: Mapping[str, float] = DEFAULTS
    count: int = attrs.field(default=0, init=False)
    """Number of the newest event."""
    ended_at: float | None = attrs.field(default=None, init=False)
    first: int = attrs.field(default=0, init=False)
    """Place of the oldest entry that is kept; a place counts entries, brackets included."""
    _entries: deque[tuple[int, m.Said | Bracket]] = attrs.field(factory=deque, init=False)
    _dropped: int = attrs.field(default=0, init=False)

    @property
    def end(self) -> int:
        """The place after the newest entry."""
        return self.first + len(self._entries)

    def append(self, said: m.Said | Bracket, now: float) -> None:
        """Add an event; `done` ends the log. The oldest are dropped beyond `chat_events_kept`."""
        self.count += not isinstance(said, Bracket)
        self._entries.append((self.count, said))
        if isinstance(said, m.Done):
            self.ended_at = now
        while len(self._entries) > self.limits["chat_events_kept"]:
            self._dropped = self._entries.popleft()[0]
            self.first += 1

    def kept(self, now: float) -> bool:
        """Whether the log has to be kept still."""
        return self.ended_at is None or now < self.ended_at + self.limits["chat_events_life"]

    def since(self, place: int) -> Iterator[tuple[int, m.Said | Bracket]]:
        """Number and content of the entries from a place on."""
        return islice(self._entries, max(0, place - self.first), None)

    def holds(self, number: int) -> bool:
        """Whether every event after this one is there."""
        return self._dropped <= number <= self.count

    def place_after(self, number: int) -> int:
        """The place after an event; 0 is before the first one."""
        if number == 0:
            return self.first
        return self.first + sum(1 for at, said in self._entries if at < number or _is(at, said, number))


def _is(at: int, said: m.Said | Bracket, number: int) -> bool:
    return at == number and not isinstance(said, Bracket)


@attrs.define
class Reader:
    """One connection that reads a log: from where, under which names, and when something was last sent."""

    log: EventLog
    sent_at: float
    place: int = 0
    profile: Events = DOCUMENTED
    limits: Mapping[str, float] = DEFAULTS

    @property
    def over(self) -> bool:
        """Whether everything was written and nothing more can come."""
        return self.log.ended_at is not None and self.place >= self.log.end

    @property
    def behind(self) -> bool:
        """Whether events were dropped before this connection took them: it has to be closed."""
        return self.place < self.log.first

    @property
    def wake_at(self) -> float:
        """When a comment is due (CHAT-042)."""
        return self.sent_at + self.limits["sse_comment_interval"]

    def take(self, now: float) -> bytes:
        """What to write now: new events, else a comment where one is due, else nothing."""
        written = b"".join(self._write(number, said) for number, said in self.log.since(self.place))
        self.place = self.log.end
        if not written and now >= self.wake_at:
            written = sse.write_comment()
        if written:
            self.sent_at = now
        return written

    def _write(self, number: int, said: m.Said | Bracket) -> bytes:
        if isinstance(said, Bracket):
            if not self.profile.brackets:
                return b""
            name, data = profile.start(said.message_id or "") if said.usage is None else profile.end(said.usage)
            return sse.write(name, data, None)
        id = f"{self.log.turn}-{number}" if self.profile.ids else None
        return b"".join(sse.write(name, data, id) for name, data in self.profile.events(said))


def resume(
    log: EventLog | None,
    last_id: str | None,
    now: float,
    *,
    same_device: bool = True,
    names: Events = DOCUMENTED,
    limits: Mapping[str, float] = DEFAULTS,
) -> Reader | Code | None:
    """Continue after `last_id`, or from the start of the newest turn without one (CHAT-043).

    None says that nothing is left (204); a Code is the refusal. `log` is the newest turn's; None: there was no turn.
    """
    match = _ID.match(last_id) if last_id is not None else None
    turn, number = (int(match[1]), int(match[2])) if match else (log.turn if log else 0, 0)
    here = log is not None and log.kept(now) and turn == log.turn and log.holds(number)
    nothing = log is None and last_id is None
    facts = {"same_device": same_device, "id_well_formed": last_id is None or match is not None}
    refusal = session.resume({**facts, "events_kept": here or nothing}, limits)
    if refusal is not None or log is None:
        return refusal
    reader = Reader(log, now, log.place_after(number), names, limits)
    return None if reader.over else reader


def shortened(output: object, limits: Mapping[str, float] = DEFAULTS) -> object:
    """A tool's output within its limit; a longer one becomes the beginning of its text, and says so (CHAT-048)."""
    most, raw = int(limits["chat_output"]), encode(output)
    if len(raw) <= most:
        return output
    kept = raw[: most // 4].decode("utf-8", "ignore")
    return {"truncated": True, "bytes": len(raw), "beginning": kept}
