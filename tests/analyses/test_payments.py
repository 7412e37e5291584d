"""How clients pay: by hand, on the public receivables, and as known on an earlier day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.bills import (
    age_bands,
    agreed_terms,
    bills_on,
    days_to_pay,
    sales_outstanding,
)
from portfolio_lib.analyses.payments import Payments, measure_payments
from portfolio_lib.facts import build_facts, read_fact
from portfolio_lib.tables import read_table
from tests.analyses import agreements
from tests.analyses.agreements import Bill, invoice_payments
from tests.analyses.portfolios import AS_OF, Client, accounts, snapshots
from tests.facts.stores import ENGINE
from tests.public_data import public_file
from tests.tables.making import preset_tables, sources, unit
from tests.tables.test_real_data import one_unit

BILLS = [
    Bill("a", written=100, due=70, paid=80),  # paid in 20 days, in time
    Bill("a", written=100, due=70, paid=60),  # 40 days, 10 late
    Bill("b", written=60, due=30, unpaid=40.0),  # 30 days over; part of it is paid
    Bill("b", written=41, due=0),  # due today: not late yet
    Bill("b", written=10, due=-20),
    Bill("c", written=400, due=395, paid=300),  # due more than twelve months ago
]


def paid(bills: list[Bill], limits: dict[str, float] | None = None, **page: object) -> Payments:
    ids = sorted({bill.account for bill in bills} | {"a"})
    known = [Client(one, 100.0) for one in ids]
    table = accounts(known)
    if limits is not None:
        table["credit_limit"] = table["account_id"].map(limits)
    parameters = agreements.settings(payments=page)
    return measure_payments(table, snapshots(known), invoice_payments(bills), parameters=parameters)


def value(found: Payments, key: str) -> object:
    return found.figures[f"payments.{key}"].value


def reason(found: Payments, key: str) -> str | None:
    return found.figures[f"payments.{key}"].reason


def test_late_is_paid_after_the_due_day_or_unpaid_past_it() -> None:
    found = paid(BILLS)
    assert value(found, "late_share") == pytest.approx(2 / 3)  # of a, a, b; not the one due today
    assert found.figures["payments.late_share"].n == 3
    assert value(found, "open") == 240.0  # 40 + 100 + 100
    assert value(found, "overdue") == 40.0
    assert value(found, "usual_terms") == 30


def test_days_to_pay_count_unpaid_bills_as_running() -> None:
    found = paid(BILLS)
    # of five bills of the year two are paid, after 20 and 40 days. 10 days: one stops being seen.
    # At 20 days four are followed and one is paid: 3/4 stay. At 40 three: 3/4 × 2/3 = 1/2 stay.
    assert value(found, "days_median") == 40.0
    assert reason(found, "days_slow") == "too many bills of the window are still unpaid to say"


def test_clients_stand_by_what_is_overdue_with_their_limits_used() -> None:
    found = paid(BILLS, limits={"a": 50.0, "b": 120.0}, least_invoices=2)
    rows = found.accounts.set_index("account_id")
    assert rows.index.tolist() == ["b", "a"]  # nothing of c falls into the window
    assert rows.loc["a", "late_share"] == 0.5
    assert np.isnan(rows.loc["b", "late_share"])  # one bill, two are needed
    assert rows.loc["b", "oldest_days"] == 30
    assert rows.loc["b", "limit_used"] == 2.0  # 240 of 120
    assert value(found, "limit_used") == pytest.approx(240 / 170)
    assert value(found, "over_limit") == 1


def test_ages_hold_every_unpaid_bill_once() -> None:
    bills = [Bill("a", 200, days, unpaid=float(days)) for days in (0, 1, 30, 31, 90, 91)]
    rows = age_bands(on([*bills, Bill("a", 9, None)]), (30, 60, 90))
    assert rows.set_index("band")["amount"].to_dict() == {
        "1 to 30 days": 31.0,
        "31 to 60 days": 31.0,
        "61 to 90 days": 90.0,
        "over 90 days": 91.0,
        "not yet due": 0.0,  # the bill due today asks for 0
        "no due day given": 100.0,
    }


def on(bills: list[Bill], days_ago: int = 0) -> pd.DataFrame:
    return bills_on(invoice_payments(bills), AS_OF - dt.timedelta(days=days_ago), AS_OF)


def test_an_earlier_day_knows_no_later_payment() -> None:
    rows = on(BILLS, days_ago=65)
    assert len(rows) == 3  # written by then
    assert rows["paid_date"].notna().tolist() == [True, False, True]
    assert rows["unpaid_amount"].tolist() == [0.0, 100.0, 0.0]
    assert rows["days_overdue"].fillna(0).tolist() == [0, 5, 0]
    assert rows["is_late"].tolist() == [False, True, True]


def test_days_outstanding_are_open_bills_over_what_was_billed() -> None:
    # 240 open; 500 billed in 365 days, the sixth bill is older: 240 ÷ 500 × 365 = 175.2
    assert sales_outstanding(on(BILLS), AS_OF, 365) == pytest.approx(175.2)
    assert sales_outstanding(on(BILLS[5:]), AS_OF, 365) is None
    assert value(paid(BILLS), "dso") == pytest.approx(175.2)
    assert reason(paid(BILLS[:5]), "dso") == "needs 365 days of bills; this unit has 100"


def test_terms_are_shares_of_the_amount_in_all_and_by_tier() -> None:
    bills = on([Bill("a", 40, 10, amount=300), Bill("b", 40, 40), Bill("b", 40, None)])
    rows = agreed_terms(bills.assign(tier=["1", "3", "3"])).set_index("days")
    assert rows["share"].to_dict() == {"at once": 0.25, "15 to 30": 0.75}
    assert rows.loc["at once", ["tier_1", "tier_3"]].tolist() == [0.0, 1.0]
    assert rows["tier_2"].isna().all()


MISSING = {
    "no bills": ([], "no bill is known; hand in table invoices"),
    "no payments": (
        [Bill("a", 50, 20)],
        "no payment is known; hand in column paid_date of table invoices",
    ),
    "no due days": (
        [Bill("a", 50, None, 20)],
        "no bill says when it is due; hand in column due_date of table invoices",
    ),
}


@pytest.mark.parametrize("case", MISSING)
def test_what_is_missing_is_named(case: str) -> None:
    bills, said = MISSING[case]
    assert reason(paid(bills), "late_share") == said


def test_clients_without_limits_use_no_limit() -> None:
    said = "no client has a credit limit; hand in column credit_limit of table accounts"
    assert reason(paid(BILLS), "limit_used") == said


def test_shuffled_bills_give_the_same_result() -> None:
    first, second = paid(BILLS), paid(list(reversed(BILLS)))
    assert first.figures == second.figures
    pd.testing.assert_frame_equal(first.accounts, second.accounts)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.none() | st.integers(0, 90)), min_size=1))
def test_with_every_bill_paid_the_median_is_that_of_the_days(
    rows: list[tuple[int, int | None]],
) -> None:
    all_paid = [Bill("a", 100, 70, 100 - days) for days, _ in rows]
    days = sorted(days for days, _ in rows)
    found = days_to_pay(on(all_paid), AS_OF, (0.5, 1.0))
    assert found == [days[(len(days) - 1) // 2], days[-1]]
    some = [Bill("a", 100, 70, 100 - d if p is not None else None) for d, p in rows]
    median = days_to_pay(on(some), AS_OF, (0.5,))[0]
    assert median is None or median >= found[0]  # unpaid bills only make it longer


@pytest.mark.real_data
def test_receivables_are_paid_as_published(tmp_path: Path) -> None:
    """IBM's sample of receivables: 2,466 bills, 35.6 % of them paid late, all due in 30 days."""
    day = dt.date(2014, 1, 31)
    _, store = one_unit("receivables", "receivables", tmp_path, as_of=day, currency="USD")
    where = sources(public_file("receivables"), **preset_tables("receivables"))
    parameters = unit("all", where, rest=True, as_of=day, currency="USD").model_copy(
        update={"payments": agreements.settings(payments={"window_months": 36}).payments}
    )
    build_facts(store, [parameters], engine=ENGINE, steps=["invoice_payments", "account_snapshots"])
    facts = [read_fact(store, "all", name) for name in ("account_snapshots", "invoice_payments")]
    found = measure_payments(read_table(store, "all", "accounts"), *facts, parameters=parameters)
    late = found.figures["payments.late_share"]
    assert late.n == 2_466
    assert round(float(late.value or 0), 3) == 0.356
    assert value(found, "usual_terms") == 30
    assert found.terms["days"].tolist() == ["15 to 30"]
    assert value(found, "overdue") == 0.0
    assert value(found, "days_median") == 26.0
