"""The papers, and who may download which: the one place that says so."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from committee.models import Allocation, Examination, Item, Paper, Session
from committee.policies import MAY, READS_OPINION
from committee.queries.reports import are_open
from committee.states import PaperKind
from requests_app.models import Dossier
from requests_app.policies import MAY as MAY_ON_DOSSIER
from requests_app.policies import site_roles


def readable_papers(user: Any, papers: Iterable[Paper]) -> list[Paper]:
    """Of these papers, those that a person may download; in a constant number of queries.

    Papers of a session: those who sit and the secretariat (`policies.closed_to` says what their copy leaves out). A report: its author
    and, once all are open, whoever sees the committee's work. An opinion or an attestation: the applicant, and those to whom the
    dossier goes on with it. Who withdrew from a dossier reads none of its papers.
    """
    papers = list(papers)
    of_a_session = user.is_authenticated and bool(site_roles(user) & MAY["read_papers"])
    examinations = {paper.examination_id for paper in papers if paper.examination_id}
    if not examinations:
        return papers if of_a_session else []
    among = Dossier.objects.filter(examinations__in=examinations)
    working = set(among.with_role(user, MAY_ON_DOSSIER["see_committee_work"]).values_list("pk", flat=True))
    told = set(among.with_role(user, READS_OPINION).values_list("pk", flat=True))
    open_reports = _open_reports({paper.examination_id for paper in papers if paper.kind == PaperKind.REPORT})

    def reads(paper: Paper) -> bool:
        if paper.examination is None:
            return of_a_session
        if paper.report is None:
            return paper.examination.dossier_id in told
        is_author = paper.report.allocation.member.user_id == user.pk
        return paper.examination.dossier_id in working and (is_author or paper.report_id in open_reports)

    return [paper for paper in papers if reads(paper)]


def _open_reports(examinations: Iterable[int | None]) -> set[int]:
    """The reports of these examinations that are open to others than their author."""
    live = Allocation.objects.filter(examination__in=[pk for pk in examinations if pk], ended_at=None)
    live = live.select_related("examination", "report").order_by("examination", "pk")
    by_examination = [(one, list(rows)) for one, rows in groupby(live, key=_examination)]
    return {one.report.pk for examination, rows in by_examination if are_open(examination, rows) for one in rows if hasattr(one, "report")}


def _examination(allocation: Allocation) -> Examination:
    return allocation.examination


def papers_of(session: Session) -> list[Paper]:
    """The papers of a session itself, the last of each kind."""
    last = {paper.kind: paper for paper in session.papers.for_reading().order_by("made_at", "pk")}
    return [last[kind] for kind in PaperKind.values if kind in last]


def papers_of_dossiers(items: Iterable[Item], user: Any) -> dict[int, list[Paper]]:
    """By examination, the papers of the dossiers on an agenda that the person may download."""
    examinations = [item.examination_id for item in items]
    found: dict[int, list[Paper]] = {}
    for paper in readable_papers(user, Paper.objects.filter(examination__in=examinations).for_reading().order_by("number")):
        found.setdefault(paper.examination_id or 0, []).append(paper)
    return found
