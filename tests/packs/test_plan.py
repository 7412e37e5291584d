"""What a run would do, and why it says so."""

from __future__ import annotations

import json

import pytest

from portfolio_lib.errors import ParameterFault
from portfolio_lib.fingerprints import file_digest
from portfolio_lib.packs.plan import PUBLISHED, Choice, parts_of, plan_record, plan_run
from portfolio_lib.packs.statuses import UnitStatus, mark_failed, write_status
from portfolio_lib.parameters import load_firm

from . import projects


@pytest.fixture
def folder(tmp_path):
    projects.write_project(
        tmp_path,
        {"north": ["good", "other"], "south": ["good"]},
        {"good": projects.GOOD_PAGE, "other": (projects.OPEN, projects.SAY)},
    )
    return tmp_path


def publish_as_planned(folder, key):
    """Stand in for a run: the files and the record that it leaves."""
    firm = load_firm(folder / "parameters")
    unit = firm.units[key]
    published = folder / "reports" / key
    (published / "notebooks").mkdir(parents=True, exist_ok=True)
    for page in unit.pages:
        (published / "notebooks" / f"{page}.ipynb").write_text("{}")
    for name in PUBLISHED:
        (published / name).write_text(name)
    parts = parts_of(unit, tuple(firm.units.values()), folder)
    record = {
        "run": parts.run_id,
        "made_from": parts.as_record(),
        "files": {name: file_digest(published / name) for name in PUBLISHED},
    }
    (published / "run.json").write_text(json.dumps(record))
    write_status(published, UnitStatus(key, "current"))
    return published


def plan_of(folder, key, **choice):
    (plan,) = plan_run(load_firm(folder / "parameters"), folder, Choice((key,), **choice))
    return plan


def test_a_unit_without_a_pack_is_run(folder):
    plan = plan_of(folder, "north")
    assert (plan.decision, plan.why) == ("run", "there is no pack yet")
    assert [page.again for page in plan.pages] == [True, True]


def test_an_unchanged_unit_is_skipped(folder):
    publish_as_planned(folder, "north")
    plan = plan_of(folder, "north")
    assert plan.decision == "skip"
    assert plan.why == f"nothing changed since run {plan.parts.run_id}"


def test_a_changed_notebook_makes_its_page_again_and_no_other(folder):
    publish_as_planned(folder, "north")
    projects.write_notebook(folder, "other", ["1 + 1"])
    plan = plan_of(folder, "north")
    assert (plan.decision, plan.why) == ("run", "other: the notebook changed")
    assert {page.page: page.again for page in plan.pages} == {"good": False, "other": True}


def test_stored_outputs_of_a_notebook_change_nothing(folder):
    publish_as_planned(folder, "north")
    path = folder / "notebooks" / "good.ipynb"
    document = json.loads(path.read_text("utf-8"))
    document["cells"][2]["execution_count"] = 7
    path.write_text(json.dumps(document), encoding="utf-8")
    assert plan_of(folder, "north").decision == "skip"


def test_a_changed_parameter_is_named(folder):
    publish_as_planned(folder, "north")
    path = folder / "parameters" / "north.yaml"
    path.write_text(path.read_text("utf-8") + "policies: {active_within_days: 90}\n")
    assert plan_of(folder, "north").why == "parameters changed: policies.active_within_days"


def test_a_changed_or_new_input_is_named_and_others_are_not_touched(folder):
    publish_as_planned(folder, "north")
    publish_as_planned(folder, "south")
    with (folder / "data" / "north" / "invoices.csv").open("a") as invoices:
        invoices.write("I-x,A-1,2026-09-01,1\n")
    assert plan_of(folder, "north").why == "input changed: invoices.csv"
    assert plan_of(folder, "south").decision == "skip"


def test_a_file_that_was_touched_but_not_changed_is_no_change(folder):
    publish_as_planned(folder, "north")
    path = folder / "data" / "north" / "invoices.csv"
    path.write_bytes(path.read_bytes())
    assert plan_of(folder, "north").decision == "skip"


def test_a_pack_changed_by_hand_or_lost_is_made_again(folder):
    published = publish_as_planned(folder, "north")
    (published / "pack.html").write_text("edited")
    (published / "workbook.xlsx").unlink()
    why = plan_of(folder, "north").why
    assert why == "pack.html was changed by hand; workbook.xlsx is missing"


def test_a_record_that_cannot_be_read_counts_as_no_pack(folder):
    published = publish_as_planned(folder, "north")
    (published / "run.json").write_text("{")
    assert plan_of(folder, "north").decision == "run"


def test_a_run_has_one_name_wherever_the_project_lies(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("elsewhere")
    projects.write_project(
        other,
        {"north": ["good", "other"], "south": ["good"]},
        {"good": projects.GOOD_PAGE, "other": (projects.OPEN, projects.SAY)},
    )
    names = [plan_of(place, "north").parts.run_id for place in (folder, other)]
    assert names[0] == names[1]


def test_forced_and_single_pages(folder):
    publish_as_planned(folder, "north")
    assert all(page.again for page in plan_of(folder, "north", force=True).pages)
    only = plan_of(folder, "north", only="other")
    assert {page.page: page.again for page in only.pages} == {"good": False, "other": True}


def test_failed_units_can_be_asked_for(folder):
    publish_as_planned(folder, "north")
    mark_failed(folder / "reports", "south", "a page failed", [])
    plans = plan_run(load_firm(folder / "parameters"), folder, Choice(failed=True))
    assert [plan.unit.key for plan in plans] == ["south"]


def test_a_unit_that_reads_a_database_is_asked_of_it(folder, monkeypatch):
    monkeypatch.setenv("CRM", "sqlite:///x.db")
    path = folder / "parameters" / "south.yaml"
    source = "sources: {tables: {contacts: {connection: env:CRM, table: contacts}}}\n"
    path.write_text(path.read_text("utf-8") + source)
    publish_as_planned(folder, "south")
    assert plan_of(folder, "south").decision == "ask"


def test_unknown_units_and_pages_are_refused_with_the_nearest(folder):
    with pytest.raises(ParameterFault, match="Did you mean 'north'"):
        plan_of(folder, "nort")
    with pytest.raises(ParameterFault, match=r"no unit has this page\. There are good, other"):
        plan_of(folder, "north", only="prtfolio")


def test_the_plan_is_plain_json(folder):
    firm = load_firm(folder / "parameters")
    told = json.loads(json.dumps(plan_record(plan_run(firm, folder, Choice()))))
    assert [unit["unit"] for unit in told] == ["north", "south"]
    assert told[0]["pages"][0] == {"page": "good", "again": True, "why": "there is no pack yet"}


@pytest.mark.parametrize("text", ["{broken", ""])
def test_a_notebook_that_is_none_is_refused_by_name(folder, text):
    (folder / "notebooks" / "other.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(ParameterFault, match=r"notebooks/other\.ipynb: cannot be read as a note"):
        plan_of(folder, "north")
    assert plan_of(folder, "south").decision == "run"
