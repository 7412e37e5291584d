"""Whitespace, its back-test, pipelines, prices, prospects and stories, by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from portfolio_lib.analyses import expansion, look_alikes, unit_prices
from portfolio_lib.analyses.deals import deals_on, win_rates
from portfolio_lib.analyses.growth import Growth
from portfolio_lib.analyses.whitespace_test import back_test, expected_hits
from portfolio_lib.pieces.pages.growth_words import pipeline_headline
from tests.analyses.growths import (
    AS_OF,
    client,
    competition_of,
    deal,
    growth_of,
    settings,
    table,
)

SHOPS = [client(name, industry="Retail") for name in "abcde"]
BANKS = [client(name, industry="Bank") for name in "vwxyz"]
BUYS = [(name, "core", 100.0, "now") for name in "abcdevwxyz"]
EXTRA = [("a", "plus", 40.0, "now"), ("b", "plus", 60.0, "now"), ("c", "plus", 50.0, "now")]


def cell(found: Growth, account: str, offering: str) -> pd.Series:
    rows = found.cells.set_index(["account_id", "offering"])
    return rows.loc[account, offering]


def small(**more: object) -> Growth:
    return growth_of([*SHOPS, *BANKS], [*BUYS, *EXTRA], **more)


def test_an_open_cell_is_worth_the_median_of_similar_buyers_scaled_to_the_client() -> None:
    found = small(revenue=dict.fromkeys("abcvwxyz", 150.0) | {"d": 75.0, "e": 150.0})
    row = cell(found, "d", "plus")
    assert (row["state"], row["k"], row["n"]) == ("open", 3, 4)
    # median of 40, 60, 50 is 50; d brings half of what the buyers bring
    assert row["potential_revenue"] == 25.0
    assert cell(found, "e", "plus")["potential_revenue"] == 50.0


def test_the_share_is_drawn_towards_wider_groups() -> None:
    row = cell(small(), "d", "plus")
    everybody = 3 / 9
    industry = (3 + 4 * everybody) / (4 + 4)
    narrow = (3 + 4 * industry) / (4 + 4)  # without sizes both groups are the same
    assert row["share"] == pytest.approx(narrow)
    assert row["probability"] == pytest.approx(narrow, abs=1e-6)  # nothing to convert by
    assert row["expected_value"] == pytest.approx(row["potential"] * narrow, abs=0.01)


def test_a_cell_of_which_too_few_similar_clients_buy_has_no_value() -> None:
    row = cell(small(), "v", "plus")
    assert (row["state"], row["k"], row["n"]) == ("open", 0, 4)
    assert pd.isna(row["potential"])
    assert pd.isna(row["expected_value"])


def test_scaling_is_bounded_either_way() -> None:
    revenue = dict.fromkeys("abcevwxyz", 100.0) | {"d": 10_000.0}
    assert cell(small(revenue=revenue), "d", "plus")["potential_revenue"] == 150.0  # 3 × 50


def test_every_state_of_a_cell_is_told() -> None:
    found = growth_of(
        [*SHOPS, *BANKS, client("q")],
        [*BUYS, *EXTRA, ("q", "core", 9.0, "now")],
        offerings=[
            {"offering": "core"},
            {"offering": "plus"},
            {"offering": "vault", "eligible_industries": "Bank; Insurance"},
        ],
        opportunities=[
            deal("1", account_id="d", offering="plus"),
            deal("2", account_id="w", offering="vault", outcome="lost", close_date="2026-06-01",
                 loss_reason="does it in-house"),
            deal("3", account_id="e", offering="plus", kind="renewal"),
        ],
        competitors=[
            {"account_id": "v", "competitor": "Rival", "offering": "vault", "status": "active"},
            {"account_id": "x", "competitor": "Rival", "offering": "vault", "status": "Closed"},
        ],
    )  # fmt: skip
    states = found.cells.set_index(["account_id", "offering"])["state"]
    assert states["a", "core"] == "ours"
    assert states["d", "plus"] == "pipeline"
    assert states["e", "plus"] == "open"  # a renewal is no growth
    assert states["v", "vault"] == "competitor"
    assert states["w", "vault"] == "in-house"
    assert states["a", "vault"] == "not eligible"
    assert states["x", "vault"] == "open"  # the threat is over
    assert states["q", "plus"] == "unknown"  # no industry on record


def test_what_was_ours_two_years_ago_is_open_and_not_valued() -> None:
    row = cell(small(), "d", "plus")
    assert not row["bought_before"]
    again = growth_of([*SHOPS, *BANKS], [*BUYS, *EXTRA, ("d", "plus", 0.0, "now")])
    assert cell(again, "d", "plus")["bought_before"]
    assert pd.isna(cell(again, "d", "plus")["potential"])


def test_a_term_that_is_agreed_and_has_not_begun_is_ours() -> None:
    term = {"contract_id": "1", "account_id": "d", "offering": "plus",
            "signed_date": "2026-09-20", "start_date": "2026-11-01", "annual_value": 9}  # fmt: skip
    assert cell(small(contracts=[term]), "d", "plus")["state"] == "ours"
    later = {**term, "signed_date": "2026-10-20"}
    assert cell(small(contracts=[later]), "d", "plus")["state"] == "open"


def test_margins_count_where_every_offering_has_one() -> None:
    offerings = [{"offering": "core", "margin": 0.5}, {"offering": "plus", "margin": 0.8}]
    whole = small(offerings=offerings)
    assert whole.by_margin
    row = cell(whole, "d", "plus")
    assert row["potential"] == pytest.approx(0.8 * row["potential_revenue"], abs=0.01)
    partly = small(offerings=[{"offering": "core"}, offerings[1]])
    assert not partly.by_margin
    assert cell(partly, "d", "plus")["potential"] == row["potential_revenue"]


def test_shuffled_rows_change_nothing() -> None:
    one = small()
    other = growth_of([*BANKS[::-1], *SHOPS[::-1]], [*EXTRA[::-1], *BUYS[::-1]])
    pd.testing.assert_frame_equal(one.cells, other.cells)
    assert one.figures == other.figures


def test_ties_count_with_their_mean_over_all_orders() -> None:
    cells = pd.DataFrame(
        {
            "share": [0.6, 0.5, 0.3, 0.3, 0.1],
            "popular": [0.2] * 5,
            "bought": [True, False, True, False, False],
        }
    )
    assert expected_hits(cells, "share", 2) == 1.0
    assert expected_hits(cells, "share", 3) == 1.5
    assert expected_hits(cells, "popular", 2) == pytest.approx(2 * 2 / 5)


def test_the_back_test_compares_three_orders_and_converts_shares() -> None:
    cells = pd.DataFrame(
        {
            "share": [0.5] * 10 + [0.1] * 40,
            "popular": [0.2] * 50,
            "bought": [True] * 4 + [False] * 6 + [True] * 4 + [False] * 36,
        }
    )
    test = back_test([cells], part=0.2, level=0.9, least=5, reason=None)
    rows = test.orders.set_index("order")
    assert rows["hits"].to_dict() == {
        "similar": 4.0, "popular": pytest.approx(1.6), "random": pytest.approx(1.6)
    }  # fmt: skip
    # Wilson, 4 of 10, 90 %: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n), z = 1.6449
    assert rows.loc["similar", "low"] == pytest.approx(0.1942, abs=5e-5)
    assert rows.loc["similar", "high"] == pytest.approx(0.6484, abs=5e-5)
    assert test.conversion == pytest.approx(8 / (10 * 0.5 + 40 * 0.1))


def test_a_young_unit_has_no_back_test_and_says_so() -> None:
    found = small(start="2026-01-01")
    assert found.figures["growth.hit_rate_similar"].reason == (
        "needs 24 months of history, to look back at the grid of a year ago"
    )
    few = small()
    assert "needs 50 open cells" in str(few.figures["growth.hit_rate_similar"].reason)


def test_a_win_rate_has_a_wilson_interval_and_too_few_have_none() -> None:
    rows = [deal(str(n), outcome="won" if n < 45 else "lost", value=1) for n in range(100)]
    rows += [deal(str(n), kind="new", outcome="won") for n in range(100, 103)]
    closed = deals_on(table("opportunities", rows), AS_OF)
    rates = win_rates(closed, closed["kind"], least=10, level=0.95).set_index("group")
    # 45 of 100: the published 95 % Wilson interval is 0.3561 to 0.5476
    assert rates.loc["cross-sell", "win_rate"] == 0.45
    assert rates.loc["cross-sell", "low"] == pytest.approx(0.3561, abs=5e-5)
    assert rates.loc["cross-sell", "high"] == pytest.approx(0.5476, abs=5e-5)
    assert rates.loc["new", ["win_rate", "low"]].isna().all()


def test_open_deals_are_weighted_by_the_chance_given_else_by_the_win_rate_of_their_kind() -> None:
    rows = [
        *[deal(f"c{n}", outcome="won" if n < 6 else "lost", close_date="2026-06-01",
               stage="closed won" if n < 6 else "closed lost") for n in range(12)],
        deal("o1", account_id="a", value=1000, probability=0.7, close_date="2026-12-01"),
        deal("o2", account_id="a", value=1000, close_date="2026-08-01"),
        deal("o3", value=1000, kind="new"),
    ]  # fmt: skip
    found = small(opportunities=rows)
    kinds = found.pipeline.set_index("kind")
    assert kinds.loc["cross-sell", "weighted_value"] == 1000 * 0.7 + 1000 * 0.5
    assert kinds.loc["cross-sell", ["open", "overdue", "overdue_value"]].tolist() == [2, 1, 1000]
    origins = found.deals.set_index("opportunity_id")["chance_from"].to_dict()
    assert origins == {"o1": "given", "o2": "kind", "o3": "all deals"}
    assert found.figures["growth.deals_without_client"].value == 1
    assert found.figures["growth.win_rate"].value == 0.5


def test_nothing_to_weight_by_is_counted_and_not_called_nothing() -> None:
    found = small(opportunities=[deal("1", value=100)])
    assert found.pipeline["unweighted"].tolist() == [1]
    assert "1 deals without any chance" in found.figures["growth.weighted_value"].definition
    assert found.figures["growth.weighted_value"].reason == (
        "no open deal has both a value and a chance"
    )
    assert found.figures["growth.open_value"].value == 100
    assert found.figures["growth.win_rate"].reason == "needs 10 closed deals; there are 0"


def test_deals_without_a_value_or_a_day_come_to_no_figure() -> None:
    bare = {"value": None, "close_date": None}
    found = small(
        opportunities=[deal("1", **bare), deal("2", kind="renewal", **bare),
                       deal("3", outcome="won", value=None, close_date="2026-06-01")]
    )  # fmt: skip
    reasons = {
        "open_value": "no open deal has a value",
        "growth_value": "no open deal other than renewals has a value",
        "overdue_deals": "no open deal has a day to close",
        "won_value": "no deal won has a value",
    }
    for name, reason in reasons.items():
        assert found.figures[f"growth.{name}"].reason == reason
    assert found.figures["growth.open_deals"].value == 2
    closed = small(opportunities=[deal("1", outcome="lost", close_date="2026-06-01")])
    for name in ("open_value", "growth_value", "overdue_deals", "won_value", "weighted_value"):
        assert closed.figures[f"growth.{name}"].value == 0  # nothing is open, and that is known
    assert pipeline_headline(found) == (
        "1 deal is open besides renewals; its value is not recorded"
    )


def test_without_an_active_client_no_department_is_reached_nor_missed() -> None:
    contacts = [{"contact_id": "1", "account_id": "a", "title": "Head of IT"}]
    gone = growth_of(SHOPS, revenue={shop["account_id"]: 0.0 for shop in SHOPS}, contacts=contacts)
    assert gone.figures["growth.departments_reached"].reason == (
        "no client was active on 30 September 2026"
    )
    # One title in IT over five active clients.
    some = growth_of(SHOPS, BUYS[:5], contacts=contacts)
    assert some.figures["growth.departments_reached"].value == 1 / 5


def lines(prices: dict[str, float], quantity: float = 10.0) -> pd.DataFrame:
    return pd.DataFrame(
        [(a, pd.Timestamp("2026-05-01"), "x", p * quantity, quantity) for a, p in prices.items()],
        columns=["account_id", "day", "offering", "sales", "quantity"],
    )


def test_a_price_far_from_what_all_others_pay_is_out_of_line() -> None:
    usual = {f"c{n:02d}": 10.0 + n % 3 * 0.1 for n in range(12)}
    rows = unit_prices.unit_prices(lines({**usual, "low": 6.0}), pd.Timestamp("2025-09-30"), None)
    odd = unit_prices.out_of_line(rows, least=6, odd=0.1)
    assert odd["account_id"].tolist() == ["low"]
    assert odd.loc[0, "as_far"] == 0
    assert odd.loc[0, "others"] == 12
    assert odd.loc[0, "difference"] == pytest.approx((6.0 - 10.1) * 10)


def test_two_usual_prices_are_both_in_line() -> None:
    two = {f"a{n}": 10.0 for n in range(8)} | {f"b{n}": 14.0 for n in range(4)}
    rows = unit_prices.unit_prices(lines(two), pd.Timestamp("2025-09-30"), None)
    assert unit_prices.out_of_line(rows, least=6, odd=0.1).empty


def test_a_list_price_counts_where_it_is_per_unit() -> None:
    offerings = table("offerings", [{"offering": "x", "list_price": 12.0}])
    rows = unit_prices.unit_prices(lines({"a": 10.0}), pd.Timestamp("2025-09-30"), offerings)
    assert rows["list_price"].tolist() == [12.0]
    dear = table("offerings", [{"offering": "x", "list_price": 1200.0}])
    rows = unit_prices.unit_prices(lines({"a": 10.0}), pd.Timestamp("2025-09-30"), dear)
    assert rows["list_price"].isna().all()


def test_prospects_are_ranked_by_what_is_commoner_among_the_best() -> None:
    clients = [client(f"b{n}", industry="Bank", country="UK", employees=900) for n in range(4)]
    clients += [
        client(f"r{n:02d}", industry="Retail", country="UK", employees=9) for n in range(12)
    ]
    revenue = {c["account_id"]: 1000.0 if c["account_id"][0] == "b" else 10.0 for c in clients}
    prospects = [
        {"prospect_id": "1", "name": "Shop", "industry": "Retail", "employees": 5},
        {"prospect_id": "2", "name": "Bank", "industry": "Bank", "employees": 950},
        {"prospect_id": "3", "name": "Farm", "industry": "Farming"},
    ]
    found = growth_of(
        clients,
        revenue=revenue,
        prospects=prospects,
        opportunities=[deal("1", prospect_id="2")],
    )
    ranked = found.prospects
    assert ranked["prospect_id"].tolist() == ["2", "3", "1"]
    assert ranked.loc[0, "alike"].startswith("Bank (100% of the best, 0% of the others)")
    assert ranked["in_pipeline"].tolist() == [True, False, False]
    assert ranked.loc[1, "score"] == 1.0  # nothing known of farms
    bank = found.traits.set_index("value").loc["Bank"]
    # shrunk by 4 towards 4 of 16: (4 + 1) ÷ 8 among the best, (0 + 1) ÷ 16 among the others
    assert bank["times_as_common"] == pytest.approx((5 / 8) / (1 / 16))


def test_too_few_clients_have_no_look_alikes() -> None:
    found = growth_of(SHOPS, prospects=[{"prospect_id": "1", "name": "p"}])
    assert "needs 4 of the best clients" in str(found.figures["growth.look_alikes"].reason)
    assert look_alikes.too_few(pd.Series([True] * 5 + [False] * 4)) is None


def test_a_story_is_told_by_satisfied_clients_without_urgent_issues() -> None:
    features = pd.DataFrame(
        {
            "account_id": list("abcd"),
            "is_current": True,
            "satisfaction": [9.0, 9.0, 5.0, None],
            "satisfaction_days_since": [365.0, 10.0, 10.0, None],
            "urgent_issues_90d": [0.0, 2.0, 0.0, 0.0],
        }
    )
    found = growth_of(SHOPS, BUYS[:5], features=features)
    assert found.success_cases["account_id"].tolist() == ["a"]
    assert found.success_cases.loc[0, "met"] == 4
    # Nobody was rated and nobody knows who speaks for us: neither adds, neither is held against it.
    assert found.success_cases.loc[0, ["influential", "advocate"]].isna().all()
    assert found.success_cases.loc[0, "strength"] == 4
    reason = found.figures["growth.influential_success_cases"].reason
    assert str(reason).startswith("nobody has rated the clients")
    late = growth_of(SHOPS, BUYS[:5], features=features.assign(satisfaction_days_since=366.0))
    assert late.success_cases.empty
    assert "within a year" in str(late.figures["growth.success_cases"].reason)


def test_a_story_is_stronger_with_influence_and_from_those_who_speak_for_us() -> None:
    features = pd.DataFrame(
        {
            "account_id": list("abcd"),
            "is_current": True,
            "satisfaction": 9.0,
            "satisfaction_days_since": 10.0,
            "urgent_issues_90d": 0.0,
        }
    )
    rated = {"a": (3.0, 3.9), "b": (4.0, None), "c": (None, 5.0), "d": (None, None)}
    shops = [
        {**shop, "market_influence": rated[shop["account_id"]][0],
         "strategic_value": rated[shop["account_id"]][1]}
        for shop in SHOPS if shop["account_id"] in rated
    ]  # fmt: skip
    found = growth_of(shops, [(name, "core", 100.0, "now") for name in "abcd"], features=features,
                      speakers=["c", "d"])  # fmt: skip
    rows = found.success_cases.set_index("account_id")
    # a is the best by revenue among equals, or nobody is: tests met count first of all.
    assert rows["influential"].fillna(-1).to_dict() == {"a": 0, "b": 1, "c": 1, "d": -1}
    assert rows["advocate"].to_dict() == {"a": 0, "b": 0, "c": 1, "d": 1}
    more = (rows["strength"] - rows["met"]).to_dict()
    assert more == {"a": 0, "b": 1, "c": 2, "d": 1}
    assert rows["strength"].is_monotonic_decreasing
    assert found.figures["growth.influential_success_cases"].value == 2


def test_departments_are_read_from_titles_and_compared_with_similar_clients() -> None:
    contacts = [
        {"contact_id": f"{name}{n}", "account_id": name, "title": title}
        for name in "abcde"
        for n, title in enumerate(["Finance director", "Head of IT"])
        if not (name == "e" and n == 0)
    ]
    found = growth_of([*SHOPS], BUYS[:5], contacts=contacts)
    first = found.reach.iloc[0]
    assert (first["account_id"], first["missing"], first["k"], first["n"]) == ("e", "Finance", 4, 4)
    assert found.reach["missing"].notna().sum() == 1
    titles = pd.Series(["Chief with vision", "IT lead"])
    assert expansion.departments_of(titles, {"IT": ["it"]}).isna().tolist() == [True, False]


def test_groups_under_one_parent_show_the_places_that_we_serve() -> None:
    rows = [
        client("a", city="Leeds", parent_account_id="p"),
        client("b", city="York", parent_account_id="p"),
        client("c", city="York"),
    ]
    found = growth_of(rows, [(name, "core", 10.0, "now") for name in "abc"])
    assert found.groups[["group", "accounts", "places"]].to_numpy().tolist() == [["p", 2, 2]]
    assert found.figures["growth.groups_in_several_places"].value == 1


def test_more_offerings_than_a_grid_holds_are_put_together() -> None:
    many = [(name, f"o{n}", 10.0, "now") for n in range(6) for name in "abcde"]
    families = [{"offering": f"o{n}", "family": f"f{n % 2}"} for n in range(6)]
    few = settings(most_offerings=3)
    assert growth_of(SHOPS, many, offerings=families, parameters=few).column == "family"
    largest = growth_of(SHOPS, [*many, ("a", "o5", 1.0, "now")], parameters=few)
    assert largest.column == "largest"
    assert largest.cells["offering"].unique().tolist() == ["o0", "o1", "o2"]


def test_every_figure_of_growth_and_competitors_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "figures.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `([\w.]+)` \|", text, re.MULTILINE))
    contest = competition_of(SHOPS, {("a", "core"): 1.0})
    assert {*small().figures, *contest.figures} <= documented
