"""What tests of chat share: a turn in which a model has asked for tools, and how to read its effects."""

from itertools import count
from typing import Any

from breeze_protocol.chat.engine import Conduct, Turn
from breeze_protocol.machine import Effect

DEVICE = "3d2c1b0a-0000-4000-8000-000000000001"
OTHER = "3d2c1b0a-0000-4000-8000-000000000002"
RESTART = {"action": "restart", "serviceName": "Spooler"}
CLICK = {"action": "click", "x": 450, "y": 320}


def ids() -> Any:
    numbers = count(1)
    return lambda: f"11111111-2222-4333-8444-{next(numbers):012x}"


def names(effects: list[Effect]) -> list[str]:
    return [effect.name for effect in effects]


def body(effects: list[Effect], name: str) -> Any:
    return next(effect.body for effect in effects if effect.name == name)


def turn_with(*calls: tuple[str, dict[str, Any]], level: str = "extended", **rest: Any) -> tuple[Turn, list[Effect]]:
    tainted, recent = rest.pop("tainted", False), rest.pop("recent", None)
    turn, effects = Turn(1, Conduct(DEVICE, level, **rest), tainted), []
    turn.begin(0.0)
    for number, (tool, asked) in enumerate(calls):
        effects += turn.call(f"t{number}", tool, asked, 0.0)
    return turn, effects + turn.calls_ready(0.0, ids(), "2026-11-21T12:05:00Z", recent)


def verdict(tool: str, asked: dict[str, Any], **rest: Any) -> str:
    """`runs`, `asks`, or the code that refuses the call."""
    _, effects = turn_with((tool, asked), **rest)
    if "send_command" in names(effects):
        return "runs"
    return "asks" if "open_approval" in names(effects) else body(effects, "send_tool_result").output["code"]
