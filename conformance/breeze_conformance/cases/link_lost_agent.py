"""What an agent does when its socket does not open, is lost, or is silent."""

from itertools import pairwise

import trio

from breeze_conformance.case import Check, NothingCame, case
from breeze_conformance.target_agent import DOCUMENTED, AgentTarget
from breeze_conformance.target_kit import Dial
from breeze_conformance.target_link import Connection
from breeze_protocol.limits import DEFAULTS

_REFUSAL = b'{"error":"no","message":"no","code":"AGENT_CREDENTIALS"}'

JITTER = 3.0
"""Seconds of grace for a dial that is due."""


async def _dial(target: AgentTarget, since: int, seconds: float) -> Dial:
    """The first dial after the first `since` ones. Raises NothingCame."""
    found = await target.server.bell.until(
        lambda: target.server.dials[since] if len(target.server.dials) > since else None, target.timing.seconds(seconds)
    )
    if found is None:
        raise NothingCame("a dial", f"none within {seconds:g} s")
    return found


@case("link/dials-again-after-close", "LINK-043", role="agent", deadline=60)
async def dials_again_after_a_close(target: AgentTarget, check: Check) -> None:
    """The agent dials again whatever code the server closes with."""
    for number, code in enumerate((1001, 4001, 4002)):
        connection = await target.connection()
        await connection.ping()
        since = len(target.server.dials)
        await connection.ws.close(code, "kit")
        with check.about("LINK-043", f"a dial after a close with {code}"):
            await _dial(target, since, 2.0**number + JITTER)
            await target.connection(5)


@case("link/dials-again-after-loss", "LINK-043", role="agent", deadline=30)
async def dials_again_after_a_loss(target: AgentTarget, check: Check) -> None:
    """The agent dials again when the connection breaks, and works as before."""
    connection = await target.connection()
    await connection.ping()
    since = len(target.server.dials)
    connection.ws.abort()
    with check.about("LINK-043", "a dial after the connection broke"):
        await _dial(target, since, 1 + JITTER)
        other = await target.connection(5)
        await other.ping()
    terminal = await target.terminal(connection=other)
    check.equal("ok\n", await terminal.run("echo ok"), "LINK-043", "a terminal on the next socket")


@case("link/lost-before-greeting", "LINK-043 LINK-041", role="agent", deadline=40)
async def dials_again_when_lost_before_the_greeting(target: AgentTarget, check: Check) -> None:
    """A socket that closes or breaks before `connected` is followed by another dial, with a terminal or without."""
    connection = await target.fresh(greet=False)
    await connection.ping()
    since = len(target.server.dials)
    await connection.ws.close(1001, "kit")
    with check.about("LINK-043", "a dial after a close before the greeting"):
        await _dial(target, since, 1 + JITTER)
        connection = await target.connection(5)
        await connection.ping()
    since = len(target.server.dials)
    connection.ws.abort()
    with check.about("LINK-043", "a dial after a loss before the greeting"):
        await _dial(target, since, 2 + JITTER)


@case("link/stops-before-greeting", "LINK-044", role="agent", deadline=40)
async def stops_before_the_greeting(target: AgentTarget, check: Check) -> None:
    """An agent that stops before `connected` closes its socket with a closing handshake."""
    connection = await target.fresh(greet=False)
    await connection.ping()
    launched = await target.stop()
    check.that(not launched.killed, "LINK-044", "the agent stops when it is asked to", "it had to be killed")
    await target.server.bell.until(lambda: connection.closed, target.timing.seconds(5))
    closed = connection.closed
    check.that(closed is not None and closed.clean, "LINK-044", "a closing handshake", closed)


@case("link/stops-while-refused", "LINK-044", role="agent", deadline=60)
async def stops_while_it_has_no_socket(target: AgentTarget, check: Check) -> None:
    """An agent stops when it is asked to, also while no server takes it."""
    since = len(target.server.dials)
    target.server.behaviour.refuse_dials = [(503, _REFUSAL)] * 100
    await target.restart()
    await _dial(target, since, 10)
    launched = await target.stop()
    check.that(not launched.killed, "LINK-044", "the agent stops when it is asked to", "it had to be killed")


@case("link/stops-while-dialing", "LINK-044", role="agent", deadline=60)
async def stops_while_it_dials(target: AgentTarget, check: Check) -> None:
    """An agent stops when it is asked to, also while a dial has no answer."""
    since = len(target.server.dials)
    target.server.behaviour.hang_dials = 1
    await target.restart()
    await _dial(target, since, 10)
    launched = await target.stop()
    check.that(not launched.killed, "LINK-044", "the agent stops when it is asked to", "it had to be killed")


@case("link/dials-again-after-refusal", "LINK-042 LINK-041", role="agent", deadline=90)
async def dials_again_after_refusals(target: AgentTarget, check: Check) -> None:
    """The agent goes on dialing after 401, 403 and other refusals, and connects when it may."""
    refusals = [(401, _REFUSAL), (403, _REFUSAL), (429, _REFUSAL), (503, _REFUSAL)]
    since = len(target.server.dials)
    with check.about("LINK-042", "a socket in the end"):
        connection = await target.reconnected(40, refuse_dials=list(refusals))
        await connection.ping()
    dials = target.server.dials[since:]
    check.control(len(dials) == 5, "four refused dials, then one that was taken", [each.status for each in dials])
    hot = dials[4].at - dials[0].at
    # Waits from 0 to 2, 4, 8 and 16 s are together shorter than this once in 10 million runs.
    check.that(hot > 0.15, "LINK-041", "waits between dials that grow", f"five dials in {hot:.3f} s")


@case("link/backoff", "LINK-041", role="agent", profile="full", deadline=500)
async def waits_longer_each_time(target: AgentTarget, check: Check) -> None:
    """The wait before a dial is at most the backoff, which doubles with each failed one."""
    await _backs_off(target, check, "LINK-041", 503)


@case("link/backoff-when-refused", "LINK-042 LINK-041", role="agent", profile="full", deadline=500)
async def waits_longer_when_refused(target: AgentTarget, check: Check) -> None:
    """A dial that is answered with 401 makes the wait longer like any failed one."""
    await _backs_off(target, check, "LINK-042", 401)


@case("link/backoff-when-lost", "LINK-041", role="agent", profile="full", deadline=500)
async def waits_longer_when_lost(target: AgentTarget, check: Check) -> None:
    """Connections that break soon make the wait longer like failed dials."""
    await _backs_off(target, check, "LINK-041", None)


@case("link/backoff-when-closed", "LINK-041", role="agent", profile="full", deadline=500)
async def waits_longer_when_closed(target: AgentTarget, check: Check) -> None:
    """Connections that the server closes soon make the wait longer like failed dials."""
    await _backs_off(target, check, "LINK-041", 1001)


async def _backs_off(target: AgentTarget, check: Check, clause: str, how: int | None) -> None:
    """Fail seven dials with a status, or end seven connections with a close code or without; look at the waits."""
    failures = 7
    await target.fresh()
    ends, begins = [trio.current_time()], []
    if how is not None and how < 1000:
        target.server.behaviour.refuse_dials = [(how, _REFUSAL)] * (failures - 1)
    since = len(target.server.dials)
    for number in range(failures):
        live = target.server.live
        if live is not None and how is not None and how >= 1000:
            await live.ws.close(how, "kit")
        elif live is not None:
            live.ws.abort()
        ends.append(trio.current_time())
        with check.about(clause, f"dial {number + 1} after the last failure"):
            dial = await _dial(target, since + number, min(DEFAULTS["backoff_most"], 2.0**number) + JITTER)
        begins.append(dial.at)
        if dial.status == 101:
            await target.connection(10)
    gaps = [begin - end for begin, end in zip(begins, ends[1:], strict=True)]
    # With a backoff that grows, waits are together shorter than this once in 700,000 runs; without, always.
    check.that(sum(gaps) > failures, clause, "a backoff that doubles", [round(gap, 2) for gap in gaps])


@case("link/backoff-begins-anew", "LINK-041", role="agent", profile="full", deadline=300)
async def begins_anew_after_a_lasting_connection(target: AgentTarget, check: Check) -> None:
    """Once a connection has lasted 30 s the next wait is short again."""
    with check.about("LINK-041", "a socket in the end"):
        connection = await target.reconnected(150, refuse_dials=[(503, _REFUSAL)] * 6)
    await target.settle(DEFAULTS["link_ping_interval"] + JITTER)
    check.control(connection.closed is None, "the connection lasts", connection.closed)
    since = len(target.server.dials)
    connection.ws.abort()
    with check.about("LINK-041", "a dial within a second after a connection that had lasted"):
        await _dial(target, since, 1 + JITTER)


@case("link/dial-given-up", "LINK-040", role="agent", profile="full", deadline=60)
async def gives_up_a_dial(target: AgentTarget, check: Check) -> None:
    """A dial that is not answered is given up after 10 s, and another one follows."""
    since = len(target.server.dials)
    target.server.behaviour.hang_dials = 1
    live = target.server.live
    if live is not None:
        live.ws.abort()
    first = await _dial(target, since, 10)
    with check.about("LINK-040", "another dial after 10 s without an answer"):
        second = await _dial(target, since + 1, DEFAULTS["link_dial_timeout"] + 1 + JITTER)
    check.control(first.status == 0, "the first dial got no answer", first.status)
    waited = second.at - first.at
    check.that(waited > 9, "LINK-040", "10 s of patience", f"{waited:.1f} s")


@case("link/greeting-awaited", "LINK-029", role="agent", requires=(DOCUMENTED,), profile="full", deadline=120)
async def gives_up_a_socket_without_greeting(target: AgentTarget, check: Check) -> None:
    """A socket without `connected` is given up 60 s after the upgrade, not before."""
    connection = await target.fresh(greet=False)
    opened = trio.current_time()
    await _gone(target, connection, check, "LINK-029", "the end of a socket without a greeting")
    waited = trio.current_time() - opened
    check.that(waited > 55, "LINK-029", "60 s of patience", f"{waited:.1f} s")


@case("link/silence", "LINK-035", role="agent", profile="full", deadline=120)
async def gives_up_a_silent_socket(target: AgentTarget, check: Check) -> None:
    """A socket on which nothing arrives, not even PONG, is given up after 60 s, not before."""
    connection = await target.connection()
    await connection.ping()
    connection.fall_silent()
    since = len(target.server.dials)
    began = trio.current_time()
    with check.about("LINK-035", "another dial after 60 s of silence"):
        dial = await _dial(target, since, DEFAULTS["link_transport_silence"] + 1 + 3 * JITTER)
    waited = dial.at - began
    check.that(waited > 54, "LINK-035", "60 s of patience", f"{waited:.1f} s")


@case("link/transport-ping", "LINK-035 LINK-023", role="agent", profile="full", deadline=180)
async def sends_protocol_pings(target: AgentTarget, check: Check) -> None:
    """A protocol PING comes every 54 s, and a socket with little else on it stays."""
    connection = await target.fresh()
    opened = trio.current_time()
    await target.settle(2 * DEFAULTS["link_transport_ping"] + JITTER)
    times = [opened, *connection.pings]
    check.that(len(connection.pings) >= 2, "LINK-035", "a PING every 54 s", f"{len(connection.pings)} in 111 s")
    gaps = [later - earlier for earlier, later in pairwise(times)]
    longest = max(gaps, default=0.0)
    check.that(longest < 54 + JITTER, "LINK-035", "at most 54 s between PINGs", f"{longest:.1f} s")
    check.that(connection.closed is None, "LINK-035", "the socket stays", connection.closed)
    check.that(
        connection.closed is None, "LINK-023", "connected ends the greeting: the socket stays", connection.closed
    )


@case("link/late-result", "LINK-056", role="agent")
async def drops_results_without_a_socket(target: AgentTarget, check: Check) -> None:
    """The result of a terminal command that comes up while there is no socket is not sent on the next one."""
    connection = await target.connection()
    terminal = target.absent(connection)
    identity = await terminal.ask_start()
    connection.ws.abort()
    other = await target.reconnected()
    fresh = await other.command("kit_unheard_of", {})
    with check.about("LINK-055", "the result of a new command"):
        await other.result(fresh)
    await target.settle(1)
    await other.ping()
    check.that(identity not in other.results, "LINK-056", "no result of a command from before", identity)


async def _gone(target: AgentTarget, connection: Connection, check: Check, clause: str, what: str) -> None:
    with check.about(clause, what):
        closed = await target.server.bell.until(lambda: connection.closed, target.timing.seconds(60 + 2 * JITTER))
        if closed is None:
            raise NothingCame(what, "the socket is still open")
