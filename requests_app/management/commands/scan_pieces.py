"""Send to the scan the pieces that came before there was a scanner; they are in quarantine until it has seen them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from files import scanning
from files.quarantine import admit
from files.states import ScanState
from requests_app.models import Attachment


class Command(BaseCommand):
    """`manage.py scan_pieces`."""

    help = "Send the pieces that were never scanned to the scan."

    def handle(self, *args: Any, **options: Any) -> None:
        """One transaction for each piece, so that the first ones are scanned while the last ones are still being found."""
        if not scanning.is_set():
            raise CommandError("CLAMD_SOCKET is not set: there is no scanner.")
        count = 0
        for pk in Attachment.objects.filter(scan_state=ScanState.UNSCANNED).order_by("pk").values_list("pk", flat=True):
            with transaction.atomic():
                piece = Attachment.objects.select_for_update().get(pk=pk)
                piece.scan_state = ScanState.WAITING
                piece.save(update_fields=["scan_state"])
                admit(piece)
            count += 1
        self.stdout.write(f"{count} pieces are on their way to the scan.")
