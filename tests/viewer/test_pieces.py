"""The parts that need no server: escapes, the screen's modes, tables, what is kept."""

import os
import stat

import pytest
import trio
import trio.testing

from breeze_protocol.errors import BreezeError
from breeze_transport.account_session import TokenSet
from breeze_transport.api import ApiError
from breeze_transport.visible import visible
from breeze_viewer.account import read_account_file, totp
from breeze_viewer.escape import Escapes, Wish
from breeze_viewer.kept import Kept, KeptLogin
from breeze_viewer.screen import Screen
from breeze_viewer.table import ago, aligned, amount, span
from breeze_viewer.words import explain, explain_close


@pytest.mark.parametrize(
    ("typed", "sent", "wishes"),
    [
        ([b"~."], b"", [Wish.LEAVE]),
        ([b"~", b"."], b"", [Wish.LEAVE]),
        ([b"ls\r~."], b"ls\r", [Wish.LEAVE]),
        ([b"ls\r", b"~", b"?", b"pwd"], b"ls\rpwd", [Wish.HELP]),
        ([b"~~"], b"~", []),
        ([b"~/bin"], b"~/bin", []),
        ([b"cd ~."], b"cd ~.", []),
        ([b"a", b"~."], b"a~.", []),
        ([b"x\r", b"y", b"~."], b"x\ry~.", []),
        ([b"~.rm -rf"], b"", [Wish.LEAVE]),
        ([b"~~."], b"~.", []),
    ],
)
def test_a_tilde_is_an_escape_only_where_a_line_begins(typed: list[bytes], sent: bytes, wishes: list[Wish]) -> None:
    escapes = Escapes()
    results = [escapes.feed(piece) for piece in typed]
    assert b"".join(result[0] for result in results) == sent
    assert [wish for result in results for wish in result[1]] == wishes


def test_modes_that_the_far_side_left_on_are_undone() -> None:
    screen = Screen()
    screen.note(b"\x1b[?1049h\x1b[?25l text \x1b[?20")
    screen.note(b"04h\x1b[?1000;1006h")
    screen.note(b"\x1b[?1000l")
    back = screen.undo()
    assert set(back.split(b"\x1b")[1:]) == {b"[?1049l", b"[?25h", b"[?2004l", b"[?1006l", b"[0m"}
    assert screen.undo() == b""


def test_a_screen_left_in_order_is_left_alone() -> None:
    screen = Screen()
    for byte in b"\x1b[?1049hvim\x1b[?1049l\x1b[?25l\x1b[?25h\x1b[31mred":
        screen.note(bytes((byte,)))
    assert screen.undo() == b""


def test_control_characters_become_visible() -> None:
    assert visible("a\x1b[2J\x9b\x7f\u202e\nb") == "a␛[2J\\u009b␡\\u202e␊b"
    assert len(visible("x" * 1000)) == 500


def test_columns_are_aligned_by_what_the_screen_shows() -> None:
    assert aligned(("NAME", "ID"), [("機械", "1"), ("a\x1b", "2"), ("e\u0301tat", "3")]).splitlines() == [
        "NAME  ID",
        "機械  1",
        "a␛    2",
        "e\u0301tat  3",
    ]


def test_times_are_said_as_people_say_them() -> None:
    base = 1_767_225_600.0
    assert ago("2026-01-01T00:00:00Z", base + 2) == "just now"
    assert ago("2026-01-01T00:00:00.000Z", base + 200) == "3 min ago"
    assert ago("2026-01-01T00:00:00Z", base + 3600 * 2 + 60 * 5) == "2 h 5 min ago"
    assert ago(None, base) == "-"
    assert ago("soon\x1b", base) == "soon␛"
    assert [span(0), span(59.9), span(61), span(86400 * 4)] == ["0 s", "59 s", "1 min 1 s", "4 d"]
    assert [amount(None), amount(5), amount(2048), amount(50 << 20)] == ["-", "5 B", "2.0 KiB", "50 MiB"]


def test_the_codes_are_those_of_the_rfc() -> None:
    assert totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1111111109) == "081804"
    with pytest.raises(BreezeError, match="cannot be used"):
        totp("not base32!", 0)


def test_what_is_kept_is_for_its_owner_only(tmp_path) -> None:
    login = KeptLogin(tmp_path / "state" / "login.json")
    login.write(Kept("http://x", "a@b", TokenSet("access", 5.0, "refresh", "csrf")))
    assert stat.S_IMODE(os.stat(login.path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(login.path.parent).st_mode) == 0o700
    assert login.read().tokens.refresh_token == "refresh"
    os.chmod(login.path, 0o640)
    assert login.read() is None
    os.chmod(login.path, 0o600)
    login.path.write_text("{damaged")
    assert login.read() is None
    login.forget()
    login.forget()
    assert login.read() is None


def test_a_second_command_waits_its_turn(tmp_path) -> None:
    login = KeptLogin(tmp_path / "login.json")
    order = []

    async def renew(name: str, seconds: float) -> None:
        async with login.alone():
            order.append(f"{name} in")
            await trio.sleep(seconds)
            order.append(f"{name} out")

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(renew, "a", 3)
            nursery.start_soon(renew, "b", 3)

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
    assert [word.split()[1] for word in order] == ["in", "out", "in", "out"]


def test_an_account_file_may_have_other_lines(tmp_path) -> None:
    path = tmp_path / "account"
    path.write_text('starting…\n[1]\n{"url": "http://x", "password": "p"}\n')
    assert read_account_file(path)["url"] == "http://x"
    path.write_text("nothing")
    with pytest.raises(BreezeError, match="JSON object"):
        read_account_file(path)
    with pytest.raises(BreezeError, match="No such file"):
        read_account_file(tmp_path / "none")


def test_a_refusal_says_what_to_do() -> None:
    mfa = ApiError.of(403, [], b'{"error":"MFA required","message":"MFA required"}')
    assert mfa.code == "MFA_REQUIRED"
    assert "breeze login" in explain(mfa)
    body = b'{"error":"Too many","code":"SESSION_LIMIT_USER","currentCount":5,"maxAllowed":5}'
    assert "5 of 5 are in use" in explain(ApiError.of(429, [("retry-after", "9")], body))
    assert "in 9 s" in explain(ApiError.of(429, [("retry-after", "9")], b"{}"))
    body = b'{"error":"No","code":"VALIDATION_FAILED","details":[{"path":"$.a","message":"bad\\u001b"}]}'
    assert explain(ApiError.of(400, [], body)).endswith("$.a: bad␛")
    assert "status 502" in explain(ApiError.of(502, [], b"<html>"))


def test_a_close_is_explained_by_the_error_before_it() -> None:
    assert explain_close(4010, "Session ended", ("SESSION_ENDED_NOTICE", "ended by Eve")) == (
        "ended by Eve (SESSION_ENDED_NOTICE)"
    )
    assert "taken over" in explain_close(4009, "Superseded", None)
    assert "4321" in explain_close(4321, "", None)
