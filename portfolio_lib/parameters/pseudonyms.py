"""Stable names that stand for clients and people where a pack must not name them.

A pseudonym is a keyed digest: the same number gives the same pseudonym in every table, unit and
review, and without the key nobody can find the number by trying all of them.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio_lib.errors import ParameterFault

if TYPE_CHECKING:
    from portfolio_lib.parameters.models import UnitParameters

LETTERS = 10
"""Letters of a pseudonym, five bits each. Of a million clients two share one by chance in about one
firm of two thousand; then the tables are refused."""

SHOWN_LETTERS = 6
LEAST_KEY_LETTERS = 16


@dataclass(frozen=True)
class Disguise:
    """Gives pseudonyms.

    Parameters
    ----------
    key : bytes
        The secret; it is never written or shown.
    """

    key: bytes

    def __repr__(self) -> str:
        return "Disguise(key not shown)"

    def code(self, kind: str, number: str) -> str:
        """The pseudonym of a number of your own.

        Examples
        --------
        >>> Disguise(b"sixteen letters!").code("Client", "A-17")
        'VH3UXRGLCP'
        """
        found = hashlib.blake2b(f"{kind}\0{number}".encode(), key=self.key[:64], digest_size=10)
        return base64.b32encode(found.digest()).decode("ascii")[:LETTERS]

    def name(self, kind: str, number: str) -> str:
        """What a reader sees in place of a name.

        Examples
        --------
        >>> Disguise(b"sixteen letters!").name("Client", "A-17")
        'Client VH3UXR'
        """
        return f"{kind} {self.code(kind, number)[:SHOWN_LETTERS]}"

    @property
    def mark(self) -> str:
        """Tells two keys apart without telling either."""
        return self.code("key", "")


def disguise_of(unit: UnitParameters) -> Disguise | None:
    """What gives the unit's pseudonyms; None in the full edition.

    Raises
    ------
    ParameterFault
        The variable that holds the key is not set, or the key is too short to keep a secret.
    """
    if unit.edition == "full" or unit.pseudonym_key is None:
        return None
    variable = unit.pseudonym_key.removeprefix("env:")
    key = os.environ.get(variable, "")
    if len(key) < LEAST_KEY_LETTERS:
        found = "it is not set" if not key else f"it has {len(key)} letters"
        raise ParameterFault(
            f"{unit.key}: the confidential edition takes its key from the environment variable "
            f"{variable}: {found}; expected {LEAST_KEY_LETTERS} or more. Set it to a long random "
            "text and keep it: the same key gives the same pseudonyms at the next review."
        )
    return Disguise(key.encode("utf-8"))
