"""Going back to the content as it was filed, when a change made since is not to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalogue.models import Component, Database, Term
from requests_app.content import Content, DossierSource, completed
from requests_app.models import Dossier
from requests_app.sections import SECTIONS
from requests_app.services import require_editable
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
    write_snapshot(Content.objects.get(pk=dossier.pk), completed(filed.snapshot), at=at)
    dossier._state.fields_cache.pop("content", None)


@transaction.atomic
def write_snapshot(content: Content, snapshot: Mapping[str, Any], *, at: datetime) -> None:
    """Make a content say what a snapshot says; the caller has checked who may. What the snapshot does not know stays as it is."""
    said = dict(snapshot)
    sources = said.pop("sources")
    for name, vocabulary in SEVERAL.items():
        getattr(content, name).set(Term.objects.filter(vocabulary=vocabulary, code__in=said.pop(name)))
    for field in content._meta.concrete_fields:
        if field.attname in said:
            setattr(content, field.attname, field.to_python(said[field.attname]))
    written = {code for code in content.revisions if not code.endswith("@")}  # the sections of the form, and those of the questionnaire
    content.revisions = {code: int(content.revisions.get(code, 0)) + 1 for code in written | {section.code for section in SECTIONS}}
    content.saved_at = at
    content.save()
    content.sources.exclude(database__slug__in=[row["database"] for row in sources]).delete()
    for row in sources:
        _write_source(content, row)
    content.forget()


def _write_source(content: Content, row: Mapping[str, Any]) -> None:
    """One database of a snapshot, with all its parts."""
    database = Database.objects.get(slug=row["database"])
    plain = {name: value for name, value in row.items() if name not in ("database", "components", "years")}
    first, last = row["years"]
    source, _new = DossierSource.objects.update_or_create(
        content=content, database=database, defaults=plain | {"year_from": first, "year_to": last}
    )
    source.components.set(Component.objects.filter(database=database, code__in=row["components"]))
