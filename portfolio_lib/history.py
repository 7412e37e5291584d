"""The records of earlier reviews, beside the pack they belong to.

`reports/<unit>/history/<day>.json` holds what the review of that day published: its figures and
its revenue by month. A pack carries the records of all reviews before it, and its own.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from portfolio_lib.errors import DataFault
from portfolio_lib.fingerprints import file_digest

if TYPE_CHECKING:
    from portfolio_lib.analyses.earlier_reviews import EarlierReview

HISTORY = "history"


def records_before(published: Path, as_of: dt.date) -> list[Path]:
    """The records that a review of this day may read, earliest first."""
    return [path for path in _records(published) if path.stem < as_of.isoformat()]


def _records(published: Path) -> list[Path]:
    return sorted((published / HISTORY).glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].json"))


def history_digests(published: Path, as_of: dt.date) -> dict[str, str]:
    """The digest of every earlier record, by a name that a reader understands."""
    return {
        f"the review of {path.stem}": file_digest(path) for path in records_before(published, as_of)
    }


def hand_on(published: Path, store: Path, unit: str, as_of: dt.date) -> None:
    """Copy the earlier records into a store, where the unit's pages find them."""
    target = _kept(store, unit)
    for path in records_before(published, as_of):
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / path.name)


def earlier_reviews(store: Path, unit: str, currency: str) -> tuple[EarlierReview, ...]:
    """The earlier reviews of a unit in its currency, earliest first.

    Raises
    ------
    DataFault
        A record cannot be read; the message names it.
    """
    return tuple(
        review for review in _read(_kept(store, unit), unit) if review.currency == currency
    )


def _read(folder: Path, unit: str) -> Iterator[EarlierReview]:
    from portfolio_lib.analyses.earlier_reviews import read_review  # heavy; a run plans without it

    for path in sorted(folder.glob("*.json")):
        try:
            yield read_review(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise DataFault(
                f"reports/{unit}/{HISTORY}/{path.name}: {error}. Put back what the review wrote, "
                "or remove the file: then nothing is compared with that review."
            ) from error


def _kept(store: Path, unit: str) -> Path:
    return store / HISTORY / unit


def leave_records(published: Path, built: Path, as_of: dt.date, record: str) -> None:
    """Put all records into a new pack: those of other days as they were, and its own."""
    folder = built / HISTORY
    folder.mkdir()
    for path in _records(published):
        shutil.copyfile(path, folder / path.name)
    (folder / f"{as_of.isoformat()}.json").write_text(record, encoding="utf-8")
