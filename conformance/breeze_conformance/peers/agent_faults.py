"""Faults that no table has: what the shell of an agent can do wrong. `agent.py` and `agent_terminal.py` act on them."""

from typing import Final

import msgspec

from breeze_conformance.mutants import Fault
from breeze_protocol.clause import clauses
from breeze_protocol.link import messages as m


def _wire(name: str, because: str, says: str) -> Fault:
    return Fault(name, "wire", clauses(because), says)


# fmt: off
FAULTS: Final = (
    # enrolment and HTTP
    _wire("enroll-incomplete", "LINK-001", "the enrolment does not say the architecture"),
    _wire("enroll-os-unknown", "LINK-001 WIRE-060", "the enrolment names an operating system by another word"),
    _wire("enroll-untyped", "LINK-001 WIRE-015", "the enrolment is not sent as application/json"),
    _wire("token-readable", "LINK-009", "the token lies in a file that everybody can read"),
    _wire("no-heartbeat", "LINK-046", "no heartbeat is posted"),
    _wire("heartbeat-flood", "LINK-046 LINK-064", "heartbeats come every second"),
    _wire("heartbeat-incomplete", "WIRE-060", "heartbeats do not say the agent's version"),
    _wire("heartbeat-tokenless", "LINK-046", "heartbeats carry no token"),
    _wire("heartbeat-gives-up", "LINK-046", "heartbeats end when one was answered with an error"),
    _wire("heartbeat-commands-ignored", "LINK-055", "commands from a heartbeat are not run"),
    # dialing
    _wire("dial-path", "LINK-021", "the socket is asked for at another path"),
    _wire("dial-device-id", "LINK-021", "the path has the device's id instead of the agent's"),
    _wire("dial-tokenless", "LINK-021", "the dial carries no token"),
    _wire("dial-scheme", "LINK-021", "the token has another scheme than Bearer"),
    _wire("token-in-query", "LINK-021 LINK-061", "the token is in the query"),
    _wire("backoff-none", "LINK-041", "the backoff does not grow"),
    _wire("gives-up-after-401", "LINK-042", "the agent does not dial again after 401"),
    _wire("gives-up-after-close", "LINK-043", "the agent does not dial again after a close"),
    _wire("leaves-abruptly", "LINK-044", "the socket is broken instead of closed when the agent stops"),
    # greeting and liveness
    _wire("no-hello", "LINK-024", "hello is not sent"),
    _wire("hello-always", "LINK-024", "hello is sent to servers that do not offer it"),
    _wire("hello-early", "LINK-024", "hello comes before connected"),
    _wire("hello-twice", "LINK-024", "hello is sent again at every ping"),
    _wire("hello-misshapen", "WIRE-060", "the capabilities in hello are one string"),
    _wire("pong-date", "WIRE-009 WIRE-060", "the timestamp of a pong is a date in words"),
    _wire("no-transport-ping", "LINK-035", "no protocol PING is sent"),
    _wire("patient-forever", "LINK-035", "a socket on which nothing arrives is kept"),
    # frames
    _wire("crash-on-garbage", "LINK-039", "the agent dies of a frame that is no JSON object"),
    _wire("closes-on-garbage", "LINK-039", "the agent closes the socket over a frame that is no JSON object"),
    _wire("answers-garbage", "LINK-039 LINK-030", "the agent answers an unknown frame with an error"),
    _wire("crash-on-unknown-field", "WIRE-004", "the agent dies of a field that it does not know"),
    _wire("crash-on-binary-garbage", "LINK-039", "the agent dies of a binary message that is no frame"),
    _wire("frames-small", "LINK-032", "frames of more than 64 KiB are too big for the agent"),
    _wire("text-in-binary", "WIRE-035", "JSON travels in binary messages"),
    _wire("session-id-upper", "TERM-034 WIRE-007", "binary frames carry the session id in upper case"),
    _wire("frame-kind-wrong", "TERM-034", "output frames begin with another byte"),
    # commands
    _wire("result-id-wrong", "LINK-051", "results carry another id than the command"),
    _wire("result-id-missing", "WIRE-060", "results carry no id"),
    _wire("result-status-wrong", "WIRE-060", "results have a status of the agent's own"),
    _wire("result-twice", "LINK-051", "results are sent twice"),
    _wire("unknown-command-words", "LINK-055", "an unknown command is refused in other words"),
    _wire("unknown-command-completed", "LINK-055", "an unknown command is reported as completed"),
    _wire("runs-repeated", "LINK-054", "a command that comes twice is run twice"),
    _wire("crash-on-bad-payload", "TERM-040", "the agent dies of a payload of another shape"),
    _wire("unordered", "LINK-059 TERM-041", "input is written in any order"),
    # terminals
    _wire("first-size-ignored", "TERM-040 TERM-010", "the PTY begins with 80 x 24 whatever was asked for"),
    _wire("first-size-swapped", "TERM-040 TERM-010", "columns and rows of the first size are swapped"),
    _wire("size-not-clamped", "TERM-005", "a size out of bounds is taken as it is"),
    _wire("resize-ignored", "TERM-042", "the PTY keeps its size"),
    _wire("resize-swapped", "TERM-042", "columns and rows of a new size are swapped"),
    _wire("resize-unanswered", "TERM-042", "terminal_resize has no result"),
    _wire("resize-while-opening-lost", "TERM-042", "a size that comes while the PTY opens is lost"),
    _wire("results-empty", "TERM-040 TERM-041 TERM-042 TERM-043", "results of terminal commands say nothing"),
    _wire("written-in-characters", "TERM-041", "the result says another count of bytes than was written"),
    _wire("sizes-as-asked", "TERM-040 TERM-042", "results say another size than the PTY has"),
    _wire("refusals-completed", "TERM-046 TERM-048", "what is refused is reported as completed"),
    _wire("refusals-wordless", "TERM-046 TERM-048", "refusals do not say which session"),
    _wire("second-start-accepted", "TERM-048", "a second start for a session is confirmed"),
    _wire("limit-too-low", "TERM-044", "only 8 terminals can be open"),
    _wire("stop-unanswered", "TERM-043", "terminal_stop has no result"),
    _wire("stop-leaves-shell", "TERM-043 TERM-047", "the shell goes on after its terminal was stopped"),
    _wire("stop-leaves-children", "TERM-043 TERM-045 TERM-047", "what the shell has started goes on after its end"),
    _wire("output-after-stop", "TERM-043", "output comes after the terminal was stopped"),
    _wire("link-loss-leaves-shell", "TERM-047", "terminals outlive the link"),
    _wire("token-in-environment", "TERM-055", "the shell's environment has the agent's token"),
    _wire("environment-bare", "TERM-060", "the shell has no terminal type, locale and home"),
    # bytes
    _wire("input-upper", "TERM-041", "input is changed"),
    _wire("input-cut", "TERM-041", "input beyond 512 bytes a command is lost"),
    _wire("input-ascii-only", "TERM-041", "input beyond ASCII is replaced"),
    _wire("input-frames-ignored", "TERM-041", "binary frames of input are not written"),
    _wire("input-stalls-with-output", "TERM-063", "input waits while output waits for credit"),
    _wire("output-lost", "TERM-033", "some output is lost"),
    _wire("output-twice", "TERM-033", "some output is sent twice"),
    _wire("output-reordered", "TERM-033", "output is sent out of order"),
    _wire("output-plain-newlines", "TERM-033", "output is changed"),
    _wire("binary-unasked", "WIRE-050", "binary frames go to servers that do not offer them"),
    _wire("base64-unasked", "WIRE-050", "base64 goes to servers that do not offer it"),
    _wire("text-splits-characters", "TERM-066", "text is cut in the middle of a character"),
    _wire("window-ignored", "TERM-036", "output does not wait for credit"),
    _wire("credit-is-an-increment", "TERM-036", "credit is added to what was sent"),
    _wire("exit-unasked", "WIRE-050", "exits are reported to servers that do not offer it"),
    _wire("exit-twice", "TERM-045", "an exit is reported twice"),
    _wire("exit-code-off", "TERM-045", "the exit status is off by one"),
    _wire("exit-signal-as-code", "TERM-045", "a signal is reported as an exit status"),
    _wire("exit-before-output", "TERM-052", "an exit is reported before the last output"),
)
# fmt: on
"""Every fault of the shell, in the order of the conversation."""


def spoiled(message: object, wrong: frozenset[str]) -> object:
    """A message of the agent, as an agent with these faults would write it."""
    if isinstance(message, m.CommandResult):
        if "result-id-wrong" in wrong:
            return msgspec.structs.replace(message, command_id=message.command_id + "x")
        if "result-id-missing" in wrong:
            return {"type": "command_result", "status": message.status}
        if "result-status-wrong" in wrong:
            return {"type": "command_result", "commandId": message.command_id, "status": "ok"}
        if "unknown-command-words" in wrong and message.error and "unknown" in message.error:
            return msgspec.structs.replace(message, error="not supported")
        if "unknown-command-completed" in wrong and message.error and "unknown" in message.error:
            return m.CommandResult(message.command_id, "completed")
    if isinstance(message, m.AgentPong) and "pong-date" in wrong:
        return {"type": "pong", "timestamp": "2026-01-01T00:00:00Z"}
    if isinstance(message, m.Hello) and "hello-misshapen" in wrong:
        return {"type": "hello", "capabilities": ",".join(message.capabilities)}
    return message
