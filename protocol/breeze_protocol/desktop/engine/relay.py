"""The server's side of the fallback."""

from collections.abc import Mapping
from typing import Any

import attrs
from msgspec import structs

from breeze_protocol.desktop import messages as m
from breeze_protocol.desktop.engine.inputs import InputQueue, facts
from breeze_protocol.desktop.table import ANSWERS, CAUSES, CLOSES, FALLBACK_LACKS, RELAY, SESSION_EVENTS, cause_of
from breeze_protocol.errors import CODES, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import RESTART_DEADLINE, Closing, Effect, Machine, Running, SessionNews

_SILENT = {"start_timed_out": "agent_silent", "agent_lost": "agent_silent", "first_frame_missed": "not_known"}


def explain(cause: str, words: str | None = None, *, final: bool = False) -> m.NoPicture:
    """Say why there is no picture and what helps; a cause that is not known is told as such (DESK-010)."""
    known = cause if cause in CAUSES else "not_known"
    said = CAUSES[known]
    text = f"{said.says} ({words})" if words else said.says
    return m.NoPicture(known, text[:1024], said.advice, final)  # type: ignore[arg-type]


@attrs.define
class DesktopRelay:
    """One desktop between a viewer's socket and an agent: pictures are passed on or dropped, never queued."""

    session_id: str
    device: m.DesktopDevice
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = RELAY
    ordered: bool = False
    """The agent has named `desktop_input_ordered`: it takes event after event without waiting (DESK-093)."""
    settings: m.StreamStart = attrs.field(
        default=attrs.Factory(lambda self: m.StreamStart(self.session_id), takes_self=True)
    )
    running: Running = attrs.field(init=False)
    held: bytes | None = attrs.field(default=None, init=False)
    """The newest picture, while an older one is on its way."""
    frames: int = attrs.field(default=0, init=False)
    """Pictures received from the agent."""
    dropped: int = attrs.field(default=0, init=False)
    """Pictures that a newer one replaced before they were sent, and pictures that were none."""
    bytes_out: int = attrs.field(default=0, init=False)
    """Bytes of pictures given to the viewer."""
    _newest: bytes | None = attrs.field(default=None, init=False)
    _on_the_way: int = attrs.field(default=0, init=False)
    _screen: tuple[int, int] = attrs.field(default=(0, 0), init=False)
    _resumed: bool = attrs.field(default=False, init=False)
    _queue: InputQueue = attrs.field(init=False)
    _turn_ends: float | None = attrs.field(default=None, init=False)
    _heard: float = attrs.field(default=0.0, init=False)
    _ping_at: float | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)
        self._queue = InputQueue(self.limits)

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        return min((t for t in (self.running.wake_at, self._ping_at, self._turn_ends) if t is not None), default=None)

    @property
    def ended(self) -> bool:
        """Whether nothing more can happen but stragglers."""
        return self.running.final

    @property
    def may_read(self) -> bool:
        """Whether the viewer's socket may be read: not while too much input waits (DESK-093)."""
        return not self._queue.full

    # -- from the viewer
    def attach(self, session_active: bool, now: float) -> list[Effect]:
        """A viewer's socket has opened, for a session that was already active or not."""
        if self.running.final:
            return self._feed(self.table.classify("attach", {"session_active": session_active}, self.limits), now)
        self._heard, self._ping_at = now, now + self.limits["desktop_ping_interval"]
        self._on_the_way, self.held = 0, None
        self._resumed = self.running.state != "waiting"
        return self._feed(self.table.classify("attach", {"session_active": session_active}, self.limits), now)

    def receive(self, raw: str | bytes, now: float) -> list[Effect]:
        """The viewer has sent a message; one in a binary frame is refused (DESK-092)."""
        try:
            if isinstance(raw, bytes):
                raise RemoteProtocolError("a viewer sends text only", code=CODES["MESSAGE_ERROR"])
            message = m.from_viewer(raw)
        except RemoteProtocolError as error:
            event = self.table.classify("message", {"decodes": False}, self.limits)
            return self._feed(event, now, words=error.words)
        match message:
            case m.ViewerInput(event=given):
                event = self.table.classify("viewer_input", facts(given), self.limits)
                return self._feed(event, now, data=given, words="the event is out of bounds")
            case m.ViewerConfig():
                return self._configure(message, now)
            case m.ViewerSwitched():
                return self._feed("switched_received", now)
        return self._feed("ping_received" if isinstance(message, m.ViewerPing) else "pong_received", now)

    def taken(self, now: float) -> list[Effect]:
        """The viewer's socket has taken the picture that was on its way (DESK-088)."""
        self._on_the_way = 0
        return [] if self.held is None else self._feed("frame_due", now, data=self.held)

    def left(self, now: float) -> list[Effect]:
        """The viewer has closed its socket cleanly."""
        return self._feed("leave_received", now)

    def lost(self, now: float) -> list[Effect]:
        """The viewer's socket broke."""
        return self._feed("viewer_lost", now)

    # -- from the agent
    def started(self, width: int, height: int, now: float) -> list[Effect]:
        """The agent has confirmed the newest start; `width` and `height` are the screen's."""
        self._screen = (width, height)
        return self._feed("started_received", now)

    def start_failed(self, words: str, now: float, cause: str | None = None) -> list[Effect]:
        """The agent could not capture; deployed ones say why in words only (DESK-015)."""
        return self._feed("start_failed_received", now, data=cause or cause_of(words), words=words)

    def frame(self, picture: bytes, now: float) -> list[Effect]:
        """The agent has sent a picture, here without the frame's head (DESK-086, DESK-088)."""
        self.frames += 1
        given = {
            "frame_bytes": len(picture) + 37,
            "is_jpeg": picture[:2] == b"\xff\xd8",
            "on_the_way": self._on_the_way,
        }
        event = self.table.classify("frame", given, self.limits)
        if event == "frame_dropped":
            self.dropped += 1
            return []
        return self._feed(event, now, data=picture)

    def no_picture(self, cause: str, words: str, now: float) -> list[Effect]:
        """The agent has no picture to send, and says why (DESK-014)."""
        return self._feed("no_picture_reported_received", now, data=cause, words=words)

    def stopped(self, now: float) -> list[Effect]:
        """The agent has stopped."""
        return self._feed("stopped_received", now)

    def input_done(self, now: float) -> list[Effect]:
        """The agent has dealt with the event that was on its way (DESK-093)."""
        return self._feed("input_result_received", now)

    def agent_lost(self, now: float) -> list[Effect]:
        """The agent's socket is gone, or could not take a command."""
        return self._feed("agent_lost", now)

    # -- from the server
    def end(self, words: str, now: float) -> list[Effect]:
        """The session ended for a reason outside this desktop: `words` tells the viewer which."""
        return self._feed("session_ended", now, words=words)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        effects = []
        overdue = self.running.overdue(now)
        if overdue is not None:
            words = "the agent did not answer in time" if overdue == "start_timed_out" else None
            effects += self._feed(overdue, now, words=words)
        if self._turn_ends is not None and now >= self._turn_ends:
            effects += self._feed("input_result_received", now)
        if self._ping_at is not None and now >= self._ping_at:
            self._ping_at = now + self.limits["desktop_ping_interval"]
            event = self.table.classify("tick", {"silent_for": now - self._heard}, self.limits)
            effects += self._feed(event, now)
        return effects

    # -- within
    def _configure(self, given: m.ViewerConfig, now: float) -> list[Effect]:
        named = any(value is not None for value in (given.quality, given.scale_factor, given.max_fps))
        event = self.table.classify("viewer_config", {"settings": named}, self.limits)
        scale = None if given.scale_factor is None else min(given.scale_factor, 1.0)
        fps = None if given.max_fps is None else min(given.max_fps, int(self.limits["desktop_stream_fps"]))
        config = m.DesktopConfig(self.session_id, given.quality, scale, fps)
        if self.table.allows(self.running.state, event) and self.running.state in ("dark", "streaming"):
            told = {"quality": given.quality, "scale_factor": scale, "max_fps": fps}
            self.settings = structs.replace(self.settings, **{k: v for k, v in told.items() if v is not None})
        return self._feed(event, now, data=config, words=None if named else "nothing is set")

    def _feed(self, event: str, now: float, *, data: Any = None, words: str | None = None) -> list[Effect]:
        effects = []
        for name in self.running.feed(event, now):
            if name != RESTART_DEADLINE:
                effects += self._effect(name, event, data, words, now)
        if self.running.state in ("paused", "ended"):
            self._ping_at = self._turn_ends = self.held = self._newest = None
            self._queue.clear()
        return effects

    def _effect(self, name: str, event: str, data: Any, words: str | None, now: float) -> list[Effect]:
        match name:
            case "send_jpeg":
                return self._send(data)
            case "keep_frame":
                self.dropped += self.held is not None
                self.held = data
                return []
            case "release_frame":
                return self.taken(now)
            case "resend_frame":
                return [] if self._newest is None else self._send(self._newest)
            case "send_desktop_input":
                return self._pass(data, now)
            case "release_input":
                return self._next_input(now)
            case "note_liveness" | "send_pong":
                self._heard = now
                return [Effect(name, now)] if name == "send_pong" else []
        if (name, event) in SESSION_EVENTS:
            return [Effect(name, SessionNews(SESSION_EVENTS[name, event], words))]
        return [Effect(name, self._message(name, event, data, words, now))]

    def _message(self, name: str, event: str, data: Any, words: str | None, now: float) -> object:
        match name:
            case "send_stream_start":
                return self.settings
            case "send_stream_stop":
                return m.StreamStop(self.session_id)
            case "send_desktop_config":
                return data
            case "send_connected":
                lacks = [m.Unavailable(control, reason) for control, reason in FALLBACK_LACKS.items()]
                return m.DesktopConnected(self.session_id, self.device, *self._screen, lacks, self._resumed)
            case "send_no_picture":
                return explain(_SILENT.get(event, data or "not_known"), words, final=self.running.final)
            case "send_error":
                code = CODES[ANSWERS[event]]
                return m.DesktopError(code.name, f"{code.says}: {words}" if words else code.says)
            case "refuse_viewer":
                return Closing(*CLOSES["session_ended"])
            case "send_close" | "supersede_viewer":
                return Closing(*CLOSES[event])
        return now

    def _send(self, picture: bytes) -> list[Effect]:
        self._newest, self._on_the_way, self.held = picture, 1, None
        self.bytes_out += len(picture)
        return [Effect("send_jpeg", picture)]

    def _pass(self, event: m.InputEvent, now: float) -> list[Effect]:
        if self.ordered:
            return [Effect("send_desktop_input", m.DesktopInput(self.session_id, event))]
        if self._queue.full and not isinstance(event, m.MouseMove):
            return self._feed("message_refused", now, words="too much input waits for the device")
        self._queue.put(event)
        return self._next_input(now) if self._turn_ends is None else []

    def _next_input(self, now: float) -> list[Effect]:
        self._turn_ends = None
        event = self._queue.take()
        if event is None:
            return []
        self._turn_ends = now + self.limits["desktop_input_turn"]
        return [Effect("send_desktop_input", m.DesktopInput(self.session_id, event))]
