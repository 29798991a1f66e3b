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


def texts_of(rows: Sequence[int]) -> Mapping[int, Found]:
    """The words of these dossiers, by their key."""
    contents = Content.objects.filter(pk__in=list(rows)).select_related("dossier", *ORGANISATIONS)
    sources = models.Prefetch("sources", DossierSource.objects.select_related("database").order_by("pk"))
    return {content.pk: Found(content.pk, "\n".join(filter(None, _words(content)))) for content in contents.prefetch_related(sources)}


def _words(content: Content) -> Iterator[str]:
    yield content.dossier.reference
    yield content.acronym
    yield content.title
    for organisation in (getattr(content, name) for name in ORGANISATIONS):
        if organisation is not None:
            yield f"{organisation.name} {organisation.short_name}"
    for field in Content._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and field.name not in CODES | {"title", "acronym"}:
            yield getattr(content, field.attname)
    yield from _strings(content.answers)
    for source in content.sources.all():
        yield " ".join([str(source.database), source.justification, source.population_criteria, source.variables])


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
