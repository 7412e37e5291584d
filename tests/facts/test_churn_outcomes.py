"""What came of a snapshot, by hand, for every event of loss."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from portfolio_lib.parameters.churn_models import ChurnPage
from tests.facts.stores import accounts, build_one, line, term, unit

DAY, LATER = "2026-03-31", "2026-06-30"
"""The snapshot whose outcome is known on 30 September, and one whose outcome is not."""
NOT_RENEWED = ChurnPage(event="not_renewed", horizon_days=90, grace_days=30, snapshots=2)
SILENT = ChurnPage(event="no_purchase", horizon_days=90, silent_days=60, snapshots=2)
GONE = ChurnPage(event="revenue_gone", horizon_days=90, gone_months=1, snapshots=2)


def outcomes(tmp_path, page: ChurnPage, ids: str, **tables: Any) -> pd.DataFrame:
    """The outcomes, indexed by account and day (as text)."""
    of = unit().model_copy(update={"churn": page})
    tables["accounts"] = accounts(*ids, start_date="2024-01-01")
    rows = build_one(tmp_path, "churn_outcomes", of=of, **tables)
    rows["day"] = rows["snapshot_date"].dt.strftime("%Y-%m-%d")
    return rows.set_index(["account_id", "day"])


def came(rows: pd.DataFrame, account: str, day: str = DAY) -> str | None:
    """'kept', the day of the loss, 'open', or None where the account was not at risk."""
    row = rows.loc[(account, day)]
    if not row["at_risk"]:
        assert pd.isna(row["churned"])
        return None
    if not row["observed"]:
        assert pd.isna(row["churned"]) and pd.isna(row["revenue_lost"])  # noqa: PT018
        return "open"
    if not row["churned"]:
        assert pd.isna(row["churn_date"]) and row["revenue_lost"] == 0  # noqa: PT018
        return "kept"
    return str(row["churn_date"].date())


def test_terms_that_end_and_what_follows_them(tmp_path):
    # 90 days after 31 March is 29 June; with 30 days of grace the outcome is known on 29 July.
    may = {"end_date": "2026-05-31", "offering": "x"}
    rows = outcomes(
        tmp_path,
        NOT_RENEWED,
        "abcdefghijklmno",
        contracts=[
            term("a1", "a", "2025-06-01", 1200, **may),
            term("b1", "b", "2025-06-01", 1200, **may),
            term("b2", "b", "2026-06-01", 1200, offering="x"),
            # the day after the end is 1 June; 30 days after it is 1 July
            term("c1", "c", "2025-06-01", 1200, **may),
            term("c2", "c", "2026-07-01", 1200, offering="y"),
            term("d1", "d", "2025-06-01", 1200, **may),
            term("d2", "d", "2026-07-02", 1200, offering="x"),
            # the same, but named: a late renewal
            term("e1", "e", "2025-06-01", 1200, renewed_by="e2", **may),
            term("e2", "e", "2026-07-02", 1200, offering="x"),
            # one of two ends
            term("f1", "f", "2025-06-01", 1200, **may),
            term("f2", "f", "2025-09-01", 12, end_date="2026-08-31"),
            # the last day of the horizon, and the day after
            term("g1", "g", "2025-06-01", 1200, end_date="2026-06-29"),
            term("h1", "h", "2025-06-01", 1200, end_date="2026-06-30"),
            # the day of the snapshot, and the day before
            term("i1", "i", "2025-06-01", 1200, end_date="2026-03-31"),
            term("j1", "j", "2025-06-01", 1200, end_date="2026-03-30"),
            # agreed after the snapshot only
            term("k1", "k", "2026-03-01", 1200, signed_date="2026-04-02", end_date="2026-05-01"),
            # open-ended: cancelled, and not
            term("l1", "l", "2025-06-01", 1200, cancelled_date="2026-05-10"),
            term("m1", "m", "2025-06-01", 1200),
            # notice before the snapshot: still at risk
            term("n1", "n", "2025-06-01", 1200, cancelled_date="2026-01-15", **may),
            # gone, back after the grace days, and gone again: the first loss counts
            term("o1", "o", "2025-06-01", 1200, end_date="2026-04-05"),
            term("o2", "o", "2026-05-20", 1200, end_date="2026-06-10"),
        ],
    )
    assert {account: came(rows, account) for account in "abcdefghijklmno"} == {
        "a": "2026-05-31",
        "b": "kept",
        "c": "kept",
        "d": "2026-05-31",
        "e": "kept",
        "f": "kept",
        "g": "2026-06-29",
        "h": "kept",
        "i": "2026-03-31",
        "j": None,
        "k": None,
        "l": "2026-05-10",
        "m": "kept",
        "n": "2026-05-31",
        "o": "2026-04-05",
    }
    # contracts are the only source of revenue: the yearly value in force
    assert rows.loc[("a", DAY), "revenue_lost"] == 1200
    assert str(rows.loc[("a", DAY), "horizon_end"].date()) == "2026-06-29"
    assert str(rows.loc[("a", DAY), "closes_on"].date()) == "2026-07-29"
    assert came(rows, "h", LATER) == "open"  # its end is seen, its grace days are not over
    assert came(rows, "m", "2026-09-30") == "open"


def test_days_without_a_purchase_count_from_the_snapshot_or_a_later_purchase(tmp_path):
    # 60 days of silence, complete by 29 June
    bought = {
        "a": ["2026-03-01", "2026-06-01"],  # 61 days from 1 April to 31 May
        "b": ["2026-03-01", "2026-05-30"],  # 59 days from 1 April; then 30 until 29 June
        "c": ["2026-03-01", "2026-05-31"],  # 60 days from 1 April on: just complete
        "d": ["2026-04-10"],  # complete on 9 June
        "e": ["2026-03-30", "2026-04-30"],  # complete on 29 June
        "f": ["2026-03-30", "2026-05-01"],  # complete on 30 June
        "g": ["2025-03-31"],  # 365 days ago: no longer active
        "h": ["2025-04-01"],  # 364 days ago
        "i": ["2026-03-31", "2026-05-15", "2026-06-28"],
    }
    rows = outcomes(
        tmp_path,
        SILENT,
        "abcdefghi",
        invoices=[line(account, day, 10) for account, days in bought.items() for day in days],
    )
    assert {account: came(rows, account) for account in bought} == {
        "a": "2026-03-01",
        "b": "kept",
        "c": "2026-03-01",
        "d": None,  # had not bought by then
        "e": "2026-04-30",
        "f": "kept",
        "g": None,
        "h": "2025-04-01",
        "i": "kept",
    }
    # no grace days here: what happened until 28 September counts on 30 September
    assert came(rows, "d", LATER) == "2026-04-10"
    assert came(rows, "d", "2026-09-30") == "open"
    assert str(rows.loc[("a", DAY), "closes_on"].date()) == "2026-06-29"
    assert rows.loc[("a", DAY), "revenue_lost"] == 10
    assert rows.loc[("h", DAY), "event"] == "no_purchase"


def test_revenue_that_is_gone_counts_the_days_served(tmp_path):
    assert GONE.gone_days == 31
    assert ChurnPage(gone_months=3).gone_days == 92  # 91.25 days, in whole ones
    served = {"service_start": "2026-01-01"}
    rows = outcomes(
        tmp_path,
        GONE,
        "abc",
        invoices=[
            line("a", "2026-01-01", 105, service_end="2026-04-15", **served),
            # 31 days without: from 16 April to 16 May
            line("b", "2026-01-01", 105, service_end="2026-04-15", **served),
            line("b", "2026-05-16", 105),
            line("b", "2026-06-10", 105),
            line("b", "2026-06-29", 105),
            # 29 June is the 31st day without: complete on the last day of the horizon
            line("c", "2026-01-01", 149, service_end="2026-05-29", **served),
            line("c", "2026-06-10", -5),  # a credit is no revenue
        ],
    )
    assert {account: came(rows, account) for account in "abc"} == {
        "a": "2026-04-15",
        "b": "kept",
        "c": "2026-05-29",
    }


@pytest.mark.parametrize("contracts", [True, False])
def test_the_event_goes_by_whether_there_are_terms(tmp_path, contracts):
    tables: dict[str, Any] = {"invoices": [line("a", "2026-01-01", 5)]}
    if contracts:
        tables["contracts"] = [term("1", "a", "2026-01-01", 5)]
    rows = outcomes(tmp_path, ChurnPage(), "a", **tables)
    assert set(rows["event"]) == {"not_renewed" if contracts else "no_purchase"}


def test_silence_longer_than_the_horizon_is_refused():
    with pytest.raises(ValidationError, match="silent_days is 200; expected at most"):
        ChurnPage(silent_days=200)
    with pytest.raises(ValidationError, match="gone_months is 12; expected no more days"):
        ChurnPage(event="revenue_gone", gone_months=12)
    assert ChurnPage(event="not_renewed", silent_days=200).silent_days == 200
