"""The confidential edition: nobody is named, and everything still belongs together."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from portfolio_lib.errors import DataFault, ParameterFault
from portfolio_lib.parameters.models import UnitParameters
from portfolio_lib.parameters.pseudonyms import Disguise, disguise_of
from portfolio_lib.tables import disguising, prepare_tables, read_table
from portfolio_lib.tables.contracts import TABLES
from portfolio_lib.tables.disguising import disguised_cells, undecided_columns
from tests.tables.making import sources, unit

KEY = "a long and random text"
FILES = {
    "accounts": "account_id,account_name,city,account_manager,parent_account_id,start_date\n"
    "A1,Ash Ltd,Leeds,Mo,,2020-01-01\nA2,Ash Ltd,Leeds,Mo,A1,2020-01-01\n"
    "A3,Late plc,York,Mo,,2027-01-01\n",
    "invoices": "invoice_id,account_id,date,amount\nI1,A1,2026-01-31,100\nI2,A2,2026-02-28,50\n",
    "contacts": "contact_id,account_id,name,reports_to\nP1,A1,Ann Ash,\nP2,A1,Bo Ash,P1\n",
    "surveys": "survey_id,account_id,contact_id,date,kind,score,comment\n"
    "S1,A1,P1,2026-05-01,NPS,3,Ann Ash is cross\n",
    "issues": "issue_id,account_id,opened_at,owner\nT1,A1,2026-05-01T10:00:00,Mo\n",
}
TOLD = ("Ash", "Leeds", "York", "Late", "Mo", "cross", "A1", "A2", "A3", "P1", "T1", "S1")


@pytest.fixture
def confidential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UnitParameters:
    monkeypatch.setenv("FIRM_KEY", KEY)
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    given = sources(tmp_path, **{name: {"file": f"{name}.csv"} for name in FILES})
    plain = unit("north", given)
    return plain.model_copy(update={"edition": "confidential", "pseudonym_key": "env:FIRM_KEY"})


def test_every_column_of_text_is_decided_on() -> None:
    assert undecided_columns() == []


def test_nothing_that_is_written_names_anybody(
    confidential: UnitParameters, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    checks = prepare_tables([confidential], store)["north"]
    assert not checks.stops
    for name in FILES:
        frame = read_table(store, "north", name)
        assert frame is not None
        cells = set(frame.select_dtypes(exclude="number").astype("string").stack())
        assert cells.isdisjoint(TOLD), name
    assert not (store / "quarantine" / "north").exists()
    told = (store / "checks" / "north.json").read_text("utf-8")
    assert "after the review date" in told
    assert not any(f'"{word}"' in told or f"'{word}'" in told for word in TOLD)


def test_what_belonged_together_still_does(confidential: UnitParameters, tmp_path: Path) -> None:
    store = tmp_path / "store"
    prepare_tables([confidential], store)
    frames = {name: read_table(store, "north", name) for name in FILES}
    accounts, contacts = frames["accounts"], frames["contacts"]
    assert accounts["account_id"].nunique() == accounts["account_name"].nunique() == 2
    by_name = accounts.set_index("account_id")["account_name"]
    (child,) = accounts.index[accounts["parent_account_id"].notna()]
    assert accounts.loc[child, "parent_account_id"] in by_name.index
    assert set(frames["invoices"]["account_id"]) == set(by_name.index)
    assert set(contacts["reports_to"].dropna()) <= set(contacts["contact_id"])
    assert set(frames["issues"]["owner"]) == set(accounts["account_manager"])


def test_the_same_key_gives_the_same_pseudonyms_and_another_gives_others() -> None:
    mine, yours = Disguise(b"sixteen letters!"), Disguise(b"sixteen letters?")
    assert mine.code("Client", "1") == Disguise(b"sixteen letters!").code("Client", "1")
    assert mine.code("Client", "1") != yours.code("Client", "1")
    assert mine.code("Client", "1") != mine.code("Person", "1")
    assert mine.mark != yours.mark
    assert "sixteen" not in repr(mine)


@pytest.mark.parametrize(("key", "found"), [(None, "not set"), ("short", "5 letters")])
def test_a_key_that_keeps_no_secret_is_refused(confidential, monkeypatch, key, found) -> None:
    monkeypatch.delenv("FIRM_KEY")
    if key:
        monkeypatch.setenv("FIRM_KEY", key)
    with pytest.raises(ParameterFault, match=rf"FIRM_KEY: it .*{found.split()[0]}.*16 or more"):
        disguise_of(confidential)


def test_two_numbers_never_share_a_pseudonym(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disguising.Disguise, "code", lambda *_: "SAME")
    contract = TABLES["accounts"]
    rows = [{"account_id": "1", "account_name": "x"}, {"account_id": "2", "account_name": "y"}]
    cells = pa.Table.from_pylist(rows, schema=contract.schema)
    with pytest.raises(DataFault, match="another key"):
        disguised_cells(cells, contract, Disguise(b"sixteen letters!"))
