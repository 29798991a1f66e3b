"""What somebody proposes: other words, other values, a clause less, a new clause; and what they say about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from contracts.drafting.forms.values import bounds_of, field_for, said_in, typed
from contracts.models import Convention
from contracts.negotiating.models import Proposal
from contracts.negotiating.services.commenting import comment
from contracts.negotiating.services.proposing import Wish, propose
from contracts.negotiating.states import ProposalKind
from contracts.rules import LONGEST
from contracts.text.bodies import body_of
from contracts.text.clauses import ClauseText, Parameter
from contracts.text.document import Article, Document
from contracts.text.errors import BadValue
from contracts.text.parts import heading_of
from contracts.text.values import read_kept, said
from requests_app.forms.base import MoveForm

LANGUAGE = gettext_lazy("Leave a blank line between paragraphs. Begin a line with “- ” for a list, with “1. ” for a numbered list.")


def _reason() -> forms.CharField:
    hint = gettext_lazy("Read by all the parties and the operator.")
    return forms.CharField(
        label=gettext_lazy("Why this change"),
        help_text=hint,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ProposalForm(MoveForm):
    """What every proposal has: the clause that it is about, and why."""

    kind: str
    #: The values of the clause that are asked for, where it has only these to change.
    codes: tuple[str, ...] = ()
    field_order = ("after", "title", "body", "reason")
    reason = _reason()

    def __init__(self, *sent: Any, article: Article | None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(*sent, initial=initial)
        self.article = article

    def wish(self) -> Wish:
        """What is asked for."""
        return Wish(self.kind, self.article.code if self.article else "", reason=self.cleaned_data["reason"])

    def save(self, convention: Convention, *, by: Any, at: datetime) -> bool:
        """Propose, and say whether it was done."""
        return self.attempt(lambda: propose(convention, self.wish(), by=by, at=at))


class WordsForm(ProposalForm):
    """The clause as it would stand."""

    kind = ProposalKind.REWRITE
    title = forms.CharField(label=pgettext_lazy("clause", "Title"), max_length=300)
    body = forms.CharField(label=gettext_lazy("Words"), help_text=LANGUAGE, strip=False, widget=forms.Textarea(attrs={"rows": 16}))
    reason = _reason()

    def __init__(self, *sent: Any, article: Article, again: Proposal | None = None) -> None:
        present = {"title": article.title, "body": body_of(article.blocks)}
        before = {"title": again.title, "body": again.body, "reason": again.reason} if again and again.body else {}
        super().__init__(*sent, article=article, initial=present | before)

    def wish(self) -> Wish:
        """Other words."""
        given = self.cleaned_data
        return Wish(self.kind, self.article.code if self.article else "", given["title"], given["body"], reason=given["reason"])


class RemoveForm(ProposalForm):
    """Why the clause should go."""

    kind = ProposalKind.REMOVE


class AddForm(ProposalForm):
    """A new clause, and where it would stand."""

    kind = ProposalKind.ADD
    after = forms.ChoiceField(label=gettext_lazy("Its place"), required=False)
    title = forms.CharField(label=pgettext_lazy("clause", "Title"), max_length=300)
    body = forms.CharField(label=gettext_lazy("Words"), help_text=LANGUAGE, strip=False, widget=forms.Textarea(attrs={"rows": 12}))
    reason = _reason()

    def __init__(self, *sent: Any, document: Document, again: Proposal | None = None) -> None:
        last = document.articles[-1].code if document.articles else ""
        before = {"title": again.title, "body": again.body, "reason": again.reason, "after": again.after_code} if again else {"after": last}
        super().__init__(*sent, article=None, initial=before)
        first = ("", _("Before all others"))
        places = [(one.code, _("After “%(clause)s”") % {"clause": heading_of(one)}) for one in document.articles]
        self.fields["after"].choices = [first, *places]  # type: ignore[attr-defined]

    def wish(self) -> Wish:
        """A clause more."""
        given = self.cleaned_data
        return Wish(self.kind, "", given["title"], given["body"], after=given["after"], reason=given["reason"])


class ValuesForm(ProposalForm):
    """The values of a clause, each within its bounds."""

    kind = ProposalKind.PARAMETERS

    def __init__(self, *sent: Any, article: Article, clause: ClauseText, language: str, again: Proposal | None = None) -> None:
        values = dict(again.parameters) if again and again.kind == ProposalKind.PARAMETERS else dict(article.parameters)
        initial = {one.code: _shown(one, values.get(one.code, "")) for one in clause.parameters}
        super().__init__(*sent, article=article, initial=initial | ({"reason": again.reason} if again else {}))
        own = {one.code: _field(one, language) for one in clause.parameters}
        self.fields = own | self.fields
        self.codes = tuple(own)
        self.clause = clause

    def wish(self) -> Wish:
        """Other values."""
        values = {one.code: said_in(one.type, self.cleaned_data[one.code]) for one in self.clause.parameters}
        return Wish(self.kind, self.article.code if self.article else "", values=values, reason=self.cleaned_data["reason"])


def _field(parameter: Parameter, language: str) -> forms.Field:
    low, high = (_said(parameter, text, language) for text in (parameter.minimum, parameter.maximum))
    return field_for(parameter.type, parameter.label.said(language), **{**bounds_of(low, high), "required": True})


def _said(parameter: Parameter, text: str, language: str) -> str:
    return said(read_kept(parameter.code, parameter.type, text), parameter.type, language) if text else ""


def _shown(parameter: Parameter, text: str) -> Any:
    """A value as its field shows it."""
    try:
        return typed(parameter.type, read_kept(parameter.code, parameter.type, text) if text else None)
    except BadValue:
        return text


class CommentForm(MoveForm):
    """What somebody says about a clause."""

    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        help_text=gettext_lazy("Read by all the parties and the operator. It can no longer be changed."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def save(self, convention: Convention, code: str, proposal: Proposal | None, *, by: Any, at: datetime) -> bool:
        """Keep the comment, and say whether it was done."""
        return self.attempt(lambda: comment(convention, code, self.cleaned_data["text"], by=by, at=at, proposal=proposal))
