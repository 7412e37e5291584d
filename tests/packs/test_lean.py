"""A page in fewer letters is the same page to whoever reads it."""

from __future__ import annotations

from portfolio_lib.packs.lean import lean

PAGE = (
    '<!DOCTYPE html><html lang="en"><head><title>T</title><style>td{color:red}</style></head>'
    '<body><table class="long"><caption>C</caption><thead><tr><th scope="col">A</th></tr></thead>'
    '<tbody><tr><th scope="row">&lt;td&gt; x=&quot;1&quot; a="b"</th><td class="n">1</td></tr>'
    '<tr><th scope="row">two</th><td class="n b" data-v="2">2</td></tr></tbody></table>'
    '<ul role="list"><li>one<ul><li>inner</li></ul></li><li>two</li></ul>'
    "<dl><dt>k</dt><dd>v</dd><dt>l</dt><dd>w</dd></dl>"
    '<svg viewBox="0 0 1 1"><path d="M0 0" fill="none" /><rect width="3" /></svg>'
    '<script>if (a<b) { x = \'</td>\'; y = "k=\\\\"v\\\\""; }</script></body></html>'
)


def test_scripts_and_styles_stay_to_the_letter():
    for whole in ("<style>td{color:red}</style>", PAGE[PAGE.index("<script>") : -14]):
        assert whole in lean(PAGE)


def test_texts_stay_to_the_letter():
    assert '&lt;td&gt; x=&quot;1&quot; a="b"' in lean(PAGE)
