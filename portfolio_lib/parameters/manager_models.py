"""Settings of the page Account managers, and of the account briefs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, model_validator

from portfolio_lib.parameters.kinds import Settings, Share, is_part, refuse_if

TierNumber = Literal[1, 2, 3]


class AccountManagersPage(Settings):
    """Settings of the page Account managers."""

    least_accounts: int = Field(
        5, ge=2, le=100, description="A book, or a kind of client in it, with fewer is too few."
    )
    limits_level: float = Field(
        0.95,
        ge=0.5,
        lt=1,
        description="How often all books lie within their limits where only luck is at work.",
    )
    draws: int = Field(
        4000, ge=500, le=100_000, description="Random ways to deal out the clients, for the limits."
    )
    managers_shown: int = Field(12, ge=1, le=100, description="Account managers in the pack.")
    fit_shown: int = Field(10, ge=1, le=100, description="Rows on kinds of client in the pack.")


class AccountBriefSettings(Settings):
    """Which clients have a brief of their own beside the pack, and what it lists."""

    tiers: tuple[TierNumber, ...] = Field((1,), description="Tiers whose clients have a brief.")
    most: int = Field(
        10, ge=0, le=500, description="Briefs beside the pack, largest clients first; 0 for none."
    )
    rows_shown: int = Field(8, ge=1, le=50, description="Rows of each list of a brief.")
    history_shown: int = Field(12, ge=1, le=100, description="Events of the history in a brief.")
    leaving_red_from: Share = Field(
        0.4, description="A chance of leaving from here on is a red danger."
    )
    leaving_yellow_from: Share = Field(0.2, description="And a yellow one from here on.")

    @model_validator(mode="after")
    def _are_told_apart(self, info: ValidationInfo) -> AccountBriefSettings:
        milder = self.leaving_yellow_from < self.leaving_red_from or is_part(info)
        refuse_if(
            (
                len(set(self.tiers)) < len(self.tiers),
                "a tier stands there twice; expected each tier once",
            ),
            (
                not milder,
                f"leaving_yellow_from is {self.leaving_yellow_from:g}; expected less than "
                f"leaving_red_from, {self.leaving_red_from:g}",
            ),
        )
        return self
