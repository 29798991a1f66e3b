"""The forms of the house: plain Django forms whose fields know how to say what they expect.

How a field looks is the business of `ui.fields` and its templates, for any Django form; these classes only add what the
design system needs: days as `<input type="date">`, word limits, files with their accepted types and greatest size.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext


class DayInput(forms.DateInput):
    """A day, entered with the browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def _dress(form: forms.BaseForm) -> None:
    """Give days their picker, and leave no colon after labels."""
    form.label_suffix = ""
    for field in form.fields.values():
        if isinstance(field, forms.DateField) and type(field.widget) is forms.DateInput:
            field.widget = DayInput(field.widget.attrs)


class DsfrForm(forms.Form):
    """A form of the house; `marks_optional = False` for drafts, where nothing is required until filing.

    `wanted_at_times` names fields that are wanted or not as others are filled in: they are not called optional.
    """

    marks_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self)


class DsfrModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """The same, bound to a model."""

    marks_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self)


def word_count(text: str) -> int:
    """How many words a text has: what stands between white space, as the live counter in the browser counts."""
    return len(text.split())


class WordsField(forms.CharField):
    """A text of at most `max_words` words, with a live counter."""

    def __init__(self, *, max_words: int, rows: int = 8, **kwargs: Any) -> None:
        self.max_words = max_words
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The limit travels with the textarea, so that the counter can read it."""
        return {**super().widget_attrs(widget), "data-max-words": self.max_words}

    def validate(self, value: str) -> None:
        """Raise ValidationError when the text is too long, saying by how much."""
        super().validate(value)
        excess = word_count(value or "") - self.max_words
        if excess > 0:
            sentence = ngettext(
                "This text is %(count)d word too long: the limit is %(limit)d words.",
                "This text is %(count)d words too long: the limit is %(limit)d words.",
                excess,
            )
            raise ValidationError(sentence % {"count": excess, "limit": self.max_words}, code="max_words")


class DocumentField(forms.FileField):
    """A file of one of the accepted types (extensions with their dot) and of a limited size, in bytes."""

    default_error_messages: ClassVar = {
        "extension": gettext_lazy("This type of file is not accepted: choose one of %(types)s."),
        "too_large": gettext_lazy("This file is too large (%(size)s): the limit is %(limit)s."),
    }

    def __init__(
        self,
        *,
        accepts: tuple[str, ...] = (".pdf",),
        max_bytes: int | None = None,
        **kwargs: Any,
    ) -> None:
        self.accepts = accepts
        self.max_bytes = max_bytes or settings.UPLOAD_MAX_BYTES
        kwargs.setdefault("widget", forms.FileInput())
        super().__init__(**kwargs)

    @property
    def types(self) -> str:
        """The accepted types, for people: “PDF, DOCX”."""
        return ", ".join(extension.lstrip(".").upper() for extension in self.accepts)

    @property
    def limits(self) -> str:
        """What may be sent, as a sentence that stands before the field."""
        return _("Accepted: %(types)s. Largest size: %(size)s.") % {
            "types": self.types,
            "size": filesizeformat(self.max_bytes),
        }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The file chooser shows only what is accepted."""
        return {**super().widget_attrs(widget), "accept": ",".join(self.accepts)}

    def clean(self, value: Any, initial: Any = None) -> Any:
        """Raise ValidationError for another type or a larger file; whether the content matches is checked on receipt."""
        document = super().clean(value, initial)
        if isinstance(document, UploadedFile):
            self._check(document)
        return document

    def _check(self, document: UploadedFile) -> None:
        if not str(document.name).lower().endswith(self.accepts):
            raise ValidationError(
                self.error_messages["extension"],
                code="extension",
                params={"types": self.types},
            )
        size = document.size or 0
        if size > self.max_bytes:
            sizes = {
                "size": filesizeformat(size),
                "limit": filesizeformat(self.max_bytes),
            }
            raise ValidationError(self.error_messages["too_large"], code="too_large", params=sizes)
