"""What shows how the registry can be trusted: a signed checkpoint, and what imagined readers asked to correct."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from registry.models import Fiche
from registry.trust import checkpoints, corrections
from registry.trust.models import Correction


def furnish(people: dict[str, User], now: datetime) -> None:
    """Sign the log, and leave one request to answer, one to carry out and one refused; nothing twice."""
    checkpoints.sign(now)
    fiches = list(Fiche.objects.live().order_by("pos")[:3])
    if Correction.objects.exists() or len(fiches) < 3:
        return
    waiting, accepted, refused = fiches
    officer = people["officier"]
    _ask(
        waiting,
        "results",
        "Les résultats ont paru dans une revue : il manque leur référence.",
        now - timedelta(days=1),
    )
    one = _ask(accepted, "ends_on", "La date de fin n'est pas celle que donne le site de l'établissement.", now - timedelta(days=9))
    corrections.accept(one.pk, answer="Vous avez raison. L'établissement est prié de la corriger.", by=officer, at=now - timedelta(days=5))
    one = _ask(refused, "sources", "Ce projet n'utilise sûrement pas cette base.", now - timedelta(days=20))
    why = "L'autorisation de la CNIL nomme bien cette base ; la fiche reste donc inchangée."
    corrections.refuse(one.pk, answer=why, by=officer, at=now - timedelta(days=17))


def _ask(fiche: Fiche, field: str, wrong: str, at: datetime) -> Correction:
    return corrections.ask(fiche, field=field, wrong=wrong, email="", language="fr", at=at)
