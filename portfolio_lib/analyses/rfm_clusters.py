"""Groups that k-means finds in recency, frequency and money, with how stable they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from portfolio_lib.parameters.behaviour_models import ClusterSettings

LEAST_PER_CLUSTER = 10
STABLE_FROM = 0.75
COLUMNS = ("recency_days", "purchases", "revenue")


@dataclass(frozen=True)
class Clusters:
    """What was found.

    Parameters
    ----------
    summary : frame
        One row per cluster, most money first: `cluster` (1, 2 …), `accounts`, and the medians of
        `recency_days`, `purchases`, `revenue`.
    labels : frame
        `account_id`, `cluster`.
    stability : float
        Mean adjusted Rand index between the clusters and those found in resamples of the clients:
        1 where every resample finds the same groups, about 0 where they agree by chance alone.
    silhouette : float
        From −1 to 1; below about 0.5 the groups have no clear gaps between them.
    """

    summary: pd.DataFrame
    labels: pd.DataFrame
    stability: float
    stability_ends: tuple[float, float]
    silhouette: float
    resamples: int


def find_clusters(rows: pd.DataFrame, settings: ClusterSettings, *, seed: int) -> Clusters | None:
    """Cluster the accounts that have bought; None where they are too few.

    Parameters
    ----------
    rows : frame
        One row per account, sorted by id: `account_id`, `recency_days`, `purchases`, `revenue`.
    """
    bought = rows.loc[rows["recency_days"].notna()].reset_index(drop=True)
    points = _standardised(bought)
    distinct = len(np.unique(points, axis=0))
    if len(bought) < LEAST_PER_CLUSTER * settings.count or distinct < settings.count:
        return None
    with threadpool_limits(limits=1):  # sharing out small clusters takes longer than finding them
        labels = _fit(points, settings.count, seed).labels_
        scores = _stability(points, labels, settings, seed)
    labelled = bought.assign(cluster=_by_money(bought, labels))
    summary = labelled.groupby("cluster").agg(
        accounts=("account_id", "size"), **{c: (c, "median") for c in COLUMNS}
    )
    return Clusters(
        summary=summary.reset_index(),
        labels=labelled[["account_id", "cluster"]],
        stability=float(np.mean(scores)),
        stability_ends=(float(np.quantile(scores, 0.1)), float(np.quantile(scores, 0.9))),
        silhouette=float(silhouette_score(points, labels, sample_size=None)),
        resamples=settings.resamples,
    )


def _standardised(bought: pd.DataFrame) -> np.ndarray:
    logs = np.log1p(bought[list(COLUMNS)].clip(lower=0).to_numpy(float))
    if not len(logs):
        return np.empty((0, len(COLUMNS)))
    spread = logs.std(axis=0)
    standard: np.ndarray = (logs - logs.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return standard


def _fit(points: np.ndarray, count: int, seed: int) -> KMeans:
    return KMeans(count, n_init=5, random_state=seed).fit(points)


def _stability(
    points: np.ndarray, labels: np.ndarray, settings: ClusterSettings, seed: int
) -> list[float]:
    """How far the groups of each resample, applied to all clients, agree with the first ones."""
    rng = np.random.default_rng(seed)
    scores = []
    for _ in range(settings.resamples):
        drawn = points[rng.integers(0, len(points), len(points))]
        if len(np.unique(drawn, axis=0)) < settings.count:
            continue
        again = _fit(drawn, settings.count, seed).predict(points)
        scores.append(float(adjusted_rand_score(labels, again)))
    return scores or [0.0]


def _by_money(bought: pd.DataFrame, labels: np.ndarray) -> list[int]:
    """Clusters numbered by their median money, most first: k-means numbers them by chance."""
    medians = bought["revenue"].groupby(labels).median()
    order = sorted(medians.index, key=lambda label: (-medians[label], label))
    return [order.index(label) + 1 for label in labels]
