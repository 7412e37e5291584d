"""The presets on the public data they were written for, against published figures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.tables import DataChecks, prepare_tables, read_table
from tests.public_data import public_file
from tests.tables.making import preset_tables, sources, unit

LARGEST = (
    "United Kingdom", "Germany", "France", "EIRE", "Spain", "Netherlands", "Belgium",
    "Switzerland", "Portugal", "Australia",
)  # fmt: skip

pytestmark = pytest.mark.real_data


def one_unit(preset: str, data: str, tmp_path: Path, **settings: Any) -> tuple[DataChecks, Path]:
    where = sources(public_file(data), **preset_tables(preset))
    store = tmp_path / "store"
    return prepare_tables([unit("all", where, rest=True, **settings)], store)["all"], store


def countries(**policies: str) -> list[UnitParameters]:
    where = sources(public_file("online_retail"), **preset_tables("online_retail"))
    day = dt.date(2011, 12, 9)
    named = [
        unit(name.lower().replace(" ", "-"), where, as_of=day, business_units=(name,), **policies)
        for name in LARGEST
    ]
    return [*named, unit("rest", where, as_of=day, rest=True, **policies)]


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, DataChecks], Path]:
    store = tmp_path_factory.mktemp("retail")
    units = countries(credits="set_aside", zero_amounts="set_aside")
    return prepare_tables(units, store), store


def test_online_retail_cleaned_is_as_published(
    cleaned: tuple[dict[str, DataChecks], Path],
) -> None:
    checks, store = cleaned
    assert [str(f) for c in checks.values() for f in c.faults if f.level == "stop"] == []
    cards = [found.card("invoices") for found in checks.values()]
    assert sum(card.rows_read for card in cards) == 541_909
    assert sum(card.rows_kept for card in cards) == 397_884
    assert sum(card.money_kept for card in cards) == Decimal("8911407.904")
    buyers: set[str] = set()
    for key in checks:
        buyers |= set(read_table(store, key, "invoices")["account_id"])
    assert len(buyers) == 4_338


def test_online_retail_counts_lines_without_a_customer_with_their_money(
    cleaned: tuple[dict[str, DataChecks], Path],
) -> None:
    cards = [found.card("invoices") for found in cleaned[0].values()]
    assert sum(card.rows_set_aside.get("no account", 0) for card in cards) == 135_080
    money = sum(card.money_set_aside.get("no account", Decimal(0)) for card in cards)
    assert money == Decimal("1447682.12")
    # 5,268 lines repeat another; those kept are noted, the others were set aside before
    repeats = sum(card.rows_noted.get("exact repeat of another row", 0) for card in cards)
    assert 5_000 < repeats < 5_268


def test_online_retail_lists_customers_of_two_countries_in_both(
    cleaned: tuple[dict[str, DataChecks], Path],
) -> None:
    checks, store = cleaned
    listed = [read_table(store, key, "accounts")["account_id"] for key in checks]
    # 4,372 customers stand in the file; some of them in two units
    assert len(set().union(*listed)) == 4_372
    assert sum(map(len, listed)) > 4_372
    accounts = read_table(store, "germany", "accounts")
    assert not accounts["account_id"].str.contains(".", regex=False).any()
    assert accounts["start_date"].min() == dt.datetime(2010, 12, 1)


def test_online_retail_with_its_credits_is_as_published(
    cleaned: tuple[dict[str, DataChecks], Path],
) -> None:
    cards = [found.card("invoices") for found in cleaned[0].values()]
    credits = sum(card.money_set_aside.get("credit", Decimal(0)) for card in cards)
    assert sum(card.rows_set_aside.get("credit", 0) for card in cards) == 8_905
    assert sum(card.money_kept for card in cards) + credits == Decimal("8300065.814")


def test_receivables_are_late_as_published(tmp_path: Path) -> None:
    checks, store = one_unit(
        "receivables", "receivables", tmp_path, as_of=dt.date(2014, 1, 31), currency="USD"
    )
    assert not checks.stops
    invoices = read_table(store, "all", "invoices")
    assert len(invoices) == 2_466
    late = (invoices["paid_date"] > invoices["due_date"]).mean()
    assert round(late, 3) == 0.356
    assert invoices["account_id"].nunique() == 100


def test_northwind_orders_are_joined_to_their_lines(tmp_path: Path) -> None:
    checks, store = one_unit(
        "northwind", "northwind", tmp_path, as_of=dt.date(2016, 5, 6), currency="USD"
    )
    assert not checks.stops
    invoices = read_table(store, "all", "invoices")
    assert (len(invoices), invoices["invoice_id"].nunique()) == (2_155, 830)
    assert invoices["account_id"].notna().all()
    assert len(read_table(store, "all", "accounts")) == 91


def test_crm_deals_are_won_as_published(tmp_path: Path) -> None:
    checks, store = one_unit(
        "crm_opportunities",
        "crm_sales_opportunities",
        tmp_path,
        as_of=dt.date(2017, 12, 31),
        currency="USD",
    )
    assert not checks.stops
    card = checks.card("opportunities")
    assert card.rows_read == 8_800
    assert card.rows_set_aside == {"no account": 1_425}
    deals = read_table(store, "all", "opportunities")
    closed = deals[deals["outcome"].notna()]
    won = closed[closed["outcome"] == "won"]
    assert len(closed) == 6_711
    assert round(len(won) / len(closed), 4) == 0.6315
    assert won["value"].sum() == 10_005_534
    assert len(read_table(store, "all", "accounts")) == 85
    assert "GTXPro" not in set(deals["offering"])


def test_telco_counts_everyone_and_who_left(tmp_path: Path) -> None:
    checks, store = one_unit("telco", "telco", tmp_path, as_of=dt.date(2026, 1, 1), currency="USD")
    assert not checks.stops
    contracts = read_table(store, "all", "contracts")
    # 7,043 subscribers, 11 of them not yet billed; 1,869 left
    assert len(contracts) == 7_043 - 11
    assert contracts["end_date"].notna().sum() == 1_869


def test_subscription_periods_are_all_there(tmp_path: Path) -> None:
    checks, store = one_unit(
        "subscription_periods", "dbt_mrr_playbook", tmp_path, as_of=dt.date(2020, 2, 1)
    )
    assert not checks.stops
    assert len(read_table(store, "all", "contracts")) == 121
    assert len(read_table(store, "all", "accounts")) == 55
