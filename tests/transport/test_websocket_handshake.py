"""WebSocket handshakes: refused, wrong, slow, and accepted as the RFC has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import trio

from breeze_protocol.errors import TransportError
from breeze_transport.head import BadRequestHead, read_request_head, refuse
from breeze_transport.memory import MemoryNetwork
from breeze_transport.websocket import UpgradeRefused, WebSocket
from breeze_transport.ws_client import connect_websocket
from breeze_transport.ws_core import accept_websocket

Run = Callable[..., Any]
BOTH = pytest.mark.parametrize("client", ["trio-websocket", "websockets"])


@BOTH
@pytest.mark.parametrize("by_length", [True, False])
def test_refused_upgrade_tells_status_headers_and_body(run: Run, client: str, by_length: bool, raw_server: Any) -> None:
    async def script(stream: Any, head: Any) -> None:
        length = b"Content-Length: 9\r\n" if by_length else b""
        await stream.send_all(b"HTTP/1.1 403 Forbidden\r\nX-Why: Licence\r\n" + length + b"\r\nno lic")
        await trio.sleep(1)
        await stream.send_all(b"ence")
        if not by_length:
            await stream.aclose()

    async def main() -> None:
        network = MemoryNetwork()
        async with raw_server(network, script) as url:
            with pytest.raises(UpgradeRefused) as caught:
                async with connect_websocket(url, network=network, implementation=client):
                    raise AssertionError("connected")

        refusal = caught.value
        assert refusal.status == 403
        assert ("x-why", "Licence") in refusal.headers
        assert refusal.body == (b"no licenc" if by_length else b"no licence")

    run(main)


@BOTH
@pytest.mark.parametrize("length", [b"", b"Content-Length: 1000000000\r\n"])
def test_body_of_a_refusal_is_bounded(run: Run, client: str, raw_server: Any, length: bytes) -> None:
    async def script(stream: Any, head: Any) -> None:
        await stream.send_all(b"HTTP/1.1 500 Oops\r\n" + length + b"\r\n")
        with pytest.raises(trio.BrokenResourceError):
            while True:
                await stream.send_all(b"x" * 10_000)

    async def main() -> None:
        network = MemoryNetwork()
        async with raw_server(network, script) as url:
            with pytest.raises(UpgradeRefused) as caught:
                async with connect_websocket(url, network=network, implementation=client):
                    raise AssertionError("connected")

        assert len(caught.value.body) == 65536

    run(main)


@BOTH
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: wrong\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ],
)
def test_wrong_handshake_is_a_transport_error_at_once(run: Run, client: str, answer: bytes, raw_server: Any) -> None:
    async def script(stream: Any, head: Any) -> None:
        await stream.send_all(answer)
        if not answer:
            await stream.aclose()

    async def main() -> None:
        network = MemoryNetwork()
        async with raw_server(network, script) as url:
            with pytest.raises(TransportError):
                async with connect_websocket(url, network=network, implementation=client):
                    raise AssertionError("connected")
            assert trio.current_time() == 0

    run(main)


@BOTH
def test_server_that_never_answers_the_upgrade_is_given_up(run: Run, client: str, raw_server: Any) -> None:
    async def script(stream: Any, head: Any) -> None:
        await trio.sleep_forever()

    async def main() -> None:
        network = MemoryNetwork()
        async with raw_server(network, script) as url:
            with pytest.raises(TransportError, match="timed out after 7 s"):
                async with connect_websocket(url, network=network, implementation=client, deadline=7):
                    raise AssertionError("connected")

    run(main)


@BOTH
def test_compression_is_never_offered(run: Run, client: str, connected: Any) -> None:
    async def main() -> None:
        async with connected(client) as (_, _, server):
            assert server.head.header("sec-websocket-extensions") is None

    run(main)


def upgrade(**changes: str | None) -> bytes:
    headers: dict[str, str | None] = {
        "Host": "a",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    lines = [f"{name}: {value}\r\n" for name, value in headers.items() if value is not None]
    return ("GET / HTTP/1.1\r\n" + "".join(lines) + "\r\n").encode()


async def accept(request: bytes) -> tuple[WebSocket, Any]:
    network = MemoryNetwork()
    (listener,) = await network.listen("server", 80)
    near = await network.connect("server", 80)
    far = await listener.accept()
    await near.send_all(request)
    await near.send_eof()
    return await accept_websocket(far, await read_request_head(far)), near


def test_accepting_answers_as_the_rfc_s_example_and_without_extensions(run: Run) -> None:
    async def main() -> None:
        _, near = await accept(upgrade(Sec_WebSocket_Extensions="permessage-deflate"))
        answer = (await near.receive_some()).lower()

        assert answer.startswith(b"http/1.1 101 ")
        assert b"s3pplmbitxaq9kygzzhzrbk+xoo=" in answer
        assert b"extensions" not in answer
        assert b"date" not in answer

    run(main)


def test_frames_right_behind_the_upgrade_are_received(run: Run) -> None:
    async def main() -> None:
        ws, _ = await accept(upgrade() + b"\x81\x82\x00\x00\x00\x00hi")

        assert await ws.receive() == "hi"

    run(main)


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (upgrade(Sec_WebSocket_Key=None), 400),
        (upgrade(Sec_WebSocket_Key="short"), 400),
        (upgrade(Sec_WebSocket_Version="8"), 426),
        (upgrade(Upgrade="h2c"), 426),
        (upgrade(Content_Length="5"), 400),
        (upgrade().replace(b"GET", b"POST"), 400),
        (upgrade().replace(b"1.1", b"1.0"), 400),
    ],
)
def test_bad_handshake_is_refused_and_raised(run: Run, request_head: bytes, status: int) -> None:
    async def main() -> None:
        network = MemoryNetwork()
        (listener,) = await network.listen("server", 80)
        near = await network.connect("server", 80)
        far = await listener.accept()
        await near.send_all(request_head)
        await near.send_eof()
        with pytest.raises(BadRequestHead) as caught:
            await accept_websocket(far, await read_request_head(far))
        assert caught.value.status == status
        assert (await near.receive_some()).startswith(b"HTTP/1.1 %d " % status)

    run(main)


@pytest.mark.parametrize("url", ["http://a/", "ws:///", "nonsense"])
def test_url_that_is_no_websocket_s_is_a_value_error(run: Run, url: str) -> None:
    async def main() -> None:
        with pytest.raises(ValueError, match="not a WebSocket URL"):
            async with connect_websocket(url, network=MemoryNetwork()):
                raise AssertionError("connected")

    run(main)


def test_refusing_helper_is_what_a_client_sees(run: Run, raw_server: Any) -> None:
    async def script(stream: Any, head: Any) -> None:
        await refuse(stream, 404, b"no such device")

    async def main() -> None:
        network = MemoryNetwork()
        async with raw_server(network, script) as url:
            with pytest.raises(UpgradeRefused) as caught:
                async with connect_websocket(url, network=network):
                    raise AssertionError("connected")
        assert (caught.value.status, caught.value.body) == (404, b"no such device")

    run(main)
