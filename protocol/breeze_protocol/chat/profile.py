"""The names under which events travel, as data: one table a profile (CHAT-056)."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs
import msgspec

from breeze_protocol.chat import messages as m


@attrs.frozen
class Events:
    """One profile: how each documented event is called, and which of its fields travel; None: the event does not."""

    name: str
    renamed: Mapping[str, tuple[str, Mapping[str, str]] | None]
    """Documented name to the name on this wire and the names of the fields by their documented ones. An event that is
    not listed travels as documented."""
    brackets: bool
    """Each answer of the model stands between `message_start` and `message_end`."""
    ids: bool
    """Events carry ids, and comments keep the stream alive."""
    description: str

    def events(self, said: m.Said) -> Iterator[tuple[str, bytes]]:
        """Name and data of the events that stand for one documented event."""
        whole: dict[str, Any] = msgspec.to_builtins(said)
        name = whole["type"]
        if name not in self.renamed:
            yield name, msgspec.json.encode(whole)
            return
        row = self.renamed[name]
        if row is not None:
            other, fields = row
            kept = {theirs: whole[ours] for ours, theirs in fields.items() if ours in whole}
            yield other, msgspec.json.encode({"type": other, **kept})


def start(message_id: str) -> tuple[str, bytes]:
    """`message_start`, which a profile with brackets puts before each answer of the model."""
    return "message_start", msgspec.json.encode({"type": "message_start", "messageId": message_id})


def end(usage: m.Usage) -> tuple[str, bytes]:
    """`message_end`, which a profile with brackets puts after each answer of the model."""
    said = {"type": "message_end", "inputTokens": usage.input_tokens, "outputTokens": usage.output_tokens}
    return "message_end", msgspec.json.encode(said)


_APPROVAL: Final = ("executionId", "toolName", "input", "description")

DOCUMENTED: Final = Events("documented", MappingProxyType({}), False, True, "The events as stated; the default.")
DEPLOYED_2026_04: Final = Events(
    "deployed-2026-04",
    MappingProxyType(
        {
            "text_delta": ("content_delta", {"delta": "delta"}),
            "tool_use": ("tool_use_start", {name: name for name in ("toolName", "toolUseId", "input")}),
            "tool_result": ("tool_result", {name: name for name in ("toolUseId", "output", "isError")}),
            "approval_required": ("approval_required", {name: name for name in _APPROVAL}),
            "error": ("error", {"message": "message"}),
            "done": ("done", {}),
        }
    ),
    True,
    False,
    "Helpers of April 2026 (S).",
)

PROFILES: Final[Mapping[str, Events]] = MappingProxyType({each.name: each for each in (DOCUMENTED, DEPLOYED_2026_04)})
"""Every profile by name."""
