"""A public log of invoice lines, from its file to the figures of the firm over eleven units.

Source: Online Retail, UCI Machine Learning Repository 352. The totals are those that other readers
of the same file have published: 397,884 clean lines of 4,338 customers, £8,911,407.90.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from portfolio_lib.analyses.firm import FirmSummary, UnitFrames, summarise_firm
from portfolio_lib.facts import build_facts, read_fact
from portfolio_lib.parameters import load_firm
from portfolio_lib.tables import DataChecks, prepare_tables, read_table
from tests.public_data import public_file

COUNTRIES = (
    "United Kingdom",
    "Germany",
    "France",
    "EIRE",
    "Spain",
    "Netherlands",
    "Belgium",
    "Switzerland",
    "Portugal",
    "Australia",
)
"""The ten with the most lines; the others are one unit together."""

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.slow,
]


@pytest.fixture(scope="module")
def reviewed(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, DataChecks], FirmSummary]:
    folder = tmp_path_factory.mktemp("retail")
    write_parameters(folder / "parameters")
    firm = load_firm(folder / "parameters", pages=("portfolio",))
    units, store = list(firm.units.values()), folder / "store"
    checks = prepare_tables(units, store)
    build_facts(store, units, engine=firm.engine)
    frames = []
    for unit in units:
        accounts = read_table(store, unit.key, "accounts")
        assert accounts is not None
        facts = (
            read_fact(store, unit.key, name)
            for name in ("account_snapshots", "account_month_revenue")
        )
        frames.append(UnitFrames(unit, accounts, *facts))
    return checks, summarise_firm(frames)


def write_parameters(folder: Path) -> None:
    log = public_file("online_retail")
    folder.mkdir()
    (folder / "firm.yaml").write_text(
        "firm: {name: Online retailer}\nas_of: 2011-12-09\ncurrency: GBP\npages: [portfolio]\n"
        f'sources: {{preset: online_retail, folder: "{log}"}}\n'
        "policies: {credits: set_aside, zero_amounts: set_aside}\n",
        encoding="utf-8",
    )
    for country in COUNTRIES:
        key = country.lower().replace(" ", "-")
        text = f'unit: {{name: "{country}", business_units: ["{country}"]}}\n'
        (folder / f"{key}.yaml").write_text(text, encoding="utf-8")
    (folder / "rest.yaml").write_text("unit: {name: Rest, rest: true}\n", encoding="utf-8")


def test_every_line_is_kept_or_set_aside_with_its_reason_and_money(
    reviewed: tuple[dict[str, DataChecks], FirmSummary],
) -> None:
    cards = [checks.card("invoices") for checks in reviewed[0].values()]
    assert sum(card.rows_kept for card in cards) == 397_884
    kept = sum((card.money_kept or Decimal(0) for card in cards), Decimal(0))
    assert round(kept, 2) == Decimal("8911407.90")
    credits_ = sum((card.money_set_aside["credit"] for card in cards), Decimal(0))
    assert round(kept + credits_, 2) == Decimal("8300065.81")
    aside = {reason for card in cards for reason in card.rows_set_aside}
    assert aside == {"credit", "no account", "zero amount"}
    assert sum(card.rows_read for card in cards) == 541_909


def test_a_customer_of_two_countries_is_one_client_of_the_firm(
    reviewed: tuple[dict[str, DataChecks], FirmSummary],
) -> None:
    figures = reviewed[1].figures
    assert figures["firm.accounts_in_history"].value == 4_338
    assert reviewed[1].shared_accounts > 0
    assert figures["firm.revenue_in_history"].value == pytest.approx(8_911_407.904)


def test_the_largest_tenth_and_fifth_bring_the_published_shares(
    reviewed: tuple[dict[str, DataChecks], FirmSummary],
) -> None:
    figures = reviewed[1].figures
    tenth = figures["firm.top_decile_share_in_history"].value
    fifth = figures["firm.top_fifth_share_in_history"].value
    assert tenth == pytest.approx(0.613, abs=5e-4)
    assert fifth == pytest.approx(0.746, abs=5e-4)
