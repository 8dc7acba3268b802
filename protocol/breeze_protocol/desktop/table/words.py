"""What people are told: why there is no picture, what a transport cannot serve, which transport it is."""

from typing import Final

import attrs


@attrs.frozen
class Explained:
    """What is wrong, and what to do about it, in words for people."""

    says: str
    advice: str


# fmt: off
CAUSES: Final = {
    "no_display":         Explained("The computer has no screen that could be shown.", "Log in at the computer, or attach a (virtual) monitor."),
    "no_helper":          Explained("No helper runs in anybody's session.", "Start the helper, or let somebody log in."),
    "permission_pending": Explained("The computer is asking the person in front of it for permission.", "Ask them to answer the question on their screen."),
    "permission_denied":  Explained("The person or the system has not permitted the capture.", "Permit screen recording in the system's settings, then try again."),
    "locked":             Explained("The screen is locked and cannot be captured.", "Unlock it at the computer."),
    "unsupported":        Explained("This system's screen cannot be captured by the helper.", "Use a terminal, or another display server."),
    "capture_error":      Explained("The screen was asked for a picture and gave none.", "Try again; the helper's log says more."),
    "black_frames":       Explained("The screen gives pictures that are all black.", "Wake the screen with a key, or switch the monitor on."),
    "encoder_stall":      Explained("Pictures are taken but none comes out of the encoder.", "Try again; without a graphics driver a lower resolution helps."),
    "decode_stall":       Explained("Pictures arrive that this viewer cannot decode.", "Ask for a key frame, or use another browser."),
    "ice_failed":         Explained("No direct way to the computer was found.", "Check TURN; the picture comes through the server meanwhile."),
    "agent_silent":       Explained("The computer has not answered.", "Check that it is on and connected."),
    "not_known":          Explained("No picture has arrived, and nobody has said why.", "Wait, or connect again."),
}
"""Every cause of a missing picture (DESK-010)."""

CONTROLS: Final = (
    "input", "quality", "keyframe", "bitrate", "monitors", "audio", "cursor", "clipboard", "filedrop", "sas", "lock",
    "block_input", "sessions",
)
"""The controls of a desktop by name (DESK-070)."""

FALLBACK_LACKS: Final = {
    "audio":       "The picture comes through the server, which carries no sound.",
    "clipboard":   "The picture comes through the server, which carries no clipboard.",
    "monitors":    "The picture comes through the server: the monitor cannot be switched.",
    "cursor":      "The picture comes through the server: the pointer is part of the picture.",
    "filedrop":    "The picture comes through the server: use a file transfer.",
    "bitrate":     "The picture comes through the server: quality, size and rate can be set, a bitrate cannot.",
    "keyframe":    "Every picture through the server is whole.",
    "sas":         "Ctrl+Alt+Del needs a direct connection.",
    "lock":        "Locking the screen needs a direct connection.",
    "block_input": "Blocking the local keyboard needs a direct connection.",
    "sessions":    "Switching the login session needs a direct connection.",
}
"""What the fallback cannot serve, each with the reason (DESK-071)."""

DEPLOYED_WORDS: Final = (
    ("headless/service mode", "no_helper"),
    ("helper",                "no_helper"),
    ("permission",            "permission_denied"),
    ("denied",                "permission_denied"),
    ("wayland",               "unsupported"),
    ("no display",            "no_display"),
    ("encoder",               "encoder_stall"),
)
"""What the words of a deployed agent's failure mean: the first that occur in them decide (DESK-015)."""

KEY_ALIASES: Final = {
    "enter": "return", "esc": "escape", "del": "delete", "control": "ctrl", "super": "meta", "win": "meta",
    "cmd": "meta",
}
"""Other names of keys, which mean the same key (DESK-023)."""

AUDIO_DEFAULT: Final = {"windows": True, "macos": False, "linux": False}
"""Whether sound is sent without being asked for, by the device's system (DESK-044)."""
# fmt: on


def cause_of(words: str) -> str:
    """Find the cause in the words of a failure; `capture_error` where they say nothing known (DESK-015)."""
    told = words.lower()
    return next((cause for part, cause in DEPLOYED_WORDS if part in told), "capture_error")


def badge(local: str | None, remote: str | None) -> str:
    """Name the transport from the types of the two ICE candidates in use: `direct`, `turn`, or `server` (DESK-072)."""
    if local is None or remote is None:
        return "server"
    return "turn" if "relay" in (local.partition("/")[0], remote.partition("/")[0]) else "direct"
