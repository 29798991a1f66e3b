"""The acts of a dossier as a person reads them: what was done, on which day, with which words and papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from requests_app.journal_words import happened, outcome_in_words, telling_outcome
from requests_app.models import Act, Dossier


@dataclass(frozen=True)
class ShownAct:
    """One act in words."""

    act: Act
    sentence: Any
    outcome: Any


def acts_of(dossier: Dossier) -> list[ShownAct]:
    """The acts in the order in which they happened."""
    acts = dossier.acts.select_related("document", "recorded_by").order_by("at", "id")
    return [ShownAct(act, happened(act.action), outcome_in_words(act.action, telling_outcome(act.action, act.outcome))) for act in acts]
