"""The form in front of each move: a table that says which fields it needs, and one form class that reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from requests_app import recording, services
from requests_app.forms.base import MoveForm
from requests_app.models import Suspension
from requests_app.pieces import ACCEPTED
from requests_app.policies import transcribes
from requests_app.slots import cautions_about
from requests_app.states import EXPRESS_OPINIONS, ClosingReason
from ui.forms import DayInput, DocumentField
from workflow.periods import paris_day


class PublicationsField(forms.CharField):
    """Publications, one a line: the citation, then a bar and the address if there is one."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> list[dict[str, str]]:
        """The publications as the registry shows them; raises ValidationError for an address that is none."""
        lines = [line.strip() for line in str(super().clean(value) or "").splitlines() if line.strip()]
        return [self._publication(line) for line in lines]

    @staticmethod
    def _publication(line: str) -> dict[str, str]:
        title, _bar, url = (part.strip() for part in line.partition("|"))
        if url:
            try:
                URLValidator(schemes=["http", "https"])(url)
            except ValidationError:
                raise ValidationError(_("“%(url)s” is not a web address."), params={"url": url}) from None
        return {"title": title, "url": url}


DATE, REFERENCE, DOCUMENT = _("Date"), _("Reference"), _("Document")


def day(label: Any = DATE, help_text: Any = "") -> forms.DateField:
    """The day on which it happened; today unless told otherwise."""
    return forms.DateField(label=label, help_text=help_text, widget=DayInput())


def reference(label: Any = REFERENCE, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    """The number that the paper carries."""
    return forms.CharField(label=label, max_length=60, required=required, help_text=help_text)


def text(label: Any, *, required: bool = True, help_text: Any = "", rows: int = 6) -> forms.CharField:
    """Words that are kept beside the journal."""
    return forms.CharField(label=label, required=required, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows}))


def paper(label: Any = DOCUMENT) -> DocumentField:
    """The paper itself."""
    return DocumentField(label=label, required=False, accepts=tuple(ACCEPTED.values()))


def choice(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    """One of a few, all in sight."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


def officers() -> Any:
    """Who may be entrusted with dossiers."""
    granted = User.objects.filter(role_grants__role__in=[Role.OFFICER, Role.HEAD_OF_SECRETARIAT], role_grants__ended_at=None)
    return granted.filter(is_active=True).distinct().order_by("last_name", "first_name", "pk")


#: What the rooms say of officers beside their names (“away until Friday”), by the officer's key; asked once a form.
OFFICERS_TOLD: list[Callable[[], Mapping[int, str]]] = []


class OfficerField(forms.ModelChoiceField):
    """An officer; the list is read anew for each form, with what the rooms say of each."""

    def __init__(self, **options: Any) -> None:
        asked: dict[str, Any] = {"label": _("Officer in charge"), "empty_label": _("Nobody"), "required": False} | options
        super().__init__(queryset=User.objects.none(), **asked)
        self.told: dict[int, str] = {}

    def read(self) -> None:
        """Read who may be chosen, and what there is to know of them."""
        self.queryset = officers()
        self.told = {pk: words for room in OFFICERS_TOLD for pk, words in room().items()}

    def label_from_instance(self, obj: Any) -> str:
        """The name and, where a room has something to say of the person, its words."""
        told = self.told.get(obj.pk)
        return gettext("%(name)s (%(told)s)") % {"name": obj, "told": told} if told else str(obj)


def _assign(dossier: Any, *, by: Any, at: datetime, officer: Any) -> None:
    services.assign(dossier, officer=officer, by=by, at=at)


def _take(dossier: Any, *, by: Any, at: datetime) -> None:
    services.assign(dossier, officer=by, by=by, at=at)


@dataclass(frozen=True)
class Screen:
    """What the page of a move says and asks; an action that is no move also brings its label and its service."""

    consequence: Any
    fields: dict[str, forms.Field] = field(default_factory=dict)
    keeps_act: bool = True
    label: Any = ""
    service: Callable[..., Any] | None = None
    grave: bool = False


def action(label: Any, consequence: Any, service: Callable[..., Any], *, grave: bool = False, **fields: forms.Field) -> Screen:
    """The page of an action that changes no state."""
    return Screen(consequence, fields, False, label, service, grave)


def screen(consequence: Any, **fields: forms.Field) -> Screen:
    """The page of a move that keeps an act."""
    return Screen(consequence, fields)


SCREENS: dict[str, Screen] = {
    # filing
    "submit": Screen(
        _("The content is frozen as filed, and the secretariat checks that it is complete within seven working days."),
        {
            "delegation_attested": forms.BooleanField(
                label=_("I attest that the controller has entrusted me with filing this dossier."), required=False
            )
        },
        keeps_act=False,
    ),
    "ask_for_complement": screen(
        _("The applicant receives your message and may change the content again; the check starts anew once the complements arrive."),
        happened_on=day(),
        text=text(_("What is missing, and why"), help_text=_("One point a line; the applicant reads this text as it is."), rows=10),
        document=paper(),
    ),
    "resubmit": screen(
        _("The content is frozen as a new version, and the secretariat's check starts anew."),
        text=text(_("Message to the secretariat"), required=False),
    ),
    "abandon": screen(
        _("The dossier is closed without any decision: the applicant was reminded and has not answered."),
        happened_on=day(),
        text=text(_("Message to the applicant"), required=False),
    ),
    "declare_complete": screen(
        _("The secretariat's check ends, and the dossier goes on to the next step of its procedure."),
        happened_on=day(),
        text=text(_("Note"), required=False, rows=3),
    ),
    "withdraw": screen(
        _("The dossier is closed at your request. A new one may be begun later."), text=text(_("Why it is withdrawn"), rows=4)
    ),
    # committee
    "send_to_committee": screen(
        _("The committee's month starts on the day on which it receives the dossier."),
        happened_on=day(_("Received by the committee on")),
        reference=reference(),
        urgent=forms.BooleanField(
            label=_("Urgent: the committee has fifteen days instead of a month"),
            required=False,
            help_text=_("For the cases of the decree only. This period cannot be extended; once it has passed, silence is favourable too."),
        ),
        text=text(_("Why it is urgent"), required=False, help_text=_("Compulsory for an urgent dossier. The applicant reads it."), rows=4),
    ),
    "extend_committee": screen(
        _("The committee's period is extended once, by one month."),
        happened_on=day(_("Date of the decision")),
        text=text(_("Reason for the extension"), rows=4),
        document=paper(),
    ),
    "record_opinion": screen(
        _("Once recorded, the opinion is sent to the applicant, who decides what follows."),
        happened_on=day(_("Date of the opinion")),
        opinion=choice(_("Opinion"), [(kind.value, kind.label) for kind in EXPRESS_OPINIONS]),
        reference=reference(_("Number of the opinion")),
        text=text(
            _("Reasons and recommendations"), required=False, help_text=_("Compulsory unless the opinion is plainly favourable."), rows=8
        ),
        document=paper(_("Signed opinion")),
    ),
    "revise": screen(
        _("The content is frozen as a new version and goes back to the secretariat. The opinion already given stays on file."),
        text=text(_("What has changed"), required=False),
    ),
    "ask_signature": Screen(
        _("You read everything once more, then ask the signatory for the signature that files the dossier."),
        keeps_act=False,
        label=_("Prepare the filing and its signature"),
    ),
    # CNIL
    "seize_cnil": screen(
        _("The CNIL's period of two months starts on the day on which it receives the complete file."),
        happened_on=day(
            _("Received by the CNIL on"), _("Today if you transmit it now: the day of receipt can be recorded later, on the tab “CNIL”.")
        ),
        reference=reference(_("Number of the request at the CNIL")),
        document=paper(_("Receipt or transmission slip")),
    ),
    "cnil_finds_incomplete": screen(
        _("The CNIL's period stops; it will start anew once the file is complete. The applicant receives your message."),
        happened_on=day(_("Received by the secretariat on")),
        text=text(_("What the CNIL asks for")),
        document=paper(),
    ),
    "complete_for_cnil": screen(
        _("The CNIL's period starts anew on the day on which it receives the complements."),
        happened_on=day(_("Received by the CNIL on")),
        reference=reference(),
        document=paper(),
    ),
    "cnil_extends": screen(
        _("The CNIL's period is extended once, by two months."),
        happened_on=day(_("Date of the decision")),
        reference=reference(),
        document=paper(),
    ),
    "authorise": screen(
        _("Once recorded, the project is authorised and the public part of its dossier is published in the registry."),
        happened_on=day(_("Date of the decision")),
        reference=reference(_("Number of the authorisation"), required=True, help_text=_("As on the decision, for example DR-2025-104.")),
        text=text(
            _("Conditions"),
            required=False,
            help_text=_("One a line: condition | due day, for example 31/12/2026. The day may be left out."),
            rows=4,
        ),
        document=paper(_("Decision")),
    ),
    "refuse": screen(
        _("The dossier ends here. A new dossier may follow from it."),
        happened_on=day(_("Date of the decision")),
        reference=reference(_("Number of the decision")),
        text=text(_("Reasons for the refusal")),
        document=paper(_("Decision")),
    ),
    "close_without_action": screen(
        _("The dossier ends here without a decision. A new dossier may follow from it."),
        happened_on=day(_("Date of the letter")),
        reason=choice(_("Reason"), ClosingReason.choices),
        reference=reference(),
        text=text(_("Explanation"), required=False, rows=4),
        document=paper(),
    ),
    "confirm_tacit_authorisation": screen(
        _("The CNIL kept silent for its whole period after an expressly favourable opinion: your confirmation authorises the project."),
        happened_on=day(_("Date of the confirmation")),
        reference=reference(_("Number of the request at the CNIL")),
        document=paper(_("Attestation")),
    ),
    "verify_commitment": screen(
        _("Once the commitment is verified, the project is authorised and the public part of its dossier is published in the registry."),
        happened_on=day(_("Date of the check")),
        reference=reference(_("Number of the commitment"), required=True),
        document=paper(_("Receipt of the commitment")),
    ),
    # life
    "begin_contracting": screen(_("The parties prepare the convention under which the data are made available."), happened_on=day()),
    "start_without_extraction": screen(
        _("The project works on the applicant's own data: it starts without convention."), happened_on=day(_("Start of the project"))
    ),
    "enter_convention": screen(
        _("The preparation of the data begins."),
        happened_on=day(_("In force since")),
        reference=reference(_("Number of the convention")),
        document=paper(_("Signed convention")),
    ),
    "open_data": screen(
        _("The applicant is told that the data are available."), happened_on=day(_("Data available since")), reference=reference()
    ),
    "end": screen(
        _("The publication of the results becomes due, and the retention of the data runs."), happened_on=day(_("End of the project"))
    ),
    "certify_destruction": screen(
        _("The certificate is kept. Results that are still due remain due."),
        happened_on=day(_("Data destroyed on")),
        reference=reference(_("Number of the certificate")),
        document=paper(_("Destruction certificate")),
    ),
    "close": screen(_("Nothing is left to do: the dossier is closed for good."), text=text(_("Note"), required=False, rows=3)),
    # what is not a move
    "take": action(_("Take the dossier"), _("You become the officer in charge, and receive the messages about this dossier."), _take),
    "assign": action(
        _("Assign the dossier"), _("The person chosen receives the messages about this dossier."), _assign, officer=OfficerField()
    ),
    "remind": action(
        _("Remind the applicant"),
        _("A letter reminds the applicant that complements are awaited. A dossier is never closed as abandoned without it."),
        services.remind,
    ),
    "state_wish": action(
        _("Ask for the CNIL to be seized"),
        _("The secretariat will transmit the dossier as it was filed, with the committee's opinion, to the CNIL without delay."),
        services.state_wish,
    ),
    "suspend": action(
        _("Suspend the access to the data"),
        _("The gate to the data is closed at once, until the day given or until the suspension is lifted."),
        services.suspend,
        grave=True,
        cause=choice(_("Cause"), Suspension.Cause.choices),
        reason=text(_("Reason"), rows=4),
        until=forms.DateField(
            label=_("Until"), required=False, widget=DayInput(), help_text=_("Last day of the suspension; empty: until it is lifted.")
        ),
    ),
    "lift_suspension": action(_("Lift the suspension"), _("The gate to the data opens again."), services.lift_suspension),
    "publish_results": action(
        _("Publish the results"),
        _("The method and the results appear in the public registry."),
        services.publish_results,
        results=text(_("Method and results"), help_text=_("In words that anybody understands; no data about persons."), rows=12),
        publications=PublicationsField(
            label=_("Publications"), required=False, help_text=_("One a line: citation | web address. The address may be left out.")
        ),
    ),
}

ACT_FIELDS = ("reference", "text")


class ActForm(MoveForm):
    """The form of one screen for one dossier; `perform` makes the move, or takes back the rules that it breaks."""

    places = {"at": "happened_on", "file": "document"}

    def __init__(self, *args: Any, opening: Any, dossier: Any, by: Any, now: datetime, **kwargs: Any) -> None:
        self.opening, self.dossier, self.by, self.now = opening, dossier, by, now
        initial = {"seen": dossier.journal_seq, "happened_on": paris_day(now), "officer": dossier.officer_id}
        super().__init__(*args, initial=initial | _already_said(opening, dossier), **kwargs)
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
        self.fields.update(deepcopy(opening.screen.fields))
        if transcribes(by, dossier, opening.name):
            self.fields["document"].required = True
        if opening.grave:
            sentence = gettext("I confirm “%(move)s” for dossier %(reference)s.") % {"move": opening.label, "reference": dossier.reference}
            self.fields["confirmed"] = forms.BooleanField(label=sentence)
        if "officer" in self.fields:
            self.fields["officer"].read()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Have what looks odd confirmed once."""
        said = super().clean() or self.cleaned_data
        self.confirm(cautions_about(self.opening.name, self.dossier, said, self.by))
        return said

    def clean_happened_on(self) -> Any:
        """The day, told with the other errors when it is yet to come; raises ValidationError."""
        on = self.cleaned_data["happened_on"]
        if on and on > paris_day(self.now):
            raise ValidationError(gettext("This date is in the future."))
        return on

    def perform(self) -> bool:
        """Make the move and say whether it was made; WrongState and NotAllowed pass through."""
        said = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("confirmed", "seen", "document", *ACT_FIELDS, "happened_on")
        }
        written = recording.Written(
            on=self.cleaned_data.get("happened_on"),
            reference=self.cleaned_data.get("reference", ""),
            text=self.cleaned_data.get("text", ""),
            upload=self.cleaned_data.get("document"),
            seen=self.cleaned_data.get("seen"),
        )
        return self.attempt(lambda: recording.perform(self.dossier, self.opening, written, by=self.by, now=self.now, said=said))


def _already_said(opening: Any, dossier: Any) -> dict[str, Any]:
    """What the dossier already knows and the person may only have to correct."""
    if opening.name != "publish_results":
        return {}
    content = dossier.content
    lines = [" | ".join(filter(None, [one["title"], one["url"]])) for one in content.citations]
    return {"results": content.results, "publications": "\n".join(lines)}
