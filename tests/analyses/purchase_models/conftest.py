"""Public purchase data, where it is present."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.public_data import public_file


@pytest.fixture(scope="session")
def cdnow() -> pd.DataFrame:
    """Purchases of the published 1/10 sample of CDNOW: account_id, date, value."""
    columns = ["master_id", "account_id", "date", "quantity", "value"]
    purchases = pd.read_csv(
        public_file("cdnow", "CDNOW_sample.txt"),
        sep=r"\s+",
        names=columns,
        dtype={"account_id": str, "date": str},
    )
    purchases["date"] = pd.to_datetime(purchases["date"], format="%Y%m%d")
    return purchases[["account_id", "date", "value"]]


@pytest.fixture(scope="session")
def online_retail() -> pd.DataFrame:
    """Cleaned purchases of Online Retail: account_id, date, value."""
    lines = pd.read_csv(
        public_file("online_retail", "online_retail.csv.gz"),
        usecols=["Quantity", "InvoiceDate", "UnitPrice", "CustomerID"],
        dtype={"CustomerID": str},
    )
    kept = lines[(lines["Quantity"] > 0) & (lines["UnitPrice"] > 0) & lines["CustomerID"].notna()]
    return pd.DataFrame(
        {
            "account_id": kept["CustomerID"],
            "date": pd.to_datetime(kept["InvoiceDate"], format="%Y-%m-%d %H:%M:%S"),
            "value": kept["Quantity"] * kept["UnitPrice"],
        }
    )
