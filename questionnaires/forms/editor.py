"""The forms of the secretariat: a question of the bank with its choices, a section, a questionnaire, what holds for a question in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from questionnaires import targets
from questionnaires.kinds import WITH_CHOICES, Kind
from questionnaires.models import Question, Questionnaire
from questionnaires.services import free_code
from ui.forms import DsfrForm, DsfrModelForm
from workflow.refusals import RuleBroken

SHORT_AREA = {"rows": 3}


class SearchForm(forms.Form):
    """What the bank understands of its address; anything else is ignored."""

    q = forms.CharField(required=False, max_length=100, strip=True)
    kind = forms.ChoiceField(required=False, choices=[("", ""), *Kind.choices])
    withdrawn = forms.BooleanField(required=False)

    def understood(self) -> dict[str, Any]:
        """The valid part of the query, with empty values for the rest."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class QuestionForm(DsfrModelForm):
    """A question of the bank."""

    class Meta:
        model = Question
        fields: ClassVar = ["label_fr", "label_en", "help_fr", "help_en", "kind", "max_words", "public", "withdrawn"]
        help_texts: ClassVar = {
            "label_en": _("A question can be written in French first; it must exist in both languages before it is published."),
            "help_fr": _("What a person needs to know to answer: an example, where to find the figure."),
            "kind": _(
                "Changing the kind of a question that was asked already sets aside the answers that no longer fit; they are not lost."
            ),
            "max_words": _("For a long text only; 2,000 words when left empty."),
            "public": _("Once the project is authorised, the answer stands on its page of the public registry."),
            "withdrawn": _("It is no longer offered for questionnaires; those that ask it already keep it."),
        }
        widgets: ClassVar = {
            "help_fr": forms.Textarea(attrs=SHORT_AREA),
            "help_en": forms.Textarea(attrs=SHORT_AREA),
            "kind": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Kind.choices  # type: ignore[attr-defined]  # without the empty choice: one is always ticked
        self.initial["kind"] = self.initial.get("kind") or Kind.LONG
        if not self.instance.pk:
            del self.fields["withdrawn"]

    def clean(self) -> dict[str, Any]:
        """A limit in words means nothing for another kind."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") != Kind.LONG:
            cleaned["max_words"] = None
        return cleaned


class ChoiceForm(DsfrForm):
    """One choice of a list; without a French text it is not there."""

    code = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    fr = forms.CharField(label=_("Choice, in French"), required=False, max_length=200)
    en = forms.CharField(label=_("Choice, in English"), required=False, max_length=200)
    place = forms.IntegerField(label=_("Place in the list"), required=False, min_value=0, max_value=999)
    marks_optional = False


class ChoicesFormSet(BaseFormSet):  # type: ignore[type-arg]
    """The choices of a question, with room for three more."""

    @property
    def choices(self) -> list[dict[str, str]]:
        """The choices in their places, the new ones last; a code that the question knows stays, a new choice gets one from its words."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("fr")]
        rows.sort(key=lambda row: row["place"] if row.get("place") is not None else 1000)
        codes: list[str] = []
        for row in rows:
            codes.append(
                row["code"] if self._knows(row["code"], codes) else free_code(row["fr"], self._taken(codes), joint="_", longest=60)
            )
        return [{"code": code, "fr": row["fr"], "en": row["en"]} for code, row in zip(codes, rows, strict=True)]

    @property
    def _known(self) -> set[str]:
        return {row["code"] for row in self.initial or []}

    def _knows(self, code: str, codes: list[str]) -> bool:
        return code in self._known and code not in codes

    def _taken(self, codes: list[str]) -> Callable[[str], bool]:
        return lambda code: code in codes or code in self._known


CHOICES = formset_factory(ChoiceForm, formset=ChoicesFormSet, extra=3, max_num=200, absolute_max=200)


def choices_of(data: Any, question: Question) -> ChoicesFormSet:
    """The rows of choices of a question."""
    rows = [{**choice, "place": place} for place, choice in enumerate(question.choices, start=1)]
    return cast(ChoicesFormSet, CHOICES(data, initial=rows, prefix="choices"))


def both_valid(form: QuestionForm, rows: ChoicesFormSet) -> bool:
    """Is the question well formed with its choices? A list needs two; the question then holds them."""
    valid = form.is_valid() and rows.is_valid()
    if not valid:
        return False
    listed = form.cleaned_data["kind"] in WITH_CHOICES
    form.instance.choices = rows.choices if listed else []
    if listed and len(rows.choices) < 2:
        form.add_error("kind", _("Give at least two choices, below."))
        return False
    return True


class SectionForm(DsfrForm):
    """The words over a section."""

    title_fr = forms.CharField(label=_("Title, in French"), max_length=150)
    title_en = forms.CharField(label=_("Title, in English"), max_length=150, required=False)
    help_fr = forms.CharField(label=_("Introduction, in French"), required=False, widget=forms.Textarea(attrs=SHORT_AREA))
    help_en = forms.CharField(label=_("Introduction, in English"), required=False, widget=forms.Textarea(attrs=SHORT_AREA))

    @property
    def words(self) -> tuple[dict[str, str], dict[str, str]]:
        """The title and the introduction in both languages."""
        said = self.cleaned_data
        return {"fr": said["title_fr"], "en": said["title_en"]}, {"fr": said["help_fr"], "en": said["help_en"]}

    @classmethod
    def initial_of(cls, section: Mapping[str, Any]) -> dict[str, str]:
        """What the form shows of a section."""
        return {f"{part}_{language}": section[part].get(language, "") for part in ("title", "help") for language in ("fr", "en")}


class SettingsForm(DsfrForm):
    """The title of a questionnaire, and what it is asked for."""

    title_fr = forms.CharField(label=_("Title, in French"), max_length=200)
    title_en = forms.CharField(label=_("Title, in English"), max_length=200, required=False)
    targets = forms.MultipleChoiceField(
        label=_("Used for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A dossier begun under one of these procedures gets the version published last. One questionnaire for each."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["targets"].choices = targets.choices()  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, questionnaire: Questionnaire) -> dict[str, Any]:
        """What the form shows of a questionnaire."""
        return {"title_fr": questionnaire.title_fr, "title_en": questionnaire.title_en, "targets": questionnaire.targets}

    def attempt(self, act: Callable[[], Any]) -> bool:
        """Make the call and say whether it was done; what the domain refuses becomes an error of the form."""
        try:
            act()
        except RuleBroken as refusal:
            for broken in refusal.broken:
                self.add_error(broken.where if broken.where in self.fields else None, str(broken.sentence))
            return False
        return True


class AddQuestionForm(forms.Form):
    """The question of the bank that is put at the end of a section."""

    question = forms.CharField(max_length=60)

    def __init__(self, data: Any, *, offered: Iterable[str]) -> None:
        super().__init__(data)
        self.offered = set(offered)

    def clean_question(self) -> str:
        """Only a question that is offered may be added."""
        code = str(self.cleaned_data["question"])
        if code not in self.offered:
            raise ValidationError(_("Choose a question of the bank."))
        return code
