"""The letters that remind of results: to the team of the dossier, or to the address that declared the project."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.links import absolute
from registry.editing.links import address_of
from registry.editing.models import Declaration, Stage
from registry.models import Fiche
from requests_app.notifications import team_of
from workflow import mail
from workflow.models import OutboxMessage
from workflow.outbox import handler, queue, still_there
from workflow.periods import paris_day

LETTER = "mail/results_awaited"


def remind(fiche: Fiche, step: str) -> int:
    """Queue the letters of a step, with a key that is that of the step; how many there are."""
    key = f"results:{fiche.pk}:{fiche.results_due_on:%Y%m%d}:{step}"
    if fiche.dossier is None:
        is_declared = _declarations(fiche).exists()
        if is_declared:
            queue("results_awaited", key, fiche=fiche.pk)
        return int(is_declared)
    readers = sorted(person.pk for person in team_of(fiche.dossier) if person.is_active)
    for reader in readers:
        mail.write_to(reader, LETTER, key, fiche=fiche.pk)
    return len(readers)


def _declarations(fiche: Fiche) -> QuerySet[Declaration]:
    """The declaration of a fiche, when somebody proved to read its address; at most one."""
    return Declaration.objects.filter(fiche=fiche, verified_at__isnull=False).exclude(stage=Stage.REFUSED)


@handler("results_awaited")
def write_to_declarer(message: OutboxMessage) -> None:
    """Write to the address that declared the project; the link opens the declaration."""
    declared = still_there(_declarations(_owing(message.payload)))
    mail.post(message, LETTER, {}, address=declared.email, language=declared.language)


@mail.context(LETTER)
def shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The project, the day, and the page on which results are given: that of the dossier, or the declaration itself."""
    fiche = _owing(payload)
    dossier = fiche.dossier
    declared: Any = None if dossier else still_there(_declarations(fiche))
    return {
        "fiche": fiche,
        "reference": dossier.reference if dossier else fiche.number,
        "declared": declared is not None,
        "link": absolute(reverse("dossiers:page", args=[dossier.reference])) if dossier else address_of(declared),
        "fiche_address": absolute(fiche.get_absolute_url()),
        "overdue": fiche.results_are_overdue_on(paris_day(timezone.now())),
    }


def _owing(payload: dict[str, Any]) -> Fiche:
    """The fiche, if its results are still missing when the letter is written."""
    owing = Fiche.objects.live().filter(results_on=None, results_due_on__isnull=False).select_related("dossier")
    found: Fiche = still_there(owing, pk=payload["fiche"])
    return found
