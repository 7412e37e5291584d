"""Recency, frequency and money of Online Retail against the published medians."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from portfolio_lib.analyses.rfm import score_accounts
from portfolio_lib.facts import build_facts, read_fact
from portfolio_lib.parameters.behaviour_models import RfmPage
from portfolio_lib.parameters.models import EngineSettings
from portfolio_lib.tables import prepare_tables, read_table
from tests.public_data import public_file
from tests.tables.making import preset_tables, sources, unit

pytestmark = pytest.mark.real_data
FACTS = ("account_snapshots", "account_reviews", "purchase_days")


def test_online_retail_has_the_published_medians(tmp_path: Path) -> None:
    where = sources(public_file("online_retail"), **preset_tables("online_retail"))
    last_day = dt.date(2011, 12, 9)
    shop = unit(
        "all", where, as_of=last_day, rest=True, credits="set_aside", zero_amounts="set_aside"
    ).model_copy(update={"rfm": RfmPage(frequency="invoices")})
    prepare_tables([shop], tmp_path)
    build_facts(tmp_path, [shop], engine=EngineSettings(threads=2), steps=FACTS)
    accounts = read_table(tmp_path, "all", "accounts")
    assert accounts is not None
    facts = [read_fact(tmp_path, "all", name) for name in FACTS]
    found = score_accounts(accounts, *facts, parameters=shop).figures
    assert found["rfm.median_recency"].n == 4_338
    assert found["rfm.median_recency"].value == 50
    assert found["rfm.median_frequency"].value == 2
    # The two middle clients brought 674.45 and 674.52; printed as 674.48.
    assert found["rfm.median_monetary"].value == pytest.approx(674.485)
