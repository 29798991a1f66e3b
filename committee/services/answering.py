"""After the opinion: what the applicant does about each recommendation, before the CNIL is seized."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from committee.models import Decision, Recommendation
from committee.states import Reply
from requests_app.models import Dossier
from requests_app.states import State
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, RuleBroken, WrongState

LAW = "décret 2019-536, art. 91"


def decision_of(dossier: Dossier) -> Decision | None:
    """The vote from which the present opinion comes; None when it was tacit, transcribed from paper, or is not given."""
    if not dossier.opinion:
        return None
    signed = Decision.objects.filter(item__examination__dossier=dossier, carried=True, signed_at__isnull=False, opinion=dossier.opinion)
    found: Decision | None = signed.order_by("-signed_at", "-pk").first()
    return found


def recommendations_of(dossier: Dossier) -> list[Recommendation]:
    """The recommendations of the present opinion, in their order."""
    decision = decision_of(dossier)
    return list(decision.recommendations.all()) if decision else []


@transaction.atomic
def answer_recommendations(dossier: Dossier, answers: Mapping[int, tuple[str, str]], *, by: Any, at: datetime) -> int:
    """Say of recommendations, by their place, what is done about them and how; the answer is how many changed.

    An empty reply leaves its recommendation as it stands. Raises NotAllowed, WrongState, RuleBroken.
    """
    lock_and_reread(dossier)
    if dossier.state != State.OPINION_GIVEN or dossier.cnil_wished_at is not None:
        raise WrongState(_("The recommendations are answered after the opinion, and before the CNIL is to be seized."))
    known = {one.position: one for one in recommendations_of(dossier)}
    said = {position: (reply, words.strip()) for position, (reply, words) in answers.items() if reply and position in known}
    require_explained(said)
    changed = [known[position] for position, told in said.items() if (known[position].reply, known[position].reply_words) != told]
    if changed:
        record(dossier, "answer_recommendation", by=by, at=at, law=LAW, facts={"positions": [one.position for one in changed]})
    for one in changed:
        one.reply, one.reply_words = said[one.position]
        one.replied_at, one.replied_by = at, by
        one.save(update_fields=["reply", "reply_words", "replied_at", "replied_by"])
    return len(changed)


def require_explained(said: Mapping[int, tuple[str, str]]) -> None:
    """Raise RuleBroken for each recommendation that is not wholly followed without a word on why."""
    broken = []
    for position, (reply, words) in said.items():
        if reply not in Reply.values:
            broken.append(Broken(_("Choose one of the answers."), where=f"reply_{position}"))
        elif reply != Reply.FOLLOWED and not words:
            sentence = _("Recommendation %(number)s: say in a few words why, or how far.") % {"number": position}
            broken.append(Broken(sentence, where=f"words_{position}"))
    if broken:
        raise RuleBroken(*broken)


def unanswered(dossier: Dossier) -> Iterable[Broken]:
    """What keeps the CNIL from being seized: each recommendation must have its answer, which joins the file."""
    left = [str(one.position) for one in recommendations_of(dossier) if not one.reply]
    if left:
        words = _("Answer the recommendations of the committee first: %(numbers)s. Your answers join the file of the CNIL.")
        yield Broken(words % {"numbers": ", ".join(left)}, LAW, "recommendations")
