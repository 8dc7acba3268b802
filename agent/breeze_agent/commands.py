"""Commands of the server: from a payload to a terminal, and an answer to each."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import Any, Final

import attrs
import msgspec
import trio

from breeze_agent.orphans import Orphans
from breeze_agent.terminal import Answer, Spawn, Terminal, Wire
from breeze_protocol.link.commands import COMMANDS
from breeze_protocol.link.messages import Command, CommandResult
from breeze_protocol.terminal import messages as m

ENDED_MOST: Final = 4096
"""Sessions remembered as having had a terminal: as many as the ids of commands."""

_LOGGER: Final = logging.getLogger("breeze.agent")


@attrs.define(eq=False)
class Commands:
    """What runs on this computer at the server's word. Its tasks live in `nursery`."""

    nursery: trio.Nursery
    spawn: Spawn
    orphans: Orphans | None = None
    wire: Wire | None = None
    """The socket that new terminals belong to; None while there is none."""
    _terminals: dict[str, Terminal] = attrs.field(factory=dict, init=False)
    _ended: OrderedDict[str, None] = attrs.field(factory=OrderedDict, init=False)
    _idle: trio.lowlevel.ParkingLot = attrs.field(factory=trio.lowlevel.ParkingLot, init=False)

    def run(self, command: Command, answer: Answer) -> None:
        """Carry out a command and answer it, now or when it is done. Never waits, never raises for what it says."""
        known = COMMANDS.get(command.type)
        if known is None:
            answer(CommandResult(command.id, "failed", error=f"unknown command type: {command.type}"))
            return
        try:
            payload = msgspec.convert(command.payload, known.payload)
        except msgspec.ValidationError as error:
            answer(CommandResult(command.id, "failed", error=f"invalid payload of {command.type}: {error}"))
            return
        if self.wire is None:
            answer(CommandResult(command.id, "failed", error=f"{command.type} needs the agent's socket"))
            return
        self._terminal(payload, self.wire, command.id, answer)

    def input(self, session_id: str, data: bytes) -> None:
        """A binary frame of input; for a terminal that is over it is dropped."""
        terminal = self._terminals.get(session_id)
        if terminal is not None and data:
            terminal.data(data)

    def credit(self, message: m.TerminalCredit) -> None:
        """A grant of output; for a terminal that is over it is dropped."""
        terminal = self._terminals.get(message.session_id)
        if terminal is not None:
            terminal.credit(message.offset)

    def server_changed(self) -> None:
        """The server has said anew what it can."""
        for terminal in self._terminals.values():
            terminal.server_changed()

    def link_lost(self) -> None:
        """The socket is gone, and with it every terminal of it."""
        self.wire = None
        for terminal in list(self._terminals.values()):
            terminal.link_lost()

    async def wait_ended(self) -> None:
        """Wait until no process of any terminal is left."""
        while self._terminals:
            await self._idle.park()

    def _terminal(self, payload: Any, wire: Wire, command: str, answer: Answer) -> None:
        sid = payload.session_id
        terminal = self._terminals.get(sid)
        if terminal is None:
            # The engine knows what to say of a session that never had a terminal, and of one that had (TERM-048).
            terminal = Terminal(sid, wire, self.spawn)
            if sid in self._ended:
                terminal.link_lost()
        match payload:
            case m.TerminalStart():
                terminal.start(payload, len(self._terminals), command, answer)
                if terminal.device is not None and sid not in self._terminals:
                    self._terminals[sid] = terminal
                    self.nursery.start_soon(self._serve, terminal)
            case m.TerminalData():
                terminal.data(payload.data.encode("utf-8", "replace"), command, answer)
            case m.TerminalResize():
                terminal.resize(payload.cols, payload.rows, command, answer)
            case m.TerminalStop():
                terminal.stop(command, answer)

    async def _serve(self, terminal: Terminal) -> None:
        assert terminal.device is not None
        pid = terminal.device.pid
        if self.orphans is not None:
            self.orphans.note(pid, terminal.session_id)
        _LOGGER.info("terminal %s opened, process %d", terminal.session_id, pid)
        try:
            await terminal.run()
        finally:
            del self._terminals[terminal.session_id]
            self._ended[terminal.session_id] = None
            if len(self._ended) > ENDED_MOST:
                self._ended.popitem(last=False)
            if self.orphans is not None:
                self.orphans.forget(pid)
            _LOGGER.info("terminal %s ended", terminal.session_id)
            if not self._terminals:
                self._idle.unpark_all()
