"""KPI cards: value, target, a year ago, a bullet and a status that never rests on colour alone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lib.analyses.figures import Figure, not_computable
from portfolio_lib.pieces import judge, kpis
from tests.pieces.hostile import NAMES, skeleton

NRR = Figure("p.nrr", "Net revenue retention", 1.01, "share", "Now ÷ then.", previous=1.04,
             target=1.10, higher_is_better=True)  # fmt: skip
TOP = Figure("p.top", "Top 10 share", 0.44, "share", "Ten ÷ all.", previous=0.36, target=0.40,
             higher_is_better=False)  # fmt: skip
ABSENT = not_computable("p.s", "Satisfaction", "score", "Mean.", reason="no survey was handed in")


def with_value(figure: Figure, value: float) -> Figure:
    return replace(figure, value=value)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (1.10, ("green", "On target")),
        (1.30, ("green", "On target")),
        (1.05, ("yellow", "Watch")),  # short by 0.05, five per cent of 1.10 is 0.055
        (1.04, ("red", "Off target")),  # short by 0.06
    ],
)
def test_a_target_is_met_nearly_met_or_missed(value: float, verdict: tuple[str, str]) -> None:
    assert judge(with_value(NRR, value)) == verdict


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (0.40, ("green", "Within limit")),
        (0.41, ("yellow", "Just over limit")),  # over by 0.01, five per cent of 0.40 is 0.02
        (0.44, ("red", "Over limit")),
    ],
)
def test_a_limit_is_kept_nearly_kept_or_broken(value: float, verdict: tuple[str, str]) -> None:
    assert judge(with_value(TOP, value)) == verdict


def test_without_a_target_there_is_no_status() -> None:
    assert judge(replace(NRR, target=None)) is None
    assert "pf-status" not in kpis([replace(NRR, target=None)]).html


def test_what_is_not_computable_is_grey_and_says_why() -> None:
    assert judge(ABSENT) == ("grey", "Not computable")
    piece = kpis([ABSENT])
    assert "No survey was handed in." in piece.html
    assert 'pf-status grey"><i aria-hidden="true">○</i> Not computable' in piece.html
    assert piece.text == "Satisfaction: not computable. No survey was handed in."


@given(st.floats(0, 3), st.floats(0.01, 3), st.booleans())
def test_better_values_are_never_judged_worse(
    value: float, target: float, higher_is_better: bool
) -> None:
    order = {"green": 0, "yellow": 1, "red": 2}
    figure = replace(NRR, value=value, target=target, higher_is_better=higher_is_better)
    better = value + 0.1 if higher_is_better else value - 0.1
    here, there = judge(figure), judge(with_value(figure, better))
    assert here is not None
    assert there is not None
    assert order[there[0]] <= order[here[0]]


def test_a_card_says_value_target_and_a_year_ago_with_the_distances() -> None:
    words = " ".join(re.sub(r"<[^>]+>", " ", kpis([NRR]).html).split())
    assert "101%" in words
    assert "110% −9 points" in words
    assert "104% −3 points" in words
    money = Figure("p.r", "Revenue", 11.76e6, "GBP", "Sum.", target=12e6, higher_is_better=True)
    assert "£12.0m −2%" in " ".join(re.sub(r"<[^>]+>", " ", kpis([money]).html).split())


@pytest.mark.parametrize(
    ("value", "target", "unit", "said"),
    [
        (0.3489, 0.35, "share", "Margin: 34.9%; Target 35.0% (−0.1 points); ▲ Watch"),
        (8.46, 8.5, "rating", "Margin: 8.46; Target 8.50 (−0.04); ▲ Watch"),
        (2_660_000.0, 2_700_000.0, "GBP", "Margin: £2.66m; Target £2.70m (−1.5%); ▲ Watch"),
        (0.35, 0.35, "share", "Margin: 35%; Target 35% (0 points); ● On target"),
    ],
)
def test_a_value_that_misses_its_target_does_not_read_like_it(value, target, unit, said) -> None:
    figure = Figure("p.m", "Margin", value, unit, "…", target=target, higher_is_better=True)
    assert kpis([figure]).text == said


def test_a_bullet_is_named_in_words_and_holds_the_target_within_its_scale() -> None:
    html = kpis([NRR]).html
    assert 'aria-label="Net revenue retention: 101%, target 110%"' in html
    widths = [float(w) for w in re.findall(r'class="bar" y="4" width="([\d.]+)"', html)]
    # the scale ends at 1.10 × 1.15 = 1.265; 1.01 ÷ 1.265 = 79.8 %
    assert widths == [79.8]


@pytest.mark.parametrize("changes", [{"value": -0.2}, {"target": None}, {"target": 0.0}])
def test_no_bullet_is_drawn_where_it_would_mislead(changes: dict[str, Any]) -> None:
    assert "pf-bullet" not in kpis([replace(NRR, **changes)]).html


def test_money_without_a_code_takes_the_currency_of_the_unit() -> None:
    figure = Figure("p.r", "Revenue", 1.2e6, "money", "Sum.")
    assert "€1.2m" in kpis([figure], currency="EUR").html


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:24])
def test_hostile_labels_and_reasons_stay_text(name: str) -> None:
    hostile = [replace(NRR, label=name), replace(ABSENT, label=name, reason=name)]
    assert skeleton(kpis(hostile).html) == skeleton(kpis([NRR, ABSENT]).html)


def test_cards_keep_the_order_given() -> None:
    html = kpis([TOP, NRR]).html
    assert html.index("Top 10 share") < html.index("Net revenue retention")
