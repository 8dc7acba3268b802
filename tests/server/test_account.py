"""Logging in and out, second factors, refresh tokens: what is let in, and what is not."""

from __future__ import annotations

import base64
from typing import Any

import jwt
import pytest
import trio

from breeze_server import schema
from breeze_server.tokens import AccessTokens


def test_login_without_a_second_factor_leads_to_its_setup(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person(mfa=False)
        answer = await person.log_in()
        assert answer.body["requiresSetup"] is True
        assert answer.body["tokens"]["expiresInSeconds"] == 900
        cookies = [value for name, value in answer.headers if name == "set-cookie"]
        assert any("breeze_refresh_token=" in c and "HttpOnly" in c and "Path=/api/v1/auth" in c for c in cookies)

        refused = await person.call("GET", "/remote/sessions")
        assert (refused.status, refused.body["error"]) == (403, "MFA required")

    on_server(body)


def test_second_factor_opens_what_is_gated(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person()

        assert (await person.call("GET", "/remote/sessions")).status == 200
        me = (await person.call("GET", "/auth/me")).body["user"]
        assert (me["mfaEnabled"], me["permissions"]) == (True, ["devices:read", "remote:access"])

    on_server(body)


def test_unknown_and_wrong_are_told_alike(on_server: Any) -> None:
    async def body(house: Any) -> None:
        await house.person(mfa=False)
        wrong = await house.call("POST", "/auth/login", {"email": "tech@example.com", "password": "no"})
        unknown = await house.call("POST", "/auth/login", {"email": "nobody@example.com", "password": "no"})

        assert wrong.status == unknown.status == 401
        assert wrong.body == unknown.body == {
            "error": "Invalid email or password", "message": "Invalid email or password", "code": "LOGIN_FAILED",
        }  # fmt: skip

    on_server(body)


def test_guessing_is_stopped_and_forgiven_after_the_window(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person(mfa=False)
        for _ in range(3):
            assert (await house.call("POST", "/auth/login", {"email": person.email, "password": "x"})).status == 401
        right = {"email": person.email.upper(), "password": house.password}
        flooded = await house.call("POST", "/auth/login", right)

        assert flooded.status == 429
        assert 0 < int(flooded.header("retry-after")) <= 301
        async with house.from_elsewhere() as elsewhere:
            # Somebody else's guesses do not lock the person out.
            assert (await elsewhere.call("POST", "/auth/login", right)).status == 200
        await trio.sleep(301)
        assert (await house.call("POST", "/auth/login", right)).status == 200

    on_server(body, limits={"login_failures": 3})


def test_challenge_is_good_once_and_not_for_long(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person()
        login = {"email": person.email, "password": house.password}
        challenge = (await house.call("POST", "/auth/login", login)).body["tempToken"]
        good = {"tempToken": challenge, "code": person.code()}
        assert (await house.call("POST", "/auth/mfa/verify", good)).status == 200
        again = await house.call("POST", "/auth/mfa/verify", good)
        assert (again.status, again.body["error"]) == (401, "Invalid or expired MFA session")

        late = (await house.call("POST", "/auth/login", login)).body["tempToken"]
        await trio.sleep(301)
        answer = await house.call("POST", "/auth/mfa/verify", {"tempToken": late, "code": person.code()})
        assert answer.body["code"] == "MFA_SESSION_INVALID"

    on_server(body)


def test_challenge_dies_of_wrong_codes(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person()
        login = {"email": person.email, "password": house.password}
        challenge = (await house.call("POST", "/auth/login", login)).body["tempToken"]
        codes = []
        wrong = "000000" if person.code() != "000000" else "000001"
        for code in [wrong] * 6 + [person.code()]:
            answer = await house.call("POST", "/auth/mfa/verify", {"tempToken": challenge, "code": code})
            codes.append(answer.body["code"])

        assert codes == ["MFA_CODE_INVALID"] * 5 + ["MFA_SESSION_INVALID"] * 2

    on_server(body)


def test_used_code_is_not_good_from_elsewhere(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person()
        async with house.from_elsewhere() as thief:
            login = {"email": person.email, "password": house.password}
            challenge = (await thief.call("POST", "/auth/login", login)).body["tempToken"]
            answer = await thief.call("POST", "/auth/mfa/verify", {"tempToken": challenge, "code": person.code()})
            assert answer.body["code"] == "MFA_CODE_INVALID"
            await trio.sleep(90)
            challenge = (await thief.call("POST", "/auth/login", login)).body["tempToken"]
            answer = await thief.call("POST", "/auth/mfa/verify", {"tempToken": challenge, "code": person.code()})
            assert answer.status == 200

    on_server(body)


def test_recovery_code_is_good_once(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person(mfa=False)
        recovery = (await person.enable_mfa()).body["recoveryCodes"]
        assert len(set(recovery)) == 10
        login = {"email": person.email, "password": house.password}
        statuses = []
        for _ in range(2):
            challenge = (await house.call("POST", "/auth/login", login)).body["tempToken"]
            verify = {"tempToken": challenge, "code": recovery[0].lower()}
            statuses.append((await house.call("POST", "/auth/mfa/verify", verify)).status)
        assert statuses == [200, 401]

    on_server(body)


def test_refresh_rotates_and_a_spent_token_ends_its_family(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person()
        first = person.cookies
        header = ("x-breeze-csrf", first["breeze_csrf_token"])

        async def refresh(cookies: dict[str, str], *headers: tuple[str, str]) -> Any:
            cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
            return await house.call("POST", "/auth/refresh", headers=[("Cookie", cookie), *headers])

        assert (await refresh(first)).body["code"] == "CSRF_MISSING"
        assert (await refresh(first, ("x-breeze-csrf", "other"))).body["code"] == "CSRF_MISMATCH"
        second = await refresh(first, header)
        assert second.status == 200
        person.token = second.body["tokens"]["accessToken"]
        assert (await person.call("GET", "/remote/sessions")).status == 200

        reused = await refresh(first, header)
        assert (reused.status, reused.body["error"]) == (401, "Invalid refresh token")
        cookies = second.cookies()
        after = await refresh(cookies, ("x-breeze-csrf", cookies["breeze_csrf_token"]))
        assert after.status == 401
        assert (await person.call("GET", "/auth/me")).body["code"] == "TOKEN_INVALID"

    on_server(body)


def test_client_without_a_csrf_cookie_needs_the_header_only(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person(mfa=False)
        cookie = ("Cookie", f"breeze_refresh_token={person.cookies['breeze_refresh_token']}")
        assert (await house.call("POST", "/auth/refresh", headers=[cookie, ("x-breeze-csrf", "1")])).status == 200

    on_server(body)


def test_logout_ends_the_token_at_once(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person()
        assert (await person.call("POST", "/auth/logout")).status == 200

        assert (await person.call("GET", "/auth/me")).status == 401
        cookie = ("Cookie", f"breeze_refresh_token={person.cookies['breeze_refresh_token']}")
        assert (await house.call("POST", "/auth/refresh", headers=[cookie, ("x-breeze-csrf", "1")])).status == 401

    on_server(body)


def test_access_token_ends_with_its_time(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person()
        await trio.sleep(50)
        assert (await person.call("GET", "/auth/me")).status == 200
        await trio.sleep(11)
        assert (await person.call("GET", "/auth/me")).body["code"] == "TOKEN_INVALID"

    on_server(body, limits={"access_token_life": 60})


@pytest.mark.parametrize(
    "mutate",
    [
        lambda head, body, sign: f"{head}.{body}.{sign[:-2]}AA",
        lambda head, body, sign: f"{head}.{body}x.{sign}",
        lambda head, body, sign: f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.",
        lambda head, body, sign: f"{head}.{body}",
        lambda head, body, sign: f"{segment(b'[' * 2000)}.{body}.{sign}",
        lambda head, body, sign: f"{segment(b'{' + bytes([34]) + b'alg')}.{body}.{sign}",
        lambda head, body, sign: "é" * 40,
        lambda head, body, sign: "a" * 5000,
    ],
)
def test_forged_token_is_refused(on_server: Any, mutate: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person(mfa=False)
        services = house.services
        assert services.tokens.read(person.token, services.now) is not None

        assert services.tokens.read(mutate(*person.token.split(".")), services.now) is None

    on_server(body)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize(
    ("changed", "good"),
    [
        ({}, True),
        ({"iat": 160, "nbf": 900}, True),
        ({"iat": 161}, False),
        ({"exp": 101}, True),
        ({"exp": 100}, False),
        ({"exp": None}, False),
        ({"type": "refresh"}, False),
        ({"iss": "other"}, False),
        ({"aud": "other"}, False),
        ({"aud": ["breeze-api", "other"]}, False),
        ({"sub": 7}, False),
        ({"mfa": "yes"}, False),
    ],
)
def test_token_is_ours_by_every_claim_and_one_algorithm(changed: dict[str, Any], good: bool, algorithm: str) -> None:
    ours = AccessTokens(bytes(64), 900.0)
    user = {"id": "user", "email": "a@example.com", "role_id": "role", "org_id": "org"}
    options: Any = {"verify_signature": False}
    claims = jwt.decode(ours.sign(user, "login", True, 100.0), options=options) | changed
    claims = {name: value for name, value in claims.items() if name == "partnerId" or value is not None}
    token = jwt.encode(claims, bytes(64), algorithm)

    assert (ours.read(token, 100.0) is not None) is (good and algorithm == "HS256")


def segment(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_disabled_person_is_out_at_once(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person()
        await house.set(schema.users, schema.users.c.email == person.email, status="disabled")

        assert (await person.call("GET", "/auth/me")).body["code"] == "ACCOUNT_INACTIVE"
        login = await house.call("POST", "/auth/login", {"email": person.email, "password": house.password})
        assert login.status == 401

    on_server(body)


def test_activation_code_is_good_once_and_not_for_ever(on_server: Any) -> None:
    async def body(house: Any) -> None:
        first = house.ready.first_run
        asked = {"email": first.email, "code": first.activation_code, "newPassword": "long enough words"}
        wrong = await house.call("POST", "/auth/activate", asked | {"code": "not the code"})
        assert (wrong.status, wrong.body["code"]) == (401, "ACTIVATION_INVALID")
        assert (await house.call("POST", "/auth/activate", asked | {"newPassword": "short"})).status == 400
        assert (await house.call("POST", "/auth/activate", asked)).status == 200
        assert (await house.call("POST", "/auth/activate", asked)).status == 401

    async def late(house: Any) -> None:
        first = house.ready.first_run
        await trio.sleep(61)
        asked = {"email": first.email, "code": first.activation_code, "newPassword": "long enough words"}
        assert (await house.call("POST", "/auth/activate", asked)).status == 401

    on_server(body)
    on_server(late, limits={"activation_life": 60})


def test_password_guesses_at_the_setup_count(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person(mfa=False)
        answers = [await person.call("POST", "/auth/mfa/setup", {"currentPassword": "x"}) for _ in range(4)]
        assert [answer.status for answer in answers] == [401, 401, 401, 429]

    on_server(body, limits={"login_failures": 3})


def test_setup_is_refused_once_enabled(on_server: Any) -> None:
    async def body(house: Any) -> None:
        person = await house.person()
        again = await person.call("POST", "/auth/mfa/setup", {"currentPassword": house.password})
        assert (again.status, again.body["code"]) == (409, "MFA_ALREADY_ENABLED")
        enable = {"currentPassword": house.password, "code": person.code()}
        assert (await person.call("POST", "/auth/mfa/enable", enable)).status == 409

    on_server(body)
