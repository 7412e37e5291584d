"""Settings of the hours in which a unit works."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from portfolio_lib.parameters.kinds import IsoDate, Settings, refuse_if

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hour = Annotated[float, Field(ge=0, le=24)]
WORKING_WEEK: tuple[Weekday, ...] = WEEKDAYS[:5]


class WorkingHours(Settings):
    """The hours that count where a service level is promised in business hours."""

    days: tuple[Weekday, ...] = Field(
        WORKING_WEEK,
        min_length=1,
        description="Working days of the week, for example [mon, tue, wed, thu, fri].",
    )
    opens: Hour = Field(
        9.0,
        alias="from",
        description="Hour at which a working day begins, in the time of the tables; 8.5 is 8:30.",
    )
    closes: Hour = Field(
        17.0, alias="to", description="Hour at which it ends; 17 is five in the afternoon."
    )
    holidays: tuple[IsoDate, ...] = Field(
        (), description="Days without work that fall on working days of the week."
    )

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> WorkingHours:
        refuse_if(
            (self.opens >= self.closes, "'from' is not before 'to'; expected an earlier hour"),
            (len(set(self.days)) < len(self.days), "a day of the week stands twice in days"),
        )
        return self

    @property
    def seconds_a_day(self) -> int:
        """Working seconds of one working day, to the whole second."""
        return round(self.closes * 3600) - round(self.opens * 3600)
