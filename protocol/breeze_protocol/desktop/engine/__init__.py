"""Desktop: the sides as engines. Bytes, calls and `now` in; effects out; `wake_at` says when to call `tick`.

Theory of operation. A viewer negotiates a peer connection with the helper; pictures, sound and input then never touch
the server. Where that fails the viewer opens a socket, and the relay between it and the agent passes JPEG pictures one
way and input the other: at most one picture is on its way to the viewer, one newer may be kept, and whatever is older
is dropped. Whoever waits for a picture has a deadline, and says why there is none. Whoever injects input knows what is
pressed, and releases it when the viewer goes. How many bits the encoder may make is decided in `bitrate` alone.
"""

from breeze_protocol.desktop.engine.bitrate import Bitrate, Measurement, from_stats, profile_limits
from breeze_protocol.desktop.engine.drop import Drops, plain
from breeze_protocol.desktop.engine.helper import DesktopHelper
from breeze_protocol.desktop.engine.inputs import InputQueue, Pressed, key_name
from breeze_protocol.desktop.engine.relay import DesktopRelay, explain
from breeze_protocol.desktop.engine.stream import DesktopStream
from breeze_protocol.desktop.engine.viewer import DesktopViewer
from breeze_protocol.machine import Closing, SessionNews

__all__ = [
    "Bitrate",
    "Closing",
    "DesktopHelper",
    "DesktopRelay",
    "DesktopStream",
    "DesktopViewer",
    "Drops",
    "InputQueue",
    "Measurement",
    "Pressed",
    "SessionNews",
    "explain",
    "from_stats",
    "key_name",
    "plain",
    "profile_limits",
]
