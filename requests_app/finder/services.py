"""Beginning a dossier from the finder's answers: what they say is filled in, and they are kept as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalogue.models import Database, Term
from requests_app.finder.finding import Table
from requests_app.finder.models import FinderTable, Orientation
from requests_app.models import Content, Dossier, DossierSource
from requests_app.services import begin_dossier
from workflow.refusals import Broken, RuleBroken

VOCABULARIES = ("controller_type", "legal_basis_6")


@transaction.atomic
def begin_from_answers(table: FinderTable, sent: Mapping[str, str], *, by: Any, at: datetime) -> Dossier:
    """Begin the dossier that the answers conclude to, filled with what they say. Raises RuleBroken when they lead to no dossier here."""
    finder = Table(table.definition)
    path, waiting = finder.walk(sent)
    answers = {one.question.code: one.answer for one in path}
    conclusion = finder.conclude(answers)
    if waiting is not None or not conclusion.procedure:
        raise RuleBroken(Broken(_("These answers do not lead to a dossier that can be filed here.")))
    dossier = begin_dossier(by=by, at=at, procedure=conclusion.procedure)
    _fill(dossier, finder.fills(answers), at)
    Orientation.objects.create(dossier=dossier, table=table, answers=answers, outcome=conclusion.code, at=at, by=by)
    return Dossier.objects.for_page().get(pk=dossier.pk)


def _fill(dossier: Dossier, said: Mapping[str, Any], at: datetime) -> None:
    """Write what the answers say into the draft."""
    content = Content.objects.get(pk=dossier.pk)
    for vocabulary in VOCABULARIES:
        if vocabulary in said:
            setattr(content, vocabulary, Term.objects.filter(vocabulary=vocabulary, code=said[vocabulary], active=True).first())
    if "matching" in said:
        content.matching = said["matching"]
    content.saved_at = at
    content.save()
    database = Database.objects.filter(slug=said.get("source", "")).first()
    if database is not None:
        DossierSource.objects.create(content=content, database=database)
