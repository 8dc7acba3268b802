"""Logs: machine-readable lines, words on a terminal, the task's context, and never a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import trio

from breeze_server.logs import MAX_TEXT, REDACTED, log_context, redact, start_logging

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
log = logging.getLogger("breeze_server.example")


class Wall:
    def now(self) -> float:
        return 1_767_225_600.25


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_record_is_one_json_line_dated_by_the_wall() -> None:
    stream = io.StringIO()
    start_logging(Wall(), stream=stream)

    log.info("session %s", "created", extra={"session": "s-1", "bytes_sent": 5, "blob": b"\xff\x00"})
    log.debug("unheard")

    assert lines(stream) == [
        {
            "ts": "2026-01-01T00:00:00.250Z",
            "level": "info",
            "event": "session created",
            "logger": "breeze_server.example",
            "session": "s-1",
            "bytes_sent": 5,
            "blob": "<2 bytes>",
        }
    ]


def test_multi_line_message_stays_one_line() -> None:
    stream = io.StringIO()
    start_logging(Wall(), stream=stream)

    log.warning('forged\n{"level": "info"}')

    assert len(stream.getvalue().splitlines()) == 1


def test_context_follows_the_task_and_its_children() -> None:
    stream = io.StringIO()
    start_logging(Wall(), stream=stream)

    async def child() -> None:
        log.info("child")

    async def session(name: str) -> None:
        with log_context(session=name):
            await trio.lowlevel.checkpoint()
            async with trio.open_nursery() as nursery:
                nursery.start_soon(child)
        log.info("after")

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session, "a")
            nursery.start_soon(session, "b")

    trio.run(main)

    seen = [(line["event"], line.get("session")) for line in lines(stream)]
    assert sorted(seen, key=str) == [("after", None), ("after", None), ("child", "a"), ("child", "b")]


def test_secrets_never_reach_the_stream() -> None:
    stream = io.StringIO()
    start_logging(Wall(), stream=stream)

    try:
        raise ValueError("refused Bearer abc.def-ghi and brz_helper_0123")
    except ValueError:
        log.exception("token brz_abc_def-123 in /ws?token=opaque1&x=1", extra={"headers": {"Authorization": "opaque2"}})
    with log_context(jwt=JWT, note=f"got {JWT}!", url="postgresql://breeze:opaque3@host/db"):
        log.error("nested", extra={"body": [{"newPassword": "opaque4", "mfaCode": 123456, "user": "ann"}]})

    text = stream.getvalue()
    assert not any(secret in text for secret in ("brz_", "abc.def", "opaque", "eyJ", "123456"))
    assert "ann" in text and "x=1" in text and "host/db" in text


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "client_secret",
        "accessToken",
        "refresh-token",
        "X-Api-Key",
        "connectCode",
        "sessionKey",
        "Set-Cookie",
    ],
)
def test_value_under_a_secret_key_is_redacted(key: str) -> None:
    assert redact({key: "opaque"}) == {key: REDACTED}


@pytest.mark.parametrize(
    ("key", "value"),
    [("status_code", 200), ("code", "limit_reached"), ("tokenizer", "x"), ("output_tokens", 7), ("password", True)],
)
def test_value_under_an_ordinary_key_is_kept(key: str, value: object) -> None:
    assert redact({key: value}) == {key: value}


def test_huge_value_is_cut() -> None:
    assert len(redact("x" * 10 * MAX_TEXT)) < MAX_TEXT + 100


def test_terminal_gets_words_and_no_control_sequences() -> None:
    stream = Terminal()
    start_logging(Wall(), stream=stream)

    log.warning("agent said \x1b[2J", extra={"device": "d-1"})
    try:
        raise LookupError("lost")
    except LookupError:
        log.exception("it failed")

    first, second, *rest = stream.getvalue().splitlines()
    assert first == r"00:00:00 warning agent said \x1b[2J device=d-1"
    assert second == "00:00:00 error   it failed"
    assert rest[-1] == "LookupError: lost"
