"""What moved between reviews, and which past months are others today."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lib.analyses.earlier_reviews import (
    FigureThen,
    read_review,
    record_of_review,
    revenue_by_month,
)
from portfolio_lib.analyses.figures import Figure, not_computable
from portfolio_lib.analyses.planned_actions import planned_actions
from portfolio_lib.analyses.review_history import _restated, moved
from portfolio_lib.packs.json_text import as_json

AS_OF = dt.date(2026, 6, 30)


def panel(*rows: tuple[str, str, float, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["account_id", "month", "revenue_net", "invoices"])
    return frame.assign(month=pd.to_datetime(frame["month"]))


def left(frame: pd.DataFrame, *figures: Figure):
    record = record_of_review(
        as_of=AS_OF, run="r", currency="GBP", edition="full", figures=figures,
        account_month_revenue=frame, planned=None,
    )  # fmt: skip
    return read_review(as_json(record))


THEN = panel(("a", "2026-05-01", 100.1, 1), ("b", "2026-05-01", 50.2, 1), ("a", "2026-06-01", 9, 1))


def test_a_record_gives_back_what_was_put_in():
    review = left(THEN, Figure("a.b", "B", 0.5, "share", "…"))
    assert review.as_of == AS_OF
    assert review.figures == {"a.b": FigureThen("B", 0.5, "share")}
    assert review.months["revenue"].tolist() == [150.3, 9.0]
    assert review.months["invoices"].tolist() == [2, 1]


def test_a_record_keeps_targets_ranges_and_the_plan():
    aimed = Figure("a.b", "B", 0.5, "share", "…", target=0.9)
    forecast = Figure("a.f", "F", 7.0, "GBP", "…", window="2026-07-01 to 2026-09-30",
                      interval=(5.0, 9.0), interval_method="draws")  # fmt: skip
    none = not_computable("a.n", "N", "share", "…", reason="no table")
    plan = planned_actions(
        pd.DataFrame(
            {"account_id": ["a", "b"], "play": ["win_back", "visit"], "title": ["Win back", "Go"],
             "due": pd.to_datetime(["2026-07-14", "2026-08-01"]), "effect": [12.5, float("nan")],
             "owner": ["Ada", ""]}
        ),
        pd.DataFrame(
            {"title": ["Open every renewal", "Too much"], "owner": "Head", "fits": [True, False],
             "due": pd.to_datetime(["2026-07-30", "2026-07-30"])}
        ),
    )  # fmt: skip
    text = as_json(
        record_of_review(
            as_of=AS_OF, run="r", currency="GBP", edition="confidential",
            figures=[aimed, forecast, none], account_month_revenue=THEN, planned=plan,
        )
    )  # fmt: skip
    review = read_review(text)
    assert json.loads(text)["schema_version"] == 2
    assert review.keeps_promises
    assert review.edition == "confidential"
    assert review.figures["a.b"].target == 0.9
    assert review.figures["a.f"].interval == (5.0, 9.0)
    assert review.figures["a.f"].window == "2026-07-01 to 2026-09-30"
    assert review.figures["a.n"] == FigureThen("N", None, "share")
    assert review.planned is not None
    # What did not fit into the hours was not promised; the portfolio's action has no client.
    assert review.planned["what"].tolist() == ["Win back", "Go", "Open every renewal"]
    assert review.planned["account_id"].tolist() == ["a", "b", None]
    assert review.planned["expected"].isna().tolist() == [False, True, True]
    pd.testing.assert_frame_equal(review.planned, plan)


FIRST_VERSION = """{
 "schema_version": 1, "as_of": "2026-06-30", "run": "r", "currency": "GBP",
 "figures": {"a.b": {"label": "B", "value": 0.5, "unit": "share"}},
 "months": [{"month": "2026-05-01", "revenue": 150.3, "invoices": 2}]
}"""


def test_a_record_of_the_first_version_is_read_and_keeps_no_promises():
    review = read_review(FIRST_VERSION)
    assert review.figures == {"a.b": FigureThen("B", 0.5, "share")}
    assert review.months["revenue"].tolist() == [150.3]
    assert review.planned is None
    assert not review.keeps_promises


def test_a_record_of_a_later_version_is_refused():
    with pytest.raises(ValueError, match="version 3; this kit reads versions up to 2"):
        read_review(FIRST_VERSION.replace('"schema_version": 1', '"schema_version": 3'))


def test_a_month_that_grew_shrank_came_or_went_is_restated_and_others_are_not():
    now = panel(
        ("a", "2026-04-01", 5, 1),  # came: nothing was known of April
        ("a", "2026-05-01", 100.1, 1),  # b's 50.20 of May went
        ("a", "2026-06-01", 9, 1),  # as it was
        ("a", "2026-07-01", 70, 1),  # after the last review: nothing was said of it
    )
    found = _restated(left(THEN), revenue_by_month(now))
    assert found["month"].dt.month.tolist() == [4, 5]
    assert found["difference"].tolist() == [5.0, -50.2]
    assert found["more_invoices"].tolist() == [1, -1]


@given(st.permutations(range(3)))
def test_the_order_of_rows_restates_nothing(order):
    assert _restated(left(THEN), revenue_by_month(THEN.iloc[list(order)])).empty


@pytest.mark.parametrize(
    ("before", "now", "way"),
    [
        (0.8, 0.9, "within noise"),
        (0.5, 0.9, "up"),
        (1.2, 0.9, "down"),
        (0.9, 0.9, "same"),
        (None, 0.9, ""),
    ],
)
def test_a_move_is_more_than_noise_only_beyond_todays_interval(before, now, way):
    figure = Figure("a.b", "B", now, "share", "…", interval=(0.75, 1.0), interval_method="x")
    assert moved(FigureThen("B", before, "share"), figure) == way


def test_what_cannot_be_computed_has_not_moved():
    gone = not_computable("a.b", "B", "share", "…", reason="no table")
    assert moved(FigureThen("B", 0.5, "share"), gone) == ""
    assert moved(None, Figure("a.b", "B", 1, "share", "…")) == ""
