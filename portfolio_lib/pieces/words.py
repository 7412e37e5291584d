"""Numbers and days as a reader sees them.

Rounding is half up, away from zero (0.125 → 0.13, −2.5 → −3), on the decimal digits that Python
prints. Minus is the sign "−" and a rounded zero never carries one. A value that is absent (None,
NaN, NaT) becomes "not computable"; so does an infinite one, which no analysis may publish.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import SupportsFloat

from portfolio_lib.analyses.figures import Figure
from portfolio_lib.pieces.piece import visible

Number = SupportsFloat | None
Day = dt.date | str | None

NOT_COMPUTABLE = "not computable"
MINUS = "−"

SYMBOLS = {
    "GBP": "£", "USD": "$", "EUR": "€", "JPY": "¥", "INR": "₹", "CAD": "CA$", "AUD": "A$",
    "NZD": "NZ$", "HKD": "HK$", "SGD": "S$", "KRW": "₩", "ILS": "₪", "NGN": "₦", "BRL": "R$",
}  # fmt: skip

_WIDE = Context(prec=400)  # every float there is, with two decimals
_STEPS = ((Decimal(10) ** 3, "k"), (Decimal(10) ** 6, "m"), (Decimal(10) ** 9, "bn"))
_SPACES = re.compile(r"\s+")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def absent(value: object) -> bool:
    """Whether there is no value: None, NaN, NaT, a missing mark of pandas, or an infinity.

    >>> absent(None), absent(float("nan")), absent(0)
    (True, True, False)
    """
    if value is None:
        return True
    if type(value).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(value, Decimal):
        return not value.is_finite()
    if isinstance(value, str | bytes | dt.date):
        return False
    return isinstance(value, SupportsFloat) and not math.isfinite(float(value))


def rounded(value: SupportsFloat, decimals: int = 0) -> Decimal:
    """The value rounded half up, as a decimal; a zero has no sign.

    >>> rounded(2.5), rounded(-2.5), rounded(-0.004, 2)
    (Decimal('3'), Decimal('-3'), Decimal('0.00'))
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    result = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, context=_WIDE)
    return abs(result) if result == 0 else result


def number(value: Number, decimals: int = 0, *, signed: bool = False) -> str:
    """Digits with thousands commas.

    >>> number(1234.5), number(-0.4), number(-1234.56, 1), number(3, signed=True), number(None)
    ('1,235', '0', '−1,234.6', '+3', 'not computable')
    """
    if value is None or absent(value):
        return NOT_COMPUTABLE
    amount = rounded(value, decimals)
    return f"{_sign(amount, signed)}{abs(amount):,}"


def count(value: Number) -> str:
    """Whole things.

    >>> count(1204), count(None)
    ('1,204', 'not computable')
    """
    return number(value)


def symbol(currency: str) -> str:
    """What stands before an amount; an unknown code stands before it with a space.

    >>> symbol("GBP"), symbol("XYZ")
    ('£', 'XYZ ')
    """
    return SYMBOLS.get(currency, f"{currency} ")


def money(value: Number, currency: str, *, signed: bool = False, finer: int = 0) -> str:
    """An amount short enough for a sentence.

    Under a hundred it is exact (pence shown where there are any), under a thousand whole; thousands
    have one decimal below ten thousand and none above; millions and billions have one decimal.
    `finer` asks for so many decimals more.

    >>> money(1_249_999, "GBP"), money(25_000_000, "USD"), money(340_499, "EUR")
    ('£1.2m', '$25.0m', '€340k')
    >>> money(67.48, "GBP"), money(674.48, "GBP"), money(-5_120, "GBP"), money(999_999, "GBP")
    ('£67.48', '£674', '−£5.1k', '£1.0m')
    >>> money(950, "GBP"), money(950_000, "GBP"), money(2_660_000, "GBP", finer=1)
    ('£950', '£950k', '£2.66m')
    >>> money(None, "GBP"), money(-0.001, "GBP")
    ('not computable', '£0')
    """
    if value is None or absent(value):
        return NOT_COMPUTABLE
    digits, suffix, amount = _short(value, finer)
    return f"{_sign(amount, signed)}{symbol(currency)}{digits}{suffix}"


def _short(value: SupportsFloat, finer: int) -> tuple[str, str, Decimal]:
    """Digits, suffix and signed rounded amount: the smallest step that needs no fourth digit."""
    pence = rounded(value, 2)
    amount = pence if abs(pence) < 100 or finer else rounded(value)
    if abs(amount) < 1000:
        whole = amount == amount.to_integral_value()
        return f"{abs(amount):,.{0 if whole else 2}f}", "", amount
    for size, suffix in _STEPS:
        scaled = Decimal(repr(float(value))) / size
        decimals = 0 if suffix == "k" and abs(rounded(scaled, 1)) >= 10 else 1
        amount = rounded(scaled, decimals + finer)
        if abs(amount) < 1000:
            break
    return f"{abs(amount):,}", suffix, amount


def money_exact(value: Number, currency: str, decimals: int = 0, *, signed: bool = False) -> str:
    """An amount with all its digits.

    >>> money_exact(6_444_800, "GBP"), money_exact(-12.345, "USD", 2)
    ('£6,444,800', '−$12.35')
    """
    if value is None or absent(value):
        return NOT_COMPUTABLE
    amount = rounded(value, decimals)
    return f"{_sign(amount, signed)}{symbol(currency)}{abs(amount):,}"


def percent(share: Number, decimals: int = 0, *, signed: bool = False) -> str:
    """A share of one as per cent.

    >>> percent(0.4449), percent(1.01), percent(-0.004), percent(0.0825, 1), percent(None)
    ('44%', '101%', '0%', '8.3%', 'not computable')
    """
    if share is None or absent(share):
        return NOT_COMPUTABLE
    return f"{number(_hundredfold(share), decimals, signed=signed)}%"


def points(difference: Number, decimals: int = 0, *, signed: bool = False) -> str:
    """The difference of two shares, in percentage points.

    >>> points(0.09), points(-0.01), points(0.04, signed=True), points(0.015, 1)
    ('9 points', '−1 point', '+4 points', '1.5 points')
    """
    if difference is None or absent(difference):
        return NOT_COMPUTABLE
    hundredfold = _hundredfold(difference)
    word = "point" if abs(rounded(hundredfold, decimals)) == 1 else "points"
    return f"{number(hundredfold, decimals, signed=signed)} {word}"


def ratio(value: Number, decimals: int = 1) -> str:
    """A plain ratio or score.

    >>> ratio(8.05), ratio(3), ratio(None)
    ('8.1', '3.0', 'not computable')
    """
    return number(value, decimals)


def plural(how_many: Number, one: str, many: str | None = None) -> str:
    """A count and its noun.

    >>> plural(1, "client"), plural(1200, "client"), plural(2, "industry", "industries")
    ('1 client', '1,200 clients', '2 industries')
    """
    if how_many is None or absent(how_many):
        return NOT_COMPUTABLE
    return f"{count(how_many)} {one if rounded(how_many) == 1 else many or one + 's'}"


def days(how_many: Number) -> str:
    """A length in days.

    >>> days(1), days(45)
    ('1 day', '45 days')
    """
    return plural(how_many, "day")


def day(value: Day, *, short: bool = False) -> str:
    """A day in full; the month has three letters where asked, as in the cells of a table.

    >>> day("2026-09-30"), day("2026-09-30", short=True), day(None)
    ('30 September 2026', '30 Sep 2026', 'not computable')
    """
    date = as_date(value)
    return NOT_COMPUTABLE if date is None else f"{date.day} {month(date, short=short)}"


def month(value: Day, *, short: bool = False) -> str:
    """The month that a day lies in.

    >>> month("2026-09-30"), month("2026-09-01", short=True)
    ('September 2026', 'Sep 2026')
    """
    date = as_date(value)
    if date is None:
        return NOT_COMPUTABLE
    name_of_month = _MONTHS[date.month - 1]
    return f"{name_of_month[:3] if short else name_of_month} {date.year}"


def period(first: Day, last: Day) -> str:
    """From one day to another, both included.

    >>> period("2025-10-01", "2026-09-30")
    '1 October 2025 to 30 September 2026'
    """
    if as_date(first) is None or as_date(last) is None:
        return NOT_COMPUTABLE
    return f"{day(first)} to {day(last)}"


def as_date(value: Day) -> dt.date | None:
    """A date from a date, a timestamp of pandas or ISO text; None where absent."""
    if value is None or absent(value):
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value[:10])


def change(now: Number, before: Number, decimals: int = 0) -> str:
    """How a quantity moved, relative to what it was.

    >>> change(108, 100), change(96, 100), change(100.2, 100), change(5, 0)
    ('up 8%', 'down 4%', 'unchanged', 'not computable')
    """
    if now is None or before is None or absent(now) or absent(before) or float(before) <= 0:
        return NOT_COMPUTABLE
    return _moved(float(now) / float(before) - 1, decimals, percent)


def share_change(now: Number, before: Number, decimals: int = 0) -> str:
    """How a share moved, in points.

    >>> share_change(0.44, 0.36), share_change(0.35, 0.36), share_change(0.36, 0.36)
    ('up 8 points', 'down 1 point', 'unchanged')
    """
    if now is None or before is None or absent(now) or absent(before):
        return NOT_COMPUTABLE
    return _moved(float(now) - float(before), decimals, points)


def listing(items: list[str] | tuple[str, ...]) -> str:
    """Items in a sentence.

    >>> listing(["Calder", "Whitmore", "Northgate"]), listing(["Calder"]), listing([])
    ('Calder, Whitmore and Northgate', 'Calder', 'none')
    """
    if len(items) < 2:
        return items[0] if items else "none"
    return f"{', '.join(items[:-1])} and {items[-1]}"


def name(value: object, longest: int = 48) -> str:
    """A name from data, fit for a sentence: one line, not too long, its own writing direction.

    Text that runs right to left is wrapped in Unicode isolates, so that the words around it stay
    in order on a page, in a drawing and in plain text alike. Characters that no page can carry
    become a visible mark.

    >>> name("Calder\\nHealth"), name("x" * 60, longest=10), name("Cal\\x08der")
    ('Calder Health', 'xxxxxxxxx…', 'Cal�der')
    """
    if absent(value):
        return "unnamed"
    line = visible(_SPACES.sub(" ", str(value))).strip() or "unnamed"
    line = line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
    return f"\u2068{line}\u2069" if runs_right_to_left(line) else line


def runs_right_to_left(value: str) -> bool:
    """Whether any character could turn the order of the words around it.

    >>> runs_right_to_left("Calder"), runs_right_to_left("\\u05e9\\u05dc")
    (False, True)
    """
    turning = {"R", "AL", "RLE", "RLO", "RLI", "LRO", "LRE", "FSI", "LRI", "PDF", "PDI"}
    return not value.isascii() and any(unicodedata.bidirectional(c) in turning for c in value)


def figure_value(
    figure: Figure, *, value: object = ..., signed: bool = False, finer: int = 0
) -> str:
    """A figure's value in the words of its unit; `value` shows another value in the same unit.

    >>> figure_value(Figure("p.r", "Revenue", 1_250_000.0, "GBP", "Sum"))
    '£1.3m'
    >>> figure_value(Figure("p.t", "Top 10", 0.44, "share", "Share"), value=0.4)
    '40%'
    """
    shown = figure.value if value is ... else value
    if absent(shown):
        return NOT_COMPUTABLE
    if isinstance(shown, str):
        return shown
    assert isinstance(shown, SupportsFloat)
    return amount(shown, figure.unit, signed=signed, finer=finer)


MOST_FINER = 3


def finer_apart(
    value: SupportsFloat, other: SupportsFloat, unit: str, *, most: int = MOST_FINER
) -> int:
    """How many decimals more it takes until two numbers that differ also read differently.

    A status is judged by the numbers; a reader sees the words. Both have to say the same.

    >>> finer_apart(0.44, 0.4, "share"), finer_apart(0.349, 0.35, "share")
    (0, 1)
    >>> finer_apart(2, 2, "days"), finer_apart(2_660_000, 2_700_000, "GBP")
    (0, 1)
    """
    for finer in range(most + 1):
        if amount(value, unit, finer=finer) != amount(other, unit, finer=finer):
            return finer
    return 0


def amount(value: Number, unit: str, *, signed: bool = False, finer: int = 0) -> str:
    """A number in the words of its unit: a currency code, ``share``, ``points``, ``days`` …

    >>> amount(1200, "GBP"), amount(0.5, "share"), amount(0.02, "points"), amount(12, "days")
    ('£1.2k', '50%', '2 points', '12 days')
    >>> amount(80, "accounts"), amount(0.0312, "index"), amount(8.05, "score")
    ('80', '0.031', '8.1')
    """
    if value is None or absent(value):
        return NOT_COMPUTABLE
    if is_currency(unit):
        return money(value, unit, signed=signed, finer=finer)
    if unit == "share":
        return percent(value, finer, signed=signed)
    if unit == "points":
        return points(value, finer, signed=signed)
    if unit in ("days", "months", "years", "weeks"):
        word = plural(value, unit[:-1]).rsplit(" ", 1)[1]
        return f"{number(value, finer, signed=signed)} {word}"
    return number(value, _decimals(value, unit) + finer, signed=signed)


def is_currency(unit: str) -> bool:
    """Whether a unit is an ISO 4217 code."""
    return len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()


def _decimals(value: SupportsFloat, unit: str) -> int:
    """Counts are whole; other plain numbers keep two figures after a small start."""
    if unit in ("index", "ratio"):
        return 3 if abs(float(value)) < 1 else 1
    return 1 if unit in ("score", "rating", "level") else 0


def _hundredfold(share: SupportsFloat) -> Decimal:
    return Decimal(repr(float(share))) * 100


def _moved(by: float, decimals: int, say: object) -> str:
    assert callable(say)
    size = rounded(_hundredfold(by), decimals)
    if size == 0:
        return "unchanged"
    return f"{'up' if size > 0 else 'down'} {say(abs(by), decimals)}"


def _sign(value: Decimal, signed: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if signed and value > 0 else ""
