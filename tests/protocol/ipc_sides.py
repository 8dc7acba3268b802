"""A broker and a helper to test with, and readers of what they write."""

from collections.abc import Callable
from typing import Any

import attrs
import msgspec

from breeze_protocol.frames import FrameReader
from breeze_protocol.ipc import messages as m
from breeze_protocol.ipc.engine import Admission, IpcBroker, IpcHelper, Peer, Trust
from breeze_protocol.machine import Effect

DEVICE = "0f0e0d0c-0000-4000-8000-000000000001"
DIGEST = "ab" * 32
PATH = "/usr/bin/breeze-helper"
PEER = Peer("1000", 4711, "ada", uid=1000, executable=PATH, digest=DIGEST)
TRUST = Trust(frozenset({PATH}), frozenset({DIGEST}))
SAID = m.AuthRequest(
    1, 1000, "ada", "helper-ada-4711", "x11::0", 4711, DIGEST, helper_role="user", features=list(m.FEATURES)
)
ALL_CAPABLE = m.Capabilities(True, True, True, True, "x11")


def names(effects: list[Effect]) -> list[str]:
    return [effect.name for effect in effects]


def written(effects: list[Effect]) -> bytes:
    return b"".join(e.body for e in effects if e.name.startswith("send_") and isinstance(e.body, bytes))


def frames(effects: list[Effect]) -> list[Any]:
    reader = FrameReader(lambda size: True)
    reader.feed(written(effects))
    return [msgspec.json.decode(raw) for raw in reader.frames()]


def broker(peer: Peer = PEER, admission: Admission | None = None, **options: Any) -> IpcBroker:
    entropy: Callable[[int], bytes] = lambda count: b"\x5a" * count  # noqa: E731
    return IpcBroker(peer, TRUST, admission or Admission(), entropy, DEVICE, **options)


def pair(**options: Any) -> tuple[IpcBroker, IpcHelper]:
    """Both sides after the handshake and the capabilities, at time 0."""
    said = options.pop("said", SAID)
    service, helper = broker(**options), IpcHelper(said, ALL_CAPABLE)
    service.connected(0.0)
    accepted = service.receive(written(helper.opened(0.0)), 0.0)
    service.receive(written(helper.receive(written(accepted), 0.0)), 0.0)
    assert (service.running.state, helper.running.state) == ("ready", "ready")
    return service, helper


def asked(name: str, body: Any, **options: Any) -> list[Effect]:
    """What the helper makes of one request of the broker."""
    service, helper = pair(**options)
    return helper.receive(written(service.request("r1", name, body, 1.0)), 1.0)


def answer(said: Any, peer: Peer = PEER, **options: Any) -> Any:
    service = broker(peer, **options)
    service.connected(0.0)
    effects = service.receive(written(IpcHelper(said, ALL_CAPABLE).opened(0.0)), 0.0)
    return frames(effects)[0]["payload"] | {"closed": "send_close" in names(effects)}


def altered(**changes: Any) -> m.AuthRequest:
    return msgspec.structs.replace(SAID, **changes)


WINDOWS = attrs.evolve(PEER, identity="S-1-5-21", sid="S-1-5-21", windows=True, win_session=2)
ON_WINDOWS = altered(uid=0, sid="S-1-5-21", win_session_id=2)
