"""The past of other units in a whole run: who gives, what travels, and when it is made anew."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from portfolio_lib import pools, review
from portfolio_lib.errors import ParameterFault
from portfolio_lib.facts import build_facts
from portfolio_lib.packs.plan import Choice, plan_run
from portfolio_lib.parameters import load_firm
from portfolio_lib.pools import fill_pools, partners_of, pool_digests, read_pool
from portfolio_lib.review import ANALYSES, CHURN_POOL, PAGES, Review, analysis, argument_names
from portfolio_lib.tables import prepare_tables

from . import projects

HOSTILE = "<b>Zyxwvut</b> =HYPERLINK()"
TEXTS = (".html", ".json", ".ipynb", ".csv")
CHURN_PAGE = (
    projects.OPEN,
    "from portfolio_lib.pieces.pages import churn as show\nchurn = review.result('churn')",
    "show.trust(churn)",
)


def write_unit(folder: Path, key: str, accounts: int, losses: int, name: str) -> None:
    """A unit of yearly terms; every year ends with so many fewer clients."""
    data = folder / "data" / key
    data.mkdir(parents=True, exist_ok=True)
    listed = [f"{name}-ID{n:03},{name} no {n},2022-01-01" for n in range(accounts)]
    terms = [
        f"{name}-T{n}-{year},{name}-ID{n:03},{year}-{n % 12 + 1:02}-01,{_end(year, n)},{1000 + n}"
        for year in (2022, 2023, 2024, 2025, 2026)
        for n in range(accounts - losses * max(0, year - 2024))
        if (year, n % 12) < (2026, 9)
    ]
    heads = "account_id,account_name,start_date", (
        "contract_id,account_id,start_date,end_date,annual_value")  # fmt: skip
    for table, head, rows in zip(("accounts", "contracts"), heads, (listed, terms), strict=True):
        (data / f"{table}.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    (folder / "parameters" / f"{key}.yaml").write_text(f"unit:\n  name: Unit {key}\n", "utf-8")


def _end(year: int, n: int) -> str:
    month = n % 12 + 1
    return f"{year}-12-31" if month == 1 else f"{year + 1}-{month - 1:02}-28"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    at = tmp_path_factory.mktemp("pools")
    projects.write_project(at, {}, {"churn": CHURN_PAGE})
    firm = at / "parameters" / "firm.yaml"
    text = firm.read_text("utf-8").replace(
        "invoices: {file: invoices", "contracts: {file: contracts"
    )
    text = text.replace("pages: [good]", "pages: [churn]").replace("{pool: none}", "{pool: firm}")
    firm.write_text(text, "utf-8")
    write_unit(at, "few", accounts=24, losses=1, name="F")
    write_unit(at, "many", accounts=90, losses=10, name=HOSTILE)
    write_unit(at, "many-too", accounts=90, losses=12, name="Qponmlk")
    return at


def prepared(folder: Path, store: Path, *keys: str) -> None:
    firm = load_firm(folder / "parameters")
    units = tuple(firm.units.values())
    asked = [firm.units[key] for key in keys]
    prepare_tables(units, store, only=keys)
    build_facts(store, asked, engine=firm.engine)
    fill_pools(store, asked, units, engine=firm.engine)


def changed(unit, **churn):
    return unit.model_copy(update={"churn": unit.churn.model_copy(update=churn)})


def test_who_gives_to_whom(folder: Path) -> None:
    firm = load_firm(folder / "parameters")
    few, many, too = (firm.units[key] for key in ("few", "many", "many-too"))
    assert [one.key for one in partners_of(few, (too, few, many))] == ["many", "many-too"]
    named = changed(few, pool=["many-too"])
    assert [one.key for one in partners_of(named, (few, many, too))] == ["many-too"]
    assert partners_of(changed(few, pool="none"), (few, many)) == ()
    assert partners_of(few, (few, changed(many, pool="none"))) == ()
    assert partners_of(few, (few, changed(many, horizon_days=90))) == ()
    with pytest.raises(ParameterFault, match=r"few: churn.pool names mnay; .* many"):
        partners_of(changed(few, pool=["mnay"]), (few, many))


def test_pages_that_stand_without_the_pool_are_those_that_never_ask_for_it() -> None:
    asks = {name: set(argument_names(analysis(name))) for name in ANALYSES}

    def asked(name: str) -> bool:
        return CHURN_POOL in asks[name] or any(asked(one) for one in asks[name] & asks.keys())

    assert {page for page, results in PAGES.items() if not any(map(asked, results))} == (
        pools.STANDS_WITHOUT
    )


def test_a_unit_alone_and_all_together_get_the_same_pool(folder: Path, tmp_path: Path) -> None:
    prepared(folder, tmp_path / "alone", "few")
    prepared(folder, tmp_path / "all", "few", "many", "many-too")
    written = [tmp_path / place / "pools" / "few.parquet" for place in ("alone", "all")]
    assert written[0].read_bytes() == written[1].read_bytes()
    for secret in (b"Zyxwvut", b"Qponmlk", b"many"):
        assert secret not in written[0].read_bytes()


def test_a_partner_whose_data_stop_is_left_out_and_said(folder: Path, tmp_path: Path) -> None:
    broken = folder / "data" / "many-too" / "contracts.csv"
    before = broken.read_text("utf-8")
    broken.write_text(before.replace("Qponmlk-ID000", "stranger"), "utf-8")
    try:
        prepared(folder, tmp_path, "few")
    finally:
        broken.write_text(before, "utf-8")
    pool = read_pool(tmp_path, "few")
    assert (pool.left_out, pool.rows["unit"].nunique()) == (1, 1)
    unit = load_firm(folder / "parameters").units["few"]
    said = Review(unit, lambda: tmp_path, unattended=True).result("churn").too_few
    assert "1 other unit" in said
    assert "The past of 1 unit is left out" in said


def test_the_store_of_an_analyst_belongs_to_the_past_of_the_others_too(folder: Path) -> None:
    firm = load_firm(folder / "parameters")
    few = firm.units["few"]
    names = [review._store_name(few, firm, folder, folder / "reports" / "few")]
    alone = firm.model_copy(update={"units": {"few": few}})
    names.append(review._store_name(few, alone, folder, folder / "reports" / "few"))
    assert names[0] != names[1]
    assert pool_digests(few, tuple(alone.units.values()), folder) == {}


@pytest.mark.slow
@pytest.mark.usefixtures("libraries_loaded")
def test_in_a_run_nothing_of_the_others_is_told_and_a_change_of_theirs_is_felt(
    folder: Path,
) -> None:
    assert projects.endings(projects.run(folder, "few"))["few"].outcome == "published"
    published = folder / "reports" / "few"
    pack = (published / "pack.html").read_text("utf-8")
    assert "2 other units" in pack
    texts = [path for path in published.rglob("*.*") if path.suffix in TEXTS]
    told = [path.read_text("utf-8") for path in texts if path.name != "run.json"]
    book = openpyxl.load_workbook(published / "workbook.xlsx")
    told += [str(cell) for sheet in book for row in sheet.values for cell in row]
    for secret in ("Zyxwvut", "Qponmlk", "Unit many"):
        assert not any(secret in text for text in told), secret
    assert _plan(folder).decision == "skip"
    other = folder / "data" / "many" / "contracts.csv"
    other.write_text(other.read_text("utf-8").replace(",1005\n", ",1006\n"), "utf-8")
    plan = _plan(folder)
    assert plan.decision == "run"
    assert plan.why == "input changed: the past of many, which may be learned from"


def _plan(folder: Path):
    (plan,) = plan_run(load_firm(folder / "parameters"), folder, Choice(("few",)))
    return plan
