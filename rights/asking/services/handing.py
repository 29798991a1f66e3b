"""Handing over to a controller's own page: a reference that serves once, and that only the controller can turn into what was asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rights import codes, secret_keys
from rights.asking import floods, passes
from rights.asking.choosing import Going
from rights.asking.models import HandOver, HandOverQuerySet
from workflow.refusals import Broken, RuleBroken

GOOD_FOR = timedelta(days=7)
#: References that one form is given in a day, whatever is changed in it: many more than anybody takes.
MOST = 120


@dataclass(frozen=True)
class Handed:
    """A choice that is made elsewhere; for an own page, with the reference to take there."""

    going: Going
    reference: str = ""


@transaction.atomic
def hand_over(elsewhere: Iterable[Going], *, token: str, at: datetime) -> list[Handed]:
    """Make the references for the controllers' own pages; the same form once more shows the same ones."""
    return [_handed(going, token, at) for going in elsewhere]


def lacks_some(elsewhere: Iterable[Going], *, token: str) -> bool:
    """Would references be made that this form was not given before?"""
    wanted = {_digest(code) for going in elsewhere if (code := _code(going, token))}
    return HandOver.objects.filter(digest__in=wanted).count() < len(wanted)


def without(elsewhere: Iterable[Going]) -> list[Handed]:
    """Where each is made, while its reference has to wait."""
    return [Handed(going) for going in elsewhere]


@transaction.atomic
def redeem(typed: str, *, organisations: Collection[int], at: datetime) -> HandOver:
    """One of these controllers turns a reference into what the person came for, once. Raises RuleBroken, for every bad one alike."""
    found = given(typed, HandOver.objects.good(at).select_for_update(of=("self",)), organisations=organisations)
    found.used_at = at
    found.save(update_fields=["used_at"])
    return found


def given(typed: str, among: HandOverQuerySet, *, organisations: Collection[int]) -> HandOver:
    """The reference that was typed, of one of these controllers. Raises RuleBroken, for every bad one alike."""
    code = codes.tidy(typed)
    rows = among.filter(digest=_digest(code) if code else "", organisation__in=organisations)
    found: HandOver | None = rows.select_related("database").first()
    if found is None:
        raise RuleBroken(Broken(_("This reference is unknown, past, or was used already."), where="reference"))
    return found


def forget_past(at: datetime) -> int:
    """Forget the references whose time is over; the answer is how many."""
    return HandOver.objects.filter(until__lt=at).delete()[0]


def _digest(code: str) -> str:
    return codes.digest_of(code, secret_keys.pepper())


def _handed(going: Going, token: str, at: datetime) -> Handed:
    code, choice = _code(going, token), going.choice
    if not code:
        return Handed(going)
    digest = _digest(code)
    if not HandOver.objects.filter(digest=digest).exists():
        if floods.counted(f"references:{passes.hash_of(token)}", at, floods.DAY) > MOST:
            return Handed(going)
        told = {"database": choice.database, "organisation": choice.organisation, "made_at": at, "until": at + GOOD_FOR}
        told |= {"right": choice.right, "level": choice.level, "study": choice.study}
        HandOver.objects.get_or_create(digest=digest, defaults=told)
    return Handed(going, codes.in_groups(code))


def _code(going: Going, token: str) -> str:
    """The reference of a choice that is made on the controller's own page: the same one for the same form."""
    secret, choice = passes.token_of(token), going.choice
    if not going.is_own_page or secret is None:
        return ""
    words = "|".join(["hand-over", choice.database.slug, choice.right, choice.level, choice.study])
    return codes.code_of(secret + words.encode(), secret_keys.pepper())
