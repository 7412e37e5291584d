"""Sentences, the message of a pack, exhibits, and the stylesheet for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from portfolio_lib.pieces.palette import stylesheet_variables
from portfolio_lib.pieces.piece import Piece, escape, slug

LONGEST_MESSAGE_WORDS = 12

#: What an exhibit shows where its number will stand; the pack fills in which one it is.
FIGURE_NUMBER = '<b data-number="figure">Figure</b>'

Sentence = str | tuple[str, str]


def say(*sentences: Sentence) -> Piece:
    """Sentences, each a paragraph.

    Parameters
    ----------
    sentences : str or (str, str)
        Plain words; of a pair the first part is set in bold. Nothing in them is markup.

    Raises
    ------
    ValueError
        There is nothing to say.
    """
    if not sentences:
        raise ValueError("say needs at least one sentence")
    paragraphs = "".join(f"<p>{_sentence_html(sentence)}</p>" for sentence in sentences)
    text = "\n".join(_sentence_text(sentence) for sentence in sentences)
    return Piece(f'<div class="pf pf-say">{paragraphs}</div>', text, "say")


def message(text: str, *, sentences: Sequence[Sentence] = (), decision: str | None = None) -> Piece:
    """What the pack says in one line, three to five sentences, and the decision asked.

    Parameters
    ----------
    text : str
        At most twelve words. The pack makes the first message its title.
    sentences : sequence of str or (str, str)
        At most five; of a pair the first part is set in bold.
    decision : str or None
        What the readers are asked to decide.

    Raises
    ------
    ValueError
        The message is empty or longer than twelve words, or there are more than five sentences.
    """
    if not 0 < len(text.split()) <= LONGEST_MESSAGE_WORDS:
        raise ValueError(
            f"a message has 1 to {LONGEST_MESSAGE_WORDS} words, this one has "
            f"{len(text.split())}: {text!r}"
        )
    if len(sentences) > 5:
        raise ValueError(f"a message carries at most 5 sentences, not {len(sentences)}")
    body = "".join(f"<p>{_sentence_html(sentence)}</p>" for sentence in sentences)
    asked = _decision_html(decision) if decision else ""
    plain = [
        text,
        *map(_sentence_text, sentences),
        *([f"Decision asked: {decision}"] if decision else []),
    ]
    title = f'<p class="pf-title">{escape(text)}</p>'
    html = f'<div class="pf pf-message">{title}{body}{asked}</div>'
    return Piece(html, "\n".join(plain), "message", headline=text, decision=decision)


def exhibit(
    *,
    headline: str,
    measure: str,
    body: Piece,
    source: str,
    name: str,
    data: Piece | None = None,
) -> Piece:
    """A finding: headline, what is measured, the chart or table, where it comes from, the data.

    Parameters
    ----------
    headline : str
        Subject, verb, number and comparison, computed by the caller.
    measure : str
        "measure, unit, period", shown after the figure's number.
    body : Piece
        A figure, a table, or both glued by the caller.
    source : str
        Tables and the day of the data.
    name : str
        Unique within the pack; the anchor of the exhibit.
    data : Piece or None
        The numbers behind a chart, folded away until asked for.
    """
    anchor = slug(name)
    folded = (
        f"<details><summary>Data behind this figure</summary>{data.html}</details>" if data else ""
    )
    html = (
        f'<section class="pf pf-exhibit"><h3 id="{anchor}">'
        f'{escape(headline)}</h3><p class="pf-measure">{FIGURE_NUMBER}: {escape(measure)}</p>'
        f'{body.html}<p class="pf-source">Source: {escape(source)}</p>{folded}</section>'
    )
    text = f"{headline}\n{measure}\n{body.text}\nSource: {source}"
    return Piece(html, text, "exhibit", headline=headline)


def style() -> Piece:
    """The stylesheet of all pieces, for JupyterLab; the pack carries it by itself."""
    return Piece(f"<style>{pieces_css()}</style>", "Stylesheet of the pieces", "style")


def pieces_css() -> str:
    """The colours and the rules of the pieces."""
    rules = resources.files("portfolio_lib.pieces").joinpath("assets/pieces.css")
    return stylesheet_variables() + rules.read_text(encoding="utf-8")


def _decision_html(decision: str) -> str:
    sentence = decision[:1].upper() + decision[1:]
    return f'<p class="pf-decision"><b>Decision asked:</b> {escape(sentence)}</p>'


def _sentence_html(sentence: Sentence) -> str:
    if isinstance(sentence, str):
        return escape(sentence)
    return f"<b>{escape(sentence[0])}</b> {escape(sentence[1])}"


def _sentence_text(sentence: Sentence) -> str:
    return sentence if isinstance(sentence, str) else " ".join(sentence)
