"""Remarks on a table as a whole: months without a row, very large lines, thin columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portfolio_lib.tables.contracts import REVENUE_TABLES, Kind
from portfolio_lib.tables.findings import Finding, plain_fault
from portfolio_lib.tables.results import Fault
from portfolio_lib.tables.unit_rules import UnitRows
from portfolio_lib.tables.wording import count_of, plain_list

OUTLIER_MULTIPLE = 1_000
OUTLIER_LEAST_LINES = 30
THIN_SHARE = 0.5

OFTEN_EMPTY = frozenset(
    {
        "business_unit", "line_id", "parent_account_id", "end_date", "end_reason", "referred_by",
        "executive_sponsor", "acquisition_channel", "acquisition_cost", "tier", "currency",
        "service_start", "service_end", "paid_date", "renewed_by", "cancelled_date", "signed_date",
        "reports_to", "successor", "left_date", "contact_id", "prospect_id", "account_id",
        "outcome", "competitor", "loss_reason", "first_response_at", "resolved_at", "escalated_at",
        "root_cause", "score", "comment", "licensed", "done_date", "result", "expires",
        "eligible_industries", "region", "evidence", "close_date", "created_date", "cost",
    }
)  # fmt: skip
"""Columns in which an empty cell is an answer, so that many empty cells are no remark."""


def shape_findings(rows: UnitRows) -> list[Finding]:
    """Very large invoice lines, in comparison with the middle one."""
    if rows.table != "invoices" or len(rows.kept) < OUTLIER_LEAST_LINES:
        return []
    amounts = rows.values("amount").cast(pa.float64()).to_numpy()
    positive = amounts[amounts > 0]
    if not len(positive):
        return []
    limit = OUTLIER_MULTIPLE * float(np.median(positive))
    finding = rows.finding(
        "warn", "amount", "very large", np.flatnonzero(np.abs(amounts) > limit),
        f"of more than {OUTLIER_MULTIPLE:,} times the middle line",
        "They were kept; look at them, because each moves totals and averages.",
    )  # fmt: skip
    return [finding] if len(finding.rows) else []


def shape_faults(rows: UnitRows) -> list[Fault]:
    """Months without a row, and columns with few values."""
    return [*_gaps(rows), *_thin_columns(rows)]


def _gaps(rows: UnitRows) -> list[Fault]:
    if rows.table != "invoices" or not len(rows.kept):
        return []
    months = pc.unique(rows.values("date").cast(pa.timestamp("s"))).drop_null()
    seen = {(day.year * 12 + day.month - 1) for day in months.to_pylist()}
    if not seen:
        return []
    missing = [month for month in range(min(seen), max(seen)) if month not in seen]
    if not missing:
        return []
    names = [f"{month // 12}-{month % 12 + 1:02d}" for month in missing]
    return [
        plain_fault(
            "warn", rows.table, "date", "months without rows",
            f"{count_of(len(missing), 'month')} without a single line between the first and the "
            "last",
            "Check that the export is complete; a missing month looks like lost clients.",
            count=len(missing), listed=names,
        )
    ]  # fmt: skip


def _thin_columns(rows: UnitRows) -> list[Fault]:
    shares = coverage(rows)
    thin = {name: share for name, share in shares.items() if _is_thin(rows, name, share)}
    if not thin:
        return []
    shown = [f"{name} {share:.0%}" for name, share in thin.items()]
    return [
        plain_fault(
            "warn", rows.table, "", "thin columns",
            f"{count_of(len(thin), 'column')} filled in less than half of the rows "
            f"({plain_list(shown, most=12)})",
            "Cuts by these columns leave much out; fill them, or take them out of the mapping.",
            count=len(thin),
        )
    ]  # fmt: skip


def _is_thin(rows: UnitRows, name: str, share: float) -> bool:
    column = rows.mapped.contract.column(name)
    if column.known_when is not None or column.required or column.kind is Kind.FLAG:
        return False
    return share < THIN_SHARE and (name not in OFTEN_EMPTY or share == 0)


def coverage(rows: UnitRows) -> dict[str, float]:
    """Share of the kept rows in which each handed-in column is filled; empty without rows."""
    if not len(rows.kept):
        return {}
    names = [name for name in rows.mapped.contract.column_names if name in rows.mapped.given]
    return {name: round(1 - rows.values(name).null_count / len(rows.kept), 4) for name in names}


def first_and_last_day(rows: UnitRows) -> tuple[dt.date | None, dt.date | None]:
    """First and last day on which a row of the table became known."""
    names = [n for n in rows.mapped.contract.known_from if n in rows.mapped.given]
    if not names or not len(rows.kept):
        return None, None
    days = pc.coalesce(*(rows.values(name).cast(pa.timestamp("us")) for name in names))
    ends = pc.min_max(days).as_py()
    if ends["min"] is None:
        return None, None
    return ends["min"].date(), ends["max"].date()


def required_tables(given: Mapping[str, int], revenue_source: str) -> list[Fault]:
    """Faults for tables without which nothing can be computed.

    Parameters
    ----------
    given
        Rows kept by table, for the tables handed in and readable.
    """
    faults = []
    if given.get("accounts") == 0:
        faults.append(_empty("accounts", "accounts", "no account is left to review"))
    wanted = REVENUE_TABLES if revenue_source == "auto" else (revenue_source,)
    if not any(given.get(table) for table in wanted):
        names = " or ".join(wanted)
        faults.append(_empty(wanted[0], names, f"no row of {names} is left to read revenue from"))
    return faults


def _empty(table: str, names: str, message: str) -> Fault:
    return plain_fault(
        "stop", table, "", "nothing to review", message,
        f"Hand in {names}, and check business_units, set_aside and as_of in the parameters.",
        count=0, money=Decimal(0) if table in REVENUE_TABLES else None,
    )  # fmt: skip
