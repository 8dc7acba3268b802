"""Decisions about sessions: who may call, at what level, and whether a message begins a turn."""

from collections.abc import Mapping
from types import MappingProxyType

from breeze_protocol.account.engine import Decision, decide
from breeze_protocol.chat.table import GATE, SESSION
from breeze_protocol.chat.tools import lower, within
from breeze_protocol.errors import CODES, Code
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import Machine

TITLE_WORD = 20
"""A title is cut at a space only beyond this index, else in the middle of a word (CHAT-031)."""


def admit(
    given: str, facts: Mapping[str, float], limits: Mapping[str, float] = DEFAULTS, table: Machine = GATE
) -> Code | None:
    """Decide about a `call` below /helper/chat, an `ask` for the configuration or an `upload`: None, or the refusal."""
    return decide(table, table.initial, given, facts, limits).refusal


def level(asked: str | None, configured: str, table: Machine = SESSION) -> str | Code:
    """The level of a new session, or the refusal (CHAT-006)."""
    wanted = lower("standard", configured) if asked is None else asked
    outcome = table.classify("create", {"level_allowed": within(wanted, configured)}, DEFAULTS)
    return CODES.get(outcome, wanted)


def effective(of_session: str, configured: str) -> str:
    """The level by which a call is judged now: a configured level that was lowered acts at once (CHAT-007)."""
    return lower(of_session, configured)


def limits_for(
    retention_hours: float = 24, turns: int | None = None, limits: Mapping[str, float] = DEFAULTS
) -> Mapping[str, float]:
    """The limits of one session: an organisation can lower its age, and a session has turns of its own (CHAT-022)."""
    life = min(limits["chat_session_life"], retention_hours * 3600)
    return MappingProxyType({**limits, "chat_session_life": life, "chat_turns": turns or limits["chat_turns"]})


def message(
    state: str, facts: Mapping[str, float], limits: Mapping[str, float] = DEFAULTS, table: Machine = SESSION
) -> Decision:
    """Decide about a message to a session in `state` (CHAT-020).

    Facts: characters, same_device, age (s), turns, recent_messages, budget_exhausted, budget_known, model_configured,
    idle. A refusal changes nothing (CHAT-029).
    """
    return decide(table, state, "message", {**facts, "open": state != "closed"}, limits)


def resume(facts: Mapping[str, float], limits: Mapping[str, float] = DEFAULTS, table: Machine = SESSION) -> Code | None:
    """Decide about a request for events: None, or the refusal (CHAT-043, CHAT-044)."""
    return CODES.get(table.classify("resume", facts, limits))


def title(content: str, limits: Mapping[str, float] = DEFAULTS) -> str:
    """The title that a first message gives its session (CHAT-031)."""
    words, most = " ".join(content.split()), int(limits["chat_title"])
    if len(words) <= most:
        return words
    space = words.rfind(" ", 0, most)
    return words[: space if space > TITLE_WORD else most] + "…"
