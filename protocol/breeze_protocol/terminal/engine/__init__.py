"""Terminal: the three sides as engines. Bytes, calls and `now` in; effects out; `wake_at` says when to call `tick`.

Theory of operation. The relay stands between a viewer's socket and the agent's PTY. It opens the PTY when a viewer
attaches, says `connected` only once the agent has confirmed it, and from then on passes bytes both ways without reading
them. Output is bytes inside; whether a peer gets them as text, base64 or binary frames is the shell's business. How far
the agent may run ahead is a window: the agent stops reading its PTY when `window` bytes were not yet taken by the
viewer, which stops the program that writes. A viewer that is lost leaves the PTY paused for the grace period.

Every condition is a check in the table, every reaction a row; the methods here gather facts and build messages.
"""

from breeze_protocol.machine import Closing, SessionNews
from breeze_protocol.terminal.engine.agent import AgentTerminal
from breeze_protocol.terminal.engine.relay import Relay
from breeze_protocol.terminal.engine.viewer import ViewerTerminal

__all__ = ["AgentTerminal", "Closing", "Relay", "SessionNews", "ViewerTerminal"]
