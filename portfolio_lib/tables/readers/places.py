"""Which files a source means: one file, a pattern, or all files of a folder."""

from __future__ import annotations

from pathlib import Path

from portfolio_lib.tables.raw import UnreadableSource
from portfolio_lib.tables.wording import named_list, nearest

FORMATS_BY_ENDING = {
    ".csv": "csv",
    ".csv.gz": "csv",
    ".txt": "csv",
    ".txt.gz": "csv",
    ".tsv": "csv",
    ".tsv.gz": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "excel",
}


def format_of(path: Path) -> str | None:
    """The format that the ending of a file names; None for an unknown ending."""
    name = path.name.lower()
    endings = sorted(FORMATS_BY_ENDING, key=len, reverse=True)
    return next((FORMATS_BY_ENDING[end] for end in endings if name.endswith(end)), None)


def files_of(folder: Path, file: str) -> list[Path]:
    """The files that `file` means within `folder`, by name.

    Raises
    ------
    UnreadableSource
        There is no such file; the message names the nearest.
    """
    path = folder / file
    if path.is_dir():
        return _named(file, [one for one in path.iterdir() if format_of(one)])
    if any(mark in file for mark in "*?["):
        return _named(file, _matches(folder, file))
    if path.is_file():
        return [path]
    raise _no_file(folder, file)


def _matches(folder: Path, file: str) -> list[Path]:
    pattern = Path(file)
    start = Path(pattern.anchor) if pattern.is_absolute() else folder
    relative = str(pattern.relative_to(pattern.anchor)) if pattern.is_absolute() else file
    return [one for one in start.glob(relative) if one.is_file()]


def _named(file: str, found: list[Path]) -> list[Path]:
    """By name, without hidden files and the locks that office programs leave."""
    kept = sorted(one for one in found if not one.name.startswith((".", "~$")))
    if not kept:
        raise UnreadableSource(
            "no file",
            f"{file}: no file there that can be read.",
            f"Expected files ending in {', '.join(sorted(FORMATS_BY_ENDING))}.",
        )
    return kept


def _no_file(folder: Path, file: str) -> UnreadableSource:
    beside = (folder / file).parent
    if not beside.is_dir():
        return UnreadableSource(
            "no file",
            f"{file}: the folder {beside.name!r} is not there.",
            "Check sources.folder and file; folders count from the file that names them.",
        )
    names = sorted(one.name for one in beside.iterdir() if one.is_file())
    close = nearest(Path(file).name, names)
    found = f"the folder holds {named_list(names)}" if names else "the folder is empty"
    step = f"Did you mean {close!r}?" if close else "Put the file there, or name the one you mean."
    return UnreadableSource("no file", f"{file}: no such file; {found}.", step)
