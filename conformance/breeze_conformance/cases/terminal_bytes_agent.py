"""What goes through a terminal: input and output in every form, and how far output may run ahead."""

from breeze_conformance.case import Check, case
from breeze_conformance.cksum import cksum
from breeze_conformance.target_agent import DOCUMENTED, AgentTarget
from breeze_conformance.target_terminal import KitTerminal
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.terminal.messages import FRAME_INPUT, frame
from breeze_protocol.version import (
    CAPABILITY_BASE64,
    CAPABILITY_BINARY,
    CAPABILITY_CREDIT,
    CAPABILITY_HELLO,
)

_WINDOW = int(DEFAULTS["terminal_window"])

_READ = 65536
"""How much of a grant an agent may leave unused: it need not read by the byte."""

_FORMS: dict[str, tuple[str, ...]] = {
    "text": (),
    "base64": (CAPABILITY_BASE64,),
    "binary": (CAPABILITY_HELLO, CAPABILITY_BINARY),
}


async def _exact(terminal: KitTerminal, check: Check, last: int, form: str) -> None:
    printed = await terminal.run(f"seq 1 {last}", 30)
    expected = "".join(f"{number}\n" for number in range(1, last + 1))
    if printed != expected:
        position = next((at for at, pair in enumerate(zip(printed, expected, strict=False)) if pair[0] != pair[1]), -1)
        observed = f"{len(printed)} of {len(expected)} characters, different from {position} on: "
        check.that(False, "TERM-033", f"the numbers 1 to {last}", observed + printed[max(position - 10, 0) :][:60])
    raw = bytes(terminal.shell.output)
    check.that(b"\n1\r\n2\r\n" in raw or last < 2, "TERM-033", f"lines that end as in the PTY, as {form}", raw[-40:])


async def _characters(terminal: KitTerminal, check: Check, clause: str, form: str) -> None:
    """Characters of two to four bytes, one program's write each, arrive whole."""
    line = "printf '" + r"\303\244\342\202\254\360\237\230\200" * 8 + "'"
    printed = await terminal.run(line)
    check.equal("ä€😀" * 8, printed, clause, f"characters of several bytes, as {form}")


@case("terminal/output-whole", "TERM-033", role="agent", deadline=60)
async def passes_output_on_whole(target: AgentTarget, check: Check) -> None:
    """A long output arrives whole, in order and unchanged."""
    terminal = await target.terminal()
    with check.about("TERM-033", "a long output"):
        await _exact(terminal, check, 30_000, "the form that both sides can")
        await _characters(terminal, check, "TERM-033", "the form that both sides can")


@case("terminal/output-as-text", "TERM-066 TERM-033 WIRE-050", role="agent", deadline=60)
async def sends_text_where_nothing_is_offered(target: AgentTarget, check: Check) -> None:
    """To a server that offers nothing output goes as text, whole and without split characters; exits are not told."""
    connection = await target.fresh(offers=())
    terminal = await target.terminal(connection=connection)
    with check.about("TERM-033", "a long output as text"):
        await _exact(terminal, check, 10_000, "text")
    with check.about("TERM-066", "characters as text"):
        for _ in range(20):
            await _characters(terminal, check, "TERM-066", "text")
        # The halves of a character in two writes, which may become two reads.
        printed = await terminal.run(r"printf 'x\303'; sleep 0.3; printf '\244y'")
        check.equal("xäy", printed, "TERM-066", "a character that is written in two parts")
        printed = await terminal.run(r"printf 'a\377b\n'")
        check.equal("a\ufffdb\n", printed, "TERM-066", "U+FFFD in place of what is no UTF-8")
    check.equal({"text"}, terminal.shell.forms, "WIRE-050", "the forms of output")
    await terminal.type("exit 3\n")
    await connection.ping()
    await target.settle(0.5)
    await connection.ping()
    check.equal(None, terminal.shell.exit, "WIRE-050", "no terminal_exit, which was not offered")


@case("terminal/output-as-base64", "TERM-033 WIRE-050", role="agent", deadline=60)
async def sends_base64_or_text_where_offered(target: AgentTarget, check: Check) -> None:
    """To a server that offers base64 only, output goes as base64 or as text."""
    terminal = await target.terminal(connection=await target.fresh(offers=_FORMS["base64"]))
    with check.about("TERM-033", "a long output"):
        await _exact(terminal, check, 10_000, "base64")
        await _characters(terminal, check, "TERM-033", "base64")
    check.that(terminal.shell.forms <= {"text", "base64"}, "WIRE-050", "base64 or text", terminal.shell.forms)
    if "base64" in terminal.shell.forms:
        printed = await _raw(terminal, r"printf 'a\377\000\200b\n'")
        check.equal(b"a\xff\x00\x80b", printed, "TERM-033", "bytes that are no characters, as base64")


@case("terminal/output-as-frames", "TERM-033 TERM-034", role="agent", requires=(CAPABILITY_BINARY,), deadline=60)
async def sends_binary_frames_where_agreed(target: AgentTarget, check: Check) -> None:
    """Where both sides have named binary frames every byte arrives as it was written."""
    connection = await target.fresh(offers=_FORMS["binary"])
    check.control(
        connection.both(CAPABILITY_BINARY), "the agent names terminal_binary in hello", connection.capabilities
    )
    terminal = await target.terminal(connection=connection)
    with check.about("TERM-034", "output in the frames that are stated"):
        await _exact(terminal, check, 10_000, "binary frames")
        printed = await _raw(terminal, r"printf 'a\377\000\200b\n'")
    if "binary" in terminal.shell.forms:
        check.equal(b"a\xff\x00\x80b", printed, "TERM-033", "bytes that are no characters")


async def _reaches(terminal: KitTerminal, size: int) -> None:
    await terminal.wait(lambda: len(terminal.shell.output) >= size or None, f"{size} bytes of output", 15)


async def _raw(terminal: KitTerminal, line: str) -> bytes:
    since = len(terminal.shell.output)
    await terminal.run(line)
    printed = bytes(terminal.shell.output[since:])
    return printed[printed.rindex(b"a\xff" if b"a\xff" in printed else b"a", 0) :].split(b"\r\n")[0]


@case("terminal/two-at-once", "TERM-033 TERM-041", role="agent")
async def keeps_terminals_apart(target: AgentTarget, check: Check) -> None:
    """Two terminals have each their own input, output and size."""
    connection = await target.connection()
    one = await target.terminal(81, 21, connection=connection)
    two = await target.terminal(82, 22, connection=connection)
    with check.about("TERM-033", "two terminals side by side"):
        check.equal("21 81", await one.size(), "TERM-033", "rows and columns of the first")
        check.equal("22 82", await two.size(), "TERM-033", "rows and columns of the second")
        check.equal("first\n", await one.run("echo first"), "TERM-033", "output of the first")
        check.equal("second\n", await two.run("echo second"), "TERM-033", "output of the second")
    check.that(b"second" not in one.shell.output, "TERM-033", "nothing of the second in the first", one.shell.output)
    check.that(b"first" not in two.shell.output, "TERM-033", "nothing of the first in the second", two.shell.output)
    await one.stop()
    with check.about("TERM-043", "the second goes on when the first was stopped"):
        check.equal("on\n", await two.run("echo on"), "TERM-043", "output of the second")


@case("terminal/input-exact", "TERM-041", role="agent")
async def writes_input_unchanged(target: AgentTarget, check: Check) -> None:
    """Input reaches the PTY byte by byte as it was sent, characters of several bytes included."""
    terminal = await target.terminal()
    await _input_exact(terminal, check)


@case("terminal/input-as-commands", "TERM-041", role="agent")
async def writes_input_of_commands(target: AgentTarget, check: Check) -> None:
    """Input in `terminal_data` is written and answered, also in characters of several bytes."""
    connection = await target.fresh(offers=())
    terminal = await target.terminal(connection=connection)
    await _input_exact(terminal, check)
    identity = await terminal.command("terminal_data", data=": ä€\n")
    with check.about("TERM-041", "the result of terminal_data"):
        result = await connection.result(identity)
    check.equal("completed", result.status, "TERM-041", "its status")
    if DOCUMENTED in target.capabilities:
        given = result.result if isinstance(result.result, dict) else {}
        expected = {"sessionId": terminal.session_id, "written": 8}
        actual = {name: given.get(name) for name in expected}
        check.equal(expected, actual, "TERM-041", "session and written bytes in the result")


async def _input_exact(terminal: KitTerminal, check: Check) -> None:
    text = "aZ 09 #%&()*+,-./:<=>?@[]^_{|}~ äß€漢😀"
    with check.about("TERM-041", "input that a program shows as it received it"):
        printed = await terminal.run(f"printf '%s' '{text}' | od -An -tx1")
    received = " ".join(printed.split())
    check.equal(" ".join(f"{byte:02x}" for byte in text.encode()), received, "TERM-041", "the bytes of the input")


@case("terminal/input-pasted", "TERM-041 LINK-059", role="agent", deadline=60)
async def writes_long_input_in_order(target: AgentTarget, check: Check) -> None:
    """A paste of 60 KB in many messages arrives whole and in order."""
    terminal = await target.terminal()
    lines = [f"{number:04d} " + "abcdefghij" * 9 for number in range(600)]
    data = "".join(f"{line}\n" for line in lines)
    await terminal.type("echo re''ady; cksum\n")
    await terminal.see("ready")
    for start in range(0, len(lines), 20):
        await terminal.type("".join(f"{line}\n" for line in lines[start : start + 20]))
    await terminal.type("\x04")
    with check.about("TERM-041", "the checksum of the paste, as a program computed it"):
        await terminal.see(f"{cksum(data.encode())} {len(data)}", 30)


@case("terminal/input-in-order", "LINK-059 TERM-041", role="agent", requires=(DOCUMENTED,))
async def writes_keystrokes_in_order(target: AgentTarget, check: Check) -> None:
    """A hundred keystrokes, each in a `terminal_data` of its own and none awaited, are written in their order."""
    connection = await target.fresh(offers=())
    terminal = await target.terminal(connection=connection)
    word = "".join(f"{number:02d}" for number in range(50))
    token = target.world.entropy.token_hex(4)
    for key in f"echo {word}k''{token}\n":
        identity = await terminal.command("terminal_data", data=key)
    with check.about("LINK-059", "the keystrokes in their order"):
        await connection.result(identity)
        await terminal.see(f"{word}k{token}")


@case("terminal/input-in-frames", "TERM-041 TERM-034", role="agent", requires=(CAPABILITY_BINARY,))
async def takes_binary_input(target: AgentTarget, check: Check) -> None:
    """Input in binary frames is written, mixed with `terminal_data` in the order of arrival."""
    terminal = await target.terminal()
    check.control(terminal.connection.both(CAPABILITY_BINARY), "the agent names terminal_binary in hello")
    token = target.world.entropy.token_hex(4)
    await terminal.connection.say(frame(FRAME_INPUT, terminal.session_id, b"echo o"))
    identity = await terminal.command("terminal_data", data="n''")
    await terminal.connection.say(frame(FRAME_INPUT, terminal.session_id, b""))
    await terminal.connection.say(frame(FRAME_INPUT, terminal.session_id, f"e{token}\n".encode()))
    with check.about("TERM-041", "what was typed by frames and commands in turn"):
        await terminal.see(f"one{token}")
        await terminal.connection.result(identity)


@case("terminal/interrupt", "TERM-041", role="agent")
async def passes_control_c_on(target: AgentTarget, check: Check) -> None:
    """Ctrl-C interrupts what runs, also in the middle of a flood of output."""
    terminal = await target.terminal()
    for line in ("sleep 300", "seq 1 100000000"):
        await terminal.type(f"echo ru''ns; {line}\n")
        since = await terminal.see("runs")
        await target.settle(0.3)
        await terminal.type("\x03")
        with check.about("TERM-041", f"a prompt again after Ctrl-C in `{line}`"):
            token = target.world.entropy.token_hex(4)
            await target.settle(0.3)
            await terminal.type(f"\necho ba''ck{token}\n")
            await terminal.see(f"back{token}", 15, since)
        await terminal.connection.ping()


@case("terminal/window", "TERM-036", role="agent", requires=(CAPABILITY_CREDIT,), deadline=60)
async def waits_for_credit(target: AgentTarget, check: Check) -> None:
    """Without credit output stops at 262,144 bytes; it goes on as far as credit is granted, and nothing is lost."""
    terminal = await target.terminal()
    connection = terminal.connection
    check.control(connection.both(CAPABILITY_CREDIT), "the agent names terminal_credit in hello")
    terminal.shell.auto_credit = False
    await terminal.type("echo be''gin; seq 1 200000; echo e''nd\n")
    begin = await terminal.see("begin")
    for offset in (_WINDOW, _WINDOW + 100_000, _WINDOW + 400_000):
        if offset > _WINDOW:
            await terminal.credit(offset)
        # A lower offset than before changes nothing.
        await terminal.credit(offset // 2)
        with check.about("TERM-036", f"output up to the granted offset {offset}"):
            await _reaches(terminal, offset - _READ)
        await target.settle(0.3)
        await connection.ping()
        sent = len(terminal.shell.output)
        check.that(sent <= offset, "TERM-036", f"at most {offset} bytes", f"{sent} bytes")
    terminal.shell.auto_credit = True
    await terminal.credit(len(terminal.shell.output) + _WINDOW)
    with check.about("TERM-036", "the rest of the output"):
        end = await terminal.see("\nend", 30, begin)
    expected = b"".join(b"%d\r\n" % number for number in range(1, 200_001))
    check.that(expected in terminal.shell.output[:end], "TERM-033", "all 200,000 lines in order", f"{end} bytes")


@case("terminal/window-stops-nothing-else", "TERM-063 LINK-033 TERM-033", role="agent", requires=(CAPABILITY_CREDIT,))
async def works_while_output_waits(target: AgentTarget, check: Check) -> None:
    """While one terminal waits for credit, it takes input, another one works, and pings are answered."""
    terminal = await target.terminal()
    connection = terminal.connection
    other = await target.terminal(connection=connection)
    terminal.shell.auto_credit = False
    await terminal.type("seq 1 100000000\n")
    await _reaches(terminal, _WINDOW - _READ)
    await target.settle(0.3)
    with check.about("LINK-033", "a pong while output waits for credit"):
        await connection.ping()
    with check.about("TERM-033", "another terminal while output waits for credit"):
        check.equal("on\n", await other.run("echo on"), "TERM-033", "output of the other terminal")
    with check.about("TERM-063", "an answer to input while output waits for credit"):
        result = await connection.result(await terminal.command("terminal_data", data="\x03"))
    check.equal("completed", result.status, "TERM-063", "the status of the input")
    with check.about("TERM-042", "a resize while output waits for credit"):
        check.equal("completed", (await terminal.resize(70, 20)).status, "TERM-042", "its status")
    terminal.shell.auto_credit = True
    await terminal.credit(len(terminal.shell.output) + _WINDOW)
    with check.about("TERM-063", "the interrupt was written although output waited"):
        check.equal("20 70", await terminal.size(), "TERM-063", "rows and columns after the interrupt")


@case("terminal/flood", "TERM-033 LINK-033", role="agent", deadline=60)
async def answers_during_a_flood(target: AgentTarget, check: Check) -> None:
    """A terminal that never stops writing leaves room for pongs and for another terminal."""
    terminal = await target.terminal()
    connection = terminal.connection
    other = await target.terminal(connection=connection)
    await terminal.type("seq 1 100000000\n")
    await _reaches(terminal, 100_000)
    with check.about("LINK-033", "a pong during a flood"):
        await connection.ping(10)
    with check.about("TERM-033", "another terminal during a flood"):
        check.equal("on\n", await other.run("echo on", 15), "TERM-033", "output of the other terminal")
    with check.about("TERM-043", "a stop during a flood"):
        check.equal("completed", (await terminal.stop(15)).status, "TERM-043", "the status of a stop during a flood")
