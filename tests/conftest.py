"""What all tests share: a slow machine is no reason for a property to fail."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("kit", deadline=None)
settings.load_profile("kit")
