"""The form of one section: every field that is valid by itself is saved, the others keep what the person typed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.urls import reverse
from django.utils.text import format_lazy

from requests_app.concerns import CONCERNS, Concern
from requests_app.forms.autosaved import AutosavedForm
from requests_app.forms.fields import TermField, TermsField, terms_offered
from requests_app.models import Content, Dossier
from requests_app.sections import BY_CODE, Section
from requests_app.services import Saved, save_section

AUTHOR_SALT = "requests_app.section"


class SectionForm(AutosavedForm):
    """What the pages of all sections share: values from the content, the revision they were read at, and saving.

    Nothing is required in a draft: what is missing is said beside the form, and only filing insists.
    """

    code: ClassVar[str]
    #: Fields that are saved together or not at all, because the database compares them.
    together: ClassVar[tuple[tuple[str, ...], ...]] = ()
    #: What stands over a field, where a long section changes its subject.
    headings: ClassVar[Mapping[str, Any]] = {}

    author = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, dossier: Dossier, user: Any) -> None:
        self.dossier, self.user, self.content = dossier, user, dossier.content
        super().__init__(data, initial=self._now(), prefix=None)
        self._ask_what_concerns()
        self._offer_terms()
        self.furnish()

    def _now(self) -> dict[str, Any]:
        """What the fields show before anybody types."""
        hidden = {
            "revision": int(self.content.revisions.get(self.code, 0)),
            "page": secrets.token_hex(8),
            "author": author_mark(self.user.pk, self.dossier.reference),
        }
        return hidden | {name: _initial(self.content, name) for name in self.section.fields}

    def _offer_terms(self) -> None:
        fields = {name: field for name, field in self.fields.items() if isinstance(field, TermField | TermsField)}
        kept = [pk for name in fields for pk in _keys(self.initial[name])]
        offered = terms_offered({field.vocabulary for field in fields.values()}, kept) if fields else {}
        for field in fields.values():
            field.offer(offered[field.vocabulary])

    def _ask_what_concerns(self) -> None:
        """Say of each conditional field when it concerns; one that the procedure excludes for good is not asked."""
        for name in [name for name in self.section.fields if name in CONCERNS and name in self.fields]:
            concern = CONCERNS[name]
            self.fields[name].help_text = format_lazy("{} {}", concern.words, self.fields[name].help_text)
            if concern.field not in self.fields and not concern.holds(self.content):
                del self.fields[name]

    def shown_when(self, name: str) -> str:
        """With which answers of another field this one concerns, for the script that hides it: “matching=yes”; empty for always."""
        concern = CONCERNS.get(name)
        if concern is None or concern.field not in self.fields:
            return ""
        return f"{concern.field}={'|'.join(sorted(self._as_sent(concern)))}"

    def _as_sent(self, concern: Concern) -> list[str]:
        """The deciding values as the page sends them."""
        field = self.fields[concern.field]
        if isinstance(field, TermField):
            return [key for key, term in field.by_key.items() if term.code in concern.values]
        return [{True: "yes", False: "no"}.get(value, str(value)) for value in concern.values]  # type: ignore[call-overload]

    def furnish(self) -> None:
        """Complete the fields with what depends on the dossier."""

    @property
    def parts(self) -> list[Any]:
        """The small forms within the section, one for each thing of which there may be several."""
        return []

    @property
    def typed(self) -> list[forms.BoundField]:
        """Every field in which somebody may have written something, those of the small forms too."""
        return [*self.shown_fields, *(bound for part in self.parts for bound in part)]

    @property
    def section(self) -> Section:
        """The section that this form writes."""
        return BY_CODE[self.code]

    @property
    def address(self) -> str:
        """The page of the section."""
        return reverse("dossiers:section", args=[self.dossier.reference, self.code])

    def values(self) -> dict[str, Any]:
        """The values that may be saved: valid by themselves, and with those they are compared with."""
        valid = {name: self.cleaned_data[name] for name in self.section.fields if name in self.cleaned_data}
        for group in self.together:
            if not set(group) <= set(valid):
                valid = {name: value for name, value in valid.items() if name not in group}
        return {name: value for name, value in valid.items() if not self.leaves_theirs(name)}

    def save(self, *, by: Any, at: datetime) -> Saved:
        """Save what is valid; `full_clean` must have run. Raises NotAllowed, WrongState."""
        return save_section(self.dossier, self.code, self.values(), by=by, at=at, revision=self.read_at, page=self.open_page)

    def save_in_passing(self, *, by: Any, at: datetime) -> Saved:
        """Save while the person is still typing."""
        return self.save(by=by, at=at)

    def mine(self, theirs: Mapping[str, Any]) -> dict[str, Any]:
        """What the person typed in the fields of which there is another version."""
        return {name: value for name, value in self.values().items() if name in theirs}


def author_mark(user_id: int, reference: str) -> str:
    """Who opened the page of which dossier, signed: a page sent after the session ended is kept for this person only."""
    return signing.dumps([user_id, reference], salt=AUTHOR_SALT)


def author_of(mark: str, reference: str) -> int | None:
    """The person who opened the page, if the mark is ours and of this dossier."""
    try:
        user_id, marked = signing.loads(mark, salt=AUTHOR_SALT)
    except signing.BadSignature:
        return None
    return int(user_id) if marked == reference else None


def _initial(content: Content, name: str) -> Any:
    field = content._meta.get_field(name)
    if field.many_to_many:
        return [term.pk for term in content.chosen(name)]
    return getattr(content, field.attname)  # type: ignore[union-attr]


def _keys(initial: Any) -> list[int]:
    return initial if isinstance(initial, list) else [initial] if initial else []
