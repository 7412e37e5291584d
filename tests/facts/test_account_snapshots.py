"""What was known of an account on a day."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.facts.stores import accounts, build_one, line, term, unit


def snapshots(tmp_path, *, of=None, **tables: Any) -> pd.DataFrame:
    """The snapshots, one row per account and day, indexed by both (days as text)."""
    rows = build_one(tmp_path, "account_snapshots", of=of, **tables)
    rows["day"] = rows["snapshot_date"].dt.strftime("%Y-%m-%d")
    return rows.set_index(["account_id", "day"])


def at(rows: pd.DataFrame, account_id: str, column: str) -> dict[str, Any]:
    """A column of one account by day, empty ones as None."""
    values = rows.loc[account_id, column].astype(object)
    return {day: None if pd.isna(value) else value for day, value in values.items()}


def test_windows_are_whole_days_after_the_same_day_months_before(tmp_path):
    rows = snapshots(
        tmp_path,
        accounts=accounts("a"),
        invoices=[
            line("a", "2024-09-30", 1, cost=1),  # the day before the prior 12 months begin
            line("a", "2024-10-01", 2, cost=1),
            line("a", "2025-09-30", 4, cost=1),  # last day of the prior 12 months
            line("a", "2025-10-01", 8, cost=5),
            line("a", "2026-06-30", 16),
            line("a", "2026-07-01", 32, cost=20),
            line("a", "2026-09-30", 64, invoice_id="n"),
            line("a", "2026-09-30", -3, invoice_id="credit"),
        ],
    )
    now = rows.loc[("a", "2026-09-30")]
    assert now["is_current"]
    assert now["revenue_3m"] == 93.0  # 32 + 64 - 3
    assert now["revenue_12m"] == 117.0  # 8 + 16 + 93
    assert now["revenue_prior_12m"] == 6.0  # 2 + 4
    assert now["cost_12m"] == 25.0  # 5 + 20
    assert now["revenue_with_cost_12m"] == 40.0  # 8 + 32
    assert now["purchase_days_12m"] == 4  # 1 October, 30 June, 1 July, 30 September
    assert now["invoices_12m"] == 4
    assert now["days_since_last"] == 0
    year_before = rows.loc[("a", "2025-09-30")]
    assert not year_before["is_current"]
    assert year_before["revenue_3m"] == 4.0
    assert year_before["revenue_12m"] == 6.0
    assert year_before["revenue_prior_12m"] == 1.0
    assert at(rows, "a", "revenue_12m") == {
        "2024-09-30": 1.0,
        "2024-12-31": 3.0,
        "2025-03-31": 3.0,
        "2025-06-30": 3.0,
        "2025-09-30": 6.0,
        "2025-12-31": 12.0,  # 4 + 8
        "2026-03-31": 12.0,
        "2026-06-30": 28.0,  # 4 + 8 + 16
        "2026-09-30": 117.0,
    }


def test_a_spread_line_is_divided_where_the_window_begins(tmp_path):
    # 365 days at 1 a day; 12 months to 15 September 2026 begin on 16 September 2025.
    rows = snapshots(
        tmp_path,
        of=unit(as_of="2026-09-15"),
        accounts=accounts("a"),
        invoices=[
            line("a", "2025-06-01", 365, service_start="2025-06-01", service_end="2026-05-31")
        ],
    )
    now = rows.loc[("a", "2026-09-15")]
    assert (
        now["revenue_12m"] == 258.0
    )  # 365 - 107 days: June 30, July 31, August 31, 15 of September
    assert now["revenue_prior_12m"] == 107.0
    assert now["revenue_3m"] == 0.0


def test_before_the_units_history_nothing_is_known_and_that_is_not_zero(tmp_path):
    rows = snapshots(
        tmp_path,
        accounts=accounts("a", "b"),
        invoices=[line("a", "2026-03-15", 10), line("b", "2026-09-01", 5)],
    )
    assert at(rows, "a", "revenue_prior_12m") == {
        "2026-03-31": None,
        "2026-06-30": None,
        "2026-09-30": None,
    }
    assert at(rows, "b", "revenue_12m") == {"2026-09-30": 5.0}
    assert set(rows["history_first_day"]) == {pd.Timestamp("2026-03-15")}


def test_an_account_is_known_from_its_start_its_first_invoice_or_its_first_contract(tmp_path):
    rows = snapshots(
        tmp_path,
        accounts=[
            *accounts("start", start_date="2026-03-31"),
            *accounts("invoice", "contract", "nothing"),
            *accounts("wrong start", start_date="2026-09-01"),
        ],
        invoices=[
            line("invoice", "2025-12-31", 1),
            line("wrong start", "2026-03-01", 1),
        ],
        contracts=[term("c", "contract", "2026-07-01", 1200, signed_date="2026-06-30")],
    )
    known = {name: sorted(at(rows, name, "is_current")) for name in rows.index.unique(0)}
    assert known == {
        "start": ["2026-03-31", "2026-06-30", "2026-09-30"],
        "invoice": ["2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30"],
        "contract": ["2026-06-30", "2026-09-30"],
        "nothing": ["2026-09-30"],  # in the list of accounts, and nothing else is known
        "wrong start": ["2026-03-31", "2026-06-30", "2026-09-30"],
    }
    assert at(rows, "start", "tenure_days") == {
        "2026-03-31": 0,
        "2026-06-30": 91,  # April 30, May 31, June 30
        "2026-09-30": 183,  # and July 31, August 31, September 30
    }
    assert at(rows, "contract", "tenure_days") == {"2026-06-30": None, "2026-09-30": 91}
    assert at(rows, "nothing", "tenure_days") == {"2026-09-30": None}
    assert at(rows, "wrong start", "tenure_days")["2026-06-30"] == 121  # from the first invoice


def test_tenure_counts_from_the_earlier_of_the_first_invoice_and_the_first_contract(tmp_path):
    rows = snapshots(
        tmp_path,
        accounts=accounts("contract first", "invoice first"),
        invoices=[line("contract first", "2026-09-20", 1), line("invoice first", "2026-09-10", 1)],
        contracts=[
            term("c1", "contract first", "2026-09-10", 1200),
            term("c2", "invoice first", "2026-09-20", 1200),
        ],
    )
    assert rows["tenure_days"].tolist() == [20, 20]


def test_a_contract_is_in_force_from_its_start_to_its_end(tmp_path):
    rows = snapshots(
        tmp_path,
        accounts=accounts("a"),
        contracts=[
            term("c1", "a", "2025-10-01", 100, end_date="2026-03-31"),  # its last day is a snapshot
            term("c2", "a", "2026-04-01", 200, signed_date="2026-03-31", end_date="2026-06-29"),
            term("c3", "a", "2026-01-01", 1000, cancelled_date="2026-06-30"),
            term("c4", "a", "2026-01-01", 5000, end_date="2026-12-31", cancelled_date="2026-02-01"),
        ],
    )
    assert at(rows, "a", "annual_value_in_force") == {
        "2025-12-31": 100.0,
        "2026-03-31": 6100.0,  # c1 on its last day, c3, c4 under notice; c2 starts the next day
        "2026-06-30": 6000.0,  # c3 on the day it was cancelled, c4; c2 ended the day before
        "2026-09-30": 5000.0,
    }
    assert at(rows, "a", "contracts_in_force") == {
        "2025-12-31": 1,
        "2026-03-31": 3,
        "2026-06-30": 2,
        "2026-09-30": 1,
    }
    assert at(rows, "a", "is_active") == dict.fromkeys(rows.loc["a"].index, True)


def test_the_next_renewal_is_the_first_end_without_a_known_successor(tmp_path):
    rows = snapshots(
        tmp_path,
        accounts=accounts("a", "b", "c"),
        contracts=[
            # renewed on 15 May 2026: due before that, then the successor's end is next
            term("old", "a", "2025-07-01", 1, end_date="2026-06-30", renewed_by="new"),
            term("new", "a", "2026-07-01", 1, signed_date="2026-05-15", end_date="2027-06-30"),
            term("open", "b", "2025-07-01", 1),  # nothing to renew
            term("long", "c", "2025-07-01", 1, end_date="9999-12-31"),
            term("lost", "c", "2025-07-01", 1, end_date="2026-12-31", renewed_by="not there"),
        ],
    )
    assert at(rows, "a", "days_to_renewal") == {
        "2025-09-30": 273,  # to 30 June: October 31, November 30, December 31, then 181
        "2025-12-31": 181,  # January 31, February 28, March 31, April 30, May 31, June 30
        "2026-03-31": 91,
        "2026-06-30": None,  # its successor is known and starts the next day
        "2026-09-30": 273,  # to 30 June 2027
    }
    assert set(at(rows, "b", "days_to_renewal").values()) == {None}
    assert at(rows, "c", "next_renewal_date")["2026-09-30"] == pd.Timestamp("2026-12-31")
    assert rows["next_renewal_date"].notna().any()


def test_a_contract_without_an_end_in_sight_keeps_its_date(tmp_path):
    rows = snapshots(
        tmp_path,
        accounts=accounts("a"),
        contracts=[term("long", "a", "2026-09-01", 1, end_date="9999-12-31")],
    )
    assert str(rows.loc[("a", "2026-09-30"), "next_renewal_date"].date()) == "9999-12-31"


def test_cost_to_serve_is_unknown_without_a_table_and_zero_for_an_account_without_rows(tmp_path):
    costs = [
        {"account_id": "a", "period": "2025-09-30", "cost": 1},  # before the 12 months
        {"account_id": "a", "period": "2025-10-01", "cost": 2},
        {"account_id": "a", "period": "2026-09-01", "cost": 4},
        {"account_id": "a", "period": "2026-08-01", "cost": None, "hours": 3.0},
    ]
    invoices = [line("a", "2025-01-01", 10), line("b", "2025-01-01", 10)]
    tables = {"accounts": accounts("a", "b"), "invoices": invoices}
    without = snapshots(tmp_path / "without", **tables)
    assert without["cost_to_serve_12m"].isna().all()
    rows = snapshots(tmp_path / "with", costs=costs, **tables)
    assert at(rows, "a", "cost_to_serve_12m")["2026-09-30"] == 6.0  # 2 + 4
    assert at(rows, "b", "cost_to_serve_12m")["2026-09-30"] == 0.0
    assert at(rows, "b", "cost_to_serve_12m")["2025-06-30"] is None  # no costs by then at all


def test_figures_of_a_table_that_was_not_handed_in_are_unknown(tmp_path):
    tables = {"accounts": accounts("a")}
    of_contracts = snapshots(
        tmp_path / "c", contracts=[term("c", "a", "2026-01-01", 1200)], **tables
    ).iloc[-1]
    unknown = ["days_since_last", "purchase_days_12m", "invoices_12m", "cost_12m"]
    assert of_contracts[unknown].isna().all()
    assert of_contracts["revenue_12m"] == 900.0  # nine months of 100
    of_invoices = snapshots(tmp_path / "i", invoices=[line("a", "2026-01-01", 1)], **tables).iloc[
        -1
    ]
    assert of_invoices[["annual_value_in_force", "contracts_in_force"]].isna().all()
    assert of_invoices["purchase_days_12m"] == 1


@pytest.mark.parametrize(
    ("date", "amount", "expected"),
    [
        ("2026-09-01", 10, True),  # 29 days before the review
        ("2026-08-31", 10, False),  # 30 days before: outside the 30 days to the review
        ("2026-09-30", -10, False),
        ("2026-09-30", 0, False),
    ],
)
def test_an_account_is_active_after_a_sale_within_the_days_of_the_policy(
    tmp_path, date, amount, expected
):
    rows = snapshots(
        tmp_path,
        of=unit(active_within_days=30),
        accounts=accounts("a"),
        invoices=[line("a", date, amount), line("a", "2025-01-01", 1)],
    )
    assert at(rows, "a", "is_active")["2026-09-30"] is expected


def test_a_yearly_bill_keeps_an_account_active_while_it_is_served(tmp_path):
    rows = snapshots(
        tmp_path,
        of=unit(active_within_days=30),
        accounts=accounts("a"),
        invoices=[
            line("a", "2025-10-01", 365, service_start="2025-10-01", service_end="2026-09-30")
        ],
    )
    assert set(at(rows, "a", "is_active").values()) == {True}
    assert at(rows, "a", "days_since_last")["2026-09-30"] == 364


def test_an_invoice_written_after_the_service_was_unknown_before(tmp_path):
    rows = snapshots(
        tmp_path,
        accounts=accounts("a"),
        invoices=[
            line("a", "2026-01-10", 5),
            line("a", "2026-07-02", 91, service_start="2026-04-01", service_end="2026-06-30"),
        ],
    )
    assert at(rows, "a", "revenue_3m") == {
        "2026-03-31": 5.0,
        "2026-06-30": 0.0,  # the 91 were billed on 2 July
        "2026-09-30": 0.0,
    }
    assert at(rows, "a", "revenue_12m")["2026-09-30"] == 96.0
