"""A package: announced with its list of files, accepted, refused, closed without an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from extractions.delivery.choices import Channel, Fault
from extractions.delivery.manifest import FileLine, Manifest, read
from extractions.delivery.models import Package
from extractions.delivery.rules import LONGEST_PLACE, Delivered
from extractions.delivery.services import packages
from extractions.models import Ticket
from extractions.rules import LONGEST
from extractions.states import Kind
from requests_app.forms.base import MoveForm
from requests_app.forms.fields import WholeField
from ui.forms import DocumentField

#: 5,000 lines with long names are some 1.7 MB.
LARGEST_LIST = 2 * 1024 * 1024
_HOW = _(
    "What “sha256sum * > list.txt” wrote, or a table whose first line names its columns: name, size, sha256. Up to 5,000 files; names"
    " and checksums only."
)


class AnnounceForm(MoveForm):
    """What was sent, by which way, and what it is made of."""

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices, widget=forms.RadioSelect)
    place = forms.CharField(
        label=_("Where it was delivered"),
        max_length=LONGEST_PLACE,
        help_text=_("The name of the space or of the system; no password and no link that opens by itself."),
    )
    manifest = forms.CharField(
        label=_("List of files"),
        required=False,
        strip=False,
        max_length=LARGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_HOW,
    )
    manifest_file = DocumentField(
        label=_("Or the file of this list"), required=False, accepts=(".txt", ".csv", ".sha256", ".tsv"), max_bytes=LARGEST_LIST
    )
    total_bytes = WholeField(
        label=_("Size of the whole, in bytes"),
        required=False,
        min_value=0,
        help_text=_("Only where the list does not give the size of each file."),
    )
    is_partial = forms.BooleanField(label=_("This is a part: the rest is still to come"), required=False)
    is_update = forms.BooleanField(label=_("This updates data that were delivered before"), required=False)
    note = forms.CharField(
        label=_("Delivery note"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("How to open the files, versions, known limits. Nothing about a person."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, ticket: Ticket) -> None:
        updates = ticket.links_before.filter(before__kind=Kind.UPDATE).exists()
        super().__init__(data, files, initial={"is_update": updates})
        self.ticket = ticket
        self.files_read: tuple[FileLine, ...] = ()

    def clean(self) -> dict[str, Any]:
        """Read the list, pasted or sent; each fault names its line."""
        given: dict[str, Any] = super().clean() or {}
        pasted, sent = (given.get("manifest") or "").strip(), given.get("manifest_file")
        place = "manifest_file" if sent else "manifest"
        if self.has_error(place):
            return given
        if pasted and sent:
            self.add_error("manifest_file", _("Paste the list or send its file, not both."))
            return given
        text = _text_of(sent) if sent else pasted
        if text is None:
            self.add_error("manifest_file", _("This file is not a text in UTF-8."))
        elif not text.strip():
            self.add_error("manifest", _("Paste the list of files, or send its file."))
        else:
            self._take(read(text), place)
        return given

    def _take(self, found: Manifest, place: str) -> None:
        for fault in found.faults:
            self.add_error(place, _("Line %(line)s: %(fault)s") % {"line": fault.line, "fault": fault.sentence})
        if found.more_faults:
            self.add_error(place, _("And %(count)s more faults of this kind.") % {"count": found.more_faults})
        self.files_read = found.files

    def save(self, *, by: Any, at: datetime) -> bool:
        """Announce the package, and say whether it was done."""
        given = self.cleaned_data
        told = Delivered(
            files=self.files_read,
            channel=given["channel"],
            place=given["place"],
            is_partial=given["is_partial"],
            is_update=given["is_update"],
            total_bytes=given["total_bytes"],
            note=given["note"],
        )
        return self.attempt(lambda: self._announce(told, by, at))

    def _announce(self, told: Delivered, by: Any, at: datetime) -> None:
        self.made = packages.announce(self.ticket, told, by=by, at=at)


def _text_of(sent: Any) -> str | None:
    try:
        text = sent.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else str(text)


class AnswerForm(MoveForm):
    """The package that was read: nothing else is asked to accept it, or to note that nobody answered."""

    def __init__(self, data: Any = None, *, package: Package) -> None:
        super().__init__(data)
        self.package = package

    def accept(self, *, by: Any, at: datetime) -> bool:
        """Accept the package, whole or as the part that it is, and say whether it was done."""
        act = packages.accept_part if self.package.is_partial else packages.accept
        return self.attempt(lambda: act(self.package, by=by, at=at))

    def conclude(self, *, by: Any, at: datetime) -> bool:
        """Note that the package stands without an answer, and say whether it was done."""
        return self.attempt(lambda: packages.conclude(self.package, by=by, at=at))


class RefuseForm(MoveForm):
    """What is wrong with the package."""

    faults = forms.MultipleChoiceField(label=_("What is wrong"), choices=Fault.choices, widget=forms.CheckboxSelectMultiple)
    because = forms.CharField(
        label=_("In your words"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Files, variables, dates of the data: what the desk needs to mend it. Quote no line of the data."),
    )

    def __init__(self, data: Any = None, *, package: Package) -> None:
        super().__init__(data)
        self.package = package

    def save(self, *, by: Any, at: datetime) -> bool:
        """Refuse the package, and say whether it was done."""
        given = self.cleaned_data
        return self.attempt(lambda: packages.refuse(self.package, given["faults"], given["because"], by=by, at=at))
