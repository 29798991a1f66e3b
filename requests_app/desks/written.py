"""What was written about a dossier, for the index: the words of its acts, and what an officer notes of an item while checking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.checking.models import Verdict
from requests_app.models import Act
from requests_app.searchable import CHECKING, Found, Source, changed

ACT, VERDICT = "act", "verdict"


# --- acts: an opinion, a request for complements, a decision -----------------------------------------
def acts(rows: Sequence[int]) -> dict[int, Found]:
    """The words and the references of these acts: whoever sees a dossier reads its acts."""
    found = Act.objects.filter(pk__in=list(rows)).order_by("pk").values_list("pk", "dossier", "reference", "text")
    return {pk: Found(dossier, f"{reference}\n{text}") for pk, dossier, reference, text in found}


def act(row: int) -> Found | None:
    """The words of one act."""
    return acts([row]).get(row)


def act_keys() -> Iterable[int]:
    """Every act."""
    return Act.objects.order_by("pk").values_list("pk", flat=True).iterator()


def acts_address(reference: str, row: int) -> str:
    """Where the acts of a dossier are read."""
    return reverse("dossiers:acts", args=[reference])


def index_act(sender: Any, instance: Act, **_kept: Any) -> None:
    """Ask for an act to be indexed whenever it is saved."""
    changed(ACT, instance.pk, timezone.now().isoformat())


# --- verdicts: what is sent of them stands in the act that asks for complements ------------------------
def verdicts(rows: Sequence[int]) -> dict[int, Found]:
    """The reasons and the added words of these verdicts, for those who check the dossier and nobody else."""
    found = Verdict.objects.filter(pk__in=list(rows)).select_related("round").prefetch_related("reasons").order_by("pk")
    return {one.pk: Found(one.round.dossier_id, _said(one), CHECKING) for one in found}


def _said(verdict: Verdict) -> str:
    return "\n".join([*(reason.text_fr for reason in verdict.reasons.all()), verdict.text])


def verdict(row: int) -> Found | None:
    """The words of one verdict."""
    return verdicts([row]).get(row)


def verdict_keys() -> Iterable[int]:
    """Every verdict."""
    return Verdict.objects.order_by("pk").values_list("pk", flat=True).iterator()


def check_address(reference: str, row: int) -> str:
    """Where the check of a dossier is done and read."""
    return reverse("checking:check", args=[reference])


def index_verdict(sender: Any, instance: Verdict, **_kept: Any) -> None:
    """Ask for a verdict to be indexed whenever it is saved."""
    changed(VERDICT, instance.pk, timezone.now().isoformat())


ACTS = Source(ACT, 40, _("Act of the procedure"), act, act_keys, acts_address, acts)
VERDICTS = Source(VERDICT, 65, _("Completeness check"), verdict, verdict_keys, check_address, verdicts, CHECKING)
