"""A form in front of a move: what the domain refuses comes back as errors of the form, with all that was typed kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from ui.forms import DsfrForm
from workflow.refusals import Broken, RuleBroken


class MoveForm(DsfrForm):
    """A valid form tries its domain call with `attempt`; WrongState and NotAllowed pass through to their own pages."""

    #: Where the domain's name of a place differs from the form's: {"text": "reasons"}.
    places: dict[str, str] = {}

    def attempt(self, act: Callable[[], Any]) -> bool:
        """Make the call and say whether it was done; the rules that it found broken become errors beside their fields."""
        try:
            act()
        except RuleBroken as refusal:
            self.take(refusal.broken)
            return False
        return True

    def confirm(self, odd: list[str]) -> None:
        """Have what looks odd confirmed once: it is said on top, with a box to tick below, and never refused."""
        if not odd:
            return
        self.fields["as_written"] = forms.BooleanField(label=_("I confirm it as it stands."), required=False)
        if not self.data.get("as_written"):
            self.add_error(None, " ".join([*odd, _("Mend it, or confirm it below.")]))

    def take(self, broken: Iterable[Broken]) -> None:
        """Enter broken rules as errors: beside the field that they name if this form has it, else on top."""
        for one in broken:
            place = self.places.get(one.where, one.where)
            self.add_error(place if place in self.fields else None, sentence_of(one))


def sentence_of(broken: Broken) -> str:
    """The sentence of a broken rule, with the text of law it comes from in brackets."""
    return f"{broken.sentence} ({broken.law})" if broken.law else str(broken.sentence)
