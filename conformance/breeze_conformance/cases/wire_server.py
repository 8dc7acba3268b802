"""What holds for every request, judged at a server."""

from __future__ import annotations

import json
import re

import trio

from breeze_conformance.case import Check, case
from breeze_conformance.target_server import ServerTarget
from breeze_conformance.target_server_calls import Answer, refused
from breeze_protocol import errors as e


@case("wire/unknown-path", "WIRE-012 WIRE-011", role="server")
async def unknown_path(t: ServerTarget, check: Check) -> None:
    """A path that the server does not know is not found, in the one shape of errors."""
    login = await t.calls.login()
    for path in ("/api/v1/no/such/thing", "/api/v1/auth/loginn", "/api/v1/remote/sessions/x/y/z"):
        answer = await t.calls.raw("GET", path, login.bearer)
        refused(check, answer, e.NOT_FOUND, "WIRE-012", f"{path} is not found")


@case("wire/other-method", "WIRE-013", role="server")
async def other_method(t: ServerTarget, check: Check) -> None:
    """A method that a known path does not take is refused."""
    login = await t.calls.login()
    for method, path in (
        ("GET", "/api/v1/auth/login"),
        ("DELETE", "/api/v1/auth/me"),
        ("PATCH", "/api/v1/remote/sessions"),
        ("GET", "/api/v1/agents/enroll"),
    ):
        answer = await t.calls.raw(method, path, login.bearer)
        refused(check, answer, e.METHOD_NOT_ALLOWED, "WIRE-013", f"{method} {path} is refused")


@case("wire/body-too-large", "WIRE-014", role="server")
async def body_too_large(t: ServerTarget, check: Check) -> None:
    """A body larger than 1 MiB is refused."""
    filling = b" " * ((1 << 20) + 1)
    # A server need not read the rest of such a body, and then cannot keep the connection.
    last = (("connection", "close"),)
    answer = await t.calls.call("login", last, b'{"email":"a@kit.example","password":"x"}' + filling)
    refused(check, answer, e.BODY_TOO_LARGE, "WIRE-014", "a byte more than 1 MiB is refused")
    fits = b'{"email":"a@kit.example","password":""}'
    answer = await t.calls.call("login", body=fits + b" " * ((1 << 20) - len(fits)))
    check.equal(400, answer.status, "WIRE-014", "1 MiB is read, and then refused for what it says")


@case("wire/media-type", "WIRE-015", role="server")
async def media_type(t: ServerTarget, check: Check) -> None:
    """A body of another type than JSON is refused where JSON is expected."""
    body = json.dumps({"email": "a@kit.example", "password": ""}).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = await t.calls.call("login", (("content-type", kind),), body)
        refused(check, answer, e.UNSUPPORTED_MEDIA_TYPE, "WIRE-015", f"{kind} is refused")
    answer = await t.calls.call("login", (("content-type", "application/json; charset=utf-8"),), body)
    check.equal(400, answer.status, "WIRE-015", "parameters of the type do no harm")


@case("wire/not-json", "WIRE-001 WIRE-003 WIRE-010", role="server")
async def not_json(t: ServerTarget, check: Check) -> None:
    """What is no JSON text, or nests too deep, is refused."""
    login = await t.calls.login()
    deep = b'{"email":' + b"[" * 70 + b"]" * 70 + b',"password":"x"}'
    for body, clause in (
        (b"{", "WIRE-001"),
        (b"", "WIRE-001"),
        (b"{} {}", "WIRE-001"),
        (b'{"email":"\xff@kit.example","password":"x"}', "WIRE-001"),
        (b'{"email":NaN,"password":"x"}', "WIRE-001"),
        (deep, "WIRE-003"),
        (b"[" * 100_000, "WIRE-003"),
    ):
        answer = await t.calls.call("login", body=body)
        refused(check, answer, e.VALIDATION_FAILED, clause, f"{body[:24]!r} is refused")
        answer = await t.calls.call("session_create", login.bearer, body)
        refused(check, answer, e.VALIDATION_FAILED, clause, f"{body[:24]!r} is refused behind the gate")


@case("wire/head-too-large", "WIRE-018", role="server")
async def head_too_large(t: ServerTarget, check: Check) -> None:
    """A head larger than 16,384 bytes is refused."""
    small = f"GET /api/v1/auth/me HTTP/1.1\r\nHost: kit\r\nX-Kit: {'x' * 12_000}\r\n\r\n"
    large = f"GET /api/v1/auth/me HTTP/1.1\r\nHost: kit\r\nX-Kit: {'x' * 17_000}\r\n\r\n"
    answer = await raw(t, check, small)
    check.control(answer.startswith(b"HTTP/1.1 401"), "a head of 12,000 bytes is read", answer[:60])
    answer = await raw(t, check, large)
    check.that(
        answer.startswith(b"HTTP/1.1 431"), "WIRE-018", "a head of 17,000 bytes is refused with 431", answer[:60]
    )
    answer = await raw(t, check, small + large)
    told = re.findall(rb"HTTP/1\.1 (\d{3})", answer)
    check.equal([b"401", b"431"], told, "WIRE-018", "also as the second request of a connection")


@case("wire/ambiguous-head", "WIRE-040", role="server")
async def ambiguous_head(t: ServerTarget, check: Check) -> None:
    """A head that two parsers could read differently is refused, and the connection closed."""
    start = "GET /api/v1/auth/me HTTP/1.1\r\n"
    post = "POST /api/v1/auth/login HTTP/1.1\r\nHost: kit\r\nContent-Type: application/json\r\n"
    good = await raw(t, check, f"{start}Host: kit\r\n\r\n")
    check.control(good.startswith(b"HTTP/1.1 401"), "a good head is answered", good[:60])
    for text, what in (
        (f"{start}Host: kit\r\nHost: other\r\n\r\n", "two hosts"),
        (f"{post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "two lengths"),
    ):
        answer = await raw(t, check, text)
        check.that(answer.startswith(b"HTTP/1.1 400"), "WIRE-040", f"{what}: 400", answer[:80])


async def raw(t: ServerTarget, check: Check, text: str) -> bytes:
    """What the server sends for these bytes until it closes, or for a second."""
    check.trace(">", text[:200])
    host, _, port = t.url.partition("://")[2].partition("/")[0].rpartition(":")
    answer = bytearray()
    stream = await t.world.network.connect(host, int(port))
    with trio.move_on_after(t.timing.seconds(1)):
        await stream.send_all(text.encode())
        try:
            while data := await stream.receive_some(65536):
                answer += data
                check.trace("<", bytes(data[:80]))
        except trio.BrokenResourceError:
            pass
    await trio.aclose_forcefully(stream)
    return bytes(answer)


@case("wire/refused-upgrade", "WIRE-032", role="server")
async def refused_upgrade(t: ServerTarget, check: Check) -> None:
    """A WebSocket that is refused before the upgrade has the body of every HTTP error."""
    for path, statuses in (
        (f"/api/v1/remote/sessions/{t.world.entropy.uuid()}/ws", (401,)),
        (f"/api/v1/agent-ws/{t.world.entropy.token_hex(32)}/ws", (401,)),
        ("/api/v1/no/such/socket", (404,)),
    ):
        found = await t.upgrade(path)
        if check.that(isinstance(found, Answer), "WIRE-032", f"{path} is refused", "101"):
            assert isinstance(found, Answer)
            check.one_of(statuses, found.status, "WIRE-032", f"{path} is refused with its status")
            words = found.field("error")
            whole = isinstance(words, str) and words == found.field("message") and isinstance(found.code, str)
            check.that(whole, "WIRE-032", "the refusal has the body of an HTTP error", found)
