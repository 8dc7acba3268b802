"""Desktop: one table a side. The effect `send_X` puts X on a channel, the event `X_received` takes it off."""

from breeze_protocol.desktop.table.bitrate import BITRATE, PROFILES
from breeze_protocol.desktop.table.helper import DROP, HELPER
from breeze_protocol.desktop.table.products import (
    DIRECT_PRODUCT,
    EAGER_PRODUCT,
    FALLBACK_PRODUCT,
    FORGETFUL_PRODUCT,
    HUNG_PRODUCT,
    PATIENT_PRODUCT,
    fallback,
)
from breeze_protocol.desktop.table.relay import ANSWERS, CLOSES, RELAY, SESSION_EVENTS
from breeze_protocol.desktop.table.stream import STREAM
from breeze_protocol.desktop.table.viewer import VIEWER
from breeze_protocol.desktop.table.words import (
    AUDIO_DEFAULT,
    CAUSES,
    CONTROLS,
    FALLBACK_LACKS,
    KEY_ALIASES,
    badge,
    cause_of,
)

__all__ = [
    "ANSWERS",
    "AUDIO_DEFAULT",
    "BITRATE",
    "CAUSES",
    "CLOSES",
    "CONTROLS",
    "DIRECT_PRODUCT",
    "DROP",
    "EAGER_PRODUCT",
    "FALLBACK_LACKS",
    "FALLBACK_PRODUCT",
    "FORGETFUL_PRODUCT",
    "HELPER",
    "HUNG_PRODUCT",
    "KEY_ALIASES",
    "PATIENT_PRODUCT",
    "PROFILES",
    "RELAY",
    "SESSION_EVENTS",
    "STREAM",
    "VIEWER",
    "badge",
    "cause_of",
    "fallback",
]
