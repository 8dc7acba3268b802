"""Signaling: the three sides as engines, and the credentials of TURN.

Theory of operation. The viewer offers, the device answers, and either sends candidates as it finds them. The server
numbers the offers of a session, so that an answer, a candidate or a failure that was on its way when a newer offer came
is told from a current one. It reads neither descriptions nor candidates. What it learns of the connection it passes to
the session. A connection that fails before the session was active leaves the session to the fallback for 15 s.
"""

from breeze_protocol.signaling.engine.peers import AgentSignaling, ViewerSignaling
from breeze_protocol.signaling.engine.server import Peer, Result, Signaling
from breeze_protocol.signaling.engine.turn import TurnCredential, TurnServer, ice_servers, issue_credential, sign, valid

__all__ = [
    "AgentSignaling",
    "Peer",
    "Result",
    "Signaling",
    "TurnCredential",
    "TurnServer",
    "ViewerSignaling",
    "ice_servers",
    "issue_credential",
    "sign",
    "valid",
]
