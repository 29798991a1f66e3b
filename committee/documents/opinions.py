"""The papers of one dossier: the rapporteur's report, the opinion, the attestation of a tacit opinion, what was asked and remarked."""

from __future__ import annotations

from django.utils.translation import gettext as _

from committee.documents.source import Block, Chapter, Source, heading, points, words
from committee.models import Decision, Examination, Remark, Report
from committee.states import Office, PaperKind
from ui.words import day_in_words, moment_in_words
from workflow import clocks
from workflow.models import Clock, Outcome

OPINION_LAW = "décret 2019-536, art. 90"
AFTER_LAW = "décret 2019-536, art. 91"
PERIODS = ("K-CES", "K-CES-U")


def report(filed: Report) -> Source:
    """What one rapporteur found, on the set model."""
    examination = filed.allocation.examination
    said = [(str(filed._meta.get_field(name).verbose_name), getattr(filed, name)) for name in Report.SECTIONS]  # type: ignore[union-attr]
    chapters = [Chapter(_capital(title), (words(text.strip() or _("Nothing to say.")),)) for title, text in said]
    proposed: list[Block] = [words(str(filed.get_proposal_display()))]
    if filed.recommendations.strip():
        proposed += [heading(_("Reasons and recommendations")), words(filed.recommendations.strip())]
    chapters.append(Chapter(_("Opinion proposed"), tuple(proposed)))
    filed_on = moment_in_words(filed.filed_at) if filed.filed_at else ""
    closing = (_("Report filed by %(name)s, %(when)s.") % {"name": filed.allocation.member, "when": filed_on},)
    more = ((_("Rapporteur"), str(filed.allocation.member)), (_("Received by the committee"), day_in_words(examination.received_at)))
    return _of_dossier(examination, PaperKind.REPORT, tuple(chapters), closing, more)


def opinion(decision: Decision) -> Source:
    """The opinion as it is notified to the applicant: its kind, its reasons, its recommendations, who signed it; no count of votes."""
    session, examination = decision.item.session, decision.item.examination
    chapters = [Chapter(_("Opinion of the committee"), (words(str(decision.get_opinion_display())),))]
    if decision.reasons.strip():
        chapters.append(Chapter(_("Reasons"), (words(decision.reasons.strip()),)))
    if advised := list(decision.recommendations.order_by("position").values_list("words", flat=True)):
        chapters.append(Chapter(_("Recommendations"), (points(advised),)))
    chapters.append(Chapter(_("What follows"), (words(_what_follows()), words(f"{OPINION_LAW} ; {AFTER_LAW}"))))
    more = ((_("Session"), f"{session.reference}, {day_in_words(session.starts_at)}"),)
    return _of_dossier(examination, PaperKind.OPINION, tuple(chapters), _signature(decision), more)


def attestation(examination: Examination) -> Source:
    """That no opinion was given in time, and what the law makes of that."""
    clock = _lapsed(examination)
    said = [
        _("The committee received the complete dossier on %(day)s.") % {"day": day_in_words(examination.received_at)},
        _("Its period ended on %(day)s, and no opinion had been notified by then.") % {"day": day_in_words(clock.due_on)} if clock else "",
        _("The opinion of the committee is deemed favourable.") + f" ({OPINION_LAW})",
        _what_follows(),
    ]
    chapters = (Chapter(_("Attestation"), tuple(words(text) for text in said if text)),)
    return _of_dossier(examination, PaperKind.ATTESTATION, chapters, (_("Made by the secretariat’s system at the end of the period."),))


def exchanges(examination: Examination) -> Source | None:
    """What the holders remarked and what the applicant answered, for reading beside the reports; None when nothing was said."""
    consulted = examination.consultations.select_related("database").prefetch_related("remarks__files")
    remarks = [(str(held.database), _remarked(one)) for held in consulted for one in held.remarks.all()]
    asked = list(examination.questions.order_by("asked_at", "pk"))
    blocks = [Chapter(_("Remarks of %(database)s") % {"database": name}, said) for name, said in remarks]
    blocks += [Chapter(_("Question to the applicant"), (words(one.words), heading(_("Answer")), words(one.answer or "–"))) for one in asked]
    if not blocks:
        return None
    return _of_dossier(examination, "exchanges", tuple(blocks), subject=_("Remarks and answers"))


def _remarked(remark: Remark) -> tuple[Block, ...]:
    """What a holder remarked, with the names of the files that came with it: they stand beside this document in the archive."""
    names = ", ".join(one.name for one in remark.files.all())
    return (words(remark.words), *([words(_("Enclosed: %(names)s") % {"names": names})] if names else []))


def _of_dossier(
    examination: Examination,
    kind: str,
    chapters: tuple[Chapter, ...],
    closing: tuple[str, ...] = (),
    more: tuple[tuple[str, str], ...] = (),
    *,
    subject: str = "",
) -> Source:
    dossier = examination.dossier
    controller = dossier.content.controller
    facts = [(_("Dossier"), dossier.reference), (_("Controller"), str(controller) if controller else ""), *more]
    shown = tuple((label, value) for label, value in facts if value)
    return Source(kind, subject or str(PaperKind(kind).label), dossier.title, shown, chapters, closing)


def _signature(decision: Decision) -> tuple[str, ...]:
    if decision.signed_at is None or decision.signed_by is None:
        return ()
    signed_as = dict(Office.choices).get(decision.signed_as, decision.signed_as)
    said = {"name": decision.signed_by, "quality": signed_as, "when": moment_in_words(decision.signed_at)}
    return (_("Signed electronically by %(name)s (%(quality)s), %(when)s.") % said,)


def _lapsed(examination: Examination) -> Clock | None:
    """The period of this examination that ended in silence."""
    ended = clocks.of(examination.dossier).filter(code__in=PERIODS, outcome=Outcome.LAPSED, started_at__gte=examination.received_at)
    found: Clock | None = ended.order_by("-started_at").first()
    return found


def _what_follows() -> str:
    return _(
        "The applicant says whether the CNIL is to be seized, and may correct or complete the dossier beforehand; the secretariat "
        "then transmits it with this paper."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
