"""`breeze server` and `breeze user`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from breeze_transport.cli import Command

if TYPE_CHECKING:
    from .app import Ready
    from .config import Config


def _data_directory() -> str:
    if os.geteuid() == 0:
        return "/var/lib/breeze-server"
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return str(Path(state, "breeze-server").expanduser())


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", metavar="DIR", default=_data_directory(), help="where everything is kept (%(default)s)"
    )
    parser.add_argument("--database", metavar="URL", help="another database than the one in the data directory")
    parser.add_argument("--json", action="store_true", help="print JSON instead of words")


# -- breeze server ----------------------------------------------------------------------------------------------------
def _configure_server(parser: argparse.ArgumentParser) -> None:
    _common(parser)
    parser.add_argument("--listen", metavar="HOST:PORT", default="127.0.0.1:8420", help="(%(default)s); port 0: any")
    parser.add_argument("--admin-email", metavar="EMAIL", help="whom the first start makes the administrator")
    parser.add_argument("--tls-cert", metavar="FILE", type=Path, help="certificate chain, PEM: serve TLS only")
    parser.add_argument("--tls-key", metavar="FILE", type=Path, help="the certificate's key, PEM")


def _run_server(options: argparse.Namespace) -> int:
    import trio

    from breeze_transport.seams import live_world

    from .allocator import return_large_blocks
    from .config import address_from
    from .logs import start_logging

    return_large_blocks()
    host, port = address_from(options.listen)
    tls = {"tls_cert": options.tls_cert, "tls_key": options.tls_key}
    config = _config(options, host=host, port=port, admin_email=options.admin_email, **tls)
    world = live_world()
    start_logging(world.wall, level=os.environ.get("BREEZE_LOG_LEVEL", "INFO").upper())
    trio.run(_serve, config, world, options.json, restrict_keyboard_interrupt_to_checkpoints=True)
    return 0


async def _serve(config: Config, world: Any, as_json: bool) -> None:
    import signal

    import trio

    from breeze_protocol.errors import BreezeError

    from .app import serve

    stop = trio.Event()

    async def listen(task_status: trio.TaskStatus[None]) -> None:
        with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
            task_status.started()
            async for number in signals:
                if stop.is_set() and number == signal.SIGINT:
                    os._exit(130)  # whoever says it twice does not want to wait
                stop.set()

    async def run(task_status: trio.TaskStatus[Ready]) -> None:
        await serve(config, world, shutdown=stop, task_status=task_status)
        nursery.cancel_scope.cancel()

    try:
        async with trio.open_nursery() as nursery:
            await nursery.start(listen)
            _announce(config, await nursery.start(run), as_json)
    except ExceptionGroup as errors:
        only = _only(errors)
        if isinstance(only, BreezeError):
            raise only from None
        raise


def _only(errors: BaseException) -> BaseException:
    """The first error inside groups of them: a person is told one thing."""
    while isinstance(errors, BaseExceptionGroup):
        errors = errors.exceptions[0]
    return errors


def _announce(config: Config, ready: Ready, as_json: bool) -> None:
    first = ready.first_run
    if as_json:
        from breeze_protocol.wire import encode

        shown = None if first is None else {
            "email": first.email, "activationCode": first.activation_code, "enrollmentKey": first.enrollment_key,
            "orgId": first.org_id, "siteId": first.site_id,
        }  # fmt: skip
        line = {"url": ready.url, "dataDir": str(config.data.absolute()), "firstRun": shown}
        print(encode(line).decode(), flush=True)
        return
    print(f"breeze server: {ready.url}, data in {config.data.absolute()}", flush=True)
    if first is not None:
        print(
            "This is the first start. What follows is shown once:\n"
            f"  administrator    {first.email}\n"
            f"  activation code  {first.activation_code}  (choose a password with it within a day)\n"
            f"  enrolment key    {first.enrollment_key}\n"
            f"Next: breeze login --url {ready.url}\n"
            f"      breeze agent enroll --server {ready.url} --key {first.enrollment_key}",
            flush=True,
        )


# -- breeze user ------------------------------------------------------------------------------------------------------
def _configure_user(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="add | list")
    add = actions.add_parser("add", help="add a person; prints the code with which they choose a password")
    _common(add)
    add.add_argument("--email", required=True)
    add.add_argument("--name", help="how they are shown (the email address)")
    add.add_argument("--org", help="id or name of the organisation, where there are several")
    add.add_argument("--role", default="technician", help="admin, technician (default) or observer")
    _common(actions.add_parser("list", help="show everybody"))


def _run_user(options: argparse.Namespace) -> int:
    import trio

    from .config import ConfigError

    config = _config(options)
    if not config.database and not Path(config.data, "breeze.db").exists():
        raise ConfigError(f"there is no server's data in {config.data}; start breeze server once, or give --data")
    trio.run(_user, options, config)
    return 0


async def _user(options: argparse.Namespace, config: Config) -> None:
    from breeze_protocol.wire import encode
    from breeze_transport.seams import live_world

    from . import bootstrap
    from .database import open_database
    from .migrate import migrate

    world = live_world()
    async with open_database(config.database_url, world=world) as db:
        await migrate(db)
        if options.action == "list":
            _show_people(await db.read(bootstrap.people), options.json)
            return
        life = config.limits["activation_life"]
        code = await db.write(
            bootstrap.add_person, options.email, options.name or options.email, options.org, options.role,
            world.entropy, world.wall.now(), life,
        )  # fmt: skip
    if options.json:
        print(encode({"email": options.email.lower(), "activationCode": code}).decode(), flush=True)
    else:
        print(f"{options.email.lower()} can choose a password within a day with the code {code}", flush=True)


def _show_people(people: list[dict[str, Any]], as_json: bool) -> None:
    from breeze_protocol.wire import encode

    if as_json:
        print(encode(people).decode(), flush=True)
        return
    for each in people:
        state = each["status"] if each["activated"] else "not activated"
        print(f"{each['email']}  {each['name']}  {each['role']}  {each['org']}  {state}  mfa {each['mfa_state']}")


def _config(options: argparse.Namespace, **more: object) -> Config:
    from .config import from_environment

    return from_environment(os.environ, data=Path(options.data).expanduser(), database=options.database, **more)


server = Command("run the server", _configure_server, _run_server)
user = Command("add and list people, on the server's own machine", _configure_user, _run_user)
