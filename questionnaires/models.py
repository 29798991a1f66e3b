"""The question bank, the questionnaires made of it, and their versions, which dossiers keep."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from questionnaires.definitions import in_language, sections_of
from questionnaires.kinds import Kind


def no_sections() -> dict[str, Any]:
    """A draft before anything is put in it."""
    return {"sections": []}


class Edited(models.Model):
    """What the secretariat writes: who changed it last, and when."""

    edited_at = models.DateTimeField(_("last change"), null=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by"))

    class Meta:
        abstract = True

    def sign(self, by: Any, at: datetime) -> None:
        """Note who changes the row, and when."""
        self.edited_by, self.edited_at = by, at


class QuestionQuerySet(models.QuerySet["Question"]):
    """Questions of the bank."""

    def matching(self, words: str) -> QuestionQuerySet:
        """The questions whose label or code holds every word, without regard to accents and case."""
        found = self
        for word in words.split():
            said = Q(label_fr__unaccent__icontains=word) | Q(label_en__unaccent__icontains=word) | Q(code__icontains=word)
            found = found.filter(said)
        return found

    def offered(self) -> QuestionQuerySet:
        """The questions that may be put into a questionnaire."""
        return self.filter(withdrawn=False)

    def as_bank(self) -> dict[str, dict[str, Any]]:
        """These questions by code, each as a definition holds it; one query."""
        return {question.code: question.definition() for question in self}


class Question(Edited):
    """One question of the bank: written once, asked in as many questionnaires as need it."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind of answer"), max_length=20, choices=Kind.choices)
    label_fr = models.CharField(_("question, in French"), max_length=300)
    label_en = models.CharField(_("question, in English"), max_length=300, blank=True)
    help_fr = models.TextField(_("help, in French"), blank=True)
    help_en = models.TextField(_("help, in English"), blank=True)
    #: [{"code", "fr", "en"}]: a code does not change when the words do.
    choices = models.JSONField(_("choices"), default=list, blank=True)
    max_words = models.PositiveIntegerField(_("limit, in words"), null=True, blank=True)
    public = models.BooleanField(_("the answer is published in the registry"), default=False)
    withdrawn = models.BooleanField(_("withdrawn from the bank"), default=False)

    objects: ClassVar[Any] = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["label_fr", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z][a-z0-9_]*$"), name="question_code_is_plain"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="question_kind_is_known"),
            models.CheckConstraint(condition=Q(max_words=None) | Q(max_words__gte=1), name="question_limit_is_positive"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What is asked, in the reader's language."""
        return in_language({"fr": self.label_fr, "en": self.label_en})

    def definition(self) -> dict[str, Any]:
        """The question as a definition holds it."""
        return {
            "code": self.code,
            "kind": self.kind,
            "label": {"fr": self.label_fr, "en": self.label_en},
            "help": {"fr": self.help_fr, "en": self.help_en},
            "choices": self.choices,
            "max_words": self.max_words,
            "public": self.public,
        }


class Questionnaire(Edited):
    """A set of questions that the secretariat keeps: a draft that it writes, and the versions that it has published."""

    code = models.SlugField(_("code"), unique=True)
    title_fr = models.CharField(_("title, in French"), max_length=200, default="")
    title_en = models.CharField(_("title, in English"), max_length=200, blank=True, default="")
    draft = models.JSONField(_("draft"), default=no_sections)

    class Meta:
        ordering = ["code"]
        indexes = [GinIndex(fields=["draft"], opclasses=["jsonb_path_ops"], name="questionnaire_draft")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page in the editor."""
        return reverse("questionnaires:edit", args=[self.code])

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language({"fr": self.title_fr, "en": self.title_en}) or self.code

    @property
    def targets(self) -> list[str]:
        """The codes of what it is asked for."""
        return [use.target for use in self.uses.all()]


class Use(models.Model):
    """What a questionnaire is asked for, by its code: a procedure, later a call for projects. One questionnaire for each."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="uses")
    target = models.CharField(_("asked for"), max_length=60)

    class Meta:
        ordering = ["target"]
        constraints = [models.UniqueConstraint(fields=["target"], name="use_one_questionnaire_per_target")]

    def __str__(self) -> str:
        return f"{self.questionnaire_id} {self.target}"


class Version(models.Model):
    """A questionnaire as it was published, once and for all."""

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    definition = models.JSONField(_("definition"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("published by"))

    class Meta:
        ordering = ["questionnaire", "number"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="version_number_once_per_questionnaire")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="questionnaire_version_is_frozen", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} {self.number}"

    @cached_property
    def title(self) -> str:
        """The title that the questionnaire had when it was published."""
        return in_language(self.definition.get("title", {}))

    @property
    def section_codes(self) -> list[str]:
        """The codes of its sections."""
        return [section["code"] for section in sections_of(self.definition)]
