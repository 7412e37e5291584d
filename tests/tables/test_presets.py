"""Every preset reads a small export of its kind; rows here are invented, columns are real."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from portfolio_lib.tables import DataChecks, prepare_tables, read_table
from tests.tables.making import preset_tables, sources, unit

EXPORTS = Path(__file__).parent / "exports"
PRESETS = Path(__file__).parents[2] / "parameters" / "presets"


def prepared(
    name: str, tmp_path: Path, *, folder: Path | None = None, currency: str = "GBP", **settings
) -> tuple[DataChecks, Path]:
    """A preset on its sample; where the export has no revenue, one invoice stands in."""
    tables = preset_tables(name)
    unit_settings = {"rest": True, "as_of": dt.date(2026, 9, 30)} | settings
    made = unit(
        "all", sources(folder or EXPORTS / name, **tables), currency=currency, **unit_settings
    )
    store = tmp_path / "store"
    return prepare_tables([made], store)["all"], store


def stops(checks: DataChecks) -> list[str]:
    return [str(fault) for fault in checks.faults if fault.level == "stop"]


def test_every_preset_has_a_sample_export_and_says_what_it_fits() -> None:
    names = {path.stem for path in PRESETS.glob("*.yaml")}
    assert names == {path.name for path in EXPORTS.iterdir()}
    assert all("about: >-" in path.read_text() for path in PRESETS.glob("*.yaml"))


def test_online_retail_takes_accounts_and_amounts_off_the_lines(tmp_path: Path) -> None:
    checks, store = prepared(
        "online_retail", tmp_path, as_of=dt.date(2010, 12, 31), zero_amounts="set_aside"
    )
    assert stops(checks) == []
    # 6 × 2.55 + 2 × 6 × 3.395 − 27.50 + 24 × 3.75 = 15.30 + 40.74 − 27.50 + 90.00
    card = checks.card("invoices")
    assert card.money_kept == Decimal("118.54")
    assert card.rows_set_aside == {"no account": 1, "zero amount": 1}
    assert card.rows_noted == {"exact repeat of another row": 1, "credit": 1}
    accounts = read_table(store, "all", "accounts")
    assert accounts["account_id"].tolist() == ["12583", "17850"]
    assert accounts["start_date"].dt.strftime("%d.%m.").tolist() == ["01.12.", "01.12."]


def test_northwind_joins_orders_to_their_lines(tmp_path: Path) -> None:
    checks, store = prepared("northwind", tmp_path, as_of=dt.date(2015, 12, 31))
    assert stops(checks) == []
    invoices = read_table(store, "all", "invoices")
    # 14 × 12; 9.8 × 10 × 0.75; 34.8 × 5 × 0.9
    assert invoices["amount"].tolist() == [168.0, 73.5, 156.6]
    assert invoices["account_id"].tolist() == ["ALDER", "ALDER", "BIRCH"]
    assert read_table(store, "all", "accounts")["account_name"].tolist()[1] == "Birch; Books"


def test_crm_opportunities_divide_by_office_and_mend_the_spelling(tmp_path: Path) -> None:
    checks, store = prepared("crm_opportunities", tmp_path, as_of=dt.date(2017, 12, 31))
    assert stops(checks) == []
    card = checks.card("opportunities")
    assert card.rows_set_aside == {"no account": 1}
    deals = read_table(store, "all", "opportunities")
    assert set(deals["offering"]) == {"GTX Pro", "MG Special"}
    assert deals["outcome"].fillna("open").tolist() == ["won", "lost", "won", "open"]
    assert set(read_table(store, "all", "accounts")["industry"]) == {"technology", "medical"}
    assert read_table(store, "all", "invoices")["amount"].sum() == 4514 + 4900


def test_receivables_keep_zeros_and_american_dates(tmp_path: Path) -> None:
    checks, store = prepared("receivables", tmp_path, as_of=dt.date(2014, 1, 31))
    assert stops(checks) == []
    invoices = read_table(store, "all", "invoices")
    assert invoices["invoice_id"].tolist()[0] == "0000611365"
    assert invoices["date"].dt.date.tolist()[0] == dt.date(2013, 1, 2)
    late = invoices["paid_date"] > invoices["due_date"]
    assert late.tolist() == [False, False, True]


def test_subscription_periods_end_a_day_earlier_and_count_twelve_months(tmp_path: Path) -> None:
    checks, store = prepared("subscription_periods", tmp_path, as_of=dt.date(2020, 2, 1))
    assert stops(checks) == []
    contracts = read_table(store, "all", "contracts")
    assert contracts["end_date"].dt.date.tolist()[0] == dt.date(2019, 1, 31)
    assert contracts["annual_value"].tolist() == [600.0, 600.0, 1199.88]
    assert read_table(store, "all", "accounts")["account_id"].tolist() == ["1", "2"]


def test_telco_counts_months_back_from_the_day_of_the_export(tmp_path: Path) -> None:
    checks, store = prepared("telco", tmp_path)
    assert stops(checks) == []
    contracts = read_table(store, "all", "contracts").set_index("contract_id")
    # 34 months before 1 January 2026 is 1 March 2023
    assert contracts.loc["5575-BIRCH", "start_date"].date() == dt.date(2023, 3, 1)
    assert contracts.loc["5575-BIRCH", "end_date"].date() == dt.date(2025, 12, 31)
    assert contracts["end_date"].isna().tolist() == [False, True]
    assert checks.card("contracts").rows_set_aside == {"not yet billed for a month": 1}


def _with_an_invoice(name: str, account: str, tmp_path: Path) -> tuple[DataChecks, Path]:
    """A CRM preset together with one invoice, as a unit's own file would add it."""
    invoices = tmp_path / "invoices.csv"
    invoices.write_text(f"invoice_id,account_id,date,amount\nI1,{account},2026-01-31,10\n")
    tables = preset_tables(name) | {"invoices": {"file": str(invoices)}}
    store = tmp_path / "store"
    made = unit("all", sources(EXPORTS / name, **tables))
    return prepare_tables([made], store)["all"], store


def test_salesforce_reads_the_data_export(tmp_path: Path) -> None:
    checks, store = _with_an_invoice("salesforce", "001Dn00000AbCdEIAV", tmp_path)
    assert stops(checks) == []
    assert checks.card("accounts").rows_set_aside == {
        "deleted in Salesforce": 1,
        "prospect, not yet a client": 1,
    }
    # two ids differ in capitals only and are different accounts
    assert "differs in case only" in [fault.rule for fault in checks.faults]
    accounts = read_table(store, "all", "accounts")
    assert sorted(accounts["account_manager"]) == ["Amara Okafor", "Amara Okafor", "Jonas Weber"]
    deals = read_table(store, "all", "opportunities")
    assert deals["outcome"].fillna("open").tolist() == ["won", "lost", "open"]
    assert deals["probability"].tolist() == [1.0, 0.0, 0.9]
    assert read_table(store, "all", "contacts")["name"].tolist() == ["Rose Gonzalez", "Sean Forbes"]


def test_hubspot_reads_companies_contacts_and_deals(tmp_path: Path) -> None:
    checks, store = _with_an_invoice("hubspot", "9014837201", tmp_path)
    assert stops(checks) == []
    assert checks.card("contacts").rows_set_aside == {"person at several companies": 1}
    assert read_table(store, "all", "contacts")["name"].tolist() == ["Ingrid Svensson", "Owen"]
    deals = read_table(store, "all", "opportunities")
    assert deals["value"].tolist() == [42000.0, 8000.0, 26500.5]
    assert deals["outcome"].fillna("open").tolist() == ["won", "lost", "open"]


def test_quickbooks_sets_totals_aside(tmp_path: Path) -> None:
    import openpyxl

    (sample,) = (EXPORTS / "quickbooks_invoices").iterdir()
    book = openpyxl.Workbook()
    with sample.open(newline="") as handle:
        for row in csv.reader(handle):
            book.active.append([cell or None for cell in row])
    data = tmp_path / "data"
    data.mkdir()
    book.save(data / "Sales by Customer Detail.xlsx")
    checks, _ = prepared("quickbooks_invoices", tmp_path, folder=data, currency="USD")
    assert stops(checks) == []
    card = checks.card("invoices")
    # 300 + 1,500 − 75 + 35
    assert card.money_kept == Decimal(1760)
    assert card.rows_set_aside == {"total or note of the report": 2}


def test_xero_turns_credit_notes_round(tmp_path: Path) -> None:
    checks, _ = prepared("xero_invoices", tmp_path, currency="NZD")
    assert stops(checks) == []
    # 1,300 + 750 − 150
    assert checks.card("invoices").money_kept == Decimal(1900)
    assert checks.card("invoices").rows_set_aside == {"not a sent invoice": 1}


def test_sage_reads_lines_and_ledger(tmp_path: Path) -> None:
    checks, store = prepared("sage_invoices", tmp_path)
    assert stops(checks) == []
    # 45 + 6 + 799 − 799
    assert checks.card("invoices").money_kept == Decimal(51)
    assert read_table(store, "all", "accounts")["credit_limit"].tolist() == [4000.0, 4000.0]


def test_harvest_takes_the_taxes_off(tmp_path: Path) -> None:
    checks, _ = prepared("harvest_invoices", tmp_path, currency="USD")
    assert stops(checks) == []
    # (236 − 26 − 10) + (118.5 − 13.5 − 5) + 500
    assert checks.card("invoices").money_kept == Decimal(800)


def test_stripe_counts_a_year_of_each_interval(tmp_path: Path) -> None:
    checks, store = prepared("stripe_subscriptions", tmp_path, currency="USD")
    assert stops(checks) == []
    contracts = read_table(store, "all", "contracts").set_index("contract_id")
    # 20 × 3 × 12; 99 a year; 200 a year
    assert contracts["annual_value"].to_dict() == {"sub_1A": 720.0, "sub_1B": 99.0, "sub_2A": 200.0}
    assert contracts.loc["sub_1B", "cancelled_date"].date() == dt.date(2025, 11, 12)
    assert checks.card("contracts").rows_set_aside == {"not a paid subscription": 1}


def test_chargebee_reads_prefixed_columns(tmp_path: Path) -> None:
    checks, store = prepared("chargebee_subscriptions", tmp_path)
    assert stops(checks) == []
    # 30 × 5 × 12; 4,800 a year
    assert read_table(store, "all", "contracts")["annual_value"].tolist() == [1800.0, 4800.0]


@pytest.mark.parametrize("path", sorted(PRESETS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_preset_loads_without_a_fault(path: Path, tmp_path: Path) -> None:
    """As the parameters read it: a firm of one unit that names the preset."""
    import shutil

    from portfolio_lib.parameters import load_firm

    folder = tmp_path / "parameters"
    shutil.copytree(PRESETS, folder / "presets")
    shutil.copytree(EXPORTS / path.stem, tmp_path / "data")
    if path.stem == "quickbooks_invoices":
        (tmp_path / "data" / "Sales by Customer Detail.xlsx").touch()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "portfolio.ipynb").write_text('{"cells": []}')
    (folder / "firm.yaml").write_text(
        "firm: {name: Firm}\nas_of: 2026-09-30\ncurrency: GBP\npages: [portfolio]\n"
    )
    (folder / "north.yaml").write_text(
        f"unit: {{name: North, rest: true}}\nsources: {{preset: {path.stem}, folder: ../data}}\n"
    )
    firm = load_firm(folder)
    assert set(firm.units["north"].sources.tables) == set(preset_tables(path.stem))
