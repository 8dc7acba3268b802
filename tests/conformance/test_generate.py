"""Generated files: made the same every time, and drift is named."""

from pathlib import Path

import pytest

from breeze_conformance.generate import artefacts, build, drift


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec" / "toy.md").write_text("- **SESS-001** It MUST work.\n<!-- generated: ticket.mmd -->\nmore\n")
    return tmp_path


def test_build_makes_everything_and_then_nothing_drifts(checkout: Path) -> None:
    changed = build(checkout)

    assert len(changed) > 50
    assert drift(checkout) == []
    assert build(checkout) == []


def test_picture_is_put_below_its_mark_and_renewed_in_place(checkout: Path) -> None:
    build(checkout)
    first = (checkout / "spec" / "toy.md").read_text()
    build(checkout)

    assert "<!-- generated: ticket.mmd -->\n```mermaid\nstateDiagram-v2\n" in first
    assert first.endswith("```\nmore\n")
    assert (checkout / "spec" / "toy.md").read_text() == first


def test_drift_names_what_is_missing_changed_and_left_over(checkout: Path) -> None:
    build(checkout)
    generated = checkout / "spec" / "generated"
    (generated / "machines" / "ticket.json").unlink()
    (generated / "matrix" / "ticket.txt").write_text("by hand")
    (generated / "old.txt").write_text("old")

    assert drift(checkout) == [
        "spec/generated/machines/ticket.json is not there",
        "spec/generated/matrix/ticket.txt differs from what its sources make",
        "spec/generated/old.txt is made by nothing any more",
    ]


def test_generation_is_deterministic(checkout: Path) -> None:
    assert dict(artefacts(checkout)) == dict(artefacts(checkout))
