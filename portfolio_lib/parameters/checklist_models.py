"""Settings of the page Checklist."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, ValidationInfo, model_validator

from portfolio_lib.parameters.kinds import Settings, Share, Text, in_words, is_part, refuse_if

ItemNumber = Annotated[
    str,
    StringConstraints(pattern=r"^checklist\.([1-9]|1[0-9]|2[0-7])\.[1-8]$"),
    in_words("checklist.SECTION.PLACE, for example checklist.5.1"),
]
Threshold = Annotated[float, Field(ge=0)]


class ChecklistPage(Settings):
    """Settings of the page Checklist."""

    thresholds: dict[ItemNumber, Threshold] = Field(
        default_factory=dict,
        description="What a measured item is held to, where it differs from the kit's own.",
    )
    not_applicable: dict[ItemNumber, Text] = Field(
        default_factory=dict, description="Items that do not apply to this unit, each with why."
    )
    optimized_from: Share = Field(0.85, description="Score from which the level is Optimized.")
    developing_from: Share = Field(0.6, description="Score from which the level is Developing.")
    open_shown: int = Field(12, ge=1, le=50, description="Open items shown, tier 1 first.")
    accounts_named: int = Field(3, ge=1, le=10, description="Clients named beside an open item.")

    @model_validator(mode="after")
    def _levels_rise(self, info: ValidationInfo) -> ChecklistPage:
        falls = self.developing_from > self.optimized_from
        refuse_if(
            (falls and not is_part(info), "optimized_from is below developing_from; expected above")
        )
        return self
