"""The list of codes of one criterion: pasted or sent as a file, checked line by line, put in, added or taken away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from extractions.needs.codes import LONGEST_TEXT, MOST_CODES, Code, Parsed, added_to, parse, without
from extractions.needs.content import Content, Criterion, with_codes
from extractions.needs.forms.sections import SectionForm
from extractions.needs.lists import NotAList, text_of
from extractions.needs.models import NeedDraft
from extractions.needs.words import EXAMPLES, fault_in_words, whole
from ui.forms import DocumentField
from workflow.refusals import Broken, RuleBroken, WrongState

#: What is pasted into a page; longer lists are sent as files.
MOST_PASTED = 500_000


class CodesForm(SectionForm):
    """Codes, pasted or as a file, and what to do with them."""

    codes = forms.CharField(label=_("Codes"), required=False, max_length=MOST_PASTED, widget=forms.Textarea(attrs={"rows": 10}))
    file = DocumentField(label=_("Or a file of codes"), accepts=(".csv", ".txt", ".tsv"), max_bytes=LONGEST_TEXT, required=False)
    what = forms.ChoiceField(
        label=_("What is done with them"),
        choices=[
            ("replace", _("They take the place of the list")),
            ("add", _("They are added to the list")),
            ("remove", _("They are taken out of the list")),
        ],
        initial="replace",
        widget=forms.RadioSelect,
    )
    empties = forms.BooleanField(label=_("Empty the list"), required=False)
    parsed: Parsed

    def __init__(self, data: Any = None, files: Any = None, *, draft: NeedDraft, slug: str, criterion: Criterion) -> None:
        self.slug, self.criterion = slug, criterion
        super().__init__(data, draft=draft, section=f"codes:{slug}:{criterion.code}", initial={"what": "replace"}, files=files)
        words = _("With any separators, with or without labels: %(examples)s. At most %(most)s codes.")
        self.fields["codes"].help_text = words % {"examples": EXAMPLES[criterion.nomenclature], "most": whole(MOST_CODES)}
        if not criterion.codes:
            del self.fields["what"], self.fields["empties"]

    def clean(self) -> dict[str, Any]:
        """Read the codes; each faulty line is named, and what was pasted stays."""
        given: dict[str, Any] = super().clean() or {}
        self.parsed = Parsed((), 0, (), 0)
        if self.errors or given.get("empties"):
            return given
        try:
            text = text_of(given["file"]) if given.get("file") else given.get("codes", "")
        except NotAList as refusal:
            self.add_error("file", str(refusal))
            return given
        place = "file" if given.get("file") else "codes"
        self.parsed = parse(text, self.criterion.nomenclature)
        for fault in self.parsed.faults:
            self.add_error(place, fault_in_words(fault))
        if self.parsed.wrong > len(self.parsed.faults):
            more = self.parsed.wrong - len(self.parsed.faults)
            self.add_error(place, str(_("And %(more)s other lines.") % {"more": more}))
        if not self.parsed.codes and not self.parsed.wrong:
            self.add_error(place, str(_("Paste the codes, or choose a file.")))
        return given

    def changed(self, content: Content) -> Content:
        """The need with the list as it was sent."""
        database = content.database(self.slug)
        criterion = database.criterion(self.criterion.code) if database else None
        if criterion is None or criterion.nomenclature is not self.criterion.nomenclature:
            raise WrongState(_("This criterion was changed or removed meanwhile."))
        codes = self._codes(criterion.codes)
        if len(codes) > MOST_CODES:
            sentence = _("The list would have %(found)s codes: the most is %(most)s.")
            raise RuleBroken(Broken(sentence % {"found": whole(len(codes)), "most": whole(MOST_CODES)}, where="codes"))
        return with_codes(content, self.slug, self.criterion.code, codes)

    def _codes(self, there: tuple[Code, ...]) -> tuple[Code, ...]:
        if self.cleaned_data.get("empties"):
            return ()
        what = self.cleaned_data.get("what", "replace")
        if what == "remove":
            return without(there, self.parsed.codes)
        return added_to(there, self.parsed.codes) if what == "add" else self.parsed.codes

    @property
    def saved(self) -> str:
        """What was done, in one sentence."""
        if self.cleaned_data.get("empties"):
            return str(_("The list is empty."))
        said = {"read": whole(len(self.parsed.codes)), "merged": whole(self.parsed.merged)}
        if self.parsed.merged:
            return str(_("%(read)s codes were read; %(merged)s that stood there twice were merged.") % said)
        return str(_("%(read)s codes were read.") % said)
