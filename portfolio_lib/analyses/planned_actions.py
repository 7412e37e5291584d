"""The actions of a published plan: what the record of a review keeps, and who took them up.

An action of the plan is on record where the table `actions` has one for the same client that means
the same play or has the same wording. A plan that nobody copied into the table leaves no trace
there; its actions then have no record, which says nothing about whether they were done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from portfolio_lib.analyses.play_records import plain_name, play_keys
from portfolio_lib.analyses.snapshots import is_blank
from portfolio_lib.parameters.play_models import Play

PLANNED = ("account_id", "play", "what", "due_date", "expected", "owner")
"""Client (None: the whole portfolio), key of the play (empty without one), wording, last day,
effect in money a year (NaN where not computable), who does it (empty where nobody was named)."""


def planned_actions(actions: pd.DataFrame, portfolio: pd.DataFrame) -> pd.DataFrame:
    """The actions of a plan as one list.

    Parameters
    ----------
    actions : frame
        For single clients: `account_id`, `play`, `title`, `due`, `effect`, `owner`.
    portfolio : frame
        For the portfolio as a whole: `title`, `due`, `owner`, `fits`; those that do not fit are
        no part of the plan.

    Returns
    -------
    frame
        The columns `PLANNED`, in the order of the plan.
    """
    wide = portfolio.loc[portfolio["fits"].astype(bool)]
    rows = [
        *_rows(actions, actions["account_id"], actions["play"], actions["effect"]),
        *_rows(wide, [None] * len(wide), [""] * len(wide), [float("nan")] * len(wide)),
    ]
    return _typed(pd.DataFrame(rows, columns=list(PLANNED)))


def _rows(
    frame: pd.DataFrame, accounts: Iterable[Any], plays: Iterable[Any], effects: Iterable[Any]
) -> Iterator[tuple[Any, ...]]:
    columns = (frame["title"], frame["due"], effects, frame["owner"])
    return zip(accounts, plays, *columns, strict=True)


def planned_records(planned: pd.DataFrame) -> list[dict[str, Any]]:
    """Planned actions as JSON values; what is not known is None."""
    plain = planned.assign(due_date=planned["due_date"].dt.strftime("%Y-%m-%d")).astype("object")
    rows = plain.where(plain.notna(), None)
    return [dict(zip(PLANNED, row, strict=True)) for row in rows[list(PLANNED)].to_numpy().tolist()]


def read_planned(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Planned actions as a record keeps them; the columns `PLANNED`.

    Raises
    ------
    KeyError
        One of them lacks a column.
    """
    return _typed(
        pd.DataFrame([[row[name] for name in PLANNED] for row in rows], columns=list(PLANNED))
    )


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    names = ("account_id", "play", "what", "owner")
    texts = {name: frame[name].astype("object").where(frame[name].notna(), None) for name in names}
    return frame.assign(
        **texts,
        due_date=pd.to_datetime(frame["due_date"]),
        expected=frame["expected"].astype("float64"),
    )


def taken_up(
    planned: pd.DataFrame,
    actions: pd.DataFrame,
    plays: Mapping[str, Play],
    *,
    after: dt.date,
    planned_on: dt.date,
) -> pd.Series:
    """The action of the table that each planned action became; None where there is no record.

    Parameters
    ----------
    planned : frame
        The columns `PLANNED`.
    actions : frame
        `action_id`, `account_id`, `created_date`, `done_date`, `play`.
    plays : mapping of str to Play
        Says which names mean the same play.
    after : date
        Actions agreed up to this day, that of the review before the plan's, are older promises.
    planned_on : date
        The day of the plan: what was done by then is not what it asks for.

    Returns
    -------
    series
        `action_id` by row of `planned`. An action answers one planned action only.
    """
    fresh = actions["created_date"].gt(pd.Timestamp(after))
    undone = actions["done_date"].isna() | actions["done_date"].gt(pd.Timestamp(planned_on))
    open_ = actions.loc[fresh & undone].sort_values(["created_date", "action_id"], kind="stable")
    waiting: dict[tuple[str, str, str], list[object]] = {}
    for action, meanings in zip(open_["action_id"], _meanings_of_table(open_, plays), strict=True):
        for meaning in meanings:
            waiting.setdefault(meaning, []).append(action)
    used: set[object] = set()
    found = []
    for meanings in _meanings_of_plan(planned):
        free = [one for meaning in meanings for one in waiting.get(meaning, ()) if one not in used]
        found.append(free[0] if free else None)
        used.update(free[:1])
    return pd.Series(found, index=planned.index, dtype="object")


def _meanings_of_table(
    rows: pd.DataFrame, plays: Mapping[str, Play]
) -> Iterator[list[tuple[str, str, str]]]:
    accounts = rows["account_id"].astype("object").where(~is_blank(rows["account_id"]), "")
    names = rows["play"].astype("object").where(~is_blank(rows["play"]), "")
    for account, key, name in zip(accounts, play_keys(names, plays), names, strict=True):
        yield _meanings(account, key, name)


def _meanings_of_plan(planned: pd.DataFrame) -> Iterator[list[tuple[str, str, str]]]:
    accounts = planned["account_id"].where(planned["account_id"].notna(), "")
    for account, key, name in zip(accounts, planned["play"], planned["what"], strict=True):
        yield _meanings(account, key, name)


def _meanings(account: object, key: object, name: object) -> list[tuple[str, str, str]]:
    """What an action can be found by: client and play, else client and wording."""
    found = [(str(account), "play", str(key))] if key else []
    return [*found, (str(account), "wording", plain_name(name))] if name else found
