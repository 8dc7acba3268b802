"""The helper's side of a desktop over WebRTC."""

from collections.abc import Mapping
from typing import Any

import attrs

from breeze_protocol.desktop import messages as m
from breeze_protocol.desktop.engine.inputs import Pressed, facts
from breeze_protocol.desktop.engine.relay import explain
from breeze_protocol.desktop.table import AUDIO_DEFAULT, CONTROLS, HELPER
from breeze_protocol.errors import CODES, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running
from breeze_protocol.wire import encode

_NEEDS: Mapping[type, str] = {
    m.SetBitrate: "bitrate",
    m.SetFps: "quality",
    m.RequestKeyframe: "keyframe",
    m.SessionsRequest: "sessions",
    m.ListMonitors: "monitors",
    m.SwitchMonitor: "monitors",
    m.ToggleAudio: "audio",
    m.SetCursorStream: "cursor",
    m.SendSas: "sas",
    m.LockWorkstation: "lock",
    m.BlockInput: "block_input",
}
Copied = m.ClipboardText | m.ClipboardRtf | m.ClipboardImage


def copied_facts(message: Copied) -> dict[str, float]:
    """What the checks ask of copied content; base64 that is none is a RemoteProtocolError."""
    size = len(m.content(message))
    text = message.text if isinstance(message, m.ClipboardText | m.ClipboardRtf) else ""
    return {
        "text_bytes": len(text.encode("utf-8", "replace")),
        "rtf_bytes": size if isinstance(message, m.ClipboardRtf) else 0,
        "image_bytes": size if isinstance(message, m.ClipboardImage) else 0,
        "message_bytes": len(encode(message)),
    }


@attrs.define
class DesktopHelper:
    """One peer connection; the shell of this engine captures, encodes, injects and owns the peer."""

    os_type: str = "linux"
    lacks: Mapping[str, str] = attrs.field(factory=dict)
    """Controls that this computer cannot serve, each with the reason (DESK-070)."""
    to_viewer: bool = True
    """The clipboard may go to the viewer (DESK-051)."""
    to_device: bool = True
    """The clipboard, and dropped files, may come from the viewer (DESK-051, DESK-065)."""
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = HELPER
    monitors: int = 1
    running: Running = attrs.field(init=False)
    pressed: Pressed = attrs.field(factory=Pressed, init=False)
    _heard: float | None = attrs.field(default=None, init=False)
    _set: str | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)

    @property
    def audio(self) -> bool:
        """Whether sound is sent without being asked for (DESK-044)."""
        return AUDIO_DEFAULT.get(self.os_type, False) and "audio" not in self.lacks

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        silent = None if self._heard is None else self._heard + self.limits["desktop_heartbeat_silence"]
        return min((t for t in (self.running.wake_at, silent) if t is not None), default=None)

    def begin(self, now: float) -> None:
        """`start_desktop` arrived: its deadline counts."""
        self.running.begin(now)

    def happened(self, event: str, now: float) -> list[Effect]:
        """`capture_ready`, `peer_connected`, `peer_disconnected`, `peer_returned`, `peer_failed`, `frame_sent`,
        `stop_requested` or `replaced`."""
        return self._feed(event, now)

    def failed(self, cause: str, words: str, now: float) -> list[Effect]:
        """Nothing can be captured, at the start (DESK-010)."""
        return self._feed("capture_failed", now, explain(cause, words, final=True))

    def lost_picture(self, cause: str, words: str, now: float) -> list[Effect]:
        """There is no picture at present (DESK-010)."""
        return self._feed("picture_lost", now, explain(cause, words))

    def reply(self, message: m.FromHelper, now: float) -> list[Effect]:
        """A control has been performed, or something has changed: tell the viewer."""
        return self._feed("reply_due", now, message)

    def input(self, raw: str | bytes, now: float) -> list[Effect]:
        """A message of the `input` channel."""
        try:
            event = m.input_event(raw)
        except RemoteProtocolError as error:
            return self._refuse("INPUT_REFUSED", "input", now, error.words)
        given = {**facts(event), "injectable": "input" not in self.lacks}
        outcome = self.table.classify("input", given, self.limits)
        if outcome in CODES:
            return self._refuse(outcome, "input", now, self.lacks.get("input"))
        if self.running.state in ("dark", "streaming"):
            self.pressed.note(event)
        return self._feed(outcome, now, event)

    def control(self, raw: str | bytes, now: float) -> list[Effect]:
        """A message of the `control` channel; it proves that the viewer is there."""
        effects = self._feed("peer_returned", now) if self.running.state == "unreachable" else []
        if self._heard is not None:
            self._heard = now
        try:
            message = m.to_helper(raw)
        except RemoteProtocolError as error:
            return effects + self._refuse("INVALID_MESSAGE", "control", now, error.words)
        match message:
            case m.ControlPing():
                self._heard = now
                return effects + self._feed("ping_received", now, m.ControlPong(message.timestamp))
            case m.Bye():
                return effects + self._feed("bye_received", now)
            case m.ReleaseAll():
                return effects + self._feed("release_received", now)
            case m.ViewerStats():
                return effects + self._feed("stats_received", now, message)
        return effects + self._perform(message, now)

    def clipboard(self, raw: str | bytes, now: float) -> list[Effect]:
        """A message of the `clipboard` channel."""
        try:
            message = m.clipboard(raw)
            if isinstance(message, m.ClipboardAck):
                return self._feed("clipboard_ack_received", now, message)
            given = {**copied_facts(message), "to_device": self.to_device}
        except RemoteProtocolError as error:
            return self._refuse("INVALID_MESSAGE", "clipboard", now, error.words)
        outcome = self.table.classify("clipboard", given, self.limits)
        if outcome in CODES:
            return self._refuse(outcome, "clipboard", now)
        self._set = m.digest(message)
        return self._feed(outcome, now, message)

    def copied(self, message: Copied, now: float) -> list[Effect]:
        """Something was copied on the computer; what the viewer had put there is not sent back (DESK-054)."""
        given = {**copied_facts(message), "to_viewer": self.to_viewer, "own": m.digest(message) == self._set}
        return self._feed(self.table.classify("copy", given, self.limits), now, message)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        effects = []
        overdue = self.running.overdue(now)
        if overdue is not None:
            cause = "capture_error" if overdue == "start_timed_out" else "not_known"
            effects += self._feed(overdue, now, explain(cause, final=self.running.state == "starting"))
        silent = {"heartbeats": self._heard is not None, "silent_for": now - (self._heard or now)}
        if self.table.classify("tick", silent, self.limits) == "viewer_silent":
            self._heard = None
            if self.table.allows(self.running.state, "viewer_silent"):
                effects += self._feed("viewer_silent", now)
        return effects

    def _perform(self, message: m.ToHelper, now: float) -> list[Effect]:
        control = _NEEDS[type(message)]
        there = not isinstance(message, m.SwitchMonitor) or message.value < self.monitors
        given = {"served": control not in self.lacks, "monitor_there": there}
        outcome = self.table.classify("control", given, self.limits)
        if outcome in CODES:
            return self._refuse(outcome, control, now, self.lacks.get(control))
        return self._feed(outcome, now, message)

    def _refuse(self, code: str, about: str, now: float, words: str | None = None) -> list[Effect]:
        says = f"{CODES[code].says}: {words}" if words else CODES[code].says
        return self._feed("message_refused", now, m.ControlError(code, says[:1024], about))

    def _feed(self, event: str, now: float, body: Any = None) -> list[Effect]:
        effects = []
        for name in self.running.feed(event, now):
            match name:
                case "restart_deadline":
                    continue
                case "release_input":
                    effects += [Effect("inject_input", up) for up in self.pressed.release()]
                case "send_capabilities":
                    effects.append(Effect(name, self._capabilities()))
                case "send_clipboard_ack":
                    effects.append(Effect(name, m.ClipboardAck(m.digest(body))))
                case "take_measurement":
                    effects.append(Effect(name, body))
                case "send_bye":
                    effects.append(Effect(name, m.Bye()))
                case _:
                    effects.append(Effect(name, body))
        if self.running.final:
            self._heard = None
        return effects

    def _capabilities(self) -> m.Capabilities:
        lacks = [m.Unavailable(control, reason) for control, reason in self.lacks.items()]
        served = [control for control in CONTROLS if control not in self.lacks]
        return m.Capabilities(served, lacks, self.audio, self.to_viewer, self.to_device)
