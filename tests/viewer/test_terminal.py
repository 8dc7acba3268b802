"""A terminal's whole life against scripted servers, on a network in memory and a virtual clock."""

import json
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import msgspec
import pytest
import trio
import trio.testing

from breeze_protocol.terminal import messages as m
from breeze_protocol.wire import encode_text
from breeze_transport.api import ApiClient, FixedToken
from breeze_transport.http import HttpClient
from breeze_transport.seams import simulated_world
from breeze_transport.websocket import PeerClosed, WebSocket
from breeze_viewer.attach import Person
from breeze_viewer.escape import Escapes
from breeze_viewer.term import Terminal
from breeze_viewer.tty import RawMode


@attrs.define
class Screen:
    """Takes output; closed gates make it wait."""

    taken: bytearray = attrs.field(factory=bytearray)
    gate: trio.Event = attrs.field(factory=trio.Event)
    broken: bool = False

    async def send_all(self, data: bytes) -> None:
        await self.gate.wait()
        if self.broken:
            raise trio.BrokenResourceError
        self.taken += data

    async def aclose(self) -> None:
        pass


class Keys:
    """Gives what a test types; "" is the end."""

    def __init__(self, *typed: bytes) -> None:
        self.send, self._receive = trio.open_memory_channel[bytes](100)
        for piece in typed:
            self.send.send_nowait(piece)

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        return await self._receive.receive()

    async def aclose(self) -> None:
        pass


@attrs.define
class Stage:
    server: Any
    network: Any
    keys: Keys
    screen: Screen
    said: Screen
    terminal: Terminal
    status: int | None = None

    @property
    def words(self) -> str:
        return self.said.taken.decode()


def play(
    scripted: Any,
    script: Callable[..., Awaitable[None]],
    *typed: bytes,
    by_hand: bool = True,
    meanwhile: Callable[[Stage], Awaitable[None]] | None = None,
    **answers: Any,
) -> Stage:
    """Open a terminal on a server that does `script`, type, and see what comes of it."""

    async def main() -> Stage:
        world = simulated_world(1)
        server = scripted.Server(world, script)
        server.access.add("token")
        server.answers.update(answers.get("answers", {}))
        async with trio.open_nursery() as nursery:
            await nursery.start(server.run)
            screen, said, keys = Screen(), Screen(), Keys(*typed)
            said.gate.set()
            if not answers.get("stalled"):
                screen.gate.set()
            who = Person(keys, screen, said, RawMode(None), None, Escapes() if by_hand else None)
            async with HttpClient(world.network, server.url) as http:
                terminal = Terminal(ApiClient(http, token_source=FixedToken("token")), world, server.url, who)
                stage = Stage(server, world.network, keys, screen, said, terminal)
                if meanwhile is not None:
                    nursery.start_soon(meanwhile, stage)
                with trio.fail_after(300):
                    stage.status = await terminal.run(scripted.DEVICE)
            nursery.cancel_scope.cancel()
        return stage

    return trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))


async def hear(ws: WebSocket, wanted: type | None = None) -> Any:
    """The next message: raw input as bytes, or one of a kind, others skipped."""
    while True:
        message = await ws.receive()
        if isinstance(message, bytes) and wanted is None:
            return message
        if isinstance(message, str):
            decoded = m.from_viewer(message)
            if wanted is None or isinstance(decoded, wanted):
                return decoded


def test_output_is_shown_and_the_shells_status_is_ours(scripted) -> None:
    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        assert (query["cols"], query["rows"], query["encoding"]) == ("80", "24", "binary")
        await ws.send(scripted.connected())
        assert await hear(ws) == m.Resize(80, 24)
        await ws.send_many([b"\x1b[31mhello ", b"\xffworld", encode_text(m.Exit(code=3))])

    stage = play(scripted, script)
    assert stage.screen.taken == b"\x1b[31mhello \xffworld"
    assert (stage.status, stage.words) == (3, "")
    assert stage.server.count(f"POST /remote/sessions/{scripted.SESSION}/end") == 0


def test_a_shell_that_a_signal_ended_gives_128_and_the_signal(scripted) -> None:
    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        await ws.send(encode_text(m.Exit(signal=9)))

    stage = play(scripted, script)
    assert stage.status == 137
    assert "SIGKILL" in stage.words


def test_what_is_typed_goes_in_pieces_that_a_server_takes(scripted) -> None:
    heard = bytearray()

    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        await hear(ws, m.Resize)
        while len(heard) < 50_000:
            piece = await hear(ws)
            assert len(piece) <= 16384
            heard.extend(piece)
        await ws.send(encode_text(m.Exit(code=0)))

    assert play(scripted, script, b"x" * 50_000).status == 0
    assert heard == b"x" * 50_000


def test_a_server_without_binary_gets_text_and_no_character_is_cut(scripted) -> None:
    heard = []

    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected(encoding=None))
        while "".join(heard) != "aé":
            heard.append((await hear(ws, m.Data)).data)
        await ws.send(encode_text(m.Output("né")))
        await ws.send(encode_text(m.Exit(code=0)))

    stage = play(scripted, script, b"a\xc3", b"\xa9")
    assert stage.screen.taken == "né".encode()


def test_a_stalled_screen_stops_the_reading_but_not_the_typing(scripted) -> None:
    flood = [b"y" * 16384] * 400
    sent = []
    heard = []
    before_gate = []

    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        await hear(ws, m.Resize)
        async with trio.open_nursery() as nursery:

            async def listen() -> None:
                while heard[-1:] != [b"\x03"]:
                    heard.append(await hear(ws))

            nursery.start_soon(listen)
            for piece in flood:
                await ws.send(piece)
                sent.append(len(piece))
        await ws.send(encode_text(m.Exit(code=0)))

    async def meanwhile(stage: Stage) -> None:
        await trio.sleep(5)
        await stage.keys.send.send(b"\x03")
        # Longer than a server may be silent: it is not, we do not listen.
        await trio.sleep(100)
        before_gate.append((len(sent), list(heard)))
        stage.screen.gate.set()

    stage = play(scripted, script, meanwhile=meanwhile, stalled=True)
    assert stage.status == 0
    assert before_gate[0][1] == [b"\x03"]
    assert before_gate[0][0] < 100
    assert bytes(stage.screen.taken) == b"".join(flood)


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


def test_the_end_of_piped_input_is_said_again_until_somebody_reads_it(scripted) -> None:
    heard = bytearray()

    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        await hear(ws, m.Resize)
        while heard.count(b"\x04") < 3:
            heard.extend(await hear(ws))
        await ws.send(encode_text(m.Exit(code=0)))

    assert play(scripted, script, b"~.\ncat", b"", by_hand=False).status == 0
    assert heard == b"~.\ncat\n\x04\x04\x04"


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


def test_a_ping_is_answered_with_its_timestamp(scripted) -> None:
    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        await ws.send(encode_text(m.Ping(12.0)))
        assert (await hear(ws, m.ViewerPong)).timestamp == 12.0
        await ws.send(encode_text(m.Exit(code=0)))

    assert play(scripted, script).status == 0


def test_a_notice_begins_a_line_of_its_own_on_a_screen_in_order(scripted) -> None:
    screens: list[Screen] = []

    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        await ws.send(scripted.connected())
        await hear(ws, m.Resize)
        await ws.send(b"\x1b[?1049hprompt$ ")
        await ws.send(encode_text(m.Error("SESSION_ENDED_NOTICE", "ended")))
        await ws.close(4010)

    async def meanwhile(stage: Stage) -> None:
        person = stage.terminal._person
        person.output_on_screen = person.errors_on_screen = True
        person.output = person.errors = Screen()
        person.output.gate.set()
        screens.append(person.output)

    play(scripted, script, meanwhile=meanwhile)
    assert screens[0].taken == (b"\x1b[?1049hprompt$ \x1b[?1049l\x1b[0m\r\nbreeze: ended (SESSION_ENDED_NOTICE)\n")


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


def test_the_windows_new_size_is_sent_once_connected(scripted, monkeypatch) -> None:
    sizes = [(100, 30)]
    monkeypatch.setattr("breeze_viewer.attach.size_of", lambda fd: sizes[-1])
    heard = []

    async def script(ws: WebSocket, query: dict[str, str]) -> None:
        sizes.append((110, 31))
        signal.raise_signal(signal.SIGWINCH)
        await trio.sleep(1)
        await ws.send(scripted.connected())
        heard.append(await hear(ws, m.Resize))
        sizes.append((9999, 0))
        signal.raise_signal(signal.SIGWINCH)
        heard.append(await hear(ws, m.Resize))
        await ws.send(encode_text(m.Exit(code=0)))

    assert play(scripted, script).status == 0
    assert heard == [m.Resize(110, 31), m.Resize(500, 1)]
    assert json.loads(msgspec.json.encode(heard[0])) == {"type": "resize", "cols": 110, "rows": 31}
