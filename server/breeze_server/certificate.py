"""TLS: the server's certificate and its key, read at the start and refused in words."""

from __future__ import annotations

import ssl
from pathlib import Path

from .config import ConfigError


def server_context(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """The context of a server with this certificate chain and key, both PEM; None where neither is given.

    Raises ConfigError for one without the other, for files that cannot be read, are not what they should be, or do not
    belong together, and for a key behind a passphrase: nobody is there to type it.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise ConfigError("--tls-cert and --tls-key go together: give both, or neither")
    for what, path in (("certificate", certificate), ("key", key)):
        try:
            path.read_bytes()
        except OSError as error:
            raise ConfigError(f"the TLS {what} {path} cannot be read: {error.strerror}") from error
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise ConfigError(f"the TLS key {key} does not belong to the certificate {certificate}") from error
        raise ConfigError(
            f"{certificate} and {key} are no certificate and key: both have to be PEM, the key without a passphrase"
        ) from error
    return context
