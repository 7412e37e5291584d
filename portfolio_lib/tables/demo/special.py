"""Units with something odd about them: names that attack, clients that another unit has too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from portfolio_lib.tables.demo.contract_units import build_unit
from portfolio_lib.tables.demo.firm import DemoUnit, Truth
from portfolio_lib.tables.demo.frames import typed
from portfolio_lib.tables.demo.identities import Identity, draw_identities
from portfolio_lib.tables.demo.service_units import (
    ACCOUNTING_PRACTICE,
    NO_COSTS,
    SHARED_CLIENTS,
)
from portfolio_lib.tables.demo.software_units import HOSTILE_NAMES, SAAS_ENTERPRISE
from portfolio_lib.tables.demo.world import draw_world

SHARED = 18
"""Clients that the pension unit has in common with the accounting practice."""

HOSTILE_ACCOUNTS: tuple[str, ...] = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x")',
    "../../etc/passwd",
    "L" + "o" * 398 + "ng",
    "شركة النور للتجارة",
    "\u202eמסעדת הגליל\u202c",
    "🍕 Pizza & Söhne 🍕",
    "$5m to $9m",
    "{{7*7}}",
    "__import__('os').system('true')",
    'O\'Brien "and" Sons',
    "Two\nlines",
    "# heading",
    "a|b",
    "zero\u200bwidth\u200djoined",
    "<img src=x onerror=alert(1)>",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "Robert'); DROP TABLE accounts;--",
    "%s %d {0} ${HOME}",
    "</details></table><b>",
    "-1+1",
    "&lt;b&gt; &amp; Co",
    "tab\there",
    "`rm` [link](javascript:alert(1))",
    "null",
    "N/A",
    "  spaces  ",
)
HOSTILE_IDS: tuple[str, ...] = ("=2+5", "../../7", "<b>7</b>", "0007", "1e5", "NaN?")
HOSTILE_INDUSTRIES: tuple[str, ...] = (
    "<b>Retail</b>",
    "=1+1",
    "Food | drink",
    "**bold**",
    "$x$ and $y$",
    "../..",
    "العقارات",
)
HOSTILE_OFFERINGS: Mapping[str, str] = {
    "Archive": "<i>Archive</i>",
    "Scanning": '=cmd|"/c scan"',
    "Shredding": "Shred; DROP TABLE invoices;--",
}
HOSTILE_PEOPLE: tuple[str, ...] = (
    "<script>document.title='x'</script>",
    "Zoë \u202eleumaS",
    "Anna 'Nan' \"O\"",
    "=1+1",
    "李小龍",
    "{{config}}",
)
HOSTILE_WORDS: tuple[str, ...] = (
    "<script>alert('comment')</script>",
    'line one\nline two, with a comma; and "quotes"',
    "=SUM(A1:A9)",
    "$5 or $6? **Really**",
)


def build_hostile(*, seed: int) -> DemoUnit:
    """A small normal unit whose every name is somebody's attack."""
    unit = build_unit(draw_world(HOSTILE_NAMES, seed=seed))
    words = {**_id_words(unit.tables["accounts"]), **HOSTILE_OFFERINGS}
    tables = {name: _renamed(name, frame, words) for name, frame in unit.tables.items()}
    tables["accounts"] = _hostile_accounts(tables["accounts"])
    tables["contacts"] = _cycled(tables["contacts"], "contacts", {"name": HOSTILE_PEOPLE})
    tables["surveys"] = _commented(tables["surveys"])
    tables["prospects"] = _cycled(
        tables["prospects"], "prospects", {"name": HOSTILE_ACCOUNTS[::-1]}
    )
    return DemoUnit(unit.key, tables, _renamed_truth(unit.truth, words))


def _id_words(accounts: pd.DataFrame) -> dict[str, str]:
    return dict(zip(accounts["account_id"], HOSTILE_IDS, strict=False))


def _renamed(table: str, frame: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    """Ids and offerings replaced wherever they stand, in every table alike."""
    names = ("account_id", "parent_account_id", "referred_by", "offering")
    there = [name for name in names if name in frame.columns]
    changed = {name: frame[name].replace(dict(words)) for name in there}
    return typed(table, frame.assign(**changed))


def _hostile_accounts(accounts: pd.DataFrame) -> pd.DataFrame:
    industries = sorted(set(accounts["industry"]))
    words = dict(zip(industries, HOSTILE_INDUSTRIES, strict=False))
    named = _cycled(accounts, "accounts", {"account_name": HOSTILE_ACCOUNTS})
    return typed("accounts", named.assign(industry=named["industry"].replace(words)))


def _cycled(frame: pd.DataFrame, table: str, words: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """The columns named filled with the words given, over and over; later rounds are numbered."""
    columns = {
        column: [
            given[n % len(given)] + (f" {n // len(given) + 1}" if n >= len(given) else "")
            for n in range(len(frame))
        ]
        for column, given in words.items()
    }
    return typed(table, frame.assign(**columns))


def _commented(surveys: pd.DataFrame) -> pd.DataFrame:
    said = surveys["comment"].notna()
    words = [HOSTILE_WORDS[n % len(HOSTILE_WORDS)] for n in range(int(said.sum()))]
    comments = surveys["comment"].copy()
    comments[said] = words
    return surveys.assign(comment=comments)


def _renamed_truth(truth: Truth, words: Mapping[str, str]) -> Truth:
    renamed = {
        name: frame.assign(account_id=frame["account_id"].replace(dict(words)))
        for name in ("hazards", "segments", "affinities")
        for frame in [getattr(truth, name)]
    }
    return replace(truth, **renamed)


def build_shared(*, seed: int) -> DemoUnit:
    """The pension unit: its first clients are clients of the accounting practice too."""
    own = draw_identities(SHARED_CLIENTS, seed=seed)
    theirs = draw_identities(ACCOUNTING_PRACTICE, seed=seed)[:SHARED]
    shared = tuple(_same_company(*pair) for pair in zip(own[:SHARED], theirs, strict=True))
    return build_unit(draw_world(SHARED_CLIENTS, seed=seed, identities=shared + own[SHARED:]))


def _same_company(here: Identity, there: Identity) -> Identity:
    """One company in two units: same number, name and place; its own start and weight in each."""
    return replace(there, start_date=here.start_date, size=here.size)


def build_without_costs(*, seed: int) -> DemoUnit:
    """A unit that hands in its clients and its invoices, and of those no more than it must."""
    unit = build_unit(draw_world(NO_COSTS, seed=seed))
    accounts = unit.tables["accounts"][["account_id", "account_name", "industry", "region"]]
    columns = ["invoice_id", "account_id", "date", "amount", "offering"]
    return replace(
        unit, tables={"accounts": accounts, "invoices": unit.tables["invoices"][columns]}
    )


def build_enterprise(*, seed: int) -> DemoUnit:
    """The enterprise unit names itself in a column, as a source shared by units must."""
    unit = build_unit(draw_world(SAAS_ENTERPRISE, seed=seed))
    accounts = unit.tables["accounts"].assign(business_unit=unit.key)
    return replace(unit, tables={**unit.tables, "accounts": typed("accounts", accounts)})
