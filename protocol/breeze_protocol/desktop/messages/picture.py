"""Why there is no picture: a typed cause, words, and what to do; and what a transport cannot serve."""

from typing import Annotated, Literal

from msgspec import Meta

from breeze_protocol.wire import Open

Cause = Literal[
    "no_display",
    "no_helper",
    "permission_pending",
    "permission_denied",
    "locked",
    "unsupported",
    "capture_error",
    "black_frames",
    "encoder_stall",
    "decode_stall",
    "ice_failed",
    "agent_silent",
    "not_known",
]
"""DESK-010: why nothing is seen. `table.CAUSES` has the words."""

Words = Annotated[str, Meta(max_length=1024)]


class NoPicture(Open, tag="no_picture"):
    """DESK-010: there is no picture, why, and what helps."""

    cause: Cause
    message: Words = ""
    advice: Words = ""
    final: bool = False
    """No picture will come: the session's desktop is over."""


class Unavailable(Open):
    """DESK-071: a control that this transport or this computer cannot serve, and the reason for people."""

    control: Annotated[str, Meta(max_length=64)]
    reason: Words
