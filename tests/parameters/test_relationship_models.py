"""Settings of the page Stakeholders and engagement refuse what contradicts itself."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from portfolio_lib.parameters.relationship_models import StakeholdersPage


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"red_days": 180}, "expected more than red_days, 180"),
        ({"strength": {"recency_days": (14, 14, 60, 120)}}, "recency_days do not rise"),
        ({"strength": {"two_way": (0.1, 0.2, 0.3, 0.6)}}, "two_way goes above 0.5"),
        ({"strength": {"weights": dict.fromkeys(
            ("recency", "frequency", "seniority", "two_way"), 0)}}, "every weight is 0"),
        ({"executive_roles": ("boss",)}, "executive_roles"),
        ({"engagement": {"review_tiers": ()}}, "review_tiers"),
        ({"window": 90}, "window"),
    ],
)  # fmt: skip
def test_contradictions_are_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        StakeholdersPage.model_validate(given)


def test_the_share_of_one_contact_can_be_left_out_of_the_rule() -> None:
    assert StakeholdersPage.model_validate({"single_contact_share": None}).window_days == 180
