"""Counts of recent events by key, over a sliding window, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable

import attrs
import trio

MAX_KEYS = 100_000
"""Keys remembered at a time; beyond them the one that was quiet longest is forgotten."""


@attrs.define(eq=False)
class Window:
    """How often each key was hit in the last `seconds`; at most `most` hits a key are remembered."""

    seconds: float
    most: int
    _hits: OrderedDict[Hashable, deque[float]] = attrs.field(factory=OrderedDict, init=False)

    def count(self, key: Hashable) -> int:
        """Hits of the key that lie within the window."""
        hits = self._hits.get(key)
        if hits is None:
            return 0
        oldest = trio.current_time() - self.seconds
        while hits and hits[0] <= oldest:
            hits.popleft()
        if not hits:
            del self._hits[key]
        return len(hits)

    def hit(self, key: Hashable) -> None:
        """Count one more."""
        hits = self._hits.setdefault(key, deque(maxlen=self.most))
        hits.append(trio.current_time())
        self._hits.move_to_end(key)
        if len(self._hits) > MAX_KEYS:
            self._hits.popitem(last=False)

    def retry_after(self, key: Hashable) -> int:
        """Whole seconds, at least one, until the oldest remembered hit leaves the window."""
        hits = self._hits.get(key)
        if not hits:
            return 1
        return max(1, round(hits[0] + self.seconds - trio.current_time() + 0.5))
