"""Mandates: five years, renewable once; who replaces somebody sits for what is left of the term."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import Ballot, Mandate, Member
from committee.reference import Rules, rules_on
from committee.services.access import settle_roles
from committee.services.members import allow
from committee.states import MandateKind
from ui.words import day_in_words
from workflow.engine import record
from workflow.periods import expiry, paris_day
from workflow.refusals import Broken, RuleBroken, WrongState

LAW = "règlement intérieur du CESREES, arrêté du 5 mai 2021"


def term_from(starts_on: date, figures: Rules) -> date:
    """The first day after a whole term: a mandate from 29 February ends with 28 February five years later."""
    end = starts_on + relativedelta(years=figures.mandate_years)
    return end if end.day == starts_on.day else end + timedelta(days=1)


@transaction.atomic
def record_mandate(
    member: Member, *, kind: str, starts_on: date, by: User, at: datetime, order: str = "", replaces: Member | None = None
) -> Mandate:
    """Record an appointment by its order; the end follows from the rules, and is never typed. Raises NotAllowed, RuleBroken."""
    allow(by, "keep_members")
    held: Member = Member.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
    figures = rules_on(starts_on)
    _require_seat(held)
    taken = _taken_over(held, replaces, starts_on) if kind == MandateKind.REPLACEMENT else None
    if taken is None:
        _require_in_a_row(held, kind, starts_on, figures)
    ends_on = taken if taken is not None else term_from(starts_on, figures)
    _require_no_overlap(held, starts_on, ends_on)
    told: dict[str, Any] = {"kind": kind, "order": order.strip(), "replaces": replaces if taken is not None else None}
    mandate = Mandate.objects.create(member=held, starts_on=starts_on, ends_on=ends_on, recorded_at=at, recorded_by=by, **told)
    facts = {"mandate": mandate.pk, "kind": kind, "starts_on": starts_on, "ends_on": ends_on}
    record(held, "record_mandate", by=by, at=at, law=LAW, facts=facts)
    settle_roles(held, at=at)
    return mandate


def _require_seat(member: Member) -> None:
    if member.is_expert:
        raise RuleBroken(Broken(_("An external expert has no mandate: say first for what this person sits."), LAW, "kind"))


def in_a_row(member: Member, starts_on: date, figures: Rules) -> int:
    """How many mandates count before one that begins that day: those that a whole term of absence does not part from it."""
    counted, begin = 0, starts_on
    for mandate in Mandate.objects.filter(member=member, starts_on__lt=starts_on).order_by("-starts_on"):
        if mandate.ends_on + relativedelta(years=figures.mandate_years) <= begin:
            break
        begin = mandate.starts_on
        counted += mandate.kind != MandateKind.REPLACEMENT or figures.replacement_counts
    return counted


def _require_in_a_row(member: Member, kind: str, starts_on: date, figures: Rules) -> None:
    before = in_a_row(member, starts_on, figures)
    if before >= figures.mandates_in_a_row:
        raise RuleBroken(Broken(_("A mandate is renewed once: this member has had %(count)d in a row.") % {"count": before}, LAW, "kind"))
    if kind == MandateKind.RENEWAL and not before:
        raise RuleBroken(Broken(_("There is no mandate to renew: record a first one."), LAW, "kind"))
    if kind == MandateKind.FIRST and before:
        raise RuleBroken(Broken(_("This member has had a mandate: record a renewal."), LAW, "kind"))


def _taken_over(member: Member, replaces: Member | None, starts_on: date) -> date:
    """Until when the term of the replaced member runs; raises RuleBroken when there is nothing to take over that day."""
    if replaces is None or replaces.pk == member.pk:
        raise RuleBroken(Broken(_("Say who is replaced."), LAW, "replaces"))
    left = Mandate.objects.select_for_update(of=("self",)).filter(member=replaces, ends_on__lte=starts_on, term_ends_on__gt=starts_on)
    found = left.order_by("-starts_on").first()
    if found is None or found.term_ends_on is None:
        sentence = _("No term of this member was cut short and is still running that day: end their mandate first.")
        raise RuleBroken(Broken(sentence, LAW, "replaces"))
    if Mandate.objects.filter(replaces=replaces, starts_on__gte=found.ends_on, starts_on__lt=found.term_ends_on).exists():
        raise RuleBroken(Broken(_("This member has been replaced already."), LAW, "replaces"))
    return found.term_ends_on


def _require_no_overlap(member: Member, starts_on: date, ends_on: date) -> None:
    other = Mandate.objects.filter(member=member, starts_on__lt=ends_on, ends_on__gt=starts_on).order_by("starts_on").first()
    if other is not None:
        days = {"since": day_in_words(other.starts_on), "until": day_in_words(other.last_day)}
        raise RuleBroken(Broken(_("A mandate runs from %(since)s to %(until)s already.") % days, LAW, "starts_on"))


@transaction.atomic
def end_mandate(mandate: Mandate, *, on: date, by: User, at: datetime) -> Mandate:
    """Cut a mandate short, from a day on which the member no longer sits; a replacement may take over what is left of the term.

    Raises NotAllowed, WrongState, RuleBroken.
    """
    allow(by, "keep_members")
    held = Mandate.objects.select_for_update(of=("self",)).select_related("member__user").get(pk=mandate.pk)
    if held.ends_on <= paris_day(at) or held.term_ends_on is not None:
        raise WrongState(_("This mandate has ended already."))
    if not held.starts_on < on < held.ends_on:
        raise RuleBroken(Broken(_("Choose a day within the mandate."), where="on"))
    if Ballot.objects.exclude(position="").filter(member=held.member, decision__voted_at__gte=expiry(on - timedelta(days=1))).exists():
        raise RuleBroken(Broken(_("This member voted on that day or later: the mandate ends after the vote."), where="on"))
    held.term_ends_on, held.ends_on = held.ends_on, on
    held.cut_short_at, held.cut_short_by = at, by
    held.save(update_fields=["ends_on", "term_ends_on", "cut_short_at", "cut_short_by"])
    facts = {"mandate": held.pk, "ends_on": on, "term_ends_on": held.term_ends_on}
    record(held.member, "end_mandate", by=by, at=at, law=LAW, facts=facts)
    settle_roles(held.member, at=at)
    return held
