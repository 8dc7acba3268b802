"""The house: what lies where, how long a file may be, who may import whom."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("protocol", "server", "agent", "helper", "conformance", "tests")
TOP = {"pyproject.toml", "spec", *FOLDERS, "README.md", "LICENSE", "requirements.lock"}
SOURCES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
    if not {"generated", "vendor", "versions", "__pycache__"} & set(path.parts)
)
NOUNS = ("account", "chat", "desktop", "ipc", "link", "session", "signaling", "terminal", "transfer")


def test_top_level_holds_what_the_design_says_and_nothing_else() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = {line.partition("/")[0] for line in listed.splitlines()}

    assert {name for name in names if not name.startswith(".")} <= TOP


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_short_and_so_are_its_functions(path: Path) -> None:
    text = path.read_text()
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {f.name: (f.end_lineno or 0) - f.lineno + 1 for f in functions}

    assert len(text.splitlines()) <= 400
    assert {name: lines for name, lines in long.items() if lines > 40} == {}


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "common", "base", "manager", "helpers", "misc"}

    assert [str(p.relative_to(ROOT)) for p in SOURCES if p.stem in drawers] == []


@pytest.mark.parametrize("noun", NOUNS)
def test_noun_names_its_file_everywhere(noun: str) -> None:
    package = ROOT / "protocol/breeze_protocol" / noun

    assert (ROOT / "spec" / f"{noun}.md").is_file()
    assert (ROOT / "tests/protocol" / f"test_{noun}.py").is_file()
    assert all(
        (package / f"{part}.py").exists() or (package / part).is_dir() for part in ("messages", "table", "engine")
    )


def test_import_contracts_are_kept() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [p for p in SOURCES if "tests" not in p.parts], ids=lambda p: str(p.relative_to(ROOT)))
def test_everything_public_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text())
    named = [n for n in tree.body if isinstance(n, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)]

    assert ast.get_docstring(tree), "the module has no docstring"
    assert [n.name for n in named if not n.name.startswith("_") and not ast.get_docstring(n)] == []
