"""`breeze agent`: enrol this computer, and be its agent."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from pathlib import Path
from typing import Final

from breeze_transport.cli import Command

_SECRET_VARIABLE: Final = "BREEZE_AGENT_ENROLLMENT_SECRET"  # noqa: S105 - a variable's name


def _configure(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True, metavar="enroll | run")
    enroll = words.add_parser("enroll", help="make this computer a device of a server")
    enroll.add_argument("--server", required=True, metavar="URL", help="http://HOST[:PORT] or https://HOST[:PORT]")
    enroll.add_argument("--key", required=True, help="the enrolment key of a site")
    enroll.add_argument("--secret", help=f"the secret of the key, where it has one; else ${_SECRET_VARIABLE}")
    enroll.add_argument("--name", help="host name to be shown; default: this computer's")
    enroll.add_argument("--force", action="store_true", help="replace the identity that the directory holds")
    enroll.add_argument("--json", action="store_true", help="say the result in one line of JSON")
    enroll.add_argument("--show-token", action="store_true", help="with --json: say the token as well")
    run = words.add_parser("run", help="be the agent until SIGINT or SIGTERM")
    run.add_argument("--once-ready-json", action="store_true", help="print one line of JSON when first connected")
    run.add_argument("--conformance", action="store_true", help="be a target of the conformance kit")
    run.add_argument("--log-level", default="info", choices=("debug", "info", "warning", "error"))
    for each in (enroll, run):
        each.add_argument("--data", metavar="DIR", help="where identity and token are kept")


def _run(arguments: argparse.Namespace) -> int:
    if arguments.word == "enroll":
        return _enroll(arguments)
    logging.basicConfig(
        level=arguments.log_level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    return _conformance() if arguments.conformance else _serve(arguments)


def _enroll(arguments: argparse.Namespace) -> int:
    import trio

    from breeze_agent import config
    from breeze_agent.enroll import EXIT_CONFIG, EnrollError, enroll
    from breeze_transport.seams import live_world

    directory = _directory(arguments)
    try:
        server = config.server_root(arguments.server)
        config.prepare(directory)
        if config.is_enrolled(directory) and not arguments.force:
            raise config.ConfigError(f"{directory} holds an agent already; --force replaces it")
        secret = arguments.secret or os.environ.get(_SECRET_VARIABLE)

        async def ask() -> tuple[config.Identity, str]:
            return await enroll(live_world(), server, arguments.key, secret=secret, name=arguments.name)

        with config.locked(directory):
            identity, token = trio.run(ask)
            config.save(directory, identity, token)
    except EnrollError as error:
        return _complain(str(error), error.status)
    except config.ConfigError as error:
        return _complain(str(error), EXIT_CONFIG)
    if arguments.json:
        said = {"agentId": identity.agent_id, "deviceId": identity.device_id, "server": server, "data": str(directory)}
        print(json.dumps(said | ({"authToken": token} if arguments.show_token else {})), flush=True)
    else:
        print(f"enrolled with {server} as agent {identity.agent_id}\nnext: breeze agent run --data {directory}")
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    import trio

    from breeze_agent import config
    from breeze_agent.orphans import Orphans
    from breeze_agent.service import serve, stop_on_signal
    from breeze_transport.seams import live_world

    directory = _directory(arguments)
    identity, token = config.load(directory)
    said = not arguments.once_ready_json

    def connected(capabilities: frozenset[str]) -> None:
        nonlocal said
        if not said:
            said = True
            ready = {"event": "connected", "agentId": identity.agent_id, "deviceId": identity.device_id}
            print(json.dumps(ready | {"server": identity.server_url}), flush=True)

    async def main() -> None:
        stop = trio.Event()
        async with trio.open_nursery() as nursery:
            await nursery.start(stop_on_signal, stop)
            orphans = Orphans(directory / config.TERMINALS_DIRECTORY)
            await serve(identity, token, live_world(), stop=stop, orphans=orphans, connected=connected)
            nursery.cancel_scope.cancel()

    with config.locked(directory):
        trio.run(main)
    return 0


def _conformance() -> int:
    import trio

    from breeze_agent import conformance
    from breeze_agent.enroll import EnrollError
    from breeze_transport.seams import live_world

    async def main() -> None:
        await conformance.run(live_world())

    try:
        trio.run(main)
    except EnrollError as error:
        return _complain(str(error), error.status)
    return 0


def _directory(arguments: argparse.Namespace) -> Path:
    from breeze_agent.config import default_directory

    return Path(arguments.data).absolute() if arguments.data else default_directory()


def _complain(words: str, status: int) -> int:
    print(f"breeze agent: {words}", file=sys.stderr)
    return status


agent: Final = Command("enrol this computer, and be its agent", _configure, _run)
