"""Accessible parts of a pack: tables, figures, KPI cards, statuses, sentences and exhibits."""

from __future__ import annotations

from portfolio_lib.pieces.cards import judge, kpis
from portfolio_lib.pieces.charts import figure
from portfolio_lib.pieces.piece import Piece
from portfolio_lib.pieces.sentences import exhibit, message, say, style
from portfolio_lib.pieces.statuses import status
from portfolio_lib.pieces.tables import Column, Heat, table

__all__ = [
    "Column",
    "Heat",
    "Piece",
    "exhibit",
    "figure",
    "judge",
    "kpis",
    "message",
    "say",
    "status",
    "style",
    "table",
]
