"""Threats and the revenue they are aimed at; how deals end."""

from __future__ import annotations

from portfolio_lib.pieces.pages import competition as page
from tests.analyses.growths import client, competition_of, deal

CLIENTS = [client("a", industry="Retail"), client("b", industry="Bank"), client("c")]
REVENUE = {("a", "x"): 100.0, ("a", "y"): 50.0, ("b", "x"): 30.0, ("c", "x"): 20.0}


def threat(account: str, competitor: str, offering: str | None = None, status: str = "active"):
    return {
        "account_id": account,
        "competitor": competitor,
        "offering": offering,
        "first_seen": "2026-01-01",
        "status": status,
    }


def test_exposed_is_the_offering_aimed_at_each_counted_once() -> None:
    found = competition_of(
        CLIENTS,
        REVENUE,
        competitors=[
            threat("a", "Rival", "x"),
            threat("a", "Other", "x"),
            threat("b", "Rival", "y"),
            threat("c", "Rival"),
            threat("b", "Gone", "x", status="Closed "),
        ],
    )
    rows = found.accounts.set_index("account_id")
    assert rows["exposed_revenue"].to_dict() == {"a": 100.0, "c": 20.0, "b": 0.0}
    assert rows["open_threats"].to_dict() == {"a": 2, "c": 1, "b": 1}
    assert rows.loc["a", "competitors"] == "Other, Rival"
    assert found.figures["competition.exposed_revenue"].value == 120.0
    assert found.figures["competition.exposed_share"].value == 120.0 / 200.0
    assert (
        page.threats_headline(found)
        == "£120 at 3 clients is exposed to competitors, 60% of revenue"
    )


def test_deals_end_by_competitor_industry_and_reason() -> None:
    deals = [
        *[deal(f"w{n}", account_id="a", outcome="won", competitor="Rival", value=10,
               close_date="2026-03-01") for n in range(6)],
        *[deal(f"l{n}", account_id="b", outcome="lost", competitor="Rival", value=5,
               loss_reason="price", close_date="2026-03-01") for n in range(6)],
        deal("x", account_id="c", outcome="lost", loss_reason="timing", close_date="2026-03-01"),
        deal("old", account_id="c", outcome="lost", loss_reason="age", close_date="2020-03-01"),
        deal("open", account_id="c"),
    ]  # fmt: skip
    found = competition_of(CLIENTS, REVENUE, opportunities=deals)
    rows = found.win_loss.set_index(["cut", "group"])
    assert rows.loc[("competitor", "Rival"), "win_rate"] == 0.5
    assert rows.loc[("segment", "Bank"), "win_rate"] != rows.loc[("segment", "Bank"), "win_rate"]
    assert rows.loc[("segment", "not recorded"), "closed"] == 1
    assert found.reasons["reason"].tolist() == ["price", "timing"]
    assert found.figures["competition.win_rate"].value == 0.5
    assert page.losses_headline(found) == (
        "Price is the commonest reason for losing, 6 of 7 lost deals"
    )


def test_rivals_named_on_lost_deals_alone_give_no_win_rate() -> None:
    deals = [
        deal(str(n), outcome="lost", competitor="Rival", close_date="2026-03-01") for n in range(20)
    ]
    found = competition_of(CLIENTS, REVENUE, opportunities=deals)
    assert found.figures["competition.win_rate"].reason == (
        "competitors are named on lost deals alone; name them on won ones too"
    )


def test_without_tables_every_figure_says_which_is_missing() -> None:
    found = competition_of(CLIENTS, REVENUE)
    reasons = {figure.reason for figure in found.figures.values()}
    assert reasons == {
        "no competitor is on record; hand in table competitors",
        "no deal is known; hand in table opportunities",
    }
