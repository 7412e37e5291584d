"""The truth behind the tables: churn follows its hazard, and what was planted is there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from portfolio_lib.tables.demo import DemoFirm
from portfolio_lib.tables.demo.days import AS_OF
from portfolio_lib.tables.demo.orders import MANAGER_SLUMP_DAY, PRODUCT_SLUMP
from portfolio_lib.tables.demo.projects import LARGEST_SHARE
from portfolio_lib.tables.demo.retail import COUNTRY_SLUMP, RANGE_SLUMP

NOW = pd.Timestamp(AS_OF)


@pytest.fixture(scope="module")
def hazards(firm: DemoFirm) -> pd.DataFrame:
    frame = firm.truth.hazards
    return frame.assign(churned=frame["churned"].astype(bool), hazard=frame["hazard"].astype(float))


def test_churn_follows_its_hazard_in_every_band(hazards: pd.DataFrame) -> None:
    """Drawn with chance h, the number lost in a band has mean Σh and variance Σh(1 − h)."""
    bands = pd.cut(hazards["hazard"], [0, 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 0.999])
    for band, rows in hazards.groupby(bands, observed=True):
        spread = np.sqrt((rows["hazard"] * (1 - rows["hazard"])).sum())
        assert abs(rows["churned"].sum() - rows["hazard"].sum()) < 3.5 * spread + 0.5, band


@pytest.mark.parametrize(
    "unit", ["saas-north", "accounting-practice", "field-services", "distributor"]
)
def test_the_hazard_orders_churn_well_but_not_perfectly(hazards: pd.DataFrame, unit: str) -> None:
    rows = hazards[hazards["business_unit"] == unit]
    assert rows["churned"].sum() >= 15
    assert 0.65 < roc_auc_score(rows["churned"], rows["hazard"]) < 0.95


@pytest.mark.parametrize("unit", ["saas-north", "saas-enterprise", "field-services"])
def test_between_a_tenth_and_a_fifth_of_the_clients_leave_in_a_year(
    firm: DemoFirm, unit: str
) -> None:
    accounts = firm.units[unit].tables["accounts"]
    left = accounts["end_date"].notna().sum()
    end = accounts["end_date"].fillna(NOW)
    start = accounts["start_date"].clip(lower=pd.Timestamp("2022-10-01"))
    years = ((end - start).dt.days / 365.25).sum()
    assert 0.08 < left / years < 0.2


def test_an_account_that_left_has_no_recurring_bill_after_its_last_day(firm: DemoFirm) -> None:
    for key in ("saas-north", "saas-enterprise", "field-services", "closed"):
        tables = firm.units[key].tables
        lines = tables["invoices"].merge(tables["accounts"], on="account_id")
        lines = lines[lines["recurring"].astype(bool) & lines["end_date"].notna()]
        assert (lines["service_end"] <= lines["end_date"]).all()


def test_use_falls_before_clients_leave_for_it(firm: DemoFirm) -> None:
    """Where the cause is declining usage, the last three months are below the year before."""
    unit = firm.units["saas-north"]
    usage = unit.tables["usage"]
    usage = usage[usage["measure"] == "active users"]
    hazards = unit.truth.hazards
    left = hazards[(hazards["cause"] == "declining usage") & (hazards["month"] < NOW)]
    changes = [
        usage_change(usage[usage["account_id"] == row.account_id], row.month)
        for row in left.itertuples()
    ]
    known = [change for change in changes if not np.isnan(change)]
    assert len(known) >= 5
    assert np.mean(np.array(known) < -0.1) > 0.8


def usage_change(usage: pd.DataFrame, month: pd.Timestamp) -> float:
    age = (month.year - usage["period"].dt.year) * 12 + month.month - usage["period"].dt.month
    recent = usage.loc[age.between(0, 2), "value"].mean()
    before = usage.loc[age.between(6, 14), "value"].mean()
    return float(recent / before - 1)


def test_affinity_finds_the_next_offering_better_than_popularity(firm: DemoFirm) -> None:
    """Among cells still open two years before the review, ranked for what was bought since."""
    cells = firm.truth.affinities
    cells = cells[cells["business_unit"] == "saas-north"]
    then = NOW - pd.DateOffset(years=2)
    popularity = cells.groupby("offering")["first_day"].agg(lambda days: (days <= then).mean())
    accounts = firm.units["saas-north"].tables["accounts"].set_index("account_id")
    start = cells["account_id"].map(accounts["start_date"])
    end = cells["account_id"].map(accounts["end_date"])
    still_open = ~(cells["first_day"] <= then) & (start <= then) & ~(end <= then)
    rows = cells[still_open & (cells["affinity"] > 0)]
    bought = rows["first_day"] <= NOW
    by_affinity = roc_auc_score(bought, rows["affinity"])
    by_popularity = roc_auc_score(bought, rows["offering"].map(popularity))
    assert bought.sum() >= 30
    assert by_affinity > by_popularity + 0.05
    assert by_affinity > 0.7


def test_planted_lapses_stop_on_their_day_and_stay_away(firm: DemoFirm) -> None:
    unit = firm.units["distributor"]
    lapses = unit.truth.planted[unit.truth.planted["what"] == "lapse"]
    last = unit.tables["invoices"].groupby("account_id")["date"].max()
    coming = unit.truth.next_purchases.set_index("account_id")["next_purchase"]
    assert len(lapses) == 6
    for lapse in lapses.itertuples():
        silent = lapse.day - last[lapse.subject]
        assert pd.Timedelta(0) <= silent < pd.Timedelta(days=60)
        assert pd.isna(coming[lapse.subject])


def test_changed_orders_are_smaller_from_their_day_on(firm: DemoFirm) -> None:
    unit = firm.units["distributor"]
    invoices = unit.tables["invoices"]
    changes = unit.truth.planted[unit.truth.planted["what"] == "changed order"]
    assert len(changes) == 5
    for change in changes.itertuples():
        mine = invoices[invoices["account_id"] == change.subject]
        orders = mine.groupby(["invoice_id", "date"])["amount"].sum().reset_index()
        year = orders[orders["date"] >= change.day - pd.DateOffset(years=1)]
        after = year["date"] >= change.day
        assert year.loc[after, "amount"].mean() < 0.75 * year.loc[~after, "amount"].mean()


def share_kept(invoices: pd.DataFrame, day: pd.Timestamp) -> float:
    """Money from `day` to the review against the same days a year before."""
    length = NOW - day
    before = invoices["date"].between(
        day - pd.DateOffset(years=1), day - pd.DateOffset(years=1) + length
    )
    return float(
        invoices.loc[invoices["date"] >= day, "amount"].sum() / invoices.loc[before, "amount"].sum()
    )


def test_the_slumps_of_the_distributor_show_against_the_rest(firm: DemoFirm) -> None:
    tables = firm.units["distributor"].tables
    invoices = tables["invoices"].merge(
        tables["accounts"][["account_id", "account_manager"]], on="account_id"
    )
    planted = firm.units["distributor"].truth.planted
    manager = planted.loc[planted["note"] == "account_manager", "subject"].iloc[0]
    hers = invoices["account_manager"] == manager
    day = pd.Timestamp(MANAGER_SLUMP_DAY)
    assert share_kept(invoices[hers], day) < 0.8 * share_kept(invoices[~hers], day)
    product = invoices["offering"] == PRODUCT_SLUMP.subject
    day = pd.Timestamp(PRODUCT_SLUMP.day)
    assert share_kept(invoices[product], day) < 0.65 * share_kept(invoices[~product], day)


def test_the_slumps_of_the_shop_show_against_the_rest(firm: DemoFirm) -> None:
    tables = firm.units["retail-log"].tables
    lines = tables["invoices"].merge(tables["accounts"], on="account_id")
    for column, (subject, start, _) in (("country", COUNTRY_SLUMP), ("offering", RANGE_SLUMP)):
        mine, day = lines[column] == subject, pd.Timestamp(start)
        assert share_kept(lines[mine], day) < 0.8 * share_kept(lines[~mine], day), subject


def test_next_purchases_lie_after_the_review_and_are_in_no_table(firm: DemoFirm) -> None:
    for key in ("distributor", "retail-log"):
        unit = firm.units[key]
        coming = unit.truth.next_purchases
        assert (coming["next_purchase"].dropna() > NOW).all()
        assert coming["next_purchase"].notna().sum() > 20
        assert unit.tables["invoices"]["date"].max() <= NOW
        assert set(coming["account_id"]) >= set(unit.tables["invoices"]["account_id"].dropna())


def test_the_largest_client_of_the_agency_is_the_planted_share_of_a_year(firm: DemoFirm) -> None:
    invoices = firm.units["agency"].tables["invoices"]
    year = invoices[invoices["date"] > NOW - pd.DateOffset(years=1)]
    by_account = year.groupby("account_id")["amount"].sum()
    assert by_account.max() / by_account.sum() == pytest.approx(LARGEST_SHARE, abs=0.001)


def test_units_differ_in_nature_as_they_are_meant_to(firm: DemoFirm) -> None:
    counts = {key: len(unit.tables["accounts"]) for key, unit in firm.units.items()}
    assert counts["small-three"] == 3
    assert 120 <= counts["saas-north"] <= 160
    assert 130 <= counts["distributor"] <= 180
    assert 560 <= counts["retail-log"] <= 640
    assert len(firm.units["retail-log"].tables["invoices"]) > 12_000
    assert firm.units["young"].tables["invoices"]["date"].min() >= pd.Timestamp("2026-06-01")
    assert set(firm.units["no-costs"].tables) == {"accounts", "invoices"}
    assert "cost" not in firm.units["no-costs"].tables["invoices"]


def test_shared_clients_carry_the_numbers_and_names_of_the_practice(firm: DemoFirm) -> None:
    here = firm.units["shared-clients"].tables["accounts"]
    there = firm.units["accounting-practice"].tables["accounts"]
    both = here.merge(there, on="account_id", suffixes=("", "_there"))
    assert len(both) == 18
    assert (both["account_name"] == both["account_name_there"]).all()
    assert (both["industry"] == both["industry_there"]).all()


def test_every_client_of_the_closed_unit_left_more_than_a_year_ago(firm: DemoFirm) -> None:
    accounts = firm.units["closed"].tables["accounts"]
    assert (accounts["end_date"] < NOW - pd.DateOffset(years=1)).all()


def test_enterprise_clients_come_in_groups_and_stay_for_years(firm: DemoFirm) -> None:
    tables = firm.units["saas-enterprise"].tables
    assert tables["accounts"]["parent_account_id"].notna().sum() >= 5
    length = (tables["contracts"]["end_date"] - tables["contracts"]["start_date"]).dt.days
    assert (length > 1000).sum() >= 10
