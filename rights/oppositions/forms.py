"""Keys, versions and attestations, as files or words that are sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from extractions.models import Ticket
from requests_app.forms.base import MoveForm
from rights.envelopes.forms import ReadOutForm
from rights.oppositions import documents, policies
from rights.oppositions.documents import BadDocument, Signed
from rights.oppositions.models import SigningKey
from rights.oppositions.services import keys
from rights.oppositions.services.attesting import attest, recheck
from rights.oppositions.services.publishing import publish
from rights.oppositions.words import BAD
from ui.forms import DocumentField


class KeyForm(MoveForm):
    """The public half of a signing key."""

    organisation = forms.ModelChoiceField(label=_("Controller"), queryset=Organisation.objects.none(), empty_label=None)
    public = forms.CharField(
        label=_("Public key that signs the sets and the attestations"),
        max_length=200,
        help_text=_("What the tool printed when it made the keys: 64 characters."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = Organisation.objects.filter(pk__in=policies.signs_for(user)).order_by("name")
        self.fields["organisation"].queryset = theirs  # type: ignore[attr-defined]

    def save(self, *, by: Any, at: datetime) -> bool:
        """Register the key, and say whether it was done."""
        told = self.cleaned_data
        return self.attempt(lambda: keys.register(told["organisation"], told["public"], by=by, at=at))


class CompareForm(ReadOutForm):
    """The fingerprint of a key that signs sets and attestations."""

    def save(self, key: SigningKey, *, by: Any, at: datetime) -> bool:
        """Compare, and say whether it is the key."""
        return self.attempt(lambda: keys.compare(key, self.cleaned_data["read_out"], by=by, at=at))


class DocumentForm(MoveForm):
    """A signed file that the tool wrote."""

    file = DocumentField(label=_("File that the tool wrote"), accepts=(".json",), max_bytes=documents.LARGEST)
    #: The formats that are taken here.
    formats: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        """Read the file; what is wrong with it is said beside it."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("file") is not None:
            content = given["file"].read()
            for expected in self.formats:
                try:
                    given["signed"] = documents.read(content, expected)
                except BadDocument as error:
                    code = str(error.args[0])
                else:
                    return given
                if code != "other":
                    break
            self.add_error("file", BAD[code])
        return given


class SetForm(DocumentForm):
    """The manifest of a new version."""

    formats = (documents.SET,)

    def save(self, *, by: Any, at: datetime) -> bool:
        """Publish the version, and say whether it was done."""
        return self.attempt(lambda: publish(self.cleaned_data["signed"], by=by, at=at))


class AttestForm(DocumentForm):
    """An attestation of the package that comes next, or the second look at one."""

    formats = (documents.ATTESTATION, documents.RECHECK)

    #: Did the second look find somebody of the set?
    found_somebody = False

    def save(self, ticket: Ticket, *, by: Any, at: datetime) -> bool:
        """Take the document, and say whether it was done."""
        signed: Signed = self.cleaned_data["signed"]
        self.found_somebody = bool(signed.said.get("present"))
        take: Any = attest if signed.said["format"] == documents.ATTESTATION else recheck
        return self.attempt(lambda: take(ticket, signed, by=by, at=at))

    @property
    def done(self) -> Any:
        """What is said once it is taken."""
        if self.found_somebody:
            return _("Somebody of the set is in what was to be delivered: what was attested stands no more. Filter it again.")
        return _("The document is taken: its signature and its set are right.")
