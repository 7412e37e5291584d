"""The pages Plan and Sign-off: what they say, and that they say it of anything."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from portfolio_lib.analyses.earlier_reviews import EarlierReview, FigureThen
from portfolio_lib.analyses.figures import Figure, not_computable
from portfolio_lib.analyses.plan import ACTIONS, Plan
from portfolio_lib.analyses.plan_figures import Planned, all_figures
from portfolio_lib.analyses.planned_actions import read_planned
from portfolio_lib.analyses.play_records import Watched, play_records
from portfolio_lib.analyses.promise_ledger import open_ledger
from portfolio_lib.analyses.sign_off import SignOff, by_kind, by_stage, deal_figures
from portfolio_lib.parameters.plan_models import PlanPage, SignOffPage
from portfolio_lib.parameters.play_models import kit_plays
from portfolio_lib.pieces.pages import plan as show
from portfolio_lib.pieces.pages import plan_words as told
from portfolio_lib.pieces.pages import sign_off as sheet_page
from tests.analyses.portfolios import unit
from tests.analyses.test_promises import actions as promised
from tests.analyses.test_promises import checked

AS_OF, LAST = dt.date(2026, 9, 30), dt.date(2026, 6, 30)
HOSTILE = "<script>alert(1)</script>" + "x" * 400
PAGES = (show.cards, show.actions, show.portfolio, show.ledger, show.reviews, show.guide)


def wanted(names: list[str], effect: float = 100.0) -> pd.DataFrame:
    """One action per client; the last does not fit."""
    rows = [
        {
            "account_id": f"a{n}", "account_name": name, "tier": "1", "title": "Win", "owner": "",
            "due": pd.Timestamp("2026-10-14"), "horizon": 30, "effect": effect, "kind": "kept",
            "hours": 4.0, "effect_per_hour": effect / 4, "measure": "m", "play": "win_back",
            "because": "Red", "source": "Health", "who": "Ada", "first_step": "Call",
        }
        for n, name in enumerate(names)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(ACTIONS))


def plan(
    names: list[str],
    promises: pd.DataFrame | None = None,
    *,
    effect: float = 100.0,
    metrics: float = 0.9,
    then: EarlierReview | None = None,
) -> Plan:
    """A plan with an action per name, and these promises of the last review."""
    parameters, page = unit(as_of="2026-09-30"), PlanPage()
    rate = Figure("movements.grr", "Gross retention", metrics, "share", "…", target=0.95)
    held = open_ledger(
        promises, checked([("2026-06-30", 100.0, 96.0, 0.04)]),
        {"a": names[0] if names else "Ash"}, known={"movements.grr": rate},
        earlier_reviews=() if then is None else (then,), parameters=parameters,
    )  # fmt: skip
    columns = [
        *("title", "owner", "due", "horizon", "hours", "measure", "figure", "behind", "because"),
        "fits",
    ]
    wide = pd.DataFrame(
        [
            [
                "Open every renewal",
                "Head",
                pd.Timestamp("2026-10-30"),
                30,
                8.0,
                "Rate",
                "r",
                0.1,
                "Renewal rate is behind its goal",
                True,
            ]
        ]
        if names
        else [],
        columns=columns,
    ).astype({"fits": bool})
    found = Planned(parameters, wanted(names, effect), wanted([]), wide, held,
                    promises is not None, (10.0, 2, None))  # fmt: skip
    nothing = pd.DataFrame(
        {"account_id": [], "snapshot_date": pd.to_datetime([]), "is_active": [], "level": []}
    )
    return Plan(
        figures={figure.key: figure for figure in all_figures(found)},
        actions=wanted(names, effect),
        cut=wanted([]),
        portfolio=wide,
        owners=pd.DataFrame(),
        metrics=pd.DataFrame(
            {"label": ["Gross retention"], "unit": "share", "value": [metrics], "target": [0.95]}
        ),
        ledger=held.rows,
        reviews=held.reviews,
        plays=play_records(promises, Watched(nothing, nothing), kit_plays(), page),
        guide=kit_plays(),
        no_actions_table=None if promises is not None else found.no_actions,
        last_review=LAST,
        as_of=AS_OF,
        page=page,
        currency="GBP",
    )


FOUR = [
    *(("a", "2026-08-01", "2026-07-30"), ("b", "2026-08-01", "2026-08-20")),
    *((None, "2026-08-01", None), ("a", "2026-12-31", None)),
]


def test_the_headlines_tell_the_figures() -> None:
    found = plan(["Ash", "Beech"], promised(FOUR))
    assert (
        told.actions_headline(found) == "2 actions for 2 clients in 90 days should keep £200 a year"
    )
    assert told.ledger_headline(found) == "1 of 4 promises kept; 1 late, 1 missed, 1 still open"
    assert told.reviews_headline(found) == (
        "Forecasts of renewals were off by 4.0% of what was due, over 1 review"
    )
    assert told.guide_headline(found) == (
        "Plays were tried 4 times; it is too early to say what worked"
    )


def record(what: str = "Widen the contact", owner: str = "Ada") -> EarlierReview:
    """The review of June: a target of 90%, a forecast of £100 (£80 to £120), one planned action."""
    planned = [
        {"account_id": "a", "play": "widen_the_contact", "what": what, "due_date": "2026-07-30",
         "expected": 2500.0, "owner": owner}
    ]  # fmt: skip
    return EarlierReview(
        LAST, "r", "GBP",
        {"movements.grr": FigureThen("Gross retention", 0.91, "share", target=0.9),
         "renewals.forecast": FigureThen("Likely kept", 100.0, "GBP", interval=(80.0, 120.0),
                                         window="2026-07-01 to 2026-09-30")},
        pd.DataFrame(), read_planned(planned),
    )  # fmt: skip


def test_the_ledger_counts_first_and_then_lists() -> None:
    found = plan(["Ash", "Beech"], promised(FOUR), metrics=0.92, then=record())
    assert told.ledger_headline(found) == (
        "1 of 4 promises kept; 1 late, 1 missed, 1 still open, 1 planned action without a record"
    )
    text = show.ledger(found).text
    assert text.index("counted") < text.index("Widen the contact") < text.index("Gross retention")
    # 0.92 reaches the 90% of then, not the 95% of today.
    assert "90% → 95%" in text
    assert "As the review of 30 June 2026 published them" in show.ledger(found).html
    assert "2,500" in text
    assert "as published" in show.reviews(found).text
    assert found.figures["plan.targets_changed"].value == 1


def test_without_a_record_the_ledger_says_what_stands_in() -> None:
    text = show.ledger(plan(["Ash"], promised(FOUR))).html
    assert "no record of the review of 30 June 2026 lies beside this pack" in text
    assert "Targets were not recorded then" in text
    assert "made again" in show.reviews(plan(["Ash"], promised(FOUR))).text


def test_a_plan_without_a_table_of_actions_cannot_be_followed_up() -> None:
    found = plan(["Ash"], then=record())
    assert told.ledger_headline(found) == "What became of 1 planned action cannot be told"
    assert not found.figures["plan.planned_no_record"].computable
    assert "hand in table actions" in show.ledger(found).text


def test_a_hostile_plan_on_record_is_text() -> None:
    found = plan([HOSTILE], promised(FOUR), then=record(HOSTILE, HOSTILE))
    assert "<script>" not in show.ledger(found).html


def test_without_actions_and_without_a_table_every_page_says_so() -> None:
    found = plan([])
    assert told.actions_headline(found) == "Nothing calls for an action with a single client"
    assert told.ledger_headline(found) == "No promise of the last review is on record"
    assert "none has a record yet" in told.guide_headline(found)
    text = "\n".join(page(found).text for page in PAGES)
    assert "nan" not in text.lower()
    assert not found.figures["plan.kept_share"].computable


def test_an_effect_that_cannot_be_told_is_no_zero() -> None:
    found = plan(["Ash"], effect=np.nan)
    assert told.actions_headline(found) == "1 action for 1 client in 90 days"
    assert not found.figures["plan.kept"].computable


@pytest.mark.parametrize("page", PAGES)
def test_hostile_names_are_text(page) -> None:
    rows = promised(FOUR).assign(play=HOSTILE, owner=HOSTILE)
    html = page(plan([HOSTILE], rows)).html
    assert "<script>" not in html


def test_shares_that_differ_are_told_apart() -> None:
    assert "94.5%" in show.portfolio(plan(["Ash"], metrics=0.945)).text


@pytest.mark.parametrize("page", PAGES)
def test_the_same_plan_gives_the_same_bytes(page) -> None:
    assert page(plan(["Ash"], promised(FOUR))).html == page(plan(["Ash"], promised(FOUR))).html


def sheet(found: Plan, **figures: Any) -> SignOff:
    """A sheet over a plan; every figure of the health of the portfolio can be given."""
    known = {
        "nrr": Figure("movements.nrr", "NRR", 1.0, "share", "…", target=1.1),
        "kept": Figure("portfolio.clients_kept", "Clients kept", 0.95, "share", "…", target=0.9),
    } | figures
    areas = pd.DataFrame(columns=["label", "unit", "value", "goal", "is_limit", "is_met"])
    deals = pd.DataFrame({"kind": ["upsell", "upsell", "new"], "value": [10.0, 5.0, 7.0]})
    pipelines = by_kind(deals)
    own = [
        Figure("sign_off.high_risk_clients", "Clients at high risk", 2, "accounts", "…"),
        Figure("sign_off.high_risk_share", "Share", 0.13, "share", "…"),
        Figure("sign_off.renewals_due", "Renewals", 3, "contracts", "…"),
        Figure("sign_off.prevention", "In progress", 1, "actions", "…"),
        not_computable("sign_off.prospects", "Prospects", "companies", "…", reason="no table"),
        *deal_figures(None, pipelines, "GBP", AS_OF),
    ]
    staged = by_stage(found)
    return SignOff(
        figures={figure.key: figure for figure in own},
        health=tuple(known.values()),
        summary=SimpleNamespace(
            areas=areas, best=areas, attention=areas, situations=pd.DataFrame()
        ),
        tiers=pd.DataFrame(
            {"tier": ["1", "none"], "active": [2, 1], "revenue": [9.0, 0.0],
             "revenue_share": [1.0, 0.0]}
        ),
        pipelines=pipelines,
        actions=staged,
        stages={"0 to 30 days": len(staged), "30 to 90 days": 0, "Later": 0},
        threats=not_computable("c.t", "Threats", "threats", "…", reason="no table"),
        checklist={
            "checklist.score": Figure("checklist.score", "Score", 0.6, "share", "…"),
            "checklist.level": Figure("checklist.level", "Level", "Developing", "text", "…"),
            **{
                f"checklist.{key}": Figure(f"checklist.{key}", key, count, "items", "…")
                for key, count in (("met", 4), ("attested", 2), ("not_met", 3), ("no_evidence", 1))
            },
        },
        priorities=("Open every renewal",),
        targets=pd.DataFrame(
            {"key": ["k"], "label": ["Kept"], "unit": ["share"], "now": [0.85], "target": [0.9]}
        ),
        tier_labels=("Strategic", "Core", "Transactional"),
        next_review=dt.date(2026, 12, 31),
        unit_name="Test",
        as_of=AS_OF,
        page=SignOffPage(),
        currency="GBP",
    )  # fmt: skip


SHEET = (
    sheet_page.health, sheet_page.areas, sheet_page.actions, sheet_page.risks, sheet_page.lines,
)  # fmt: skip


def test_the_sheet_counts_targets_actions_and_risks() -> None:
    found = sheet(plan(["Ash"]))
    assert sheet_page.health_headline(found) == "1 of 2 targets met"
    assert sheet_page.risks_headline(found) == "2 clients at high risk with 13% of revenue"
    assert "Score 60% (6 of 10 items), level: Developing." in sheet_page.health(found).text
    assert "5.0 points" in sheet_page.health(found).text


def test_deals_of_a_kind_are_added_up_and_every_kind_is_listed() -> None:
    rows = by_kind(pd.DataFrame({"kind": ["upsell", "upsell", "new"], "value": [10.0, 5.0, 7.0]}))
    assert dict(zip(rows["kind"], rows["value"], strict=True)) == {
        "cross-sell": 0, "upsell": 15, "new": 7, "partnership": 0, "renewal": 0,
    }  # fmt: skip


def test_names_signature_and_dates_are_left_to_people() -> None:
    piece = sheet_page.lines(sheet(plan(["Ash"])))
    assert piece.html.count("to be filled by hand") == len(sheet_page.LINES) + 1
    assert "Signature: ____" in piece.text


@pytest.mark.parametrize("page", SHEET)
def test_the_sheet_is_text_whatever_the_names(page) -> None:
    found = replace(sheet(plan([HOSTILE])), unit_name=HOSTILE, priorities=(HOSTILE,))
    piece = page(found)
    assert "<script>" not in piece.html
    assert "nan" not in piece.text.lower()


def test_without_any_figure_the_sheet_still_speaks() -> None:
    none = not_computable("movements.nrr", "NRR", "share", "…", reason="no history")
    found = sheet(plan([]), nrr=none, kept=none)
    assert sheet_page.health_headline(found) == (
        "No figure of the sheet has both a value and a target"
    )
    assert "Not computable: NRR: no history" in sheet_page.health(found).html
    assert sheet_page.areas_headline(found) == "No area can be judged yet"
