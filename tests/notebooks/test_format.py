"""The page notebooks are thin, clean, and run on whatever unit they are given."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from portfolio_lib.packs.notebooks import notebook_faults

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MOST_CODE_CELLS = 14
MOST_LINES = 14
REFUSED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Try, ast.Assert)
REFUSED_CALLS = {"print", "exec", "eval", "filterwarnings", "simplefilter", "display", "open"}


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code(path: Path) -> list[Any]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def calls(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func
            found.add(name.id if isinstance(name, ast.Name) else getattr(name, "attr", ""))
    return found


def test_the_pages_of_the_first_pack_are_there() -> None:
    assert {"portfolio", "segments", "notes"} <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestEveryNotebook:
    def test_is_a_valid_notebook_that_a_run_can_trust(self, path: Path) -> None:
        nbformat.validate(read(path))
        assert notebook_faults(path) == []

    def test_keeps_no_outputs_and_no_counts(self, path: Path) -> None:
        for cell in code(path):
            assert cell.outputs == []
            assert cell.execution_count is None

    def test_runs_on_the_kernel_that_every_machine_has(self, path: Path) -> None:
        assert read(path).metadata.kernelspec.name == "python3"
        assert "version" not in read(path).metadata.language_info

    def test_names_its_cells_so_that_saving_changes_nothing(self, path: Path) -> None:
        ids = [cell.id for cell in read(path).cells]
        assert len(set(ids)) == len(ids)
        assert all(one.startswith(f"{path.stem}-") for one in ids)

    def test_stays_thin(self, path: Path) -> None:
        cells = code(path)
        assert len(cells) <= MOST_CODE_CELLS
        assert all(len(cell.source.splitlines()) <= MOST_LINES for cell in cells)

    def test_defines_nothing_prints_nothing_and_hides_nothing(self, path: Path) -> None:
        for cell in code(path):
            tree = ast.parse(cell.source)
            assert not [node for node in ast.walk(tree) if isinstance(node, REFUSED)]
            assert not calls(tree) & REFUSED_CALLS
            assert not re.search(r"^\s*[%!]", cell.source, re.MULTILINE)

    def test_begins_with_a_section_and_skips_no_level_of_heading(self, path: Path) -> None:
        prose = [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]
        levels = [
            len(found) for text in prose for found in re.findall(r"^(#+) ", text, re.MULTILINE)
        ]
        assert read(path).cells[0].cell_type == "markdown"
        assert levels[0] == 2
        assert min(levels) == 2
        steps = itertools.pairwise(levels)
        assert all(after - before <= 1 for before, after in steps)

    def test_says_in_prose_what_it_asks_and_for_whom(self, path: Path) -> None:
        opening = read(path).cells[0].source
        assert len(opening.split()) >= 25
        assert re.search(r"\b(For|for) (whoever|anyone|those)\b", opening)

    def test_shows_analysts_what_they_start_from(self, path: Path) -> None:
        tagged = [cell.source for cell in code(path) if "analyst" in cell.metadata.get("tags", [])]
        assert any("review.card()" in source for source in tagged)
        assert all(
            "analyst" in cell.metadata.get("tags", [])
            for cell in code(path)
            if "review.explore" in cell.source
        )

    def test_writes_no_number_of_its_own_into_prose(self, path: Path) -> None:
        """Numbers come from tested functions; only a quoted term may hold one."""
        for cell in read(path).cells:
            if cell.cell_type == "markdown":
                assert not re.search(r"\d", re.sub(r"“[^”]*”", "", cell.source))
