"""The panel of accounts and months, and the movements that published figures give for it."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.facts.stores import accounts, build_one, line, term, unit
from tests.public_data import public_file


def test_a_month_nets_credits_and_counts_invoices(tmp_path):
    panel = build_one(
        tmp_path,
        "account_month_revenue",
        invoices=[
            line("a", "2026-08-03", 100, cost=60, quantity=5.0, invoice_id="1"),
            line("a", "2026-08-03", 20, invoice_id="1"),
            line("a", "2026-08-20", 30, invoice_id="2"),
            line("a", "2026-08-25", -50, cost=-30, quantity=-2.0, invoice_id="credit"),
            line("a", "2026-09-01", -10, invoice_id="credit 2"),
        ],
    )
    august, september = panel.to_dict("records")
    assert august["month"] == pd.Timestamp("2026-08-01")
    assert august["revenue_net"] == 100.0  # 100 + 20 + 30 - 50
    assert august["revenue"] == 100.0
    assert august["cost"] == 30.0  # 60 - 30
    assert august["revenue_with_cost"] == 50.0  # 100 - 50
    assert august["quantity"] == 3.0  # 5 - 2
    assert august["invoices"] == 2  # the credit note is no purchase
    assert september["revenue_net"] == -10.0
    assert september["revenue"] == 0.0
    assert september["invoices"] == 0
    assert pd.isna(september["cost"])


def test_a_month_cut_short_by_the_review_date_is_not_complete(tmp_path):
    panel = build_one(
        tmp_path,
        "account_month_revenue",
        of=unit(as_of="2026-09-29"),
        invoices=[line("a", "2026-08-31", 1), line("a", "2026-09-29", 1)],
    )
    assert panel["is_complete_month"].tolist() == [True, False]


def test_an_invoice_counts_in_the_month_of_its_date_and_brings_revenue_where_it_serves(tmp_path):
    panel = build_one(
        tmp_path,
        "account_month_revenue",
        invoices=[
            line("a", "2026-07-15", 62, service_start="2026-08-01", service_end="2026-09-30")
        ],
    )
    # 61 days: August has 31 of them, 62 * 31 / 61 = 31.50819… → 31.5082; September the rest.
    assert panel["revenue"].tolist() == [0.0, 31.5082, 30.4918]
    assert panel["invoices"].tolist() == [1, 0, 0]


def test_without_invoices_their_number_is_unknown_not_zero(tmp_path):
    panel = build_one(
        tmp_path, "account_month_revenue", contracts=[term("c", "a", "2026-08-01", 1200)]
    )
    assert panel["revenue"].tolist() == [100.0, 100.0]
    assert panel["invoices"].isna().all()
    assert panel["quantity"].isna().all()


def subscription_terms() -> list[dict[str, object]]:
    """The published periods as contract terms: their end_date is the first day not covered."""
    path = public_file("dbt_mrr_playbook", "subscription_periods.csv")
    periods = pd.read_csv(path, dtype={"subscription_id": str, "customer_id": str})
    ends = pd.to_datetime(periods["end_date"]) - pd.Timedelta(days=1)
    return [
        term(
            row.subscription_id,
            row.customer_id,
            row.start_date,
            row.monthly_amount * 12,
            end_date=None if pd.isna(end) else end.date(),
        )
        for row, end in zip(periods.itertuples(), ends, strict=True)
    ]


def months_by_account(panel: pd.DataFrame) -> pd.DataFrame:
    """Revenue with one row per account and one column per month, 0 where there was none."""
    wide = panel.pivot(index="account_id", columns="month", values="revenue").fillna(0.0)
    return wide.sort_index(axis="columns")


def movements(wide: pd.DataFrame, month: str) -> dict[str, float]:
    """The movements of one month, as definitions of recurring revenue have them."""
    cur = wide[pd.Timestamp(month)]
    position = wide.columns.get_loc(pd.Timestamp(month))
    prev = wide.iloc[:, position - 1]
    before = wide.iloc[:, :position].gt(0).any(axis="columns")
    change = cur - prev
    stayed = prev.gt(0) & cur.gt(0)
    return {
        "start": prev.sum(),
        "new": cur[prev.eq(0) & ~before].sum(),
        "reactivation": cur[prev.eq(0) & before].sum(),
        "up": change[stayed & change.gt(0)].sum(),
        "down": -change[stayed & change.lt(0)].sum(),
        "churn": prev[cur.eq(0)].sum(),
        "end": cur.sum(),
    }


@pytest.mark.real_data
def test_the_published_subscription_movements_come_out(tmp_path):
    terms = subscription_terms()
    customers = sorted({str(row["account_id"]) for row in terms})
    panel = build_one(
        tmp_path,
        "account_month_revenue",
        of=unit(as_of="2020-01-31"),
        accounts=accounts(*customers),
        contracts=terms,
    )
    wide = months_by_account(panel)
    assert movements(wide, "2019-06-01") == {
        "start": 965.0,
        "new": 50.0,
        "reactivation": 0.0,
        "up": 150.0,
        "down": 30.0,
        "churn": 0.0,
        "end": 1135.0,
    }
    prev, cur = wide[pd.Timestamp("2019-05-01")], wide[pd.Timestamp("2019-06-01")]
    assert round(cur[prev.gt(0)].sum() / prev.sum(), 4) == 1.1244
    capped = cur.clip(upper=prev)
    assert round(capped.sum() / prev.sum(), 4) == 0.9689
    for month in wide.columns[1:]:
        m = movements(wide, str(month.date()))
        assert m["start"] + m["new"] + m["reactivation"] + m["up"] == pytest.approx(
            m["end"] + m["down"] + m["churn"], abs=1e-9
        )


@pytest.mark.real_data
def test_the_published_twelve_month_retention_comes_out(tmp_path):
    terms = subscription_terms()
    panel = build_one(
        tmp_path, "account_month_revenue", of=unit(as_of="2020-01-31"), contracts=terms
    )
    wide = months_by_account(panel)
    start, end = wide[pd.Timestamp("2018-11-01")], wide[pd.Timestamp("2019-11-01")]
    base = start.gt(0)
    assert start.sum() == 575.0
    assert round(end[base].sum() / start.sum(), 4) == 0.9739
    assert round(end[base].clip(upper=start[base]).sum() / start.sum(), 4) == 0.8000
    assert round(end[base].gt(0).mean(), 4) == 0.9091
