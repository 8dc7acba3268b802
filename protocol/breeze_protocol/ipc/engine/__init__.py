"""IPC: broker and helper as engines. Bytes, calls and `now` in; effects out; `wake_at` says when to call `tick`.

Theory of operation. Each engine lives as long as one connection. A `Line` takes the stream apart, checks every frame
and numbers and signs what goes out, so the body of an effect `send_…` is the bytes to write, in the order of the
effects. The broker asks `Admission`, which all its connections share, how often a user came and how many sessions the
user has; compares what the helper says with the `Peer` that the kernel told; and from then on matches replies with
`Requests`. The helper refuses what its scopes do not cover before anything of it runs. `Dialer` is the helper over all
its connections.

Every condition is a check in the table, every reaction a row; the methods here gather facts and build messages.
"""

from breeze_protocol.ipc.engine.admission import Admission, Peer, Trust
from breeze_protocol.ipc.engine.broker import IpcBroker
from breeze_protocol.ipc.engine.dialer import Dialer
from breeze_protocol.ipc.engine.helper import IpcHelper, Work
from breeze_protocol.ipc.engine.line import Line
from breeze_protocol.ipc.engine.requests import Outcome, Requests

__all__ = ["Admission", "Dialer", "IpcBroker", "IpcHelper", "Line", "Outcome", "Peer", "Requests", "Trust", "Work"]
