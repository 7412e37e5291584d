"""For every rule of the checklist a world in which its practice is followed, and one not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd

from portfolio_lib.analyses.checklist_rules.seen import Seen
from tests.analyses.checklists import (
    AHEAD,
    ALL,
    DAY,
    LONG_AGO,
    NOW,
    action,
    bill,
    by_quarter,
    days,
    deal,
    ids,
    issue,
    meeting,
    part,
    person,
    plan,
    quarters,
    result,
    rival,
    rows,
    survey,
    term,
    world,
)

NEW = pd.Timestamp("2026-03-01")
GONE = pd.Timestamp("2026-04-01")
NAN = float("nan")


def by_tier(ok: bool) -> pd.DataFrame:
    """Three contacts in tier 1, two in tier 2, one each in tier 3; or the other way round."""
    return meeting("aaabbcd" if ok else "abbcccddd")


def portfolio(ok: bool, column: str) -> dict[str, object]:
    return {"portfolio": result("portfolio", accounts=rows(ALL, **{column: part(ok, 0.5, NAN)}))}


def markets(ok: bool) -> dict[str, object]:
    frame = pd.DataFrame(
        {"group": list("wxyz"), "revenue": 100.0, "market_share": part(ok, 0.1, NAN)}
    )
    return {"portfolio": result("portfolio", {"market_share": 0.1}, segments=frame)}


def value(column: str, ok: bool) -> dict[str, object]:
    frame = rows(ALL, **{column: part(ok, 1.0, NAN)})
    return {"value": result("value", {"model_error": 0.1}, accounts=frame)}


def health(levels: list[str]) -> object:
    return result("health", accounts=rows(ALL, level=levels))


def churn(ok: bool, column: str = "probability") -> object:
    frame = rows(ALL, **{column: part(ok, 0.1, NAN)}, could_leave=True, in_call_list=False)
    return result("churn", {"auc": 0.8}, accounts=frame)


def groups(cut: str, column: str, ok: bool) -> dict[str, object]:
    frame = pd.DataFrame({"cut": cut, "group": list("wxyz"), column: part(ok, 9, 1)})
    return {"satisfaction": result("satisfaction", groups=frame)}


def warnings(**columns: object) -> dict[str, object]:
    frame = pd.DataFrame({"key": list("wxyz"), **columns})
    return {"health": result("health", warnings=frame)}


def log(ok: bool, column: str, good: object, bad: object) -> dict[str, object]:
    frame = issue(ALL, **{column: part(ok, good, bad)})
    return {"service": result("service", log=frame)}


def looked_at(ok: bool) -> dict[str, object]:
    frame = rows(ALL, days_to_end=10, looked_at=part(ok, "in time", "not yet"))
    found = result("renewals", {"looked_at": 1.0 if ok else 0.25}, upcoming=frame)
    found.looked_at_days = 90
    return {"renewals": found}


def out_of_line(ok: bool) -> dict[str, object]:
    odd = rows("" if ok else "abc")
    return {"renewals": result("renewals", {"out_of_line": float(len(odd))}, odd_terms=odd)}


def earlier(ok: bool) -> dict[str, object]:
    past = quarters(4)["quarter_end"].iloc[:-1] if ok else quarters(2)["quarter_end"].iloc[:1]
    return {"earlier_reviews": tuple(SimpleNamespace(as_of=day.date()) for day in past)}


def kept_back(ok: bool) -> dict[str, object]:
    errors = [0.2, -0.2, 0.1, 0.1] if ok else [0.1, 0.1, -0.2, 0.2]
    frame = quarters(4, error=errors).rename(columns={"quarter_end": "review_day"})
    return {"renewals": result("renewals", checked=frame)}


def coverage(ok: bool) -> dict[str, object]:
    year_ago = rows(ALL, snapshot_date=pd.Timestamp("2025-09-30"), coverage=0.6)
    now = rows(ALL, snapshot_date=pd.Timestamp(DAY), coverage=0.7 if ok else 0.5)
    return {"health": result("health", history=pd.concat([year_ago, now]))}


def reached(ok: bool) -> object:
    """Two departments at a, and at b or not; a is of tier 1 and b of tier 2."""
    known = [2, 0, 3, 3] if ok else [1, 1, 3, 3]
    frame = rows(ALL, departments=known)
    return result("growth", {"departments_reached": 2.0}, reach=frame)


def back_tested(ok: bool) -> object:
    """First cells bought in 20%, at least 12%; in random order 10% were, or 13%."""
    found = result("growth", {"hit_rate_similar": 0.2, "hit_rate_random": 0.1 if ok else 0.13})
    first = replace(found.figures["growth.hit_rate_similar"], interval=(0.12, 0.3))
    return SimpleNamespace(figures={**found.figures, first.key: first})


def peers(ok: bool) -> dict[str, object]:
    found = result("recurrence", accounts=rows(ALL, peers=part(ok, 9.0, 1.0)))
    found.least_peers = 5
    return {"recurrence": found}


def owed(ok: bool) -> dict[str, object]:
    frame = rows(ALL, overdue_amount=part(not ok, 10.0, 0.0))
    values = {"overdue": 10.0 if ok else 40.0, "open": 100.0}
    return {"payments": result("payments", values, accounts=frame)}


def strengths(ok: bool) -> dict[str, object]:
    frame = rows(ALL, strength_given=3.0, strength_measured=part(ok, 3.5, 1.0))
    return {"stakeholders": result("stakeholders", people=frame)}


def won(ok: bool) -> dict[str, object]:
    frame = pd.DataFrame({"won": [4, 4], "in_payback": [4, 4 if ok else 1]})
    found = result("value", {"payback_months": 3.0}, acquisition_segments=frame)
    return {"value": found}


def renewed(ok: bool) -> pd.DataFrame:
    old = term(
        ALL,
        start_date=pd.Timestamp("2025-01-01"),
        end_date=pd.Timestamp("2025-12-31"),
        renewed_by=["n0", "n1", "n2", "n3"],
    )
    worth = [120.0, 100.0, 100.0, 100.0] if ok else 100.0
    return pd.concat(
        [old, term(ALL, contract_id=["n0", "n1", "n2", "n3"], annual_value=worth)],
        ignore_index=True,
    )


Case = Callable[[bool], Seen]

CASES: dict[str, Case] = {
    "1.1": lambda ok: world(of={"start_date": days(ok)}),
    "1.2": lambda ok: world(contracts=term(ALL if ok else "ab"), invoices=bill(ALL)),
    "1.3": lambda ok: world(
        targets={"top_10_share": 0.4 if ok else None},
        results={"concentration": result("concentration", {"top_10_share": 0.3})},
    ),
    "1.4": lambda ok: world(results=value("clv", ok)),
    "1.5": lambda ok: world(of={"start_date": NEW, "acquisition_cost": part(ok, 5.0)}),
    "1.6": lambda ok: world(
        targets={"revenue_growth": 0.1},
        results={
            "portfolio": SimpleNamespace(period=SimpleNamespace(history_months=24 if ok else 23))
        },
    ),
    "1.7": lambda ok: world(results=portfolio(ok, "margin_after_service")),
    "1.8": lambda ok: world(results=markets(ok)),
    "2.2": lambda ok: world(of={"account_manager": [("Mo" if ok else None), "Mo", "Mo", "Mo"]}),
    "2.3": lambda ok: world(
        of={"tier": ["2", "2", "2", "1"], "account_manager": part(ok, "Mo")},
    ),
    "2.4": lambda ok: world(of={"tier": "3", "account_manager": part(ok, "Mo")}),
    "2.5": lambda ok: world(opportunities=deal(ALL, value=part(ok, 5.0, NAN))),
    "2.6": lambda ok: world(
        results={"health": health(part(ok, "green", "grey")), "churn": churn(True)}
    ),
    "2.7": lambda ok: world(interactions=by_tier(ok)),
    "2.8": lambda ok: world(
        costs=rows(ALL, period=NOW, hours=[9.0, 5.0, 1.0, 1.0] if ok else [1.0, 5.0, 9.0, 9.0])
    ),
    "3.1": lambda ok: world(of={"revenue_12m": part(ok, 10.0, 0.0)}, contracts=term("a")),
    "3.2": lambda ok: world(results=portfolio(ok, "margin")),
    "3.3": lambda ok: world(opportunities=deal(ids(ok))),
    "3.4": lambda ok: world(of={"strategic_value": part(ok, 3.0, NAN)}),
    "3.5": lambda ok: world(surveys=survey(ids(ok))),
    "3.6": lambda ok: world(competitors=rival(ALL, status=part(ok, "active"))),
    "3.7": lambda ok: world(opportunities=deal(ids(ok))),
    "3.8": lambda ok: world(results=value("chance_there", ok)),
    "4.1": lambda ok: world(surveys=survey(ALL, score=part(ok, 9.0, NAN))),
    "4.2": lambda ok: world(results=groups("industry", "nps_answers", ok)),
    "4.3": lambda ok: world(
        results={
            "movements": result(
                "movements",
                tiers=pd.DataFrame(
                    {"group": ["1", "2"], "accounts": 3, "logo": [0.9, 0.9 if ok else NAN]}
                ),
            )
        }
    ),
    "4.4": lambda ok: world(results=warnings(known_now=part(ok, 4, 1))),
    "4.5": lambda ok: world(interactions=meeting(ids(ok))),
    "4.6": lambda ok: world(contracts=term(ALL, notice_days=part(ok, 30, NAN))),
    "4.7": lambda ok: world(
        invoices=bill(ALL, due_date=days(ok)), of={"credit_limit": part(True, 5.0)}
    ),
    "4.8": lambda ok: world(opportunities=deal(ALL, competitor="Orb"), competitors=rival(ids(ok))),
    "5.1": lambda ok: world(plans=plan("ab" if ok else "a")),
    "5.2": lambda ok: world(plans=plan("ab", goals=["grow", "grow" if ok else " "])),
    "5.3": lambda ok: world(plans=plan("ab"), contacts=person("aabb" if ok else "aab")),
    "5.4": lambda ok: world(
        contacts=person("ab", role=["decision maker", "economic buyer" if ok else "champion"])
    ),
    "5.5": lambda ok: world(
        plans=plan("ab", date=[NOW, NOW if ok else pd.Timestamp("2026-01-01")]),
        competitors=rival("ab"),
    ),
    "5.6": lambda ok: world(
        plans=plan("ab"),
        interactions=meeting("ab", kind=["QBR", "EBR" if ok else "call"]),
        surveys=survey("ab"),
    ),
    "5.7": lambda ok: world(plans=plan("ab"), opportunities=deal("ab" if ok else "c")),
    "5.8": lambda ok: world(
        plans=plan("ab"),
        actions=action("ab" if ok else "a"),
        results={"health": health(["red", "yellow", "green", "green"])},
    ),
    "6.1": lambda ok: world(contacts=person("aabb" if ok else "aab")),
    "6.2": lambda ok: world(contacts=person(ALL, influence=part(ok, 3.0, NAN))),
    "6.3": lambda ok: world(results=strengths(ok)),
    "6.4": lambda ok: world(
        contacts=person("ab"), of={"executive_sponsor": ["CEO", "CFO" if ok else None, None, None]}
    ),
    "6.5": lambda ok: world(contacts=person(ALL, left_date=NOW, successor=part(ok, "p9"))),
    "6.6": lambda ok: world(contacts=person(ALL, cadence_days=part(ok, 30, NAN))),
    "6.7": lambda ok: world(contacts=person(ALL, channel_preference=part(ok, "mail"))),
    "6.8": lambda ok: world(
        results={
            "stakeholders": result(
                "stakeholders",
                account_history=by_quarter(ok, "snapshot_date", strength_measured=3.0),
            )
        }
    ),
    "7.1": lambda ok: world(plans=plan("ab" if ok else "a", date=pd.Timestamp("2025-01-01"))),
    "7.2": lambda ok: world(plans=plan("ab", agreed_with_client=[True, ok])),
    "7.4": lambda ok: world(opportunities=deal("a", kind="partnership" if ok else "new")),
    "7.7": lambda ok: world(
        contracts=term("a", end_date=pd.Timestamp("2027-12-31") if ok else AHEAD)
    ),
    "7.8": lambda ok: world(plans=plan("ab", success_measures=["hours", "hours" if ok else ""])),
    "8.1": lambda ok: world(opportunities=deal(ALL, probability=part(ok, 0.5, NAN))),
    "8.2": lambda ok: world(
        opportunities=deal("a", kind="upsell", close_date=AHEAD if ok else NOW)
    ),
    "8.3": lambda ok: world(
        opportunities=deal(ALL),
        invoices=bill(ALL, date=LONG_AGO, offering="Days" if ok else "Plan"),
    ),
    "8.5": lambda ok: world(results={"growth": reached(ok)}),
    "8.6": lambda ok: world(contracts=renewed(ok)),
    "8.7": lambda ok: world(
        results={
            "growth": result(
                "growth",
                {"prices_out_of_line": 0},
                compared_prices=rows("abc" if ok else "ab", offering="Plan", unit_price=9.0),
            )
        }
    ),
    "8.8": lambda ok: world(
        competitors=rival(ALL), opportunities=deal("a", offering="Plan" if ok else "Days")
    ),
    "9.1": lambda ok: world(
        results={
            "engagement": result("engagement", {"cadence_kept": 0.7 if ok else 0.69}, due=rows("b"))
        }
    ),
    "9.2": lambda ok: world(
        results={
            "engagement": result(
                "engagement", accounts=rows(ALL, qbr_eligible=True, qbr_held=part(ok, True, False))
            )
        }
    ),
    "9.3": lambda ok: world(
        results={"health": result("health", history=by_quarter(ok, "snapshot_date", level="red"))}
    ),
    "9.4": lambda ok: world(interactions=meeting("ab", executive_present=[True, ok])),
    "9.5": lambda ok: world(results=log(ok, "escalated_at", NOW, pd.NaT)),
    "9.7": lambda ok: world(interactions=meeting("ab", kind="training" if ok else "call")),
    "9.8": lambda ok: world(interactions=meeting("ab", kind="event" if ok else "training")),
    "10.1": lambda ok: world(surveys=survey(ids(ok), score=NAN)),
    "10.2": lambda ok: world(
        surveys=survey("aabb", date=[NOW, pd.Timestamp("2026-02-01" if ok else "2026-09-01")] * 2)
    ),
    "10.6": lambda ok: world(issues=issue(ALL, resolved_at=days(ok))),
    "10.7": lambda ok: world(
        results=log(not ok, "is_repeat", True, False)
        if not ok
        else log(True, "is_repeat", False, False)
    ),
    "10.8": lambda ok: world(
        surveys=survey(ALL, score=3.0, date=pd.Timestamp("2026-07-01")), actions=action(ids(ok))
    ),
    "11.1": lambda ok: world(
        results={"service": result("service", {"compliance": 0.9 if ok else 0.8}, log=issue(ALL))}
    ),
    "11.2": lambda ok: world(issues=issue(ALL, theme=part(ok, "billing"))),
    "11.5": lambda ok: world(
        results={
            "service": result(
                "service", quarters=quarters(8, compliance=[0.8] * 4 + [0.8 if ok else 0.7] * 4)
            )
        }
    ),
    "11.8": lambda ok: world(
        invoices=bill(
            "aab", date=[LONG_AGO, NOW, NOW], offering=["Old", "Old", "New" if ok else "Old"]
        )
    ),
    "12.1": lambda ok: world(plans=plan("ab", next_review=[AHEAD, AHEAD if ok else NOW])),
    "12.2": lambda ok: world(
        milestones=rows(ALL, planned_date=NEW, is_first_value=True, done_date=days(ok))
    ),
    "12.4": lambda ok: world(results=peers(ok)),
    "13.1": lambda ok: world(
        results=warnings(past_alarms=9, precision=part(ok, 0.3, 0.05), base_rate=0.1)
    ),
    "13.2": lambda ok: world(results={"churn": churn(ok, "revenue_at_risk")}),
    "13.3": lambda ok: world(
        results={"health": health(["red"] * 4), "churn": churn(True)}, actions=action(ids(ok))
    ),
    "13.4": lambda ok: world(
        results={"churn": churn(True, "revenue_at_risk")}, actions=action(ids(ok))
    ),
    "13.5": lambda ok: world(
        of={"end_date": GONE, "is_active": False},
        interactions=meeting(ALL, date=NOW if ok else LONG_AGO),
        opportunities=deal(ALL, created_date=LONG_AGO),
    ),
    "13.6": lambda ok: world(results=looked_at(ok)),
    "13.7": lambda ok: world(
        competitors=rival(ALL), actions=action(ids(ok)), opportunities=deal("c")
    ),
    "13.8": lambda ok: world(of={"end_date": GONE, "end_reason": part(ok, "price")}),
    "14.1": lambda ok: world(actions=action(ALL, result=part(ok, "met"))),
    "14.4": lambda ok: world(
        contracts=term("ab", end_date=pd.Timestamp("2027-12-31") if ok else AHEAD)
    ),
    "14.8": lambda ok: world(
        of={
            "start_date": [NEW, NEW, LONG_AGO, LONG_AGO],
            "referred_by": ["c" if ok else None, None, "d", None],
        },
    ),
    "15.2": lambda ok: world(results=log(ok, "promise", "met", "breached")),
    "15.3": lambda ok: world(
        issues=issue(ALL),
        interactions=meeting(
            "abcd", date=pd.Timestamp("2026-07-10"), executive_present=part(ok, True, False)
        ),
    ),
    "15.4": lambda ok: world(
        results=log(True, "promise", "breached", ""), surveys=survey(ALL, score=part(ok, 9.0, 3.0))
    ),
    "15.7": lambda ok: world(issues=issue(ALL, root_cause=part(ok, "old part"))),
    "15.8": lambda ok: world(
        results={
            "service": result(
                "service", {"repeats": 11.0 if ok else 12.0, "repeats_by_chance": 10.0}
            )
        }
    ),
    "16.1": lambda ok: world(results=out_of_line(ok), contracts=term(ALL)),
    "16.2": lambda ok: world(
        results={
            "growth": result(
                "growth",
                {"prices_out_of_line": 1 if ok else 2},
                compared_prices=rows(ALL * 5, offering="Plan", unit_price=9.0),
                prices=rows("a" if ok else "ab", offering="Plan"),
            )
        }
    ),
    "16.3": lambda ok: world(results=owed(ok)),
    "16.4": lambda ok: world(
        results={
            "renewals": result(
                "renewals", quarters=quarters(4, on_time=90.0, renewed_late=10.0 if ok else 11.0)
            )
        }
    ),
    "16.5": lambda ok: world(contracts=term(ALL, payment_terms_days=part(ok, 30.0, NAN))),
    "16.6": lambda ok: world(invoices=bill(ALL, service_end=days(ok))),
    "16.7": lambda ok: world(
        results={
            "payments": result("payments", {"late_share": 0.2 if ok else 0.3}),
            "service": result("service", {"compliance": 0.9}),
        }
    ),
    "17.1": lambda ok: world(results=portfolio(ok, "growth")),
    "17.2": lambda ok: world(
        costs=pd.concat(
            [
                rows(ids(ok), period=day)
                for day in pd.date_range("2025-11-01", periods=10, freq="MS")
            ]
        )
    ),
    "17.3": lambda ok: world(
        results={"value": result("value", {"model_error": -0.3 if ok else 0.31})}
    ),
    "17.4": lambda ok: world(results=won(ok)),
    "17.5": lambda ok: world(
        results={
            "movements": result(
                "movements", quarters=quarters(8, nrr=[1.0 if ok else NAN] + [1.0] * 7)
            )
        }
    ),
    "17.6": lambda ok: world(usage=rows(ids(ok), period=pd.Timestamp("2026-08-01"))),
    "17.7": lambda ok: world(
        results={
            "satisfaction": result(
                "satisfaction", quarters=quarters(8, answers=[9] * 7 + [5 if ok else 4])
            )
        }
    ),
    "17.8": lambda ok: world(
        of={"start_date": NEW, "acquisition_channel": "Referral", "referred_by": part(ok, "a")}
    ),
    "18.2": lambda ok: world(results=portfolio(ok, "growth")),
    "18.3": lambda ok: world(
        results={
            "stakeholders": result(
                "stakeholders", accounts=rows(ALL, strength_measured=part(ok, 3.0, NAN))
            )
        }
    ),
    "18.4": lambda ok: world(interactions=meeting(ALL, owner=part(ok, "Mo"))),
    "18.5": lambda ok: world(results=groups("account_manager", "answers", ok)),
    "18.6": lambda ok: world(
        results=portfolio(True, "margin"), of={"account_manager": part(ok, "Mo")}
    ),
    "18.7": lambda ok: world(managers=pd.DataFrame({"training_done": part(ok, True, False)})),
    "19.1": lambda ok: world(results=markets(ok)),
    "19.7": lambda ok: world(
        opportunities=deal(
            ALL, outcome="lost", close_date=NOW, loss_reason="rival", competitor=part(ok, "Orb")
        )
    ),
    "20.1": lambda ok: world(results=earlier(ok)),
    "20.2": lambda ok: world(results={"churn": result("churn", {"auc": 0.7 if ok else 0.69})}),
    "20.4": lambda ok: world(costs=rows(ids(ok), period=pd.Timestamp("2026-08-01"), hours=2.0)),
    "20.5": lambda ok: world(results={"growth": back_tested(ok)}),
    "20.6": lambda ok: world(results={"health": health(["green"] * 4), "churn": churn(ok)}),
    "20.7": lambda ok: world(
        results={"renewals": result("renewals", {"forecast_error": -0.1 if ok else 0.11})}
    ),
    "20.8": lambda ok: world(actions=action(ALL, done_date=days(ok))),
    "21.1": lambda ok: world(contacts=person(ALL), interactions=meeting(ids(ok))),
    "21.2": lambda ok: world(of={"employees": part(ok, 10, NAN)}),
    "21.3": lambda ok: world(
        contracts=term(ALL, annual_value=part(ok, 110.0, 200.0)), invoices=bill(ALL)
    ),
    "22.2": lambda ok: world(plans=plan(ALL, success_measures=part(ok, "hours"))),
    "22.3": lambda ok: world(interactions=meeting(ALL, contact_id=part(ok, "p"))),
    "22.4": lambda ok: world(
        opportunities=deal(ALL, close_date=part(ok, AHEAD, NOW)),
        results={"service": result("service", open_issues=issue("a", promise="pending"))},
    ),
    "22.5": lambda ok: world(contracts=term(ALL, status=part(ok, "active"))),
    "23.4": lambda ok: world(interactions=by_quarter(ok, "date")),
    "24.1": lambda ok: world(invoices=bill(ALL, quantity=part(ok, 1.0, NAN))),
    "24.2": lambda ok: world(of={"account_name": ["Ann", "Bob", "Cy", "Di" if ok else "C.Y."]}),
    "24.5": lambda ok: world(results=kept_back(ok)),
    "24.6": lambda ok: world(
        invoices=bill(ALL), interactions=meeting(ALL, date=NOW if ok else GONE)
    ),
    "24.8": lambda ok: world(results=coverage(ok)),
    "25.1": lambda ok: world(targets={"revenue_12m": 500.0 if ok else None}),
    "25.3": lambda ok: world(
        prospects=pd.DataFrame({"prospect_id": ["p1", "p2"]}),
        opportunities=deal("a", prospect_id="p1" if ok else "p9"),
    ),
    "25.4": lambda ok: world(opportunities=deal("ab" if ok else "c")),
    "25.5": lambda ok: world(
        opportunities=deal(
            "a", kind="partnership", created_date=LONG_AGO, outcome=None if ok else "lost"
        )
    ),
    "27.3": lambda ok: world(
        contacts=person(ALL, left_date=NOW), of={"is_active": part(ok, True, False)}
    ),
}
"""By item; a case takes whether the practice is followed."""
