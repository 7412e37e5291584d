"""The policies of a unit in words, for printing beside the numbers that they change."""

from __future__ import annotations

from typing import Any, NamedTuple, get_args

from pydantic.fields import FieldInfo

from portfolio_lib.parameters.models import Policies, TierPolicy, UnitParameters


class PolicyInWords(NamedTuple):
    """One choice: what it is called, what was chosen, and what it changes."""

    name: str
    value: str
    changes: str


def describe_policies(unit: UnitParameters) -> list[PolicyInWords]:
    """Every policy of a unit, in the order of the settings."""
    return [
        PolicyInWords(
            name=field.title or name,
            value=_value_in_words(field, getattr(unit.policies, name)),
            changes=field.description or "",
        )
        for name, field in Policies.model_fields.items()
    ]


def _value_in_words(field: FieldInfo, value: object) -> str:
    if isinstance(value, TierPolicy):
        return _tiers_in_words(value)
    extra = field.json_schema_extra
    told: dict[str, Any] = extra if isinstance(extra, dict) else {}
    words = told.get("enumDescriptions")
    if words is not None:
        choices: tuple[object, ...] = get_args(field.annotation) or (False, True)
        return str(words[choices.index(value)])
    return f"{value} {told.get('unit', '')}".rstrip()


def _tiers_in_words(tiers: TierPolicy) -> str:
    first, second, third = tiers.labels
    if tiers.policy == "given":
        return f"as given in the accounts table, called {first}, {second} and {third}"
    if tiers.policy == "thresholds" and tiers.thresholds is not None:
        high, low = (f"{amount:,.0f}" for amount in tiers.thresholds)
        return f"{first} from {high} of revenue in twelve months, {second} from {low}, else {third}"
    top, next_ = (f"{100 * share:.4g} %" for share in tiers.shares)
    if tiers.policy == "account_rank":
        return (
            f"accounts by revenue, largest first: the first {top} of accounts {first}, "
            f"the next {next_} {second}, the rest {third}"
        )
    return (
        f"accounts by revenue, largest first: those that make up the first {top} of revenue "
        f"{first}, the next {next_} {second}, the rest {third}"
    )
