"""The commands of the kit's own agent: who gets them, and what is no command of any shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import msgspec
import trio

from breeze_conformance.peers.agent_terminal import Link, PeerTerminal
from breeze_protocol.limits import DEFAULTS
from breeze_protocol.link import messages as m
from breeze_protocol.terminal.engine import AgentTerminal
from breeze_protocol.terminal.messages import TerminalData, TerminalResize, TerminalStart, TerminalStop
from breeze_protocol.terminal.table import AGENT as TERMINAL_TABLE

if TYPE_CHECKING:
    from breeze_conformance.peers.agent import PeerAgent

_PAYLOADS: Final = {
    "terminal_start": TerminalStart,
    "terminal_data": TerminalData,
    "terminal_resize": TerminalResize,
    "terminal_stop": TerminalStop,
}


@attrs.define(eq=False)
class PeerCommands:
    """Runs the commands of one agent, and keeps its terminals by their sessions."""

    agent: PeerAgent
    terminals: dict[str, PeerTerminal] = attrs.field(factory=dict)

    async def run(self, command: m.Command) -> None:
        if "unordered" in self.agent.wrong and command.type == "terminal_data":
            assert self.agent.nursery is not None
            self.agent.nursery.start_soon(self._run_later, command)
            return
        await self._run_now(command)

    async def _run_later(self, command: m.Command) -> None:
        await trio.sleep(self.agent.world.entropy.uniform(0, 0.05))
        await self._run_now(command)

    async def _run_now(self, command: m.Command) -> None:
        try:
            payload: Any = msgspec.convert(command.payload, _PAYLOADS[command.type])
        except msgspec.ValidationError as error:
            if "crash-on-bad-payload" in self.agent.wrong:
                raise
            await self.agent.send(m.CommandResult(command.id, "failed", error=str(error)))
            return
        terminal = self.terminals.get(payload.session_id) or self._terminal(payload.session_id)
        self.terminals[payload.session_id] = terminal
        others = sum(
            each.engine.running.state in ("opening", "running") and each is not terminal
            for each in self.terminals.values()
        )
        match payload:
            case TerminalStart():
                await terminal.start(command.id, payload, others)
            case TerminalData():
                await terminal.data(command.id, payload.data.encode("utf-8", "replace"))
            case TerminalResize():
                await terminal.resize(command.id, payload)
            case TerminalStop():
                await terminal.stop(command.id)

    def _terminal(self, session_id: str) -> PeerTerminal:
        assert self.agent.nursery is not None and self.agent.reports.identity is not None
        environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": "/home/kit", "PWD": "/home/kit"}
        if "token-in-environment" in self.agent.wrong:
            environment["BREEZE_TOKEN"] = self.agent.reports.identity.auth_token
        if "environment-bare" in self.agent.wrong:
            environment = {"TERM": "dumb", "HOME": "/home/kit", "PWD": "/"}
        engine = AgentTerminal(
            session_id,
            limits=self.agent.limits if self.agent.fault else DEFAULTS,
            table=self.agent.tables[TERMINAL_TABLE.name],
            windowed="terminal_credit" in self.agent.capabilities,
        )
        link = Link(self.agent.send, lambda: self.agent.capabilities, self.agent.wrong, environment, self.agent.nursery)
        return PeerTerminal(engine, link, strict=self.agent.fault is None or self.agent.fault.fatal)
