"""The two ends of a peer connection: viewer and agent. Their shells own the WebRTC stack."""

from collections.abc import Mapping

import attrs

from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Effect, Machine, Running
from breeze_protocol.signaling import messages as m
from breeze_protocol.signaling.table import AGENT, VIEWER


@attrs.define
class ViewerSignaling:
    """The viewer's side, from the first offer to the last."""

    limits: Mapping[str, float] = DEFAULTS
    table: Machine = VIEWER
    running: Running = attrs.field(init=False)
    offer_number: int = attrs.field(default=0, init=False)
    """Of the offer that the server took last."""
    _held: list[m.ToViewer] = attrs.field(factory=list, init=False)
    _candidates: list[m.Candidate] = attrs.field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin idle."""
        self.running = Running(self.table, self.limits)

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        return self.running.wake_at

    def happened(self, event: str, now: float, body: object = None) -> list[Effect]:
        """`user_connects`, `servers_known`, `gathered`, `ice_connected`, `ice_failed`, `ice_lost`, `user_upgrades` or
        `user_left`."""
        return self._feed(event, now, body)

    def found(self, candidate: m.Candidate, now: float) -> list[Effect]:
        """The WebRTC stack has found a candidate: it goes into the offer, waits, or is sent (SIGN-026)."""
        return self._feed("candidate_found", now, candidate)

    def offer_taken(self, said: m.OfferTaken, now: float) -> list[Effect]:
        """The server has taken the offer; what its socket brought before counts now (SIGN-014)."""
        self.offer_number = said.offer_number
        held = [push for push in self._held if push.offer_number == said.offer_number]
        self._held.clear()
        answers = [push for push in held if isinstance(push, m.AnswerPushed)]
        failures = [push for push in held if isinstance(push, m.PeerFailed)]
        facts = {"failure_held": bool(failures), "answer_held": bool(answers)}
        body = failures[0] if failures else answers[0] if answers else said
        effects = self._feed(self.table.classify("offer_taken", facts, self.limits), now, body)
        for push in held:
            if isinstance(push, m.CandidatePushed) and not failures:
                effects += self.pushed(push, now)
        return effects

    def offer_refused(self, code: str, now: float) -> list[Effect]:
        """The server has refused the offer: turn to the fallback (SIGN-036)."""
        return self._feed("offer_refused_received", now, code)

    def pushed(self, message: m.ToViewer, now: float) -> list[Effect]:
        """The viewer's socket has brought something."""
        given = {m.AnswerPushed: "answer", m.CandidatePushed: "pushed", m.PeerFailed: "failed"}[type(message)]
        # Before the offer is taken its number is not known yet: what is newer than the last one waits. SIGN-014
        offering = self.running.state == "offering"
        current = message.offer_number > self.offer_number if offering else message.offer_number == self.offer_number
        return self._feed(self.table.classify(given, {"current": current}, self.limits), now, message)

    def candidate_answered(self, taken: bool, now: float) -> list[Effect]:
        """The server has taken or refused a candidate; either way nothing has to be done."""
        return self._feed("candidate_taken_received" if taken else "candidate_refused_received", now)

    def session_ended(self, words: str, now: float) -> list[Effect]:
        """The session has ended."""
        return self._feed("ended_received", now, words)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        overdue = self.running.overdue(now)
        return [] if overdue is None else self._feed(overdue, now)

    def _feed(self, event: str, now: float, body: object = None) -> list[Effect]:
        effects = []
        for name in self.running.feed(event, now):
            if name == "hold_push" and isinstance(body, m.AnswerPushed | m.CandidatePushed | m.PeerFailed):
                self._held.append(body)
            elif name == "hold_candidate" and isinstance(body, m.Candidate):
                self._candidates.append(body)
            elif name == "release_candidates":
                effects += [Effect("send_candidate", each) for each in self._candidates]
                self._candidates.clear()
            else:
                effects.append(Effect(name, body))
        if event in ("servers_known", "user_upgrades", "ice_lost"):
            self._held.clear()
            self._candidates.clear()
        return effects


@attrs.define
class AgentSignaling:
    """The agent's side of one session: one peer connection at a time, the newest offer's."""

    session_id: str
    trickles: bool = True
    """The server has named `ice_trickle`."""
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = AGENT
    running: Running = attrs.field(init=False)
    _held: list[m.Candidate] = attrs.field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin without a connection."""
        self.running = Running(self.table, self.limits)

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        return self.running.wake_at

    def start(self, offer: m.DesktopOffer | m.TerminalOffer, now: float) -> list[Effect]:
        """`start_desktop` or `start_terminal_channel` has come; an older connection of the session goes (SIGN-004)."""
        self._held.clear()
        return self._feed("start_received", now, offer)

    def answer_ready(self, sdp: str, now: float) -> list[Effect]:
        """The WebRTC stack has an answer."""
        return self._feed("answer_ready", now, m.AgentAnswer(self.session_id, sdp))

    def answer_failed(self, words: str, now: float) -> list[Effect]:
        """There is nothing to answer with: no screen, no encoder, no helper."""
        return self._feed("answer_failed", now, words)

    def found(self, candidate: m.Candidate, now: float) -> list[Effect]:
        """The WebRTC stack has found a candidate."""
        return self._feed("candidate_found", now, m.AgentCandidate(self.session_id, candidate))

    def candidate(self, command: m.CandidateCommand, now: float) -> list[Effect]:
        """`ice_candidate` has come."""
        return self._feed("candidate_received", now, command.candidate)

    def ice(self, event: str, now: float, words: str = "") -> list[Effect]:
        """`ice_connected`, `ice_failed`, `ice_lost` or `peer_closed`."""
        bodies: Mapping[str, m.PeerEvent] = {
            "ice_connected": m.PeerConnected(self.session_id),
            "ice_failed": m.PeerBroken(self.session_id, words),
            "ice_lost": m.PeerDisconnected(self.session_id, "lost"),
            "peer_closed": m.PeerDisconnected(self.session_id, "closed"),
        }
        return self._feed(event, now, bodies[event])

    def stop(self, now: float) -> list[Effect]:
        """`stop_desktop` or `terminal_stop` has come."""
        return self._feed("stop_received", now)

    def link_lost(self, now: float) -> list[Effect]:
        """The link is gone: no peer connection outlives it (SIGN-037)."""
        return self._feed("link_lost", now)

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        overdue = self.running.overdue(now)
        if overdue is None:
            return []
        return self.answer_failed("no answer in time", now) if overdue == "answer_failed" else self.ice(overdue, now)

    def _feed(self, event: str, now: float, body: object = None) -> list[Effect]:
        effects = []
        for name in self.running.feed(event, now):
            if name == "hold_candidate" and isinstance(body, m.AgentCandidate):
                self._held.append(body.candidate)
            elif name == "release_candidates":
                effects += [
                    Effect("send_agent_candidate", m.AgentCandidate(self.session_id, each)) for each in self._held
                ]
                self._held.clear()
            else:
                effects.append(Effect(name, body))
        # Without trickling the answer holds every candidate, and the server knows no reports but the loss. SIGN-035
        silent = () if self.trickles else ("send_agent_candidate", "send_peer_connected", "send_peer_broken")
        return [effect for effect in effects if effect.name not in silent]
