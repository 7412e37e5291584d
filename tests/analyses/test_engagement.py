"""Contacts against plan, who is due, business reviews, onboarding."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest

from portfolio_lib.analyses.cadence import QUARTER_DAYS, due, kept_by_client
from portfolio_lib.analyses.engagement import Engagement
from portfolio_lib.analyses.onboarding import by_step, first_value, new_clients, starts, steps_of
from portfolio_lib.analyses.people import NO_INTERACTIONS
from portfolio_lib.parameters.relationship_models import EngagementSettings
from tests.analyses import relations
from tests.analyses.portfolios import AS_OF
from tests.analyses.relations import Firm, Met, Person, Step, World, engagement_of

PLAN = EngagementSettings()


@pytest.fixture(scope="module")
def found() -> Engagement:
    """Four clients: a tier 1 met often, b tier 2 not met, c tier 3 without people, d new."""
    firms = [
        Firm("a", 400),
        Firm("b", 300, tier="2"),
        Firm("c", 200, tier="3"),
        Firm("d", 100, tenure=40),
    ]
    people = [
        Person("p", "a", cadence=30),
        Person("q", "a", "economic buyer", cadence=91),
        Person("r", "b", cadence=30),
        Person("s", "d", cadence=30, since=20),
    ]
    met = [
        *(Met("a", "p", ago, "client" if ago == 34 else "us") for ago in (4, 14, 34, 54, 74)),
        Met("a", "q", 91, kind="QBR"),
        Met("b", "r", 34),
        Met("b", "r", 300, kind="EBR"),
        Met("c", None, 95),
    ]
    return engagement_of(World(firms, people, met))


def by_id(found: Engagement) -> pd.DataFrame:
    return found.accounts.set_index("account_id")


class TestPlan:
    def test_contacts_of_the_quarter_are_held_against_the_tier(self, found: Engagement) -> None:
        # The quarter is 1 July to 30 September: 92 days, 0 to 91 days ago.
        rows = by_id(found)
        assert rows["contacts_quarter"].tolist() == [6, 1, 0, 0]
        assert rows["contacts_planned"].tolist() == [6, 3, 1, 6]
        assert rows["plan_met"].tolist()[:3] == [True, False, False]
        assert pd.isna(rows.loc["d", "plan_met"])
        figure = found.figures["engagement.plan_met"]
        assert (figure.value, figure.n) == (pytest.approx(1 / 3), 3)

    def test_agreed_contacts_are_kept_with_a_weekends_grace(self, found: Engagement) -> None:
        # p 4 of 30 days, q 91 of 91: kept. r 34 of 30 + 3: late. s known for 20 days: not yet due.
        figure = found.figures["engagement.cadence_kept"]
        assert (figure.value, figure.n) == (pytest.approx(2 / 3), 3)
        assert by_id(found)["cadence_kept"].tolist()[:2] == [1, 0]
        assert math.isnan(by_id(found).loc["d", "cadence_kept"])

    def test_the_due_stand_by_value_with_the_days_they_are_overdue(self, found: Engagement) -> None:
        # c: nothing agreed, one contact planned in a quarter, last one 95 days ago: 4 over 91.
        assert found.due["account_id"].tolist() == ["b", "c"]
        assert found.due["days_overdue"].tolist() == [4, 4]
        assert found.due["basis"].tolist() == ["agreed", "plan"]
        assert found.figures["engagement.due_revenue"].value == 500
        assert found.people_due["contact_id"].tolist() == ["r"]

    def test_tiers_add_up(self, found: Engagement) -> None:
        sums = found.tiers.set_index("tier")
        assert sums["accounts"].tolist() == [2, 1, 1]
        assert sums["cadences_agreed"].sum() == 3
        assert sums["begun_by_client"].tolist() == [1, 0, 0]

    def test_who_begins_contacts(self, found: Engagement) -> None:
        # Within 180 days: five with p (one by the client), q, r, and c's: 7 of 8 by us.
        figure = found.figures["engagement.proactive_share"]
        assert (figure.value, figure.n) == (7 / 8, 8)

    def test_somebody_never_met_is_due_since_known_and_not_before_the_record(self) -> None:
        row = ("a", 900.0, math.nan, 6.0)
        columns = ["account_id", "tenure_days", "days_since_contact", "contacts_planned"]
        clients = pd.DataFrame([row], columns=columns)
        told = ["account_id", "contact_id", "name", "role", "is_present", "cadence_days"]
        nobody = kept_by_client(pd.DataFrame(columns=[*told, "cadence_kept", "days_overdue"]))
        late = due(clients, nobody, known_days=50, grace_days=0).iloc[0]
        # 50 − 91 ÷ 6 = 34.8 days, said as 35.
        assert late["due"]
        assert late["days_overdue"] == math.ceil(50 - QUARTER_DAYS / 6)


class TestReviews:
    def test_held_of_eligible_and_new_clients_wait(self, found: Engagement) -> None:
        # a and b are of tier 1 and 2 and were clients before; d came within the window.
        rows = by_id(found)
        assert rows["qbr_eligible"].tolist() == [True, True, False, False]
        assert rows["qbr_held"].tolist() == [True, False, False, False]
        assert found.figures["engagement.review_completion"].value == 0.5
        assert rows.loc["b", "last_review"] == relations.day(300)


class TestOnboarding:
    FIRMS = (
        Firm("a", tenure=100),
        Firm("b", tenure=60),
        Firm("c", tenure=40),
        Firm("d", tenure=10),
    )
    STEPS = (
        Step("a", "Kick-off", 93, 95),
        Step("a", "Value", 60, 50, True),
        Step("b", "Kick-off", 53, 53),
        Step("b", "Value", 20, None, True),
        Step("c", "Kick-off", None, 1),
        Step("c", "Value", 0, 5, True),
        Step("d", "Value", -30, None, True),
    )

    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        world = World(self.FIRMS, steps=self.STEPS)
        clients = new_clients(relations.accounts(world), AS_OF, 24)
        return clients, steps_of(relations.milestones(world), clients, AS_OF)

    def test_steps_are_on_time_late_open_or_ahead(self) -> None:
        _, steps = self.frames()
        states = dict(zip(zip(steps["account_id"], steps["milestone"], strict=True),
                          steps["state"], strict=True))  # fmt: skip
        assert states == {
            ("a", "Kick-off"): "on time", ("a", "Value"): "late", ("b", "Kick-off"): "on time",
            ("b", "Value"): "open", ("c", "Kick-off"): "undated", ("c", "Value"): "on time",
            ("d", "Value"): "ahead",
        }  # fmt: skip
        totals = by_step(steps).set_index("milestone")
        assert totals["due"].to_dict() == {"Kick-off": 2, "Value": 3}
        assert totals.loc["Value", "on_time_share"] == pytest.approx(1 / 3)

    def test_the_median_counts_those_who_still_wait(self) -> None:
        # c 35 days, a 50 days; b has waited 60, d 10. At 35 days three are at risk: 2/3 are left;
        # at 50 two: 2/3 × 1/2 = 1/3. The median is 50; without the waiting it would be 42.5.
        _, steps = self.frames()
        reached = first_value(steps, AS_OF)
        assert (reached.median, reached.clients, reached.reached) == (50, 4, 2)

    def test_fewer_than_half_have_no_median(self) -> None:
        _, steps = self.frames()
        waiting = first_value(steps.assign(done_date=pd.NaT), AS_OF)
        assert (waiting.median, waiting.interval, waiting.reached) == (None, None, 0)

    def test_gaps_at_the_start(self) -> None:
        clients, steps = self.frames()
        met = pd.DataFrame({"account_id": ["a", "b", "b"],
                            "date": [relations.day(ago) for ago in (69, 61, 30)]})  # fmt: skip
        since = AS_OF - dt.timedelta(days=90)
        rows = starts(clients, steps, met, as_of=AS_OF, since=since, plan=PLAN)
        # d has been a client for 10 days only. a began before contacts are on record.
        assert rows["account_id"].tolist() == ["a", "b", "c"]
        assert rows["first_contact_days"].fillna(-1).tolist() == [31, 30, -1]
        assert rows["no_contact"].astype(object).tolist() == [pd.NA, False, True]
        assert rows["no_step"].tolist() == [False, False, True]

    def test_who_managed_a_client_before_cannot_be_known(self, found: Engagement) -> None:
        figure = found.figures["engagement.manager_changes"]
        assert figure.value is None
        assert figure.reason is not None
        assert "cannot be dated" in figure.reason


class TestRefusals:
    def test_without_contacts_on_record_the_reason_names_the_table(self) -> None:
        empty = engagement_of(World([Firm("a")], [Person("p", "a", cadence=30)], None))
        keys = ("review_completion", "plan_met", "cadence_kept", "accounts_due", "proactive_share")
        assert {empty.figures[f"engagement.{key}"].reason for key in keys} == {NO_INTERACTIONS}
        assert empty.figures["engagement.reviews_eligible"].value == 1
        assert empty.due.empty
        assert empty.accounts["due"].isna().all()

    def test_a_record_shorter_than_a_quarter_holds_nobody_to_a_plan(self) -> None:
        young = engagement_of(World([Firm("a", tier="2")], [], [Met("a", None, 9, by=None)]))
        reason = young.figures["engagement.plan_met"].reason
        assert reason is not None
        assert reason.startswith("contacts are on record since 21 September 2026 only")
        unsaid = young.figures["engagement.proactive_share"].reason
        assert unsaid is not None
        assert "initiated_by" in unsaid

    def test_without_clients_every_figure_of_them_says_so(self) -> None:
        nobody = engagement_of(World([], [], []))
        assert all(figure.value is None for figure in nobody.figures.values())
