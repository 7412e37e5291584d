"""Why an account has its score: what each feature adds, in words, and the cause it points to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from portfolio_lib.analyses.causes import FEATURES, NO_CAUSE, in_words
from portfolio_lib.analyses.churn_models.samples import Flags, Floats, Samples

LEAST_REASON = 0.05
"""Log-odds under which a bad value is no reason: it moves a chance of 10 % by half a point."""
LEAST_CAUSE = 0.1
REASONS = 3
POSITION = "contract_position"
NO_REASON = "no single reason stands out"


def explain(rows: Samples, terms: Floats) -> pd.DataFrame:
    """Reasons and cause of each row.

    Parameters
    ----------
    rows : Samples
        The accounts now.
    terms : array of shape (rows, features)
        What each feature adds to the score of the average account, in log-odds.

    Returns
    -------
    frame
        In the order of the rows: `account_id`, `reasons` (text, strongest first), `cause`.
    """
    visible = np.where(_is_reason(rows), terms, 0.0)
    told = [_reasons(rows.names, rows.values[i], visible[i]) for i in range(len(rows))]
    return pd.DataFrame(
        {"account_id": rows.accounts, "reasons": told, "cause": main_causes(rows.names, visible)}
    )


def _is_reason(rows: Samples) -> Flags:
    """Values that are bad in themselves; what is not known, and background, is no reason."""
    found = np.zeros(rows.values.shape, dtype=bool)
    for place, name in enumerate(rows.names):
        known = FEATURES[name]
        if known.cause is not None:
            found[:, place] = [not np.isnan(v) and known.bad(v) for v in rows.values[:, place]]
    return found


def _reasons(names: Sequence[str], values: Floats, terms: Floats) -> str:
    """The heaviest topics in words, each told by its heaviest feature.

    At most three, and one of the contract's position, which says when a client can leave.
    """
    topics: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        topics.setdefault(FEATURES[name].topic or name, []).append(place)
    weights = {topic: float(terms[places].sum()) for topic, places in topics.items()}
    heavy = [t for size, t in sorted((-w, t) for t, w in weights.items()) if -size >= LEAST_REASON]
    position = [t for t in heavy if FEATURES[names[topics[t][0]]].cause == POSITION][:1]
    others = [t for t in heavy if FEATURES[names[topics[t][0]]].cause != POSITION][:REASONS]
    told = []
    for topic in (t for t in heavy if t in (*position, *others)):
        place = max(topics[topic], key=lambda one: (terms[one], names[one]))
        told.append(in_words(names[place], float(values[place])))
    return "; ".join(told) or NO_REASON


def main_causes(names: Sequence[str], terms: Floats) -> list[str]:
    """The cause that adds most to each score; the contract's position only where nothing else does.

    That a term ends is why a client can leave, seldom why it does.
    """
    causes = [FEATURES[name].cause if name in FEATURES else None for name in names]
    known = [key for key in dict.fromkeys(causes) if key is not None]
    sums = {key: _sum_of(terms, [c == key for c in causes]) for key in known}
    return [_main({key: float(values[row]) for key, values in sums.items()})
            for row in range(len(terms))]  # fmt: skip


def _sum_of(terms: Floats, chosen: Sequence[bool]) -> Floats:
    found: Floats = terms[:, np.array(chosen, dtype=bool)].sum(axis=1)
    return found


def _main(sums: dict[str, float]) -> str:
    """The heaviest cause; ties by key."""
    heavy = [(-size, key) for key, size in sums.items() if size >= LEAST_CAUSE]
    behind = [pair for pair in heavy if pair[1] != POSITION]
    return min(behind or heavy, default=(0.0, NO_CAUSE))[1]


def contribution_table(rows: Samples, terms: Floats, start: float) -> pd.DataFrame:
    """Every term of every score, for analysts: with the constant they add up to the score.

    Returns
    -------
    frame
        One row per account and feature that adds or takes away something, and one for the
        average: `account_id`, `feature`, `says`, `adds` (log-odds).
    """
    parts = [pd.DataFrame({"account_id": rows.accounts, "feature": "Average account",
                           "says": "where every account starts", "adds": start})]  # fmt: skip
    for place, name in enumerate(rows.names):
        told = [in_words(name, float(value)) for value in rows.values[:, place]]
        parts.append(
            pd.DataFrame(
                {
                    "account_id": rows.accounts,
                    "feature": FEATURES[name].label,
                    "says": told,
                    "adds": terms[:, place],
                }
            )
        )
    every = pd.concat(parts, ignore_index=True)
    kept = every.loc[every["adds"].ne(0.0)].assign(_size=lambda f: -f["adds"].abs())
    ordered = kept.sort_values(["account_id", "_size", "feature"], kind="stable")
    return ordered.drop(columns="_size").reset_index(drop=True)
