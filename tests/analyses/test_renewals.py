"""What is due, what is looked at, what is at risk; and the worked example of twelve renewals."""

from __future__ import annotations

import pandas as pd
import pytest

from portfolio_lib.analyses.looked_at import looked_at, signs_of_work
from portfolio_lib.analyses.renewal_risks import kept_by_churn, risks_of, sources_of
from portfolio_lib.analyses.terms_due import terms_on
from portfolio_lib.analyses.upcoming import due_windows, upcoming_terms, weeks_ahead, within
from portfolio_lib.parameters.renewal_models import RenewalsPage
from portfolio_lib.tables.demo.example import draw_cards
from portfolio_lib.tables.demo.example_money import contracts_table, terms
from tests.analyses.agreements import Term, ago, measured, renewed, settings, term_ends
from tests.analyses.portfolios import AS_OF
from tests.facts.stores import build_one
from tests.facts.stores import unit as fact_unit

PAGE = RenewalsPage()
AHEAD = [
    renewed(Term("today", "a", "2026-09-30", 1.0), ago(9)),
    renewed(Term("30", "a", "2026-10-30", 10.0), ago(9), 15.0),
    Term("31", "b", "2026-10-31", 20.0, notice=ago(3)),
    Term("90", "b", "2026-12-29", 40.0),
    Term("180", "c", "2027-03-29", 80.0),
    Term("181", "c", "2027-03-30", 160.0),
]


def cards(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(account_name=rows["account_id"], tier="1", account_manager="M")


def upcoming(risks: pd.DataFrame | None = None) -> pd.DataFrame:
    rows = cards(terms_on(term_ends(AHEAD), AS_OF, PAGE))
    return upcoming_terms(rows, None, risks_of(None, None) if risks is None else risks, AS_OF, PAGE)


def test_windows_hold_what_ends_after_the_review_up_to_their_last_day() -> None:
    rows = due_windows(upcoming(), AS_OF, PAGE).set_index("days")
    assert rows["terms"].to_dict() == {30: 1, 60: 2, 90: 3, 180: 4}
    assert rows["due"].to_dict() == {30: 10.0, 60: 30.0, 90: 70.0, 180: 150.0}
    assert rows["renewed"].tolist() == [10.0] * 4  # what was due of it, not the 15 agreed
    assert rows["notice"].to_dict() == {30: 0.0, 60: 20.0, 90: 20.0, 180: 20.0}
    assert (rows["due"] == rows["renewed"] + rows["notice"] + rows["open"]).all()
    assert rows["looked_at"].isna().all()  # no table says


def test_weeks_add_up_to_what_is_due_in_them() -> None:
    weeks = weeks_ahead(upcoming(), AS_OF, PAGE)
    assert len(weeks) == 26
    assert weeks["first_day"].iloc[0] == pd.Timestamp("2026-10-01")
    whole = weeks[["renewed", "open", "at_risk"]].to_numpy().sum()
    assert whole == within(upcoming(), 26 * 7)["annual_value"].sum() == 310.0
    assert weeks["terms"].iloc[4] == 2  # days 29 to 35: those of 30 and 31 days


def test_health_and_churn_put_open_terms_at_risk_and_never_renewed_ones() -> None:
    risks = pd.DataFrame(
        {"account_id": ["a", "b", "c"], "level": ["red", "green", "yellow"],
         "probability": [0.9, 0.3, 0.29]}
    )  # fmt: skip
    said = upcoming(risks).set_index("contract_id")["risk"].to_dict()
    assert said == {
        "30": "",  # renewed: whatever the health says
        "31": "notice given, churn likely",
        "90": "churn likely",
        "180": "health yellow",
        "181": "health yellow",
    }


def test_the_signs_that_are_known_are_named() -> None:
    parameters = settings()
    grey = pd.DataFrame({"account_id": ["a"], "level": ["grey"]})
    red = pd.DataFrame({"account_id": ["a"], "level": ["red"]})
    likely = pd.DataFrame({"account_id": ["b"], "probability": [0.1]})
    assert sources_of(risks_of(grey, None), parameters) == ()
    assert sources_of(risks_of(red, likely), parameters) == (
        "health is red or yellow",
        "churn is likely (30% or more)",
    )


def test_the_forecast_by_churn_is_what_is_agreed_and_due_times_staying() -> None:
    terms = terms_on(term_ends(AHEAD), AS_OF, PAGE)
    odds = pd.DataFrame({"account_id": ["a", "b"], "probability": [0.5, 0.25]})
    # next quarter: 10 agreed, 20 under notice, 40 open of b: 10 + 40 × 0.75
    assert kept_by_churn(terms, risks_of(None, odds), settings()) == 40.0
    assert kept_by_churn(terms, risks_of(None, odds.head(1)), settings()) is None


def contacts(*rows: tuple[str, int, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": [row[0] for row in rows],
            "date": [pd.Timestamp(ago(row[1])) for row in rows],
            "kind": [row[2] for row in rows],
        }
    )


LOOKS = {
    "within the days before the mark": ([("a", 70, "call")], "in time"),
    "on the mark": ([("a", 60, "call")], "in time"),
    "a day after the mark": ([("a", 59, "call")], "since"),
    "long before": ([("a", 150, "call")], "not yet"),
    "only a mail": ([("a", 70, "mail")], "not yet"),
    "another client": ([("b", 70, "call")], "not yet"),
}


@pytest.mark.parametrize("case", LOOKS)
def test_a_term_is_looked_at_before_the_mark_of_ninety_days(case: str) -> None:
    rows, expected = LOOKS[case]
    term = terms_on(term_ends([Term("t", "a", "2026-10-30")]), AS_OF, PAGE)  # mark 60 days ago
    signs = signs_of_work(contacts(*rows), None, None, None, PAGE)
    assert looked_at(term, signs, AS_OF, PAGE).tolist() == [expected]


def test_a_term_whose_mark_lies_ahead_is_not_late() -> None:
    term = terms_on(term_ends([Term("t", "a", "2027-03-01")]), AS_OF, PAGE)
    idle = signs_of_work(contacts(), None, None, None, PAGE)
    assert looked_at(term, idle, AS_OF, PAGE).tolist() == ["not due yet"]
    plans = pd.DataFrame({"account_id": ["a"], "date": [pd.Timestamp(ago(1))]})
    planned = signs_of_work(None, plans, None, None, PAGE)
    assert looked_at(term, planned, AS_OF, PAGE).tolist() == ["in time"]
    assert looked_at(term, None, AS_OF, PAGE).isna().all()


def test_without_contracts_every_figure_says_why() -> None:
    found = measured([], names={"a": "A"}, with_contracts=False)
    assert found.reason == "no contract is known; hand in table contracts"
    assert {figure.reason for figure in found.figures.values()} == {found.reason}


def test_contracts_without_an_end_are_counted_and_never_due() -> None:
    found = measured([], names={"a": "A"})
    assert found.reason == "no contract has a last day; fill column end_date of table contracts"
    assert found.figures["renewals.open_ended"].value == 0


def test_figures_of_a_small_portfolio() -> None:
    found = measured([*AHEAD, Term("lost", "d", ago(100), 60.0), Term("late", "d", ago(9), 6.0)])
    figures = {key.removeprefix("renewals."): one for key, one in found.figures.items()}
    assert figures["due_90d"].value == 70.0
    assert figures["terms_90d"].value == 3
    assert figures["notice"].value == figures["at_risk"].value == 20.0
    assert figures["late"].value == 6.0
    assert figures["rate"].value == pytest.approx(1 / 67)  # 1 of 1 + 60 + 6 was kept
    assert figures["lost"].value == 60.0
    assert figures["looked_at"].reason is not None
    assert figures["forecast"].reason is not None
    assert figures["out_of_line"].reason == "needs 9 clients under contract; this unit has 3"


def test_shuffled_rows_give_the_same_result() -> None:
    first, second = measured(AHEAD), measured(list(reversed(AHEAD)))
    assert first.figures == second.figures
    pd.testing.assert_frame_equal(first.upcoming, second.upcoming)


def test_the_worked_example_has_twelve_renewals_worth_4_8_million_in_ninety_days(tmp_path) -> None:
    """Source: the readiness framework's filled example, "12 renewals in 90 days ($4.8M ARR)"."""
    table = contracts_table(terms(draw_cards(20260930), seed=20260930))
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    ends = build_one(tmp_path, "term_ends", of=fact_unit(), contracts=[_plain(r) for r in rows])
    held = cards(terms_on(ends, AS_OF, PAGE))
    due = within(upcoming_terms(held, None, risks_of(None, None), AS_OF, PAGE), 90)
    assert (len(due), due["account_id"].nunique(), due["annual_value"].sum()) == (12, 12, 4.8e6)


def _plain(row: dict[str, object]) -> dict[str, object]:
    """Days of pandas as days of the calendar, as the store wants them."""
    return {
        name: value.date() if isinstance(value, pd.Timestamp) else value
        for name, value in row.items()
        if name != "business_unit"
    }


def test_the_windows_must_rise() -> None:
    with pytest.raises(ValueError, match="windows_days do not rise"):
        settings(renewals={"windows_days": (90, 30)})
