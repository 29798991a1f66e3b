"""What is filled in about an agenda: which dossiers, in which order, for how long, and why one needs no debate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from committee.models import Examination, Item, Session
from committee.policies import closed_to
from committee.queries.agenda import Candidate, Line
from committee.services.agenda import LONGEST_ITEM, arrange, put_on_agenda, settle_debate, take_off_agenda
from committee.states import Debate
from requests_app.forms.base import MoveForm
from requests_app.models import Dossier


class AddForm(MoveForm):
    """Which of the dossiers that wait join the agenda."""

    examination = forms.ModelMultipleChoiceField(
        label=_("Dossiers"), queryset=Examination.objects.none(), error_messages={"required": _("Tick at least one dossier.")}
    )

    def __init__(self, *args: Any, candidates: Iterable[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = [one.examination.pk for one in candidates]
        field: Any = self.fields["examination"]
        field.queryset = Examination.objects.filter(pk__in=self.order)

    def put_on(self, session: Session, *, by: Any, at: datetime) -> bool:
        """Put them at its end, in the order of the list."""
        chosen = sorted(self.cleaned_data["examination"], key=lambda one: self.order.index(one.pk))
        return self.attempt(lambda: put_on_agenda(session, chosen, by=by, at=at))


class ArrangeForm(MoveForm):
    """The place and the time of each dossier; one of them may be moved up or down by its own button."""

    def __init__(self, *args: Any, session: Session, lines: Iterable[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.lines = session, [line for line in lines if not line.item.ending]
        for line in self.lines:
            pk, told = line.item.pk, {"number": line.item.position}
            self.fields[f"place_{pk}"] = forms.IntegerField(
                label=_("Rank of dossier no. %(number)s") % told, min_value=1, max_value=999, initial=line.item.position
            )
            self.fields[f"minutes_{pk}"] = forms.IntegerField(
                label=_("Minutes for dossier no. %(number)s") % told, min_value=1, max_value=LONGEST_ITEM, initial=line.item.minutes
            )

    def rows(self) -> Iterator[tuple[Line, BoundField, BoundField]]:
        """Each line with its fields."""
        for line in self.lines:
            yield line, self[f"place_{line.item.pk}"], self[f"minutes_{line.item.pk}"]

    def order(self) -> list[int]:
        """The items in the order that was asked for: by the places given, then one step up or down for the one whose button was used."""
        keys = [line.item.pk for line in self.lines]
        said = self.cleaned_data
        found = sorted(keys, key=lambda pk: (said[f"place_{pk}"], keys.index(pk)))
        for button, step in (("up", -1), ("down", 1)):
            pk = int(asked) if (asked := self.data.get(button, "")).isdigit() else None
            if pk in found and 0 <= found.index(pk) + step < len(found):
                here = found.index(pk)
                found[here], found[here + step] = found[here + step], found[here]
        return found

    def arrange(self, *, by: Any, at: datetime) -> bool:
        """Keep order and times."""
        minutes = {line.item.pk: self.cleaned_data[f"minutes_{line.item.pk}"] for line in self.lines}
        return self.attempt(lambda: arrange(self.session, self.order(), minutes, by=by, at=at))


class DebateForm(MoveForm):
    """Whether a dossier is debated, and if not, on which ground."""

    marks_optional = False  # what is needed depends on the answer

    debate = forms.ChoiceField(label=_("How is it examined?"), choices=Debate.choices, widget=forms.RadioSelect)
    ground = forms.CharField(
        label=_("Why no debate is needed"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "The minutes repeat these words. For a similar processing, say that categories of data and of recipients are the same."
        ),
    )
    similar = forms.CharField(
        label=_("Dossier examined before"),
        max_length=30,
        required=False,
        help_text=_("Its reference, for example GU-2026-000123. Same purpose and same databases, with an opinion of the committee."),
    )

    def __init__(self, *args: Any, item: Item, reader: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.initial["debate"] = item.debate
        if item.similar_to_id and closed_to(reader, [item.similar_to_id]):  # neither its name nor the ground, which may say it
            self.fields["similar"].help_text = _("It resembles a dossier that is not open to you.")
        else:
            self.initial.update(ground=item.ground, similar=item.similar_to.reference if item.similar_to else "")

    def settle(self, *, by: Any, at: datetime) -> bool:
        """Keep it."""
        said = self.cleaned_data
        seen = Dossier.objects.visible_to(by).select_related("content")
        similar = seen.filter(reference__iexact=said["similar"].strip()).first() if said["similar"].strip() else None
        return self.attempt(lambda: settle_debate(self.item, said["debate"], by=by, at=at, ground=said["ground"], similar=similar))


class TakeOffForm(MoveForm):
    """Why a dossier leaves the agenda; needed once the members have it."""

    marks_optional = False

    because = forms.CharField(
        label=_("Why does it leave the agenda?"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def take_off(self, item: Item, *, by: Any, at: datetime) -> bool:
        """Take it off."""
        return self.attempt(lambda: take_off_agenda(item, by=by, at=at, because=self.cleaned_data["because"]))
