"""Executed notebooks become one file: only pieces and prose get in, in order, numbered, escaped."""

from __future__ import annotations

import copy
import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from portfolio_lib.packs.exporter import (
    ExportedPack,
    LeftOut,
    PackExporter,
    PackHeader,
    PackPage,
)
from portfolio_lib.packs.frame import content_policy, render_frame, script, source_hash, stylesheet
from portfolio_lib.packs.prose import prose
from portfolio_lib.pieces import exhibit, kpis, message, say, style
from tests.packs.sample_pack import (
    HOSTILE_NAMES,
    cell,
    headline_figures,
    notebook,
    sample_header,
    sample_pack,
    sample_pages,
)

EXPORTER = PackExporter()


class Outline(HTMLParser):
    """Tags, headings with their text, ids and link targets of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self._in: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given_ = dict(attrs)
        self.ids += [given_["id"] or ""] if "id" in given_ else []
        self.targets += [given_["href"] or ""] if "href" in given_ else []
        if re.fullmatch("h[1-6]", tag):
            self._in = tag
            self.headings.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self._in = None if tag == self._in else self._in

    def handle_data(self, data: str) -> None:
        if self._in:
            tag, text = self.headings[-1]
            self.headings[-1] = (tag, text + data)


def finding(name: str) -> Any:
    return exhibit(headline=f"About {name}", measure="revenue, £", body=say("Much."), source="x",
                   name=name)  # fmt: skip


def export(*pages: tuple[str, NotebookNode], **header: object) -> ExportedPack:
    named = [PackPage(key, made) for key, made in pages]
    return EXPORTER.export_pack(named, sample_header(**header))


@pytest.fixture(scope="module")
def pack() -> ExportedPack:
    return sample_pack()


def test_the_first_message_becomes_the_one_title(pack: ExportedPack) -> None:
    outline = Outline(pack.html)
    headline = "Northern Services keeps its revenue but misses both retention targets"
    assert [text for tag, text in outline.headings if tag == "h1"] == [headline]
    assert pack.headline == headline
    assert "pf-title" not in pack.html.split("<main")[1]


def test_message_and_cards_open_the_pack_wherever_they_were_made() -> None:
    late = notebook("Summary", cell(message("Late but first")), cell(kpis(headline_figures())))
    html = export(("a", notebook("Revenue", cell(say("Some words.")))), ("b", late)).html
    opening, revenue = html.index('id="s-executive-summary"'), html.index('id="s-revenue"')
    assert opening < html.index('class="pf pf-kpis"') < revenue
    assert html.count('class="pf pf-kpis"') == 1


def test_an_executive_summary_page_is_the_opening_and_not_a_second_one() -> None:
    own = notebook("Executive summary", cell(message("All is well")), cell(say("In its place.")))
    html = export(("summary", own), ("r", notebook("Revenue"))).html
    assert html.count(">Executive summary</h2>") == 1
    assert "In its place." in html


def test_later_messages_stay_where_they_are() -> None:
    first, second = cell(message("One")), cell(message("Two"))
    html = export(("a", notebook("A", first)), ("b", notebook("B", second))).html
    assert '<p class="pf-title">Two</p>' in html
    assert '<p class="pf-title">One</p>' not in html


def test_without_a_message_the_unit_is_the_title_and_the_run_is_told() -> None:
    made = export(("a", notebook("Revenue")))
    assert made.headline == "Northern Services: client portfolio review"
    assert made.warnings == ("No page gives a message: the pack is titled with the unit's name.",)


def test_figures_are_numbered_over_the_whole_pack() -> None:
    pages = [("a", notebook("A", cell(finding("one"), finding("two")))),
             ("b", notebook("B", cell(finding("three"))))]  # fmt: skip
    made = export(*pages)
    numbers = re.findall(r'<b data-number="figure">(.*?)</b>', made.html)
    assert numbers == ["Figure 1", "Figure 2", "Figure 3"]
    assert made.figures == 3


def test_a_name_cannot_take_a_figure_number() -> None:
    thief = '<b data-number="figure">Figure</b>'
    made = export(("a", notebook("A", cell(say(thief), finding("one")))))
    assert made.figures == 1
    assert "Figure 1: revenue" not in made.html  # the number stands in its own element
    assert re.findall(r'<b data-number="figure">(.*?)</b>', made.html) == ["Figure 1"]


def test_the_contents_list_every_section_once_and_lead_to_it(pack: ExportedPack) -> None:
    outline = Outline(pack.html)
    sections = [text for tag, text in outline.headings if tag == "h2"]
    assert sections == [
        "Contents",
        "Executive summary",
        "Revenue",
        "Concentration",
        "Segments and tiers",
        "How this pack was made",
    ]
    for target in outline.targets:
        assert target.startswith("#")
        assert target[1:] in outline.ids


def test_sections_of_the_same_name_have_anchors_of_their_own() -> None:
    outline = Outline(export(("a", notebook("Revenue")), ("b", notebook("Revenue"))).html)
    assert "s-revenue" in outline.ids
    assert "s-revenue-2" in outline.ids
    assert len(outline.ids) == len(set(outline.ids))


def test_one_page_may_hold_several_sections() -> None:
    made = notebook("First", prose="Words.\n\n## Second\n\nMore words.")
    headings = [text for tag, text in Outline(export(("a", made)).html).headings if tag == "h2"]
    assert headings[1:3] == ["First", "Second"]


def test_ids_are_unique_over_the_sample(pack: ExportedPack) -> None:
    ids = Outline(pack.html).ids
    assert len(ids) == len(set(ids))


def test_code_is_never_shown(pack: ExportedPack) -> None:
    assert "show.something" not in pack.html


def test_the_stylesheet_for_notebooks_is_neither_shown_nor_reported() -> None:
    made = export(("a", notebook("A", cell(style()))))
    assert made.html.count("<style") == 1
    assert made.left_out == ()


STRAY = {
    "printed": new_output("stream", name="stdout", text="printed line"),
    "a warning": new_output("stream", name="stderr", text="FutureWarning: x"),
    "a bare frame": new_output("display_data", data={"text/html": "<table>stray</table>"}),
    "a bare value": new_output("execute_result", data={"text/plain": "42"}, execution_count=1),
    "a picture": new_output("display_data", data={"image/png": "iVBORw0KGgo="}),
    "a script": new_output("display_data", data={"application/javascript": "alert(1)"}),
    "an error": new_output("error", ename="KeyError", evalue="'revenue'", traceback=["stray"]),
    "forged in part": new_output(
        "display_data", data={"text/html": "stray"}, metadata={"portfolio": {"kind": "page"}}
    ),
    "no markup": new_output(
        "display_data", data={"text/plain": "stray"}, metadata={"portfolio": {"kind": "table"}}
    ),
    "oddly marked": new_output(
        "display_data", data={"text/html": "stray"}, metadata={"portfolio": "table"}
    ),
}


@pytest.mark.parametrize("what", STRAY)
def test_whatever_no_piece_made_stays_out_and_is_reported(what: str) -> None:
    page = notebook("A", new_code_cell("x", outputs=[STRAY[what]]))
    page.cells[-1]["id"] = "stray"
    made = export(("page_a", page))
    assert made.html == export(("page_a", notebook("A"))).html
    assert len(made.left_out) == 1
    assert (made.left_out[0].page, made.left_out[0].cell) == ("page_a", 1)


def test_what_was_left_out_is_said_with_page_cell_and_first_words() -> None:
    long = LeftOut("page_a", 3, "output to stdout", "printed line")
    assert str(long) == "page_a, cell 3: output to stdout left out: printed line"
    page = notebook("A", new_code_cell("x", outputs=[
        new_output("stream", name="stdout", text="word " * 100)]))  # fmt: skip
    page.cells[-1]["id"] = "stray"
    assert len(export(("a", page)).left_out[0].excerpt) <= 121


def test_an_analysts_own_view_stays_out_in_silence_but_an_error_does_not() -> None:
    quiet = new_code_cell("x", metadata={"tags": ["analyst"]}, outputs=[STRAY["a bare frame"]])
    loud = new_code_cell("x", metadata={"tags": ["analyst"]}, outputs=[STRAY["an error"]])
    quiet["id"], loud["id"] = "quiet", "loud"
    assert export(("a", notebook("A", quiet))).left_out == ()
    assert [one.what for one in export(("a", notebook("A", loud))).left_out] == ["an error"]


def test_content_before_the_first_heading_gets_a_section_and_a_warning() -> None:
    page = notebook("A")
    page.cells.insert(0, cell(say("Too early.")))
    page.cells[0]["id"] = "early"
    made = export(("client_care", page))
    assert any("client_care" in warning for warning in made.warnings)
    assert "Too early." in made.html
    assert 'id="s-client-care"' in made.html


def test_the_notebooks_are_left_as_they_were() -> None:
    pages = sample_pages()
    before = copy.deepcopy([page.notebook for page in pages])
    EXPORTER.export_pack(pages, sample_header())
    assert [page.notebook for page in pages] == before


def test_the_same_pages_give_the_same_bytes_from_a_new_exporter(pack: ExportedPack) -> None:
    assert sample_pack().html == pack.html
    assert PackExporter().export_pack(sample_pages(), sample_header()).html == pack.html


def test_eighty_clients_weigh_less_than_400_kilobytes(pack: ExportedPack) -> None:
    assert len(pack.html.encode("utf-8")) < 400_000


def test_hostile_names_add_no_markup(pack: ExportedPack) -> None:
    outline = Outline(pack.html)
    assert outline.tags.count("script") == 1
    assert outline.tags.count("img") == 0
    for name in HOSTILE_NAMES:
        if set("<>&\"'") & set(name):
            assert name not in pack.html


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_the_frame_escapes_every_word_of_the_header(name: str) -> None:
    header = PackHeader(
        unit_name=name, firm_name=name, period=name, as_of=dt.date(2026, 9, 30), status=name,
        edition=name, run_id=name, versions={name: name}, parameters={name: name},
        checks=(name,), stale_reason=name,
    )  # fmt: skip
    plain = PackHeader(
        unit_name="x", firm_name="x", period="x", as_of=dt.date(2026, 9, 30), status="x",
        edition="x", run_id="x", versions={"x": "x"}, parameters={"x": "x"}, checks=("x",),
        stale_reason="x",
    )  # fmt: skip
    hostile, calm = (EXPORTER.export_pack([], one).html for one in (header, plain))
    assert Outline(hostile).tags == Outline(calm).tags


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_no_title_breaks_out_of_the_running_foot(text: str) -> None:
    """The foot is written into the stylesheet, so it may hold no character with a meaning there."""
    html = render_frame("firm.html.j2", title="t", name="n", headline="h", facts=(), sections=(),
                        what="index", running_foot=text)  # fmt: skip
    css = html.split("<style>")[1].split("</style>")[0]
    content = css.rsplit("@bottom-left{content:", 1)[1].split(";", 1)[0]
    assert re.fullmatch(r'"([A-Za-z0-9]|\\[0-9a-f]{6})*"', content)


def test_the_policy_names_this_style_and_this_script_and_nothing_else(pack: ExportedPack) -> None:
    css = pack.html.split("<style>")[1].split("</style>")[0]
    code = pack.html.split("<script>")[1].split("</script>")[0]
    written = re.search(r'Content-Security-Policy" content="([^"]*)"', pack.html)
    assert written is not None
    policy = written[1].replace("&#39;", "'")
    assert policy == content_policy(css, code)
    assert f"script-src '{source_hash(script())}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_no_inline_style_is_written(pack: ExportedPack) -> None:
    class Styles(HTMLParser):
        found = 0

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found += any(name == "style" or name.startswith("on") for name, _ in attrs)

    parser = Styles()
    parser.feed(pack.html)
    assert parser.found == 0


def test_the_style_calls_on_nothing_outside() -> None:
    assert "url(" not in stylesheet()
    assert "@import" not in stylesheet()


def test_a_stale_pack_says_so_and_why() -> None:
    html = export(("a", notebook("A")), stale_reason="The run of 2 October failed.").html
    assert 'role="note"' in html
    assert "The run of 2 October failed." in html
    assert 'role="note"' not in export(("a", notebook("A"))).html


def test_data_that_end_early_are_told_before_the_first_figure() -> None:
    html = export(("a", notebook("A")), notices=("Invoices end on <1> May.",)).html
    notice = html.index('role="note"')
    assert notice < html.index("<h1>")
    assert "The data end early.</strong> Invoices end on &lt;1&gt; May.</p>" in html[notice:]


def test_the_footer_prints_run_versions_parameters_and_checks(pack: ExportedPack) -> None:
    foot = pack.html.split("<footer")[1]
    for words_ in ("20261001-0000", "duckdb", "1.5.5", "targets.nrr", "1.10", "carry no account"):
        assert words_ in foot


def test_the_index_is_linked_where_there_is_one() -> None:
    page = ("a", notebook("A"))
    assert 'href="../index.html"' in export(page, index_address="../index.html").html
    assert 'href="../index.html"' not in export(page).html


def test_prose_keeps_dollars_and_drops_markup() -> None:
    assert prose("From $5m to $9m") == "<p>From $5m to $9m</p>\n"
    assert "<script" not in prose("<script>alert(1)</script>")
    assert "<b>" not in prose("some <b>bold</b> words")
    assert prose("*some* words") == "<p><em>some</em> words</p>\n"


def test_prose_headings_start_below_the_title_of_the_pack() -> None:
    assert prose("# A") == '<h2 data-section="">A</h2>\n'
    assert prose("### B") == "<h3>B</h3>\n"


@pytest.mark.parametrize(
    "source",
    [
        "[here](https://example.com/x)",
        "[here](javascript:alert(1))",
        "[here](//example.com)",
        "<https://example.com>",
        "![picture](https://example.com/x.png)",
        '![a" onerror="alert(1)](x)',
        "[a][b]\n\n[b]: https://example.com",
    ],
)
def test_prose_leads_and_loads_nowhere(source: str) -> None:
    outline = Outline(prose(source))
    assert outline.targets == []
    assert set(outline.tags) <= {"p"}


def test_prose_may_point_within_the_pack() -> None:
    assert Outline(prose("[see](#s-revenue)")).targets == ["#s-revenue"]
