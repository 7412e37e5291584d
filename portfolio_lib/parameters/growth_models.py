"""Settings of the page Growth, and of its part about competitors."""

from __future__ import annotations

from pydantic import Field, model_validator

from portfolio_lib.parameters.kinds import Settings, Share, Text, refuse_if

Words = tuple[Text, ...]


class GrowthPage(Settings):
    """Settings of the page Growth."""

    similar_share: Share = Field(
        0.4, description="An open cell is valued where this share of similar clients buys."
    )
    least_similar: int = Field(
        4, ge=2, description="Similar clients that it takes to compare a client with them."
    )
    prior_clients: float = Field(
        4.0, gt=0, description="Clients that the wider group counts for when shares are shrunk."
    )
    largest_scale: float = Field(
        3.0, ge=1, description="What similar clients pay is scaled to a client by this at most."
    )
    most_offerings: int = Field(
        30,
        ge=2,
        le=200,
        description="With more offerings, the grid is by family, or by the largest.",
    )
    first_part: Share = Field(
        0.1, description="Part of the open cells that the test calls first cells."
    )
    least_cells: int = Field(
        50, ge=10, description="Open cells a year ago that it takes to test their order."
    )
    least_conversions: int = Field(
        10, ge=1, description="First purchases it takes to turn shares into chances."
    )
    in_house_words: Words = Field(
        ("in-house", "in house", "internal", "own team"),
        description="Words for clients that do it themselves, where a rival or a reason is named.",
    )
    closed_words: Words = Field(
        ("closed", "gone", "lost", "won", "defeated", "inactive", "resolved"),
        description="Words of your status that say a threat is over, in small letters.",
    )
    window_months: int = Field(
        24, ge=3, le=120, description="Months of closed deals behind win rates."
    )
    least_closed: int = Field(
        10, ge=2, description="Closed deals that it takes to give a win rate."
    )
    interval_level: float = Field(0.90, ge=0.5, lt=1, description="Level of the intervals.")
    least_buyers: int = Field(
        6, ge=3, description="Clients that buy an offering, before a price is called out of line."
    )
    odd_price: Share = Field(
        0.1, description="A price nearer than this to the usual one is never out of line."
    )
    best_part: Share = Field(
        0.25, description="Part of the active clients, by revenue, that prospects are held against."
    )
    satisfied_from: float = Field(
        8.0, ge=0, le=10, description="Success stories: latest satisfaction, of 10, from here on."
    )
    loyal_months: int = Field(
        24, ge=1, le=240, description="Success stories: clients for at least so many months."
    )
    departments: dict[Text, Words] = Field(
        {
            "Finance": ("finance", "financial", "cfo", "accounts", "controller", "treasurer"),
            "Operations": ("operations", "coo", "production", "logistics", "supply", "planner"),
            "IT": ("it", "cio", "cto", "technology", "systems", "data"),
            "People": ("hr", "people", "human resources", "training"),
            "Sales and marketing": ("sales", "marketing", "cmo", "commercial"),
            "Purchasing": ("purchasing", "procurement", "buyer"),
            "General management": ("ceo", "chief executive", "managing director", "owner"),
        },
        min_length=1,
        description="Words of job titles, in small letters, by the department they belong to.",
    )
    rows_shown: int = Field(
        6, ge=1, le=100, description="Rows of a list in the pack; all are in the workbook."
    )

    @model_validator(mode="after")
    def _words_are_small(self) -> GrowthPage:
        named = [word for words in self.departments.values() for word in words]
        words = (*self.closed_words, *self.in_house_words, *named)
        large = [word for word in words if word != word.lower().strip()]
        refuse_if((bool(large), f"the words {large} are not in small letters; write them so"))
        return self
