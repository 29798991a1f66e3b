"""What search finds of an amendment: its summary, in the dossier in which it is written.

Who may find it is who may see that dossier: its team while it is a draft. What was registered or contested stands in an act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.amendments.models import Amendment
from requests_app.searchable import Found, Source, changed

KIND = "amendment"


def texts_of(rows: Sequence[int]) -> dict[int, Found]:
    """The summaries of these amendments, by their key; one that has no dossier of its own any more is left out."""
    found = Amendment.objects.filter(pk__in=list(rows), draft__isnull=False).order_by("pk")
    return {pk: Found(draft, summary) for pk, draft, summary in found.values_list("pk", "draft", "summary")}


def read(row: int) -> Found | None:
    """The summary of one amendment."""
    return texts_of([row]).get(row)


def keys() -> Iterable[int]:
    """Every amendment that has a dossier of its own."""
    return Amendment.objects.filter(draft__isnull=False).order_by("pk").values_list("pk", flat=True).iterator()


def address(reference: str, row: int) -> str:
    """Where the summary is read."""
    return reverse("amendments:changes", args=[reference])


def index_again(sender: Any, instance: Amendment, **_kept: Any) -> None:
    """Ask for an amendment to be indexed anew whenever it is saved."""
    changed(KIND, instance.pk, timezone.now().isoformat())


AMENDMENTS = Source(KIND, 70, _("Amendment"), read, keys, address, texts_of)
