"""The drafts of a need: one for each side, saved section by section; what somebody else saved meanwhile is told, and not lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from extractions.models import Ticket
from extractions.needs import queries, rules
from extractions.needs.content import Content, numbered, texts_of, write
from extractions.needs.generated import brought_up_to_date, generated
from extractions.needs.models import Need, NeedDraft
from extractions.needs.sides import NeedSide, side_of
from requests_app.models import Dossier
from workflow.engine import lock_and_reread, require_role
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState


class SavedMeanwhile(RuleBroken):
    """Somebody else of the same side has saved the same section."""

    def __init__(self, draft: NeedDraft, revision: int) -> None:
        sentence = _("%(person)s has saved this section meanwhile. Read it in another tab; what you send now takes its place.")
        super().__init__(Broken(sentence % {"person": draft.saved_by}))
        self.revision = revision


def stand(dossier: Dossier, organisation: Organisation, action: str, by: Any) -> tuple[list[Ticket], NeedSide]:
    """The open tickets that the need serves, locked behind their dossier, and the side for which the person acts.

    Raises NotAllowed; WrongState when no ticket awaits a need any more.
    """
    lock_and_reread(dossier)
    tickets = queries.tickets_of(dossier.pk, organisation.pk)
    if not tickets:
        raise WrongState(_("No ticket of this dossier asks anything of this body."))
    require_role(tickets[-1], action, by)
    side, standing = side_of(tickets[-1].roles_of(by)), queries.open_among(tickets)
    if side is None:
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    if not standing:
        raise WrongState(_("Every ticket of this body has ended: open another one before its need is written."))
    return standing, side


@transaction.atomic
def begin_draft(dossier: Dossier, organisation: Organisation, *, by: Any, at: datetime) -> NeedDraft:
    """Begin to write for one's side: from the last version, else from what the dossier says. Raises NotAllowed, WrongState, RuleBroken."""
    tickets, side = stand(dossier, organisation, "draft_need", by)
    need, _new = Need.objects.get_or_create(dossier=dossier, organisation=organisation)
    there = need.drafts.filter(side=side).first()
    if there is not None:
        return there
    agreed = queries.agreed_version(dossier.pk, organisation.pk)
    if agreed is not None and not rules.reasons_since(agreed):
        rules.require_reason(agreed, None)
    last, fresh = queries.last_version(need), generated(dossier, organisation, tickets)
    content = fresh if last is None else brought_up_to_date(last.said, fresh)
    based_on = 0 if last is None else last.number
    text = write(content)
    return NeedDraft.objects.create(need=need, side=side, content=text, based_on=based_on, saved_at=at, saved_by=by)


@transaction.atomic
def give_up_draft(draft: NeedDraft, *, by: Any) -> None:
    """Throw the draft of one's side away. Raises NotAllowed, WrongState."""
    stand(draft.need.dossier, draft.need.organisation, "draft_need", by)
    draft.delete()


@transaction.atomic
def save_section(
    draft: NeedDraft, section: str, revision: int, change: Callable[[Content], Content], *, by: Any, at: datetime
) -> NeedDraft:
    """Change one section of a draft. Raises NotAllowed, WrongState, SavedMeanwhile when it is not the one that was read."""
    _tickets, side = stand(draft.need.dossier, draft.need.organisation, "draft_need", by)
    found = NeedDraft.objects.select_for_update(of=("self",)).select_related("saved_by").filter(pk=draft.pk, side=side).first()
    if found is None:
        raise WrongState(_("This draft was proposed or given up meanwhile."))
    current = int(found.revisions.get(section, 0))
    if current != revision:
        raise SavedMeanwhile(found, current)
    need = Need.objects.select_for_update(of=("self",)).get(pk=found.need_id)
    content, made = numbered(change(found.said), need.criteria_made)
    rules.require_no_person(texts_of(content))
    text = write(content)
    rules.require_short(text)
    found.content, found.revisions = text, {**found.revisions, section: current + 1}
    found.saved_at, found.saved_by = at, by
    found.save()
    if made != need.criteria_made:
        need.criteria_made = made
        need.save(update_fields=["criteria_made"])
    return found
