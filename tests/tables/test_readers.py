"""CSV, Parquet, workbooks and folders give the same text for the same rows."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portfolio_lib.parameters.models import ReadSettings
from portfolio_lib.tables.raw import UnreadableSource
from portfolio_lib.tables.readers import read_source
from tests.tables.making import write


def read(folder: Path, file: str, **settings: Any):
    return read_source(folder, ReadSettings(file=file, **settings))


def texts(folder: Path, file: str, **settings: Any) -> dict[str, list[str | None]]:
    return read(folder, file, **settings).cells.to_pydict()


def test_ids_keep_their_zeros_and_empty_cells_are_null(tmp_path: Path) -> None:
    write(tmp_path, a__csv="id,name\n00012,\n1e5,  \n")
    assert texts(tmp_path, "a.csv") == {"id": ["00012", "1e5"], "name": [None, None]}


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    write(tmp_path, a__csv=b"\xef\xbb\xbfid\n1\n")
    assert read(tmp_path, "a.csv").names == ["id"]


def test_quotes_new_lines_and_separators_within_a_value(tmp_path: Path) -> None:
    write(tmp_path, a__csv='id;text\r\n1;"a;b ""c""\r\nd"\r\n\r\n2;e\r\n')
    rows = read(tmp_path, "a.csv", separator=";")
    assert rows.cells.to_pydict() == {"id": ["1", "2"], "text": ['a;b "c"\r\nd', "e"]}
    # the first row takes lines 2 and 3, line 4 is blank
    assert rows.lines.tolist() == [2, 5]


def test_lines_above_the_header_are_skipped_and_still_counted(tmp_path: Path) -> None:
    write(tmp_path, a__csv="Report\nof today\nid\n7\n")
    rows = read(tmp_path, "a.csv", skip_rows=2)
    assert (rows.names, rows.lines.tolist()) == (["id"], [4])


def test_other_encodings_and_compression(tmp_path: Path) -> None:
    text = "id,name\n1,Müller\n"
    write(tmp_path, latin__csv=text.encode("latin-1"), wide__csv=text.encode("utf-16"))
    (tmp_path / "zipped.csv.gz").write_bytes(gzip.compress(text.encode()))
    for file, encoding in (
        ("latin.csv", "latin-1"),
        ("wide.csv", "utf-16"),
        ("zipped.csv.gz", "utf-8"),
    ):
        assert texts(tmp_path, file, encoding=encoding)["name"] == ["Müller"]


def test_a_compressed_file_cut_off_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress(b"id,name\n" + b"1,x\n" * 10_000)
    (tmp_path / "a.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableSource, match="ends too early"):
        read(tmp_path, "a.csv.gz")


def test_columns_without_a_name_are_named_by_their_place_or_left_out(tmp_path: Path) -> None:
    write(tmp_path, a__csv=",id,\nTotal,1,\n,2,\n")
    assert texts(tmp_path, "a.csv") == {"column 1": ["Total", None], "id": ["1", "2"]}


def test_rows_without_any_value_are_left_out_with_a_remark(tmp_path: Path) -> None:
    write(tmp_path, a__csv="id,name\n1,x\n,\n2,y\n")
    rows = read(tmp_path, "a.csv")
    assert rows.lines.tolist() == [2, 4]
    assert rows.warnings[0].message == "a.csv: 1 row without any value left out."


def test_parquet_types_become_careful_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": pa.array(["007", None]),
            "whole": pa.array([12, None]),
            "float": pa.array([1e-7, 17850.0]),
            "exact": pa.array([Decimal("12.30"), None]),
            "day": pa.array([dt.date(2026, 1, 31), None]),
            "time": pa.array([dt.datetime(2026, 1, 31, 8, 26), None]),
            "flag": pa.array([True, None]),
            "word": pa.array(["x", None]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    first = {name: column[0] for name, column in texts(tmp_path, "a.parquet").items()}
    assert first == {
        "id": "007",
        "whole": "12",
        "float": "0.0000001",
        "exact": "12.30",
        "day": "2026-01-31",
        "time": "2026-01-31 08:26:00.000000",
        "flag": "true",
        "word": "x",
    }
    assert texts(tmp_path, "a.parquet")["float"][1] == "17850"


def test_parquet_with_lists_or_cut_off_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [[1], [2]]}), tmp_path / "lists.parquet")
    with pytest.raises(UnreadableSource, match="1 column of lists or records: 'a'"):
        read(tmp_path, "lists.parquet")
    whole = (tmp_path / "lists.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[:-20])
    with pytest.raises(UnreadableSource, match="not a whole Parquet file"):
        read(tmp_path, "cut.parquet")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Clients"
    for row in (
        ["id", "count", "day", "time", "yes", "ratio"],
        ["0012", 12, dt.date(2026, 1, 31), dt.datetime(2026, 1, 31, 8, 26), True, 0.1 + 0.2],
        [None, None, None, None, None, None],
        [34, 1234.5, "31/01/2026", None, False, None],
    ):
        sheet.append(row)
    book.create_sheet("Other").append(["x"])
    book.save(tmp_path / "a.xlsx")
    return tmp_path


def test_workbooks_keep_ids_whole_numbers_and_dates(workbook: Path) -> None:
    rows = read(workbook, "a.xlsx", decimal=",")
    assert rows.lines.tolist() == [2, 4]
    assert rows.cells.to_pydict() == {
        "id": ["0012", "34"],
        "count": ["12", "1234,5"],
        "day": ["2026-01-31", "31/01/2026"],
        "time": ["2026-01-31 08:26:00", None],
        "yes": ["true", "false"],
        "ratio": ["0,3", None],
    }


def test_an_unknown_sheet_names_those_there_are(workbook: Path) -> None:
    with pytest.raises(UnreadableSource, match="'Clients', 'Other'"):
        read(workbook, "a.xlsx", sheet="Client")
    assert read(workbook, "a.xlsx", sheet="Other").names == ["x"]


def test_cells_with_errors_are_remarked_on_because_they_read_as_empty(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "n"])
    sheet.write(1, 0, "x")
    sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    book.close()
    rows = read(tmp_path, "a.xlsx")
    assert rows.cells.to_pydict() == {"id": ["x"], "n": [None]}
    assert rows.warnings[0].offenders == ("B2",)
    assert "1 cell with an error such as #N/A" in rows.warnings[0].message


def test_something_else_named_xlsx_is_refused(tmp_path: Path) -> None:
    write(tmp_path, a__xlsx="id\n1\n")
    with pytest.raises(UnreadableSource, match="not a whole workbook"):
        read(tmp_path, "a.xlsx")


def test_a_folder_or_a_pattern_is_read_by_name(tmp_path: Path) -> None:
    write(tmp_path / "in", b__csv="id,n\n2,b\n", a__csv="n,id\na,1\n", notes__md="x")
    pd.DataFrame({"id": ["3"], "n": ["c"]}).to_parquet(tmp_path / "in" / "c.parquet")
    rows = read(tmp_path, "in")
    assert rows.cells.to_pydict() == {"n": ["a", "b", "c"], "id": ["1", "2", "3"]}
    assert [rows.place(i) for i in range(3)] == [
        "in/a.csv line 2",
        "in/b.csv line 2",
        "in/c.parquet line 1",
    ]
    assert len(read(tmp_path, "in/*.csv")) == 2


def test_files_with_other_columns_show_the_difference(tmp_path: Path) -> None:
    write(tmp_path, a__csv="id,amount\n1,1\n", b__csv="id,Amount,x\n2,2,2\n")
    with pytest.raises(UnreadableSource) as refusal:
        read(tmp_path, "*.csv")
    assert refusal.value.message == (
        "b.csv lacks 'amount' and adds 'Amount', 'x', compared with a.csv."
    )
    assert "is 'Amount' the same as 'amount'?" in refusal.value.next_step


def test_a_folder_without_a_readable_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "in", notes__md="x")
    with pytest.raises(UnreadableSource, match="no file there that can be read"):
        read(tmp_path, "in")


def test_an_ending_that_says_nothing_needs_a_format(tmp_path: Path) -> None:
    write(tmp_path, a__dat="id\n1\n")
    with pytest.raises(UnreadableSource, match="Write format"):
        read(tmp_path, "a.dat")
    assert read(tmp_path, "a.dat", format="csv").names == ["id"]


def test_other_formats_under_the_name_of_a_csv_are_called_by_their_name(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["1"]})
    frame.to_excel(tmp_path / "book.xlsx", index=False)
    frame.to_parquet(tmp_path / "rows.parquet")
    with zipfile.ZipFile(tmp_path / "rows.zip", "w") as archive:
        archive.writestr("rows.csv", "id\n1\n")
    files = {
        "book": ((tmp_path / "book.xlsx").read_bytes(), "a workbook", "format: excel"),
        "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook", ".xls for an old one"),
        "rows": ((tmp_path / "rows.parquet").read_bytes(), "a Parquet file", "format: parquet"),
        "packed": (gzip.compress(b"id\n1\n"), "a compressed file", ".csv.gz"),
        "archive": ((tmp_path / "rows.zip").read_bytes(), "a zip archive", "Unpack it"),
    }
    for name, (content, what, step) in files.items():
        (tmp_path / f"{name}.csv").write_bytes(content)
        with pytest.raises(UnreadableSource, match=f"this is {what}, not text") as refusal:
            read(tmp_path, f"{name}.csv")
        assert step in refusal.value.next_step
    # said so, they are read
    assert texts(tmp_path, "book.csv", format="excel") == {"id": ["1"]}
    assert texts(tmp_path, "rows.csv", format="parquet") == {"id": ["1"]}
    write(tmp_path, text__csv="PK,PAR1\n1,2\n")
    assert read(tmp_path, "text.csv").names == ["PK", "PAR1"]
    write(tmp_path, text__csv="PAR1,PK\n1,2\n")
    assert read(tmp_path, "text.csv").names == ["PAR1", "PK"]
