"""The golden vectors of `spec/vectors`: wire text written by hand, and what a decoder has to make of it."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from breeze_protocol import clause
from breeze_protocol.errors import RemoteProtocolError
from breeze_protocol.registry import FAMILIES
from breeze_protocol.wire import decode

VECTORS = Path(__file__).resolve().parents[2] / "spec/vectors"
FILES = sorted(VECTORS.glob("*/*/*.json"))
ELSEWHERE = {("ipc", "sealed"), ("chat", "stream"), ("chat", "canonical")}
"""(noun, family) of vectors that the noun's own tests judge, since they need more than a type."""
COMPLETE = ("desktop", "ipc", "signaling", "transfer")
"""Nouns of which every message has an accepted and a refused vector."""
KEYS = {"family", "clause", "verdict", "note"}


def noun_of(path: Path) -> str:
    return path.parts[-3]


def name_of(path: Path) -> str:
    return str(path.relative_to(VECTORS))


def tag_of(message: Any) -> Any:
    """The tag of a decoded message; a family of one type has none."""
    return type(message).__struct_config__.tag if isinstance(message, msgspec.Struct) else None


def judged() -> list[Path]:
    return [p for p in FILES if (noun_of(p), json.loads(p.read_text())["family"]) not in ELSEWHERE]


def wire_of(vector: dict[str, Any]) -> bytes:
    return bytes.fromhex(vector["hex"]) if "hex" in vector else vector["text"].encode()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_vector_says_what_it_is(path: Path) -> None:
    vector = json.loads(path.read_text())

    assert set(vector) >= KEYS
    assert ("text" in vector) != ("hex" in vector)
    assert vector["verdict"] in ("accept", "refuse")
    assert len(vector["note"]) > 3
    assert clause.noun(vector["clause"]) in (noun_of(path), "wire")


@pytest.mark.parametrize("path", judged(), ids=name_of)
def test_decoder_and_vector_agree(path: Path) -> None:
    vector = json.loads(path.read_text())
    kind, raw = FAMILIES[noun_of(path)][vector["family"]], wire_of(vector)

    if vector["verdict"] == "refuse":
        with pytest.raises(RemoteProtocolError):
            decode(kind, raw, limit=len(raw))
    else:
        assert tag_of(decode(kind, raw, limit=len(raw))) in (None, path.parent.name)


def kinds(family: Any) -> tuple[Any, ...]:
    return getattr(family, "__args__", (family,))


@pytest.mark.parametrize("noun", COMPLETE)
def test_every_message_has_a_vector_of_each_verdict(noun: str) -> None:
    found = set()
    for path in FILES:
        if noun_of(path) == noun:
            vector = json.loads(path.read_text())
            found.add((vector["family"], path.parent.name, vector["verdict"]))
    tags = {
        (name, kind.__struct_config__.tag or name) for name, family in FAMILIES[noun].items() for kind in kinds(family)
    }

    assert {(*tag, verdict) for tag in tags for verdict in ("accept", "refuse")} - found == set()
