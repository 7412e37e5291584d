"""The words of faults: counts, lists, quoted values, near names.

Values come from other people's files, so they are quoted, shortened and freed of control
characters before they stand in a sentence. Escaping for HTML is the business of the pieces.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from decimal import Decimal

LONGEST_QUOTE = 60


def count_of(count: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun.

    Examples
    --------
    >>> count_of(1, "row"), count_of(1200, "row"), count_of(2, "currency", "currencies")
    ('1 row', '1,200 rows', '2 currencies')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def quoted(value: object) -> str:
    """A value as it may stand in a sentence: in quotes, short, on one line.

    Examples
    --------
    >>> quoted("a" * 100)[-8:]
    "aaaaaa…'"
    >>> quoted(chr(10) + "x")
    "'\\\\nx'"
    """
    text = str(value)
    if len(text) > LONGEST_QUOTE:
        text = text[: LONGEST_QUOTE - 1] + "…"
    return "'" + "".join(c if c.isprintable() else repr(c)[1:-1] for c in text) + "'"


def named_list(values: Iterable[object], *, most: int = 5) -> str:
    """The first few values, quoted, and how many more there are."""
    shown = list(values)
    text = ", ".join(quoted(value) for value in shown[:most])
    return text if len(shown) <= most else f"{text} and {len(shown) - most:,} more"


def plain_list(values: Iterable[object], *, most: int = 5) -> str:
    """The first few values without quotes, and how many more there are."""
    shown = list(values)
    text = ", ".join(str(value) for value in shown[:most])
    return text if len(shown) <= most else f"{text} and {len(shown) - most:,} more"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like `name`, whatever the case; None where none is near.

    Examples
    --------
    >>> nearest("AccountID", ["account_id", "amount"])
    'account_id'
    """
    by_plain = {_plain(candidate): candidate for candidate in sorted(known, reverse=True)}
    close = difflib.get_close_matches(_plain(name), sorted(by_plain), n=1, cutoff=0.6)
    return by_plain[close[0]] if close else None


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def or_list(values: Sequence[str]) -> str:
    """Alternatives, as a sentence names them."""
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"


def money_words(money: Decimal, currency: str) -> str:
    """Money to the cent, with its currency."""
    return f"{money:,.2f} {currency}"
