"""What the pages Satisfaction, and Issues and service levels say."""

from __future__ import annotations

import pandas as pd
import pytest

from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.pieces.pages import satisfaction, satisfaction_words, service, service_causes
from portfolio_lib.pieces.pages import service_words as said
from portfolio_lib.pieces.piece import Piece
from tests.analyses.services import Answer, Issue, satisfaction_of, service_of, settings
from tests.pieces.pages.whole import HOSTILE, check


def answer_pieces(
    answers: list[Answer] | None, parameters: UnitParameters | None = None, **more: object
) -> list[Piece]:
    found = satisfaction_of(answers, parameters, **more)
    return [
        satisfaction.cards(found),
        satisfaction.measures(found),
        satisfaction.trend(found),
        satisfaction.groups(found),
        satisfaction.unhappy(found),
        satisfaction.comments(found),
    ]


def issue_pieces(
    issues: list[Issue] | None, parameters: UnitParameters | None = None, **more: object
) -> list[Piece]:
    found = service_of(issues, parameters, **more)
    pieces = [
        service.cards(found),
        service.open_issues(found),
        service.severities(found),
        service.trend(found),
        service.groups(found),
        service_causes.themes(found),
        service_causes.texts(found),
        service_causes.repeats(found),
        service_causes.churn(found),
    ]
    return [piece for piece in pieces if piece is not None]


KINDS = ("NPS", "CSAT", "satisfaction")
BUSY_ANSWERS = [
    Answer(f"a{n % 8}", float(n % 11), KINDS[n % 3], n * 9, f"p{n % 5}", comment=f"word {n}")
    for n in range(90)
]
BUSY_ISSUES = [
    Issue(
        f"a{n % 8}",
        n * 7,
        ("P1", "P2", "P3", "P4", None)[n % 5],
        answered=None if n % 9 == 0 else n % 30,
        solved=None if n < 6 else n * 3.0,
        theme=("billing", "login", None)[n % 3],
        owner=("Ann", "Bob", None)[n % 3],
        cause=("old part", None)[n % 2],
        escalated=5.0 if n % 10 == 0 else None,
    )
    for n in range(110)
]


@pytest.mark.parametrize(
    ("answers", "ids"),
    [
        (None, []),
        (None, ["a"]),
        ([], ["a"]),
        ([Answer("a", None)], ["a"]),
        ([Answer("a", 9.0)], ["a"]),
        ([Answer("a", 5.0, "CSAT", scale=5.0)], ["a", "b", "c"]),
        ([Answer("a", 99.0)], ["a"]),
        ([Answer("a", 9.0, days_ago=500)], ["a"]),
        (BUSY_ANSWERS, [f"a{n}" for n in range(8)]),
    ],
)
def test_whatever_was_answered_makes_a_whole_page(
    answers: list[Answer] | None, ids: list[str]
) -> None:
    check(answer_pieces(answers, ids=ids))


@pytest.mark.parametrize(
    ("issues", "ids", "promised"),
    [
        (None, ["a"], True),
        ([], [], True),
        ([Issue("a", 3)], ["a"], True),
        ([Issue("a", 1, None, None, None, None, None)], ["a", "b", "c"], True),
        ([Issue("a", 500)], ["a"], True),
        (BUSY_ISSUES, [f"a{n}" for n in range(8)], False),
        (BUSY_ISSUES, [f"a{n}" for n in range(8)], True),
    ],
)
def test_whatever_was_raised_makes_a_whole_page(
    issues: list[Issue] | None, ids: list[str], promised: bool
) -> None:
    check(issue_pieces(issues, ids=ids, promised=promised))


def test_hostile_words_are_text_and_two_runs_give_the_same_bytes() -> None:
    ids = [f"a{n}" for n in range(len(HOSTILE))]
    names = dict(zip(ids, HOSTILE, strict=True))
    answers = [
        Answer(one, 3.0, contact=None, comment=f"{name} {name}") for one, name in names.items()
    ]
    issues = [
        Issue(one, 20 + n, "P1", solved=None, theme=name, owner=name, status=name, cause=name)
        for n in range(3)
        for one, name in names.items()
    ]
    pieces = [*answer_pieces(answers, names=names), *issue_pieces(issues, names=names)]
    check(pieces)
    again = [
        *answer_pieces(answers, names=names, shuffle=2),
        *issue_pieces(issues, names=names, shuffle=2),
    ]
    assert [piece.html for piece in pieces] == [piece.html for piece in again]


def test_free_texts_that_are_hostile_are_grouped_and_escaped() -> None:
    places = [f"{a}{b}place" for a in "abcdefgh" for b in "abcdef"]
    issues = [
        Issue("a", 5 + n, theme=f"<script>alert ribbon</script> {place}")
        for n, place in enumerate(places)
    ]
    pieces = issue_pieces(issues, settings(service={"text_groups": 2}))
    check(pieces)
    assert any("Groups of texts" in piece.text for piece in pieces)


def test_lists_are_capped_and_say_so() -> None:
    few = settings(
        {"comments_shown": 2, "accounts_shown": 2, "groups_shown": 1},
        {"issues_shown": 2, "groups_shown": 1},
    )
    comments = answer_pieces(BUSY_ANSWERS, few)[-1]
    assert "2 of 90 are shown" in comments.html
    log = issue_pieces(BUSY_ISSUES, few)[1]
    assert "2 of 6 are shown" in log.html


def test_a_missing_table_is_named_in_every_exhibit() -> None:
    for piece in answer_pieces(None, ids=["a"])[1:]:
        assert "No answers are known; hand in table surveys." in piece.text
    for piece in issue_pieces(None, ids=["a"])[1:]:
        assert "No issues are known; hand in table issues." in piece.text


class TestSatisfactionHeadlines:
    def test_measures_meet_or_miss_the_target(self) -> None:
        def told(score: float) -> str:
            return satisfaction_words.measures_headline(
                satisfaction_of([Answer("a", score, "satisfaction"), Answer("a", 9.0)])
            )

        assert told(9.0) == "Satisfaction of 9.0 meets its target of 8.5; the NPS is +100"
        assert told(8.0) == "Satisfaction of 8.0 misses its target of 8.5; the NPS is +100"
        assert told(8.47).startswith("Satisfaction of 8.5 is just short of its target of 8.50")

    def test_one_measure_alone_is_said_alone(self) -> None:
        headline = satisfaction_words.measures_headline
        assert headline(satisfaction_of([Answer("a", 2.0)])) == "The NPS is −100"
        csat = [Answer("a", 4.0, "CSAT", scale=5.0), Answer("a", 1.0, "CSAT", scale=5.0)]
        assert headline(satisfaction_of(csat)) == "50% of answers are satisfied ones"
        assert headline(satisfaction_of([])) == "Satisfaction is not computable"

    def test_the_trend_is_in_line_unless_the_intervals_tell(self) -> None:
        def rated(score: float, days: int) -> list[Answer]:
            return [Answer(f"a{n}", score + n % 2, "satisfaction", days) for n in range(8)]

        trend = satisfaction_words.trend_headline
        down = satisfaction_of([*rated(8.0, 370), *rated(4.0, 5)])
        quarter = "Satisfaction in the quarter to September 2026 is"
        assert trend(down) == f"{quarter} 4.5, down from 8.5 a year before"
        same = satisfaction_of([*rated(8.0, 370), *rated(8.1, 5)])
        assert trend(same) == f"{quarter} 8.6, in line with a year before (8.5)"
        assert trend(satisfaction_of(rated(8.0, 5))) == f"{quarter} 8.5"

    def test_groups_name_the_lowest_or_none(self) -> None:
        good = [Answer(f"a{n}", 9.0 + n % 2, "satisfaction") for n in range(8)]
        bad = [Answer(f"b{n}", 3.0 + n % 2, "satisfaction") for n in range(8)]
        managers = {a.account: "Bob" if a.account[0] == "b" else "Ann" for a in [*good, *bad]}
        headline = satisfaction_words.groups_headline
        found = satisfaction_of([*good, *bad], managers=managers)
        assert headline(found) == "Bob is the least satisfied group: 3.5 of 10"
        assert headline(satisfaction_of(good)) == (
            "No group of clients is clearly less satisfied than the others"
        )
        assert "too few answers" in headline(satisfaction_of(good[:2]))

    def test_unhappy_clients_are_counted_with_their_money(self) -> None:
        headline = satisfaction_words.unhappy_headline
        assert headline(satisfaction_of([Answer("a", 3.0)])) == (
            "1 client is unhappy; it brings £100 a year"
        )
        assert headline(satisfaction_of([Answer("a", 8.0)])).startswith("No client that answered")
        assert headline(satisfaction_of(None, ids=["a"])) == "Unhappy clients are not known"


class TestServiceHeadlines:
    def test_open_issues_in_one_sentence(self) -> None:
        late, near = Issue("a", 9, "P1", solved=None), Issue("a", 1, "P4", solved=None)
        headline = said.open_headline
        assert headline(service_of([late])) == "1 issue is open: urgent, past its promised time"
        assert headline(service_of([late, near])) == (
            "2 issues are open, 1 of them urgent; 1 past the promised time"
        )
        assert headline(service_of([near, near])) == (
            "2 issues are open, none of them urgent; none is past its time"
        )
        assert headline(service_of([Issue("a", 9)])) == "No issue is open"

    def test_compliance_names_the_severity_kept_least(self) -> None:
        issues = [Issue("a", 30 + n, "P1", solved=90.0 if n < 5 else 1.0) for n in range(20)]
        issues += [Issue("a", 30 + n, "P4") for n in range(20)]
        headline = said.compliance_headline
        assert headline(service_of(issues)) == (
            "88% of issues keep their promised times; P1 is lowest at 75%"
        )
        aimed = settings(service={"compliance_target": 0.9})
        assert headline(service_of(issues, aimed)).startswith(
            "88% of issues in time miss the target of 90%"
        )

    def test_repeats_stand_beside_chance(self) -> None:
        issues = [Issue("a", 10 + n, theme="x") for n in range(4)] + [Issue("b", 5, theme="y")]
        # x 4/5, y 1/5; before: 0, 1, 2, 3 issues: Σ q [1 − (1 − q)^m] = 0.68 + 0.84 + 0.8912.
        found = service_of(issues)
        assert found.figures["service.repeats_by_chance"].value == pytest.approx(2.4112)
        assert said.repeats_headline(found) == (
            "3 issues repeat an earlier one of the same client; about 2 would by chance"
        )

    def test_losses_are_an_association_and_unclear_where_the_interval_holds_one(self) -> None:
        ids = [f"w{n:03d}" for n in range(40)] + [f"n{n:03d}" for n in range(40)]
        issues = [Issue(one, 395, "P1") for one in ids[:40]] + [Issue("n000", 900)]

        def told(with_: int, without: int) -> str:
            table = pd.DataFrame(
                {
                    "account_id": ids,
                    "snapshot_date": pd.Timestamp("2025-09-30"),
                    "horizon_end": pd.Timestamp("2026-03-30"),
                    "at_risk": True,
                    "observed": True,
                    "churned": [n % 40 < (with_ if n < 40 else without) for n in range(80)],
                }
            )
            found = service_of(issues, ids=sorted(ids), outcomes=table)
            assert "not a cause" in said.churn_note(found)
            return said.churn_headline(found)

        assert told(20, 5) == (
            "Clients with urgent issues were lost more often: 4.0 times as often as others"
        )
        assert told(6, 5).endswith("1.2 times as often: no clear difference")
        assert told(1, 1) == "Issues and later losses cannot be compared"
