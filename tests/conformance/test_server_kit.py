"""The kit judges servers: its own conforms, a faulty one fails over its clause, and a null one never passes."""

import json
from pathlib import Path

import pytest
import trio
import trio.testing

from breeze_conformance.case import Unready, Verdict, cases
from breeze_conformance.clause_text import clause_texts
from breeze_conformance.peers.null_servers import KINDS, null_server
from breeze_conformance.peers.server import open_peer
from breeze_conformance.peers.server_faults import FAULTS, QUIRKS, rules
from breeze_conformance.runner import Timing, run
from breeze_conformance.selftest_server import judge, judge_null, kill
from breeze_conformance.target_server import open_server, open_target, read_accounts
from breeze_conformance.target_server_calls import secretless
from breeze_transport.seams import live_world, simulated_world

QUICK = cases("server", profile="quick")

STRATA = [
    "ticket_raced",
    "ticket_refused_late",
    "unchecked:ticket:present:session_matches:holds",
    "signature_unchecked",
    "agent_token_for_people",
    "ungated:session_list",
    "permission_unasked:session_end",
    "mfa_unasked:session_ticket",
    "refresh_reusable",
    "logout_ignored",
    "validation_without_path",
    "any_agents_token",
    "close:link 4002",
    "no_ack",
    "hostname_steals_identity",
    "other_agents_output",
    "limits_raced",
    "counts_missing",
    "retry_after_missing",
    "edge:session:create:user_live:user_sessions:at_most",
    "foreign_is_403",
    "stale_ends_all",
    "duration_null",
    "end_unheard",
    "stop_unsent",
    "end_untold",
    "connected_at_once",
    "size_ignored",
    "output_reordered",
    "characters_split",
    "exit_status_lost",
    "never_resumed",
    "no_credit",
    "close:viewer 4010",
    "drop:terminal_relay:starting:data_received",
    "forget:terminal_relay:running:agent_lost:send_close",
    "edge:terminal_relay:data:characters:terminal_data:below",
]


def test_the_correct_server_conforms() -> None:
    found = judge(None, QUICK)
    assert found.unready is None
    assert [(each.case.name, each.findings) for each in found.bad] == []
    judged = [each for each in found.results if each.verdict is Verdict.PASS]
    assert len(judged) >= len(QUICK) - 2


@pytest.mark.parametrize("fault", STRATA)
def test_a_faulty_server_fails_over_its_clause(fault: str) -> None:
    found = kill(fault)
    assert found.noticed and found.unready is None
    assert found.named, f"{found.wanted} expected, failed: {found.by}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_null_server_never_conforms(kind: str) -> None:
    found = judge_null(kind, QUICK[:12])
    assert not found.clean
    assert not [each.case.name for each in found.results if each.verdict is Verdict.PASS]


def test_every_case_is_about_clauses_that_exist() -> None:
    known = clause_texts()
    if known:
        assert {each for case in cases("server") for each in case.clauses} - set(known) == set()


def test_every_clause_of_a_quirk_exists() -> None:
    known = clause_texts()
    if known:
        assert {each for because in QUIRKS.values() for each in because.split()} - set(known) == set()


def test_nothing_is_left_behind_after_a_run() -> None:
    async def perform() -> None:
        world = simulated_world(5)
        async with open_peer(world, rules(None)) as demo:
            async with open_target(demo.accounts["url"], demo.accounts, world, Timing()) as target:
                await run(target, cases("server", globs=["terminal/*", "session/l*"]), Timing(), again=False)
            await trio.testing.wait_all_tasks_blocked()
            store = demo.peer.store
            assert [each.id for each in store.sessions.values() if each.session.live] == []
            assert [each.id for each in store.devices.values() if each.link is not None] == []

    trio.run(perform, clock=trio.testing.MockClock(autojump_threshold=0))


def test_the_kit_judges_over_real_sockets() -> None:
    async def perform() -> None:
        world = live_world()
        slow = Timing(4.0)
        async with (
            open_peer(world, rules(None)) as demo,
            open_target(demo.accounts["url"], demo.accounts, world, slow) as target,
        ):
            chosen = cases("server", globs=["ticket/at-once", "terminal/output", "terminal/exit", "wire/un*"])
            results = await run(target, chosen, slow)
        assert [each.verdict for each in results] == [Verdict.PASS] * 4

    trio.run(perform)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense", "is not JSON"),
        ("[]", "lacks"),
        ('{"email": "a@b"}', "lacks password, enrollment_key"),
    ],
)
def test_a_bad_account_file_cannot_be_judged(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "accounts.json"
    path.write_text(text)
    with pytest.raises(Unready, match=says):
        read_accounts(path)
    with pytest.raises(Unready, match="cannot be read"):
        read_accounts(tmp_path / "none.json")


def unready(reach: str, **changes: str) -> str:
    """Why a target is not ready whose accounts were changed so."""

    async def perform() -> str:
        world = simulated_world(5)
        async with open_peer(world, rules(None)) as demo:
            accounts = {**demo.accounts, **changes}
            url = demo.accounts["url"] if reach == "peer" else reach
            try:
                async with open_target(url, accounts, world, Timing()):
                    return ""
            except* Unready as group:
                said = str(group.exceptions[0])
        return said

    return trio.run(perform, clock=trio.testing.MockClock(autojump_threshold=0))


def test_wrong_accounts_and_places_are_said_plainly() -> None:
    assert "refuses the log-in of" in unready("peer", password="wrong")
    assert "second factor" in unready("peer", totp_secret="KITZ" * 8)
    assert "cannot be reached" in unready("http://127.0.0.1:9")
    assert "URL is wrong" in unready("ftp://somewhere")


def test_an_account_file_without_a_place_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    path.write_text(json.dumps({"email": "a@b", "password": "x", "enrollment_key": "k"}))

    async def perform() -> None:
        async with open_server(None, path, live_world(), Timing()):
            raise AssertionError("nothing can be opened")

    with pytest.raises(Unready, match="where the server is"):
        trio.run(perform)


def test_reports_carry_no_passwords() -> None:
    text = secretless('POST /login {"email":"a","password":"hunter2"} 200 {"accessToken": "ey.x.y","ok":1}')
    assert "hunter2" not in text and "ey.x.y" not in text
    assert '"email":"a"' in text and '"ok":1' in text


def test_a_fault_by_name_changes_something() -> None:
    plain = rules(None)
    for name in list(FAULTS)[::50]:
        assert rules(name) != plain, name
    with pytest.raises(KeyError):
        rules("no such fault")


def test_an_unknown_null_server_is_an_error() -> None:
    async def perform() -> None:
        async with null_server(simulated_world(1), "no such kind"):
            raise AssertionError("nothing can be opened")

    with pytest.raises(ValueError, match="no such server"):
        trio.run(perform)
