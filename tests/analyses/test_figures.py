"""A published number carries its reason for being absent, and never both or neither."""

from __future__ import annotations

import math

import pytest

from portfolio_lib.analyses.figures import Figure, not_computable, unless

KNOWN = Figure("p.r", "Revenue", 5.0, "GBP", "Sum.", n=3, previous=4.0, target=6.0)


def test_without_a_reason_a_figure_stays_as_it_is() -> None:
    assert unless(None, KNOWN) is KNOWN


def test_a_reason_takes_the_values_and_keeps_the_meaning() -> None:
    absent = unless("no table invoices", KNOWN)
    assert (absent.value, absent.previous, absent.reason) == (None, None, "no table invoices")
    assert (absent.definition, absent.target, absent.n) == ("Sum.", 6.0, 3)
    assert not absent.computable
    assert absent.status == "not computable"
    assert not_computable("p.r", "Revenue", "GBP", "Sum.", reason="why").reason == "why"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"p\.r: a figure is a finite number or absent"):
        Figure("p.r", "Revenue", value, "GBP", "Sum.")


@pytest.mark.parametrize(("value", "reason"), [(None, None), (5.0, "why")])
def test_a_reason_stands_exactly_where_there_is_no_value(
    value: float | None, reason: str | None
) -> None:
    with pytest.raises(ValueError, match="exactly when there is no value"):
        Figure("p.r", "Revenue", value, "GBP", "Sum.", reason=reason)
