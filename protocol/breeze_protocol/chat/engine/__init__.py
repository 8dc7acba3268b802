"""Chat: its sides as engines. Requests, what the model says, bytes and `now` in; effects out.

Theory of operation. `session` decides whether a message may begin a turn. `Turn` takes what the model streams and
keeps one log of events in order; each call of a tool is a `Call`, judged by the tables of tools when the model has said
all of its calls. A call that needs an approval waits for its `Approval`, a record of its own that anybody with a token
may try to decide about at any time; the call claims the approval before it sends its commands, and a claim succeeds
once. The agent's `Confirmations` compute hash and payload anew. `HelperChat` reads the stream, `Card` shows one
approval.

Every condition is a check in the table, every reaction a row; the methods here gather facts and build messages.
"""

from breeze_protocol.chat.engine.approval import Approval, arguments_hash
from breeze_protocol.chat.engine.call import Call, Conduct
from breeze_protocol.chat.engine.card import Card
from breeze_protocol.chat.engine.confirm import Confirmations
from breeze_protocol.chat.engine.helper import HelperChat
from breeze_protocol.chat.engine.stream import EventLog, Reader
from breeze_protocol.chat.engine.turn import Turn

__all__ = [
    "Approval",
    "Call",
    "Card",
    "Conduct",
    "Confirmations",
    "EventLog",
    "HelperChat",
    "Reader",
    "Turn",
    "arguments_hash",
]
