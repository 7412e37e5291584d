"""What is said of a model that learned from other units, and of one that has seen few losses."""

from __future__ import annotations

from portfolio_lib.analyses.churn_learning import Learned
from portfolio_lib.analyses.churn_models.samples import Samples
from portfolio_lib.parameters.churn_models import ChurnPage


def few_losses(learned: Learned, page: ChurnPage) -> str | None:
    """What stands in for the losses that the unit lacks; None where it lacks none.

    Without a model nothing is said: the figures give the reason.
    """
    if learned.fitted is None:
        return None
    said = [
        *_pooled_sentences(learned),
        *_left_out(learned.left_out),
        *_baseline_sentences(learned, page),
    ]
    return " ".join(said) or None


def _pooled_sentences(learned: Learned) -> list[str]:
    events, pooled, days = learned.closed.events, learned.pooled, learned.pooled_trials
    if pooled is not None:
        few = "Nobody" if events == 0 else f"Only {_clients(events)}"
        verb = "is" if events < 2 else "are"
        return [
            f"{few} of this unit {verb} known to have left, so the list is learned from "
            f"{others(pooled)} too, with this unit's own share of leavers; it is measured on this "
            "unit's clients alone."
        ]
    if days:
        lists = "1 earlier list was" if days == 1 else f"{days} earlier lists were"
        return [
            f"{lists} learned from other units too: few of this unit had left by then. Today's is "
            "learned from this unit alone, so it may do better or worse than they did."
        ]
    return []


def _left_out(units: int) -> list[str]:
    if units == 0:
        return []
    count = "1 unit" if units == 1 else f"{units} units"
    return [f"The past of {count} is left out, because the data could not be used."]


def _baseline_sentences(learned: Learned, page: ChurnPage) -> list[str]:
    """That only the plain baseline is used; nothing where trees were tried too."""
    events, least = learned.learned_events, page.trees_from_events
    if events >= least:
        return []
    together = " in all" if learned.pooled is not None else ""
    return [
        f"Only {events} clients{together} are known to have left; with fewer than {least} the "
        "plain baseline model is used alone, and its probabilities are rough."
    ]


def pool_lines(learned: Learned) -> list[tuple[str, str]]:
    """Lines of the model card; none where the model of today learned from the unit alone."""
    days = f"{learned.pooled_trials} of {len(learned.trials)}"
    tried = [("Days tried with other units' past", days)] if learned.pooled_trials else []
    if learned.pooled is None:
        return tried
    left_out = _left_out(learned.left_out)
    return [
        ("Learned from other units too", " ".join([f"{others(learned.pooled)}.", *left_out])),
        (
            "Share of leavers",
            f"{learned.usual_rate:.1%}: the unit's own, drawn towards what the other units' past "
            "expects of its clients",
        ),
        *tried,
    ]


def pool_policy(learned: Learned) -> str:
    """What a figure says of the pool; empty where there was none."""
    if learned.pooled is not None:
        return f"; pooled: {others(learned.pooled)}"
    if learned.pooled_trials:
        return f"; pooled on {learned.pooled_trials} of {len(learned.trials)} days tried"
    return ""


def others(pooled: Samples) -> str:
    """How much the other units bring, in words."""
    units, accounts = len(set(pooled.units)), len(set(pooled.owners))
    count = "1 other unit" if units == 1 else f"{units} other units"
    return f"{count} ({accounts:,} clients, {pooled.events:,} of them lost)"


def _clients(count: int) -> str:
    return "1 client" if count == 1 else f"{count} clients"
