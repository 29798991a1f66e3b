"""The papers of a session: convocation, agenda and minutes, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committee.documents.source import Block, Chapter, Source, heading, points, table, words
from committee.models import Attendance, Decision, Item, Recusal, Session
from committee.models.votes import Standing
from committee.reference import rules_on
from committee.states import Debate, Ending, PaperKind, Position, Presence, Venue
from ui.words import day_in_words, moment_in_words, time_in_words
from workflow.periods import paris_day


def items_of(session: Session) -> list[Item]:
    """The lines of the agenda, with what the papers say of them; in a constant number of queries."""
    rows = session.items.select_related("examination__dossier__content__controller", "similar_to")
    return list(rows.prefetch_related("examination__allocations__member__user").order_by("position", "pk"))


def convocation(session: Session) -> Source:
    """The members are convened: when, where, how, and what they must know of quorum, absences and papers."""
    figures = rules_on(paris_day(session.starts_at))
    said = [
        words(
            _("The members of the committee are convened to session %(session)s, %(when)s.")
            % {"session": session.reference, "when": moment_in_words(session.starts_at)}
        ),
        words(_attended(session)),
        words(
            ngettext(
                "The session needs %(share)s of the members in mandate. An absent member may be represented; a member represents at "
                "most %(count)d other.",
                "The session needs %(share)s of the members in mandate. An absent member may be represented; a member represents at "
                "most %(count)d others.",
                figures.proxies_each,
            )
            % {"share": _("half") if figures.quorum_share * 2 == 1 else str(figures.quorum_share), "count": figures.proxies_each}
        ),
        words(
            _("Whoever cannot attend says so at least %(hours)d hours before. The papers are open at least %(papers)d hours before.")
            % {"hours": figures.absence_hours_before, "papers": figures.papers_hours_before}
        ),
        words(
            _(
                "Each member declares any interest in a dossier before it is examined, and withdraws from it. Debates and papers are "
                "confidential."
            )
        ),
    ]
    return _of_session(session, PaperKind.CONVOCATION, (Chapter(_("Convocation"), tuple(said)),), (figures.law,))


def agenda(session: Session) -> Source:
    """The dossiers in their order, with the time of each, who reports, and how it is examined."""
    items = items_of(session)
    starts, rows = session.starts_at, []
    for item in items:
        rows.append(_agenda_row(item, starts))
        starts += timedelta(minutes=item.minutes)
    head = (_("No."), _("Dossier"), _("Time"), _("Rapporteurs"), _("Examination"))
    chapters = [Chapter(_("Dossiers"), (table(head, rows, [item.examination.dossier_id for item in items]),))]
    undebated = [item for item in items if item.debate != Debate.DEBATE]
    chapters += [_undebated(item) for item in undebated]
    return _of_session(session, PaperKind.AGENDA, tuple(chapters))


def minutes(session: Session, chapters: Iterable[Chapter]) -> Source:
    """Who was there and, for each dossier, who withdrew, how the vote went, and what was decided."""
    closing = (
        _("In the chair: %(chair)s.") % {"chair": session.chair} if session.chair else "",
        _("Minutes submitted to a later session for approval."),
        _("Signature:"),
    )
    return _of_session(session, PaperKind.MINUTES, (_roll(session), *chapters), tuple(filter(None, closing)))


def item_chapter(item: Item) -> Chapter:
    """One dossier in the minutes."""
    dossier = item.examination.dossier
    title = _("%(place)d. %(reference)s – %(title)s") % {"place": item.position, "reference": dossier.reference, "title": dossier.title}
    said = [words(line) for line in (_reported_by(item), _withdrawn(item), _how(item)) if line]
    if notes := getattr(getattr(item, "deliberation", None), "notes", "").strip():
        said += [heading(_("Discussion")), words(notes)]
    for decision in item.decisions.select_related("signed_by").prefetch_related("ballots__member__user", "ballots__cast_by__user"):
        said += _vote(decision)
    said += [words(_ended(item))]
    return Chapter(title, tuple(said), dossier.pk, item.position)


def _of_session(session: Session, kind: PaperKind, chapters: tuple[Chapter, ...], closing: tuple[str, ...] = ()) -> Source:
    title = _("Session of the scientific and ethics committee, %(day)s") % {"day": day_in_words(session.starts_at)}
    return Source(kind, str(kind.label), title, tuple(_facts(session)), chapters, closing)


def _facts(session: Session) -> list[tuple[str, str]]:
    said = [
        (_("Session"), session.reference),
        (_("Begins"), moment_in_words(session.starts_at)),
        (_("Attendance"), str(session.get_venue_display())),
        (_("Place of the session"), session.place),
        (_("Opened at"), moment_in_words(session.opened_at) if session.opened_at else ""),
        (_("Closed at"), moment_in_words(session.closed_at) if session.closed_at else ""),
        (_("In the chair"), str(session.chair) if session.chair else ""),
        (_("Members in mandate"), str(session.seats or "")),
        (_("Quorum"), str(session.quorum or "")),
    ]
    return [(label, value) for label, value in said if value]


def _attended(session: Session) -> str:
    place = session.place or _("the place will be told")
    link = session.link or _("the address of the video meeting will be told")
    said = {Venue.ON_SITE: place, Venue.REMOTE: link}.get(Venue(session.venue), f"{place} – {link}")
    return _("Attendance: %(how)s. %(where)s") % {"how": session.get_venue_display(), "where": said}


def _agenda_row(item: Item, starts: datetime) -> tuple[str, ...]:
    dossier = item.examination.dossier
    named = f"{dossier.reference} – {dossier.title}"
    controller = dossier.content.controller
    return (
        str(item.position),
        f"{named} ({controller})" if controller else named,
        time_in_words(starts),
        ", ".join(_rapporteurs(item)) or "–",
        str(item.get_debate_display()),
    )


def _undebated(item: Item) -> Chapter:
    dossier = item.examination.dossier
    said = [words(item.ground)] if item.ground else []
    if item.similar_to:
        said.insert(0, words(_("Similar to dossier %(reference)s.") % {"reference": item.similar_to.reference}, [item.similar_to.pk]))
    title = _("No. %(place)d, examined without debate") % {"place": item.position}
    return Chapter(title, tuple(said), dossier.pk, item.position)


def _rapporteurs(item: Item) -> list[str]:
    return [str(one.member) for one in item.examination.allocations.all() if one.ended_at is None]


def _roll(session: Session) -> Chapter:
    rows = Attendance.objects.filter(session=session).select_related("member__user", "represented_by__user")
    rows = rows.order_by("member__user__last_name", "member__user__first_name", "pk")
    told = [(str(one.member), str(one.member.get_quality_display()), _where(one)) for one in rows]
    return Chapter(_("Attendance"), (table((_("Member"), _("Sits as"), _("Presence")), told),))


def _where(one: Attendance) -> str:
    if one.presence == Presence.REPRESENTED:
        return _("Represented by %(name)s") % {"name": one.represented_by}
    said = str(one.get_presence_display())
    return _("%(presence)s, remotely") % {"presence": said} if one.presence == Presence.PRESENT and one.remote else said


def _reported_by(item: Item) -> str:
    names = _rapporteurs(item)
    return _("Rapporteurs: %(names)s.") % {"names": ", ".join(names)} if names else ""


def _withdrawn(item: Item) -> str:
    """Who had withdrawn by the time the dossier was dealt with, and on which ground; never the words of their declaration."""
    until = item.ended_at or item.session.closed_at or item.session.starts_at
    stood = Q(lifted_at=None) | Q(lifted_at__gt=until)
    rows = Recusal.objects.filter(stood, dossier=item.examination.dossier_id, at__lte=until).select_related("member__user")
    rows = rows.order_by("member__user__last_name", "pk")
    said = [f"{one.member} ({one.get_ground_display()})" for one in rows]
    return _("Withdrawn, without access to the dossier and without a vote: %(names)s.") % {"names": ", ".join(said)} if said else ""


def _how(item: Item) -> str:
    said = str(item.get_debate_display())
    return f"{said}. {item.ground}" if item.ground else f"{said}."


def _vote(decision: Decision) -> list[Block]:
    title = _("Vote %(round)d: %(opinion)s") % {"round": decision.round, "opinion": decision.get_opinion_display()}
    rows = [
        (_("Counted for the quorum"), _("%(there)d, of %(needed)d needed") % {"there": decision.counted, "needed": decision.quorum}),
        (str(Position.FOR.label), str(decision.votes_for)),
        (str(Position.AGAINST.label), str(decision.votes_against)),
        (_("Abstentions"), str(decision.abstentions)),
    ]
    if decision.casting:
        rows.append((_("Casting vote of the chair"), str(decision.get_casting_display())))
    rows += _stood(decision)
    rows.append((_("Result"), _("Carried") if decision.carried else _("Not carried")))
    return [heading(title), table((_("Vote"), _("Count or names")), rows), *(_decided(decision) if decision.carried else [])]


def _stood(decision: Decision) -> list[tuple[str, str]]:
    """How the members stood in the vote, by name; what each of them voted is not told."""
    named: dict[str, list[str]] = {}
    for ballot in decision.ballots.all():
        by = _("%(member)s by %(name)s") % {"member": ballot.member, "name": ballot.cast_by} if ballot.cast_by else str(ballot.member)
        named.setdefault(ballot.standing, []).append(by)
    return [(str(standing.label), ", ".join(named[standing.value])) for standing in Standing if standing.value in named]


def _decided(decision: Decision) -> list[Block]:
    said = [words(_("Opinion: %(opinion)s.") % {"opinion": decision.get_opinion_display()})]
    if decision.reasons.strip():
        said += [heading(_("Reasons")), words(decision.reasons.strip())]
    if advised := list(decision.recommendations.order_by("position").values_list("words", flat=True)):
        said += [heading(_("Recommendations")), points(advised)]
    if decision.signed_at:
        said.append(words(_("Opinion signed by %(name)s, %(when)s.") % _signed(decision)))
    elif decision.item.examination.closed_at is None:
        said.append(words(_("Opinion not signed yet when these minutes were made: it is given once it is signed.")))
    else:
        said.append(words(_("Opinion not signed before the committee’s period ended: it was not given.")))
    return said


def _signed(decision: Decision) -> dict[str, Any]:
    return {"name": decision.signed_by, "when": moment_in_words(decision.signed_at)} if decision.signed_at else {}


def _ended(item: Item) -> str:
    said = str(item.get_ending_display()) if item.ending else _("Not dealt with")
    said = f"{said}. {item.ending_reason}" if item.ending_reason else f"{said}."
    return said if item.ending != Ending.OPINION else _("Dealt with at %(time)s.") % {"time": time_in_words(item.ended_at or item.added_at)}
