"""Three quarterly reviews in a row: each reads what those before it left."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from portfolio_lib.errors import DataFault
from portfolio_lib.history import earlier_reviews, hand_on, history_digests, leave_records

from . import projects

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("libraries_loaded"),
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc"),
]

CELLS = (
    projects.OPEN,
    "from portfolio_lib.pieces.pages import history as show\n"
    "portfolio = review.result('portfolio')\n"
    "history = review.result('review_history')",
    "show.since(history)",
    "show.restated(history)",
    "from portfolio_lib.pieces.pages import plan as plan_show\nplan = review.result('plan')",
    "plan_show.ledger(plan)",
)
TARGETS = ("targets: {revenue_12m: 9000}", "targets: {revenue_12m: 8000}")
"""What twelve months should bring: at the first two reviews, and at the third."""
DAYS = ("2026-03-31", "2026-06-30", "2026-09-30")
LATE = "I-late,A-1,2026-05-20,1000.00\n"


def review_on(folder: Path, day: str) -> tuple[str, dict]:
    """Run the review of a day; the pack and its figures by key."""
    firm = folder / "parameters" / "firm.yaml"
    lines = [
        f"as_of: {day}" if line.startswith("as_of") else line
        for line in firm.read_text("utf-8").splitlines()
    ]
    firm.write_text("\n".join(lines) + "\n", "utf-8")
    assert projects.run(folder).exit_code == 0
    published = folder / "reports" / "good"
    record = json.loads((published / "review.json").read_text("utf-8"))
    pack = (published / "pack.html").read_text("utf-8")
    return pack, {figure["key"]: figure for figure in record["figures"]}


@pytest.fixture(scope="module")
def reviews(tmp_path_factory):
    """The packs of three reviews; before the third an invoice arrives and a target falls."""
    folder = tmp_path_factory.mktemp("quarters")
    projects.write_project(folder, {"good": ["good"]}, {"good": CELLS})
    firm = folder / "parameters" / "firm.yaml"
    firm.write_text(firm.read_text("utf-8") + TARGETS[0] + "\n", "utf-8")
    found = [review_on(folder, DAYS[0]), review_on(folder, DAYS[1])]
    invoices = folder / "data" / "good" / "invoices.csv"
    invoices.write_text(invoices.read_text("utf-8") + LATE, "utf-8")
    firm.write_text(firm.read_text("utf-8").replace(*TARGETS), "utf-8")
    found.append(review_on(folder, DAYS[2]))
    return folder, found


def test_the_first_review_has_nothing_to_compare_with(reviews):
    _, found = reviews
    pack, figures = found[0]
    assert "first review of this unit" in pack
    assert figures["history.restated_months"]["value"] is None
    assert "no earlier review" in figures["history.restated_months"]["reason"]


def test_a_review_without_late_rows_restates_nothing(reviews):
    _, found = reviews
    pack, figures = found[1]
    assert "No past month has changed since the review of 31 March 2026" in pack
    assert figures["history.restated_months"]["value"] == 0
    assert figures["history.restated_months"]["n"] > 12


def test_a_late_invoice_is_a_restatement_with_its_month_and_reason(reviews):
    _, found = reviews
    pack, figures = found[2]
    assert figures["history.restated_months"]["value"] == 1
    # May had 100.50 + 200.50 + 300.50; the late invoice adds 1,000.
    assert figures["history.restated_revenue"]["value"] == 1000.0
    assert "The revenue of 1 past month has changed since the last review, by +£1.0k" in pack
    assert "1 more invoice" in pack
    assert "May 2026" in pack


def test_the_third_review_shows_the_figures_of_all_three(reviews):
    folder, found = reviews
    pack, _ = found[2]
    record = (folder / "reports" / "good" / "history" / f"{DAYS[0]}.json").read_text("utf-8")
    then = json.loads(record)["figures"]["portfolio.revenue_12m"]["value"]
    assert then == found[0][1]["portfolio.revenue_12m"]["value"]
    assert pack.index("31 Mar 2026") < pack.index("30 Jun 2026") < pack.index("30 Sep 2026")


def test_a_target_that_was_changed_is_judged_as_it_stood_then(reviews):
    folder, found = reviews
    record = (folder / "reports" / "good" / "history" / f"{DAYS[1]}.json").read_text("utf-8")
    assert json.loads(record)["figures"]["portfolio.revenue_12m"]["target"] == 9000
    pack, figures = found[2]
    # Twelve months bring 12 × 601.50 and the late 1,000: 8,218, above today's 8,000 and not 9,000.
    assert figures["portfolio.revenue_12m"]["value"] == 8218.0
    assert figures["plan.targets_changed"]["value"] == 1
    assert "£9.0k → £8.0k" in pack
    assert "As the review of 30 June 2026 published them" in pack
    assert found[1][1]["plan.targets_changed"]["value"] == 0


def test_the_first_ledger_says_that_nothing_was_recorded(reviews):
    _, found = reviews
    pack, figures = found[0]
    assert figures["plan.planned_then"]["value"] is None
    assert "no record of the review of 31 December 2025" in figures["plan.planned_then"]["reason"]
    assert "Targets were not recorded then" in pack


def test_the_plan_of_a_review_is_on_record_for_the_next(reviews):
    folder, found = reviews
    record = (folder / "reports" / "good" / "history" / f"{DAYS[1]}.json").read_text("utf-8")
    planned = json.loads(record)["planned"]
    assert {action["due_date"] > DAYS[1] for action in planned} == {True}
    figures = found[2][1]
    assert figures["plan.planned_then"]["value"] == len(planned)
    # The unit hands in no table of actions, so nobody can say what was entered.
    assert "hand in table actions" in figures["plan.planned_no_record"]["reason"]


def test_a_confidential_review_takes_over_no_plan_that_names_clients(reviews, tmp_path):
    folder, _ = reviews
    published = folder / "reports" / "good"
    hand_on(published, tmp_path, "good", date(2026, 9, 30), edition="confidential")
    assert [one.planned for one in earlier_reviews(tmp_path, "good", "GBP")] == [None, None]
    plain = history_digests(published, date(2026, 9, 30), "confidential")
    (tmp_path / "next").mkdir()
    leave_records(published, tmp_path / "next", date(2026, 12, 31), "{}", edition="confidential")
    # What is left out once is left out: the next run finds the same inputs.
    assert history_digests(tmp_path / "next", date(2026, 9, 30), "confidential") == plain


def test_a_record_under_another_day_is_refused(reviews, tmp_path):
    kept = tmp_path / "history" / "good"
    kept.mkdir(parents=True)
    later = reviews[0] / "reports" / "good" / "history" / f"{DAYS[2]}.json"
    (kept / f"{DAYS[0]}.json").write_text(later.read_text("utf-8"), "utf-8")
    with pytest.raises(DataFault, match="it is of 2026-09-30"):
        earlier_reviews(tmp_path, "good", "GBP")


def test_a_review_that_is_made_again_reads_the_same_and_writes_the_same(reviews):
    folder, found = reviews
    assert review_on(folder, DAYS[2])[0] == found[2][0]
    (ending,) = projects.run(folder).endings
    assert ending.outcome == "skipped"


def test_an_earlier_day_never_reads_a_later_review(reviews, tmp_path):
    folder, _ = reviews
    published = folder / "reports" / "good"
    hand_on(published, tmp_path, "good", date(2026, 6, 30), edition="full")
    (only,) = earlier_reviews(tmp_path, "good", "GBP")
    assert only.as_of == date(2026, 3, 31)
    assert earlier_reviews(tmp_path, "good", "USD") == ()


@pytest.mark.parametrize("text", ["", "[]", '{"as_of": "2026-03-31"}', "{"])
def test_a_record_that_was_changed_by_hand_is_named(tmp_path, text):
    kept = tmp_path / "history" / "good"
    kept.mkdir(parents=True)
    (kept / "2026-03-31.json").write_text(text, "utf-8")
    with pytest.raises(DataFault, match=r"good/history/2026-03-31\.json: not a record"):
        earlier_reviews(tmp_path, "good", "GBP")
