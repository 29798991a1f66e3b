"""What search finds of the letters: their subjects and their words, for those who read the letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from requests_app.letters.models import Letter
from requests_app.searchable import TALK, Found, Source, changed

KIND = "letter"


def texts_of(rows: Sequence[int]) -> dict[int, Found]:
    """The words of these letters, by their key."""
    found = Letter.objects.filter(pk__in=list(rows)).order_by("pk").values_list("pk", "dossier", "subject", "body")
    return {pk: Found(dossier, f"{subject}\n{body}", TALK) for pk, dossier, subject, body in found}


def read(row: int) -> Found | None:
    """The words of one letter."""
    return texts_of([row]).get(row)


def keys() -> Iterable[int]:
    """Every letter."""
    return Letter.objects.order_by("pk").values_list("pk", flat=True).iterator()


def address(reference: str, row: int) -> str:
    """Where the letters of a dossier are read."""
    return reverse("letters:letters", args=[reference])


def index_new(sender: Any, instance: Letter, **_kept: Any) -> None:
    """Ask for a letter to be indexed when it is issued; its words never change."""
    changed(KIND, instance.pk, "issued")


LETTERS = Source(KIND, 45, _("Letter"), read, keys, address, texts_of)
