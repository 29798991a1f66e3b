"""What a person sends from the page of a request; what the domain refuses comes back as errors, with all that was typed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rights.asking.kinds import BEGINNING, type_of
from rights.asking.uploads import TooMuch
from rights.models import Routing
from rights.services.opening import lift
from rights.states import GIVEN_UP, RoutingState
from rights.tracking.lookup import LONGEST, Found
from rights.tracking.receipts import MOST_LETTERS
from rights.tracking.services import complements
from ui.forms import DsfrForm
from workflow.refusals import Refusal

#: Letters of a complement.
MOST_WORDS = 6000
#: Bytes of what arrives: in clear, what `complements` seals at most; sealed, the largest size and what sealing adds.
MOST = 9_000_000


class CodeForm(DsfrForm):
    """The tracking code, however it is typed."""

    code = forms.CharField(
        label=_("Tracking code"),
        help_text=_("17 signs, on your receipt. Spaces, dashes and small letters do not matter."),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code-typed"}),
    )


class ActForm(DsfrForm):
    """A form in front of an act of the person; every refusal stays on the page, as the code would else be typed again."""

    marks_optional = False

    def attempt(self, act: Callable[[], Any]) -> bool:
        """Do it; what is refused becomes errors. The answer is whether it was done."""
        try:
            act()
        except Refusal as refusal:
            for one in refusal.broken:
                self.add_error(one.where if one.where in self.fields else None, str(one.sentence))
            return False
        return True


class WithdrawForm(ActForm):
    """Give a request up; the database is named."""

    sure = forms.BooleanField(error_messages={"required": _("Tick the box to confirm, or go back.")})

    def __init__(self, *args: Any, routing: Routing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.routing = routing
        self.fields["sure"].label = self.words % {"database": routing.database.label}

    @property
    def words(self) -> Any:
        """What is confirmed."""
        return _("I withdraw my request about: %(database)s")

    def act(self, found: Found, at: datetime) -> bool:
        """Withdraw it; pressed twice, it is done once and said twice."""
        return self.attempt(lambda: self.routing.withdraw(by=found.bearer, at=at)) or self._was_done()

    def _was_done(self) -> bool:
        return Routing.objects.filter(pk=self.routing.pk, state=RoutingState.WITHDRAWN).exists()


class LiftForm(WithdrawForm):
    """Have an opposition end; the database is named."""

    @property
    def words(self) -> Any:
        """What is confirmed."""
        return _("I end my opposition about: %(database)s")

    def act(self, found: Found, at: datetime) -> bool:
        """Ask the controller to end it; pressed twice, it is asked once and said twice."""
        return self.attempt(lambda: lift(self.routing, by=found.bearer, at=at)) or self._was_done()

    def _was_done(self) -> bool:
        return self.routing.lifted_by.exclude(state__in=GIVEN_UP).exists()


class ComplementForm(ActForm):
    """What the controller asked for: words and a few small files, or both in one part that the browser has sealed."""

    words = forms.CharField(
        label=_("Your answer"),
        help_text=_("Write only what was asked for. Your name is not needed again: the controller knows which request this answers."),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )
    first = forms.FileField(
        label=_("A file, if one was asked for"), help_text=_("PDF or picture. 5 megabytes for all files."), required=False
    )
    second = forms.FileField(label=_("Another file"), required=False)
    #: What the script of the page has put in their place.
    sealed = forms.FileField(required=False, widget=forms.FileInput(attrs={"hidden": True, "tabindex": "-1", "aria-hidden": "true"}))
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Something is sent, and it is not too large. Raises ValidationError."""
        given: dict[str, Any] = super().clean() or {}
        files = [given[name] for name in ("first", "second", "sealed") if given.get(name)]
        if any(isinstance(one, TooMuch) for one in files) or sum(one.size or 0 for one in files) > MOST:
            raise forms.ValidationError(_("The files are too large together: 5 megabytes at most."))
        for name in ("first", "second"):
            if given.get(name) and _type_of(given[name]) is None:
                self.add_error(name, _("Only PDF, JPEG and PNG files are taken."))
        if not self.errors and not files and not given.get("words", "").strip():
            raise forms.ValidationError(_("Write an answer, or choose a file."))
        return given

    def act(self, found: Found, routing: Routing, at: datetime) -> bool:
        """Seal it unless the browser has, keep it for the controller, and let its time run again."""
        given = self.cleaned_data
        if given.get("sealed"):
            return self.attempt(lambda: complements.give_sealed(routing, given["sealed"].read(), given["key"], by=found.bearer, at=at))
        return self.attempt(lambda: complements.give(routing, self._content(), by=found.bearer, at=at))

    def _content(self) -> dict[str, Any]:
        given = self.cleaned_data
        files = [_as_content(given[name]) for name in ("first", "second") if given.get(name)]
        return {"words": given["words"].strip(), "files": files}


class LettersForm(ActForm):
    """An address to which is written that something has changed, and nothing else."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The letters say only that something has changed: neither the database, nor the right, nor your code."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class ReceiptForm(DsfrForm):
    """A receipt as text, pasted or as a file; it is read and not kept."""

    marks_optional = False
    receipt = forms.CharField(
        label=_("The text of the receipt"),
        help_text=_("Paste it whole, from its first line to its last."),
        max_length=MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(label=_("Or the file of the receipt (.txt)"), required=False)

    @property
    def text(self) -> str:
        """What was given, whichever way."""
        file = self.cleaned_data.get("file")
        if file is None or isinstance(file, TooMuch):
            return str(self.cleaned_data.get("receipt", ""))
        return str(file.read(MOST_LETTERS).decode("utf-8", "replace"))

    def clean(self) -> dict[str, Any]:
        """One of both is there. Raises ValidationError."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not given.get("receipt") and not given.get("file"):
            raise forms.ValidationError(_("Paste a receipt, or choose its file."))
        if isinstance(given.get("file"), TooMuch):
            self.add_error("file", _("This file is too large to be a receipt, which is a short text."))
        elif given.get("file") and _type_of(given["file"]) == "application/pdf":
            self.add_error(
                "file", _("What is checked is the text. It is attached to the PDF, under the name recepisse.txt: choose that file.")
            )
        return given


def _as_content(file: Any) -> dict[str, str]:
    return {"name": str(file.name)[:120], "type": _type_of(file) or "", "b64": base64.b64encode(file.read()).decode()}


def _type_of(file: Any) -> str | None:
    """The type of a file, by its ending and its first bytes."""
    file.seek(0)
    beginning = file.read(BEGINNING)
    file.seek(0)
    return type_of(str(file.name), beginning)
