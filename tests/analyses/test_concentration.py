"""Concentration by hand, on published data, and always."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lib.analyses.concentration import (
    Concentration,
    clients_by_revenue,
    measure_concentration,
)
from portfolio_lib.parameters.models import UnitParameters
from tests.analyses.portfolios import Client, accounts, snapshots, unit
from tests.public_data import public_file


def measure(
    clients: list[Client],
    parameters: UnitParameters | None = None,
    history_start: str | None = "2020-01-01",
) -> Concentration:
    return measure_concentration(
        accounts(clients), snapshots(clients, history_start), parameters=parameters or unit()
    )


def value(result: Concentration, name: str) -> float | int | str | None:
    return result.figures[f"concentration.{name}"].value


def test_shares_index_and_effective_number_by_hand() -> None:
    result = measure([Client("a", 50), Client("b", 30), Client("c", 20)])
    # HHI = 0.25 + 0.09 + 0.04 = 0.38; 1 ÷ 0.38 = 2.6316; the largest tenth of 3 is 1 client.
    assert value(result, "top_1_share") == pytest.approx(0.5)
    assert value(result, "top_5_share") == pytest.approx(1.0)
    assert value(result, "hhi") == pytest.approx(0.38)
    assert value(result, "hhi_points") == pytest.approx(3800)
    assert value(result, "effective_clients") == pytest.approx(2.6316, abs=1e-4)
    assert value(result, "top_decile_share") == pytest.approx(0.5)
    assert result.clients["cumulative_share"].tolist() == pytest.approx([0.5, 0.8, 1.0])


def test_the_year_before_stands_beside_each_share() -> None:
    # Year before: 10, 60, 30: largest 60 %; HHI 0.01 + 0.36 + 0.09 = 0.46.
    result = measure([Client("a", 50, 10), Client("b", 30, 60), Client("c", 20, 30)])
    assert result.figures["concentration.top_1_share"].previous == pytest.approx(0.6)
    assert result.figures["concentration.hhi"].previous == pytest.approx(0.46)


def test_a_client_lost_since_still_counts_in_the_year_before() -> None:
    result = measure([Client("a", 50, 50), Client("gone", 0, 150)])
    assert result.figures["concentration.top_1_share"].previous == pytest.approx(0.75)
    assert result.clients["client_id"].tolist() == ["a"]


def test_with_a_short_history_there_is_no_year_before() -> None:
    result = measure([Client("a", 50, 10), Client("b", 30)], history_start="2026-03-01")
    assert result.figures["concentration.top_1_share"].value == pytest.approx(0.625)
    assert result.figures["concentration.top_1_share"].previous is None
    assert result.figures["concentration.top_1_share"].window == "2026-03-01 to 2026-09-30"
    assert result.stress["growth"].isna().all()


def test_accounts_under_one_parent_are_one_client() -> None:
    clients = [
        Client("a", 20, parent="b"),
        Client("b", 10, parent="c"),
        Client("c", 30, name="Calder Group"),
        Client("d", 40),
    ]
    result = measure(clients)
    assert result.clients["client_name"].tolist() == ["Calder Group", "Client d"]
    assert result.clients["revenue"].tolist() == [60, 40]
    assert result.clients["accounts"].tolist() == [3, 1]
    assert result.grouped_accounts == 3


def test_a_major_client_brings_a_tenth_or_more() -> None:
    # 30, 10, 9.99 and the rest of 100: 30 % and exactly 10 % are major, 9.99 % is not.
    clients = [Client("a", 30), Client("b", 10), Client("c", 9.99)]
    clients += [Client(f"s{place}", 5.001) for place in range(10)]
    result = measure(clients)
    assert result.clients["revenue"].sum() == pytest.approx(100)
    assert value(result, "major_clients") == 2
    assert value(result, "major_share") == pytest.approx(0.4)


def test_the_share_of_a_major_client_is_a_policy() -> None:
    clients = [Client("a", 60), Client("b", 40)]
    stricter = unit(portfolio={"major_client_share": 0.5})
    assert value(measure(clients, stricter), "major_clients") == 1


def test_the_limit_is_the_target_of_the_ten_largest() -> None:
    result = measure([Client("a", 60)], unit(targets={"top_10_share": 0.4}))
    figure = result.figures["concentration.top_10_share"]
    assert (figure.target, figure.higher_is_better) == (0.4, False)
    assert "only 1" in figure.definition


def test_stress_leaves_the_same_clients_out_of_both_years() -> None:
    clients = [Client("a", 60, 20), Client("b", 30, 30), Client("c", 10, 20)]
    stress = measure(clients, unit(portfolio={"stress_sizes": (2, 1, 10)})).stress
    # All: 100 ÷ 70 − 1; without a: 40 ÷ 50 − 1 = −20 %; without a and b: 10 ÷ 20 − 1 = −50 %.
    assert stress["without"].tolist() == [0, 1, 2]
    assert stress["revenue"].tolist() == [100, 40, 10]
    assert stress["growth"].tolist() == pytest.approx([100 / 70 - 1, -0.2, -0.5])
    assert stress["revenue_left"].tolist() == pytest.approx([1.0, 0.4, 0.1])


def test_credits_above_sales_count_as_nothing_in_shares_and_are_said() -> None:
    result = measure([Client("a", 60), Client("b", 40), Client("c", -25)])
    assert value(result, "top_1_share") == pytest.approx(0.6)
    assert (result.negative_clients, result.negative_revenue) == (1, -25)


@pytest.mark.parametrize(
    ("clients", "words"),
    [([], "no account was known"), ([Client("a")], "no client brought"), ([Client("a", -5)], "no")],
)
def test_without_revenue_every_figure_says_why(clients: list[Client], words: str) -> None:
    result = measure(clients)
    assert all(not figure.computable for figure in result.figures.values())
    assert all(words in (figure.reason or "") for figure in result.figures.values())
    assert result.clients.empty


clients_ = st.lists(
    st.tuples(
        st.integers(-5_000, 100_000).map(lambda p: p / 100),
        st.integers(0, 100_000).map(lambda p: p / 100),
        st.sampled_from([None, "a000", "a001", "elsewhere"]),
    ),
    max_size=25,
).map(
    lambda rows: [
        Client(f"a{place:03d}", revenue, prior, parent=parent)
        for place, (revenue, prior, parent) in enumerate(rows)
    ]
)


@settings(max_examples=40, deadline=None)
@given(clients_)
def test_whatever_the_portfolio_shares_foot_and_rise(clients: list[Client]) -> None:
    result = measure(clients)
    if result.clients.empty:
        assert value(result, "hhi") is None
        return
    assert result.clients["share"].sum() == pytest.approx(1.0)
    n = len(result.clients)
    assert 1 / n - 1e-9 <= float(value(result, "hhi") or 0) <= 1 + 1e-9
    tops = [float(value(result, f"top_{size}_share") or 0) for size in (1, 5, 10)]
    assert tops == sorted(tops)
    assert result.stress["revenue"].iloc[0] == pytest.approx(sum(c.revenue for c in clients))


@settings(max_examples=15, deadline=None)
@given(clients_, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(clients: list[Client], random: object) -> None:
    table, facts = accounts(clients), snapshots(clients)
    mixed = measure_concentration(
        table.sample(frac=1, random_state=1),
        facts.sample(frac=1, random_state=2),
        parameters=unit(),
    )
    straight = measure_concentration(table, facts, parameters=unit())
    assert mixed.figures == straight.figures
    pd.testing.assert_frame_equal(mixed.clients, straight.clients)
    pd.testing.assert_frame_equal(mixed.stress, straight.stress)


@pytest.mark.real_data
def test_online_retail_gives_the_published_shares() -> None:
    path = public_file("online_retail", "online_retail.csv.gz")
    lines = pd.read_csv(path, dtype={"InvoiceNo": str, "CustomerID": str}, low_memory=False)
    kept = lines.dropna(subset=["CustomerID"]).query("Quantity > 0 and UnitPrice > 0")
    spent = (kept["Quantity"] * kept["UnitPrice"]).groupby(kept["CustomerID"]).sum()
    assert (len(kept), len(spent), round(spent.sum(), 2)) == (397_884, 4_338, 8_911_407.90)

    result = measure([Client(str(one), float(amount)) for one, amount in spent.items()])
    assert round(float(value(result, "top_decile_share") or 0), 3) == 0.613
    assert round(float(value(result, "top_fifth_share") or 0), 3) == 0.746
    assert result.figures["concentration.hhi"].n == 4_338


def test_clients_are_named_by_their_parent_or_by_its_number() -> None:
    frame = pd.DataFrame(
        {
            "account_id": ["a", "b"],
            "account_name": ["Ada", "Bea"],
            "parent_account_id": ["P9", "P9"],
            "revenue_12m": [1.0, 2.0],
            "revenue_prior_12m": [0.0, 0.0],
        }
    )
    clients = clients_by_revenue(frame)
    assert clients.to_dict("records") == [
        {
            "client_id": "P9",
            "client_name": "P9",
            "accounts": 2,
            "revenue": 3.0,
            "revenue_prior": 0.0,
        }
    ]
