"""What is filled in about a grid and a version as a whole: whose grid, which period, why sent back, which decision, which file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from fees.changes import Change
from fees.models import GridVersion, TariffGrid
from fees.models.grids import CODE
from fees.services import drafts
from fees.services.importing import Report, changed_by, import_into, import_new
from fees.services.periods import end_period
from fees.states import AmendmentPolicy, Billing, Scope, Selecting
from fees.tariff import dto, exchange
from requests_app.forms.base import MoveForm
from ui.forms import DocumentField

#: In bytes; what it holds is measured in characters when it is read.
LARGEST = 500_000


class GridForm(MoveForm):
    """A grid, new or as it stands: whose it is, and how it is invoiced. Once it is published, only its words are asked for."""

    code = forms.RegexField(
        CODE,
        label=_("Code"),
        max_length=40,
        help_text=_("For example EDS-LYON: it begins with a capital, stands in addresses and quotes, and never changes."),
        error_messages={"invalid": _("A code has letters and digits with single hyphens, and begins with a capital.")},
    )
    name_fr = forms.CharField(label=_("Name, in French"), max_length=200)
    name_en = forms.CharField(label=_("Name, in English"), max_length=200, required=False)
    summary_fr = forms.CharField(label=_("What it charges for, in French"), widget=forms.Textarea(attrs={"rows": 3}))
    summary_en = forms.CharField(label=_("What it charges for, in English"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    owner = forms.ModelChoiceField(label=_("Organisation whose grid it is"), queryset=Organisation.objects.order_by("name", "pk"))
    scope = forms.ChoiceField(label=_("What it covers"), choices=Scope.choices)
    holder_is_public = forms.BooleanField(
        label=_("The holder is a public body"), required=False, initial=True, help_text=_("Then no line may cover the initial collection.")
    )
    billing = forms.ChoiceField(label=_("Invoicing"), choices=Billing.choices)
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300, required=False)
    publication_url = forms.URLField(label=_("Where it was published"), max_length=300, required=False, assume_scheme="https")
    illustrative = forms.BooleanField(label=_("An example, not an official tariff"), required=False)
    begun: TariffGrid | None = None

    def __init__(self, *args: Any, grid: TariffGrid | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grid = grid
        if grid is None:
            return
        self.initial.update({name: getattr(grid, name) for name in self.fields})
        for name in [one for one in self.fields if one == "code" or (grid.is_settled and one not in drafts.WORDS_OF_A_GRID)]:
            del self.fields[name]

    def keep(self, *, by: Any, at: datetime) -> bool:
        """Write it into the grid."""
        grid = self.grid
        assert grid is not None, "a grid that is there already"
        return self.attempt(lambda: drafts.change_grid(grid, self._said(), by=by, at=at))

    def begin(self, *, by: Any, at: datetime) -> bool:
        """Enter the grid."""
        return self.attempt(lambda: self._begin(by, at))

    def _begin(self, by: Any, at: datetime) -> None:
        self.begun = drafts.begin_grid(TariffGrid(**self._said()), by=by, at=at)

    def _said(self) -> dict[str, Any]:
        """The columns that were filled in; the owner under the name that quotes give it."""
        owner: Organisation | None = self.cleaned_data.get("owner")
        named = {"owner_code": owner.siren or f"organisation-{owner.pk}", "owner_name": owner.name} if owner else {}
        return {**self.cleaned_data, **named}


class HeaderForm(MoveForm):
    """The period of a version, the day that selects it, and what it changes."""

    since = forms.DateField(label=_("In force from"))
    last_day = forms.DateField(label=_("Last day"), required=False, help_text=_("Nothing as long as no end is known."))
    label = forms.CharField(label=_("Label"), max_length=80, required=False, help_text=_("For example “pilot”."))
    selecting_date = forms.ChoiceField(
        label=_("Which day of a dossier selects the version?"), choices=Selecting.choices, initial=Selecting.QUOTE
    )
    amendment_policy = forms.ChoiceField(label=_("Prices of an amendment"), choices=AmendmentPolicy.choices, initial=AmendmentPolicy.LOCKED)
    change_note_fr = forms.CharField(
        label=_("What changes, in French"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("Published with the version; asked of every version that follows another."),
    )
    change_note_en = forms.CharField(label=_("What changes, in English"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    places = {"until": "last_day"}
    drawn_up: GridVersion | None = None

    def __init__(self, *args: Any, version: GridVersion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        if version is not None:
            same = ("label", "selecting_date", "amendment_policy", "change_note_fr", "change_note_en", "since", "last_day")
            self.initial.update({name: getattr(version, name) for name in same})

    def header(self) -> drafts.Header:
        """What was filled in; the last day belongs to the period."""
        told = dict(self.cleaned_data)
        last = told.pop("last_day")
        return drafts.Header(**told, until=last + timedelta(days=1) if last else None)

    def keep(self, *, by: Any, at: datetime) -> bool:
        """Write it into the draft."""
        version = self.version
        assert version is not None
        return self.attempt(lambda: drafts.change_header(version, self.header(), by=by, at=at))

    def draw_up(self, grid: TariffGrid, *, by: Any, at: datetime) -> bool:
        """Begin a draft from the last published version."""
        return self.attempt(lambda: self._draw_up(grid, by, at))

    def _draw_up(self, grid: TariffGrid, by: Any, at: datetime) -> None:
        self.drawn_up = drafts.draw_up(grid, self.header(), by=by, at=at)


class ImportForm(MoveForm):
    """A file of a grid, which takes the place of what a draft says or begins a new version."""

    file = DocumentField(label=_("File"), accepts=(".yaml", ".yml", ".json"), max_bytes=LARGEST)
    found: tuple[dto.GridVersion, list[Change]] | None = None
    drawn_up: GridVersion | None = None

    def clean_file(self) -> str:
        """The text of the file."""
        content = self.cleaned_data["file"].read()
        try:
            return str(content.decode("utf-8-sig"))
        except UnicodeDecodeError as fault:
            raise forms.ValidationError(_("The file is not a text in UTF-8.")) from fault

    def compare(self, version: GridVersion) -> bool:
        """Read it, and find what it would change in a draft; nothing is written yet."""
        return self.attempt(lambda: setattr(self, "found", changed_by(version, self.cleaned_data["file"])))

    @property
    def text(self) -> str:
        """What was read, as it is sent again once the differences were seen."""
        return exchange.canonical(exchange.version_document(self.found[0])) if self.found else ""

    def anew(self, grid: TariffGrid, *, by: Any, at: datetime) -> bool:
        """Begin a version with it."""
        return self.attempt(lambda: setattr(self, "drawn_up", import_new(grid, self.cleaned_data["file"], by=by, at=at)))


class ReadForm(MoveForm):
    """A file whose differences were seen: now it takes the place of what the draft says."""

    file = forms.CharField(widget=forms.HiddenInput, max_length=2 * LARGEST)
    report: Report | None = None

    def into(self, version: GridVersion, *, by: Any, at: datetime) -> bool:
        """Put it into a draft."""
        return self.attempt(lambda: setattr(self, "report", import_into(version, self.cleaned_data["file"], by=by, at=at)))


class ReasonForm(MoveForm):
    """Why a draft is sent back, or a version withdrawn."""

    because = forms.CharField(label=_("Why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def make(self, move: Any, *, by: Any, at: datetime) -> bool:
        """Make the move with the reason."""
        return self.attempt(lambda: move(by=by, at=at, because=self.cleaned_data["because"]))


class ConfirmForm(MoveForm):
    """Nothing to fill in: a move, and what may stand against it."""

    def make(self, move: Any, *, by: Any, at: datetime) -> bool:
        """Make the move."""
        return self.attempt(lambda: move(by=by, at=at))


class PublishForm(MoveForm):
    """The decision that sets the tariff."""

    decision_ref = forms.CharField(
        label=_("Decision that sets this tariff"), max_length=200, help_text=_("For example “deliberation 2026-14 of 3 June 2026”.")
    )

    def publish(self, version: GridVersion, *, by: Any, at: datetime) -> bool:
        """Approve and publish."""
        return self.attempt(lambda: version.publish(by=by, at=at, decision_ref=self.cleaned_data["decision_ref"]))


class EndForm(MoveForm):
    """The last day of a version in force."""

    last_day = forms.DateField(label=_("Last day"))
    places = {"until": "last_day"}

    def end(self, version: GridVersion, *, by: Any, at: datetime) -> bool:
        """Set it, once."""
        return self.attempt(lambda: end_period(version, self.cleaned_data["last_day"] + timedelta(days=1), by=by, at=at))
