"""What the index knows of each unit: its status, and what its published review says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portfolio_lib.fingerprints import digest, library_digest
from portfolio_lib.packs.statuses import State, read_status
from portfolio_lib.parameters import UnitParameters

_WORST_FIRST: tuple[State, ...] = ("failed", "stale", "none", "current")


@dataclass(frozen=True)
class UnitEntry:
    """One unit on the index.

    Parameters
    ----------
    state, reason : str
        As in its `status.json`.
    record : mapping or None
        Its published `review.json`; None where there is no pack.
    """

    unit: str
    name: str
    state: State
    reason: str | None
    record: dict[str, Any] | None


def entry_of(reports: Path, unit: UnitParameters) -> UnitEntry:
    """The entry of a unit, from its folder."""
    status = read_status(reports, unit.key)
    path = reports / unit.key / "review.json"
    record = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    return UnitEntry(unit.key, unit.name, status.state, status.reason, record)


def worst_first(entries: Sequence[UnitEntry]) -> list[UnitEntry]:
    """Units that need somebody come first; else by key."""
    return sorted(entries, key=lambda entry: (_WORST_FIRST.index(entry.state), entry.unit))


def index_digest(firm_name: str, entries: Sequence[UnitEntry]) -> str:
    """The digest of everything that the index shows."""
    told = [[e.unit, e.name, e.state, e.reason, digest(e.record)] for e in entries]
    return digest([library_digest(), firm_name, told])


def published_index_digest(reports: Path) -> str | None:
    """The digest of what the published index shows; None where there is none."""
    try:
        record = json.loads((reports / "index.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return None
    is_whole = isinstance(record, dict) and (reports / "index.html").is_file()
    return record.get("made_from") if is_whole else None
