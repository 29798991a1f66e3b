"""What allocation, reports, remarks and questions hang on other pages: the committee's tab, the dossier's first page, cards, menus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.policies import organisations_with
from accounts.roles import Role
from catalogue.models import Database, Level
from committee.models import Allocation, Consultation, Examination, Question, Remark
from committee.policies import may_on_site
from committee.queries.dues import due_of, sessions_of
from committee.queries.reports import is_filed, live_allocations, reports_of
from committee.reference import rules_on
from requests_app.policies import MAY, TEAM_ROLES
from requests_app.reading import roles_for
from requests_app.slots import Notice
from workflow.periods import paris_day


def allocation(request: HttpRequest, examination: Examination) -> dict[str, Any]:
    """Who reports, and since when."""
    live = live_allocations(examination)
    wanted = rules_on(paris_day(examination.received_at)).rapporteurs
    return {
        "examination": examination,
        "allocations": live,
        "lacks": examination.closed_at is None and len(live) < wanted and not (live and examination.single_because),
        "sees_proposals": examination.closed_at is None and may_on_site(request.user, "see_allocation"),
    }


def reports(request: HttpRequest, examination: Examination) -> dict[str, Any] | None:
    """How far each report is, and its words once all are filed; before that, each author's own only."""
    live = live_allocations(examination)
    if not live:
        return None
    session, readable = sessions_of([examination.pk]).get(examination.pk), {one.pk for one in reports_of(examination)}
    rows = [_line(one, due_of(one, session), one.member.user_id == request.user.pk, readable) for one in live]
    return {"rows": rows, "is_closed": not readable and any(row["is_filed"] for row in rows), "is_over": examination.closed_at is not None}


def _line(one: Allocation, due: Any, is_mine: object, readable: set[int]) -> dict[str, Any]:
    filed, report = is_filed(one), getattr(one, "report", None)
    may_open = filed and report is not None and (bool(is_mine) or report.pk in readable)
    return {"allocation": one, "report": report, "due": due, "is_mine": bool(is_mine), "is_filed": filed, "may_open": may_open}


def remarks(request: HttpRequest, examination: Examination) -> dict[str, Any] | None:
    """What the holders of catalogue databases were asked and remarked, and which databases nobody holds on this site."""
    if not roles_for(request, examination.dossier) & MAY["read_remarks"]:
        return None
    rows = Consultation.objects.filter(examination=examination).select_related("database", "organisation").order_by("pk")
    said: dict[int, list[Remark]] = {}
    for remark in Remark.objects.filter(consultation__examination=examination).prefetch_related("files").order_by("filed_at", "pk"):
        said.setdefault(remark.consultation_id, []).append(remark)
    consulted = [(row, said.get(row.pk, [])) for row in rows]
    asked = examination.dossier.content.sources.values("database")
    unheld = Database.objects.filter(pk__in=asked, level=Level.CATALOGUE).exclude(pk__in=[row.database_id for row, _said in consulted])
    alone = list(unheld.order_by("acronym", "pk"))
    return {"consulted": consulted, "alone": alone} if consulted or alone else None


def questions(request: HttpRequest, examination: Examination) -> dict[str, Any] | None:
    """What was asked of the applicant, and the answers."""
    may_ask = examination.closed_at is None and bool(roles_for(request, examination.dossier) & MAY["ask_applicant"])
    asked = list(Question.objects.filter(examination=examination).select_related("asked_by", "answered_by").order_by("asked_at", "pk"))
    return {"asked": asked, "may_ask": may_ask} if asked or may_ask else None


def awaiting_answer(request: HttpRequest, dossier: Any) -> int:
    """How many questions of the committee await an answer of the team; read once a request."""
    return _asked_of(request, dossier)[1]


def was_asked(request: HttpRequest, dossier: Any) -> bool:
    """Is the reader on the team, and did the committee ever ask something?"""
    on_team = bool(roles_for(request, dossier) & TEAM_ROLES)
    return on_team and bool(dossier.sent_to_committee_at) and _asked_of(request, dossier)[0] > 0


def _asked_of(request: HttpRequest, dossier: Any) -> tuple[int, int]:
    """How many questions were asked, and how many of them can still be answered."""
    known: dict[int, tuple[int, int]] = request.__dict__.setdefault("_committee_questions", {})
    if dossier.pk not in known:
        rows = Question.objects.filter(examination__dossier=dossier).values_list("answered_at", "examination__closed_at")
        found = list(rows)
        known[dossier.pk] = (len(found), sum(answered is None and closed is None for answered, closed in found))
    return known[dossier.pk]


def notices(request: HttpRequest, dossier: Any) -> Iterable[Notice]:
    """On the first page of a dossier: the questions that await the team, the remarks that await the holder."""
    if not dossier.sent_to_committee_at:
        return
    roles = roles_for(request, dossier)
    if roles & TEAM_ROLES and (count := awaiting_answer(request, dossier)):
        answers = bool(roles & MAY["answer_committee"])
        yield Notice(
            _asks(count),
            reverse("committee:answers", args=[dossier.reference]),
            _("Answer the committee") if answers else _("Read"),
            "warning",
        )
    if roles & MAY["file_remark"] and awaits_remarks(request, dossier):
        text = _("The committee examines this dossier: as the holder of a database, you may file remarks.")
        yield Notice(text, reverse("committee:remarks", args=[dossier.reference]), _("File remarks"), "info")


def _asks(count: int) -> str:
    words = ngettext(
        "The committee asks you %(count)d question before its session. The period for its opinion goes on meanwhile.",
        "The committee asks you %(count)d questions before its session. The period for its opinion goes on meanwhile.",
        count,
    )
    return words % {"count": count}


def on_cards(user: Any, dossiers: list[Any]) -> Mapping[int, Notice]:
    """On the cards of “My dossiers”: how many questions of the committee await an answer; one query."""
    rows = Question.objects.filter(examination__dossier__in=[one.pk for one in dossiers], answered_at=None, examination__closed_at=None)
    counted = dict(rows.order_by().values("examination__dossier").annotate(count=Count("pk")).values_list("examination__dossier", "count"))
    named = {one.pk: one.reference for one in dossiers}
    return {
        pk: Notice(_asks(count), reverse("committee:answers", args=[named[pk]]), _("Answer the committee")) for pk, count in counted.items()
    }


def is_consulted(request: HttpRequest, dossier: Any) -> bool:
    """Is the reader an agent of a holder that was consulted on this dossier?"""
    return bool(roles_for(request, dossier) & MAY["file_remark"]) and _mine(request, dossier).exists()


def awaits_remarks(request: HttpRequest, dossier: Any) -> bool:
    """Has the reader's organisation not remarked yet, while it may?"""
    return bool(_mine(request, dossier).filter(remarks=None, examination__closed_at=None).exists())


def _mine(request: HttpRequest, dossier: Any) -> Any:
    held = organisations_with(request.user, Role.DATA_CONTROLLER_AGENT.value)
    return Consultation.objects.filter(organisation__in=held, examination__dossier=dossier)


def holds_databases(request: HttpRequest) -> bool:
    """Is the reader an agent of an organisation that holds databases?"""
    return request.user.is_authenticated and bool(organisations_with(request.user, Role.DATA_CONTROLLER_AGENT.value))


def allocates(request: HttpRequest) -> bool:
    """May the reader see who reports on what?"""
    return request.user.is_authenticated and may_on_site(request.user, "see_allocation")


def reports_on_dossiers(request: HttpRequest) -> bool:
    """May reports be entrusted to the reader?"""
    return request.user.is_authenticated and may_on_site(request.user, "report")


def only_reports(request: HttpRequest) -> bool:
    """Is the reader an external expert, who has no other page of the committee?"""
    return reports_on_dossiers(request) and not may_on_site(request.user, "see_sessions")
