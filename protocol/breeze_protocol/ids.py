"""The ids that appear on a wire, and their forms."""

import re
from typing import Annotated, Final

import msgspec

UUID_PATTERN: Final = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
"""Lower-case, hyphenated, 36 characters: the agent's binary frames carry ids in a field of 36 bytes."""

AGENT_TOKEN_PATTERN: Final = r"^brz_[0-9a-f]{64}$"  # noqa: S105 - a form, not a secret

Uuid = Annotated[str, msgspec.Meta(pattern=UUID_PATTERN, max_length=36, description="A lower-case UUID.")]
AgentId = Annotated[
    str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64, description="64 lower-case hexadecimal digits.")
]
AgentToken = Annotated[
    str, msgspec.Meta(pattern=AGENT_TOKEN_PATTERN, max_length=68, description="`brz_` and 64 hexadecimal digits.")
]

_UUID = re.compile(UUID_PATTERN)


def is_uuid(text: str) -> bool:
    """Whether the text is a lower-case, hyphenated UUID."""
    return _UUID.match(text) is not None
