"""What is filled in about a session: when and where, why it is cancelled, who comes, who leads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from committee.models import Member, Session
from committee.queries.sessions import Seat, approving
from committee.rules import Stand
from committee.services import sessions as services
from committee.services.presence import ANNOUNCED, announce, chairs_of, note_presence
from committee.services.sessions import Meeting, plan, reschedule
from committee.states import Presence, Venue
from requests_app.forms.base import MoveForm
from workflow.periods import PARIS


class HourInput(forms.TimeInput):
    """A time of day, entered with the browser's own picker."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class MeetingForm(MoveForm):
    """When and where the committee meets."""

    day = forms.DateField(label=_("Day"))
    begins = forms.TimeField(label=_("Begins at"), widget=HourInput(), help_text=_("Time in Paris."))
    ends = forms.TimeField(label=_("Ends at"), widget=HourInput())
    venue = forms.ChoiceField(label=_("How it is attended"), choices=Venue.choices, widget=forms.RadioSelect, initial=Venue.MIXED)
    place = forms.CharField(label=_("Room or address"), max_length=250, required=False, help_text=_("Seen by the members only."))
    link = forms.URLField(
        label=_("Address of the video meeting"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=_("Seen by the members only; it begins with https://"),
    )

    def __init__(self, *args: Any, session: Session | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        if session is not None:
            begins, ends = session.starts_at.astimezone(PARIS), session.ends_at.astimezone(PARIS)
            self.initial.update(day=session.day, begins=begins.time(), ends=ends.time())
            self.initial.update(venue=session.venue, place=session.place, link=session.link)

    def meeting(self) -> Meeting:
        """What was filled in, as instants."""
        said = self.cleaned_data
        return Meeting(self._at(said["begins"]), self._at(said["ends"]), said["venue"], said["place"], said["link"])

    def _at(self, hour: Any) -> datetime:
        return datetime.combine(self.cleaned_data["day"], hour, tzinfo=PARIS).astimezone(UTC)

    def reschedule(self, *, by: Any, at: datetime) -> bool:
        """Say anew when and where; what leaves the members too little time is confirmed first."""
        session = self.session
        assert session is not None
        self.confirm(services.short_notice_of(session, self.meeting(), at))
        return not self.errors and self.attempt(lambda: reschedule(session, self.meeting(), by=by, at=at))


class PlanForm(MeetingForm):
    """A new session of the calendar, or one called for an urgent dossier."""

    urgent = forms.BooleanField(
        label=_("Called for an urgent dossier"), required=False, help_text=_("An urgent session may be convened at once.")
    )
    planned: Session | None = None

    def plan(self, *, by: Any, at: datetime) -> bool:
        """Put it into the calendar."""
        return self.attempt(lambda: self._plan(by, at))

    def _plan(self, by: Any, at: datetime) -> None:
        self.planned = plan(self.meeting(), by=by, at=at, urgent=self.cleaned_data["urgent"])


class CancelForm(MoveForm):
    """Why a session is cancelled."""

    because = forms.CharField(
        label=_("Why is it cancelled?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("These words are published with the calendar: no dossier and no person is named in them."),
    )

    def cancel(self, session: Session, *, by: Any, at: datetime) -> bool:
        """Cancel it."""
        return self.attempt(lambda: session.cancel(by=by, at=at, because=self.cleaned_data["because"]))


class ConfirmForm(MoveForm):
    """Nothing to fill in: a move of a session, and what may stand against it."""

    def make(self, move: Any, *, by: Any, at: datetime) -> bool:
        """Make the move."""
        return self.attempt(lambda: move(by=by, at=at))


class ChairForm(MoveForm):
    """Who leads the session that is opened."""

    chair = forms.ModelChoiceField(label=_("In the chair"), queryset=Member.objects.none(), empty_label=None)

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        able = list(chairs_of(session))
        field: Any = self.fields["chair"]
        field.queryset = Member.objects.filter(pk__in=[one.pk for one in able]).select_related("user")
        self.initial["chair"] = able[0].pk if able else None
        self.has_chair = bool(able)

    def open_session(self, *, by: Any, at: datetime) -> bool:
        """Open it, if the quorum is reached."""
        return self.attempt(lambda: self.session.open_session(by=by, at=at, chair=self.cleaned_data["chair"]))


class ApproveForm(MoveForm):
    """In which later session the minutes were approved."""

    within = forms.ModelChoiceField(label=_("Approved in the session"), queryset=Session.objects.none(), empty_label=None)
    number = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, session: Session) -> None:
        self.session, self.minutes = session, session.last_minutes()
        super().__init__(data, initial={"number": self.minutes.number if self.minutes else ""})
        field: Any = self.fields["within"]
        field.queryset = approving(session)

    def approve(self, *, by: Any, at: datetime) -> bool:
        """Approve those that were read; what was refused is sent anew with the number that now stands."""
        sent = {"within": self.cleaned_data["within"], "minutes": self.cleaned_data["number"]}
        done = self.attempt(lambda: self.session.approve_minutes(by=by, at=at, **sent))
        self.data = {**self.data.dict(), "number": self.initial["number"]}  # type: ignore[attr-defined]
        return done


class AnnounceForm(MoveForm):
    """Whether a member comes, is excused, or is represented."""

    marks_optional = False

    presence = forms.ChoiceField(
        label=_("Will you be there?"),
        widget=forms.RadioSelect,
        choices=[
            (Presence.EXPECTED, _("Yes, I come")),
            (Presence.EXCUSED, _("No, please excuse me")),
            (Presence.REPRESENTED, _("No, another member represents me")),
        ],
    )
    represented_by = forms.ModelChoiceField(
        label=_("Who represents you"), queryset=Member.objects.none(), required=False, help_text=_("Only if you are represented.")
    )

    def __init__(self, *args: Any, session: Session, seats: Iterable[Seat], mine: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        others = [seat.member.pk for seat in seats if seat.member.pk != mine.member.pk and seat.is_coming]
        field: Any = self.fields["represented_by"]
        field.queryset, field.empty_label = Member.objects.filter(pk__in=others).select_related("user"), "–"
        stand = mine.attendance
        said = stand.presence if stand.presence in ANNOUNCED else Presence.EXPECTED
        self.initial.update(presence=said, represented_by=stand.represented_by_id)

    def announce(self, *, by: Any, at: datetime) -> bool:
        """Say so."""
        said = self.cleaned_data
        return self.attempt(lambda: announce(self.session, said["presence"], by=by, at=at, represented_by=said["represented_by"]))


class PresenceForm(MoveForm):
    """Where every member is: one line each, with who represents them and whether they attend remotely."""

    marks_optional = False

    def __init__(self, *args: Any, session: Session, seats: Iterable[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.seats = session, list(seats)
        names = [(seat.member.pk, str(seat.member)) for seat in self.seats]
        for seat in self.seats:
            pk, stand = seat.member.pk, seat.attendance
            self.fields[f"presence_{pk}"] = forms.ChoiceField(
                label=_("Presence of %(name)s") % {"name": seat.member}, choices=Presence.choices, initial=stand.presence
            )
            self.fields[f"proxy_{pk}"] = forms.TypedChoiceField(
                label=_("Who represents %(name)s") % {"name": seat.member},
                choices=[("", "–"), *((key, name) for key, name in names if key != pk)],
                coerce=int,
                empty_value=None,
                required=False,
                initial=stand.represented_by_id,
            )
            self.fields[f"remote_{pk}"] = forms.BooleanField(
                label=_("%(name)s attends remotely") % {"name": seat.member}, required=False, initial=stand.remote
            )

    def rows(self) -> Iterator[tuple[Seat, BoundField, BoundField, BoundField]]:
        """Each member with the fields of their line."""
        for seat in self.seats:
            pk = seat.member.pk
            yield seat, self[f"presence_{pk}"], self[f"proxy_{pk}"], self[f"remote_{pk}"]

    def stands(self) -> Mapping[int, Stand]:
        """What was filled in; a proxy counts for who is represented, and remote for who is present.

        One button of the page says that everybody who is expected has come.
        """
        said = self.cleaned_data
        came = "everybody" in self.data
        found = {}
        for pk in (seat.member.pk for seat in self.seats):
            presence = said[f"presence_{pk}"]
            presence = Presence.PRESENT if came and presence == Presence.EXPECTED else presence
            proxy = said[f"proxy_{pk}"] if presence == Presence.REPRESENTED else None
            found[pk] = Stand(presence, proxy, presence == Presence.PRESENT and said[f"remote_{pk}"])
        return found

    def note(self, *, by: Any, at: datetime) -> bool:
        """Note it."""
        return self.attempt(lambda: note_presence(self.session, self.stands(), by=by, at=at))
