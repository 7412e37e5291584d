"""The readiness example, figure for figure, by plain arithmetic over its tables."""

from __future__ import annotations

import pandas as pd
import pytest

from portfolio_lib.tables.demo import DemoFirm
from portfolio_lib.tables.demo.days import AS_OF

NOW = pd.Timestamp(AS_OF)
END = NOW + pd.Timedelta(days=1)
TIERS = {"1": "strategic", "2": "growth", "3": "standard"}


class Example:
    """The tables of the example, and what the figures are made of."""

    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        self.tables = tables
        accounts = tables["accounts"]
        self.active = accounts[accounts["end_date"].isna()].set_index("account_id")
        contracts = tables["contracts"]
        in_force = contracts["start_date"].le(NOW) & contracts["end_date"].ge(NOW)
        self.in_force = contracts[in_force]
        self.values = self.in_force.groupby("account_id")["annual_value"].sum()

    def id_of(self, letter: str) -> str:
        return str(self.active.index[self.active["account_name"] == f"Account {letter}"][0])

    def value_of(self, letter: str) -> float:
        return float(self.values[self.id_of(letter)])

    def since(self, table: str, column: str, days: int) -> pd.DataFrame:
        frame = self.tables[table]
        return frame[frame[column] > NOW - pd.Timedelta(days=days)]


@pytest.fixture(scope="module")
def example(firm: DemoFirm) -> Example:
    return Example(dict(firm.units["readiness-example"].tables))


@pytest.fixture(scope="module")
def colours(firm: DemoFirm) -> pd.DataFrame:
    return firm.units["readiness-example"].truth.colours.set_index("account_id")


def signals(example: Example) -> pd.DataFrame:
    """The five signals of each account, 100 good, 50 middling, 0 bad; missing where not known."""
    frame = pd.DataFrame(index=example.active.index)
    change = usage_change(example)
    frame["usage"] = graded(change, good=change >= -0.05, middling=change >= -0.2)
    last = latest_satisfaction(example)
    frame["satisfaction"] = graded(last, good=last >= 8.5, middling=last >= 7)
    frame["champion"] = 100.0
    frame.loc[champion_left(example), "champion"] = 0.0
    frame["issues"] = 100.0
    frame.loc[late_accounts(example), "issues"] = 50.0
    frame.loc[open_and_late(example), "issues"] = 0.0
    days = days_since_met(example)
    frame["engagement"] = graded(days, good=days <= 30, middling=days <= 80)
    return frame


def graded(values: pd.Series, *, good: pd.Series, middling: pd.Series) -> pd.Series:
    grades = pd.Series(0.0, index=values.index).mask(middling, 50.0).mask(good, 100.0)
    return grades.where(values.notna())


def usage_change(example: Example) -> pd.Series:
    usage = example.tables["usage"]
    recent = usage[usage["period"] > NOW - pd.DateOffset(months=3)]
    before = usage[
        (usage["period"] > NOW - pd.DateOffset(months=6))
        & (usage["period"] <= NOW - pd.DateOffset(months=3))
    ]
    means = [part.groupby("account_id")["value"].mean() for part in (recent, before)]
    return (means[0] / means[1] - 1).reindex(example.active.index)


def latest_satisfaction(example: Example) -> pd.Series:
    surveys = example.tables["surveys"]
    asked = surveys[surveys["kind"] == "satisfaction"].sort_values("date")
    return asked.groupby("account_id")["score"].last().reindex(example.active.index)


def champion_left(example: Example) -> list[str]:
    contacts = example.tables["contacts"]
    gone = contacts["left_date"].notna() & contacts["successor"].isna()
    return list(contacts.loc[gone & (contacts["role"] == "champion"), "account_id"])


def with_promises(example: Example, days: int = 365) -> pd.DataFrame:
    """Tickets of a window with their outcome: met, breached or pending."""
    issues = example.since("issues", "opened_at", days).merge(example.tables["slas"], on="severity")
    due = issues["opened_at"] + pd.to_timedelta(issues["resolution_hours"], unit="h")
    issues["outcome"] = "met"
    issues.loc[issues["resolved_at"].fillna(END) > due, "outcome"] = "breached"
    issues.loc[issues["resolved_at"].isna() & (due >= END), "outcome"] = "pending"
    return issues


def late_accounts(example: Example) -> list[str]:
    issues = with_promises(example, 90)
    return list(issues.loc[issues["outcome"] == "breached", "account_id"].unique())


def open_and_late(example: Example) -> list[str]:
    issues = with_promises(example, 90)
    late = (issues["outcome"] == "breached") & issues["resolved_at"].isna()
    return list(issues.loc[late, "account_id"])


def days_since_met(example: Example) -> pd.Series:
    last = example.tables["interactions"].groupby("account_id")["date"].max()
    return (NOW - last).dt.days.reindex(example.active.index)


def compliance(example: Example, severity: str | None, days: int) -> float:
    issues = with_promises(example, days)
    judged = issues[issues["outcome"] != "pending"]
    judged = judged if severity is None else judged[judged["severity"] == severity]
    return float((judged["outcome"] == "met").mean())


def single_threaded(example: Example, days: int) -> int:
    met = example.since("interactions", "date", days).merge(
        example.tables["contacts"][["contact_id", "left_date"]], on="contact_id"
    )
    still = met[met["left_date"].isna()]
    contacts = still.groupby("account_id")["contact_id"].nunique()
    return int((contacts.reindex(example.active.index, fill_value=0) < 2).sum())


def reviews_held(example: Example, days: int) -> float:
    recent = example.since("interactions", "date", days)
    held = set(recent.loc[recent["kind"] == "QBR", "account_id"]) & set(example.active.index)
    return len(held) / len(example.active)


def days_open(example: Example, letter: str) -> int:
    issues = example.tables["issues"]
    mine = issues[(issues["account_id"] == example.id_of(letter)) & issues["resolved_at"].isna()]
    return int((NOW - mine["opened_at"].dt.normalize()).dt.days.max())


def due_in_90_days(example: Example) -> pd.DataFrame:
    ends = example.in_force["end_date"]
    soon = ends.gt(NOW) & ends.le(NOW + pd.Timedelta(days=90))
    return example.in_force[soon & example.in_force["renewed_by"].isna()]


def tier_count(example: Example) -> dict[str, int]:
    return {TIERS[t]: int(n) for t, n in example.active["tier"].value_counts().items()}


def tier_value(example: Example) -> dict[str, float]:
    by_tier = example.values.groupby(example.active["tier"]).sum()
    return {TIERS[t]: float(value) for t, value in by_tier.items()}


def open_deals(example: Example) -> pd.DataFrame:
    deals = example.tables["opportunities"]
    return deals[deals["outcome"].isna()]


def themes(example: Example) -> dict[str, int]:
    issues = example.since("issues", "opened_at", 90)
    counts = issues.groupby("theme")["account_id"].nunique()
    return {str(theme): int(n) for theme, n in counts.items() if n >= 3}


def open_issues(example: Example) -> list[tuple[str, str, str]]:
    issues = example.tables["issues"]
    still = issues[issues["resolved_at"].isna()].sort_values("opened_at")
    names = example.active["account_name"]
    return [
        (str(names[row.account_id]), str(row.severity), str(row.theme))
        for row in still.itertuples()
    ]


FIGURES = {
    "active accounts": (lambda e: len(e.active), 80),
    "yearly value": (lambda e: e.values.sum(), 25_000_000),
    "every active account has a contract": (
        lambda e: set(e.values.index) == set(e.active.index),
        True,
    ),
    "accounts by tier": (tier_count, {"strategic": 10, "growth": 30, "standard": 40}),
    "value by tier": (
        tier_value,
        {"strategic": 15_000_000, "growth": 8_000_000, "standard": 2_000_000},
    ),
    "values of the top five": (
        lambda e: [e.value_of(letter) for letter in "ABCDE"],
        [2_500_000, 2_200_000, 2_000_000, 1_800_000, 1_700_000],
    ),
    "the top five are the five largest": (
        lambda e: list(e.values.nlargest(5).index),
        [f"R-{n:03d}" for n in range(1, 6)],
    ),
    # 73,050 days ÷ 80 accounts ÷ 365.25 days a year = 2.5 years
    "average tenure in years": (
        lambda e: (NOW - e.active["start_date"]).dt.days.mean() / 365.25,
        2.5,
    ),
    "renewals due in 90 days": (lambda e: len(due_in_90_days(e)), 12),
    "renewing accounts": (lambda e: due_in_90_days(e)["account_id"].nunique(), 12),
    "value due in 90 days": (lambda e: due_in_90_days(e)["annual_value"].sum(), 4_800_000),
    "open expansion deals": (lambda e: len(open_deals(e)), 6),
    "kinds of open deals": (lambda e: set(open_deals(e)["kind"]), {"cross-sell", "upsell"}),
    "value of open deals": (lambda e: open_deals(e)["value"].sum(), 2_100_000),
    "deals in negotiation": (lambda e: int((open_deals(e)["stage"] == "negotiation").sum()), 2),
    # 115 of 125, 17 of 20, 38 of 40
    "promised times kept": (lambda e: compliance(e, None, 365), 0.92),
    "P1 kept": (lambda e: compliance(e, "P1", 365), 0.85),
    "P2 kept": (lambda e: compliance(e, "P2", 365), 0.95),
    "promised times kept, last quarter": (lambda e: compliance(e, None, 90), 0.92),
    "P1 kept, last quarter": (lambda e: compliance(e, "P1", 90), 0.85),
    "P2 kept, last quarter": (lambda e: compliance(e, "P2", 90), 0.95),
    "open issues": (
        open_issues,
        [
            ("Account D", "P1", "integration"),
            ("Account F", "P2", "training"),
            ("Account G", "P2", "billing"),
        ],
    ),
    "days open, D F G": (lambda e: [days_open(e, letter) for letter in "DFG"], [12, 8, 5]),
    "D is late and escalated": (lambda e: open_and_late(e) == [e.id_of("D")], True),
    "recurring themes": (themes, {"integration": 4, "onboarding": 3}),
    # 48 ÷ 80 = 60 %
    "single-threaded, 90 days": (lambda e: single_threaded(e, 90), 48),
    "single-threaded, 180 days": (lambda e: single_threaded(e, 180), 48),
    "single-threaded, a year": (lambda e: single_threaded(e, 365), 48),
    "reviews held, 90 days": (lambda e: reviews_held(e, 90), 0.5),
    "reviews held, a year": (lambda e: reviews_held(e, 365), 0.5),
    "accounts by manager": (
        lambda e: sorted(e.active["account_manager"].value_counts()),
        [16, 16, 16, 16, 16],
    ),
    "accounts with a sponsor": (
        lambda e: list(e.active.index[e.active["executive_sponsor"].notna()]),
        [f"R-{n:03d}" for n in range(1, 6)],
    ),
    "accounts without usage": (
        lambda e: len(set(e.active.index) - set(e.tables["usage"]["account_id"])),
        24,
    ),
}


@pytest.mark.parametrize("what", FIGURES)
def test_the_figure_is_that_of_the_filled_example(example: Example, what: str) -> None:
    compute, expected = FIGURES[what]
    found = compute(example)
    if isinstance(expected, float | int) and not isinstance(expected, bool):
        assert found == pytest.approx(expected)
    else:
        assert found == expected


def test_a_score_by_thresholds_gives_the_planted_colours(
    example: Example, colours: pd.DataFrame
) -> None:
    score = signals(example).mean(axis=1)
    colour = pd.Series("red", index=score.index).mask(score >= 50, "yellow")
    colour = colour.mask(score >= 80, "green")
    assert (colour == colours["colour"].reindex(colour.index)).all()
    table = pd.crosstab(example.active["tier"], colour)[["green", "yellow", "red"]]
    assert table.to_numpy().tolist() == [[7, 2, 1], [18, 8, 4], [25, 12, 3]]


def test_scores_stand_well_apart_between_colours(example: Example, colours: pd.DataFrame) -> None:
    score = signals(example).mean(axis=1).groupby(colours["colour"])
    assert score.min()["green"] == 100
    assert score.max()["yellow"] <= 75
    assert score.min()["yellow"] >= 60
    assert score.max()["red"] <= 40


def test_eight_accounts_worth_3_2_million_are_at_risk_for_the_planted_causes(
    example: Example, colours: pd.DataFrame
) -> None:
    red = colours.index[colours["colour"] == "red"]
    assert example.values[red].sum() == pytest.approx(3_200_000)
    causes = pd.Series("none", index=example.active.index)
    causes[usage_change(example) <= -0.2] = "declining usage"
    causes[latest_satisfaction(example) < 7] = "low satisfaction"
    causes[champion_left(example)] = "champion left"
    found = causes[causes != "none"]
    assert found.value_counts().to_dict() == {
        "declining usage": 5,
        "low satisfaction": 2,
        "champion left": 1,
    }
    assert found.sort_index().to_dict() == colours.loc[red, "cause"].sort_index().to_dict()


def test_three_of_the_renewals_due_are_at_risk(example: Example, colours: pd.DataFrame) -> None:
    due = due_in_90_days(example)["account_id"]
    assert (colours.loc[due, "colour"] == "red").sum() == 3


TOP_FIVE = {
    "A": {
        ("CIO", "economic buyer", 30),
        ("IT director", "champion", 7),
        ("Planner", "end user", 91),
    },
    "B": {
        ("CFO", "economic buyer", 91),
        ("VP Operations", "champion", 14),
        ("CSO", "influencer", None),
    },
    "C": {
        ("CEO", "executive sponsor", 91),
        ("CMO", "economic buyer", 30),
        ("Team lead", "end user", 14),
    },
    "D": {("IT manager", "influencer", 30)},
    "E": {
        ("VP Operations", "economic buyer", 30),
        ("Analyst", "end user", 7),
        ("Director of operations (promoted in August)", "champion", 30),
    },
}


@pytest.mark.parametrize("letter", TOP_FIVE)
def test_the_top_five_have_the_stakeholders_of_the_example(example: Example, letter: str) -> None:
    contacts = example.tables["contacts"]
    mine = contacts[contacts["account_id"] == example.id_of(letter)]
    found = {
        (row.title, row.role, None if pd.isna(row.cadence_days) else int(row.cadence_days))
        for row in mine.itertuples()
    }
    assert found == TOP_FIVE[letter]
    assert len(mine) == {"A": 4, "B": 3, "C": 5, "D": 1, "E": 4}[letter]


def test_nobody_of_rank_was_ever_met_at_account_d(example: Example) -> None:
    met = example.tables["interactions"]
    assert not met.loc[met["account_id"] == example.id_of("D"), "executive_present"].any()


def test_retention_is_short_of_its_targets_but_sane(example: Example) -> None:
    """Yearly value a year ago against now, account by account (GRR capped at each account)."""
    contracts = example.tables["contracts"]
    then = NOW - pd.DateOffset(years=1)
    in_force = contracts["start_date"].le(then) & contracts["end_date"].ge(then)
    before = contracts[in_force].groupby("account_id")["annual_value"].sum()
    now = example.values.reindex(before.index, fill_value=0)
    net, gross = now.sum() / before.sum(), now.clip(upper=before).sum() / before.sum()
    assert 1.0 < net < 1.2
    assert 0.9 < gross < 0.95


def test_half_of_the_promises_of_the_last_review_were_kept(example: Example) -> None:
    actions = example.tables["actions"]
    assert (len(actions), int(actions["done_date"].notna().sum())) == (9, 5)


def test_assessed_scores_have_the_means_of_the_example(example: Example) -> None:
    answers = example.tables["attestations"]
    latest = answers[answers["item"].str.startswith("readiness.")].sort_values("date")
    latest = latest.groupby("item")["status"].last().astype(float)
    dimensions = latest.groupby(latest.index.str.split(".").str[1]).mean()
    assert dimensions.tolist() == [3, 2, 3, 3, 4, 3]
