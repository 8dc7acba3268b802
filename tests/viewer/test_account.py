"""Logging in, staying logged in, and asking by endpoint, against a scripted server on a network in memory."""

import argparse
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest
import trio
import trio.testing

from breeze_protocol.errors import BreezeError, RemoteProtocolError, TransportError
from breeze_transport.account_session import NotLoggedIn
from breeze_transport.api import ApiError
from breeze_transport.seams import World, simulated_world
from breeze_viewer.account import Account, Prompt, find_account, open_connection
from breeze_viewer.devices import device_table, find_device, find_session
from breeze_viewer.kept import Kept, KeptLogin
from breeze_viewer.mfa import activate, set_up


def simulate(scripted: Any, work: Callable[[Any, World], Awaitable[None]]) -> None:
    async def main() -> None:
        world = simulated_world(1)
        server = scripted.Server(world)
        async with trio.open_nursery() as nursery:
            await nursery.start(server.run)
            await work(server, world)
            nursery.cancel_scope.cancel()

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))


def account(server: Any, path: Path | None = None, **more: Any) -> Account:
    given = {"email": "ada@example.org", "password": "correct", "totp_secret": None, "device_id": None, **more}
    return Account(server.url, kept=KeptLogin(path), **given)


def person(*answers: str) -> tuple[Prompt, list[str]]:
    """A person who answers so, then leaves; and what they were told and asked."""
    heard: list[str] = []
    left = list(answers)

    def answer(words: str) -> str:
        heard.append(words)
        if not left:
            raise EOFError
        return left.pop(0)

    return Prompt(answer, answer, heard.append, lambda: True), heard


nobody = Prompt(present=lambda: False)


def test_a_secret_answers_the_second_factor_and_the_log_in_is_kept(scripted, tmp_path) -> None:
    async def work(server: Any, world: World) -> None:
        given = account(server, tmp_path / "login", totp_secret=scripted.SECRET)
        for _ in range(2):
            async with open_connection(given, world, nobody) as connection:
                await connection.api.call("device_list")
        assert server.count("POST /auth/login") == 1
        assert server.count("GET /devices") == 2

    simulate(scripted, work)


def test_a_token_that_has_run_out_is_refreshed_before_it_is_used(scripted, tmp_path) -> None:
    async def work(server: Any, world: World) -> None:
        server.mfa = False
        async with open_connection(account(server, tmp_path / "login"), world, nobody) as connection:
            await connection.api.call("device_list")
            await trio.sleep(890)
            await connection.api.call("device_list")
        assert server.count("POST /auth/refresh") == 1
        assert server.count("GET /devices") == 2

    simulate(scripted, work)


def test_a_token_refused_as_invalid_is_renewed_once_and_the_call_repeated(scripted, tmp_path) -> None:
    async def work(server: Any, world: World) -> None:
        server.mfa = False
        async with open_connection(account(server, tmp_path / "login"), world, nobody) as connection:
            await connection.api.call("device_list")
            server.access.clear()
            await connection.api.call("device_list")
            assert server.count("POST /auth/refresh") == 1
            server.answers["GET /devices"] = [scripted.refusal("TOKEN_INVALID")] * 3
            with pytest.raises(ApiError, match="expired token"):
                await connection.api.call("device_list")
            assert len(server.answers["GET /devices"]) == 1

    simulate(scripted, work)


def test_two_commands_refresh_one_after_the_other(scripted, tmp_path) -> None:
    async def work(server: Any, world: World) -> None:
        server.mfa = False
        given = account(server, tmp_path / "login")
        async with (
            open_connection(given, world, nobody) as one,
            open_connection(given, world, nobody) as two,
        ):
            await one.api.call("device_list")
            await two.api.call("device_list")
            await trio.sleep(1000)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(one.api.call, "device_list")
                nursery.start_soon(two.api.call, "device_list")
        # The second one finds what the first one has put into the file; a refresh token used twice revokes them all.
        assert server.count("POST /auth/refresh") == 1
        assert server.count("POST /auth/login") == 1

    simulate(scripted, work)


def test_a_spent_refresh_token_leads_to_a_new_log_in(scripted, tmp_path) -> None:
    async def work(server: Any, world: World) -> None:
        server.mfa = False
        async with open_connection(account(server, tmp_path / "login"), world, nobody) as connection:
            await connection.api.call("device_list")
            server.refresh = "another"
            await trio.sleep(1000)
            await connection.api.call("device_list")
        assert server.count("POST /auth/login") == 2

    simulate(scripted, work)


def test_a_person_is_asked_again_after_a_wrong_password_and_a_wrong_code(scripted, tmp_path) -> None:
    async def work(server: Any, world: World) -> None:
        good = pyotp.TOTP(scripted.SECRET).at(int(world.wall.now()))
        prompt, heard = person("ada@example.org", "wrong", "ada@example.org", "correct", "000000", good)
        given = account(server, tmp_path / "login", email=None, password=None)
        async with open_connection(given, world, prompt) as connection:
            await connection.session.log_in_anew()
        assert any("Invalid email or password" in words for words in heard)
        assert any("Invalid MFA code" in words for words in heard)
        assert KeptLogin(tmp_path / "login").read().email == "ada@example.org"

    simulate(scripted, work)


def test_without_a_person_a_missing_password_is_said_in_words(scripted) -> None:
    async def work(server: Any, world: World) -> None:
        async with open_connection(account(server, password=None), world, nobody) as connection:
            with pytest.raises(NotLoggedIn, match="BREEZE_PASSWORD"):
                await connection.api.call("device_list")
        async with open_connection(account(server), world, nobody) as connection:
            with pytest.raises(NotLoggedIn, match="BREEZE_TOTP_SECRET"):
                await connection.api.call("device_list")
        async with open_connection(account(server, password="wrong"), world, nobody) as connection:
            with pytest.raises(ApiError, match="Invalid email or password"):
                await connection.api.call("device_list")
        assert server.count("POST /auth/login") == 2

    simulate(scripted, work)


def test_a_person_without_a_second_factor_is_led_to_one(scripted, tmp_path) -> None:
    async def work(server: Any, world: World) -> None:
        server.mfa, server.requires_setup = False, True
        setup = {"secret": "ABCDEFGH", "otpAuthUrl": "otpauth://x\x1b", "recoveryCodes": ["one", "two"]}
        enabled = {"success": True, "recoveryCodes": ["one", "two"], "message": "ok"}
        server.answers["POST /auth/mfa/setup"] = [(200, {}, setup)]
        server.answers["POST /auth/mfa/enable"] = [scripted.refusal("MFA_CODE_INVALID"), (200, {}, enabled)]
        prompt, heard = person("111111", "222222")
        async with open_connection(account(server, tmp_path / "login"), world, prompt) as connection:
            await connection.session.log_in_anew()
            assert connection.session.requires_setup
            await set_up(connection, prompt)
        told = "\n".join(heard)
        assert "ABCD EFGH" in told and "two" in told and "Invalid MFA code" in told
        assert "\x1b" not in told
        assert server.bodies[server.calls.index("POST /auth/mfa/setup")] == {"currentPassword": "correct"}

    simulate(scripted, work)


def test_a_new_account_gets_its_password_by_the_code(scripted, tmp_path) -> None:
    async def work(server: Any, world: World) -> None:
        server.mfa = False
        server.answers["POST /auth/activate"] = [(200, {}, {"success": True})]
        prompt, heard = person("short", "long enough it is", "another one it is", "correct horse", "correct horse")
        given = account(server, tmp_path / "login", password=None)
        async with open_connection(given, world, prompt) as connection:
            await activate(connection, "code-code", prompt)
        assert server.bodies[-1] == {"email": "ada@example.org", "code": "code-code", "newPassword": "correct horse"}
        assert "That is too short." in heard and "The two differ." in heard

    simulate(scripted, work)


def test_a_device_is_found_by_name_and_by_the_beginning_of_its_id(scripted, tmp_path) -> None:
    async def work(server: Any, world: World) -> None:
        server.mfa = False
        async with open_connection(account(server, tmp_path / "login"), world, nobody) as connection:
            assert await find_device(connection.api, "BOX") == scripted.DEVICE
            assert await find_device(connection.api, "2222") == scripted.OTHER
            # A whole id needs no list, which not everybody may see.
            before = server.count("GET /devices")
            assert await find_device(connection.api, scripted.OTHER.upper()) == scripted.OTHER
            assert server.count("GET /devices") == before
            assert await find_session(connection.api, "33333333") == scripted.SESSION
            with pytest.raises(BreezeError, match="no device is called nope␛"):
                await find_device(connection.api, "nope\x1b")
            with pytest.raises(BreezeError, match="no device is called"):
                await find_device(connection.api, "1")
            rows = (await connection.api.call("device_list")).data
            table = device_table(rows, world.wall.now())
            assert "evil␛[2J" in table and "\x1b" not in table

    simulate(scripted, work)


def test_an_answer_that_is_not_the_endpoints_is_the_servers_fault(scripted, tmp_path) -> None:
    async def work(server: Any, world: World) -> None:
        server.mfa = False
        server.answers["GET /devices"] = [(200, {}, {"data": 5})]
        async with open_connection(account(server, tmp_path / "login"), world, nobody) as connection:
            with pytest.raises(RemoteProtocolError):
                await connection.api.call("device_list")
            with pytest.raises(KeyError):
                await connection.api.call("no_such_endpoint")

    simulate(scripted, work)


def test_a_log_in_that_cannot_be_kept_still_serves_this_command(scripted, tmp_path) -> None:
    (tmp_path / "file").touch()

    async def work(server: Any, world: World) -> None:
        server.mfa = False
        prompt, heard = person()
        given = account(server, tmp_path / "file" / "login")
        async with open_connection(given, world, prompt) as connection:
            await connection.api.call("device_list")
            with pytest.raises(BreezeError, match="cannot keep"):
                await connection.session.log_in_anew()
        assert "cannot keep the log-in" in heard[0]

    simulate(scripted, work)


def test_logging_out_forgets_even_where_the_server_is_gone(scripted, tmp_path) -> None:
    async def work(server: Any, world: World) -> None:
        server.mfa = False
        given = account(server, tmp_path / "login")
        async with open_connection(given, world, nobody) as connection:
            await connection.session.log_in_anew()
            world.network.kill("localhost", listeners=True)
            with pytest.raises(TransportError):
                await connection.session.log_out_and_forget()
        assert given.kept.read() is None

    simulate(scripted, work)


def test_what_is_said_nearer_counts_more(tmp_path) -> None:
    file = tmp_path / "account"
    file.write_text('{"url": "http://file/", "email": "file@x", "password": "p", "device_id": "d"}')
    options = argparse.Namespace(url=None, email="option@x", account=file)
    environment = {"BREEZE_URL": "http://environment", "BREEZE_TOTP_SECRET": "S", "HOME": str(tmp_path)}
    found = find_account(options, environment)
    assert (found.url, found.email, found.password, found.totp_secret) == ("http://file", "option@x", "p", "S")
    assert found.device_id == "d"
    assert "password" not in repr(found)
    options = argparse.Namespace(url=None, email=None, account=None)
    with pytest.raises(BreezeError, match="no server is named"):
        find_account(options, {"HOME": str(tmp_path)})
    KeptLogin.default({"HOME": str(tmp_path)}).write(Kept("http://kept", "kept@x"))
    assert find_account(options, {"HOME": str(tmp_path)}).email == "kept@x"
    assert find_account(options, environment).email is None
