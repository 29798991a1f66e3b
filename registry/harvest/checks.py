"""A file of facts that cannot be read is told when the site starts, not by the first harvester."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from registry.harvest.facts import known


def facts_are_readable(**_context: Any) -> list[CheckMessage]:
    """Does the file of HARVEST_FACTS hold only what is known, with values of the European lists?"""
    try:
        known()
    except ImproperlyConfigured as wrong:
        return [Error(str(wrong), id="harvest.E001")]
    return []
