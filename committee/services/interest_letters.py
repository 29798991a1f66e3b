"""The letters about interests: a declaration to bring up to date, a link to decide on, what was decided."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.links import absolute
from accounts.models import User
from committee.models import InterestAnswer, Member, OfficeHeld
from committee.services.standing_in import president_is_away
from committee.states import Office
from requests_app.models import Dossier
from requests_app.policies import MAY, roles_on
from workflow import mail
from workflow.outbox import NothingToDo, still_there


def tell_stale(member: Member, stage: str, key: str) -> None:
    """Tell a member that the public declaration is missing, soon out of date, or out of date."""
    mail.write_to(member.user_id, "mail/committee_interests", key, member=member.pk, stage=stage)


def tell_of_doubt(doubt: InterestAnswer) -> None:
    """Tell whoever decides that a member has declared a link."""
    judges = OfficeHeld.objects.filter(ended_at=None).exclude(member=doubt.member_id)
    away = president_is_away(doubt.examination.dossier)
    own = OfficeHeld.objects.filter(ended_at=None, office=Office.PRESIDENT, member=doubt.member_id).exists()
    found = judges.exclude(office=Office.PRESIDENT) if own or away else judges.filter(office=Office.PRESIDENT)
    for user in found.values_list("member__user", flat=True):
        mail.write_to(user, "mail/committee_doubt", f"doubt:{doubt.pk}", answer=doubt.pk)


def tell_settled(member: Member, dossier: Dossier, outcome: str) -> None:
    """Tell a member what was decided on their interests in a dossier."""
    key = f"interest_settled:{dossier.pk}:{dossier.journal_seq}"
    mail.write_to(member.user_id, "mail/committee_settled", key, dossier=dossier.pk, outcome=outcome)


@mail.context("mail/committee_interests")
def _stale(payload: dict[str, Any]) -> dict[str, Any]:
    member = still_there(Member.objects.all(), pk=payload["member"])
    return {"stage": payload["stage"], "address": absolute(reverse("committee:member_declare", args=[member.pk]))}


@mail.context("mail/committee_doubt")
def _doubt(payload: dict[str, Any]) -> dict[str, Any]:
    doubt = still_there(InterestAnswer.objects.select_related("member__user", "examination__dossier__content"), pk=payload["answer"])
    dossier = doubt.examination.dossier
    if not roles_on(User.objects.get(pk=payload["user"]), dossier) & MAY["settle_interest"]:
        raise NothingToDo
    address = absolute(reverse("committee:judge", args=[dossier.reference, doubt.member_id]))
    return {"doubt": doubt, "dossier": dossier, "address": address}


@mail.context("mail/committee_settled")
def _settled(payload: dict[str, Any]) -> dict[str, Any]:
    dossier = still_there(Dossier.objects.all(), pk=payload["dossier"])
    return {"dossier": dossier, "outcome": payload["outcome"], "address": absolute(reverse("committee:dossier", args=[dossier.reference]))}
