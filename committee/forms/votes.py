"""What is filled in during the deliberation on a dossier: the working paper, the vote, putting off, and the signature."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.second_factor import address_for
from committee.counting import OUT, Voice, Voter, entitled, tally
from committee.models import Decision, Deliberation, Item, Member, Session
from committee.models.votes import OPINIONS
from committee.reference import rules_on
from committee.rules import RollCall
from committee.services import deliberating, signing, voting
from committee.services.declared_in_session import undeclared_among
from committee.states import TO_COME, Position, Presence, Standing
from requests_app.forms.autosaved import AutosavedForm
from requests_app.forms.base import MoveForm
from requests_app.forms.conflict import Conflict, Difference
from requests_app.services import Saved
from requests_app.signatures import Signature, as_text, from_text
from ui.words import day_in_words
from workflow.periods import paris_day

LONGEST = 20_000
LEFT = "out"


def words(label: Any, help_text: Any = "", *, required: bool = False, rows: int = 5) -> forms.CharField:
    """A text of some lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=LONGEST, widget=widget)


class DeliberationForm(AutosavedForm):
    """The working paper of one dossier: everything is saved as it is written, nothing is required before the vote."""

    notes = words(_("Notes of the discussion"), _("For the minutes: what was said, without naming who said it."), rows=8)
    opinion = forms.ChoiceField(label=_("Opinion proposed"), choices=OPINIONS, required=False, widget=forms.RadioSelect)
    reasons = words(_("Reasons"), _("Compulsory unless the opinion is plainly favourable. The applicant and the CNIL read them."))
    recommendations = words(_("Recommendations, one a line"), _("The applicant answers each of them."))

    def __init__(self, data: Any = None, *, item: Item, text: Deliberation, proposed: Any = None) -> None:
        self.item, self.text = item, text
        initial = {name: getattr(text, name) for name in deliberating.FIELDS}
        if proposed is not None and not text.opinion:
            initial |= {"opinion": proposed.proposal, "reasons": proposed.recommendations}
        super().__init__(data, initial=initial | {"revision": text.revision, "page": secrets.token_hex(8)})
        for name in set(deliberating.FIELDS) - set(deliberating.writable(item)):
            del self.fields[name]

    def values(self) -> dict[str, str]:
        """What may be saved: what is valid, less what the person leaves to the other version."""
        return {one: self.cleaned_data[one] for one in deliberating.FIELDS if one in self.cleaned_data and not self.leaves_theirs(one)}

    def save(self, *, by: Any, at: datetime) -> Saved:
        """Save what is valid; `full_clean` must have run. Raises NotAllowed, WrongState."""
        return deliberating.save_deliberation(self.item, self.values(), by=by, at=at, revision=self.read_at, page=self.open_page)

    def conflict_with(self, saved: Saved) -> Conflict | None:
        """Both versions of what differs, when somebody else has saved meanwhile; none when both say the same."""
        mine = self.values()
        apart = [name for name, theirs in saved.theirs.items() if mine[name] != theirs] if saved.conflict else []
        found = [Difference(name, str(self[name].label), _said(name, mine[name]), _said(name, saved.theirs[name])) for name in apart]
        return Conflict(saved.revision, found) if found else None


def _said(name: str, value: str) -> str:
    return str(dict(OPINIONS).get(value, value)) if name == "opinion" else value


@dataclass(frozen=True)
class Tie:
    """Even votes: how many each, whose vote is decisive, and what that person has voted; empty when they abstained and now choose."""

    votes: int
    holder: Member
    position: str

    @property
    def label(self) -> Any:
        """What the holder has voted, in words."""
        return Position(self.position).label if self.position else ""


@dataclass(frozen=True)
class Row:
    """One member on the list of a vote: the field in which the vote is noted, or none for who takes no part."""

    member: Member
    voice: Voice
    presence: str
    holder: Member | None
    field: BoundField | None
    #: The box of who has declared nothing on the dossier and is in the room to do so.
    declares: BoundField | None = None
    is_silent: bool = False

    @property
    def is_left_out(self) -> bool:
        """Was this member to be represented by somebody who takes no part, or holds too many proxies?"""
        return self.field is None and self.presence == Presence.REPRESENTED


class VoteForm(MoveForm):
    """One round: for each member who takes part, a position, or that they left the room; on an even vote, the casting one."""

    marks_optional = False
    POSITIONS = (*Position.choices, (LEFT, _("Left the room")))

    casting = forms.ChoiceField(
        label=_("Casting vote"),
        required=False,
        choices=[(one.value, one.label) for one in (Position.FOR, Position.AGAINST)],
        widget=forms.RadioSelect,
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    round = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, item: Item, text: Deliberation, at: datetime, everybody: str = "") -> None:
        self.item, self.at = item, at
        self.tie: Tie | None = None
        self.voters, self.voices = self.read_members(at)
        shown = {"revision": text.revision, "round": voting.next_round(item), "seen": voting.fingerprint_of(self.voices)}
        super().__init__(data, initial=shown)
        self.names = _named(self.voters)
        self.silent = {one.pk for one in undeclared_among(item.examination, entitled(self.voices))}
        for voice in sorted(self.voices, key=lambda one: self.place(one.member)):
            if voice.member in entitled(self.voices):
                self.fields[f"member_{voice.member}"] = self._ballot(voice, everybody)
                if voice.member in self.silent and voice.standing == Standing.PRESENT:
                    self.fields[f"declared_{voice.member}"] = forms.BooleanField(
                        label=_("Declared in session: no interest in this dossier"), required=False
                    )

    def read_members(self, at: datetime) -> tuple[list[Voter], tuple[Voice, ...]]:
        """Everybody in mandate, and how each stands before anybody votes."""
        voters = voting.voters_of(self.item, at)
        return voters, voting.voices_among(voters, at)

    def _ballot(self, voice: Voice, everybody: str) -> forms.ChoiceField:
        missing = _("Say how this member votes, or that they left the room.")
        return forms.ChoiceField(
            label=str(self.names[voice.member]),
            choices=self.POSITIONS,
            widget=forms.RadioSelect,
            initial=everybody if everybody in Position.values else None,
            error_messages={"required": missing},
        )

    def place(self, member: int) -> int:
        """Where a member stands on the list, by name."""
        return list(self.names).index(member)

    @property
    def rows(self) -> list[Row]:
        """Every member in mandate, by name, with the field of who takes part."""
        by_member = {voice.member: voice for voice in self.voices}
        found = []
        for voter in sorted(self.voters, key=lambda one: self.place(one.member)):
            name = f"member_{voter.member}"
            holder = self.names.get(voter.represented_by) if voter.represented_by else None
            field = self[name] if name in self.fields else None
            box = f"declared_{voter.member}"
            silent = (self[box] if box in self.fields else None, voter.member in self.silent)
            found.append(Row(self.names[voter.member], by_member[voter.member], voter.presence, holder, field, *silent))
        return found

    @property
    def call(self) -> RollCall:
        """The quorum as everybody now stands, before anybody leaves."""
        return voting.roll_before(self.voters, self.voices, self.at)

    def take(self, broken: Iterable[Any]) -> None:
        """Enter what was refused; a text or a list that changed meanwhile is read anew by the next sending.

        An even vote is no fault: it is the next question, which holds the vote of whoever decides, unless that person abstained.
        """
        super().take(one for one in broken if one.where != "casting")
        self.tie = None if self.errors else self._even()
        sent: Any = self.data
        self.data = sent.copy()
        fresh = self.renewed() | {"casting": self.tie.position if self.tie else ""}
        for name, value in fresh.items():
            self.data[name] = value  # type: ignore[index]

    def renewed(self) -> dict[str, Any]:
        """What the next sending carries anew: the text, the round and the roll as they now are."""
        initial: Any = self.initial
        return {name: initial[name] for name in ("revision", "round", "seen")}

    def _even(self) -> Tie | None:
        """Who decides now, by the votes as they were sent."""
        counted = tally(self.voters, self.said(), rules_on(paris_day(self.at)))
        holder = voting.casting_holder(self.item, counted, self.at)
        if holder is None:
            return None
        position = counted.position_of(holder.pk)
        return Tie(counted.votes_for, holder, "" if position == Position.ABSTENTION else position)

    def said(self) -> dict[int, str]:
        """What was said of each member: a position, or that they left."""
        votes = {name.removeprefix("member_"): value for name, value in self.cleaned_data.items() if name.startswith("member_")}
        return {int(member): OUT if value == LEFT else value for member, value in votes.items()}

    def vote(self, *, by: Any, at: datetime) -> Decision | None:
        """Take the vote; None, with the reasons in the form, when it was refused."""
        said, sent = self.said(), self.cleaned_data
        declared = frozenset(one for one in said if sent.get(f"declared_{one}"))
        poll = voting.Poll(said, sent["casting"], sent["revision"] or 0, sent["seen"], declared, sent["round"] or 0)
        taken: list[Decision] = []
        done = self.attempt(lambda: taken.append(voting.take_vote(self.item, poll, by=by, at=at)))
        return taken[0] if done else None


def _named(voters: Iterable[Any]) -> dict[int, Member]:
    """The members of these seats, by name; one query."""
    keys = [one.member for one in voters]
    found = Member.objects.filter(pk__in=keys).select_related("user").order_by("user__last_name", "user__first_name", "pk")
    return {member.pk: member for member in found}


class SessionField(forms.ModelChoiceField):
    """A session to come; one that begins after the dossier's last day says so."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Session.objects.none(), **options)
        self.last_day: date | None = None

    def label_from_instance(self, obj: Any) -> str:
        """The session and its day, and whether the dossier's period will be over by then."""
        told = {"session": obj.reference, "day": day_in_words(obj.starts_at)}
        if self.last_day is not None and paris_day(obj.starts_at) > self.last_day:
            return str(_("%(session)s, %(day)s: after the end of the period") % told)
        return str(_("%(session)s, %(day)s") % told)


class DeferForm(MoveForm):
    """To which later session a dossier is put off, and why."""

    because = words(_("Why the dossier is put off"), _("The minutes repeat it."), required=True, rows=4)
    to = SessionField(label=_("To the session of"), required=False, empty_label=_("A session to be chosen later"))

    def __init__(self, data: Any = None, *, item: Item, last_day: date | None) -> None:
        super().__init__(data)
        self.item = item
        coming: Any = self.fields["to"]
        coming.queryset = Session.objects.filter(state__in=TO_COME, starts_at__gt=item.session.starts_at).order_by("starts_at", "pk")
        coming.last_day = last_day

    def defer(self, *, by: Any, at: datetime) -> bool:
        """Put the dossier off and say whether it was done."""
        said = self.cleaned_data
        return self.attempt(lambda: deliberating.defer(self.item, by=by, at=at, because=said["because"], to=said["to"]))


class SignForm(MoveForm):
    """The signature of an opinion: nothing to fill in, what was read comes back."""

    def __init__(self, data: Any = None, *, decision: Decision, user: Any) -> None:
        super().__init__(data)
        self.decision, self.user = decision, user

    @property
    def lacks_second_factor(self) -> bool:
        """Must the person first give the code of their second factor?"""
        return not self.user.is_verified()

    @property
    def second_factor_url(self) -> str:
        """Where the code is given; it leads back here."""
        return address_for(self.user, reverse("committee:sign", args=[self.decision.item.examination.dossier.reference]))

    @property
    def reading(self) -> str:
        """The fingerprint of what this page shows."""
        return as_text({signing.READ: signing.fingerprint_of(self.decision)})

    def sign(self, *, by: Any, at: datetime) -> bool:
        """Sign the opinion, or say what stands against it."""
        signed = Signature(by.otp_device.persistent_id if by.is_verified() else "", from_text(self.data.get("read", "")))
        return self.attempt(lambda: signing.sign(self.decision, by=by, at=at, signed=signed))
