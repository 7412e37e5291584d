"""Who moved from where to where: one table from rows to columns, for any set of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from portfolio_lib.analyses.migration import NOT_YET_KNOWN, Migration
from portfolio_lib.pieces import Column, Heat, table
from portfolio_lib.pieces.pages.lists import all_in_workbook
from portfolio_lib.pieces.piece import Piece

READ = "Read: from the row to the column. A dash: nobody."
NOT_YET = "Not yet a client"
THOUSANDS_FROM = 100_000


def moves_table(
    found: Migration,
    amounts: pd.DataFrame,
    *,
    rows: Mapping[str, str],
    columns: Mapping[str, str],
    caption: str,
    name: str,
    currency: str | None = None,
    signed: bool = False,
    note: str | None = None,
) -> Piece:
    """A table of moves, shaded by size; pairs in which nobody moved show a dash.

    Parameters
    ----------
    found : Migration
        Says between which groups anybody moved.
    amounts : frame
        What to show: groups before as rows, groups now as columns.
    rows, columns : mapping of str to str
        The groups to show, with what they are called before and now.
    currency : str or None
        Of money; None for counts.
    signed : bool
        Amounts are changes: they carry their sign and no shade.
    """
    counts = found.matrix("accounts").loc[list(rows), list(columns)]
    # A zero would shade and shout where nobody moved.
    shown = amounts.loc[list(rows), list(columns)].where(counts > 0).astype("float64")
    highest = shown.abs().max().max()
    thousands = currency is not None and highest >= THOUSANDS_FROM
    # Ten times as much, and the tenths of a thousand only make a wide table wider.
    tenths = thousands and highest < 10 * THOUSANDS_FROM
    if thousands:
        shown = shown / 1000
    shown = shown.reset_index(drop=True)
    shown.insert(0, "name", list(rows.values()))
    unit = f"{currency} thousand" if thousands else currency
    told = [note, f"Amounts in {unit}." if unit else None]
    return table(
        shown,
        caption=caption,
        name=name,
        row_header="name",
        columns={
            "name": Column("Before"),
            **{
                key: Column(label, "number" if currency else "count", missing="nobody",
                            decimals=int(tenths), signed=signed)
                for key, label in columns.items()
            },
        },
        heat=Heat(list(columns), low=0) if rows and columns and not signed else None,
        note=" ".join(one for one in told if one) or None,
    )  # fmt: skip


def money_moved(found: Migration) -> pd.DataFrame:
    """Revenue of the year to the review before; of clients not known then, of the year to now."""
    then = found.matrix("revenue_before")
    then.loc[NOT_YET_KNOWN] = found.matrix("revenue_now").loc[NOT_YET_KNOWN]
    return then


def numbered(found: Migration, labels: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Groups that anybody was in, before or now, as rows with number and name, columns by number.

    Many groups with long names would make a table too wide to read.
    """
    counts = found.matrix("accounts")
    held = [key for key in found.now if counts.loc[key].sum() or counts[key].sum()]
    rows = {key: f"{n} {labels[key]}" for n, key in enumerate(held, 1)}
    columns = {key: str(n) for n, key in enumerate(held, 1)}
    if counts.loc[NOT_YET_KNOWN].sum():
        rows[NOT_YET_KNOWN] = NOT_YET
    return rows, columns


def largest(values: pd.Series, labels: Mapping[str, str]) -> tuple[str, float] | None:
    """The name and the amount of the largest of several groups; None where none is above zero."""
    if values.empty or values.max() <= 0:
        return None
    return labels[str(values.idxmax())], float(values.max())


def largest_moves(
    found: Migration, labels: Mapping[str, str], *, at_most: int, currency: str, name: str
) -> Piece | None:
    """The largest moves to another group, by revenue of the year to the review before."""
    order = ["revenue_before", "before", "now"]
    rows = found.changed.sort_values(order, ascending=[False, True, True])
    if rows.empty:
        return None
    shown = rows.head(at_most)
    return table(
        shown.assign(before=_named(shown["before"], labels), now=_named(shown["now"], labels)),
        caption="Largest moves, by revenue of the year to the review before",
        name=name,
        row_header="before",
        columns={
            "before": Column("From"),
            "now": Column("To"),
            "accounts": Column("Clients", "count"),
            "revenue_before": Column("Revenue before", "money", currency, bar=True),
            "revenue_now": Column("Revenue now", "money", currency),
        },
        note=all_in_workbook(len(shown), len(rows)),
        searchable=True,
    )


def _named(keys: Sequence[str] | pd.Series, labels: Mapping[str, str]) -> list[str]:
    return [labels[str(key)] for key in keys]
