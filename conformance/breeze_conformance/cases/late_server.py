"""What takes minutes, or locks something for a while, judged at a server last of all."""

from __future__ import annotations

from typing import Any

import attrs
import pyotp
import trio

from breeze_conformance.case import Check, case
from breeze_conformance.cases.account_server import wrong_code
from breeze_conformance.cases.link_server import beat
from breeze_conformance.cases.link_socket_server import status
from breeze_conformance.cases.ticket_server import denied, opens
from breeze_conformance.target_server import Identity, ServerTarget
from breeze_conformance.target_server_calls import refused
from breeze_protocol import errors as e


@attrs.define
class Early:
    """What was made for the cases of this module, and when."""

    at: float
    temp: str
    """A challenge."""
    device: Identity
    """A device whose token was rotated."""
    old_token: str
    session_id: str
    """A session that stays pending."""
    ticket: str
    other_id: str
    """Another session that stays pending."""

    async def wait(self, seconds: float) -> None:
        """Sleep until so many seconds after the beginning."""
        await trio.sleep_until(self.at + seconds)


async def early(t: ServerTarget, check: Check) -> Early:
    """Make it, or find it made by the case before."""
    if t.kept is not None:
        found: Early = t.kept
        return found
    challenge = await t.calls.password()
    temp = challenge.field("tempToken")
    check.control(isinstance(temp, str), "a right password is challenged", challenge)
    device = await t.identity()
    agent = await t.agent(identity=device)
    answer = await t.calls.call(
        "agent_rotate_token", (("authorization", f"Bearer {device.token}"),), agentId=device.agent_id
    )
    old, device.token = device.token, str(answer.field("authToken"))
    # Not through the target, which would end it after the case.
    created = await t.calls.mine("session_create", {"deviceId": agent.device_id, "type": "terminal"})
    session_id = str(created.field("id"))
    created = await t.calls.mine("session_create", {"deviceId": agent.device_id, "type": "terminal"})
    other_id = str(created.field("id"))
    made = Early(trio.current_time(), temp, device, old, session_id, await t.ticket(session_id), other_id)
    t.kept = made
    return made


@case("late/ticket-expires", "ACCT-043 ACCT-040", role="server", profile="full", deadline=90)
async def ticket_expires(t: ServerTarget, check: Check) -> None:
    """A ticket is good for 60 s and no longer."""
    made = await early(t, check)
    await made.wait(10)
    session_id = await t.session(await t.agent())
    ticket = await t.ticket(session_id)
    await made.wait(62)
    await opens(t, check, session_id, ticket)
    await denied(t, check, made.session_id, made.ticket, "ACCT-043", "a ticket of 62 s ago")
    shown = await t.details(made.session_id)
    check.equal("pending", shown.get("status"), "ACCT-043", "its session is still pending, so it is the age")


@case("late/deadline-begins-anew", "SESS-014 SESS-012", role="server", profile="full", deadline=200)
async def deadline_begins_anew(t: ServerTarget, check: Check) -> None:
    """The deadline of a pending session begins anew with a viewer's socket."""
    made = await early(t, check)
    check.control(trio.current_time() - made.at < 112, "the session is still pending")
    await made.wait(105)
    agent = await t.agent(identity=made.device)
    await t.viewer(made.other_id)
    await agent.command("terminal_start", made.other_id)
    await made.wait(124)
    shown = await t.details(made.other_id)
    check.equal("pending", shown.get("status"), "SESS-014", "124 s after its creation, 19 s after the socket")


@case("late/pending-expires", "SESS-012 SESS-019", role="server", profile="full", deadline=200)
async def pending_expires(t: ServerTarget, check: Check) -> None:
    """A session that nothing happens to fails after 120 s."""
    made = await early(t, check)
    if trio.current_time() - made.at < 115:
        await made.wait(115)
        shown = await t.details(made.session_id)
        check.equal("pending", shown.get("status"), "SESS-012", "after 115 s it is still pending")
    await made.wait(122)
    shown = await t.settled(made.session_id, "failed")
    check.equal("failed", shown.get("status"), "SESS-012", "after 120 s it has failed")
    lasted = shown.get("durationSeconds")
    near = isinstance(lasted, int) and 119 <= lasted <= 125
    check.that(near, "SESS-019", "it has lasted from its creation to its deadline", lasted)
    check.that(bool(shown.get("errorMessage")), "SESS-037", "the reason is kept", shown.get("errorMessage"))


@case("late/liveness", "LINK-033 LINK-034 TERM-025 TERM-026", role="server", profile="full", deadline=120)
async def liveness(t: ServerTarget, check: Check) -> None:
    """Agents and viewers are asked for signs of life; those that give none are closed with 4008."""
    began = trio.current_time()
    silent, alive = await t.agent(), await t.agent()
    silent.answer_pings = False
    agent, viewer, _ = await t.terminal(agent=alive)
    _, mute, other_id = await t.terminal(agent=agent)
    _, gone, gone_id = await t.terminal(agent=agent)
    mute.answer_pings = gone.answer_pings = False
    for recorder, clause in ((silent, "LINK-033"), (viewer, "TERM-025")):
        with check.about(clause, f"a ping comes to the {recorder.label} after 30 s"):
            await recorder.next("ping", seconds=36)
        passed = trio.current_time() - began
        check.that(passed >= 25, clause, "and not much sooner", f"after {passed:.1f} s")
    for recorder, clause in ((silent, "LINK-034"), (mute, "TERM-026")):
        with check.about(clause, f"the silent {recorder.label} is closed"):
            end = await recorder.end(seconds=75 - (trio.current_time() - began))
        passed = trio.current_time() - began
        check.equal(4008, end.code, clause, f"the silent {recorder.label} is closed with 4008")
        check.that(passed >= 40, clause, "not before 40 s", f"after {passed:.1f} s")
    check.equal("offline", await status(t, silent, "offline"), "LINK-026", "the silent agent's device is offline")
    for recorder, clause in ((alive, "LINK-033"), (viewer, "TERM-026")):
        await trio.sleep(1)
        check.equal(None, recorder.ended, clause, f"the {recorder.label} that answers stays")
    lost = await t.details(other_id)
    check.equal("active", lost.get("status"), "SESS-018", "the mute viewer counts as lost: its session waits for it")
    await agent.output(other_id, b"meanwhile")
    await agent.barrier()
    again = await t.viewer(other_id)
    with check.about("TERM-038", "it can be resumed, with what was written meanwhile"):
        await again.next("connected")
        await again.output(b"meanwhile")
    with check.about("TERM-026", "the other mute viewer's PTY is stopped after 15 s"):
        await agent.until(lambda: bool(agent.commands(gone_id, "terminal_stop")), "terminal_stop", seconds=20)
    shown = await t.settled(gone_id, "failed")
    check.equal("failed", shown.get("status"), "TERM-026", "and its session fails")


@case("late/challenge-expires", "ACCT-004", role="server", profile="full", deadline=340)
async def challenge_expires(t: ServerTarget, check: Check) -> None:
    """A challenge is good for 300 s and no longer."""
    made = await early(t, check)
    await made.wait(285)
    answer = await t.calls.call("mfa_verify", body={"code": wrong_code(t), "tempToken": made.temp})
    refused(check, answer, e.MFA_CODE_INVALID, "ACCT-004", "after 285 s the challenge is still open")
    answer = await beat(t, made.device, token=made.old_token)
    check.equal(200, answer.status, "LINK-016", "after 285 s the old token is still good")
    await made.wait(303)
    code = pyotp.TOTP(t.accounts["totp_secret"]).at(int(t.world.wall.now()))
    answer = await t.calls.call("mfa_verify", body={"code": code, "tempToken": made.temp})
    refused(check, answer, e.MFA_SESSION_INVALID, "ACCT-004", "after 303 s it is over")


@case("late/old-token-expires", "LINK-016", role="server", profile="full", deadline=340)
async def old_token_expires(t: ServerTarget, check: Check) -> None:
    """After a rotation the old token is good for 300 s and no longer."""
    made = await early(t, check)
    await made.wait(303)
    answer = await beat(t, made.device, token=made.old_token)
    refused(check, answer, e.AGENT_CREDENTIALS, "LINK-016", "after 303 s the old token is void")
    check.equal(200, (await beat(t, made.device)).status, "LINK-016", "the new one is good")


@case("late/wrong-codes", "ACCT-005", role="server", profile="full", deadline=60)
async def wrong_codes(t: ServerTarget, check: Check) -> None:
    """Five wrong codes end a challenge: after them not even the right code is looked at."""
    # Late in the run: the failures of other cases have left the window of 300 s, after which they lock nothing.
    challenge = await t.calls.password()
    temp = challenge.field("tempToken")
    check.control(isinstance(temp, str), "a right password is challenged", challenge)
    for number in range(5):
        answer = await t.calls.call("mfa_verify", body={"code": wrong_code(t), "tempToken": temp})
        refused(check, answer, e.MFA_CODE_INVALID, "ACCT-005", f"wrong code {number + 1} of 5 is refused as such")
    generator = pyotp.TOTP(t.accounts["totp_secret"])
    right = generator.at(int(t.world.wall.now()))
    answer = await t.calls.call("mfa_verify", body={"code": right, "tempToken": temp})
    refused(check, answer, e.MFA_SESSION_INVALID, "ACCT-005", "the challenge is over after five wrong codes")


@case("late/login-flood", "ACCT-006 ACCT-001", role="server", profile="full", deadline=60)
async def login_flood(t: ServerTarget, check: Check) -> None:
    """After ten failures a log-in is refused without a look at the password. The address is nobody's."""
    await t.calls.login()
    body: dict[str, Any] = {"email": f"kit-{t.world.entropy.token_hex(6)}@kit.example", "password": "wrong"}
    for number in range(1, 11):
        answer = await t.calls.call("login", body=body)
        if not refused(check, answer, e.LOGIN_FAILED, "ACCT-006", f"failure {number} of 10 is refused as such"):
            return
    answer = await t.calls.call("login", body=body)
    refused(check, answer, e.LOGIN_RATE_LIMITED, "ACCT-006", "the next one is refused for the failures")


@case("late/enrolment-flood", "LINK-006", role="server", profile="full", deadline=120)
async def enrolment_flood(t: ServerTarget, check: Check) -> None:
    """After ten refused enrolments from one source within a minute a good one is refused, too."""
    await trio.sleep(61)
    for number in range(1, 11):
        answer = await t.enrol(enrollmentKey=t.world.entropy.token_hex(16))
        if not refused(
            check, answer, e.ENROLLMENT_KEY_UNKNOWN, "LINK-006", f"failure {number} of 10 is refused as such"
        ):
            return
    answer = await t.enrol()
    refused(check, answer, e.ENROLLMENT_RATE_LIMITED, "LINK-006", "the next one is refused for the failures")
