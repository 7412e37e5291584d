"""The published numbers of the page Renewals."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from portfolio_lib.analyses.figures import Figure, unless
from portfolio_lib.analyses.looked_at import AHEAD, IN_TIME, TABLES
from portfolio_lib.analyses.resampling import METHOD
from portfolio_lib.analyses.snapshots import spoken, total
from portfolio_lib.analyses.terms_due import NOTICE, RENEWED, yearly_rate
from portfolio_lib.analyses.upcoming import within
from portfolio_lib.facts import months_before
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.renewal_models import RenewalsPage

YEAR_MONTHS = 12


@dataclass(frozen=True)
class Found:
    """What the figures are read off: the terms of the unit, and what was made of them."""

    parameters: UnitParameters
    terms: pd.DataFrame
    upcoming: pd.DataFrame
    late: pd.DataFrame
    windows: pd.DataFrame
    year: pd.DataFrame
    year_before: pd.DataFrame
    lengths: pd.DataFrame
    forecasts: pd.DataFrame
    checked: pd.DataFrame
    odd_terms: pd.DataFrame
    in_force: pd.DataFrame | None
    risk_sources: tuple[str, ...]
    kept_by_churn: float | None
    rates: pd.DataFrame

    @property
    def page(self) -> RenewalsPage:
        return self.parameters.renewals

    @property
    def no_terms(self) -> str | None:
        if self.in_force is None:
            return "no contract is known; hand in table contracts"
        if self.terms.empty:
            return "no contract has a last day; fill column end_date of table contracts"
        return None

    @property
    def none_ended(self) -> str | None:
        day = spoken(self.parameters.as_of)
        empty = self.year["annual_value"].sum() <= 0
        return self.no_terms or (
            f"no term with a value ended in the twelve months to {day}" if empty else None
        )

    @property
    def year_window(self) -> str:
        first = months_before(self.parameters.as_of, YEAR_MONTHS)
        return f"{(pd.Timestamp(first) + pd.Timedelta(days=1)).date()} to {self.parameters.as_of}"

    def ahead(self, days: int) -> str:
        first = pd.Timestamp(self.parameters.as_of) + pd.Timedelta(days=1)
        last = pd.Timestamp(self.parameters.as_of) + pd.Timedelta(days=days)
        return f"{first.date()} to {last.date()}"

    @property
    def listed(self) -> pd.DataFrame:
        return within(self.upcoming, self.page.listed_days)


def all_figures(found: Found) -> tuple[Figure, ...]:
    """Every figure of the page, in the order of the definitions."""
    return (
        *due_figures(found),
        *state_figures(found),
        *rate_figures(found),
        *forecast_figures(found),
        *term_figures(found),
    )


def due_figures(found: Found) -> tuple[Figure, ...]:
    """Value and number of the terms due within each number of days."""
    figures = []
    columns = found.windows[["days", "terms", "due"]]
    for days, terms, due in zip(*(columns[name].tolist() for name in columns), strict=True):
        window, n = found.ahead(days), int(terms)
        figures += [
            Figure(f"renewals.due_{days}d", f"Due within {days} days", float(due),
                   found.parameters.currency,
                   "Yearly value of the contract terms whose last day lies in the window, renewed "
                   "already or not.", n=n, window=window),
            Figure(f"renewals.terms_{days}d", f"Terms due within {days} days", n, "terms",
                   "Contract terms whose last day lies in the window.", n=n, window=window),
        ]  # fmt: skip
    return tuple(unless(found.no_terms, figure) for figure in figures)


def state_figures(found: Found) -> tuple[Figure, ...]:
    """Of what is due soon: renewed, under notice, at risk, looked at; and what is late."""
    page, rows, currency = found.page, found.listed, found.parameters.currency
    days, window, n = page.listed_days, found.ahead(page.listed_days), len(rows)
    due = rows["annual_value"]
    signs = ["notice was given", *found.risk_sources]
    grace = f"{page.grace_days} days of grace"
    return (
        unless(found.no_terms, Figure("renewals.renewed_ahead", f"Renewed already, {days} days",
               total(due[rows["state"].eq(RENEWED)]), currency,
               "Value due in the window whose following term is agreed.", n=n, window=window)),
        unless(found.no_terms, Figure("renewals.notice", f"Under notice, {days} days",
               total(due[rows["state"].eq(NOTICE)]), currency,
               "Value due in the window for which notice was given.", n=n, window=window,
               higher_is_better=False)),
        unless(found.no_terms, Figure("renewals.at_risk", f"At risk, {days} days",
               total(due[rows["is_at_risk"]]), currency,
               "Value due in the window, not renewed, of which a sign of danger is known: "
               f"{' or '.join(signs)}.", n=n, window=window, higher_is_better=False)),
        unless(found.no_terms, Figure("renewals.high_risk", f"Terms at high risk, {days} days",
               len(rows.loc[_is_grave(rows)]), "terms", "Terms that end in the window, not "
               "renewed, under notice or of a client whose health is red.", n=n, window=window,
               higher_is_better=False)),
        unless(found.no_terms, Figure("renewals.late", "Over without a renewal", total(
               found.late["annual_value"]), currency,
               f"Value of terms that are over, neither renewed nor given notice, within {grace}.",
               n=len(found.late), window=found.parameters.as_of.isoformat(),
               policy=f"grace: {page.grace_days} days", higher_is_better=False)),
        looked_at_figure(found),
    )  # fmt: skip


def _is_grave(rows: pd.DataFrame) -> pd.Series:
    return rows["is_at_risk"] & (rows["state"].eq(NOTICE) | rows["level"].eq("red"))


def looked_at_figure(found: Found) -> Figure:
    """The share of terms that were looked at so many days before their end."""
    page, rows = found.page, found.listed
    known = rows["looked_at"].notna()
    asked = rows.loc[known & rows["looked_at"].ne(AHEAD)]
    nothing = f"no term ends within {page.listed_days} days"
    unknown = f"nothing says what was done about clients; hand in one of the tables {TABLES}"
    young = "no term has reached the day on which it should have been looked at"
    missing = found.no_terms or (
        nothing if rows.empty else unknown if not known.any() else young if asked.empty else None
    )
    timely = int(asked["looked_at"].eq(IN_TIME).sum())
    kinds = ", ".join(page.looked_at_kinds)
    return unless(
        missing,
        Figure(
            "renewals.looked_at",
            f"Looked at {page.looked_at_days} days ahead",
            timely / max(1, len(asked)),
            "share",
            f"Terms that end within {page.listed_days} days about which something was done in the "
            f"{page.looked_at_days} days before the mark of {page.looked_at_days} days to the end "
            f"÷ all of them whose mark has passed. Counted: {kinds}, a plan, an action, a renewal "
            "deal.",
            n=len(asked),
            window=found.ahead(page.listed_days),
            target=1.0,
            higher_is_better=True,
        ),
    )


def rate_figures(found: Found) -> tuple[Figure, ...]:
    """The renewal rate by value, by client, and per year."""
    page, missing, row = found.page, found.none_ended, found.rates.iloc[0]
    policy = f"grace: {page.grace_days} days; renewals: {page.successors}"
    per_year = yearly_rate(found.lengths)
    rate, logo = (0.0 if pd.isna(row[name]) else float(row[name]) for name in ("rate", "logo_rate"))
    n, window = int(row["terms"]), found.year_window
    level = f"{page.interval_level:.0%}"
    return (
        unless(missing, Figure("renewals.rate", "Renewal rate", rate, "share",
               "Sum of the smaller of renewed and due ÷ value due, over the terms that ended in "
               "the window, by the day they ended. Late renewals within the grace count; terms "
               "whose grace still runs do not, yet.", n=n, window=window, policy=policy,
               interval=_interval(row, "rate"), interval_method=_method(row, "rate",
               f"{METHOD}, {level}"), previous=_rate_of(found.year_before),
               higher_is_better=True)),
        unless(missing, Figure("renewals.logo_rate", "Clients that renewed", logo, "share",
               "Clients that renewed at least one term ÷ clients with a term that ended in the "
               "window.", n=int(row["accounts"]), window=window, policy=policy,
               interval=_interval(row, "logo"), interval_method=_method(row, "logo",
               f"Wilson, {level}"), higher_is_better=True)),
        unless(missing, Figure("renewals.rate_per_year", "Renewal rate per year", per_year or 0.0,
               "share", "For each length of term, the yearly rate that comes to the renewal rate "
               "over the term, 1 − (1 − lost share)^(1 ÷ years) being lost a year; over all "
               "lengths by the value under such terms.", n=n, window=window, policy=policy,
               higher_is_better=True)),
        unless(missing, Figure("renewals.renewed_late", "Renewed late",
               float(row["renewed_late"]), found.parameters.currency,
               "Value renewed after the last day of the term, within the grace.", n=n,
               window=window, policy=policy, higher_is_better=False)),
        unless(missing, Figure("renewals.lost", "Not renewed", float(row["lost"]),
               found.parameters.currency, "Value of the terms that ended in the window and were "
               "given notice or not renewed within the grace.", n=n, window=window, policy=policy,
               higher_is_better=False)),
    )  # fmt: skip


def _rate_of(ended: pd.DataFrame) -> float | None:
    due = total(ended["annual_value"])
    return min(1.0, total(ended["kept_value"]) / due) if due > 0 else None


def _interval(row: pd.Series, name: str) -> tuple[float, float] | None:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return None if pd.isna(low) else (float(low), float(high))


def _method(row: pd.Series, name: str, method: str) -> str | None:
    return None if pd.isna(row[f"{name}_low"]) else method


def forecast_figures(found: Found) -> tuple[Figure, ...]:
    """What the next quarter is expected to keep, and how far earlier forecasts were out."""
    page, currency = found.page, found.parameters.currency
    row = found.forecasts.iloc[0]
    window = f"{row['quarter_start'].date()} to {row['quarter_end'].date()}"
    few = (
        f"fewer than {page.least_terms} clients had a term that ended in earlier quarters and "
        "stood as these do"
    )
    nothing = "no term is known to end in the next quarter"
    untold = pd.isna(row["likely"])
    missing = found.no_terms or (nothing if row["terms"] == 0 else few if untold else None)
    by_churn = found.kept_by_churn
    no_odds = "too few of these clients have a probability of leaving on the page Churn risk"
    errors = found.checked["error"].dropna()
    unchecked = "no earlier review had a forecast that can be made again"
    settled = found.checked.loc[found.checked["error"].notna()]
    return (
        unless(missing, Figure("renewals.forecast", "Next quarter, likely kept",
               0.0 if untold else float(row["likely"]), currency,
               "Value of the next quarter's terms likely to be renewed: what is agreed, and of the "
               "rest the share that clients of the same tier by contract value renewed when their "
               "terms stood like that. Under notice counts as lost.", n=int(row["terms"]),
               window=window, interval=None if untold else (float(row["low"]), float(row["high"])),
               interval_method=None if untold else "draws of earlier clients, "
               f"{page.scenario_level:.0%}")),
        unless(found.no_terms or (nothing if row["terms"] == 0 else None if by_churn is not None
               else no_odds), Figure("renewals.forecast_by_churn",
               "Next quarter, kept by the probabilities of churn", by_churn or 0.0, currency,
               "Value of the next quarter's terms that is agreed, and of the rest the value due × "
               f"(1 − the client's probability of leaving within "
               f"{found.parameters.churn.horizon_days} days). Under notice counts as lost.",
               n=int(row["terms"]), window=window)),
        unless(found.no_terms or (unchecked if errors.empty else None),
               Figure("renewals.forecast_error", "Forecasts were out by",
               0.0 if errors.empty else float(errors.abs().mean()), "share",
               "Mean over earlier reviews of the distance between what was likely for the quarter "
               "ahead and what happened, as a share of the value due; each forecast made again "
               "from what was known on its day.", n=len(settled), window=_checked_window(settled),
               higher_is_better=False)),
    )  # fmt: skip


def _checked_window(settled: pd.DataFrame) -> str | None:
    if settled.empty:
        return None
    first, last = settled["quarter_start"].min(), settled["quarter_end"].max()
    return f"{first.date()} to {last.date()}"


def term_figures(found: Found) -> tuple[Figure, ...]:
    """Contracts without an end, and terms out of line."""
    page, running = found.page, found.in_force
    as_of = found.parameters.as_of.isoformat()
    none = "no contract is known; hand in table contracts" if running is None else None
    idle = none or _too_few_to_compare(running, page)
    endless = 0 if running is None else int(running["end_date"].isna().sum())
    n = 0 if running is None else len(running)
    odd = found.odd_terms
    return (
        unless(none, Figure("renewals.open_ended", "Contracts without an end", endless, "terms",
               "Contracts in force without a last day: they run until notice is given and never "
               "come due.", n=n, window=as_of)),
        unless(idle, Figure("renewals.out_of_line", "Contracts with terms out of line",
               int(odd["contract_id"].nunique()), "terms",
               "Contracts in force with days to pay, notice, length, value per employee or "
               "discount more than three median distances from the middle of similar contracts, "
               f"where at most {page.share_as_far:.0%} of them are as far out. Similar: same "
               f"offering and tier where there are {page.least_similar} others, else same "
               "offering, else all.", n=n, window=as_of)),
    )  # fmt: skip


def _too_few_to_compare(running: pd.DataFrame | None, page: RenewalsPage) -> str | None:
    held = 0 if running is None else running["account_id"].nunique()
    if held == 0:
        return "no contract is in force"
    if held > page.least_similar:
        return None
    return f"needs {page.least_similar + 1} clients under contract; this unit has {held}"
