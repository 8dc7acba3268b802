"""What is made from the tables and from the specification's words, committed, and checked for drift."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from breeze_conformance.clause_text import read_clauses
from breeze_protocol import openapi, promela, registry, render

GENERATED: Final = Path("spec/generated")
CLAUSES: Final = Path("conformance/breeze_conformance/generated/clauses.json")

_PICTURE = re.compile(r"(<!-- generated: (?P<name>\w+)\.mmd -->\n)(?:```mermaid\n.*?```\n)?", re.DOTALL)


def artefacts(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Make every generated file of a checkout: its path below the root, and its content."""
    machines = [each for group in registry.MACHINES.values() for each in group]
    for each in machines:
        yield GENERATED / "machines" / f"{each.name}.json", render.to_json(each)
        yield GENERATED / "machines" / f"{each.name}.mmd", render.mermaid(each).encode()
        yield GENERATED / "machines" / f"{each.name}.svg", render.svg(each).encode()
        yield GENERATED / "matrix" / f"{each.name}.txt", render.matrix_text(each).encode()
    yield GENERATED / "machines.schema.json", _json(render.json_schema())
    yield GENERATED / "openapi.json", _json(openapi.document((*registry.ENDPOINTS, *registry.FURTHER_ENDPOINTS)))
    for noun, families in registry.FAMILIES.items():
        yield GENERATED / "schema" / f"{noun}.json", _json(openapi.schema(families))
    for name, product in registry.PRODUCTS.items():
        yield GENERATED / "promela" / f"{name}.pml", promela.promela(product).encode()
    pages = sorted((root / "spec").glob("*.md"))
    yield CLAUSES, _json(dict(sorted(read_clauses(pages).items())))
    for page in pages:
        yield page.relative_to(root), _with_pictures(page.read_text()).encode()


def build(root: Path) -> list[Path]:
    """Write what is not current, remove what is not made any more, and tell which files changed."""
    changed = []
    made = dict(artefacts(root))
    for path, content in made.items():
        file = root / path
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            changed.append(path)
    for path in _stale(root, set(made)):
        (root / path).unlink()
        changed.append(path)
    return changed


def drift(root: Path) -> list[str]:
    """Name every generated file that is not what the sources make."""
    made = dict(artefacts(root))
    found = [f"{path} is not there" for path in made if not (root / path).exists()]
    found += [
        f"{path} differs from what its sources make"
        for path, content in made.items()
        if (root / path).exists() and (root / path).read_bytes() != content
    ]
    return found + [f"{path} is made by nothing any more" for path in _stale(root, set(made))]


def _stale(root: Path, made: set[Path]) -> list[Path]:
    present = (path.relative_to(root) for path in (root / GENERATED).rglob("*") if path.is_file())
    return sorted(path for path in present if path not in made)


def _with_pictures(text: str) -> str:
    known = {each.name: each for group in registry.MACHINES.values() for each in group}

    def draw(match: re.Match[str]) -> str:
        if match["name"] not in known:
            return match[0]
        return f"{match[1]}```mermaid\n{render.mermaid(known[match['name']])}```\n"

    return _PICTURE.sub(draw, text)


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
