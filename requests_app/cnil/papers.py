"""The paper from which a list of decisions was transcribed: asked of officers, kept with the list, named by every act that rests on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from files.checks import inspect
from files.quarantine import admit, first_state
from requests_app.cnil.models import DecisionList, ListPaper
from requests_app.cnil.reading import Line
from requests_app.pieces import deleted_on_failure
from requests_app.policies import TRANSCRIBED, may_on_site
from workflow.refusals import Broken, RuleBroken, WrongState


def paper_of(decisions: DecisionList) -> ListPaper | None:
    """The paper of a list; one that was destroyed because it held a virus is none."""
    found = ListPaper.objects.filter(decisions=decisions).first()
    return None if found is None or found.is_infected else found


def asks_paper(decisions: DecisionList, by: Any) -> bool:
    """Is this person asked for the paper, or may another one take its place? It stays once a decision rests on it."""
    if may_on_site(by, "decide_for_cnil"):
        return False
    return not (decisions.is_recorded_in_part and paper_of(decisions))


def require_paper(decisions: DecisionList, lines: Iterable[Line], *, by: Any) -> None:
    """Raise RuleBroken when decisions are to be recorded by somebody who transcribes them, and the list has no paper."""
    if may_on_site(by, "decide_for_cnil") or paper_of(decisions) or not any(line.move in TRANSCRIBED for line in lines):
        return
    sentence = _("Attach the paper of the CNIL from which this list was transcribed: only its liaison records decisions without it.")
    raise RuleBroken(Broken(sentence, where="paper"))


def keep_paper(decisions: DecisionList, upload: Any, *, by: Any, at: datetime) -> ListPaper:
    """Check a paper and keep it with its list, in quarantine if there is a scanner; the caller holds the list.

    It takes the place of one on which no decision rests, or that was destroyed. Raises WrongState, RuleBroken.
    """
    if decisions.is_recorded_in_part and paper_of(decisions):
        raise WrongState(_("Decisions of this list rest on its paper already: it stays."))
    columns = inspect(upload).columns()
    for before in ListPaper.objects.filter(decisions=decisions):
        before.delete()
        transaction.on_commit(partial(before.file.storage.delete, before.file.name or ""))
    paper = ListPaper(decisions=decisions, added_at=at, added_by=by, scan_state=first_state(), **columns)
    paper.file.save(paper.storage_name, upload, save=False)
    with deleted_on_failure([paper]):
        paper.save()
        admit(paper)
    return paper


def facts_of(decisions: DecisionList) -> dict[str, Any]:
    """What the journal says of a decision recorded from a list: which one, and the digest of its paper."""
    paper = paper_of(decisions)
    return {"list": decisions.pk} | ({"paper_sha256": paper.sha256} if paper else {})
