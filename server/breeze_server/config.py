"""What an operator can set: data directory, address, database, limits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import attrs

from breeze_protocol.errors import BreezeError
from breeze_protocol.limits import DEFAULTS, LIMITS


class ConfigError(BreezeError):
    """A setting that cannot be used; says which, and why."""


@attrs.frozen
class Config:
    """The settings of one server."""

    data: Path
    """Directory of everything that lasts; created with mode 0700."""
    host: str = "127.0.0.1"
    port: int = 8420
    """0 takes a free one."""
    database: str = ""
    """SQLAlchemy URL; empty: `breeze.db` in the data directory."""
    admin_email: str = "admin@localhost.localdomain"
    """Whom the first start makes the administrator."""
    tls_cert: Path | None = None
    """The certificate chain, PEM; with `tls_key` the port speaks TLS, and nothing else."""
    tls_key: Path | None = None
    secure_cookies: bool = False
    """Browsers shall send cookies over HTTPS only: for servers with TLS, or behind it."""
    origins: tuple[str, ...] = ()
    """Hosts, beside the server's own, whose pages may open a viewer's socket."""
    enrollment_secret: str | None = None
    """Demanded of every enrolment whose key has no secret of its own."""
    limits: Mapping[str, float] = DEFAULTS

    @property
    def database_url(self) -> str:
        """The URL with its default filled in."""
        return self.database or f"sqlite:///{self.data.absolute() / 'breeze.db'}"


def limits_from(environment: Mapping[str, str]) -> Mapping[str, float]:
    """Every limit, with those that an operator may set taken from the environment; 0 or less lifts a limit of sessions.

    Raises ConfigError for a value that is not a whole number.
    """
    values = dict(DEFAULTS)
    for limit in LIMITS.values():
        text = environment.get(limit.variable or "")
        if limit.variable is None or not text:
            continue
        try:
            number = int(text)
        except ValueError:
            raise ConfigError(f"{limit.variable} has to be a whole number, not {text!r}") from None
        if number <= 0 and limit.unit != "sessions":
            raise ConfigError(f"{limit.variable} has to be at least 1")
        values[limit.name] = float(number) if number > 0 else math.inf
    return MappingProxyType(values)


def address_from(text: str) -> tuple[str, int]:
    """Read `HOST:PORT`, `[HOST]:PORT`, `HOST` or `:PORT`. Raises ConfigError."""
    host, separator, port = text.rpartition(":")
    if not separator or text.endswith("]"):
        host, port = text, str(Config.__attrs_attrs__.port.default)  # type: ignore[attr-defined]
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise ConfigError(f"not an address to listen on: {text!r}; write HOST:PORT")
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104 - asked for by leaving the host out


def from_environment(environment: Mapping[str, str], **options: object) -> Config:
    """Build the settings from the environment; options that are not None win. Raises ConfigError."""
    given = {name: value for name, value in options.items() if value is not None}
    origins = tuple(
        each.strip().lower() for each in environment.get("BREEZE_ALLOWED_ORIGINS", "").split(",") if each.strip()
    )
    return Config(
        limits=limits_from(environment),
        origins=tuple(origins),
        secure_cookies=environment.get("BREEZE_SECURE_COOKIES", "") in ("1", "true") or "tls_cert" in given,
        enrollment_secret=environment.get("AGENT_ENROLLMENT_SECRET") or None,
        **given,  # type: ignore[arg-type]
    )
