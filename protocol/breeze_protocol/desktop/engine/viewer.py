"""The viewer's side: one desktop, whichever way its picture comes."""

from collections.abc import Mapping
from typing import Any

import attrs

from breeze_protocol.desktop import messages as m
from breeze_protocol.desktop.engine.helper import Copied, copied_facts
from breeze_protocol.desktop.engine.inputs import Pressed
from breeze_protocol.desktop.engine.relay import explain
from breeze_protocol.desktop.table import FALLBACK_LACKS, VIEWER, badge
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import RESTART_DEADLINE, Closing, Effect, Machine, Running

_ON_SOCKET = ("switching", "relay_dark", "relay_watching")
_CAUSES = {
    "webrtc_timed_out": "ice_failed",
    "peer_failed": "ice_failed",
    "helper_silent": "agent_silent",
    "first_frame_missed": "not_known",
    "decode_stalled": "decode_stall",
    "server_lost": "not_known",
    "server_silent": "not_known",
}


@attrs.define
class DesktopViewer:
    """One desktop as a person sees it. The shell owns the peer connection, the socket and the screen."""

    limits: Mapping[str, float] = DEFAULTS
    table: Machine = VIEWER
    running: Running = attrs.field(init=False)
    pressed: Pressed = attrs.field(factory=Pressed, init=False)
    lacks: dict[str, str] = attrs.field(factory=dict, init=False)
    """Controls that cannot be served now, each with the reason (DESK-071)."""
    transport: str | None = attrs.field(default=None, init=False)
    """`direct`, `turn` or `server`; None before there is one (DESK-072)."""
    _direct_lacks: dict[str, str] = attrs.field(factory=dict, init=False)
    _to_device: bool = attrs.field(default=True, init=False)
    _pair: tuple[str | None, str | None] = attrs.field(default=(None, None), init=False)
    _heard: float = attrs.field(default=0.0, init=False)
    _tick_at: float | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin in the table's first state."""
        self.running = Running(self.table, self.limits)

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        return min((t for t in (self.running.wake_at, self._tick_at) if t is not None), default=None)

    def begin(self, now: float) -> None:
        """An offer is on its way: the deadline of the negotiation counts."""
        self.running.begin(now)

    # -- the peer connection
    def connected(self, local: str, remote: str, now: float) -> list[Effect]:
        """The peer connection stands, over candidates of these types (`host`, `srflx`, `prflx`, `relay`)."""
        self._pair = (local, remote)
        if self.running.state not in _ON_SOCKET:
            self._heard, self._tick_at = now, now + self.limits["desktop_heartbeat"]
        return self._feed("peer_connected", now)

    def peer_failed(self, now: float) -> list[Effect]:
        """The peer connection failed, or was never there."""
        return self._feed("peer_failed", now)

    def refused(self, cause: m.NoPicture, now: float) -> list[Effect]:
        """The device answered that it has no desktop to show."""
        return self._feed("start_refused", now, cause)

    def video(self, picture: object, now: float) -> list[Effect]:
        """A picture was decoded."""
        return self._feed("video_received", now, picture)

    def decode_stalled(self, now: float) -> list[Effect]:
        """Pictures arrive and none can be decoded."""
        return self._feed("decode_stalled", now)

    def control(self, raw: str | bytes, now: float) -> list[Effect]:
        """A message of the `control` channel."""
        self._heard = now
        message = m.from_helper(raw)
        match message:
            case m.Capabilities():
                event = "capabilities_received"
                self._to_device = message.clipboard_to_device
            case m.NoPicture():
                event = "cause_received"
            case m.Bye():
                event = "bye_received"
            case _:
                event = "reply_received"
        return self._feed(event, now, message)

    def clipboard(self, raw: str | bytes, now: float) -> list[Effect]:
        """A message of the `clipboard` channel."""
        message = m.clipboard(raw)
        ack = isinstance(message, m.ClipboardAck)
        return self._feed("clipboard_ack_received" if ack else "clipboard_received", now, message)

    # -- the fallback's socket
    def socket(self, raw: str | bytes, now: float) -> list[Effect]:
        """A message of the fallback's socket: JSON text, or a picture in a binary message."""
        if self.running.state in _ON_SOCKET:
            self._heard = now
        if isinstance(raw, bytes):
            return self._feed("jpeg_received", now, bytes(m.jpeg(memoryview(raw))))
        message = m.to_viewer(raw)
        kinds = {m.DesktopConnected: "connected", m.NoPicture: "no_picture", m.DesktopError: "error"}
        kind = kinds.get(type(message)) or ("ping" if isinstance(message, m.DesktopPing) else "pong")
        if kind == "connected" and self.running.state == "switching":
            self._tick_at = now + self.limits["desktop_ping_interval"]
        return self._feed(f"{kind}_received", now, message)

    def closed(self, code: int, reason: str, now: float) -> list[Effect]:
        """The server has closed the socket."""
        return self._feed("close_received", now, Closing(code, reason))

    def lost(self, now: float) -> list[Effect]:
        """The socket broke, or could not be opened."""
        return self._feed("server_lost", now)

    # -- the person
    def input(self, event: m.InputEvent, now: float) -> list[Effect]:
        """A key or the mouse."""
        if self.running.state in ("dark", "watching", "relay_dark", "relay_watching"):
            self.pressed.note(event)
        return self._feed("user_input", now, event)

    def blurred(self, now: float) -> list[Effect]:
        """The window lost the keyboard: nothing stays pressed (DESK-026)."""
        return self._feed("focus_lost", now)

    def use(self, control: str, message: m.ToHelper | m.ViewerConfig, now: float) -> list[Effect]:
        """The person uses a control of this name."""
        event = self.table.classify("control", {"served": control not in self.lacks}, self.limits)
        if event == "user_control" and isinstance(message, m.ViewerConfig):
            event = "user_config"
        reason = self.lacks.get(control, "")
        return self._feed(event, now, m.Unavailable(control, reason) if event == "control_unavailable" else message)

    def copied(self, message: Copied, now: float) -> list[Effect]:
        """The person pastes: what was copied goes to the device first (DESK-053)."""
        allowed = self._to_device and "clipboard" not in self.lacks
        event = self.table.classify("copy", {**copied_facts(message), "to_device": allowed}, self.limits)
        reason = self.lacks.get("clipboard", "The clipboard may not go to this computer, or it is too large.")
        withheld = event == "clipboard_withheld"
        return self._feed(event, now, m.Unavailable("clipboard", reason) if withheld else message)

    def stats(self, report: m.ViewerStats, now: float) -> list[Effect]:
        """A second has passed over WebRTC (DESK-048)."""
        return self._feed("stats_due", now, report) if self.running.state in ("dark", "watching") else []

    def leave(self, now: float) -> list[Effect]:
        """The person wants out."""
        return self._feed("user_left", now)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        effects = []
        overdue = self.running.overdue(now)
        if overdue is not None:
            effects += self._feed(overdue, now)
        if self._tick_at is None or now < self._tick_at:
            return effects
        on_socket = self.running.state in _ON_SOCKET
        self._tick_at = now + self.limits["desktop_ping_interval" if on_socket else "desktop_heartbeat"]
        given = {"on_socket": on_socket, "silent_for": now - self._heard}
        event = self.table.classify("tick", given, self.limits)
        while event in self.table.checks_index:
            event = self.table.classify(event, given, self.limits)
        return effects + self._feed(event, now)

    def _feed(self, event: str, now: float, body: Any = None) -> list[Effect]:
        effects: list[Effect] = []
        before = self.running.state
        for name in self.running.feed(event, now):
            if name != RESTART_DEADLINE:
                effects += self._effect(name, event, before, body)
        if self.running.state in ("dark", "watching") and before in _ON_SOCKET:
            self._heard, self._tick_at = now, now + self.limits["desktop_heartbeat"]
        if self.running.state == "switching" and before != "switching":
            self.pressed.release()
            self._heard, self.transport = now, None
        if self.running.final:
            self._tick_at = None
        return effects

    def _effect(self, name: str, event: str, before: str, body: Any) -> list[Effect]:
        match name:
            case "show_cause":
                told = body if isinstance(body, m.NoPicture) else explain(_CAUSES.get(event, "not_known"))
                return [Effect(name, told)]
            case "show_transport":
                self.transport = badge(*self._pair) if self.running.state not in _ON_SOCKET else "server"
                if self.transport != "server" and before in _ON_SOCKET:
                    self.lacks = dict(self._direct_lacks)
                return [Effect(name, self.transport)]
            case "note_capabilities" | "keep_capabilities":
                lacks = {each.control: each.reason for each in body.unavailable}
                if isinstance(body, m.Capabilities):
                    self._direct_lacks = lacks
                elif not lacks:  # A deployed server names nothing, and serves no more. DESK-071
                    lacks = dict(FALLBACK_LACKS)
                if name == "keep_capabilities":
                    return []
                self.lacks = dict(lacks)
                return [Effect(name, lacks)]
            case "send_control" if not isinstance(body, m.ToHelper):
                return [Effect(name, m.RequestKeyframe())]
            case "send_release":
                self.pressed.release()
                return [Effect(name, m.ReleaseAll())]
            case "send_key_ups":
                return [Effect("send_viewer_input", m.ViewerInput(up)) for up in self.pressed.release()]
            case "send_viewer_input":
                return [Effect(name, m.ViewerInput(body))]
            case "send_clipboard_ack":
                return [Effect(name, m.ClipboardAck(m.digest(body)))]
        fixed = {"send_bye": m.Bye(), "send_switched": m.ViewerSwitched(), "send_pong": m.ViewerPong()}
        if name == "send_ping":
            return [Effect(name, m.ViewerPing() if before in _ON_SOCKET else m.ControlPing())]
        return [Effect(name, fixed.get(name, body))]
