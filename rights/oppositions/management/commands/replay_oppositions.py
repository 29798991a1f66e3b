"""Work every published version of every set out anew: the same receipts give the same root, and each signature holds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rights.oppositions.documents import holds
from rights.oppositions.models import OppositionSet
from rights.oppositions.services.commitments import replayed


class Command(BaseCommand):
    """What an auditor runs; it changes nothing."""

    help = "Work every published version of the opposition sets out anew, and check its signature."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many versions hold; fail when one does not."""
        wrong, count = [], 0
        for one in OppositionSet.objects.select_related("key", "database").order_by("database__slug", "version").iterator():
            count += 1
            if not replayed(one) or not holds(one.text, one.signature, one.key.public):
                wrong.append(f"{one.database.slug} v{one.version}")
        if wrong:
            raise CommandError(f"{len(wrong)} of {count} versions do not hold: {', '.join(wrong)}")
        self.stdout.write(f"{count} versions hold.")
