"""The commands of a technician: login, devices, sessions, term."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from breeze_protocol.errors import BreezeError
from breeze_transport.cli import Command
from breeze_viewer.account import add_options

if TYPE_CHECKING:
    from breeze_transport.seams import World
    from breeze_viewer.account import Connection

_EXIT_LOST = 255


def _run(options: argparse.Namespace, work: Callable[[Connection, World], Awaitable[int]]) -> int:
    """Run `work` with a connection. Errors of ours leave with words that say what to do about them."""
    import trio

    from breeze_transport.seams import live_world
    from breeze_viewer.account import find_account, open_connection
    from breeze_viewer.words import explain

    account = find_account(options, os.environ)

    async def main() -> int:
        world = live_world(threads=4)
        try:
            async with open_connection(account, world) as connection:
                return await work(connection, world)
        except BreezeError as error:
            raise BreezeError(explain(error)) from error

    try:
        return trio.run(main)
    except BaseExceptionGroup as group:
        # An interrupt that struck inside a nursery; what else is in the group was cut short by it.
        if group.subgroup(KeyboardInterrupt) is None:
            raise
        raise KeyboardInterrupt from None


def _configure_login(parser: argparse.ArgumentParser) -> None:
    add_options(parser)
    parser.add_argument("--activate", metavar="CODE", help="choose a new account's password with its one-time code")
    parser.add_argument("--out", action="store_true", help="log out, and forget what is kept")


def _login(options: argparse.Namespace) -> int:
    from breeze_transport.visible import visible
    from breeze_viewer.account import Prompt
    from breeze_viewer.mfa import activate, set_up

    async def work(connection: Connection, world: World) -> int:
        session = connection.session
        if options.out:
            await session.log_out_and_forget()
            return 0
        if options.activate:
            await activate(connection, options.activate, Prompt())
        await session.log_in_anew()
        if session.requires_setup:
            await set_up(connection, Prompt())
        me = (await connection.api.call("me")).user
        print(f"logged in at {visible(connection.account.url)} as {visible(me.name)} <{visible(me.email)}>")
        return 0

    return _run(options, work)


def _configure_devices(parser: argparse.ArgumentParser) -> None:
    add_options(parser)
    parser.add_argument("--json", action="store_true", help="one JSON array, as the server says it")


def _devices(options: argparse.Namespace) -> int:
    from breeze_viewer.devices import all_devices, device_table

    async def work(connection: Connection, world: World) -> int:
        rows = await all_devices(connection.api)
        _print(options.json, rows, lambda: device_table(rows, world.wall.now()), "no devices are enrolled yet")
        return 0

    return _run(options, work)


def _configure_sessions(parser: argparse.ArgumentParser) -> None:
    add_options(parser)
    parser.add_argument("action", nargs="?", choices=["end"], help="end a session instead of listing them")
    parser.add_argument("session", nargs="?", metavar="ID", help="the session to end; the beginning of its id will do")
    parser.add_argument("--all", action="store_true", help="with those that have ended, the last thousand")
    parser.add_argument("--json", action="store_true", help="one JSON array, as the server says it")


def _sessions(options: argparse.Namespace) -> int:
    from breeze_viewer.devices import all_sessions, find_session, session_table
    from breeze_viewer.table import span

    async def end(connection: Connection) -> int:
        found = await find_session(connection.api, options.session)
        ended = await connection.api.call("session_end", {"id": found})
        if options.json:
            _print(True, ended, str, "")
        else:
            print(f"ended {ended.id} after {span(ended.duration_seconds)}")
        return 0

    async def work(connection: Connection, world: World) -> int:
        if options.action:
            return await end(connection)
        rows = await all_sessions(connection.api, options.all, 1000)
        none = "no sessions yet" if options.all else "no live sessions; --all lists those that have ended"
        _print(options.json, rows, lambda: session_table(rows, world.wall.now()), none)
        return 0

    if options.action and not options.session:
        raise BreezeError("say which session to end: breeze sessions end ID")
    return _run(options, work)


def _configure_term(parser: argparse.ArgumentParser) -> None:
    add_options(parser)
    parser.add_argument("device", nargs="?", metavar="DEVICE", help="a host name, an id, or the beginning of an id")


def _term(options: argparse.Namespace) -> int:
    """The remote shell's exit status, 128 + n where signal n ended it; 255 where there is none."""
    from breeze_viewer.devices import find_device
    from breeze_viewer.term import Terminal, open_person

    async def work(connection: Connection, world: World) -> int:
        name = options.device or connection.account.device_id
        if name is None:
            raise BreezeError("say which device: breeze term DEVICE; breeze devices lists them")
        device_id = await find_device(connection.api, name)
        async with open_person(world) as person:
            return await Terminal(connection.api, world, connection.account.url, person).run(device_id)

    try:
        return _run(options, work)
    except BreezeError as error:
        print(f"breeze term: {error}", file=sys.stderr)
        return _EXIT_LOST


def _print(as_json: bool, rows: object, table: Callable[[], str], none: str) -> None:
    if as_json:
        from breeze_protocol.wire import encode

        print(encode(rows).decode())
    elif rows:
        print(table())
    else:
        print(none, file=sys.stderr)


login = Command("log in, and set up the second factor", _configure_login, _login)
devices = Command("list the devices that you may reach", _configure_devices, _devices)
sessions = Command("list your remote sessions, or end one", _configure_sessions, _sessions)
term = Command("open a terminal on a device", _configure_term, _term)
