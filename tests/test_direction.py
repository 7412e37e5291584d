"""Data flows one way: a room never imports one above it, analyses never import each other."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import portfolio_lib
from portfolio_lib.review import ANALYSES

ROOT = Path(portfolio_lib.__file__).parent
LEVELS = (
    {"errors"},
    {"parameters"},
    {"tables"},
    {"facts"},
    {"analyses"},
    {"pieces"},
    {"fingerprints", "exploring", "history", "pools", "review"},
    {"packs"},
    {"brief_commands"},
    {"cli"},
)
LEVEL_OF = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}

QUESTIONS = {place.split(":")[0].split(".")[2] for place in ANALYSES.values()} | {"firm"}
"""Modules of analyses that answer a question; what several share may be imported by all."""


def modules() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(source: str) -> Iterator[str]:
    """Modules of the library that a source imports, without the leading `portfolio_lib.`."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            names = ["portfolio_lib.relative"]
        for name in names:
            if name.startswith("portfolio_lib."):
                yield name.removeprefix("portfolio_lib.")


def imported_at_work(source: str) -> Iterator[str]:
    """Like `imported`, without what is only named in annotations."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    yield from imported(ast.unparse(tree))


def points_up(module: str, other: str) -> bool:
    here, there = module.split(".")[0], other.split(".")[0]
    if there not in LEVEL_OF:
        return there != "__version__" and other != "open_review"
    return LEVEL_OF[there] > LEVEL_OF[here]


def question_of(module: str) -> str | None:
    """The question that a module of analyses answers; its figures stand in `<question>_figures`."""
    room, _, name = module.partition(".")
    stem = name.split(".")[0].removesuffix("_figures")
    return stem if room == "analyses" and stem in QUESTIONS else None


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_imports_nothing_from_above_it(path):
    module = name_of(path)
    wrong = [name for name in imported(path.read_text("utf-8")) if points_up(module, name)]
    assert wrong == [], f"{module} imports {wrong}"


@pytest.mark.parametrize("path", sorted((ROOT / "analyses").glob("*.py")), ids=name_of)
def test_analyses_do_not_import_each_other(path):
    own = question_of(name_of(path))
    others = set(map(question_of, imported_at_work(path.read_text("utf-8")))) - {None, own}
    assert others == set()


def test_every_room_has_its_level():
    rooms = {name_of(path).split(".")[0] for path in modules()}
    assert rooms <= LEVEL_OF.keys()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("tables.loading", "from portfolio_lib.facts import build_facts"),
        ("facts.build", "import portfolio_lib.packs.run"),
        ("pieces.cards", "def f():\n    from portfolio_lib.review import Review"),
        ("analyses.portfolio", "from portfolio_lib.pieces import words"),
        ("errors", "from portfolio_lib import parameters"),
        ("packs.run", "from portfolio_lib import cli"),
    ],
)
def test_an_import_that_points_up_is_found(module, source):
    assert any(points_up(module, name) for name in imported(source))


def test_importing_the_library_loads_nothing_heavy():
    code = (
        "import sys, portfolio_lib\n"
        "heavy = {'pandas', 'numpy', 'duckdb', 'matplotlib', 'papermill', 'pydantic'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
