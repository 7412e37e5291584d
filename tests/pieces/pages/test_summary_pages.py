"""The first page: its line, its sentences, its decision, and its lists."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.summary import Summary
from portfolio_lib.pieces import words
from portfolio_lib.pieces.pages import summary as show
from portfolio_lib.pieces.pages.summary_words import decision, headline, sentences
from tests.analyses.summaries import SHARES, UNITS, summary

WELL = {
    "portfolio.revenue_12m": 2_650_000.0,
    "portfolio.growth": 0.11,
    "portfolio.active_accounts": 40,
    "portfolio.clients_kept": 0.95,
    "portfolio.new_accounts": 3,
    "portfolio.returned_accounts": 0,
    "portfolio.lost_accounts": 2,
    "portfolio.margin": 0.6,
    "portfolio.margin_after_service": 0.5,
    "movements.nrr": 1.12,
    "movements.grr": 0.93,
    "concentration.top_10_share": 0.4,
    "concentration.top_1_share": 0.1,
    "concentration.effective_clients": 22.0,
}
RISKS = [("a", "Ash", 48_000, 0.5), ("b", "Beech", 9_000, 0.4)]


@pytest.mark.parametrize(
    ("values", "targets", "said"),
    [
        ({}, {}, "There is no revenue to review yet"),
        (WELL, {}, "Revenue is up 11% at £2.7m; ten clients bring 40%"),
        (
            WELL | {"movements.nrr": 0.95},
            {"movements.nrr": 1.1},
            "Revenue is up 11%; NRR of 95% misses the target of 110%",
        ),
        (
            WELL | {"movements.nrr": 1.0999},
            {"movements.nrr": 1.1},
            "Revenue is up 11%; NRR of 109.99% misses the target of 110.00%",
        ),
    ],
)
def test_the_message_is_the_first_rule_that_holds(values, targets, said) -> None:
    assert headline(summary(values, targets)) == said


def test_three_to_five_sentences_tell_the_rest() -> None:
    found = summary(
        WELL
        | {
            "churn.revenue_at_risk": 57_000.0,
            "churn.revenue_at_risk_share": 0.02,
            "churn.revenue_caught": 0.6,
            "renewals.due_90d": 500_000.0,
            "renewals.renewed_ahead": 200_000.0,
            "renewals.at_risk": 0.0,
        }
    )
    told = sentences(found)
    assert [lead for lead, _ in told] == [
        "Revenue of the last twelve months is £2.7m.",
        "Last year's clients bring 112% of what they did (NRR).",
        "£57k of yearly revenue is at risk.",
        "Contracts of £500k a year end within 90 days.",
        "6 of 6 areas meet their goal.",
    ]
    assert told[2][1] == (
        "That is 2% of what current clients bring. On past days such a list held 60% of what was "
        "lost."
    )
    assert told[3][1] == "£200k is renewed already."


def test_calls_come_before_aims_and_aims_before_goals() -> None:
    listed = WELL | {"churn.to_call": 2, "churn.expected_saved": 7_000.0}
    assert decision(summary(listed, risks=RISKS)) == (
        "Agree who calls the 2 clients on the list of risks, most at stake at Ash (£48k a year, "
        "Mo). It may save £7.0k a year."
    )
    small = summary(listed, risks=RISKS, falls=[("Retail", -20_000)])
    assert decision(small).startswith("Agree who calls the 2 clients")
    large = summary(listed, risks=RISKS, falls=[("Retail", -90_000)])
    assert decision(large) == (
        "Agree what is done about Retail: revenue is £90k less than was to be expected."
    )
    aims = summary(WELL, {"portfolio.growth": 0.5})
    assert decision(aims) == (
        "Agree where more growth is to come from: it is 11%, the target is 50%."
    )
    goals = summary(WELL | {"payments.late_share": 0.7})
    assert decision(goals) == "Agree how to get from 70% to at most 30%: late share."
    assert decision(summary(WELL)) is None
    assert show.opening(summary(WELL)).text.endswith("No decision is asked for.")


def test_each_kind_of_situation_has_its_sentence_and_its_page() -> None:
    values = {key: 7.0 for key in UNITS}
    found = summary(values, risks=RISKS, falls=[("Retail", -9e6)])
    text = show.situations(found).text
    for told in (
        "Revenue fell out of its range: Retail\t9,000,000\tWake-up calls",
        "Ash may leave (50%; silence)\t48,000\tChurn risk",
    ):
        assert told in text
    assert "3 more are in the workbook." in show.situations(found).html
    everything = [show.situation(row) for _, row in found.situations.iterrows()]
    assert everything[3:] == [
        "7 clients would not recommend us (answer of 6 or less)",
        "Contracts under notice end within 90 days",
        "Bills are overdue",
        "7 clients with one contact only renew within 90 days",
        "7 urgent issues open",
    ]
    assert "8 situations of high risk; the largest concerns £9.0m of revenue" in text


def test_where_nothing_is_known_every_part_still_speaks() -> None:
    found = summary({})
    assert show.opening(found).kind == "message"
    assert show.cards(found).html.count("<li>") == 8
    assert "No area can be judged yet" in show.areas(found).text
    assert "No situation of high risk was found." in show.situations(found).text


def numbers(text: str) -> set[str]:
    """The numbers of a text, each with its sign and unit."""
    return {found.strip(".,") for found in re.findall(r"[£−]*\d[\d.,]*[a-z%]*", text)}


def sources(found: Summary) -> set[str]:
    """Every number that the first page may say: figures, their goals, and the clients to call."""
    known = (*found.known.values(), *found.figures.values())
    told = [
        shown
        for one in known
        for value in (one.value, one.target)
        if isinstance(value, int | float)
        for shown in (
            words.figure_value(one, value=value),
            words.figure_value(one, value=abs(value)),  # growth is "up" or "down"
            words.percent(value, 2),
            words.ratio(value),
            words.count(value),
        )
    ]
    told += [
        words.amount(value, one)
        for value, one in zip(found.areas["goal"], found.areas["unit"], strict=True)
    ]
    return {number for shown in told for number in numbers(shown)}


OF_THE_WORDING = {"90", "40"}  # "within 90 days"; 40 clients stand behind every figure here


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*SHARES, *UNITS]), st.floats(0, 5000).map(lambda x: round(x, 2))
    )
)
def test_the_first_page_says_no_number_that_no_figure_has(values) -> None:
    always = {"portfolio.active_accounts": 40, "concentration.effective_clients": 22.0}
    found = summary(values | always, risks=RISKS)
    said = " ".join(f"{lead} {rest}" for lead, rest in sentences(found))
    assert numbers(said) <= sources(found) | OF_THE_WORDING
    assert len(headline(found).split()) <= 12
    assert 3 <= len(sentences(found)) <= 5


def test_hostile_names_stay_text() -> None:
    found = summary(
        WELL | {"churn.to_call": 1}, risks=[("a", "<script>alert(1)</script>", 5000, 0.9)]
    )
    for piece in (show.opening(found), show.situations(found)):
        assert "<script>" not in piece.html
