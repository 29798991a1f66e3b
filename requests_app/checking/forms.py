"""The forms of the check: a verdict on one item, the message that asks for everything, and the reasons that come back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from requests_app.checking import services
from requests_app.checking.groups import GROUPS
from requests_app.checking.models import Judgement, Kind, ReusableReason
from requests_app.checking.sheet import Standing
from requests_app.forms.base import MoveForm
from requests_app.models import Attachment, Dossier
from ui.forms import DsfrModelForm


class VerdictForm(MoveForm):
    """What an officer finds of one item."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    judgement = forms.ChoiceField(label=_("What do you find?"), choices=Judgement.choices, widget=forms.RadioSelect)
    reasons = forms.ModelMultipleChoiceField(
        label=_("Reasons"), queryset=ReusableReason.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(
        label=_("Added words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The applicant reads them as they are, after the reasons chosen."),
    )

    def __init__(self, *args: Any, standing: Standing, language: str, **kwargs: Any) -> None:
        self.standing, verdict = standing, standing.verdict
        initial: dict[str, Any] = {"seen": standing.revision}
        if verdict is not None and standing.is_settled:
            initial |= {"judgement": verdict.judgement, "text": verdict.text, "reasons": [one.pk for one in verdict.reasons.all()]}
        super().__init__(*args, initial=initial, **kwargs)
        self.language = language
        self.kept: services.Kept | None = None
        self.reasons_offered = reasons_for(standing)
        self.fields["reasons"].queryset = ReusableReason.objects.filter(pk__in=[one.pk for one in self.reasons_offered])  # type: ignore[attr-defined]

    @property
    def choices_of_reasons(self) -> list[tuple[ReusableReason, str, bool]]:
        """Each reason offered, its text in the applicant's language, and whether it is chosen."""
        chosen = {str(one) for one in self["reasons"].value() or []}
        return [(one, one.text_in(self.language), str(one.pk) in chosen) for one in self.reasons_offered]

    def keep(self, dossier: Dossier, *, by: Any, at: datetime) -> bool:
        """Keep the verdict and say whether it was kept; a conflict leaves the form as it was typed."""
        said = services.Said(self.cleaned_data["judgement"], self.cleaned_data["reasons"], self.cleaned_data["text"])

        def call() -> None:
            self.kept = services.keep_verdict(dossier, self.standing.item.code, said, by=by, at=at, seen=self.cleaned_data["seen"])

        return self.attempt(call) and self.kept is not None and not self.kept.conflict


def reasons_for(standing: Standing) -> list[ReusableReason]:
    """The reasons that suit an item: those offered, and those chosen already even if they were withdrawn since."""
    chosen = {one.pk for one in standing.verdict.reasons.all()} if standing.verdict else set()
    item = standing.item
    return [one for one in ReusableReason.objects.all() if (one.active or one.pk in chosen) and one.suits(item.kind, item.code)]


class AskForm(MoveForm):
    """What may be said before the list of what is asked."""

    template = "checking/ask.html"
    done = _("The complement is asked for: the applicant receives the message.")
    added = forms.CharField(label=_("A word before the list"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def conclude(self, dossier: Dossier, *, by: Any, at: datetime) -> bool:
        """Send the one message, and say whether it was sent."""
        return self.attempt(lambda: services.ask_for_everything(dossier, by=by, at=at, added=self.cleaned_data["added"]))


class CompleteForm(MoveForm):
    """A note beside the declaration."""

    template = "checking/complete.html"
    done = _("The dossier is declared complete.")
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def conclude(self, dossier: Dossier, *, by: Any, at: datetime) -> bool:
        """Declare the dossier complete, and say whether it was."""
        return self.attempt(lambda: services.conclude_complete(dossier, by=by, at=at, note=self.cleaned_data["note"]))


class ReasonForm(DsfrModelForm):
    """A reason that comes back, in both languages."""

    class Meta:
        model = ReusableReason
        fields: ClassVar = ["title_fr", "title_en", "kind", "item", "text_fr", "text_en", "position", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"] = forms.ChoiceField(label=_("Only for this item"), choices=items_known, required=False)
        self.fields["kind"] = forms.ChoiceField(label=_("Kind of item"), choices=[("", _("All kinds")), *Kind.choices], required=False)
        self.fields["position"].help_text = _("Among the reasons of an item, the lowest number comes first.")
        self.fields["active"].label = _("Offer this reason in the checks")
        for name in ("text_fr", "text_en"):
            self.fields[name].widget.attrs["rows"] = 4

    def save(self, commit: bool = True) -> Any:
        """A new reason takes its code from its title."""
        if not self.instance.code:
            self.instance.code = free_code(self.cleaned_data["title_fr"])
        return super().save(commit)


def items_known() -> list[tuple[str, Any]]:
    """The items that every dossier may have, for a reason that is meant for one of them."""
    fields = [(group.code, group.label) for group in GROUPS]
    return [("", _("Any item of this kind")), *fields, *((f"piece:{kind}", label) for kind, label in Attachment.Kind.choices)]


def reasons_listed() -> list[tuple[ReusableReason, Any]]:
    """Every reason, with the name of the one item that it is meant for, if any."""
    names = dict(items_known())
    return [(one, names.get(one.item, one.item)) for one in ReusableReason.objects.all()]


def free_code(title: str) -> str:
    """A code that no reason has yet."""
    stem = slugify(title)[:50] or "motif"
    taken = set(ReusableReason.objects.filter(code__regex=rf"^{re.escape(stem)}(-\d+)?$").values_list("code", flat=True))
    return next(code for number in range(1, len(taken) + 2) if (code := stem if number == 1 else f"{stem}-{number}") not in taken)
