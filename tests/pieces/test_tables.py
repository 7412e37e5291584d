"""Tables that read well: captions, scopes, no empty cell, the right digits, nothing let through."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

from portfolio_lib.pieces import Column, Heat, Piece, table
from portfolio_lib.pieces.tables import CLAMPED_FROM, ROWS_BEFORE_SCROLL, heat_step, show
from tests.packs.sample_pack import clients_exhibit
from tests.pieces.hostile import NAMES, any_text, shown, skeleton

COLUMNS = {
    "name": Column("Client"),
    "revenue": Column("Revenue", "money", "£"),
    "share": Column("Share", "percent"),
}


def frame(**changes: Any) -> pd.DataFrame:
    values: dict[str, Any] = {
        "name": ["Calder", "Whitmore"],
        "revenue": [1200.0, 800.4],
        "share": [0.6, 0.4],
    }
    values.update(changes)
    values["name"] = pd.Series(values["name"], dtype=object)  # holds what Arrow's text cannot
    return pd.DataFrame(values)


def made(rows: pd.DataFrame | None = None, **options: Any) -> Piece:
    given_ = {"caption": "Clients", "columns": COLUMNS, "row_header": "name", **options}
    return table(frame() if rows is None else rows, **given_)


def one_cell(value: object, column: Column) -> str:
    """The cell of a table that holds one value beside its row header."""
    rows = pd.DataFrame({"name": ["x"], "v": pd.Series([value], dtype=object)})
    columns = {"name": Column("Client"), "v": column}
    html = table(rows, caption="c", columns=columns, row_header="name").html
    return html.split("</th>")[-1].split("</tr>")[0]


def test_a_table_has_a_caption_column_headers_and_row_headers() -> None:
    html = made().html
    assert "<caption" in html
    assert html.count('<th scope="col"') == 3
    assert html.count('<th scope="row"') == 2
    assert ">Clients</caption>" in html


def test_numbers_are_rounded_half_up_grouped_and_marked_as_numbers() -> None:
    html = made(frame(revenue=[1234567.5, 800.4])).html
    assert '<td class="n">1,234,568</td>' in html
    assert '<td class="n">800</td>' in html
    assert '<td class="n">60%</td>' in html
    assert 'class="n">Revenue <span class="u">(£)</span></th>' in html


@pytest.mark.parametrize("missing", [None, math.nan, pd.NA, pd.NaT, "", "  "])
@pytest.mark.parametrize("kind", ["text", "money", "percent", "date", "status", "bar", "month"])
def test_an_absent_value_is_a_dash_to_the_eye_and_a_word_to_the_ear(
    missing: object, kind: Any
) -> None:
    cell = one_cell(missing, Column("V", kind, missing="no survey"))
    assert '<span aria-hidden="true">–</span>' in cell
    assert '<span class="pf-hidden">no survey</span>' in cell


def test_zero_is_a_value() -> None:
    assert one_cell(0.0, Column("V", "money")) == '<td class="n">0</td>'
    assert one_cell(-0.2, Column("V", "money")) == '<td class="n">0</td>'


def test_no_rows_is_said_in_words() -> None:
    html = made(frame().head(0)).html
    assert ">No rows.</td>" in html


def test_totals_stand_in_the_foot_and_what_has_none_says_so() -> None:
    html = made(total={"revenue": 2000.4}).html
    foot = html.split("<tfoot>")[1]
    assert '<th scope="row">Total</th>' in foot
    assert '<td class="n">2,000</td>' in foot
    assert "no total" in foot


def test_dates_and_months_are_words_that_sort_as_days() -> None:
    day = dt.date(2026, 9, 30)
    assert one_cell(day, Column("V", "date")) == (
        '<td class="d" data-v="2026-09-30">30 Sep 2026</td>'
    )
    assert 'data-v="2026-09-30">Sep 2026<' in one_cell(pd.Timestamp(day), Column("V", "month"))


def test_a_status_is_word_shape_and_colour_and_sorts_worst_first() -> None:
    cell = one_cell(("yellow", "Watch"), Column("V", "status"))
    assert 'class="pf-status yellow"' in cell
    assert "▲" in cell
    assert "Watch" in cell
    order = [one_cell(level, Column("V", "status")).split('"')[1]
             for level in ("red", "yellow", "green", "grey")]  # fmt: skip
    assert order == ["0", "1", "2", "3"]


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(ValueError, match="green, yellow, red, grey"):
        one_cell("amber", Column("V", "status"))


def test_bars_are_as_long_as_their_share_of_the_largest() -> None:
    columns = {"name": Column("Client"), "share": Column("Share", "bar")}
    rows = frame(share=[0.5, 0.125])
    html = table(rows, caption="c", columns=columns, row_header="name").html
    # 0.5 is the longest; 0.125 ÷ 0.5 = 25 %
    assert '<rect width="100%" height="100%"/></svg>50%' in html
    assert '<rect width="25%" height="100%"/></svg>13%' in html


def test_heat_takes_six_equal_steps_between_its_ends() -> None:
    # From 0 to 60 a step is 10 wide; the top end belongs to the last step.
    assert [heat_step(v, 0, 60) for v in (0, 9.9, 10, 35, 59, 60)] == [0, 0, 1, 3, 5, 5]
    assert heat_step(5, 5, 5) == 0
    html = made(heat=Heat(["share"], low=0, high=1)).html
    assert 'class="h h3">60%' in html  # 0.6 × 6 = 3.6
    assert 'class="h h2">40%' in html  # 0.4 × 6 = 2.4


def test_heat_leaves_the_unobserved_blank_and_never_zero() -> None:
    html = made(frame(share=[0.6, None]), heat=Heat(["share"])).html
    assert html.count('class="h h') == 1
    assert '<span aria-hidden="true">–</span>' in html


def test_money_of_several_currencies_shows_each_sign() -> None:
    column = Column("Revenue", "money")
    assert show((1200.4, "GBP"), column) == "£1,200"
    assert show((1200.4, "CHF"), column) == "CHF 1,200"
    assert "–" in one_cell((math.nan, "GBP"), column)


def test_a_link_leads_beside_the_page_only() -> None:
    column = Column("Unit", "link")
    assert '<a href="north/pack.html">North</a>' in one_cell(("North", "north/pack.html"), column)
    for address in ("https://example.com", "javascript:alert(1)", "//example.com", "/etc/passwd",
                    "\\\\host\\x"):  # fmt: skip
        with pytest.raises(ValueError, match="beside the page"):
            one_cell(("North", address), column)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:24])
def test_a_hostile_name_is_text_wherever_it_stands(name: str) -> None:
    calm = "Calder" if len(name) <= 24 else "Calder " * 5

    def with_name(text: str) -> list[tuple[str, ...]]:
        columns = {"name": Column(text, unit=text), "revenue": Column(text, "money", missing=text)}
        rows = frame(name=[text, "x"], revenue=[1.0, None])
        html = table(rows, caption=text, columns=columns, row_header="name", note=text,
                     total={"name": text}, name="t").html  # fmt: skip
        return [tag for tag in skeleton(html) if tag not in (("bdi",), ("span", "class"))]

    assert with_name(name) == with_name(calm)


@settings(max_examples=60, deadline=None)
@given(any_text)
def test_any_name_is_whole_in_the_page(text: str) -> None:
    rows = frame(name=[text, "x"])
    html = made(rows).html
    if text.strip():
        visible = "".join(c for c in shown(html) if c.isprintable() and c != "\ufffd")
        wanted = "".join(c for c in text if c.isprintable() and c != "\ufffd")
        assert wanted in visible


def test_a_name_that_runs_right_to_left_keeps_to_itself() -> None:
    assert "<bdi>שלום</bdi>" in made(frame(name=["שלום", "x"])).html
    assert "<bdi>" not in made().html


def test_a_very_long_name_is_clamped_by_style_and_complete_in_the_page() -> None:
    long = "A" * (CLAMPED_FROM + 1)
    assert f'<span class="pf-clamp">{long}</span>' in made(frame(name=[long, "x"])).html
    assert "pf-clamp" not in made(frame(name=["A" * CLAMPED_FROM, "x"])).html


def test_long_tables_scroll_and_short_ones_do_not() -> None:
    def rows(how_many: int) -> pd.DataFrame:
        return pd.DataFrame({"name": range(how_many), "revenue": 1.0, "share": 0.1})

    assert 'class="pf pf-table long"' in made(rows(ROWS_BEFORE_SCROLL + 1)).html
    assert 'class="pf pf-table"' in made(rows(ROWS_BEFORE_SCROLL)).html


def test_only_tables_that_ask_for_it_are_searchable() -> None:
    assert "data-sortable" in made(searchable=True).html
    assert "data-sortable" not in made().html
    assert "data-sortable" not in made(frame().head(1), searchable=True).html


def test_eighty_rows_weigh_little() -> None:
    """Nine columns with bars, statuses and dates: at most half of what table libraries write."""
    assert len(clients_exhibit(80).html.encode("utf-8")) < 36_000
    plain = pd.DataFrame({"name": [f"Client {i}" for i in range(80)], "revenue": 1234.0,
                          "share": 0.0125})  # fmt: skip
    assert len(made(plain).html.encode("utf-8")) < 12_000


def test_the_frame_is_left_as_it_was() -> None:
    rows = frame()
    before = rows.copy(deep=True)
    made(rows, total={"revenue": 1}, heat=Heat(["share"]), searchable=True)
    pd.testing.assert_frame_equal(rows, before)


def test_the_plain_text_holds_the_same_values() -> None:
    assert made(total={"revenue": 2000.4}).text.splitlines() == [
        "Clients",
        "Client\tRevenue\tShare",
        "Calder\t1,200\t60%",
        "Whitmore\t800\t40%",
        "–\t2,000\t–",
    ]


def test_unknown_columns_and_kinds_are_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="margin are not in the frame, which has name, revenue"):
        made(columns={**COLUMNS, "margin": Column("Margin")})
    with pytest.raises(ValueError, match="'owner' is not among the columns"):
        made(row_header="owner")
    with pytest.raises(ValueError, match="not 'colour'"):
        Column("x", "colour")


def test_order_of_columns_and_rows_is_the_callers() -> None:
    html = made(frame().iloc[::-1]).html
    assert html.index("Whitmore") < html.index("Calder")
