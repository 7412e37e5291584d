"""The files of a parameter folder, found and read; a file that has no place there is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from portfolio_lib.parameters.documents import Document, parse_document, read_document
from portfolio_lib.parameters.faults import Fault, did_you_mean, fault_of_file, shown_text
from portfolio_lib.parameters.nodes import Origin

FIRM_FILE = "firm.yaml"
PRESETS = "presets"
KEY_WORDS = "small letters, digits and hyphens, at most 60, for example saas-north"
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True)
class ParameterFiles:
    """Every file of a parameter folder as read; units and presets by the stem of their file."""

    folder: Path
    firm: Document | None
    units: dict[str, Document]
    presets: dict[str, Document]
    faults: tuple[Fault, ...]

    @property
    def origin(self) -> Origin:
        """The folder itself, for faults that belong to no file."""
        return Origin(self.folder, shown_path(self.folder, self.folder.parent))


def read_folder(
    folder: Path, *, presets: Path | None = None, unwritten: Mapping[str, str] | None = None
) -> ParameterFiles:
    """Read a parameter folder.

    Parameters
    ----------
    folder
        Holds firm.yaml, a file per unit, and presets/.
    presets
        A further folder of presets; those beside firm.yaml come first.
    unwritten
        Units that are not written yet: key and text of the file.
    """
    root = folder.parent
    if not folder.is_dir():
        origin = Origin(folder, shown_path(folder, root))
        problem = "no such folder; expected the folder that holds firm.yaml"
        fault = fault_of_file(origin, problem, "Go to the folder of the project and try again")
        return ParameterFiles(folder, None, {}, {}, (fault,))
    paths = _visible(folder)
    units = {path.stem: _read(path, root) for path in paths if path.name != FIRM_FILE}
    for key, text in (unwritten or {}).items():
        path = folder / f"{key}.yaml"
        units[key] = parse_document(text, Origin(path, shown_path(path, root)))
    firm = _read(folder / FIRM_FILE, root) if folder / FIRM_FILE in paths else None
    files = ParameterFiles(folder, firm, units, _presets(folder, presets, root), ())
    return ParameterFiles(folder, firm, units, files.presets, tuple(_misplaced(files)))


def shown_path(path: Path, root: Path) -> str:
    """A path as messages show it: from the project's folder where it lies inside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def is_unit_key(text: str) -> bool:
    """Whether a text may be a unit's key, which names its file and its folder of reports."""
    return _KEY.fullmatch(text) is not None


def key_fault(key: str, others: Iterable[str]) -> str | None:
    """Why a text cannot be a new unit's key, or None where it can."""
    if key == Path(FIRM_FILE).stem:
        return "firm is the name of the shared file; expected another key"
    twin = next((o for o in sorted(others) if o != key and o.casefold() == key.casefold()), None)
    like = f"; it differs only by case from {shown_text(twin)}" if twin is not None else ""
    if not is_unit_key(key):
        return f"{shown_text(key)} is not a key for a unit; expected {KEY_WORDS}{like}"
    return None


def _visible(folder: Path) -> list[Path]:
    """Files that end in .yaml; hidden ones are editors' leavings."""
    paths = (path for path in folder.glob("*.yaml") if not path.name.startswith("."))
    return sorted(paths, key=lambda path: path.stem)


def _read(path: Path, root: Path) -> Document:
    return read_document(Origin(path, shown_path(path, root)))


def _presets(folder: Path, further: Path | None, root: Path) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for place in (folder / PRESETS, further):
        for path in _visible(place) if place is not None and place.is_dir() else ():
            if path.stem not in found:
                found[path.stem] = _read(path, root)
    return found


def _misplaced(files: ParameterFiles) -> Iterable[Fault]:
    if files.firm is None:
        origin = Origin(files.folder, shown_path(files.folder / FIRM_FILE, files.folder.parent))
        near = did_you_mean(FIRM_FILE, [f"{stem}.yaml" for stem in files.units])
        problem = f"missing; expected the settings that all units share{near}"
        yield fault_of_file(origin, problem, "Write it; a block 'firm:' with a 'name:' begins it")
    if not files.units:
        problem = "no file of a unit; expected one YAML file per business unit"
        yield fault_of_file(files.origin, problem, "'portfolio new UNIT' writes one")
    for key, document in files.units.items():
        problem_of_key = key_fault(key, files.units)
        if problem_of_key:
            yield fault_of_file(document.origin, problem_of_key, "Rename the file")
    for path in sorted(files.folder.glob("*.yml")):
        origin = Origin(path, shown_path(path, files.folder.parent))
        yield fault_of_file(origin, "ends in .yml; expected .yaml", "Rename the file")
