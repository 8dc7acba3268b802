"""The device's side of the fallback: one stream of pictures."""

from collections.abc import Mapping
from typing import Any

import attrs
from msgspec import structs

from breeze_protocol.desktop import messages as m
from breeze_protocol.desktop.engine.inputs import Pressed, facts
from breeze_protocol.desktop.engine.relay import explain
from breeze_protocol.desktop.table import STREAM
from breeze_protocol.errors import CODES
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running


@attrs.define
class DesktopStream:
    """The pictures of one session; the shell of this engine captures, encodes and injects."""

    session_id: str
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = STREAM
    injectable: bool = True
    """Whether the computer takes input (DESK-025)."""
    settings: m.StreamStart = attrs.field(
        default=attrs.Factory(lambda self: m.StreamStart(self.session_id), takes_self=True)
    )
    running: Running = attrs.field(init=False)
    pressed: Pressed = attrs.field(factory=Pressed, init=False)
    _last: bytes | None = attrs.field(default=None, init=False)
    _on_the_way: int = attrs.field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        return self.running.wake_at

    def start(self, request: m.StreamStart, now: float) -> list[Effect]:
        """`desktop_stream_start` arrived; a stream that runs is replaced (DESK-089)."""
        self.settings, self._last, self._on_the_way = request, None, 0
        return self._feed("stream_start_received", now, request)

    def opened(self, width: int, height: int, now: float) -> list[Effect]:
        """The capture is open: the screen has this size."""
        return self._feed("capture_opened", now, m.StreamStarted(self.session_id, width, height))

    def failed(self, cause: str, words: str, now: float) -> list[Effect]:
        """The capture cannot be opened."""
        return self._feed("capture_failed", now, explain(cause, words, final=True))

    def captured(self, picture: bytes, now: float) -> list[Effect]:
        """A picture was taken and encoded. One like the last, or behind one that is still on its way, is not sent."""
        given = {"changed": picture != self._last, "on_the_way": self._on_the_way}
        event = self.table.classify("capture", given, self.limits)
        if event == "picture_captured" and self.running.state in ("streaming", "dark"):
            self._last, self._on_the_way = picture, 1
        return self._feed(event, now, picture)

    def sent(self) -> None:
        """The agent's socket has taken the picture (DESK-088)."""
        self._on_the_way = 0

    def lost_picture(self, cause: str, words: str, now: float) -> list[Effect]:
        """There is no picture at present; the next one that is captured ends that (DESK-014)."""
        self._last = None
        return self._feed("picture_lost", now, m.AgentNoPicture(self.session_id, cause, words[:1024]))

    def input(self, event: m.InputEvent, now: float) -> list[Effect]:
        """`desktop_input` arrived."""
        told = self.table.classify("input", {**facts(event), "injectable": self.injectable}, self.limits)
        if told == "desktop_input_received" and self.running.state in ("streaming", "dark"):
            self.pressed.note(event)
        return self._feed(told, now, event)

    def configure(self, config: m.DesktopConfig, now: float) -> list[Effect]:
        """`desktop_config` arrived."""
        told = {"quality": config.quality, "scale_factor": config.scale_factor, "max_fps": config.max_fps}
        named = {name: value for name, value in told.items() if value is not None}
        event = self.table.classify("config", {"settings": bool(named)}, self.limits)
        if self.running.state in ("streaming", "dark"):
            self.settings = structs.replace(self.settings, **named)
        return self._feed(event, now, self.settings)

    def stop(self, request: m.StreamStop, now: float) -> list[Effect]:
        """`desktop_stream_stop` arrived."""
        outcome = "already_absent" if self.running.state == "absent" else "stopped"
        body: dict[str, object] = {"stopped": True}
        if request.finalization_id is not None:
            body = {"sessionId": self.session_id, "finalizationId": request.finalization_id, "outcome": outcome}
        return self._feed("stream_stop_received", now, body)

    def link_lost(self, now: float) -> list[Effect]:
        """The link to the server is gone: nobody watches any more (DESK-085)."""
        return self._feed("link_lost", now)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        overdue = self.running.overdue(now)
        body = explain("capture_error", "no picture could be taken in time", final=True)
        return [] if overdue is None else self._feed(overdue, now, body)

    def _feed(self, event: str, now: float, body: Any = None) -> list[Effect]:
        effects = []
        for name in self.running.feed(event, now):
            match name:
                case "restart_deadline":
                    continue
                case "release_input":
                    effects += [Effect("inject_input", up) for up in self.pressed.release()]
                case "send_refusal":
                    code = CODES[event if event in CODES else "INPUT_REFUSED"]
                    unknown = self.running.state not in ("streaming", "dark")
                    effects.append(Effect(name, f"session {self.session_id} not found" if unknown else code.says))
                case "send_input_result" | "send_config_result":
                    effects.append(Effect(name, {"ok": True}))
                case "send_superseded":
                    effects.append(Effect(name, "a newer command has taken its place"))
                case "close_capture":
                    effects.append(Effect(name))
                case _:
                    effects.append(Effect(name, body))
        return effects
