"""The library for tests: two people who keep it, a clause and a template in draft, under review or approved."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from contracts.library.services.drafts import Said, begin_clause, begin_template, draw_up_clause, draw_up_template, entries_of
from contracts.models import Clause, ClauseVersion, Template, TemplateVersion
from contracts.text.clauses import ClauseText, TemplateText, Text
from contracts.text.document import Negotiable
from tests.accounts.factories import UserFactory

SINCE = date(2026, 1, 1)


def a_lawyer(**said: Any) -> User:
    """Somebody who draws up clauses and templates."""
    user: User = UserFactory(roles=[Role.LEGAL_OFFICER], **said)
    return user


def a_text(code: str = "essai", **said: Any) -> ClauseText:
    """A small clause."""
    told: dict[str, Any] = {
        "title": Text("Essai", "Trial"),
        "body": Text("Le dossier [[dossier.reference]].", "Dossier [[dossier.reference]]."),
    }
    return ClauseText(code, 1, **told | {"negotiable": Negotiable.LOCKED} | said)


def a_clause(code: str = "essai", *, by: User | None = None, note: str = "Revue.", **said: Any) -> ClauseVersion:
    """A draft of a clause, the first or the next one."""
    author = by or a_lawyer()
    clause = Clause.objects.filter(code=code).first() or begin_clause(code, by=author, at=timezone.now())
    return draw_up_clause(clause, a_text(code, **said), note=note, by=author, at=timezone.now())


def approved(version: Any, *, by: User | None = None) -> Any:
    """The same, approved by somebody else."""
    version.ask_review(by=version.author, at=timezone.now())
    version.approve(by=by or a_lawyer(), at=timezone.now())
    return version


def a_template(
    codes: tuple[str, ...] = ("essai",),
    *,
    code: str = "modele",
    kind: str = "space",
    by: User | None = None,
    since: date = SINCE,
    **said: Any,
) -> TemplateVersion:
    """A draft of a template of these clauses, which are approved on the way; the kind is one with a short checklist."""
    author = by or a_lawyer()
    for one in codes:
        if one not in entries_of([one]):
            approved(a_clause(one, by=author, **said))
    template = Template.objects.filter(code=code).first() or begin_template(code, kind, by=author, at=timezone.now())
    entries = entries_of(list(codes))
    text = TemplateText(code, 1, kind, Text("Modèle d’essai", "Template on trial"), tuple(entries[one] for one in codes))
    return draw_up_template(template, Said(since, "Revu."), text, by=author, at=timezone.now())
