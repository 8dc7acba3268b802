"""Files dropped on a desktop, as the helper takes them."""

from collections.abc import Mapping

import attrs

from breeze_protocol.desktop import messages as m
from breeze_protocol.desktop.messages.clipboard import drop_bytes
from breeze_protocol.desktop.table import DROP
from breeze_protocol.errors import CODES, RemoteProtocolError
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.machine import RESTART_DEADLINE, Effect, Machine, Running

_BARRED = frozenset('/\\:*?"<>|')
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


def plain(name: str) -> bool:
    """Whether a dropped file may bear this name: no path, not hidden, nothing that a system takes otherwise."""
    if not name or name[0] == "." or name[-1] in " ." or name.partition(".")[0].lower() in _DEVICES:
        return False
    return not any(c in _BARRED or not c.isprintable() for c in name)


@attrs.define
class _File:
    size: int
    running: Running
    received: int = 0


@attrs.define
class Drops:
    """The `filedrop` channel of one viewer. Files live in a folder of the shell's; names decide nothing else."""

    to_device: bool = True
    limits: Mapping[str, float] = DEFAULTS
    table: Machine = DROP
    _files: dict[str, _File] = attrs.field(factory=dict, init=False)

    @property
    def wake_at(self) -> float | None:
        """When `tick` has to be called next."""
        return min((f.running.wake_at for f in self._files.values() if f.running.wake_at is not None), default=None)

    def receive(self, raw: str | bytes, now: float) -> list[Effect]:
        """A message of the channel. Each effect's body begins with the transfer's id."""
        try:
            message = m.file_drop(raw)
            if isinstance(message, m.DropStart):
                return self._start(message, now)
            data = drop_bytes(message) if isinstance(message, m.DropChunk) else b""
        except RemoteProtocolError as error:
            return [Effect("send_reply", m.ControlError("INVALID_MESSAGE", error.words[:1024], "filedrop"))]
        file = self._files.get(message.transfer_id)
        if file is None:
            return [self._refusal("DROP_REFUSED")]
        if isinstance(message, m.DropComplete):
            return self._feed(message.transfer_id, "complete", {"whole": file.received == file.size}, b"", now)
        given = {
            "in_order": message.offset == file.received,
            "piece_bytes": len(data),
            "within_size": file.received + len(data) <= file.size,
        }
        return self._feed(message.transfer_id, "piece", given, data, now)

    def lost(self, now: float) -> list[Effect]:
        """The channel is gone, and with it every file that is not whole."""
        return [e for each in list(self._files) for e in self._move(each, "channel_lost", b"", now)]

    def tick(self, now: float) -> list[Effect]:
        """Do what time demands."""
        late = [(each, file.running.overdue(now)) for each, file in self._files.items()]
        return [e for each, event in late if event is not None for e in self._move(each, event, b"", now)]

    def _start(self, message: m.DropStart, now: float) -> list[Effect]:
        taken = message.transfer_id in self._files
        given = {
            "to_device": self.to_device,
            "drops": len(self._files),
            "name_plain": plain(message.name) and not taken,
            "size": message.size,
        }
        outcome = self.table.classify("start", given, self.limits)
        if outcome in CODES:
            return [self._refusal(outcome)]
        file = self._files[message.transfer_id] = _File(message.size, Running(self.table, self.limits))
        file.running.begin(now)
        return [Effect("open_file", (message.transfer_id, message.name, message.size))]

    def _feed(self, each: str, given: str, told: Mapping[str, float], data: bytes, now: float) -> list[Effect]:
        return self._move(each, self.table.classify(given, told, self.limits), data, now)

    def _move(self, each: str, event: str, data: bytes, now: float) -> list[Effect]:
        file = self._files[each]
        effects = []
        for name in file.running.feed(event, now):
            if name != RESTART_DEADLINE:
                effects.append(self._refusal(event) if name == "send_reply" else Effect(name, (each, data)))
        if event == "piece_received":
            file.received += len(data)
        if file.running.final:
            del self._files[each]
        return effects

    def _refusal(self, code: str) -> Effect:
        return Effect("send_reply", m.ControlError(code, CODES[code].says, "filedrop"))
