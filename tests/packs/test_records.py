"""`review.json` keeps the shape that it promises, and rounds the same way everywhere."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from portfolio_lib.analyses.figures import Figure, not_computable
from portfolio_lib.packs.json_text import as_json
from portfolio_lib.packs.outcomes import PageOutcome
from portfolio_lib.packs.records import figure_record, figures_of, review_record
from portfolio_lib.parameters.models import Sources, UnitParameters
from portfolio_lib.tables.results import DataChecks, Fault, TableCard

SCHEMA = Path(__file__).parents[2] / "docs" / "review.schema.json"
UNIT = UnitParameters(
    key="north",
    name="North",
    firm_name="Firm",
    business_units=("north",),
    as_of=dt.date(2026, 9, 30),
    currency="GBP",
    sources=Sources(),
    pages=("portfolio",),
)
REVENUE = Figure(
    "portfolio.revenue_12m",
    "Revenue",
    1234.5649,
    "GBP",
    "Revenue of twelve months.",
    n=3,
    window="2025-10-01 to 2026-09-30",
    previous=1000.0,
    target=2000.0,
    interval=(1200.001, 1300.009),
    interval_method="bootstrap",
)
GROWTH = not_computable("portfolio.growth", "Growth", "share", "Growth.", reason="no history")
CHECKS = DataChecks(
    "north",
    faults=(
        Fault("warn", "invoices", "date", "late", 2, ("I-1",), Decimal("5.5"), "2 late.", "Look."),
    ),
    cards=(
        TableCard(
            "invoices", "invoices.csv", 5, 3, {"late": 2}, Decimal("9"), {"late": Decimal("5.5")},
            dt.date(2025, 1, 1), dt.date(2026, 9, 1), ("cost",),
        ),
    ),
    absent_tables=("contacts",),
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    figures: Mapping[str, Figure] = field(
        default_factory=lambda: {figure.key: figure for figure in (REVENUE, GROWTH)}
    )


def record():
    return review_record(
        UNIT,
        run_id="0123456789ab",
        headline="Revenue grows",
        decision=None,
        figures=figures_of({"portfolio": Result()}),
        checks=CHECKS,
        pages=[PageOutcome("portfolio", "ok", seconds=3.2)],
    )


def schema():
    return json.loads(SCHEMA.read_text("utf-8"))


def test_a_review_keeps_the_published_schema():
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(json.loads(as_json(record())), schema())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("figures", 0, "status"), "fine"),
        (("figures", 0, "value"), [1]),
        (("figures", 1, "reason"), None),
        (("pages", 0, "outcome"), "perhaps"),
        (("as_of",), "30 September"),
        (("schema_version",), 2),
        (("extra",), 1),
    ],
)
def test_the_schema_refuses_what_no_review_says(path, value):
    wrong = json.loads(as_json(record()))
    place = wrong
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema())


def test_money_is_rounded_to_cents_and_shares_to_six_decimals():
    told = figure_record(REVENUE)
    assert told["value"] == 1234.56
    assert told["interval"] == [1200.0, 1300.01]
    share = Figure("a.b", "Share", 2 / 3, "share", "A share.")
    assert figure_record(share)["value"] == 0.666667


def test_nothing_in_a_review_tells_the_time_it_took():
    assert "seconds" not in as_json(record())


def test_rows_set_aside_are_added_up_with_their_money():
    assert record()["data"]["set_aside"] == {"rows": 2, "money": {"invoices": "5.5"}}


def test_a_figure_is_never_published_twice():
    with pytest.raises(ValueError, match=r"again publishes portfolio\.revenue_12m"):
        figures_of({"portfolio": Result(), "again": Result()})
