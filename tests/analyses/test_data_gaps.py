"""Which tables would show more, of how many clients, and for how much revenue: by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from portfolio_lib import review
from portfolio_lib.analyses import data_gaps
from portfolio_lib.analyses.data_gaps import DataGaps, find_data_gaps
from portfolio_lib.analyses.health_features import COLLECTED_IN
from portfolio_lib.analyses.table_uses import TABLE_USES
from portfolio_lib.facts import STEPS
from portfolio_lib.review import ANALYSES, PAGES, analysis, argument_names
from portfolio_lib.tables import TABLES
from tests.analyses.portfolios import Client, accounts, snapshots, unit

EVERY_PAGE = tuple(PAGES)
CLIENTS = [Client("a", 600, contracts=1000), Client("b", 600), Client("c", 400), Client("gone", 0)]
"""Worth a year: a 1,000 by its contract, b 600, c 400; gone is not active."""


def table(*ids: str) -> pd.DataFrame:
    """A table with one row for each of these clients."""
    return pd.DataFrame({"account_id": list(ids)}, dtype="object")


def clocks(*rows: tuple[str, float | None]) -> pd.DataFrame:
    hours = pd.Series([hours for _, hours in rows], dtype="float64")
    frame = pd.DataFrame({"account_id": pd.Series([one for one, _ in rows], dtype="object")})
    return frame.assign(response_hours_allowed=hours, resolution_hours_allowed=math.nan)


def bought(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["account_id", "offering", "revenue_12m"])


def found(
    clients: list[Client] = CLIENTS,
    *,
    pages: tuple[str, ...] = EVERY_PAGE,
    columns: dict[str, Any] | None = None,
    offerings: pd.DataFrame | None = None,
    issue_clocks: pd.DataFrame | None = None,
    **tables: pd.DataFrame | None,
) -> DataGaps:
    """The gaps where every table but the given ones was handed in for all clients."""
    whole = table(*(one.id for one in clients))
    given: dict[str, pd.DataFrame | None] = {
        name: whole.assign(manager="Kim", offering="Care") for name in TABLES if name != "accounts"
    }
    known = accounts(clients).assign(account_manager=None, start_date=pd.NaT, end_date=pd.NaT)
    return find_data_gaps(
        known.assign(**(columns or {})),
        snapshots(clients),
        bought() if offerings is None else offerings,
        clocks() if issue_clocks is None else issue_clocks,
        {**given, **tables},
        SimpleNamespace(accounts=known[["account_id"]].assign(tier="1")),
        parameters=unit(pages=pages),
    )


def gap(answer: DataGaps, name: str) -> tuple[str, float, float]:
    """State, clients and revenue of one table."""
    row = answer.tables.set_index("table").loc[name]
    return row["state"], row["accounts"], row["revenue"]


def test_tables_that_cover_every_active_client_are_not_gaps() -> None:
    answer = found()
    assert answer.tables.empty
    assert answer.clients == 3
    assert answer.figures["data_gaps.missing_tables"].value == 0
    assert answer.figures["data_gaps.partial_tables"].value == 0
    assert answer.figures["data_gaps.partial_tables"].n == 18


def test_a_missing_table_is_missing_for_all_and_a_partial_one_for_those_it_leaves_out() -> None:
    answer = found(contacts=None, surveys=table("a"), usage=table())
    assert gap(answer, "contacts") == ("not handed in", 3, 2000)
    assert gap(answer, "surveys") == ("in part", 2, 1000)
    assert gap(answer, "usage") == ("no rows", 3, 2000)
    assert answer.figures["data_gaps.missing_tables"].value == 2
    assert answer.figures["data_gaps.partial_tables"].value == 1


def test_most_revenue_comes_first_then_what_more_pages_read() -> None:
    answer = found(surveys=table("b", "c"), usage=None, contacts=None, plans=table("a", "b"))
    assert answer.tables["table"].tolist() == ["contacts", "usage", "surveys", "plans"]
    assert answer.tables["revenue"].tolist() == [2000, 2000, 1000, 400]


def test_a_client_without_issues_or_deals_may_have_had_none() -> None:
    answer = found(issues=table("a"), opportunities=table("b"), competitors=None)
    assert answer.tables["table"].tolist() == ["competitors"]
    assert gap(answer, "competitors") == ("not handed in", 3, 2000)


def test_onboarding_steps_are_looked_for_at_new_clients_alone() -> None:
    starts = pd.to_datetime(["2020-01-01", "2026-03-01", "2026-04-01", None])
    answer = found(columns={"start_date": starts}, milestones=table("c"))
    assert gap(answer, "milestones") == ("in part", 1, 600)
    assert gap(found(columns={"start_date": starts}, milestones=None), "milestones") == (
        "not handed in", 2, 1000,
    )  # fmt: skip


def test_lists_leave_out_clients_whose_entry_is_not_on_them() -> None:
    answer = found(
        columns={"account_manager": ["Kim", "Lee", None, "Lee"]},
        offerings=bought(("a", "Care", 9), ("a", "Build", 9), ("b", "Build", 0), ("c", "", 9)),
        issue_clocks=clocks(("a", 8.0), ("b", None), ("b", 4.0), ("gone", None)),
    )
    assert gap(answer, "managers") == ("in part", 1, 600)
    assert gap(answer, "offerings") == ("in part", 1, 1000)
    assert gap(answer, "slas") == ("in part", 1, 600)
    assert len(answer.tables) == 3


def test_what_is_not_about_clients_has_no_number_and_comes_last() -> None:
    answer = found(prospects=None, plans=table("a", "b"))
    assert answer.tables["table"].tolist() == ["plans", "prospects"]
    assert math.isnan(answer.tables["revenue"].iloc[-1])


def test_only_what_the_pages_of_this_pack_read_is_a_gap() -> None:
    missing = dict.fromkeys(("usage", "prospects", "contacts"))
    answer = found(pages=("summary", "health", "an_own_page"), **missing)
    uses = dict(zip(answer.tables["table"], answer.tables["uses"], strict=True))
    assert uses == {
        "contacts": (("health", "champions who left as signs"),),
        "usage": (("health", "use and licences as signs"),),
    }
    assert found(pages=("summary",), **missing).tables.empty
    figure = found(pages=("summary",)).figures["data_gaps.missing_tables"]
    assert figure.reason == "no page of this pack reads any table but the accounts"


def test_without_an_active_client_nothing_can_be_weighed() -> None:
    answer = found([Client("gone", 0)], contacts=None, surveys=table())
    assert answer.reason == "no client was active on 30 September 2026"
    assert answer.tables["table"].tolist() == ["contacts", "surveys"]
    assert answer.tables["revenue"].isna().all()
    assert answer.figures["data_gaps.partial_tables"].reason == answer.reason
    assert answer.figures["data_gaps.missing_tables"].value == 2


def test_every_table_is_counted_in_one_way() -> None:
    ways = (
        *(data_gaps.ROW_PER_CLIENT, data_gaps.ROW_PER_NEW_CLIENT, data_gaps.MAY_HAVE_NONE),
        *(data_gaps.LISTS, data_gaps.NOT_BY_CLIENT),
    )
    named = [name for way in ways for name in way]
    assert sorted(named) == sorted(TABLES.keys() - {"accounts"})


def tables_of_fact(name: str) -> set[str]:
    """The tables behind a fact, through the facts that it reads."""
    step = STEPS[name]
    return set(step.tables).union(*(tables_of_fact(other) for other in step.facts))


def tables_of_analysis(name: str) -> set[str]:
    """Every table that could reach an analysis, through facts and earlier results."""
    reached: set[str] = set()
    for given in argument_names(analysis(name)):
        if given in TABLES:
            reached.add(given)
        elif given in STEPS:
            reached |= tables_of_fact(given)
        elif given in ANALYSES:
            reached |= tables_of_analysis(given)
    return reached


def pages_by_use() -> dict[str, set[str]]:
    pages: dict[str, set[str]] = {page: set() for page in PAGES}
    for name, uses in TABLE_USES.items():
        for page in uses:
            pages[page].add(name)
    return pages


def test_uses_name_every_table_and_pages_that_exist() -> None:
    assert set(TABLE_USES) == TABLES.keys() - {"accounts"}
    assert {page for uses in TABLE_USES.values() for page in uses} <= PAGES.keys()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_lit_by_every_table_that_its_analyses_take(page: str) -> None:
    taken = {given for name in PAGES[page] for given in argument_names(analysis(name))}
    assert taken & TABLES.keys() - {"accounts"} <= pages_by_use()[page]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_lit_by_a_table_that_cannot_reach_it(page: str) -> None:
    reached = set().union(*(tables_of_analysis(name) for name in PAGES[page]))
    assert pages_by_use()[page] <= reached


def test_what_health_collects_lights_up_health_and_churn() -> None:
    collected = set(COLLECTED_IN.values()) & TABLES.keys()
    assert len(collected) >= 6
    assert all({"health", "churn"} <= TABLE_USES[name].keys() for name in collected)


def test_an_analysis_may_ask_for_every_table_at_once(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(review.Review, "table", lambda self, name: f"the {name}")
    held = review.Review(unit(), lambda: tmp_path, unattended=True)
    assert held.optional_tables == {name: f"the {name}" for name in TABLES if name != "accounts"}
