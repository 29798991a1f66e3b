"""Declare the statements of rights that are shipped; a data protection officer approves them on the site."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils import timezone

from rights.entitlements.services.loading import load


class Command(BaseCommand):
    """Declare what is missing; running it again changes nothing."""

    help = "Declare the shipped rights on databases, for a data protection officer to approve."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how many await an approval."""
        system: Any = get_user_model().objects.system()  # type: ignore[attr-defined]
        new = load(by=system, at=timezone.now())
        self.stdout.write(f"{new} new statements await the approval of a data protection officer.")
