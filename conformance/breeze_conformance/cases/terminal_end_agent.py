"""How terminals end: by their shell, by a stop, with the link, with the agent."""

from pathlib import Path

from breeze_conformance.case import Check, case
from breeze_conformance.target_agent import DOCUMENTED, AgentTarget
from breeze_conformance.target_terminal import KitTerminal, beacon, falls_silent, grows
from breeze_protocol.terminal.messages import TerminalExit
from breeze_protocol.version import CAPABILITY_EXIT


async def _with_beacon(target: AgentTarget, check: Check) -> tuple[KitTerminal, Path]:
    """A terminal with a process in the background that only SIGKILL ends, and the file that it writes to."""
    terminal = await target.terminal()
    file = target.shared / f"beacon-{target.world.entropy.token_hex(8)}"
    await terminal.run(beacon(file))
    check.control(await grows(file, target.timing), "a process in the background lives", str(file))
    return terminal, file


async def _all_gone(target: AgentTarget, check: Check, file: Path, clause: str) -> None:
    gone = await falls_silent(file, target.timing)
    check.that(gone, clause, "the end of every process of the session", "the one in the background lives")


async def _exit(terminal: KitTerminal, line: str) -> TerminalExit:
    await terminal.type(f"{line}\n")
    return await terminal.wait(lambda: terminal.shell.exit, f"terminal_exit after `{line}`", 10)


@case("terminal/exit-status", "TERM-045", role="agent", requires=(CAPABILITY_EXIT,))
async def reports_exit_statuses(target: AgentTarget, check: Check) -> None:
    """The end of a shell is reported with its exit status."""
    for status in (0, 3, 255):
        terminal = await target.terminal()
        with check.about("TERM-045", "a report of the shell's end"):
            exit = await _exit(terminal, f"exit {status}")
        check.equal((status, None), (exit.code, exit.signal), "TERM-045", f"code and signal after `exit {status}`")


@case("terminal/exit-signal", "TERM-045", role="agent", requires=(CAPABILITY_EXIT,))
async def reports_signals(target: AgentTarget, check: Check) -> None:
    """A shell that a signal ended is reported with the signal's number."""
    terminal = await target.terminal()
    with check.about("TERM-045", "a report of the shell's end"):
        exit = await _exit(terminal, "kill -KILL $$")
    check.equal((None, 9), (exit.code, exit.signal), "TERM-045", "code and signal after SIGKILL")


@case("terminal/exit-after-output", "TERM-052", role="agent", requires=(CAPABILITY_EXIT,))
async def reports_the_exit_after_all_output(target: AgentTarget, check: Check) -> None:
    """Everything that the shell wrote comes before the report of its end."""
    for last in (5, 40_000):
        terminal = await target.terminal()
        with check.about("TERM-045", "a report of the shell's end"):
            await _exit(terminal, f"seq 1 {last}; echo la''st; exit 7")
        await terminal.connection.ping()
        before = bytes(terminal.shell.output[: terminal.shell.exit_at])
        check.that(b"last\r\n" in before, "TERM-052", "the last line before the exit", before[-80:])
        expected = b"".join(b"%d\r\n" % number for number in range(1, last + 1))
        check.that(expected in before, "TERM-052", "all lines before the exit", f"{len(before)} bytes")


@case("terminal/exit-cleans-up", "TERM-045 TERM-046", role="agent", requires=(CAPABILITY_EXIT,))
async def removes_what_a_shell_leaves(target: AgentTarget, check: Check) -> None:
    """After the end of its shell a session has neither processes nor a terminal."""
    terminal, file = await _with_beacon(target, check)
    with check.about("TERM-045", "a report of the shell's end"):
        await _exit(terminal, "exit 0")
    await _all_gone(target, check, file, "TERM-045")
    await terminal.credit(1 << 24)
    with check.about("TERM-036", "a pong after credit for a terminal that has ended"):
        await terminal.connection.ping()
    identity = await terminal.command("terminal_data", data="x")
    with check.about("TERM-046", "the result of input after the shell's end"):
        result = await terminal.connection.result(identity)
    check.equal("failed", result.status, "TERM-046", "its status")
    check.equal(f"session {terminal.session_id} not found", result.error, "TERM-046", "its error")
    again = await terminal.connection.result(await terminal.ask_start())
    check.equal("failed", again.status, "TERM-048", "the status of another start for the session")
    stop = await terminal.stop()
    check.equal("failed", stop.status, "TERM-046", "the status of a stop after the shell's end")


@case("terminal/stop", "TERM-043", role="agent")
async def stops_a_terminal(target: AgentTarget, check: Check) -> None:
    """`terminal_stop` ends the shell and everything that it has started, and nothing comes from it any more."""
    terminal, file = await _with_beacon(target, check)
    with check.about("TERM-043", "the result of the stop"):
        result = await terminal.stop(15)
    check.equal("completed", result.status, "TERM-043", "its status")
    check.that(
        await falls_silent(file, target.timing), "TERM-043", "the end of every process of the session", "one lives"
    )
    identity = await terminal.command("terminal_data", data="echo x\n")
    with check.about("TERM-046", "the result of input after the stop"):
        after = await terminal.connection.result(identity)
    check.equal("failed", after.status, "TERM-046", "its status")


@case("terminal/stop-result", "TERM-043", role="agent", requires=(DOCUMENTED,))
async def confirms_a_stop(target: AgentTarget, check: Check) -> None:
    """The result of a stop says which session was stopped."""
    terminal = await target.terminal()
    result = await terminal.stop()
    check.equal("completed", result.status, "TERM-043", "its status")
    given = result.result if isinstance(result.result, dict) else {}
    expected = {"sessionId": terminal.session_id, "stopped": True}
    check.equal(expected, {name: given.get(name) for name in expected}, "TERM-043", "the fields of the result")


@case("terminal/stop-in-a-flood", "TERM-043", role="agent")
async def stops_a_flood(target: AgentTarget, check: Check) -> None:
    """A stop ends a shell that writes without end, and its output with it."""
    terminal = await target.terminal()
    await terminal.type("seq 1 100000000\n")
    await terminal.wait(lambda: len(terminal.shell.output) > 100_000 or None, "a flood", 15)
    with check.about("TERM-043", "the result of the stop"):
        await terminal.stop(15)
    stopped = len(terminal.shell.output)
    await target.settle(0.5)
    await terminal.connection.ping()
    check.equal(stopped, len(terminal.shell.output), "TERM-043", "bytes of output after the stop was confirmed")


@case("terminal/link-lost", "TERM-047 TERM-046", role="agent", deadline=40)
async def ends_terminals_with_the_link(target: AgentTarget, check: Check) -> None:
    """When the link is lost every terminal ends; the next socket knows nothing of them."""
    terminal, file = await _with_beacon(target, check)
    other = await target.reconnected()
    check.that(
        await falls_silent(file, target.timing), "TERM-047", "the end of every process of the session", "one lives"
    )
    stale = KitTerminal(other, terminal.session_id, terminal.ordered)
    identity = await stale.command("terminal_data", data="echo x\n")
    with check.about("TERM-046", "the result of input for a terminal from before"):
        result = await other.result(identity)
    check.equal("failed", result.status, "TERM-046", "its status")
    check.equal("", bytes(other.shell(terminal.session_id).output).decode("latin-1"), "TERM-047", "its output")
    with check.about("TERM-040", "a new terminal on the next socket"):
        fresh = await target.terminal(connection=other)
        check.equal("on\n", await fresh.run("echo on"), "TERM-040", "what it prints")


@case("terminal/link-lost-while-opening", "TERM-047", role="agent", requires=(DOCUMENTED,), deadline=40)
async def ends_terminals_that_are_opening(target: AgentTarget, check: Check) -> None:
    """A terminal that is still opening when the link is lost does not come into being."""
    connection = await target.connection()
    files = [target.shared / f"beacon-{target.world.entropy.token_hex(8)}" for _ in range(2)]
    for file in files:
        terminal = target.absent(connection)
        await terminal.ask_start()
        await terminal.command("terminal_data", data=f"{beacon(file)}\n")
        if file is files[0]:
            check.control(await _begins(file, target), "a command that came while the PTY was opening runs", str(file))
    connection.ws.abort()
    for file in files:
        await _all_gone(target, check, file, "TERM-047")


async def _begins(file: Path, target: AgentTarget) -> bool:
    for _ in range(10):
        if await grows(file, target.timing):
            return True
    return False


@case("terminal/link-closed", "TERM-047", role="agent", deadline=40)
async def ends_terminals_when_the_server_closes(target: AgentTarget, check: Check) -> None:
    """When the server closes the socket every terminal ends."""
    terminal, file = await _with_beacon(target, check)
    await terminal.connection.ws.close(1001, "kit")
    check.that(
        await falls_silent(file, target.timing), "TERM-047", "the end of every process of the session", "one lives"
    )


@case("terminal/agent-stopped", "LINK-044 TERM-047", role="agent", deadline=60)
async def leaves_in_good_order(target: AgentTarget, check: Check) -> None:
    """An agent that stops ends its terminals, closes its socket with a closing handshake, and is gone."""
    terminal, file = await _with_beacon(target, check)
    connection = terminal.connection
    launched = await target.stop()
    check.that(not launched.killed, "LINK-044", "the agent stops when it is asked to", "it had to be killed")
    await target.server.bell.until(lambda: connection.closed, target.timing.seconds(5))
    closed = connection.closed
    check.control(closed is not None, "the socket is over", closed)
    assert closed is not None
    check.that(closed.clean, "LINK-044", "a closing handshake", f"{closed.code} {closed.reason}")
    check.that(
        await falls_silent(file, target.timing), "TERM-047", "the end of every process of its terminals", "one lives"
    )
