"""Every rule of the lint passes a good page and finds the fault it is there for."""

from __future__ import annotations

import pytest

from portfolio_lib.packs import assembling
from portfolio_lib.packs.frame import Section, render_frame, script
from portfolio_lib.packs.lint import RULES, Finding, lint_in_words, lint_page
from portfolio_lib.packs.outcomes import PageOutcome
from tests.packs.sample_pack import sample_header, sample_pack, sample_pages

BODY = (
    '<section class="pf pf-exhibit" aria-labelledby="kept"><h3 id="kept">None of ten left</h3>'
    '<svg class="pf-chart" role="img" aria-labelledby="k-title k-desc"><title id="k-title">Bars of '
    'ten clients</title><desc id="k-desc">All ten stay.</desc><defs><path id="k-1" d="M 0 0"/>'
    '</defs><use href="#k-1" clip-path="url(#k-1)"/></svg>'
    "<table><caption>One row per client</caption><thead><tr>"
    '<th scope="col">Client</th><th scope="col" class="n">Revenue</th></tr></thead><tbody>'
    '<tr><th scope="row">None</th><td class="n">12</td></tr>'
    '<tr><th scope="row">nan</th><td class="n"><span>–</span></td></tr></tbody></table>'
    '<ul class="pf-kpis"><li><span class="v">£12</span><dl><dd>£11</dd></dl></li></ul></section>'
)


@pytest.fixture(scope="module")
def page() -> str:
    return render_frame(
        "firm.html.j2",
        title="A review",
        name="Northern Services",
        headline="All clients stay",
        facts=(("Status", "For review"),),
        sections=(Section("s-kept", "Kept", BODY),),
        what="index",
    )


def rules_broken(html: str) -> set[str]:
    return {finding.rule for finding in lint_page(html)}


def test_a_good_page_has_no_finding(page: str) -> None:
    assert lint_page(page) == []


def test_a_pack_of_hostile_names_has_no_finding() -> None:
    assert lint_page(sample_pack().html) == []


H3 = '<h3 id="kept">None of ten left</h3>'
CELL = '<td class="n">12</td>'
FAULTS: list[tuple[str, str, str, str]] = [
    # rule, what stands there, what stands there instead, what the message says
    ("language", ' lang="en-GB"', "", "does not say its language"),
    ("language", ' lang="en-GB"', ' lang=" "', "does not say its language"),
    ("title", "<title>A review</title>", "<title> </title>", "no title"),
    ("title", "<title>A review</title>", "", "no title"),
    ("one main heading", "<h1>All clients stay</h1>", "<p>All clients stay</p>", "0 were found"),
    ("one main heading", H3, f"<h1>Again</h1>{H3}", "2 were found"),
    ("heading order", H3, '<h4 id="kept">Ten stay</h4>', "h4 follows h2"),
    ("heading order", H3, '<h3 id="kept"><span></span></h3>', "is empty"),
    ("unique ids", 'id="k-desc"', 'id="k-title"', "'k-title' is used twice"),
    ("named pictures", 'role="img" aria-labelledby="k-title k-desc"', "", "neither named"),
    ("named pictures", '<desc id="k-desc">All ten stay.</desc>', "", "needs a title and a desc"),
    ("named pictures", "All ten stay.", "", "needs a title and a desc"),
    ("named pictures", "All ten stay.", "Figure 3.", "'Figure 3.' describes nothing"),
    ("named pictures", "Bars of ten clients", "chart", "'chart' describes nothing"),
    ("named pictures", 'aria-labelledby="k-title k-desc"', 'aria-label="An image"', "'An image'"),
    ("named pictures", H3, f'{H3}<img src="data:image/png;base64,AA=="/>', "no description (alt)"),
    ("table headers", "<caption>One row per client</caption>", "", "no caption"),
    ("table headers", "One row per client", " ", "no caption"),
    ("table headers", '<th scope="row">None</th>', "<th>None</th>", "what it heads"),
    ("table headers", '<th scope="row">None</th>', "<td>Calder</td>", "the row has no header"),
    ("table headers", "<thead>", "<tbody>", "no column headers"),
    ("empty cells", CELL, '<td class="n"></td>', "say what is missing"),
    ("empty cells", CELL, '<td class="n"><span> \n</span>&nbsp;</td>', "say what is missing"),
    ("addresses", H3, f'{H3}<img alt="Ten bars" src="https://example.com/a.png">', "src="),
    ("addresses", H3, f'{H3}<img alt="Ten bars" src="//example.com/a.png">', "src="),
    ("addresses", H3, f'{H3}<img alt="Ten bars" src="file:///etc/hosts">', "src="),
    ("addresses", H3, f'{H3}<img alt="Ten bars" srcset="a.png 2x">', "srcset="),
    ("addresses", H3, f'{H3}<link rel="stylesheet" href="style.css">', "<link> loads"),
    ("addresses", H3, f'{H3}<iframe src="data:image/png;base64,AA=="></iframe>', "<iframe> loads"),
    ("addresses", 'url(#k-1)"', 'url(http://example.com/#k-1)"', "clip-path="),
    ("addresses", '<use href="#k-1"', '<use href="other.svg#k-1"', "href='other.svg#k-1'"),
    ("addresses", "<style>", "<style>.a{background:url( '//example.com/a' )}", "url('//example"),
    ("addresses", "<style>", '<style>@import "a.css";', "@import"),
    ("addresses", H3, f'{H3}<a href="http://example.com">x</a>', "leads out of"),
    ("addresses", H3, f'{H3}<a href="java\tscript:alert(1)">x</a>', "leads out of"),
    ("addresses", H3, f'{H3}<a href="\\\\server\\share">x</a>', "leads out of"),
    ("addresses", H3, f'{H3}<meta http-equiv="Refresh" content="0;url=x">', "sends its reader"),
    ("scripts", H3, f"{H3}<script>alert(1)</script>", "not the pack's script"),
    ("scripts", H3, f"{H3}<script>alert(1)</script>", "one script was expected, 2"),
    ("scripts", "<script>", '<script src="a.js">', "not the pack's script"),
    ("policy", "Content-Security-Policy", "Content-Policy", "no Content-Security-Policy"),
    ("policy", "default-src &#39;none&#39;; ", "", "does not start from"),
    ("policy", "img-src data:", "img-src data: https:", "img-src of the policy lets in https:"),
    ("policy", "script-src ", "script-src &#39;unsafe-inline&#39; ", "lets in 'unsafe-inline'"),
    ("policy", "<style>", "<style> ", "style-src of the policy does not name this <style>"),
    ("policy", "<script>", "<script> ", "script-src of the policy does not name this <script>"),
    ("inline code", H3, '<h3 id="kept" onclick="alert(1)">Kept</h3>', "event handler: onclick"),
    ("inline code", H3, '<h3 id="kept" style="color:red">Kept</h3>', "inline style attribute"),
    ("missing values", CELL, '<td class="n">nan</td>', "'nan'"),
    ("missing values", CELL, '<td class="n">£nan</td>', "'nan'"),
    ("missing values", CELL, '<td class="n">−inf</td>', "'−inf'"),
    ("missing values", CELL, "<td>NaT</td>", "'NaT'"),
    ("missing values", CELL, "<td>&lt;NA&gt;</td>", "'<NA>'"),
    ("missing values", CELL, "<td>None</td>", "'None'"),
    ("missing values", '<span class="v">£12</span>', '<span class="v">nan%</span>', "'nan'"),
    ("missing values", "<dd>£11</dd>", "<dd>None</dd>", "'None'"),
    ("missing values", "All clients stay</h1>", "Revenue is None</h1>", "'None'"),
    ("missing values", "None of ten left", "Ten bring nan points more", "'nan'"),
    ("references", 'href="#s-kept"', 'href="#s-lost"', "#s-lost"),
    ("references", 'aria-labelledby="kept"', 'aria-labelledby="lost"', "#lost"),
    ("references", "url(#k-1)", "url(#k-2)", "#k-2"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "good", "bad", "said"), FAULTS)
def test_each_rule_finds_its_fault(page: str, rule: str, good: str, bad: str, said: str) -> None:
    assert good in page, "the good page has changed: the fault could not be put in"
    findings = [one for one in lint_page(page.replace(good, bad, 1)) if one.rule == rule]
    assert any(said in finding.message for finding in findings), findings


def test_no_rule_is_without_a_fault_that_it_finds() -> None:
    assert {fault[0] for fault in FAULTS} == set(RULES)


@pytest.mark.parametrize(
    "fine",
    [
        '<td>None of the clients answered</td>',
        "<td>Nancy and Infosys</td>",
        "<td>inf. a. B.</td>",
        '<td class="n">Nankai</td>',
        '<td colspan="2">No rows.</td>',
    ],
)  # fmt: skip
def test_words_that_only_resemble_a_missing_value_are_left_alone(page: str, fine: str) -> None:
    assert rules_broken(page.replace(CELL, fine, 1)) == set()


def test_text_that_looks_like_markup_is_not_markup(page: str) -> None:
    told = "&lt;img src=http://example.com onerror=alert(1)&gt; url(http://example.com)"
    assert rules_broken(page.replace("None of ten left", told, 1)) == set()


def test_our_script_is_known_by_its_text(page: str) -> None:
    assert "scripts" not in rules_broken(page)
    assert "scripts" in rules_broken(page.replace(script(), script() + ";alert(1)", 1))


def test_a_finding_says_where_it_is(page: str) -> None:
    (finding,) = lint_page(page.replace(CELL, '<td class="n">nan</td>', 1))
    assert finding.rule == "missing values"
    assert finding.where.startswith("<td>, line ")
    assert finding.where.endswith("in #in-s-kept")


def test_many_findings_of_a_rule_are_counted_and_not_listed() -> None:
    many = [Finding("empty cells", f"row {i}", "an empty cell") for i in range(8)]
    notes = lint_in_words([*many, Finding("title", "page", "there is no title")])
    assert notes == (
        "Lint, empty cells: an empty cell (row 0)",
        "Lint, empty cells: an empty cell (row 1)",
        "Lint, empty cells: an empty cell (row 2)",
        "Lint, empty cells: 5 more places",
        "Lint, title: there is no title (page)",
    )


def test_findings_reach_the_notes_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Finding("title", "page", "there is no title")]
    monkeypatch.setattr(assembling, "lint_page", lambda html: found)
    notebooks = {page.key: page.notebook for page in sample_pages()}
    outcomes = [PageOutcome(key, "ok") for key in notebooks]
    pack = assembling._pack(notebooks, outcomes, sample_header())
    assert pack.warnings == ("Lint, title: there is no title (page)",)
