"""What a controller's agent decides: what lacks, more time, the answer; the words for the person arrive sealed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.base import MoveForm
from rights.answering import sealed_files, services
from rights.answering.rules import ANSWERS
from rights.answering.services import SealedWords
from rights.envelopes.choices import MessageKind
from rights.models import Routing
from rights.rules import LAW_OF, is_not_a_lifting, reasons_for
from rights.states import Complement, Prolonging, Reason
from workflow.engine import moves_of
from workflow.refusals import Broken, RuleBroken


class SealedForm(MoveForm):
    """A form with which something sealed for the person may go: as a file of the tool, or sealed by the page itself."""

    kind = MessageKind.ANSWER
    #: Fields that are wanted with some answers of another one, and that one with these answers.
    wanted_at_times: tuple[str, ...] = ()
    wanted_when = ""
    sealed_file = forms.FileField(
        label=_("Sealed file"),
        required=False,
        help_text=_("Made by the tool rights_desk.py on your side. Only the person can open it. Leave it out if you write by another way."),
    )
    sealed = forms.CharField(required=False, widget=forms.HiddenInput, max_length=sealed_files.LONGEST)
    sealed_to = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)

    def __init__(self, *told: Any, routing: Routing) -> None:
        super().__init__(*told)
        self.routing = routing
        self.order_fields([*(name for name in self.fields if not name.startswith("sealed")), "sealed_file", "sealed", "sealed_to"])

    def words(self) -> SealedWords | None:
        """What goes with it for the person, if anything does. Raises RuleBroken."""
        given = self.cleaned_data
        if given.get("sealed"):
            return sealed_files.of_parts(given["sealed"], given.get("sealed_to", ""), "sealed_file")
        if not given.get("sealed_file"):
            return None
        text = given["sealed_file"].read(sealed_files.LONGEST).decode("utf-8", "replace")
        return sealed_files.read(text, self.routing, self.kind)

    def save(self, *, by: Any, at: datetime) -> bool:
        """Make the call, and say whether it was done."""
        return self.attempt(lambda: self.act(by, at))

    def act(self, by: Any, at: datetime) -> None:
        """The domain call of this form."""
        raise NotImplementedError


class ComplementForm(SealedForm):
    """What is asked of the person, by its kind; the question itself is sealed."""

    kind = MessageKind.QUESTION
    complement = forms.ChoiceField(
        label=_("What you ask for"),
        choices=Complement.choices,
        widget=forms.RadioSelect,
        help_text=_("Only a question on identity makes the time limit stand still. Ask for no more than you need to decide."),
    )

    def act(self, by: Any, at: datetime) -> None:
        """Ask."""
        services.ask(self.routing, self.cleaned_data["complement"], self.words(), by=by, at=at)


class ExtendForm(SealedForm):
    """Why more than a month is needed."""

    reason = forms.ChoiceField(label=_("Why you need more time"), choices=Prolonging.choices, widget=forms.RadioSelect)

    def act(self, by: Any, at: datetime) -> None:
        """Extend."""
        services.extend(self.routing, self.cleaned_data["reason"], self.words(), by=by, at=at)


class AnswerForm(SealedForm):
    """The one answer to a request, and its reason where not everything is granted."""

    wanted_at_times = ("reason",)
    wanted_when = "answer=" + "|".join(name for name, has_reason in ANSWERS.items() if has_reason)
    answer = forms.ChoiceField(label=_("Your answer"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("For an answer in part or a refusal. The person reads the reason, its text, and the remedies."),
    )

    def __init__(self, *told: Any, routing: Routing) -> None:
        super().__init__(*told, routing=routing)
        moves = moves_of(routing)
        fits = [name for name in ANSWERS if moves[name].fits is not is_not_a_lifting or is_not_a_lifting(routing)]
        self.fields["answer"].choices = [(name, moves[name].label) for name in fits]  # type: ignore[attr-defined]
        reasons = [(code, f"{Reason(code).label} ({LAW_OF[code]})") for code in reasons_for(routing.right)]
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]
        if not any(ANSWERS[name] for name in fits):
            del self.fields["reason"]

    def act(self, by: Any, at: datetime) -> None:
        """Answer; a reason that was chosen for another answer stays behind."""
        given = self.cleaned_data
        reason = given.get("reason", "") if ANSWERS[given["answer"]] else ""
        services.answer(self.routing, given["answer"], reason, self.words(), by=by, at=at)


class AttachForm(SealedForm):
    """Something more for the person, after the answer."""

    def __init__(self, *told: Any, routing: Routing) -> None:
        super().__init__(*told, routing=routing)
        self.fields["sealed_file"].help_text = _("Made by the tool rights_desk.py on your side. Only the person can open it.")

    def act(self, by: Any, at: datetime) -> None:
        """Attach."""
        words = self.words()
        if words is None:
            raise RuleBroken(Broken(_("Write to the person, or choose the sealed file."), where="sealed_file"))
        services.attach(self.routing, words, by=by, at=at)


#: Place in the address → the action that it needs, its form, its heading, what follows, what is said once it is done.
ACTS: dict[str, tuple[str, Callable[..., SealedForm], Any, Any, Any]] = {
    "complement": (
        "ask_complement",
        ComplementForm,
        _("Ask for a complement"),
        _("The person is told that something is asked for; what it is, they read when they follow their request."),
        _("The complement is asked for."),
    ),
    "prolonger": (
        "extend",
        ExtendForm,
        _("Extend the time limit"),
        _("Two months more, once, and only inside the first month. The person reads the reason."),
        _("The time limit is extended."),
    ),
    "repondre": (
        "accept",
        AnswerForm,
        _("Answer the request"),
        _("There is one answer, and it cannot be taken back."),
        _("The answer is given; the person is told that something has changed."),
    ),
    "joindre": (
        "attach",
        AttachForm,
        _("Add something sealed to the answer"),
        _("Such as the copy of the person’s data. Only they can open it."),
        _("The sealed file is added to the answer."),
    ),
}
