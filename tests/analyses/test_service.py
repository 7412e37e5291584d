"""Promises checked again, open issues, themes, repeats, texts, and who leaves."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import Phase, given
from hypothesis import settings as trials
from hypothesis import strategies as st
from pydantic import ValidationError

from portfolio_lib.analyses.issue_promises import judge_issues
from portfolio_lib.analyses.issue_themes import is_repeat, repeats_by_chance, spelled_alike
from portfolio_lib.analyses.issues_and_churn import separate_days
from portfolio_lib.parameters.service_models import ServicePage
from tests.analyses.portfolios import AS_OF
from tests.analyses.services import Issue, issue_frames, service_of, settings

PAGE = ServicePage()


def value(found: object, key: str) -> object:
    return found.figures[f"service.{key}"].value


def judged(*issues: Issue, as_of: dt.date = AS_OF) -> pd.DataFrame:
    table, clocks = issue_frames(issues)
    return judge_issues(clocks, table, as_of, PAGE.closed_words)


class TestPromises:
    """P3 is promised an answer in 8 hours and a solution in 120; issues are opened at noon."""

    @pytest.mark.parametrize(
        ("issue", "response", "resolution", "promise"),
        [
            (Issue("a", 30), "met", "met", "met"),
            (Issue("a", 30, answered=8.0, solved=120.0), "met", "met", "met"),
            (Issue("a", 30, answered=8.1), "breached", "met", "breached"),
            (Issue("a", 30, solved=120.1), "met", "breached", "breached"),
            (Issue("a", 30, solved=None), "met", "breached", "breached"),
            (Issue("a", 5, solved=None), "met", "breached", "breached"),
            (Issue("a", 4, solved=None), "met", "pending", "pending"),
            (Issue("a", 0, answered=None, solved=None), "breached", "pending", "breached"),
            (Issue("a", 30, answered=None, solved=7.0), "met", "met", "met"),
            (Issue("a", 30, answered=None, solved=9.0), "breached", "met", "breached"),
            (Issue("a", 30, severity=None), "no promise", "no promise", "no promise"),
            (Issue("a", 30, solved=None, status=" Closed "), "met", "not recorded",
             "not recorded"),
            (Issue("a", 30, answered=9.0, solved=None, status="closed"), "breached",
             "not recorded", "breached"),
        ],
    )  # fmt: skip
    def test_one_issue(self, issue: Issue, response: str, resolution: str, promise: str) -> None:
        row = judged(issue).iloc[0]
        assert tuple(row[["response", "resolution", "promise"]]) == (response, resolution, promise)

    def test_what_is_due_on_the_review_date_is_due(self) -> None:
        # Opened five days before at noon, due at noon of the review date: missed by its end.
        due = judged(Issue("a", 5, solved=None))
        assert due["resolution_due_at"].iloc[0] == pd.Timestamp(AS_OF) + pd.Timedelta(hours=12)
        before = judged(Issue("a", 5, solved=None), as_of=AS_OF - dt.timedelta(days=1))
        assert before["resolution"].tolist() == ["pending"]

    def test_an_issue_closed_without_a_time_is_neither_open_nor_kept(self) -> None:
        rows = judged(Issue("a", 30, solved=None, status="closed"), Issue("a", 3, solved=None))
        assert rows["is_open"].tolist() == [False, True]
        assert rows["age_days"].tolist() == [30, 3]

    def test_compliance_counts_met_and_breached_alone(self) -> None:
        # 17 met, 3 breached, 2 pending, 1 without promise: 17 ÷ 20.
        issues = [Issue("a", 30 + n) for n in range(17)]
        issues += [Issue("a", 30 + n, solved=200.0) for n in range(3)]
        issues += [Issue("a", 1, solved=None)] * 2 + [Issue("a", 9, severity=None)]
        found = service_of(issues)
        figure = found.figures["service.compliance"]
        assert (figure.value, figure.n) == (0.85, 20)
        assert (value(found, "pending"), value(found, "no_promise")) == (2, 1)
        assert (value(found, "response_compliance"), value(found, "resolution_compliance")) == (
            1.0,
            0.85,
        )
        row = found.compliance.set_index("severity").loc["P3"]
        assert row[["issues", "met", "breached", "pending"]].tolist() == [22, 17, 3, 2]
        assert (row["response_hours"], row["resolution_hours"]) == ("8", "120")
        assert found.accounts["compliance"].tolist() == [0.85]
        assert found.accounts["breaches_12m"].tolist() == [3]

    def test_rates_of_few_issues_are_left_out_of_tables(self) -> None:
        found = service_of([Issue("a", 30 + n) for n in range(9)])
        assert math.isnan(found.compliance["compliance"].iloc[0])
        assert found.groups["reading"].unique().tolist() == ["too few to say"]
        assert value(found, "compliance") == 1.0

    def test_an_owner_who_misses_clearly_more_is_below(self) -> None:
        issues = [Issue("a", 30 + n, owner="Ann") for n in range(40)]
        issues += [
            Issue("a", 30 + n, owner="Bob", solved=200.0 if n % 2 else 2.0) for n in range(40)
        ]
        rows = service_of(issues).groups.set_index("group")
        assert rows.loc[["Ann", "Bob"], "reading"].tolist() == ["above", "below"]
        lonely = service_of([*issues[:40], Issue("a", 9, owner="Cy", solved=200.0)])
        told = lonely.groups.set_index("group")["reading"]
        assert told[["Ann", "Cy"]].tolist() == ["in line", "too few to say"]

    def test_quarters_count_issues_by_their_opening(self) -> None:
        # 92 days ago is 30 June: the quarter to June; 91 days ago is 1 July.
        found = service_of([Issue("a", 92), Issue("a", 91), Issue("a", 1, solved=None)])
        assert found.quarters["issues"].tolist() == [1, 2]
        assert found.quarters["pending"].tolist() == [0, 1]

    def test_the_year_before_stands_beside(self) -> None:
        issues = [Issue("a", 364), Issue("a", 365, solved=200.0), Issue("a", 366)]
        figure = service_of(issues).figures["service.compliance"]
        assert (figure.value, figure.previous) == (1.0, 0.5)


class TestOpenIssues:
    ISSUES = (
        Issue("a", 2, "P1", solved=None, escalated=20.0),
        Issue("b", 3, "P2", solved=None),
        Issue("b", 1, "P2", solved=None),
        Issue("c", 1, "P4", solved=None),
        Issue("c", 90, "P3"),
    )

    def test_the_log_is_gravest_first_then_missed_then_oldest(self) -> None:
        log = service_of(self.ISSUES).open_issues
        assert log["issue_id"].tolist() == ["I-0000", "I-0001", "I-0002", "I-0003"]
        assert log["promise"].tolist() == ["breached", "breached", "pending", "pending"]

    def test_figures_of_open_issues(self) -> None:
        found = service_of(self.ISSUES)
        told = {key: value(found, key) for key in ("open_issues", "open_urgent", "open_breached")}
        assert told == {"open_issues": 4, "open_urgent": 3, "open_breached": 2}
        assert value(found, "open_urgent_revenue") == 100.0 + 99.0  # clients a and b
        assert value(found, "open_age") == 1.5  # 1, 1, 2, 3
        assert (value(found, "escalated"), value(found, "escalated_open")) == (1, 1)
        rows = found.accounts.set_index("account_id")
        assert rows["open_urgent"].to_dict() == {"a": 1, "b": 2, "c": 0}


class TestThemes:
    def test_spellings_are_one_and_recurring_themes_are_those_of_many_clients(self) -> None:
        issues = [Issue(one, 20 + n, theme="Data import") for n, one in enumerate("abc")]
        issues += [Issue("d", 9, theme=" data  IMPORT"), Issue("a", 400, theme="data import")]
        issues += [Issue("a", 8, theme="billing")] * 5 + [Issue("a", 7, theme=None)]
        found = service_of(issues)
        assert found.themes["theme"].tolist() == ["Data import", "billing"]
        assert found.themes["accounts"].tolist() == [4, 1]
        assert found.themes["issues_before"].tolist() == [1, 0]
        assert (value(found, "recurring_themes"), value(found, "without_theme")) == (1, 1)

    def test_ties_of_spelling_go_by_alphabet(self) -> None:
        assert spelled_alike(pd.Series(["b X", "B x"])).tolist() == ["B x", "B x"]
        assert spelled_alike(pd.Series([None, " "], dtype="str")).tolist() == [None, None]

    def test_a_repeat_follows_one_of_the_same_client_and_theme(self) -> None:
        issues = [
            Issue("a", 200, theme="x"),
            Issue("a", 110, theme="x"),  # 90 days after the first
            Issue("a", 19, theme="x"),  # 91 days after the second
            Issue("a", 18, theme="y"),
            Issue("b", 17, theme="x"),
        ]
        found = service_of(issues)
        assert found.log["is_repeat"].tolist() == [False, True, False, False, False]
        assert value(found, "repeat_share") == pytest.approx(1 / 5)
        row = found.repeats.iloc[0]
        assert (row["account_id"], row["theme"], row["repeats"], row["issues"]) == ("a", "x", 1, 3)

    def test_repeats_by_chance_by_hand(self) -> None:
        # Two themes, half each. Third issue: two before it, 1 − (1/2)² = 3/4; second: 1/2.
        rows = pd.DataFrame(
            {
                "issue_id": list("123456"),
                "account_id": ["a"] * 3 + ["b"] * 3,
                "theme": ["x", "x", "x", "y", "y", "y"],
                "opened_at": pd.to_datetime(["2026-09-01", "2026-09-02", "2026-09-03"] * 2),
            }
        )
        everything = pd.Series(True, index=rows.index)
        assert repeats_by_chance(rows, everything, 90) == pytest.approx(2 * (0.5 + 0.75))
        assert is_repeat(rows, 90).sum() == 4  # as much as the clients stick to their themes
        assert repeats_by_chance(rows, ~everything, 90) == 0.0

    def test_root_causes_are_counted_and_missing_ones_too(self) -> None:
        issues = [Issue("a", 9, cause="old part"), Issue("b", 8, cause="Old part", solved=200.0)]
        issues += [Issue("a", 7), Issue("a", 2, solved=None)]
        found = service_of(issues)
        row = found.root_causes.iloc[0]
        assert row[["issues", "accounts", "breached"]].tolist() == [2, 2, 1]
        assert value(found, "root_cause_share") == pytest.approx(2 / 3)


KINDS = (
    ("printer ribbon jammed near tray {}", "ribbon"),
    ("password reset mail never arrives for {}", "password"),
    ("invoice total differs from order {}", "invoice"),
)
PLACES = (
    *("alder", "birch", "cedar", "dogwood", "elm", "fir", "gorse", "hazel", "iris", "juniper"),
    *("kale", "larch", "maple", "nettle", "oak", "poplar", "quince", "rowan", "spruce", "thyme"),
)


class TestTexts:
    ISSUES = tuple(
        Issue("abc"[n % 3], 10 + n, theme=kind.format(place))
        for n, place in enumerate(PLACES)
        for kind, _ in KINDS
    )

    def test_planted_groups_are_found_with_the_plain_count_beside(self) -> None:
        found = service_of(self.ISSUES, settings(service={"text_groups": 3}))
        groups = found.text_groups
        assert groups["issues"].tolist() == [20, 20, 20]
        for _, word in KINDS:
            assert groups["words"].str.contains(word).sum() == 1
        assert groups["first_word_in"].tolist() == [20, 20, 20]
        assert value(found, "text_groups") == 3
        assert 0.2 < value(found, "text_explained") <= 1

    def test_the_same_rows_in_another_order_give_the_same_groups(self) -> None:
        one, other = service_of(self.ISSUES), service_of(self.ISSUES, shuffle=3)
        pd.testing.assert_frame_equal(one.text_groups, other.text_groups)

    def test_few_different_texts_are_counted_and_not_grouped(self) -> None:
        found = service_of([Issue("a", n, theme="xy"[n % 2]) for n in range(60)])
        assert found.text_groups.empty
        assert "too few to group" in str(found.figures["service.text_groups"].reason)

    @pytest.mark.parametrize(
        "theme", ["\u05e9\u05dc\u05d5\u05dd {}", "=1+{}", "<b>{}</b>", "{} the a of"]
    )
    def test_texts_without_shared_words_are_said_to_be_so_or_grouped(self, theme: str) -> None:
        words = [f"{theme.format(a + b)}" for a in "qwrtzp" for b in "aeiouyqwrt"]
        found = service_of([Issue("a", 5, theme=word) for word in words])
        told = found.figures["service.text_groups"]
        assert (told.value is None) == found.text_groups.empty


class TestChurn:
    def outcomes(self, with_issue: int, lost_with: int, without: int, lost: int) -> pd.DataFrame:
        """Clients on 30 September 2025, their outcome known by the review date."""
        ids = [f"w{n:03d}" for n in range(with_issue)] + [f"n{n:03d}" for n in range(without)]
        left = [n < lost_with for n in range(with_issue)] + [n < lost for n in range(without)]
        return pd.DataFrame(
            {
                "account_id": ids,
                "snapshot_date": pd.Timestamp("2025-09-30"),
                "horizon_end": pd.Timestamp("2026-03-30"),
                "at_risk": True,
                "observed": True,
                "churned": left,
            }
        )

    def issues(self, with_issue: int) -> list[Issue]:
        urgent = [Issue(f"w{n:03d}", 365 + 30, "P1") for n in range(with_issue)]
        return [*urgent, Issue("n000", 900), Issue("n000", 365 + 20, "P3")]

    def test_the_relative_rate_by_hand(self) -> None:
        # 20 of 100 with, 20 of 200 without: twice as often; Katz 90 %: e^±(1.645 × √0.085).
        table = self.outcomes(100, 20, 200, 20)
        found = service_of(self.issues(100), ids=sorted(table["account_id"]), outcomes=table)
        figure = found.figures["service.churn_relative"]
        reach = math.exp(1.6448536 * math.sqrt(1 / 20 - 1 / 100 + 1 / 20 - 1 / 200))
        assert (figure.value, figure.n) == (pytest.approx(2.0), 300)
        assert figure.interval == pytest.approx((2 / reach, 2 * reach), rel=1e-5)
        assert "not a cause" in figure.definition
        assert value(found, "lost_with_urgent") == pytest.approx(0.2)
        assert value(found, "lost_without_urgent") == pytest.approx(0.1)

    def test_only_closed_outcomes_of_clients_at_risk_count(self) -> None:
        table = self.outcomes(100, 20, 200, 20)
        more = table.assign(account_id="x" + table["account_id"], observed=False, churned=None)
        gone = table.assign(account_id="y" + table["account_id"], at_risk=False)
        every = pd.concat([table, more, gone], ignore_index=True)
        found = service_of(self.issues(100), ids=sorted(table["account_id"]), outcomes=every)
        assert found.churn["accounts"].tolist() == [100, 200]

    def test_outcome_windows_do_not_overlap(self) -> None:
        days = pd.to_datetime(["2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"])
        rows = pd.DataFrame({"snapshot_date": days, "horizon_end": days + pd.Timedelta(days=184)})
        # 31 December, then the latest day whose window ends by then: 30 June (31 December).
        assert [str(day.date()) for day in separate_days(rows)] == ["2025-12-31", "2025-06-30"]

    def test_an_issue_after_the_snapshot_does_not_count(self) -> None:
        table = self.outcomes(10, 5, 20, 5)
        later = [*(Issue(f"w{n:03d}", 364, "P1") for n in range(10)), Issue("n000", 900)]
        found = service_of(later, ids=sorted(table["account_id"]), outcomes=table)
        assert found.churn["accounts"].tolist() == [0, 30]
        assert found.figures["service.churn_relative"].reason == (
            "every client had urgent issues, or none had"
        )

    @pytest.mark.parametrize(
        ("counts", "reason"),
        [
            ((10, 1, 20, 1), "only 2 clients were lost later; it takes 5"),
            ((10, 0, 20, 9), "all clients lost stand on one side: no relative rate"),
        ],
    )
    def test_too_few_losses_are_said_to_be_too_few(
        self, counts: tuple[int, int, int, int], reason: str
    ) -> None:
        table = self.outcomes(*counts)
        found = service_of(self.issues(10), ids=sorted(table["account_id"]), outcomes=table)
        assert found.figures["service.churn_relative"].reason == reason
        assert value(found, "lost_without_urgent") == pytest.approx(counts[3] / counts[2])
        assert len(found.churn) == 2

    def test_before_issues_were_recorded_nobody_is_without_issues(self) -> None:
        table = self.outcomes(10, 5, 20, 5)
        young = [Issue("w000", 365 + 30, "P1")]
        found = service_of(young, ids=sorted(table["account_id"]), outcomes=table)
        assert found.churn.empty
        assert "not yet recorded 90 days before" in str(
            found.figures["service.churn_relative"].reason
        )


class TestMissing:
    def test_without_the_table_every_figure_names_it(self) -> None:
        found = service_of(None, ids=["a"])
        assert {figure.reason for figure in found.figures.values()} == {
            "no issues are known; hand in table issues"
        }
        assert found.accounts["open_issues"].tolist() == [0]

    def test_a_rate_says_which_hours_counted(self) -> None:
        found = service_of([Issue("a", 30 + n, severity="P1") for n in range(3)])
        for name in ("compliance", "response_compliance", "compliance_p1"):
            assert found.figures[f"service.{name}"].policy == "table slas: elapsed hours"

    def test_without_promises_compliance_names_the_table(self) -> None:
        found = service_of([Issue("a", 9)], promised=False)
        assert "hand in table slas" in str(found.figures["service.compliance"].reason)
        assert value(found, "issues") == 1

    def test_nothing_decided_yet_is_not_100_per_cent(self) -> None:
        found = service_of([Issue("a", 0, solved=None)])
        assert "within its time" in str(found.figures["service.compliance"].reason)

    def test_words_that_close_an_issue_are_small(self) -> None:
        with pytest.raises(ValidationError, match="not in small letters"):
            ServicePage(closed_words=("Closed",))


ISSUES = st.lists(
    st.builds(
        Issue,
        account=st.sampled_from("ab"),
        days_ago=st.integers(0, 800),
        severity=st.sampled_from(["P1", "P4", None]),
        answered=st.none() | st.floats(0, 400),
        solved=st.none() | st.floats(0, 800),
        theme=st.none() | st.sampled_from(["x", "y"]),
        owner=st.none() | st.just("Desk"),
        status=st.none() | st.just("closed"),
        cause=st.none(),
        escalated=st.none(),
    ),
    max_size=10,
)


@trials(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(ISSUES)
def test_every_issue_has_one_state_and_order_changes_nothing(issues: list[Issue]) -> None:
    found = service_of(issues, ids=["a", "b"])
    states = ["met", "breached", "pending", "not_recorded", "no_promise"]
    assert found.compliance[states].sum(axis=1).tolist() == found.compliance["issues"].tolist()
    assert found.accounts["breaches_12m"].sum() == found.compliance["breached"].sum()
    again = service_of(issues, ids=["a", "b"], shuffle=1)
    assert again.figures == found.figures
    for name in ("accounts", "log", "groups", "quarters", "themes", "repeats"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name))
