"""Request bodies keep to limits and deadlines, and slow the client down; Quart alone does not, as shown beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import trio
from hypercorn.trio.task_group import TaskGroup
from quart import request
from quart_trio import QuartTrio
from quart_trio.asgi import TrioASGIHTTPConnection
from quart_trio.wrappers.request import TrioRequest

from breeze_server import bounded_body
from breeze_server.bounded_body import BODY_BUFFER, BODY_TIMEOUT, Application
from breeze_server.contained import LINGER, ReleasingTaskGroup

from .one_connection import MIB, chunk, head, receive_all, run, serve


def upload_app(base: type[QuartTrio], limit: int | None = None) -> tuple[QuartTrio, dict[str, int]]:
    app = base(__name__)
    app.config["MAX_CONTENT_LENGTH"] = limit
    app.config["BODY_TIMEOUT"] = None
    seen = {"bytes": 0}

    @app.post("/each/<float:pause>")
    async def _each(pause: float) -> str:
        async for data in request.body:
            seen["bytes"] += len(data)
            await trio.sleep(pause)
        return str(seen["bytes"])

    @app.post("/whole")
    async def _whole() -> str:
        assert await request.get_data() == await request.get_data()
        return str(len(await request.get_data()))

    @app.post("/ignored")
    async def _ignored() -> str:
        await trio.sleep(1)
        return "no, thank you"

    return app, seen


@pytest.mark.parametrize(("base", "bounded"), [(Application, True), (QuartTrio, False)])
def test_upload_waits_for_a_slow_handler(base: type[QuartTrio], bounded: bool) -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            app, seen = upload_app(base)
            client, _ = serve(nursery, app)
            await client.send_all(head("POST", "/each/10.0", "Transfer-Encoding: chunked"))
            sent = 0
            with trio.move_on_after(35):
                while sent < 64 * MIB:
                    await client.send_all(chunk(bytes(65536)))
                    sent += 65536
            # What is on its way: the body's buffer, Hypercorn's queue of ten reads, and the read that waits to join it.
            assert (sent - seen["bytes"] <= BODY_BUFFER + 13 * 65536) is bounded
            nursery.cancel_scope.cancel()

    run(main)


async def post(base: type[QuartTrio], path: str, pieces: Iterator[bytes], limit: int | None, *fields: str) -> bytes:
    async with trio.open_nursery() as nursery:
        app, _ = upload_app(base, limit)
        client, ended = serve(nursery, app)
        answer = b""

        async def send() -> None:
            await client.send_all(head("POST", path, *(fields or ("Transfer-Encoding: chunked", "Connection: close"))))
            try:
                for piece in pieces:
                    await client.send_all(piece)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                pass

        nursery.start_soon(send)
        answer = await receive_all(client)
        await client.aclose()
        await ended.wait()
        return answer


def chunks(total: int, size: int = 1000) -> Iterator[bytes]:
    for start in range(0, total, size):
        yield chunk(bytes(min(size, total - start)))
    yield b"0\r\n\r\n"


@pytest.mark.parametrize("path", ["/each/0.0", "/each/0.01", "/whole"])
@pytest.mark.parametrize(("surplus", "status"), [(0, b"200"), (1, b"413")])
def test_limit_on_a_chunked_body_is_exact(path: str, surplus: int, status: bytes) -> None:
    async def main() -> None:
        answer = await post(Application, path, chunks(100_000 + surplus), 100_000)
        assert answer.split()[1] == status

    run(main)


def test_quart_alone_lets_a_fast_handler_exceed_the_limit() -> None:
    async def main() -> None:
        answer = await post(QuartTrio, "/each/0.0", chunks(1_000_000), 100_000)
        assert answer.split()[1] == b"200"

    run(main)


def test_whole_body_is_limited_even_where_the_application_sets_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_body, "BODY_LIMIT", 5000)

    async def main() -> None:
        answer = await post(Application, "/whole", chunks(6000), None)
        assert answer.split()[1] == b"413"

    run(main)


def test_too_long_content_length_is_refused_and_the_refusal_arrives() -> None:
    async def main() -> None:
        endless = iter(lambda: bytes(65536), None)
        started = trio.current_time()
        answer = await post(Application, "/whole", endless, 1000, "Content-Length: 10000000000")
        assert answer.split()[1] == b"413"
        assert trio.current_time() - started <= LINGER

    run(main)


class DeafTaskGroup(TaskGroup):
    """Hypercorn's own, which waits for applications that no longer listen."""


@pytest.mark.parametrize(("group", "held"), [(ReleasingTaskGroup, False), (DeafTaskGroup, True)])
def test_upload_that_nobody_reads_ends_with_its_answer(
    group: type[TaskGroup], held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breeze_server.contained.ReleasingTaskGroup", group)

    async def main() -> None:
        with trio.move_on_after(1000) as scope:
            endless = iter(lambda: bytes(65536), None)
            answer = await post(Application, "/ignored", endless, None, "Content-Length: 10000000000")
            assert answer.endswith(b"no, thank you")
        assert scope.cancelled_caught is held

    run(main)


class ForeverPatient(Application):
    request_class = TrioRequest
    asgi_http_class = TrioASGIHTTPConnection


@pytest.mark.parametrize("path", ["/each/0.0", "/whole"])
@pytest.mark.parametrize(("base", "answered"), [(Application, True), (ForeverPatient, False)])
def test_body_that_never_comes_is_given_up(path: str, base: type[QuartTrio], answered: bool) -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            client, _ = serve(nursery, upload_app(base)[0])
            await client.send_all(head("POST", path, "Content-Length: 100", "Connection: close"))
            await client.send_all(b"some")
            answer = b""
            with trio.move_on_after(BODY_TIMEOUT + 1):
                answer = await client.receive_some(65536)
            assert (answer[9:12] == b"408") is answered
            nursery.cancel_scope.cancel()

    run(main)
