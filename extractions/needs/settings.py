"""What the site sets for needs."""

from __future__ import annotations

from django.conf import settings


def minimum_cell() -> int:
    """No cell of an aggregate table counts fewer persons than this."""
    return int(settings.NEED_MINIMUM_CELL)
