"""Page notebooks before they run: can they be run at all, with the parameter that a run gives?

papermill only warns of a parameter that a notebook does not know, and the notebook then shows the
unit that its author worked on last. So it is refused here, before any kernel starts.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from portfolio_lib.errors import ParameterFault
from portfolio_lib.review import ANALYSES

PARAMETERS_TAG = "parameters"
ONE_ASSIGNMENT = 'one assignment, unit = "<a unit\'s key>"; comments may stand beside it'
REFUSED_TAGS = {
    "raises-exception": "an error there would look like success",
    "skip-execution": "the pack would miss what it computes",
}
Cell = dict[str, Any]


def notebook_path(project: Path, page: str) -> Path:
    """Where the notebook of a page lies."""
    return project / "notebooks" / f"{page}.ipynb"


def refuse_faulty_notebooks(project: Path, pages: Sequence[str]) -> None:
    """Refuse notebooks that a run cannot trust.

    Raises
    ------
    ParameterFault
        With every fault of every notebook.
    """
    faults = [
        f"notebooks/{page}.ipynb: {fault}"
        for page in pages
        for fault in notebook_faults(notebook_path(project, page))
    ]
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise ParameterFault("\n".join([f"{count} in the notebooks:", *faults]))


def notebook_faults(path: Path) -> list[str]:
    """Everything that speaks against running a notebook, in sentences."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ["there is no such notebook. Correct `pages:` in the parameters"]
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        return [f"cannot be read as a notebook ({error})"]
    if not isinstance(document, dict) or document.get("nbformat") != 4:
        return ["is not a notebook of format 4. Open and save it in JupyterLab"]
    cells = [cell for cell in document.get("cells", []) if cell.get("cell_type") == "code"]
    return [*_language(document), *_parameter_cell(cells), *_tags(cells), *_code(cells)]


def results_asked(path: Path) -> tuple[str, ...]:
    """The names of the results that a notebook asks for, in the order of its cells."""
    document = json.loads(path.read_text(encoding="utf-8"))
    sources = [_source(c) for c in document.get("cells", []) if c.get("cell_type") == "code"]
    names = [name for source in sources for name in _asked(_parsed(source))]
    return tuple(dict.fromkeys(names))


def _source(cell: Cell) -> str:
    return "".join(cell.get("source", ""))


def _tags_of(cell: Cell) -> list[str]:
    return list(cell.get("metadata", {}).get("tags", []))


def _language(document: dict[str, Any]) -> Iterator[str]:
    language = document.get("metadata", {}).get("kernelspec", {}).get("language", "python")
    if language != "python":
        yield f"is written for {language}; a page runs on Python"


def _parameter_cell(cells: Sequence[Cell]) -> Iterator[str]:
    tagged = [cell for cell in cells if PARAMETERS_TAG in _tags_of(cell)]
    if len(tagged) != 1:
        found = f"{len(tagged)} cells are" if tagged else "no cell is"
        yield f"{found} tagged {PARAMETERS_TAG!r}; expected one, with {ONE_ASSIGNMENT}"
        return
    if not _declares_unit(_parsed(_source(tagged[0]))):
        yield (
            f"the cell tagged {PARAMETERS_TAG!r} holds {_source(tagged[0])[:80]!r}; expected "
            f"{ONE_ASSIGNMENT}"
        )


def _declares_unit(tree: ast.Module | None) -> bool:
    match tree.body if tree is not None else []:
        case [ast.Assign(targets=[ast.Name(id="unit")], value=ast.Constant(value=str()))]:
            return True
    return False


def _tags(cells: Sequence[Cell]) -> Iterator[str]:
    for number, cell in enumerate(cells, start=1):
        for tag in sorted(REFUSED_TAGS.keys() & set(_tags_of(cell))):
            yield f"code cell {number} is tagged {tag!r}: {REFUSED_TAGS[tag]}. Take the tag away"


def _code(cells: Sequence[Cell]) -> Iterator[str]:
    for number, cell in enumerate(cells, start=1):
        tree = _parsed(_source(cell))
        if tree is None:
            yield f"code cell {number} is not Python: {_source(cell)[:80]!r}"
            continue
        for name in _asked(tree):
            if name not in ANALYSES:
                near = get_close_matches(name, ANALYSES, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(ANALYSES)}"
                yield f"code cell {number} asks for the result {name!r}; {hint}"


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError:
        return None


def _asked(tree: ast.Module | None) -> Iterator[str]:
    """The names in calls such as `review.result("portfolio")`."""
    for node in ast.walk(tree) if tree is not None else ():
        match node:
            case ast.Call(
                func=ast.Attribute(attr="result"), args=[ast.Constant(value=str() as name)]
            ):
                yield name
