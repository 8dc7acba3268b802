"""A pytest plugin that hides every program of ours and every I/O library: sans-IO is shown, not promised."""

import os
import sys

HIDDEN = ("trio", "anyio", "h11", "h2", "websockets", "trio_websocket", "hypercorn", "quart", "sqlalchemy")
OURS = ("breeze_transport", "breeze_server", "breeze_viewer", "breeze_agent", "breeze_helper", "breeze_conformance")

os.environ["HYPOTHESIS_NO_PLUGINS"] = "1"  # trio registers one, which would be looked for and not found


class Hide:
    """Refuses to find what has to be absent."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Answer as if a hidden package were not installed."""
        if name.partition(".")[0] in HIDDEN + OURS:
            raise ModuleNotFoundError(f"{name} is hidden here", name=name)


sys.meta_path.insert(0, Hide())
