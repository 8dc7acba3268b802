"""What is said to bring two WebRTC peers together: over HTTP, on the viewer's socket, and in commands to the agent."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from msgspec import Meta

from breeze_protocol.ids import Uuid
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.wire import Closed, Open

Sdp = Annotated[
    str, Meta(min_length=1, max_length=int(DEFAULTS["sdp"]), description="A session description (RFC 8866), as text.")
]
ConnectCode = Annotated[str, Meta(min_length=1, max_length=256)]
Url = Annotated[
    str,
    Meta(pattern="^(stun|stuns|turn|turns):[^\\s]+$", max_length=512, description="RFC 7064 or RFC 7065."),
]
OfferNumber = Annotated[int, Meta(ge=1, le=1 << 31, description="Counts the offers of a session from 1.")]
Status = Literal["pending", "connecting", "active", "disconnected", "failed"]


# -- candidates and servers -------------------------------------------------------------------------------------------
class Candidate(Open):
    """SIGN-020: one ICE candidate as browsers write it; an empty `candidate` says that there are no more."""

    candidate: Annotated[str, Meta(max_length=int(DEFAULTS["ice_candidate"]))]
    sdp_mid: Annotated[str, Meta(max_length=64)] | None = None
    sdp_m_line_index: Annotated[int, Meta(ge=0, le=255)] | None = None
    username_fragment: Annotated[str, Meta(max_length=256)] | None = None


class IceServer(Open):
    """SIGN-040: a STUN or TURN server as WebRTC takes it."""

    urls: Annotated[list[Url], Meta(min_length=1, max_length=16)] | Url
    username: Annotated[str, Meta(max_length=512)] | None = None
    credential: Annotated[str, Meta(max_length=512)] | None = None


IceServerList = Annotated[list[IceServer], Meta(max_length=16)]


# -- person and server ------------------------------------------------------------------------------------------------
class IceServersQuery(Open, forbid_unknown_fields=True):
    """SIGN-041: the session that credentials are bound to, where there is one already."""

    session_id: Uuid | None = None


class IceServers(Open, omit_defaults=False):
    """SIGN-040: which servers to use; empty where the operator has configured none."""

    ice_servers: IceServerList


class Offer(Closed):
    """SIGN-001: the viewer's offer, complete or to be followed by candidates."""

    offer: Sdp
    display_index: Annotated[int, Meta(ge=0, le=15)] | None = None
    """Which display to show first; for desktops."""
    target_session_id: Annotated[int, Meta(ge=0, le=65535)] | None = None
    """Which login session of the device to show; for desktops."""
    cols: Annotated[int, Meta(ge=1, le=500)] | None = None
    rows: Annotated[int, Meta(ge=1, le=500)] | None = None
    """First size; for terminals (SIGN-060)."""


class OfferTaken(Open, omit_defaults=False):
    """SIGN-001: the offer is on its way to the device."""

    id: Uuid
    status: Status
    webrtc_offer: Sdp
    offer_number: OfferNumber


class Answer(Closed):
    """SIGN-010: the device's answer. Without a number it is taken as the answer to the newest offer."""

    answer: Sdp
    offer_number: OfferNumber | None = None


class AnswerTaken(Open, omit_defaults=False):
    """SIGN-010: the answer is stored and on its way to the viewer."""

    id: Uuid
    status: Status
    webrtc_answer: Sdp
    started_at: str | None


class CandidateGiven(Closed):
    """SIGN-020: a candidate for the other party."""

    candidate: Candidate


class CandidateTaken(Open, omit_defaults=False):
    """SIGN-020: how many candidates of this party the session has for its present offer."""

    id: Uuid
    ice_candidates_count: Annotated[int, Meta(ge=0, le=int(DEFAULTS["ice_candidates"]))]


# -- the surface of deployed viewers ----------------------------------------------------------------------------------
class ConnectCodeIssued(Open, omit_defaults=False):
    """SIGN-050: with this code one viewer can take up the session."""

    code: ConnectCode
    expires_in_seconds: int


class ConnectExchange(Closed):
    """SIGN-051: a code for a viewer's token."""

    session_id: Uuid
    code: ConnectCode


class ViewerToken(Open, omit_defaults=False):
    """SIGN-051: what the viewer shows with its calls, and whom it is about to see."""

    access_token: Annotated[str, Meta(min_length=16, max_length=4096)]
    expires_in_seconds: int
    hostname: str | None
    os_type: str | None


class ViewerTicket(Open, omit_defaults=False):
    """SIGN-053: a ticket for the desktop's socket; its life is that of every ticket (ACCT-040)."""

    ticket: Annotated[str, Meta(min_length=22, max_length=512)]
    expires_in_seconds: int


class ViewerSession(Open, omit_defaults=False):
    """SIGN-053: what a viewer polls for."""

    id: Uuid
    status: Status
    webrtc_answer: Sdp | None
    error_message: str | None
    started_at: str | None
    ended_at: str | None
    ice_candidates: list[Candidate] = []
    """The device's candidates for the present offer; deployed servers send none."""


class ViewerHealth(Open, omit_defaults=False):
    """SIGN-054: the surface is there."""

    ok: bool
    route: Literal["desktop-ws"]


# -- on the viewer's socket -------------------------------------------------------------------------------------------
class AnswerPushed(Open, tag="answer"):
    """SIGN-012: the device's answer, and the number of the offer that it belongs to."""

    answer: Sdp
    offer_number: OfferNumber


class CandidatePushed(Open, tag="ice_candidate"):
    """SIGN-012: a candidate of the device, and the number of the offer that it belongs to."""

    candidate: Candidate
    offer_number: OfferNumber


class PeerFailed(Open, tag="peer_failed"):
    """SIGN-013: the device could not answer, or the connection failed; the session goes on for the fallback."""

    code: str
    message: str
    offer_number: OfferNumber


ToViewer = AnswerPushed | CandidatePushed | PeerFailed


# -- payloads of the commands to the agent ----------------------------------------------------------------------------
class DesktopOffer(Open):
    """SIGN-003: `start_desktop`: answer this offer with a desktop."""

    session_id: Uuid
    offer: Sdp
    ice_servers: IceServerList = []
    display_index: Annotated[int, Meta(ge=0, le=16)] | None = None
    target_session_id: Annotated[int, Meta(ge=0, le=65535)] | None = None
    gpu_vendor: Literal["nvidia", "amd", "intel"] | None = None
    """Which encoder to try first, from the inventory."""


class TerminalOffer(Open):
    """SIGN-060: `start_terminal_channel`: answer this offer with a terminal on a data channel, never with a desktop."""

    session_id: Uuid
    offer: Sdp
    ice_servers: IceServerList = []
    cols: int = 80
    rows: int = 24
    shell: Annotated[str, Meta(max_length=4096)] | None = None


class AgentAnswer(Open):
    """SIGN-010: result of `start_desktop` and `start_terminal_channel`."""

    session_id: Uuid
    answer: Sdp


class CandidateCommand(Open):
    """SIGN-021: `ice_candidate`: a candidate of the viewer; only to an agent that named `ice_trickle`."""

    session_id: Uuid
    candidate: Candidate


# -- from the agent: results of its own accord ------------------------------------------------------------------------
class PeerEvent(Open, tag_field="event", tag=True):
    """SIGN-022: base of what an agent reports of a peer connection, as `result` of a `command_result`."""

    session_id: Uuid


class AgentCandidate(PeerEvent, tag="ice_candidate"):
    """SIGN-022: a candidate of the device; only to a server that named `ice_trickle`."""

    candidate: Candidate


class PeerConnected(PeerEvent, tag="peer_connected"):
    """SIGN-030: ICE and DTLS are up."""


class PeerDisconnected(PeerEvent, tag="peer_disconnected"):
    """SIGN-031: the viewer has closed the connection, or it was lost for good; it is closed here too."""

    reason: Literal["closed", "lost"] = "closed"
    """Deployed agents give none; what they report counts as closed."""


class PeerBroken(PeerEvent, tag="peer_failed"):
    """SIGN-032: the connection did not come up."""

    reason: Annotated[str, Meta(max_length=1000)] = ""


class ConsentDenied(PeerEvent, tag="consent_denied"):
    """SIGN-033: somebody at the device, or its policy, has refused; agents of generation N answer an offer with it."""

    reason: Annotated[str, Meta(max_length=64)] = "user"


FromAgent = AgentCandidate | PeerConnected | PeerDisconnected | PeerBroken | ConsentDenied


FAMILIES: Final[Mapping[str, Any]] = {
    "from_agent": FromAgent,
    "to_viewer": ToViewer,
    "ice_servers": IceServers,
    "offer": Offer,
    "offer_taken": OfferTaken,
    "answer_given": Answer,
    "answer_taken": AnswerTaken,
    "candidate_given": CandidateGiven,
    "candidate_taken": CandidateTaken,
    "connect_code_issued": ConnectCodeIssued,
    "connect_exchange": ConnectExchange,
    "viewer_token": ViewerToken,
    "viewer_ticket": ViewerTicket,
    "viewer_session": ViewerSession,
    "viewer_health": ViewerHealth,
    "start_desktop": DesktopOffer,
    "start_terminal_channel": TerminalOffer,
    "agent_answer": AgentAnswer,
    "candidate_command": CandidateCommand,
}
"""Every message by the name of its vectors; the first two are told apart by `event` and `type`."""
