"""Letters that HTML does not need are put back by the browser: the page is the same."""

from __future__ import annotations

from portfolio_lib.packs.lean import lean
from tests.packs.sample_pack import sample_pack
from tests.packs.test_lean import PAGE


def test_the_browser_makes_the_same_page_of_fewer_letters(browser, tmp_path):
    for name, html in {"small": PAGE, "sample": sample_pack().html}.items():
        seen = []
        for kind, text in {"whole": html, "lean": lean(html)}.items():
            path = tmp_path / f"{name}-{kind}.html"
            path.write_text(text, encoding="utf-8")
            page = browser.new_page()
            page.goto(path.as_uri())
            seen.append(page.evaluate("document.documentElement.outerHTML"))
            page.close()
        assert seen[0] == seen[1]
        assert len(lean(html)) < 0.95 * len(html)
