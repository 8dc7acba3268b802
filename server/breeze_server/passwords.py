"""Passwords: argon2id, off the event loop, a few at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import attrs
import trio

from breeze_protocol.errors import BreezeError
from breeze_transport.seams import World

NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$AdHdCMYbusnnTyH+kxhZPQ$rlrnnCX6ifZki8NpaDrGgyr2GCPWSrh2PoCG2sdPDqM"
"""The hash that is tried where there is no account, so that the answer takes as long."""

AT_ONCE = 2
"""Hashes computed at one time: each takes 19 MiB and a core."""

WAITING_MOST = 64
"""Callers that wait for their turn; more are told to come again."""


class TooBusyError(BreezeError):
    """More passwords are waiting to be checked than can be answered soon."""


@attrs.frozen
class Passwords:
    """Hashes passwords and checks them."""

    world: World
    _turns: trio.CapacityLimiter = attrs.field(factory=lambda: trio.CapacityLimiter(AT_ONCE))

    async def hash(self, password: str) -> str:
        """The encoded hash with a fresh salt. Raises TooBusyError."""
        return str(await self._run(_hash, password, self.world.entropy.token_bytes(16)))

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one; as slow where nothing is stored. Raises TooBusyError."""
        good = await self._run(_matches, stored or NOBODY, password)
        return bool(good) and stored is not None

    async def _run(self, work: Callable[..., Any], *given: Any) -> Any:
        if self._turns.statistics().tasks_waiting >= WAITING_MOST:
            raise TooBusyError("too many passwords are waiting to be checked")
        async with self._turns:
            return await self.world.blocking.run(work, *given)


@cache
def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def _hash(password: str, salt: bytes) -> str:
    return str(_hasher().hash(password.encode("utf-8", "surrogatepass"), salt=salt))


def _matches(stored: str, password: str) -> bool:
    from argon2.exceptions import VerificationError

    try:
        return bool(_hasher().verify(stored, password.encode("utf-8", "surrogatepass")))
    except VerificationError:
        return False
