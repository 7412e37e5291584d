"""Text that tries to get out of its place, and what every piece must withstand."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import strategies as st

from tests.packs.sample_pack import HOSTILE_NAMES

UNCARRIED = ("Cal\x00der", "Cal\x08der", "Cal\x1bder", "Cal\uffffder", "Cal\ud800der", "Cal\x9bder")
NAMES = (*HOSTILE_NAMES, *UNCARRIED)

any_text = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="<>&\"'/=script onerror\x08\uffff\u202e\u05e9", max_size=40),
    st.sampled_from(NAMES),
)
"""Letters of all kinds, and letters that markup is made of."""


class _Skeleton(HTMLParser):
    """The tags with the names of their attributes, without any text or value."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *sorted(name for name, _ in attrs)))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment",))


def skeleton(html: str) -> list[tuple[str, ...]]:
    """What is markup in a text; data that stays data leaves it as it was."""
    parser = _Skeleton()
    parser.feed(html)
    parser.close()
    return parser.tags


def shown(html: str) -> str:
    """The text that a reader sees."""
    found: list[str] = []
    parser = HTMLParser(convert_charrefs=True)
    parser.handle_data = found.append
    parser.feed(html)
    parser.close()
    return "".join(found)
