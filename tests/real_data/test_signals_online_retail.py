"""The month that Online Retail cuts short raises no wake-up call, and the reason is said.

Source: Online Retail, UCI Machine Learning Repository 352. The log ends on 9 December 2011 and
begins on 1 December 2010. The tests read a tenth of its customers, those whose number ends in 7:
the whole log says the same and takes ten times as long.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from portfolio_lib.analyses.expected_ranges import Rule, judge_months
from portfolio_lib.analyses.segments import segment_accounts
from portfolio_lib.analyses.signals import Signals, measure_signals
from portfolio_lib.facts import build_facts, read_fact
from portfolio_lib.parameters.models import EngineSettings
from portfolio_lib.tables import prepare_tables, read_table
from tests.public_data import public_file
from tests.tables.making import preset_tables, sources, unit

pytestmark = pytest.mark.real_data
FACTS = ("account_snapshots", "account_offering_months", "account_month_purchases")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Signals, pd.DataFrame]:
    store: Path = tmp_path_factory.mktemp("shop")
    (log,) = public_file("online_retail").glob("online_retail*.csv*")
    lines = pd.read_csv(log, dtype="str", keep_default_na=False)
    mine = lines["CustomerID"].str.removesuffix(".0").str.endswith("7")
    lines.loc[mine].to_csv(store / "online_retail.csv", index=False)
    where = sources(store, **preset_tables("online_retail"))
    parameters = unit(
        "all",
        where,
        as_of=dt.date(2011, 12, 9),
        rest=True,
        credits="set_aside",
        zero_amounts="set_aside",
    )
    prepare_tables([parameters], store)
    build_facts(store, [parameters], engine=EngineSettings(threads=2), steps=FACTS)
    accounts = read_table(store, "all", "accounts")
    assert accounts is not None
    snapshots, offerings, purchases = (read_fact(store, "all", name) for name in FACTS)
    segments = segment_accounts(accounts, snapshots, parameters=parameters)
    found = measure_signals(
        accounts, snapshots, offerings, purchases, segments, parameters=parameters
    )
    return found, offerings


def test_the_truncated_month_rings_nothing_and_is_said_to_be_left_out(shop) -> None:
    signals, _ = shop
    assert signals.truncated == dt.date(2011, 12, 1)
    assert signals.months["month"].max() == pd.Timestamp("2011-11-01")
    assert signals.calls.empty
    figure = signals.figures["signals.calls"]
    assert figure.value is None
    assert "needs 24 complete months before those judged; has 9" in str(figure.reason)


def test_the_fall_since_the_months_before_is_taken_apart_to_the_penny(shop) -> None:
    signals, _ = shop
    assert not signals.is_year_before  # twelve complete months are known: no year before
    row = signals.drops.iloc[0]
    parts = [row[key] for key in ("lost", "new", "frequency", "ticket", "won_since")]
    assert round(sum(parts), 4) == round(row["drop"], 4)
    assert row["drop"] == pytest.approx(row["before"] - row["now"], abs=1e-4)
    assert row["now"] > row["before"]  # Christmas comes


def test_the_cut_month_would_ring_if_it_were_taken_for_a_whole_one(shop) -> None:
    _, offerings = shop
    by_month = offerings.groupby("month", sort=True)["revenue_net"].sum()
    assert by_month.index[-1] == pd.Timestamp("2011-12-01")
    # Two years to learn from: the shop's one year twice, the second a tenth larger.
    year = by_month.iloc[:12].to_numpy()
    months = np.concatenate([year, year * 1.1, by_month.iloc[-1:].to_numpy()])
    days = [31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30] * 2 + [31]
    assert judge_months(list(months), days, 24, Rule(0.01))[0].side == "below"
