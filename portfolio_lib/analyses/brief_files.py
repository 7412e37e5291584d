"""Which clients have a brief beside the pack, and where it lies."""

from __future__ import annotations

import hashlib

import pandas as pd

from portfolio_lib.analyses.tiers import TIERS
from portfolio_lib.parameters.manager_models import AccountBriefSettings

BRIEFS_FOLDER = "accounts"
DIGEST_BYTES = 8


def brief_address(account_id: str) -> str:
    """Where a client's brief lies, from the pack: a digest, because numbers may hold anything.

    Examples
    --------
    >>> brief_address("../../A 17")
    'accounts/f52dfde828406f03.html'
    """
    digest = hashlib.blake2b(account_id.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES)
    return f"{BRIEFS_FOLDER}/{digest.hexdigest()}.html"


def briefed(
    known: pd.DataFrame, tier_labels: tuple[str, str, str], settings: AccountBriefSettings
) -> pd.DataFrame:
    """The clients with a brief, largest first.

    Parameters
    ----------
    known : frame
        See `described`: `tier` holds labels.

    Returns
    -------
    frame
        `account_id`, `account_name`, `tier`, `account_manager`, `revenue_12m`, `address`.
    """
    labels = dict(zip(TIERS, tier_labels, strict=True))
    wanted = [labels[str(tier)] for tier in settings.tiers]
    rows = known.loc[known["is_client"].astype(bool) & known["tier"].isin(wanted)]
    ordered = rows.sort_values(
        ["revenue_12m", "account_id"], ascending=[False, True], kind="stable"
    ).head(settings.most)
    columns = ["account_id", "account_name", "tier", "account_manager", "revenue_12m"]
    found = ordered[columns].reset_index(drop=True)
    return found.assign(address=[brief_address(str(one)) for one in found["account_id"]])
