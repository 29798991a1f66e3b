"""What a person writes: a message to the other side, a note for the secretariat, or what they want to talk about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from files.kinds import ACCEPTED
from requests_app.forms.base import MoveForm
from requests_app.talk.models import LONGEST_TEXT
from requests_app.talk.services import MOST_ENCLOSURES, write_message, write_note
from requests_app.talk.subjects import WHOLE, Subject, choices_of
from ui.forms import DocumentField, DsfrForm


class ManyFiles(forms.FileInput):
    """A chooser that takes several files."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"multiple": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """All the files that were sent under this name."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class DocumentsField(DocumentField):
    """Several files, each checked as one is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(accepts=tuple(ACCEPTED.values()), widget=ManyFiles(), required=False, **kwargs)

    def clean(self, value: Any, initial: Any = None) -> list[Any]:
        """The files that were sent; raises ValidationError for the first that is not accepted."""
        sent = value if isinstance(value, list | tuple) else [value] if value else []
        return [super(DocumentsField, self).clean(one, initial) for one in sent]


def words(label: Any, help_text: Any = "") -> forms.CharField:
    """A text of some lines; its length is limited where it is kept."""
    widget = forms.Textarea(attrs={"rows": 6, "maxlength": LONGEST_TEXT})
    return forms.CharField(label=label, help_text=help_text, widget=widget, error_messages={"required": _("Write something first.")})


class MessageForm(MoveForm):
    """A message about one subject, with files."""

    text = words(_("Your message"))
    file = DocumentsField(
        label=_("Files enclosed"),
        help_text=_("At most %(most)d. They are seen by those who read this exchange only.") % {"most": MOST_ENCLOSURES},
    )

    author = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, subject: Subject, answering: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        if answering:
            self.fields["text"].widget.attrs["autofocus"] = True

    def send(self, dossier: Any, *, by: Any, at: datetime) -> bool:
        """Send it and say whether it was sent; what was typed stays in the form otherwise."""
        said = self.cleaned_data
        return self.attempt(lambda: write_message(dossier, self.subject.code, said["text"], by=by, at=at, uploads=said["file"]))


class SubjectForm(DsfrForm):
    """What one wants to talk about."""

    about = forms.ChoiceField(label=_("What is it about?"))

    def __init__(self, *args: Any, subjects: dict[str, Subject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = choices_of(subjects)  # type: ignore[attr-defined]


class NoteForm(MoveForm):
    """A note of the secretariat, on the dossier or on one part of it."""

    about = forms.ChoiceField(label=_("What is it about?"))
    text = words(_("Your note"), _("Read by the secretariat and the auditors. The applicant never sees it."))

    def __init__(self, *args: Any, subjects: dict[str, Subject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = choices_of(subjects)  # type: ignore[attr-defined]

    def keep(self, dossier: Any, *, by: Any, at: datetime) -> bool:
        """Keep the note and say whether it was kept."""
        about = self.cleaned_data["about"]
        code = "" if about == WHOLE else about
        return self.attempt(lambda: write_note(dossier, self.cleaned_data["text"], by=by, at=at, about=code))
