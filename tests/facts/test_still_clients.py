"""Who is still a client on a day, as it was known on that day."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from portfolio_lib.parameters.churn_models import ChurnPage
from tests.facts.stores import accounts, build, line, read_fact, term, unit, write_table

NOW, BEFORE = "2026-09-30", "2026-06-30"
CONTRACTS = [
    # ended 61 days before the review: past the 30 days of grace
    term("a1", "a", "2025-08-01", 100, end_date="2026-07-31"),
    # ended 30 days before it: a term may still follow
    term("b1", "b", "2025-09-01", 100, end_date="2026-08-31"),
    # ended 31 days before it
    term("c1", "c", "2025-09-01", 100, end_date="2026-08-30"),
    # ended, and the next one is signed, however late it begins
    term("d1", "d", "2025-08-01", 100, end_date="2026-07-31"),
    term("d2", "d", "2026-12-01", 100, signed_date="2026-09-20", end_date="2027-11-30"),
    # open-ended, and given notice for 15 July, which nobody knew on 30 June
    term("e1", "e", "2025-08-01", 100, cancelled_date="2026-07-15"),
    # ended on 15 May, and came back on 1 August
    term("g1", "g", "2025-05-16", 100, end_date="2026-05-15"),
    term("g2", "g", "2026-08-01", 100, end_date="2027-07-31"),
    # one of two offerings ended: losing one of several is no loss of the client
    term("h1", "h", "2025-06-01", 100, end_date="2026-05-31", offering="x"),
    term("h2", "h", "2025-06-01", 100, end_date="2027-05-31", offering="y"),
]
CLIENT_THEN_AND_NOW = {
    "a": (True, False),
    "b": (True, True),
    "c": (True, False),
    "d": (True, True),
    "e": (True, False),
    "f": (True, True),  # never had a contract, and buys
    "g": (False, True),
    "h": (True, True),
}


def flags(tmp_path, step: str, **churn: Any) -> pd.DataFrame:
    """`is_active` and `is_client` by account and day; everybody was billed on 1 March."""
    parameters = unit().model_copy(update={"churn": ChurnPage(snapshots=2, **churn)})
    write_table(tmp_path, "north", "accounts", accounts(*"abcdefgh", start_date="2025-01-01"))
    bills = [line(one, day, 50) for one in "abcdefgh" for day in ("2025-03-01", "2026-03-01")]
    write_table(tmp_path, "north", "invoices", bills)
    write_table(tmp_path, "north", "contracts", CONTRACTS)
    build(tmp_path, parameters, steps=[step])
    rows = read_fact(tmp_path, "north", step)
    rows["day"] = rows["snapshot_date"].dt.strftime("%Y-%m-%d")
    return rows.set_index(["account_id", "day"])[["is_active", "is_client"]]


@pytest.mark.parametrize("step", ["account_features", "account_snapshots"])
def test_a_client_has_not_ended_its_contract_as_known_on_the_day(tmp_path, step):
    rows = flags(tmp_path, step)
    assert rows.loc[pd.IndexSlice[:, [BEFORE, NOW]], "is_active"].all()
    found = {
        one: (rows.loc[(one, BEFORE), "is_client"], rows.loc[(one, NOW), "is_client"])
        for one in CLIENT_THEN_AND_NOW
    }
    assert found == CLIENT_THEN_AND_NOW


@pytest.mark.parametrize("step", ["account_features", "account_snapshots"])
def test_where_silence_is_the_loss_the_end_of_a_contract_is_none(tmp_path, step):
    rows = flags(tmp_path, step, event="no_purchase")
    assert rows["is_client"].equals(rows["is_active"].rename("is_client"))


def test_a_longer_grace_keeps_them_longer(tmp_path):
    rows = flags(tmp_path, "account_features", grace_days=61)
    assert rows.loc[("a", NOW), "is_client"]
