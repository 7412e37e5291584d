"""Who is known and met: single threads, roles, departures, strength, reporting lines."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from portfolio_lib.analyses.people import NO_CONTACTS, NO_INTERACTIONS, NO_PERSON_NAMED
from portfolio_lib.analyses.relationship_strength import rule_in_words, strengths
from portfolio_lib.analyses.reporting_lines import reporting_lines
from portfolio_lib.analyses.stakeholders import Stakeholders
from portfolio_lib.parameters.relationship_models import StakeholdersPage, StrengthRule
from tests.analyses.portfolios import AS_OF
from tests.analyses.relations import Firm, Met, Person, World, stakeholders_of


def one_row(world: World) -> pd.Series:
    return stakeholders_of(world).accounts.iloc[0]


def value(world: World, key: str) -> object:
    return stakeholders_of(world).figures[f"stakeholders.{key}"].value


TWO = [Person("p", "a"), Person("q", "a", "economic buyer")]


class TestSingleThreads:
    def test_two_people_met_in_the_window_are_no_single_thread(self) -> None:
        row = one_row(World([Firm("a")], TWO, [Met("a", "p", 0), Met("a", "q", 179)]))
        assert (row["contacts_active"], row["single_threaded"]) == (2, False)

    def test_the_window_ends_after_180_days(self) -> None:
        row = one_row(World([Firm("a")], TWO, [Met("a", "p", 0), Met("a", "q", 180)]))
        assert (row["contacts_active"], row["single_threaded"]) == (1, True)

    def test_nearly_all_contacts_through_one_person_are_a_single_thread(self) -> None:
        # 4 of 5 are 80 %, not above; 5 of 6 are 83 %.
        even = [*(Met("a", "p", n) for n in range(4)), Met("a", "q", 9)]
        assert not one_row(World([Firm("a")], TWO, even))["single_threaded"]
        more = [*even, Met("a", "p", 8)]
        assert one_row(World([Firm("a")], TWO, more))["single_threaded"]
        lax = World([Firm("a")], TWO, more, page={"single_contact_share": None})
        assert not one_row(lax)["single_threaded"]

    def test_whoever_has_left_counts_no_more(self) -> None:
        people = [TWO[0], Person("q", "a", left=3)]
        row = one_row(World([Firm("a")], people, [Met("a", "p", 1), Met("a", "q", 5)]))
        assert (row["contacts_known"], row["contacts_active"]) == (1, 1)

    def test_a_departure_that_lies_ahead_is_not_known(self) -> None:
        people = [TWO[0], Person("q", "a", left=-10)]
        found = stakeholders_of(World([Firm("a")], people, [Met("a", "p", 1), Met("a", "q", 5)]))
        assert not found.accounts["single_threaded"].iloc[0]
        assert found.people["left_date"].isna().all()
        assert found.departures.empty

    def test_a_contact_with_a_person_of_another_client_counts_for_no_person(self) -> None:
        world = World([Firm("a"), Firm("b", 50)], TWO, [Met("b", "p", 1), Met("a", "q", 2)])
        found = stakeholders_of(world)
        assert found.accounts["contacts_active"].tolist() == [1, 0]
        assert found.accounts["days_since_contact"].tolist() == [2, 1]
        assert found.figures["stakeholders.misplaced"].value == 1

    def test_severity_goes_by_the_end_of_the_term(self) -> None:
        days = {"a": 0, "b": 90, "c": 91, "d": 180, "e": 181, "f": None}
        firms = [Firm(one, renewal_in=left) for one, left in days.items()]
        found = stakeholders_of(World(firms, TWO, [Met("a", "p", 1)])).accounts
        levels = found.set_index("account_id")["severity"].sort_index().tolist()
        assert levels == ["red", "red", "yellow", "yellow", "later", "unknown"]

    def test_the_soonest_and_then_the_most_valuable_stand_first(self) -> None:
        firms = [Firm("a", 9, renewal_in=200), Firm("b", 1, renewal_in=20),
                 Firm("c", 5, renewal_in=100), Firm("d", 7, renewal_in=90),
                 Firm("e", 7, renewal_in=80)]  # fmt: skip
        found = stakeholders_of(World(firms, TWO, [Met("a", "p", 1)]))
        assert found.single_threaded["account_id"].tolist() == ["d", "e", "b", "c", "a"]
        assert found.figures["stakeholders.single_threaded_red_revenue"].value == 7 + 7 + 1

    def test_former_clients_are_left_out(self) -> None:
        world = World([Firm("a"), Firm("b", active=False)], TWO, [Met("a", "p", 1)])
        assert stakeholders_of(world).accounts["account_id"].tolist() == ["a"]


class TestRolesAndSponsors:
    def test_a_role_counts_while_somebody_in_it_is_there(self) -> None:
        people = [Person("p", "a", "champion", left=1), Person("q", "a", "executive sponsor")]
        row = one_row(World([Firm("a", sponsor="Ours")], people, [Met("a", "q", 300)]))
        assert not row["has_champion"]
        assert row["has_sponsor"]
        assert row["sponsor_named"]
        assert not row["executive_met"]

    def test_an_executive_is_met_by_role_or_by_the_record_of_the_contact(self) -> None:
        by_role = World([Firm("a")], TWO, [Met("a", "q", 3)])
        named = Met("a", "p", 3)
        by_word = World([Firm("a")], TWO, [named, Met("a", None, 3, executive=True)])
        neither = World([Firm("a")], TWO, [named])
        assert [bool(one_row(w)["executive_met"]) for w in (by_role, by_word, neither)] == [
            *(True, True, False)
        ]

    def test_coverage_adds_up_to_all_clients(self) -> None:
        firms = [Firm("a"), Firm("b", tier="2"), Firm("c", tier="none")]
        found = stakeholders_of(World(firms, TWO, [Met("a", "p", 1), Met("a", "q", 1)]))
        rows = found.coverage.set_index("tier")
        assert rows[["nobody", "one", "two", "more"]].sum(axis=1).tolist() == [1, 1, 1]
        assert rows.index.tolist() == ["1", "2", "none"]
        assert rows["two"].tolist() == [1, 0, 0]


class TestDepartures:
    def test_who_has_taken_over(self) -> None:
        told = {
            "met": ([Person("s1", "met")], [Met("met", "s1", 3)]),
            "not met": ([Person("s2", "not met", "end user")], []),
            "left, met": ([Person("s3", "left, met", left=400)], [Met("left, met", "s3", 409)]),
            "left": ([Person("s4", "left", left=400)], []),
            "elsewhere": ([Person("s5", "met", "end user")], [Met("met", "s5", 3)]),
            "covered": ([Person("x", "covered")], []),
            "nobody": ([Person("y", "nobody", "end user")], []),
        }
        gone = [
            Person(f"p{n}", account, left=30, successor=f"s{n}")
            for n, account in enumerate(told, start=1)
        ]
        people = [*gone, *(one for others, _ in told.values() for one in others)]
        met = [one for _, contacts in told.values() for one in contacts]
        found = stakeholders_of(World([Firm(one) for one in told], people, met)).departures
        assert dict(zip(found["account_id"], found["succession"], strict=True)) == {
            "met": "met", "not met": "not met", "left, met": "met", "left": "open",
            "elsewhere": "open", "covered": "covered", "nobody": "open",
        }  # fmt: skip
        assert found["succession"].tolist() == ["open"] * 3 + ["not met", "covered"] + ["met"] * 2

    def test_only_departures_of_the_days_looked_at_are_told(self) -> None:
        people = [Person("p", "a", left=364), Person("q", "a", left=365)]
        assert stakeholders_of(World([Firm("a")], people)).departures["contact_id"].tolist() == [
            "p"
        ]


class TestStrength:
    def test_strength_by_hand(self) -> None:
        # Last 10 days ago: 5. Four contacts: 3. Influence 4. One of four by them, 25 %: 4.
        met = [Met("a", "p", ago) for ago in (10, 40, 70)] + [Met("a", "p", 100, "client")]
        found = stakeholders_of(World([Firm("a")], [Person("p", "a", influence=4, given=2)], met))
        assert found.people["strength_measured"].tolist() == [(5 + 3 + 4 + 4) / 4]
        assert found.accounts["strength_measured"].tolist() == [4.0]
        assert found.accounts["strength_given"].tolist() == [2.0]

    def test_nobody_met_is_one_and_whoever_left_has_none(self) -> None:
        people = [Person("p", "a", influence=5), Person("q", "a", left=2)]
        found = stakeholders_of(World([Firm("a")], people, [Met("a", "q", 9)]))
        by_id = found.people.set_index("contact_id")["strength_measured"]
        assert by_id["p"] == 1
        assert pd.isna(by_id["q"])
        assert found.accounts["strength_measured"].tolist() == [1.0]

    def test_what_is_not_recorded_is_left_out_of_the_mean(self) -> None:
        met = pd.DataFrame({
            "contact_id": ["p"], "date": [pd.Timestamp(AS_OF)], "initiated_by": [None],
            "influence": [float("nan")],
        })  # fmt: skip
        row = strengths(met, "contact_id", AS_OF, StrengthRule()).loc["p"]
        # Recency 5, frequency 1; seniority and two-way contact are not known.
        assert row["strength"] == 3
        assert row[["seniority", "two_way"]].isna().all()

    @pytest.mark.parametrize(
        ("ago", "score"), [(14, 5), (15, 4), (30, 4), (60, 3), (61, 2), (120, 2), (121, 1)]
    )
    def test_edges_of_recency_belong_to_the_better_score(self, ago: int, score: int) -> None:
        met = pd.DataFrame({
            "contact_id": ["p"], "initiated_by": ["us"], "influence": [3.0],
            "date": [pd.Timestamp(AS_OF) - pd.Timedelta(days=ago)],
        })  # fmt: skip
        assert strengths(met, "contact_id", AS_OF, StrengthRule())["recency"].tolist() == [score]

    def test_the_rule_is_printed_with_its_numbers(self) -> None:
        rule = StrengthRule.model_validate({"weights": {"seniority": 2}, "frequency": (1, 2, 3, 9)})
        told = rule_in_words(rule, 90)
        assert "contacts in 90 days at least 1/2/3/9" in told
        assert told.startswith("Weighted mean")
        assert "Weights 1, 1, 2, 1." in told


@pytest.fixture(scope="module")
def now() -> Stakeholders:
    return stakeholders_of(TestPointInTime.WORLD)


class TestPointInTime:
    WORLD = World(
        [Firm("a"), Firm("b", 50), Firm("c", 20, tenure=100)],
        [*TWO, Person("r", "b", left=40), Person("s", "b", since=30), Person("t", "c")],
        [Met("a", "p", 400), Met("a", "q", 120), Met("a", "p", 95), Met("b", "r", 100, "client"),
         Met("b", "s", 20), Met("c", "t", 5), Met("a", "q", 2), Met("b", "r", 50)],
        page={"quarters_shown": 4},
    )  # fmt: skip

    def test_an_earlier_review_is_what_was_said_then(self, now: Stakeholders) -> None:
        then = stakeholders_of(dataclasses.replace(self.WORLD, as_of=dt.date(2026, 6, 30)))
        columns = ["account_id", "contacts_active", "single_threaded", "strength_measured"]
        back = now.account_history
        back = back.loc[back["snapshot_date"].eq("2026-06-30"), columns]
        expected = then.accounts[columns].sort_values("account_id")
        assert back.astype(object).values.tolist() == expected.astype(object).values.tolist()

    def test_reviews_before_contacts_are_on_record_are_left_out(self, now: Stakeholders) -> None:
        # First contact 400 days ago; a window of 180 days is covered (within 31 days) up to the
        # review of 31 March 2026, 183 days ago (363 days), not at that of 31 December (453 days).
        shown = now.history["snapshot_date"].dt.date.tolist()
        assert shown == [AS_OF, dt.date(2026, 6, 30), dt.date(2026, 3, 31)]

    def test_contacts_after_the_review_change_nothing(self, now: Stakeholders) -> None:
        later = [*(self.WORLD.met or ()), Met("b", "s", -1), Met("a", "p", -30, executive=True)]
        told = stakeholders_of(dataclasses.replace(self.WORLD, met=later))
        pd.testing.assert_frame_equal(told.accounts, now.accounts)


class TestAlways:
    def test_the_order_of_rows_changes_nothing(self, now: Stakeholders) -> None:
        first, again = now, stakeholders_of(TestPointInTime.WORLD, shuffled_by=3)
        for field in ("accounts", "people", "single_threaded", "departures", "history"):
            pd.testing.assert_frame_equal(getattr(first, field), getattr(again, field))
        assert first.figures == again.figures

    @trials(max_examples=30, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 9) | st.none(), st.booleans(), st.integers(1, 5)),
            min_size=1,
            max_size=8,
        )
    )
    def test_everyone_there_has_one_place_below_the_superior(
        self, drawn: list[tuple[int | None, bool, int]]
    ) -> None:
        ids = [f"p{n}" for n in range(len(drawn))]
        people = pd.DataFrame({
            "contact_id": ids, "account_id": ["x"] * len(ids),
            "reports_to": [None if boss is None else f"p{boss}" for boss, _, _ in drawn],
            "is_present": [there for _, there, _ in drawn],
            "influence": [float(weight) for _, _, weight in drawn],
        })  # fmt: skip
        places = reporting_lines(people, dict.fromkeys(ids, "x")).places
        assert sorted(places["contact_id"]) == sorted(
            people.loc[people["is_present"], "contact_id"]
        )
        by_id = places.set_index("contact_id")
        for row in places.to_dict("records"):
            if row["superior"] is None:
                assert row["depth"] == 0
            else:
                above = by_id.loc[row["superior"]]
                assert row["depth"] == above["depth"] + 1
                assert row["place"] > above["place"]


class TestReportingLines:
    def lines(self, *rows: tuple[str, str | None]) -> object:
        ids = [one for one, _ in rows]
        people = pd.DataFrame({
            "contact_id": ids, "account_id": ["x"] * len(ids),
            "reports_to": [boss for _, boss in rows], "influence": [1.0] * len(ids),
            "is_present": [True] * len(ids),
        })  # fmt: skip
        return reporting_lines(people, {**dict.fromkeys(ids, "x"), "far": "y", "gone": "x"})

    def test_circles_stand_at_the_top_and_are_told(self) -> None:
        lines = self.lines(("a", "b"), ("b", "c"), ("c", "a"), ("d", "c"), ("e", "e"))
        assert lines.circles == (("a", "b", "c"), ("e",))
        depths = dict(zip(lines.places["contact_id"], lines.places["depth"], strict=True))
        assert depths == {"a": 0, "b": 0, "c": 0, "d": 1, "e": 0}

    def test_superiors_who_are_not_there_are_told_apart(self) -> None:
        lines = self.lines(("a", "nobody"), ("b", "far"), ("c", "gone"))
        assert (lines.unknown, lines.elsewhere, lines.departed) == (("a",), ("b",), ("c",))
        assert lines.places["depth"].tolist() == [0, 0, 0]

    def test_a_chain_of_thousands_is_no_trouble(self) -> None:
        ids = [f"p{n:04d}" for n in range(3000)]
        lines = self.lines((ids[0], None), *zip(ids[1:], ids[:-1], strict=True))
        assert lines.places["depth"].max() == 2999


class TestRefusals:
    def test_without_people_or_contacts_the_reason_names_the_table(self) -> None:
        firms = [Firm("a")]
        nobody = stakeholders_of(World(firms, None, [Met("a", None, 3)]))
        assert nobody.figures["stakeholders.champion_share"].reason == NO_CONTACTS
        assert nobody.accounts["single_threaded"].isna().all()
        unmet = stakeholders_of(World(firms, TWO, None))
        assert unmet.figures["stakeholders.single_threaded"].reason == NO_INTERACTIONS
        assert unmet.figures["stakeholders.champion_share"].value == 1
        assert unmet.accounts["strength_measured"].isna().all()
        unnamed = stakeholders_of(World(firms, TWO, [Met("a", None, 3)]))
        assert unnamed.figures["stakeholders.strength"].reason == NO_PERSON_NAMED
        neither = stakeholders_of(World(firms, None, None))
        reason = neither.figures["stakeholders.strength"].reason
        assert reason is not None
        assert "contacts and interactions" in reason

    @pytest.mark.parametrize("firms", [[], [Firm("a", active=False)]])
    def test_without_clients_every_figure_says_so(self, firms: list[Firm]) -> None:
        found = stakeholders_of(World(firms, TWO, [Met("a", "p", 1)] if firms else []))
        reasons = {figure.reason for figure in found.figures.values()}
        assert reasons == {"no client was active on 30 September 2026"}

    def test_value_is_of_contracts_in_force_where_there_are_any(self) -> None:
        assert value(World([Firm("a", 100)], TWO, [Met("a", "p", 1)]),
                     "single_threaded_revenue") == 100  # fmt: skip

    def test_defaults_are_those_of_the_definitions(self) -> None:
        page = StakeholdersPage()
        assert (page.red_days, page.yellow_days, page.top_accounts) == (90, 180, 5)
