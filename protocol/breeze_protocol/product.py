"""Coupled machines as data: which sides talk over which channels, and what may happen to each by itself."""

from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec

from breeze_protocol.machine import Machine


class Channel(msgspec.Struct, frozen=True):
    """A way from one side to another, in order, holding at most `capacity` messages; a full one blocks its sender."""

    sender: str
    receiver: str
    messages: tuple[str, ...]
    """X is put on by the sender's effect `send_X` and taken off by the receiver's event `X_received`."""
    capacity: int = 2
    lossy: bool = False
    """The transport may drop the message at the head."""


class Reset(msgspec.Struct, frozen=True):
    """When `side` takes `event`, the channels between the two are emptied and `other` starts anew: a new socket."""

    side: str
    event: str
    other: str
    restart: bool = True
    """False: only the channels are emptied, as when the process at one end dies."""


class Call(msgspec.Struct, frozen=True):
    """When `side` performs `effect` (None: whatever it does) on `event` (None: on any), `other` takes `other_event`
    at once."""

    side: str
    effect: str | None
    event: str | None
    other: str
    other_event: str


class Product(msgspec.Struct, frozen=True, dict=True):
    """Machines that talk, and the properties that hold of them together."""

    name: str
    sides: Mapping[str, Machine]
    channels: tuple[Channel, ...]
    spontaneous: Mapping[str, frozenset[str]]
    """Events that happen to a side without a message: a person types, a timer passes, a line breaks."""
    resets: tuple[Reset, ...] = ()
    calls: tuple[Call, ...] = ()
    resting: Mapping[str, tuple[str, ...]] = {}
    """States beside the final ones in which a side may be left for ever: a server that nobody asks."""
    at_most_once: tuple[tuple[str, str], ...] = ()
    """(side, effect) pairs that no run performs twice."""

    @cached_property
    def outgoing(self) -> Mapping[tuple[str, str], int]:
        """(side, effect) to the index of the channel that carries it."""
        return {
            (channel.sender, f"send_{message}"): number
            for number, channel in enumerate(self.channels)
            for message in channel.messages
        }

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The sides' names, in a fixed order."""
        return tuple(self.sides)

    def at_rest(self, side: str, state: str) -> bool:
        """Whether a side may stay in this state for ever."""
        return self.sides[side].state_index[state].final or state in self.resting.get(side, ())

    def receptions(self, side: str, message: str) -> tuple[str, ...]:
        """The events that a message can turn into at its receiver: one of its name, or what its checks decide."""
        machine = self.sides[side]
        event = f"{message}_received"
        if event in machine.events or message not in machine.checks_index:
            return (event,)
        outcomes = [o for check in machine.checks_index[message] for o in (check.then, check.otherwise) if o]
        return tuple(dict.fromkeys(outcomes))


def spontaneous(machine: Machine, without: Iterable[str] = ()) -> frozenset[str]:
    """Every event of a machine that no message brings, except some that a product leaves out."""
    left_out = set(without)
    return frozenset(e for e in machine.events if not e.endswith("_received") and e not in left_out)
