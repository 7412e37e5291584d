"""What speaks against a client: each limit is the setting of the page that judges it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from portfolio_lib.analyses.account_dangers import dangers_of, limits_in
from portfolio_lib.analyses.threats import open_threats
from portfolio_lib.parameters.growth_models import GrowthPage
from portfolio_lib.parameters.manager_models import AccountBriefSettings
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.relationship_models import StakeholdersPage
from portfolio_lib.parameters.service_models import SatisfactionPage
from tests.analyses.portfolios import unit

QUIET: dict[str, Any] = {
    "level": "green", "score": 90.0, "cause": "", "probability": np.nan, "reasons": None,
    "days_to_renewal": np.nan, "single_threaded": None, "severity": None, "open_urgent": 0.0,
    "breaches_12m": 0.0, "overdue_amount": 0.0, "satisfaction": np.nan, "is_detractor": None,
    "due": None, "days_since_contact": np.nan,
}  # fmt: skip


def levels(parameters: UnitParameters, name: str, values: list[float]) -> list[str | None]:
    """The level of the danger that each value of a reading is, None where it is none."""
    rows = [{**QUIET, "account_id": f"a{n}", name: value} for n, value in enumerate(values)]
    found = dangers_of(pd.DataFrame(rows), open_threats(None, ()), limits_in(parameters))
    told = dict(zip(found["account_id"], found["level"], strict=True))
    return [told.get(f"a{n}") for n in range(len(values))]


def test_the_limits_are_those_of_the_kit() -> None:
    kit = unit()
    assert levels(kit, "probability", [0.19, 0.2, 0.39, 0.4]) == [None, "yellow", "yellow", "red"]
    assert levels(kit, "days_to_renewal", [-1, 0, 90, 91, 180, 181]) == [
        None, "red", "red", "yellow", "yellow", None,
    ]  # fmt: skip
    assert levels(kit, "satisfaction", [6.9, 7.0]) == ["yellow", None]


def test_the_limits_follow_the_settings() -> None:
    own = unit(
        account_brief=AccountBriefSettings(leaving_red_from=0.6, leaving_yellow_from=0.5),
        stakeholders=StakeholdersPage(red_days=30, yellow_days=60),
        satisfaction=SatisfactionPage(low_rating=8.0),
    )
    assert levels(own, "probability", [0.49, 0.5, 0.6]) == [None, "yellow", "red"]
    assert levels(own, "days_to_renewal", [30, 31, 60, 61]) == ["red", "yellow", "yellow", None]
    assert levels(own, "satisfaction", [7.9, 8.0]) == ["yellow", None]


def test_what_is_not_known_is_no_danger() -> None:
    for name in ("probability", "days_to_renewal", "satisfaction", "score", "overdue_amount"):
        assert levels(unit(), name, [float("nan")]) == [None]


def test_a_threat_is_over_by_the_words_of_the_unit() -> None:
    rivals = pd.DataFrame(
        {
            "account_id": ["a", "b", "c"],
            "competitor": ["Rival", "Rival", "Rival"],
            "status": ["Resolved", "ended", None],
        }
    )
    profile = pd.DataFrame([{**QUIET, "account_id": one} for one in "abc"])

    def threatened(parameters: UnitParameters) -> list[str]:
        threats = open_threats(rivals, parameters.growth.closed_words)
        found = dangers_of(profile, threats, limits_in(parameters))
        assert set(found["kind"]) == {"competitor"}
        return found["account_id"].tolist()

    assert threatened(unit()) == ["b", "c"]
    assert threatened(unit(growth=GrowthPage(closed_words=("ended",)))) == ["a", "c"]


def test_a_yellow_chance_is_below_a_red_one() -> None:
    with pytest.raises(ValidationError, match=r"expected less than leaving_red_from, 0\.3"):
        AccountBriefSettings(leaving_red_from=0.3, leaving_yellow_from=0.3)
