"""A client whose contract has ended is a former one: out of every list of clients to look after.

The client `gone` brought 60 of revenue within the year; its last term ended two months ago.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from portfolio_lib.analyses.account_dangers import dangers_of, limits_in
from portfolio_lib.analyses.client_rows import current_clients
from portfolio_lib.analyses.plan_candidates import Grounds, candidates
from portfolio_lib.analyses.play_records import Watched, outcomes
from portfolio_lib.analyses.portfolio import PortfolioSummary, summarise_portfolio
from portfolio_lib.analyses.recurrence import measure_recurrence
from portfolio_lib.analyses.satisfaction import measure_satisfaction
from portfolio_lib.analyses.segments import segment_accounts
from portfolio_lib.parameters.churn_models import ChurnPage
from portfolio_lib.parameters.plan_models import PlanPage
from portfolio_lib.parameters.play_models import plays_in_use
from portfolio_lib.pieces.pages.portfolio_message import on_clients
from tests.analyses.formers import Held, former
from tests.analyses.healths import account_features, health_of, quarters
from tests.analyses.portfolios import AS_OF, Client, accounts, months, snapshots, unit
from tests.analyses.purchases import Sale, order_lines, purchase_days
from tests.analyses.services import Answer, surveys

BAD = {"usage_trend": -0.5, "satisfaction": 2.0, "days_since_interaction": 200.0}
"""Use halved, an answer of 2, nobody met for 200 days: red."""


def test_health_leaves_out_who_has_left_and_kept_it_before_the_end() -> None:
    now, before = quarters(2)
    features = account_features({"gone": BAD, "stays": BAD, "well": {}}, (now, before))
    left = features["account_id"].eq("gone") & features["snapshot_date"].eq(pd.Timestamp(now))
    found = health_of(features.assign(is_client=~left))
    for frame in (found.accounts, found.at_risk, found.worst, found.points):
        assert "gone" not in set(frame["account_id"])
    assert found.at_risk["account_id"].tolist() == ["stays"]
    assert found.matrix["accounts"].sum() == 2
    assert found.figures["health.at_risk"].value == 1
    then = found.history.loc[found.history["snapshot_date"].eq(pd.Timestamp(before))]
    assert then.set_index("account_id")["level"].to_dict() == {
        "gone": "red",
        "stays": "red",
        "well": "green",
    }


CLIENTS = [
    Client("gone", 60, 60, contracts=0.0),
    Client("stays", 40, 40, contracts=40.0),
    Client("old", 0, 10, contracts=0.0),
]


def known(clients: list[Client]) -> pd.DataFrame:
    """The snapshots, of which `gone` has left by the day of the review."""
    frame = snapshots(clients)
    left = frame["account_id"].eq("gone") & frame["is_current"]
    return frame.assign(is_client=frame["is_active"] & ~left)


def portfolio(clients: list[Client], **settings: Any) -> PortfolioSummary:
    return summarise_portfolio(
        accounts(clients), known(clients), months(clients), parameters=unit(**settings)
    )


def test_the_portfolio_counts_it_as_active_and_says_that_it_has_left() -> None:
    found = portfolio(CLIENTS)
    assert found.figures["portfolio.active_accounts"].value == 2
    one = found.figures["portfolio.active_former"]
    assert (one.value, one.n) == (1, 2)
    lead, _ = on_clients(found.figures)
    assert lead == "2 clients are active. Of these, 1 has left since: its contract has ended."


@pytest.mark.parametrize(
    ("clients", "settings"),
    [
        ([Client("a", 60, 60)], {}),  # no contracts
        (CLIENTS, {"churn": ChurnPage(event="no_purchase")}),
    ],
)
def test_where_silence_is_the_loss_it_cannot_be_told(clients, settings) -> None:
    found = portfolio(clients, **settings)
    one = found.figures["portfolio.active_former"]
    assert one.value is None
    assert one.reason == "clients leave by their silence here, not by the end of a contract"
    assert "since" not in on_clients(found.figures)[0]


def test_it_is_among_the_clients_of_earlier_days_only() -> None:
    frames = accounts(CLIENTS), known(CLIENTS)
    tiers = segment_accounts(*frames, parameters=unit()).accounts
    assert current_clients(*frames, tiers, AS_OF)["account_id"].tolist() == ["stays"]
    year_ago = AS_OF.replace(year=AS_OF.year - 1)
    then = current_clients(*frames, tiers, year_ago)["account_id"].tolist()
    assert then == ["gone", "stays", "old"]


def test_former_clients_are_those_and_no_others() -> None:
    gone = Held(Client("gone", 60), [(400, 61)])
    grace = Held(Client("grace", 60), [(400, 30)])
    assert former([gone, grace]).gone["account_id"].tolist() == ["gone"]
    # Silent for longer than counts as a loss, and still under contract.
    bound = Held(Client("bound", 10, active=True), [(900, 30)])
    assert former([bound], event="no_purchase").gone.empty


def test_an_action_did_not_work_where_the_contract_ended_all_the_same() -> None:
    day = pd.Timestamp(AS_OF)
    rows = pd.DataFrame(
        {"account_id": ["gone", "stays"], "snapshot_date": day, "is_active": True,
         "is_client": [False, True], "level": "green"}
    )  # fmt: skip
    done = pd.DataFrame(
        {"account_id": ["gone", "stays"], "created_date": day, "done_date": day}
    ).assign(done_date=day - pd.Timedelta(days=70))
    assert outcomes(done, Watched(rows, rows), PlanPage(outcome_days=60)).tolist() == [
        "did not work",
        "worked",
    ]


def grounds(left: list[str]) -> Grounds:
    """Every page gives cause for `gone` and for `stays`; `left` are former clients."""
    both = ["gone", "stays"]
    rows = pd.DataFrame({"account_id": both})
    nothing = pd.DataFrame(columns=["account_id"])
    return Grounds(
        churn=SimpleNamespace(accounts=rows.assign(in_call_list=False, play="")),
        health=SimpleNamespace(at_risk=rows.assign(cause="declining_usage")),
        renewals=SimpleNamespace(
            listed_days=90,
            upcoming=nothing,
            late=rows.assign(annual_value=10.0),
        ),
        stakeholders=SimpleNamespace(
            single_threaded=rows.assign(severity="red", tier="1"), departures=nothing
        ),
        engagement=SimpleNamespace(
            accounts=rows.assign(qbr_eligible=True, qbr_held=False),
            due=rows.assign(tier="1"),
            starts=rows.assign(is_gap=True),
        ),
        service=SimpleNamespace(open_issues=rows.assign(is_urgent=True, promise="breached")),
        satisfaction=SimpleNamespace(
            accounts=rows.assign(is_low=True, is_detractor=False, is_client=True)
        ),
        payments=SimpleNamespace(accounts=rows.assign(overdue_amount=5.0)),
        growth=SimpleNamespace(
            deals=rows.assign(kind="upsell", value=9.0, weighted_value=3.0),
            opportunities=rows.assign(k=2, n=4, offering="x", potential_revenue=1, probability=1),
        ),
        former=SimpleNamespace(
            gone=rows.loc[rows["account_id"].isin(left)],
            winnable=rows.loc[rows["account_id"].isin(left)].assign(value=60.0, worth=6.0),
            advocates=nothing,
        ),
    )


def test_for_a_former_client_only_a_debt_and_a_way_back_are_planned() -> None:
    plays = plays_in_use({})
    found = candidates(grounds(["gone"]), plays, PlanPage())
    gone = found.loc[found["account_id"].eq("gone")].set_index("play")["because"].to_dict()
    assert gone == {
        "talk_about_money_early": "Left with bills overdue",
        "win_back": "Left, and worth a call",
    }
    stays = set(found.loc[found["account_id"].eq("stays"), "play"])
    assert {"hear_them_out", "open_the_renewal", "grow_with_them", "widen_the_contact"} <= stays
    assert "win_back" not in stays
    # Before it left, the same grounds gave cause for all of it.
    before = candidates(grounds([]), plays, PlanPage())
    assert set(before.loc[before["account_id"].eq("gone"), "play"]) == stays


def test_nobody_waits_for_the_next_order_of_one_who_has_left() -> None:
    # Both ordered every ten days, the last time 40 days ago.
    sales = [Sale(one, 40 + 10 * n) for one in ("gone", "stays") for n in range(8)]
    clients = [Client(one, 80.0, 80.0) for one in ("gone", "stays")]
    frames = accounts(clients), known(clients), purchase_days(sales), order_lines(sales)
    found = measure_recurrence(*frames, parameters=unit())
    assert found.missed["account_id"].tolist() == ["stays"]
    assert found.figures["recurrence.missed"].value == 1
    assert "gone" not in set(found.expected["account_id"])


def test_the_unhappy_are_those_still_with_us() -> None:
    frames = accounts(CLIENTS), known(CLIENTS)
    answers = surveys([Answer("gone", 2.0), Answer("stays", 3.0)])
    found = measure_satisfaction(
        frames[0], answers, None, segment_accounts(*frames, parameters=unit()), parameters=unit()
    )
    assert found.unhappy["account_id"].tolist() == ["stays"]
    assert found.figures["satisfaction.detractor_accounts"].value == 1
    # What the former client answered still counts in the score: two detractors of two.
    assert found.figures["satisfaction.nps"].value == -1


def test_a_debt_is_all_that_a_brief_holds_against_a_former_client() -> None:
    row = {
        "account_id": "gone", "level": None, "score": None, "cause": None, "probability": None,
        "reasons": None, "days_to_renewal": None, "single_threaded": None, "severity": None,
        "open_urgent": 2.0, "breaches_12m": 6.0, "overdue_amount": 5.0, "satisfaction": 3.0,
        "is_detractor": True, "due": None, "days_since_contact": None,
    }  # fmt: skip
    threats = pd.DataFrame({"account_id": ["gone"], "competitor": ["Rival"]})
    limits = limits_in(unit())
    kinds = {}
    for is_client in (True, False):
        rows = pd.DataFrame([{**row, "is_client": is_client}])
        kinds[is_client] = set(dangers_of(rows, threats, limits)["kind"])
    assert kinds == {
        True: {"urgent", "missed", "overdue", "unhappy", "competitor"},
        False: {"overdue"},
    }
