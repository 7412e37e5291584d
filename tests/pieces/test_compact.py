"""Drawings in fewer letters show the same."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lib.pieces import compact as module
from portfolio_lib.pieces.compact import compact, shorter_path

SVG = 'xmlns="http://www.w3.org/2000/svg"'
SPOTS = st.tuples(
    st.floats(-900, 900, allow_subnormal=False), st.floats(-900, 900, allow_subnormal=False)
)


def compacted(inner: str) -> ElementTree.Element:
    root = ElementTree.fromstring(f"<svg {SVG}>{inner}</svg>")
    compact(root)
    return root


def tags(root: ElementTree.Element) -> list[str]:
    return [element.tag.rpartition("}")[2] for element in root.iter()][1:]


def walked(path: str) -> list[tuple[float, float]]:
    """The corners of a path of relative steps, in order."""
    at, corners = (0.0, 0.0), []
    for letter, rest in module._PART.findall(path):
        numbers = [float(found) for found in module.re.findall(r"-?\d+(?:\.\d+)?", rest)]
        if letter == "z":
            continue
        step = {"h": (*numbers, 0.0), "v": (0.0, *numbers)}.get(letter, tuple(numbers))
        at = step if letter == "M" else (at[0] + step[0], at[1] + step[1])
        corners.append(at)
    return corners


@given(st.lists(SPOTS, min_size=1, max_size=30))
def test_no_corner_moves_by_more_than_a_twentieth_and_errors_do_not_add_up(spots):
    text = " ".join(
        f"{'L' if number else 'M'} {x:.2f} {y:.2f}" for number, (x, y) in enumerate(spots)
    )
    for (x, y), (short_x, short_y) in zip(spots, walked(shorter_path(text)), strict=True):
        assert short_x == pytest.approx(x, abs=0.056)
        assert short_y == pytest.approx(y, abs=0.056)


def test_groups_that_say_nothing_go_and_their_children_stay_in_order():
    root = compacted('<g><g><text x="1">a</text></g><text x="2">b</text></g><rect id="r" />')
    assert tags(root) == ["text", "text", "rect"]


def test_paths_that_look_alike_become_one():
    bar = '<path d="M 0 0 L 2 0" fill="var(--ink)" />'
    root = compacted(bar + '<path d="M 5 5 L 5 9" fill="var(--ink)" />')
    (path,) = root
    assert path.get("d") == "M0 0h2M5 5v4"


@pytest.mark.parametrize("own", ['fill-opacity="0.5"', 'id="named"', 'transform="scale(2)"'])
def test_paths_whose_union_would_look_different_stay_apart(own):
    bar = f'<path d="M 0 0 L 2 0" {own} />'
    assert tags(compacted(bar + bar)).count("path") == 2


def test_what_neighbours_share_is_said_once():
    root = compacted('<text x="1" fill="a">q</text><text x="2" fill="a">r</text><rect />')
    group, _ = root
    assert group.get("fill") == "a"
    assert [text.attrib for text in group] == [{"x": "1"}, {"x": "2"}]


def clipped(path: str) -> str:
    frame = '<clipPath id="c"><rect x="0" y="0" width="10" height="10" /></clipPath>'
    return f'<path d="{path}" clip-path="url(#c)" /><defs>{frame}</defs>'


def test_a_shape_within_its_clip_needs_none():
    assert tags(compacted(clipped("M 1 1 L 9 9"))) == ["path"]


@pytest.mark.parametrize("path", ["M 1 1 L 11 9", "M 1 1 C 1 1 2 2 3 3"])
def test_a_shape_that_may_reach_beyond_its_clip_keeps_it(path):
    assert tags(compacted(clipped(path))) == ["path", "defs", "clipPath", "rect"]
