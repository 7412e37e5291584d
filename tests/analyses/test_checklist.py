"""States, answers, score and level of the checklist, by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from pydantic import ValidationError

from portfolio_lib.analyses.checklist import (
    ATTESTED,
    MET,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOT_MET,
    Checklist,
    answered,
    clients_of,
)
from portfolio_lib.analyses.checklist_answers import valid_answers
from portfolio_lib.analyses.checklist_list import checklist_items
from portfolio_lib.analyses.checklist_rules import RULES
from portfolio_lib.analyses.checklist_rules.readings import NoEvidence
from portfolio_lib.analyses.checklist_rules.seen import Seen
from portfolio_lib.parameters.checklist_models import ChecklistPage
from tests.analyses.checklists import DAY, result, world

# Rules that look at another page's result need it; this world has tables and clients alone.
RESULTS = (
    *("concentration", "portfolio", "value", "health", "churn", "movements", "satisfaction"),
    *("stakeholders", "engagement", "service", "renewals", "payments", "recurrence", "growth"),
)


class Silent:
    """The result of a page without tables: nothing is known, and it says so."""

    figures: dict[str, object] = {}  # noqa: RUF012

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NoEvidence("no table for it")


def silent_world(**more: object) -> Seen:
    results = {**{name: Silent() for name in RESULTS}, "earlier_reviews": ()}
    return world(results=results, **more)


def answers(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["item", "status", "date", "expires"])
    dates = {name: pd.to_datetime(frame[name]) for name in ("date", "expires")}
    return frame.assign(by_role="Head of sales", **dates)


def answer(*rows: tuple[str, str, str, str | None], seen: Seen | None = None) -> Checklist:
    return answered(seen or silent_world(), valid_answers(answers(*rows), DAY))


def item(found: Checklist, key: str) -> pd.Series:
    return found.items.set_index("item").loc[f"checklist.{key}"]


def test_the_list_has_27_sections_of_eight() -> None:
    items = checklist_items()
    assert len(items) == 216
    assert [one.number for one in items[7:9]] == ["checklist.1.8", "checklist.2.1"]
    assert len({one.wording for one in items}) == 216


def test_the_states_add_up_and_the_score_counts_no_evidence_as_not_done() -> None:
    found = answer(("checklist.2.1", "met", "2026-09-01", None))
    states = found.items["state"].value_counts()
    assert states.sum() == 216
    figures = found.figures
    done = states.get(MET, 0) + states[ATTESTED]
    assert states[ATTESTED] == 1
    assert figures["checklist.score"].value == done / 216
    assert figures["checklist.level"].value == "Basic"
    assert figures["checklist.no_evidence"].value == states[NO_EVIDENCE]
    assert found.sections[[*states.index]].to_numpy().sum() == 216


@pytest.mark.parametrize(
    ("status", "date", "expires", "state"),
    [
        ("met", "2026-09-01", None, ATTESTED),
        ("Met ", "2026-09-01", "2026-09-30", ATTESTED),
        ("met", "2025-09-01", "2026-09-29", NO_EVIDENCE),
        ("met", "2026-10-01", None, NO_EVIDENCE),
        ("not met", "2026-09-01", None, NO_EVIDENCE),
        ("perhaps", "2026-09-01", None, NO_EVIDENCE),
        ("not applicable", "2026-09-01", None, NOT_APPLICABLE),
    ],
)
def test_an_answer_counts_while_it_holds(
    status: str, date: str, expires: str | None, state: str
) -> None:
    found = answer(("checklist.2.1", status, date, expires))
    assert item(found, "2.1")["state"] == state


@pytest.mark.parametrize("key", ["8.5", "8.7", "16.2", "20.5"])
def test_what_the_page_growth_cannot_tell_is_no_evidence(key: str) -> None:
    names = ("departments_reached", "prices_out_of_line", "hit_rate_similar", "hit_rate_random")
    grown = result("growth", dict.fromkeys(names))
    with pytest.raises(NoEvidence, match="why"):
        RULES[key].read(world(results={"growth": grown}))


def test_an_order_by_which_nothing_could_sell_is_no_evidence() -> None:
    grown = result("growth", {"hit_rate_similar": 0.0, "hit_rate_random": 0.0})
    with pytest.raises(NoEvidence, match="no order can be better"):
        RULES["20.5"].read(world(results={"growth": grown}))


def test_a_lapsed_answer_says_when_it_lapsed() -> None:
    found = answer(("checklist.2.1", "met", "2025-09-01", "2026-09-29"))
    assert item(found, "2.1")["evidence"] == "Answer of Head of sales lapsed on 29 September 2026"


def test_the_latest_answer_stands() -> None:
    rows = [
        ("checklist.2.1", "not met", "2026-09-02", None),
        ("checklist.2.1", "met", "2026-09-01", None),
    ]
    for given in (rows, rows[::-1]):
        assert item(answer(*given), "2.1")["state"] == NO_EVIDENCE


def test_data_win_over_an_answer_and_the_gap_is_shown() -> None:
    found = answer(("checklist.3.1", "not met", "2026-09-01", None))
    row = item(found, "3.1")
    assert (row["state"], row["attested"], row["gap"]) == (MET, "not met", True)
    assert found.figures["checklist.gaps"].value == 1


def test_an_answer_fills_a_measured_item_that_the_data_cannot_tell() -> None:
    found = answer(("checklist.5.1", "met", "2026-09-01", None))
    assert item(found, "5.1")["state"] == ATTESTED
    assert item(answer(), "5.1")["evidence"] == "No table of account plans"


def with_page(page: ChecklistPage, **of: object) -> Seen:
    seen = silent_world(of=of)
    seen.parameters.checklist = page
    return seen


def test_an_item_declared_not_to_apply_leaves_the_score() -> None:
    page = ChecklistPage(not_applicable={"checklist.3.1": "one client only"})
    found = answer(seen=with_page(page))
    assert item(found, "3.1")["state"] == NOT_APPLICABLE
    assert item(found, "3.1")["evidence"] == "One client only"
    assert found.figures["checklist.score"].n == 215


def test_a_threshold_of_the_parameters_decides() -> None:
    # Two of four clients are rated: half.
    rated = [3.0, 3.0, None, None]
    page = ChecklistPage(thresholds={"checklist.3.4": 0.5})
    found = answer(seen=with_page(page, strategic_value=rated))
    assert item(found, "3.4")["state"] == MET
    assert item(found, "3.4")["rule"].startswith("At least 50% of clients")
    strict = answer(seen=silent_world(of={"strategic_value": rated}))
    assert item(strict, "3.4")["state"] == NOT_MET


def test_clients_of_tier_1_that_fall_short_are_named_largest_first() -> None:
    of = {
        "tier": ["1", "1", "1", "3"],
        "revenue_12m": [10.0, 30.0, 30.0, 90.0],
        "strategic_value": [None, None, None, 3.0],
    }  # fmt: skip
    row = item(answer(seen=silent_world(of=of)), "3.4")
    assert (row["tier_1_open"], row["tier_1_accounts"]) == (3, "Bob, Cy, Ann")


def test_rows_in_another_order_change_nothing() -> None:
    plain, other = silent_world(), silent_world()
    turned = Seen(other.clients.iloc[::-1], other.tables, other.results, other.parameters)
    pd.testing.assert_frame_equal(answer(seen=plain).items, answer(seen=turned).items)


def test_every_item_declared_away_leaves_no_score() -> None:
    page = ChecklistPage(not_applicable={one.number: "no clients" for one in checklist_items()})
    found = answer(seen=with_page(page))
    assert found.figures["checklist.score"].reason == "no item applies"
    assert found.sections["score"].isna().all()


def test_clients_come_from_the_tiers_and_keep_the_columns_of_the_table() -> None:
    accounts = pd.DataFrame(
        {
            "account_id": ["b", "a"],
            "account_name": ["B", "A"],
            "tier": None,
            "country": ["UK", "FR"],
        }
    )
    tiered = pd.DataFrame(
        {"account_id": ["a", "b"], "account_name": ["A", "B"], "tier": ["1", "3"],
         "is_active": True, "is_client": True, "revenue_12m": 1.0}
    )  # fmt: skip
    rows = clients_of(accounts, tiered)
    assert rows[["tier", "country"]].to_numpy().tolist() == [["1", "FR"], ["3", "UK"]]


@pytest.mark.parametrize("number", ["checklist.28.1", "checklist.1.9", "readiness.1.1", "1.1"])
def test_settings_refuse_an_item_that_is_not_on_the_list(number: str) -> None:
    with pytest.raises(ValidationError, match="not_applicable"):
        ChecklistPage(not_applicable={number: "why"})


def test_settings_refuse_levels_that_fall() -> None:
    with pytest.raises(ValidationError, match="below developing_from"):
        ChecklistPage(optimized_from=0.5, developing_from=0.6)


def test_no_answers_at_all_are_no_answers() -> None:
    assert valid_answers(None, dt.date(2026, 9, 30)) == {}
