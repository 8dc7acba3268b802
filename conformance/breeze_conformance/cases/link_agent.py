"""What an agent does on its socket: greeting, liveness, frames and commands."""

from typing import Any

from breeze_conformance.case import Check, case
from breeze_conformance.target_agent import DOCUMENTED, AgentTarget
from breeze_conformance.target_link import Connection
from breeze_protocol.link.engine import SERVER_OFFERS
from breeze_protocol.link.messages import Ack, Command, HeartbeatAck, LinkConnected, LinkError
from breeze_protocol.terminal.messages import FRAME_INPUT, FRAME_OUTPUT, TerminalCredit, frame
from breeze_protocol.version import CAPABILITY_EXIT

_ANSWERS = ("command_result", "unknown", "invalid", "unreadable")


async def _unmoved(connection: Connection, check: Check, clause: str, since: int) -> None:
    """The agent is alive, and has answered nothing since."""
    with check.about(clause, "a pong afterwards: the agent and its socket are alive"):
        await connection.ping()
    answers = [each.words for each in connection.frames[since:] if each.kind in _ANSWERS]
    check.equal([], answers, clause, "no answer")


@case("link/hello", "LINK-024", role="agent", requires=(DOCUMENTED,))
async def says_hello_after_connected(target: AgentTarget, check: Check) -> None:
    """`hello` comes once, after `connected`; the agent answers pings before that, too."""
    connection = await target.fresh(greet=False)
    for _ in range(2):
        with check.about("LINK-033", "a pong before the greeting"):
            await connection.ping()
    check.equal([], connection.hellos, "LINK-024", "no hello before connected")
    await connection.greet()
    with check.about("LINK-024", "a hello after connected"):
        await connection.frame("hello")
    await connection.ping()
    await connection.ping()
    check.equal(1, len(connection.hellos), "LINK-024", "one hello for one greeting")


@case("link/hello-not-offered", "LINK-024", role="agent")
async def keeps_quiet_where_hello_is_not_offered(target: AgentTarget, check: Check) -> None:
    """A server that does not offer `agent_hello` gets none."""
    connection = await target.fresh(offers=())
    await connection.ping()
    await connection.ping()
    check.equal([], connection.hellos, "LINK-024", "no hello")


@case("link/capabilities-anew", "LINK-023 TERM-045", role="agent", requires=(DOCUMENTED, CAPABILITY_EXIT))
async def takes_capabilities_anew(target: AgentTarget, check: Check) -> None:
    """The capabilities of `connected` are taken, and those of a second one replace them."""
    terminal = await target.terminal(connection=await target.connection())
    await terminal.type("exit 4\n")
    with check.about("LINK-023", "the exit is reported, as offered in the greeting"):
        await terminal.wait(lambda: terminal.shell.exit, "terminal_exit", 10)
    offers = tuple(each for each in SERVER_OFFERS if each != CAPABILITY_EXIT)
    connection = await target.fresh(offers=offers)
    terminal = await target.terminal(connection=connection)
    connection.offers = SERVER_OFFERS
    await connection.say(LinkConnected(connection.agent_id, _now(target), list(SERVER_OFFERS)))
    await connection.ping()
    await terminal.type("exit 4\n")
    with check.about("LINK-023", "the exit is reported, since that was offered anew"):
        await terminal.wait(lambda: terminal.shell.exit, "terminal_exit", 10)


@case("link/pong", "LINK-033 WIRE-060", role="agent")
async def answers_pings(target: AgentTarget, check: Check) -> None:
    """Every JSON `ping` is answered with one `pong`."""
    connection = await target.connection()
    since = len(connection.frames)
    for _ in range(3):
        with check.about("LINK-033", "a pong"):
            await connection.ping()
    pongs = sum(each.kind == "pong" for each in connection.frames[since:])
    check.equal(3, pongs, "LINK-033", "as many pongs as pings")


@case("link/transport-pong", "WIRE-031", role="agent")
async def answers_protocol_pings(target: AgentTarget, check: Check) -> None:
    """A protocol PING is answered with PONG."""
    connection = await target.connection()
    with check.about("WIRE-031", "a PONG"):
        await connection.transport_ping()


@case("link/unknown-command", "LINK-055 LINK-051", role="agent")
async def refuses_unknown_commands(target: AgentTarget, check: Check) -> None:
    """A command of an unknown type has a result `failed` that names the type, under the command's id."""
    connection = await target.connection()
    for kind in ("kit_unheard_of", "Terminal_Start", "kit.other"):
        identity = await connection.command(kind, {"some": ["thing"]})
        with check.about("LINK-055", f"the result of the unknown command {kind}"):
            result = await connection.result(identity)
        check.equal("failed", result.status, "LINK-055", "the status of an unknown command's result")
        check.equal(f"unknown command type: {kind}", result.error, "LINK-055", "its error")
    await connection.ping()


@case("link/known-command", "LINK-050 LINK-051", role="agent")
async def runs_known_commands(target: AgentTarget, check: Check) -> None:
    """A frame with an id and a known type is a command: it is run, and its result comes under that id."""
    connection = await target.connection()
    terminal = target.absent(connection)
    identity = await terminal.ask_start()
    with check.about("LINK-050", "the command is run: a result, or output of the terminal"):
        await connection.until(lambda: connection.results.get(identity) or terminal.shell.output, "either", 30)
    with check.about("LINK-051", "the result of the command"):
        await connection.result(identity)
    with check.about("LINK-050", "a pong afterwards"):
        await connection.ping()


@case("link/repeated-command", "LINK-054", role="agent")
async def runs_a_command_once(target: AgentTarget, check: Check) -> None:
    """A command whose id has been seen is not run again, on the same socket or the next."""
    connection = await target.connection()
    terminal = await target.terminal(connection=connection)
    token = target.world.entropy.token_hex(4)
    payload = {"sessionId": terminal.session_id, "data": f"echo on''ce{token}\n"}
    identity = f"term-data-{token}"
    for _ in range(3):
        await connection.command("terminal_data", payload, identity)
    await connection.result(identity)
    with check.about("LINK-054", "the command is run"):
        await terminal.see(f"once{token}")
    await terminal.run(":")
    check.equal(1, bytes(terminal.shell.output).count(f"once{token}".encode()), "LINK-054", "runs of the command")
    ours = [each for each in connection.results[identity] if each.status != "duplicate"]
    check.equal(1, len(ours), "LINK-054", "results of the command")
    refused = await connection.command("kit_unheard_of", {})
    await connection.result(refused)
    other = await target.reconnected()
    other.commands[refused] = connection.commands[refused]
    await other.say(connection.commands[refused])
    fresh = await other.command("kit_unheard_of", {})
    with check.about("LINK-055", "the result of a new command"):
        await other.result(fresh)
    again = [each for each in other.results.get(refused, []) if each.status != "duplicate"]
    check.equal([], again, "LINK-054", "results of a command that came again on the next socket")


@case("link/what-is-a-command", "LINK-050", role="agent")
async def knows_what_a_command_is(target: AgentTarget, check: Check) -> None:
    """A frame without an id, or with an empty one, is no command; a `ping` with an id is a ping."""
    connection = await target.connection()
    control = await connection.command("kit_unheard_of", {})
    await connection.result(control)
    since = len(connection.frames)
    for head in ({}, {"id": ""}, {"id": None}):
        await connection.say({**head, "type": "kit_unheard_of", "payload": {}})
    await _unmoved(connection, check, "LINK-050", since)
    since = len(connection.frames)
    await connection.say({"id": "kit-ping", "type": "ping", "timestamp": _now(target), "payload": {}})
    with check.about("LINK-050", "a pong to a ping that has an id"):
        await connection.frame("pong", since)
    await _unmoved(connection, check, "LINK-050", since)


_GARBAGE: tuple[Any, ...] = (
    "",
    "null",
    "[]",
    "5",
    '"text"',
    "{",
    "{}",
    "\x00\x01",
    '{"type":5}',
    '{"type":null,"id":null}',
    '{"type":"kit_unheard_of"}',
    '{"type":"terminal_credit","sessionId":"kit","offset":-1}',
    '{"type":"ack"}',
    '{"type":"error","code":5}',
    '{"id":5,"type":"kit_unheard_of","payload":{}}',
    "[" * 5000,
    '{"type":' + "[" * 2000 + "]" * 2000 + "}",
    "x" * 70_000,
)


@case("link/garbage", "LINK-039 WIRE-003", role="agent")
async def ignores_garbage(target: AgentTarget, check: Check) -> None:
    """A text frame that cannot be read or is not known is ignored: no answer, no close."""
    connection = await target.connection()
    for garbage in _GARBAGE:
        since = len(connection.frames)
        await connection.say(garbage)
        await _unmoved(connection, check, "LINK-039", since)


@case("link/before-greeting", "LINK-039 LINK-050 LINK-055", role="agent", requires=(DOCUMENTED,))
async def works_before_the_greeting(target: AgentTarget, check: Check) -> None:
    """Before `connected` the agent already answers pings and commands, and takes everything else quietly."""
    connection = await target.fresh(greet=False)
    await _takes_quietly(connection, check)
    identity = await connection.command("kit_unheard_of", {})
    with check.about("LINK-055", "the result of an unknown command"):
        await connection.result(identity)
    with check.about("LINK-054", "a pong after a command that came again"):
        await connection.say(connection.commands[identity])
        await connection.ping()
        await connection.ping()
    check.equal(1, len(connection.results[identity]), "LINK-054", "results of a command that came twice")
    with check.about("LINK-050", "a terminal before the greeting"):
        terminal = await target.terminal(connection=connection)
        check.equal("on\n", await terminal.run("echo on"), "LINK-050", "what it prints")
    await connection.greet()
    with check.about("LINK-024", "a hello after connected"):
        await connection.frame("hello")


async def _takes_quietly(connection: Connection, check: Check) -> None:
    credit = TerminalCredit("7f1c2b34-5d6e-4f70-8a9b-0c1d2e3f4a5b", 1 << 20)
    for notice, clause in (
        (Ack("kit-never-given"), "LINK-051"),
        (LinkError("INVALID_MESSAGE", "Invalid message format", [{"path": "$"}], "pong", "kit"), "LINK-030"),
        (LinkError("PROCESSING_ERROR", "Failed to process message"), "LINK-030"),
        (HeartbeatAck(1), "LINK-036"),
        (credit, "TERM-036"),
        ({"type": "kit_unheard_of"}, "LINK-039"),
    ):
        since = len(connection.frames)
        await connection.say(notice)
        await _unmoved(connection, check, clause, since)


@case("link/binary-garbage", "LINK-039 TERM-034", role="agent")
async def ignores_binary_garbage(target: AgentTarget, check: Check) -> None:
    """A binary message that is no frame, or names no terminal, is ignored."""
    connection = await target.connection()
    session_id = target.world.entropy.uuid()
    garbage = [b"", b"\x05", b"\x99" * 100, frame(FRAME_INPUT, "x" * 36, b"a"), frame(0x7F, session_id, b"a")]
    garbage += [frame(FRAME_INPUT, session_id, b"a"), frame(FRAME_OUTPUT, session_id, b"a"), b"\x05" + b"\xff" * 64]
    for each in garbage:
        since = len(connection.frames)
        await connection.say(each)
        await _unmoved(connection, check, "LINK-039", since)


@case("link/unknown-fields", "WIRE-004 WIRE-051", role="agent")
async def drops_unknown_fields(target: AgentTarget, check: Check) -> None:
    """Fields and capabilities that the agent does not know change nothing."""
    connection = await target.connection()
    since = len(connection.frames)
    await connection.say({"type": "ping", "timestamp": _now(target), "kitExtra": {"deep": [1]}})
    with check.about("WIRE-004", "a pong to a ping with an unknown field"):
        await connection.frame("pong", since)
    greeting = {"type": "connected", "agentId": connection.agent_id, "timestamp": _now(target), "kitExtra": 1}
    await connection.say({**greeting, "capabilities": [*connection.offers, "kit_unheard_of", ""]})
    command = Command(f"kit-{target.world.entropy.token_hex(8)}", "kit_unheard_of", {})
    connection.commands[command.id] = command
    await connection.say({"id": command.id, "type": command.type, "payload": {}, "kitExtra": []})
    with check.about("WIRE-004", "the result of a command with an unknown field"):
        await connection.result(command.id)
    terminal = target.absent(connection)
    terminal.shell.started = True
    payload = {"cols": 80, "rows": 24, "shell": "/bin/sh", "kitExtra": {"a": None}}
    with check.about("WIRE-004", "a start whose payload has an unknown field"):
        result = await connection.result(await terminal.command("terminal_start", **payload), 30)
    check.equal("completed", result.status, "WIRE-004", "its status")


@case("link/no-reaction", "LINK-030 LINK-036 LINK-051 TERM-036", role="agent")
async def takes_notices_quietly(target: AgentTarget, check: Check) -> None:
    """`ack`, `error`, `heartbeat_ack` and credit for no terminal get no answer and move nothing."""
    await _takes_quietly(await target.connection(), check)


@case("link/results-need-no-ack", "LINK-051", role="agent")
async def does_not_wait_for_acks(target: AgentTarget, check: Check) -> None:
    """Results come whether or not earlier ones were acknowledged."""
    connection = await target.connection()
    connection.acknowledge = False
    try:
        identities = [await connection.command("kit_unheard_of", {}) for _ in range(20)]
        for identity in identities:
            with check.about("LINK-051", "a result although none was acknowledged"):
                await connection.result(identity)
    finally:
        connection.acknowledge = True


@case("link/large-frame", "LINK-032", role="agent")
async def takes_large_frames(target: AgentTarget, check: Check) -> None:
    """A frame of just under 16 MiB is taken."""
    connection = await target.connection()
    for size in (100_000, 1 << 20, (16 << 20) - 1024):
        identity = await connection.command("kit_unheard_of", {"padding": "x" * size})
        with check.about("LINK-032", f"the result of a command of {size} bytes"):
            await connection.result(identity, 20)


def _now(target: AgentTarget) -> int:
    return int(target.world.wall.now() * 1000)
