"""Contract terms that are out of line, and those that only look so."""

from __future__ import annotations

from typing import Any

import pandas as pd

from portfolio_lib.analyses.contract_peers import contracts_in_force, list_discounts, out_of_line
from portfolio_lib.parameters.renewal_models import RenewalsPage
from tests.analyses.agreements import order_lines
from tests.analyses.portfolios import AS_OF

PAGE = RenewalsPage()


def running(days: list[float], **columns: Any) -> pd.DataFrame:
    count = len(days)
    return pd.DataFrame(
        {
            "contract_id": [f"c{n:02d}" for n in range(count)],
            "account_id": [f"a{n:02d}" for n in range(count)],
            "offering": "Service",
            "start_date": pd.Timestamp("2026-01-01"),
            "end_date": pd.Timestamp("2026-12-31"),
            "annual_value": 100.0,
            "notice_days": 90.0,
            "payment_terms_days": days,
            "cancelled_date": pd.NaT,
            **columns,
        }
    )


def cards(count: int, employees: list[float] | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": [f"a{n:02d}" for n in range(count)],
            "tier": "1",
            "employees": employees or [100.0] * count,
        }
    )


def odd(rows: pd.DataFrame, employees: list[float] | None = None) -> pd.DataFrame:
    return out_of_line(rows, cards(len(rows), employees), order_lines(), None, page=PAGE)


def test_one_client_with_long_days_to_pay_is_out_of_line() -> None:
    found = odd(running([30.0] * 11 + [75.0]))
    assert found[["account_id", "measure", "favours"]].values.tolist() == [
        ["a11", "payment_days", "client"]
    ]
    row = found.iloc[0]
    assert (row["value"], row["similar_median"], row["as_far"], row["similar"]) == (75, 30, 0, 11)


def test_two_usual_terms_are_both_in_line() -> None:
    assert odd(running([30.0] * 8 + [60.0] * 4)).empty  # a third has 60: far out, but usual


def test_with_too_few_similar_contracts_nothing_is_said() -> None:
    assert odd(running([30.0] * 7 + [75.0])).empty  # seven others, eight are needed
    assert not odd(running([30.0] * 8 + [75.0])).empty


def test_value_per_employee_is_compared_by_ratio() -> None:
    sizes = [100.0, 90, 110, 105, 95, 100, 98, 102, 107, 10_000]
    found = odd(running([30.0] * 10), sizes)
    assert found[["account_id", "measure", "favours"]].values.tolist() == [
        ["a09", "value_per_employee", "client"]
    ]
    assert found["value"].tolist() == [0.01]


def test_a_client_without_employees_is_left_out() -> None:
    assert odd(running([30.0] * 10), [0.0, *[100.0] * 9]).empty


def test_the_order_of_rows_changes_nothing() -> None:
    rows = running([30.0] * 11 + [75.0], notice_days=[90.0] * 5 + [10.0] + [90.0] * 6)
    pd.testing.assert_frame_equal(odd(rows), odd(rows.iloc[::-1].reset_index(drop=True)))


def lines(*rows: tuple[str, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["account_id", "sales", "quantity"])
    return frame.assign(offering="Days", day=pd.Timestamp(AS_OF))


LIST = pd.DataFrame({"offering": ["Days"], "list_price": [1_000.0]})


def test_the_discount_is_what_is_missing_to_the_list_price() -> None:
    found = list_discounts(lines(("a", 1_800, 2), ("b", 1_000, 1), ("c", 750, 1)), LIST)
    assert found.set_index("account_id")["discount"].round(6).to_dict() == {
        "a": 0.1,  # 1,800 for 2 × 1,000
        "b": 0.0,
        "c": 0.25,
    }


def test_a_client_billed_in_another_unit_is_left_out() -> None:
    found = list_discounts(lines(("a", 900, 1), ("b", 1_000, 1), ("c", 9_000, 1)), LIST)
    assert found["account_id"].tolist() == ["a", "b"]


def test_a_list_price_that_is_not_per_unit_gives_no_discount() -> None:
    quarterly = lines(("a", 250, 1), ("b", 260, 1), ("c", 240, 1))  # a year's price, by quarter
    assert list_discounts(quarterly, LIST).empty
    assert list_discounts(quarterly, None).empty


def test_contracts_run_to_their_end_or_until_cancelled() -> None:
    rows = running([30.0] * 5)
    rows["end_date"] = pd.to_datetime(["2026-09-30", "2026-09-29", None, None, None])
    rows["cancelled_date"] = pd.to_datetime([None, None, None, "2026-09-30", "2026-09-29"])
    held = contracts_in_force(rows, AS_OF)
    assert held["contract_id"].tolist() == ["c00", "c02", "c03"]
