"""Stand-ins for clients and people in a brief that leaves the house."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from portfolio_lib.analyses.snapshots import NOT_RECORDED
from portfolio_lib.parameters import UnitParameters
from portfolio_lib.parameters.pseudonyms import Disguise, disguise_of
from portfolio_lib.tables.account_names import name_alone

THE_CLIENT, ANOTHER = "the client", "another client"
SHORTEST_NAME = 3
"""Shorter names are parts of too many words; the fields that hold names never show them."""


@dataclass(frozen=True)
class StandIns:
    """What stands for each name of a unit in the brief of one client.

    Parameters
    ----------
    client : str
        What the client is called.
    names : mapping of str to str
        Every name and number of clients and people, and what stands for it.
    """

    client: str
    names: Mapping[str, str]

    def of(self, name: object) -> str | None:
        """What stands for a name that fills a whole field; None where there is none."""
        return None if pd.isna(name) else self.names.get(str(name), "a person")  # type: ignore[call-overload]

    def scrubbed(self, text: str) -> str:
        """Text without any name of the unit, whatever its capitals."""
        given = self._folded
        return self._written.sub(lambda found: given.get(found.group(0).casefold(), "a name"), text)

    def left_in(self, text: str) -> list[str]:
        """Names that the text still holds, beside the stand-ins themselves."""
        rest = text
        for given in sorted(set(self.names.values()), key=len, reverse=True):
            rest = rest.replace(given, " ")
        return sorted({found.group(0) for found in self._written.finditer(rest)})

    @cached_property
    def _written(self) -> re.Pattern[str]:
        return _pattern(self.names)

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {name.casefold(): given for name, given in self.names.items()}


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    long = [name for name in names if len(name.strip()) >= SHORTEST_NAME]
    if not long:
        return re.compile(r"(?!)")
    whole = "|".join(re.escape(name) for name in sorted(long, key=lambda name: (-len(name), name)))
    return re.compile(rf"(?<!\w)(?:{whole})(?!\w)", re.IGNORECASE)


def key_of(unit: UnitParameters) -> Disguise | None:
    """The unit's key for pseudonyms, where it is set; the edition does not matter."""
    variable = (unit.pseudonym_key or "").removeprefix("env:")
    if not variable or not os.environ.get(variable):
        return None
    return disguise_of(unit.model_copy(update={"edition": "confidential"}))


def stand_ins(
    account_id: str,
    accounts: pd.DataFrame,
    contacts: pd.DataFrame | None,
    colleagues: Iterable[object],
    key: Disguise | None,
    people_of_client: Iterable[str] = (),
) -> StandIns:
    """Stand-ins for every client and person of a unit.

    Parameters
    ----------
    accounts, contacts : frame
        Names and numbers; contacts may be None.
    colleagues : iterable
        Names of our own people, wherever they stand.
    key : Disguise or None
        Gives codes that stay the same from brief to brief; None for numbers that hold within one.
    people_of_client : iterable of str
        Numbers of the client's people, in the order in which they are counted.
    """
    client = THE_CLIENT if key is None else key.name("Client", account_id)
    names: dict[str, str] = {}
    for row in accounts.reindex(columns=["account_id", "account_name"]).to_dict("records"):
        own = str(row["account_id"]) == account_id
        _name(names, row["account_name"], client if own else ANOTHER)
        # notes of people name a client without the number that tells it apart in the tables
        alone = name_alone(str(row["account_name"]), str(row["account_id"]))
        _name(names, None if pd.isna(row["account_name"]) else alone, client if own else ANOTHER)
        _name(names, row["account_id"], client if own else ANOTHER)
    own_people = [str(one) for one in people_of_client]
    known = pd.DataFrame(columns=["contact_id", "name"]) if contacts is None else contacts
    by_number: dict[object, object] = dict(
        known.reindex(columns=["contact_id", "name"]).astype("object").itertuples(index=False)
    )
    for place, number in enumerate(own_people, start=1):
        given = f"Person {place}" if key is None else key.name("Person", number)
        _name(names, number, given)
        _name(names, by_number.get(number), given)
    for known_number, known_name in by_number.items():
        _name(names, known_number, "a person")
        _name(names, known_name, "a person")
    told = sorted({str(one) for one in colleagues if not pd.isna(one)} - {NOT_RECORDED})  # type: ignore[call-overload]
    for place, colleague in enumerate(told, start=1):
        given = f"Colleague {place}" if key is None else key.name("Colleague", colleague)
        _name(names, colleague, given)
    return StandIns(client, names)


def _name(names: dict[str, str], name: object, given: str) -> None:
    """The first stand-in that a name gets is kept: the client's own come first."""
    if name is None or pd.isna(name) or not str(name).strip():  # type: ignore[call-overload]
        return
    names.setdefault(str(name), given)
