"""Folders, files and environment variables that the parameters name: made absolute, looked for."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from portfolio_lib.parameters.faults import (
    Fault,
    did_you_mean,
    fault_at,
    listed,
    shown_text,
)
from portfolio_lib.parameters.folders import shown_path
from portfolio_lib.parameters.nodes import Node, Route, find, replaced

_FOLDER: Route = ("sources", "folder")
_DEMO = Path("data") / "demo"
_MAKE_DEMO = "'make review' or 'portfolio demo' makes the demo's data"
_PUT_THERE = "Put the files there, or correct the path"


def settle(node: Node, key: str) -> tuple[Node, list[Fault]]:
    """Put the unit's key for {unit} and make the folder absolute.

    A folder is taken from the file that names it, so that firm and unit may lie apart.
    """
    faults: list[Fault] = []
    for route, place in [*_named(node, _FOLDER), *_files(node)]:
        text = str(place.value)
        others = [word for word in re.findall(r"\{([^{}]*)\}", text) if word != "unit"]
        if others:
            problem = f"found {shown_text('{' + others[0] + '}')}; expected {{unit}} or no braces"
            faults.append(fault_at(place, route, problem))
        text = text.replace("{unit}", key)
        if route == _FOLDER:
            text = os.path.normpath(place.origin.path.parent.absolute() / text)
        elif find(node, _FOLDER) is None and not os.path.isabs(text):
            problem = f"found the file {shown_text(text)} and no folder; expected sources.folder"
            faults.append(fault_at(place, route, problem, "Say in which folder the files are"))
        node = replaced(node, route, text)
    return node, faults


def source_files(folder: str | None, file: str) -> tuple[Path, ...]:
    """The files that a source names, in the order of their paths.

    `file` is a file, a pattern or a folder, taken from `folder`; a folder stands for the files
    in it. Hidden files are left out. Empty where nothing matches.
    """
    at = Path(folder or "", file)
    try:
        if at.is_file():
            return (at,)
        pattern = str(at) if _is_folder(at) else None
        found = (
            glob.glob(os.path.join(glob.escape(pattern), "*"))
            if pattern is not None
            else glob.glob(os.path.join(glob.escape(folder or ""), file), recursive=True)
        )
        return tuple(sorted(path for path in map(Path, found) if path.is_file()))
    except OSError:  # a name too long for the file system names nothing
        return ()


def missing_places(nodes: Sequence[Node], root: Path) -> list[Fault]:
    """Folders and files that are named and not there; one fault for each line that names them.

    `nodes` are the units' settled settings; `root` is the folder of the project.
    """
    absent: dict[tuple[str, int, Route], tuple[Node, list[str], str]] = {}
    for node in nodes:
        for route, place, path, hint in _absent(node):
            where = (place.origin.shown, place.line, route)
            _, paths, _ = absent.setdefault(where, (place, [], hint))
            if path not in paths:
                paths.append(path)
    return [
        _absent_fault(place, where[2], paths, hint, root)
        for where, (place, paths, hint) in absent.items()
    ]


def unset_variables(node: Node, environ: Mapping[str, str]) -> list[Fault]:
    """Connections whose environment variable is not set; only the name is told."""
    faults = []
    for route, place in _texts_called(node, "connection"):
        name = str(place.value).removeprefix("env:")
        if not environ.get(name):
            problem = f"found the environment variable {shown_text(name)} not set; "
            problem += "expected the address of a database in it"
            faults.append(fault_at(place, route, problem, "Set it before you run"))
    return faults


def _files(node: Node) -> list[tuple[Route, Node]]:
    return _texts_called(node, "file")


def _texts_called(node: Node, key: str) -> list[tuple[Route, Node]]:
    """The texts under one key, of every table and of what is joined to it."""
    found: list[tuple[Route, Node]] = []
    tables = find(node, ("sources", "tables"))
    for table, source in (tables.entries if tables else {}).items():
        route: Route = ("sources", "tables", table)
        found += _named(node, (*route, key))
        joined = source.child("join")
        count = len(joined.value) if joined and isinstance(joined.value, list) else 0
        for place in range(count):
            found += _named(node, (*route, "join", place, key))
    return found


def _named(node: Node, route: Route) -> list[tuple[Route, Node]]:
    place = find(node, route)
    return [(route, place)] if place is not None and isinstance(place.value, str) else []


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long for the file system names nothing
        return False


def _absent(node: Node) -> Iterator[tuple[Route, Node, str, str]]:
    """Route, value, path and hint of each thing that one unit names and that is not there."""
    folder = find(node, _FOLDER)
    inside = str(folder.value) if folder is not None else None
    if folder is not None and inside is not None and not _is_folder(Path(inside)):
        yield _FOLDER, folder, inside, ""
        return
    for route, place in _files(node):
        file = str(place.value)
        if inside is None and not os.path.isabs(file):
            continue  # told of already: there is no folder
        if not source_files(inside, file) and not _left_out(node, route, inside):
            yield route, place, os.path.join(inside or "", file), _near(inside, file)


def _left_out(node: Node, route: Route, folder: str | None) -> bool:
    """Whether a file belongs to an optional table that is not handed in."""
    source = find(node, route[:3])
    optional = source.child("optional") if source is not None else None
    if source is None or optional is None or optional.value is not True:
        return False
    file = source.child("file")
    return file is not None and not source_files(folder, str(file.value))


def _near(folder: str | None, file: str) -> str:
    try:
        names = os.listdir(folder) if folder else []
    except OSError:  # a folder that may not be listed offers no names
        names = []
    return did_you_mean(file, [name for name in names if not name.startswith(".")])


def _absent_fault(place: Node, route: Route, paths: list[str], hint: str, root: Path) -> Fault:
    shown = listed([shown_text(shown_path(Path(path), root)) for path in paths], most=5)
    is_demo = any(Path(path).is_relative_to(root / _DEMO) for path in paths)
    problem = f"found no folder {shown}; expected the folder of the files"
    if route != _FOLDER:
        problem = f"found no file {shown}; expected at least one{hint}"
    return fault_at(place, route, problem, _MAKE_DEMO if is_demo else _PUT_THERE)
