"""Features made comparable: shape, missing values, scale. Learned on the rows of the fit alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from portfolio_lib.analyses.churn_models.samples import Floats, Samples

LEAST_SPREAD = 1e-9
LEAST_MISSING = 5
"""Missing in fewer rows than this, a feature gets no term of its own for being missing."""
WIDEST = 4.0
"""Standard deviations beyond which a value counts as this far: one odd account must not bend all.

Nor does a value count further than any seen in the fit. It is the prepared value that is limited,
so that contributions still add up to the score. Features of two values are not limited."""


@dataclass(frozen=True)
class Preparation:
    """How raw features become the columns of a model.

    Parameters
    ----------
    names : tuple of str
        The features kept.
    places : tuple of int
        Where each stands among the raw columns.
    is_wide : array of bool
        Features with a long tail, taken by the logarithm of their size.
    centres, spreads : arrays
        Mean and standard deviation of the known (shaped) values.
    lows, highs : arrays
        How far a standardised value counts.
    marked : tuple of int
        Places in `names` of the features with a term for being missing.
    dropped : mapping of str to str
        Features left out, and why, in words.
    """

    names: tuple[str, ...]
    places: tuple[int, ...]
    is_wide: np.ndarray
    centres: Floats
    spreads: Floats
    lows: Floats
    highs: Floats
    marked: tuple[int, ...]
    dropped: Mapping[str, str]

    def shaped(self, values: Floats) -> Floats:
        """The kept features, long tails by logarithm; NaN stays NaN."""
        kept = values[:, self.places]
        return np.where(self.is_wide, np.sign(kept) * np.log1p(np.abs(kept)), kept)

    def design(self, values: Floats) -> Floats:
        """Standardised columns, then one column for each feature that may be missing.

        A missing value counts as the average; its own column says that it was missing.
        """
        shaped = self.shaped(values)
        scaled = (shaped - self.centres) / self.spreads
        standard = np.clip(np.nan_to_num(scaled, nan=0.0), self.lows, self.highs)
        return np.hstack([standard, np.isnan(shaped[:, self.marked]).astype(float)])

    @property
    def owners(self) -> tuple[int, ...]:
        """For each column of the design, the place of its feature in `names`."""
        return (*range(len(self.names)), *self.marked)


def prepare(rows: Samples) -> Preparation:
    """Learn the preparation from rows; what never varies is dropped and named."""
    known = ~np.isnan(rows.values)
    dropped: dict[str, str] = {}
    kept: list[int] = []
    for place, name in enumerate(rows.names):
        why = _useless(rows.values[known[:, place], place])
        if why is None:
            kept.append(place)
        else:
            dropped[name] = why
    values = rows.values[:, kept]
    wide = _long_tails(values)
    shaped = np.where(wide, np.sign(values) * np.log1p(np.abs(values)), values)
    missing = np.isnan(values).sum(axis=0)
    marked = (missing >= LEAST_MISSING) & (len(rows) - missing >= LEAST_MISSING)
    centres = np.nanmean(shaped, axis=0) if kept else np.empty(0)
    spreads = np.nanstd(shaped, axis=0) if kept else np.empty(0)
    lows, highs = _limits((shaped - centres) / spreads) if kept else (np.empty(0), np.empty(0))
    return Preparation(
        names=tuple(rows.names[place] for place in kept),
        places=tuple(kept),
        is_wide=wide,
        centres=centres,
        spreads=spreads,
        lows=lows,
        highs=highs,
        marked=_distinct(np.isnan(values), np.flatnonzero(marked)),
        dropped=dropped,
    )


def _limits(scaled: Floats) -> tuple[Floats, Floats]:
    """The range seen, cut to `WIDEST` where there are more than two values."""
    lows, highs = np.nanmin(scaled, axis=0), np.nanmax(scaled, axis=0)
    between = (scaled > lows + LEAST_SPREAD) & (scaled < highs - LEAST_SPREAD)
    many = between.any(axis=0)
    return np.where(many, np.maximum(lows, -WIDEST), lows), np.where(
        many, np.minimum(highs, WIDEST), highs
    )


def _distinct(missing: np.ndarray, places: np.ndarray) -> tuple[int, ...]:
    """One of each group of features that are missing in exactly the same rows."""
    seen: dict[bytes, int] = {}
    for place in places.tolist():
        seen.setdefault(np.packbits(missing[:, place]).tobytes(), place)
    return tuple(seen.values())


def _useless(known: Floats) -> str | None:
    if len(known) == 0:
        return "never known"
    scale = max(1.0, float(np.abs(known).max()))
    return "the same everywhere" if float(np.ptp(known)) <= LEAST_SPREAD * scale else None


def _long_tails(values: Floats) -> np.ndarray:
    """Features whose largest size is far beyond the usual one, as money and counts are."""
    if values.size == 0:
        return np.zeros(values.shape[1], dtype=bool)
    size = np.abs(values)
    middle = np.nanmedian(size, axis=0)
    return np.asarray((np.nanmax(size, axis=0) > 20) & (np.nanmax(size, axis=0) > 4 * middle))
