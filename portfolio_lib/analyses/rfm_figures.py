"""The published numbers of the page RFM and lifecycle."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.lifecycle import STAGES, rules
from portfolio_lib.analyses.migration import Migration
from portfolio_lib.analyses.rfm_clusters import LEAST_PER_CLUSTER, Clusters
from portfolio_lib.analyses.rfm_scores import CutOffs
from portfolio_lib.analyses.rfm_segments import SEGMENTS
from portfolio_lib.analyses.snapshots import spoken, total
from portfolio_lib.analyses.value_groups import LABELS, VALUE_GROUPS
from portfolio_lib.parameters.models import UnitParameters

COUNTED = {"purchase_days": "days with at least one sale", "invoices": "invoices with a sale"}
MEASURE_NAMES = {"recency": "days since", "frequency": "purchases", "money": "revenue"}


@dataclass(frozen=True)
class Scored:
    """The accounts with their scores and states, now and at the review before."""

    rows: pd.DataFrame
    before: pd.DataFrame | None
    cuts: CutOffs
    by_state: Migration | None
    by_segment: Migration | None
    clusters: Clusters | None
    day_before: dt.date
    parameters: UnitParameters

    @property
    def nothing_known(self) -> str | None:
        day = spoken(self.parameters.as_of)
        return f"no account was known on {day}" if self.rows.empty else None

    @property
    def no_purchase(self) -> str | None:
        if self.nothing_known:
            return self.nothing_known
        if self.rows["recency_days"].notna().any():
            return None
        return "no purchase is known; hand in table invoices"

    @property
    def no_past(self) -> str | None:
        if self.nothing_known:
            return self.nothing_known
        if self.by_state is not None:
            return None
        return f"nobody had bought by the review before, {spoken(self.day_before)}"

    @property
    def window(self) -> str:
        return self.parameters.as_of.isoformat()

    @property
    def since(self) -> str:
        return f"{self.day_before.isoformat()} to {self.parameters.as_of.isoformat()}"

    @property
    def policy(self) -> str:
        """Where the cut-offs come from."""
        if not self.cuts.frozen or self.cuts.frozen_at is None:
            return "cut-offs: fixed in the parameters"
        names = " and ".join(MEASURE_NAMES[name] for name in self.cuts.frozen)
        return f"cut-offs of {names}: quintiles frozen at {self.cuts.frozen_at.isoformat()}"


def all_figures(found: Scored) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        *medians(found),
        *(segment_figure(found, place) for place in range(len(SEGMENTS))),
        *(stage_figure(found, place) for place in range(len(STAGES))),
        *moves(found),
        *(value_figure(found, group) for group in VALUE_GROUPS[:3]),
        *cluster_figures(found),
    )


def medians(found: Scored) -> tuple[Figure, Figure, Figure]:
    """The middle client's recency, frequency and money."""
    bought = found.rows.loc[found.rows["recency_days"].notna()]
    page, currency = found.parameters.rfm, found.parameters.currency
    over = "all history" if page.window_days is None else f"the last {page.window_days} days"
    measures = (
        ("recency", "Days since the last purchase, middle client", "recency_days", "days",
         "Days from the last day with a sale to the review date"),
        ("frequency", "Purchases, middle client", "purchases", "purchases",
         f"Number of {COUNTED[page.frequency]} in {over}"),
        ("monetary", "Revenue, middle client", "revenue", currency,
         f"Recognised revenue, credits as the policy has them, in {over}"),
    )  # fmt: skip
    return tuple(  # type: ignore[return-value]
        unless(
            found.no_purchase,
            Figure(
                f"rfm.median_{key}",
                label,
                0.0 if bought.empty else float(bought[column].median()),
                unit,
                f"{meaning}; the median over accounts that have bought.",
                n=len(bought),
                window=found.window,
                policy=f"frequency: {page.frequency}",
            ),
        )
        for key, label, column, unit, meaning in measures
    )


def segment_figure(found: Scored, place: int) -> Figure:
    """How many clients are in a segment."""
    segment, before = SEGMENTS[place], found.before
    was = None if found.by_segment is None or before is None else before["segment"]
    known = Figure(
        f"rfm.segment_{segment.key}",
        f"Clients: {segment.label}",
        int(found.rows["segment"].eq(segment.key).sum()),
        "accounts",
        f"Accounts with the scores {segment.rule}, 5 the best. Previous is the review before.",
        n=int(found.rows["recency_days"].notna().sum()),
        window=found.window,
        policy=found.policy,
        previous=None if was is None else int(was.eq(segment.key).sum()),
    )
    return unless(found.no_purchase, known)


def stage_figure(found: Scored, place: int) -> Figure:
    """How many clients are in a state of the lifecycle."""
    stage, before = STAGES[place], found.before
    rule = rules(found.parameters.rfm.lifecycle)[stage.key]
    known = Figure(
        f"lifecycle.{stage.key}_accounts",
        f"Clients: {stage.label.lower()}",
        int(found.rows["state"].eq(stage.key).sum()),
        "accounts",
        f"Accounts {rule}. Active on a day: a sale, or a day that a sale or a contract pays for. "
        "Previous is the review before.",
        n=len(found.rows),
        window=found.window,
        policy="lifecycle: thresholds in the parameters",
        previous=None if before is None else int(before["state"].eq(stage.key).sum()),
    )
    return unless(found.nothing_known, known)


def moves(found: Scored) -> tuple[Figure, ...]:
    """Who fell asleep, was lost, woke up, since the review before."""
    states, segments = found.by_state, found.by_segment
    currency = found.parameters.currency
    asleep = 0 if states is None else states.arrived("sleeping")
    money = 0.0 if states is None else states.money_arrived("sleeping")
    lost = 0 if states is None else states.arrived("lost")
    woke = 0 if states is None else states.arrived("active") - _from(states, "new", "active")
    known = 0 if states is None else states.known_before
    kept = (segments.stayed / segments.known_before) if segments and segments.known_before else 0.0
    changed = None if segments is None else segments.changed
    moved = 0 if changed is None else int(changed["accounts"].sum())
    moved_money = 0.0 if changed is None else total(changed["revenue_before"])
    no_past = found.no_past
    return (
        unless(no_past, _move(found, "moved_to_sleeping", "Clients moved to sleeping", asleep,
               "Accounts sleeping now and in another state at the review before.", known)),
        unless(no_past, _move(found, "moved_to_sleeping_revenue",
               "Revenue of clients moved to sleeping", round(money, 4),
               "What they brought in the twelve months to the review before.", asleep, currency)),
        unless(no_past, _move(found, "moved_to_lost", "Clients moved to lost", lost,
               "Accounts lost now and in another state at the review before.", known)),
        unless(no_past, _move(found, "woken", "Clients that woke up", woke,
               "Accounts active now that were asleep, leaving, lost or without activity at the "
               "review before.", known)),
        unless(found.no_purchase or no_past, _move(found, "same_segment",
               "Clients in the same RFM segment as before", kept,
               "Accounts in the same segment at both reviews ÷ accounts known at the first; the "
               "same cut-offs both times.", known, "share")),
        unless(found.no_purchase or no_past, _move(found, "segment_moved_revenue",
               "Revenue of clients that changed RFM segment", round(moved_money, 4),
               "What accounts now in another segment brought in the twelve months to the review "
               "before; the same cut-offs both times.", moved, currency)),
    )  # fmt: skip


def _from(moves_: Migration, before: str, now: str) -> int:
    rows = moves_.moves
    return int(rows.loc[rows["before"].eq(before) & rows["now"].eq(now), "accounts"].sum())


def _move(
    found: Scored,
    key: str,
    label: str,
    value: float,
    definition: str,
    n: int,
    unit: str = "accounts",
) -> Figure:
    policy = found.policy if "segment" in key else "lifecycle: thresholds in the parameters"
    return Figure(
        f"lifecycle.{key}", label, value, unit, definition, n=n, window=found.since, policy=policy
    )


def value_figure(found: Scored, group: str) -> Figure:
    """Best, loyal and small clients."""
    settings, rows = found.parameters.rfm.groups, found.rows
    meaning = {
        "best": f"Accounts among the first {settings.large_share:.0%} by revenue of twelve months "
        f"whose revenue grew by at least {settings.growth:.0%}",
        "loyal": f"Accounts whose revenue stayed within {settings.steady:.0%} of the year before, "
        "neither best nor small",
        "small": f"Accounts among the last {settings.small_share:.0%} by revenue of twelve months "
        "whose margin after cost to serve is below that of the middle account",
    }[group]
    count = int(rows["value_group"].eq(group).sum())
    known = Figure(
        f"rfm.value_{group}",
        f"Clients: {LABELS[group].partition(':')[0].lower()}",
        count,
        "accounts",
        f"{meaning}.",
        n=int(rows["revenue_12m"].gt(0).sum()),
        window=found.window,
        policy="groups: shares in the parameters",
    )
    missing = found.nothing_known
    if not missing and group == "small" and rows["margin_after_service"].isna().all():
        missing = "needs direct cost and cost to serve; no client has both"
    if not missing and group != "small" and rows["growth"].isna().all():
        missing = "no client has revenue in both years"
    if count:
        missing = found.nothing_known
    return unless(missing, known)


def cluster_figures(found: Scored) -> tuple[Figure, ...]:
    """How stable the clusters are; nothing where they were not asked for."""
    settings = found.parameters.rfm.cluster
    if not found.parameters.rfm.clusters:
        return ()
    clusters = found.clusters
    least = LEAST_PER_CLUSTER * settings.count
    missing = None if clusters else f"needs {least} clients with different purchases"
    known = Figure(
        "rfm.cluster_stability",
        "Stability of the clusters",
        clusters.stability if clusters else 0.0,
        "index",
        f"Mean adjusted Rand index of {settings.count} k-means clusters (log recency, frequency, "
        f"money) against those of {settings.resamples} resamples of the clients: 1 is the same "
        "groups every time, 0 is chance.",
        n=0 if clusters is None else len(clusters.labels),
        window=found.window,
        policy=f"clusters: k-means, {settings.count} groups; an aid to look, never a truth",
        interval=clusters.stability_ends if clusters else None,
        interval_method="10th to 90th percentile of the resamples",
    )
    return (unless(missing, known),)
