"""Every signal with its counts, its thresholds, and how it stood at the last review."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from portfolio_lib.analyses.readiness_criteria.counting import score_of, to_next
from portfolio_lib.analyses.readiness_criteria.framework import SIGNALS, Signal
from portfolio_lib.analyses.readiness_criteria.scoring import Scores


def signals_frame(scores: Scores) -> pd.DataFrame:
    """One row per signal: see `Readiness.signals`."""
    frame = pd.DataFrame([_signal_row(scores, one) for one in SIGNALS])
    numbers = [name for name in frame if name in _SIGNAL_NUMBERS]
    frame[numbers] = frame[numbers].astype("float64")
    return frame


_SIGNAL_NUMBERS = (
    *("part", "whole", "share", "score", "last_share", "last_score"),
    *("from_2", "from_3", "from_4", "from_5", "next_share", "more_needed"),
)


def _signal_row(scores: Scores, one: Signal) -> dict[str, Any]:
    now, then, edges = scores.now[one.key], scores.then[one.key], scores.edges(one)
    following = to_next(now, edges)
    known = now.reason is None
    return {
        "signal": one.key,
        "criterion": one.criterion,
        "label": one.label,
        "words": one.words,
        "part": now.part if known else np.nan,
        "whole": now.whole if known else np.nan,
        "share": now.share,
        "score": score_of(now, edges),
        "last_share": then.share,
        "last_score": score_of(then, edges),
        **{f"from_{n}": edge for n, edge in enumerate(edges, start=2)},
        "next_share": following[0] if following else np.nan,
        "more_needed": following[1] if following else np.nan,
        "reason": now.reason,
    }
