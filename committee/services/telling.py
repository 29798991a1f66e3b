"""Who is written to about reports, remarks and questions: the address of the page and the day, never a word of what is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import Allocation, Consultation, Question
from committee.queries.dues import due_of, sessions_of
from requests_app.models import Dossier
from requests_app.notifications import team_of
from requests_app.policies import MAY, RECUSED, roles_on
from ui.words import day_in_words, moment_in_words
from workflow import mail
from workflow.outbox import NothingToDo, still_there

LETTER = "committee/reports/mail/letter"


@dataclass(frozen=True)
class Letter:
    """One letter: its subject, what it says, and the page to which it leads. Who no longer holds a role that `may` is not written to."""

    subject: Any
    text: Any
    link: Any
    page: str
    may: str = ""


LETTERS: dict[str, Letter] = {
    "allocated": Letter(
        _("Dossier %(reference)s: a report is entrusted to you"),
        _("The president of the committee has entrusted the report on the dossier “%(title)s” (%(reference)s) to you. It is due %(due)s."),
        _("Read the dossier and write the report"),
        "committee:report",
        "write_report",
    ),
    "taken_back": Letter(
        _("Dossier %(reference)s: the report is no longer asked of you"),
        _("The president of the committee has taken the dossier %(reference)s back: its report is no longer asked of you."),
        _("My reports"),
        "committee:my_reports",
    ),
    "report_due": Letter(
        _("Dossier %(reference)s: your report is due %(due)s"),
        _("Your report on the dossier “%(title)s” (%(reference)s) is not filed yet. It is due %(due)s, so that the members can read it."),
        _("Finish the report"),
        "committee:report",
        "write_report",
    ),
    "report_late": Letter(
        _("Dossier %(reference)s: your report is late"),
        _("Your report on the dossier “%(title)s” (%(reference)s) was due %(due)s. The session needs it: file it as soon as you can."),
        _("Finish the report"),
        "committee:report",
        "write_report",
    ),
    "reports_open": Letter(
        _("Dossier %(reference)s: the reports are filed"),
        _("Every report on the dossier “%(title)s” (%(reference)s) is filed: from now on they can be read side by side."),
        _("Read the reports"),
        "committee:dossier",
        "see_committee_work",
    ),
    "consulted": Letter(
        _("Dossier %(reference)s: your remarks before the committee examines it"),
        _(
            "The committee examines the dossier “%(title)s” (%(reference)s), which asks for data of %(database)s. "
            "You may file remarks until the end of %(due)s."
        ),
        _("Read the dossier and file remarks"),
        "committee:remarks",
        "file_remark",
    ),
    "consultation_due": Letter(
        _("Dossier %(reference)s: your remarks are awaited until %(due)s"),
        _(
            "No remark was filed yet on the dossier “%(title)s” (%(reference)s), which asks for data of %(database)s. "
            "The period runs until the end of %(due)s; without remarks the committee goes on."
        ),
        _("Read the dossier and file remarks"),
        "committee:remarks",
        "file_remark",
    ),
    "unpresided": Letter(
        _("Dossier %(reference)s: nobody presides over it before the committee"),
        _(
            "Nobody presides over the dossier “%(title)s” (%(reference)s) before the committee: the president takes no part in it, or "
            "there is none, and nobody stands in. Its allocation, the extension of its period and the signature of its opinion wait, "
            "while the period goes on. The president names a delegate; the secretariat records the vice-president whom the order of "
            "appointment names."
        ),
        _("See who stands in"),
        "committee:dossier",
        "see_committee_work",
    ),
    "asked": Letter(
        _("Dossier %(reference)s: the committee asks you a question"),
        _(
            "Before its session, the committee asks a question about your dossier “%(title)s” (%(reference)s). "
            "The period for its opinion goes on meanwhile: answer soon."
        ),
        _("Read the question and answer"),
        "committee:answers",
        "see_team",
    ),
    "answered": Letter(
        _("Dossier %(reference)s: the applicant has answered the committee"),
        _("The applicant has answered a question of the committee about the dossier “%(title)s” (%(reference)s)."),
        _("Read the answer"),
        "committee:dossier",
        "see_committee_work",
    ),
}


def tell_rapporteur(allocation: Allocation, about: str, mark: str = "") -> None:
    """Write to a rapporteur; `mark` tells one reminder from the next."""
    ids = {"dossier": allocation.examination.dossier_id, "allocation": allocation.pk}
    mail.write_to(allocation.member.user_id, LETTER, f"committee:{about}:{allocation.pk}:{mark}", about=about, **ids)


def tell_reports_open(dossier: Dossier, allocations: list[Allocation], at: datetime) -> None:
    """Tell the rapporteurs and the officer in charge that all reports are filed."""
    readers = {one.member.user_id for one in allocations} | ({dossier.officer_id} if dossier.officer_id else set())
    for reader in sorted(readers):
        mail.write_to(reader, LETTER, f"committee:reports_open:{dossier.pk}:{at.isoformat()}", about="reports_open", dossier=dossier.pk)


def agents_of(consultation: Consultation) -> list[User]:
    """The agents of the holder who may file remarks on this dossier."""
    granted = User.objects.filter(is_active=True, role_grants__role="data_controller_agent", role_grants__ended_at=None)
    people = granted.filter(role_grants__organisation=consultation.organisation_id).order_by("pk").distinct()
    return [one for one in people if roles_on(one, consultation.examination.dossier) & MAY["file_remark"]]


def tell_holder(consultation: Consultation, about: str) -> None:
    """Write to the agents of the holder of a database."""
    ids = {"dossier": consultation.examination.dossier_id, "consultation": consultation.pk}
    for agent in agents_of(consultation):
        mail.write_to(agent.pk, LETTER, f"committee:{about}:{consultation.pk}", about=about, **ids)


def tell_asked(question: Question) -> None:
    """Tell the team of the dossier that the committee asks something."""
    dossier = question.examination.dossier
    for person in team_of(dossier):
        mail.write_to(person.pk, LETTER, f"committee:asked:{question.pk}", about="asked", dossier=dossier.pk)


def tell_answered(question: Question) -> None:
    """Tell who asked, the rapporteurs and the officer in charge that the applicant has answered."""
    dossier = question.examination.dossier
    live = question.examination.allocations.filter(ended_at=None)
    readers = {question.asked_by_id, *live.values_list("member__user_id", flat=True), *filter(None, [dossier.officer_id])}
    for reader in sorted(readers):
        mail.write_to(reader, LETTER, f"committee:answered:{question.pk}", about="answered", dossier=dossier.pk)


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The letter's words; nothing is sent to somebody who withdrew, or lost the role, since it was queued."""
    letter = LETTERS[payload["about"]]
    dossier = still_there(Dossier.objects.select_related("content"), pk=payload["dossier"])
    _require_reader(User.objects.get(pk=payload["user"]), dossier, letter)
    said = {"reference": dossier.reference, "title": dossier.title, **_dated(payload)}
    places = [] if letter.page == "committee:my_reports" else [dossier.reference]
    return {
        "subject": letter.subject % said,
        "text": letter.text % said,
        "link": letter.link,
        "address": settings.SITE_URL.rstrip("/") + reverse(letter.page, args=places),
    }


def _require_reader(reader: User, dossier: Dossier, letter: Letter) -> None:
    """Raise NothingToDo unless the letter still concerns its reader."""
    if letter.may and not roles_on(reader, dossier) & MAY[letter.may]:
        raise NothingToDo
    if not letter.may and dossier.dossieruserobjectpermission_set.filter(user=reader, permission__codename=RECUSED).exists():
        raise NothingToDo


def _dated(payload: dict[str, Any]) -> dict[str, str]:
    """When what the letter asks for is due, and of which database it speaks."""
    if "consultation" in payload:
        consultation = still_there(Consultation.objects.select_related("database"), pk=payload["consultation"])
        return {"due": day_in_words(consultation.last_day), "database": str(consultation.database)}
    if "allocation" not in payload:
        return {}
    allocation: Allocation = still_there(Allocation.objects.all(), pk=payload["allocation"])
    due = due_of(allocation, sessions_of([allocation.examination_id]).get(allocation.examination_id))
    return {"due": moment_in_words(due) if due else str(_("before the session"))}
