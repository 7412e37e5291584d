"""The documentation says what the contracts say."""

from __future__ import annotations

from pathlib import Path

import pytest

from portfolio_lib.parameters.models import ColumnSource, JoinSettings, TableSource
from portfolio_lib.tables.contracts import TABLES
from portfolio_lib.tables.dictionary import data_dictionary, renewed

PAGE = Path(__file__).parents[2] / "docs" / "tables.md"


def test_the_page_is_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == renewed(page), "run: python -m portfolio_lib.tables.dictionary docs/tables.md"


def test_every_table_and_column_is_described() -> None:
    text = data_dictionary()
    for contract in TABLES.values():
        assert f"### {contract.name}\n" in text
        for column in contract.columns:
            assert f"`{column.name}`" in text
            assert column.meaning in text


@pytest.mark.parametrize("model", [ColumnSource, TableSource, JoinSettings])
def test_every_setting_of_a_source_is_explained(model: type) -> None:
    page = PAGE.read_text(encoding="utf-8").split("<!-- generated")[0]
    names = {field.alias or name for name, field in model.model_fields.items()}
    assert {name for name in names - {"format"} if name not in page} == set()


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks the marks"):
        renewed("# Tables")
