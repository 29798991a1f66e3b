"""A dossier as the beginning of another one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from requests_app import policies
from requests_app.content import Content
from requests_app.models import Dossier
from requests_app.services import begin_dossier
from requests_app.states import State
from requests_app.versions import write_snapshot
from workflow.refusals import NotAllowed

#: A dossier that ended without an authorisation may be filed anew: the copy says which one it follows.
MAY_BE_FOLLOWED = frozenset({State.REFUSED, State.CLOSED_WITHOUT_ACTION, State.WITHDRAWN, State.ABANDONED})
#: Said anew in each dossier.
NOT_COPIED = ("forbidden_purposes_excluded", "questionnaire_id", "answers")


@transaction.atomic
def duplicate(dossier: Dossier, *, by: Any, at: datetime) -> Dossier:
    """Begin a draft that says what this dossier says; pieces, team and attestations stay where they are. Raises NotAllowed."""
    if not policies.roles_on(by, dossier) & policies.TEAM_ROLES:
        raise NotAllowed(_("Only the team of a dossier may copy it."))
    followed = dossier if dossier.state in MAY_BE_FOLLOWED else None
    copy = begin_dossier(by=by, at=at, procedure=dossier.procedure, follows=followed)
    content = Content.objects.get(pk=copy.pk)
    said = {name: value for name, value in dossier.content.snapshot().items() if name not in NOT_COPIED}
    write_snapshot(content, said, at=at)
    if content.questionnaire_id and content.questionnaire_id == dossier.content.questionnaire_id:
        content.answers = dossier.content.answers
        content.save(update_fields=["answers"])
    return Dossier.objects.for_page().get(pk=copy.pk)
