"""Chat: the tables of tools, approvals, and what an agent makes of an approved command."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.protocol.chat_sides import CLICK, DEVICE, OTHER, RESTART, names, turn_with, verdict
from tests.protocol.strategies import messages_of

from breeze_protocol.chat import tools
from breeze_protocol.chat.declare import declarations, describe, schema
from breeze_protocol.chat.dispatch import commands
from breeze_protocol.chat.engine import Call, Conduct
from breeze_protocol.chat.inputs import INPUTS, blocked
from breeze_protocol.link.commands import COMMANDS, FURTHER_COMMANDS
from breeze_protocol.wire import decode, encode

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.clause("CHAT-060", "CHAT-062")
def test_table_of_the_specification_is_the_table_of_the_code() -> None:
    text = (ROOT / "spec/chat.md").read_text()
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| `") and line.count("|") == 7]
    stated = {
        cells[0].strip(" `"): tuple(
            le for le, has in zip(tools.LEVELS, cells[1:4], strict=True) if has.strip() == "yes"
        )
        for cells in rows
        if cells[4].strip().endswith(" s")
    }

    assert stated == {name: tool.levels for name, tool in tools.TOOLS.items()}
    assert [len(tools.offered(level)) for level in tools.LEVELS] == [14, 20, 23]


@pytest.mark.clause("CHAT-060", "CHAT-061")
@pytest.mark.parametrize("level", tools.LEVELS)
@pytest.mark.parametrize("tool", tools.TOOLS)
def test_tool_above_the_level_is_refused_and_one_within_is_judged(tool: str, level: str) -> None:
    said = verdict(tool, {}, level=level)

    assert (said == "TOOL_LEVEL") == (level not in tools.TOOLS[tool].levels) or said == "TOOL_LEVEL"
    if level in tools.TOOLS[tool].levels and (tool, "") in tools.ACTIONS and tool != "detect_log_correlations":
        assert said == ("asks" if tool == "network_discovery" else "runs")


GOOD = [
    (json.loads(p.read_text())["family"].removesuffix("_input"), json.loads(json.loads(p.read_text())["text"]))
    for p in sorted((ROOT / "spec/vectors/chat").glob("*/*.json"))
    if json.loads(p.read_text())["family"].endswith("_input") and json.loads(p.read_text())["verdict"] == "accept"
]


@pytest.mark.clause("CHAT-067", "CHAT-068", "CHAT-092")
@pytest.mark.parametrize(("tool", "asked"), GOOD, ids=lambda v: v if isinstance(v, str) else v.get("action", ""))
def test_every_action_runs_or_asks_as_its_tier_says(tool: str, asked: dict[str, Any]) -> None:
    row = tools.action(tool, asked)

    assert verdict(tool, asked) == {1: "runs", 2: "runs", 3: "asks"}[row.tier]
    assert verdict(tool, asked, tainted=True) == {1: "runs", 2: "asks", 3: "asks"}[row.tier]
    below = tools.LEVELS[: tools.LEVELS.index(row.level)]
    assert {verdict(tool, asked, level=level) for level in below} <= {"TOOL_LEVEL"}


def test_vectors_and_rows_name_the_same_actions() -> None:
    tried = {(tool, tools.action_of(tool, asked)) for tool, asked in GOOD}

    assert {key for key, row in tools.ACTIONS.items() if row.tier < tools.NEVER} - tried <= {
        ("manage_services", "list"),
        ("file_operations", "list"),
    }


@pytest.mark.clause("CHAT-069", "CHAT-061", "CHAT-063", "CHAT-064", "CHAT-066", "CHAT-077", "CHAT-070")
@pytest.mark.parametrize(
    ("tool", "asked", "options", "said"),
    [
        ("format_disk", {}, {}, "TOOL_UNAVAILABLE"),
        ("manage_alerts", {"action": "suppress", "alertId": DEVICE}, {}, "TOOL_LEVEL"),
        ("security_scan", {"action": "vulnerabilities"}, {}, "TOOL_LEVEL"),
        ("file_operations", {"action": "delete", "path": "/x"}, {"level": "standard"}, "TOOL_LEVEL"),
        ("take_screenshot", {}, {"capture": False}, "TOOL_CAPTURE_DISABLED"),
        ("computer_control", CLICK, {"capture": False}, "TOOL_CAPTURE_DISABLED"),
        ("manage_services", {**RESTART, "force": True}, {}, "TOOL_INPUT_INVALID"),
        ("file_operations", {"action": "read", "path": "//server/share"}, {}, "TOOL_INPUT_INVALID"),
        ("file_operations", {"action": "read", "path": "notes.txt"}, {}, "TOOL_INPUT_INVALID"),
        ("get_device_details", {"deviceId": OTHER}, {}, "TOOL_DEVICE"),
        ("search_logs", {"deviceIds": [DEVICE, OTHER]}, {}, "TOOL_DEVICE"),
        ("file_operations", {"action": "read", "path": "/etc/shadow"}, {}, "TOOL_PATH_BLOCKED"),
        (
            "execute_command",
            {"commandType": "file_read", "payload": {"path": "/proc/1/environ"}},
            {},
            "TOOL_PATH_BLOCKED",
        ),
        ("disk_cleanup", {"action": "execute", "paths": ["/tmp/a", "C:\\Windows\\SAM"]}, {}, "TOOL_PATH_BLOCKED"),
        ("take_screenshot", {}, {"recent": {"take_screenshot": 10}}, "TOOL_RATE_LIMITED"),
        ("take_screenshot", {}, {"recent": {"take_screenshot": 9}}, "runs"),
        ("get_device_details", {"deviceId": DEVICE}, {}, "runs"),
    ],
)
def test_call_is_judged_outside_the_model(tool: str, asked: dict[str, Any], options: dict[str, Any], said: str) -> None:
    assert verdict(tool, asked, **options) == said


@pytest.mark.clause("CHAT-077")
@pytest.mark.parametrize(
    ("path", "shut"),
    [
        ("/etc/shadow", True),
        ("//ETC//./Shadow-", True),
        ("/private/etc/sudoers.d/x", True),
        ("/home/ada/.ssh/id_ed25519", True),
        ("c:\\windows\\System32\\config\\SAM", True),
        ("\\\\?\\C:\\Windows \\SAM", True),
        ("C:/Users/ada/AppData/x", True),
        ("/etc/hosts", False),
        ("/home/ada/ssh", False),
        ("/processes", False),
    ],
)
def test_blocked_places_are_found_however_they_are_written(path: str, shut: bool) -> None:
    assert blocked(path) == shut


@given(st.sampled_from(sorted(INPUTS)).flatmap(lambda tool: st.tuples(st.just(tool), messages_of(INPUTS[tool]))))
def test_every_input_survives_the_wire_and_has_commands(case: tuple[str, Any]) -> None:
    tool, asked = case
    if getattr(asked, "x", None) is not None or hasattr(asked, "y"):
        asked.y = asked.x = asked.x or 0
    raw = encode(asked)

    assert decode(INPUTS[tool], raw, limit=len(raw)) == asked
    for kind, payload in commands(tool, json.loads(raw)):
        known = {**FURTHER_COMMANDS, **COMMANDS}[kind]
        decode(known.payload, encode(payload), limit=1 << 22)


@pytest.mark.clause("CHAT-060", "CHAT-063")
@pytest.mark.parametrize("level", tools.LEVELS)
def test_model_is_told_objects_with_the_actions_of_its_level(level: str) -> None:
    told = {each["name"]: each["input_schema"] for each in declarations(level, True)}

    assert tuple(told) == tools.offered(level)
    for form in told.values():
        jsonschema.Draft202012Validator.check_schema(form)
        assert form["type"] == "object"
    if level == "standard":
        assert told["file_operations"]["properties"]["action"]["enum"] == ["list", "read"]
    assert "take_screenshot" not in {each["name"] for each in declarations(level, False)}


@pytest.mark.parametrize(("tool", "asked"), GOOD, ids=lambda v: v if isinstance(v, str) else "")
def test_what_a_decoder_takes_fits_the_schema_that_the_model_was_told(tool: str, asked: dict[str, Any]) -> None:
    jsonschema.validate(asked, schema(tool, "extended"))


@pytest.mark.clause("CHAT-093")
def test_description_shows_values_as_text_and_says_what_it_leaves_out() -> None:
    assert describe("manage_services", RESTART) == "Restart the service “Spooler”"
    said = describe("file_operations", {"action": "write", "path": "/a\u202e\n\x1b[0m", "content": "x" * 201})
    assert (
        said == "Replace the content of “/a\\u{202e}\\u{a}\\u{1b}[0m” with “" + "x" * 200 + "” (and 1 more characters)"
    )
    assert describe("manage_services", {"action": "stop", "serviceName": "{path!r}"}).endswith("“{path!r}”")


@pytest.mark.clause("CHAT-068", "CHAT-069")
@given(st.lists(st.sampled_from([*GOOD, ("format_disk", {}), ("manage_alerts", {"action": "suppress"})]), max_size=6))
def test_model_that_obeys_anything_changes_nothing_without_an_approval(
    wanted: list[tuple[str, dict[str, Any]]],
) -> None:
    turn, effects = turn_with(*wanted, tainted=True)
    running = {execution: call for execution, call in turn.calls.items() if call.running.state == "executing"}

    assert all(tools.action(call.tool, call.asked).tier == 1 for call in running.values())
    assert names(effects).count("send_command") == len(running)


def test_call_without_a_canonical_form_is_refused() -> None:
    call = Call("x", "t", "get_device_details", {"deviceId": 1.5}, Conduct(DEVICE, "basic"))
    assert "report_result" in names(call.judge(0.0, tainted=False, granted=False, within_rate=True))
