"""Transfer: the three sides as engines, and the arithmetic of what is there and what is missing.

Theory of operation. The server keeps the bytes and a record. Of an `upload` the agent sends ranges, in any order, until
none is missing; of a `download` the person sends chunks, numbered and of any length, and the agent fetches ranges. Who
sends asks the server where to go on, so that nothing has to be remembered across a restart. Both ends name the SHA-256
of the whole, and only equal ones complete a transfer. The engines compute no hash and touch no file: their shells do.
"""

from breeze_protocol.transfer.engine.agent import AgentTransfer, Piece
from breeze_protocol.transfer.engine.client import ClientTransfer
from breeze_protocol.transfer.engine.headers import (
    asked_range,
    digest_field,
    disposition,
    entity_tag,
    given_range,
    read_digest,
    said_range,
    unsatisfied_range,
)
from breeze_protocol.transfer.engine.pieces import Chunk, Chunks, Ranges, percent
from breeze_protocol.transfer.engine.server import Change, Transfer

__all__ = [
    "AgentTransfer",
    "Change",
    "Chunk",
    "Chunks",
    "ClientTransfer",
    "Piece",
    "Ranges",
    "Transfer",
    "asked_range",
    "digest_field",
    "disposition",
    "entity_tag",
    "given_range",
    "percent",
    "read_digest",
    "said_range",
    "unsatisfied_range",
]
