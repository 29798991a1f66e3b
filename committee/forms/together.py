"""One roll for the dossiers that are examined without a debate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from committee.forms.votes import VoteForm
from committee.models import Decision
from committee.services import voting, voting_together
from committee.services.voting_together import LeftOut, Ready


class TogetherForm(VoteForm):
    """Which dossiers, and how each member votes on all of them."""

    def __init__(self, data: Any = None, *, ready: list[Ready], left_out: list[LeftOut], at: datetime, everybody: str = "") -> None:
        self.ready, self.left_out = ready, left_out
        first = ready[0]
        super().__init__(data, item=first.item, text=first.text, at=at, everybody=everybody)
        self.initial["seen"] = voting_together.seen_of(self.voices)  # type: ignore[index]
        del self.fields["revision"], self.fields["round"]
        for one in ready:
            name = f"item_{one.item.pk}"
            dossier = one.item.examination.dossier
            label = _("No. %(place)s: %(title)s") % {"place": one.item.position, "title": dossier.title}
            help_text = f"{dossier.reference} · {one.text.get_opinion_display()}"
            self.fields[name] = forms.BooleanField(label=label, help_text=help_text, required=False, initial=True)
            for kept, value in (("revision", one.text.revision), ("round", one.round)):
                hidden = forms.IntegerField(required=False, widget=forms.HiddenInput, initial=value)
                self.fields[f"{kept}_{one.item.pk}"] = hidden

    @property
    def choices(self) -> list[Any]:
        """The boxes of the dossiers."""
        return [self[f"item_{one.item.pk}"] for one in self.ready]

    def read_members(self, at: datetime) -> tuple[list[Any], tuple[Any, ...]]:
        """Everybody in mandate, as if nobody had withdrawn from anything."""
        voters = voting_together.common_voters(self.item, at)
        return voters, voting.voices_among(voters, at)

    def renewed(self) -> dict[str, Any]:
        """What the next sending carries anew: the roll, each text and each round as they now are."""
        rounds = {f"round_{one.item.pk}": one.round for one in self.ready}
        return {"seen": self.initial["seen"]} | rounds | {f"revision_{one.item.pk}": one.text.revision for one in self.ready}  # type: ignore[index]

    def vote_together(self, *, by: Any, at: datetime) -> tuple[list[Decision], list[LeftOut]] | None:
        """Take the votes; None, with the reasons in the form, when the roll does not hold."""
        said = self.cleaned_data
        items = [one.item for one in self.ready if said.get(f"item_{one.item.pk}")]
        revisions, rounds = ({one.item.pk: said.get(f"{kept}_{one.item.pk}") or 0 for one in self.ready} for kept in ("revision", "round"))
        roll = voting_together.Roll(self.said(), said["casting"], revisions, said["seen"], rounds)
        answer: list[tuple[list[Decision], list[LeftOut]]] = []
        done = self.attempt(lambda: answer.append(voting_together.take_votes(items, roll, by=by, at=at)))
        if not done:
            return None
        taken, refused = answer[0]
        return taken, [*refused, *(one for one in self.left_out if self.data.get(f"item_{one.item.pk}"))]
