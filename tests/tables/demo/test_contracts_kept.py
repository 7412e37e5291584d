"""Every table of every unit obeys its contract; what is planted to break one is counted."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

from portfolio_lib.tables.contracts import TABLES, Column, Kind
from portfolio_lib.tables.demo import DemoFirm
from portfolio_lib.tables.demo.days import AS_OF, FIRST_DAY
from portfolio_lib.tables.demo.simulation import BUILDERS

END = pd.Timestamp(AS_OF) + pd.Timedelta(days=1)
IN_ORDER = (
    ("accounts", "start_date", "end_date"),
    ("invoices", "service_start", "service_end"),
    ("invoices", "date", "due_date"),
    ("invoices", "date", "paid_date"),
    ("contracts", "start_date", "end_date"),
    ("contracts", "signed_date", "end_date"),
    ("contracts", "start_date", "cancelled_date"),
    ("contacts", "start_date", "left_date"),
    ("issues", "opened_at", "first_response_at"),
    ("issues", "first_response_at", "resolved_at"),
    ("issues", "opened_at", "escalated_at"),
    ("opportunities", "created_date", "close_date"),
    ("plans", "date", "next_review"),
    ("actions", "created_date", "due_date"),
    ("actions", "created_date", "done_date"),
    ("attestations", "date", "expires"),
)
ALL_TABLES_UNITS = ("saas-north", "accounting-practice", "field-services", "readiness-example")

units = pytest.mark.parametrize("unit", BUILDERS)


@units
def test_columns_stand_in_the_contracts_order_and_required_ones_are_filled(
    firm: DemoFirm, unit: str
) -> None:
    for table, frame in firm.units[unit].tables.items():
        contract = TABLES[table]
        expected = [name for name in contract.column_names if name in frame.columns]
        assert list(frame.columns) == expected
        for column in contract.columns:
            if column.required:
                assert missing(frame, column) == planted_nulls(firm, unit, (table, column))


def missing(frame: pd.DataFrame, column: Column) -> int:
    return int(frame[column.name].isna().sum())


def planted_nulls(firm: DemoFirm, unit: str, where: tuple[str, Column]) -> int:
    table, column = where
    planted = firm.units[unit].truth.planted
    rows = planted[(planted["subject"] == table) & (planted["note"] == "no account")]
    return int(rows["size"].sum()) if column.name == "account_id" else 0


@units
def test_keys_are_unique(firm: DemoFirm, unit: str) -> None:
    for table, frame in firm.units[unit].tables.items():
        key = [name for name in TABLES[table].key if name in frame.columns]
        if key:
            assert not frame.duplicated(key).any(), table


@units
def test_invoice_and_line_are_unique_together(firm: DemoFirm, unit: str) -> None:
    invoices = firm.units[unit].tables["invoices"]
    if "line_id" in invoices:
        assert not invoices.duplicated(["invoice_id", "line_id"]).any()


@units
def test_references_resolve_where_their_table_is_handed_in(firm: DemoFirm, unit: str) -> None:
    tables = firm.units[unit].tables
    for table, frame in tables.items():
        for column, target, target_column in references(table, frame):
            if target in tables:
                known = set(tables[target][target_column])
                assert set(frame[column].dropna()) <= known, (table, column)


def references(table: str, frame: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    for column in TABLES[table].columns:
        if column.references and column.name in frame:
            target, name = column.references.split(".")
            yield column.name, target, name


@units
def test_references_within_a_table_resolve_too(firm: DemoFirm, unit: str) -> None:
    tables = firm.units[unit].tables
    within = (
        ("accounts", "parent_account_id", "account_id"),
        ("accounts", "referred_by", "account_id"),
        ("contracts", "renewed_by", "contract_id"),
        ("contacts", "reports_to", "contact_id"),
        ("contacts", "successor", "contact_id"),
    )
    for table, column, key in within:
        if table in tables and column in tables[table]:
            frame = tables[table]
            assert set(frame[column].dropna()) <= set(frame[key]), (table, column)


@units
def test_values_are_among_the_allowed_and_within_their_limits(firm: DemoFirm, unit: str) -> None:
    for table, frame in firm.units[unit].tables.items():
        for column in TABLES[table].columns:
            if column.name in frame:
                assert_within(frame[column.name].dropna(), column)


def assert_within(values: pd.Series, column: Column) -> None:
    if column.allowed:
        assert set(values) <= set(column.allowed), column.name
    if column.minimum is not None:
        assert (values >= column.minimum).all(), column.name
    if column.maximum is not None:
        assert (values <= column.maximum).all(), column.name


@units
def test_dates_stand_in_order(firm: DemoFirm, unit: str) -> None:
    tables = firm.units[unit].tables
    for table, earlier, later in IN_ORDER:
        if table in tables and {earlier, later} <= set(tables[table].columns):
            both = tables[table][[earlier, later]].dropna()
            assert (both[earlier] <= both[later]).all(), (table, earlier, later)


@units
def test_nothing_is_known_after_the_review_date_but_the_planted_rows(
    firm: DemoFirm, unit: str
) -> None:
    truth = firm.units[unit].truth.planted
    late_rows = truth[truth["note"] == "after the review date"]
    planted = dict(zip(late_rows["subject"], late_rows["size"], strict=True))
    for table, frame in firm.units[unit].tables.items():
        assert int((known_from(table, frame) >= END).sum()) == planted.get(table, 0), table
        for column in TABLES[table].columns:
            if column.known_when == column.name and column.name in frame:
                assert not (frame[column.name] >= END).any(), (table, column.name)


def known_from(table: str, frame: pd.DataFrame) -> pd.Series:
    columns = [name for name in TABLES[table].known_from if name in frame]
    if not columns:
        return pd.Series(pd.NaT, index=frame.index)
    return frame[columns].bfill(axis=1).iloc[:, 0]


def test_only_saas_north_has_rows_after_the_review_date(firm: DemoFirm) -> None:
    planted = firm.truth.planted
    late = planted[planted["note"] == "after the review date"]
    assert set(late["business_unit"]) == {"saas-north"}
    assert set(late["subject"]) == {"invoices", "interactions"}


@units
def test_invoices_lie_in_the_four_years_of_history(firm: DemoFirm, unit: str) -> None:
    dates = firm.units[unit].tables["invoices"]["date"]
    assert dates.min() >= pd.Timestamp(FIRST_DAY)
    assert dates.max() < END + pd.Timedelta(days=31)


@pytest.mark.parametrize("unit", ALL_TABLES_UNITS)
def test_four_units_hand_in_all_nineteen_tables_none_empty(firm: DemoFirm, unit: str) -> None:
    tables = firm.units[unit].tables
    assert set(tables) == set(TABLES)
    assert all(len(frame) for frame in tables.values())


@units
def test_people_are_met_only_while_they_are_there(firm: DemoFirm, unit: str) -> None:
    tables = firm.units[unit].tables
    if "interactions" not in tables:
        return
    met = tables["interactions"].merge(tables["contacts"], on="contact_id", suffixes=("", "_of"))
    assert (met["account_id"] == met["account_id_of"]).all()
    assert (met["date"] >= met["start_date"]).all()
    assert not (met["date"] > met["left_date"]).any()


@units
def test_owners_of_deals_are_managers_of_the_unit(firm: DemoFirm, unit: str) -> None:
    tables = firm.units[unit].tables
    if "opportunities" in tables:
        assert set(tables["opportunities"]["owner"]) <= set(tables["managers"]["manager"])


@units
def test_a_renewal_starts_the_day_after_the_term_it_follows(firm: DemoFirm, unit: str) -> None:
    tables = firm.units[unit].tables
    if "contracts" not in tables:
        return
    contracts = tables["contracts"]
    pairs = contracts.merge(contracts, left_on="renewed_by", right_on="contract_id")
    gap = pairs["start_date_y"] - pairs["end_date_x"]
    assert (gap == pd.Timedelta(days=1)).all()
    assert (pairs["account_id_x"] == pairs["account_id_y"]).all()
    assert (pairs["offering_x"] == pairs["offering_y"]).all()


@units
def test_invoices_bill_what_the_contracts_are_worth(firm: DemoFirm, unit: str) -> None:
    """In its last whole contract year each term is billed its yearly value.

    A term of exactly twelve months that began in the history has recurring lines of its account
    and offering within it that add up to `annual_value`, to the cent per line.
    """
    tables = firm.units[unit].tables
    if "contracts" not in tables:
        return
    contracts, invoices = tables["contracts"], tables["invoices"]
    year_later = contracts["start_date"] + pd.DateOffset(years=1)
    whole = contracts[
        (contracts["start_date"] >= pd.Timestamp(FIRST_DAY))
        & (contracts["end_date"] <= pd.Timestamp(AS_OF))
        & (year_later == contracts["end_date"] + pd.Timedelta(days=1))
    ]
    lines = invoices[invoices["recurring"].astype(bool)]
    for term in whole.itertuples():
        mine = lines[
            (lines["account_id"] == term.account_id)
            & (lines["offering"] == term.offering)
            & (lines["service_start"] >= term.start_date)
            & (lines["service_end"] <= term.end_date)
        ]
        assert mine["amount"].sum() == pytest.approx(term.annual_value, abs=0.1), term.contract_id


def test_identifiers_are_text(firm: DemoFirm) -> None:
    for unit in firm.units.values():
        for table, frame in unit.tables.items():
            for column in TABLES[table].columns:
                if column.kind is Kind.ID and column.name in frame:
                    assert frame[column.name].dtype == "str", (unit.key, table, column.name)
