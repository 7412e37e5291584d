"""A finished folder takes the place of the published one; a kill at any moment loses nothing.

1. Everything is written in scratch, on the same disk, and flushed.
2. Where the system can exchange two folders in one step, it does: a reader sees the old pack or
   the new one, never none and never half. Elsewhere the old folder is renamed into the history
   and the new one into its place; a run that was killed between the two is mended by `recover`
   when the next one starts.
3. The old folder is kept in the history; the oldest ones go.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from pathlib import Path

HISTORY = ".history"
WORK = ".work"
PENDING = "pending-"
PACK = "pack.html"
FAILED = "failed"
RENAME_EXCHANGE = 2
AT_FDCWD = -100
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


def publish(built: Path, reports: Path, unit: str, *, keep: int) -> None:
    """Put a finished folder in the place of `reports/<unit>`.

    Parameters
    ----------
    built : Path
        The new folder, on the same disk as `reports`.
    keep : int
        How many earlier packs of the unit stay in the history.

    Raises
    ------
    OSError
        The disk refused; what was published before is untouched.
    """
    flush(built)
    target = reports / unit
    if target.exists():
        _replace(built, target, reports / HISTORY / unit)
    else:
        built.rename(target)
    _flush_folder(reports)
    forget(reports / HISTORY / unit, keep=keep)


def _replace(built: Path, target: Path, history: Path) -> None:
    history.mkdir(parents=True, exist_ok=True)
    number = _next_number(history)
    pending = history / f"{PENDING}{number:06d}"
    if exchange(built, target):
        built.rename(pending)
    else:
        target.rename(pending)
        _flush_folder(history)
        built.rename(target)
    _settle(pending)
    _flush_folder(history)


def _settle(pending: Path) -> None:
    """Keep what was replaced, if it was a pack; a folder that told only of a failure goes."""
    shutil.rmtree(pending / FAILED, ignore_errors=True)
    if (pending / PACK).is_file():
        pending.rename(pending.with_name(pending.name.removeprefix(PENDING)))
    else:
        shutil.rmtree(pending)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    if sys.platform != "linux":
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if call(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(other))


def recover(reports: Path) -> list[str]:
    """Put back packs whose replacement was cut short between the two renames.

    Returns
    -------
    list of str
        The units whose last pack was put back.
    """
    mended = []
    for pending in sorted((reports / HISTORY).glob(f"*/{PENDING}*")):
        target = reports / pending.parent.name
        if target.exists():
            _settle(pending)
        else:
            pending.rename(target)
            mended.append(target.name)
    return mended


def forget(history: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest packs of a unit's history; returns what was removed."""
    packs = sorted(history.glob("[0-9]*"))
    gone = packs[: max(0, len(packs) - keep)]
    for path in gone:
        shutil.rmtree(path)
    return gone


def flush(folder: Path) -> None:
    """Make sure that every file of a folder is on the disk, not only in memory."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
    for path in [*(p for p in folder.rglob("*") if p.is_dir()), folder]:
        _flush_folder(path)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _next_number(history: Path) -> int:
    numbers = [int(path.name) for path in history.glob("[0-9]*") if path.name.isdigit()]
    return max(numbers, default=0) + 1
