"""Models of who leaves: fitted on what was closed, tried out of time, explained term by term.

`samples` holds the rows, `preparing` makes them comparable, `linear` and `trees` are the two
kinds of model, `choosing` picks, tunes and calibrates one on earlier snapshots, `trials` tries it
on later ones, `quality` and `profit` measure, `leaks` looks for features that know the future.
"""

from __future__ import annotations
