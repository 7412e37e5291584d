"""What all tests share: a slow machine fails no property, and forty examples are tried of each."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("kit", deadline=None, max_examples=40)
settings.load_profile("kit")
