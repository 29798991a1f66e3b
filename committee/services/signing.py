"""The signature of a voted opinion by the president, or by the delegate whom the president named: it is what gives the opinion."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import Decision, Member
from committee.opinion_rules import OPINION_LAW
from committee.services.deliberating import require_with_committee
from committee.services.interests import LAW as INTEREST_LAW
from committee.services.standing_in import office_of
from requests_app.models import Dossier
from requests_app.signatures import Signature, is_second_factor_of
from requests_app.transitions.base import Recorded
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState

#: Under which name the fingerprint of what was read travels with the signature.
READ = "opinion"


def opinion_to_sign(dossier: Dossier) -> Decision | None:
    """The opinion that was carried and awaits its signature, if any."""
    carried = Decision.objects.filter(item__examination__dossier=dossier, item__examination__closed_at=None, carried=True, signed_at=None)
    found: Decision | None = carried.select_related("item__session", "item__examination").order_by("-voted_at", "-pk").first()
    return found


def fingerprint_of(decision: Decision) -> str:
    """What a person reads before signing, in short: the opinion, its reasons, its recommendations."""
    advised = list(decision.recommendations.order_by("position").values_list("words", flat=True))
    text = json.dumps([decision.pk, decision.round, decision.opinion, decision.reasons, advised], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def words_of(decision: Decision) -> str:
    """The opinion's words as the applicant receives them: the reasons, then the recommendations, one a line."""
    advised = decision.recommendations.order_by("position").values_list("position", "words")
    return "\n".join(filter(None, [decision.reasons, *(f"{place}. {words}" for place, words in advised)]))


@transaction.atomic
def sign(decision: Decision, *, by: User, at: datetime, signed: Signature | None) -> JournalLine:
    """Sign a carried opinion with one's own second factor; in the same transaction the dossier receives it.

    Raises NotAllowed; WrongState when it was signed already or the period has expired; RuleBroken.
    """
    held = Decision.objects.select_related("item__examination__dossier", "item__session").get(pk=decision.pk)
    dossier = held.item.examination.dossier
    lock_and_reread(dossier)
    held.refresh_from_db(fields=["signed_at", "carried"])
    if held.signed_at is not None:
        raise WrongState(_("This opinion was signed already."))
    require_with_committee(dossier)
    found = _broken(held, by, signed, at)
    device = signed.device if signed else ""
    record(dossier, "sign_opinion", by=by, at=at, law=OPINION_LAW, facts={"decision": held.pk, "second_factor": device})
    if found:
        raise RuleBroken(*found)
    Decision.objects.filter(pk=held.pk).update(signed_at=at, signed_by=by, signed_as=office_of(by, dossier, at))
    act = Recorded(on=paris_day(at), reference=held.item.session.reference, text=words_of(held))
    return dossier.record_opinion(by=by, at=at, opinion=held.opinion, act=act)


def _broken(decision: Decision, by: User, signed: Signature | None, at: datetime) -> list[Broken]:
    found = []
    if not decision.carried or decision.item.examination.closed_at is not None:
        found.append(Broken(_("Only an opinion that was carried in the present examination is signed."), OPINION_LAW))
    found += withdrawn_since(decision)
    if not office_of(by, decision.item.examination.dossier, at):
        sentence = _("An opinion is signed by the president or the delegate whom the president named, else by the vice-president.")
        found.append(Broken(sentence, OPINION_LAW))
    if signed is None or not is_second_factor_of(by, signed.device):
        found.append(Broken(_("An opinion is signed with a second factor: give its code, then sign."), OPINION_LAW, "signature"))
    elif signed.read.get(READ) != fingerprint_of(decision):
        found.append(Broken(_("The opinion is not the one that you read: read it again, then sign."), OPINION_LAW, "signature"))
    return found


def withdrawn_since(decision: Decision) -> list[Broken]:
    """What the withdrawal of somebody who voted, in their own name or in another's, takes from the vote; nothing when it stands."""
    withdrew = Q(recusals__dossier=decision.item.examination.dossier_id, recusals__lifted_at=None)
    ballots = list(decision.ballots.exclude(position="").values_list("member", "cast_by"))
    took_part = {pk for pair in ballots for pk in pair if pk is not None}
    sentence = _(
        "%(name)s voted, and has withdrawn from the dossier since: the opinion cannot be signed. "
        "Put the dossier on the agenda of a later session, and take the vote again."
    )
    gone = Member.objects.filter(withdrew, pk__in=took_part).select_related("user").order_by("pk").distinct()
    return [Broken(sentence % {"name": one}, INTEREST_LAW) for one in gone]
