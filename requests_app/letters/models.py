"""The words that the secretariat keeps: templates in versions, and the letters issued from them, as they were sent."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from requests_app.models import Dossier


class Kind(models.TextChoices):
    """What a template is for."""

    MAIL = "mail", _("Automatic e-mail: replaces the words that the site sends by itself")
    LETTER = "letter", _("Letter: issued from a dossier, as a PDF")
    WORDS = "words", _("Text to insert in a message, an opinion or a request")


class TemplateQuerySet(models.QuerySet[Any]):
    """Templates with what their list shows."""

    def in_use(self, kind: str = "") -> TemplateQuerySet:
        """The templates that may be used, of one kind or of all."""
        found = self.filter(active=True)
        return found.filter(kind=kind) if kind else found


class Template(models.Model):
    """One text that the secretariat keeps; what it says stands in its versions, the last of which is in force."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("use"), max_length=10, choices=Kind.choices)
    name_fr = models.CharField(_("name in French"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    law = models.CharField(_("text of law"), max_length=200, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar[Any] = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "code"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=Kind.values), name="template_kind_is_known")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_fr

    @cached_property
    def in_force(self) -> TemplateVersion | None:
        """The last version; None for an automatic e-mail whose built-in words were never replaced."""
        return next(iter(self.versions.all()), None)


class TemplateVersion(models.Model):
    """What a template says, once and for all: to change it is to write the next version."""

    template = models.ForeignKey(Template, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    subject_fr = models.CharField(_("subject in French"), max_length=200)
    body_fr = models.TextField(_("text in French"))
    subject_en = models.CharField(_("subject in English"), max_length=200)
    body_en = models.TextField(_("text in English"))
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["template", "-number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_version_number_once")]
        # Of a version loaded anew only the instant differs: its words never change.
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="template_version_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("template", "number", "subject_fr", "body_fr", "subject_en", "body_en"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number}"

    def said(self, language: str) -> tuple[str, str]:
        """Subject and text in a language."""
        return (self.subject_en, self.body_en) if language.startswith("en") else (self.subject_fr, self.body_fr)


class Letter(models.Model):
    """A letter as it was issued: its words are kept, whatever becomes of the template."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="letters")
    number = models.PositiveIntegerField()
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+")
    language = models.CharField(max_length=5, default="fr")
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    salt = models.CharField(max_length=32)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["dossier", "number"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="letter_number_once_per_dossier"),
            models.CheckConstraint(condition=~Q(body="") & ~Q(salt=""), name="letter_says_something"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [pgtrigger.Protect(name="letter_is_frozen", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How the letter is cited."""
        return f"{self.dossier.reference}/L{self.number}"
