"""One small module per kind of source; each turns it into rows of text with their places."""

from portfolio_lib.tables.readers.reading import read_source, source_identity

__all__ = ["read_source", "source_identity"]
