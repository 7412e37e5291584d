"""The funnel, the nearly recurring, rhythms, changed orders and similar clients."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from portfolio_lib.analyses.funnel import funnel, worst_step
from portfolio_lib.analyses.peers import medians_of_others, peer_groups
from portfolio_lib.analyses.rhythm import LONGER_THAN_EVER, TOO_FEW, next_purchase
from portfolio_lib.parameters.behaviour_models import RecurrencePage
from tests.analyses.purchases import Sale, day, recurrence_of, settings

PAGE = RecurrencePage()


def weekly(account: str, last: int, count: int, gap: int = 7, **more: object) -> list[Sale]:
    return [Sale(account, last + gap * n, **more) for n in range(count)]


def test_the_funnel_by_hand() -> None:
    # Purchases 1, 1, 1, 2, 2, 5: at least 1: 6, 2: 3, 3: 1, 4: 1, 5: 1.
    steps = funnel(pd.Series([1, 1, 1, 2, 2, 5]), PAGE)
    assert steps["accounts"].tolist() == [6, 3, 1, 1, 1]
    assert steps["step_rate"].tolist()[:4] == pytest.approx([1 / 2, 1 / 3, 1, 1])
    assert math.isnan(steps["step_rate"].iloc[-1])
    assert worst_step(steps, 1) == 2
    assert worst_step(steps, 4) == 1
    assert worst_step(steps, 7) is None


def test_only_the_last_365_days_count() -> None:
    found = recurrence_of([Sale("a", 364), Sale("a", 365), Sale("b", 0), Sale("c", 365)])
    assert found.figures["recurrence.buyers"].value == 2
    assert found.steps["accounts"].tolist() == [2]


def test_nearly_recurring_clients_are_told_by_when_to_buy() -> None:
    sales = [*(Sale("a", ago) for ago in (300, 200, 10)), *(Sale("b", ago) for ago in (3, 4))]
    near = recurrence_of(sales).nearly
    assert near["account_id"].tolist() == ["a"]
    # The purchase of 300 days ago still counts 64 days from now, and no longer after 65.
    assert near["buy_by"].tolist() == [day(-64)]
    again = recurrence_of([*sales, Sale("a", 0)])
    assert again.figures["recurrence.recurring"].value == 1


def test_a_missed_repurchase_is_beyond_the_clients_own_80_per_cent() -> None:
    # Gaps 10, 10, 10, 10, 20: the 80 % point is 12 (linear: position 3.2 of 0…4 is 10 + 0.2 × 10).
    sales = [Sale("a", 12 + ago) for ago in (0, 10, 20, 30, 40, 60)]
    row = recurrence_of(sales).accounts.iloc[0]
    assert (row["gaps"], row["median_gap_days"], row["long_gap_days"]) == (5, 10, 12)
    assert not row["is_missed"]  # 12 days is not beyond 12
    later = recurrence_of([Sale("a", sale.days_ago + 1) for sale in sales])
    assert later.accounts["is_missed"].tolist() == [True]
    # Days beyond 12 in their gap: 20 − 12 = 8 of 60.
    assert later.figures["recurrence.missed_by_chance"].value == pytest.approx(8 / 60, abs=1e-6)


def test_too_few_purchases_are_said_to_be_too_few() -> None:
    found = recurrence_of(weekly("a", 100, 4))
    assert found.accounts["next_reason"].tolist() == [TOO_FEW]
    assert found.figures["recurrence.missed"].reason.startswith("too few purchases to say")
    assert found.figures["recurrence.without_rhythm"].value == 1
    assert recurrence_of(weekly("a", 100, 5)).figures["recurrence.missed"].value == 1


def test_who_is_silent_for_long_is_lost_and_not_late() -> None:
    found = recurrence_of([*weekly("a", 401, 6), *weekly("b", 400, 6)])
    assert found.missed["account_id"].tolist() == ["b"]
    assert found.figures["recurrence.silent_longer"].value == 1


def test_the_next_purchase_is_read_from_own_gaps_longer_than_the_one_running() -> None:
    gaps = np.arange(1, 20)  # 1 … 19: with 5 days gone 6 … 19 are left, 14 of them
    expected, first, last, level, reason = next_purchase(gaps, day(5), 5, PAGE)
    # k = ⌊0.1 × 15⌋ = 1: from the smallest to the largest of them, level 1 − 2 ÷ 15.
    assert (first, last) == (day(5 - 6), day(5 - 19))
    assert level == pytest.approx(13 / 15)
    assert expected == day(5 - 12)  # the middle of 6 … 19 is 12.5; half to even is 12
    assert reason is None
    assert next_purchase(gaps, day(16), 16, PAGE)[-1] == LONGER_THAN_EVER
    nine = next_purchase(np.arange(1, 10), day(0), 0, PAGE)
    assert nine[3] == pytest.approx(0.8)


def test_the_interval_holds_as_often_as_it_says_for_any_shape_of_gap() -> None:
    rng = np.random.default_rng(3)
    held, levels = [], []
    for _ in range(1_500):
        gaps = rng.gamma(1.3, 20, 15).astype(int) + 1
        _, first, last, level, _ = next_purchase(gaps[:-1], day(0), 0, PAGE)
        coming = day(0) + pd.Timedelta(days=int(gaps[-1]))
        held.append(first <= coming <= last)
        levels.append(level)
    # Whole days tie now and then, which makes the interval hold a little more often.
    assert np.mean(levels) - 0.03 < np.mean(held) < np.mean(levels) + 0.05


def steady_buyer(account: str, *, recent: float = 100.0, offering: str = "Oils") -> list[Sale]:
    """Twenty orders, of 95 to 105 long ago; the last five of `recent`, in the last half year."""
    old = [Sale(account, 200 + 20 * n, 95.0 + n % 11, "Oils", 10.0 + n % 3) for n in range(15)]
    old += [Sale(account, 200 + 20 * n, 50.0, "Salt", 5.0) for n in range(15)]
    new = [Sale(account, 10 + 20 * n, recent, offering, recent / 10) for n in range(5)]
    return [*old, *new, *(Sale(account, 10 + 20 * n, 50.0, "Salt", 5.0) for n in range(5))]


def test_changed_orders_in_ticket_quantity_and_mix() -> None:
    sales = [
        *steady_buyer("same"),
        *steady_buyer("less", recent=20.0),
        *steady_buyer("other", offering="Flour"),
    ]
    found = recurrence_of(sales).accounts.set_index("account_id")
    changes = ["ticket_change", "quantity_change", "mix_change"]
    assert found.loc["same", changes].tolist() == ["within"] * 3
    assert found.loc["less", changes].tolist() == ["lower", "lower", "other"]
    assert found.loc["other", changes].tolist() == ["within", "within", "other"]
    assert found.loc["other", "dropped_offering"] == "Oils"
    assert recurrence_of(sales).changed["account_id"].tolist() == ["other", "less"]


def test_one_odd_order_is_no_change() -> None:
    sales = steady_buyer("a")
    odd = [sale._replace(amount=9_000.0) if sale.days_ago == 10 else sale for sale in sales]
    assert recurrence_of(odd).changed.empty


def test_without_quantities_and_offerings_the_ticket_alone_is_compared() -> None:
    bare = [sale._replace(quantity=None, offering=None) for sale in steady_buyer("a", recent=5.0)]
    row = recurrence_of(bare).accounts.iloc[0]
    assert row["ticket_change"] == "lower"
    assert row[["quantity_change", "mix_change"]].isna().all()


def test_similar_clients_by_hand() -> None:
    amounts = {"a": 10, "b": 20, "c": 30, "d": 40, "e": 50, "f": 60}
    found = recurrence_of([Sale(one, 5, amount) for one, amount in amounts.items()])
    rows = found.accounts.set_index("account_id")
    # Similar to a: 20 … 60, middle 40; 5 of 5 bring more; 30 are missing.
    assert rows.loc["a", ["peers", "peers_above", "peer_median", "headroom"]].tolist() == [
        *(5, 5, 40, 30),
    ]
    assert rows.loc["c", ["peers_above", "peer_median", "headroom"]].tolist() == [3, 40, 10]
    assert math.isnan(rows.loc["f", "headroom"])
    assert found.figures["recurrence.headroom"].value == 30 + 20 + 10
    few = recurrence_of([Sale(one, 5, 1.0) for one in "abc"])
    assert few.figures["recurrence.below_peers"].reason.startswith("no client has 5 similar")
    none = recurrence_of([Sale("a", 5)], industry=None)
    assert none.figures["recurrence.below_peers"].reason.startswith("no industry is recorded")


@given(st.lists(st.one_of(st.none(), st.integers(0, 9).map(float)), min_size=1, max_size=12))
def test_the_median_of_others_is_that_of_the_list_without_the_row(values: list[float | None]):
    found = medians_of_others(pd.Series(values, dtype=float))
    for place in range(len(values)):
        others = [v for n, v in enumerate(values) if n != place and v is not None]
        expected = np.median(others) if others else math.nan
        assert found[place] == pytest.approx(expected, nan_ok=True)


def test_clients_of_one_size_are_in_one_band() -> None:
    rows = pd.DataFrame(
        {"industry": ["Retail"] * 4 + [None], "employees": [5.0, 5.0, 50.0, None, 5.0]}
    )
    groups = peer_groups(rows)
    assert groups[0] == groups[1] != groups[2]
    assert groups[3] == "Retail, size not known"
    assert pd.isna(groups[4])


def test_nobody_one_client_and_one_month_have_honest_figures() -> None:
    nobody = recurrence_of([], ids=[])
    assert all(figure.value is None or figure.value == 0 for figure in nobody.figures.values())
    assert (
        nobody.figures["recurrence.recurring"].reason
        == "no purchase is known; hand in table invoices"
    )
    one = recurrence_of([Sale("a", 3)])
    assert one.figures["recurrence.first_step"].value is None
    month = recurrence_of([Sale(a, ago) for a in "abcd" for ago in range(12)])
    assert month.figures["recurrence.changed"].reason.startswith("nobody has 8 earlier orders")
    assert month.figures["recurrence.recurring"].value == 4


histories = st.lists(
    st.tuples(st.sampled_from("abcde"), st.integers(-5, 700), st.integers(1, 50_000)),
    min_size=1,
    max_size=60,
    unique_by=lambda sale: sale[:2],
)


@trials(max_examples=8, deadline=None, phases=[Phase.generate])
@given(histories, st.integers(0, 99))
def test_order_of_rows_names_and_days_after_the_review_change_nothing(
    rows: list[tuple[str, int, int]], seed: int
) -> None:
    sales = [Sale(account, ago, pence / 100) for account, ago, pence in rows]
    known = [sale for sale in sales if sale.days_ago >= 0]
    if not known:
        return
    plain = recurrence_of(known, ids="abcde")
    shuffled = recurrence_of(sales, ids="abcde", shuffle=seed)
    twins = recurrence_of(known, ids="abcde", names={one: "Twin" for one in "abcde"})
    assert plain.figures == shuffled.figures == twins.figures
    columns = plain.accounts.columns.drop("account_name")
    ordered = [found.accounts.set_index("account_id") for found in (plain, shuffled, twins)]
    kept = [name for name in columns if name != "account_id"]
    for other in ordered[1:]:
        pd.testing.assert_frame_equal(
            ordered[0][kept].sort_index(), other[kept].sort_index(), check_dtype=False
        )


def test_the_threshold_is_a_setting() -> None:
    sales = weekly("a", 3, 2)
    assert (
        recurrence_of(sales, settings(recurrence={"threshold": 2}))
        .figures["recurrence.recurring"]
        .value
        == 1
    )
    assert recurrence_of(sales).figures["recurrence.recurring"].value == 0
