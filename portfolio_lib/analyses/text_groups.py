"""Groups of free texts by the words they share, with the plain counts beside them.

Texts become weighted words (TF–IDF), and a non-negative factorisation finds a few sets of words
that together make up the texts. It is an aid to reading many texts, not a truth: what share of the
texts' words the groups make up is printed, and so are plain counts that anyone can check.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from portfolio_lib.parameters.service_models import ServicePage

WORDS_OF_A_GROUP = 4
LETTERS = r"(?u)\b[^\W\d_]{3,}\b"
MOST_WORDS = 2_000
MOST_ROUNDS = 400
Floats = npt.NDArray[np.float64]
COLUMNS = ("words", "issues", "accounts", "first_word_in", "commonest_text", "commonest_in")
NAMES = {"theme": "theme", "root_cause": "root cause"}


@dataclass(frozen=True)
class TextGroups:
    """Groups of texts, or why there are none.

    Parameters
    ----------
    groups : frame
        `words` (the leading ones), `issues` and `accounts` in the group; the plain counts
        `first_word_in` (issues whose text has the first word), `commonest_text` and
        `commonest_in` (issues with exactly this text).
    explained : float or None
        Share of the texts' weighted words that the groups make up.
    texts, different : int
        Issues with such a text, and different texts among them.
    reason : str or None
        Why there are no groups.
    """

    groups: pd.DataFrame
    explained: float | None
    texts: int
    different: int
    reason: str | None


def text_groups(rows: pd.DataFrame, page: ServicePage, seed: int) -> TextGroups:
    """Group issues by theme and root cause where these are free text.

    Parameters
    ----------
    rows : frame
        Issues of the window: `issue_id`, `account_id`, `theme`, `root_cause`.
    page : ServicePage
        Groups looked for, and the different texts that it takes.
    seed : int
        Start of the factorisation.
    """
    different = {name: int(rows[name].nunique()) for name in NAMES}
    free = [name for name in NAMES if different[name] >= page.least_texts]
    most = max(different.values())
    if not free:
        return _none(rows, most, _too_few(different, page.least_texts))
    texts = rows[free].astype("object").fillna("").agg(" ".join, axis=1).str.strip()
    known = rows.assign(text=texts).loc[texts.ne("")].sort_values("issue_id", kind="stable")
    return _grouped(known.reset_index(drop=True), page.text_groups, seed, most)


def _too_few(different: Mapping[str, int], least: int) -> str:
    told = " and ".join(
        f"{count} different {NAMES[name]}{'' if count == 1 else 's'}"
        for name, count in different.items()
    )
    return f"{told}: too few to group, the plain counts say it all (it takes {least})"


def _none(rows: pd.DataFrame, different: int, reason: str) -> TextGroups:
    texts = int(rows["theme"].notna().sum())
    return TextGroups(pd.DataFrame(columns=list(COLUMNS)), None, texts, different, reason)


def _grouped(known: pd.DataFrame, how_many: int, seed: int, different: int) -> TextGroups:
    from sklearn.decomposition import non_negative_factorization
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import TfidfVectorizer

    reader = TfidfVectorizer(
        token_pattern=LETTERS,
        stop_words="english",
        strip_accents="unicode",
        min_df=2,
        max_features=MOST_WORDS,
        sublinear_tf=True,
    )
    if not _shares_words(known["text"], reader):
        return _none(known, different, "the texts share no words")
    weights = reader.fit_transform(known["text"])
    with warnings.catch_warnings():
        # A few more rounds would move weights by thousandths; the groups are an aid to reading.
        warnings.simplefilter("ignore", ConvergenceWarning)
        parts, sets, _ = non_negative_factorization(
            weights,
            n_components=min(how_many, *weights.shape),
            init="nndsvda",
            random_state=seed,
            max_iter=MOST_ROUNDS,
            tol=1e-3,
        )
    vocabulary = reader.get_feature_names_out()
    leading = [_leading(row, vocabulary) for row in sets]
    texts_with = dict(zip(vocabulary, weights.getnnz(axis=0).tolist(), strict=True))
    frame = _told(known, np.round(parts, 6), leading, texts_with)
    return TextGroups(frame, _explained(weights, parts, sets), len(known), different, None)


def _explained(weights: Any, parts: Floats, sets: Floats) -> float:
    """The share of the squared weights that the groups make up, in [0, 1].

    ‖X − WH‖² = ‖X‖² − 2 Σ W ∘ XHᵀ + Σ WᵀW ∘ HHᵀ, so that X stays sparse.
    """
    whole = float(weights.multiply(weights).sum())
    shared = float((parts * (weights @ sets.T)).sum())
    own = float(((parts.T @ parts) * (sets @ sets.T)).sum())
    return round(min(1.0, max(0.0, (2 * shared - own) / whole)), 6)


def _shares_words(texts: pd.Series, reader: object) -> bool:
    """Whether any word stands in two texts."""
    analyse = reader.build_analyzer()  # type: ignore[attr-defined]
    words = pd.Series([word for text in texts for word in sorted(set(analyse(text)))])
    return bool(words.duplicated().any())


def _leading(row: Floats, vocabulary: npt.NDArray[np.object_]) -> list[str]:
    """The heaviest words of a group, ties by alphabet."""
    order = sorted(range(len(row)), key=lambda n: (-round(float(row[n]), 6), vocabulary[n]))
    return [str(vocabulary[n]) for n in order[:WORDS_OF_A_GROUP] if row[n] > 0]


def _told(
    known: pd.DataFrame,
    parts: Floats,
    leading: list[list[str]],
    texts_with: Mapping[str, int],
) -> pd.DataFrame:
    place = np.where(parts.max(axis=1) > 0, parts.argmax(axis=1), -1)
    rows = []
    for number, words in enumerate(leading):
        own = known.loc[place == number]
        if len(own) and words:
            counts = (
                own["text"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
            )
            rows.append(
                (
                    ", ".join(words),
                    len(own),
                    own["account_id"].nunique(),
                    texts_with[words[0]],
                    counts.index[0],
                    int(counts.iloc[0]),
                )
            )
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.sort_values(
        ["issues", "words"], ascending=[False, True], kind="stable", ignore_index=True
    )
