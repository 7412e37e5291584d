"""What is written: the same bytes for the same seed, in the formats that the units show."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from portfolio_lib.tables.contracts import TABLES
from portfolio_lib.tables.demo import DemoFirm, simulate_unit, write_demo
from portfolio_lib.tables.demo.simulation import BUILDERS
from portfolio_lib.tables.demo.special import HOSTILE_ACCOUNTS
from portfolio_lib.tables.demo.writing import LAYOUTS, LEDGER_COLUMNS, LEDGER_FILES, write_unit
from tests.tables.demo.conftest import SEED

PLAIN = [unit for unit in BUILDERS if unit not in LAYOUTS]


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def plain_csv(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False, na_values=[""])


@pytest.mark.parametrize("unit", ["young", "agency", "saas-enterprise", "retail-log"])
def test_the_same_seed_gives_the_same_bytes_in_every_format(
    demo_folder: Path, tmp_path: Path, unit: str
) -> None:
    write_unit(simulate_unit(unit, seed=SEED), tmp_path)
    assert digests(tmp_path / unit) == digests(demo_folder / unit)


def test_all_units_are_written_and_the_files_named(
    demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {key: BUILDERS[key] for key in ("small-three", "young")}
    monkeypatch.setattr("portfolio_lib.tables.demo.writing.BUILDERS", few)
    files = write_demo(tmp_path / "new" / "folder", seed=SEED)
    assert {file.parent.name for file in files} == set(few)
    assert sorted(files) == sorted(tmp_path.rglob("*.csv"))
    for key in few:
        assert digests(tmp_path / "new" / "folder" / key) == digests(demo_folder / key)


def test_another_seed_gives_other_bytes(demo_folder: Path, tmp_path: Path) -> None:
    write_unit(simulate_unit("young", seed=SEED + 1), tmp_path)
    other, same = digests(tmp_path / "young"), digests(demo_folder / "young")
    assert other.keys() == same.keys()
    assert other["invoices.csv"] != same["invoices.csv"]


@pytest.mark.parametrize("unit", ["young", "small-three", "shared-clients"])
def test_a_unit_drawn_alone_is_the_unit_drawn_with_all_others(firm: DemoFirm, unit: str) -> None:
    alone = simulate_unit(unit, seed=SEED)
    for table, frame in firm.units[unit].tables.items():
        pd.testing.assert_frame_equal(alone.tables[table], frame)


def test_every_unit_has_a_folder_and_the_whole_is_small(demo_folder: Path) -> None:
    assert {place.name for place in demo_folder.iterdir()} == set(BUILDERS)
    assert sum(file.stat().st_size for file in demo_folder.rglob("*.*")) < 15_000_000


@pytest.mark.parametrize("unit", PLAIN)
def test_plain_units_write_one_csv_per_table_with_our_names(
    firm: DemoFirm, demo_folder: Path, unit: str
) -> None:
    tables = firm.units[unit].tables
    assert {file.name for file in (demo_folder / unit).iterdir()} == {f"{t}.csv" for t in tables}
    for table, frame in tables.items():
        written = plain_csv(demo_folder / unit / f"{table}.csv")
        assert list(written.columns) == list(frame.columns)
        assert len(written) == len(frame)
        assert written.isna().sum().to_dict() == frame.isna().sum().to_dict()


def test_money_is_written_to_the_penny_and_dates_as_iso(firm: DemoFirm, demo_folder: Path) -> None:
    written = plain_csv(demo_folder / "saas-north" / "invoices.csv")
    frame = firm.units["saas-north"].tables["invoices"]
    assert written["amount"].str.fullmatch(r"-?\d+\.\d\d").all()
    assert (written["amount"].astype(float) - frame["amount"]).abs().max() < 0.005
    assert (pd.to_datetime(written["date"], format="%Y-%m-%d") == frame["date"]).all()


def test_hostile_names_come_back_from_the_file_letter_for_letter(
    firm: DemoFirm, demo_folder: Path
) -> None:
    written = plain_csv(demo_folder / "hostile-names" / "accounts.csv")
    names = firm.units["hostile-names"].tables["accounts"]["account_name"]
    assert written["account_name"].tolist() == names.tolist()
    assert set(HOSTILE_ACCOUNTS[:20]) <= set(names)


def test_the_enterprise_unit_is_parquet_in_the_contracts_types(demo_folder: Path) -> None:
    files = sorted((demo_folder / "saas-enterprise").iterdir())
    assert {file.suffix for file in files} == {".parquet"}
    for file in files:
        contract = TABLES[file.stem]
        for field in pq.read_schema(file):
            assert field.type == contract.schema.field(field.name).type, (file.stem, field.name)


def test_the_agency_is_one_workbook_with_a_sheet_per_table(
    firm: DemoFirm, demo_folder: Path
) -> None:
    sheets = pd.read_excel(
        demo_folder / "agency" / "portfolio.xlsx", sheet_name=None, engine="calamine"
    )
    tables = firm.units["agency"].tables
    assert {name: len(sheet) for name, sheet in sheets.items()} == {
        name: len(frame) for name, frame in tables.items()
    }


def test_the_ledger_is_latin_1_with_semicolons_decimal_commas_and_its_own_names(
    firm: DemoFirm, demo_folder: Path
) -> None:
    folder, tables = demo_folder / "distributor", firm.units["distributor"].tables
    assert "Café".encode("latin-1") in (folder / "customers.csv").read_bytes()
    for table, file in LEDGER_FILES.items():
        read = pd.read_csv(folder / file, sep=";", encoding="latin-1", decimal=",", dtype=str)
        assert list(read.columns) == [LEDGER_COLUMNS[table][name] for name in tables[table].columns]
    ledger = pd.read_csv(folder / "ledger.csv", sep=";", encoding="latin-1", decimal=",")
    assert ledger["Net amount"].sum() == pytest.approx(tables["invoices"]["amount"].sum())
    days = pd.to_datetime(ledger["Date"], format="%d/%m/%Y")
    assert (days == tables["invoices"]["date"]).all()


def test_quantity_times_price_of_the_log_is_the_amount_to_the_penny(
    firm: DemoFirm, demo_folder: Path
) -> None:
    log = pd.read_csv(demo_folder / "retail-log" / "till-log.csv", dtype={"CustomerID": str})
    invoices = firm.units["retail-log"].tables["invoices"]
    product = (log["Quantity"] * log["UnitPrice"]).round(2)
    assert (product == invoices["amount"]).all()
    assert log["CustomerID"].isna().sum() == invoices["account_id"].isna().sum() > 0


def test_the_truth_is_in_no_file(firm: DemoFirm, demo_folder: Path) -> None:
    """No file is named after the truth, and no column of it is written."""
    hidden = {"hazard", "pressure", "churned", "cause", "affinity", "next_purchase", "colour"}
    for file in demo_folder.rglob("*.csv"):
        header = set(
            file.read_text(encoding="latin-1").splitlines()[0].replace(";", ",").split(",")
        )
        assert not header & (hidden | {"segment", "size", "planted"}), file
    for file in demo_folder.rglob("*.parquet"):
        assert not set(pq.read_schema(file).names) & hidden
    planned = {f"{table}.csv" for table in TABLES} | {f"{table}.parquet" for table in TABLES}
    planned |= {*LEDGER_FILES.values(), "till-log.csv", "portfolio.xlsx"}
    assert {file.name for file in demo_folder.rglob("*.*")} <= planned
