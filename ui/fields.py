"""How a field of any Django form is shown: which template, which classes, which descriptions it is tied to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.formsets import BaseFormSet
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@dataclass
class ShownField:
    """A bound field ready for its template; `extra` are attributes that the page adds to the widget."""

    bound: BoundField
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """The template that knows this kind of widget."""
        return f"ui/fields/{self._kind}.html"

    @property
    def _kind(self) -> str:
        widget = self.bound.field.widget
        if widget.is_hidden:
            return "hidden"
        if isinstance(widget, GROUPS):
            return "group"
        return "checkbox" if isinstance(widget, forms.CheckboxInput) else "input"

    @property
    def block(self) -> str:
        """The design system's name of the group around the widget."""
        widget = self.bound.field.widget
        if isinstance(widget, forms.Select):
            return "select"
        return "upload" if isinstance(widget, forms.FileInput) else "input"

    @property
    def is_radio(self) -> bool:
        """One choice only (Django derives its lists of check boxes from its radio buttons)."""
        return not isinstance(self.bound.field.widget, forms.CheckboxSelectMultiple)

    @property
    def is_marked_optional(self) -> bool:
        """The label says that the field may stay empty; a single box to tick says it by itself."""
        form = self.bound.form
        form_marks = getattr(form, "marks_optional", True) and self.bound.name not in getattr(form, "wanted_at_times", ())
        return form_marks and not self.bound.field.required and self._kind != "checkbox" and not self.bound.field.disabled

    @property
    def limits(self) -> str:
        """For a file: accepted types and greatest size."""
        return str(getattr(self.bound.field, "limits", ""))

    @property
    def max_words(self) -> int | None:
        """For a text: how many words it may have."""
        limit = self.bound.field.widget.attrs.get("data-max-words") or self.extra.get("data-max-words")
        return int(limit) if limit else None

    @property
    def describedby(self) -> str:
        """The ids of what explains the field, in the order in which it should be heard."""
        parts = {
            "error": self.bound.errors,
            "helptext": self.bound.help_text,
            "limits": self.limits,
            "counter": self.max_words,
        }
        return " ".join(f"{self.bound.auto_id}_{name}" for name, present in parts.items() if present)

    @cached_property
    def widget(self) -> SafeString:
        """The widget's HTML, with the design system's classes and its descriptions."""
        own = self.bound.field.widget.attrs
        look = "" if self._kind in ("checkbox", "hidden") else f"fr-{self.block}"
        attrs = {
            **self.extra,
            "class": " ".join(filter(None, [look, own.get("class"), self.extra.get("class")])),
        }
        if self.describedby and self._kind != "hidden":
            attrs["aria-describedby"] = " ".join(filter(None, [own.get("aria-describedby"), self.describedby]))
        return self.bound.as_widget(attrs={name: value for name, value in attrs.items() if value})

    @cached_property
    def choices(self) -> list[tuple[BoundWidget, str]]:
        """The choices of a group, each with its hint when the form field carries `choice_hints`."""
        hints = getattr(self.bound.field, "choice_hints", {})
        choices = [choice for choice in self.bound.subwidgets if str(choice.data["value"]) or not self.is_radio]
        for choice in choices:
            # A radio button cannot be invalid by itself; the group's description carries the error.
            choice.data["attrs"].pop("aria-invalid", None)
        return [(choice, hints.get(str(choice.data["value"]), "")) for choice in choices]


@dataclass(frozen=True)
class FormError:
    """One error with the place where it can be mended."""

    label: Any
    sentence: str
    target: str


def errors_of(*shown: forms.BaseForm | BaseFormSet[Any] | None) -> list[FormError]:
    """Every error of these forms and formsets, in the order of the page: of the whole form first, then field by field."""
    return [error for one in shown if one is not None for error in _errors(one)]


#: From so many places on, a sentence that they share is said once.
SHARED = 3


@dataclass(frozen=True)
class Gathered:
    """One line of the summary: a sentence, and the places of which it is true; several where they share it."""

    sentence: str
    places: tuple[FormError, ...]


def gathered(errors: Iterable[FormError]) -> list[Gathered]:
    """The lines of the summary, in the order of the page; a sentence that stands at several places is said once, with their names."""
    found = list(errors)
    places = {one.sentence: tuple(other for other in found if other.target and other.sentence == one.sentence) for one in found}
    lines, said = [], set()
    for one in found:
        shared = one.target and len(places[one.sentence]) >= SHARED
        if not (shared and one.sentence in said):
            lines.append(Gathered(one.sentence, places[one.sentence] if shared else (one,) if one.target else ()))
        said |= {one.sentence} if shared else set()
    return lines


def _errors(shown: forms.BaseForm | BaseFormSet[Any]) -> Iterator[FormError]:
    if not shown.is_bound:
        return
    if isinstance(shown, BaseFormSet):
        yield from (FormError("", str(sentence), "") for sentence in shown.non_form_errors())
        for form in shown.forms:
            yield from _errors(form)
        return
    yield from (FormError("", str(sentence), "") for sentence in shown.non_field_errors())
    for bound in shown:
        yield from (FormError(bound.label, str(sentence), _target(bound)) for sentence in bound.errors)


def _target(bound: BoundField) -> str:
    """The element to go to: the widget, or the first choice of a group."""
    return bound.id_for_label or f"{bound.auto_id}_0"
