"""Starting a terminal, its size, and what is refused."""

from typing import Any

from breeze_conformance.case import Check, case
from breeze_conformance.target_agent import DOCUMENTED, AgentTarget
from breeze_conformance.target_terminal import PLAIN_SHELL, KitTerminal
from breeze_protocol.link.messages import CommandResult
from breeze_protocol.version import CAPABILITY_CREDIT


def _result(check: Check, result: CommandResult, clause: str, expected: dict[str, Any]) -> None:
    """A result is completed and has at least these fields."""
    check.equal("completed", result.status, clause, "the status of the result")
    given = result.result if isinstance(result.result, dict) else {}
    check.equal(expected, {name: given.get(name) for name in expected}, clause, "the fields of the result")


def _refused(check: Check, result: CommandResult, clause: str, words: str) -> None:
    check.equal("failed", result.status, clause, "the status of a refused command")
    check.equal(words, result.error, clause, "the error of a refused command")


@case("terminal/start", "TERM-040", role="agent")
async def starts_a_shell(target: AgentTarget, check: Check) -> None:
    """`terminal_start` opens a shell that runs commands."""
    terminal = target.absent(await target.connection())
    identity = await terminal.ask_start(100, 30)
    with check.about("TERM-040", "the result of the start"):
        result = await terminal.connection.result(identity, 30)
    check.equal("completed", result.status, "TERM-040", "the status of the start's result")
    with check.about("TERM-040", "a shell that runs commands"):
        check.equal("two words\n", await terminal.run("echo two words"), "TERM-040", "what `echo two words` prints")


@case("terminal/start-result", "TERM-040", role="agent", requires=(DOCUMENTED,))
async def confirms_a_start(target: AgentTarget, check: Check) -> None:
    """The result of a start says session, size and that it started."""
    terminal = target.absent(await target.connection())
    result = await terminal.connection.result(await terminal.ask_start(101, 31), 30)
    expected = {"sessionId": terminal.session_id, "cols": 101, "rows": 31, "started": True}
    _result(check, result, "TERM-040", expected)


@case("terminal/default-shell", "TERM-040 TERM-060 TERM-055", role="agent")
async def starts_a_login_shell(target: AgentTarget, check: Check) -> None:
    """Without a `shell` the user's own starts, with a terminal type, a UTF-8 locale, at home, and without the token."""
    terminal = await target.terminal(shell=None)
    with check.about("TERM-040", "a shell that runs commands"):
        environment = await terminal.run("env", 15)
    check.control("HOME=" in environment, "the environment can be read", environment)
    for token in target.server.tokens.values():
        check.that(token not in environment, "TERM-055", "no agent token in the environment", "the token is there")
        check.that(token[4:] not in environment, "TERM-055", "no agent token in the environment", "the token is there")
    check.that(target.server.key not in environment, "TERM-055", "no enrolment key in the environment", "it is there")
    lines = environment.split("\n")
    check.that("TERM=xterm-256color" in lines, "TERM-060", "TERM=xterm-256color", _named(lines, "TERM="))
    locale = "".join(_named(lines, name) for name in ("LANG=", "LC_ALL=", "LC_CTYPE="))
    check.that("UTF-8" in locale.upper() or "UTF8" in locale.upper(), "TERM-060", "a UTF-8 locale", locale)
    home = next((line.removeprefix("HOME=") for line in lines if line.startswith("HOME=")), "")
    check.equal(home, (await terminal.run("pwd")).strip(), "TERM-060", "the directory in which the shell starts")


def _named(lines: list[str], prefix: str) -> str:
    return next((line for line in lines if line.startswith(prefix)), "")


@case("terminal/first-size", "TERM-010 TERM-040", role="agent")
async def gives_the_first_size(target: AgentTarget, check: Check) -> None:
    """The size of the start is the PTY's from the beginning."""
    for cols, rows in ((100, 30), (132, 43)):
        terminal = await target.terminal(cols, rows)
        with check.about("TERM-010", "the size that programs see"):
            check.equal(f"{rows} {cols}", await terminal.size(), "TERM-010", "rows and columns that programs see")


@case("terminal/default-size", "TERM-040", role="agent")
async def has_a_default_size(target: AgentTarget, check: Check) -> None:
    """A start without a size opens 80 columns and 24 rows."""
    terminal = target.absent(await target.connection())
    terminal.shell.started = True
    result = await terminal.connection.result(await terminal.command("terminal_start", shell=PLAIN_SHELL), 30)
    check.equal("completed", result.status, "TERM-040", "the status of a start without a size")
    with check.about("TERM-040", "the size that programs see"):
        check.equal("24 80", await terminal.size(), "TERM-040", "rows and columns that programs see")


@case("terminal/size-clamped", "TERM-005", role="agent", requires=(DOCUMENTED,))
async def brings_sizes_within_bounds(target: AgentTarget, check: Check) -> None:
    """Sizes out of bounds become the nearest bound, at the start and later; the bounds themselves are taken."""
    terminal = await target.terminal(100_000, 0)
    with check.about("TERM-005", "the size that programs see"):
        check.equal("1 500", await terminal.size(), "TERM-005", "rows and columns after a start with 100000 x 0")
        for cols, rows, seen in ((0, 501, "500 1"), (500, 500, "500 500"), (1, 1, "1 1"), (-5, 7, "7 1")):
            await terminal.resize(cols, rows)
            check.equal(seen, await terminal.size(), "TERM-005", f"rows and columns after a resize to {cols} x {rows}")


@case("terminal/resize", "TERM-042", role="agent")
async def takes_a_new_size(target: AgentTarget, check: Check) -> None:
    """`terminal_resize` changes what programs see; the last one counts."""
    terminal = await target.terminal(80, 24)
    for cols, rows in ((90, 33), (120, 40)):
        with check.about("TERM-042", "the result of a resize"):
            result = await terminal.resize(cols, rows)
        check.equal("completed", result.status, "TERM-042", "the status of a resize")
        with check.about("TERM-042", "the size that programs see"):
            check.equal(f"{rows} {cols}", await terminal.size(), "TERM-042", "rows and columns that programs see")
    for cols in range(60, 71):
        identity = await terminal.command("terminal_resize", cols=cols, rows=25)
        if not terminal.ordered:
            await terminal.connection.result(identity)
    await terminal.connection.result(identity)
    check.equal("25 70", await terminal.size(), "TERM-042", "rows and columns after eleven resizes in a row")


@case("terminal/resize-result", "TERM-042", role="agent", requires=(DOCUMENTED,))
async def confirms_a_resize(target: AgentTarget, check: Check) -> None:
    """The result of a resize says session and size."""
    terminal = await target.terminal(80, 24)
    expected = {"sessionId": terminal.session_id, "cols": 77, "rows": 22, "resized": True}
    _result(check, await terminal.resize(77, 22), "TERM-042", expected)


@case("terminal/without-waiting", "LINK-059 TERM-041 TERM-042", role="agent", requires=(DOCUMENTED,))
async def takes_commands_while_opening(target: AgentTarget, check: Check) -> None:
    """Commands sent right after the start, without waiting for its result, are carried out in their order."""
    terminal = target.absent(await target.connection())
    start = await terminal.ask_start(80, 24)
    if CAPABILITY_CREDIT in terminal.connection.capabilities:
        await terminal.credit(300_000)
    resize = await terminal.command("terminal_resize", cols=111, rows=37)
    token = target.world.entropy.token_hex(4)
    typed = await terminal.command("terminal_data", data=f"echo ea''rly{token}; stty size\n")
    connection = terminal.connection
    for identity, clause in ((start, "TERM-040"), (resize, "TERM-042"), (typed, "TERM-041")):
        with check.about(clause, "the result of a command that came while the PTY was opening"):
            result = await connection.result(identity, 30)
        check.equal("completed", result.status, clause, "its status")
    with check.about("TERM-041", "the input is written"):
        await terminal.see(f"early{token}")
    with check.about("TERM-042", "the size is taken"):
        check.equal("37 111", await terminal.size(), "TERM-042", "rows and columns that programs see")


@case("terminal/stopped-while-opening", "TERM-043 LINK-059", role="agent", requires=(DOCUMENTED,))
async def stops_while_opening(target: AgentTarget, check: Check) -> None:
    """A stop right after the start ends the terminal."""
    terminal = target.absent(await target.connection())
    await terminal.ask_start()
    stop = await terminal.command("terminal_stop")
    with check.about("TERM-043", "the result of the stop"):
        result = await terminal.connection.result(stop, 30)
    check.equal("completed", result.status, "TERM-043", "its status")
    await _is_absent(terminal, check)


@case("terminal/no-such-session", "TERM-046", role="agent")
async def refuses_unknown_sessions(target: AgentTarget, check: Check) -> None:
    """Data, resize and stop for a session without a terminal fail, and do not stand in the way of its start."""
    terminal = target.absent(await target.connection())
    await _is_absent(terminal, check)
    for word in ("data", "resize", "stop"):
        other = target.absent(terminal.connection)
        await terminal.connection.result(await other.command(f"terminal_{word}", **_FIELDS[word]))
        result = await terminal.connection.result(await other.ask_start(), 30)
        check.equal("completed", result.status, "TERM-046", f"the status of a start after a refused terminal_{word}")


_FIELDS: dict[str, dict[str, Any]] = {"data": {"data": "x"}, "resize": {"cols": 80, "rows": 24}, "stop": {}}


async def _is_absent(terminal: KitTerminal, check: Check, clause: str = "TERM-046") -> None:
    words = f"session {terminal.session_id} not found"
    for word, payload in _FIELDS.items():
        identity = await terminal.command(f"terminal_{word}", **payload)
        with check.about(clause, f"the result of terminal_{word} for a session without a terminal"):
            result = await terminal.connection.result(identity)
        _refused(check, result, clause, words)


@case("terminal/second-start", "TERM-048", role="agent")
async def refuses_a_second_start(target: AgentTarget, check: Check) -> None:
    """A start for a session that has a terminal fails, and the terminal goes on."""
    terminal = await target.terminal()
    result = await terminal.connection.result(await terminal.ask_start(), 30)
    _refused(check, result, "TERM-048", f"session {terminal.session_id} already exists")
    with check.about("TERM-048", "the first terminal goes on"):
        check.equal("on\n", await terminal.run("echo on"), "TERM-048", "what the first terminal prints")


@case("terminal/start-after-end", "TERM-048 TERM-046", role="agent", requires=(DOCUMENTED,))
async def refuses_a_start_after_the_end(target: AgentTarget, check: Check) -> None:
    """A session that had a terminal gets no other one."""
    terminal = await target.terminal()
    stopped = await terminal.stop()
    check.control(stopped.status == "completed", "the terminal is stopped", stopped)
    result = await terminal.connection.result(await terminal.ask_start(), 30)
    _refused(check, result, "TERM-048", f"session {terminal.session_id} already exists")
    await _is_absent(terminal, check)


@case("terminal/second-start-while-opening", "TERM-048", role="agent", requires=(DOCUMENTED,))
async def refuses_a_second_start_while_opening(target: AgentTarget, check: Check) -> None:
    """Of two starts in a row the first opens the terminal and the second fails."""
    terminal = target.absent(await target.connection())
    first, second = await terminal.ask_start(90, 20), await terminal.ask_start(91, 21)
    with check.about("TERM-048", "the results of two starts"):
        opened = await terminal.connection.result(first, 30)
        refused = await terminal.connection.result(second, 30)
    check.equal("completed", opened.status, "TERM-048", "the first start's status")
    _refused(check, refused, "TERM-048", f"session {terminal.session_id} already exists")
    check.equal("20 90", await terminal.size(), "TERM-048", "rows and columns: those of the first start")


@case("terminal/bad-payload", "TERM-040 TERM-041 TERM-042 WIRE-060", role="agent", requires=(DOCUMENTED,))
async def survives_bad_payloads(target: AgentTarget, check: Check) -> None:
    """A payload of another shape starts nothing, writes nothing, and does not harm the agent."""
    terminal = await target.terminal(90, 30)
    connection, mine = terminal.connection, terminal.session_id
    bad: list[tuple[str, dict[str, Any], str]] = [
        ("start", {}, "TERM-040"),
        ("start", {"sessionId": 5}, "TERM-040"),
        ("start", {"sessionId": target.world.entropy.uuid(), "cols": "wide"}, "TERM-040"),
        ("data", {"sessionId": mine}, "TERM-041"),
        ("data", {"sessionId": mine, "data": 5}, "TERM-041"),
        ("resize", {"sessionId": mine, "cols": "wide", "rows": [1]}, "TERM-042"),
        ("stop", {"sessionId": None}, "TERM-043"),
    ]
    for word, payload, clause in bad:
        identity = f"term-{word}-{target.world.entropy.token_hex(8)}"
        await connection.command(f"terminal_{word}", payload, identity)
        with check.about(clause, f"an answer to terminal_{word} {payload}"):
            result = await connection.result(identity)
        check.equal("failed", result.status, clause, f"the status of terminal_{word} {payload}")
    with check.about("TERM-040", "the other terminal goes on"):
        check.equal("30 90", await terminal.size(), "TERM-042", "rows and columns after a resize to no numbers")


@case("terminal/start-fails", "TERM-013", role="agent", requires=(DOCUMENTED,))
async def reports_a_failed_start(target: AgentTarget, check: Check) -> None:
    """A shell that does not exist is reported as a failed start, with words; the session has no terminal then."""
    terminal = target.absent(await target.connection())
    identity = await terminal.ask_start(80, 24, "/nonexistent/kit-shell/none")
    with check.about("TERM-013", "the result of a start with a shell that does not exist"):
        result = await terminal.connection.result(identity, 30)
    check.equal("failed", result.status, "TERM-013", "its status")
    check.that(bool(result.error), "TERM-013", "words that say why", result.error)
    await _is_absent(terminal, check, "TERM-013")
    other = await target.terminal(connection=terminal.connection)
    check.control(await other.run("echo on") == "on\n", "a shell that exists starts")


@case("terminal/limit", "TERM-044", role="agent", requires=(DOCUMENTED,), profile="full", deadline=240)
async def refuses_the_65th(target: AgentTarget, check: Check) -> None:
    """64 terminals can be open and a 65th fails; when one was stopped there is room again."""
    connection = await target.connection()
    opened = []
    for number in range(64):
        terminal = target.absent(connection)
        result = await connection.result(await terminal.ask_start(), 60)
        check.equal("completed", result.status, "TERM-044", f"the status of the start of terminal {number + 1}")
        if result.status != "completed":
            return
        opened.append(terminal)
    refused = target.absent(connection)
    result = await connection.result(await refused.ask_start(), 60)
    check.equal("failed", result.status, "TERM-044", "the status of the start of terminal 65")
    await opened[0].stop()
    again = target.absent(connection)
    result = await connection.result(await again.ask_start(), 60)
    check.equal("completed", result.status, "TERM-044", "the status of a start after one was stopped")
    with check.about("TERM-044", "the others go on"):
        check.equal("on\n", await opened[-1].run("echo on", 30), "TERM-044", "what terminal 64 prints")
