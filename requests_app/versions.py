"""Going back to the content as it was filed, when a change made since is not to be kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalogue.models import Component, Database, Term
from requests_app.content import Content
from requests_app.models import Dossier
from requests_app.sections import SECTIONS
from requests_app.services import require_editable, save_sources
from requests_app.states import State
from workflow.engine import lock_and_reread
from workflow.refusals import WrongState

SEVERAL = {"objectives": "objective", "domains": "domain", "data_categories": "data_category"}


def has_changed_since_filed(dossier: Dossier) -> bool:
    """Was the dossier filed once, and does its content now say something else?"""
    return dossier.state != State.DRAFT and not dossier.content_is_as_filed()


@transaction.atomic
def restore_filed_version(dossier: Dossier, *, by: Any, at: datetime) -> None:
    """Write the last filed version back into the content; what was written since is lost. Raises NotAllowed, WrongState."""
    lock_and_reread(dossier)
    require_editable(dossier, by)
    filed = dossier.versions.order_by("-number").first()
    if filed is None:
        raise WrongState(_("The dossier was never filed: there is no version to go back to."))
    said = dict(filed.snapshot)
    content = Content.objects.get(pk=dossier.pk)
    sources = said.pop("sources")
    for name, vocabulary in SEVERAL.items():
        getattr(content, name).set(Term.objects.filter(vocabulary=vocabulary, code__in=said.pop(name)))
    for field in content._meta.concrete_fields:
        if field.attname in said:
            setattr(content, field.attname, field.to_python(said[field.attname]))
    content.revisions = {section.code: int(content.revisions.get(section.code, 0)) + 1 for section in SECTIONS}
    content.saved_at = at
    content.save()
    revision = content.revisions["sources"]
    save_sources(dossier, [_source(row) for row in sources], by=by, at=at, revision=revision)


def _source(row: dict[str, Any]) -> dict[str, Any]:
    """A database of a snapshot, as the service takes it."""
    database = Database.objects.get(slug=row["database"])
    components = list(Component.objects.filter(database=database, code__in=row["components"]))
    first, last = row["years"]
    return {"database": database, "components": components, "year_from": first, "year_to": last, "justification": row["justification"]}
