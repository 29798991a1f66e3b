"""Clauses and templates, and their versions: what a version says is one canonical text beside its hash, frozen once approved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from contracts.clauses import policies
from contracts.clauses.findings import Finding, Known, findings_of_clause, findings_of_template
from contracts.clauses.rules import require_room
from contracts.clauses.transitions import TextMoves
from contracts.clauses.triggers import ends_once, kept_once_approved
from contracts.states import Kind, Negotiable, TextState
from contracts.text.clauses import ClauseText, Entry, TemplateText, read_clause, read_template
from workflow.engine import guard

#: Short enough for the bookmark of a word processor: `cl_` and forty characters in all.
CLAUSE_CODE = r"^[a-z][a-z0-9_]{1,35}$"
TEMPLATE_CODE = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
HASH_OF_CONTENT = Func(F("content"), template="encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')", output_field=models.CharField())
#: Where who approved stands among the writers; nowhere, says a constraint.
PLACE_AMONG_WRITERS = Func(F("writers"), F("approved_by"), function="array_position", output_field=models.IntegerField())


def in_language(fr: str, en: str) -> str:
    """The words in the reader's language; French when there are no others."""
    return fr if (get_language() or "fr").startswith("fr") or not en else en


class TextVersion(TextMoves):
    """What a version of a clause and one of a template have in common."""

    number = models.PositiveSmallIntegerField(_("number"))
    state = FSMField(_("state"), default=TextState.DRAFT, choices=TextState.choices, protected=True)
    #: As `contracts.text.clauses` writes it (RFC 8785).
    content = models.TextField(_("content"))
    content_sha256 = models.CharField(max_length=64)
    note = models.TextField(_("what changes"), blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drawn up by"))
    #: Everybody who has changed the draft: none of them approves it.
    writers = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    reviewed_from = models.DateTimeField(null=True, blank=True)
    sent_back_because = models.TextField(_("why it was sent back"), blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    retired_because = models.TextField(_("why it was retired"), blank=True)

    class Meta:
        abstract = True

    @classmethod
    def may(cls) -> dict[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this version."""
        return policies.roles_on(user, self)

    def is_written_by(self, user: Any) -> bool:
        """Has this person had a hand in it?"""
        return user.pk == self.author_id or user.pk in self.writers

    @property
    def is_draft(self) -> bool:
        """May it still be changed?"""
        return bool(self.state == TextState.DRAFT)

    @property
    def is_approved(self) -> bool:
        """May conventions be made of it?"""
        return bool(self.state == TextState.APPROVED)


def _held(name: str) -> list[models.BaseConstraint]:
    """What holds of every version, in the constraints of its table."""
    return [
        models.CheckConstraint(condition=Q(state__in=TextState.values), name=f"{name}_state_is_known"),
        models.CheckConstraint(condition=Q(number__gte=1), name=f"{name}_number_starts_at_one"),
        models.CheckConstraint(condition=Q(content_sha256=HASH_OF_CONTENT), name=f"{name}_hash_is_that_of_its_content"),
        models.CheckConstraint(condition=Q(approved_by=None) | ~Q(approved_by=F("author")), name=f"{name}_approver_is_not_its_author"),
        models.CheckConstraint(condition=IsNull(PLACE_AMONG_WRITERS, True), name=f"{name}_approver_has_not_written_it"),
        models.CheckConstraint(
            condition=~Q(state="approved") | Q(approved_by__isnull=False, approved_at__isnull=False), name=f"{name}_approved_by_somebody"
        ),
        models.CheckConstraint(condition=Q(approved_at=None) | Q(state__in=["approved", "retired"]), name=f"{name}_approved_stays_so"),
        models.CheckConstraint(
            condition=~Q(state="retired") | Q(approved_at=None) | ~Q(retired_because=""), name=f"{name}_retired_says_why"
        ),
    ]


class Clause(models.Model):
    """A clause of the library: its code, by which articles and bookmarks know it, and the versions of its words."""

    code = models.CharField(_("code"), max_length=36, unique=True)
    #: Its place in the library: as it would stand in a convention.
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position", "code"]
        constraints = [models.CheckConstraint(condition=Q(code__regex=CLAUSE_CODE), name="clause_code_fits_a_bookmark")]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """The page of the clause at the desk."""
        return reverse("library:clause", args=[self.code])


class ClauseVersion(TextVersion):
    """One version of a clause."""

    subject_type: ClassVar[str] = "clause_version"

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="versions", verbose_name=_("clause"))
    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ["clause", "-number"]
        constraints = [
            *_held("clause_version"),
            models.UniqueConstraint(fields=["clause", "number"], name="clause_version_number_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *guard("contracts_clauseversion", "clause_version", "draft"),
            *kept_once_approved("contracts_clauseversion", "clause_version", "clause_id"),
        ]

    def __str__(self) -> str:
        return f"{self.clause.code} v{self.number}"

    def get_absolute_url(self) -> str:
        """Its page at the desk."""
        return reverse("library:clause_version", args=[self.clause.code, self.number])

    @property
    def text(self) -> ClauseText:
        """What it says, read."""
        return read_clause(self.clause.code, self.number, self.content)

    @property
    def title(self) -> str:
        """Its title, in the reader's language."""
        return in_language(*self.text.title)

    @property
    def negotiable(self) -> str:
        """How far it may be negotiated."""
        return self.text.negotiable.value

    @property
    def negotiable_words(self) -> Any:
        """The same in words."""
        return Negotiable(self.negotiable).label

    def findings(self) -> list[Finding]:
        """What is wrong with its words, and what is merely noted."""
        return findings_of_clause(self.text)


class Template(models.Model):
    """A template of one kind of convention, and its versions."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=TEMPLATE_CODE), name="text_template_code_is_plain"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="text_template_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """The page of the template at the desk."""
        return reverse("library:template", args=[self.code])


class TemplateVersionQuerySet(models.QuerySet["TemplateVersion"]):
    """Versions of templates by what they are good for."""

    def in_force(self, day: date) -> TemplateVersionQuerySet:
        """The approved ones whose period holds this day: at most one for each template."""
        return self.filter(state=TextState.APPROVED, valid__contains=day).select_related("template").order_by("template__position", "pk")


class TemplateVersion(TextVersion):
    """One version of a template: which versions of which clauses, in which order, from which day."""

    subject_type: ClassVar[str] = "convention_template"

    template = models.ForeignKey(Template, models.PROTECT, related_name="versions", verbose_name=_("template"))
    #: The first day is part of it, the last is not.
    valid = DateRangeField(_("in force"))
    objects: ClassVar[Any] = TemplateVersionQuerySet.as_manager()

    class Meta:
        ordering = ["template", "-number"]
        constraints = [
            *_held("text_template_version"),
            models.UniqueConstraint(fields=["template", "number"], name="text_template_version_number_once"),
            models.CheckConstraint(
                condition=Q(valid__isempty=False, valid__startswith__isnull=False), name="text_template_version_begins_on_a_day"
            ),
            ExclusionConstraint(
                name="text_template_version_one_at_a_time",
                expressions=[("template", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(state="approved"),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *guard("contracts_templateversion", "convention_template", "draft"),
            *kept_once_approved("contracts_templateversion", "template_version", "template_id"),
            ends_once("contracts_templateversion", "template_version"),
        ]

    def __str__(self) -> str:
        return f"{self.template.code} v{self.number}"

    def get_absolute_url(self) -> str:
        """Its page at the desk."""
        return reverse("library:template_version", args=[self.template.code, self.number])

    @property
    def text(self) -> TemplateText:
        """What it says, read."""
        return read_template(self.template.code, self.number, self.template.kind, self.content)

    @property
    def title(self) -> str:
        """Its title, in the reader's language."""
        return in_language(*self.text.title)

    @property
    def since(self) -> date:
        """Its first day."""
        first: date = self.valid.lower
        return first

    @property
    def until(self) -> date | None:
        """The first day on which it no longer holds; None as long as no end is set."""
        end: date | None = self.valid.upper
        return end

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds."""
        return self.until - timedelta(days=1) if self.until else None

    @cached_property
    def rows(self) -> dict[tuple[str, int], ClauseVersion]:
        """The clauses that it names, as rows, by code and number; one query."""
        return rows_of(self.text.entries)

    def clauses(self) -> dict[tuple[str, int], ClauseText]:
        """The clauses that it names, read, as `contracts.text.assemble` takes them."""
        return {key: row.text for key, row in self.rows.items()}

    def findings(self) -> list[Finding]:
        """What is wrong with it, and what is merely noted."""
        return findings_of_template(self.text, known_for(self.text.entries))

    def make_room(self, *, by: Any, at: Any) -> None:
        """End the version in force where this one begins."""
        require_room(self, by=by, at=at)


def rows_of(entries: tuple[Entry, ...]) -> dict[tuple[str, int], ClauseVersion]:
    """The rows of these entries; one query."""
    wanted = {(one.code, one.number) for one in entries}
    found = ClauseVersion.objects.filter(clause__code__in={code for code, _number in wanted}).select_related("clause").order_by("pk")
    return {key: row for row in found if (key := (row.clause.code, row.number)) in wanted}


def known_for(entries: tuple[Entry, ...]) -> Known:
    """What a template of these entries is checked against; one query."""
    found = ClauseVersion.objects.filter(clause__code__in={one.code for one in entries}).select_related("clause").order_by("number")
    hashes = {(one.code, one.number): one.sha256 for one in entries}
    approved = [row for row in found if row.state == TextState.APPROVED]
    good = [row for row in approved if hashes.get((row.clause.code, row.number)) == row.content_sha256]
    return Known(
        clauses={(row.clause.code, row.number): row.text for row in good},
        approved={row.clause.code: row.number for row in approved},
        retired=frozenset((row.clause.code, row.number) for row in found if row.state == TextState.RETIRED),
    )
