"""What was decided on a dossier, as its tab shows it: each act, and the list of decisions from which it was recorded, if from one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from requests_app.acts import ShownAct, acts_of
from requests_app.cnil.models import DecisionList
from requests_app.policies import may_on_site
from workflow.models import JournalLine

#: What the CNIL said, and what was decided for want of a word from it, in the order of the procedure.
DECIDED = frozenset(
    {
        *("cnil_finds_incomplete", "cnil_extends", "authorise", "refuse", "close_without_action"),
        *("confirm_tacit_authorisation", "verify_commitment"),
    }
)


@dataclass(frozen=True)
class Decided:
    """One act, with the list that it came from; `opens` is true for who may open that list."""

    shown: ShownAct
    came_from: DecisionList | None = None
    opens: bool = False


def decided_on(dossier: Any, reader: Any) -> list[Decided]:
    """The decisions in the order in which they were taken; three queries, however many there are."""
    acts = [one for one in acts_of(dossier) if one.act.action in DECIDED]
    lists = _lists_of(dossier) if acts else {}
    leads = bool(lists) and may_on_site(reader, "lead_work")
    return [_decided(one, lists.get(one.act.pk), reader, leads) for one in acts]


def _decided(shown: ShownAct, came_from: DecisionList | None, reader: Any, leads: bool) -> Decided:
    return Decided(shown, came_from, came_from is not None and (leads or came_from.sent_by_id == reader.pk))


def _lists_of(dossier: Any) -> dict[int, DecisionList]:
    """The list that each act came from, by the act: the journal names it."""
    lines = JournalLine.objects.filter(subject_type=dossier.subject_type, subject_id=dossier.pk, facts__has_key="list")
    named = {facts["act"]: facts["list"] for facts in lines.order_by("seq").values_list("facts", flat=True) if "act" in facts}
    found = DecisionList.objects.in_bulk(set(named.values()))
    return {act: found[pk] for act, pk in named.items() if pk in found}
