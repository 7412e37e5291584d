"""Prospects that look like the best clients, and in what they look like them."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from portfolio_lib.analyses.peers import SIZE_NAMES
from portfolio_lib.analyses.shares import part_size
from portfolio_lib.analyses.snapshots import is_blank

TRAITS = ("industry", "country", "size")
TRAIT_COLUMNS = ("trait", "value", "best_share", "rest_share", "best", "rest", "times_as_common")
PROSPECT_COLUMNS = ("prospect_id", "name", *TRAITS, "source", "score", "alike", "in_pipeline")
LEAST_GROUP = 4
COMMONER = 1.05
"""A trait is named where it is at least this many times as common among the best."""


def trait_rows(clients: pd.DataFrame, prospects: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Industry, country and size of clients and prospects, in the same words.

    Sizes are thirds of the known sizes of the clients.
    """
    sizes = pd.to_numeric(clients["employees"]).dropna().to_numpy(float)
    edges = np.quantile(sizes, (1 / 3, 2 / 3), method="inverted_cdf") if len(sizes) else None
    return _traits(clients, edges), _traits(prospects, edges)


def _traits(rows: pd.DataFrame, edges: np.ndarray | None) -> pd.DataFrame:
    done = rows.copy()
    for name in ("industry", "country"):
        texts = done[name].astype("string").str.strip()
        done[name] = texts.astype("object").where(~is_blank(done[name]), None)
    known = pd.to_numeric(done["employees"]).astype(float)
    done["size"] = None
    if edges is not None:
        places = np.searchsorted(edges, known.fillna(0).to_numpy(float), side="left")
        named = pd.Series([SIZE_NAMES[place] for place in places], index=done.index, dtype="object")
        done["size"] = named.where(known.notna(), None)
    return done


def best_clients(clients: pd.DataFrame, part: float) -> pd.Series:
    """True for the active clients with the most revenue; ties by id."""
    count = part_size(len(clients), part)
    ranked = clients.sort_values(
        ["revenue_12m", "account_id"], ascending=[False, True], kind="stable"
    )
    best = ranked.loc[ranked["revenue_12m"] > 0].head(count).index
    return pd.Series(clients.index.isin(best), index=clients.index)


def too_few(best: pd.Series) -> str | None:
    """Why prospects cannot be held against the best clients; None where they can."""
    smaller = min(int(best.sum()), int((~best).sum()))
    if smaller >= LEAST_GROUP:
        return None
    return (
        f"needs {LEAST_GROUP} of the best clients and {LEAST_GROUP} others; this unit has "
        f"{int(best.sum())} and {int((~best).sum())}"
    )


def compare_traits(clients: pd.DataFrame, best: pd.Series, prior: float) -> pd.DataFrame:
    """How common each trait is among the best clients and among the others.

    Shares in `times_as_common` are shrunk towards the share among all clients, so that a trait of
    one client does not make a ranking.
    """
    found = []
    for trait in TRAITS:
        known = clients[trait].notna()
        for value in sorted(clients.loc[known, trait].unique()):
            has = clients[trait].eq(value)
            counts = [int((has & side & known).sum()) for side in (best, ~best)]
            sizes = [int((side & known).sum()) for side in (best, ~best)]
            everywhere = has.sum() / known.sum()
            shrunk = [
                (count + prior * everywhere) / (size + prior)
                for count, size in zip(counts, sizes, strict=True)
            ]
            shares = [c / s if s else np.nan for c, s in zip(counts, sizes, strict=True)]
            found.append((trait, value, *shares, *counts, round(shrunk[0] / shrunk[1], 6)))
    frame = pd.DataFrame(found, columns=list(TRAIT_COLUMNS))
    return frame.sort_values(
        ["times_as_common", "trait", "value"], ascending=[False, True, True], kind="stable"
    ).reset_index(drop=True)


def rank_prospects(
    prospects: pd.DataFrame, traits: pd.DataFrame, in_pipeline: frozenset[str]
) -> pd.DataFrame:
    """Prospects by how much commoner their traits are among the best clients.

    Returns
    -------
    frame
        One row per prospect, most alike first: `score` (product of `times_as_common` of its known
        traits; 1 is as like the best as the others), `alike` (the traits that make it so, with
        how common they are), `in_pipeline` (a deal with it is open).
    """
    known = {(row["trait"], row["value"]): row for row in traits.to_dict("records")}
    rows = prospects.copy()
    scores, reasons = [], []
    for prospect in rows[list(TRAITS)].itertuples(index=False):
        held = [known[key] for key in zip(TRAITS, prospect, strict=True) if key in known]
        scores.append(
            round(math.exp(math.fsum(math.log(row["times_as_common"]) for row in held)), 6)
        )
        best = sorted(
            (row for row in held if row["times_as_common"] >= COMMONER),
            key=lambda row: -float(row["times_as_common"]),
        )
        reasons.append("; ".join(_reason(row) for row in best) or "no trait that the best share")
    rows["score"], rows["alike"] = scores, reasons
    rows["in_pipeline"] = rows["prospect_id"].isin(in_pipeline)
    ordered = rows.sort_values(["score", "prospect_id"], ascending=[False, True], kind="stable")
    return ordered.reindex(columns=list(PROSPECT_COLUMNS)).reset_index(drop=True)


def _reason(row: Mapping[Hashable, Any]) -> str:
    value, best, rest = (row[name] for name in ("value", "best_share", "rest_share"))
    return f"{value} ({best:.0%} of the best, {rest:.0%} of the others)"
