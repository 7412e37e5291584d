"""Small firms on disk, made by tests."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portfolio_lib.parameters.models import Policies, Sources, UnitParameters
from portfolio_lib.tables import DataChecks, Fault, prepare_tables, read_table

AS_OF = dt.date(2026, 9, 30)
ACCOUNTS = "account_id,account_name\nA1,Ash Ltd\nA2,Beech plc\n"
INVOICES = (
    "invoice_id,account_id,date,amount\n"
    "I1,A1,2026-01-31,100.00\n"
    "I2,A2,2026-02-28,50.50\n"
    "I3,A1,2026-03-31,-10.00\n"
)


def unit(
    key: str,
    sources: Sources,
    *,
    as_of: dt.date = AS_OF,
    business_units: tuple[str, ...] | None = None,
    rest: bool = False,
    currency: str = "GBP",
    **policies: Any,
) -> UnitParameters:
    """A unit as the parameters would hand it over."""
    return UnitParameters(
        key=key,
        name=key.title(),
        firm_name="Firm",
        business_units=business_units or (key,),
        rest=rest,
        as_of=as_of,
        currency=currency,
        sources=sources,
        policies=Policies(**policies),
        pages=("portfolio",),
    )


def sources(folder: Path, **tables: Mapping[str, Any]) -> Sources:
    """Sources from plain settings, as they stand in YAML."""
    return Sources.model_validate(_strict({"folder": str(folder), "tables": tables}))


def _strict(value: Any) -> Any:
    """Lists as the tuples that the strict models hold."""
    if isinstance(value, Mapping):
        return {key: _strict(one) for key, one in value.items()}
    return tuple(_strict(one) for one in value) if isinstance(value, list) else value


def write(folder: Path, **files: str | bytes) -> Path:
    """Files of a folder by name; `__` stands for the dot before the ending."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return folder


def prepare_one(
    tmp_path: Path,
    *,
    accounts: str | bytes = ACCOUNTS,
    invoices: str | bytes = INVOICES,
    account_settings: Mapping[str, Any] | None = None,
    invoice_settings: Mapping[str, Any] | None = None,
    further: Mapping[str, Mapping[str, Any]] | None = None,
    files: Mapping[str, str | bytes] | None = None,
    **settings: Any,
) -> DataChecks:
    """The checks of one unit "north" with an accounts and an invoices file."""
    data = write(tmp_path / "data", accounts__csv=accounts, invoices__csv=invoices, **(files or {}))
    tables = {
        "accounts": {"file": "accounts.csv", **(account_settings or {})},
        "invoices": {"file": "invoices.csv", **(invoice_settings or {})},
        **(further or {}),
    }
    checks = prepare_tables(
        [unit("north", sources(data, **tables), **settings)], tmp_path / "store"
    )
    return checks["north"]


def fault(checks: DataChecks, rule: str, table: str | None = None) -> Fault:
    """The one fault of a rule; fails with all faults where there is not exactly one."""
    found = [one for one in checks.faults if one.rule == rule and table in (None, one.table)]
    assert len(found) == 1, [f"{one.level} {one.rule}: {one}" for one in checks.faults]
    return found[0]


def rules(checks: DataChecks, level: str | None = None) -> list[str]:
    """The rules of all faults, in order."""
    return [one.rule for one in checks.faults if level in (None, one.level)]


def preset_tables(name: str) -> dict[str, Any]:
    """The tables of a preset, as its file has them."""
    from ruamel.yaml import YAML

    path = Path(__file__).parents[2] / "parameters" / "presets" / f"{name}.yaml"
    document = YAML(typ="safe", pure=True).load(path)
    return json.loads(json.dumps(document["tables"], default=str))


def read_amounts(tmp_path: Path, key: str = "north") -> list[float]:
    """The invoice amounts that a unit keeps, in the order of the store."""
    invoices = read_table(tmp_path / "store", key, "invoices")
    assert invoices is not None
    return invoices["amount"].tolist()
