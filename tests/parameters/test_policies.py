"""Policies in words."""

from __future__ import annotations

from typing import Any

import pytest

from portfolio_lib.parameters import describe_policies
from portfolio_lib.parameters.models import Policies

from .test_snapshots import unit_parameters


def in_words(policies: dict[str, Any]) -> dict[str, str]:
    unit = unit_parameters(policies=Policies.model_validate(policies))
    return {name: value for name, value, _ in describe_policies(unit)}


def test_every_policy_is_named_with_its_choice_and_what_it_changes() -> None:
    described = describe_policies(unit_parameters())
    assert [policy.name for policy in described] == [
        "Source of revenue",
        "Credits",
        "Lines without an amount",
        "Repeated lines",
        "Service periods",
        "Active account",
        "Revenue in movements",
        "Pause that is not yet a loss",
        "Clients that come back",
        "New and gone in one month",
        "Cohorts",
        "Tiers",
    ]
    assert len(described) == len(Policies.model_fields)
    assert all(policy.value and policy.changes.endswith(".") for policy in described)


@pytest.mark.parametrize(
    ("policies", "name", "value"),
    [
        ({}, "Source of revenue", "invoices where there are any, else contracts"),
        ({"revenue_source": "contracts"}, "Source of revenue", "contracts"),
        ({}, "Credits", "taken off the revenue"),
        ({"credits": "set_aside"}, "Credits", "set aside, counted and listed"),
        ({}, "Service periods", "spread over the days served"),
        ({"spread_service_periods": False}, "Service periods", "on the day of the invoice"),
        ({"active_within_days": 90}, "Active account", "90 days"),
        (
            {},
            "Tiers",
            "accounts by revenue, largest first: those that make up the first 20 % of revenue "
            "Strategic, the next 30 % Core, the rest Transactional",
        ),
        (
            {"tiers": {"policy": "account_rank", "shares": (0.1, 0.125)}},
            "Tiers",
            "accounts by revenue, largest first: the first 10 % of accounts Strategic, "
            "the next 12.5 % Core, the rest Transactional",
        ),
        (
            {"tiers": {"policy": "thresholds", "thresholds": (1e6, 25e3)}},
            "Tiers",
            "Strategic from 1,000,000 of revenue in twelve months, Core from 25,000, "
            "else Transactional",
        ),
        (
            {"tiers": {"policy": "given", "labels": ("A", "B", "C")}},
            "Tiers",
            "as given in the accounts table, called A, B and C",
        ),
    ],
)
def test_a_choice_is_told_in_words(policies: dict[str, Any], name: str, value: str) -> None:
    assert in_words(policies)[name] == value
