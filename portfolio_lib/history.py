"""The records of earlier reviews, beside the pack they belong to.

`reports/<unit>/history/<day>.json` holds what the review of that day published: its figures with
their targets and ranges, its plan, and its revenue by month. A pack carries the records of all
reviews before it, and its own.

A planned action tells who a client is and who looks after it. A confidential review therefore takes
over the records of full ones without their plans.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from portfolio_lib.errors import DataFault

if TYPE_CHECKING:
    from portfolio_lib.analyses.earlier_reviews import EarlierReview

HISTORY = "history"


def records_before(published: Path, as_of: dt.date) -> list[Path]:
    """The records that a review of this day may read, earliest first."""
    return [path for path in _records(published) if path.stem < as_of.isoformat()]


def _records(published: Path) -> list[Path]:
    return sorted((published / HISTORY).glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].json"))


def as_kept(path: Path, edition: str) -> bytes:
    """A record as a review of this edition may keep it: without a plan that names anybody."""
    content = path.read_bytes()
    if edition == "full":
        return content
    try:
        told = json.loads(content)
        if told.get("planned") is None or told.get("edition") == edition:
            return content
    except (ValueError, AttributeError):
        return content  # whoever reads it says what is wrong with it
    plain = json.dumps({**told, "planned": None}, ensure_ascii=False, indent=1)
    return f"{plain}\n".encode()


def history_digests(published: Path, as_of: dt.date, edition: str) -> dict[str, str]:
    """The digest of every earlier record, by a name that a reader understands."""
    return {
        f"the review of {path.stem}": hashlib.sha256(as_kept(path, edition)).hexdigest()
        for path in records_before(published, as_of)
    }


def hand_on(published: Path, store: Path, unit: str, as_of: dt.date, *, edition: str) -> None:
    """Copy the earlier records into a store, where the unit's pages find them."""
    target = _kept(store, unit)
    for path in records_before(published, as_of):
        target.mkdir(parents=True, exist_ok=True)
        (target / path.name).write_bytes(as_kept(path, edition))


def earlier_reviews(store: Path, unit: str, currency: str) -> tuple[EarlierReview, ...]:
    """The earlier reviews of a unit in its currency, earliest first.

    Raises
    ------
    DataFault
        A record cannot be read, or is of another day than its name says.
    """
    return tuple(
        review for review in _read(_kept(store, unit), unit) if review.currency == currency
    )


def _read(folder: Path, unit: str) -> Iterator[EarlierReview]:
    from portfolio_lib.analyses.earlier_reviews import read_review  # heavy; a run plans without it

    for path in sorted(folder.glob("*.json")):
        try:
            review = read_review(path.read_text(encoding="utf-8"))
            if review.as_of.isoformat() != path.stem:
                raise ValueError(f"it is of {review.as_of.isoformat()}")
            yield review
        except ValueError as error:
            raise DataFault(
                f"reports/{unit}/{HISTORY}/{path.name}: {error}. Put back what the review wrote, "
                "or remove the file: then nothing is compared with that review."
            ) from error


def _kept(store: Path, unit: str) -> Path:
    return store / HISTORY / unit


def leave_records(
    published: Path, built: Path, as_of: dt.date, record: str, *, edition: str
) -> None:
    """Put all records into a new pack: those of other days, and its own."""
    folder = built / HISTORY
    folder.mkdir()
    for path in _records(published):
        (folder / path.name).write_bytes(as_kept(path, edition))
    (folder / f"{as_of.isoformat()}.json").write_text(record, encoding="utf-8")
