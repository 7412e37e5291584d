"""A matplotlib drawing as inline SVG that follows the page.

The drawing is made with the light values of the palette. Here they become CSS variables, text stays
text, every id gets the figure's name in front, and nothing depends on the day or on memory
addresses, so that the same drawing gives the same bytes.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.text import Text

from portfolio_lib.pieces.compact import compact
from portfolio_lib.pieces.palette import COLOURS, INK, PAGE
from portfolio_lib.pieces.piece import Piece, slug, visible

MOST_MARKS = 300
RASTER_DPI = 144
PIXELS_PER_POINT = 96 / 72

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_VARIABLES = {
    "#000000": f"var(--{INK.name})",
    "#ffffff": f"var(--{PAGE.name})",
    **{colour.light: f"var(--{colour.name})" for colour in reversed(COLOURS)},
}
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "portfolio",
    "svg.image_inline": True,
    "text.parse_math": False,
    "path.simplify": True,
}
_SHAPES = {f"{_SVG}{tag}" for tag in ("path", "rect", "use", "circle", "text")}
_DROPPED = {f"{_SVG}{tag}" for tag in ("metadata", "style")}
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_REFERENCE = re.compile(r"url\(#([\w.-]+)\)")
_BLANKS = re.compile(r"\s+")
_DROPPED_STYLES = {"font", "font-family", "stroke-linejoin", "stroke-miterlimit"}


def figure(drawing: Drawing, *, description: str, name: str, title: str | None = None) -> Piece:
    """A drawing as an accessible inline SVG.

    Parameters
    ----------
    drawing : matplotlib.figure.Figure
        Drawn with the colours of the palette; it is left as it was.
    description : str
        What the chart shows, with its most important numbers, for readers who cannot see it.
    name : str
        Unique within the pack; stem of every id.
    title : str or None
        Short name of the chart; the first sentence of the description where left out.

    Raises
    ------
    ValueError
        The description is empty, or a colour is not one of the palette (it could not follow the
        page into dark mode).

    Notes
    -----
    Above 300 marks the marks (not the text) become one picture, because a scatter of 3,000 points
    weighs 2 MB as vectors and 90 KB as a picture.
    """
    if not description.strip():
        raise ValueError(f"figure {name!r} needs a description for readers who cannot see it")
    stem = slug(name)
    root = ElementTree.fromstring(_render(drawing))
    _name_ids(root, stem)
    _restyle(root)
    _refuse_other_colours(root, name)
    _prune(root)
    compact(root)
    short = title or re.split(r"(?<=[.!?])\s", description.strip(), maxsplit=1)[0]
    svg = _framed(root, stem, short, description)
    html = f'<div class="pf pf-figure" data-scroll="{stem}-title">{svg}</div>'
    return Piece(html, f"{short}\n{description}", "figure")


def _render(drawing: Drawing) -> str:
    """The drawing as matplotlib writes it, without a date and with text as text."""
    target = io.StringIO()
    with mpl.rc_context(_SETTINGS), _prepared(drawing), warnings.catch_warnings():
        # The browser has the glyphs that the layout font lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        drawing.savefig(
            target, format="svg", transparent=True, dpi=RASTER_DPI, metadata={"Date": None}
        )
    return visible(target.getvalue())


@contextmanager
def _prepared(drawing: Drawing) -> Iterator[None]:
    """Names are never formulas, and heavy marks become a picture; afterwards all is as before."""
    texts = [(text, text.get_parse_math()) for text in drawing.findobj(Text)]
    heavy = [(artist, artist.get_rasterized()) for artist in _heavy_artists(drawing)]
    for text, _ in texts:
        text.set_parse_math(False)
    for artist, _ in heavy:
        artist.set_rasterized(True)
    try:
        yield
    finally:
        for text, before in texts:
            text.set_parse_math(before)
        for artist, was in heavy:
            artist.set_rasterized(was)


def _heavy_artists(drawing: Drawing) -> list[Artist]:
    """The data artists of those axes that hold too many marks."""
    heavy: list[Artist] = []
    for axes in drawing.axes:
        artists: list[Artist] = [*axes.collections, *axes.lines, *axes.patches]
        if sum(count_marks(artist) for artist in artists) > MOST_MARKS:
            heavy.extend(artists)
    return heavy


def count_marks(artist: Artist) -> int:
    """How many shapes an artist puts on the page.

    >>> count_marks(Line2D([0, 1, 2], [0, 1, 2])), count_marks(Line2D([0, 1], [0, 1], marker="o"))
    (1, 3)
    """
    if isinstance(artist, Line2D):
        points = np.size(artist.get_xydata()) // 2
        has_markers = artist.get_marker() not in (None, "None", "none", "", " ")
        return 1 + (points if has_markers else points // 500)
    if isinstance(artist, Collection):
        sizes = artist.get_array()
        spots = np.size(artist.get_offsets()) // 2
        return max(spots, len(artist.get_paths()), 0 if sizes is None else sizes.size)
    return 1


def _name_ids(root: ElementTree.Element, stem: str) -> None:
    """Keep only the ids that something points to, each with the figure's name in front."""
    wanted = sorted({found for element in root.iter() for found in _references(element)})
    names = {old: f"{stem}-{number}" for number, old in enumerate(wanted, start=1)}
    for element in root.iter():
        identity = element.attrib.pop("id", None)
        if identity in names:
            element.set("id", names[identity])
        for key, value in list(element.attrib.items()):
            if key == _HREF and value.startswith("#"):
                element.attrib.pop(key)
                element.set("href", f"#{names[value[1:]]}")
            elif "url(#" in value:
                element.set(key, _REFERENCE.sub(lambda m: f"url(#{names[m[1]]})", value))


def _references(element: ElementTree.Element) -> list[str]:
    found = [name for value in element.attrib.values() for name in _REFERENCE.findall(value)]
    target = element.get(_HREF, "")
    return [*found, target[1:]] if target.startswith("#") else found


def _restyle(root: ElementTree.Element) -> None:
    """Style attributes become plain ones (the pack forbids inline style), colours variables."""
    in_defs = {shape for defs in root.iter(f"{_SVG}defs") for shape in defs.iter(f"{_SVG}path")}
    for element in root.iter():
        if element.tag in _DROPPED:
            continue
        declarations = element.attrib.pop("style", "")
        for declaration in filter(None, (part.strip() for part in declarations.split(";"))):
            key, _, value = declaration.partition(":")
            if key.strip() not in _DROPPED_STYLES:
                element.set(key.strip(), value.strip())
        if element.tag in _SHAPES and element not in in_defs and "fill" not in element.attrib:
            element.set("fill", f"var(--{INK.name})")  # matplotlib leaves pure black unsaid
        for key in ("fill", "stroke"):
            if key in element.attrib:
                element.set(key, _VARIABLES.get(element.attrib[key].lower(), element.attrib[key]))
        _shorten(element)


def _shorten(element: ElementTree.Element) -> None:
    """Two decimals are finer than any screen; a turn by nothing says nothing."""
    for key in ("d", "x", "y", "width", "height", "transform", "font-size", "stroke-width"):
        if key in element.attrib and not element.attrib[key].startswith("data:"):
            short = _NUMBER.sub(
                lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), element.attrib[key]
            )
            element.set(key, _BLANKS.sub(" ", short).strip())
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]


def _refuse_other_colours(root: ElementTree.Element, name: str) -> None:
    colours = {
        element.attrib[key]
        for element in root.iter()
        for key in ("fill", "stroke")
        if element.get(key, "none") != "none"
        and not element.attrib[key].startswith(("var(", "url("))
    }
    if colours:
        raise ValueError(
            f"figure {name!r} has colours that are not in the palette: "
            f"{', '.join(sorted(colours))}. "
            "Draw with the tokens of portfolio_lib.pieces.drawing, so that it follows dark mode."
        )


def _prune(parent: ElementTree.Element) -> None:
    """Take out what shows nothing: metadata, empty groups, shapes without fill and stroke."""
    for child in list(parent):
        _prune(child)
        if _shows_nothing(child):
            parent.remove(child)
    for child in parent:
        child.tail = None
    if parent.tag != f"{_SVG}text":
        parent.text = None


def _shows_nothing(element: ElementTree.Element) -> bool:
    if element.tag in _DROPPED:
        return True
    if element.tag in (f"{_SVG}g", f"{_SVG}defs"):
        return len(element) == 0
    unpainted = element.get("fill") == "none" and element.get("stroke", "none") == "none"
    return unpainted and element.tag != f"{_SVG}image" and "id" not in element.attrib


def _framed(root: ElementTree.Element, stem: str, title: str, description: str) -> str:
    """The outermost element with its name and description, at its natural size."""
    width, height = (float(size) * PIXELS_PER_POINT for size in root.get("viewBox", "").split()[2:])
    framed = ElementTree.Element(
        f"{_SVG}svg",
        {
            "class": "pf-chart",
            "viewBox": root.get("viewBox", ""),
            "width": f"{width:.0f}",
            "height": f"{height:.0f}",
            "role": "img",
            "aria-labelledby": f"{stem}-title {stem}-desc",
        },
    )
    for tag, text in (("title", title), ("desc", description)):
        element = ElementTree.SubElement(framed, f"{_SVG}{tag}", {"id": f"{stem}-{tag}"})
        element.text = visible(text)
    framed.extend(list(root))
    return _serialised(framed)


def _serialised(root: ElementTree.Element) -> str:
    """Markup without namespaces, which inline SVG does not need."""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        target = element.attrib.pop(_HREF, None)
        if target is not None:
            element.set("href", target)
    return ElementTree.tostring(root, encoding="unicode")
