"""What a dossier itself says, for the index: its reference, its texts, the names of its organisations and of its databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.content import Content, DossierSource
from requests_app.searchable import Found, Source, changed

KIND = "dossier"
ORGANISATIONS = ("controller", "body_in_charge", "sponsor", "laboratory")
#: Texts whose words are codes: nobody searches for them.
CODES = frozenset({"data_form", "hosting", "information"})


#: The columns of the content whose words are kept, the name of the project first.
TEXTS = ["acronym", "title"] + [
    column.name
    for column in Content._meta.concrete_fields
    if isinstance(column, models.CharField | models.TextField) and column.name not in CODES | {"acronym", "title"}
]
NAMES = [f"{organisation}__{name}" for organisation in ORGANISATIONS for name in ("name", "short_name")]
OF_SOURCE = ("database__acronym", "database__name_fr", "database__name_en", "justification", "population_criteria", "variables")


def texts_of(rows: Sequence[int]) -> Mapping[int, Found]:
    """The words of these dossiers, by their key: read as plain values, since a page of results reads twenty of them."""
    said: dict[int, list[str]] = {}
    for pk, answers, *words in Content.objects.filter(pk__in=list(rows)).values_list("pk", "answers", "dossier__reference", *TEXTS, *NAMES):
        said[pk] = [*words, *_strings(answers)]
    for pk, *words in DossierSource.objects.filter(content__in=list(said)).order_by("pk").values_list("content", *OF_SOURCE):
        said[pk].append(" ".join(filter(None, words)))
    return {pk: Found(pk, "\n".join(filter(None, words))) for pk, words in said.items()}


def _strings(answers: Any) -> Iterator[str]:
    """The texts among answers of any shape."""
    if isinstance(answers, str):
        yield answers
    elif isinstance(answers, Mapping):
        for one in answers.values():
            yield from _strings(one)
    elif isinstance(answers, list):
        for one in answers:
            yield from _strings(one)


def read(row: int) -> Found | None:
    """The words of one dossier; None once it is gone."""
    return texts_of([row]).get(row)


def keys() -> Any:
    """The dossiers whose words are kept."""
    return Content.objects.order_by("pk").values_list("pk", flat=True).iterator()


def address(reference: str, row: int) -> str:
    """Where the content of a dossier is read."""
    return reverse("dossiers:content", args=[reference])


DOSSIERS = Source(KIND, 10, _("Content of the dossier"), read, keys, address, texts_of)


def index_again(sender: Any, instance: Content, **_kept: Any) -> None:
    """Ask for a dossier to be indexed anew whenever its content is saved."""
    changed(KIND, instance.pk, timezone.now().isoformat())


def index_after(dossier: Any, line: Any) -> None:
    """Ask for it after an act that writes content past its form (the results): a reaction."""
    changed(KIND, dossier.pk, f"line:{line.pk}")
