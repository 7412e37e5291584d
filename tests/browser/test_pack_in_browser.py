"""The pack as its readers meet it: with eyes, ears, a keyboard, a telephone and a printer."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visitor
from tests.packs.sample_pack import HOSTILE_NAMES, accounts, headline_figures

pytestmark = pytest.mark.browser

SCREENS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"width": 320, "color_scheme": "light"},
    "narrow and dark": {"width": 320, "color_scheme": "dark"},
    "high contrast": {"forced_colors": "active"},
}


def axe_findings(page: Any) -> list[str]:
    """What axe-core says about the page as it stands, each rule with the first element."""
    package = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
    source = Path(package.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in result["violations"]]


def focused(page: Any) -> str:
    """Id, text or address of what has the focus."""
    return str(
        page.evaluate("(e => e.id || e.getAttribute('href') || e.textContent.trim())"
                      "(document.activeElement)")
    )  # fmt: skip


def rows_shown(page: Any) -> list[str]:
    return list(
        page.evaluate(
            "[...document.querySelectorAll('[data-sortable] tbody tr')].filter(r => !r.hidden)"
            ".map(r => r.cells[0].textContent)"
        )
    )


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing(visit: Visitor, pack_path: Path, screen: str) -> None:
    page = visit(pack_path, **SCREENS[screen]).page
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert axe_findings(page) == []


def test_axe_does_find_what_is_broken_on_purpose(visit: Visitor, pack_path: Path) -> None:
    page = visit(pack_path).page
    page.evaluate("document.querySelector('.kicker').style.color = '#eee'")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    found = " ".join(axe_findings(page))
    assert "color-contrast" in found
    assert "html-has-lang" in found


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_leaves_the_file_and_nothing_complains(
    visit: Visitor, pack_path: Path, screen: str
) -> None:
    seen = visit(pack_path, **SCREENS[screen])
    seen.page.wait_for_timeout(200)
    assert seen.requests == [pack_path.as_uri()]
    assert seen.complaints == []


def test_the_policy_stops_what_a_hostile_name_could_try(visit: Visitor, pack_path: Path) -> None:
    """Even markup that got in would not run, load or restyle."""
    seen = visit(pack_path)
    seen.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        '\'<img src="http://127.0.0.1:9/x.png" onerror="window.broken=1">'
        '<p id=probe style="position:fixed" onclick="window.broken=1">x</p>\')'
    )
    seen.page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.broken=1';"
        "document.body.append(s)"
    )
    seen.page.evaluate("document.getElementById('probe').click()")
    seen.page.wait_for_timeout(200)
    assert seen.page.evaluate("window.broken") is None
    assert seen.page.evaluate("getComputedStyle(document.getElementById('probe')).position") == (
        "static"
    )
    assert [line for line in seen.complaints if "Content Security Policy" in line]


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_the_page_itself_never_scrolls_sideways(
    visit: Visitor, pack_path: Path, width: int
) -> None:
    page = visit(pack_path, width=width).page
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide == 0


def test_eight_cards_and_the_decision_stand_on_the_first_screen(
    visit: Visitor, pack_path: Path
) -> None:
    page = visit(pack_path, width=1440, height=1000).page
    bottoms = page.evaluate(
        "[...document.querySelectorAll('.pf-kpis > li, .pf-decision')]"
        ".map(e => e.getBoundingClientRect().bottom)"
    )
    assert len(bottoms) == 9
    assert max(bottoms) < 1000


def test_the_keyboard_reaches_everything_in_reading_order(visit: Visitor, pack_path: Path) -> None:
    page = visit(pack_path).page
    met = []
    for _ in range(60):
        page.keyboard.press("Tab")
        met.append(focused(page))
        if met[-1] == "search-0":
            break
    assert met[:3] == ["#main", "theme", "print"]
    assert met[3:7] == [
        "#s-executive-summary",
        "#s-revenue",
        "#s-concentration",
        "#s-segments-and-tiers",
    ]
    assert "Data behind this figure" in met
    assert met[-1] == "search-0"


def test_the_skip_link_leads_to_the_main_content(visit: Visitor, pack_path: Path) -> None:
    page = visit(pack_path).page
    page.keyboard.press("Tab")
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_focus_is_always_visible(visit: Visitor, pack_path: Path) -> None:
    page = visit(pack_path).page
    for _ in range(14):
        page.keyboard.press("Tab")
        width, style = page.evaluate(
            "(s => [parseFloat(s.outlineWidth), s.outlineStyle])"
            "(getComputedStyle(document.activeElement))"
        )
        assert width >= 2, focused(page)
        assert style == "solid", focused(page)


def test_a_long_table_scrolls_in_a_named_group(visit: Visitor, pack_path: Path) -> None:
    page = visit(pack_path).page
    region = page.get_by_role("group", name="One row per client, largest first")
    region.focus()
    page.keyboard.press("End")
    page.wait_for_timeout(300)
    assert region.evaluate("e => e.scrollTop") > 100


def test_the_theme_button_turns_the_page_dark_and_back(visit: Visitor, pack_path: Path) -> None:
    page = visit(pack_path, color_scheme="light").page
    button = page.get_by_role("button", name="Dark page")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert (button.get_attribute("aria-pressed"), page.evaluate(ground)) == (
        "false",
        "rgb(255, 255, 255)",
    )
    button.focus()
    page.keyboard.press("Enter")
    assert (button.get_attribute("aria-pressed"), page.evaluate(ground)) == (
        "true",
        "rgb(21, 25, 31)",
    )
    page.keyboard.press("Space")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_charts_follow_the_page_into_the_dark(visit: Visitor, pack_path: Path) -> None:
    """Every text of every chart has the colour that its page gives to ink or quiet ink."""
    page = visit(pack_path, color_scheme="dark").page
    colours = page.evaluate(
        "[...new Set([...document.querySelectorAll('.pf-chart text')]"
        ".map(t => getComputedStyle(t).fill))].sort()"
    )
    ink, muted, on_bars = "rgb(232, 237, 242)", "rgb(179, 190, 201)", "rgb(21, 25, 31)"
    assert ink in colours
    assert set(colours) <= {ink, muted, on_bars}


def test_sorting_orders_numbers_words_days_and_statuses(visit: Visitor, pack_path: Path) -> None:
    page = visit(pack_path).page
    frame = accounts()
    first = rows_shown(page)[0]
    assert first == "Northgate Foods 1"
    revenue = page.get_by_role("button", name="Revenue, 12 months")
    revenue.click()
    assert rows_shown(page)[0] == frame["name"].iloc[-1]
    heading = page.locator("th", has=revenue)
    assert heading.get_attribute("aria-sort") == "ascending"
    revenue.press("Enter")
    assert rows_shown(page)[0] == "Northgate Foods 1"
    assert heading.get_attribute("aria-sort") == "descending"
    page.get_by_role("button", name="Next renewal").click()
    assert rows_shown(page)[0] == frame.sort_values("renewal", kind="stable")["name"].iloc[0]
    assert heading.get_attribute("aria-sort") is None
    page.get_by_role("button", name="Health").click()
    marks = page.locator("[data-sortable] tbody .pf-status").all_text_contents()
    order = [next(w for w in ("Red", "Yellow", "Green", "Unknown") if w in m) for m in marks]
    assert order == sorted(order, key=("Red", "Yellow", "Green", "Unknown").index)


def test_missing_values_sort_last_whichever_way(visit: Visitor, pack_path: Path) -> None:
    page = visit(pack_path).page
    button = page.get_by_role("button", name="Account manager")
    for _ in range(2):
        button.click()
        cells = page.locator("[data-sortable] tbody tr td:nth-child(4)").all_text_contents()
        missing = [place for place, text in enumerate(cells) if "nobody named" in text]
        assert missing == list(range(80 - len(missing), 80))
        assert missing


def test_searching_keeps_matching_rows_and_says_how_many(visit: Visitor, pack_path: Path) -> None:
    page = visit(pack_path).page
    box = page.get_by_role("searchbox", name="Search this table")
    box.fill("<SCRIPT>")
    assert rows_shown(page) == [HOSTILE_NAMES[0]]
    assert page.get_by_role("status").filter(has_text="1 of 80 rows").count() == 1
    box.fill("nothing like this")
    assert rows_shown(page) == []
    box.fill("")
    assert len(rows_shown(page)) == 80


def test_a_name_of_400_letters_is_short_to_the_eye_and_whole_in_the_page(
    visit: Visitor, pack_path: Path
) -> None:
    page = visit(pack_path).page
    name = page.locator(".pf-clamp", has_text="A" * 400).first
    assert name.text_content() == "A" * 400
    assert name.bounding_box()["height"] < 120


def test_names_cannot_reverse_the_words_around_them(visit: Visitor, pack_path: Path) -> None:
    """A cell with an override still starts at its left edge, and its neighbours are in order."""
    page = visit(pack_path).page
    row = page.locator("[data-sortable] tbody tr", has_text="reversed")
    cells = row.locator("th, td").all()
    edges = [cell.bounding_box()["x"] for cell in cells]
    assert edges == sorted(edges)
    assert row.locator("bdi").count() == 1


def test_without_script_everything_reads(visit: Visitor, pack_path: Path) -> None:
    seen = visit(pack_path, java_script_enabled=False)
    page = seen.page
    shown = page.locator("body").inner_text()
    assert "Northern Services keeps its revenue" in shown
    assert "Decision asked:" in shown
    for figure in headline_figures():
        assert figure.label in shown
    assert page.locator("[data-sortable] tbody tr").count() == 80
    assert page.locator("#theme").is_hidden()
    assert page.locator("#print").is_hidden()
    page.locator("summary").first.click()
    assert page.locator("details table").first.is_visible()


def test_less_motion_is_respected(visit: Visitor, pack_path: Path) -> None:
    how = "getComputedStyle(document.documentElement).scrollBehavior"
    assert visit(pack_path, reduced_motion="reduce").page.evaluate(how) == "auto"
    assert visit(pack_path, reduced_motion="no-preference").page.evaluate(how) == "smooth"


@pytest.fixture(scope="module")
def printed(browser: Any, pack_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack printed from a dark screen, as a tagged PDF."""
    path = tmp_path_factory.mktemp("printed") / "pack.pdf"
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(pack_path.as_uri())
    page.pdf(path=str(path), prefer_css_page_size=True, tagged=True, outline=True)
    context.close()
    return path


def text_of(path: Path, first: int, last: int) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    command = ["pdftotext", "-layout", "-f", str(first), "-l", str(last), str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_first_printed_page_holds_message_decision_and_every_card(printed: Path) -> None:
    first = " ".join(text_of(printed, 1, 1).split())
    assert "misses both retention targets" in first
    assert "Decision asked" in first
    for figure in headline_figures():
        assert figure.label in first
    assert "Page 1 of" in first
    assert "data as of 30 September 2026" in first


def test_a_printed_table_repeats_its_head_on_every_page(printed: Path) -> None:
    pages = text_of(printed, 1, 99).split("\f")
    with_rows = [page for page in pages if "Whitmore Partners" in page and "Tier" in page]
    assert len(with_rows) >= 2
    assert all("Industry" in page for page in with_rows)


def test_the_printed_pack_is_tagged_on_a4_and_names_no_folder(printed: Path) -> None:
    raw = printed.read_bytes()
    assert b"/StructTreeRoot" in raw
    assert b"file:///" not in raw
    if shutil.which("pdfinfo") is None:
        pytest.skip("pdfinfo (poppler-utils) is not installed")
    told = subprocess.run(["pdfinfo", str(printed)], capture_output=True, text=True, check=True)
    assert "A4" in told.stdout
    assert "Tagged:          yes" in told.stdout


def test_the_sample_is_as_hostile_as_it_says() -> None:
    """The walk above means something only while the names that attack are on the page."""
    names = set(accounts()["name"])
    assert {name for name in HOSTILE_NAMES if name not in names} == set()
    assert json.loads(json.dumps(list(HOSTILE_NAMES))) == list(HOSTILE_NAMES)


@pytest.mark.parametrize("how", ["by the system", "by the button"])
def test_paper_is_white_however_the_page_became_dark(
    visit: Visitor, pack_path: Path, how: str
) -> None:
    page = visit(pack_path, color_scheme="dark" if how == "by the system" else "light").page
    if how == "by the button":
        page.get_by_role("button", name="Dark page").click()
    page.emulate_media(media="print")
    ground, ink = page.evaluate(
        "(s => [s.backgroundColor, s.color])(getComputedStyle(document.body))"
    )
    assert ground == "rgb(255, 255, 255)"
    assert ink == "rgb(16, 20, 24)"
