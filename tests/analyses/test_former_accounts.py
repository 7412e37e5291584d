"""Who left and why, who came back, who is worth a call, who could speak for us."""

from __future__ import annotations

import pandas as pd
import pytest

from portfolio_lib.analyses.leaving_reasons import cause_of_words
from portfolio_lib.analyses.return_rates import Leaving, departures, return_rates, with_chance
from portfolio_lib.parameters.churn_models import ChurnPage
from portfolio_lib.parameters.former_models import REASON_WORDS, FormerAccountsPage
from tests.analyses.formers import Held, ago, former, stays
from tests.analyses.portfolios import AS_OF, Client, unit

RULE = Leaving("not_renewed", 30)
PAGE = FormerAccountsPage(return_within_days=365, gone_for_days=(182,), least_departures=2)


def left_and_back(name: str, left: int, back: int | None) -> Held:
    runs = [(left + 400, left)] if back is None else [(left + 400, left), (back, 0)]
    return Held(Client(name, 0 if back is None else 10, active=back is not None), runs)


ALIKE = [Held(Client(f"x{n}", 10), [(900, 0)]) for n in range(3)]
LEFT = [
    *ALIKE,
    left_and_back("a", 800, 700),  # gone for 100 days
    left_and_back("b", 800, 500),  # gone for 300 days
    left_and_back("c", 800, None),
    left_and_back("d", 100, None),  # too lately to have a year behind it
    left_and_back("e", 20, None),  # within the grace days: not gone
]


def test_departures_by_hand() -> None:
    left = departures(stays(LEFT), AS_OF, RULE)
    assert left["account_id"].tolist() == ["a", "b", "c", "d"]
    assert left["days_gone"].tolist() == [100, 300, 800, 100]


def test_a_coming_term_that_is_signed_is_no_departure() -> None:
    coming = Held(Client("f", 10), [(400, 40), (-5, -300)])
    assert departures(stays([coming]), AS_OF, RULE).empty


def test_return_rates_by_hand() -> None:
    rates = return_rates(departures(stays(LEFT), AS_OF, RULE), AS_OF, RULE, PAGE)
    # Gone for 30 days with a year behind: a, b, c; a and b came back by day 395.
    # Gone for 182 days: b and c; b came back on day 300.
    assert rates["from_days"].tolist() == [30, 182]
    assert rates["departures"].tolist() == [3, 2]
    assert rates["returned"].tolist() == [2, 1]
    assert rates["rate"].tolist() == pytest.approx([2 / 3, 1 / 2])
    assert (rates["low"] < rates["rate"]).all()
    assert (rates["rate"] < rates["high"]).all()
    gone = pd.DataFrame({"days_gone": [31, 181, 182, 4000]})
    assert with_chance(gone, rates)["chance"].tolist() == pytest.approx([2 / 3, 2 / 3, 0.5, 0.5])


def test_too_few_departures_give_no_chance_and_no_worth() -> None:
    found = former(LEFT)
    assert found.rates["rate"].isna().all()
    reason = found.figures["former_accounts.return_after_30_days"].reason
    assert reason == "needs 10 past departures whose 365 days are over; this unit has 3"
    assert found.figures["former_accounts.worth"].reason.startswith("too few past departures")


def test_worth_is_value_times_chance() -> None:
    found = former(LEFT, unit(former_accounts=PAGE))
    row = found.winnable.set_index("account_id").loc["d"]
    assert (row["value"], row["chance"]) == (100.0, pytest.approx(2 / 3))
    assert row["worth"] == pytest.approx(100 * 2 / 3)
    # c has been gone for 800 days, longer than the 730 of the list.
    assert found.winnable["account_id"].tolist() == ["d"]
    assert found.figures["former_accounts.former"].value == 2


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("New management chose another supplier", "champion_left"),
        ("Problems took too long to solve", "service_failures"),
        ("Too few people used it", "declining_usage"),
        ("Price", None),
        (None, None),
    ],
)
def test_recorded_words_point_to_a_cause(said: str | None, cause: str | None) -> None:
    assert cause_of_words(said, {str(k): v for k, v in REASON_WORDS.items()}) == cause


def test_reasons_come_from_the_record_then_from_what_was_seen() -> None:
    gone = [(500, 100)]
    seen = {"satisfaction": 3.0, "satisfaction_days_since": 365.0}
    held = [
        *ALIKE,
        Held(Client("a", active=False), gone, end_reason="Price", features=seen),
        Held(Client("b", active=False), gone, features=seen),
        Held(Client("c", active=False), gone),
        Held(Client("d", active=False), gone, end_reason="Went bankrupt"),
    ]
    deals = pd.DataFrame(
        {"account_id": ["c"], "outcome": ["lost"], "close_date": [ago(150)],
         "loss_reason": ["rival"]}
    )  # fmt: skip
    rows = former(held, opportunities=deals).gone.set_index("account_id")
    assert rows["reason"].to_dict() == {
        "a": "Price",
        "b": "Low satisfaction",
        "c": "Competitor seen",
        "d": "Went bankrupt",
    }
    assert rows.loc["a", "seen"] == "satisfaction is 3.0 of 10"
    assert rows["reason_from"].tolist() == ["recorded", "seen", "seen", "recorded"]
    # A price needs no question why; the answer to low satisfaction comes first.
    assert rows.loc["a", "next_step"] == "Win the client back"
    assert rows.loc["b", "next_step"].startswith("Hear them out")
    assert not rows.loc["d", "winnable"]


def test_fit_is_counted_against_active_clients() -> None:
    active = [Held(Client(f"x{n}", 10), [(900, 0)], employees=100.0 + n) for n in range(6)]
    small = Held(Client("small", active=False), [(500, 100)], employees=2.0)
    other = Held(Client("other", active=False, industry="Mining"), [(500, 100)], employees=103.0)
    rows = former([*active, small, other]).gone.set_index("account_id")
    assert rows.loc["small", ["fits_size", "fit_known"]].tolist() == [0.0, 2]
    assert rows.loc["other", ["fits_group", "fits_size", "alike"]].tolist() == [0.0, 1.0, 0]


def test_silent_clients_are_former_only_when_inactive() -> None:
    held = [Held(Client("a", 10), [(500, 100)]), Held(Client("b", active=False), [(900, 400)])]
    found = former(held, unit(churn=ChurnPage()), event="no_purchase")
    assert found.rule.after_days == 365
    assert found.gone["account_id"].tolist() == ["b"]


def test_advocates_show_three_signs_and_are_content() -> None:
    happy = {"satisfaction": 9.0, "satisfaction_days_since": 30.0, "terms_in_force": 1.0}
    held = [
        Held(Client("a", 120, 100), [(900, 0)], features=happy),
        Held(Client("b", 120, 100), [(900, 0)], features={**happy, "satisfaction": 6.0}),
        Held(Client("c", 120, 100), [(900, 0)], features={**happy, "satisfaction": 8.0}),
        Held(Client("d", 100, 100), [(900, 0)], features=happy, days=400),
        Held(Client("e", 50, 50), [(900, 0)], referred_by="c"),
        Held(Client("f", 50, 50), [(900, 0)], referred_by="b"),
    ]
    found = former(held)
    # b refers and grows but is not content; d is neither long nor growing.
    assert found.advocates["account_id"].tolist() == ["a", "c"]
    assert found.advocates["referred"].tolist() == [0, 1]


def test_an_old_answer_is_no_trace_of_a_departure() -> None:
    old = {"satisfaction": 3.0, "satisfaction_days_since": 366.0}
    told = {"nps_score": 2.0, "nps_days_since": 40.0}
    held = [
        *ALIKE,
        Held(Client("a", active=False), [(500, 100)], features=old),
        Held(Client("b", active=False), [(500, 100)], features={**old, **told}),
        Held(Client("c", active=False), [(500, 100)], features={"nps_score": 2.0}),
    ]
    rows = former(held).gone.set_index("account_id")
    assert rows["reason_from"].to_dict() == {"a": "nothing", "b": "seen", "c": "nothing"}
    assert rows.loc["b", "seen"] == "would recommend us with 2 of 10"


def test_nobody_speaks_for_us_by_an_old_answer() -> None:
    long = {"terms_in_force": 1.0}
    old = {**long, "satisfaction": 4.0, "satisfaction_days_since": 400.0}

    def grown(name: str, features: dict[str, float]) -> Held:
        return Held(Client(name, 120, 100), [(900, 0)], features=features)

    held = [
        # The old complaint is set aside by a newer word, and only by a newer one.
        grown("newer", {**old, "nps_score": 10.0, "nps_days_since": 30.0}),
        grown("older", {**old, "nps_score": 10.0, "nps_days_since": 500.0}),
        grown("year", {**long, "nps_score": 9.0, "nps_days_since": 365.0}),
        grown("past", {**long, "nps_score": 9.0, "nps_days_since": 366.0}),
        # The newest word counts, whichever question it answers; of one day, satisfaction.
        grown("cooled", {**long, "satisfaction": 9.5, "satisfaction_days_since": 200.0,
                         "nps_score": 3.0, "nps_days_since": 10.0}),
        grown("same", {**long, "satisfaction": 9.5, "satisfaction_days_since": 10.0,
                       "nps_score": 3.0, "nps_days_since": 10.0}),
    ]  # fmt: skip
    found = former(held)
    assert set(found.advocates["account_id"]) == {"newer", "year", "same"}
    assert found.advocates.set_index("account_id").loc["newer", "last_score"] == 10.0


def test_old_answers_alone_do_not_tell_who_could_speak() -> None:
    old = {"nps_score": 10.0, "nps_days_since": 366.0}
    held = [Held(Client(name, 120, 100), [(900, 0)], features=old) for name in "ab"]
    figure = former(held).figures["former_accounts.advocates"]
    assert str(figure.reason).startswith("no answer of the last year and no referral")


def test_shuffled_rows_change_nothing() -> None:
    straight, mixed = former(LEFT), former(LEFT, mixed=3)
    pd.testing.assert_frame_equal(straight.gone, mixed.gone)
    pd.testing.assert_frame_equal(straight.winnable, mixed.winnable)
    assert straight.figures == mixed.figures


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("held", [[], [Held(Client("a", 10), [(900, 0)])]])
def test_units_without_former_clients_say_so(held: list[Held]) -> None:
    found = former(held)
    expected = "no former client is known" if held else "no account was known on 30 September 2026"
    assert found.figures["former_accounts.worth"].reason == expected
    assert found.gone.empty
    assert found.reasons.empty
