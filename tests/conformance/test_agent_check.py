"""`breeze check agent` on real processes: exit statuses, words, reports, and nothing left behind."""

import argparse
import json
import os
import sys
from pathlib import Path

import pytest

from breeze_conformance.cli import check

PEER = f"{sys.executable} -m breeze_conformance.peers.agent"
FEW = ["--case", "link/pong", "--case", "link/unknown-command", "--case", "terminal/start"]


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The target finds the packages wherever this program does."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))


def run(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="breeze check")
    check.configure(parser)
    return check.run(parser.parse_args(words))


def test_a_correct_agent_conforms_and_the_report_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.json"
    assert run("agent", "--cmd", PEER, "--report", str(file), *FEW) == 0
    read = json.loads(file.read_bytes())
    assert read["schema"] == "breeze-conformance-report/1"
    assert (read["target"]["name"], read["exit"], read["counts"]["pass"]) == ("kit agent 0.1.0", 0, 3)
    assert "conforms: 3 case(s) judged" in capsys.readouterr().out


def test_a_faulty_agent_does_not_and_is_told_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("agent", "--cmd", f"{PEER} --fault unknown-command-words", *FEW) == 1
    said = capsys.readouterr().out
    assert "LINK-055" in said
    assert "unknown command type: kit_unheard_of" in said
    assert "--case link/unknown-command" in said


def test_an_agent_that_dies_of_a_frame_fails_by_its_clause(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("agent", "--cmd", f"{PEER} --fault crash-on-garbage", "--case", "link/garbage") == 1
    assert "LINK-039" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/nonexistent/agent", "did not start"),
        ("true", "exited with status 0"),
        ("echo hello", "not the contract's"),
        ("", "empty"),
        ("'unbalanced", "cannot be read"),
    ],
)
def test_a_command_that_is_no_target_cannot_be_judged(
    command: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("agent", "--cmd", command, *FEW) == 2
    said = capsys.readouterr().err
    assert said.startswith("breeze check: could not judge: ")
    assert words in said
    assert said.count("\n") == 1


def test_a_case_that_does_not_exist_cannot_be_judged(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("agent", "--cmd", PEER, "--case", "nothing/*") == 2
    assert "--list" in capsys.readouterr().err


def test_the_list_names_cases_and_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("agent", "--cmd", "/nonexistent/agent", "--list") == 0
    assert "terminal/exit-status" in capsys.readouterr().out


def test_a_target_without_the_contract_gets_server_and_key_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pids = tmp_path / "pids"
    script = tmp_path / "agent.sh"
    script.write_text(f"echo $$ $1 $2 >> {pids}\nsleep 1000 &\necho $! >> {pids}\n")
    assert run("agent", "--cmd", f"sh {script} {{server}} {{key}}", "--case", "enrollment/request") == 1
    first, child = pids.read_text().splitlines()[:2]
    pid, server, key = first.split()
    assert server.startswith("http://127.0.0.1:") and key.startswith("kit-")
    assert not [each for each in (pid, child) if _alive(int(each))]
    assert "LINK-001" in capsys.readouterr().out


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
