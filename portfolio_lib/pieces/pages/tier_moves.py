"""Who rose or fell a tier since a year before, and the money that came and went with it."""

from __future__ import annotations

from portfolio_lib.analyses.migration import NOT_YET_KNOWN
from portfolio_lib.analyses.segments import Segmentation
from portfolio_lib.analyses.tier_moves import GIVEN
from portfolio_lib.analyses.tiers import NO_TIER, TIERS
from portfolio_lib.pieces import exhibit, words
from portfolio_lib.pieces.pages import parts
from portfolio_lib.pieces.pages.migration import NOT_YET, READ, moves_table
from portfolio_lib.pieces.pages.tiers import READING_NAMES, SOURCE, tier_name
from portfolio_lib.pieces.piece import Piece

NAME = "tier-moves"
MEASURE = "clients and revenue by tier a year before (rows) and now (columns)"


def moves(segmentation: Segmentation) -> Piece:
    """Clients from tier to tier, and by how much their revenue changed."""
    told, found = segmentation.moves, segmentation.moves.migration
    said = moves_headline(segmentation)
    origin = parts.source(SOURCE, segmentation.period.as_of)
    if found is None:
        reason = told.reason or "nothing is known of the year before"
        help_ = "Tiers by revenue, by rank or by thresholds can be followed." if (
            reason == GIVEN) else None  # fmt: skip
        return parts.unshown(said, MEASURE, reason, source=origin, name=NAME, help_=help_)
    names = {tier: tier_name(segmentation, tier) for tier in TIERS}
    counts = found.matrix("accounts")
    rows = {**names, NO_TIER: "No revenue", NOT_YET_KNOWN: NOT_YET}
    rows = {key: label for key, label in rows.items() if key in TIERS or counts.loc[key].sum()}
    columns = {**names, NO_TIER: "No revenue now"}
    before, now = found.matrix("revenue_before"), found.matrix("revenue_now")

    def shown(amounts: str, caption: str, name: str) -> Piece:
        values = {"change": now - before, "before": before, "now": now}[amounts]
        return moves_table(
            found, values, rows=rows, columns=columns, caption=caption, name=f"{NAME}-{name}",
            currency=segmentation.currency, signed=amounts == "change",
        )  # fmt: skip

    body = parts.together(
        moves_table(found, counts, rows=rows, columns=columns, name=f"{NAME}-accounts",
                    caption="Clients by tier a year before and now",
                    note=f"{READ} {amounts_note(segmentation)}"),
        shown("change", "Revenue of the last year less that of the year before", "change"),
    )  # fmt: skip
    data = parts.together(
        shown("before", "Revenue of the year before", "before"),
        shown("now", "Revenue of the last year", "now"),
    )
    return exhibit(
        headline=said,
        measure=f"{MEASURE}, {words.period(told.day_before, segmentation.period.as_of)}",
        body=body, source=origin, name=NAME, data=data,
    )  # fmt: skip


def moves_headline(segmentation: Segmentation) -> str:
    """What left with those who fell, and what came with those who rose."""
    figures = segmentation.figures
    fell, rose = (figures[f"segments.{way}_accounts"].value for way in ("fell", "rose"))
    if not isinstance(fell, int) or not isinstance(rose, int):
        return "Moves between tiers are not known"
    less, more = (
        words.figure_value(figure, value=abs(float(figure.value or 0.0)))
        for figure in (figures[f"segments.{way}_revenue_change"] for way in ("fell", "rose"))
    )
    bring = "brings" if (fell or rose) == 1 else "bring"
    if fell and rose:
        left = words.plural(fell, "client")
        return f"{left} fell a tier or left, {less} less; {rose} rose or joined, {more} more"
    if fell:
        return f"{words.plural(fell, 'client')} that fell a tier or left {bring} {less} less"
    if rose:
        return f"{words.plural(rose, 'client')} that rose a tier or joined {bring} {more} more"
    return "No client changed tier within a year"


def amounts_note(segmentation: Segmentation) -> str:
    """The amounts that both years are sorted by, and why they may differ from the tiers above."""
    told = segmentation.moves
    if told.amounts is None:
        return "No amounts are known."
    first, second = (words.money_exact(one, segmentation.currency) for one in told.amounts)
    held = f"Tier 1 is {first} a year or more, tier 2 {second} or more, on both days"
    if first == second:
        held = f"Tier 1 is {first} a year or more on both days, and leaves no room for tier 2"
    if told.reading == "thresholds":
        return f"{held}."
    return (
        f"{held}: what the tiers {READING_NAMES[told.reading]} took on "
        f"{words.day(told.day_before)}. So nobody moves because others did, and the numbers may "
        "differ from those of the tiers above."
    )
