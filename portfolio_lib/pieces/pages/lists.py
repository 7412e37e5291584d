"""Lists of clients: one shape for every page, capped, searchable, with notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from portfolio_lib.pieces import Column, exhibit, table, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.piece import Piece


def capped_list(
    rows: pd.DataFrame,
    *,
    at_most: int,
    headline: str,
    measure: str,
    source: str,
    name: str,
    caption: str,
    columns: Mapping[str, Column],
    reason: str,
    notes: Sequence[str | None] = (),
    prepared: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
    row_header: str = "account_name",
) -> Piece:
    """An exhibit with the first rows of a list, or with the reason where the list is empty.

    Parameters
    ----------
    rows : frame
        The whole list, in the order in which it is shown.
    at_most : int
        Rows shown; the note says how many there are in all.
    reason : str
        Why the list is empty, where it is.
    notes : sequence of str or None
        Sentences under the table.
    prepared : callable, optional
        Adds what only readers need to the rows that are shown.
    """
    if rows.empty:
        return parts.unshown(headline, measure, reason, source=source, name=name)
    shown = rows.head(at_most)
    said = [*notes, parts_note(len(shown), len(rows))]
    body = table(
        shown if prepared is None else prepared(shown),
        caption=caption,
        name=f"{name}-table",
        row_header=row_header,
        columns=columns,
        note=" ".join(one for one in said if one) or None,
        searchable=True,
    )
    return exhibit(headline=headline, measure=measure, body=body, source=source, name=name)


def parts_note(shown: int, every: int) -> str | None:
    """How much of a list is shown, where it is not all of it.

    >>> parts_note(25, 143)
    '25 of 143 are shown; the rest is in the workbook.'
    """
    if shown == every:
        return None
    return f"{words.count(shown)} of {words.count(every)} are shown; the rest is in the workbook."


def all_in_workbook(shown: int, every: int) -> str | None:
    """How much of a table is shown, and where all of it stands; nothing where all is shown.

    >>> all_in_workbook(12, 1143)
    '12 of 1,143; all are in the workbook.'
    """
    if shown == every:
        return None
    return f"{words.count(shown)} of {words.count(every)}; all are in the workbook."
