"""How a terminal ends: left, lost and resumed, refused, or ended by the server; always with words."""

import signal
from typing import Any

import pytest
import trio
import trio.testing

from breeze_protocol.terminal import messages as m
from breeze_protocol.wire import encode_text
from breeze_transport.websocket import PeerClosed, WebSocket

from .stage import Stage, hear, play


def test_the_escape_leaves_and_the_server_learns_that_it_was_meant(scripted) -> None:
    closes = []

    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        try:
            while True:
                await ws.receive()
        except PeerClosed as closed:
            closes.append((closed.code, closed.clean))

    stage = play(scripted, script, b"ls\r", b"~?", b"~.")
    assert closes == [(1000, True)]
    assert stage.status == 255
    assert "~~  type one ~" in stage.words and "left" in stage.words


def test_a_lost_line_is_resumed_with_a_fresh_ticket(scripted) -> None:
    tickets = []

    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        tickets.append(query["ticket"])
        await ws.send(scripted.connected(resumed=len(tickets) > 1))
        if len(tickets) == 1:
            await ws.send(b"before ")
            await hear(ws, m.Resize)
            ws.abort()
            return
        await hear(ws, m.Resize)
        assert await hear(ws) == b"typed\r"
        await ws.send(b"after")
        await ws.send(encode_text(m.Exit(code=0)))

    async def meanwhile(stage: Stage) -> None:
        await trio.sleep(5)
        await stage.keys.send.send(b"typed\r")

    stage = play(scripted, script, meanwhile=meanwhile)
    assert tickets == ["ticket-1", "ticket-2"]
    assert stage.screen.taken == b"before after"
    assert stage.words == "breeze: connection lost, reconnecting…\nbreeze: reconnected\n"
    assert stage.status == 0


def test_a_server_that_comes_back_too_late_ends_it_with_the_reason(scripted) -> None:
    connected = trio.Event()

    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        await hear(ws, m.Resize)
        connected.set()
        await trio.sleep_forever()

    async def meanwhile(stage: Stage) -> None:
        await connected.wait()
        stage.network.kill("localhost", listeners=True)

    stage = play(scripted, script, meanwhile=meanwhile)
    assert stage.status == 255
    assert "not to be resumed within 15 s" in stage.words and "refused" in stage.words


def test_a_session_that_ended_meanwhile_says_why(scripted) -> None:
    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        await hear(ws, m.Resize)
        ws.abort()

    one = f"/remote/sessions/{scripted.SESSION}"
    details = {
        "id": scripted.SESSION, "deviceId": scripted.DEVICE, "userId": scripted.DEVICE, "type": "terminal",
        "status": "failed", "createdAt": "", "startedAt": None, "endedAt": "2026-01-01T00:00:00Z",
        "durationSeconds": 1, "bytesTransferred": None, "bytesMeasured": None, "errorMessage": "the agent died\x1b[2J",
        "device": {"id": scripted.DEVICE, "hostname": "box", "osType": "linux"}, "user": None,
    }  # fmt: skip
    ticket = (200, {}, {"ticket": "ticket-1", "expiresInSeconds": 60})
    answers = {
        f"POST {one}/ws-ticket": [ticket, scripted.refusal("TICKET_STATE")],
        f"GET {one}": [(200, {}, details)],
    }
    stage = play(scripted, script, answers=answers)
    assert stage.status == 255
    assert "the session ended while the connection was lost: the agent died␛[2J" in stage.words


@pytest.mark.parametrize(
    ("code", "said", "words"),
    [
        (4010, m.Error("SESSION_ENDED_NOTICE", "The session has ended: by Eve\x07"), "by Eve␇"),
        (4002, m.Error("AGENT_OFFLINE", "Agent is not connected"), "Agent is not connected"),
        (4009, None, "taken over"),
        (4003, m.Error("TERMINAL_START_FAILED", "Agent failed: no shell"), "no shell"),
    ],
)
def test_an_end_by_the_server_is_explained_and_not_resumed(scripted, code: int, said: Any, words: str) -> None:
    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        await hear(ws, m.Resize)
        if said is not None:
            await ws.send(encode_text(said))
        await ws.close(code, "reason")

    stage = play(scripted, script)
    assert stage.status == 255
    assert words in stage.words and "\x07" not in stage.words
    assert stage.server.count(f"SOCKET /remote/sessions/{scripted.SESSION}/ws") == 1


def test_a_refused_creation_is_explained_and_leaves_nothing(scripted) -> None:
    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        raise AssertionError("no socket was to be opened")

    limit = scripted.refusal("SESSION_LIMIT_USER", currentCount=5, maxAllowed=5)
    stage = play(scripted, script, answers={"POST /remote/sessions": [limit]})
    assert stage.status == 255
    assert "5 of 5 are in use" in stage.words
    assert stage.server.calls == ["POST /remote/sessions"]


def test_a_refused_socket_ends_the_session_that_was_created(scripted) -> None:
    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        raise AssertionError("the upgrade was to be refused")

    stage = play(scripted, script, answers={"SOCKET": [scripted.refusal("TICKET_INVALID")]})
    assert stage.status == 255
    assert "Invalid or expired connection ticket" in stage.words
    assert stage.server.calls[-1] == f"POST /remote/sessions/{scripted.SESSION}/end"


def test_a_server_that_never_connects_is_given_up(scripted) -> None:
    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        try:
            while True:
                assert m.from_viewer(await ws.receive()) == m.ViewerPong(1.0)
        except PeerClosed:
            return

    stage = play(scripted, script)
    assert stage.status == 255
    assert "did not start within 40 s" in stage.words


@pytest.mark.parametrize("nonsense", [b"output before connected", "not json", '{"type":"exit","code":"x"}'])
def test_a_server_that_breaks_the_protocol_is_left_with_words(scripted, nonsense: str | bytes) -> None:
    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(nonsense)
        with pytest.raises(PeerClosed):
            await ws.receive()

    stage = play(scripted, script)
    assert stage.status == 255
    assert "the server broke the protocol" in stage.words


def test_a_silent_server_is_noticed_and_the_terminal_resumed(scripted) -> None:
    pings = []

    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        try:
            if query["ticket"] == "ticket-1":
                while True:
                    pings.append(await hear(ws, m.ViewerPing))
            await ws.send(encode_text(m.Exit(code=7)))
        except PeerClosed:
            return

    stage = play(scripted, script)
    assert stage.status == 7
    assert len(pings) == 1
    assert "reconnected" in stage.words


def test_a_closed_output_leaves_like_a_broken_pipe(scripted) -> None:
    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        await ws.send(b"output")
        try:
            while True:
                await ws.receive()
        except PeerClosed as closed:
            assert closed.code == 1000

    async def meanwhile(stage: Stage) -> None:
        stage.screen.broken = True
        stage.screen.gate.set()

    assert play(scripted, script, meanwhile=meanwhile, stalled=True).status == 128 + signal.SIGPIPE


def test_a_term_signal_leaves_cleanly(scripted) -> None:
    closes = []

    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        await hear(ws, m.Resize)
        signal.raise_signal(signal.SIGTERM)
        try:
            await ws.receive()
        except PeerClosed as closed:
            closes.append(closed.code)

    assert play(scripted, script).status == 128 + signal.SIGTERM
    assert closes == [1000]
