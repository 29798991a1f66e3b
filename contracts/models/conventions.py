"""A convention, its parties, and its versions: what a version says is one canonical text beside its hash, written once."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from accounts.models import Organisation
from contracts import policies
from contracts.models.library import TemplateVersion
from contracts.slots import CONDITIONS, OBSTACLES
from contracts.states import BOUND, OPEN, SHARED, SHOWING, AmendmentKind, AnnexKind, ConventionState, Kind, Origin, PartyRole
from contracts.text.clean import clean
from contracts.text.document import Document, PartyText, read
from contracts.transitions import ConventionMoves
from contracts.triggers import kept, settled_before_approval, written_once
from requests_app.models import Dossier
from workflow.engine import guard
from workflow.models import JournalLine
from workflow.refusals import Broken

HASH_OF_CONTENT = Func(F("content"), template="encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')", output_field=models.CharField())


def person(**options: Any) -> Any:
    """Somebody who did something to a convention."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **options)


def hidden_path(folder: str, suffix: str) -> str:
    """A name that says nothing, so that no address can be guessed."""
    return f"conventions/{folder}/{secrets.token_hex(16)}.{suffix}"


class ConventionQuerySet(models.QuerySet["Convention"]):
    """Conventions by what is to be done with them."""

    def for_reading(self) -> ConventionQuerySet:
        """With what decides who reads them."""
        return self.select_related("dossier__content__controller", "root").prefetch_related("parties__organisation")

    def at_work(self, user: Any) -> ConventionQuerySet:
        """Those that somebody of the staff sees: of the dossiers that they see, and the agreements that have none."""
        seen = Dossier.objects.visible_to(user).order_by().values("pk")
        return self.filter(Q(dossier=None) | Q(dossier__in=seen))

    def of_parties(self, organisations: frozenset[int]) -> ConventionQuerySet:
        """Those in which one of these bodies is a party, once it reads them."""
        own = Party.objects.filter(organisation__in=organisations)
        joined = own.filter(convention__root__isnull=False, convention__effective_from__isnull=False)
        named = Q(pk__in=own.order_by().values("convention")) | Q(pk__in=joined.order_by().values("convention__root"))
        rows = self.filter(named, state__in=sorted(SHARED))
        return rows.filter(~Q(state=ConventionState.ABANDONED) | Exists(_lines_that_show(OuterRef("pk"))))


def _lines_that_show(convention: Any) -> models.QuerySet[JournalLine]:
    """The lines of the journal with which the parties of a convention were shown its text."""
    return JournalLine.objects.filter(subject_type=Convention.subject_type, subject_id=convention, action__in=sorted(SHOWING))


class Convention(ConventionMoves):
    """One convention or amendment: prepared from its dossier, negotiated, signed by all its parties, in force for a time."""

    subject_type: ClassVar[str] = "convention"

    number = models.CharField(_("number"), max_length=24, unique=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=300)
    #: The dossier whose data it makes available; an agreement of frame has none.
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, blank=True, related_name="conventions")
    #: Of an amendment, the convention that all amendments hang from: never another amendment.
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amendments")
    sequence = models.PositiveSmallIntegerField(default=0)
    changes = ArrayField(models.CharField(max_length=20, choices=AmendmentKind.choices), default=list, blank=True)
    template = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="conventions")
    language = models.CharField(_("language that prevails"), max_length=2, default="fr")
    state = FSMField(_("state"), default=ConventionState.DRAFT, choices=ConventionState.choices, protected=True)
    prepared_at = models.DateTimeField()
    prepared_by = person()
    approved_version = models.ForeignKey("contracts.ConventionVersion", models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = person(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    #: Its last day; None as long as it has none.
    effective_until = models.DateField(_("in force until"), null=True, blank=True)
    tacit_renewal_months = models.PositiveSmallIntegerField(_("renewed tacitly for, in months"), null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    #: Why it was sent back, refused, suspended, terminated or abandoned.
    words = models.TextField(_("why"), blank=True)
    salt = models.CharField(max_length=32, blank=True)
    #: 80 bits and a check character: what the code of the footer says.
    check_code = models.CharField(max_length=24, unique=True)

    objects: ClassVar[Any] = ConventionQuerySet.as_manager()

    class Meta:
        ordering = ["-prepared_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ConventionState.values), name="convention_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="convention_kind_is_known"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^CONV-[0-9]{4}-[0-9]{5,}(-A[0-9]+)?$"), name="convention_number_has_its_form"
            ),
            models.CheckConstraint(
                condition=Q(kind="amendment", root__isnull=False, sequence__gte=1) | ~Q(kind="amendment") & Q(root=None, sequence=0),
                name="convention_amendment_has_a_root",
            ),
            models.UniqueConstraint(
                fields=["root", "sequence"], condition=Q(root__isnull=False), name="convention_amendments_are_numbered"
            ),
            models.CheckConstraint(
                condition=Q(effective_until=None) | Q(effective_until__gt=F("effective_from")), name="convention_ends_after_its_beginning"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_version=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_version__isnull=False, approved_at__isnull=False)
                & ~Q(approved_by=F("prepared_by")),
                name="convention_approver_is_not_its_preparer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "review", "negotiation", "abandoned"]) | Q(approved_version__isnull=False),
                name="convention_signed_was_approved",
            ),
            models.CheckConstraint(condition=~Q(state__in=sorted(BOUND)) | Q(signed_at__isnull=False), name="convention_bound_was_signed"),
            models.CheckConstraint(
                condition=~Q(state__in=["in_force", "suspended", "expired", "terminated"]) | Q(effective_from__isnull=False),
                name="convention_in_force_from_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["suspended", "terminated", "abandoned"]) | ~Q(words=""), name="convention_ended_says_why"
            ),
            models.CheckConstraint(condition=Q(words="") | ~Q(salt=""), name="convention_words_are_salted"),
        ]
        indexes = [
            models.Index(fields=["state", "-prepared_at"], name="convention_state"),
            models.Index(fields=["effective_until"], condition=Q(state__in=["in_force", "suspended"]), name="convention_to_expire"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *guard("contracts_convention", "convention", "draft"),
            *kept("convention", "contracts_convention"),
            pgtrigger.Trigger(
                name="convention_root_is_no_amendment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__root__isnull=False),
                func=(
                    "IF EXISTS (SELECT 1 FROM contracts_convention r WHERE r.id = NEW.root_id AND r.root_id IS NOT NULL) THEN "
                    "RAISE EXCEPTION 'contracts_convention: an amendment hangs from the root'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("contracts:convention", args=[self.number])

    @classmethod
    def may(cls) -> dict[str, frozenset[str]]:
        """Who may do what, from the policy table."""
        return policies.MAY

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this convention."""
        return policies.roles_on(user, self)

    def parties_read(self) -> list[Party]:
        """Its parties, in their order."""
        return list(self.parties.all())

    @cached_property
    def joined_since(self) -> frozenset[int]:
        """The bodies that amendments in force have made parties to it."""
        rows = Party.objects.filter(convention__root=self.pk, convention__state__in=sorted(BOUND), convention__effective_from__isnull=False)
        return frozenset(rows.values_list("organisation", flat=True)) if self.root_id is None and self.is_bound else frozenset()

    @cached_property
    def _latest(self) -> ConventionVersion | None:
        return self.versions.order_by("-number").first()

    def parties_said(self) -> tuple[PartyText, ...]:
        """Its parties as its next version names them: P1, P2 and so on."""
        return tuple(party.said(f"P{place}") for place, party in enumerate(self.parties_read(), 1))

    def latest(self) -> ConventionVersion | None:
        """Its last version; None before the first."""
        return self._latest

    @cached_property
    def _preparers(self) -> frozenset[int]:
        wrote = self.versions.exclude(origin=Origin.COUNTERPARTY).values_list("by", flat=True)
        return frozenset(wrote) | {self.prepared_by_id}

    def preparers(self) -> frozenset[int]:
        """Who has had a hand in its text on the operator's side: none of them approves it."""
        return self._preparers

    def obstacles(self) -> list[Broken]:
        """What keeps its text from being approved."""
        return [found for obstacle in OBSTACLES for found in obstacle.found(self)]

    def conditions_missing(self, day: date) -> list[Broken]:
        """What keeps it from taking effect on a day."""
        return [found for condition in CONDITIONS for found in condition.missing(self, day)]

    @cached_property
    def _was_shown(self) -> bool:
        return _lines_that_show(self.pk).exists()

    def is_shared(self) -> bool:
        """Do its parties see it? What was given up before they were shown the text stays the operator's."""
        return self.state in SHARED and bool(self.state != ConventionState.ABANDONED or self._was_shown)

    @property
    def is_open(self) -> bool:
        """Is its text still written or discussed?"""
        return self.state in OPEN

    @property
    def is_bound(self) -> bool:
        """Was it signed by all?"""
        return self.state in BOUND

    @property
    def is_amendment(self) -> bool:
        """Does it change another?"""
        return self.root_id is not None


class Party(models.Model):
    """A body that is party to a convention, as it is named there, and who represents it."""

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField(default=1)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    roles = ArrayField(models.CharField(max_length=20, choices=PartyRole.choices), verbose_name=_("as what"))
    #: The body as the text names it: it may be renamed later.
    name = models.CharField(_("name"), max_length=250)
    legal_form = models.CharField(_("legal form"), max_length=120, blank=True)
    address = models.CharField(_("registered office"), max_length=300, blank=True)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    representative_name = models.CharField(_("represented by"), max_length=200, blank=True)
    representative_function = models.CharField(_("function"), max_length=200, blank=True)

    class Meta:
        ordering = ["convention", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "organisation"], name="party_once_per_convention"),
            models.CheckConstraint(condition=Q(roles__len__gt=0), name="party_has_a_role"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = settled_before_approval()

    def __str__(self) -> str:
        return f"{self.convention_id} {self.organisation_id}"

    @property
    def role_words(self) -> list[Any]:
        """As what it is party, in words."""
        return [PartyRole(role).label for role in self.roles]

    def said(self, code: str) -> PartyText:
        """The party as the text names it."""
        return PartyText(
            code=code,
            name=clean(self.name),
            roles=tuple(self.roles),
            address=clean(self.address),
            siren=clean(self.siren),
            legal_form=clean(self.legal_form),
            representative=clean(self.representative_name),
            function=clean(self.representative_function),
        )


class ConventionVersion(models.Model):
    """What the convention says at one time: one canonical text beside its hash. Written once."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"))
    origin = models.CharField(_("how it came to be"), max_length=12, choices=Origin.choices)
    #: As `contracts.text.document` writes it (RFC 8785).
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    note = models.TextField(_("what changes"), blank=True)
    by = person()
    at = models.DateTimeField()

    class Meta:
        ordering = ["convention", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "number"], name="convention_version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="convention_version_starts_at_one"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="convention_version_origin_is_known"),
            models.CheckConstraint(condition=Q(sha256=HASH_OF_CONTENT), name="convention_version_hash_is_that_of_its_content"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("convention_version")

    def __str__(self) -> str:
        return f"{self.convention_id} v{self.number}"

    @cached_property
    def document(self) -> Document:
        """What it says, read."""
        return read(self.content)


def file_path(file: Any, name: str) -> str:
    """Where the document of a version is kept."""
    return hidden_path("versions", file.format)


class VersionFile(models.Model):
    """A document made of a version: for the negotiation (DOCX), or to be signed (PDF/A-3). Made once."""

    version = models.ForeignKey(ConventionVersion, models.PROTECT, related_name="files")
    format = models.CharField(max_length=4, choices=[("docx", "DOCX"), ("pdf", "PDF")])
    file = models.FileField(upload_to=file_path, max_length=200)
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["version", "format"]
        constraints = [
            models.UniqueConstraint(fields=["version", "format"], name="version_file_once_per_format"),
            models.CheckConstraint(condition=Q(format__in=["docx", "pdf"]), name="version_file_format_is_known"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("version_file")

    def __str__(self) -> str:
        return f"{self.version_id} {self.format}"


#: How the file of an annex ends, by its type; what is of no known type is kept without an ending that means something.
ENDINGS = {
    "application/pdf": "pdf",
    "application/json": "json",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}


def annex_path(annex: Any, name: str) -> str:
    """Where the file of an annex is kept."""
    return hidden_path("annexes", ENDINGS.get(annex.media_type, "bin"))


class Annex(models.Model):
    """What is annexed to a version, with its hash and the version of what it was taken from. Written once."""

    version = models.ForeignKey(ConventionVersion, models.PROTECT, related_name="annexes")
    code = models.CharField(max_length=4, choices=AnnexKind.choices)
    title = models.CharField(_("title"), max_length=200)
    #: A file as it was given; what is written out in the text itself has none.
    file = models.FileField(upload_to=annex_path, max_length=200, blank=True)
    #: As the file is called where it is given.
    name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64)
    #: What it was taken from, and which version of it: `dossier:GUI-2026-0001:v3`, `quote:DEV-2026-00012`.
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["version", "code", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(code__in=AnnexKind.values), name="annex_code_is_known"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="annex_has_its_hash"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("annex")

    def __str__(self) -> str:
        return f"{self.version_id} {self.code}"


class ConventionSeries(models.Model):
    """The last number given in a year: whoever numbers a convention holds this row until the convention stands."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["year"]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
