"""A searchable table for analysts in JupyterLab. Packs never hold one."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

MOST_BYTES = "2MB"


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
