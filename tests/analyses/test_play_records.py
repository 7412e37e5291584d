"""The record of plays: tried, done, worked."""

from __future__ import annotations

import pandas as pd
import pytest

from portfolio_lib.analyses.play_records import Watched, outcomes, play_keys, play_records
from portfolio_lib.parameters.plan_models import PlanPage
from portfolio_lib.parameters.play_models import PlayChange, kit_plays, plays_in_use

PAGE = PlanPage(outcome_days=60)
DAYS = ("2026-03-31", "2026-06-30", "2026-09-30")
PLAYS = plays_in_use({"bring_use_back": PlayChange(known_as=("usage workshop",))})


def watched(colours: dict[str, str], gone: tuple[str, ...] = ()) -> Watched:
    """Clients with a letter per day: g, y, r, or - for no colour; those gone left by the last."""
    names = {"g": "green", "y": "yellow", "r": "red"}
    rows = [
        (account, pd.Timestamp(day), names.get(letter), not (account in gone and day == DAYS[2]))
        for account, letters in colours.items()
        for day, letter in zip(DAYS, letters, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["account_id", "snapshot_date", "level", "is_active"])
    return Watched(
        frame[["account_id", "snapshot_date", "is_active"]],
        frame.loc[frame["level"].notna(), ["account_id", "snapshot_date", "level"]],
    )


def actions(rows: list[tuple[str | None, str, str | None, str | None]]) -> pd.DataFrame:
    """One action per (account, created, done, play)."""
    return pd.DataFrame(
        {
            "account_id": [row[0] for row in rows],
            "created_date": pd.to_datetime([row[1] for row in rows]),
            "done_date": pd.to_datetime([row[2] for row in rows]),
            "play": [row[3] for row in rows],
        }
    )


@pytest.mark.parametrize(
    ("colours", "done", "outcome"),
    [
        ("gry", "2026-07-15", "worked"),  # agreed red on 30 June, yellow on 30 September
        ("gyy", "2026-07-15", "worked"),
        ("ggy", "2026-07-15", "did not work"),
        ("gr-", "2026-07-15", "not known"),
        ("gry", "2026-08-15", "not known"),  # 60 days later is after the review
        ("gry", None, "not known"),
    ],
)
def test_an_action_worked_where_the_colour_is_no_worse(colours, done, outcome) -> None:
    found = outcomes(actions([("a", "2026-06-30", done, "x")]), watched({"a": colours}), PAGE)
    assert found.tolist() == [outcome]


def test_an_action_did_not_work_where_the_client_left() -> None:
    rows = actions([("a", "2026-06-30", "2026-07-15", "x")])
    assert outcomes(rows, watched({"a": "ggg"}, gone=("a",)), PAGE).tolist() == ["did not work"]


def test_the_first_day_looked_at_counts_and_not_a_later_one() -> None:
    # Done in January: read on 31 March (red as agreed), not in September (green again).
    rows = actions([("a", "2026-03-31", "2026-04-01", "x")])
    assert outcomes(rows, watched({"a": "yrg"}), PAGE).tolist() == ["did not work"]


def test_names_mean_plays_by_key_title_and_other_names() -> None:
    names = pd.Series(["bring_use_back", "Bring use  back", "USAGE workshop", "picnic", None])
    found = play_keys(names, PLAYS).tolist()
    assert found == ["bring_use_back"] * 3 + ["", ""]


def test_a_record_by_hand() -> None:
    rows = actions(
        [
            ("a", "2026-06-30", "2026-07-15", "usage workshop"),  # red, then yellow: worked
            ("b", "2026-06-30", "2026-07-15", "usage workshop"),  # green, then red: did not
            ("a", "2026-06-30", None, "bring_use_back"),  # tried, not done
            (None, "2026-06-30", "2026-07-01", "picnic"),  # the whole portfolio, no play of ours
        ]
    )
    found = play_records(rows, watched({"a": "gry", "b": "ggr"}), PLAYS, PAGE)
    ours = found.set_index("title").loc["Bring use back"]
    assert ours[["tried", "done", "known", "worked"]].tolist() == [3, 2, 2, 1]
    # Wilson, 1 of 2 at 90 %, z = 1.6449: 0.5 ± z √(1/8 + z²/16) ÷ (1 + z²/2) = 0.5 ± 0.3791
    assert (ours["share"], ours["share_low"], ours["share_high"]) == pytest.approx(
        (0.5, 0.1209, 0.8791), abs=1e-4
    )
    other = found.iloc[-1]
    assert other["title"] == "picnic"
    assert other[["tried", "done", "known"]].tolist() == [1, 1, 0]
    assert found["tried"].sum() == len(rows)


@pytest.mark.parametrize("table", [None, actions([])])
def test_without_actions_every_play_stands_with_an_empty_record(table) -> None:
    found = play_records(table, watched({"a": "ggg"}), kit_plays(), PAGE)
    assert found["play"].tolist() == list(kit_plays())
    assert found["tried"].sum() == 0
    assert found["share"].isna().all()


def test_what_is_done_after_the_review_changes_nothing_before() -> None:
    early = watched({"a": "gry"})
    rows = actions([("a", "2026-03-31", "2026-04-01", "x")])
    cut = Watched(
        early.snapshots.loc[early.snapshots["snapshot_date"] <= "2026-06-30"],
        early.colours.loc[early.colours["snapshot_date"] <= "2026-06-30"],
    )
    assert outcomes(rows, cut, PAGE).tolist() == outcomes(rows, early, PAGE).tolist()
