"""The server's side: it carries descriptions and candidates, and tells the session how the connection fares."""

from collections.abc import Mapping
from typing import Final

import attrs

from breeze_protocol.errors import CODES, Code
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running
from breeze_protocol.signaling import messages as m
from breeze_protocol.signaling.table import SERVER, SESSION_ENDS, SESSION_EVENTS

TYPES: Final = ("desktop", "terminal")
"""The session types that take an offer (SIGN-002)."""

_PEER: Final[Mapping[type, str]] = {
    m.PeerConnected: "peer_connected_received",
    m.PeerBroken: "peer_broken_received",
    m.ConsentDenied: "consent_denied",
}


@attrs.frozen
class Peer:
    """What is known of the agent that shall answer."""

    online: bool = True
    trickles: bool = True
    """It has named `ice_trickle`: candidates by themselves, and reports of how connections fare."""
    terminal_channel: bool = True
    """It has named `terminal_channel`."""


@attrs.frozen
class Result:
    """What a call or a report did: the effects to perform, and the code that refuses the call, if it is refused."""

    effects: tuple[Effect, ...]
    refusal: Code | None = None


@attrs.define
class Signaling:
    """One session's signaling. Times are whatever clock the caller has."""

    session_id: str
    session_type: str = "desktop"
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = SERVER
    running: Running = attrs.field(init=False)
    offer_number: int = attrs.field(default=0, init=False)
    """Of the newest offer; 0: there was none."""
    offer: m.Offer | None = attrs.field(default=None, init=False)
    answer: str | None = attrs.field(default=None, init=False)
    from_viewer: list[m.Candidate] = attrs.field(factory=list, init=False)
    from_device: list[m.Candidate] = attrs.field(factory=list, init=False)
    failure: str | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin without an offer."""
        self.running = Running(self.table, self.limits)

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        return self.running.wake_at

    @property
    def ended(self) -> bool:
        """Whether nothing but stragglers can happen."""
        return self.running.final

    # -- from the viewer
    def offered(self, offer: m.Offer, peer: Peer, now: float) -> Result:
        """The viewer offers (SIGN-001)."""
        facts = {
            "type_fits": self.session_type in TYPES,
            "live": not self.ended,
            "agent_online": peer.online,
            "agent_can": self.session_type == "desktop" or peer.terminal_channel,
            "reports_peer": peer.trickles,
        }
        event = self.table.classify("offer", facts, self.limits)
        if event in ("offer_accepted", "offer_counts"):
            self.offer, self.answer, self.failure = offer, None, None
            self.offer_number += 1
            self.from_viewer, self.from_device = [], []
        return self._feed(event, now, offer)

    def viewer_candidate(self, candidate: m.Candidate, peer: Peer, now: float) -> Result:
        """The viewer has found a candidate (SIGN-020)."""
        facts = {
            "live": not self.ended,
            "offered": self.table.allows(self.running.state, "candidate_accepted"),
            "count": len(self.from_viewer),
            "agent_trickles": peer.trickles,
        }
        event = self.table.classify("candidate", facts, self.limits)
        if event in ("candidate_accepted", "candidate_kept"):
            self.from_viewer.append(candidate)
        return self._feed(event, now, m.CandidateCommand(self.session_id, candidate))

    def relay_opened(self, now: float) -> Result:
        """The viewer has turned to the fallback (SIGN-036)."""
        return self._feed("relay_received", now)

    def left(self, now: float) -> Result:
        """The viewer is gone on purpose (SIGN-038)."""
        return self._feed("leave_received", now)

    # -- from the agent, or from whoever may answer for it
    def answered(self, sdp: str, number: int | None, peer: Peer, now: float) -> Result:
        """An answer to the offer with this number; None: to the newest one (SIGN-010, SIGN-014, SIGN-015)."""
        facts = {"current": number in (None, self.offer_number), "reports_peer": peer.trickles}
        event = self.table.classify("answer", facts, self.limits)
        result = self._feed(event, now, m.AnswerPushed(sdp, max(1, self.offer_number)))
        if any(effect.name == "store_answer" for effect in result.effects):
            self.answer = sdp
        return result

    def start_failed(self, words: str, number: int, now: float) -> Result:
        """The agent could not answer the offer with this number (SIGN-013)."""
        if number != self.offer_number:
            return self._feed("answer_stale", now)
        return self._feed("start_failed_received", now, words)

    def reported(self, event: m.FromAgent, number: int, now: float) -> Result:
        """The agent reports something of the peer connection for the offer with this number."""
        if isinstance(event, m.AgentCandidate):
            return self._device_candidate(event.candidate, number, now)
        if number != self.offer_number:
            return self._feed("answer_stale", now)
        if isinstance(event, m.PeerDisconnected):
            return self._feed("peer_closed_received" if event.reason == "closed" else "peer_lost_received", now)
        return self._feed(_PEER[type(event)], now, getattr(event, "reason", None))

    def agent_lost(self, now: float) -> Result:
        """The agent's socket is gone (SIGN-037)."""
        return self._feed("agent_lost", now)

    # -- from the server
    def session_ended(self, words: str, now: float) -> Result:
        """The session has ended for a reason outside signaling (SIGN-039)."""
        return self._feed("session_ended", now, words)

    def tick(self, now: float) -> Result:
        """Do what time demands."""
        overdue = self.running.overdue(now)
        return Result(()) if overdue is None else self._feed(overdue, now, overdue.replace("_", " "))

    # -- within
    def _device_candidate(self, candidate: m.Candidate, number: int, now: float) -> Result:
        facts = {"current": number == self.offer_number, "count": len(self.from_device)}
        event = self.table.classify("agent_candidate", facts, self.limits)
        result = self._feed(event, now, m.CandidatePushed(candidate, max(1, number)))
        if any(effect.name == "store_candidate" for effect in result.effects):
            self.from_device.append(candidate)
        return result

    def _feed(self, event: str, now: float, body: object = None) -> Result:
        effects = tuple(self._effect(name, event, body) for name in self.running.feed(event, now))
        return Result(effects, CODES.get(event))

    def _effect(self, name: str, event: str, body: object) -> Effect:
        if name in SESSION_EVENTS:
            return Effect(name, SESSION_EVENTS[name])
        if (name, event) in SESSION_ENDS:
            return Effect(name, SESSION_ENDS[name, event])
        if name == "note_failure":
            self.failure = str(body) if body else event
            return Effect(name, self.failure)
        if name == "send_failed":
            code = CODES["PEER_FAILED"]
            words = f"{code.says}: {body}" if body else code.says
            return Effect(name, m.PeerFailed(code.name, words, max(1, self.offer_number)))
        if name == "send_start" and isinstance(body, m.Offer):
            return Effect(name, self._start(body))
        return Effect(name, body)

    def _start(self, offer: m.Offer) -> m.DesktopOffer | m.TerminalOffer:
        # The shell adds what only it knows: ICE servers of the agent's own, the shell, the kind of GPU. SIGN-003
        if self.session_type == "terminal":
            return m.TerminalOffer(self.session_id, offer.offer, [], offer.cols or 80, offer.rows or 24)
        return m.DesktopOffer(self.session_id, offer.offer, [], offer.display_index, offer.target_session_id)
