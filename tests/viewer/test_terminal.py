"""A terminal's whole life against scripted servers, on a network in memory and a virtual clock."""

import json
import signal

import msgspec
import trio
import trio.testing

from breeze_protocol.terminal import messages as m
from breeze_protocol.wire import encode_text
from breeze_transport.websocket import WebSocket

from .stage import Screen, Stage, hear, play


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
