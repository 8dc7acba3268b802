"""What the fields of inputs are made of, and what every input has."""

from typing import Annotated, Literal

from msgspec import Meta

from breeze_protocol.ids import Uuid
from breeze_protocol.wire import Closed

# fmt: off
Text100 = Annotated[str, Meta(max_length=100)]
Text200 = Annotated[str, Meta(max_length=200)]
Text255 = Annotated[str, Meta(max_length=255)]
Name = Annotated[str, Meta(min_length=1, max_length=255)]
Words = Annotated[str, Meta(max_length=1000)]
UpTo100 = Annotated[int, Meta(ge=1, le=100)]
UpTo200 = Annotated[int, Meta(ge=1, le=200)]
UpTo500 = Annotated[int, Meta(ge=1, le=500)]
Score = Annotated[int, Meta(ge=0, le=100)]
HoursBack = Annotated[int, Meta(ge=1, le=168)]
Monitor = Annotated[int, Meta(ge=0, le=10, description="Number of the screen, from 0.")]
Pixel = Annotated[int, Meta(ge=0, le=10000, description="Pixels of the picture that the model was shown (CHAT-076).")]
Instant = Annotated[str, Meta(max_length=40,
                              pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$(?!\n)")]
SafePath = Annotated[str, Meta(
    min_length=1,
    max_length=4096,
    pattern=r"^(?![\s\S]*[/\\]\.\.([/\\]|$))(/(?![/\\])|[A-Za-z]:[/\\])[^\x00]*$",
    description="Absolute, on this computer; no NUL, no component `..`, none of the places of CHAT-077.",
)]
# fmt: on
Os = Literal["windows", "macos", "linux"]
LogLevel = Literal["info", "warning", "error", "critical"]
LogCategory = Literal["security", "hardware", "application", "system"]
DeviceIds = Annotated[list[Uuid], Meta(max_length=500)]


class Input(Closed, kw_only=True):
    """What every input has."""

    device_id: Uuid | None = None


class TimeRange(Closed):
    """A span of time."""

    start: Instant
    end: Instant


class Acting(Input, tag_field="action", kw_only=True):
    """What the input of a tool with actions has: `action` says which."""
