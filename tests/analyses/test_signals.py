"""Wake-up calls end to end: what rings, what does not, whom a fall follows, plan and goals."""

from __future__ import annotations

import datetime as dt
import random

import pandas as pd
import pytest

from portfolio_lib.analyses.drop_attribution import attribute
from portfolio_lib.analyses.drop_parts import Windows
from portfolio_lib.analyses.signals import Signals
from tests.analyses.months_of_revenue import Sold, ledger_of, settings, signals_of, steady

SIX = [f"a{place}" for place in range(6)]
NEXT = [f"b{place}" for place in range(6)]


def value(signals: Signals, key: str):
    return signals.figures[f"signals.{key}"].value


def reason(signals: Signals, key: str) -> str:
    return str(signals.figures[f"signals.{key}"].reason)


def fallen(ids: list[str], months: int, share: float, **more: object) -> list[Sold]:
    """Steady sales that fall to a share in the latest months."""
    return [
        one._replace(amount=one.amount * share) if one.months_ago < months else one
        for one in steady(ids, **more)
    ]


class TestCalls:
    def test_steady_sales_ring_nothing(self) -> None:
        found = signals_of(steady(SIX))
        assert value(found, "calls") == 0
        assert found.calls.empty
        assert value(found, "false_alarms") == pytest.approx(0.5)

    def test_a_fall_rings_where_it_is_and_stays_open(self) -> None:
        managers = dict.fromkeys(SIX, "Ada") | dict.fromkeys(NEXT, "Ben")
        found = signals_of([*steady(SIX), *fallen(NEXT, 2, 0.3)], managers=managers)
        by_name = found.calls.set_index("name")
        assert "Ada" not in by_name.index
        ben = by_name.loc["Ben"]
        assert (ben["kind"], ben["months_out"]) == ("manager", 2)
        assert ben["first_month"] == pd.Timestamp("2026-08-01")
        assert ben["is_new"]
        assert ben["is_open"]
        assert ben["gap_share"] == pytest.approx(0.7, abs=0.05)

    def test_an_earlier_call_is_not_new_and_says_what_followed(self) -> None:
        found = signals_of(fallen(SIX, 6, 0.4))
        assert value(found, "calls") == 0
        assert value(found, "still_open") >= 1
        assert found.calls["first_month"].unique() == [pd.Timestamp("2026-04-01")]
        assert found.replay["borne_out"].all()
        assert value(found, "borne_out") == 1.0
        assert found.figures["signals.borne_out"].interval is not None

    def test_a_passing_dip_is_not_borne_out(self) -> None:
        dip = [s._replace(amount=s.amount * 0.3) if s.months_ago == 6 else s for s in steady(SIX)]
        found = signals_of(dip)
        assert len(found.replay) >= 1
        assert value(found, "borne_out") == 0.0

    def test_a_month_that_is_cut_short_rings_nothing_and_is_named(self) -> None:
        tiny = [s._replace(amount=s.amount * 0.1) if s.months_ago == 0 else s for s in steady(SIX)]
        cut = signals_of(tiny, settings(as_of=dt.date(2026, 9, 9)))
        assert cut.truncated == dt.date(2026, 9, 1)
        assert cut.calls.empty
        assert value(cut, "calls") == 0
        whole = signals_of(tiny)
        assert whole.truncated is None
        assert value(whole, "calls") >= 1

    def test_the_chance_is_shared_by_everything_that_is_watched(self) -> None:
        page = {"false_alarms": 0.3, "months_judged": 2}
        found = signals_of(steady(SIX), settings(page))
        # The unit, one segment (Retail) and one offering; nobody manages: 3 × 2 months.
        assert found.figures["signals.calls"].n == 6
        assert value(found, "false_alarms") == pytest.approx(0.3)

    def test_later_months_change_no_earlier_call(self) -> None:
        sold = fallen(SIX, 6, 0.4)
        early = signals_of(
            [s for s in sold if s.months_ago > 2], settings(as_of=dt.date(2026, 6, 30))
        )
        late = signals_of(sold)
        columns = ["kind", "name", "first_month"]
        assert early.calls[columns].values.tolist() == late.calls[columns].values.tolist()


class TestHonestSentences:
    def test_young_series_are_not_watched(self) -> None:
        found = signals_of(steady(SIX, months=20))
        assert "needs 24 complete months before those judged; has 17" in reason(found, "calls")
        assert found.series["reason"].notna().all()

    def test_few_clients_are_not_watched(self) -> None:
        found = signals_of(steady(["a", "b", "c"]))
        assert "needs 5 clients" in reason(found, "calls")
        assert "had 3 clients" in reason(found, "calls")
        assert value(found, "drop") is not None  # the fall can be taken apart all the same

    def test_without_sales_every_figure_gives_the_reason(self) -> None:
        found = signals_of([])
        assert "hand in table invoices or contracts" in reason(found, "calls")
        assert "hand in table invoices or contracts" in reason(found, "drop")
        assert found.drops.empty

    def test_all_sales_in_one_month(self) -> None:
        found = signals_of([Sold(one, 0, 50.0) for one in SIX])
        assert value(found, "calls") is None
        assert "needs 9 complete months; this unit has 1" in reason(found, "drop")
        assert value(found, "average_ticket") == 50.0

    def test_short_histories_compare_with_the_months_before(self) -> None:
        found = signals_of(steady(SIX, months=12))
        assert not found.is_year_before
        assert "no year before" in str(found.figures["signals.drop"].policy)
        assert found.figures["signals.revenue"].previous is None


class TestFalls:
    def test_the_parts_of_every_row_add_up_to_the_last_digit(self) -> None:
        sold = [*fallen(SIX, 2, 0.37), *[s for s in steady(NEXT) if s.months_ago > 1]]
        found = signals_of(sold)
        assert len(found.drops) >= 2
        for _, row in found.drops.iterrows():
            parts = [row[key] for key in ("lost", "new", "frequency", "ticket", "won_since")]
            assert round(sum(parts), 4) == round(row["before"] - row["now"], 4) == row["drop"]

    def test_a_fall_that_follows_one_manager_across_segments(self) -> None:
        managers = {one: "Ada" if one[0] == "a" else "Ben" for one in [*SIX, *NEXT]}
        industry = {one: ["Retail", "Energy"][int(one[1]) % 2] for one in [*SIX, *NEXT]}
        sold = [*fallen(SIX, 3, 0.5), *steady(NEXT)]
        ledger = ledger_of(sold, managers=managers, industry=industry)
        windows = Windows(range(25, 28), range(37, 40))
        found = attribute(ledger.whole, ledger, windows)
        assert found.verdict == "manager"
        assert found.manager is not None
        assert (found.manager.name, found.manager.fell_in, found.manager.of) == ("Ada", 2, 2)
        assert found.manager.own_share > 0.9

    def test_a_fall_that_follows_one_segment_across_managers(self) -> None:
        managers = {one: ["Ada", "Ben"][int(one[1]) % 2] for one in [*SIX, *NEXT]}
        industry = {one: "Retail" if one[0] == "a" else "Energy" for one in [*SIX, *NEXT]}
        sold = [*fallen(SIX, 3, 0.5), *steady(NEXT)]
        ledger = ledger_of(sold, managers=managers, industry=industry)
        found = attribute(ledger.whole, ledger, Windows(range(25, 28), range(37, 40)))
        assert found.verdict == "segment"
        assert found.segment is not None
        assert found.segment.name == "Retail"

    def test_a_fall_of_everybody_is_the_portfolio(self) -> None:
        managers = {one: ["Ada", "Ben", "Cy"][int(one[1]) % 3] for one in [*SIX, *NEXT]}
        industry = {one: ["Retail", "Energy"][int(one[1]) // 3] for one in [*SIX, *NEXT]}
        found = signals_of(fallen([*SIX, *NEXT], 3, 0.5), managers=managers, industry=industry)
        assert value(found, "follows") == "the portfolio as a whole"

    def test_without_managers_it_cannot_be_asked(self) -> None:
        found = signals_of(fallen(SIX, 3, 0.5))
        assert "column account_manager of table accounts" in reason(found, "follows")


class TestPlanAndGoals:
    def test_a_year_is_planned_by_twelfths_and_a_month_by_itself(self) -> None:
        page = {"plan": {"2025": 1200.0, "2026-01": 700.0}}
        found = signals_of([Sold("a", ago, 50.0) for ago in range(30)], settings(page))
        plans = found.months["plan"]
        assert plans.head(4).tolist() == [100.0, 100.0, 100.0, 700.0]
        assert plans.tail(8).isna().all()
        figure = found.figures["signals.revenue_planned"]
        assert (figure.value, figure.target) == (200.0, 1000.0)
        assert found.months["previous"].notna().all()

    def test_without_a_plan_the_sentence_says_where_to_write_one(self) -> None:
        assert "signals.plan" in reason(signals_of(steady(SIX)), "revenue_planned")

    def test_a_year_given_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="gives 2026 both as a year and by month"):
            settings({"plan": {"2026": 1.0, "2026-02": 1.0}})

    def test_the_mix_is_held_against_its_goal(self) -> None:
        goals = {"mix_by": "industry", "mix": {"Retail": 0.5, "Mining": 0.1}}
        industry = dict.fromkeys(SIX, "Retail") | dict.fromkeys(NEXT[:2], "Energy")
        sold = steady([*SIX, *NEXT[:2]])
        found = signals_of(sold, settings({"goals": goals}), industry=industry)
        mix = found.mix.set_index("group")
        assert mix.loc["Retail", "actual"] == 0.75  # 6 of 8 active clients
        assert mix.loc["Mining", "actual"] == 0.0
        assert mix.loc["All others", "actual"] == 0.25
        assert value(found, "mix_missed") == pytest.approx((0.25 + 0.1) / 2)

    def test_enterprise_and_small_business_are_bands_of_employees(self) -> None:
        goals = {"mix_by": "size", "size_from": (20, 500), "mix": {"large": 0.5, "small": 0.25}}
        heads = dict(zip([*SIX, *NEXT[:2]], [500, 499, 20, 19, 1, 800, None, 5000], strict=True))
        found = signals_of(steady(list(heads)), settings({"goals": goals}), employees=heads)
        mix = found.mix.set_index("group")
        # of 8 active clients: 500, 800 and 5,000 are large, 19 and 1 small, 499 and 20 medium
        assert mix["actual"].to_dict() == {
            "large": 0.375, "small": 0.25, "All others": 0.25, "Not recorded": 0.125
        }  # fmt: skip
        assert value(found, "mix_missed") == pytest.approx(0.125 / 2)
        told = found.figures["signals.mix_missed"].definition
        assert "by size (medium from 20 employees, large from 500)" in told

    def test_a_mix_of_what_nobody_recorded_is_not_computable(self) -> None:
        goals = {"mix_by": "size", "mix": {"large": 0.5}}
        found = signals_of(steady(SIX), settings({"goals": goals}))
        assert reason(found, "mix_missed").endswith("hand in column employees of table accounts")
        assert found.mix.empty

    def test_sizes_that_do_not_exist_or_rise_are_refused(self) -> None:
        with pytest.raises(ValueError, match="names giant; expected small, medium, large"):
            settings({"goals": {"mix_by": "size", "mix": {"giant": 0.5}}})
        with pytest.raises(ValueError, match="size_from do not rise"):
            settings({"goals": {"size_from": (250, 50)}})

    def test_shares_beyond_one_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"add up to 1\.2; expected at most 1"):
            settings({"goals": {"mix": {"a": 0.7, "b": 0.5}}})


def test_shuffled_rows_give_the_same_answer() -> None:
    sold = [*fallen(SIX, 4, 0.5), *steady(NEXT)]
    mixed = random.Random(3).sample(sold, len(sold))
    first, second = signals_of(sold), signals_of(mixed)
    for name in ("calls", "replay", "series", "drops", "months", "mix"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
    assert first.figures == second.figures
