"""A searchable table and a quick chart for analysts in JupyterLab. Packs never hold one."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

MOST_BYTES = "2MB"
MOST_GROUPS = 7
OTHERS = "others"
INCHES_A_COLUMN = 2.2


@dataclass(frozen=True)
class SearchableTable:
    """An itables table, shown by JupyterLab; it carries its own script and needs no network."""

    html: str
    text: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text


def searchable_table(frame: pd.DataFrame, caption: str) -> SearchableTable:
    """The rows of a frame with search, sorting and pages; names in it are text, never markup."""
    import itables

    html = itables.to_html_datatable(
        frame, caption=caption, connected=False, allow_html=False, maxBytes=MOST_BYTES
    )
    return SearchableTable(html, f"{caption}: {len(frame):,} rows")


@dataclass(frozen=True)
class PairChart:
    """Columns drawn against each other, shown by JupyterLab; only a sentence where none can be."""

    png: bytes | None
    text: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        told = {"text/plain": self.text}
        if self.png is not None:
            told["image/png"] = base64.b64encode(self.png).decode("ascii")
        return told

    def __repr__(self) -> str:
        return self.text


def pair_chart(frame: pd.DataFrame, columns: Sequence[str], by: str | None = None) -> PairChart:
    """Every pair of columns as points, each column alone as bars.

    Parameters
    ----------
    frame
        One row per thing, for example per client.
    columns
        Columns of numbers. One that holds fewer than two different values is left out.
    by
        A column whose largest groups get a colour each; the rest are drawn as `others`.

    Returns
    -------
    PairChart
        Without a picture where fewer than two columns can be drawn; its text says so.
    """
    shown = [name for name in columns if frame[name].nunique() > 1]
    left_out = [name for name in columns if name not in shown]
    told = f"; left out, with fewer than two values: {', '.join(left_out)}" if left_out else ""
    if len(shown) < 2:
        return PairChart(None, f"Nothing to draw: it takes two columns of numbers{told}")
    rows = frame.loc[:, shown].astype("float64")
    if by is not None:
        rows["by"] = _largest_groups(frame[by])
    groups = "" if by is None else f" by {by}"
    return PairChart(_drawn(rows, shown, by), f"{len(rows):,} rows{groups}{told}")


def _largest_groups(values: pd.Series) -> pd.Series:
    """Each row's group as text; groups beyond the largest few are one."""
    texts = values.astype("string").fillna("not recorded")
    counts = texts.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return texts.where(texts.isin(counts.index[:MOST_GROUPS]), OTHERS).astype("object")


def _drawn(rows: pd.DataFrame, columns: Sequence[str], by: str | None) -> bytes:
    import seaborn as sns
    from matplotlib import pyplot as plt
    from matplotlib.text import Text

    order = (
        None if by is None else sorted(rows["by"].unique(), key=lambda one: (one == OTHERS, one))
    )
    grid = sns.pairplot(
        rows, vars=list(columns), hue=None if by is None else "by", hue_order=order,
        palette=None if by is None else "colorblind", corner=True, diag_kind="hist",
        height=INCHES_A_COLUMN, plot_kws={"s": 14, "alpha": 0.6, "linewidth": 0},
        diag_kws={"multiple": "stack"} if by is not None else None,
    )  # fmt: skip
    if by is not None:
        grid.legend.set_title(by)
    for text in grid.figure.findobj(Text):
        text.set_parse_math(False)  # the name of a group is text, whatever it holds
    held = io.BytesIO()
    grid.figure.savefig(held, format="png", dpi=110, bbox_inches="tight")
    plt.close(grid.figure)
    return held.getvalue()
