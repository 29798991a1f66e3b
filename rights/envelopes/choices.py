"""The words of keys, of what is sealed, and of its end."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Revoked(models.TextChoices):
    """Why a key takes nothing any more."""

    EXPOSED = "exposed", _("Its private half may have been seen by somebody else")
    LOST = "lost", _("Its private half is lost")
    REPLACED = "replaced", _("Another key took its place")
    MISTAKEN = "mistaken", _("It was registered by mistake")
    CEASED = "ceased", _("The controller does not answer for any database any more")


class SealedBy(models.TextChoices):
    """Where a request was sealed."""

    BROWSER = "browser", _("In the person's browser")
    SERVER = "server", _("On arrival, in the memory of the site")


class Direction(models.TextChoices):
    """To whom a message goes."""

    TO_PERSON = "to_person", _("To the person")
    TO_CONTROLLER = "to_controller", _("To the controller")


class MessageKind(models.TextChoices):
    """What a sealed message is."""

    QUESTION = "question", pgettext_lazy("sealed message", "Question")
    ANSWER = "answer", pgettext_lazy("sealed message", "Answer")
    COMPLEMENT = "complement", pgettext_lazy("sealed message", "Complement")


class PurgeGround(models.TextChoices):
    """Why sealed bytes are deleted."""

    OPENED = "opened", _("The controller has opened it on its side")
    TERM = "term", _("The longest time for which it is kept has passed")
    GIVEN_UP = "given_up", _("The person gave the request up")


class Standing(models.TextChoices):
    """Where a key stands; worked out, not stored."""

    WAITING = "waiting", _("To be compared")
    COMING = "coming", pgettext_lazy("key", "Not yet in use")
    IN_USE = "in_use", pgettext_lazy("key", "In use")
    RELIEVED = "relieved", _("Relieved by a newer key")
    REVOKED = "revoked", pgettext_lazy("key", "Revoked")
