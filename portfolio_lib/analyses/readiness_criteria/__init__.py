"""What each criterion of the readiness review is measured by, and how it is scored."""

from __future__ import annotations
